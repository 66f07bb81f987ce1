"""``report(folder)``: a result folder as one HTML document."""

from __future__ import annotations

import shlex
from pathlib import Path

from experiments.pictures.figures import OVER_TIME
from experiments.pictures.markup import Markup, paragraph, together
from experiments.report.document import Document
from experiments.report.evidence import Evidence
from experiments.report.sections.claimed import claims_section
from experiments.report.sections.closing import (
    defaults_section,
    limits_section,
    method_section,
    reproduce_section,
)
from experiments.report.sections.comparing import comparison_sections
from experiments.report.sections.courses import (
    course_figure,
    reservoir_figures,
    survival_figures,
)
from experiments.report.sections.explaining import explanation_sections
from experiments.report.sections.moving import moving_figures
from experiments.report.sections.opening import answer_section
from experiments.report.sections.positions import customers_figure, offers_figure
from experiments.report.sections.saying import nps_figure
from experiments.report.sections.section import Section
from experiments.report.sections.sweeping import sweep_sections
from experiments.report.source import Source, run_tables
from experiments.telling.scenario import authored, title_of
from experiments.words import Language, Words


def report(source: Source, language: Language = "en", made_by: str = "") -> str:
    """The document.

    Args:
        source: The result folder, opened (:func:`experiments.report.source.opened`).
        language: Of everything but names.
        made_by: The command line that makes it again; by default the plain one.

    Raises:
        sim.problems.Problems: The folder lacks a table that its kind has.
    """
    words = Words(language)
    if not made_by:
        made_by = shlex.join(["tsunagari", "report", str(source.folder), "--lang", language])
    makers = {
        "run": _of_a_run,
        "comparison": comparison_sections,
        "sweep": sweep_sections,
        "explanation": explanation_sections,
    }
    sections, runs = makers[source.kind](source, words)
    ending = [
        method_section(source, words, runs),
        defaults_section(source.plan, words),
        limits_section(source, words, runs),
        reproduce_section(source, words, made_by),
    ]
    return _document(source, words, [*sections, *ending], runs).html(words)


def _document(source: Source, words: Words, sections: list[Section], runs: int) -> Document:
    from sim.version import version

    title = title_of(source.plan, words)
    facts = words(
        "report.facts",
        customers=words.counted(source.plan.market.customers, "customer"),
        months=words.counted(source.plan.market.months, "month"),
        runs=words.counted(runs, "replication"),
        seed=source.seed,
    )
    return Document(
        title=authored(title, words),
        title_text=title,
        kind=words(f"report.kind_{source.kind}"),
        facts=facts,
        foot=words("report.source", version=version(), title=title, facts=facts),
        sections=sections,
    )


def _of_a_run(source: Source, words: Words) -> tuple[list[Section], int]:
    tables = run_tables(source, title_of(source.plan, words))
    evidence = Evidence(words, source.plan, tables)
    sections = [answer_section(evidence), *evidence_sections(evidence)]
    if "claims" in source.files:
        sections.insert(1, claims_section(source, words))
    return sections, evidence.cube.replications


def evidence_sections(evidence: Evidence) -> list[Section]:
    """Everything that the tables of one scenario's runs show."""
    words = evidence.words
    if not evidence.cube.names:
        return []
    positions = [offers_figure(evidence).html(words)]
    customers = customers_figure(evidence)
    positions.append(
        customers.html(words)
        if customers is not None
        else Markup(paragraph(words("evidence.map_missing"), class_="note") or "")
    )
    courses: dict[str, Markup] = {}
    for name, row in OVER_TIME.items():
        figure = course_figure(evidence, name) if row.section else None
        if figure is not None:
            courses[row.section] = together(courses.get(row.section), figure.html(words))
    survival = [figure.html(words) for figure in survival_figures(evidence)]
    parts = (
        ("share", courses.get("share")),
        ("retention", courses.get("retention")),
        ("survival", together(*survival)),
        ("stickiness", together(courses.get("stickiness"), reservoir_figures(evidence))),
        ("moves", moving_figures(evidence)),
        ("nps", nps_figure(evidence).html(words)),
        ("positions", together(*positions)),
    )
    return [
        Section(f"section-{name}", words(f"report.{name}"), content)
        for name, content in parts
        if content
    ]


def default_file(folder: Path) -> Path:
    """Where the report of a folder goes unless told otherwise."""
    from experiments.runs.folder import REPORT

    return folder / REPORT
