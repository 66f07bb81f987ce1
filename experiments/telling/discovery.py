"""What was discovered, for the terminal and for programs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from experiments.runs.statistics import Interval
from experiments.words.terminal import columns_of, cut_to, wrapped
from sim.measures import unit_of

if TYPE_CHECKING:
    from experiments.studies.discovery import Copied, Discovery
    from experiments.studies.regret import Option

_WIDTH = 100
_NAME = 34
_CELLS = (11, 11, 11, 14, 19)
_HEAD = (
    ("", ("mean", "mean", "largest", "best in", "ruin")),
    ("Option", ("outcome", "regret", "regret", "environments", "[95 %]")),
)


def as_text(found: Discovery) -> str:
    """What the command prints, at most 100 columns wide."""
    regret = found.regret
    unit = unit_of(regret.measure)
    when = "the last month" if regret.month is None else f"month {regret.month}"
    runs = regret.values.shape[2]
    head = (
        f"{regret.measure}{f' ({unit})' if unit else ''} in {when}; {regret.firm} decides; "
        f"{regret.compared.size} environments, {_counted(runs, 'run')} each"
    )
    lines = [cut_to(head, _WIDTH), "", *_table(found.options)]
    if found.copied is not None:
        lines += ["", cut_to(f"After {_listed(found.copied.rivals)} copied it", _WIDTH)]
        lines += _table(found.copied.options)
    blocks = ["\n".join(lines)]
    if found.rules.rules:
        told = [line for rule in found.rules.rules for line in _indented(str(rule))]
        blocks.append("\n".join(["Where which option wins", *told]))
    return "\n\n".join([*blocks, *("\n".join(wrapped(p, _WIDTH)) for p in in_words(found))])


def in_words(found: Discovery) -> list[str]:
    """Paragraphs, counted from the tables."""
    told = [_on_regret(found), _on_rules(found)]
    if found.copied is not None:
        told.append(_on_copies(found.copied))
    return told


def as_json(found: Discovery) -> dict[str, Any]:
    """The same as plain values; what is undefined is null."""
    regret = found.regret
    again = found.copied
    return {
        "measure": regret.measure,
        "unit": unit_of(regret.measure),
        "firm": regret.firm,
        "month": regret.month,
        "environments": len(regret.environments),
        "compared": int(regret.compared.size),
        "runs": regret.values.shape[2],
        "options": [_plain(asdict(option)) for option in found.options],
        "rules": {
            "rules": [asdict(rule) | {"words": str(rule)} for rule in found.rules.rules],
            "accuracy": _finite(found.rules.accuracy),
            "baseline": _finite(found.rules.baseline),
            "why_not": found.rules.why_not,
        },
        "copied": None
        if again is None
        else {
            "option": again.option.name,
            "rivals": list(again.rivals),
            "keys": again.keys,
            "survives": again.survives,
            "before": _finite(again.option.outcome),
            "after": _finite(again.after.outcome),
            "change": _plain(asdict(again.change)),
            "lead_of_best_other": _plain(asdict(again.lead)),
            "options": [_plain(asdict(option)) for option in again.options],
        },
        "words": " ".join(in_words(found)),
    }


def _on_regret(found: Discovery) -> str:
    regret, first = found.regret, found.options[0]
    count = int(regret.compared.size)
    sentences = []
    safest = min(found.options, key=lambda option: option.largest_regret)
    if safest.number == first.number:
        sentences.append(
            f"{first.name} has the least mean regret ({number(first.mean_regret)}) and the least "
            f"in the worst case ({number(first.largest_regret)})."
        )
    else:
        sentences.append(
            f"{first.name} has the least mean regret ({number(first.mean_regret)}); in the worst "
            f"case {safest.name} has the least ({number(safest.largest_regret)} against "
            f"{number(first.largest_regret)})."
        )
    if regret.values.shape[2] > 1:
        sure = int(regret.is_sure[regret.compared].sum())
        sentences.append(
            f"In {sure} of {count} environments the best option beats each of the others beyond "
            "chance (paired, 95 %)."
        )
    else:
        sentences.append("With one run each, some of the winners are winners by chance.")
    left_out = len(regret.environments) - count
    if left_out:
        sentences.append(
            f"{_counted(left_out, 'environment')} {'is' if left_out == 1 else 'are'} left out, "
            "in which an option has no outcome."
        )
    risky = max(found.options, key=lambda option: _at_least(option.ruin.mean))
    if risky.ruin.mean > 0:
        sentences.append(f"{regret.firm} is ruined most often as {risky.name} ({_ruin(risky)}).")
    elif not math.isnan(risky.ruin.mean):
        sentences.append(f"{regret.firm} is never ruined.")
    return " ".join(sentences)


def _on_rules(found: Discovery) -> str:
    told = found.rules
    if told.why_not:
        return f"{told.why_not[0].upper()}{told.why_not[1:]}."
    return (
        f"Rules made from some environments name the winner in {100 * told.accuracy:.0f} % of the "
        f"others; always naming the commonest is right in {100 * told.baseline:.0f} %."
    )


def _on_copies(found: Copied) -> str:
    before, after = found.option, found.after
    change = found.change
    interval = "" if math.isnan(change.low) else f" ({number(change.low)} to {number(change.high)})"
    verb = "copies" if len(found.rivals) == 1 else "copy"
    words = (
        f"When {_listed(found.rivals)} {verb} {before.name}, its outcome goes from "
        f"{number(before.outcome)} to {number(after.outcome)}; change {number(change.mean)}"
        f"{interval}."
    )
    others = [option for option in found.options if option.number != before.number]
    if not others:
        return words
    best, lead = others[0], found.lead
    if found.survives:
        behind = Interval(-lead.mean, -lead.high, -lead.low)
        return (
            f"{words} It is still the best reply; the next, {best.name}, is {_by(behind)} behind."
        )
    return f"{words} It is no longer the best reply: {best.name} is {_by(lead)} better."


def _by(found: Interval) -> str:
    """A difference with its interval, and whether it could be chance."""
    if math.isnan(found.low):
        return number(found.mean)
    chance = "" if found.excludes(0.0) else "; not beyond chance"
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)}{chance})"


def _table(options: Sequence[Option]) -> list[str]:
    lines = [_row(name, cells) for name, cells in _HEAD]
    for option in options:
        wins = f"{option.wins:g} ({100 * option.won:.0f} %)"
        numbers = (option.outcome, option.mean_regret, option.largest_regret)
        lines.append(_row(option.name, (*map(number, numbers), wins, _ruin(option))))
    return lines


def _ruin(option: Option) -> str:
    found = option.ruin
    if math.isnan(found.mean):
        return "–"
    low, high = 100 * found.low, 100 * found.high
    return f"{100 * found.mean:.0f} % [{low:.0f}, {high:.0f}]"


def _row(name: str, cells: Sequence[str]) -> str:
    short = cut_to(name, _NAME - 1)
    padded = short + " " * (_NAME - columns_of(short))
    tail = "".join(cell.rjust(width) for cell, width in zip(cells, _CELLS, strict=True))
    return (padded + tail).rstrip()


def _indented(text: str) -> list[str]:
    first, *rest = wrapped(text, _WIDTH - 4)
    return [f"  {first}", *(f"    {line}" for line in rest)]


def number(value: float) -> str:
    """Three digits, or all before the point; a dash where undefined."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _at_least(value: float) -> float:
    return -1.0 if math.isnan(value) else value


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _plain(value)
        if isinstance(value, dict) and key in ("ruin",)
        else _finite(value)
        if isinstance(value, float)
        else value
        for key, value in values.items()
    }
