"""Networks from many kinds of source: read right, or refused by name."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import random
import re
import stat

import networkx as nx
import numpy as np
import pytest
import scipy.io
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.network_cases import CASES, Case
from tsunagari.sim.network import files
from tsunagari.sim.network.columns import Asked
from tsunagari.sim.network.csr import Network
from tsunagari.sim.network.read import NetworkFileProblem, read_ties
from tsunagari.sim.problems import Problems


def weights_of(network: Network) -> list[float]:
    """The weight of every tie, once, ascending."""
    weights = network.ties.tolist()[: len(network.friends)] or [1.0] * len(network.friends)
    return sorted(weights)[::2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "network"  # no extension: files are known by what they hold


def test_there_are_many_kinds_of_source():
    assert len(CASES) >= 60
    assert len({case.source for case in CASES}) >= 12
    assert len({str(case) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_is_read_right_or_refused_by_name(case: Case, path):
    path.write_bytes(case.data)
    if case.people is None:
        with pytest.raises(NetworkFileProblem) as caught:
            read_ties(path)
        told = [str(caught.value)]
        assert "\n" not in told[0]
        assert len(told[0]) < 400
    else:
        network, told = read_ties(path)
        assert sorted(network.names) == case.people.split("|" if "|" in case.people else " ")
        assert weights_of(network) == list(case.weights)
    for part in case.told:
        assert any(part in note for note in told), told
    if case.people is not None and not case.told:
        assert [note for note in told if "third column" not in note and "mean of" not in note
                and "adjacency" not in note] == []  # fmt: skip


COUNTS = "source,target,messages,weight\na,b,10,1\nb,c,40,3\nc,a,10,1\n"


@pytest.mark.parametrize(
    ("asked", "weights", "note"),
    [
        (Asked(), [1, 1, 3], "column left out: messages"),
        (Asked(weight="Messages"), [10, 10, 40], "column left out: weight"),
        (Asked(weight=3), [10, 10, 40], "column left out: weight"),
        (Asked(weight="messages", weights="mean-1"), [0.5, 0.5, 2], "column left out: weight"),
        (Asked(weights="ignored"), [1, 1, 1], "the weights of column weight are ignored"),
        (Asked("target", "source"), [1, 1, 3], "column left out: messages"),
    ],
)
def test_a_scenario_chooses_columns_and_weights(path, asked, weights, note):
    path.write_text(COUNTS)
    network, notes = read_ties(path, asked)
    assert weights_of(network) == pytest.approx(weights)
    assert note in notes
    assert network.names in (("a", "b", "c"), ("b", "a", "c"))


@pytest.mark.parametrize(
    ("text", "asked", "message"),
    [
        (COUNTS, Asked(source="who"), "network.columns: there is no 'who' among source, target"),
        (COUNTS, Asked(source=9), "there is no column 9, only 4"),
        (COUNTS, Asked("target", "target"), "names one column twice"),
        ("a,b\nb,c\n", Asked(source="who"), "the file has no header"),
        ("from,From,to\na,b,c\n", Asked(source="FROM"), "there is more than one 'FROM'"),
        ('{"nodes": [], "links": []}', Asked(source="a"), "has no columns of people"),
    ],
)
def test_columns_that_are_not_there_are_named(path, text, asked, message):
    path.write_text(text)
    with pytest.raises(NetworkFileProblem, match=re.escape(message)):
        read_ties(path, asked)


def test_suggestions_work_when_they_are_followed(path):
    for text, asked in [
        ("1 2 1082040961\n2 3 1082040999\n", Asked(1, 2)),
        ("1 2 1082040961\n2 3 1082040999\n", Asked(1, 2, 3)),
        ("ann,ben,friend\nann,cleo,colleague\n", Asked(1, 2)),
        ("a,b,NA\nb,c,1\n", Asked(weights="ignored")),
        ("a,b,1\nb,c,\n", Asked(weights="ignored")),
        ("1 2 3\n2 3 1\n3 1 2\n", Asked(1, 2)),
        ("row,kunde,freund\n0,1,2\n", Asked("row", "kunde")),
        ("a pp b c\nb pp c d\n", Asked(1, 3)),
    ]:
        path.write_text(text)
        with pytest.raises(NetworkFileProblem):
            read_ties(path)
        assert read_ties(path, asked)[0].size in (2, 3)


def test_an_attribute_is_chosen_by_its_name(path):
    graph = nx.Graph()
    graph.add_edge("a", "b", calls=4, weight=1)
    graph.add_edge("b", "c", calls=2, weight=1)
    nx.write_graphml(graph, path)
    assert weights_of(read_ties(path, Asked(weight="calls"))[0]) == [2, 4]
    network, notes = read_ties(path, Asked(weight="calls", weights="mean-1"))
    assert weights_of(network) == pytest.approx([2 / 3, 4 / 3])
    assert "attribute of ties left out: weight" in notes
    with pytest.raises(NetworkFileProblem, match="there is no 'mails' among calls, weight"):
        read_ties(path, Asked(weight="mails"))


@given(weights=st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=20))
@settings(deadline=None, max_examples=30)
def test_scaled_weights_have_a_mean_of_1(tmp_path_factory, weights):
    path = tmp_path_factory.mktemp("scaled") / "ties"
    lines = [f"a{i},b{i},{weight!r}" for i, weight in enumerate(weights)]
    path.write_text("\n".join(["source,target,weight", *lines]))
    network, _ = read_ties(path, Asked(weights="mean-1"))
    assert np.mean(weights_of(network)) == pytest.approx(1.0, rel=1e-5)


# -- one network in every format -------------------------------------------------------------------


def written(graph: nx.Graph) -> dict[str, bytes]:
    """A graph, whose nodes are text, in every format that is read."""
    files = {}
    for name, write in {
        "GraphML": nx.write_graphml, "GEXF": nx.write_gexf, "GML": nx.write_gml,
        "Pajek": nx.write_pajek, "edges with data": nx.write_edgelist,
        "adjacency with data": nx.write_multiline_adjlist,
    }.items():  # fmt: skip
        stream = io.BytesIO()
        write(graph, stream)
        files[name] = stream.getvalue()
    files["node-link"] = json.dumps(nx.node_link_data(graph)).encode()
    files["adjacency data"] = json.dumps(nx.adjacency_data(graph)).encode()
    stream = io.BytesIO()
    scipy.io.mmwrite(stream, nx.to_scipy_sparse_array(graph, nodelist=sorted(graph)))
    files["Matrix Market"] = stream.getvalue()
    for sign in ",;\t|":
        rows = [sign.join((a, b, str(w))) for a, b, w in graph.edges(data="weight")]
        files[f"list {sign}"] = "\n".join([sign.join(("from", "to", "weight")), *rows]).encode()
    files["UTF-16"] = files["list ,"].decode().encode("utf-16")
    return files | {f"{name}, packed": gzip.compress(data) for name, data in files.items()}


@given(
    ends=st.sets(st.tuples(st.integers(1, 8), st.integers(1, 8)), min_size=1, max_size=12),
    weights=st.lists(st.sampled_from([0.25, 1.0, 2.5]), min_size=12, max_size=12),
)
@settings(deadline=None, max_examples=8)
def test_one_network_is_the_same_in_every_format(tmp_path_factory, ends, weights):
    graph = nx.Graph()
    for (one, other), weight in zip(sorted(ends), itertools.cycle(weights)):
        if one != other:
            graph.add_edge(f"p{one}", f"p{other}", weight=weight)
    if not graph.size():
        return
    folder = tmp_path_factory.mktemp("formats")
    expected = sorted((*sorted(tie[:2]), tie[2]) for tie in graph.edges(data="weight"))
    rows = {str(i + 1): name for i, name in enumerate(sorted(graph))}
    for name, data in written(graph).items():
        path = folder / "network"
        path.write_bytes(data)
        network = read_ties(path)[0].graph()
        names = nx.get_node_attributes(network, "name")
        if name.startswith("Matrix"):
            names = {node: rows[row] for node, row in names.items()}
        got = sorted(
            (*sorted((names[one], names[other])), data.get("weight", 1.0))
            for one, other, data in network.edges(data=True)
        )
        assert got == expected, name
        assert sorted(names.values()) == sorted(graph)


# -- anything --------------------------------------------------------------------------------------


def mutated(data: bytes, luck: random.Random) -> bytes:
    """Some bytes changed, taken out, doubled or put elsewhere."""
    text = bytearray(data)
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(text) + 1)
        end = min(len(text), at + luck.randint(1, 12))
        match luck.randrange(4):
            case 0:
                text[at:end] = luck.randbytes(end - at)
            case 1:
                del text[at:end]
            case 2:
                text[at:at] = text[at:end]
            case _:
                text[at:end] = luck.choice(
                    [b'"', b"\n", b",", b"{", b"[", b"<", b"*", b"nan", b"\0", b"-1", b"1e999",
                     b"\xff", b"999999999999999999999", b"  ", b"#", b"'", b"&x;"]
                )  # fmt: skip
    return bytes(text)


def nothing_but_a_network_or_problems(path, seeds) -> None:
    for seed in seeds:
        luck = random.Random(seed)
        case = CASES[seed % len(CASES)]
        path.write_bytes(mutated(case.data, luck))
        try:
            network, notes = read_ties(path)
        except Problems as problem:
            text = str(problem)
            assert "\n" not in text
            assert not re.search(r"[\x00-\x08\n-\x1f\x7f-\x9f]", text), (seed, text)
            assert len(text) < 500, (seed, text)
        else:
            assert network.size >= 1
            assert len(network.names) == network.size
            assert all("\n" not in note for note in notes)


def test_changed_bytes_give_a_network_or_a_sentence(path):
    nothing_but_a_network_or_problems(path, range(700))


@pytest.mark.exhaustive
@pytest.mark.slow
def test_changed_bytes_give_a_network_or_a_sentence_thousands_of_times(path):
    nothing_but_a_network_or_problems(path, range(700, 30_000))


# -- sizes and things that are no files ------------------------------------------------------------


@pytest.mark.parametrize("text", ["a,b\n", "1 2 {}\n", "*Vertices 2\n*Edges\n1 2\n"])
def test_what_is_packed_is_bounded(path, monkeypatch, text):
    monkeypatch.setattr(files, "MOST_OF_A_LIST", 1 << 20)
    monkeypatch.setattr(files, "MOST_OF_A_GRAPH", 1 << 20)
    path.write_bytes(gzip.compress(text.encode() * (1 << 19)))
    with pytest.raises(NetworkFileProblem, match="more than 1 MiB when unpacked"):
        read_ties(path)


def test_a_bomb_ends_early(path):
    path.write_bytes(gzip.compress(b"x" * (1 << 27), 1))
    with pytest.raises(NetworkFileProblem, match="a line of more than 16 MiB"):
        read_ties(path)


@pytest.mark.skipif(os.name == "nt", reason="there are none")
def test_a_pipe_or_a_device_is_no_file(path):
    os.mkfifo(path)
    assert stat.S_ISFIFO(path.stat().st_mode)
    for place in (path, path.parent / "zero"):
        if place != path:
            place.symlink_to("/dev/zero")
        with pytest.raises(NetworkFileProblem, match="a pipe or a device"):
            read_ties(place)
