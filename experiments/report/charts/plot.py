"""The rectangle that a chart is drawn in: scales, grid, words, and the SVG around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, escaped, tag
from experiments.pictures.text import width_of
from experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

WIDE, NARROW = 860.0, 380.0
"""Widths of the two drawings, in CSS pixels at full size."""
TEXT = 13.0
"""Size of all words, in pixels."""


class Plot:
    """A frame with two linear scales; y grows upwards, as on paper.

    Args:
        width, height: Of the whole drawing, in pixels.
        margins: Left, right, top and bottom of the frame, in pixels.
        across: Values at the left and the right edge.
        up: Values at the lower and the upper edge.
    """

    def __init__(
        self,
        width: float,
        height: float,
        margins: tuple[float, float, float, float],
        across: tuple[float, float],
        up: tuple[float, float],
    ) -> None:
        self.width, self.height = width, height
        self.left, right, self.top, bottom = margins
        self.right, self.bottom = width - right, height - bottom
        self.across, self.up = across, up
        self._parts: list[Markup] = []

    def x(self, values: ArrayLike) -> NDArray[np.float64]:
        """Places on the drawing."""
        low, high = self.across
        part = (np.asarray(values, np.float64) - low) / ((high - low) or 1.0)
        return self.left + part * (self.right - self.left)

    def y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Places on the drawing, counted from its top."""
        low, high = self.up
        part = (np.asarray(values, np.float64) - low) / ((high - low) or 1.0)
        return self.bottom - part * (self.bottom - self.top)

    def add(self, part: Markup) -> None:
        """Draw a piece above what is there."""
        self._parts.append(part)

    def words(
        self, x: float, y: float, text: str, *, anchor: str = "start", class_: str = ""
    ) -> None:
        """Write one line on the base line y."""
        place = {"x": rounded(x), "y": rounded(y)}
        self.add(tag("text", escaped(text), **place, text_anchor=anchor, class_=class_ or None))

    def rule(self, x1: float, y1: float, x2: float, y2: float, class_: str = "grid") -> None:
        """Draw a straight line."""
        ends = {name: rounded(v) for name, v in zip("x1 y1 x2 y2".split(), (x1, y1, x2, y2))}  # noqa: B905
        self.add(tag("line", **ends, class_=class_))

    def grid_up(
        self, ticks: Sequence[float], text: Callable[[float], str], label: str, *, lift: float = 0.0
    ) -> None:
        """Level lines with their values at the left, and what they are above, lifted by so much."""
        for tick in ticks:
            y = float(self.y(tick))
            self.rule(self.left, y, self.right, y, "axis" if tick == 0 else "grid")
            self.words(self.left - 7, y + 4.5, text(tick), anchor="end", class_="tick")
        self.words(2, self.top - 12 - lift, label, class_="label")

    def grid_across(
        self, ticks: Sequence[float], text: Callable[[float], str], label: str, *, lines: bool
    ) -> None:
        """Values below the frame, and what they are under them."""
        for tick in ticks:
            x = float(self.x(tick))
            if lines:
                self.rule(x, self.top, x, self.bottom, "axis" if tick == 0 else "grid")
            self.words(x, self.bottom + 18, text(tick), anchor="middle", class_="tick")
        middle = (self.left + self.right) / 2
        self.words(middle, self.bottom + 37, label, anchor="middle", class_="label")

    def svg(self, label: str, class_: str, **data: object) -> Markup:
        """The drawing; ``label`` is its text alternative, ``data`` are attributes of it."""
        box = f"0 0 {rounded(self.width)} {rounded(self.height)}"
        frame = " ".join(rounded(v) for v in (self.left, self.top, self.right, self.bottom))
        return tag(
            "svg",
            *self._parts,
            viewBox=box,
            role="img",
            aria_label=label,
            class_=class_,
            data_frame=frame,
            data_across=" ".join(f"{v:g}" for v in self.across),
            data_up=" ".join(f"{v:g}" for v in self.up),
            **data,
        )


def rounded(value: float) -> str:
    """A place on the drawing with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def path_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """The commands of a line that breaks where a value is undefined."""
    commands, pen = [], "M"
    for across, up in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(up) and math.isfinite(across):
            commands.append(f"{pen}{rounded(across)} {rounded(up)}")
            pen = "L"
        else:
            pen = "M"
    return "".join(commands)


def band_of(x: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    """The commands of the areas between two lines, wherever both are defined."""
    there = np.isfinite(low) & np.isfinite(high)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8)))
    commands = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        xs = np.concatenate((x[start:stop], x[start:stop][::-1]))
        ys = np.concatenate((low[start:stop], high[start:stop][::-1]))
        commands.append(path_of(xs, ys) + "Z")
    return "".join(commands)


def text_width(text: str) -> float:
    """Width of a line of words in pixels."""
    return width_of(text, TEXT * 72 / 100)


def plain(value: float) -> str:
    """A value on a scale."""
    return written(value, ",.10g")
