"""What differs between scenarios and how sure that is, and what became of claims."""

from __future__ import annotations

import math
from dataclasses import replace

from tsunagari.experiments.pictures.chart import INK, Bar, FirmStyle
from tsunagari.experiments.pictures.markup import (
    Markup,
    escaped,
    paragraph,
    table,
    tag,
    together,
    with_keys,
)
from tsunagari.experiments.pictures.svg import colour_of
from tsunagari.experiments.report.closing import change_table
from tsunagari.experiments.report.document import (
    Figure,
    Section,
    answered,
    headings,
    multiples_of,
    panel,
    tabs,
)
from tsunagari.experiments.report.evidence import Evidence, line_table, run_tables
from tsunagari.experiments.report.run import course_figure
from tsunagari.experiments.runs.results import Source
from tsunagari.experiments.studies.changes import changes
from tsunagari.experiments.studies.claims import JudgedClaim, judged_in
from tsunagari.experiments.studies.compare import Comparison
from tsunagari.experiments.studies.compared import comparison_in
from tsunagari.experiments.studies.findings import MAIN, Finding, Findings, findings
from tsunagari.experiments.studies.tally import Course
from tsunagari.experiments.telling.compare import family, followed, label_of, outcome_of, sentences
from tsunagari.experiments.telling.names import Amounts
from tsunagari.experiments.telling.run import (
    counted_in_words,
    figures_of,
    is_remarked,
    verdict_in_words,
)
from tsunagari.experiments.telling.scenario import authored, claim_of, remark_of
from tsunagari.experiments.telling.study_charts import course_chart, styles_of
from tsunagari.experiments.words import Words


