"""What came out of a comparison: in sentences, as a table and for programs.

Everything said is counted from the table of differences alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.ensemble import count
from tsunagari.experiments.runs.given import HELD, PASSED_ON
from tsunagari.experiments.runs.statistics import Interval, deviations_apart
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.findings import (
    MONEY,
    Finding,
    Findings,
    findings,
    range_of_factors,
)
from tsunagari.experiments.studies.tally import TO_DATE
from tsunagari.experiments.telling.names import Amounts, column_name, name_of, told_in
from tsunagari.experiments.telling.scenario import title_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import UNDEFINED, compact, plain, written
from tsunagari.experiments.words.terminal import WIDTH, cut_to, table_line, wrapped
from tsunagari.sim.measures import unit_of
from tsunagari.sim.paths import path_of

if TYPE_CHECKING:
    from tsunagari.experiments.studies.changes import Change
    from tsunagari.experiments.studies.compare import Comparison

_ENGLISH = Words("en")
_MOST_CERTAIN, _MOST_LARGEST, _MOST_MONEY, _MOST_CHANGES = 6, 3, 4, 20
"""Of which there are most in a list, the rest counted."""
_LABEL = 60  # columns
_LEAST = 0.0005
"""Part of a price below which a change of it is not worth a word: it would read as 0.0 %."""
_NAME, _COLUMNS = 25, (11, 11, 12, 23, 9, 9)
_MARK = " *"
_HEADS = ("base", "here", "difference", "interval", "pairing", "visible")


def in_words(found: Comparison, words: Words = _ENGLISH) -> list[str]:
    """A paragraph for each scenario but the base, and one on what was decided, if anything was."""
    told = []
    for part in findings(found):
        text = words.together(sentences(found, part, words))
        if len(found.alternatives) > 2:
            head = cut_to(label_of(found, part.label, words), _LABEL)
            text = words("common.colon", head=head, text=text)
        told.append(text)
    return [*told, _precision(found, words)] if found.decision is not None else told


def sentences(found: Comparison, part: Findings, words: Words) -> list[str]:
    """What became of the measure followed, and of the main outcomes together; then the rest."""
    prices, money = prices_in_words(found, part, words), money_in_words(found, part, words)
    if part.is_same:
        return [words("comparing.same", month=found.at[-1]), prices]
    told = [followed(found, part, words), apart_in_words(found, part, words)]
    if found.replications == 1:
        told += [words("comparing.one_replication"), prices, *money]
    else:
        told += [family(found, part, words), prices, *money, *turns_in_words(found, part, words)]
        told += [_pairing(part, words), _all(found, part, words)]
    told += _absent(found, part, words)
    return [text for text in told if text]


def followed(found: Comparison, part: Findings, words: Words) -> str:
    """The measure asked for: for whom it differs, and what could have been seen of the others."""
    amounts, month = Amounts(found.measure, words), found.at[-1]
    told = [row for row in part.followed if row.differs]
    untold = [row for row in part.followed if row.is_defined and not row.differs]
    single = [row for row in part.followed if math.isfinite(row.difference.mean)]
    of_measure = {"measure": amounts.name, "month": month}

    def listed(rows: Sequence[Finding]) -> str:
        return words.joined([_whose(r, words, amounts.interval(r.difference)) for r in rows])

    if not single:
        return words("comparing.undefined", measure=amounts.name)
    if not told and not untold:
        return words("comparing.in_one_history", **of_measure, firms=listed(single))
    parts = []
    if told:
        label = label_of(found, part.label, words)
        parts.append(words("comparing.differs", **of_measure, firms=listed(told), label=label))
    if untold:
        smallest = max(row.smallest for row in untold)
        key = "untold_more" if told else "untold"
        names = words.joined([_firm(row, words) for row in untold])
        seen = amounts.change(smallest).lstrip("+")
        if not smallest > 0:
            key = "same_for"
        parts.append(words(f"comparing.{key}", **of_measure, firms=names, smallest=seen))
    return words.together(parts)


def apart_in_words(found: Comparison, part: Findings, words: Words) -> str:
    """How much of what its differences vary by is not known, and how much is luck."""
    number = [other.label for other in found.alternatives[1:]].index(part.label)
    course, members = found.courses[number], count(found.alternatives[0].plan)
    if members < 2 or found.replications == 1:
        return ""
    amounts, told = Amounts(found.measure, words), []
    for line, name in enumerate(course.lines):
        parts = deviations_apart(course.each[line], members)
        if parts is not None and name:
            knowledge, luck = (amounts.change(value).lstrip("+") for value in parts)
            told.append(words("answer.apart", firm=name, knowledge=knowledge, luck=luck))
    if not told:
        return words("answer.apart_unknown", option=f"--replications {2 * members}")
    return words("comparing.told_apart", measure=amounts.name, firms=words.joined(told))


def family(found: Comparison, part: Findings, words: Words) -> str:
    """The verdict on the main measures, right as a whole with 95 %."""
    if not part.family:
        return ""
    names = words.joined([name_of(m, words) for m in dict.fromkeys(r.measure for r in part.family)])
    counts = {"count": len(part.family), "measures": names, "month": found.at[-1]}
    if not part.certain:
        return words("comparing.family_none", **counts)
    told = [outcome_of(row, words) for row in part.certain]
    if len(told) > _MOST_CERTAIN + 1:
        rest = words("comparing.more", number=len(told) - _MOST_CERTAIN)
        told = [*told[:_MOST_CERTAIN], rest]
    certain = {"certain": len(part.certain), "outcomes": words.joined(told)}
    return words("comparing.family_some", **counts, **certain)


def outcome_of(row: Finding, words: Words) -> str:
    """An outcome: whose measure."""
    measure, firm = name_of(row.measure, words), _firm(row, words)
    return words("comparing.measure_of", measure=measure, firm=firm)


def label_of(found: Comparison, which: int | str, words: Words) -> str:
    """What a scenario is called, by its number or label: its title in the reader's language."""
    labels = [alternative.label for alternative in found.alternatives]
    number = which if isinstance(which, int) else labels.index(which)
    label, plan = labels[number], found.alternatives[number].plan
    if plan.title and label.startswith(plan.title):
        return title_of(plan, words) + label.removeprefix(plan.title)
    return label


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
    told = [row for row in moved if abs(_passing_on(row).mean) >= _LEAST]
    if not told:
        return words.together([head, words(f"{key}_hardly", month=month)])
    listed = words.joined([_in_percent(row, words) for row in told])
    return words.together([head, words(key, month=month, firms=listed)])


