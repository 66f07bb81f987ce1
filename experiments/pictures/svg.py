"""A frame of a chart in SVG, and the pieces in it: places, lines, words.

What may be hidden by a legend is in groups with its number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.markup import Markup, escaped, tag, together
from tsunagari.experiments.pictures.scales import placed, stretches
from tsunagari.experiments.pictures.text import width_of
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tsunagari.experiments.pictures.chart import FirmStyle

    type Floats = NDArray[np.float64]

TEXT = 13.0
"""Size of all words, in pixels."""
MOST_POINTS = 250
"""Of one line; of more months every so manieth is drawn, and the last."""


class Plot:
    """A frame with two linear scales; y grows upwards, as on paper.

    Args:
        width, height: Of the whole drawing, in pixels.
        margins: Left, right, top and bottom of the frame, in pixels.
        across: Values at the left and the right edge.
        up: Values at the lower and the upper edge.

    Attributes:
        edge: Where level lines end; the right edge of the frame, unless they shall go on.
    """

    def __init__(
        self,
        width: float,
        height: float,
        margins: tuple[float, float, float, float],
        across: tuple[float, float] = (0.0, 1.0),
        up: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        self.width, self.height = width, height
        self.left, right, self.top, bottom = margins
        self.right, self.bottom = width - right, height - bottom
        self.edge = self.right
        self.across, self.up = across, up
        self._parts: list[Markup] = []

    def x(self, values: ArrayLike) -> Floats:
        """Places on the drawing."""
        return placed(values, self.across, (self.left, self.right))

    def y(self, values: ArrayLike) -> Floats:
        """Places on the drawing, counted from its top."""
        return placed(values, self.up, (self.bottom, self.top))

    def add(self, part: Markup) -> None:
        """Draw a piece above what is there."""
        self._parts.append(part)

    def group(self, place: int, colour: str, *parts: Markup | None) -> None:
        """Draw pieces that the legend shows and hides together, in the colour of their firm."""
        style = f"--c:{colour_of(colour)}"
        self.add(tag("g", *parts, class_="series", data_series=place, style=style))

    def words(self, x: float, y: float, text: str, anchor: str = "", class_: str = "") -> None:
        """Write one line on the base line y."""
        self.add(text_at(x, y, text, anchor or "start", class_))

    def grid_up(
        self, ticks: Sequence[float], text: Callable[[float], str], label: str, lift: float = 0.0
    ) -> None:
        """Level lines with their values at the left, and what they are above, lifted by so much."""
        for tick in ticks:
            y = float(self.y(tick))
            self.add(rule(self.left, y, self.edge, y, "axis" if tick == 0 else "grid"))
            self.words(self.left - 7, y + 4.5, text(tick), "end", "tick")
        self.words(2, self.top - 12 - lift, label, class_="label")

    def grid_across(
        self,
        ticks: Sequence[float],
        text: Callable[[float], str],
        label: str,
        *,
        lines: bool,
        drop: float = 18.0,
    ) -> None:
        """Values so far below the frame, and what they are under them."""
        for tick in ticks:
            x = float(self.x(tick))
            if lines:
                self.add(rule(x, self.top, x, self.bottom, "axis" if tick == 0 else "grid"))
            self.words(x, self.bottom + drop, text(tick), "middle", "tick")
        middle = (self.left + self.right) / 2
        self.words(middle, self.bottom + drop + 19, label, "middle", "label")

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the frame."""
        return self.left, self.top, self.right, self.bottom

    @property
    def parts(self) -> Markup:
        """What is drawn, without the element around it."""
        return together(*self._parts)

    def svg(self, label: str, class_: str, **data: object) -> Markup:
        """The drawing; ``label`` is its text alternative, ``data`` are attributes of it."""
        frame = " ".join(rounded(v) for v in self.frame)
        return tag(
            "svg",
            self.parts,
            viewBox=f"0 0 {rounded(self.width)} {rounded(self.height)}",
            role="img",
            aria_label=label,
            class_=f"chart {class_}",
            data_frame=frame,
            data_across=" ".join(f"{v:g}" for v in self.across),
            data_up=" ".join(f"{v:g}" for v in self.up),
            **data,
        )


def rounded(value: float) -> str:
    """A place on the drawing with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def plain(value: float) -> str:
    """A value on a scale."""
    return written(value, ",.10g")


def text_width(text: str) -> float:
    """Width of a line of words in pixels."""
    return width_of(text, TEXT * 72 / 100)


def colour_of(colour: str) -> str:
    """A firm's colour in both themes: black, which is none on black, follows the ink."""
    return "var(--black)" if colour == "#000000" else colour


def points_of(count: int, most: int = MOST_POINTS) -> NDArray[np.int64]:
    """The values drawn of so many: all, or every so manieth of very many, and the last."""
    points = np.arange(0, count, -(-count // most) or 1)
    return points if points[-1:] == count - 1 else np.append(points, count - 1)


def path_of(x: Floats, y: Floats) -> str:
    """The commands of a line that breaks where a value is undefined."""
    commands, pen = [], "M"
    for across, up in zip(x.tolist(), y.tolist(), strict=True):
        there = math.isfinite(up) and math.isfinite(across)
        if there:
            commands.append(f"{pen}{rounded(across)} {rounded(up)}")
        pen = "L" if there else "M"
    return "".join(commands)


def band_of(x: Floats, low: Floats, high: Floats) -> str:
    """The commands of the areas between two lines, wherever both are defined."""
    commands = []
    for part in stretches(np.isfinite(low) & np.isfinite(high)):
        there = np.concatenate((x[part], x[part][::-1]))
        commands.append(path_of(there, np.concatenate((low[part], high[part][::-1]))) + "Z")
    return "".join(commands)


def dashes_of(look: FirmStyle) -> str | None:
    """Lengths of a firm's dashes and gaps, in pixels; None for a line without a break."""
    return " ".join(rounded(2.4 * part) for part in look.dashes) or None


def text_at(x: float, y: float, text: str, anchor: str | None = None, class_: str = "") -> Markup:
    """One line of words on the base line y."""
    place = {"x": rounded(x), "y": rounded(y)}
    return tag("text", escaped(text), **place, text_anchor=anchor, class_=class_ or None)


def rule(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    ends = {"x1": rounded(x1), "y1": rounded(y1), "x2": rounded(x2), "y2": rounded(y2)}
    return tag("line", **ends, class_=class_)


def circle(x: float, y: float, class_: str, radius: float | str, **more: object) -> Markup:
    """A circle around a place."""
    return tag("circle", cx=rounded(x), cy=rounded(y), r=radius, class_=class_, **more)


def box(
    x: float, y: float, width: float, height: str, class_: str, tip: str | None = None
) -> Markup:
    """A rectangle from its upper left corner; ``tip`` is told under the pointer."""
    place = {"x": rounded(x), "y": rounded(y), "width": rounded(width), "height": height}
    return tag("rect", **place, class_=class_, data_tip=tip)


def crowd(x: Floats, y: Floats) -> Markup:
    """Many small dots as one path."""
    places = zip(x.tolist(), y.tolist(), strict=True)
    dots = "".join(f"M{rounded(a)} {rounded(b)}h0" for a, b in places if math.isfinite(b))
    return tag("path", d=dots, class_="crowd")
