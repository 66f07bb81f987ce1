"""Which prices were compared, what became of a firm's money, and how long that holds: in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.comparison.findings import MONEY, Finding, Findings
from experiments.prices import HELD
from experiments.statistics import Interval
from experiments.words.numbers import signed, written
from sim.paths import path_of

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison
    from experiments.words import Words

_NAMED = 4
_LEAST = 0.0005
"""Part of a price below which a change of it is not worth a word: it would read as 0.0 %."""


def prices_in_words(found: Comparison, part: Findings, words: Words) -> str:
    """Whether prices were held, and by how much they would differ otherwise."""
    month = found.at[-1]
    if found.prices == HELD:
        head, rows, key = words("comparing.held"), part.costs, "comparing.would"
    else:
        rows = tuple(row for row in part.main if row.measure == "price")
        head, key = words("comparing.passed_on"), "comparing.does"
    moved = [row for row in rows if row.differs or _is_single(row)]
    if not moved:
        none = words(f"{key}_not", month=month) if any(row.is_defined for row in rows) else ""
        return words.together([head, none])
    told = [row for row in moved if abs(passing_on(row).mean) >= _LEAST]
    if not told:
        return words.together([head, words(f"{key}_hardly", month=month)])
    listed = words.joined([_in_percent(row, words) for row in told])
    return words.together([head, words(key, month=month, firms=listed)])


def money_in_words(found: Comparison, part: Findings, words: Words) -> list[str]:
    """Price, cash and profit of the firms that were changed, a sentence each."""
    sentences = []
    for firm in _changed(found, part):
        rows = [row for row in part.main if row.measure in MONEY and row.firm == firm]
        rows.sort(key=lambda row: MONEY.index(row.measure))
        if rows:
            told = words.joined([_figure(row, words) for row in rows])
            sentences.append(words("comparing.money", firm=firm, month=found.at[-1], told=told))
    return sentences[:_NAMED]


def turns_in_words(found: Comparison, part: Findings, words: Words) -> list[str]:
    """Where the sign of a profit is that of the last month alone."""
    sentences = []
    for turn in part.turns[:_NAMED]:
        firm = turn.now.firm
        if turn.month is not None and turn.earlier is not None:
            then = _with_ends(turn.earlier.difference, words)
            sentences.append(words("comparing.turned", firm=firm, month=turn.month, then=then))
        if turn.zero is not None:
            sentences.append(
                words("comparing.may_turn", firm=firm, since=turn.since, zero=turn.zero,
                      month=found.at[-1])
            )  # fmt: skip
        if turn.slower is not None:
            now, before = (signed(pace) for pace in turn.slower)
            sentences.append(
                words("comparing.slower", firm=firm, since=turn.since, now=now, before=before,
                      month=found.at[-1])
            )  # fmt: skip
    return sentences


def passing_on(row: Finding) -> Interval:
    """By what part a price would differ if the cost of a unit were passed on, with its interval."""
    found = row.difference
    return Interval(found.mean / row.base, found.low / row.base, found.high / row.base)


def _changed(found: Comparison, part: Findings) -> list[str]:
    """The firms of which a key was changed."""
    number = [other.label for other in found.alternatives[1:]].index(part.label)
    paths = [path_of(change.path) for change in found.changes[number]]
    return list(dict.fromkeys(str(path[1]) for path in paths if path[0] == "firms" and path[1:]))


def _is_single(row: Finding) -> bool:
    """Whether it is a difference of one replication, which has no interval."""
    return row.pairs == 1 and row.difference.mean != 0


def _in_percent(row: Finding, words: Words) -> str:
    """Whose price, and by what part of it."""
    found = passing_on(row)
    ends = [written(100 * end, "+.1f") for end in (found.mean, found.low, found.high)]
    value = words("common.percent", value=ends[0])
    if math.isfinite(found.low):
        value = words("comparing.with_interval", value=value, low=ends[1], high=ends[2])
    return words("comparing.of", firm=row.firm, value=value)


def _figure(row: Finding, words: Words) -> str:
    """A difference, and whether it has a sign."""
    name = words.measure(row.measure)
    if row.verdict == "same":
        return words("comparing.figure_same", measure=name)
    key = "comparing.figure" if row.differs or row.pairs == 1 else "comparing.figure_unsure"
    return words(key, measure=name, value=_with_ends(row.difference, words))


def _with_ends(found: Interval, words: Words) -> str:
    value = signed(found.mean)
    if not math.isfinite(found.low):
        return value
    low, high = signed(found.low), signed(found.high)
    return words("comparing.with_interval", value=value, low=low, high=high)
