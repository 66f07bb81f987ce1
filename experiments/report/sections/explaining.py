"""What holds customers, what word of mouth is worth, how much a connection deserves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.explain.connection_words import sentences as connection_sentences
from experiments.explain.word_of_mouth_words import turns
from experiments.pictures.chart import Bar, BarChart, FirmStyle, LineChart, Series, firm_styles
from experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from experiments.pictures.web import colour_of, small
from experiments.report.figure import Figure
from experiments.report.sections.section import Section
from experiments.report.source import EXPLAINED, Source
from experiments.words import Words
from experiments.words.numbers import readable, written

if TYPE_CHECKING:
    type _Row = dict[str, Any]

_HEADINGS = {
    "retention_parts": "explaining.retention_parts",
    "word_of_mouth": "explaining.word_of_mouth",
    "connection": "explaining.connection_part",
}
_FROZEN = (1.7, 1.7)
LONGER = "{}_longer"
ENDS = ("", "_low", "_high")
_TOTAL, _OFFER, _METHOD = "total", "offer", "replayed"


def explanation_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on an explanation, and its replications."""
    makers = {"retention_parts": _retention, "word_of_mouth": _word_of_mouth,
              "connection": _connection}  # fmt: skip
    names = [name for name in EXPLAINED if name in source.files]
    found = {name: makers[name](rows_of(source, name), source, words) for name in names}
    told = [sentences[0] for sentences, _ in found.values()]
    answer = together(
        tag("div", *(paragraph(text) for text in told[:2]), class_="answer"),
        *(paragraph(text) for text in told[2:]),
        paragraph(words("explaining.nothing")) if not told else None,
    )
    sections = [Section("answer", words("report.answer"), answer)]
    for name, (_, content) in found.items():
        sections.append(Section(name.replace("_", "-"), words(_HEADINGS[name]), content))
    runs = len(source.record.get("replications", ())) or 1
    return sections, runs


def rows_of(source: Source, name: str) -> list[_Row]:
    """The rows of a table."""
    columns = source.table(name)
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in values]


def _retention(rows: list[_Row], source: Source, words: Words) -> tuple[list[str], Markup]:
    """Retention taken apart, with the policies of all firms replayed."""
    rows = [row for row in rows if row["method"] == _METHOD]
    firms = list(dict.fromkeys(row["firm"] for row in rows))
    sentences, panels, cells = [], [], []
    styles = _styles(source)
    for firm in firms:
        parts = {row["part"]: row for row in rows if row["firm"] == firm}
        total = parts.pop(_TOTAL)
        if not math.isfinite(total["value"]):
            sentences.append(words("explaining.no_customers", firm=firm))
            continue
        holds = {name: row for name, row in parts.items() if name != _OFFER}
        most = max(holds.values(), key=lambda row: row["value"])
        sentences.append(
            words(
                "explaining.retention", firm=firm, month=total["month"],
                months=words.counted(total["months"], "month"),
                total=_share(total, words), part=words(f"explaining.{most['part']}"),
                most=_points(most, words), offer=_points(parts[_OFFER], words),
            )
        )  # fmt: skip
        ordered = sorted(parts.values(), key=lambda row: -row["value"])
        bars = [_bar(row, words(f"explaining.{row['part']}"), styles.get(firm), 100,
                     _points(row, words)) for row in ordered]  # fmt: skip
        panels.append(_panel(firm, bars, words("explaining.points_axis")))
        cells += [
            [firm, words(f"explaining.{row['part']}"), _points(row, words)]
            for row in (total, *ordered)
        ]
    content = _figure(
        "retention", sentences, panels, words,
        how=words("explaining.retention_how"), rows=cells, value=words("explaining.points_axis"),
    )  # fmt: skip
    return sentences or [words("explaining.nothing")], content


