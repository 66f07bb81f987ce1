"""What holds customers, in a few sentences counted from the parts of retention."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents.firm.offer import HOLDS
from experiments.explain.retention import METHODS, OFFER, TOTAL
from experiments.words.numbers import written

if TYPE_CHECKING:
    from experiments.explain.retention import RetentionParts
    from experiments.runs.statistics import Interval

PART_WORDS = {
    OFFER: "the offer alone",
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "their own success",
    "knowledge": "knowledge of them",
    "own_information": "own information",
    "inattention": "inattention",
}
"""What the parts of retention are called in texts and pictures."""


def retention_in_words(found: RetentionParts) -> str:
    """A sentence for each firm, and one on what firms' answers change.

    A part is named if its interval does not hold zero; without an interval (a single replication)
    if it is at least half a percentage point.
    """
    lines = [_firm(firm, found) for firm in found.cohorts]
    lines.append(_feedback(found))
    return "\n".join(lines)


def _firm(firm: str, found: RetentionParts) -> str:
    parts = found.of(firm, METHODS[1])
    if not math.isfinite(parts[TOTAL].mean):
        return f"{firm} has no customers in month {found.month} whom anything could hold."
    named = sorted((h for h in HOLDS if _counts(parts[h])), key=lambda h: -abs(parts[h].mean))
    holding = [f"{PART_WORDS[h]} {_points(parts[h])}" for h in named if parts[h].mean > 0]
    against = [f"{PART_WORDS[h]} {_points(parts[h])}" for h in named if parts[h].mean < 0]
    text = (
        f"{firm} keeps {100 * parts[TOTAL].mean:.1f} % of its customers of month {found.month} "
        f"for {found.horizon} months"
    )
    if holding:
        text += f": of these points {', '.join(holding)}"
    if against:
        text += f"; against it {', '.join(against)}"
    if not named:
        text += "; no single hold can be told from none by then"
    return f"{text}. With nothing holding, the offer alone would keep {_points(parts[OFFER])}."


def _feedback(found: RetentionParts) -> str:
    largest, whose = 0.0, ""
    for firm in found.cohorts:
        parts = found.of(firm, METHODS[3])
        for hold in HOLDS:
            if abs(parts[hold].mean) > abs(largest):
                largest, whose = parts[hold].mean, f"{PART_WORDS[hold]} at {firm}"
    answer = f"letting firms answer (prices {found.prices})"
    head = f"Firms' policies are replayed; {answer} changes no part"
    horizon = f"within {found.horizon} months"
    if not whose:
        return f"{head} {horizon}."
    return f"{head} by more than {100 * abs(largest):.2f} points ({whose}) {horizon}."


def _counts(part: Interval) -> bool:
    if math.isfinite(part.low):
        return part.excludes(0.0)
    return abs(part.mean) >= 0.005


def _points(part: Interval) -> str:
    return written(100 * part.mean, ".1f")
