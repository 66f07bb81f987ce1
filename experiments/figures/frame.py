"""A rectangle of a page with two scales: where data become places."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.fonts import shortened, width_of
from experiments.figures.page import NORMAL, SMALL, Page
from experiments.figures.style import GRID, INK, SOFT

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 36, 48, 60, 120, 240, 480, 1200)
_EVENT_LANE = 21.0


@dataclass(frozen=True)
class Frame:
    """One plot on a page.

    Attributes:
        page: The sheet it is on.
        left, bottom, width, height: Its place in page units.
        across: Values at its left and right edge.
        up: Values at its lower and upper edge.
    """

    page: Page
    left: float
    bottom: float
    width: float
    height: float
    across: tuple[float, float]
    up: tuple[float, float]

    @property
    def right(self) -> float:
        """Page units."""
        return self.left + self.width

    @property
    def top(self) -> float:
        """Page units."""
        return self.bottom + self.height

    def x(self, values: ArrayLike) -> NDArray[np.float64]:
        """Places of values from left to right, in page units."""
        low, high = self.across
        return self.left + (np.asarray(values, dtype=np.float64) - low) * self.width / (high - low)

    def y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Places of values from bottom to top, in page units."""
        low, high = self.up
        part = (np.asarray(values, dtype=np.float64) - low) / (high - low)
        return self.bottom + part * self.height

    def scales(
        self,
        *,
        label: str,
        across_label: str,
        across_ticks: Sequence[float],
        up_ticks: Sequence[float],
        tick_text: Callable[[float], str],
        label_raise: float = 10.0,
    ) -> None:
        """Draw grid, ticks and labels; the vertical label lies above, where it can be read.

        An empty ``across_label`` leaves the horizontal ticks without numbers, for a frame above
        another with the same scale.
        """
        page = self.page
        ups, places = self.y(up_ticks), self.x(across_ticks)
        page.segments([[(self.left, y), (self.right, y)] for y in ups], colour=GRID)
        foot = float(self.y(0.0)) if self.up[0] < 0 < self.up[1] else self.bottom
        page.segments([[(self.left, foot), (self.right, foot)]], colour=SOFT, width=1.4)
        page.segments([[(x, self.bottom), (x, self.bottom - 5)] for x in places], colour=SOFT)
        for tick, y in zip(up_ticks, ups, strict=True):
            page.text(self.left - 8, y - 6, tick_text(tick), across="right")
        page.text(self.left - 50, self.top + label_raise, label, size=NORMAL)
        if across_label:
            for tick, x in zip(across_ticks, places, strict=True):
                page.text(x, self.bottom - 24, f"{tick:g}", across="center")
            middle = self.left + self.width / 2
            page.text(middle, self.bottom - 47, across_label, size=NORMAL, across="center")

    def events(self, events: Sequence[tuple[int, str]], lanes: int) -> None:
        """Draw a line for each dated event and write its words above the frame, in so many lanes.

        The lanes are taken in turn from the top. Words end where the line of a later event would
        strike them out; without lanes there are lines only.
        """
        places = [float(self.x(month)) for month, _ in events]
        lines = []
        for number, (place, (_, words)) in enumerate(zip(places, events, strict=True)):
            lane = lanes - 1 - number % lanes if lanes else -1
            base = self.top + _EVENT_LANE * max(lane, 0)
            lines.append([(place, self.bottom), (place, base + (_EVENT_LANE - 3) * (lane >= 0))])
            crossing = [
                later
                for step, later in enumerate(places[number + 1 :], start=number + 1)
                if lanes - 1 - step % max(lanes, 1) >= lane
            ]
            room = min([*crossing, self.right + 60]) - place - 14
            if lane >= 0 and room > min(100.0, width_of(words, SMALL)):
                self.page.text(place + 6, base + 5, shortened(words, room, SMALL), colour=SOFT)
        self.page.segments(lines, colour="#8c8c8c", width=1.3)

    def note(self, words: str) -> None:
        """Say in the middle of the frame why nothing is in it."""
        x, y = self.left + self.width / 2, self.bottom + self.height / 2
        self.page.text(x, y, words, size=NORMAL, colour=INK, across="center")


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
