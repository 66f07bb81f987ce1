"""Firms' policies replayed: without anything else changed, the market is the same to the bit."""

import copy

import numpy as np
import pytest

from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

MONTHS = 14
PLAN = Scenario().with_values(
    {
        "market.customers": 600,
        "market.months": 3 + MONTHS,
        "finance.start_cash": 0.0,
        "finance.credit": 0.3,
        "finance.grace": 2,
        "firms.Lean.price": 0.5,  # ruined within the record
        "firms.Tailor.capacity": 0.3,
        "events": [
            {"month": 5, "enter": {"name": "Zero", "discipline": "disruptor"}},
            {"month": 6, "set": "firms.Broad.discipline", "to": "product-leadership"},
            {"month": 8, "launch": "Spark"},
            {"month": 9, "leave": "Tailor"},
            {"month": 10, "set": "firms.Broad.price", "to": 1.2, "over": 4},
        ],
    }
)
POLICIES = {"price", "unit_cost", "product", "attention_given"}


@pytest.fixture(scope="module")
def begun():
    market = Market(PLAN, seed=4, threads=1)
    market.run_for(3)
    return market


@pytest.fixture(scope="module")
def recorded(begun):
    base = copy.deepcopy(begun)
    return base, base.record_policies(MONTHS)


def firms_of(market, name):
    table = market.results.firms
    return table[table["firm"] == name].set_index("month")


def test_a_replay_is_the_market_again(begun, recorded):
    base, policies = recorded
    assert base.firm("Lean").closed is not None
    twin = copy.deepcopy(begun)
    twin.replay(policies)
    twin.run_for(MONTHS)
    for name, columns in base.results.tables.items():
        for column, values in columns.items():
            np.testing.assert_array_equal(twin.results.tables[name][column], values, column)


def test_replayed_firms_do_not_answer_and_free_ones_do(begun, recorded):
    base, policies = recorded
    for free in ((), ("Spark",)):
        twin = copy.deepcopy(begun)
        twin.replay(policies, free)
        twin.switch_off("Spark", ["inattention", "switching"])
        twin.run_for(MONTHS)
        for firm in ("Spark", "Broad"):
            same = firms_of(twin, firm)[list(POLICIES)].equals(firms_of(base, firm)[list(POLICIES)])
            assert same == (firm not in free)
        lost = firms_of(base, "Spark")["customers"].iloc[-1]
        assert firms_of(twin, "Spark")["customers"].iloc[-1] < 0.8 * lost


def test_a_ruined_firm_does_not_close_before_its_record_says_so(begun, recorded):
    base, policies = recorded
    twin = copy.deepcopy(begun)
    twin.replay(policies)
    twin.switch_off("Broad", ["inattention", "switching", "obligation", "success", "knowledge"])
    twin.run_for(MONTHS)
    assert [firm.closed for firm in twin.firms] == [firm.closed for firm in base.firms]


def test_months_that_were_not_recorded_are_not_made_up(begun, recorded):
    twin = copy.deepcopy(begun)
    twin.replay(recorded[1])
    twin.run_for(MONTHS)
    with pytest.raises(ValueError, match=f"month {3 + MONTHS + 1} was not recorded"):
        twin.step()


def test_the_original_is_left_alone(begun):
    before = copy.deepcopy(begun)
    before.run_for(5)
    twin = copy.deepcopy(begun)
    twin.switch_off("Broad", ["switching"])
    twin.run_for(5)
    after = copy.deepcopy(begun)
    after.run_for(5)
    assert after.results.firms.equals(before.results.firms)
    assert not twin.results.firms.equals(before.results.firms)
