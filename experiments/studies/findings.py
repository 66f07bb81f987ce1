"""Which outcomes of a scenario differ from the base's, and how far that can be trusted."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tsunagari.experiments.runs.statistics import LEVEL, Interval, holm, p_values, t_quantile
from tsunagari.experiments.studies.tally import TO_DATE

if TYPE_CHECKING:
    from tsunagari.experiments.studies.compare import Comparison

MONEY = ("price", "cash", TO_DATE)
MAIN = ("market_share", "retention_12", "satisfaction", "nps", "stickiness_money", *MONEY)
"""The measures that a verdict is given on, together as one family, with the measure asked for."""

type Verdict = Literal["more", "less", "same", "cannot be told"]

_SLOWER = 0.85
"""A difference whose pace has fallen below this part of what it was may yet turn round."""
_ROUNDING = 1e-12
"""Differences below this part of the values are the last digits of arithmetic, not effects."""


@dataclass(frozen=True)
class Finding:
    """One outcome in the last month of the table, in a scenario and in the base.

    Attributes:
        measure: Which.
        firm: Whose; an empty text for the market.
        base: Mean in the base; NaN where undefined.
        mean: Mean in the scenario.
        difference: Paired difference with its 95 % interval.
        standardised: Difference in standard deviations of one run; NaN where runs do not vary.
        factor: How many times as many unpaired replications would do the same; NaN where
            differences do not vary.
        smallest: Difference that so many replications would most likely have told from 0.
        pairs: Replications in which both are defined.
    """

    measure: str
    firm: str
    base: float
    mean: float
    difference: Interval
    standardised: float
    factor: float
    smallest: float
    pairs: int

    @property
    def is_defined(self) -> bool:
        """Whether there is an interval to judge by."""
        return math.isfinite(self.difference.low)

    @property
    def differs(self) -> bool:
        """Whether the interval excludes 0, by more than rounding."""
        size = max(abs(self.base), abs(self.mean))
        return (
            self.is_defined
            and self.difference.excludes(0.0)
            and abs(self.difference.mean) > _ROUNDING * size
        )

    @property
    def verdict(self) -> Verdict:
        """What the interval allows to say, at the month of the finding."""
        if self.is_defined and self.difference.low == self.difference.high == 0:
            return "same"
        if not self.differs:
            return "cannot be told"
        return "more" if self.difference.mean > 0 else "less"


@dataclass(frozen=True)
class Turn:
    """A firm's profit so far whose sign holds for the last month of the table, but not for others.

    Attributes:
        now: The difference in the last month.
        month, earlier: A month before with the other sign, and the difference then; or None.
        since: The month before the last in the table; or None.
        zero: The month in which the difference would be 0 at the pace since then, no later than
            twice the last; or None.
        slower: What the difference gained a month since then and before, where it grows ever more
            slowly; or None.
    """

    now: Finding
    month: int | None = None
    earlier: Finding | None = None
    since: int | None = None
    zero: int | None = None
    slower: tuple[float, float] | None = None


@dataclass(frozen=True)
class Findings:
    """What a scenario changed.

    Attributes:
        label: The scenario.
        followed: The measure asked for, per firm.
        looked_at: Outcomes with an interval.
        differing: Those whose interval excludes 0, the largest standardised difference first.
        family: The main outcomes with an interval.
        certain: Those of the family that differ, all of them at once with 95 % (Holm 1979).
        is_same: No outcome differs in any replication.
        main: The main outcomes that have a difference, with an interval or without.
        costs: What a unit costs, per firm: passed on, it would change the price as much.
        turns: Profits so far whose sign depends on the month.
    """

    label: str
    followed: tuple[Finding, ...]
    looked_at: int
    differing: tuple[Finding, ...]
    family: tuple[Finding, ...]
    certain: tuple[Finding, ...]
    is_same: bool
    main: tuple[Finding, ...]
    costs: tuple[Finding, ...]
    turns: tuple[Turn, ...]


def findings(found: Comparison) -> tuple[Findings, ...]:
    """One for each scenario but the base, read from the table of differences."""
    return tuple(_of_scenario(found, other.label) for other in found.alternatives[1:])


def _of_scenario(found: Comparison, label: str) -> Findings:
    rows = _rows(found.columns, label, found.at[-1])
    defined = [row for row in rows if row.is_defined]
    differing = sorted((row for row in defined if row.differs), key=_size, reverse=True)
    main = (found.measure, *(name for name in MAIN if name != found.measure))
    told = [row for row in rows if row.measure in main and math.isfinite(row.difference.mean)]
    told.sort(key=lambda row: main.index(row.measure))
    family = [row for row in told if row.is_defined]
    adjusted = holm([_p_value(row) for row in family])
    pairs = zip(family, adjusted, strict=True)
    certain = [row for row, p in pairs if p <= 1 - LEVEL and row.differs]
    return Findings(
        label=label,
        followed=tuple(row for row in rows if row.measure == found.measure),
        looked_at=len(defined),
        differing=tuple(differing),
        family=tuple(family),
        certain=tuple(certain),
        is_same=bool(defined)
        and all(row.difference.low == row.difference.high == 0 for row in defined),
        main=tuple(told),
        costs=tuple(row for row in rows if row.measure == "full_cost"),
        turns=tuple(_turns(found, label, [row for row in told if row.measure == TO_DATE])),
    )


def _turns(found: Comparison, label: str, rows: Sequence[Finding]) -> Iterator[Turn]:
    """Those of the profits so far that had another sign, or are on the way to one."""
    last = found.at[-1]
    before = [month for month in reversed(found.at) if 0 < month < last]
    then = {month: _rows(found.columns, label, month) for month in before}
    for row in rows:
        if not row.differs:
            continue
        past = {
            month: one
            for month, some in then.items()
            for one in some
            if (one.measure, one.firm) == (row.measure, row.firm)
        }
        now = row.difference.mean
        other = [m for m, one in past.items() if one.differs and one.difference.mean * now < 0]
        since, zero, slower = next(iter(past), None), None, None
        if since is not None:
            course = [(last, now), *((m, one.difference.mean) for m, one in past.items()), (0, 0.0)]
            pace, earlier_pace = (
                (late[1] - early[1]) / (late[0] - early[0])
                for late, early in itertools.pairwise(course[:3])
            )
            if pace * now < 0 and -now / pace <= last:
                zero = math.ceil(last - now / pace)
            if pace * now > 0 and abs(pace) < _SLOWER * abs(earlier_pace):
                slower = (pace, earlier_pace)
        if other or zero or slower:
            month = other[0] if other else None
            earlier = past[month] if month is not None else None
            yield Turn(row, month, earlier, since, zero, slower)


def _rows(columns: Any, label: str, month: int) -> list[Finding]:
    """The rows of one scenario and month."""
    here = np.flatnonzero(
        (np.asarray(columns["scenario"], dtype=object) == label) & (columns["month"] == month)
    )

    def number(name: str, row: int) -> float:
        return float(columns[name][row])

    return [
        Finding(
            measure=columns["measure"][row],
            firm=columns["firm"][row],
            base=number("base_mean", row),
            mean=number("mean", row),
            difference=Interval(number("difference", row), number("low", row), number("high", row)),
            standardised=number("standardised", row),
            factor=number("variance_reduction", row),
            smallest=number("smallest_detectable", row),
            pairs=int(columns["pairs"][row]),
        )
        for row in here.tolist()
    ]


def _size(found: Finding) -> float:
    """By which outcomes are ordered; one without any chance in it is beyond all others."""
    return abs(found.standardised) if math.isfinite(found.standardised) else math.inf


def _p_value(found: Finding) -> float:
    """Of the paired difference being 0, from its interval."""
    quantile = t_quantile((1 + LEVEL) / 2, found.pairs - 1)
    deviation = found.difference.half_width / quantile * math.sqrt(found.pairs)
    return float(p_values(found.difference.mean, deviation, found.pairs))


def range_of_factors(rows: Sequence[Finding]) -> tuple[float, float] | None:
    """Smallest and largest factor that pairing was worth; None where none is defined."""
    factors = [row.factor for row in rows if math.isfinite(row.factor)]
    return (min(factors), max(factors)) if factors else None
