"""A result folder as one HTML document, and the document as a file: there whole or not at all."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from tsunagari.experiments.pictures.figures import OVER_TIME
from tsunagari.experiments.pictures.markup import Markup, paragraph, together
from tsunagari.experiments.report.closing import (
    defaults_section,
    limits_section,
    method_section,
    reproduce_section,
)
from tsunagari.experiments.report.comparing import claims_section, comparison_sections
from tsunagari.experiments.report.decided import decision_facts, decision_sections
from tsunagari.experiments.report.document import Document, Section
from tsunagari.experiments.report.evidence import Evidence, run_tables
from tsunagari.experiments.report.explaining import explanation_sections
from tsunagari.experiments.report.fitted import fit_sections
from tsunagari.experiments.report.positions import customers_figure, moving_figures, offers_figure
from tsunagari.experiments.report.run import (
    answer_section,
    course_figure,
    nps_figure,
    reservoir_figures,
    survival_figures,
)
from tsunagari.experiments.report.sweeping import sweep_sections
from tsunagari.experiments.runs.disk import FULL, WriteError, written
from tsunagari.experiments.runs.results import Source
from tsunagari.experiments.telling.scenario import authored, title_of
from tsunagari.experiments.words import Language, Words
from tsunagari.sim.problems import Problem, Problems


def report(source: Source, language: Language = "en", made_by: str = "") -> str:
    """The document.

    Args:
        source: The result folder, opened (:func:`tsunagari.experiments.runs.results.opened`).
        language: Of everything but names.
        made_by: The command line that makes it again; by default the plain one.

    Raises:
        tsunagari.sim.problems.Problems: The folder lacks a table that its kind has.
    """
    words = Words.of(source.plan, language)
    if not made_by:
        made_by = shlex.join(["tsunagari", "report", str(source.folder), "--lang", language])
    makers = {
        "run": _of_a_run,
        "comparison": comparison_sections,
        "sweep": sweep_sections,
        "explanation": explanation_sections,
        "fit": fit_sections,
        "decision": decision_sections,
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
    from tsunagari.sim.version import version

    title = title_of(source.plan, words)
    facts = _facts(source, words, runs)
    return Document(
        title=authored(title, words),
        title_text=title,
        kind=words(f"report.kind_{source.kind}"),
        facts=facts,
        foot=words("report.source", version=version(), title=title, facts=facts),
        sections=sections,
    )


def _facts(source: Source, words: Words, runs: int) -> str:
    """How large a result is."""
    if source.kind == "fit":
        return _fit_facts(source, words)
    if source.kind == "decision":
        return decision_facts(source.figures, words)
    return words(
        "report.facts",
        customers=words.customers(source.plan.market.customers),
        months=words.counted(source.plan.market.months, "month"),
        runs=words.counted(runs, "replication"),
        seed=source.seed,
    )


def _fit_facts(source: Source, words: Words) -> str:
    """How large a fit is: the table, and what was drawn for it."""
    document = source.figures
    return words(
        "fitting.facts",
        firms=words.counted(len(document["firms"]), "firm"),
        months=words.counted(document["months"] + 1, "month"),
        draws=document["draws"],
        customers=words.counted(document["customers"], "customer"),
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


# -- the file --------------------------------------------------------------------------------------


def checked(file: Path, *, force: bool) -> None:
    """Make sure, before anything is read, that a report may be written there.

    Raises:
        Problems: There is something already, or no folder to write to.
    """
    if file.is_dir():
        raise _refused(file, "this is a folder, not a file", "name a file, such as report.html")
    if file.exists() and not force:
        raise _refused(file, "the file exists already", "--force replaces it")
    if not file.parent.is_dir():
        raise _refused(file, "there is no such folder to write to", "make it first")
    if not os.access(file.parent, os.W_OK):
        raise _refused(file, "the folder cannot be written to", "choose another with --out")


def write_report(text: str, file: Path) -> None:
    """Write a report; what had its name is replaced.

    Raises:
        Problems: The folder cannot be written to.
        WriteError: The disk is full.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with written(file, temporary) as target:
            target.write(text.encode("utf-8"))
    except OSError as error:
        if error.errno in FULL:
            message = f"{FULL[error.errno]}: the report could not be written to {file}"
            raise WriteError(message) from error
        raise _refused(file, f"it cannot be written ({error.strerror or error})") from error


def _refused(file: Path, message: str, suggestion: str | None = None) -> Problems:
    return Problems([Problem("", message, file=str(file), suggestion=suggestion)])
