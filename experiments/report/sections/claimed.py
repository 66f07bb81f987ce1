"""What sources claim, and what became of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.pictures.markup import Markup, escaped, paragraph, tag, together
from experiments.report.sections.section import Section
from experiments.runs.statistics import Interval
from experiments.runs.trial import digest
from experiments.studies.claims import JudgedClaim
from experiments.telling.claims import figures, verdict_in_words
from experiments.telling.scenario import authored, claim_of, remark_of
from experiments.words import Words

if TYPE_CHECKING:
    from experiments.report.source import Source

_CLASSES = {"came true": "yes", "did not come true": "no", "cannot be told": "open"}
_MARKS = {"came true": "✓", "did not come true": "✗", "cannot be told": "?"}


def claims_section(source: Source, words: Words) -> Section:
    """Every claim of the scenario with its verdict and its figures."""
    judged = judged_in(source)
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


def judged_in(source: Source) -> list[JudgedClaim]:
    """What became of every claim, read from the table ``claims`` and the scenario."""
    table, plan = source.table("claims"), source.plan
    found = []
    for row, claim in enumerate(plan.claims):
        value = {name: column[row] for name, column in table.items()}
        found.append(
            JudgedClaim(
                claim=claim,
                month=int(value["month"]),
                replications=int(value["replications"]),
                pairs=int(value["pairs"]),
                defined=(int(value["defined"]), int(value["defined_without"])),
                mean=float(value["mean"]),
                mean_without=float(value["mean_without"]),
                difference=Interval(
                    float(value["difference"]), float(value["low"]), float(value["high"])
                ),
                verdict=value["verdict"],
                is_same=value["verdict"] == "cannot be told" and _is_same(source, row),
            )
        )
    return found


def _is_same(source: Source, number: int) -> bool:
    """Whether a claim compares a market with itself, and not only too few of them."""
    claim = source.plan.claims[number]
    table = source.table("claims")
    if not (math.isfinite(table["difference"][number]) and table["difference"][number] == 0):
        return False
    one, other = claim.with_idea(source.plan), claim.without_idea(source.plan)
    return digest(one, seed=0) == digest(other, seed=0)


def _entry(source: Source, number: int, found: JudgedClaim, words: Words) -> Markup:
    verdict = f"{_MARKS[found.verdict]} {verdict_in_words(found, words)}"
    remark = remark_of(source.plan, number, words)
    is_told = remark and found.replications > 1 and found.verdict != "came true"
    cited = authored(found.claim.source, words, "cite")
    before, _, after = words("report.claim_source", source="\0").partition("\0")
    return tag(
        "li",
        tag("p", tag("span", escaped(verdict), class_=f"verdict {_CLASSES[found.verdict]}")),
        tag("p", authored(claim_of(source.plan, number, words), words), class_="claim"),
        paragraph(figures(found, words, readable=True)),
        tag("p", authored(remark, words)) if is_told else None,
        tag("p", escaped(before), cited, escaped(after), class_="how"),
    )
