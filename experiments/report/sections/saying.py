"""What customers say: the net promoter score as bars to both sides of zero."""

from __future__ import annotations

import math

from experiments.pictures.chart import Bar, BarChart
from experiments.pictures.web import colour_of, drawn
from experiments.report.evidence import Evidence, firm_table
from experiments.report.extremes import extreme
from experiments.report.figure import Figure
from experiments.runs.cube import YEAR
from experiments.runs.summary import Measured
from experiments.telling.run import hedge
from experiments.words.numbers import written


def nps_figure(evidence: Evidence) -> Figure:
    """Promoters less detractors in the last year, beside the first."""
    words, cube = evidence.words, evidence.cube
    first, window = evidence.years("nps")[0], evidence.window("nps")
    has_two = cube.months >= 2 * YEAR
    bars = []
    for place, firm in enumerate(evidence.summary.firms):
        before = float(first[place])
        single = cube.replications == 1
        low, high = (math.nan if single else firm.nps.quantile(part) for part in (0.1, 0.9))
        text = evidence.shown(firm.nps, share=False)
        told = [firm.name, words("evidence.nps_last", window=window, value=text)]
        if has_two:
            told.append(words("evidence.nps_first", value=evidence.number(before, share=False)))
        colour = colour_of(evidence.subject.styles[place].colour)
        bars.append(
            Bar(firm.name, place, colour, firm.nps.mean, low, high, before, "\n".join(told))
        )
    title, finding = words("evidence.nps_title"), nps_finding(evidence)
    chart = BarChart(bars, words("evidence.nps_axis"))
    columns = [
        (words("evidence.nps_first_year"), [evidence.number(b.before, share=False) for b in bars]),
        (
            window,
            [evidence.shown(f.nps, share=False) for f in evidence.summary.firms],
        ),
    ]
    key = "evidence.nps_how" if cube.replications > 1 else "evidence.nps_how_single"
    how = words(key, runs=evidence.runs, window=window)
    return Figure(
        identity=f"{evidence.prefix}nps",
        title=title,
        finding=finding,
        drawing=drawn(chart, words("common.colon", head=title, text=finding)),
        how=words.together([how, words("evidence.nps_pale") if has_two else ""]),
        firms=evidence.firms,
        numbers=firm_table(evidence, columns if has_two else columns[1:], title),
    )


def nps_finding(evidence: Evidence) -> str:
    """The firms with the best and the worst score in the last year."""
    words, found = evidence.words, evidence.summary
    values: dict[str, Measured] = {firm.name: firm.nps for firm in found.firms}
    most, least = extreme(values, most=True), extreme(values, most=False)
    if most is None or least is None:
        return words("evidence.nothing")
    value, when = score(most.value, evidence), evidence.when
    if most.are_all:
        return words("evidence.level", value=value)
    if most.name == least.name:
        return words("evidence.nps_one", name=most.name, value=value, when=when)
    return words(
        "evidence.nps_two",
        when=when,
        best=most.told(words),
        most=score(most.value, evidence),
        best_hedge=hedge(most.times, found, words),
        worst=least.told(words),
        least=score(least.value, evidence),
        worst_hedge=hedge(least.times, found, words),
    )


def score(value: Measured, evidence: Evidence) -> str:
    """A mean score with its sign and its 10–90 % band."""
    text = signed(value.mean)
    if evidence.cube.replications == 1:
        return text
    low, high = (signed(value.quantile(part)) for part in (0.1, 0.9))
    return evidence.words("evidence.with_band", value=text, low=low, high=high)


def signed(score: float) -> str:
    """A score with its sign, of which 0 has none."""
    return written(score, "+.1f")
