"""A pattern: what should be seen, who saw it, how to look, and the verdict that it came to."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tsunagari.experiments.words.numbers import plain

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.validate.study import Study

type Band = tuple[float | None, float | None]
"""Where a number should lie; None is an open end."""

type Rule = Literal["mean", "interval", "overlap"]
"""What must lie in the band: the mean; the whole interval; some of the interval."""

type Mark = Literal["fitted", "built in", "out of sample"]
"""What a pattern's agreement is worth: numbers were moved until it showed; a rule says so, and the
test is of the rule's size or of the program; nothing was moved or written for it."""

DIRECTION = "a direction only"
"""The estimate of a source that gives a sign, and no number."""
KNOWN = "a known answer"
"""Of a limit: what follows from the rules."""


@dataclass(frozen=True)
class Quantity:
    """One number that a pattern, or its null model, is judged by.

    The rule is ``mean`` where a source gives a band, ``interval`` where only a sign or a bound is
    claimed and chance must be excluded, and ``overlap`` where no effect is expected: the interval
    must reach the band.

    Attributes:
        name: What it is, with its unit.
        found: Mean and interval.
        band: Where it should lie.
        rule: What of it.
        estimate: What the source itself found, and of what kind that is; empty where it has
            nothing to say of this number.
    """

    name: str
    found: Interval
    band: Band
    rule: Rule = "mean"
    estimate: str = ""

    @property
    def holds(self) -> bool:
        """Whether it lies there; never, where what the rule asks for is undefined."""
        found = self.found
        low, high = self.ends
        if self.rule == "mean":
            return low <= found.mean <= high
        if self.rule == "interval":
            return low <= found.low and found.high <= high
        return found.low <= high and low <= found.high

    @property
    def is_decided(self) -> bool:
        """Whether more of the same would hardly change it: its interval crosses no end."""
        low, high = self.ends
        found = self.found
        return self.holds or found.high < low or found.low > high

    @property
    def ends(self) -> tuple[float, float]:
        """The band with infinite instead of open ends."""
        low, high = self.band
        return -math.inf if low is None else low, math.inf if high is None else high

    def as_json(self) -> dict[str, Any]:
        """The quantity for ``--json``; what is undefined is null."""
        return {
            "name": self.name,
            "band": list(self.band),
            "rule": self.rule,
            "estimate": self.estimate,
            **_numbers(self.found),
            "holds": self.holds,
        }


@dataclass(frozen=True)
class Finding:
    """What a pattern's study has found.

    Attributes:
        quantities: What the pattern is judged by, all of which must hold; the first is the value
            that is shown.
        null: What the null model is judged by; it fails, as it should, where all of these hold.
        details: Sentences on whatever else is worth knowing.
    """

    quantities: tuple[Quantity, ...]
    null: tuple[Quantity, ...]
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pattern:
    """One regularity, or one limit, that the model is held to.

    Attributes:
        id: ``P1``, ``L1``, …
        pattern: What should be seen, in a line without a full stop.
        source: Who saw it, as ``Bass 1969; Sultan et al. 1990``.
        statistic: What the value is, with its unit, and what was run to get it.
        null: The null model, which must not show the pattern.
        find: Runs the markets and looks.
        mark: What its agreement is worth.
        reason: Why it is marked so, as a sentence.
    """

    id: str
    pattern: str
    source: str
    statistic: str
    null: str
    find: Callable[[Study], Finding]
    mark: Mark
    reason: str

    def run(self, study: Study) -> Verdict:
        """Look for it."""
        began = time.perf_counter()
        finding = self.find(study)
        return Verdict(self, finding, time.perf_counter() - began)


@dataclass(frozen=True)
class Verdict:
    """Whether a pattern holds, and whether its null model fails.

    Attributes:
        of: The pattern.
        finding: What its study has found.
        seconds: Wall-clock seconds that it took.
    """

    of: Pattern
    finding: Finding
    seconds: float

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What the pattern was judged by."""
        return self.finding.quantities

    @property
    def null_quantities(self) -> tuple[Quantity, ...]:
        """What the null model was judged by."""
        return self.finding.null

    @property
    def band(self) -> Band:
        """Where the value should lie."""
        return self.quantities[0].band

    @property
    def estimate(self) -> str:
        """What the source itself found for the value that is shown."""
        return self.quantities[0].estimate

    @property
    def found(self) -> Interval:
        """The value that is shown, the first quantity's, with its interval."""
        return self.quantities[0].found

    @property
    def null_found(self) -> Interval:
        """What the null model came to."""
        return self.null_quantities[0].found

    @property
    def holds(self) -> bool:
        """Whether every quantity lies where it should."""
        return all(quantity.holds for quantity in self.quantities)

    @property
    def null_fails(self) -> bool:
        """Whether the null model does not show the pattern, as it should be."""
        return all(quantity.holds for quantity in self.null_quantities)

    @property
    def passed(self) -> bool:
        """Whether the pattern holds and its null model fails."""
        return self.holds and self.null_fails

    def as_json(self) -> dict[str, Any]:
        """The verdict for ``--json``; what is undefined is null."""
        return {
            "id": self.of.id,
            "pattern": self.of.pattern,
            "source": self.of.source,
            "mark": self.of.mark,
            "reason": self.of.reason,
            "estimate": self.estimate,
            "band": list(self.band),
            **_numbers(self.found),
            "holds": self.holds,
            "null_fails": self.null_fails,
            "statistic": self.of.statistic,
            "null": self.of.null,
            "null_value": plain(self.null_found.mean),
            "quantities": [quantity.as_json() for quantity in self.quantities],
            "null_quantities": [quantity.as_json() for quantity in self.null_quantities],
            "details": list(self.finding.details),
            "seconds": round(self.seconds, 3),
        }


def as_columns(verdicts: Sequence[Verdict]) -> Columns:
    """Verdicts as a table file: one row per pattern, in the order given; NaN is null on disk."""

    def numbers(values: list[float | None]) -> np.ndarray:
        return np.array([math.nan if value is None else value for value in values], np.float64)

    return {
        **{
            name: [getattr(verdict.of, name) for verdict in verdicts]
            for name in ("id", "pattern", "source", "mark", "reason", "statistic")
        },
        "estimate": [verdict.estimate for verdict in verdicts],
        "band_low": numbers([verdict.band[0] for verdict in verdicts]),
        "band_high": numbers([verdict.band[1] for verdict in verdicts]),
        "value": numbers([verdict.found.mean for verdict in verdicts]),
        "low": numbers([verdict.found.low for verdict in verdicts]),
        "high": numbers([verdict.found.high for verdict in verdicts]),
        "holds": np.array([verdict.holds for verdict in verdicts], bool),
        "null": [verdict.of.null for verdict in verdicts],
        "null_value": numbers([verdict.null_found.mean for verdict in verdicts]),
        "null_low": numbers([verdict.null_found.low for verdict in verdicts]),
        "null_high": numbers([verdict.null_found.high for verdict in verdicts]),
        "null_fails": np.array([verdict.null_fails for verdict in verdicts], bool),
        "seconds": numbers([verdict.seconds for verdict in verdicts]),
    }


def _numbers(found: Interval) -> dict[str, float | None]:
    return {
        "value": plain(found.mean),
        "low": plain(found.low),
        "high": plain(found.high),
    }
