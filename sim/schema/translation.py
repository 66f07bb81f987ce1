"""A scenario's own words in another language."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.words.text import LONGEST_STORY
from sim.schema.fields import Section, parameter

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
