"""Between two months: firms' books are closed, and the market tells where everybody stands.

It tells firms their standards, and customers what is public: ratings, reviews and advertising.
"""

from __future__ import annotations

from math import fsum, isnan, nan
from typing import Any

import numpy as np

from tsunagari.agents.firm.books import CAPABILITIES, Conditions, Research, Rival, Sales, Standing
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.firm.offer import widened
from tsunagari.agents.phases.survey import VALUED
from tsunagari.agents.rules.search import carried_over, volume_effect
from tsunagari.sim.live import standing
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
                side_units=side_units[row],
                settled=settled[row],
                joins=int(joins[row]),
                through=tuple(through[row]),
            )
            firm.account(market.conditions, sales)
            if answers is not None:
                told = {name: float(values[row]) for name, values in answers.items()}
                told["side_slope"] = side_slopes[row]
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


def side_sales(market: State, sums: Any) -> tuple[list[float], list[float], float]:
    """What customers spend besides their provider, spread over its rivals by attractiveness.

    They buy off the shelf: no rival gives them attention, so there is no solution in it. A firm
    sells as much besides as its capacity leaves room for.

    Returns:
        Units sold to rivals' customers, per firm; by how much these fall with the log of the firm's
        price, for what is spent; and all money that customers paid.
    """
    offers, value = market.population.offers, market.live.value
    reaches, shares = offers["reach"].tolist(), weights(market)
    known = [
        max(reach, share) * left if is_seen(firm) else 0.0
        for firm, reach, share, left in zip(
            market.firms, reaches, shares, room(market, sums), strict=True
        )
    ]
    # By the list: of products, of what is felt of prices, of reputations.
    listed = [offers["product"].tolist(), offers["felt"][:, 0].tolist()]
    listed.append(offers["reputation"].tolist())
    names = ("elsewhere", "customers", "weight_product", "weight_cost")
    side, slopes = [0.0] * len(known), [0.0] * len(known)
    for own, (spare, customers, product, thrift) in enumerate(
        zip(*(sums[name].tolist() for name in names), strict=True)
    ):
        rivals = [firm for firm, part in enumerate(known) if part > 0.0 and firm != own]
        if spare <= 0.0 or not rivals:
            continue
        sensitivity = value.price_base + value.price_slope * (thrift / customers)
        wanted = value.product * product / customers
        appeal = [
            wanted * product - sensitivity * felt + reputation
            for product, felt, reputation in zip(*listed, strict=True)
        ]
        # Against the best of them, so that no exponential is too large or all vanish.
        best = max(appeal[firm] for firm in rivals)
        drawn = np.exp(np.array([appeal[firm] - best for firm in rivals])).tolist()
        drawn = [known[firm] * pull for firm, pull in zip(rivals, drawn, strict=True)]
        whole = fsum(drawn)
        for firm, pull in zip(rivals, drawn, strict=True):
            part = pull / whole
            side[firm] += spare * pull / whole
            slopes[firm] += sensitivity * spare * part * (1.0 - part)
    bought, steepness = offers["bought"][:, 0].tolist(), offers["steepness"][:, 0].tolist()
    side = [one * units for one, units in zip(side, bought, strict=True)]
    slopes = [o * units * s for o, units, s in zip(slopes, bought, steepness, strict=True)]
    paid, prices = sums["paid"].tolist(), offers["price"][:, 0].tolist()
    spent = fsum((p + s) * price for p, s, price in zip(paid, side, prices, strict=True))
    return side, slopes, spent


def room(market: State, sums: Any) -> list[float]:
    """Part of every firm's capacity that its own customers leave; 1 where there is no limit."""
    people = market.population.people
    capacities = [firm.terms.capacity for firm in market.firms]
    return [
        max(0.0, 1.0 - used / (capacity * people)) if capacity < 1.0 else 1.0
        for used, capacity in zip(sums["customers"].tolist(), capacities, strict=True)
    ]


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


def weights(market: State) -> list[float]:
    """Weight of each firm in what "the market" gives: its share; its reach if all are new."""
    # Exact sums here and below: a firm that nobody sees must not even move the last digit.
    shares = [f.standing.market_share if f.active else 0.0 for f in market.firms]
    if not any(shares):
        shares = [f.terms.reach if f.active else 0.0 for f in market.firms]
    whole = fsum(shares)
    return [share / whole for share in shares] if whole else shares


def public_standing(market: State) -> dict[str, list[float]]:
    """What the market adds to firms' offers, by field of ``OFFER``, a number a firm."""
    weight = weights(market)
    return {
        "weight": weight,
        "rating_effect": rating_effects(market, weight),
        "volume": volume_effects(market),
        "stimulus": rivals_stimulus(market),
    }


def rating_effects(market: State, weight: list[float]) -> list[float]:
    """Factor on looking around of customers whose provider is rated below the market."""
    ratings = market.measures.rating()
    ratings += [nan] * (len(weight) - len(ratings))
    rated = [(w * r, w) for w, r in zip(weight, ratings, strict=True) if not isnan(r)]
    whole = fsum(w for _, w in rated)
    if not whole:
        return [1.0] * len(weight)
    mean = fsum(product for product, _ in rated) / whole
    below = [0.0 if isnan(rating) else max(0.0, mean - rating) for rating in ratings]
    factors: list[float] = np.exp(np.array(below) * market.live.looking.bad_rating).tolist()
    return factors


def volume_effects(market: State) -> list[float]:
    """Utility to prospects of how much a firm is reviewed; none where nobody reads reviews."""
    zmot, thousands = market.live.zmot, market.population.people / 1000.0
    weight = zmot.volume if zmot.review > 0.0 else 0.0
    reviews = market.measures.recent_reviews()
    reviews += [0.0] * (len(market.firms) - len(reviews))
    return [volume_effect(weight, number / thousands) for number in reviews]


def advertise(market: State) -> None:
    """Firms advertise this month: what people have in mind of them fills and wears off."""
    carry = market.live.zmot.advertising_carry
    for firm in market.firms:
        if firm.active:
            firm.adstock = carried_over(firm.adstock, firm.terms.advertising, carry)


def rivals_stimulus(market: State) -> list[float]:
    """Factor on looking around from the mean advertising in mind of each firm's rivals."""
    voices = _voices(market)
    loud, heard = fsum(level * reach for level, reach in voices), fsum(reach for _, reach in voices)
    means = [
        max(0.0, (loud - level * reach) / (heard - reach)) if heard - reach > 0.0 else 1.0
        for level, reach in voices
    ]
    factors: list[float] = (np.array(means) ** market.live.looking.stimulus).tolist()
    return factors


def advertising(market: State) -> float:
    """Mean advertising that reaches people without a provider."""
    voices = _voices(market)
    heard = fsum(reach for _, reach in voices)
    return fsum(level * reach for level, reach in voices) / heard if heard else 0.0


def _voices(market: State) -> list[tuple[float, float]]:
    """Advertising in mind of firms and its weight, their reach."""
    return [(f.adstock, f.terms.reach) if f.active else (0.0, 0.0) for f in market.firms]