def money_in_words(found: Comparison, part: Findings, words: Words) -> list[str]:
    """Price, cash and profit of the firms that were changed, a sentence each."""
    told = []
    for firm in _changed(found, part):
        rows = [row for row in part.main if row.measure in MONEY and row.firm == firm]
        rows.sort(key=lambda row: MONEY.index(row.measure))
        if rows:
            figures = words.joined([_figure(row, words) for row in rows])
            told.append(words("comparing.money", firm=firm, month=found.at[-1], told=figures))
    return told[:_MOST_MONEY]


def turns_in_words(found: Comparison, part: Findings, words: Words) -> list[str]:
    """Where the sign of a profit is that of the last month alone."""
    told, money = [], Amounts(TO_DATE, words)
    for turn in part.turns[:_MOST_MONEY]:
        about = {"firm": turn.now.firm, "since": turn.since, "month": found.at[-1]}
        if turn.month is not None and turn.earlier is not None:
            then = money.interval(turn.earlier.difference)
            about_then = about | {"month": turn.month}
            told.append(words("comparing.turned", **about_then, then=then))
        if turn.zero is not None:
            told.append(words("comparing.may_turn", **about, zero=turn.zero))
        if turn.slower is not None:
            now, before = map(money.change, turn.slower)
            told.append(words("comparing.slower", **about, now=now, before=before))
    return told


def _pairing(part: Findings, words: Words) -> str:
    factors = range_of_factors(part.followed)
    if factors is None:
        return ""
    low, high = (_times(factor) for factor in factors)
    times = low if low == high else words("common.to", low=low, high=high)
    return words("comparing.pairing", times=times)


def _all(found: Comparison, part: Findings, words: Words) -> str:
    """How many of all outcomes differ, how many would by chance, and which differ most."""
    chance = f"{part.looked_at * 0.05:.0f}"
    counts = {"total": part.looked_at, "differing": len(part.differing), "chance": chance}
    told = [words("comparing.all", month=found.at[-1], **counts)]
    varying = [row for row in part.differing if math.isfinite(row.standardised)][:_MOST_LARGEST]
    if varying:
        sizes = [(outcome_of(row, words), written(row.standardised, "+.2g")) for row in varying]
        outcomes = [words("common.in_brackets", text=name, more=size) for name, size in sizes]
        told.append(words("comparing.largest", outcomes=words.joined(outcomes)))
    return words.together(told)


