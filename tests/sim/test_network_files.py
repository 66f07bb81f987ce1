"""Networks from files: what is understood, what is put right, what is refused and how."""

import gzip
import itertools
import pickle
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.sim.network import edge_list
from tsunagari.sim.network.csr import Network
from tsunagari.sim.network.read import NetworkFileProblem, file_digest, read_ties

number = itertools.count()


@pytest.fixture
def read(tmp_path):
    """Writes a file and reads the network in it."""

    def network_in(content: str | bytes, suffix: str = ".csv") -> tuple[Network, list[str]]:
        path = tmp_path / f"ties{next(number)}{suffix}"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_ties(path)

    return network_in


def named_ties(network: Network) -> set[tuple[str, str]]:
    """Ties by name, each in the order of the people's numbers."""
    name = network.names
    return {(name[one], name[other]) for one, other in network.graph().edges}


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n2,10\n",
        "1,2\n2,10",
        "1;2\r\n2;10\r\n",
        "1\t2\n2\t10\n",
        "1,2\r2,10\r",
        "  1   2\n\n2 \t 10  \n \n",
        "1, 2\n2, 10\n",
        '"1","2"\n"2","10"\n',
        "# a list\n% of ties\n1 2\n # more\n2 10\n#",
        "\ufeff1,2\n2,10\n",
        "source,target\n1,2\n2,10\n",
        "node_1,node_2\n1,2\n2,10\n",
        "\n# c\nFrom;To\n1;2\n2;10\n",
        "kunde,bekannter\n1,2\n2,10\n",
        "Source\tTarget\tWeight\n1\t2\t1\n2\t10\t1.0\n",
        "2 10 1\n1 2 1\n",
        "10,2,1e0\n2,1,1\n",
    ],
)
def test_one_network_in_many_spellings(read, text):
    network, _ = read(text)
    assert network.names == ("1", "2", "10")
    assert network.friends.tolist() == [1, 0, 2, 1]
    assert not network.weighted


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "   "])
def test_weights_and_names_in_order_of_appearance(read, separator):
    lines = [("b", "田中", "0.5"), ("佐藤", "b", "2"), ("a", "b", "1e-1")]
    network, notes = read("\r\n".join(separator.join(line) for line in lines))
    assert network.names == ("b", "田中", "佐藤", "a")
    assert network.neighbours(0).tolist() == [1, 2, 3]
    assert network.weights(0).tolist() == pytest.approx([0.5, 2.0, 0.1])
    assert network.weights(3).tolist() == pytest.approx([0.1])
    assert notes == ["without a header, the third column is taken for weights"]


def test_whole_numbers_are_people_in_numerical_order_and_other_names_are_not(read):
    assert read("10,9\n-2,9\n")[0].names == ("-2", "9", "10")
    assert read("10,9\n9,x\n")[0].names == ("10", "9", "x")


def test_names_may_hold_separators_hashes_and_words_for_nothing(read):
    text = '"Tanaka, Ken",NA\nNA,null\nnull,a#1\na#1,5" disk\n'
    assert read(text)[0].names == ("Tanaka, Ken", "NA", "null", "a#1", '5" disk')
    assert read('"Tanaka Ken" Sato\nSato Ito\n')[0].names == ("Tanaka Ken", "Sato", "Ito")


def test_two_spellings_of_one_text_are_one_person(read):
    network, _ = read("か\u3099,b\nが,c\n")
    assert network.names == ("が", "b", "c")


def test_ties_put_right_are_counted(read):
    network, notes = read("1,1\n1,2\n2,1\n1,2\n3,3\n")
    assert network.number_of_ties == 1
    assert network.names == ("1", "2", "3")
    assert notes == [
        "2 ties of a person with themselves left out",
        "2 ties given before merged",
        "1 person without ties kept",
    ]


def test_repeated_ties_have_the_mean_weight(read):
    network, notes = read("from,to,weight\na,b,2\nb,a,4\nb,c,1\na,c,0\n")
    assert network.weights(1).tolist() == [3.0, 1.0]
    assert network.weights(0).tolist() == [3.0]
    assert notes == ["1 tie of weight 0 left out", "1 tie given before merged, weights averaged"]


def test_an_unusual_header_is_noted(read):
    network, notes = read("kunde,bekannter\n1,2\n2,3\n")
    assert network.names == ("1", "2", "3")
    assert notes == ["the first line (kunde, bekannter) was taken for a header"]
    network, notes = read("kunde,bekannter\nA,B\nB,C\nC,A\n")
    assert network.size == 5
    assert "begin it with #" in notes[0]


@pytest.mark.parametrize("text", ["user1,user2\nuser2,user3\n", "a,b\nb,c\n", "person1 person2\n"])
def test_names_like_those_of_columns_are_people(read, text):
    network, notes = read(text)
    assert network.number_of_ties == len(text.splitlines())
    assert notes == []


@pytest.mark.parametrize("suffix", [".csv.gz", ".gz", ".txt"])
def test_packed_files_are_known_by_their_content(read, suffix):
    assert read(gzip.compress(b"1,2\n2,3\n"), suffix)[0].number_of_ties == 2


@given(
    ties=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40),
    block=st.integers(1, 50),
    comments=st.booleans(),
)
def test_a_file_read_in_pieces_is_the_whole_file(tmp_path_factory, ties, block, comments):
    gap = "# 注\r\n" if comments else ""
    text = "source,target\n" + gap.join(f"顧{one},顧{other}\r\n" for one, other in ties)
    path = tmp_path_factory.mktemp("pieces") / "ties.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edge_list, "_BLOCK", block)
        loose = edge_list.read_edge_list(path)
    names = [f"顧{end}" for tie in ties for end in tie]
    assert loose.names == list(dict.fromkeys(names))
    assert [loose.names[end] for end in loose.ones] == names[::2]
    assert [loose.names[end] for end in loose.others] == names[1::2]


