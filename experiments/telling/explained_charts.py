"""Pictures of explanations: what holds customers, word of mouth, how much a connection deserves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.explain.asking import ENDS, Row, by_firm, rows_of
from tsunagari.experiments.explain.connection import FROZEN, REACTING
from tsunagari.experiments.explain.retention import OFFER, PARTS, REPLAYED, TOTAL
from tsunagari.experiments.explain.word_of_mouth import PARTS as WORTH_PARTS
from tsunagari.experiments.pictures.chart import (
    INK,
    SOFT,
    Bar,
    BarChart,
    FirmStyle,
    LineChart,
    Series,
    firm_styles,
)
from tsunagari.experiments.pictures.page import LEFT, NORMAL, RIGHT, TOP, Frame, Page, rectangle
from tsunagari.experiments.pictures.paper import (
    bar_frame,
    grid,
    is_lowest,
    key,
    key_width,
    line_frame,
)
from tsunagari.experiments.pictures.scales import inner_ticks, padded
from tsunagari.experiments.pictures.text import short_names, shortened
from tsunagari.experiments.telling.scenario import title_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.explain.connection import Connection
    from tsunagari.experiments.explain.explanation import Explanation
    from tsunagari.experiments.explain.retention import RetentionParts
    from tsunagari.experiments.explain.word_of_mouth import WordOfMouth

    type Limits = tuple[float, float] | None

_WORDS = Words("en")
_PANELS, _STACKS = 6, 9
_FROZEN = (2.0, 1.6)
# Tol 2021 ("light"): told apart by the colour-blind, and not the colours of firms.
_COLOURS = {
    "acceleration": "#EEDD88",
    "expansion": "#44BB99",
    "retention": "#77AADD",
    "loss to rivals": "#EE8866",
}
_HOLDS = tuple(part for part in PARTS if part != TOTAL)


def pages(found: Explanation) -> dict[str, Page]:
    """A sheet for every question that was asked, by the name of its table."""
    plan, words = found.plan, Words.of(found.plan)
    makers: dict[str, Callable[..., Page]] = {
        "retention_parts": retention_parts_page,
        "word_of_mouth": word_of_mouth_page,
        "connection": connection_page,
    }
    drawn = {}
    for name, maker in makers.items():
        part = getattr(found, name)
        if part is not None:
            source = words(
                "pictures.source", title=title_of(plan, words), seed=plan.seed,
                people=words.customers(plan.market.customers),
                runs=words.counted(part.replications, "replication"),
            )  # fmt: skip
            drawn[name] = maker(part, list(plan.entries), source=source, words=words)
    return drawn


def _note(page: Page, words: str) -> Page:
    """A sheet that says why nothing is on it."""
    page.text((LEFT + RIGHT) / 2, 350, words, size=NORMAL, across="center")
    return page


def connection_page(
    found: Connection, names: Sequence[str], *, source: str, words: Words = _WORDS
) -> Page:
    """What one more unit of money brings, a panel a firm; at 1 it just comes back.

    Args:
        found: The values.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
        words: With the currency of the scenario.
    """
    firms = list(dict.fromkeys(found.table.get("firm", ())))
    shown, styles = firms[:_PANELS], firm_styles(names)
    count = {"some": _PANELS, "count": len(firms)}
    some = words("pictures.first_firms", **count) if len(firms) > _PANELS else ""
    rows = rows_of(found.table)
    below = words("pictures.spent", money=words.unit("money"))
    charts = [gains([r for r in rows if r["firm"] == f], styles[f], below) for f in shown]
    told = [f"{c.series[1].name} {c.series[1].middle[0]:.2f}" for c in charts]
    firms_told = words("common.comma").join(told) or words("pictures.no_firm")
    lever = words(f"explaining.{found.lever}")
    prices = words(f"explaining.mouth_prices_{found.prices.replace('-', '_')}")
    page = Page(
        words("pictures.connection_title", lever=lever),
        words("pictures.connection", month=found.month, months=found.months, prices=prices) + some,
        words("pictures.connection_description", lever=lever, firms=firms_told),
        source,
    )
    if not shown:
        return _note(page, words("pictures.connection_nothing", lever=lever))
    seen = [end for c in charts for s in c.series for end in (s.middle, s.low, s.high)]
    limits = padded(np.concatenate([*(e for e in seen if e is not None), [0.0, 1.0]]), zero=True)
    reach = 1.04 * max(c.acrosses[1] for c in charts)
    boxes = grid(len(shown), (LEFT, 92.0, RIGHT - LEFT, TOP + 24 - 92.0), gap=64.0, head=40.0)
    for place, (firm, chart, box) in enumerate(zip(shown, charts, boxes, strict=True)):
        scaled = replace(chart, limits=limits)
        frame = line_frame(page, scaled, box, foot=is_lowest(place, boxes), reach=reach)
        name = shortened(firm, frame.width, NORMAL)
        page.text(frame.left, frame.top + 10, name, size=NORMAL)
        if place == 0:
            at = frame.right, float(frame.y(1.0)) + 6
            page.text(*at, words("pictures.comes_back"), across="right", colour=SOFT)
    return page


def gains(
    steps: Sequence[Row], style: FirmStyle, across: str, up: str = "", limits: Limits = None
) -> LineChart:
    """Marginal gain over spending, at the middle of each step; rivals frozen, then reacting.

    Args:
        steps: Rows of one firm.
        style: Of the firm; its colour is that of both lines.
        across: What the scale below is called.
        up: What the scale at the left is called.
        limits: Its ends; None follows the values.
    """
    lines = []
    for rivals, dashes in ((FROZEN, _FROZEN), (REACTING, ())):
        rows = [row for row in steps if row["rivals"] == rivals]
        spent, gain, low, high = (
            np.array([row[name] for row in rows], np.float64)
            for name in ("spent", *(f"marginal{end}" for end in ENDS))
        )
        x = spent - np.diff(spent, prepend=0.0) / 2
        line = Series(str(steps[0]["firm"]), 0, FirmStyle(style.colour, dashes, ""), gain, x=x)
        lines.append(replace(line, low=low, high=high) if rivals == REACTING else line)
    return LineChart(lines, across, up, limits=limits, level=1.0)


def bar(row: Row, colour: str, name: str, tip: str = "") -> Bar:
    """A part with its interval: of word of mouth in money per customer, of retention in points."""
    if "per_customer" in row:
        value, low, high = (row[f"per_customer{end}"] for end in ENDS)
    else:
        value, low, high = (100 * row[end] for end in ("value", "low", "high"))
    return Bar(name, 0, colour, value, low, high, tip=tip)


def retention_parts_page(
    found: RetentionParts, names: Sequence[str], *, source: str, words: Words = _WORDS
) -> Page:
    """What holds customers: a panel for each firm, with a bar for each part of its retention.

    Args:
        found: The parts.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
        words: The reader's language.
    """
    firms = [firm for firm in found.cohorts if found.cohorts[firm] > 0]
    count = {"some": _PANELS, "count": len(firms)}
    some = words("pictures.largest", **count) if len(firms) > _PANELS else ""
    firms = sorted(firms, key=lambda firm: -found.cohorts[firm])[:_PANELS]
    firms.sort(key=list(names).index)
    parts = by_firm(rows_of(found.table), REPLAYED)
    told = [_kept(firm, parts[firm], words) for firm in firms]
    listed = words("common.semicolon").join(told) or words("pictures.no_customers")
    span = words("pictures.span", months=found.horizon, month=found.month)
    page = Page(
        words("pictures.holds_title", span=span),
        words("pictures.holds") + some,
        words("pictures.holds_description", span=span, firms=listed),
        source,
    )
    if not firms:
        return _note(page, words("pictures.no_customers"))
    styles = firm_styles(names)
    bars = {firm: [bar(parts[firm][n], styles[firm].colour, _name(n, words)) for n in _HOLDS]
            for firm in firms}  # fmt: skip
    ends = [(one.low, one.value, one.high) for firm in firms for one in bars[firm]]
    limits = padded(np.array(ends), zero=True)
    room = 150.0
    box = (LEFT + room, 74.0, RIGHT - LEFT - room, 622.0 - 74.0)
    boxes = grid(len(firms), box, gap=34.0, head=34.0)
    for place, (firm, panel) in enumerate(zip(firms, boxes, strict=True)):
        chart = BarChart(bars[firm], "", limits=limits)
        frame = bar_frame(
            page, chart, panel, names=room + 50 if panel[0] == box[0] else 0.0,
            foot=is_lowest(place, boxes), ticks=4,
        )  # fmt: skip
        left = 100 * parts[firm][TOTAL]["value"]
        y, total = frame.top + 8, words("pictures.still_there", part=left)
        page.text(frame.left, y, shortened(firm, frame.width - 150, NORMAL), size=NORMAL)
        page.text(frame.right, y, total, colour=SOFT, across="right")
    return page


def _kept(firm: str, parts: Mapping[str, Row], words: Words) -> str:
    most = max((name for name in _HOLDS if name != OFFER), key=lambda name: parts[name]["value"])
    kept, of_that = (100 * parts[name]["value"] for name in (TOTAL, most))
    told = {"firm": firm, "part": kept, "hold": _name(most, words), "points": of_that}
    return words("pictures.keeps", **told)


def _name(part: str, words: Words) -> str:
    return words(f"explaining.{part}")


def word_of_mouth_page(
    found: WordOfMouth, names: Sequence[str], *, source: str, words: Words = _WORDS
) -> Page:
    """What word of mouth is worth: parts that add value pile up, others hang; a dash is the total.

    Args:
        found: The values.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
        words: With the currency of the scenario.
    """
    columns = [found.table[f"per_customer{end}"] for end in ("", "_low", "_high")]
    unit = words.unit("money") if words.currency else words("pictures.money")
    shape = (len(found.firms) + 1, len(WORTH_PARTS) + 1)
    values = np.stack([column.reshape(shape) for column in columns], axis=-1)
    totals = values[:, len(WORTH_PARTS)]
    order = np.argsort(-np.abs(totals[: len(found.firms), 0]), kind="stable")[:_STACKS]
    firms = sorted(int(firm) for firm in order)
    some = words("pictures.most_at_stake", some=_STACKS) if len(firms) < len(found.firms) else ""
    told = [f"{found.firms[firm]} {totals[firm, 0]:+.2f}" for firm in firms]
    page = Page(
        words("pictures.mouth_title"),
        words("pictures.mouth", months=found.months) + some,
        words(
            "pictures.mouth_description",
            months=found.months,
            total=totals[-1, 0],
            firms=words("common.comma").join(told),
        ),
        source,
    )
    rows = [*firms, len(found.firms)]
    parts = values[rows, : len(WORTH_PARTS), 0]
    seen = [np.maximum(parts, 0.0).sum(axis=1), np.minimum(parts, 0.0).sum(axis=1), *totals[rows].T]
    scale = padded(np.concatenate(seen), zero=True)
    frame = Frame(page, LEFT, 96.0, RIGHT - LEFT, TOP - 36 - 96.0, (0.0, float(len(rows))), scale)
    frame.scales(
        label=words("pictures.per_customer", money=unit),
        across_label="",
        across_ticks=[],
        up_ticks=inner_ticks(*scale, 6),
        tick_text=lambda value: written(value, "g"),
    )
    _stacks(frame, parts)
    _sums(frame, totals[rows])
    shown = [*(found.firms[firm] for firm in firms), words("pictures.all_firms")]
    _names(frame, shown, firm_styles(names))
    called = {part: words(f"pictures.mouth_{part.replace(' ', '_')}") for part in WORTH_PARTS}
    entries = [(_COLOURS[part], name) for part, name in called.items()]
    key(page, RIGHT - key_width([*called.values()]), TOP + 10, entries)
    return page


def _stacks(frame: Frame, parts: NDArray[np.float64]) -> None:
    for number, part in enumerate(WORTH_PARTS):
        outlines = []
        for place, row in enumerate(parts):
            near = float(row[:number][np.sign(row[:number]) == np.sign(row[number])].sum())
            low, high = sorted(frame.y([near, near + row[number]]).tolist())
            left, right = frame.x([place + 0.24, place + 0.76]).tolist()
            if high > low:
                outlines.append(rectangle(left, low, right - left, high - low))
        frame.page.shapes(outlines, _COLOURS[part], edge="white")


def _sums(frame: Frame, totals: NDArray[np.float64]) -> None:
    """A dash for every total, with its interval where there is one."""
    dashes, whiskers = [], []
    for place, (mean, low, high) in enumerate(totals):
        x, y = float(frame.x(place + 0.5)), float(frame.y(mean))
        dashes.append([(x - 15, y), (x + 15, y)])
        if np.isfinite(low):
            whiskers.append([(x, float(end)) for end in frame.y([low, high])])
    frame.page.segments([*whiskers, *dashes], colour="white", width=6.0)
    frame.page.segments(whiskers, colour=INK, width=2.0)
    frame.page.segments(dashes, colour=INK, width=3.6)


def _names(frame: Frame, firms: Sequence[str], styles: dict[str, FirmStyle]) -> None:
    room = frame.width / len(firms) - 12
    for place, label in enumerate([*short_names(firms[:-1], room, NORMAL), firms[-1]]):
        x, y = float(frame.x(place + 0.5)), frame.bottom - 42
        frame.page.text(x, y + 12, label, size=NORMAL, across="center")
        if place < len(firms) - 1:
            frame.page.line([x - 26, x + 26], [y, y], styles[firms[place]])
