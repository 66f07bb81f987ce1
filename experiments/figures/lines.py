"""Lines over time, one per firm, named where they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.subject import Subject
from experiments.pictures.chart import GRID, SOFT
from experiments.pictures.page import LEFT, NORMAL, SMALL, TOP, WIDTH, Frame, Page
from experiments.pictures.scales import inner_ticks, month_ticks, padded, spread
from experiments.pictures.text import short_names, width_of
from experiments.runs.condensed import mean_of_finite
from experiments.runs.cube import quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAMED_AT_LINES = 8
_LABEL_GAP = 22.0
_LABEL_START, _SWATCH = 34.0, 38.0
_NARROWEST, _WIDEST = 190.0, 390.0
"""Width of the column of names at the right, page units."""
_LEGEND_COLUMNS, _LEGEND_ROW = 5, 23.0
_FOOT = 92.0


@dataclass(frozen=True)
class Plotted:
    """One measure to draw.

    Attributes:
        values: [replication, month, firm], in the units of the label.
        label: What is measured, with its unit.
        tick_text: How a number on the scale is written.
        value_text: How a number at the end of a line is written.
        from_zero: Whether the scale starts at zero whatever the values are.
        ends: The figure of every firm, in the same units, written at the end of its line.
        window: What these figures are of, in words.
    """

    values: NDArray[np.float64]
    label: str
    tick_text: Callable[[float], str]
    value_text: Callable[[float], str]
    from_zero: bool
    ends: list[float]
    window: str


def over_time(page: Page, subject: Subject, measures: list[Plotted]) -> None:
    """Draw measures over the months, one frame above another, sharing the scale of months.

    A line is the mean over replications. The number at its end is the firm's figure, the one that
    is told everywhere else, under a heading that says of which months it is.

    Up to eight firms are named at the ends of their lines. Of more firms the largest are, in
    stronger lines with bands, and a legend names all of them.
    """
    cube = subject.cube
    foot = _FOOT + _legend(page, subject)
    head = 30.0 + 21.0 * subject.lanes
    height = (TOP + 30 - foot - head - 44.0 * (len(measures) - 1)) / len(measures)
    count = min(_NAMED_AT_LINES, int(height // (_LABEL_GAP - 1)))
    named = cube.largest(count)
    column = _column(subject, named, measures)
    for number, measure in enumerate(measures):
        bottom = foot + (len(measures) - 1 - number) * (height + 44.0)
        low, high = quantiles(measure.values, 0.1, 0.9)
        middle = mean_of_finite(measure.values, axis=0)
        seen = np.concatenate([part.ravel() for part in (low[:, named], high[:, named], middle)])
        scale = padded(seen, zero=measure.from_zero)
        frame = Frame(
            page,
            LEFT,
            bottom,
            WIDTH - LEFT - column,
            height,
            (0.0, float(max(cube.months, 1))),
            scale,
        )
        raised = 10.0 + (21.0 * subject.lanes if number == 0 else 0.0)
        frame.scales(
            label=measure.label,
            across_label="Month" if number == len(measures) - 1 else "",
            across_ticks=month_ticks(cube.months),
            up_ticks=inner_ticks(*scale, max(3, int(height // 60))),
            tick_text=measure.tick_text,
            label_raise=raised,
        )
        frame.events(subject.events, subject.lanes if number == 0 else 0)
        if not np.isfinite(middle).any():
            frame.note("nothing to show: no firm had customers long enough")
            continue
        _lines(frame, subject, named, (low, middle, high))
        heading = f"{measure.window}:"
        page.text(frame.right + _LABEL_START, frame.top + raised, heading, colour=SOFT)
        _names(frame, subject, named, middle, measure)


def _column(subject: Subject, named: list[int], measures: list[Plotted]) -> float:
    """Width that names and headings at the right need, within limits."""
    needed = [width_of(subject.cube.names[firm], NORMAL) for firm in named]
    room = _LABEL_START + _SWATCH + _values_room(subject) + 14
    headings = [_LABEL_START + width_of(f"{m.window}:", SMALL) + 14 for m in measures]
    return min(max(room + max(needed, default=0.0), *headings, _NARROWEST), _WIDEST)


def _values_room(subject: Subject) -> float:
    """Width of what follows a name: a number, or the month until which there was one."""
    ended = bool(np.isfinite(subject.cube.closed()).all(axis=0).any())
    return width_of(": to month 999" if ended else ": −0.00", NORMAL)


def _lines(
    frame: Frame, subject: Subject, named: list[int], found: tuple[NDArray[np.float64], ...]
) -> None:
    """The largest firms last, so that they lie on top."""
    low, middle, high = found
    months = frame.x(np.arange(middle.shape[0]))
    if subject.cube.replications > 1:
        for firm in named:
            colour = subject.styles[firm].colour
            frame.page.band(months, frame.y(low[:, firm]), frame.y(high[:, firm]), colour)
    others = [firm for firm in range(middle.shape[1]) if firm not in named]
    for firm in (*others, *named):
        strong = firm in named
        style, y = subject.styles[firm], frame.y(middle[:, firm])
        if np.isfinite(y).any():
            frame.page.line(
                months, y, style, width=2.8 if strong else 1.5, alpha=1 if strong else 0.7
            )
            last = int(np.flatnonzero(np.isfinite(y))[-1])
            if last < subject.cube.months:
                frame.page.cross(float(months[last]), float(y[last]), style.colour)


def _names(
    frame: Frame,
    subject: Subject,
    named: list[int],
    middle: NDArray[np.float64],
    measure: Plotted,
) -> None:
    """Names and figures at the right, as near to the ends of the lines as they fit."""
    firms = [firm for firm in named if np.isfinite(middle[:, firm]).any()]
    last = [int(np.flatnonzero(np.isfinite(middle[:, firm]))[-1]) for firm in firms]
    values = [float(middle[month, firm]) for month, firm in zip(last, firms, strict=True)]
    wanted = [float(y) for y in frame.y(values)]
    places = spread(wanted, _LABEL_GAP, frame.bottom + 2, frame.top)
    page, start = frame.page, frame.right + _LABEL_START
    texts = [
        measure.value_text(measure.ends[firm])
        if month == subject.cube.months and np.isfinite(measure.ends[firm])
        else f"to month {month}"
        for firm, month in zip(firms, last, strict=True)
    ]
    room = WIDTH - start - _SWATCH - _values_room(subject) - 10
    names = short_names([subject.cube.names[firm] for firm in firms], room, NORMAL)
    leaders = []
    for number, (firm, place) in enumerate(zip(firms, places, strict=True)):
        if last[number] == subject.cube.months:
            leaders.append([(frame.right + 3, wanted[number]), (start - 4, place)])
        page.line([start, start + 32], [place, place], subject.styles[firm])
        page.text(start + _SWATCH, place - 6, f"{names[number]}: {texts[number]}", size=NORMAL)
    page.segments(leaders, colour=GRID, width=1.2)


def _legend(page: Page, subject: Subject) -> float:
    """A legend of all firms above the source line where lines cannot all be named; its height."""
    names = subject.cube.names
    if len(names) <= _NAMED_AT_LINES:
        return 0.0
    column = (WIDTH - 48.0) / _LEGEND_COLUMNS
    rows = -(-len(names) // _LEGEND_COLUMNS)
    for number, short in enumerate(short_names(names, column - 54, SMALL)):
        across, down = divmod(number, rows)
        x, y = 24.0 + across * column, 42.0 + (rows - 1 - down) * _LEGEND_ROW
        page.line([x, x + 38], [y + 5, y + 5], subject.styles[number], width=2.4)
        page.text(x + 45, y, short)
    return rows * _LEGEND_ROW + 6.0
