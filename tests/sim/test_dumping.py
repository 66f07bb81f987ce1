"""Writing scenarios: nothing is lost, and people can read it."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from story import Company, Happening, Size, Story, Ties

from tsunagari.experiments.words.text import unsuitable
from tsunagari.sim.reading.documents import document_of
from tsunagari.sim.reading.dumping import text_of_plan
from tsunagari.sim.reading.tree import Place
from tsunagari.sim.reading.validation import validated

LETTERS = st.characters(exclude_categories=["Cs"]).filter(lambda sign: not unsuitable(sign))
FIRMS = st.builds(
    Company,
    name=st.text(LETTERS),
    price=st.floats(min_value=5e-324, allow_infinity=False),
    share=st.none() | st.floats(0, 1),
)


@settings(max_examples=300, deadline=None)
@given(
    title=st.text(LETTERS | st.sampled_from("\n :#-'\"{}[]|>&*!%@`\t")),
    exit=st.floats(0, 1, exclude_max=True),
    weights=st.lists(st.floats(allow_nan=False, allow_infinity=False)),
    firms=st.lists(FIRMS, max_size=3),
)
def test_what_is_written_is_read_back_to_the_bit(title, exit, weights, firms):
    plan = Story(
        title=title,
        market=Size(exit=exit),
        network=Ties(weights=tuple(weights)),
        firms=firms,
        events=[Happening(month=1, enter=firm) for firm in firms],
    )
    document = document_of(text_of_plan(plan), Place("", 1, 1, Path()))
    assert not document.problems
    again = validated(Story, document.root) if _adds_up(firms) else None
    if again is not None:
        assert again == plan
        assert list(map(str, again.network.weights)) == list(map(str, plan.network.weights))


def _adds_up(firms: list[Company]) -> bool:
    return sum(firm.share or 0 for firm in firms) <= 1


def test_the_written_file_is_for_people():
    story = "One.\n\n  Two: 繋 # no comment\n"
    plan = Story(title=story, firms=[Company(name="A.B", price=1e-7), Company(name="no")])
    lines = text_of_plan(plan).splitlines()
    assert lines[:5] == ["title: |", "  One.", "", "    Two: 繋 # no comment", "market:"]
    assert lines[5:9] == ["  customers: 100", "  months: 12", "  exit: 0.5", "  open: true"]
    at = lines.index("firms:")
    assert lines[at + 1 : at + 5] == [
        "  - name: A.B",
        "    price: 1.0e-07",
        "    discipline: none",
        '  - name: "no"',
    ]
    assert lines[-2:] == ["segments: []", "events: []"]
