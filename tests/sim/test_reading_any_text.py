"""Whatever a file holds, reading it gives a scenario or problems, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import Story

from tsunagari import scenarios
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import load_as
from tsunagari.sim.reading.documents import document_of
from tsunagari.sim.reading.dumping import text_of_plan
from tsunagari.sim.reading.tree import Place
from tsunagari.sim.reading.validation import validated
from tsunagari.sim.scenario import load

SOUND = """\
# A scenario
title: "The 'age'"
market: {customers: 20, months: 12}
network:
  kind: small-world
  weights: &w [1, 2.5, 1e-3]
  spread: *w
firms:
  - {name: Lean, price: 0.9}
  - name: 匠
    share: .5
events:
  - {month: 3, set: market.exit}
  - month: 4
    enter: {name: "A.B", discipline: |
      none}
"""
PIECES = st.sampled_from(
    [
        *"{}[]:,-?#&*!|>'\"%@`~ \t\n\r\\0129.eE=<",
        *["\n  ", "- ", ": ", "<<: ", "!!int ", "---\n", "...\n", "*w", "&w ", ".nan", "null"],
        *["\\U00110000", "\\ud800", "\x00", "\x85", "\u2028", "\ufeff", "繋", "9" * 400],
        *["extends: s.yaml\n", "%YAML 1.9\n", "%TAG ! x\n", "market"],
    ]
)
CHANGES = st.lists(
    st.tuples(st.integers(0, len(SOUND)), st.integers(0, 12), PIECES), min_size=1, max_size=6
)


@settings(max_examples=600, deadline=None)
@given(CHANGES)
def test_no_text_raises_anything_but_problems(tmp_path_factory, changes):
    text = SOUND
    for position, gone, piece in changes:
        position = min(position, len(text))
        text = text[:position] + piece + text[position + gone :]
    file = tmp_path_factory.getbasetemp() / "s.yaml"
    file.write_bytes(text.encode())
    try:
        plan, _ = load_as(Story, file)
    except Problems as raised:
        lines = text.encode().decode().count("\n") + text.count("\r") + text.count("\x85") + 3
        for problem in raised.problems:
            assert problem.message
            assert problem.line is None or 1 <= problem.line <= lines + text.count("\u2028")
            assert problem.column is None or problem.column >= 1
    else:
        assert (
            validated(Story, document_of(text_of_plan(plan), Place("", 1, 1, Path())).root) == plan
        )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_problems(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "b.yaml"
    file.write_bytes(content)
    with pytest.raises(Problems) as raised:
        load_as(Story, file)
    assert raised.value.problems


# -- the shipped files, changed as people and accidents change files -----------------------------

SHIPPED = {name: scenarios.path(name).read_text(encoding="utf-8") for name in scenarios.names()}
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?")
NUMBERS = st.sampled_from(
    [
        *["0", "-1", "1e999", ".nan", "-.inf", "0.5", "1e-320", "99999999999999999999", "2.0"],
        *["'3'", "1_000", "0x10", "1.2.3", "٣", "~", "", "true", "[1]", "{a: 1}"],
    ]
)
LINES = st.integers(0, 40)
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("delete"), LINES, st.integers(1, 3)),
        st.tuples(st.just("duplicate"), LINES, st.integers(1, 3)),
        st.tuples(st.just("swap"), LINES, LINES),
        st.tuples(st.just("insert"), st.integers(0, 1500), PIECES),
        st.tuples(st.just("cut"), st.integers(0, 1500), st.integers(1, 30)),
        st.tuples(st.just("number"), st.integers(0, 40), NUMBERS),
    ),
    min_size=1,
    max_size=4,
)


def edited(text: str, edit: tuple) -> str:
    """A text after one accident; places beyond its end are counted from its beginning again."""
    kind, where, what = edit
    if kind in ("insert", "cut"):
        where %= len(text) + 1
        return text[:where] + (what + text[where:] if kind == "insert" else text[where + what :])
    if kind == "number":
        found = list(NUMBER.finditer(text))
        if not found:
            return text
        number = found[where % len(found)]
        return text[: number.start()] + what + text[number.end() :]
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    where %= len(lines)
    if kind == "delete":
        del lines[where : where + what]
    elif kind == "duplicate":
        lines[where:where] = lines[where : where + what]
    else:
        what %= len(lines)
        lines[where], lines[what] = lines[what], lines[where]
    return "".join(lines)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(SHIPPED)), EDITS)
def test_no_accident_to_a_shipped_file_raises_anything_but_problems(tmp_path_factory, name, edits):
    text = SHIPPED[name]
    for edit in edits:
        text = edited(text, edit)
    file = tmp_path_factory.getbasetemp() / "shipped.yaml"
    file.write_bytes(text.encode(errors="surrogatepass"))
    try:
        plan, _ = load(file)
    except Problems as raised:
        for problem in raised.problems:
            assert problem.message
            assert "\n" not in str(problem)
            assert problem.file == str(file)
    else:
        written = document_of(text_of_plan(plan), Place("", 1, 1, Path())).root
        assert validated(type(plan), written) == plan


@pytest.mark.parametrize("kind", ["delete", "duplicate", "swap", "insert", "cut", "number"])
def test_every_kind_of_accident_changes_the_file(kind):
    what = {"insert": "{", "number": "0.123"}.get(kind, 2)
    assert edited(SHIPPED["connected-age"], (kind, 0, what)) != SHIPPED["connected-age"]
