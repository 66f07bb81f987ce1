"""One customer's decision in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from experiments.decided import WHAT_DECIDED
from experiments.explain.customer import EXIT, CustomerExplanation
from experiments.explain.decision import LUCK, Decision, Option
from experiments.words.numbers import counted, listed, written

if TYPE_CHECKING:
    from experiments.explain.customer import Move

_MOST_FACTORS, _MOST_TERMS = 3, 4
_LITTLE_FACTOR = 0.05
"""Factors within 5 % of 1 are not worth a word."""
_LITTLE_TERM = 0.05
"""Terms that differ by less, in utility, are not either."""

_FACTORS = {
    "connectivity": ("people are well connected", "people are badly connected"),
    "contract": ("the contract was due", "the contract was running"),
    "satisfaction": ("they were dissatisfied", "they were satisfied"),
    "friends who left": ("friends had just left", "friends had just left"),
    "friends who are there": ("friends were there", "friends were there"),
    "rating of the provider": ("the provider is rated below the market", "its rating is good"),
    "rivals' advertising": ("rivals advertise much", "rivals advertise little"),
}
_SOURCES = {"claim": "claim", "friend": "friends", "review": "reviews", "memory": "own experience"}
_RESERVOIRS = {
    "location": "nearness",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "their own success",
}


def in_words(found: CustomerExplanation) -> str:
    """Who they are, what they did, why they looked around, and what decided."""
    decision = found.decision
    sentences = [_who(found), _what(found)]
    if found.move is not None and found.move.decided_by == EXIT:
        sentences.append(
            "Every month a small part of all people leave the market, whatever they have; somebody "
            "new took the place."
        )
        return " ".join(sentences)
    if not found.history.leaves:
        sentences.append(_held(found))
    sentences.append(_looking(decision))
    sentences.append(_deciding(decision))
    sentences += _earlier(found)
    return " ".join(sentence for sentence in sentences if sentence)


def _who(found: CustomerExplanation) -> str:
    customer = found.decision.customer
    weights = (
        f"cost {customer.weight_cost:.2f}, product {customer.weight_product:.2f}, solution "
        f"{customer.weight_solution:.2f}"
    )
    exits = [month for month in found.history.exits if month < found.decision.month]
    since = f", in the market since month {exits[-1]}," if exits else ""
    return (
        f"Customer {found.number}{since} is of the segment {found.segment} (value weights: "
        f"{weights}) and has {customer.wallet:.2f} mean wallets to spend."
    )


def _what(found: CustomerExplanation) -> str:
    """What happened in the month in question."""
    decision, move, month = found.decision, found.move, found.decision.month
    months = decision.customer.tenure
    if move is not None and move.decided_by == EXIT:
        return f"In month {month} they left {move.source} because they left the market."
    if move is not None and decision.provider < 0 and move.source:
        whither = f" and chose {move.destination} at once" if move.destination else ""
        return f"In month {month} {move.source} closed, so they lost their provider{whither}."
    if move is not None and move.source:
        whom = f"for {move.destination}" if move.destination else "and did without any provider"
        return (
            f"In month {month} they left {move.source}, after {counted(months, 'month')}, {whom}."
        )
    if move is not None:
        return f"In month {month} they joined {move.destination}."
    if not found.history.leaves and found.history.provider:
        return f"They never left a provider; at the end they are with {_with(found)}."
    if not found.history.leaves:
        return "They had no provider in the whole run."
    where = decision.name_of(decision.provider) or "any provider"
    return (
        f"In month {month} they stayed {'with' if decision.provider >= 0 else 'without'} {where}."
    )


def _with(found: CustomerExplanation) -> str:
    return f"{found.history.provider}, and have been for {counted(found.history.tenure, 'month')}"


def _held(found: CustomerExplanation) -> str:
    """What holds somebody who never left, at the end of the run."""
    history = found.history
    if not history.provider:
        return ""
    holds = sorted(history.reservoirs.items(), key=lambda item: -abs(item[1]))
    told = ", ".join(f"{_RESERVOIRS[name]} {written(value, '+.2f')}" for name, value in holds)
    total = math.fsum(history.reservoirs.values())
    looked = f"they looked around {_times(len(history.looked))}"
    if history.looked:
        looked += f" and saw something better {_times(len(history.saw_better))}"
    else:
        looked = "they never looked around"
    return (
        f"What holds them there, in utility: {told}; together {written(total, '+.2f')}. In "
        f"{counted(found.months, 'month')} {looked}."
    )


def _looking(decision: Decision) -> str:
    """Whether and why they looked around."""
    chance = f"{100 * decision.chance:.1f} %"
    did = "They looked around" if decision.looked else "They did not look around"
    if decision.provider < 0:
        kind = "choosing a provider" if decision.looked else "not looking for one"
        return f"Without a provider, the chance of looking for one was {chance}; they were {kind}."
    if decision.occasion:
        return f"{did} in month {decision.month}: {decision.occasion}."
    usual = decision.factors["usual intensity"]
    usual_chance = 100 * -math.expm1(-usual)
    moved = sorted(
        ((name, f) for name, f in decision.factors.items() if name in _FACTORS and f > 0),
        key=lambda item: -abs(math.log(item[1])),
    )
    told = [
        f"{_FACTORS[name][0 if f > 1 else 1]} (×{f:.2f})"
        for name, f in moved
        if abs(math.log(f)) > _LITTLE_FACTOR
    ]
    reasons = f": {listed(told[:_MOST_FACTORS])}" if told else ""
    return (
        f"{did} in month {decision.month}; the chance was {chance}, against {usual_chance:.1f} % "
        f"of somebody with nothing special{reasons}."
    )


def _deciding(decision: Decision) -> str:
    """What decided, against the provider (or the best alternative of one who stayed)."""
    best, against = decision.best(), decision.against
    if against is None:
        return "There was nothing else to choose."
    verb = "was" if decision.looked else "would have been"
    ahead = f"{_subject(best)} {verb} ahead of {_object(against)} by"
    opening = ahead if decision.looked else f"had they looked, {ahead}"
    apart = best.utility - against.utility
    reason = WHAT_DECIDED.get(decision.decided_by)
    return " ".join(
        (
            f"{opening[0].upper()}{opening[1:]} {apart:.2f}: {_compared(best, against)}.",
            *([f"What decided was {reason}."] if reason else []),
            _luck(decision),
        )
    )


def _compared(one: Option, other: Option) -> str:
    """Terms by which two options differ, the largest first, for and against."""
    if one.firm < 0 or other.firm < 0:
        return (
            f"{_subject(one)} was worth {written(one.without_luck, '+.2f')} and {_subject(other)} "
            f"{written(other.without_luck, '+.2f')}, and the luck of the month added "
            f"{written(one.terms[LUCK], '+.2f')} and {written(other.terms[LUCK], '+.2f')}"
        )
    names = dict.fromkeys((*one.terms, *other.terms))
    apart = {name: one.terms.get(name, 0.0) - other.terms.get(name, 0.0) for name in names}
    ordered = sorted(apart, key=lambda name: -abs(apart[name]))
    told = [name for name in ordered if abs(apart[name]) > _LITTLE_TERM][:_MOST_TERMS]
    speaks = [f"{name} {written(apart[name], '+.2f')}" for name in told if apart[name] > 0]
    against = [f"{name} {written(apart[name], '+.2f')}" for name in told if apart[name] < 0]
    parts = []
    if speaks:
        parts.append(f"for it spoke {listed(speaks)}")
    if against:
        parts.append(f"against it {listed(against)}")
    sources = _moved(one) if "quality believed" in told else ""
    return ", ".join(parts or ["nothing much"]) + sources


def _moved(option: Option) -> str:
    """Where the quality believed comes from."""
    moved = sorted(option.sources.items(), key=lambda item: -abs(item[1]))
    told = [
        f"{_SOURCES[name]} {written(value, '+.2f')}" for name, value in moved if abs(value) >= 0.005
    ]
    if not told:
        return ""
    return (
        f" (quality believed of {option.name}: {option.usual:.2f} usual in the market; "
        f"{', '.join(told)})"
    )


def _luck(decision: Decision) -> str:
    """What they would have done without the luck of the month."""
    best, plain = decision.best(), decision.best_without_luck()
    if plain.firm < 0:
        what = "done without any provider"
    else:
        what = "stayed" if plain.firm == decision.provider else f"chosen {plain.name}"
    same = " all the same" if plain.firm == best.firm else ""
    return f"Without the luck of the month they would have {what}{same}."


def _earlier(found: CustomerExplanation) -> list[str]:
    """Other months in which they left."""
    others = [move for move in found.history.leaves if move.month != found.decision.month]
    if not others:
        return []
    return [f"They also left {listed([_in_short(move) for move in others])}."]


def _in_short(move: Move) -> str:
    whither = f" for {move.destination}" if move.destination else ""
    return f"{move.source}{whither} in month {move.month}"


def _subject(option: Option) -> str:
    return option.name or "doing without a provider"


def _object(option: Option) -> str:
    return option.name or "having none"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
