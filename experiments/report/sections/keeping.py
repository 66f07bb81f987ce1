"""Who keeps: retention and monthly loss over the months, survival of cohorts over tenure."""

from __future__ import annotations

import numpy as np

from experiments.condensed import YEAR, churn_line
from experiments.report.charts.line_chart import LineChart, Series
from experiments.report.evidence import Evidence, line_table
from experiments.report.extremes import extreme
from experiments.report.figure import Figure
from experiments.summary import Measured
from experiments.survival import LifeTable, by_tenure, of_founders
from experiments.wording import hedge, with_band

_MOST_AT_RISK = 8
"""Rows of numbers at risk under a chart."""


def retention_figures(evidence: Evidence) -> list[Figure]:
    """Customers of a year ago still there; and what part leaves in a month."""
    words, cube = evidence.words, evidence.cube
    figures = []
    for name, measure, values, finding in (
        ("retention", "retention_12", cube.measure("retention_12"), retention_finding(evidence)),
        ("loss", "churn", churn_line(cube), loss_finding(evidence)),
    ):
        title, up = words(f"evidence.{name}_title"), words(f"evidence.{name}_axis")
        if not np.isfinite(values).any():
            continue
        zero = name == "loss"
        ends = [100 * getattr(firm, measure).mean for firm in evidence.summary.firms]
        chart = evidence.chart(
            100 * values, ends, up, suffix=words("common.percent_sign"), zero=zero, height=240.0
        )
        figures.append(
            Figure(
                identity=f"{evidence.prefix}{name}",
                title=title,
                finding=finding,
                drawing=chart.drawn(words("common.colon", head=title, text=finding)),
                how=evidence.how(f"evidence.{name}_how", measure),
                firms=evidence.firms,
                numbers=line_table(
                    chart, up, words, words("evidence.month"), evidence.window(measure)
                ),
                events=evidence.events,
            )
        )
    return figures


def retention_finding(evidence: Evidence) -> str:
    """The firms that keep most and fewest of their customers for a year."""
    values = {firm.name: firm.retention_12 for firm in evidence.summary.firms}
    return best_and_worst(evidence, "evidence.retention", values, when=evidence.when)


def loss_finding(evidence: Evidence) -> str:
    """The firms that lose most and fewest in a month, over the whole run."""
    values = {firm.name: firm.churn for firm in evidence.summary.firms}
    return best_and_worst(evidence, "evidence.loss", values)


def survival_figures(evidence: Evidence) -> list[Figure]:
    """Survival by tenure, and of customers from the start, with how many people it rests on."""
    words, cube = evidence.words, evidence.cube
    figures = []
    for name, table, months in (
        ("survival", by_tenure(cube), min(YEAR, cube.months)),
        ("founders", of_founders(cube), cube.months),
    ):
        if not np.isfinite(table.pooled).any():
            continue
        title, up = words(f"evidence.{name}_title"), words("evidence.survival_axis")
        across = words(f"evidence.{name}_clock")
        chart = LineChart(
            _survival_lines(evidence, table),
            across=across,
            up=up,
            suffix=words("common.percent_sign"),
            risk=words("evidence.at_risk"),
            band="" if cube.replications == 1 else "10–90 %",
            height=260.0,
        )
        values = {line.name: table.measured(line.place, months) for line in chart.series}
        key, length = f"evidence.{name}", words.counted(months, "month")
        finding = best_and_worst(evidence, key, values, months=length)
        how = [words(f"{key}_how"), words("evidence.risk_how")]
        if cube.replications > 1:
            how.insert(1, words("evidence.pooled", count=cube.replications))
        figures.append(
            Figure(
                identity=f"{evidence.prefix}{name}",
                title=title,
                finding=finding,
                drawing=chart.drawn(words("common.colon", head=title, text=finding)),
                how=words.together(how),
                firms=evidence.firms,
                numbers=line_table(chart, up, words, across),
            )
        )
    return figures


def _survival_lines(evidence: Evidence, table: LifeTable) -> list[Series]:
    """A curve for every firm that had customers to follow, of many firms for the largest."""
    cube = evidence.cube
    low, high = (100 * end for end in table.band(0.1, 0.9))
    kept = [firm for firm in range(len(cube.names)) if np.isfinite(table.pooled[firm]).any()]
    if len(kept) > _MOST_AT_RISK:
        kept = [firm for firm in kept if firm in cube.largest(_MOST_AT_RISK)]
    single = cube.replications == 1
    return [
        Series(
            name=cube.names[firm],
            place=firm,
            style=evidence.subject.styles[firm],
            middle=100 * table.pooled[firm],
            low=None if single else low[firm],
            high=None if single else high[firm],
            at_risk=table.followed[firm],
        )
        for firm in kept
    ]


def best_and_worst(
    evidence: Evidence, key: str, values: dict[str, Measured], **more: object
) -> str:
    """A sentence on the firms at both ends of a share."""
    words, found = evidence.words, evidence.summary
    most, least = extreme(values, most=True), extreme(values, most=False)
    if most is None or least is None:
        return words("evidence.nobody_followed" if "months" in more else "evidence.nothing", **more)
    if most.are_all:
        return words("evidence.level", value=with_band(most.value, words))
    if most.name == least.name:
        return words(f"{key}_one", name=most.name, value=with_band(most.value, words), **more)
    return words(
        f"{key}_two",
        best=most.told(words),
        most=with_band(most.value, words),
        best_hedge=hedge(most.times, found, words),
        worst=least.told(words),
        least=with_band(least.value, words),
        worst_hedge=hedge(least.times, found, words),
        **more,
    )
