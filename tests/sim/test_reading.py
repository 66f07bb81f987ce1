"""Reading documents: every way a file can be wrong, told where it is wrong."""

from __future__ import annotations

import math
import random
import time

import pytest
from story import Story, problems_of, story

from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import load_as
from tsunagari.sim.reading.documents import MOST_BYTES, value_of

BAD = {
    "empty": ("", ["s.yaml:1:1: there is no scenario in it; `tsunagari new` writes one"]),
    "comment only": (
        "# nothing\n",
        ["s.yaml:1:1: there is no scenario in it; `tsunagari new` writes one"],
    ),
    "a list": (
        "\n- 1\n",
        ["s.yaml:2:1: a scenario is a mapping of keys such as market and firms, not a list"],
    ),
    "a text": (
        "hello",
        [
            "s.yaml:1:1: a scenario is a mapping of keys such as market and firms, "
            "not a single text or number"
        ],
    ),
    "not YAML": (
        "market:\n  customers: 5\n   months: 3\n",
        ["s.yaml:3:10: is not YAML: a colon is not allowed here; put text with ': ' in quotes"],
    ),
    "open bracket": ("market: {customers: 5", ["s.yaml:1:9: is not YAML: a bracket is not closed"]),
    "wrong bracket": (
        "events: [\n}",
        ["s.yaml:2:1: is not YAML: this bracket does not fit the one that was opened"],
    ),
    "open quote": (
        "title: a\nmarket: 'x",
        ["s.yaml:2:9: is not YAML: a quotation mark is not closed"],
    ),
    "no colon": (
        "title: x\nmonths\nmarket: {}\n",
        ["s.yaml:2:1: is not YAML: a key without a colon; write it as key: value"],
    ),
    "tab": (
        "market:\n\tcustomers: 5\n",
        ["s.yaml:2:1: is not YAML: a tab cannot be used to indent; use spaces"],
    ),
    "duplicate keys": (
        "title: a\nmarket: {months: 3, months: 4}\ntitle: b\n",
        [
            "s.yaml:2:21 market.months: the key months is already there in line 2",
            "s.yaml:3:1 title: the key title is already there in line 1",
        ],
    ),
    "unknown keys": (
        "market: {customer: 5}\nmarkt: {}\nprices: 1\nmonths: 3\n",
        [
            "s.yaml:1:10 market.customer: unknown key; did you mean customers?",
            "s.yaml:2:1 markt: unknown key; did you mean market?",
            "s.yaml:3:1 prices: unknown key; known here: "
            "title, market, network, firms, segments, events",
            "s.yaml:4:1 months: unknown key here; did you mean market.months?",
        ],
    ),
    "wrong types": (
        'title: 2024\nmarket:\n  customers: "5"\n  months: 5.0\n  exit: abc\n  open: yes\n'
        "network: 3\nfirms: {}\nevents: [7]\n",
        [
            's.yaml:1:8 title: must be text, not 2024; write "2024" in quotes',
            's.yaml:3:14 market.customers: must be a whole number, not the text "5"; '
            "write 5 without quotes",
            "s.yaml:4:11 market.months: must be a whole number, not 5.0; write 5",
            's.yaml:5:9 market.exit: must be a number, not the text "abc"',
            's.yaml:6:9 market.open: must be true or false, not the text "yes"; write true',
            "s.yaml:7:10 network: must be keys with values, not 3",
            "s.yaml:8:8 firms: must be a list, not keys with values",
            "s.yaml:9:10 events.0: must be keys with values, not 7",
        ],
    ),
    "numbers as people write them": (
        "market: {customers: 1_000, months: 5.5, exit: 50%}\nfirms: [{name: 007, price: true}]",
        [
            's.yaml:1:21 market.customers: must be a whole number, not the text "1_000"; '
            "write 1000",
            "s.yaml:1:36 market.months: must be a whole number, not 5.5; write 5 or 6",
            's.yaml:1:47 market.exit: must be a number, not the text "50%"; write 0.5',
            's.yaml:2:16 firms.0.name: must be text, not 007; write "007" in quotes',
            "s.yaml:2:28 firms.0.price: must be a number, not true",
        ],
    ),
    "nothing": (
        "title:\nmarket: {months: ~}\n",
        [
            "s.yaml:1:1 title: must be text, not nothing",
            "s.yaml:2:18 market.months: must be a whole number, not nothing",
        ],
    ),
    "out of range": (
        "market: {customers: 0, months: -1, exit: 1}\nfirms: [{name: A, price: 0, share: 1.5}]",
        [
            "s.yaml:1:21 market.customers: must be at least 1, not 0",
            "s.yaml:1:32 market.months: must be at least 0, not -1",
            "s.yaml:1:42 market.exit: must be less than 1, not 1",
            "s.yaml:2:26 firms.A.price: must be greater than 0, not 0",
            "s.yaml:2:36 firms.A.share: must be at most 1, not 1.5",
        ],
    ),
    "not finite": (
        "market: {exit: .nan}\nfirms: [{name: A, price: .inf}, {name: B, price: 1e999}]\n"
        "network: {weights: [1, -.Inf]}",
        [
            "s.yaml:1:16 market.exit: must be a finite number, not .nan",
            "s.yaml:2:26 firms.A.price: must be a finite number, not .inf",
            "s.yaml:2:50 firms.B.price: must be a finite number, not 1e999",
            "s.yaml:3:24 network.weights.1: must be a finite number, not -.Inf",
        ],
    ),
    "a choice": (
        "network: {kind: smallworld}",
        [
            "s.yaml:1:17 network.kind: must be one of small-world, random, file, not the text "
            '"smallworld"; did you mean small-world?'
        ],
    ),
    "neither of two types": (
        "network: {spread: true}",
        ["s.yaml:1:19 network.spread: must be a number or a list, not true"],
    ),
    "in one of two types": (
        "network: {spread: [1, x]}",
        ['s.yaml:1:23 network.spread.1: must be a number, not the text "x"'],
    ),
    "missing": (
        "firms:\n  - price: 2\n  - name: B\nevents:\n  - set: x\n",
        [
            "s.yaml:2:5 firms.0.name: is missing (Name of the firm)",
            "s.yaml:5:5 events.0.month: is missing (When)",
        ],
    ),
    "names with dots": (
        "firms: [{name: A.B, price: -1}, {name: A.B, price: -2}, {name: 'x \"y\"', price: -3}]",
        [
            's.yaml:1:28 firms."A.B".price: must be greater than 0, not -1',
            "s.yaml:1:52 firms.1.price: must be greater than 0, not -2",
            's.yaml:1:80 firms."x \\"y\\"".price: must be greater than 0, not -3',
        ],
    ),
    "a validator's own words": (
        "events:\n  - month: 3\n  - {month: 4, set: x, enter: {name: B}}\n",
        [
            "s.yaml:2:5 events.0: nothing happens",
            "s.yaml:3:38 events.1.enter.name: set and enter exclude each other; leave one out",
        ],
    ),
    "cross checks beside others": (
        "titel: x\nfirms: [{name: A, share: 0.8}, {name: B, share: 0.7}]\n"
        "events: [{month: 13, set: x}]\n",
        [
            "s.yaml:1:1 titel: unknown key; did you mean title?",
            "s.yaml:2:8 firms: shares add up to more than 1",
            "s.yaml:3:18 events.0.month: after the end; at most 12",
        ],
    ),
    "tags": (
        "title: !!python/object/apply:os.system [ls]\nmarket: !own {months: 3}\n"
        "firms: [{name: !!int x}]\n",
        [
            "s.yaml:1:8 title: the tag !!python/object/apply:os.system is not allowed: "
            "a scenario holds plain values, never code; leave the tag out",
            "s.yaml:1:8 title: must be text, not a list",
            "s.yaml:2:9 market: the tag !own is not allowed: "
            "a scenario holds plain values, never code; leave the tag out",
            "s.yaml:3:16 firms.0.name: x does not fit its tag",
        ],
    ),
    "an alias of nothing": (
        "titel: x\nmarket: *nowhere\n",
        ["s.yaml:2:9 market: the alias *nowhere stands for nothing above it"],
    ),
    "an alias of itself": (
        "firms: &f [*f]\n",
        ["s.yaml:1:12 firms.0: the alias *f contains itself"],
    ),
    "keys that are no text": (
        "? [a]\n: 1\n~: 2\n<<: {title: x}\n",
        [
            "s.yaml:1:3: a key must be text",
            "s.yaml:3:1: a key must be text",
            "s.yaml:4:1: merge keys (<<) are not part of YAML 1.2; use extends, or write it out",
        ],
    ),
    "two documents": (
        "title: a\n---\ntitle: b\n",
        ["s.yaml:2:1: a second document; one file, one scenario"],
    ),
    "a control character": (
        "title: a\nstory: \x07\n",
        ["s.yaml:2:8: the control character U+0007 is not allowed in a scenario"],
    ),
    "half a character": (
        'title: "\\ud800"',
        ["s.yaml:1:8 title: half a character (a lone surrogate)"],
    ),
    "digits without end": (
        f"market: {{months: {'9' * 400}}}",
        ["s.yaml:1:18 market.months: a whole number of more than 300 digits"],
    ),
    "depth": ("[" * 9999, ["s.yaml:1:51: is nested more than 50 levels deep"]),
    "Japanese": (
        "title: 繋がりの時代\nfirms:\n  - {name: 匠, 価格: 2, price: '高い'}\n",
        [
            "s.yaml:3:15 firms.匠.価格: unknown key; known here: name, price, discipline, share",
            's.yaml:3:29 firms.匠.price: must be a number, not the text "高い"',
        ],
    ),
    "not UTF-8": (
        "title: a\nstory: 匠".encode("cp932"),
        ["s.yaml:2:8: is not UTF-8 text; save it as UTF-8"],
    ),
    "UTF-16": ("title: a".encode("utf-16"), ["s.yaml: is written in UTF-16; save it as UTF-8"]),
    "binary": (b"\x7fELF\0\0", ["s.yaml: is a binary file, not a scenario"]),
    "BOM and CRLF": (
        b"\xef\xbb\xbftitel: 1\r\nmarket:\r\n  months: -1\r\n",
        [
            "s.yaml:1:1 titel: unknown key; did you mean title?",
            "s.yaml:3:11 market.months: must be at least 0, not -1",
        ],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_every_problem_is_told_where_it_is(case, tmp_path):
    text, expected = BAD[case]
    assert problems_of(tmp_path, text) == expected


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(Problems, match="neither such a file nor a shipped scenario"):
        load_as(Story, tmp_path / "no.yaml")
    with pytest.raises(Problems, match=f"^{tmp_path}: is a folder, not a scenario file$"):
        load_as(Story, tmp_path)
    with pytest.raises(Problems, match="neither such a file"):
        load_as(Story, "a\0b")


def test_a_file_too_large_is_refused_at_once(tmp_path):
    start = time.perf_counter()
    found = problems_of(tmp_path, random.Random(1).randbytes(10 << 20))
    found += problems_of(tmp_path, b"title: " + b"x" * (10 << 20))
    assert found == [
        "s.yaml: is a binary file, not a scenario",
        f"s.yaml: is larger than {MOST_BYTES >> 20} MB, which no scenario is",
    ]
    assert time.perf_counter() - start < 2


def test_an_alias_bomb_is_refused_at_once(tmp_path):
    rows = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    rows += [
        f"{k}: &{k} [{', '.join(['*' + b] * 10)}]"
        for b, k in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    start = time.perf_counter()
    assert problems_of(tmp_path, "\n".join(rows)) == [
        "s.yaml:5:4: has more than 50,000 values with its aliases"
    ]
    assert time.perf_counter() - start < 2


def test_depth_cannot_be_hidden_in_aliases(tmp_path):
    deep = "[" * 30 + "{}" + "]" * 30
    rows = [f"a: &a {deep.format('1')}", f"b: &b {deep.format('*a')}"]
    assert problems_of(tmp_path, "\n".join(rows)) == [
        "s.yaml:2:36: is nested more than 50 levels deep"
    ]


def test_modest_aliases_are_fine(tmp_path):
    plan = story(tmp_path, "firms:\n  - {name: A, price: &p 3}\n  - {name: B, price: *p}\n")
    assert [firm.price for firm in plan.firms] == [3.0, 3.0]


def test_what_is_right_is_read(tmp_path):
    text = (
        "\ufefftitle: 繋がり # comment\r\nmarket: {customers: 0x10, months: +7, exit: 1e-3}\r\n"
        "network: {weights: [1, 2.5], kind: small-world}\r\n"
        'firms:\r\n- name: "2024"\r\n  price: 1\r\n- {name: yes}\r\n'
    )
    plan = story(tmp_path, text)
    assert plan.title == "繋がり"
    assert (plan.market.customers, plan.market.months, plan.market.exit) == (16, 7, 0.001)
    assert plan.network.weights == (1.0, 2.5)
    assert [firm.name for firm in plan.firms] == ["2024", "yes"]


def test_relative_files_start_at_the_file_that_names_them(tmp_path, monkeypatch):
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "b.yaml").write_text("network: {kind: file, file: ../ties.csv}")
    (tmp_path / "ties.csv").write_text("")
    (tmp_path / "base" / "here.csv").write_text("")
    plan = story(tmp_path, "extends: base/b.yaml")
    assert plan.network.file == str((tmp_path / "ties.csv").resolve())
    assert story(tmp_path, f"network: {{file: {tmp_path}/ties.csv}}") == story(
        tmp_path, "network: {file: ties.csv}"
    )
    monkeypatch.chdir(tmp_path / "base")
    plan = story(tmp_path, "title: x", "network.file=here.csv")
    assert plan.network.file == str((tmp_path / "base" / "here.csv").resolve())


def test_a_file_that_is_not_there_is_told_where_it_is_named(tmp_path):
    (tmp_path / "folder").mkdir()
    assert problems_of(tmp_path, "titel: x\nnetwork: {file: no.csv}") == [
        "s.yaml:1:1 titel: unknown key; did you mean title?",
        "s.yaml:2:17 network.file: there is no such file: no.csv",
    ]
    found = problems_of(tmp_path, "network: {file: folder}")
    assert found == ["s.yaml:1:17 network.file: is a folder: folder"]


def test_code_is_refused_unless_allowed(tmp_path):
    text = (
        "firms: [{name: A, discipline: 'mine:Mine'}]\n"
        "events: [{month: 1, enter: {name: B, discipline: m:C}}]"
    )
    sentence = (
        "is Python code, which is not run unless you allow it; add --allow-code if you trust it"
    )
    assert problems_of(tmp_path, text, code=False) == [
        f"s.yaml:1:31 firms.A.discipline: mine:Mine {sentence}",
        f"s.yaml:2:50 events.0.enter.discipline: m:C {sentence}",
    ]
    plan, _ = load_as(Story, tmp_path / "s.yaml", allow_code=True)
    assert plan.firms[0].discipline == "mine:Mine"
    text = "firms: [{name: A, discipline: context}]"
    assert problems_of(tmp_path, text, code=False) == [
        "s.yaml:1:31 firms.A.discipline: the context is {'allow_code': False}"
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("TRUE", True),
        ("yes", "yes"),
        ("-012", -12),
        ("0o17", 15),
        ("-0x1F", "-0x1F"),
        ("1.", 1.0),
        (".5e3", 500.0),
        ("1_000", "1_000"),
        ("+.INF", math.inf),
        ("-.inf", -math.inf),
        ("inf", "inf"),
        (".", "."),
        ("12:30:00", "12:30:00"),
        ("2024-01-01", "2024-01-01"),
        ("٣", "٣"),
    ],
)
def test_the_core_schema(text, value):
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)
