"""What a class predicts: one setting, and one course of events for each of its values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from experiments.statistics import Floats
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Size:
    """How much of a market stands behind a course.

    Attributes:
        customers: Of each market.
        seed: What all chance depends on.
        months: Most months; topics that take longer end sooner.
    """

    customers: int
    seed: int
    months: int = 120


@dataclass(frozen=True, eq=False)
class Topic:
    """One chapter of the page for predictions.

    Attributes:
        name: That of its lesson.
        title, question: Of the chapter.
        setting: What the slider sets.
        values: Its values, in order; each of them is run.
        told: How a value is written.
        shipped: The value at which the slider begins.
        measured: What is predicted, with its unit.
        unit: Written after a number.
        decimals: Of numbers.
        most: What the measure cannot exceed.
        months: Of the axis, in order; the first is given to the class.
        since: The name of the axis.
        course: Value, size and replication to the course, [axis], in the unit.
        firm: Place of the firm concerned in its scenario, for its colour; None is the market.
        debrief: What to see, paragraph by paragraph.
        statements: Medians [value, axis] to what the debrief says, and whether it is so.
    """

    name: str
    title: str
    question: str
    setting: str
    values: Sequence[float]
    told: Callable[[float], str]
    shipped: float
    measured: str
    unit: str
    decimals: int
    most: float
    months: Sequence[int]
    since: str
    course: Callable[[float, Size, int], Floats]
    firm: int | None
    debrief: Sequence[str]
    statements: Callable[[Floats], Mapping[str, bool]]


def market_of(scenario: str, size: Size, months: int, changes: Mapping[str, Any]) -> Scenario:
    """A shipped scenario in that size with changes, without its claims."""
    from sim.scenario import Scenario

    basic = {
        "market.customers": size.customers,
        "market.months": min(months, size.months),
        "claims": [],
    }
    plan = Scenario.load(scenario)
    inside = [e.model_dump(mode="json", exclude_none=True) for e in plan.events]
    kept = [event for event in inside if event["month"] <= basic["market.months"]]
    return plan.with_values({"events": kept}).with_values({**basic, **changes})


def courses_of(
    plan: Scenario, size: Size, replication: int, measures: Sequence[str], firm: str = ""
) -> Floats:
    """Measures of a firm, or of the market, in one run: [measure, month], month 0 first.

    NaN from the month on in which the firm has closed.
    """
    from experiments.comparison.tally import values_of
    from experiments.trial import Trial, run_trial

    tables = run_trial(Trial(plan, size.seed, replication), threads=1).tables
    months = range(plan.market.months + 1)
    if firm:
        return values_of(tables["firms"], measures, months, [firm])[:, 0]
    return values_of(tables["market"], measures, months)[:, 0]


def on_axis(course: Floats, months: Sequence[int]) -> Floats:
    """A course at the months of an axis; NaN after its end."""
    longer = np.full(max(len(course), months[-1] + 1), np.nan)
    longer[: len(course)] = course
    return longer[list(months)]
