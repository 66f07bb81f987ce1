"""Text that comes in: what is refused, when names are one, and that every message is one line."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tsunagari.experiments.words.text import escaped, isolated, same_name, unsuitable
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario, load

HOSTILE = [
    *["\x1b[2J", "\0", "\x07", "\r", "\n", "\t", "\x7f", "\x85", "\x9b31m"],
    *["\u200b", "\u200e", "\u202e", "\u2028", "\u2066", "\ufeff", "\ud800", "\uffff"],
    *["\U000e0041", "\U0010ffff", "\u3164", "\u061c", "\xad"],
]
PLACES = [
    "title: {}",
    "story: {}",
    "firms: [{{name: {}}}, {{name: B}}]",
    "firms: [{{name: A, discipline: {}}}]",
    "firms: [{{name: A, target: {}}}]",
    "segments: [{{name: {}, share: 1}}]",
    "network: {{kind: file, file: {}}}",
    "measures: [{}]",
    "events: [{{month: 1, leave: {}}}]",
    "events: [{{month: 1, leave: Lean, note: {}}}]",
    "events: [{{month: 1, set: {}, to: 1}}]",
    "events: [{{month: 1, set: firms.Lean.discipline, to: {}}}]",
    "events: [{{month: 1, enter: {{name: {}}}}}]",
    "translations: {{ja: {{title: {}}}}}",
    "claims: [{{say: {}, source: a, measure: hhi, expect: higher, without: {{seed: 2}}}}]",
    "claims: [{{say: a, source: a, measure: hhi, expect: higher, without: {{title: {}}}}}]",
    "extends: {}",
    "{}: 1",
    "market: {{{}: 1}}",
    "market: {{customers: {}}}",
]


def problems(tmp_path, text: str, *sets: str) -> list[str]:
    """What is wrong with a file, a line each."""
    file = tmp_path / "s.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        load(file, sets)
    except Problems as raised:
        return str(raised).replace(str(file), "s.yaml").split("\n")
    return []


def quoted(text: str) -> str:
    """A text between two letters, as YAML with nothing but escapes."""
    return escapes(f"x{text}y")


def escapes(text: str) -> str:
    """A text as YAML with nothing but escapes."""
    return '"' + "".join(f"\\U{ord(c):08x}" for c in text) + '"'


@pytest.mark.parametrize("place", PLACES)
def test_no_text_has_characters_that_nobody_sees(tmp_path, place):
    for text in HOSTILE:
        if text in "\n\t" and place.startswith(("story", "claims: [{{say: {}")):
            continue  # a story may have lines
        told = problems(tmp_path, place.format(quoted(text)))
        assert told, (place, text)
        assert all(line.isprintable() for line in told), (place, text, told)
        if not place.startswith(("extends", "{", "market")):
            code = f"U+{ord(text[0]):04X}"
            assert any(code in line or "surrogate" in line for line in told), (place, told)


@pytest.mark.parametrize("text", HOSTILE)
def test_nor_do_values_from_options_and_python(tmp_path, text):
    said = problems(tmp_path, "title: a\n", f"title={quoted(text)}")
    assert len(said) == 1
    assert said[0].isprintable()
    for values in ({"title": text}, {"firms.Lean.name": "a" + text}, {text + "a": 1}):
        with pytest.raises(Problems) as raised:
            Scenario().with_values(values)
        assert str(raised.value).isprintable()


@pytest.mark.parametrize("place", [place for place in PLACES if not place.startswith("market")])
def test_no_text_is_too_long(tmp_path, place):
    started = time.process_time()
    told = problems(tmp_path, place.format("n" * 20_000))
    assert told
    assert max(map(len, told)) < 25_000
    assert time.process_time() - started < 5


def test_lengths_are_told(tmp_path):
    assert problems(tmp_path, f"firms: [{{name: {'n' * 81}}}]") == [
        f"s.yaml:1:16 firms.{'n' * 81}.name: must have at most 80 characters, not 81"
    ]
    assert problems(tmp_path, f"firms: [{{name: {'匠' * 80}}}]") == []
    assert problems(tmp_path, f"story: {'n ' * 4_999}") == []


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("A", "A ", "the name 'A ' is taken already: it looks like 'A'"),
        ("A", "\N{FULLWIDTH LATIN CAPITAL LETTER A}", "taken already: it looks like 'A'"),
        ("A", "A\N{ZERO WIDTH JOINER}", "taken already: it looks like 'A'"),
        ("A B", "A\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}B", "taken already: it looks like"),
        ("が", "か\u3099", "taken already: it looks like"),
        ("A", "A", "the name 'A' is taken already"),
        ("A", " B", 'begins or ends with a space; write "B"'),
        ("A", " ", "a name must not be empty"),
        ("A", "=1+1", 'begins with =, as formulas in spreadsheets do; write "1+1"'),
        ("A", "@SUM(A1)", 'write "SUM(A1)"'),
        ("A", "+-=B", 'write "B"'),
        ("A", "＝B", 'write "B"'),
        ("A", "a", None),
        ("A", "-", None),
        ("NA", "null", None),
        ("شركة", "仕立屋　本店", None),
        ("葛", "葛\U000e0100x", None),
    ],
)
@pytest.mark.parametrize("where", ["firms", "segments", "entering"])
def test_names_that_look_alike_are_one(tmp_path, first, second, said, where):
    one, other = (f"name: {escapes(name)}" for name in (first, second))
    text = {
        "firms": f"firms: [{{{one}}}, {{{other}}}]",
        "segments": f"segments: [{{{one}, share: .5}}, {{{other}, share: .5}}]",
        "entering": f"firms: [{{{one}}}]\nevents: [{{month: 1, enter: {{{other}}}}}]",
    }[where]
    told = problems(tmp_path, text)
    assert (said in told[0]) if said else (told == []), told


@given(st.text())
def test_what_is_shown_has_nothing_unseen_and_says_it_all(text):
    shown = escaped(text)
    assert unsuitable(shown) is None
    assert unsuitable(str(Problem(text, text, text, 1, 1, text))) is None
    if unsuitable(text) is None:
        assert shown == text
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


@given(st.text())
@example("A \N{ZERO WIDTH JOINER}")
def test_a_name_is_the_same_as_itself_however_it_is_normalised(text):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert same_name(unicodedata.normalize(form, text)) == same_name(same_name(text))
    assert same_name(f" {text}\n") == same_name(text)


def test_only_names_that_turn_are_set_apart():
    assert isolated("Lean") == "Lean"
    assert isolated("仕立屋") == "仕立屋"
    assert isolated("שלום") == "\u2068שלום\u2069"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=90))
def test_any_text_as_a_name_is_read_or_refused(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_text(f"firms: [{{name: {escapes(text)}}}, {{name: B}}]\n")
    try:
        plan, _ = load(file)
    except Problems as raised:
        said = str(raised)
    else:
        said = plan.firms[0].name
        assert said == text
    assert unsuitable(said, lines=True) is None


def test_thousands_of_mistakes_are_told_in_time(tmp_path):
    started = time.process_time()
    told = problems(tmp_path, "".join(f"key{n}: 1\n" for n in range(3_000)))
    assert len(told) == 201
    assert "2,800 more" in told[-1]
    assert time.process_time() - started < 10


@pytest.mark.parametrize("text", ["a\x1b[2J", "a" * 400])
def test_names_in_a_network_are_texts_as_well(tmp_path, text):
    from tsunagari.sim.network.read import NetworkFileProblem, read_ties

    file = tmp_path / "ties.csv"
    file.write_text(f"{text},b\nb,c\n", encoding="utf-8")
    with pytest.raises(NetworkFileProblem) as raised:
        read_ties(file)
    assert raised.value.message.isprintable()
    assert len(raised.value.message) < 200
