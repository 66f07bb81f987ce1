"""How a firm answers its rivals in price: by conceding after a loss, and taking it back."""

from __future__ import annotations

import math
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.conditions import Conditions


def cheaper_price(conditions: Conditions, name: str, price: float) -> float | None:
    """Mean price of the visible rivals that are cheaper, weighted by share; None without any."""
    cheaper = [
        rival
        for rival in conditions.rivals_of(name)
        if rival.price < price and rival.market_share > 0.0
    ]
    if not cheaper:
        return None
    weight = fsum(rival.market_share for rival in cheaper)
    return fsum(rival.market_share * rival.price for rival in cheaper) / weight


def conceded(before: float, price: float, cheaper: float | None, lost: float, rate: float) -> float:
    """What a firm concedes of its asking price, in log points, this month.

    After a loss of share it goes part of the way to its cheaper rivals,
    ``c += rate·ln(price/cheaper)``; otherwise it takes part of it back, ``c −= rate·c``. If it
    loses and nobody is cheaper, price is not the reason and it stays. Most moves of rivals are left
    without an answer; those that are answered, by the same means (Steenkamp et al. 2005).

    Args:
        before: What it conceded last month.
        price: Its price of last month.
        cheaper: Mean price of its cheaper rivals (:func:`cheaper_price`).
        lost: Share of the market that it lost last month.
        rate: Part of the gap closed a month: ``technology.reaction·technology.price_reaction``.
    """
    if lost <= 0.0:
        return before - rate * before
    if cheaper is None:
        return before
    return before + rate * math.log(price / cheaper)


def reduced(asked: float, floor: float, conceded: float) -> float:
    """The price after a concession: ``asked·e^(−c)``, never below the floor for that reason."""
    return max(min(asked, floor), asked * math.exp(-conceded))
