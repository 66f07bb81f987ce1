"""Where ticks stand, how far a scale reaches, and where labels find room: for every drawer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 48, 60, 120, 240, 480, 1200)


def placed(
    values: ArrayLike, scale: tuple[float, float], edges: tuple[float, float]
) -> NDArray[np.float64]:
    """Places of values on a linear scale between two edges, in the unit of the edges."""
    (low, high), (first, last) = scale, edges
    part = (np.asarray(values, dtype=np.float64) - low) / ((high - low) or 1.0)
    return first + part * (last - first)


def month_ticks(last: float, count: int = 8) -> list[float]:
    """Months to write on a scale from 0 to the last: years where possible, at most ``count``."""
    step = next((s for s in _MONTH_STEPS if last / s < count), _MONTH_STEPS[-1])
    return [float(month) for month in range(0, int(last) + 1, step)]


def round_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers that enclose a range, about ``count`` steps of 1, 2 or 5 times a power of ten.

    A range without width is widened.
    """
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-3):
        wide = 0.1 * max(abs(low), abs(high)) or 1.0
        low, high = low - (wide if low else 0.0), high + wide
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def inner_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """The round numbers within a range, in finer steps where there would be less than three."""
    slack = 1e-9 * (high - low)
    ticks: list[float] = []
    for finer in (1, 2, 3):
        ticks = [
            t for t in round_ticks(low, high, finer * count) if low - slack <= t <= high + slack
        ]
        if len(ticks) >= 3:
            break
    return ticks


def padded(values: NDArray[np.float64], *, zero: bool) -> tuple[float, float]:
    """A range with all finite values in it and a little room; from zero, or with it, if wished."""
    seen = values[np.isfinite(values)]
    low = float(seen.min()) if seen.size else 0.0
    high = float(seen.max()) if seen.size else 1.0
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low < 1e-9 * max(abs(low), abs(high), 1e-3):
        wide = 0.1 * abs(high) or 1.0
        low, high = low - (0.0 if zero else wide), high + wide
    room = 0.04 * (high - low)
    return (low if zero and low == 0.0 else low - room), high + room


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, in [low, high], at least ``gap`` apart where there is room.

    Neighbours that are too close form a block around the mean of what they want
    (pool adjacent violators, Barlow et al. 1972).
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gap = min(gap, (high - low) / (len(wanted) - 1)) if len(wanted) > 1 else gap
    blocks: list[tuple[float, int]] = []  # (sum of wanted starts, size)
    for place, number in enumerate(order):
        total, size = wanted[number] - place * gap, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / size:
            before, members = blocks.pop()
            total, size = total + before, size + members
        blocks.append((total, size))
    starts = [total / size for total, size in blocks for _ in range(size)]
    limit = high - gap * (len(wanted) - 1)
    found = [0.0] * len(wanted)
    for place, (number, start) in enumerate(zip(order, starts, strict=True)):
        found[number] = min(max(start, low), max(limit, low)) + place * gap
    return found


def stretches(defined: NDArray[np.bool_]) -> list[slice]:
    """Where a row of truths is true without a break."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], defined, [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
