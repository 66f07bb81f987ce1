"""The end of a month for firms: what they sold, the closing of books, where each now stands."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from agents.firm.books import Sales, Standing
from agents.phases import survey
from sim.voices import is_seen, weights

if TYPE_CHECKING:
    from sim.market import Market


def close_books(market: Market, month: int, sums: np.ndarray) -> float:
    """Close the books of every firm, and tell what customers paid, counted on their side.

    Args:
        market: The market.
        month: The month that ends; before month 1 nothing has happened.
        sums: The survey's, a row a firm.
    """
    side_units, spending = side_sales(market, sums)
    for firm in market.firms:
        if firm.active and month > 0:
            own = sums[firm.index]
            sales = Sales(
                units=float(own[survey.UNITS]),
                paid=float(own[survey.PAID]),
                side_units=float(side_units[firm.index]),
                settled=float(own[survey.SETTLED]),
                joins=int(own[survey.JOINS]),
            )
            firm.account(market.conditions, sales)
        elif firm.closed == month or month == 0:
            firm.accounts = type(firm.accounts)()
    return spending if month > 0 else 0.0


def side_sales(market: Market, sums: np.ndarray) -> tuple[np.ndarray, float]:
    """What customers spend besides their provider, spread over its rivals by attractiveness.

    They buy off the shelf: no rival gives them attention, so there is no solution in it. A firm
    sells as much besides as its capacity leaves room for.

    Returns:
        Units sold to rivals' customers, per firm, and all money that customers paid.
    """
    firms = market.firms
    offers, value = market.population.offers, market.live.value
    customers = sums[:, survey.CUSTOMERS]
    seen = np.array([is_seen(firm) for firm in firms])
    known = np.where(seen, np.maximum(offers["reach"], weights(market)), 0.0) * room(market, sums)
    prices = np.exp(offers["log_price"])
    spare = sums[:, survey.SIDE_UNITS]
    side = np.zeros(len(firms))
    for firm in range(len(firms)):
        rivals = known.copy()
        rivals[firm] = 0.0
        if spare[firm] > 0.0 and rivals.any():
            product = value.product * sums[firm, survey.PRODUCT_VALUED] / customers[firm]
            thrift = sums[firm, survey.COST_VALUED] / customers[firm]
            sensitivity = value.price_base + value.price_slope * thrift
            appeal = product * offers["product"] - sensitivity * offers["log_price"]
            appeal = appeal + offers["reputation"]
            # Against the best of them, so that no exponential is too large or all vanish.
            rivals *= np.exp(np.minimum(0.0, appeal - appeal[rivals > 0.0].max()))
            side += spare[firm] * rivals / fsum(rivals)
    return side, fsum((sums[:, survey.PAID] + side) * prices)


def room(market: Market, sums: np.ndarray) -> np.ndarray:
    """Part of every firm's capacity that its own customers leave; 1 where there is no limit."""
    capacity = np.array([firm.terms.capacity for firm in market.firms])
    used = sums[:, survey.CUSTOMERS] / (capacity * market.population.people)
    return np.where(capacity < 1.0, np.maximum(0.0, 1.0 - used), 1.0)


def take_standings(market: Market, sums: np.ndarray) -> None:
    """Tell every firm where it stands; firms plan the next month with it."""
    customers = sums[:, survey.CUSTOMERS]
    everybody = customers.sum()
    rate = market.live.zmot.doubt_rate
    for firm in market.firms:
        own = sums[firm.index]
        count = own[survey.CUSTOMERS]
        share = float(count / everybody) if everybody else 0.0
        firm.standing = Standing(
            customers=int(count),
            market_share=share,
            # At the start nothing has been lost yet: shares are only being seated.
            lost=firm.standing.market_share - share if market.month > 0 else 0.0,
            revenue=firm.accounts.revenue,
            liking=float(own[survey.LIKED] / count) if count else 0.0,
            valued={name: float(own[column] / count) for name, column in survey.VALUED.items()}
            if count
            else {},
        )
        if own[survey.NEWCOMERS] > 0:
            broken = -own[survey.BROKEN] / own[survey.NEWCOMERS]
            firm.overpromise += rate * (broken - firm.overpromise)
