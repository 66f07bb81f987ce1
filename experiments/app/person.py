"""One customer's story in plain words: who they are, whom they are with, and what holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.columns import NEVER, NOBODY, Looks
from experiments.runs.cube import RESERVOIRS
from experiments.telling.customer import decided
from experiments.words.numbers import counted, listed, written
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.market import Market

_HOLDS = {
    "location": "nearness",
    "switching": "the trouble of leaving",
    "obligation": "obligation towards its people",
    "success": "their own success with it",
}
_WEIGHTS = {"cost": "a low price", "product": "a good product", "solution": "a fitting solution"}
_CLEAR, _SLIGHT = 0.5, 0.1
"""Satisfaction, in utility, from which on it is called clear, and any at all."""


@dataclass(frozen=True)
class Story:
    """What there is to tell of a customer.

    Attributes:
        number: The customer's ``unique_id``.
        provider: Position of the provider among the firms, -1 for none.
        sentences: In reading order.
        path: Whom they were with, and from which month on; empty if that was not followed.
    """

    number: int
    provider: int
    sentences: tuple[str, ...]
    path: tuple[str, ...]


def story(market: Market, number: int, history: Sequence[int] | None = None) -> Story:
    """The story of a customer as it stands this month.

    Args:
        market: The market, between two months.
        number: The customer's ``unique_id``.
        history: Position of the provider at the end of every month from 0 on, if it was followed.

    Raises:
        Problems: There is no such customer.
    """
    from agents.customer import Customer

    first, people = market.first_customer_id, market.population.people
    if not (isinstance(number, int) and first <= number < first + people):
        message = f"there is no such customer; they are numbered from {first} to "
        message += f"{first + people - 1}"
        raise Problems([Problem("", message, file=f"customer {number}")])
    customer: Any = Customer(market, number - first)
    provider = customer.provider
    sentences = [_who(market, customer)]
    sentences += _with_provider(market, customer) if provider is not None else _without(customer)
    sentences.append(_friends(market, customer))
    sentences.append(_this_month(market, customer))
    if provider is not None:
        sentences.append(_held(customer))
    names = [firm.name for firm in market.firms]
    return Story(
        number=number,
        provider=-1 if provider is None else provider.index,
        sentences=tuple(sentence for sentence in sentences if sentence),
        path=_path(history, names) if history is not None else (),
    )


def _who(market: Market, customer: Any) -> str:
    segment = market.plan.segments[customer.segment].name
    weights = {name: getattr(customer, f"weight_{name}") for name in _WEIGHTS}
    most = max(weights, key=lambda name: weights[name])
    return (
        f"Segment {segment}. What counts for them most is {_WEIGHTS[most]} "
        f"({100 * weights[most]:.0f} % of all that counts); they spend {customer.wallet:.1f} times "
        "what people spend on average."
    )


def _with_provider(market: Market, customer: Any) -> list[str]:
    firm = customer.provider
    joined = customer.joined_month
    since = f"since month {joined}" if joined > 0 else "since before the run began"
    reason = decided(customer.joined_for) if joined > 0 else ""
    because = f"; what decided was {reason}" if reason else ""
    lived = f", {counted(customer.tenure, 'month')} by now" if customer.tenure > 0 else ""
    sentences = [f"With {firm.name} {since}{lived}{because}."]
    if customer.tenure == 0:
        sentences.append("They have not lived a month with it yet.")
    elif market.month > 0:
        sentences.append(
            f"{_mood(customer.satisfaction)} (satisfaction "
            f"{written(customer.satisfaction, '+.2f')}; 0 is "
            f"neutral). With {firm.name} they reach what they need "
            f"{100 * customer.success:.0f} % of the time, and spend "
            f"{100 * customer.wallet_share:.0f} % of their wallet there."
        )
    if customer.contract_left > 0:
        sentences.append(f"The contract runs for {counted(customer.contract_left, 'month')} more.")
    sentences.append(_rating(customer))
    return sentences


def _without(customer: Any) -> list[str]:
    before = customer.previous_provider
    had = f"; the last one was {before.name}" if before is not None else ""
    return [f"Without a provider{had}.", _rating(customer)]


def _mood(satisfaction: float) -> str:
    if abs(satisfaction) < _SLIGHT:
        return "Neither satisfied nor dissatisfied"
    degree = "Clearly" if abs(satisfaction) >= _CLEAR else "Rather"
    return f"{degree} {'satisfied' if satisfaction > 0 else 'dissatisfied'}"


def _rating(customer: Any) -> str:
    about = customer.rated_provider
    if customer.rating == 0 or about is None or customer.rated_month == NEVER:
        return "They have never written a review."
    stars = f"{customer.rating} star{'' if customer.rating == 1 else 's'}"
    return f"Their last review gave {about.name} {stars}, in month {customer.rated_month}."


def _friends(market: Market, customer: Any) -> str:
    network = market.population.network
    if network.complete:
        return "They hear of everybody in the market."
    rows = network.neighbours(customer.row)
    if not len(rows):
        return "They have no friends in the market."
    providers = market.population.column("provider")[rows].tolist()
    counts: dict[int, int] = {}
    for provider in providers:
        counts[provider] = counts.get(provider, 0) + 1
    told = [
        f"{count} with {market.firms[firm].name}" if firm != NOBODY else f"{count} with nobody"
        for firm, count in sorted(counts.items(), key=lambda item: -item[1])
    ]
    left = int((market.population.column("left_provider")[rows] != NOBODY).sum())
    friends = "friend" if len(rows) == 1 else "friends"
    moved = f" {left} of them left a provider this month." if left and market.month > 0 else ""
    return f"{len(rows)} {friends}: {listed(told)}.{moved}"


def _this_month(market: Market, customer: Any) -> str:
    """Whether they looked around in the month that is over, and what came of it."""
    if market.month == 0:
        return ""
    looks, left = customer.looks, customer.left_provider
    now = customer.provider
    if looks == Looks.FAREWELL:
        return "This month the person before them left the market; they took the place."
    if left is not None and now is not None:
        return f"This month they left {left.name} for {now.name}."
    if left is not None:
        return f"This month they left {left.name}, for nobody."
    if customer.joined_month == market.month and now is not None:
        return f"This month they joined {now.name}."
    if looks == Looks.NOT:
        return "This month they did not look around."
    if looks == Looks.FOR_THE_COMPANY:
        return "This month somebody above the contact person decided anew, and they stayed."
    if looks == Looks.AFTER_DISMISSAL:
        return "This month the provider ended the relation."
    if now is None:
        return "This month they looked for a provider and took none."
    if customer.saw_better:
        return f"This month they looked around, saw something better, and stayed with {now.name}."
    return "This month they looked around and saw nothing better."


def _held(customer: Any) -> str:
    holds = {name: getattr(customer, f"stickiness_{name}") for name in RESERVOIRS}
    if not any(holds.values()):
        return ""
    ordered = sorted(holds, key=lambda name: -abs(holds[name]))
    told = [f"{_HOLDS[name]} {written(holds[name], '+.2f')}" for name in ordered if holds[name]]
    total = sum(holds.values())
    provider = customer.provider.name
    if total > 0:
        end = f"a rival that is otherwise equal would have to be {total:.2f} better"
    else:
        end = "they would even be better off with a rival that is otherwise equal"
    return f"What only {provider} has for them, in utility: {listed(told)}. Altogether {end}."


def _path(history: Sequence[int], names: Sequence[str]) -> tuple[str, ...]:
    """Whom they were with, from which month on."""
    told = []
    for month, provider in enumerate(history):
        if month == 0 or provider != history[month - 1]:
            whom = names[provider] if provider >= 0 else "nobody"
            told.append(f"month {month}: {whom}")
    return tuple(told)
