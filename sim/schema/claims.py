"""Claims: what a source says an idea does, so that a run can be held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol, Self

from pydantic import Field

from sim.schema.fields import REQUIRED, Section, parameter

type Expectation = Literal["higher", "lower", "no-different"]


class Changeable(Protocol):
    """A scenario, of which there are others with other values."""

    def with_values(self, values: Mapping[str, Any]) -> Self: ...  # noqa: D102


class Claim(Section):
    """What a source says an idea does: a measure with the idea against one without it."""

    say: str = parameter(
        REQUIRED, unit="", lines=True, meaning="What the source claims, in one sentence."
    )
    source: str = parameter(REQUIRED, unit="", meaning="Who claims it: author and year.")
    without: dict[str, Any] = Field(
        min_length=1,
        description="Values by path that take the idea out of the scenario: the counterfactual.",
        json_schema_extra={"unit": "", "dated": False},
    )
    given: dict[str, Any] = Field(
        default_factory=dict,
        description="Values by path that both markets have otherwise than the scenario.",
        json_schema_extra={"unit": "", "dated": False},
    )
    firm: str | None = parameter(
        None, unit="", meaning="Whose measure; nothing for a measure of the market."
    )
    measure: str = parameter(
        REQUIRED, unit="", meaning="A column of the table firms or market, own measures included."
    )
    month: int | None = parameter(
        None, unit="month", low=0, meaning="Month in which it is measured; nothing means the last."
    )
    expect: Expectation = parameter(
        REQUIRED, unit="", meaning="What the source expects of the market with the idea."
    )
    margin: float = parameter(
        0.0,
        unit="of the measure",
        low=0,
        source="Schuirmann 1987",
        meaning="Largest difference that counts as none; no-different needs one.",
    )
    remark: str | None = parameter(
        None,
        unit="",
        lines=True,
        meaning="Why the model may see it otherwise; told if it does not come true.",
    )

    def with_idea[P: Changeable](self, plan: P) -> P:
        """The market with the idea: the scenario itself, unless both differ from it.

        Raises:
            sim.problems.Problems: A path of ``given`` leads nowhere, or a value is not allowed.
        """
        return plan.with_values({"claims": [], **self.given}) if self.given else plan

    def without_idea[P: Changeable](self, plan: P) -> P:
        """The market without the idea.

        Raises:
            sim.problems.Problems: A path leads nowhere, or a value is not allowed.
        """
        return plan.with_values({"claims": [], **self.given, **self.without})
