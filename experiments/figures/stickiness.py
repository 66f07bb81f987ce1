"""What holds customers: stickiness in money, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.condensed import mean_of_finite
from experiments.figures.subject import Subject
from experiments.pictures.chart import INK, RESERVOIR_COLOURS, RESERVOIR_WORDS
from experiments.pictures.page import LEFT, NORMAL, RIGHT, SMALL, TOP, Frame, Page, rectangle
from experiments.pictures.scales import inner_ticks, month_ticks, padded, stretches
from experiments.pictures.text import short_names, width_of
from experiments.runs.cube import RESERVOIRS, quantiles
from experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FOOT = 92.0
_MONEY_WIDTH = 330.0
_CELLS_LEFT = 505.0
_CELL_HEAD, _CELL_GAP = 34.0, 58.0


def stickiness(subject: Subject) -> Page:
    """Money at the left; at the right, a small stack of the four reservoirs for each firm."""
    cube = subject.cube
    firms = subject.shown
    money = 100 * cube.measure("stickiness_money")
    parts = np.stack([mean_of_finite(cube.measure(f"stickiness_{r}"), axis=0) for r in RESERVOIRS])
    title = "Stickiness: what holds the customers of each firm"
    mean = " (mean over replications)" if cube.replications > 1 else ""
    subtitle = (
        "Left: price cut at which an equal rival would win · "
        f"right: its four sources{mean}{subject.shown_words}"
    )
    page = subject.page(title, subtitle, _description(subject))
    _money(page, subject, firms, money)
    _cells(page, subject, firms, parts)
    return page


def _description(subject: Subject) -> str:
    told = [
        f"{firm.name} {written(100 * firm.stickiness_money.mean, '.0f')} %"
        for firm in subject.summary.firms
        if np.isfinite(firm.stickiness_money.mean)
    ]
    if not told:
        return "Stickiness: no firm had customers to hold."
    window = subject.window("stickiness_money")
    return f"Stickiness in money, part of the bill, {window}: {', '.join(told)}."


def _money(page: Page, subject: Subject, firms: list[int], money: NDArray[np.float64]) -> None:
    low, high = quantiles(money[:, :, firms], 0.1, 0.9)
    middle = mean_of_finite(money[:, :, firms], axis=0)
    scale = padded(np.concatenate((low.ravel(), high.ravel())), zero=True)
    last = float(max(subject.cube.months, 1))
    top = TOP - 21.0 * subject.lanes
    frame = Frame(page, LEFT, _FOOT, _MONEY_WIDTH, top - _FOOT, (0.0, last), scale)
    frame.scales(
        label="In money (% of the bill)",
        across_label="Month",
        across_ticks=month_ticks(subject.cube.months, 6),
        up_ticks=inner_ticks(*scale, 6),
        tick_text=lambda value: written(value, "g"),
        label_raise=10.0 + 21.0 * subject.lanes,
    )
    frame.events(subject.events, subject.lanes)
    months = frame.x(np.arange(middle.shape[0]))
    for place, firm in enumerate(firms):
        style = subject.styles[firm]
        if subject.cube.replications > 1:
            page.band(months, frame.y(low[:, place]), frame.y(high[:, place]), style.colour)
    for place, firm in enumerate(firms):
        if np.isfinite(middle[:, place]).any():
            page.line(months, frame.y(middle[:, place]), subject.styles[firm])
    if not np.isfinite(middle).any():
        frame.note("nothing to show")


def _cells(page: Page, subject: Subject, firms: list[int], parts: NDArray[np.float64]) -> None:
    """One frame per firm, all with the same scales."""
    columns = 1 if len(firms) <= 3 else 2
    rows = max(1, -(-len(firms) // columns))
    width = (RIGHT - _CELLS_LEFT - (columns - 1) * _CELL_GAP) / columns
    height = (TOP + 2 - _FOOT - rows * _CELL_HEAD) / rows
    above = np.cumsum(np.maximum(parts, 0.0), axis=0)
    below = np.cumsum(np.minimum(parts, 0.0), axis=0)
    seen = np.stack((above[:, :, firms], below[:, :, firms]))
    scale = padded(seen, zero=True)
    last = float(max(subject.cube.months, 1))
    shapes: list[list[NDArray[np.float64]]] = [[] for _ in RESERVOIRS]
    names = short_names([subject.cube.names[f] for f in firms], width - 60, NORMAL)
    frames = []
    for place, firm in enumerate(firms):
        across, down = place % columns, place // columns
        left = _CELLS_LEFT + across * (width + _CELL_GAP)
        bottom = _FOOT + (rows - 1 - down) * (height + _CELL_HEAD)
        frame = Frame(page, left, bottom, width, height, (0.0, last), scale)
        frames.append(frame)
        for number in range(len(RESERVOIRS)):
            shapes[number] += _stacked(frame, number, above[:, :, firm], below[:, :, firm])
        page.line([left, left + 34], [frame.top + 14] * 2, subject.styles[firm])
        page.text(left + 42, frame.top + 9, names[place], size=NORMAL)
    for outlines, reservoir in zip(shapes, RESERVOIRS, strict=True):
        page.shapes(outlines, RESERVOIR_COLOURS[reservoir])
    for place, frame in enumerate(frames):
        lowest = place + columns >= len(firms)
        frame.scales(
            label="",
            across_label="Month" if lowest else "",
            across_ticks=month_ticks(subject.cube.months, 6),
            up_ticks=inner_ticks(*scale, max(2, int(height // 50))),
            tick_text=lambda value: written(value, "g"),
        )
        frame.events(subject.events, 0)
        if (seen < 0).any():
            total = frame.y((above + below)[-1][:, firms[place]])
            points = np.column_stack((frame.x(np.arange(total.size)), total))
            page.segments([points[np.isfinite(total)]], colour="white", width=4.0)
            page.segments([points[np.isfinite(total)]], colour=INK, width=1.8)
    _key(page, with_sum=bool((seen < 0).any()))


def _stacked(
    frame: Frame, number: int, above: NDArray[np.float64], below: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Outlines of one reservoir: positive parts pile up from zero, negative ones hang down."""
    months = np.arange(above.shape[1], dtype=np.float64)
    if months.size == 1:
        above, below = (np.repeat(stack, 2, axis=1) for stack in (above, below))
        months = np.array([0.0, 1.0])  # a single month is a block
    x, outlines = frame.x(months), []
    for stack in (above, below):
        far = stack[number]
        near = stack[number - 1] if number else np.where(np.isfinite(far), 0.0, np.nan)
        for part in stretches(np.isfinite(far) & np.isfinite(near)):
            if np.any(far[part] != near[part]):
                there = np.column_stack((x[part], frame.y(near[part])))
                back = np.column_stack((x[part], frame.y(far[part])))[::-1]
                outlines.append(np.concatenate((there, back)))
    return outlines


def _key(page: Page, *, with_sum: bool) -> None:
    """Names of the colours, above the cells; and of the line of sums where there is one."""
    x, y = _CELLS_LEFT - 50, TOP + 10
    page.text(x, y, "In utility units:", size=NORMAL)
    x += width_of("In utility units:", NORMAL) + 18
    for reservoir in RESERVOIRS:
        words = RESERVOIR_WORDS[reservoir]
        page.shapes([rectangle(x, y - 2, 18, 16)], RESERVOIR_COLOURS[reservoir])
        page.text(x + 24, y, words)
        x += 24 + width_of(words, SMALL) + 18
    if with_sum:
        page.segments([[(x, y + 6), (x + 22, y + 6)]], colour=INK, width=1.8)
        page.text(x + 30, y, "sum")
