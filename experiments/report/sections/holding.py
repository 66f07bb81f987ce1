"""What holds customers: stickiness in money, and by its reservoirs."""

from __future__ import annotations

import numpy as np

from experiments.condensed import mean_of_finite
from experiments.pictures.markup import Markup, escaped, paragraph, tag, together
from experiments.report.charts.stacks import stacks
from experiments.report.evidence import Evidence, firm_table, line_table, told
from experiments.report.figure import Figure
from experiments.report.sections.keeping import best_and_worst
from experiments.report.sections.section import tabs
from experiments.runs.cube import RESERVOIRS
from experiments.words.numbers import written

_COLOURS = tuple(f"var(--{name})" for name in RESERVOIRS)


def worth_figure(evidence: Evidence) -> Figure:
    """Stickiness in money: the discount at which an equal rival would win."""
    words, cube = evidence.words, evidence.cube
    title, up = words("evidence.worth_title"), words("evidence.worth_axis")
    ends = [100 * firm.stickiness_money.mean for firm in evidence.summary.firms]
    chart = evidence.chart(
        100 * cube.measure("stickiness_money"), ends, up, suffix=words("common.percent_sign")
    )
    finding = worth_finding(evidence)
    return Figure(
        identity=f"{evidence.prefix}worth",
        title=title,
        finding=finding,
        drawing=chart.drawn(words("common.colon", head=title, text=finding)),
        how=evidence.how("evidence.worth_how", "stickiness_money"),
        firms=evidence.firms,
        numbers=line_table(
            chart, up, words, words("evidence.month"), evidence.window("stickiness_money")
        ),
        events=evidence.events,
    )


def worth_finding(evidence: Evidence) -> str:
    """Where stickiness is worth most and least, in the last year."""
    values = {firm.name: firm.stickiness_money for firm in evidence.summary.firms}
    return best_and_worst(evidence, "evidence.worth", values, when=evidence.when)


def reservoir_figures(evidence: Evidence) -> Markup:
    """The four reservoirs of every firm, in utility and in money, as two panels."""
    words, cube = evidence.words, evidence.cube
    panels = []
    for unit, prefix, scale in (
        ("utility", "stickiness_", 1.0),
        ("money", "stickiness_money_", 100),
    ):
        names = [f"{prefix}{name}" for name in RESERVOIRS]
        if any(name not in cube.tables.firms for name in names):
            continue
        parts = scale * np.stack([mean_of_finite(cube.measure(name), axis=0) for name in names])
        title = words(f"evidence.reservoirs_{unit}_title")
        years = [scale * evidence.years(name) for name in names]
        labels = [_label(evidence, firm, years) for firm in range(len(cube.names))]
        drawing = stacks(
            cube.names, parts, _COLOURS, labels,
            up=words(f"evidence.reservoirs_{unit}_axis"), across=words("evidence.month"),
        )  # fmt: skip
        figure = Figure(
            identity=f"{evidence.prefix}reservoirs-{unit}",
            title=title,
            finding=reservoir_finding(evidence),
            drawing=together(_key(evidence), drawing),
            how=words(f"evidence.reservoirs_{unit}_how"),
            numbers=_numbers(evidence, years, title, scale),
            keys=False,
        )
        panels.append((words(f"evidence.reservoirs_{unit}"), figure.html(words)))
    if len(panels) == 1:
        return panels[0][1]
    return tabs(f"{evidence.prefix}reservoirs", panels, words("evidence.reservoirs_tabs"))


def reservoir_finding(evidence: Evidence) -> str:
    """What held most over all firms in the first year and in the last."""
    words, found = evidence.words, evidence.summary
    first, last = found.first_year, found.last_year
    if first is None or last is None or not np.isfinite([first.total, last.total]).all():
        return ""
    told = [
        words(
            "evidence.reservoir_change",
            name=words(f"evidence.{name}"),
            first=written(getattr(first, name).mean, ".2f"),
            last=written(getattr(last, name).mean, ".2f"),
        )
        for name in RESERVOIRS
    ]
    return words("evidence.reservoir_changes", changes=words("evidence.listed").join(told))


def _label(evidence: Evidence, firm: int, years: list[np.ndarray]) -> str:
    words, cube = evidence.words, evidence.cube
    told = [
        f"{words(f'evidence.{name}')} {written(last[firm], '.2f')}"
        for name, (_, last) in zip(RESERVOIRS, years, strict=True)
        if np.isfinite(last[firm])
    ]
    text = words("evidence.listed").join(told) or words("evidence.nothing")
    window = evidence.window("stickiness")
    return words("evidence.reservoirs_of", name=cube.names[firm], window=window, text=text)


def _key(evidence: Evidence) -> Markup:
    entries = [
        tag("li", tag("i", style=f"--c:{colour}"), escaped(evidence.words(f"evidence.{name}")))
        for name, colour in zip(RESERVOIRS, _COLOURS, strict=True)
    ]
    return tag("ul", *entries, class_="key")


def _numbers(evidence: Evidence, years: list[np.ndarray], title: str, scale: float) -> Markup:
    words, digits = evidence.words, 2 if scale == 1 else 1
    columns = []
    for name, both in zip(RESERVOIRS, years, strict=True):
        cells = [" → ".join(told(value, digits) for value in firm) for firm in both.T.tolist()]
        columns.append((words(f"evidence.{name}"), cells))
    caption = words("evidence.first_to_last", title=title)
    return together(firm_table(evidence, columns, caption), paragraph(evidence.runs, class_="note"))
