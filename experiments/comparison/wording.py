"""What came out of a comparison, in a few sentences, counted from its table alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.comparison import precision
from experiments.comparison.findings import Finding, Findings, findings, range_of_factors
from experiments.comparison.money_words import money_in_words, prices_in_words, turns_in_words
from experiments.words import Words
from experiments.words.terminal import cut_to

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison

_ENGLISH = Words("en")
_NAMED = 3
_LABEL = 60  # columns


def in_words(found: Comparison) -> list[str]:
    """A paragraph for each scenario but the base, and one on what was decided, if anything was."""
    paragraphs = [_of_scenario(found, part) for part in findings(found)]
    if found.decision is not None:
        paragraphs.append(precision.in_words(found.decision, found.measure))
    return paragraphs


def _of_scenario(found: Comparison, part: Findings) -> str:
    label = cut_to(part.label, _LABEL)
    sentences = [f"{label}, month {found.at[-1]}: {_followed(found, part)}"]
    money = [prices_in_words(found, part, _ENGLISH), *money_in_words(found, part, _ENGLISH)]
    if found.replications == 1:
        sentences.append(_ENGLISH("comparing.one_replication"))
        return " ".join([*sentences, *money, *_absent(found, part)])
    if part.is_same:
        return " ".join([*sentences, _ENGLISH("comparing.same", month=found.at[-1]), money[0]])
    sentences += [*money, *turns_in_words(found, part, _ENGLISH)]
    sentences += [_pairing(part), _family(found, part), _all(found, part), *_absent(found, part)]
    return " ".join(sentence for sentence in sentences if sentence)


def _followed(found: Comparison, part: Findings) -> str:
    """The measure asked for: whose differs, and what could have been seen of the others."""
    name = found.measure
    told = [row for row in part.followed if row.differs]
    untold = [row for row in part.followed if row.is_defined and not row.differs]
    words = []
    if told:
        words.append(f"{name} differs for " + _listed([_with_interval(row) for row in told]) + ".")
    if untold and any(row.smallest > 0 for row in untold):
        largest = max(row.smallest for row in untold)
        whose = _listed([_name(row) for row in untold])
        seen = f"one of {largest:.2g} or more would most likely have been seen"
        words.append(f"No difference of {name} can be told for {whose}; {seen}.")
    elif untold:
        words.append(f"{name} is the same for {_listed([_name(row) for row in untold])}.")
    single = [row for row in part.followed if row.pairs == 1]
    if single and not words:
        parts = [f"{row.difference.mean:+.3g} for {_name(row)}" for row in single]
        words.append(f"the difference of {name} is " + _listed(parts) + ".")
    return " ".join(words) or f"{name} is not defined in both scenarios for anybody."


def _pairing(part: Findings) -> str:
    factors = range_of_factors(part.followed)
    if factors is None:
        return ""
    low, high = (_times(factor) for factor in factors)
    size = low if low == high else f"{low} to {high}"
    return f"For this measure, pairing did the work of {size} times as many replications."


def _family(found: Comparison, part: Findings) -> str:
    """The verdict on the main measures, right as a whole with 95 %."""
    if not part.family:
        return ""
    names = _listed(list(dict.fromkeys(row.measure for row in part.family)))
    count = (
        f"{len(part.family)} main outcomes in month {found.at[-1]} ({names}, each of every firm)"
    )
    if not part.certain:
        return f"Of {count}, none can be told to differ when they are judged together (Holm, 5 %)."
    told = [f"{row.measure} of {_name(row)}" for row in part.certain]
    rest = len(told) - 2 * _NAMED
    if rest > 1:
        told = [*told[: 2 * _NAMED], f"{rest} more"]
    return (
        f"Of {count}, {len(part.certain)} differ when they are judged together (Holm, 5 %): "
        f"{_listed(told)}."
    )


def _all(found: Comparison, part: Findings) -> str:
    """How many of all outcomes differ, and how many would by chance."""
    chance = part.looked_at * 0.05
    count = f"Of all {part.looked_at} outcomes looked at in month {found.at[-1]}"
    words = f"{count}, {len(part.differing)} have an interval without 0; if nothing differed, "
    words += f"about {chance:.0f} would have."
    varying = [row for row in part.differing if math.isfinite(row.standardised)][:_NAMED]
    if varying:
        told = [
            f"{row.measure}{' of ' + row.firm if row.firm else ''} ({row.standardised:+.2g})"
            for row in varying
        ]
        words += f" Largest in standard deviations of one run: {_listed(told)}."
    return words


def _absent(found: Comparison, part: Findings) -> list[str]:
    """Firms that are not in the market in every replication: means are of where they are."""
    number = [other.label for other in found.alternatives].index(part.label)
    sentences = []
    for firm, times in found.present.items():
        here, base = times[number], times[0]
        if min(here, base) < found.replications and max(here, base) > 0:
            pairs = min(here, base)
            left = f"at most {pairs} pairs are left of it" if pairs else "no pair is left of it"
            sentences.append(
                f"{firm} is in the market at the end in {here} of {found.replications} "
                f"replications, in the base in {base}: {left}."
            )
    return sentences


def _with_interval(row: Finding) -> str:
    found = row.difference
    return f"{_name(row)} by {found.mean:+.3g} ({found.low:+.2g} to {found.high:+.2g})"


def _name(row: Finding) -> str:
    return row.firm or "the market"


def _times(factor: float) -> str:
    return f"{factor:.0f}" if factor >= 10 else f"{factor:.1f}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
