"""Between two months: firms' books are closed, and the market tells where everybody stands.

It tells firms their standards, and customers what is public: ratings, reviews and advertising.
"""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from tsunagari.agents.firm.books import CAPABILITIES, Conditions, Research, Rival, Sales, Standing
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.firm.offer import widened
from tsunagari.agents.phases.survey import VALUED
from tsunagari.agents.rules.search import carried_over, volume_effect
from tsunagari.sim.live import standing
from tsunagari.sim.measuring import longer
from tsunagari.sim.state import State

# -- the end of a month --------------------------------------------------------------------------


def close_books(market: State, month: int, sums: Any) -> float:
    """Close the books of every firm, and tell what customers paid, counted on their side.

    Args:
        market: The market.
        month: The month that ends; before month 1 nothing has happened.
        sums: The survey's by name, a number a firm.
    """
    side_units, side_slopes, spending = side_sales(market, sums)
    answers = market.population.research()
    units, paid, settled = sums["units"].tolist(), sums["paid"].tolist(), sums["settled"].tolist()
    joins, through = sums["joins"].tolist(), sums["joins_through"].tolist()
    for firm in market.firms:
        if firm.active and month > 0:
            row = firm.index
            sales = Sales(
                units=units[row],
                paid=paid[row],
                side_units=float(side_units[row]),
                settled=settled[row],
                joins=int(joins[row]),
                through=tuple(through[row]),
            )
            firm.account(market.conditions, sales)
            if answers is not None:
                told = {name: float(values[row]) for name, values in answers.items()}
                told["side_slope"] = float(side_slopes[row])
                customers = float(sums["customers"][row])
                firm.research[month] = researched(told, customers, sales, firm.accounts.acquisition)
        elif firm.closed == month or month == 0:
            firm.accounts = type(firm.accounts)()
    return spending if month > 0 else 0.0


def researched(
    told: dict[str, float], customers: float, sales: Sales, acquisition: float
) -> Research:
    """What a month's research tells a firm, with what it sold to whom."""
    return Research(
        **told,
        customers=customers,
        units=sales.units,
        paid=sales.paid,
        settled=sales.settled,
        side_units=sales.side_units,
        acquisition=acquisition,
    )


def side_sales(market: State, sums: Any) -> tuple[np.ndarray, np.ndarray, float]:
    """What customers spend besides their provider, spread over its rivals by attractiveness.

    They buy off the shelf: no rival gives them attention, so there is no solution in it. A firm
    sells as much besides as its capacity leaves room for.

    Returns:
        Units sold to rivals' customers, per firm; by how much these fall with the log of the firm's
        price, for what is spent; and all money that customers paid.
    """
    firms = market.firms
    offers, value = market.population.offers, market.live.value
    customers = sums["customers"]
    seen = np.array([is_seen(firm) for firm in firms])
    known = np.where(seen, np.maximum(offers["reach"], weights(market)), 0.0) * room(market, sums)
    spare, felt = sums["elsewhere"], offers["felt"][:, 0]
    products, reputation = offers["product"], offers["reputation"]
    side, slopes = np.zeros(len(firms)), np.zeros(len(firms))
    for firm in range(len(firms)):
        rivals = known.copy()
        rivals[firm] = 0.0
        if spare[firm] > 0.0 and rivals.any():
            product = value.product * sums["weight_product"][firm] / customers[firm]
            thrift = sums["weight_cost"][firm] / customers[firm]
            sensitivity = value.price_base + value.price_slope * thrift
            appeal = product * products - sensitivity * felt
            appeal = appeal + reputation
            # Against the best of them, so that no exponential is too large or all vanish.
            rivals *= np.exp(np.minimum(0.0, appeal - appeal[rivals > 0.0].max()))
            whole = fsum(rivals.tolist())
            side += spare[firm] * rivals / whole
            part = rivals / whole
            slopes += sensitivity * spare[firm] * part * (1.0 - part)
    bought = offers["bought"][:, 0]
    side, slopes = side * bought, slopes * bought * offers["steepness"][:, 0]
    return side, slopes, fsum((sums["paid"] + side) * offers["price"][:, 0])


def room(market: State, sums: Any) -> np.ndarray:
    """Part of every firm's capacity that its own customers leave; 1 where there is no limit."""
    capacity = np.array([firm.terms.capacity for firm in market.firms])
    used = sums["customers"] / (capacity * market.population.people)
    return np.where(capacity < 1.0, np.maximum(0.0, 1.0 - used), 1.0)


def take_standings(market: State, sums: Any) -> None:
    """Tell every firm where it stands; firms plan the next month with it."""
    customers, everybody = sums["customers"].tolist(), float(sums["customers"].sum())
    liking, newcomers, broken = (
        sums["liking"].tolist(),
        sums["newcomers"].tolist(),
        sums["broken"].tolist(),
    )
    weighed = {name: sums[column].tolist() for name, column in VALUED.items()}
    rate = market.live.zmot.doubt_rate
    for firm in market.firms:
        row = firm.index
        count = customers[row]
        share = count / everybody if everybody else 0.0
        firm.standing = Standing(
            customers=int(count),
            market_share=share,
            # At the start nothing has been lost yet: shares are only being seated.
            lost=firm.standing.market_share - share if market.month > 0 else 0.0,
            revenue=firm.accounts.revenue,
            liking=liking[row] / count if count else 0.0,
            valued={name: whole[row] / count for name, whole in weighed.items()} if count else {},
        )
        if newcomers[row] > 0:
            firm.overpromise += rate * (-broken[row] / newcomers[row] - firm.overpromise)


