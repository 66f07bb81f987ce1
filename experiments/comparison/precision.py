"""Replications until an interval is narrow enough, and what was decided on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.runs.statistics import half_width, replications_needed

if TYPE_CHECKING:
    from experiments.comparison.tally import Tally

FIRST = 10
"""Replications before the first look: fewer say too little about how much the differences vary."""


@dataclass(frozen=True)
class Decision:
    """Whether the intervals are narrow enough after so many replications.

    Attributes:
        target: Half-width wanted.
        replications: How many there were.
        widest: Half-width of the widest of the intervals; None where no interval is defined.
        firm: Whose interval that is; an empty text for a measure of the market.
        needed: Replications that the widest would take, as estimated; None with ``widest``.
        limit: Most replications allowed.
    """

    target: float
    replications: int
    widest: float | None
    firm: str
    needed: int | None
    limit: int

    @property
    def reached(self) -> bool:
        """Whether the widest interval is as narrow as wanted."""
        return self.widest is not None and self.widest <= self.target

    @property
    def further(self) -> int:
        """Replications to add before the next look; at most as many as there are already."""
        if self.reached or self.widest is None or self.needed is None:
            return 0
        wanted = max(self.needed - self.replications, 1)
        return max(0, min(wanted, self.replications, self.limit - self.replications))


def decision(tally: Tally, target: float, limit: int) -> Decision:
    """Look at the widest paired interval of the measure followed, in the table's last month.

    Args:
        tally: With at least two replications.
        target: Half-width wanted, above 0.
        limit: Most replications allowed.
    """
    deviations, pairs = tally.last_spread()
    widths = half_width(deviations, pairs)
    if not np.isfinite(widths).any():
        return Decision(target, tally.replications, None, "", None, limit)
    scenario, line = np.unravel_index(np.nanargmax(widths), widths.shape)
    one = float(deviations[scenario, line])
    # Where only some replications have a pair, it takes more of them.
    share = pairs[scenario, line] / tally.replications
    needed = int(np.ceil(replications_needed(one, target) / share))
    firm = tally.lines[line]
    return Decision(target, tally.replications, float(widths[scenario, line]), firm, needed, limit)


def in_words(found: Decision, measure: str) -> str:
    """What was decided, in a sentence."""
    count = found.replications
    if found.widest is None:
        return (
            f"No precision can be told after {count} replications: there is no firm with two "
            f"pairs in which {measure} is defined."
        )
    whose = f" ({found.firm})" if found.firm else ""
    wide = f"the widest interval of {measure}{whose} is ±{found.widest:.3g}"
    if found.reached:
        return f"Stopped after {count} replications: {wide}, and ±{found.target:g} was asked for."
    return (
        f"Stopped at the limit of {found.limit} replications: {wide}, wider than the "
        f"±{found.target:g} asked for. That would take about {found.needed:,} replications."
    )
