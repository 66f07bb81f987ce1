"""The beginning: the answer in two sentences, what follows from it, and the key figures."""

from __future__ import annotations

from experiments.pictures.markup import Markup, escaped, paragraph, table, tag, together
from experiments.report.evidence import Evidence
from experiments.report.sections.section import Section
from experiments.runs.cube import windows
from experiments.runs.summary import FirmSummary
from experiments.telling.run import sentences
from experiments.telling.scenario import authored, story_of

_COLUMNS = (
    ("share_start", "start_share", True, 1),
    ("share_end", "final_share", True, 1),
    ("kept_year", "retention_12", True, 1),
    ("lost_month", "churn", True, 2),
    ("sticky", "stickiness_money", True, 1),
    ("satisfaction", "satisfaction", False, 2),
    ("score", "nps", False, 0),
    ("profit", "profit", False, 0),
)


def answer_section(evidence: Evidence) -> Section:
    """What came out of a run."""
    words = evidence.words
    told = sentences(evidence.summary, words)
    more = words.together(told[2:])
    content = together(
        tag("div", *(paragraph(text) for text in told[:2]), class_="answer"),
        paragraph(more),
        _story(evidence),
        tag("h3", escaped(words("report.key_figures"))) if evidence.cube.names else None,
        key_figures(evidence) if evidence.cube.names else None,
    )
    return Section("answer", words("report.answer"), content)


def key_figures(evidence: Evidence) -> Markup:
    """A row for each firm: where it began, where it ended, what it kept and earned."""
    words = evidence.words
    head = [
        escaped(words("evidence.firm")),
        *(escaped(words(f"report.{heading}")) for heading, *_ in _COLUMNS),
    ]
    rows = []
    for firm in evidence.summary.firms:
        cells = [_cell(evidence, firm, *column[1:]) for column in _COLUMNS]
        rows.append([tag("span", escaped(firm.name), translate="no", dir="auto"), *cells])
    single = evidence.cube.replications == 1
    key = "report.key_single" if single else "report.key_band"
    told = [words(key, runs=evidence.runs), windows(evidence.cube.months, words)]
    return table(head, rows, caption=words.together(told))


def _cell(evidence: Evidence, firm: FirmSummary, name: str, share: bool, digits: int) -> Markup:
    value = getattr(firm, name)
    text, _, band = evidence.shown(value, share=share, digits=digits).partition(" (")
    if not band:
        return escaped(text)
    return together(escaped(text), tag("br"), tag("small", escaped(f"({band}")))


def _story(evidence: Evidence) -> Markup | None:
    story = story_of(evidence.plan, evidence.words).strip()
    if not story:
        return None
    heading = tag("h3", escaped(evidence.words("report.story")))
    return together(heading, authored(story, evidence.words, "p"))