# -- the beginning of the next -------------------------------------------------------------------


def is_seen(firm: Firm) -> bool:
    """Whether anybody can know of a firm; one that nobody sees must change nothing."""
    terms = firm.terms
    reach = widened(terms.reach, terms.intermediaries, terms.intermediary_reach)
    return firm.active and (reach > 0.0 or firm.customers > 0)


def conditions(market: State, month: int) -> Conditions:
    """What firms know of the market: last month's standards, this month's technology."""
    live = market.live
    people = market.population.people
    shares = [firm.standing.market_share if firm.active else 0.0 for firm in market.firms]
    total = sum(shares)
    means = {
        name: sum(w * f.capabilities[name] for w, f in zip(shares, market.firms, strict=True))
        / total
        if total > 0.0
        else 1.0
        for name in CAPABILITIES
    }
    seen = [firm for firm in market.firms if is_seen(firm)]
    return Conditions(
        month=month,
        people=people,
        reference_revenue=live.finance.reference_share * people,
        means=means,
        par={name: live.technology.par * mean for name, mean in means.items()},
        products={firm.name: firm.product for firm in seen},
        seen={
            firm.name: Rival(firm.price, firm.standing.market_share, firm.capabilities.copy())
            for firm in seen
        },
        technology=live.technology,
        finance=live.finance,
        relation=live.relation,
        zmot=live.zmot,
        value=live.value,
        elasticity=standing(live, "wallet", "elasticity"),
        segments=tuple(segment.name for segment in market.plan.segments),
        unit_of_money=market.plan.money.unit_cost,
    )


def weights(market: State) -> np.ndarray:
    """Weight of each firm in what "the market" gives: its share; its reach if all are new."""
    # Exact sums here and below: a firm that nobody sees must not even move the last digit.
    shares = np.array([f.standing.market_share if f.active else 0.0 for f in market.firms])
    if shares.any():
        return shares / fsum(shares)
    reach = np.array([f.terms.reach if f.active else 0.0 for f in market.firms])
    return reach / fsum(reach) if reach.any() else reach


def public_standing(market: State) -> dict[str, np.ndarray]:
    """What the market adds to firms' offers, by field of ``OFFER``."""
    weight = weights(market)
    return {
        "weight": weight,
        "rating_effect": rating_effects(market, weight),
        "volume": volume_effects(market),
        "stimulus": rivals_stimulus(market),
    }


def rating_effects(market: State, weight: np.ndarray) -> np.ndarray:
    """Factor on looking around of customers whose provider is rated below the market."""
    firms = len(market.firms)
    rating = longer(market.measures.rating(), firms, np.nan)
    known = np.isfinite(rating)
    if not (weight * known).any():
        return np.ones(firms)
    mean = fsum(rating[known] * weight[known]) / fsum(weight[known])
    below = np.where(known, np.maximum(0.0, mean - rating), 0.0)
    return np.exp(market.live.looking.bad_rating * below)


def volume_effects(market: State) -> np.ndarray:
    """Utility to prospects of how much a firm is reviewed; none where nobody reads reviews."""
    zmot, thousands = market.live.zmot, market.population.people / 1000.0
    weight = zmot.volume if zmot.review > 0.0 else 0.0
    reviews = market.measures.recent_reviews() / thousands
    worth = np.array([volume_effect(weight, number) for number in reviews.tolist()])
    return longer(worth, len(market.firms))


def advertise(market: State) -> None:
    """Firms advertise this month: what people have in mind of them fills and wears off."""
    carry = market.live.zmot.advertising_carry
    for firm in market.firms:
        if firm.active:
            firm.adstock = carried_over(firm.adstock, firm.terms.advertising, carry)


def rivals_stimulus(market: State) -> np.ndarray:
    """Factor on looking around from the mean advertising in mind of each firm's rivals."""
    level, reach = _voices(market)
    others = fsum(reach) - reach
    mean = np.divide(
        fsum(level * reach) - level * reach, others, out=np.ones(len(level)), where=others > 0
    )
    return np.maximum(mean, 0.0) ** market.live.looking.stimulus


def advertising(market: State) -> float:
    """Mean advertising that reaches people without a provider."""
    level, reach = _voices(market)
    return fsum(level * reach) / fsum(reach) if reach.any() else 0.0


def _voices(market: State) -> np.ndarray:
    """Advertising in mind of firms (first row) and its weight, their reach (second row)."""
    return np.array(
        [(f.adstock, f.terms.reach) if f.active else (0.0, 0.0) for f in market.firms]
    ).T.reshape(2, -1)
