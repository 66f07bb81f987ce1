"""What word of mouth is worth: a stack of its parts for each firm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.explain.word_of_mouth import PARTS
from experiments.pictures.chart import INK, firm_styles
from experiments.pictures.page import LEFT, NORMAL, RIGHT, SMALL, TOP, Frame, Page, rectangle
from experiments.pictures.scales import inner_ticks, padded
from experiments.pictures.text import short_names, width_of
from experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.explain.word_of_mouth import WordOfMouth

# Tol 2021 ("light"): told apart by the colour-blind, and not the colours of firms.
_COLOURS = {
    "acceleration": "#EEDD88",
    "expansion": "#44BB99",
    "retention": "#77AADD",
    "loss to rivals": "#EE8866",
}
_FOOT, _SHOWN = 96.0, 9


def word_of_mouth_page(found: WordOfMouth, names: Sequence[str], *, source: str) -> Page:
    """Parts that add value pile up from zero, those that take some hang down; a dash is the total.

    Args:
        found: The values.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
    """
    values = _values(found)
    totals = values[:, len(PARTS)]
    firms = _largest(totals[: len(found.firms), 0])
    some = f" · the {_SHOWN} with most at stake" if len(firms) < len(found.firms) else ""
    rows = [*firms, len(found.firms)]
    page = Page(
        "What word of mouth is worth to each firm",
        f"Discounted customer value with word of mouth less without it, {found.months} months; "
        f"dash: sum with 95 % interval{some}",
        _description(found, totals, firms),
        source,
    )
    parts = values[rows, : len(PARTS), 0]
    above, below = np.maximum(parts, 0.0), np.minimum(parts, 0.0)
    seen = [above.sum(axis=1), below.sum(axis=1), *totals[rows].T]
    scale = padded(np.concatenate(seen), zero=True)
    frame = Frame(page, LEFT, _FOOT, RIGHT - LEFT, TOP - 36 - _FOOT, (0.0, float(len(rows))), scale)
    frame.scales(
        label="Money of month 0, per customer of the market",
        across_label="",
        across_ticks=[],
        up_ticks=inner_ticks(*scale, 6),
        tick_text=lambda value: written(value, "g"),
    )
    _bars(frame, parts)
    _sums(frame, totals[rows])
    _names(frame, found, firms, names)
    _key(page)
    return page


def _values(found: WordOfMouth) -> NDArray[np.float64]:
    """Mean and ends per customer, [firm and the market, part and total, 3]."""
    columns = [found.table[f"per_customer{end}"] for end in ("", "_low", "_high")]
    shape = (len(found.firms) + 1, len(PARTS) + 1)
    return np.stack([column.reshape(shape) for column in columns], axis=-1)


def _largest(totals: NDArray[np.float64]) -> list[int]:
    order = np.argsort(-np.abs(totals), kind="stable")[:_SHOWN]
    return sorted(int(firm) for firm in order)


def _bars(frame: Frame, parts: NDArray[np.float64]) -> None:
    for number, part in enumerate(PARTS):
        outlines = []
        for place, row in enumerate(parts):
            same_side = row[:number][np.sign(row[:number]) == np.sign(row[number])]
            near = float(same_side.sum())
            ends = sorted(float(frame.y(end)) for end in (near, near + row[number]))
            left, right = (float(frame.x(place + side)) for side in (0.24, 0.76))
            if ends[1] > ends[0]:
                outlines.append(rectangle(left, ends[0], right - left, ends[1] - ends[0]))
        frame.page.shapes(outlines, _COLOURS[part], edge="white")


def _sums(frame: Frame, totals: NDArray[np.float64]) -> None:
    """A dash for every total, with its interval where there is one."""
    dashes, whiskers = [], []
    for place, (mean, low, high) in enumerate(totals):
        x, y = float(frame.x(place + 0.5)), float(frame.y(mean))
        dashes.append([(x - 15, y), (x + 15, y)])
        if np.isfinite(low):
            whiskers.append([(x, float(frame.y(low))), (x, float(frame.y(high)))])
    frame.page.segments([*whiskers, *dashes], colour="white", width=6.0)
    frame.page.segments(whiskers, colour=INK, width=2.0)
    frame.page.segments(dashes, colour=INK, width=3.6)


def _names(frame: Frame, found: WordOfMouth, firms: list[int], names: Sequence[str]) -> None:
    styles = firm_styles(names)
    room = frame.width / (len(firms) + 1) - 12
    labels = [*short_names([found.firms[firm] for firm in firms], room, NORMAL), "all firms"]
    for place, label in enumerate(labels):
        x = float(frame.x(place + 0.5))
        frame.page.text(x, frame.bottom - 30, label, size=NORMAL, across="center")
        if place < len(firms):
            style = styles[found.firms[firms[place]]]
            frame.page.line([x - 26, x + 26], [frame.bottom - 42] * 2, style)


def _key(page: Page) -> None:
    """Names of the colours, above the bars at the right."""
    x = RIGHT - sum(width_of(part, SMALL) + 44 for part in PARTS)
    for part in PARTS:
        page.shapes([rectangle(x, TOP + 8, 18, 16)], _COLOURS[part])
        page.text(x + 24, TOP + 10, part)
        x += width_of(part, SMALL) + 44


def _description(found: WordOfMouth, totals: NDArray[np.float64], firms: list[int]) -> str:
    told = [f"{found.firms[firm]} {totals[firm, 0]:+.2f}" for firm in firms]
    return (
        f"Value of word of mouth per customer of the market over {found.months} months: "
        f"{', '.join(told)}; all firms together {totals[-1, 0]:+.2f}."
    )
