"""What became of a scenario's claims: for the terminal, for programs and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.terminal import wrapped

if TYPE_CHECKING:
    from experiments.claims import JudgedClaim

_WIDTH = 100
_HEAD = "What the sources claim, against the same market without the idea (paired, 95 % intervals):"


def in_words(judged: Sequence[JudgedClaim]) -> str:
    """A paragraph a claim: the verdict, the claim, its source and the figures."""
    lines = [_HEAD]
    for found in judged:
        claim = found.claim
        say = claim.say.rstrip(".")
        text = f"{verdict_in_words(found)}: {say} ({claim.source}). {figures(found)}"
        if claim.remark and found.replications > 1 and found.verdict != "came true":
            text += f" {claim.remark}"
        first, *rest = wrapped(text, _WIDTH - 2)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return "\n".join(lines)


def verdict_in_words(found: JudgedClaim) -> str:
    """The verdict; one that cannot be told says from how many replications."""
    if found.verdict != "cannot be told":
        return found.verdict
    if found.is_same:
        return "cannot be told, as both markets are the same"
    plural = "" if found.replications == 1 else "s"
    return f"cannot be told from {found.replications} replication{plural}"


def figures(found: JudgedClaim) -> str:
    """Whose measure, with and without the idea, and by how much they differ."""
    claim = found.claim
    what = claim.measure if claim.firm is None else f"{claim.measure} of {claim.firm}"
    place = f"{what}, month {found.month}"
    if found.pairs == 0:
        return f"{place}: {missing(found)}."
    both = f"{place}: {number(found.mean)} with it, {number(found.mean_without)} without"
    if found.replications == 1:
        return f"{both}, a difference of {difference(found)} in one history."
    return f"{both}, a difference of {difference(found)}."


def difference(found: JudgedClaim) -> str:
    """The paired difference, its interval where there is one, and how many pairs if not all."""
    interval = found.difference
    if found.pairs == 0:
        return missing(found)
    text = _signed(interval.mean)
    if math.isfinite(interval.low):
        text += f" ({_signed(interval.low)} to {_signed(interval.high)})"
    if found.pairs == found.replications:
        return text
    return f"{text} in {found.pairs} of {found.replications} replications; {missing(found)}"


def missing(found: JudgedClaim) -> str:
    """In how many replications the measure is there, as firms close."""
    there, there_without = found.defined
    what = f"{found.claim.firm} is there" if found.claim.firm else "it is defined"
    return f"{what} in {there} of {found.replications} with it and in {there_without} without"


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
