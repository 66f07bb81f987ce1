"""What became of a scenario's claims: for the terminal and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.studies.claims import claims_table
from experiments.telling.names import name_of
from experiments.words import Words
from experiments.words.numbers import plain, readable, signed
from experiments.words.terminal import wrapped

if TYPE_CHECKING:
    from experiments.studies.claims import JudgedClaim

_ENGLISH = Words("en")


def in_words(judged: Sequence[JudgedClaim], words: Words = _ENGLISH) -> str:
    """A paragraph a claim: the verdict, the claim, its source and the figures."""
    lines = [words("claims.head")]
    for found in judged:
        claim = found.claim
        text = words(
            "claims.claim",
            verdict=verdict_in_words(found, words),
            say=claim.say.rstrip("."),
            source=claim.source,
            figures=figures(found, words),
        )
        remark = claim.remark if claim.remark and is_remarked(found) else ""
        lines += wrapped(words.together([text, remark]), first="- ", rest="  ")
    return "\n".join(lines)


def is_remarked(found: JudgedClaim) -> bool:
    """Whether the author's remark is told, which says why a claim does not come true."""
    return found.replications > 1 and found.verdict != "came true"


def verdict_in_words(found: JudgedClaim, words: Words) -> str:
    """The verdict; one that cannot be told says from how many replications."""
    if found.verdict != "cannot be told":
        return words(f"claims.{found.verdict.replace(' ', '_')}")
    if found.is_same:
        return words("claims.same")
    return words("claims.untold", runs=words.counted(found.replications, "replication"))


def figures(found: JudgedClaim, words: Words) -> str:
    """Whose measure, with and without the idea, and by how much they differ."""
    claim = found.claim
    key = "claims.place_market" if claim.firm is None else "claims.place"
    measure = name_of(claim.measure, words)
    place = words(key, measure=measure, firm=claim.firm, month=found.month)
    if found.pairs == 0:
        return words("claims.undefined", place=place, missing=missing(found, words))
    return words(
        "claims.one_history" if found.replications == 1 else "claims.both",
        place=place,
        mean=readable(found.mean),
        without=readable(found.mean_without),
        difference=difference(found, words),
    )


def difference(found: JudgedClaim, words: Words = _ENGLISH) -> str:
    """The paired difference, its interval where there is one, and how many pairs if not all."""
    interval = found.difference
    if found.pairs == 0:
        return missing(found, words)
    text = signed(interval.mean)
    if math.isfinite(interval.low):
        ends = words("common.to", low=signed(interval.low), high=signed(interval.high))
        text = words("common.in_brackets", text=text, more=ends)
    if found.pairs == found.replications:
        return text
    counts = {"pairs": found.pairs, "count": found.replications}
    return words("claims.in_pairs", text=text, **counts, missing=missing(found, words))


def missing(found: JudgedClaim, words: Words) -> str:
    """In how many replications the measure is there, as firms close."""
    there, without = found.defined
    what = words(
        "claims.firm_is_there" if found.claim.firm else "claims.defined", firm=found.claim.firm
    )
    counts = {"there": there, "count": found.replications, "without": without}
    return words("claims.missing", what=what, **counts)


def as_json(judged: Sequence[JudgedClaim]) -> list[dict[str, Any]]:
    """A mapping a claim; what is undefined is None."""
    columns = plain(claims_table(judged))
    return [{name: values[row] for name, values in columns.items()} for row in range(len(judged))]
