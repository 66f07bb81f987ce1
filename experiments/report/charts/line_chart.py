"""Lines over months or tenure, one per firm, with bands and names at their ends."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, escaped, tag, together
from experiments.pictures.scales import inner_ticks, month_ticks, padded, spread
from experiments.pictures.text import short_names
from experiments.report.charts.plot import (
    NARROW,
    TEXT,
    WIDE,
    Plot,
    band_of,
    path_of,
    plain,
    rounded,
    text_width,
)
from experiments.words.numbers import UNDEFINED, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.pictures.chart import FirmStyle

    type Floats = NDArray[np.float64]

_NAMED = 8
MOST_POINTS = 250
"""Of one line; of more months every so manieth is drawn, and the last."""
_ROW = 18.0


@dataclass(frozen=True, eq=False)
class Series:
    """One line.

    Attributes:
        name: What it is of.
        place: Its number in the legend; lines of one number are hidden together.
        style: How it looks.
        middle: Its values, in the unit of the chart; NaN breaks it.
        low, high: Ends of the band; None without one.
        at_risk: How many people stand behind each value, for survival.
        figure: What is written at its end, the figure that is told everywhere else; None is the
            last value.
    """

    name: str
    place: int
    style: FirmStyle
    middle: Floats
    low: Floats | None = None
    high: Floats | None = None
    at_risk: Floats | None = None
    figure: float | None = None


@dataclass(frozen=True, eq=False)
class LineChart:
    """Lines that share their scales.

    Attributes:
        series: The lines.
        across: What the scale below is called; it counts from 0.
        up: What is measured, with its unit.
        suffix: Behind a value.
        digits: Decimals of a value.
        zero: Whether the scale begins at zero, or has it.
        events: Month and number of each dated event to mark.
        risk: Heading of the numbers at risk.
        band: What the two ends of a band are called, for the values under the pointer.
        height: Of the frame, in pixels.
    """

    series: Sequence[Series]
    across: str
    up: str
    suffix: str = ""
    digits: int = 1
    zero: bool = True
    events: Sequence[tuple[int, str]] = ()
    risk: str = ""
    band: str = ""
    height: float = 300.0

    def drawn(self, label: str) -> Markup:
        """Both drawings and the numbers for the script.

        Args:
            label: The text alternative.
        """
        numbers = json.dumps(self._numbers(), separators=(",", ":"), ensure_ascii=False)
        script = numbers.replace("<", "\\u003c")
        return together(
            self._drawing(WIDE, label, "wide"),
            self._drawing(NARROW, label, "narrow"),
            tag("script", Markup(script), type="application/json", class_="numbers"),
        )

    @property
    def points(self) -> NDArray[np.int64]:
        """The values drawn: all, or every so manieth of very many, and the last."""
        count = max((line.middle.size for line in self.series), default=1)
        step = -(-count // MOST_POINTS)
        return np.unique(np.append(np.arange(0, count, step), count - 1))

    def _drawing(self, width: float, label: str, class_: str) -> Markup:
        named = self._named()
        is_wide = width == WIDE
        names = short_names([line.name for line in named], 170.0, TEXT * 72 / 100)
        ends = [self._end(line) for line in named]
        texts = [
            f"{name} {self._text(value if line.figure is None else line.figure)}"
            for line, name, (_, value) in zip(named, names, ends, strict=True)
        ]
        column = max(map(text_width, texts), default=0.0) + 34 if is_wide and texts else 12.0
        left = 58.0
        if self.risk and is_wide:
            left = max(52.0, max(map(text_width, names), default=0.0) + 40)
        rows = (1 + len(self.series)) * _ROW + 10 if self.risk else 0.0
        lift = 16.0 if self.events else 0.0  # the marks of events stand under the label
        top = 34.0 + lift
        height = self.height + top + 44 + rows
        scale = padded(np.concatenate([np.empty(0), *self._all()]), zero=self.zero)
        last = max((line.middle.size for line in self.series), default=2) - 1
        plot = Plot(
            width, height, (left, column, top, 44 + rows), (0.0, float(max(last, 1))), scale
        )
        plot.grid_up(inner_ticks(*scale, 5), lambda v: plain(v) + self.suffix, self.up, lift=lift)
        ticks = month_ticks(last, 9 if is_wide else 6)
        plot.grid_across(ticks, plain, self.across, lines=False)
        for month, mark in self.events:
            x = float(plot.x(month))
            plot.rule(x, plot.top, x, plot.bottom, "event")
            plot.words(x, plot.top - 5, mark, anchor="middle", class_="tick")
        for line in self.series:
            self._draw(plot, line, strong=line in named)
        if is_wide:
            self._name_lines(plot, named, texts, ends)
        if self.risk:
            self._at_risk(plot, ticks, names if is_wide else None)
        return plot.svg(label, class_)

    def _draw(self, plot: Plot, line: Series, *, strong: bool) -> None:
        points = self.points[self.points < line.middle.size]
        x = plot.x(points)
        parts = []
        if strong and line.low is not None and line.high is not None:
            area = band_of(x, plot.y(line.low[points]), plot.y(line.high[points]))
            parts.append(tag("path", d=area, class_="band") if area else None)
        y = plot.y(line.middle[points])
        if np.isfinite(y).sum() == 1:
            at = int(np.flatnonzero(np.isfinite(y))[0])
            place = {"cx": rounded(float(x[at])), "cy": rounded(float(y[at]))}
            parts.append(tag("circle", **place, r=4, class_="dot"))
        else:
            dashes = " ".join(rounded(2.4 * part) for part in line.style.dashes) or None
            class_ = "line" if strong else "line thin"
            parts.append(tag("path", d=path_of(x, y), class_=class_, stroke_dasharray=dashes))
        plot.add(series_group(line.place, line.style.colour, *parts))

    def _name_lines(
        self,
        plot: Plot,
        named: Sequence[Series],
        texts: Sequence[str],
        ends: Sequence[tuple[float, float]],
    ) -> None:
        wanted = [float(plot.y(value)) for _, value in ends]
        places = spread(wanted, 17.0, plot.top, plot.bottom)
        for line, text, (at, value), place in zip(named, texts, ends, places, strict=True):
            x, y = float(plot.x(at)), float(plot.y(value))
            lead = tag(
                "path",
                d=path_of(np.array([x + 3, plot.right + 26]), np.array([y, place])),
                class_="lead",
            )
            name = tag("text", escaped(text), x=rounded(plot.right + 30), y=rounded(place + 4.5))
            plot.add(series_group(line.place, line.style.colour, lead, name))

    def _at_risk(self, plot: Plot, ticks: Sequence[float], names: Sequence[str] | None) -> None:
        y = plot.bottom + 37 + _ROW + 6
        plot.words(2, y, self.risk, class_="label")
        for number, line in enumerate(self.series):
            y += _ROW
            parts = []
            if names is not None:
                parts.append(tag("text", escaped(names[number]), x=2, y=rounded(y)))
            else:
                swatch = {"x1": 2, "x2": 24, "y1": rounded(y - 4), "y2": rounded(y - 4)}
                parts.append(tag("line", **swatch, class_="line"))
            for tick in ticks:
                if line.at_risk is not None and int(tick) < line.at_risk.size:
                    count = plain(round(float(line.at_risk[int(tick)])))
                    place = {"x": rounded(float(plot.x(tick))), "y": rounded(y)}
                    parts.append(
                        tag("text", escaped(count), **place, text_anchor="middle", class_="tick")
                    )
            plot.add(series_group(line.place, line.style.colour, *parts))

    def _named(self) -> list[Series]:
        """The lines drawn strong and named at their ends: those with the largest last values."""
        there = [line for line in self.series if np.isfinite(line.middle).any()]
        if len(there) <= _NAMED:
            return there
        by_size = sorted(there, key=lambda line: -self._end(line)[1])[:_NAMED]
        return [line for line in there if line in by_size]

    def _end(self, line: Series) -> tuple[float, float]:
        """Where a line ends."""
        last = int(np.flatnonzero(np.isfinite(line.middle))[-1])
        return float(last), float(line.middle[last])

    def _text(self, value: float) -> str:
        text = written(value, f".{self.digits}f")
        return text if text == UNDEFINED else text + self.suffix

    def _all(self) -> list[Floats]:
        found = []
        for line in self.series:
            found += [line.middle] + [end for end in (line.low, line.high) if end is not None]
        return found

    def _numbers(self) -> dict[str, object]:
        """What the script shows under the pointer."""
        points = self.points
        return {
            "x": points.tolist(),
            "across": self.across,
            "suffix": self.suffix,
            "digits": self.digits,
            "band": self.band,
            "series": [
                {
                    "name": line.name,
                    "place": line.place,
                    "colour": line.style.colour,
                    "middle": self._listed(line.middle, points),
                    "low": self._listed(line.low, points),
                    "high": self._listed(line.high, points),
                }
                for line in self.series
            ],
        }

    def _listed(
        self, values: Floats | None, points: NDArray[np.int64]
    ) -> list[float | None] | None:
        if values is None:
            return None
        found = values[points[points < values.size]].tolist()
        return [round(v, self.digits + 1) if math.isfinite(v) else None for v in found]


def series_group(place: int, colour: str, *parts: Markup | None) -> Markup:
    """Pieces that the legend shows and hides together, in the colour of their firm."""
    return tag("g", *parts, class_="series", data_series=place, style=f"--c:{colour_of(colour)}")


def colour_of(colour: str) -> str:
    """A firm's colour in both themes: black, which is none on black, follows the ink."""
    return "var(--black)" if colour == "#000000" else colour
