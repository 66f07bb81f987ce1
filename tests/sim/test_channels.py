"""How customers come to a firm, what that costs, and what firms do about it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plain import LIVELY, plan_of

from tsunagari.agents.columns import CHANNELS, SOURCE_NAMES
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


@pytest.mark.parametrize("name", PAID)
def test_a_channel_that_costs_is_paid_by_whom_it_serves(name):
    event = {"month": 8, "set": f"finance.{name}_cost", "to": 2.0}
    base, dear = (
        run(BUSY.with_values({"events": events})).results.firms.query("month == 8")
        for events in ([], [event])
    )
    paid = base["profit"] - dear["profit"]
    assert paid.tolist() == pytest.approx((2.0 * base[f"joins_{name}"]).tolist())
    assert paid.sum() > 0.0