def test_a_problem_far_into_a_file_is_found_on_its_line(tmp_path, monkeypatch):
    monkeypatch.setattr(edge_list, "_BLOCK", 100)
    path = tmp_path / "ties.csv"
    lines = ["source,target,weight"] + [f"{i},{i + 1},1" for i in range(200)]
    lines[150] = "# a comment"
    lines[170] = "7,8,heavy"
    path.write_text("\n".join(lines))
    with pytest.raises(NetworkFileProblem) as caught:
        read_ties(path)
    assert caught.value.line == 171


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("1,2,3\n1,3,heavy\n", 2, "the weight 'heavy' is not a number"),
        ("1,2,3\n\n1,3,-1\n", 3, "the weight -1 is below 0"),
        ("1,2,nan\n", 1, "the weight nan is not a finite number"),
        ("a b 1\na c inf\n", 2, "the weight inf is not a finite number"),
        ("1,2,1e39\n", 1, "the weight 1e39 is not a finite number"),
        ("1,2,1_000\n", 1, "the weight '1_000' is not a number"),
        ("1,2,3\n1,3,\n", 2, "a weight is missing"),
        ("1\n2\n", 1, "only one column"),
        ("1,2\n2\n", 2, "1 column, while the first line has 2"),
        ("1,2\n1,2,3\n", 2, "3 columns, while the first line has 2"),
        ("1,2,3,4\n", 1, "4 columns"),
        ("row,kunde,freund\n0,1,2\n", 1, "network.columns: {source: row, target: kunde}"),
        ("a,b\nc,\n", 2, "a name is missing"),
        ('a,"b\nb,c\nc,d\n', 1, "a quotation mark"),
        ("", None, "no ties"),
        ("\n \n# nothing\n", None, "no ties"),
        ("source,target\n", None, "no ties"),
        (b"\x00\x01\x02", None, "binary"),
        ("a,b\n".encode("utf-16") + b"\x00\xd8", None, "UTF-16"),
        ("a,b\n田中,b\n".encode("cp932"), 2, "not text in UTF-8"),
        (b"\x1f\x8b\x08\x00abc", None, "gzip"),
        (gzip.compress(b"1,2\n" * 1000, mtime=0)[:-12], None, "gzip"),
    ],
)
def test_what_is_no_list_of_ties_is_refused_in_a_sentence(read, content, line, message):
    with pytest.raises(NetworkFileProblem) as caught:
        read(content)
    problem = caught.value
    assert message in problem.message
    assert problem.line == line
    assert str(problem).startswith(f"{problem.path}:{line}: " if line else f"{problem.path}: ")
    assert "\n" not in str(problem)
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)


@pytest.mark.parametrize("ask", [read_ties, file_digest])
def test_what_is_no_file_is_refused(tmp_path, ask):
    with pytest.raises(NetworkFileProblem, match="a folder"):
        ask(tmp_path)
    with pytest.raises(NetworkFileProblem, match="no such file"):
        ask(tmp_path / "none.csv")


def test_a_file_is_read_once_until_it_changes(tmp_path):
    path = tmp_path / "ties.csv"
    path.write_text("1,2\n")
    before, digest = read_ties(path)[0], file_digest(path)
    assert read_ties(path)[0] is before
    path.write_text("1,2\n2,3\n")
    assert read_ties(path)[0].size == 3
    assert file_digest(path) != digest


@pytest.mark.parametrize("pack", [False, True])
def test_graphml_keeps_people_without_ties(tmp_path, pack):
    graph = nx.MultiDiGraph([("10", "2", {"weight": 2}), ("2", "10", {"weight": 3.0})])
    graph.add_node("7")
    path: Path = tmp_path / ("ties.graphml.gz" if pack else "ties.graphml")
    nx.write_graphml(graph, path)
    network, notes = read_ties(path)
    assert network.names == ("2", "7", "10")
    assert network.degree().tolist() == [1, 0, 1]
    assert network.ties.tolist() == [2.5, 2.5]
    assert notes == [
        "a directed graph: each of its ties goes both ways here",
        "1 tie given before merged, weights averaged",
        "1 person without ties kept",
        "weights have a mean of 2.5, and a friend over a tie of weight 2 counts as two; "
        "network.weights: mean-1 scales them to a mean of 1",
    ]


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), "heavy", None])
def test_graphml_with_unusable_weights_is_refused(tmp_path, weight):
    graph = nx.Graph([("a", "b", {"weight": 1.0}), ("b", "c")])
    if weight is not None:
        graph["b"]["c"]["weight"] = weight
    nx.write_graphml(graph, tmp_path / "ties.graphml")
    with pytest.raises(NetworkFileProblem, match="the tie between b and c has"):
        read_ties(tmp_path / "ties.graphml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<graphml>", "not well-formed XML"),
        ("<a b>", "not well-formed XML"),
        ("<a/>", "neither GraphML nor GEXF"),
        ("<graphml xmlns='http://graphml.graphdrawing.org/xmlns'><graph/></graphml>", "no people"),
    ],
)
def test_what_is_no_graphml_is_refused(read, text, message):
    with pytest.raises(NetworkFileProblem, match=message):
        read(text, ".graphml")


def test_a_written_network_is_read_back(read):
    graph = nx.gnm_random_graph(200, 600, seed=2)
    graph.remove_nodes_from(list(nx.isolates(graph)))
    lines = np.random.default_rng(1).permutation(np.array(graph.edges)).tolist()
    network, notes = read("\n".join(f"{other} {one}" for one, other in lines))
    assert named_ties(network) == {(str(min(tie)), str(max(tie))) for tie in graph.edges}
    assert notes == []
