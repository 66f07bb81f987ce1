"""Analyses as they are often made of such files, to be held against the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.panel.twins import YEAR
from tsunagari.experiments.panel.watch import CHANNELS
from tsunagari.experiments.runs.statistics import Interval, half_width, wilson_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.tables import Columns

    type Floats = NDArray[np.float64]

CAUSED_BY: Mapping[str, str] = {
    "advertising": "advertising",
    "reviews": "reviews",
    "referral": "friends",
}
"""What the firm records as a channel, and the channel whose absence is the truth about it."""
_NOTHING = Interval(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Estimate:
    """What an analysis says.

    Attributes:
        analysis: ``nps``, ``last click`` or ``lifetime``.
        name: Of what, as in the table of truths.
        about: Part of the table of truths in which the true value stands.
        found: The estimate with its own interval.
        count: Answers, joiners or customer-months that it is made of.
    """

    analysis: str
    name: str
    about: str
    found: Interval
    count: int


def naive(tables: Mapping[str, Columns], follow: int) -> list[Estimate]:
    """All naive analyses of a firm's files.

    Args:
        tables: As :meth:`tsunagari.experiments.panel.watch.Watch.tables` has them.
        follow: Months within which a customer's worth counts.
    """
    last = int(np.asarray(tables["books"]["month"])[-1])
    return [
        leaving_by_answer(tables["customers"], tables["nps"], last),
        *last_click(tables["customers"]),
        *lifetime_of_churn(tables["books"], follow),
    ]


def leaving_by_answer(customers: Columns, nps: Columns, last: int) -> Estimate:
    """Least squares of leaving within a year (1 or 0) on the answer.

    A line, not a logit: the slope is in the unit of the truth, and of rare leaving and answers from
    0 to 10 both say the same.

    Args:
        customers: The firm's spells.
        nps: Answers; whoever gave none is left out.
        last: Last month of the panel; answers of the year before it have no outcome yet.
    """
    score, month = np.asarray(nps["score"]), np.asarray(nps["month"])
    told = np.isfinite(score) & (month + YEAR <= last)
    left = left_within(customers, np.asarray(nps["person"])[told], month[told])
    found = slope(score[told], left)
    return Estimate("nps", "service", "answer", found, int(told.sum()))


def left_within(customers: Columns, person: NDArray[np.int64], month: NDArray[np.int64]) -> Floats:
    """Whether the spell that somebody was in ended within a year of that month."""
    whose = np.asarray(customers["person"])
    joined = np.nan_to_num(np.asarray(customers["joined_month"]), nan=-np.inf)
    ended = np.nan_to_num(np.asarray(customers["left_month"]), nan=np.inf)
    spells: dict[int, list[int]] = {}
    for place, one in enumerate(whose.tolist()):
        spells.setdefault(one, []).append(place)
    found = np.zeros(len(person))
    for row, (one, when) in enumerate(zip(person.tolist(), month.tolist(), strict=True)):
        inside = [p for p in spells.get(one, ()) if joined[p] <= when < ended[p]]
        found[row] = float(bool(inside) and ended[inside[0]] <= when + YEAR)
    return found


def slope(x: Floats, y: Floats) -> Interval:
    """Slope of a line by least squares and its usual interval; NaN where x does not vary."""
    if len(x) < 3 or np.ptp(x) == 0.0:
        return _NOTHING
    across = x - x.mean()
    spread = float(across @ across)
    rise = float(across @ y) / spread
    rest = y - y.mean() - rise * across
    deviation = math.sqrt(float(rest @ rest) / (len(x) - 2))
    # half_width divides by √n of n values of a mean, which has n − 1 degrees of freedom.
    many = len(x) - 1
    half = float(half_width(deviation * math.sqrt(many / spread), many))
    return Interval(rise, rise - half, rise + half)


def last_click(customers: Columns) -> list[Estimate]:
    """Part of all joiners with a channel that each channel has."""
    joined = np.isfinite(np.asarray(customers["joined_month"], np.float64))
    channels = [c for c, new in zip(customers["channel"], joined, strict=True) if new and c]
    assert set(CAUSED_BY) <= set(CHANNELS.values())
    return [
        Estimate(
            "last click",
            truth,
            "channel",
            wilson_interval(channels.count(recorded), len(channels)),
            len(channels),
        )
        for recorded, truth in CAUSED_BY.items()
    ]


def lifetime_of_churn(books: Columns, follow: int) -> list[Estimate]:
    """Margin by churn, as far as it goes in so many months: ``m·(1 − (1 − c)^n)/c``.

    One rate for all, and one margin; what comes after the months in which customers are followed is
    cut off, as it is of the truth. Those who are there bring nothing before the first month is
    over, so theirs is a month's staying less.
    """
    leaves, customers = (np.asarray(books[k], np.float64) for k in ("leaves", "customers"))
    before = float(customers[:-1].sum())
    margin = float(np.asarray(books["contribution"]).sum() / customers.sum()) if before else 0.0
    gone = wilson_interval(int(leaves[1:].sum()), int(before))

    def worth(churn: float, months_before: int) -> float:
        lasting = follow if churn == 0.0 else (1.0 - (1.0 - churn) ** follow) / churn
        return margin * lasting * (1.0 - churn) ** months_before

    def estimate(name: str, months_before: int) -> Estimate:
        ends = [worth(churn, months_before) for churn in (gone.mean, gone.low, gone.high)]
        found = Interval(ends[0], min(ends), max(ends)) if before else _NOTHING
        return Estimate("lifetime", name, "lifetime", found, int(before))

    return [estimate("base", 1), estimate("joiner", 0)]