def _absent(found: Comparison, part: Findings, words: Words) -> list[str]:
    """Firms that are not in the market in every replication: means are of where they are."""
    number = [other.label for other in found.alternatives].index(part.label)
    told = []
    for firm, times in found.present.items():
        here, base = times[number], times[0]
        pairs = min(here, base)
        if pairs < found.replications and max(here, base) > 0:
            left = words(f"comparing.absent_{'some' if pairs else 'none'}", pairs=pairs)
            counts = {"here": here, "base": base, "count": found.replications}
            told.append(words("comparing.absent", firm=firm, left=left, **counts))
    return told


def _precision(found: Comparison, words: Words) -> str:
    """What asking for precision led to."""
    decided = found.decision
    assert decided is not None
    name = name_of(found.measure, words)
    if decided.widest is None:
        return words("comparing.no_precision", count=decided.replications, measure=name)
    if decided.firm:
        name = words("comparing.measure_of", measure=name, firm=decided.firm)
    wide, target = written(decided.widest, ".3g"), written(decided.target, "g")
    figures = {"measure": name, "widest": wide, "target": target}
    if decided.reached:
        return words("comparing.precise", count=decided.replications, **figures)
    return words("comparing.limit", count=decided.limit, needed=decided.needed, **figures)


def _passing_on(row: Finding) -> Interval:
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


def _firm(row: Finding, words: Words) -> str:
    return row.firm or words("comparing.market")


def _whose(row: Finding, words: Words, value: str) -> str:
    return words("comparing.of", firm=_firm(row, words), value=value)


def _in_percent(row: Finding, words: Words) -> str:
    """Whose price, and by what part of it."""
    found = _passing_on(row)
    mean, low, high = (written(100 * end, "+.1f") for end in (found.mean, found.low, found.high))
    value = words("common.percent", value=mean)
    if math.isfinite(found.low):
        value = words("comparing.with_interval", value=value, low=low, high=high)
    return _whose(row, words, value)


def _figure(row: Finding, words: Words) -> str:
    """A difference, and whether it has a sign."""
    name = name_of(row.measure, words)
    if row.verdict == "same":
        return words("comparing.figure_same", measure=name)
    key = "comparing.figure" if row.differs or row.pairs == 1 else "comparing.figure_unsure"
    return words(key, measure=name, value=Amounts(row.measure, words).interval(row.difference))


def _times(factor: float) -> str:
    return f"{factor:,.0f}" if factor >= 10 else f"{factor:.1f}"


# -- the terminal --------------------------------------------------------------------------------


def as_text(found: Comparison, words: Words | None = None) -> str:
    """What the command prints, at most 100 columns wide: changes, differences, sentences."""
    words = words or Words.of(found.alternatives[0].plan)
    blocks = []
    key, other_way = ("held", PASSED_ON) if found.prices == HELD else ("passed_on", HELD)
    prices = words(f"comparing.prices_{key}", option=f"--prices {other_way}")
    against = words("comparing.against", base=label_of(found, 0, words))
    for changed, part in zip(found.changes, findings(found), strict=True):
        lines = [label_of(found, part.label, words), against, prices, ""]
        lines += [*_changes(changed, words), "", *_table(found, part, words)]
        blocks.append("\n".join(cut_to(line, WIDTH) for line in lines))
    runs = words.counted(found.replications, "replication")
    foot = words("comparing.runs", runs=runs, seed=found.seed)
    told = ["\n".join(wrapped(paragraph)) for paragraph in in_words(found, words)]
    return "\n\n".join([*blocks, foot, *told])


def change_in_words(change: Change, words: Words = _ENGLISH) -> str:
    """A change on one line: key, value before and value after."""
    ends = ((change.before, change.silent_before), (change.after, change.silent_after))
    before, after = (
        words("comparing.its_disciplines", value=text) if silent else text
        for text, silent in (
            (words("comparing.nothing") if value is None else in_yaml(value), silent)
            for value, silent in ends
        )
    )
    return f"{change.path}: {before} → {after}"


