"""Bars to both sides of zero with whiskers, and dots with intervals: a row for each thing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.pictures.markup import Markup, tag, together
from experiments.pictures.scales import inner_ticks, padded
from experiments.pictures.text import short_names
from experiments.report.charts.line_chart import series_group
from experiments.report.charts.plot import NARROW, TEXT, WIDE, Plot, plain, rounded, text_width

_ROW = 44.0
_SMALL = 300.0


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        name: What it is of.
        place: Its number in the legend.
        colour: As ``#rrggbb`` or a variable of the style sheet.
        value: Where the bar ends; NaN draws none.
        low, high: Ends of the whisker; NaN without one.
        before: Where a pale bar beside it ends; NaN without one.
        tip: What is said of it under the pointer; a line each.
    """

    name: str
    place: int
    colour: str
    value: float
    low: float
    high: float
    before: float
    tip: str


@dataclass(frozen=True)
class BarChart:
    """Rows that share a scale.

    Attributes:
        bars: The rows from the top.
        across: What is measured, with its unit.
        dots: Whether a row is a dot with an interval and not a bar from zero.
        limits: Ends of the scale; None follows the values.
    """

    bars: Sequence[Bar]
    across: str
    dots: bool = False
    limits: tuple[float, float] | None = None

    def drawn(self, label: str) -> Markup:
        """Both drawings; ``label`` is the text alternative."""
        return together(self._drawing(WIDE, label, "wide"), self._drawing(NARROW, label, "narrow"))

    def small(self, label: str) -> Markup:
        """One drawing, to stand among others."""
        return self._drawing(_SMALL, label, "small")

    def _drawing(self, width: float, label: str, class_: str) -> Markup:
        is_wide = width == WIDE
        room = 220.0 if is_wide else width - 20
        names = short_names([bar.name for bar in self.bars], room, TEXT * 72 / 100)
        widest = max(map(text_width, names), default=0.0)
        left = widest + 24 if is_wide else 12.0
        row = _ROW if is_wide else _ROW + 14
        if self.dots:
            row = 30.0 if is_wide else 40.0
        seen = np.array([v for b in self.bars for v in (b.value, b.low, b.high, b.before)])
        scale = self.limits or padded(seen, zero=True)
        height = 8 + row * max(len(self.bars), 1) + 46
        plot = Plot(width, height, (left, 26.0, 8.0, 46.0), scale, (0.0, 1.0))
        ticks = inner_ticks(*scale, 7 if is_wide else 3)
        plot.grid_across(ticks, plain, self.across, lines=True)
        for number, (bar, name) in enumerate(zip(self.bars, names, strict=True)):
            middle = plot.top + (number + 0.5) * row + (0 if is_wide else 8)
            above = 9 if self.dots else 15
            at = (left - 12, middle + 4.5) if is_wide else (left, middle - above)
            plot.add(self._row(plot, bar, middle))
            plot.words(*at, name, anchor="end" if is_wide else "start", class_="halo")
        return plot.svg(label, class_)

    def _row(self, plot: Plot, bar: Bar, middle: float) -> Markup:
        zero = float(plot.x(min(max(0.0, plot.across[0]), plot.across[1])))
        parts: list[Markup] = []

        def block(value: float, top: float, height: float, class_: str) -> None:
            if math.isfinite(value):
                end = float(plot.x(value))
                left, wide = min(zero, end), max(abs(end - zero), 0.8)
                place = {"x": rounded(left), "y": rounded(top), "width": rounded(wide)}
                parts.append(tag("rect", **place, height=rounded(height), class_=class_))

        if not self.dots:
            block(bar.before, middle - 13, 8, "bar pale")
            block(bar.value, middle - 4, 17, "bar")
        if math.isfinite(bar.low) and math.isfinite(bar.high):
            y = middle + (0 if self.dots else 4.5)
            low, high = (float(plot.x(v)) for v in (bar.low, bar.high))
            whisker = [(low, y, high, y), (low, y - 5, low, y + 5), (high, y - 5, high, y + 5)]
            for x1, y1, x2, y2 in whisker:
                ends = {"x1": rounded(x1), "y1": rounded(y1), "x2": rounded(x2), "y2": rounded(y2)}
                parts.append(tag("line", **ends, class_="whisker"))
        if self.dots and math.isfinite(bar.value):
            place = {"cx": rounded(float(plot.x(bar.value))), "cy": rounded(middle)}
            parts.append(tag("circle", **place, r=6, class_="dot"))
        inner = tag("g", *parts, data_tip=bar.tip)
        return series_group(bar.place, bar.colour, inner)
