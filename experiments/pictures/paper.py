"""Charts on paper: lines with names, rows of bars or dots, piles, and who moved to whom."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import (
    GRID,
    INK,
    NAMED,
    SOFT,
    Bar,
    BarChart,
    Event,
    LineChart,
    Piles,
)
from tsunagari.experiments.pictures.page import (
    LEFT,
    NORMAL,
    SMALL,
    TOP,
    WIDTH,
    Frame,
    Page,
    rectangle,
)
from tsunagari.experiments.pictures.scales import inner_ticks, month_ticks, spread, stretches
from tsunagari.experiments.pictures.text import short_names, shortened, width_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

type Box = tuple[float, float, float, float]
"""Left, bottom, width and height, in page units."""

FOOT = 92.0
"""Lowest place for a frame with a scale below and the source line under it."""
LANE = 21.0
"""Height of a line of words of events."""

_LABEL_GAP = 22.0
_LABEL_START, _SWATCH = 34.0, 38.0
_NARROWEST, _WIDEST = 190.0, 390.0
"""Width of the column of names at the right, page units."""
_LEGEND_COLUMNS, _LEGEND_ROW = 5, 23.0
_BETWEEN = 44.0
_DOT = 9.0
_CELLS_LEFT, _CELLS_RIGHT, _CELLS_FOOT = 300.0, 1200.0, 44.0
_HEAD_LEVEL, _HEAD_SLANTED = 590.0, 520.0
_SLANT = 32.0
# Light to dark of one hue, as lightness alone is seen by everybody and by a grey projector.
_LIGHT, _DARK = np.array([0.94, 0.96, 0.98]), np.array([0.03, 0.25, 0.48])


def _plain(value: float) -> str:
    """A number on a scale."""
    return written(value, "g")


def lanes_of(events: Sequence[Event]) -> int:
    """Lines of words that events need above a frame."""
    return min(len(events), 2)


def line_frame(
    page: Page,
    chart: LineChart,
    box: Box,
    *,
    most: int = NAMED,
    months: int = 8,
    lanes: int = 0,
    foot: bool = True,
    reach: float | None = None,
) -> Frame:
    """A frame with scales, events and lines, without names.

    Args:
        page: The sheet.
        chart: What is drawn.
        box: Where.
        most: Lines that are drawn strong, at most.
        months: Ticks below, at most.
        lanes: Lines of words of events above it.
        foot: Whether the scale below has numbers.
        reach: Value at its right edge; None follows the lines.
    """
    scale = chart.ups(most)
    across = chart.acrosses if reach is None else (0.0, reach)
    frame = Frame(page, *box, across, scale)
    counted = chart.months is not None
    frame.scales(
        label=chart.up,
        across_label=chart.across if foot else "",
        across_ticks=month_ticks(chart.months or 0, months) if counted else inner_ticks(*across, 6),
        up_ticks=inner_ticks(*scale, max(3, int(frame.height // 60))),
        tick_text=chart.told if chart.signed else _plain,
        label_raise=(16.0 if chart.risk else 10.0) + LANE * lanes,
    )
    frame.events(chart.events, lanes)
    if chart.level is not None:
        y = float(frame.y(chart.level))
        page.segments([[(frame.left, y), (frame.right, y)]], colour=INK, width=1.6)
    if any(line.there for line in chart.series):
        _lines(frame, chart, chart.strong(most))
    else:
        frame.note(chart.nothing)
    return frame


def _lines(frame: Frame, chart: LineChart, strong: Sequence[int]) -> None:
    """The strong lines last, so that they lie on top."""
    for number in strong:
        line = chart.series[number]
        if line.low is not None and line.high is not None:
            ends = frame.y(line.low), frame.y(line.high)
            frame.page.band(frame.x(line.across), *ends, line.style.colour)
    others = [number for number in range(len(chart.series)) if number not in strong]
    for number in (*others, *strong):
        line = chart.series[number]
        if line.there:
            x, y = frame.x(line.across), frame.y(line.middle)
            width, alpha = (2.8, 1.0) if number in strong else (1.5, 0.7)
            frame.page.line(x, y, line.style, width=width, alpha=alpha)
            if _ends_early(chart, number) and not chart.risk:
                frame.page.cross(float(x[line.last]), float(y[line.last]), line.style.colour)


def _ends_early(chart: LineChart, number: int) -> bool:
    return chart.months is not None and chart.series[number].last < chart.months


def _end_text(chart: LineChart, number: int) -> str:
    """What is written at the end of a line: its figure, or until when it went."""
    line = chart.series[number]
    if _ends_early(chart, number):
        return Words()("pictures.to_month", month=line.last)
    figure = line.figure if line.figure is not None else np.nan
    return chart.told(figure if np.isfinite(figure) else line.end)


def over_time(page: Page, charts: Sequence[LineChart]) -> None:
    """Lines over the months, one frame above another, sharing the scale of months.

    The number at the end of a line is its figure, the one that is told everywhere else, under a
    heading that says of which months it is. Up to eight lines are named at their ends. Of more the
    most important are, in stronger lines with bands, and a legend names all of them.
    """
    first = charts[0]
    foot = FOOT + _legend(page, first)
    lanes = lanes_of(first.events)
    height = (TOP - foot - LANE * lanes - _BETWEEN * (len(charts) - 1)) / len(charts)
    most = min(NAMED, int(height // (_LABEL_GAP - 1)))
    column = _column(charts, most)
    for number, chart in enumerate(charts):
        place = len(charts) - 1 - number
        box = (LEFT, foot + place * (height + _BETWEEN), WIDTH - LEFT - column, height)
        above = lanes if number == 0 else 0
        frame = line_frame(page, chart, box, most=most, lanes=above, foot=place == 0)
        if chart.strong(most):
            if chart.window:
                at = frame.right + _LABEL_START, frame.top + 10.0 + LANE * above
                page.text(*at, f"{chart.window}:", colour=SOFT)
            _names(frame, chart, most)


def _column(charts: Sequence[LineChart], most: int) -> float:
    """Width that names and headings at the right need, within limits."""
    needed = [width_of(f"{chart.window}:", SMALL) for chart in charts]
    for chart in charts:
        strong = chart.strong(most)
        names = [width_of(chart.series[n].name, NORMAL) for n in strong]
        needed.append(_SWATCH + max(names, default=0.0) + _texts_room(chart, strong))
    return min(max(_LABEL_START + max(needed) + 14, _NARROWEST), _WIDEST)


def _texts_room(chart: LineChart, strong: Sequence[int]) -> float:
    return max((width_of(f": {_end_text(chart, n)}", NORMAL) for n in strong), default=0.0)


def _names(frame: Frame, chart: LineChart, most: int) -> None:
    """Names and figures at the right, as near to the ends of the lines as they fit."""
    strong = chart.strong(most)
    lines = [chart.series[number] for number in strong]
    wanted = [float(frame.y(line.end)) for line in lines]
    places = spread(wanted, _LABEL_GAP, frame.bottom + 2, frame.top)
    page, start = frame.page, frame.right + _LABEL_START
    room = WIDTH - start - _SWATCH - _texts_room(chart, strong) - 10
    names = short_names([line.name for line in lines], room, NORMAL)
    leaders = []
    for number, line, name, real, y in zip(strong, lines, names, wanted, places, strict=True):
        if not _ends_early(chart, number):
            leaders.append([(frame.right + 3, real), (start - 4, y)])
        page.line([start, start + 32], [y, y], line.style)
        page.text(start + _SWATCH, y - 6, f"{name}: {_end_text(chart, number)}", size=NORMAL)
    page.segments(leaders, colour=GRID, width=1.2)


def _legend(page: Page, chart: LineChart) -> float:
    """A legend above the source line where lines cannot all be named; its height."""
    lines = chart.series
    if len(lines) <= NAMED:
        return 0.0
    column = (WIDTH - 48.0) / _LEGEND_COLUMNS
    rows = -(-len(lines) // _LEGEND_COLUMNS)
    names = short_names([line.name for line in lines], column - 54, SMALL)
    for number, (line, short) in enumerate(zip(lines, names, strict=True)):
        across, down = divmod(number, rows)
        x, y = 24.0 + across * column, 42.0 + (rows - 1 - down) * _LEGEND_ROW
        page.line([x, x + 38], [y + 5, y + 5], line.style, width=2.4)
        page.text(x + 45, y, short)
    return rows * _LEGEND_ROW + 6.0


def grid(number: int, box: Box, *, gap: float, head: float, most: int = 3) -> list[Box]:
    """Boxes for so many panels within a box, in rows from the top, each with room above it.

    Args:
        number: Of panels.
        box: What they fill.
        gap: Between columns.
        head: Above each.
        most: Columns, at most.
    """
    left, bottom, width, height = box
    columns = min(most, max(number, 1)) if number != 4 else min(most, 2)
    rows = max(1, -(-number // columns))
    wide, high = (width - (columns - 1) * gap) / columns, height / rows - head
    return [
        (
            left + place % columns * (wide + gap),
            bottom + (rows - 1 - place // columns) * (high + head),
            wide,
            high,
        )
        for place in range(number)
    ]


def is_lowest(place: int, boxes: Sequence[Box]) -> bool:
    """Whether no panel of a grid stands under this one."""
    return not any(box[0] == boxes[place][0] for box in boxes[place + 1 :])


def bar_frame(
    page: Page, chart: BarChart, box: Box, *, names: float = 0.0, foot: bool = True, ticks: int = 5
) -> Frame:
    """A frame with a row for every name: bars from zero with whiskers, or dots with intervals.

    Args:
        page: The sheet.
        chart: What is drawn; neighbours of one name share a row.
        box: Where.
        names: Room for the names at its left; 0 leaves them out.
        foot: Whether the scale below has numbers and a label.
        ticks: On the scale, about.
    """
    rows = [list(bars) for _, bars in itertools.groupby(chart.bars, key=lambda bar: bar.name)]
    frame = Frame(page, *box, chart.scale, (0.0, float(max(len(rows), 1))))
    marks = inner_ticks(*frame.across, ticks)
    edges = frame.bottom, frame.top
    page.segments([[(x, end) for end in edges] for x in frame.x(marks)], colour=GRID)
    if foot:
        for tick, x in zip(marks, frame.x(marks), strict=True):
            page.text(x, frame.bottom - 22, _plain(tick), across="center")
        label = shortened(chart.across, frame.width + 40, NORMAL)
        middle = frame.left + frame.width / 2
        page.text(middle, frame.bottom - 46, label, size=NORMAL, across="center")
    step = frame.height / max(len(rows), 1)
    for place, bars in enumerate(rows):
        middle = frame.top - (place + 0.5) * step
        thick = min(0.8 / len(bars), 0.3) * step if chart.dots else min(0.62 * step, 26.0)
        for number, bar in enumerate(bars):
            y = middle + (0.5 * (len(bars) - 1) - number) * thick
            (_dot if chart.dots else _bar)(frame, bar, y, thick)
    if names:
        short = short_names([bars[0].name for bars in rows], names, SMALL)
        for place, name in enumerate(short):
            y = frame.top - (place + 0.5) * step - 5
            page.text(frame.left - 12, y, name, across="right")
    zero = float(frame.x(0.0))
    page.segments([[(zero, end) for end in edges]], colour=SOFT, width=1.4)
    if not any(np.isfinite(bar.value) for bar in chart.bars):
        frame.note(Words()("pictures.nothing_varies"))
    return frame


def _bar(frame: Frame, bar: Bar, y: float, thick: float) -> None:
    left, right = sorted(frame.x([0.0, bar.value]).tolist())
    frame.page.shapes([rectangle(left, y - thick / 2, right - left, thick)], bar.colour)
    if np.isfinite(bar.low):
        whisker = [[(x, y) for x in frame.x([bar.low, bar.high])]]
        frame.page.segments(whisker, colour="white", width=4.0)
        frame.page.segments(whisker, colour=INK, width=1.8)


def _dot(frame: Frame, bar: Bar, y: float, _: float) -> None:
    if np.isfinite(bar.low):
        whisker = [[(x, y) for x in frame.x([bar.low, bar.high])]]
        frame.page.segments(whisker, colour=bar.colour, width=2.2)
    if np.isfinite(bar.value):
        corner = float(frame.x(bar.value)) - _DOT / 2, y - _DOT / 2
        frame.page.shapes([rectangle(*corner, _DOT, _DOT)], bar.colour)


def pile_frame(
    page: Page, chart: Piles, firm: int, box: Box, *, foot: bool, events: Sequence[Event]
) -> Frame:
    """A frame with the parts of one firm piled up over the months."""
    count = chart.parts.shape[1]
    frame = Frame(page, *box, (0.0, float(max(count - 1, 1))), chart.scale)
    # A single month is a block.
    points = np.arange(count) if count > 1 else np.zeros(2, np.int64)
    x = frame.x(np.arange(points.size))
    for part, near, far in chart.areas(firm, points):
        outlines = []
        for piece in stretches(np.isfinite(near) & np.isfinite(far)):
            there = np.column_stack((x[piece], frame.y(near[piece])))
            back = np.column_stack((x[piece], frame.y(far[piece])))[::-1]
            outlines.append(np.concatenate((there, back)))
        page.shapes(outlines, chart.colours[part])
    frame.scales(
        label="",
        across_label=chart.across if foot else "",
        across_ticks=month_ticks(count - 1, 6),
        up_ticks=inner_ticks(*chart.scale, max(2, int(frame.height // 50))),
        tick_text=_plain,
    )
    frame.events(events, 0)
    if chart.hangs:
        total = (chart.above + chart.below)[-1, :, firm]
        line = np.column_stack((frame.x(np.arange(count)), frame.y(total)))[np.isfinite(total)]
        page.segments([line], colour="white", width=4.0)
        page.segments([line], colour=INK, width=1.8)
    return frame


def key(
    page: Page, x: float, y: float, entries: Sequence[tuple[str, str]], size: float = SMALL
) -> float:
    """Names of colours in a row from x on; where the row ends."""
    for colour, words in entries:
        page.shapes([rectangle(x, y - 2, 18, 16)], colour)
        page.text(x + 24, y, words, size=size)
        x += 24 + width_of(words, size) + 18
    return x


def key_width(words: Sequence[str], size: float = SMALL) -> float:
    """How wide such a row is."""
    return sum(24 + width_of(word, size) + 18 for word in words)


def compact(number: float) -> str:
    """A count in at most five characters: 0.4, 999, 1.2k, 35k, 1.3M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.{1 if number < 9.95 * size else 0}f}{letter}"
    return f"{number:.0f}" if number >= 9.95 or number == int(number) else f"{number:.1f}"


