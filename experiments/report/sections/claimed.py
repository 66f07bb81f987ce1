"""What sources claim, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.pictures.markup import Markup, escaped, paragraph, tag, together
from experiments.report.sections.section import Section
from experiments.studies.claims import JudgedClaim, judged_in
from experiments.telling.claims import figures, is_remarked, verdict_in_words
from experiments.telling.scenario import authored, claim_of, remark_of
from experiments.words import Words

if TYPE_CHECKING:
    from experiments.report.source import Source

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
        paragraph(figures(found, words)),
        tag("p", authored(remark, words)) if remark and is_remarked(found) else None,
        tag("p", escaped(before), cited, escaped(after), class_="how"),
    )