def _changes(changed: Sequence[Change], words: Words) -> list[str]:
    if not changed:
        return [words("comparing.no_parameter")]
    lines = [words("comparing.changes")]
    lines += [f"  {change_in_words(change, words)}" for change in changed[:_MOST_CHANGES]]
    if len(changed) > _MOST_CHANGES:
        rest = words("comparing.more", number=len(changed) - _MOST_CHANGES)
        lines.append(f"  {rest}")
    return lines


def _table(found: Comparison, part: Findings, words: Words) -> list[str]:
    """The measure that is followed, then the main outcomes that differ."""
    month, mark = found.at[-1], words("comparing.mark", mark=_MARK.strip())
    amounts, unit = Amounts(found.measure, words), words.unit(unit_of(found.measure))
    name = column_name(found.measure, words)
    name = words("common.in_brackets", text=name, more=unit) if unit else name
    lines = [words("comparing.table", name=name, month=month)]
    lines.append(
        table_line("", [words(f"comparing.head_{head}") for head in _HEADS], _NAME, _COLUMNS)
    )
    lines += [table_line(_firm(r, words), _cells(r, words), _NAME, _COLUMNS) for r in part.followed]
    money = [r for r in part.main if r.measure in MONEY and r.measure != amounts.measure]
    others = [r for r in part.certain if r.measure not in (amounts.measure, *MONEY)]
    for key, rows in (("money", money), ("others", others)):
        if rows:
            head = words(f"comparing.table_{key}", month=month)
            if key == "money" and words.currency:
                head = words("common.in_brackets", text=head, more=words.currency)
            lines += ["", head + mark]
            lines += [
                table_line(_named(r, part, words), _cells(r, words), _NAME, _COLUMNS) for r in rows
            ]
    return [*lines, *wrapped(words("comparing.legend"))]


def _named(row: Finding, part: Findings, words: Words) -> str:
    """Measure and firm, marked where it differs when all are judged together."""
    name = f"{column_name(row.measure, words)} {row.firm}".rstrip()
    return cut_to(name, _NAME - 1 - len(_MARK)) + (_MARK if row in part.certain else "")


def _cells(row: Finding, words: Words) -> list[str]:
    found = row.difference

    def short(value: float, form: str) -> str:
        return compact(value, form, least=1e4, language=words.language)

    low, high = short(found.low, "+.3g"), short(found.high, "+.3g")
    return [
        short(row.base, ".4g"),
        short(row.mean, ".4g"),
        short(found.mean, "+.3g"),
        words("common.to", low=low, high=high) if row.is_defined else UNDEFINED,
        f"{_times(row.factor)} ×" if math.isfinite(row.factor) else UNDEFINED,
        short(row.smallest, ".2g"),
    ]


# -- programs ------------------------------------------------------------------------------------


def as_json(found: Comparison, words: Words | None = None) -> dict[str, Any]:
    """The same as plain values."""
    base, *others = found.alternatives
    words = words or Words.of(base.plan)
    parts = zip(others, found.changes, findings(found), strict=True)
    return {
        "base": base.label,
        "seed": found.seed,
        "replications": found.replications,
        "months": list(found.at),
        "measure": found.measure,
        "prices": found.prices,
        "unit": Words.of(base.plan).unit(unit_of(found.measure)),
        **told_in(base.plan),
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
                    {"firm": row.firm} | _ends(_passing_on(row)) for row in part.costs if row.pairs
                ],
            }
            for other, changed, part in parts
        ],
        "precision": None
        if found.decision is None
        else asdict(found.decision) | {"reached": found.decision.reached},
        "words": words.together(in_words(found, words)),
    }


def _plain(row: Finding) -> dict[str, Any]:
    numbers = {
        "variance_reduction": row.factor,
        "standardised": row.standardised,
        "smallest_detectable": row.smallest,
        "pairs": row.pairs,
    }
    means = {"base_mean": row.base, "mean": row.mean}
    whose = {"measure": row.measure, "firm": row.firm}
    return {**whose, **plain(means), **_ends(row.difference), **plain(numbers)}


def _ends(found: Interval) -> dict[str, float | None]:
    ends: dict[str, float | None] = plain(
        {"difference": found.mean, "low": found.low, "high": found.high}
    )
    return ends
