"""How far a slider reaches: a practical part of what the schema allows."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_TIMES, _LEAST_SPAN = 2.0, 1.0
"""A slider reaches so many times the value it starts with, or this far if that is 0."""


class Reach(NamedTuple):
    """Ends of a slider, and the step between two of its values."""

    low: float
    high: float
    step: float


def slider(field: FieldInfo, value: float, default: Any, *, whole: bool) -> Reach:
    """The slider of a number.

    Args:
        field: The key in the schema.
        value: What the scenario says; always within reach.
        default: What is usual; always within reach, if it is a number.
        whole: Whether it counts something.
    """
    bounds = _bounds(field)
    starts = [value, *([float(default)] if isinstance(default, int | float) else [])]
    largest = max(abs(start) for start in starts)
    span = _round_up(_TIMES * largest) if largest else _LEAST_SPAN
    low, high = bounds.get("low", -span), bounds.get("high", span)
    if high - low > max(1.0, 1.5 * span) or not bounds.keys() >= {"low", "high"}:
        low = max(low, -span if min(starts) < 0 or low < 0 else 0.0)
        high = min(high, span)
    low, high = min(low, *starts), max(high, *starts)
    step = 1.0 if whole else _round_up((high - low) / 200.0)
    if whole and high - low > 1000:
        step = max(1.0, _round_up((high - low) / 200.0))
        low = min(step, *starts) if low > 0 else low
    if "above" in bounds and low <= bounds["above"]:
        low = bounds["above"] + step
    return Reach(low, max(high, low + step), step)


def _bounds(field: FieldInfo) -> dict[str, float]:
    found = {}
    for limit in field.metadata:
        for attribute, end in (("ge", "low"), ("gt", "above"), ("le", "high"), ("lt", "high")):
            bound = getattr(limit, attribute, None)
            if bound is not None:
                found[end] = float(bound)
    if "above" in found:
        found["low"] = found["above"]
    return found


def allowed(field: FieldInfo) -> str:
    """What is allowed, in words; empty if everything is."""
    bounds = _bounds(field)
    least = f"above {bounds['above']:g}" if "above" in bounds else None
    if least is None and "low" in bounds:
        least = f"from {bounds['low']:g}"
    most = f"to {bounds['high']:g}" if "high" in bounds else None
    return " ".join(part for part in (least, most) if part is not None)


def _round_up(number: float) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** floor(log10(number))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= number * 0.9999)
