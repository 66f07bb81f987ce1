"""Who keeps: retention and monthly loss over the months, survival of cohorts over tenure."""

from __future__ import annotations

import numpy as np

from experiments.figures.survival import survivors
from experiments.report.charts.line_chart import LineChart
from experiments.report.evidence import Evidence, line_table
from experiments.report.extremes import extreme
from experiments.report.figure import Figure
from experiments.summary import Measured
from experiments.wording import hedge, with_band
from experiments.words import Words

_MOST_AT_RISK = 8
"""Rows of numbers at risk under a chart."""


def retention_figures(evidence: Evidence) -> list[Figure]:
    """Customers of a year ago still there; and what part leaves in a month."""
    words, cube = evidence.words, evidence.cube
    kept, lost = cube.measure("retention_12"), 1 - cube.measure("retention")
    figures = []
    for name, values, finding in (
        ("retention", kept, retention_finding(evidence)),
        ("loss", lost, loss_finding(evidence)),
    ):
        title, up = words(f"evidence.{name}_title"), words(f"evidence.{name}_axis")
        if not np.isfinite(values).any():
            continue
        zero = name == "loss"
        chart = evidence.chart(
            100 * values, up, suffix=words("common.percent_sign"), zero=zero, height=240.0
        )
        figures.append(
            Figure(
                identity=f"{evidence.prefix}{name}",
                title=title,
                finding=finding,
                drawing=chart.drawn(words("common.colon", head=title, text=finding)),
                how=evidence.how(f"evidence.{name}_how"),
                firms=evidence.firms,
                numbers=line_table(chart, up, words, words("evidence.month")),
                events=evidence.events,
            )
        )
    return figures


def retention_finding(evidence: Evidence) -> str:
    """The firms that keep most and fewest of their customers for a year."""
    values = {firm.name: firm.retention_12 for firm in evidence.summary.firms}
    return best_and_worst(evidence, "evidence.retention", values)


def loss_finding(evidence: Evidence) -> str:
    """The firms that lose most and fewest in a month, over the whole run."""
    values = {firm.name: firm.churn for firm in evidence.summary.firms}
    return best_and_worst(evidence, "evidence.loss", values)


def survival_figures(evidence: Evidence) -> list[Figure]:
    """Part of a cohort still there by tenure, with how many people that rests on."""
    words = evidence.words
    start, later = survivors(evidence.subject)
    figures = []
    for name, counts in (("survival", start), ("joiners", later)):
        shares = surviving(counts)
        if not np.isfinite(shares).any():
            continue
        risk = counts[..., 0].mean(axis=0).T
        kept = np.flatnonzero(counts[:, :, 0, 1].sum(axis=0) > 0).tolist()
        lines = evidence.lines(100 * shares.transpose(0, 2, 1), risk)
        lines = [line for line in lines if line.place in kept]
        if len(lines) > _MOST_AT_RISK:
            shown = evidence.cube.largest(_MOST_AT_RISK)
            lines = [line for line in lines if line.place in shown]
        title, up = words(f"evidence.{name}_title"), words("evidence.survival_axis")
        chart = LineChart(
            lines,
            across=words("evidence.tenure"),
            up=up,
            suffix=words("common.percent_sign"),
            risk=words("evidence.at_risk"),
            band="" if evidence.cube.replications == 1 else "10–90 %",
            height=260.0,
        )
        values = {
            line.name: measured_survival(shares[:, line.place], evidence.cube.months, name)
            for line in lines
        }
        key = f"evidence.{name}"
        months = evidence.cube.months if name == "survival" else 12
        finding = best_and_worst(evidence, key, values, months=words.counted(months, "month"))
        figures.append(
            Figure(
                identity=f"{evidence.prefix}{name}",
                title=title,
                finding=finding,
                drawing=chart.drawn(words("common.colon", head=title, text=finding)),
                how=evidence.how("evidence.survival_how"),
                firms=evidence.firms,
                numbers=line_table(chart, up, words, words("evidence.tenure")),
            )
        )
    return figures


def surviving(counts: np.ndarray) -> np.ndarray:
    """Product-limit curves, [replication, firm, tenure]; NaN where nobody is at risk."""
    risk, still = counts[..., 0], counts[..., 1]
    stays = np.where(risk > 0, still / np.where(risk > 0, risk, 1.0), np.nan)
    return np.cumprod(stays, axis=-1)


def measured_survival(shares: np.ndarray, months: int, name: str) -> Measured:
    """Those of the start at the end of the run; joiners after a year."""
    at = months if name == "survival" else 12
    column = shares[:, at] if at < shares.shape[1] else np.full(shares.shape[0], np.nan)
    return Measured(tuple(float(value) for value in column))


def best_and_worst(
    evidence: Evidence, key: str, values: dict[str, Measured], **more: object
) -> str:
    """A sentence on the firms at both ends of a share."""
    words, found = evidence.words, evidence.summary
    most, least = extreme(values, most=True), extreme(values, most=False)
    if most is None or least is None:
        return words("evidence.nothing")
    if most.name == least.name:
        return words(f"{key}_one", name=most.name, value=band(most.value, words), **more)
    return words(
        f"{key}_two",
        best=most.name,
        most=band(most.value, words),
        best_hedge=hedge(most.times, found, words),
        worst=least.name,
        least=band(least.value, words),
        worst_hedge=hedge(least.times, found, words),
        **more,
    )


def band(value: Measured, words: Words) -> str:
    """A share with the 10–90 % band, with true minus signs."""
    return with_band(value, words).replace("-", "−")
