"""One customer's story as it stands: who they are, whom they are with, and what holds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.agents.columns import NEVER, NOBODY, Looks
from tsunagari.experiments.explain.customer import RESERVOIRS, row_of
from tsunagari.experiments.telling.customer import decided, holds_in_words
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from tsunagari.sim.market import Market

_VALUES = ("cost", "product", "solution")
_CLEAR, _SLIGHT = 0.5, 0.1
"""Satisfaction, in utility, from which on it is called clear, and any at all."""
_ENGLISH = Words("en")


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


def story(
    market: Market, number: int, history: Sequence[int] = (), words: Words = _ENGLISH
) -> Story:
    """The story of a customer as it stands this month.

    Args:
        market: The market, between two months.
        number: The customer's ``unique_id``.
        history: Position of the provider at the end of every month from 0 on, if it was followed.
        words: The reader's language.

    Raises:
        Problems: There is no such customer.
    """
    from tsunagari.agents.customer import Customer

    customer: Any = Customer(market, row_of(market, number, f"customer {number}"))
    provider = customer.provider
    told = [_who(market, customer, words), *_relation(market, customer, words),
            _rating(customer, words), _friends(market, customer, words),
            _this_month(market, customer, words), _held(customer, words)]  # fmt: skip
    names = [firm.name for firm in market.firms]
    return Story(
        number=number,
        provider=-1 if provider is None else provider.index,
        sentences=tuple(sentence for sentence in told if sentence),
        path=_path(history, names, words),
    )


def _who(market: Market, customer: Any, words: Words) -> str:
    weights = {name: getattr(customer, f"weight_{name}") for name in _VALUES}
    most = max(_VALUES, key=lambda name: weights[name])
    return words(
        "person.who",
        segment=market.plan.segments[customer.segment].name,
        most=words(f"person.{most}"),
        part=words.percent(weights[most], 0),
        wallet=written(customer.wallet, ".1f"),
    )


def _relation(market: Market, customer: Any, words: Words) -> list[str]:
    """Whom they are with, since when and why, and how they like it."""
    firm, joined, tenure = customer.provider, customer.joined_month, customer.tenure
    if firm is None:
        before = customer.previous_provider
        if before is None:
            return [words("person.without")]
        return [words("person.without_since", provider=before.name)]
    reason = decided(customer.joined_for, words) if joined > 0 else ""
    lived = words.counted(tenure, "month")
    told = [
        words(
            "person.provider",
            provider=firm.name,
            since=words("person.since" if joined > 0 else "person.since_before", month=joined),
            lived=words("person.lived", months=lived) if tenure > 0 else "",
            because=words("person.because", reason=reason) if reason else "",
        )
    ]
    if tenure == 0:
        told.append(words("person.not_lived"))
    elif market.month > 0:
        told.append(
            words(
                "person.mood",
                mood=_mood(customer.satisfaction, words),
                satisfaction=written(customer.satisfaction, "+.2f"),
                provider=firm.name,
                success=words.percent(customer.success, 0),
                share=words.percent(customer.wallet_share, 0),
            )
        )
    if customer.contract_left > 0:
        left = words.counted(customer.contract_left, "month")
        told.append(words("person.contract", months=left))
    return told


def _mood(satisfaction: float, words: Words) -> str:
    if abs(satisfaction) < _SLIGHT:
        return words("person.neither")
    degree = "clearly" if abs(satisfaction) >= _CLEAR else "rather"
    return words(f"person.{degree}_{'satisfied' if satisfaction > 0 else 'dissatisfied'}")


def _rating(customer: Any, words: Words) -> str:
    about, stars = customer.rated_provider, customer.rating
    if stars == 0 or about is None or customer.rated_month == NEVER:
        return words("person.no_review")
    key = "person.review_one" if stars == 1 else "person.review"
    return words(key, provider=about.name, stars=stars, month=customer.rated_month)


def _friends(market: Market, customer: Any, words: Words) -> str:
    network, column = market.population.network, market.population.column
    if network.complete:
        return words("person.everybody")
    rows = network.neighbours(customer.row)
    if not len(rows):
        return words("person.no_friends")
    where = [
        words("person.with", count=count, provider=market.firms[firm].name)
        if firm != NOBODY
        else words("person.with_nobody", count=count)
        for firm, count in Counter(column("provider")[rows].tolist()).most_common()
    ]
    left = int((column("left_provider")[rows] != NOBODY).sum())
    key = "person.friend" if len(rows) == 1 else "person.friends"
    told = words(key, count=len(rows), where=words.joined(where))
    moved = words("person.friends_left", count=left) if left and market.month > 0 else ""
    return words.together([told, moved])


def _this_month(market: Market, customer: Any, words: Words) -> str:
    """Whether they looked around in the month that is over, and what came of it."""
    if market.month == 0:
        return ""
    looks, left, now = customer.looks, customer.left_provider, customer.provider
    if looks == Looks.FAREWELL:
        key = "took_the_place"
    elif left is not None:
        key = "left_for" if now is not None else "left"
    elif customer.joined_month == market.month and now is not None:
        key = "joined"
    elif looks == Looks.NOT:
        key = "did_not_look"
    elif looks == Looks.FOR_THE_COMPANY:
        key = "company"
    elif looks == Looks.AFTER_DISMISSAL:
        key = "dismissed"
    elif now is None:
        key = "took_none"
    else:
        key = "saw_better" if customer.saw_better else "saw_nothing"
    names = {"left": left, "provider": now}
    told = {name: firm.name if firm is not None else "" for name, firm in names.items()}
    return words(f"person.{key}", **told)


def _held(customer: Any, words: Words) -> str:
    """What only the provider has for them."""
    holds = {name: getattr(customer, f"stickiness_{name}") for name in RESERVOIRS}
    holds = {name: value for name, value in holds.items() if value}
    if customer.provider is None or not holds:
        return ""
    total = sum(holds.values())
    return words(
        "person.held" if total > 0 else "person.held_against",
        provider=customer.provider.name,
        holds=holds_in_words(holds, words),
        total=written(total, ".2f"),
    )


def _path(history: Sequence[int], names: Sequence[str], words: Words) -> tuple[str, ...]:
    """Whom they were with, and from which month on."""
    return tuple(
        words("person.path", month=month, provider=names[provider])
        if provider >= 0
        else words("person.path_nobody", month=month)
        for month, provider in enumerate(history)
        if month == 0 or provider != history[month - 1]
    )
