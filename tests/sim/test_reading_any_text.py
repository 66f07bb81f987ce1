"""Whatever a file holds, reading it gives a scenario or problems, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from story import Story

from sim.problems import Problems
from sim.reading import load_as
from sim.reading.documents import document_of
from sim.reading.dumping import text_of_plan
from sim.reading.nodes import Place
from sim.reading.validation import validated

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