def _word_of_mouth(rows: list[_Row], source: Source, words: Words) -> tuple[list[str], Markup]:
    """What word of mouth changes for every firm and all of them together."""
    sentences, panels, cells = [], [], []
    styles = _styles(source)
    firms = list(dict.fromkeys(row["firm"] for row in rows))
    for firm in sorted(firms, key=lambda name: name != ""):
        parts = {row["part"]: row for row in rows if row["firm"] == firm}
        total = parts.pop(_TOTAL)
        name = firm or words("explaining.all_firms")
        told = _heard(total, name, words)
        if turns(total):
            totals = (row for row in longer_rows(source, "word_of_mouth") if row["part"] == _TOTAL)
            told += [t for row in totals if row["firm"] == firm for t in _heard(row, name, words)]
        sentences.append(words.together(told))
        bars = [_bar(row, words(f"explaining.{_key(row['part'])}"), styles.get(firm), 1,
                     _money(row, words), "per_customer") for row in parts.values()]  # fmt: skip
        panels.append(_panel(name, bars, words("explaining.money_axis")))
        cells += [
            [name, words(f"explaining.{_key(row['part'])}"), _money(row, words)]
            for row in (total, *parts.values())
        ]
    content = _figure(
        "mouth", sentences, panels, words,
        how=words("explaining.mouth_how"), rows=cells, value=words("explaining.money_axis"),
    )  # fmt: skip
    return sentences or [words("explaining.nothing")], content


def _heard(total: _Row, name: str, words: Words) -> list[str]:
    """What word of mouth is worth to a firm within a horizon, and whether its sign may not last."""
    before = total["without_word_of_mouth"]
    is_sure = total["per_customer_low"] > 0 or total["per_customer_high"] < 0
    told = [
        words(
            "explaining.mouth" if is_sure else "explaining.mouth_unsure",
            firm=name,
            amount=_money(total, words),
            part=words.percent(total["value"] / before) if before else "–",
            months=words.counted(int(total["months"]), "month"),
            prices=words(f"explaining.mouth_prices_{total['prices'].replace('-', '_')}"),
        )
    ]
    if turns(total):
        ends = total["last"], total["last_low"], total["last_high"]
        last = _with_interval(*ends, words, signed=True)
        recent = words.counted(int(total["last_months"]), "month")
        end = int(total["months"])
        told.append(words("explaining.mouth_turns", firm=name, last=recent, amount=last, end=end))
    return told


def longer_rows(source: Source, name: str) -> list[_Row]:
    """The rows of a second horizon; none where there is none."""
    table = LONGER.format(name)
    return rows_of(source, table) if table in source.files else []


def _connection(rows: list[_Row], source: Source, words: Words) -> tuple[list[str], Markup]:
    """The marginal gain of spending more on a connection, step by step."""
    sentences, panels, cells = [], [], []
    styles = _styles(source)
    seen = [row[f"marginal{end}"] for row in rows for end in ENDS]
    longer = longer_rows(source, "connection")
    told = connection_sentences(rows, longer, words)
    for firm, sentence in told.items():
        steps = [row for row in rows if row["firm"] == firm]
        sentences.append(sentence)
        axes = words("explaining.spent_axis"), words("explaining.gain_axis")
        chart = LineChart(
            [_gains(steps, firm, rivals, styles.get(firm)) for rivals in ("frozen", "reacting")],
            *axes, limits=_limits(seen), level=1.0,
        )  # fmt: skip
        heading = tag("h4", escaped(firm), translate="no")
        panels.append(tag("div", heading, small(chart, sentence)))
        for row in [*steps, *(row for row in longer if row["firm"] == firm)]:
            gain = _with_interval(row["marginal"], row["marginal_low"], row["marginal_high"], words)
            months = words.counted(int(row["months"]), "month")
            cells.append([firm, words.joined([words(f"explaining.{row['rivals']}"), months]),
                          f"{readable(row['spent'])} → {gain}"])  # fmt: skip
    content = _figure(
        "connection", sentences, panels, words,
        how=words("explaining.connection_how"), rows=cells, value=words("explaining.step_axis"),
    )  # fmt: skip
    return sentences or [words("explaining.nothing")], content


