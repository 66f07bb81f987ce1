"""How customers come to a firm, what that costs, and what firms do about it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plain import FIVE, LIVELY, plan_of
from test_same_to_the_bit import assert_same, tables_of

from tsunagari.agents.columns import CHANNELS, SOURCE_NAMES
from tsunagari.agents.rules.relation import points
from tsunagari.agents.rules.search import referral_lift
from tsunagari.sim.market import Market

PAID = ("stimulus", "review", "friend", "referral")
BUSY = plan_of(300).with_values(LIVELY)
costs = st.one_of(st.just(0.0), st.floats(0.0, 100.0))


def run(plan, months=8, seed=11):
    market = Market(plan, seed, threads=1)
    market.run_for(months)
    return market


def test_joiners_are_counted_by_what_they_came_through():
    market = Market(BUSY, 11, threads=1)
    seen = set()
    for month in range(1, 9):
        market.step()
        column = market.population.column
        now = (column("joined_month") == month) & (column("provider") >= 0)
        row = market.results.firms.query("month == @month").set_index("firm")
        for firm in market.firms:
            here = column("joined_through")[now & (column("provider") == firm.index)]
            for channel in CHANNELS:
                came = int((here == channel).sum())
                assert row.at[firm.name, f"joins_{SOURCE_NAMES[channel]}"] == came
                seen |= {channel} if came else set()
    assert seen == set(CHANNELS)


@settings(max_examples=10, deadline=None)
@given(st.tuples(costs, costs, costs, costs, costs))
def test_channels_cost_what_they_are_said_to(asked):
    everybody, *besides = asked
    keys = ["acquisition_cost", *(f"{name}_cost" for name in PAID)]
    values = {f"finance.{key}": cost for key, cost in zip(keys, asked, strict=True)}
    firms = run(BUSY.with_values(values), months=4).results.firms.query("month > 0")
    expected = everybody * firms["joins"]
    for name, cost in zip(PAID, besides, strict=True):
        expected = expected + cost * firms[f"joins_{name}"]
    np.testing.assert_allclose(firms["acquisition"], expected, rtol=1e-12)


HEARD = BUSY.with_values({"zmot.friend": 2.0, "zmot.review": 0.3})
"""Every channel brings somebody in a month."""


@pytest.mark.parametrize("name", PAID)
def test_a_channel_that_costs_is_paid_by_whom_it_serves(name):
    event = {"month": 8, "set": f"finance.{name}_cost", "to": 2.0}
    base, dear = (
        run(HEARD.with_values({"events": events})).results.firms.query("month == 8")
        for events in ([], [event])
    )
    paid = base["profit"] - dear["profit"]
    assert paid.tolist() == pytest.approx((2.0 * base[f"joins_{name}"]).tolist())
    assert paid.sum() > 0.0


# -- programmes ----------------------------------------------------------------------------------


def firms_with(**terms):
    return {"firms": [{**firm, **terms} for firm in FIVE]}


def test_programmes_that_pay_nothing_change_no_bit():
    off = {"loyalty": 0.0, "loyalty_months": 3, "referral_reward": 0.0}
    values = {"zmot.rewarded": 9.0, "zmot.reward_scale": 0.01}
    assert_same(tables_of(BUSY, months=10), tables_of(BUSY.with_values(firms_with(**off) | values),
                                                      months=10))  # fmt: skip


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 10.0), st.floats(1e-3, 100.0))
def test_rewards_do_more_the_higher_they_are_and_never_more_than_most(one, other, most, scale):
    low, high = sorted((one, other))
    assert referral_lift(0.0, most, scale) == 0.0
    assert 0.0 <= referral_lift(low, most, scale) <= referral_lift(high, most, scale) <= most
    assert referral_lift(scale, most, scale) == pytest.approx(most * (1.0 - np.exp(-1.0)))


@given(st.integers(0, 600), st.floats(0.0, 0.99), st.integers(1, 120))
def test_points_outstanding_grow_up_to_those_of_the_months(tenure, loyalty, months):
    assert points(0, loyalty, months) == 0.0
    assert points(tenure, loyalty, months) <= points(tenure + 1, loyalty, months)
    assert points(tenure, loyalty, months) <= loyalty * months
    assert points(months, 0.1, months) == pytest.approx(0.1 * months)


def test_rewards_are_paid_for_every_joiner_by_referral():
    event = {"month": 8, "set": "firms.Lean.referral_reward", "to": 2.0}
    values = {"finance.acquisition_cost": 0.0, "events": [event], "zmot.rewarded": 0.0}
    firms = run(BUSY.with_values(values)).results.firms.query("month == 8").set_index("firm")
    assert firms.at["Lean", "acquisition"] == 2.0 * firms.at["Lean", "joins_referral"] > 0.0
    assert (firms["acquisition"].drop("Lean") == 0.0).all()


def test_the_loyal_are_asked_less_and_revenue_shows_it():
    plan = BUSY.with_values(firms_with(loyalty=0.25, loyalty_months=6))
    market = run(plan.with_values({"wallet.elasticity": 0.0}))  # units do not answer price
    column = market.population.column
    given_back = 0.0
    bill = column("wallet") * (1.0 + column("found")) * column("wallet_share")
    for firm in market.firms:
        own = column("provider") == firm.index
        loyal = own & (column("tenure") >= 6)
        given_back += bill[loyal].sum()
        paid = bill[own].sum() - 0.25 * bill[loyal].sum()
        sold = market.results.firms.query("month == 8").set_index("firm")
        bought_of_it = firm.price * paid
        assert sold.at[firm.name, "revenue"] >= bought_of_it * (1.0 - 1e-4)
    assert given_back > 0.0
