"""Pictures of lessons: one message each, in letters that the last row can read.

The sheet is that of all pictures (:class:`tsunagari.experiments.pictures.page.Page`); words are
larger, there are fewer of them, and the message stands where other pictures have a title.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import GRID, INK, SOFT, FirmStyle
from tsunagari.experiments.pictures.page import WIDTH, Page
from tsunagari.experiments.pictures.text import width_of
from tsunagari.experiments.runs.cube import quantiles

if TYPE_CHECKING:
    from tsunagari.experiments.pictures.page import Frame
    from tsunagari.experiments.runs.statistics import Floats

HUGE, BIG, LEGIBLE = 29.0, 24.0, 19.0
"""Sizes of text in points: the message, what is named in the picture, and its scales."""
MARGIN = 40.0
CEILING = 545.0
"""Highest place for a frame, below a message of two lines and a line that says what is shown."""
_LINE = 46.0


class Slide(Page):
    """A sheet that is described in Japanese, too.

    Attributes:
        japanese: The description for the Japanese page of the lesson.
    """

    japanese: str


def slide(message: str, description: str, japanese: str, source: str) -> Slide:
    """An empty sheet with its message.

    Args:
        message: What there is to see, at most two lines.
        description: The same for those who do not see it, with figures.
        japanese: The description in Japanese.
        source: The line at the foot.

    Raises:
        ValueError: The message does not fit on two lines.
    """
    page = Slide("", "", description, source)
    page.japanese = japanese
    page.title = message  # written below in letters of another size
    lines = _lines(message)
    if len(lines) > 2:
        raise ValueError(f"too long for a slide: {message}")
    for number, line in enumerate(lines):
        page.text(MARGIN, 662 - number * _LINE, line, size=HUGE)
    return page


def scales(
    frame: Frame,
    *,
    up_ticks: Sequence[float],
    across_ticks: Sequence[float],
    tick_text: Callable[[float], str],
    across_label: str,
    across_text: Callable[[float], str] = "{:g}".format,
) -> None:
    """Grid and ticks of a frame, in letters for the last row."""
    page = frame.page
    page.segments([[(frame.left, y), (frame.right, y)] for y in frame.y(up_ticks)], colour=GRID)
    foot = float(frame.y(max(0.0, frame.up[0]) if frame.up[0] <= 0 <= frame.up[1] else frame.up[0]))
    page.segments([[(frame.left, foot), (frame.right, foot)]], colour=SOFT, width=1.8)
    for tick in up_ticks:
        page.text(frame.left - 12, float(frame.y(tick)) - 9, tick_text(tick), size=LEGIBLE,
                  colour=SOFT, across="right")  # fmt: skip
    for tick in across_ticks:
        page.text(float(frame.x(tick)), frame.bottom - 34, across_text(tick), size=LEGIBLE,
                  colour=SOFT, across="center")  # fmt: skip
    page.text(frame.left + frame.width / 2, frame.bottom - 68, across_label, size=LEGIBLE,
              colour=SOFT, across="center")  # fmt: skip


def history(frame: Frame, values: Floats, style: FirmStyle) -> None:
    """The median over replications, [replication, month], and the band of the middle 80 %."""
    low, middle, high = quantiles(values, 0.1, 0.5, 0.9)
    months = frame.x(np.arange(values.shape[1]))
    frame.page.band(months, frame.y(low), frame.y(high), style.colour)
    frame.page.line(months, frame.y(middle), style, width=4.5)


def words(page: Page, x: float, y: float, text: str, colour: str = INK, size: float = BIG) -> None:
    """Words beside what they name."""
    page.text(x, y, text, size=size, colour=colour)


def disc(page: Page, x: float, y: float, radius: float, colour: str) -> None:
    """A disc above what was drawn before; a lone point of a line is one of 1.7 widths."""
    page.line([x], [y], FirmStyle(colour, (), ""), width=radius / 1.74)


def _lines(message: str) -> list[str]:
    """The message in lines that fit."""
    found: list[str] = []
    for word in message.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and width_of(longer, HUGE) <= WIDTH - 2 * MARGIN:
            found[-1] = longer
        else:
            found.append(word)
    return found
