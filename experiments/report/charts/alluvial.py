"""Streams from the places at the left to the places at the right, as wide as they are large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, tag, together
from experiments.pictures.text import short_names
from experiments.report.charts.line_chart import series_group
from experiments.report.charts.plot import NARROW, TEXT, WIDE, Plot, plain, rounded, text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP, _NODE = 12.0, 14.0


@dataclass(frozen=True, eq=False)
class Alluvial:
    """Who went from where to where.

    Attributes:
        names: Of the places; the same at both sides.
        places: Their numbers in the legend; -1 for one that it does not have.
        colours: Of the streams that come from them.
        moved: How many went, [from, to].
        left, right: Headings of the two sides.
        tip: What is said of a stream, with places for ``source``, ``destination``, ``number``.
    """

    names: Sequence[str]
    places: Sequence[int]
    colours: Sequence[str]
    moved: NDArray[np.float64]
    left: str
    right: str
    tip: str

    def drawn(self, label: str) -> Markup:
        """Both drawings; ``label`` is the text alternative."""
        return together(self._drawing(WIDE, label, "wide"), self._drawing(NARROW, label, "narrow"))

    def _drawing(self, width: float, label: str, class_: str) -> Markup:
        is_wide = width == WIDE
        room = 170.0 if is_wide else 92.0
        names = short_names(self.names, room, TEXT * 72 / 100)
        column = max(map(text_width, names), default=0.0) + (70.0 if is_wide else 14.0)
        height = (400.0 if is_wide else 420.0) + 8 * len(names)
        plot = Plot(width, height, (column, column, 34.0, 10.0), (0.0, 1.0), (0.0, 1.0))
        plot.words(column, 20, self.left, anchor="end", class_="label")
        plot.words(width - column, 20, self.right, class_="label")
        out, into = self.moved.sum(axis=1), self.moved.sum(axis=0)
        there = [np.flatnonzero(total > 0) for total in (out, into)]
        free = plot.bottom - plot.top - _GAP * max(0, *(len(side) - 1 for side in there))
        per_one = free / max(float(self.moved.sum()), 1e-9)
        starts = [
            self._nodes(plot, totals, found, per_one, names, is_right=side == 1, is_wide=is_wide)
            for side, (totals, found) in enumerate(zip((out, into), there, strict=True))
        ]
        self._ribbons(plot, starts, per_one)
        return plot.svg(label, class_)

    def _nodes(
        self,
        plot: Plot,
        totals: NDArray[np.float64],
        found: NDArray[np.int64],
        per_one: float,
        names: Sequence[str],
        *,
        is_right: bool,
        is_wide: bool,
    ) -> dict[int, float]:
        """Draw the places of one side; where the streams of each begin."""
        starts: dict[int, float] = {}
        used = per_one * totals[found].sum() + _GAP * (len(found) - 1)
        y = plot.top + (plot.bottom - plot.top - float(used)) / 2
        for place in found.tolist():
            size = float(totals[place]) * per_one
            x = plot.right if is_right else plot.left - _NODE
            box = {
                "x": rounded(x),
                "y": rounded(y),
                "width": _NODE,
                "height": f"{max(size, 1):.2f}",
            }
            tip = f"{self.names[place]}: {plain(round(float(totals[place])))}"
            node = tag("rect", **box, class_="node", data_tip=tip)
            plot.add(series_group(self.places[place], self.colours[place], node))
            at = plot.right + _NODE + 6 if is_right else plot.left - _NODE - 6
            text = names[place]
            if is_wide:
                text = f"{text} {plain(round(float(totals[place])))}"
            anchor = "start" if is_right else "end"
            plot.words(at, y + size / 2 + 4.5, text, anchor=anchor)
            starts[place] = y
            y += size + _GAP
        return starts

    def _ribbons(self, plot: Plot, starts: Sequence[dict[int, float]], per_one: float) -> None:
        left, right = (dict(side) for side in starts)
        middle = (plot.left + plot.right) / 2
        for source in left:
            for destination in right:
                number = float(self.moved[source, destination])
                if number <= 0:
                    continue
                size = number * per_one
                a, b = left[source], right[destination]
                left[source] += size
                right[destination] += size
                x1, x2, m = (rounded(v) for v in (plot.left, plot.right, middle))
                c, d = a + size, b + size
                curve = (
                    f"M{x1} {a:.2f}C{m} {a:.2f} {m} {b:.2f} {x2} {b:.2f}"
                    f"L{x2} {d:.2f}C{m} {d:.2f} {m} {c:.2f} {x1} {c:.2f}Z"
                )
                tip = self.tip.format(
                    source=self.names[source],
                    destination=self.names[destination],
                    number=plain(round(number)) if number >= 10 else f"{number:.1f}",
                )
                ribbon = tag("path", d=curve, class_="ribbon", data_tip=tip)
                plot.add(series_group(self.places[source], self.colours[source], ribbon))