def _gains(steps: list[_Row], firm: str, rivals: str, style: FirmStyle | None) -> Series:
    """The marginal gain over what is spent; with intervals where rivals react."""
    rows = [row for row in steps if row["rivals"] == rivals and math.isfinite(row["marginal"])]
    spent, gain, low, high = (
        np.array([row[name] for row in rows], np.float64)
        for name in ("spent", "marginal", "marginal_low", "marginal_high")
    )
    look = FirmStyle(style.colour if style is not None else "#000000", (), "")
    if rivals == "frozen":
        return Series(firm, 0, replace(look, dashes=_FROZEN), gain, x=spent)
    return Series(firm, 0, look, gain, low, high, spent)


def _figure(
    name: str, sentences: list[str], panels: list[Markup], words: Words, *, how: str,
    rows: list[list[str]], value: str,
) -> Markup:  # fmt: skip
    title = words(f"explaining.{name}_title")
    head = [escaped(words("evidence.firm")), escaped(words("explaining.part")), escaped(value)]
    numbers = table(head, [[escaped(cell) for cell in row] for row in rows], caption=title)
    figure = Figure(
        identity=name,
        title=title,
        finding="",
        drawing=tag("div", *panels, class_="multiples"),
        how=how,
        numbers=numbers,
    )
    told = tag("ul", *(tag("li", escaped(text)) for text in sentences))
    return together(told, figure.html(words) if panels else None)


def _panel(name: str, bars: list[Bar], axis: str) -> Markup:
    label = f"{name}. " + "; ".join(bar.tip.replace("\n", " ") for bar in bars)
    chart = BarChart(bars, axis, dots=True)
    return tag("div", tag("h4", escaped(name), translate="no"), small(chart, label))


def _bar(
    row: Mapping[str, Any], name: str, style: FirmStyle | None, scale: float, text: str,
    column: str = "value",
) -> Bar:  # fmt: skip
    ends = ("low", "high") if column == "value" else (f"{column}_low", f"{column}_high")
    colour = colour_of(style.colour if style is not None else "#000000")
    low, high = (scale * row[end] for end in ends)
    return Bar(name, 0, colour, scale * row[column], low, high, math.nan, f"{name}\n{text}")


def _styles(source: Source) -> dict[str, FirmStyle]:
    plan = source.plan
    entering = [event.enter.name for event in plan.events if event.enter is not None]
    return firm_styles([*(firm.name for firm in plan.firms), *entering])


def _key(part: str) -> str:
    return part.replace(" ", "_") if part != "retention" else "retention_part"


def _share(row: _Row, words: Words) -> str:
    if not math.isfinite(row["low"]):
        return words.percent(row["value"])
    low, high = (written(100 * row[end], ".1f") for end in ("low", "high"))
    value = words.percent(row["value"])
    return words("comparing.with_interval", value=value, low=low, high=high)


def _points(row: _Row, words: Words) -> str:
    text = written(100 * row["value"], ".1f")
    if not math.isfinite(row["low"]):
        return text
    low, high = (written(100 * row[end], ".1f") for end in ("low", "high"))
    return words("comparing.with_interval", value=text, low=low, high=high)


def _money(row: _Row, words: Words) -> str:
    ends = row["per_customer"], row["per_customer_low"], row["per_customer_high"]
    return _with_interval(*ends, words, signed=True)


def _with_interval(
    value: float, low: float, high: float, words: Words, *, signed: bool = False
) -> str:
    def told(part: float) -> str:
        return written(part, "+.3f" if signed else ".2f")

    if not math.isfinite(low):
        return told(value)
    return words("comparing.with_interval", value=told(value), low=told(low), high=told(high))


def _limits(seen: list[float]) -> tuple[float, float]:
    """From the smallest to the largest gain, 0 and 1 among them; wide intervals are cut off."""
    values = np.array([v for v in seen if math.isfinite(v)] or [0.0])
    low, high = np.quantile(values, 0.05), np.quantile(values, 0.95)
    low, high = min(float(low), 0.0), max(float(high), 1.0)
    return low - 0.06 * (high - low), high + 0.06 * (high - low)