def at_risk(frame: Frame, chart: LineChart, months: int, row: float) -> None:
    """How many people every line rests on, under the ticks, one row a line."""
    for tick in month_ticks(chart.months or 0, months):
        x = float(frame.x(tick))
        for number, line in enumerate(chart.series):
            if line.at_risk is not None:
                y = frame.bottom - 76 - row * number
                words = compact(float(line.at_risk[int(tick)]))
                frame.page.text(x, y, words, colour=SOFT, across="center")


def matrix(page: Page, labels: Sequence[str], moved: Floats, *, known: int) -> None:
    """A cell for every pair, and sums of those who really changed at its right and lower edge.

    Args:
        page: The sheet.
        labels: Of rows and columns alike.
        moved: How many, [from row, to column].
        known: How many of the labels, the first, are single firms; they make the scale.
    """
    size = len(labels)
    across = (_CELLS_RIGHT - _CELLS_LEFT) / (size + 1)
    level = all(width_of(label, SMALL) < across - 8 for label in labels)
    head = _HEAD_LEVEL if level else _HEAD_SLANTED
    down = (head - _CELLS_FOOT) / (size + 1)
    x = [_CELLS_LEFT + (column + 0.5) * across for column in range(size + 1)]
    y = [head - (row + 0.5) * down for row in range(size + 1)]
    depth = _depth(moved, known)
    boxes, colours = [], []
    for row, column in np.ndindex(size, size):
        if row == column and moved[row, column] == 0:
            continue
        corner = x[column] - across / 2 + 1, y[row] - down / 2 + 1
        boxes.append(rectangle(*corner, across - 2, down - 2))
        colours.append(tuple(_LIGHT + (_DARK - _LIGHT) * depth[row, column]))
        ink = "white" if depth[row, column] > 0.68 else INK
        words = compact(float(moved[row, column]))
        page.text(x[column], y[row] - 5, words, colour=ink, across="center")
    page.shapes(boxes, colours)
    between = moved * ~np.eye(size, dtype=bool)
    for place, (left, came) in enumerate(
        zip(between.sum(axis=1), between.sum(axis=0), strict=True)
    ):
        page.text(x[-1], y[place] - 5, compact(left), across="center")
        page.text(x[place], y[-1] - 5, compact(came), across="center")
    won, lost = (Words()(f"pictures.all_{what}") for what in ("won", "lost"))
    for place, name in enumerate([*short_names(labels, _CELLS_LEFT - 24 - 14, NORMAL), won]):
        page.text(_CELLS_LEFT - 12, y[place] - 5, name, size=NORMAL, across="right")
    columns = labels if level else short_names(labels, 165, SMALL)
    for place, name in enumerate([*columns, lost]):
        if level:
            page.text(x[place], head + 10, name, across="center")
        else:
            page.text(x[place] - 4, head + 10, name, angle=_SLANT)
    page.text(_CELLS_LEFT - 12, head + 10, Words()("pictures.from_to"), size=NORMAL, across="right")


def _depth(moved: Floats, known: int) -> Floats:
    """How dark each cell is, 0 to 1: its part of the largest stream between firms.

    Nobody and the firms taken together are left out of the scale, or they would outshine the rest.
    """
    between = moved[:known, :known] * ~np.eye(known, dtype=bool)
    largest = between.max(initial=0.0) or moved.max(initial=0.0) or 1.0
    return np.minimum(moved / largest, 1.0)
