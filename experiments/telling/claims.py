"""What became of a scenario's claims: for the terminal, for programs and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.telling.names import name_of
from experiments.words import Words
from experiments.words.terminal import wrapped

if TYPE_CHECKING:
    from experiments.studies.claims import JudgedClaim

_WIDTH = 100
_ENGLISH = Words("en")


def in_words(judged: Sequence[JudgedClaim]) -> str:
    """A paragraph a claim: the verdict, the claim, its source and the figures."""
    lines = [_ENGLISH("claims.head")]
    for found in judged:
        claim = found.claim
        say = claim.say.rstrip(".")
        text = f"{verdict_in_words(found)}: {say} ({claim.source}). {figures(found)}"
        if claim.remark and found.replications > 1 and found.verdict != "came true":
            text += f" {claim.remark}"
        first, *rest = wrapped(text, _WIDTH - 2)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return "\n".join(lines)


def verdict_in_words(found: JudgedClaim, words: Words = _ENGLISH) -> str:
    """The verdict; one that cannot be told says from how many replications."""
    if found.verdict != "cannot be told":
        return words(f"claims.{found.verdict.replace(' ', '_')}")
    if found.is_same:
        return words("claims.same")
    return words("claims.untold", runs=words.counted(found.replications, "replication"))


def figures(found: JudgedClaim, words: Words = _ENGLISH, *, readable: bool = False) -> str:
    """Whose measure, with and without the idea, and by how much they differ.

    Args:
        found: What became of the claim.
        words: The reader's language.
        readable: Call the measure by its name in that language, not by that of its column.
    """
    claim = found.claim
    measure = name_of(claim.measure, words) if readable else claim.measure
    key = "claims.place_market" if claim.firm is None else "claims.place"
    place = words(key, measure=measure, firm=claim.firm, month=found.month)
    if found.pairs == 0:
        return words("claims.undefined", place=place, missing=missing(found, words))
    return words(
        "claims.one_history" if found.replications == 1 else "claims.both",
        place=place,
        mean=number(found.mean),
        without=number(found.mean_without),
        difference=difference(found, words),
    )


def difference(found: JudgedClaim, words: Words = _ENGLISH) -> str:
    """The paired difference, its interval where there is one, and how many pairs if not all."""
    interval = found.difference
    if found.pairs == 0:
        return missing(found, words)
    text = _signed(interval.mean)
    if math.isfinite(interval.low):
        ends = words("common.to", low=_signed(interval.low), high=_signed(interval.high))
        text = words("common.in_brackets", text=text, more=ends)
    if found.pairs == found.replications:
        return text
    return words(
        "claims.in_pairs",
        text=text,
        pairs=found.pairs,
        count=found.replications,
        missing=missing(found, words),
    )


def missing(found: JudgedClaim, words: Words = _ENGLISH) -> str:
    """In how many replications the measure is there, as firms close."""
    there, there_without = found.defined
    what = words(
        "claims.firm_is_there" if found.claim.firm else "claims.defined", firm=found.claim.firm
    )
    count = found.replications
    return words("claims.missing", what=what, there=there, count=count, without=there_without)


def number(value: float) -> str:
    """A number to read: three digits that say something, no exponents."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(digits, 6)}f}".replace("-", "−")


def as_json(judged: Sequence[JudgedClaim]) -> list[dict[str, Any]]:
    """A mapping a claim; what is undefined is None."""
    columns = as_columns(judged)
    return [
        {name: _plain(values[row]) for name, values in columns.items()}
        for row in range(len(judged))
    ]


def as_columns(judged: Sequence[JudgedClaim]) -> dict[str, list[Any]]:
    """The table ``claims``, a row a claim: column name to values; undefined is NaN.

    The firm of a measure of the market is the empty text.
    """
    rows = [
        {
            "claim": number,
            "say": found.claim.say,
            "source": found.claim.source,
            "firm": found.claim.firm or "",
            "measure": found.claim.measure,
            "month": found.month,
            "expect": found.claim.expect,
            "margin": found.claim.margin,
            "verdict": found.verdict,
            "replications": found.replications,
            "pairs": found.pairs,
            "defined": found.defined[0],
            "defined_without": found.defined[1],
            "mean": found.mean,
            "mean_without": found.mean_without,
            "difference": found.difference.mean,
            "low": found.difference.low,
            "high": found.difference.high,
        }
        for number, found in enumerate(judged)
    ]
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _signed(value: float) -> str:
    text = number(abs(value))
    if not text.strip("0.,"):
        return "0"
    return f"{'+' if value > 0 else '−'}{text}"


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
