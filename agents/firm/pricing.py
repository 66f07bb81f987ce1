"""Adaptive pricing: once a year a markup moves towards what measured demand asks for.

The price wanted is that of the best price held for ever, by the firm's own win/loss research
(:mod:`tsunagari.agents.phases.research`). Of a customer who pays p for each of q units a firm
keeps ``π = r·p·q − c·q − f + a·q + ρ·b`` a month: r is the part of a list price that is left after
refunds and investment, c the cost of a unit, f that of a customer, a what the firm's objective adds
for a unit sold to an own customer, b what it takes for a customer lost and gives for one won. (b at
every change of their number, discounted at ρ, is ρ·b for each of them a month.) With s₀ = 1
customer, J joins and χ losses a month, and A the cost of a joiner,

    V = π·(s₀ + J/ρ)/(ρ + χ) − A·J/ρ

(a base that joins, leaves and is discounted at ρ). Where ``dV/d ln p = 0``, and what is sold
besides to customers of rivals added in proportion, stands :func:`wanted_price`.
"""

from __future__ import annotations

import math
from math import fsum
from typing import NamedTuple

from tsunagari.agents.chance import absorbed, normal, uniform, word_of
from tsunagari.agents.firm.books import Conditions, Research
from tsunagari.agents.firm.growth import data_quality, standard_error
from tsunagari.agents.firm.state import State, firm_word

PRICING = word_of("pricing")
RESEARCHING = word_of("research")
YEAR = 12
LEAST_ELASTICITY = 1.05
"""Elasticity below which no price is best: demand would hardly answer."""
HIGHEST = 3.0
"""What is wanted then, in break-evens of a unit: dearer than anything research has seen."""


class Demand(NamedTuple):
    """What a year's research tells of demand.

    Attributes:
        joins: Customers won a month, for each that the firm has.
        losses: Customers lost a month, likewise.
        join_elasticity: By how much less is won, in log points by a log point of price.
        loss_elasticity: By how much more is lost.
        side_elasticity: By how much less is sold to customers of rivals, at given spending.
        units: Units that a customer buys a month.
        kept: What the firm gets for a unit sold to an own customer, in units at the price list.
        side: Part of all units that is sold to customers of rivals.
    """

    joins: float
    losses: float
    join_elasticity: float
    loss_elasticity: float
    side_elasticity: float
    units: float
    kept: float
    side: float


class Costs(NamedTuple):
    """What a firm counts when it prices, in money.

    Attributes:
        unit: Cost of a unit sold to an own customer.
        side_unit: Cost of a unit sold to a customer of a rival.
        customer: Monthly cost of a customer, whatever is bought.
        joiner: Cost of winning one.
        share: What a unit sold to an own customer is worth besides (``objective_share``).
        loss: What losing a customer costs besides, as winning one brings (``objective_loss``).
        invested: Part of revenue that is invested.
        discount: Discount rate ρ a month.
    """

    unit: float
    side_unit: float
    customer: float
    joiner: float
    share: float
    loss: float
    invested: float
    discount: float


def reprice(firm: State, conditions: Conditions) -> None:
    """Once a year, move the markup a part of the way to the price that measured demand asks for.

    A firm that says what it asks moves that instead. Costs are those that the firm sets its price
    on. Premium on a launch, concession and the scenario's factor on the price come on top of the
    markup as they always do.
    """
    if firm.terms.pricing != "adaptive" or not is_due(firm, conditions.month):
        return
    year = last_year(firm, conditions.month)
    if year is None:
        return
    technology = conditions.technology
    demand, costs = measured_demand(firm, conditions, year), costs_of(firm, conditions, year)
    wanted = wanted_price(demand, costs, conditions.elasticity)
    listed = firm.terms.asks
    if listed is None:
        asked = firm.full_cost(conditions) * (1.0 + firm.own_markup)
    else:
        asked = listed / conditions.unit_of_money * math.exp(firm.repriced)
    if asked <= 0.0:  # where nothing costs anything, nothing can be marked up
        return
    step = stepped(asked, wanted, technology.price_step, technology.price_step_most)
    if listed is None:
        firm.own_markup = (1.0 + firm.own_markup) * math.exp(step) - 1.0
    else:
        firm.repriced += step


def is_due(firm: State, month: int) -> bool:
    """Whether this is the month of the year in which the firm sets its markup."""
    return month % YEAR == int(uniform(firm_word(firm, PRICING, 0)) * YEAR)


