"""What was discovered: in sentences, as tables and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.studies.rules import FEWEST
from tsunagari.experiments.telling.names import column_name
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import UNDEFINED, brief, plain, written
from tsunagari.experiments.words.terminal import cut_to, table_line, wrapped

if TYPE_CHECKING:
    from tsunagari.experiments.studies.discovery import Copied, Discovery
    from tsunagari.experiments.studies.regret import Option
    from tsunagari.experiments.studies.rules import Rule, Rules

_ENGLISH = Words("en")
_NAME, _CELLS = 34, (11, 11, 11, 14, 19)
_HEADS = ("outcome", "mean_regret", "largest_regret", "best_in", "ruin")


def in_words(found: Discovery, words: Words = _ENGLISH) -> list[str]:
    """Paragraphs, counted from the tables."""
    told = [_on_regret(found, words), on_rules(found.rules, words)]
    if found.copied is not None:
        told.append(_on_copies(found.copied, words))
    return told


def on_rules(found: Rules, words: Words = _ENGLISH) -> str:
    """How often rules are right on environments they were not made from, or why there are none."""
    return words(
        f"discovering.{found.why_not or 'rules'}",
        right=words.percent(found.accuracy, 0),
        commonest=words.percent(found.baseline, 0),
        count=found.environments,
        least=FEWEST,
        option=found.winner,
    )


def rule_in_words(rule: Rule, words: Words = _ENGLISH) -> str:
    """Where an option wins, and how often it does there."""
    conditions = words.joined(rule.conditions)
    return words(
        "discovering.rule",
        where=words("discovering.where", conditions=conditions)
        if conditions
        else words("discovering.everywhere"),
        option=rule.option,
        wins=rule.wins,
        count=rule.environments,
        part=words.percent(rule.wins / rule.environments, 0),
    )


def _on_regret(found: Discovery, words: Words) -> str:
    regret, first = found.regret, found.options[0]
    count = int(regret.compared.size)
    safest = min(found.options, key=lambda option: option.largest_regret)
    told = [
        words(
            "discovering.least_of_both" if safest is first else "discovering.least_mean",
            option=first.name,
            mean=brief(first.mean_regret),
            worst=brief(first.largest_regret),
            safest=safest.name,
            least=brief(safest.largest_regret),
        )
    ]
    if regret.values.shape[2] > 1:
        sure = int(regret.is_sure[regret.compared].sum())
        told.append(words("discovering.sure", sure=sure, count=count))
    else:
        told.append(words("discovering.by_chance"))
    left_out = len(regret.environments) - count
    if left_out:
        key = "left_out_one" if left_out == 1 else "left_out"
        told.append(words(f"discovering.{key}", count=left_out))
    risky = max(found.options, key=lambda option: _at_least(option.ruin.mean))
    if risky.ruin.mean > 0:
        ruin = {"option": risky.name, "ruin": _ruin(risky, words)}
        told.append(words("discovering.ruined", firm=regret.firm, **ruin))
    elif not math.isnan(risky.ruin.mean):
        told.append(words("discovering.never_ruined", firm=regret.firm))
    return words.together(told)


def _on_copies(found: Copied, words: Words) -> str:
    before, after, change = found.option, found.after, found.change
    changed = brief(change.mean)
    if math.isfinite(change.low):
        changed = words("common.in_brackets", text=changed, more=_ends(change, words))
    told = words(
        "discovering.copied_by_one" if len(found.rivals) == 1 else "discovering.copied",
        rivals=words.joined(found.rivals),
        option=before.name,
        before=brief(before.outcome),
        after=brief(after.outcome),
        change=changed,
    )
    others = [option for option in found.options if option.number != before.number]
    if not others:
        return told
    best, lead = others[0].name, found.lead
    if found.survives:
        by = _by(Interval(-lead.mean, -lead.high, -lead.low), words)
        return words.together([told, words("discovering.still_best", option=best, by=by)])
    reply = words("discovering.no_longer_best", option=best, by=_by(lead, words))
    return words.together([told, reply])


def _by(found: Interval, words: Words) -> str:
    """A difference with its interval, and whether it could be chance."""
    if math.isnan(found.low):
        return brief(found.mean)
    more = _ends(found, words)
    if not found.excludes(0.0):
        more = words("discovering.not_beyond_chance", ends=more)
    return words("common.in_brackets", text=brief(found.mean), more=more)


def _ends(found: Interval, words: Words) -> str:
    return words("common.to", low=brief(found.low), high=brief(found.high))


def _ruin(option: Option, words: Words) -> str:
    found = option.ruin
    if math.isnan(found.mean):
        return UNDEFINED
    low, high = (written(100 * end, ".0f") for end in (found.low, found.high))
    return f"{words.percent(found.mean, 0)} [{low}, {high}]"


def _at_least(value: float) -> float:
    return -1.0 if math.isnan(value) else value


# -- the terminal --------------------------------------------------------------------------------


def as_text(found: Discovery, words: Words = _ENGLISH) -> str:
    """What the command prints, at most 100 columns wide."""
    regret, unit = found.regret, found.unit
    name = column_name(regret.measure, words)
    month = "last_month" if regret.month is None else "month"
    head = words(
        "discovering.head",
        name=words("common.in_brackets", text=name, more=unit) if unit else name,
        when=words(f"sweeping.{month}", month=regret.month),
        firm=regret.firm,
        count=regret.compared.size,
        runs=words.counted(regret.values.shape[2], "run"),
    )
    lines = [head, "", *_table(found.options, words)]
    if found.copied is not None:
        rivals = words.joined(found.copied.rivals)
        lines += ["", words("discovering.after_copy", rivals=rivals)]
        lines += _table(found.copied.options, words)
    blocks = ["\n".join(map(cut_to, lines))]
    if found.rules.rules:
        told = [words("discovering.rules_head")]
        for rule in found.rules.rules:
            told += wrapped(rule_in_words(rule, words), first="  ", rest="    ")
        blocks.append("\n".join(told))
    return "\n\n".join([*blocks, *("\n".join(wrapped(p)) for p in in_words(found, words))])


def _table(options: Sequence[Option], words: Words) -> list[str]:
    heads = [words(f"discovering.head_{name}") for name in _HEADS]
    pairs = zip(heads, _CELLS, strict=True)
    upper, lower = zip(*(_in_two(head, width - 1) for head, width in pairs), strict=True)
    lines = [table_line("", upper, _NAME, _CELLS)]
    lines.append(table_line(words("discovering.head_option"), lower, _NAME, _CELLS))
    for option in options:
        numbers = (option.outcome, option.mean_regret, option.largest_regret)
        wins = f"{option.wins:g} ({words.percent(option.won, 0)})"
        cells = [*map(brief, numbers), wins, _ruin(option, words)]
        lines.append(table_line(option.name, cells, _NAME, _CELLS))
    return lines


def _in_two(head: str, width: int) -> tuple[str, str]:
    first, *rest = wrapped(head, width)
    return (first, " ".join(rest)) if rest else ("", first)


# -- programs ------------------------------------------------------------------------------------


def as_json(found: Discovery, words: Words = _ENGLISH) -> dict[str, Any]:
    """The same as plain values; what is undefined is null."""
    regret, rules, again = found.regret, found.rules, found.copied
    told: dict[str, Any] = plain(
        {
            "measure": regret.measure,
            "unit": found.unit,
            "firm": regret.firm,
            "month": regret.month,
            "environments": len(regret.environments),
            "compared": int(regret.compared.size),
            "runs": regret.values.shape[2],
            "options": found.options,
            "rules": {
                "rules": [asdict(r) | {"words": rule_in_words(r, words)} for r in rules.rules],
                "accuracy": rules.accuracy,
                "baseline": rules.baseline,
                "why_not": on_rules(rules, words) if rules.why_not else "",
            },
            "copied": None if again is None else _copied(again),
            "words": words.together(in_words(found, words)),
        }
    )
    return told


def _copied(again: Copied) -> dict[str, Any]:
    return {
        "option": again.option.name,
        "rivals": again.rivals,
        "keys": again.keys,
        "survives": again.survives,
        "before": again.option.outcome,
        "after": again.after.outcome,
        "change": again.change,
        "lead_of_best_other": again.lead,
        "options": again.options,
    }
