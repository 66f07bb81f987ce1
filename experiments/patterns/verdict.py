"""What a pattern came to: numbers with intervals, the bands they should lie in, and a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from experiments.words.numbers import plain

if TYPE_CHECKING:
    from experiments.statistics import Interval

type Band = tuple[float | None, float | None]
"""Where a number should lie; None is an open end."""

type Rule = Literal["mean", "interval", "overlap"]
"""What must lie in the band: the mean; the whole interval; some of the interval."""


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
    """

    name: str
    found: Interval
    band: Band
    rule: Rule = "mean"

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
    def ends(self) -> tuple[float, float]:
        """The band with infinite instead of open ends."""
        low, high = self.band
        return -math.inf if low is None else low, math.inf if high is None else high


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
class Verdict:
    """Whether a pattern holds, and whether its null model fails.

    Attributes:
        id: ``P1``, ``L1``, …
        pattern: What should be seen, in a line.
        source: Who saw it.
        statistic: What the value is.
        null: What the null model is.
        quantities: What the pattern was judged by.
        null_quantities: What the null model was judged by.
        details: Sentences on whatever else is worth knowing.
        seconds: Wall-clock seconds that it took.
    """

    id: str
    pattern: str
    source: str
    statistic: str
    null: str
    quantities: tuple[Quantity, ...]
    null_quantities: tuple[Quantity, ...]
    details: tuple[str, ...]
    seconds: float

    @property
    def band(self) -> Band:
        """Where the value should lie."""
        return self.quantities[0].band

    @property
    def value(self) -> float:
        """The value that is shown, the first quantity's mean."""
        return self.quantities[0].found.mean

    @property
    def low(self) -> float:
        """Lower end of its interval."""
        return self.quantities[0].found.low

    @property
    def high(self) -> float:
        """Upper end of its interval."""
        return self.quantities[0].found.high

    @property
    def null_value(self) -> float:
        """What the null model came to."""
        return self.null_quantities[0].found.mean

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
            "id": self.id,
            "pattern": self.pattern,
            "source": self.source,
            "band": list(self.band),
            "value": plain(self.value),
            "low": plain(self.low),
            "high": plain(self.high),
            "holds": self.holds,
            "null_fails": self.null_fails,
            "statistic": self.statistic,
            "null": self.null,
            "null_value": plain(self.null_value),
            "quantities": [_quantity(quantity) for quantity in self.quantities],
            "null_quantities": [_quantity(quantity) for quantity in self.null_quantities],
            "details": list(self.details),
            "seconds": round(self.seconds, 3),
        }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    found = quantity.found
    return {
        "name": quantity.name,
        "band": list(quantity.band),
        "rule": quantity.rule,
        "value": plain(found.mean),
        "low": plain(found.low),
        "high": plain(found.high),
        "holds": quantity.holds,
    }
