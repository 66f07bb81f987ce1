"""What came out of a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.runs.prices import HELD
from experiments.runs.statistics import Interval
from experiments.studies.compare import in_words as precision_in_words
from experiments.studies.findings import MONEY, Finding, Findings, findings, range_of_factors
from experiments.telling.names import name_of
from experiments.words import Words
from experiments.words.numbers import signed, written
from experiments.words.terminal import columns_of, cut_to, wrapped
from sim.measures import unit_of
from sim.paths import path_of

if TYPE_CHECKING:
    from experiments.runs.prices import Prices
    from experiments.runs.statistics import Interval
    from experiments.studies.changes import Change
    from experiments.studies.compare import Comparison
    from experiments.words import Words


_ENGLISH = Words("en")
_MOST = 3
_LABEL = 60  # columns


def in_words(found: Comparison) -> list[str]:
    """A paragraph for each scenario but the base, and one on what was decided, if anything was."""
    paragraphs = [_of_scenario(found, part) for part in findings(found)]
    if found.decision is not None:
        paragraphs.append(precision_in_words(found.decision, found.measure))
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
    rest = len(told) - 2 * _MOST
    if rest > 1:
        told = [*told[: 2 * _MOST], f"{rest} more"]
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
    varying = [row for row in part.differing if math.isfinite(row.standardised)][:_MOST]
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
    name = name_of(row.measure, words)
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


_WIDTH = 100
_NAME = 25
_COLUMNS = (11, 11, 12, 23, 9, 9)
_MOST_CHANGES = 20
_PRICES: dict[Prices, str] = {
    "held": "prices held: costs do not reach them (--prices passed-on lets them)",
    "passed-on": "prices not held: costs are passed on to them (--prices held keeps them out)",
}
_MARK = " *"
_MARK_MEANS = " (*: differs, all main outcomes judged together: Holm, 5 %)"


def as_text(found: Comparison) -> str:
    """What the command prints, at most 100 columns wide: changes, differences, sentences."""
    base, *others = found.alternatives
    blocks = []
    for other, changed, part in zip(others, found.changes, findings(found), strict=True):
        lines = [cut_to(other.label, _WIDTH), cut_to(f"against {base.label}", _WIDTH)]
        lines += [_PRICES[found.prices], ""]
        lines += [*_changes(changed), "", *_table(found, part)]
        blocks.append("\n".join(lines))
    count = f"{found.replications} replications" if found.replications > 1 else "1 replication"
    foot = f"{count} of each scenario with the same customers and luck (seed {found.seed})."
    words = ["\n".join(wrapped(paragraph, _WIDTH)) for paragraph in in_words(found)]
    return "\n\n".join([*blocks, foot, *words])


def as_json(found: Comparison) -> dict[str, Any]:
    """The same as plain values."""
    base, *others = found.alternatives
    return {
        "base": base.label,
        "seed": found.seed,
        "replications": found.replications,
        "months": list(found.at),
        "measure": found.measure,
        "prices": found.prices,
        "unit": unit_of(found.measure),
        "scenarios": [
            {
                "scenario": other.label,
                "changes": [asdict(change) for change in changed],
                "differences": [_plain(row) for row in part.followed],
                "outcomes": {
                    "looked_at": part.looked_at,
                    "differing": [_plain(row) for row in part.differing],
                    "main": len(part.family),
                    "main_differing": [_plain(row) for row in part.certain],
                    "main_outcomes": [
                        {**_plain(row), "verdict": row.verdict, "together": row in part.certain}
                        for row in part.main
                    ],
                },
                "passing_on": [
                    {"firm": row.firm} | _ends(passing_on(row)) for row in part.costs if row.pairs
                ],
            }
            for other, changed, part in zip(others, found.changes, findings(found), strict=True)
        ],
        "precision": None
        if found.decision is None
        else asdict(found.decision) | {"reached": found.decision.reached},
        "words": " ".join(in_words(found)),
    }


def _changes(changed: Sequence[Change]) -> list[str]:
    if not changed:
        return ["No parameter differs."]
    lines = ["What was changed"]
    lines += [cut_to(f"  {change}", _WIDTH) for change in changed[:_MOST_CHANGES]]
    if len(changed) > _MOST_CHANGES:
        lines.append(f"  and {len(changed) - _MOST_CHANGES} more")
    return lines


def _table(found: Comparison, part: Findings) -> list[str]:
    """The measure that is followed, then the main outcomes that differ."""
    unit = unit_of(found.measure)
    head = ("base", "this", "difference", "95 % interval", "pairing", "visible")
    lines = [f"{found.measure}{f' ({unit})' if unit else ''}, month {found.at[-1]}"]
    lines.append(_row("", head))
    lines += [_row(row.firm or "market", _cells(row)) for row in part.followed]
    money = [row for row in part.main if row.measure in MONEY and row.measure != found.measure]
    if money:
        lines += ["", f"Price, cash and profit so far, month {found.at[-1]}{_MARK_MEANS}"]
        lines += [_row(_named(row, part), _cells(row)) for row in money]
    others = [row for row in part.certain if row.measure not in (found.measure, *MONEY)]
    if others:
        lines += ["", f"Other main outcomes that differ, month {found.at[-1]}{_MARK_MEANS}"]
        lines += [_row(_named(row, part), _cells(row)) for row in others]
    return [*lines, *_legend()]


def _named(row: Finding, part: Findings) -> str:
    """Measure and firm, marked where it differs when all are judged together."""
    firm = f" {row.firm}" if row.firm else ""
    mark = _MARK if row in part.certain else ""
    name = cut_to(f"{row.measure}{firm}", _NAME - 1 - len(_MARK))
    return name + mark


def _legend() -> list[str]:
    words = (
        "pairing: how many times as many unpaired replications would tell as much; "
        "visible: the difference that so many replications would see in 4 of 5 cases"
    )
    return wrapped(words, _WIDTH)


def _cells(row: Finding) -> list[str]:
    found = row.difference
    interval = f"{_signed(found.low)} to {_signed(found.high)}" if row.is_defined else "–"
    factor = f"{row.factor:,.0f} ×" if row.factor >= 10 else f"{row.factor:.1f} ×"
    return [
        _number(row.base),
        _number(row.mean),
        _signed(found.mean),
        interval,
        factor if math.isfinite(row.factor) else "–",
        _number(row.smallest, 2),
    ]


def _row(name: str, cells: Sequence[str]) -> str:
    cut = cut_to(name, _NAME - 1)
    tail = "".join(cell.rjust(width) for cell, width in zip(cells, _COLUMNS, strict=True))
    return (cut + " " * (_NAME - columns_of(cut)) + tail).rstrip()


def _number(value: float, digits: int = 4) -> str:
    if not math.isfinite(value):
        return "–"
    for least, size, letter in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if abs(value) >= least:
            return f"{value / size:.{digits}g}{letter}"
    text = f"{value:.{digits}g}"
    return "0" if float(text) == 0 else text


def _signed(value: float) -> str:
    text = _number(value, 3)
    return text if text in ("0", "–") or text.startswith("-") else f"+{text}"


def _plain(row: Finding) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "firm": row.firm,
        "base_mean": _finite(row.base),
        "mean": _finite(row.mean),
        **_ends(row.difference),
        "variance_reduction": _finite(row.factor),
        "standardised": _finite(row.standardised),
        "smallest_detectable": _finite(row.smallest),
        "pairs": row.pairs,
    }


def _ends(found: Interval) -> dict[str, float | None]:
    values = {"difference": found.mean, "low": found.low, "high": found.high}
    return {name: _finite(value) for name, value in values.items()}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
