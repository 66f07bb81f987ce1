"""Why one customer did what they did: in sentences, as a table for the terminal, as values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.explain.customer import (
    EXIT,
    LUCK,
    CustomerExplanation,
    Decision,
    Move,
    Option,
)
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written
from tsunagari.experiments.words.terminal import cut_to, table_line

if TYPE_CHECKING:
    from tsunagari.experiments.explain.customer import History

_MOST_FACTORS, _MOST_TERMS, _MOST_OPTIONS = 3, 4, 5
_LITTLE_FACTOR = 0.05
"""Factors within 5 % of 1 are not worth a word."""
_LITTLE_TERM = 0.05
"""Terms that differ by less, in utility, are not either."""
_NAMES, _WIDTH = 20, 15
"""Columns of the table: names of the terms, and each option."""
_ENGLISH = Words("en")


def in_words(found: CustomerExplanation, words: Words = _ENGLISH) -> str:
    """Who they are, what they did, why they looked around, and what decided."""
    told = [_who(found, words), _what(found, words)]
    if _went_away(found):
        return words.together([*told, words("customer.everybody_leaves")])
    if not found.history.leaves and found.history.provider:
        told.append(_held(found.history, found.months, words))
    told += [_looking(found.decision, words), _deciding(found.decision, words)]
    others = [move for move in found.history.leaves if move.month != found.decision.month]
    if others:
        moves = words.joined([_in_short(move, words) for move in others])
        told.append(words("customer.also_left", moves=moves))
    return words.together(told)


def decided(reason: str, words: Words = _ENGLISH) -> str:
    """What the word in ``decided_by`` means, as part of a sentence; empty if there is none."""
    return words(f"customer.decided_{reason}") if words.has(f"customer.decided_{reason}") else ""


def _went_away(found: CustomerExplanation) -> bool:
    """Whether they left the market, so that there was nothing to choose."""
    return found.move is not None and found.move.decided_by == EXIT


def _who(found: CustomerExplanation, words: Words) -> str:
    customer = found.decision.customer
    weights = {name: _amount(getattr(customer, f"weight_{name}"))
               for name in ("cost", "product", "solution")}  # fmt: skip
    exits = [month for month in found.history.exits if month < found.decision.month]
    since = words("customer.since", month=exits[-1]) if exits else ""
    wallet = _amount(customer.wallet)
    return words(
        "customer.who", number=found.number, since=since, segment=found.segment, **weights,
        wallet=wallet,
    )  # fmt: skip


def _what(found: CustomerExplanation, words: Words) -> str:
    """What happened in the month in question."""
    decision, move = found.decision, found.move
    if move is None:
        return _stayed(found, words)
    asked = {"month": decision.month, "source": move.source, "destination": move.destination}
    months = words.counted(decision.customer.tenure, "month")
    if _went_away(found):
        return words("customer.left_market", **asked)
    if not move.source:
        return words("customer.joined", **asked)
    if decision.provider < 0:
        return words(f"customer.closed{'_chose' if move.destination else ''}", **asked)
    return words(f"customer.left{'_for' if move.destination else ''}", **asked, months=months)


def _stayed(found: CustomerExplanation, words: Words) -> str:
    """What somebody did who did not move."""
    decision, history = found.decision, found.history
    if not history.leaves:
        if not history.provider:
            return words("customer.never_had")
        months = words.counted(history.tenure, "month")
        return words("customer.never_left", provider=history.provider, months=months)
    if decision.provider < 0:
        return words("customer.stayed_without", month=decision.month)
    provider = decision.name_of(decision.provider)
    return words("customer.stayed", month=decision.month, provider=provider)


def holds_in_words(reservoirs: Mapping[str, float], words: Words = _ENGLISH) -> str:
    """What holds a customer, in utility, the largest first."""
    ordered = sorted(reservoirs.items(), key=lambda item: -abs(item[1]))
    return words.joined(_amounts(((f"holds_{name}", value) for name, value in ordered), words))


def _held(history: History, months: int, words: Words) -> str:
    """What holds somebody who never left, at the end of the run."""
    looked = words("customer.never_looked")
    if history.looked:
        times, better = (_times(len(seen), words) for seen in (history.looked, history.saw_better))
        looked = words("customer.looked", times=times, better=better)
    return words(
        "customer.holds",
        holds=holds_in_words(history.reservoirs, words),
        total=_signed(math.fsum(history.reservoirs.values())),
        months=words.counted(months, "month"),
        looked=looked,
    )


def _looking(decision: Decision, words: Words) -> str:
    """Whether and why they looked around."""
    chance, month = words.percent(decision.chance), decision.month
    if decision.provider < 0:
        key = "choosing" if decision.looked else "not_looking"
        return words(f"customer.chance_{key}", chance=chance)
    looked = "looked" if decision.looked else "not_looked"
    if decision.occasion:
        occasion = words(f"customer.{decision.occasion}")
        return words(f"customer.{looked}_for", month=month, occasion=occasion)
    moved = sorted(
        ((name, f) for name, f in decision.factors.items() if _has_factor(name, words) and f > 0),
        key=lambda item: -abs(math.log(item[1])),
    )
    told = [
        words("customer.factor", value=_amount(f),
              name=words(f"customer.{_key(name)}_{'more' if f > 1 else 'less'}"))
        for name, f in moved
        if abs(math.log(f)) > _LITTLE_FACTOR
    ][:_MOST_FACTORS]  # fmt: skip
    reasons = words("customer.reasons", reasons=words.joined(told)) if told else ""
    usual = words.percent(-math.expm1(-decision.factors["usual intensity"]))
    asked = {"month": month, "chance": chance, "usual": usual, "reasons": reasons}
    return words(f"customer.{looked}_by_chance", **asked)


def _has_factor(name: str, words: Words) -> bool:
    return words.has(f"customer.{_key(name)}_more")


def _deciding(decision: Decision, words: Words) -> str:
    """What decided, against the provider (or the best alternative of one who stayed)."""
    best, other = decision.best(), decision.against
    if other is None:
        return words("customer.alone")
    ahead = words(
        "customer.ahead" if decision.looked else "customer.would_be_ahead",
        best=_name(best, words),
        other=other.name or words("customer.nobody_beside"),
        apart=_amount(best.utility - other.utility),
        terms=_compared(best, other, words),
    )
    reason = decided(decision.decided_by, words)
    what = words("customer.decided", reason=reason) if reason else ""
    without = decision.best_without_luck()
    same = words("customer.same") if without.firm == best.firm else ""
    key = "without" if without.firm < 0 else "chosen"
    if without.firm == decision.provider >= 0:
        key = "stayed"
    luck = words(f"customer.luck_{key}", firm=without.name, same=same)
    return words.together([ahead[:1].upper() + ahead[1:], what, luck])


def _compared(one: Option, other: Option, words: Words) -> str:
    """Terms by which two options differ, the largest first, for and against."""
    if one.firm < 0 or other.firm < 0:
        return words(
            "customer.worth", one=_name(one, words), other=_name(other, words),
            one_worth=_signed(one.without_luck), other_worth=_signed(other.without_luck),
            one_luck=_signed(one.terms[LUCK]), other_luck=_signed(other.terms[LUCK]),
        )  # fmt: skip
    names = dict.fromkeys((*one.terms, *other.terms))
    apart = {name: one.terms.get(name, 0.0) - other.terms.get(name, 0.0) for name in names}
    ordered = sorted(apart, key=lambda name: -abs(apart[name]))
    told = [name for name in ordered if abs(apart[name]) > _LITTLE_TERM][:_MOST_TERMS]
    parts = []
    for key, sign in (("speaks", 1), ("speaks_against", -1)):
        terms = _amounts(((name, apart[name]) for name in told if sign * apart[name] > 0), words)
        if terms:
            parts.append(words(f"customer.{key}", terms=words.joined(terms)))
    compared = words("common.comma").join(parts or [words("customer.nothing_much")])
    return compared + (_moved(one, words) if "quality believed" in told else "")


def _moved(option: Option, words: Words) -> str:
    """Where the quality believed comes from."""
    moved = sorted(option.sources.items(), key=lambda item: -abs(item[1]))
    told = _amounts(((name, value) for name, value in moved if abs(value) >= 0.005), words)
    if not told:
        return ""
    sources = words("common.comma").join(told)
    usual = _amount(option.usual)
    return words("customer.moved", firm=option.name, usual=usual, sources=sources)


def _in_short(move: Move, words: Words) -> str:
    key = "customer.move_for" if move.destination else "customer.move"
    return words(key, source=move.source, destination=move.destination, month=move.month)


def _amounts(values: Any, words: Words) -> list[str]:
    """Names of the theme, each with its value in utility."""
    return [
        words("explaining.amount", name=words(f"customer.{_key(name)}"), value=_signed(value))
        for name, value in values
    ]


def _name(option: Option, words: Words) -> str:
    return option.name or words("customer.nobody")


def _times(count: int, words: Words) -> str:
    key = {0: "never", 1: "once", 2: "twice"}.get(count, "times")
    return words(f"customer.{key}", count=count)


def _signed(value: float) -> str:
    return written(value, "+.2f")


def _amount(value: float) -> str:
    return written(value, ".2f")


def _key(name: str) -> str:
    """A term, source or factor as the catalogue of texts has it."""
    return name.replace("'", "").replace(" ", "_")


def as_table(found: CustomerExplanation, words: Words = _ENGLISH) -> str:
    """Terms as rows, options as columns: the provider, the choice, then by utility.

    Empty for somebody who left the market, who chose nothing.
    """
    if _went_away(found):
        return ""
    decision = found.decision
    shown = _shown(decision)
    names = list(dict.fromkeys(name for option in shown for name in option.terms if name != LUCK))
    heads = [cut_to(o.name or words("customer.nobody_head"), _WIDTH - 2) for o in shown]
    lines = [words("customer.utility", month=decision.month), _line("", heads)]
    for name in (*names, LUCK):
        cells = [_amount(o.terms[name]) if name in o.terms else "" for o in shown]
        lines.append(_line(words(f"customer.{_key(name)}"), cells))
    lines.append(_line(words("customer.sum"), [_amount(option.utility) for option in shown]))
    left_out = len(decision.options) - len(shown)
    if left_out:
        lines.append(words("customer.left_out", count=left_out))
    if not decision.looked:
        lines.append(words("customer.would_have_been"))
    return "\n".join(lines)


def _line(name: str, cells: Sequence[str]) -> str:
    return table_line(name, cells, _NAMES, [_WIDTH] * len(cells))


def _shown(decision: Decision) -> list[Option]:
    first = [decision.option(firm) for firm in dict.fromkeys((decision.provider, decision.choice))]
    there = [option for option in first if option is not None]
    rest = sorted((o for o in decision.options if o not in there), key=lambda o: -o.utility)
    return [*there, *rest][:_MOST_OPTIONS]


def as_json(found: CustomerExplanation) -> dict[str, object]:
    """The explanation as plain values; utilities and probabilities unrounded."""
    decision = found.decision
    return {
        "customer": found.number,
        "segment": found.segment,
        "month": decision.month,
        "provider": decision.name_of(decision.provider),
        "looked": decision.looked,
        "chance_of_looking": decision.chance,
        "factors": dict(decision.factors),
        "move": None if found.move is None else asdict(found.move),
        "decided_by": decision.decided_by or None,
        "options": [
            {
                "firm": option.name,
                "utility": option.utility,
                "without_luck": option.without_luck,
                "terms": dict(option.terms),
                "quality_expected": option.usual,
                "quality_moved_by": dict(option.sources),
            }
            for option in decision.options
        ],
        "history": asdict(found.history),
        "words": in_words(found),
    }
