"""A scenario's own words in another language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from experiments.words.numbers import counted
from experiments.words.text import LONGEST_STORY
from sim.schema.fields import Section, parameter

if TYPE_CHECKING:
    from sim.schema.scenario import Scenario

type Language = Literal["en", "ja"]
"""A language by its tag (BCP 47)."""


_Text = Annotated[str, Field(max_length=LONGEST_STORY)]


def _texts(meaning: str) -> Any:
    extra: dict[str, Any] = {"unit": "", "dated": False, "lines": True}
    return Field(default_factory=list, description=meaning, json_schema_extra=extra)


class Translation(Section):
    """The words of a scenario in one other language; what is left out is not translated.

    Lists have as many texts as the scenario has claims or events, or none.
    """

    title: str = parameter("", unit="", meaning="The title; empty where it is not translated.")
    story: str = parameter(
        "", unit="", lines=True, meaning="The story; empty where it is not translated."
    )
    claims: list[_Text] = _texts("What each claim says, in their order.")
    remarks: list[_Text] = _texts("The claims' remarks, in their order; empty where one has none.")
    notes: list[_Text] = _texts("The events' notes, in their order; empty where one has none.")


type Complaint = tuple[tuple[str | int, ...], str, str | None]


def complaints(plan: Scenario) -> Iterator[Complaint]:
    """Every translation whose texts cannot be matched to the claims or events, by their order."""
    says = [claim.say for claim in plan.claims]
    remarks = [claim.remark or "" for claim in plan.claims]
    notes = [event.note or "" for event in plan.events]
    for language, words in plan.translations.items():
        at = ("translations", language)
        yield from _matching((*at, "claims"), words.claims, says, "claim")
        yield from _matching((*at, "remarks"), words.remarks, remarks, "claim")
        yield from _matching((*at, "notes"), words.notes, notes, "event")


def _matching(
    at: tuple[str | int, ...], texts: list[str], originals: list[str], what: str
) -> Iterator[Complaint]:
    if not texts:
        return
    if len(texts) != len(originals):
        found = f"has {counted(len(texts), 'text')}"
        wanted = f"the scenario has {counted(len(originals), what)}"
        suggestion = f"write one text per {what}, in order, or none at all"
        yield at, f"{found}, but {wanted}", suggestion
        return
    for index, (text, original) in enumerate(zip(texts, originals, strict=True)):
        if original.strip() and not text.strip():
            yield (*at, index), "must not be empty: there is something to translate", None
        elif text.strip() and not original.strip():
            yield (*at, index), "translates nothing", 'write ""'
