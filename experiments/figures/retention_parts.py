"""What holds customers: each firm's retention, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.explain.retention import METHODS, OFFER, PARTS, TOTAL
from experiments.pictures.chart import GRID, INK, SOFT, FirmStyle, firm_styles
from experiments.pictures.page import LEFT, NORMAL, RIGHT, SMALL, Page, rectangle
from experiments.pictures.scales import inner_ticks, padded
from experiments.pictures.text import shortened
from experiments.words import Words
from experiments.words.numbers import written

if TYPE_CHECKING:
    from experiments.explain.retention import RetentionParts
    from experiments.runs.statistics import Interval

_SHOWN = 6
_NAMES_WIDTH = 150.0
_GAP, _HEAD, _FOOT, _HIGHEST = 34.0, 34.0, 74.0, 622.0
_WORDS = Words("en")
_BARS = tuple(part for part in PARTS if part != TOTAL)


def retention_parts_page(found: RetentionParts, names: Sequence[str], *, source: str) -> Page:
    """A panel for each firm, with a bar for each part of its retention; twins, replayed.

    Args:
        found: The parts.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
    """
    firms = [firm for firm in found.cohorts if found.cohorts[firm] > 0]
    some = f" · the {_SHOWN} largest of {len(firms)} firms" if len(firms) > _SHOWN else ""
    firms = sorted(firms, key=lambda firm: -found.cohorts[firm])[:_SHOWN]
    firms.sort(key=list(names).index)
    span = f"{found.horizon} months from month {found.month}"
    page = Page(
        f"What holds customers: retention over {span}",
        f"Parts of the share still there, in percentage points, with 95 % intervals{some}",
        _description(found, firms, span),
        source,
    )
    if not firms:
        page.text((LEFT + RIGHT) / 2, 350, "no firm had customers", size=NORMAL, across="center")
        return page
    bars = {firm: found.of(firm, METHODS[1]) for firm in firms}
    ends = [
        (part.low, part.mean, part.high)
        for parts in bars.values()
        for name, part in parts.items()
        if name != TOTAL
    ]
    low, high = padded(100 * np.array(ends), zero=True)
    styles = firm_styles(names)
    columns = min(3, len(firms)) if len(firms) != 4 else 2
    rows = -(-len(firms) // columns)
    width = (RIGHT - LEFT - _NAMES_WIDTH - (columns - 1) * _GAP) / columns
    height = (_HIGHEST - _FOOT) / rows - _HEAD
    for place, firm in enumerate(firms):
        across, down = place % columns, place // columns
        left = LEFT + _NAMES_WIDTH + across * (width + _GAP)
        bottom = _FOOT + (rows - 1 - down) * (height + _HEAD)
        last = place + columns >= len(firms)
        _panel(
            page, firm, bars[firm], styles[firm], (left, bottom, width, height), (low, high),
            with_names=across == 0, with_ticks=last,
        )  # fmt: skip
    return page


def _panel(
    page: Page,
    firm: str,
    parts: dict[str, Interval],
    style: FirmStyle,
    box: tuple[float, float, float, float],
    scale: tuple[float, float],
    *,
    with_names: bool,
    with_ticks: bool,
) -> None:
    left, bottom, width, height = box
    low, high = scale

    def x(value: float) -> float:
        return left + (value - low) * width / (high - low)

    step = height / len(_BARS)
    for tick in inner_ticks(low, high, 4):
        page.segments([[(x(tick), bottom), (x(tick), bottom + height)]], colour=GRID)
        if with_ticks:
            words = written(tick, "g")
            page.text(x(tick), bottom - 22, words, across="center")
    total = f"{100 * parts[TOTAL].mean:.1f} % still there"
    page.text(left, bottom + height + 8, shortened(firm, width - 150, NORMAL), size=NORMAL)
    page.text(left + width, bottom + height + 8, total, colour=SOFT, across="right")
    outlines, whiskers = [], []
    for number, name in enumerate(_BARS):
        middle = bottom + height - (number + 0.5) * step
        value = 100 * parts[name].mean
        thick = min(0.62 * step, 26.0)
        ends = sorted((x(0.0), x(value)))
        outlines.append(rectangle(ends[0], middle - thick / 2, ends[1] - ends[0], thick))
        if np.isfinite(parts[name].low):
            whiskers.append(
                [(x(100 * part), middle) for part in (parts[name].low, parts[name].high)]
            )
        if with_names:
            label = _WORDS(f"explaining.{name}")
            page.text(left - 12, middle - 5, label, across="right", size=SMALL)
    page.shapes(outlines, style.colour)
    page.segments(whiskers, colour="white", width=4.0)
    page.segments(whiskers, colour=INK, width=1.8)
    page.segments([[(x(0.0), bottom), (x(0.0), bottom + height)]], colour=SOFT, width=1.4)


def _description(found: RetentionParts, firms: Sequence[str], span: str) -> str:
    texts = []
    for firm in firms:
        parts = found.of(firm, METHODS[1])
        total = parts[TOTAL].mean
        most = max((name for name in _BARS if name != OFFER), key=lambda name: parts[name].mean)
        texts.append(
            f"{firm} keeps {100 * total:.1f} %, of which {_WORDS(f'explaining.{most}')} "
            f"{100 * parts[most].mean:.1f} points"
        )
    return f"Retention over {span}: {'; '.join(texts) or 'no firm had customers'}."
