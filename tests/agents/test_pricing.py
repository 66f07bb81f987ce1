"""The price that measured demand asks for: by hand, against the value it maximises, by laws."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tsunagari.agents.firm.pricing import Costs, Demand, stepped, wanted_price

approx = pytest.approx
RATE = st.floats(0.002, 0.1)
SLOPE = st.floats(0.1, 5.0)
MONEY = st.floats(0.0, 0.5)


def demand_of(**values):
    usual = {"joins": 0.02, "losses": 0.02, "join_elasticity": 3.0, "loss_elasticity": 3.0}
    rest = {"side_elasticity": 2.0, "units": 0.8, "kept": 0.9, "side": 0.0}
    return Demand(**{**usual, **rest, **values})


def costs_of(**values):
    nothing = dict.fromkeys(("side_unit", "customer", "joiner", "share", "loss"), 0.0)
    return Costs(**{**nothing, "unit": 1.0, "invested": 0.1, "discount": 0.008, **values})


@given(RATE, RATE, st.floats(1.0, 5.0), st.floats(1.0, 5.0), st.floats(0.2, 2.0))
def test_where_all_cost_is_of_units_it_is_lerners_rule(joins, losses, winning, losing, elasticity):
    demand = demand_of(joins=joins, losses=losses, join_elasticity=winning, loss_elasticity=losing)
    e = elasticity + winning * joins / (joins + 0.008) + losing * losses / (losses + 0.008)
    assume(e > 1.06)
    assert wanted_price(demand, costs_of(), elasticity) == approx(e / (e - 1.0) / 0.9)


@st.composite
def markets(draw):
    """Demand with constant elasticities at price 1, costs, and the elasticity of units."""
    balanced = draw(st.booleans())  # what is sold besides weighs as it does in a steady market
    losses = draw(RATE)
    units, besides = draw(st.floats(0.3, 1.5)), draw(st.floats(0.0, 0.5)) if balanced else 0.0
    demand = demand_of(
        joins=losses if balanced else draw(RATE),
        losses=losses,
        join_elasticity=draw(SLOPE),
        loss_elasticity=draw(SLOPE),
        side_elasticity=draw(SLOPE),
        units=units,
        kept=draw(st.floats(0.5, 1.2)),
        side=besides,
    )
    costs = costs_of(
        unit=draw(st.floats(0.2, 2.0)),
        side_unit=draw(st.floats(0.2, 2.0)),
        customer=draw(MONEY),
        joiner=draw(MONEY),
        share=draw(MONEY),
        loss=draw(st.floats(0.0, 5.0)),
        invested=draw(st.floats(0.0, 0.5)),
        discount=draw(st.floats(0.001, 0.02)),
    )
    return demand, costs, draw(st.floats(0.0, 2.0))


def value_of(log_price, demand, costs, elasticity):
    """Value of this price held for ever, where demand has these elasticities throughout."""
    price, rho = math.exp(log_price), costs.discount
    joins = demand.joins * math.exp(-demand.join_elasticity * log_price)
    losses = demand.losses * math.exp(demand.loss_elasticity * log_price)
    units = demand.units * math.exp(-elasticity * log_price)
    margin = demand.kept * price - costs.unit + costs.share
    month = margin * units - costs.customer + rho * costs.loss
    besides = demand.units * demand.side / (1.0 - demand.side)
    besides *= math.exp(-(elasticity + demand.side_elasticity) * log_price)
    sold_besides = ((1.0 - costs.invested) * price - costs.side_unit) * besides / rho
    base = (1.0 + joins / rho) / (rho + losses)
    return month * base - costs.joiner * joins / rho + sold_besides


@given(markets())
def test_it_is_above_the_price_where_a_higher_one_is_worth_more(market):
    demand, costs, elasticity = market
    wanted = wanted_price(*market)
    own = elasticity + demand.join_elasticity * demand.joins / (demand.joins + costs.discount)
    own += demand.loss_elasticity * demand.losses / (demand.losses + costs.discount)
    side = elasticity + demand.side_elasticity
    assume((1.0 - demand.side) * own + demand.side * side > 1.05)
    assume(abs(wanted - 1.0) > 1e-3)
    step = 1e-5
    slope = value_of(step, *market) - value_of(-step, *market)
    falls = (1.0 - demand.side) * demand.kept * (own - 1.0)
    falls += demand.side * (1.0 - costs.invested) * (side - 1.0)
    assume(falls > 0.01)
    assert (wanted > 1.0) == (slope > 0.0)


@given(markets(), st.floats(0.01, 1.0))
def test_who_values_share_of_customer_is_cheaper(market, more):
    demand, costs, elasticity = market
    dearer = wanted_price(demand, costs, elasticity)
    cheaper = wanted_price(demand, costs._replace(share=costs.share + more), elasticity)
    assert cheaper < dearer or math.isinf(dearer) or dearer == highest(costs)


@given(markets(), st.floats(0.1, 5.0))
def test_who_fears_to_lose_customers_is_cheaper(market, more):
    demand, costs, elasticity = market
    dearer = wanted_price(demand, costs, elasticity)
    cheaper = wanted_price(demand, costs._replace(loss=costs.loss + more), elasticity)
    answers = demand.join_elasticity + demand.loss_elasticity > 0.01
    assert cheaper <= dearer
    assert cheaper < dearer or not answers or math.isinf(dearer) or dearer == highest(costs)


def highest(costs):
    return 3.0 * (costs.unit + costs.customer) / (1.0 - costs.invested)


def test_where_demand_hardly_answers_the_highest_price_is_wanted():
    inelastic = demand_of(join_elasticity=0.1, loss_elasticity=0.1)
    assert wanted_price(inelastic, costs_of(customer=0.2), 0.5) == approx(3.0 * 1.2 / 0.9)


def test_a_markup_moves_a_part_of_the_way():
    assert stepped(1.0, math.exp(0.1), 0.5, 0.1) == approx(0.05)
    assert stepped(1.0, 9.0, 0.5, 0.1) == 0.1
    assert stepped(1.0, 0.2, 0.5, 0.1) == -0.1
    assert stepped(1.0, -3.0, 0.5, 0.1) == -0.1
    assert stepped(1.0, math.inf, 0.0, 0.1) == 0.0
