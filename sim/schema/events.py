"""Dated events: what changes, when, and over how long."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sim.problems import At
from sim.schema.fields import REQUIRED, Section, parameter
from sim.schema.firms import FirmPlan

KINDS = ("set", "enter", "leave", "launch", "scandal", "poach")


class Event(Section):
    """One event; it has exactly one of the keys in :data:`KINDS`."""

    month: int = parameter(REQUIRED, unit="month", low=1, meaning="Month it begins with.")
    set: str | None = parameter(None, unit="", meaning="Path of the parameter that changes.")
    to: Any = Field(
        None, description="Its new value.", json_schema_extra={"unit": "", "dated": False}
    )
    over: int = parameter(
        0, unit="months", low=0, high=1200, meaning="Months over which a number moves there evenly."
    )
    enter: FirmPlan | None = Field(None, description="A firm that enters the market.")  # type: ignore[valid-type]
    leave: str | None = parameter(None, unit="", meaning="A firm that closes.")
    launch: str | None = parameter(None, unit="", meaning="A firm that launches a new product.")
    scandal: str | None = parameter(None, unit="", meaning="A firm that is in the headlines.")
    poach: str | None = parameter(
        None,
        unit="",
        meaning="A firm some of whose people go to another, with their customers' liking.",
    )
    by: str | None = parameter(None, unit="", meaning="The firm to which poached people go.")
    size: float = parameter(
        1.0,
        unit="utility; product level for a launch; share of accounts for poaching",
        low=0,
        high=10,
        meaning="Of a launch, its jump; of a scandal, what trust loses; of poaching, how many.",
    )
    note: str | None = parameter(None, unit="", meaning="Text beside the event in figures.")

    @model_validator(mode="after")
    def _one_kind(self) -> Event:
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            kinds = ", ".join(KINDS)
            raise ValueError(f"an event has exactly one of {kinds}; this one has {found}")
        if (self.set is not None) != (self.to is not None):
            raise ValueError("'set' (which parameter) and 'to' (its new value) belong together")
        if self.over and self.set is None:
            raise ValueError("'over' belongs to 'set'")
        if (self.poach is not None) != (self.by is not None):
            raise ValueError("'poach' (whose people) and 'by' (who gets them) belong together")
        if self.poach is not None and self.size > 1.0:
            raise At(("size",), "a share of accounts is at most 1")
        return self

    @property
    def kind(self) -> str:
        """Which of them it is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)