def last_year(firm: State, month: int) -> Research | None:
    """The last twelve months' research, added up; None with less, or where nobody came or went."""
    months = [firm.research.get(month - ago) for ago in range(1, YEAR + 1)]
    known = [one for one in months if one is not None]
    if len(known) < YEAR:
        return None
    year = Research(*map(fsum, zip(*known, strict=True)))
    return year if min(year.won, year.lost, year.customers, year.units) > 0.0 else None


def measured_demand(firm: State, conditions: Conditions, year: Research) -> Demand:
    """What a year's research tells of demand.

    What is measured is noisy twice over: it is a sum over those who looked, few in a small firm;
    and elasticities are measured with an error of the firm's own, as good as its data are
    (:func:`tsunagari.agents.firm.growth.standard_error`).
    """
    room = firm.discipline.acceptance(firm, conditions)  # who is full wins nobody by price
    sold = year.units + year.side_units
    return Demand(
        joins=year.won / year.customers,
        losses=year.lost / year.customers,
        join_elasticity=room * misread("won", firm, conditions) * year.won_slope / year.won,
        loss_elasticity=misread("lost", firm, conditions)
        * (year.lost_slope + year.look_slope)
        / year.lost,
        side_elasticity=year.side_slope / year.side_units if year.side_units > 0.0 else 0.0,
        units=year.units / year.customers,
        kept=((1.0 - invested(firm)) * year.paid + year.settled) / year.units,
        side=year.side_units / sold,
    )


def misread(what: str, firm: State, conditions: Conditions) -> float:
    """Factor by which a firm misreads an elasticity this year; lognormal, its median 1."""
    noise = conditions.technology.research_noise
    error = standard_error(noise, data_quality(firm, conditions))
    word = firm_word(firm, RESEARCHING, conditions.month)
    return math.exp(error * normal(absorbed(word, word_of(what))))


def invested(firm: State) -> float:
    """Part of revenue that goes into investment, as pricing counts it (at most .9)."""
    return min(0.9, firm.terms.investment)


def costs_of(firm: State, conditions: Conditions, year: Research) -> Costs:
    """What a firm counts when it prices."""
    unit = firm.unit_cost + firm.unit_cost_of_service
    return Costs(
        unit=unit,
        side_unit=firm.unit_cost,
        customer=firm.full_cost(conditions) - unit,
        joiner=year.acquisition / year.won,
        share=firm.terms.objective_share,
        loss=firm.terms.objective_loss,
        invested=invested(firm),
        discount=conditions.finance.discount,
    )


def wanted_price(demand: Demand, costs: Costs, elasticity: float) -> float:
    """The price at which the value of a price held for ever has its first-order condition.

    With ``E = ε_J·J/(J + ρ) + ε_χ·χ/(ρ + χ)`` and ``e = η + E`` of own customers, ``e_s = η + ε_s``
    of what is sold besides (a part m of units),

        p·[(1 − m)·r·(e − 1) + m·r_s·(e_s − 1)]
            = (1 − m)·[e·(c − a) + (E·(f − ρ·b) + A·ε_J·J/(J + ρ)·(ρ + χ))/q] + m·e_s·c_s

    Where all cost k is cost of units and nothing else is counted, that is ``p = k·e/(e − 1)``.

    Args:
        demand: As the firm measured it.
        costs: What it counts.
        elasticity: Elasticity η of the units that a customer buys.
    """
    rho, joins, losses = costs.discount, demand.joins, demand.losses
    joining = demand.join_elasticity * joins / (joins + rho)
    base = joining + demand.loss_elasticity * losses / (losses + rho)
    own, side = elasticity + base, elasticity + demand.side_elasticity
    besides = demand.side
    if (1.0 - besides) * own + besides * side <= LEAST_ELASTICITY:
        return HIGHEST * (costs.unit + costs.customer) / (1.0 - costs.invested)
    per_customer = base * (costs.customer - rho * costs.loss) + costs.joiner * joining * (
        rho + losses
    )
    covered = (1.0 - besides) * (own * (costs.unit - costs.share) + per_customer / demand.units)
    covered += besides * side * costs.side_unit
    answer = (1.0 - besides) * demand.kept * (own - 1.0)
    answer += besides * (1.0 - costs.invested) * (side - 1.0)
    return covered / answer if answer > 0.0 else math.inf


def stepped(asked: float, wanted: float, part: float, most: float) -> float:
    """Change of the log price at a time: a part of the gap to the one wanted, at most so much."""
    gap = math.log(wanted / asked) if wanted > 0.0 else -math.inf
    return max(-most, min(most, part * gap)) if part > 0.0 else 0.0
