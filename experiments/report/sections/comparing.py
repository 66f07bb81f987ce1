"""What differs between scenarios, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import replace

from experiments.pictures.chart import INK, Bar, BarChart, FirmStyle
from experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together, with_keys
from experiments.pictures.web import colour_of, drawn, small
from experiments.report.compared import comparison_in
from experiments.report.evidence import Evidence, line_table
from experiments.report.figure import Figure
from experiments.report.scenario_words import title_of
from experiments.report.sections.closing import change_table
from experiments.report.sections.courses import course_figure
from experiments.report.sections.section import Section, tabs
from experiments.report.source import Source, run_tables
from experiments.studies.changes import changes
from experiments.studies.charts import course_chart, styles_of
from experiments.studies.compare import Comparison
from experiments.studies.findings import MAIN, Finding, Findings, findings
from experiments.studies.tally import Course
from experiments.telling.compare import money_in_words, prices_in_words, turns_in_words
from experiments.telling.names import Amounts, name_of
from experiments.words import Words

_CERTAIN = 6


def comparison_sections(source: Source, words: Words) -> tuple[list[Section], int]:
    """All that stands in the report on a comparison, and how many replications it had."""
    found = comparison_in(source)
    parts = findings(found)
    several = len(parts) > 1
    answers, effects = [], []
    for number, (part, course) in enumerate(zip(parts, found.courses, strict=True), start=2):
        told = answer_in_words(found, part, words)
        heading = tag("h3", with_keys(label_of(found, number - 1, words))) if several else None
        answers.append(
            together(
                heading,
                tag("div", *(paragraph(t) for t in told[:2]), class_="answer"),
                paragraph(words.together(told[2:])),
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


def answer_in_words(found: Comparison, part: Findings, words: Words) -> list[str]:
    """What became of the measure followed, and of the main outcomes together; then the rest."""
    if found.replications == 1:
        told = [_followed(found, part, words), words("comparing.one_replication")]
        return [*told, prices_in_words(found, part, words), *money_in_words(found, part, words)]
    if part.is_same:
        return [words("comparing.same", month=found.at[-1]), prices_in_words(found, part, words)]
    told = [_followed(found, part, words), _family(found, part, words)]
    chance = f"{part.looked_at * 0.05:.0f}"
    told.append(prices_in_words(found, part, words))
    told += [*money_in_words(found, part, words), *turns_in_words(found, part, words)]
    told.append(
        words(
            "comparing.all", month=found.at[-1], total=part.looked_at,
            differing=len(part.differing), chance=chance,
        )
    )  # fmt: skip
    return [text for text in told if text]


def _followed(found: Comparison, part: Findings, words: Words) -> str:
    """The measure asked for: for whom it differs, and what could have been seen of the others."""
    amounts = Amounts(found.measure, words)
    told = [row for row in part.followed if row.differs]
    untold = [row for row in part.followed if row.is_defined and not row.differs]
    sentences = []
    if told:
        listed = words.joined(
            [_whose(row, words, amounts.interval(row.difference)) for row in told]
        )
        sentences.append(
            words(
                "comparing.differs",
                month=found.at[-1],
                measure=amounts.name,
                firms=listed,
                label=label_of(found, part.label, words),
            )
        )
    smallest = max((row.smallest for row in untold), default=0.0)
    if untold and smallest > 0:
        names = words.joined([row.firm or words("comparing.market") for row in untold])
        seen = amounts.change(smallest).lstrip("+")
        key = "comparing.untold_more" if told else "comparing.untold"
        month = found.at[-1]
        sentences.append(words(key, measure=amounts.name, firms=names, smallest=seen, month=month))
    if not sentences:
        single = [row for row in part.followed if math.isfinite(row.difference.mean)]
        if not single:
            return words("comparing.undefined", measure=amounts.name)
        listed = words.joined(
            [_whose(row, words, amounts.change(row.difference.mean)) for row in single]
        )
        return words(
            "comparing.in_one_history", month=found.at[-1], measure=amounts.name, firms=listed
        )
    return words.together(sentences)


def _family(found: Comparison, part: Findings, words: Words) -> str:
    """The verdict on the main measures, right as a whole with 95 %."""
    if not part.family:
        return ""
    names = words.joined([name_of(m, words) for m in dict.fromkeys(r.measure for r in part.family)])
    if not part.certain:
        count, month = len(part.family), found.at[-1]
        return words("comparing.family_none", count=count, measures=names, month=month)
    told = [
        words(
            "comparing.measure_of",
            measure=name_of(row.measure, words),
            firm=row.firm or words("comparing.market"),
        )
        for row in part.certain
    ]
    if len(told) > _CERTAIN + 1:
        told = [*told[:_CERTAIN], words("comparing.more", number=len(told) - _CERTAIN)]
    return words(
        "comparing.family_some", count=len(part.family), measures=names,
        certain=len(part.certain), outcomes=words.joined(told), month=found.at[-1],
    )  # fmt: skip


def _whose(row: Finding, words: Words, text: str) -> str:
    return words("comparing.of", firm=row.firm or words("comparing.market"), value=text)


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
    finding = _followed(found, part, words)
    if not chart.series:
        return together(tag("h3", escaped(title)), paragraph(finding))
    chart = replace(chart, signed=False, level=None, digits=1 if amounts.is_share else 2)
    key = "comparing.course_how_one" if single else "comparing.course_how"
    base = label_of(found, 0, words)
    figure = Figure(
        identity=f"course-{number}",
        title=title,
        finding=finding,
        drawing=drawn(chart, words("common.colon", head=title, text=finding)),
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
        chart = BarChart(bars, amounts.difference_label, dots=True)
        label = words(
            "common.colon",
            head=amounts.difference_label,
            text=words.joined([bar.tip.replace("\n", " ") for bar in bars]),
        )
        panels.append(tag("div", tag("h4", escaped(amounts.name)), small(chart, label)))
        rows += [_row(row, amounts, part, words) for row in of_measure]
    if not panels:
        return None
    title = words("comparing.main_title", month=found.at[-1])
    head = [
        escaped(words(f"comparing.head_{name}"))
        for name in ("outcome", "base", "here", "difference", "pairs", "together")
    ]
    figure = Figure(
        identity=f"main-{number}",
        title=title,
        finding=_family(found, part, words),
        drawing=tag("div", *panels, class_="multiples"),
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
    name = words(
        "comparing.measure_of", measure=amounts.name, firm=row.firm or words("comparing.market")
    )
    verdict = "yes" if row in part.certain else "no"
    cells = [
        name,
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


def label_of(found: Comparison, which: int | str, words: Words) -> str:
    """What a scenario is called, by its number or label: its title in the reader's language."""
    labels = [alternative.label for alternative in found.alternatives]
    number = which if isinstance(which, int) else labels.index(which)
    label, plan = labels[number], found.alternatives[number].plan
    if plan.title and label.startswith(plan.title):
        return title_of(plan, words) + label.removeprefix(plan.title)
    return label
