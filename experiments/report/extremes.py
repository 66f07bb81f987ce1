"""Which firm is at the top or the bottom of a measure, by how much, and how often."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from experiments.runs.summary import Measured
from experiments.words import Words

_DIGITS = 12
"""Means that differ in later decimals only are level: the rest is arithmetic."""


@dataclass(frozen=True)
class Extreme:
    """The firm at one end of a measure.

    Attributes:
        name: Its name.
        value: Its measure, once per replication.
        times: In how many replications it is at that end.
        level: Other firms that are level with it.
        are_all: Whether these are all firms that have a value, and there are several.
    """

    name: str
    value: Measured
    times: int
    level: tuple[str, ...] = ()
    are_all: bool = False

    def told(self, words: Words) -> str:
        """Its name, and with whom it is level."""
        if not self.level:
            return self.name
        return words("evidence.level_with", name=self.name, others=words.joined(self.level))


def extreme(values: Mapping[str, Measured], *, most: bool) -> Extreme | None:
    """The firm with the largest or the smallest mean, the first of several that are level.

    None if none is defined.
    """
    sign = 1.0 if most else -1.0
    there = {name: v for name, v in values.items() if math.isfinite(v.mean)}
    if not there:
        return None
    name = max(there, key=lambda one: round(sign * there[one].mean, _DIGITS))
    times = 0
    for run, value in enumerate(there[name].values):
        others = [sign * v.values[run] for v in there.values() if math.isfinite(v.values[run])]
        times += math.isfinite(value) and sign * value >= max(others)
    best = round(sign * there[name].mean, _DIGITS)
    level = tuple(
        one for one in there if one != name and round(sign * there[one].mean, _DIGITS) == best
    )
    return Extreme(name, there[name], times, level, 1 < len(there) == len(level) + 1)