def comparison_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a comparison, and how many replications it had."""
    found = comparison_in(source)
    parts = findings(found)
    several = len(parts) > 1
    answers, effects = [], []
    for number, (part, course) in enumerate(zip(parts, found.courses, strict=True), start=2):
        told = sentences(found, part, words)
        heading = tag("h3", with_keys(label_of(found, number - 1, words))) if several else None
        answers.append(
            together(
                heading,
                answered(told[:2], paragraph(words.together(told[2:]))),
            )
        )
        effects.append(
            together(
                heading,
                _course(found, part, course, number, words),
                _main(found, part, number, words),
            )
        )
    changed = [_changes(found, number, words) for number in range(1, len(found.alternatives))]
    sections = [
        Section("answer", words("report.answer"), together(*answers)),
        Section("changes", words("comparing.changes"), together(*changed)),
        Section("differences", words("comparing.differences"), together(*effects)),
        Section("courses", words("comparing.courses"), _each(source, found, words)),
    ]
    return sections, found.replications


def _changes(found: Comparison, number: int, words: Words) -> Markup:
    base, other = found.alternatives[0], found.alternatives[number]
    listed = changes(base.plan, other.plan)
    heading = tag("h3", with_keys(label_of(found, number, words)))
    if not listed:
        return together(heading, paragraph(words("comparing.no_change")))
    return together(heading, change_table(listed, words, default=words("comparing.base")))


def _course(found: Comparison, part: Findings, course: Course, number: int, words: Words) -> Markup:
    """The measure followed over the months, with the interval of its difference."""
    amounts = Amounts(found.measure, words)
    single = found.replications == 1
    chart = course_chart(
        course, across=words("evidence.month"), up=amounts.difference_label,
        market=words("comparing.market"), times=amounts.scale, single=single,
    )  # fmt: skip
    title = words("comparing.course_title", measure=amounts.name)
    finding = followed(found, part, words)
    if not chart.series:
        return together(tag("h3", escaped(title)), paragraph(finding))
    chart = replace(chart, signed=False, level=None, digits=1 if amounts.is_share else 2)
    key = "comparing.course_how_one" if single else "comparing.course_how"
    base = label_of(found, 0, words)
    figure = Figure(
        identity=f"course-{number}",
        title=title,
        finding=finding,
        drawing=chart,
        how=words(key, runs=words.counted(found.replications, "replication"), base=base),
        firms=[(line.name, line.style) for line in chart.series] if len(course.lines) > 1 else (),
        numbers=line_table(chart, words),
    )
    return figure.html(words)


def _main(found: Comparison, part: Findings, number: int, words: Words) -> Markup | None:
    """The main outcomes in the last month, a panel for each measure."""
    measures = [found.measure, *(name for name in MAIN if name != found.measure)]
    panels, rows = [], []
    for measure in measures:
        of_measure = [row for row in part.family if row.measure == measure]
        if not of_measure:
            continue
        amounts = Amounts(measure, words)
        bars = [_bar(row, amounts, found, words) for row in of_measure]
        axis = amounts.difference_label
        panels.append(panel(amounts.name, bars, axis, words, label=axis))
        rows += [_row(row, amounts, part, words) for row in of_measure]
    if not panels:
        return None
    title = words("comparing.main_title", month=found.at[-1])
    columns = ("outcome", "base", "here", "difference", "pairs", "together")
    head = headings(words, "comparing.head_", *columns)
    figure = Figure(
        identity=f"main-{number}",
        title=title,
        finding=family(found, part, words),
        drawing=multiples_of(panels),
        how=words("comparing.main_how"),
        numbers=table(head, rows, caption=title),
    )
    return figure.html(words)


def _bar(row: Finding, amounts: Amounts, found: Comparison, words: Words) -> Bar:
    lines = next(course.lines for course in found.courses)
    style = styles_of(lines)[lines.index(row.firm)] if row.firm in lines else FirmStyle(INK, (), "")
    place = lines.index(row.firm) if row.firm in lines else -1
    name = row.firm or words("comparing.market")
    scale, interval = amounts.scale, row.difference
    tip = f"{name}\n{amounts.interval(interval)}"
    return Bar(name, place, colour_of(style.colour), scale * interval.mean, scale * interval.low,
               scale * interval.high, math.nan, tip)  # fmt: skip


def _row(row: Finding, amounts: Amounts, part: Findings, words: Words) -> list[Markup]:
    verdict = "yes" if row in part.certain else "no"
    cells = [
        outcome_of(row, words),
        amounts.value(row.base),
        amounts.value(row.mean),
        amounts.interval(row.difference),
        str(row.pairs),
        words(f"comparing.{verdict}"),
    ]
    return [escaped(cell) for cell in cells]


def _each(source: Source, found: Comparison, words: Words) -> Markup:
    """Share and retention under every scenario, one panel each."""
    panels = []
    for number, alternative in enumerate(found.alternatives, start=1):
        tables = run_tables(source, alternative.label, alternative.label)
        evidence = Evidence(words, alternative.plan, tables, prefix=f"scenario-{number}-")
        label = label_of(found, number - 1, words)
        heading = tag("h3", with_keys(label))
        if not evidence.cube.names:
            continue
        figures = [course_figure(evidence, name) for name in ("share", "retention")]
        shown = [figure.html(words) for figure in figures if figure is not None]
        panels.append((label, together(heading, *shown)))
    return tabs("scenarios", panels, words("comparing.scenarios")) if panels else Markup("")


# -- claims ----------------------------------------------------------------------------------------

_CLASSES = {"came true": "yes", "did not come true": "no", "cannot be told": "open"}
_MARKS = {"came true": "✓", "did not come true": "✗", "cannot be told": "?"}


def claims_section(source: Source, words: Words) -> Section:
    """Every claim of the scenario with its verdict and its figures."""
    judged = judged_in(source.table("claims"), source.plan)
    tally = {
        key: sum(found.verdict == verdict for found in judged)
        for key, verdict in (
            ("true", "came true"), ("false", "did not come true"), ("untold", "cannot be told"),
        )
    }  # fmt: skip
    single = bool(judged) and judged[0].replications == 1
    content = together(
        paragraph(words("report.claims_tally", total=len(judged), **tally), class_="finding"),
        paragraph(counted_in_words(judged, words), class_="how"),
        paragraph(words("report.claims_single")) if single else None,
        tag(
            "ul",
            *(_entry(source, n, found, words) for n, found in enumerate(judged)),
            class_="claims",
        ),
        paragraph(words("report.claims_intro"), class_="how"),
    )
    return Section("claims", words("report.claims"), content)


def _entry(source: Source, number: int, found: JudgedClaim, words: Words) -> Markup:
    verdict = f"{_MARKS[found.verdict]} {verdict_in_words(found, words)}"
    remark = remark_of(source.plan, number, words)
    cited = authored(found.claim.source, words, "cite")
    before, _, after = words("report.claim_source", source="\0").partition("\0")
    return tag(
        "li",
        tag("p", tag("span", escaped(verdict), class_=f"verdict {_CLASSES[found.verdict]}")),
        tag("p", authored(claim_of(source.plan, number, words), words), class_="claim"),
        paragraph(figures_of(found, words)),
        tag("p", authored(remark, words)) if remark and is_remarked(found) else None,
        tag("p", escaped(before), cited, escaped(after), class_="how"),
    )
