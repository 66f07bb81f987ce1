"""What holds customers, what word of mouth is worth, how much a connection deserves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tsunagari.experiments.explain.asking import ENDS, Row, by_firm, rows_of
from tsunagari.experiments.explain.retention import REPLAYED
from tsunagari.experiments.explain.word_of_mouth import PARTS, TOTAL
from tsunagari.experiments.pictures.chart import Bar, firm_styles
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.pictures.svg import colour_of
from tsunagari.experiments.pictures.web import small
from tsunagari.experiments.report.document import Figure, Section, answered, multiples_of, panel
from tsunagari.experiments.runs.given import HELD
from tsunagari.experiments.runs.results import EXPLAINED, Source
from tsunagari.experiments.telling import explained
from tsunagari.experiments.telling.explained_charts import bar, gains
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import readable

_AXES = {"retention": "points_axis", "mouth": "money_axis"}


def explanation_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on an explanation, and its replications."""
    makers = {"retention_parts": _retention, "word_of_mouth": _word_of_mouth,
              "connection": _connection}  # fmt: skip
    found = {name: makers[name](source, words) for name in EXPLAINED if name in source.files}
    told = [sentences[0] for sentences, _ in found.values()]
    answer = answered(told, None if told else paragraph(words("explaining.nothing")))
    sections = [Section("answer", words("report.answer"), answer)]
    for name, (_, content) in found.items():
        heading = words(f"explaining.{explained.HEADINGS[name]}")
        sections.append(Section(name.replace("_", "-"), heading, content))
    runs = len(source.record.get("replications", ())) or 1
    return sections, runs


def _axis(key: str, words: Words) -> str:
    """What is on a scale; with the currency, if it is money in one."""
    scaled = f"explaining.{key}_in"
    if words.currency and words.has(scaled):
        return words(scaled, currency=words.currency)
    return words(f"explaining.{key}")


def _rows(source: Source, name: str) -> Sequence[Row]:
    """The rows of a table; none where there is none."""
    return rows_of(source.table(name)) if name in source.files else []


def _retention(source: Source, words: Words) -> tuple[list[str], Markup]:
    """Retention taken apart, with the policies of all firms replayed."""
    rows = _rows(source, "retention_parts")
    sentences = list(explained.retention(rows, words).values())
    prices = source.record.get("explanation", {}).get("prices", HELD)
    sentences.append(explained.feedback(rows, prices, words))
    firms = {}
    for firm, parts in by_firm(rows, REPLAYED).items():
        total = parts.pop(TOTAL)
        if math.isfinite(total["value"]):
            firms[firm] = [total, *sorted(parts.values(), key=lambda row: -row["value"])]
    return sentences, _of_parts("retention", sentences, firms, explained.points, source, words)


def _word_of_mouth(source: Source, words: Words) -> tuple[list[str], Markup]:
    """What word of mouth changes for every firm and all of them together."""
    rows, longer = (_rows(source, f"word_of_mouth{end}") for end in ("", "_longer"))
    told = explained.word_of_mouth(rows, longer, words)
    found = by_firm(rows)
    firms = {firm: [found[firm][part] for part in (TOTAL, *PARTS)] for firm in told}
    sentences = list(told.values())
    return sentences, _of_parts("mouth", sentences, firms, explained.money, source, words)


def _of_parts(
    name: str,
    sentences: list[str],
    firms: Mapping[str, Sequence[Row]],
    told: Callable[[Row, Words], str],
    source: Source,
    words: Words,
) -> Markup:
    """A panel a firm with the parts of a whole, which comes first in its rows."""
    styles, axis = firm_styles(list(source.plan.entries)), _axis(_AXES[name], words)
    panels, cells = [], []
    for firm, (total, *parts) in firms.items():
        head = firm or words("explaining.all_firms")
        colour = styles[firm].colour if firm else "#000000"
        panels.append(panel(head, [_bar(row, told, colour, words) for row in parts], axis, words))
        cells += [[head, explained.part_name(row, words), told(row, words)]
                  for row in (total, *parts)]  # fmt: skip
    return _figure(name, sentences, panels, words, rows=cells, value=axis)


def _connection(source: Source, words: Words) -> tuple[list[str], Markup]:
    """The marginal gain of spending more on a connection, step by step."""
    rows, longer = (_rows(source, f"connection{end}") for end in ("", "_longer"))
    told = explained.connection(rows, longer, words)
    limits = _limits([row[f"marginal{end}"] for row in rows for end in ENDS])
    axes = _axis("spent_axis", words), words("explaining.gain_axis")
    styles = firm_styles(list(source.plan.entries))
    panels, cells = [], []
    for firm, sentence in told.items():
        steps = [row for row in rows if row["firm"] == firm]
        chart = gains(steps, styles[firm], *axes, limits)
        heading = tag("h4", escaped(firm), translate="no")
        panels.append(tag("div", heading, small(chart, sentence)))
        for row in [*steps, *(row for row in longer if row["firm"] == firm)]:
            months = words.counted(int(row["months"]), "month")
            part = words.joined([words(f"explaining.{row['rivals']}"), months])
            spent = readable(row["spent"])
            cells.append([firm, part, f"{spent} → {explained.gain(row, words)}"])
    sentences = list(told.values()) or [words("explaining.nothing")]
    value = words("explaining.step_axis")
    return sentences, _figure("connection", sentences, panels, words, rows=cells, value=value)


def _figure(
    name: str, sentences: list[str], panels: list[Markup], words: Words, *,
    rows: list[list[str]], value: str,
) -> Markup:  # fmt: skip
    title = words(f"explaining.{name}_title")
    head = [escaped(words("evidence.firm")), escaped(words("explaining.part")), escaped(value)]
    numbers = table(head, [[escaped(cell) for cell in row] for row in rows], caption=title)
    figure = Figure(
        identity=name,
        title=title,
        finding="",
        drawing=multiples_of(panels),
        how=words(f"explaining.{name}_how"),
        numbers=numbers,
    )
    told = tag("ul", *(tag("li", escaped(text)) for text in sentences))
    return together(told, figure.html(words) if panels else None)


def _bar(row: Row, told: Callable[[Row, Words], str], colour: str, words: Words) -> Bar:
    name = explained.part_name(row, words)
    return bar(row, colour_of(colour), name, f"{name}\n{told(row, words)}")


def _limits(seen: list[float]) -> tuple[float, float]:
    """From the smallest to the largest gain, 0 and 1 among them; wide intervals are cut off."""
    values = np.array([v for v in seen if math.isfinite(v)] or [0.0])
    low, high = np.quantile(values, 0.05), np.quantile(values, 0.95)
    low, high = min(float(low), 0.0), max(float(high), 1.0)
    return low - 0.06 * (high - low), high + 0.06 * (high - low)
