"""The sheet a picture is drawn on.

Matplotlib's axes cost 10 ms each before anything is in them and place their labels in two passes.
Pictures here are drawn straight on a figure, in page units of 1/100 inch from the lower left corner
(pixels, at 100 dots per inch), which takes a third of the time and leaves no place to chance.
"""

from __future__ import annotations

import contextlib
import math
import os
import pathlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal

import matplotlib
import matplotlib.backends.backend_svg  # used by name; imported with the rest, not while drawing
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from tsunagari.experiments.pictures.chart import GRID, INK, SOFT, Event, FirmStyle
from tsunagari.experiments.pictures.scales import placed, stretches
from tsunagari.experiments.pictures.text import outlined, shortened, width_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

WIDTH, HEIGHT = 1280.0, 720.0
LEFT, RIGHT = 84.0, 1256.0
TOP = 600.0
"""Highest place for what a picture shows; title and subtitle are above."""
SMALL, NORMAL, LARGE = 13.0, 14.5, 21.0
"""Sizes of text in points; nothing is smaller than SMALL."""

_EVENT_LANE = 21.0
_SUFFIXES = (".png", ".svg")
_BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}


class Page:
    """A picture in the making: 12.8 by 7.2 inches with a title, a subtitle and a source line.

    Attributes:
        title: What is shown.
        description: The picture in a sentence, for those who cannot see it.
    """

    def __init__(self, title: str, subtitle: str, description: str, source: str) -> None:
        """An empty sheet with its frame of words."""
        self.title, self.description = _clean(title), _clean(description)
        self._figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor="white")
        FigureCanvasAgg(self._figure)
        self._units = Affine2D().scale(0.01) + self._figure.dpi_scale_trans
        self._words: dict[str, list[tuple[NDArray[np.float64], NDArray[np.uint8]]]] = {}
        self.text(24, 677, shortened(self.title, WIDTH - 48, LARGE), size=LARGE)
        self.text(24, 648, shortened(subtitle, WIDTH - 48, SMALL), colour=SOFT)
        self.text(24, 12, shortened(source, WIDTH - 48, SMALL), colour=SOFT)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SMALL,
        colour: str = INK,
        across: Literal["left", "center", "right"] = "left",
        angle: float = 0.0,
    ) -> None:
        """Write one line of words on the base line y; x is where ``across`` says. Degrees."""
        points, codes = outlined(words, size)
        points[:, 0] -= _BEFORE[across] * width_of(words, size)
        if angle:
            cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
            points = points @ np.array([[cos, sin], [-sin, cos]])
        self._words.setdefault(colour, []).append((points + np.array([x, y]), codes))

    def line(
        self, x: ArrayLike, y: ArrayLike, style: FirmStyle, *, width: float = 2.6, alpha: float = 1
    ) -> None:
        """Draw a firm's line; it breaks where a value is NaN, and a lone point is a dot."""
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        line = Line2D(x, y, color=style.colour, linewidth=width, alpha=alpha)
        line.set_transform(self._units)
        if style.dashes:
            line.set_dashes(style.dashes)
        if np.isfinite(y).sum() == 1:
            line.set(marker=style.marker or "o", markersize=2.5 * width)
        elif style.marker:
            line.set(marker=style.marker, markersize=2.5 * width, markevery=max(1, x.size // 8))
        self._figure.add_artist(line)

    def cross(self, x: float, y: float, colour: str) -> None:
        """Mark where a line ends for good."""
        line = Line2D([x], [y], color=colour, marker="x", markersize=9, markeredgewidth=2.5)
        line.set_transform(self._units)
        self._figure.add_artist(line)

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str) -> None:
        """Fill between two lines, lightly, wherever both are defined."""
        x, low, high = (np.asarray(v, dtype=np.float64) for v in (x, low, high))
        shapes = []
        for part in stretches(np.isfinite(low) & np.isfinite(high)):
            there = np.column_stack((x[part], low[part]))
            back = np.column_stack((x[part], high[part]))[::-1]
            shapes.append(np.concatenate((there, back)))
        self.shapes(shapes, colour, alpha=0.16)

    def shapes(
        self,
        outlines: Sequence[NDArray[np.float64]],
        colours: str | Sequence[object] | NDArray[np.float64],
        *,
        alpha: float = 1.0,
        edge: str = "none",
    ) -> None:
        """Fill outlines, each an array of points [n, 2], with one colour or one each."""
        if len(outlines):
            found = PolyCollection(outlines, facecolors=colours, edgecolors=edge, alpha=alpha)
            found.set(linewidth=0 if edge == "none" else 1, transform=self._units)
            self._figure.add_artist(found)

    def segments(
        self,
        lines: Sequence[Sequence[tuple[float, float]] | np.ndarray],
        *,
        colour: str = GRID,
        width: float = 1,
    ) -> None:
        """Draw straight lines, such as those of a grid."""
        if len(lines):
            found = LineCollection(lines, colors=colour, linewidths=width)
            found.set_transform(self._units)
            self._figure.add_artist(found)

    def save(self, folder: pathlib.Path, name: str) -> list[pathlib.Path]:
        """Write the picture as PNG and as SVG; both carry title and description.

        A file appears whole or not at all: it is written beside its place and moved there.

        Raises:
            OSError: The folder cannot be written to.
        """
        self._write()
        words = {"Title": self.title, "Description": self.description}
        options: dict[str, dict[str, Any]] = {
            ".png": {"metadata": words, "pil_kwargs": {"compress_level": 2}},
            ".svg": {"metadata": {**words, "Date": None}},
        }
        paths = []
        for suffix in _SUFFIXES:
            data = BytesIO()
            self._figure.savefig(data, format=suffix[1:], dpi=100, **options[suffix])
            paths.append(_written(folder / (name + suffix), data.getvalue()))
        return paths

    def pixels(self, width: int) -> NDArray[np.uint8]:
        """The picture as red, green and blue, uint8[height, width, 3], from its upper left corner.

        Args:
            width: A multiple of 32, so that the height is whole and even.
        """
        if width % 32:
            raise ValueError(f"{width} is not a multiple of 32")
        self._write()
        self._figure.set_dpi(width * 100 / WIDTH)
        canvas = FigureCanvasAgg(self._figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()

    def _write(self) -> None:
        """Put the words on the figure: one shape for each colour, above everything else.

        Points go to the hundredth of a point, so that an SVG file needs no more digits.
        """
        for colour, written in self._words.items():
            points = np.round(np.concatenate([points for points, _ in written]) * 72) / 72
            shape = Path(points, np.concatenate([codes for _, codes in written]))
            self._figure.add_artist(
                PathPatch(
                    shape,
                    facecolor=colour,
                    linewidth=0,
                    snap=False,
                    zorder=5,
                    transform=self._units,
                )
            )
        self._words.clear()


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
        return placed(values, self.across, (self.left, self.right))

    def y(self, values: ArrayLike) -> NDArray[np.float64]:
        """Places of values from bottom to top, in page units."""
        return placed(values, self.up, (self.bottom, self.top))

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

    def events(self, events: Sequence[Event], lanes: int) -> None:
        """Draw a line for each dated event and write its words above the frame, in so many lanes.

        The lanes are taken in turn from the top. Words end where the line of a later event would
        strike them out; without lanes there are lines only.
        """
        places = [float(self.x(event.month)) for event in events]
        lines = []
        for number, (place, event) in enumerate(zip(places, events, strict=True)):
            lane = lanes - 1 - number % lanes if lanes else -1
            base = self.top + _EVENT_LANE * max(lane, 0)
            lines.append([(place, self.bottom), (place, base + (_EVENT_LANE - 3) * (lane >= 0))])
            crossing = [
                later
                for step, later in enumerate(places[number + 1 :], start=number + 1)
                if lanes - 1 - step % max(lanes, 1) >= lane
            ]
            room = min([*crossing, self.right + 60]) - place - 14
            if lane >= 0 and room > min(100.0, width_of(event.words, SMALL)):
                words = shortened(event.words, room, SMALL)
                self.page.text(place + 6, base + 5, words, colour=SOFT)
        self.page.segments(lines, colour="#8c8c8c", width=1.3)

    def note(self, words: str) -> None:
        """Say in the middle of the frame why nothing is in it."""
        x, y = self.left + self.width / 2, self.bottom + self.height / 2
        self.page.text(x, y, words, size=NORMAL, colour=INK, across="center")


@contextlib.contextmanager
def plain_settings() -> Iterator[None]:
    """Matplotlib's own defaults while drawing, whatever a user's matplotlibrc says.

    Identifiers in SVG files are salted with a constant, so that equal pictures are equal files.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams["svg.hashsalt"] = "tsunagari"
        yield


def rectangle(left: float, bottom: float, width: float, height: float) -> NDArray[np.float64]:
    """The outline of a rectangle, [4, 2]."""
    right, top = left + width, bottom + height
    return np.array([(left, bottom), (right, bottom), (right, top), (left, top)])


def _written(path: pathlib.Path, data: bytes) -> pathlib.Path:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _clean(text: str) -> str:
    """Words for a file's metadata: one line, without characters that XML forbids."""
    return re.sub(r"[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+", " ", text)
