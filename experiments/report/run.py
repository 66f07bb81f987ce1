"""A run: the answer, the key figures, and what becomes of firms over the months."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tsunagari.experiments.pictures.chart import Bar, BarChart, Piles
from tsunagari.experiments.pictures.figures import OVER_TIME
from tsunagari.experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from tsunagari.experiments.pictures.svg import colour_of
from tsunagari.experiments.pictures.web import multiples
from tsunagari.experiments.report.document import Figure, Section, answered, named, tabs
from tsunagari.experiments.report.evidence import Evidence, firm_table, line_table, told, with_level
from tsunagari.experiments.runs.cube import RESERVOIRS, YEAR, windows
from tsunagari.experiments.runs.ensemble import count
from tsunagari.experiments.runs.summary import (
    FirmSummary,
    Measured,
    by_tenure,
    extreme,
    of_founders,
)
from tsunagari.experiments.telling.names import Amounts, is_scaled, name_of, unit_in_words
from tsunagari.experiments.telling.run import (
    COLUMNS,
    Column,
    banded,
    head_of,
    hedge,
    sentences,
    with_band,
)
from tsunagari.experiments.telling.scenario import authored, story_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import large, written
from tsunagari.sim.measures import MEASURES, SEGMENT_MEASURES, unit_of
from tsunagari.sim.measuring import YEAR as MEAN_OF_A_YEAR


def answer_section(evidence: Evidence) -> Section:
    """What came out of a run."""
    words = evidence.words
    told = sentences(evidence.summary, words, count(evidence.plan))
    content = answered(
        told[:2],
        paragraph(words.together(told[2:])),
        _story(evidence),
        tag("h3", escaped(words("report.key_figures"))) if evidence.cube.names else None,
        key_figures(evidence) if evidence.cube.names else None,
        segment_figures(evidence),
    )
    return Section("answer", words("report.answer"), content)


def key_figures(evidence: Evidence) -> Markup:
    """A row for each firm: where it began, where it ended, what it kept and earned."""
    words = evidence.words
    head = [
        escaped(words("evidence.firm")),
        *(escaped(head_of(column, words)) for column in COLUMNS),
    ]
    rows = []
    for firm in evidence.summary.firms:
        cells = [_cell(evidence, firm, column) for column in COLUMNS]
        rows.append([named(firm.name), *cells])
    single = evidence.cube.replications == 1
    key = "report.key_single" if single else "report.key_band"
    told = [words(key, runs=evidence.runs), windows(evidence.cube.months, words)]
    return table(head, rows, caption=words.together(told))


def _cell(evidence: Evidence, firm: FirmSummary, column: Column) -> Markup:
    value: Measured = getattr(firm, column.field)
    if is_scaled(column.measure, words := evidence.words):
        return escaped(banded(value, words, lambda v: large(v, words.language)))
    shown = evidence.shown(value, share=column.is_share, digits=column.digits)
    text, _, band = shown.partition(" (")
    if not band:
        return escaped(text)
    return together(escaped(text), tag("br"), tag("small", escaped(f"({band}")))


def segment_figures(evidence: Evidence) -> Markup | None:
    """Whom the market serves: what people of each segment have of it, first year and last.

    None where all are of one segment, or there are no two years.
    """
    words, found = evidence.words, evidence.cube.tables.segments
    if evidence.cube.months < 2 * YEAR or found["segment"].nunique() < 2:
        return None
    found = found.assign(served=found["customers"] / found["people"])
    names = ("people", "served", *SEGMENT_MEASURES)
    first, last = (
        found[found["month"].between(*months)].groupby("segment", sort=False)[[*names]].mean()
        for months in ((1, YEAR), (evidence.cube.months - YEAR + 1, evidence.cube.months))
    )
    told: dict[str, Callable[[float], str]] = {"served": words.percent}
    told |= {measure: Amounts(measure, words).value for measure in SEGMENT_MEASURES}
    rows = [
        [
            named(segment),
            escaped(words.percent(last.loc[segment, "people"] / last["people"].sum())),
            *(
                escaped(f"{write(first.loc[segment, name])} → {write(last.loc[segment, name])}")
                for name, write in told.items()
            ),
        ]
        for segment in last.index
    ]
    titles = [name_of(measure, words) for measure in SEGMENT_MEASURES]
    head = map(escaped, [words("report.segment"), words("report.segment_people"),
                         words("report.segment_served"), *titles])  # fmt: skip
    unit = unit_in_words(unit_of("surplus"), words)
    caption = words("report.segments_how", unit=unit, runs=evidence.runs)
    heading = tag("h3", escaped(words("report.segments")))
    return together(heading, table([*head], rows, caption=caption))


def _story(evidence: Evidence) -> Markup | None:
    story = story_of(evidence.plan, evidence.words).strip()
    if not story:
        return None
    heading = tag("h3", escaped(evidence.words("report.story")))
    return together(heading, authored(story, evidence.words, "p"))


# -- courses ---------------------------------------------------------------------------------------

_COLOURS = tuple(f"var(--{name})" for name in RESERVOIRS)
_MOST_AT_RISK = 8
"""Rows of numbers at risk under a chart."""


def course_figure(evidence: Evidence, name: str) -> Figure | None:
    """A measure of every firm over the months; None where it never has a value.

    Args:
        evidence: The runs.
        name: Which, of :data:`tsunagari.experiments.pictures.figures.OVER_TIME`.
    """
    words, measure = evidence.words, OVER_TIME[name].measure
    chart = replace(evidence.subject.chart(name, digits=1), lead=())
    if OVER_TIME[name].section == "retention" and not any(line.there for line in chart.series):
        return None
    title, finding = words(f"evidence.{name}_title"), finding_of(evidence, name)
    return Figure(
        identity=f"{evidence.prefix}{name}",
        title=title,
        finding=finding,
        drawing=chart,
        how=evidence.how(f"evidence.{name}_how", measure),
        firms=evidence.firms,
        numbers=line_table(chart, words),
        events=evidence.subject.events,
    )


def share_finding(evidence: Evidence) -> str:
    """Who gained most and who lost most from the start, or the entry, to the end."""
    words, found = evidence.words, evidence.summary
    change = {
        firm.name: Measured(
            tuple(
                end - (begin if math.isfinite(begin) else 0.0)
                for begin, end in zip(firm.start_share.values, firm.final_share.values, strict=True)
            )
        )
        for firm in found.firms
    }
    most, least = extreme(change, most=True), extreme(change, most=False)
    if not any(firm.final_share.mean > 0 for firm in found.firms):
        return words("answer.nobody")
    if len(found.firms) == 1:
        return words("evidence.share_only", name=found.firms[0].name)
    if most is None or least is None or most.name == least.name:
        return words("evidence.share_nothing")
    parts = []
    for key, one in (("gained", most), ("lost", least)):
        points = points_in_words(one.value, words)
        times = hedge(one.times, found, words)
        sign = "gained" if one.value.mean >= 0 else "lost"
        key = key if key == sign else f"{key}_but_{sign}"
        parts.append(
            words(f"evidence.share_{key}", name=with_level(one, words), points=points, hedge=times)
        )
    return words.together(parts)


def points_in_words(value: Measured, words: Words) -> str:
    """A change of a share in points, with its sign and its band."""

    def signed(change: float) -> str:
        return written(100 * change, "+.1f")

    return banded(value, words, lambda v: words("evidence.points", number=signed(v)), signed)


def finding_of(evidence: Evidence, name: str) -> str:
    """What a measure over the months shows: the firms at both ends of its figures."""
    if name == "share":
        return share_finding(evidence)
    measure = OVER_TIME[name].measure
    when = {"when": evidence.when} if MEASURES[measure].figure is MEAN_OF_A_YEAR else {}
    values = evidence.subject.measured(measure)
    told = _scored if name == "nps" else with_band
    return best_and_worst(evidence, f"evidence.{name}", values, told, **when)


def best_and_worst(
    evidence: Evidence,
    key: str,
    values: dict[str, Measured],
    told: Callable[[Measured, Words], str] = with_band,
    **more: object,
) -> str:
    """A sentence on the firms at both ends of a measure.

    Args:
        evidence: The runs.
        key: Of the texts, without ``_one`` and ``_two``.
        values: The measure of every firm.
        told: How a value is written.
        more: What else the texts have places for.
    """
    words, found = evidence.words, evidence.summary
    most, least = extreme(values, most=True), extreme(values, most=False)
    if most is None or least is None:
        return words("evidence.nobody_followed" if "months" in more else "evidence.nothing", **more)
    if most.are_all:
        return words("evidence.level", value=told(most.value, words))
    if most.name == least.name:
        return words(f"{key}_one", name=most.name, value=told(most.value, words), **more)
    return words(
        f"{key}_two",
        best=with_level(most, words),
        most=told(most.value, words),
        best_hedge=hedge(most.times, found, words),
        worst=with_level(least, words),
        least=told(least.value, words),
        worst_hedge=hedge(least.times, found, words),
        **more,
    )


def _scored(value: Measured, words: Words) -> str:
    """A mean score with its sign and its band."""
    return banded(value, words, lambda score: written(score, "+.1f"))


def survival_figures(evidence: Evidence) -> list[Figure]:
    """Survival by tenure, and of customers from the start, with how many people it rests on."""
    words, cube = evidence.words, evidence.cube
    figures = []
    for name, life, months in (
        ("survival", by_tenure(cube), min(YEAR, cube.months)),
        ("founders", of_founders(cube), cube.months),
    ):
        kept = [f for f in range(len(cube.names)) if np.isfinite(life.pooled[f]).any()]
        if not kept:
            continue
        if len(kept) > _MOST_AT_RISK:
            kept = [firm for firm in kept if firm in cube.largest(_MOST_AT_RISK)]
        chart = evidence.subject.survival(life, name, kept)
        title = words(f"evidence.{name}_title")
        values = {line.name: life.measured(line.place, months) for line in chart.series}
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
                drawing=chart,
                how=words.together(how),
                firms=evidence.firms,
                numbers=line_table(chart, words),
            )
        )
    return figures


def reservoir_figures(evidence: Evidence) -> Markup:
    """The four reservoirs of every firm, in utility and in money, as two panels."""
    words, cube = evidence.words, evidence.cube
    panels = []
    for unit, prefix, times in (
        ("utility", "stickiness_", 1.0),
        ("money", "stickiness_money_", 100.0),
    ):
        names = [f"{prefix}{name}" for name in RESERVOIRS]
        if any(name not in cube.tables.firms for name in names):
            continue
        title = words(f"evidence.reservoirs_{unit}_title")
        years = [times * evidence.years(name) for name in names]
        chart = Piles(
            cube.names,
            evidence.subject.reservoirs(prefix, times),
            _COLOURS,
            [_label(evidence, firm, years) for firm in range(len(cube.names))],
            up=words(f"evidence.reservoirs_{unit}_axis"),
            across=words("evidence.month"),
        )
        figure = Figure(
            identity=f"{evidence.prefix}reservoirs-{unit}",
            title=title,
            finding=reservoir_finding(evidence),
            drawing=together(_key(evidence), multiples(chart)),
            how=words(f"evidence.reservoirs_{unit}_how"),
            numbers=_numbers(evidence, years, title, 2 if times == 1 else 1),
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


def _numbers(evidence: Evidence, years: list[np.ndarray], title: str, digits: int) -> Markup:
    words = evidence.words
    columns = []
    for name, both in zip(RESERVOIRS, years, strict=True):
        cells = [" → ".join(told(value, digits) for value in firm) for firm in both.T.tolist()]
        columns.append((words(f"evidence.{name}"), cells))
    caption = words("evidence.first_to_last", title=title)
    return together(firm_table(evidence, columns, caption), paragraph(evidence.runs, class_="note"))


# -- what customers say ----------------------------------------------------------------------------


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
    title, finding = words("evidence.nps_title"), finding_of(evidence, "nps")
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
        drawing=chart,
        how=words.together([how, words("evidence.nps_pale") if has_two else ""]),
        firms=evidence.firms,
        numbers=firm_table(evidence, columns if has_two else columns[1:], title),
    )
