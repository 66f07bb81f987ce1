"""Consumer surplus: what raises it, what does not, and what of it firms leave to customers."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.phases.welfare import SAMPLE, Sample, rows_of
from tsunagari.agents.rules.value import either, worth_in_money
from tsunagari.sim.bills import Bills
from tsunagari.sim.market import Market
from tsunagari.sim.measuring import part_kept
from tsunagari.sim.scenario import Scenario

utilities = st.floats(-1000.0, 1000.0)
money = st.floats(0.001, 1000.0)


@given(utilities, utilities, st.floats(0.0, 10.0))
def test_a_choice_of_two_is_worth_more_than_the_better_and_no_more_than_by_ln_2(one, other, more):
    both = either(one, other)
    assert max(one, other) <= both <= max(one, other) + math.log(2.0) + 1e-9
    assert either(one + more, other) >= both == either(other, one)


def test_surplus_in_money_by_hand():
    assert either(1.0, 0.0) == pytest.approx(math.log(math.e + 1.0))
    assert worth_in_money(3.0, 1.5, 0.6) == pytest.approx(1.2)


@given(money, money)
def test_a_part_each_where_both_gain(kept, earned):
    share = part_kept(np.array([kept, kept]), np.array([earned, -2.0 * kept]))
    assert 0.0 < share[0] < 1.0
    assert np.isnan(share[1])


@cache
def market() -> Market:
    """A market that has run for a while, with a fifth firm that is not in it yet."""
    plan = Scenario.load("three-disciplines").with_values(
        {"market.customers": 300, "value.outside": 0.0, "firms.Tailor.indulgence": 0.5}
    )
    made = Market(plan, 3, threads=1)
    made.run_for(15)
    return made


def surplus_with(**changed):
    """Surplus of everybody where firms' offers, or the parameters, are others."""
    population = market().population
    month = population.this_month
    offers, p = month.offers.copy(), month.p.copy()
    for name, (firm, by) in changed.items():
        if name in offers.dtype.names:
            offers[name][firm] += by
        else:
            p[name] += by
    population.this_month = month._replace(offers=offers, p=p)
    found = population.welfare()
    population.this_month = month
    return found


@given(st.integers(0, 3), st.floats(0.0, 2.0))
def test_surplus_rises_as_a_price_falls(firm, by):
    before, after = surplus_with(), surplus_with(felt=(firm, -by))
    assert (after.surplus >= before.surplus).all()
    if by > 1e-6:
        assert (after.surplus > before.surplus).mean() > 0.5
        theirs = before.provider == firm
        assert (after.realised[theirs] > before.realised[theirs]).all()
        assert (after.realised[~theirs] == before.realised[~theirs]).all()


@given(st.integers(0, 3))
def test_surplus_rises_with_an_offer_more(firm):
    with_it, without = surplus_with(), surplus_with(active=(firm, -1.0))
    assert (with_it.surplus >= without.surplus).all()
    assert with_it.surplus.sum() > without.surplus.sum()


@given(st.floats(0.01, 5.0))
def test_a_lock_in_is_worth_nothing_to_those_who_are_locked_in(by):
    before, after = surplus_with(), surplus_with(stickiness_switching=(0, by))
    held = before.provider >= 0
    assert (after.surplus[held] <= before.surplus[held]).all()
    assert (after.surplus < before.surplus).mean() > 0.5
    assert (after.realised == before.realised).all()
    assert (after.surplus[~held] == before.surplus[~held]).all()


def test_nobody_gains_where_there_is_no_offer():
    plan = Scenario().with_values({"market.customers": 50, "market.start": "empty"})
    empty = Market(plan, 1, threads=1)
    for firm in empty.firms:
        empty.act({"leave": firm.name})
    empty.run_for(1)
    assert (empty.population.welfare().surplus == 0.0).all()


@pytest.mark.parametrize("people", [1, 7, SAMPLE, SAMPLE + 1, 10 * SAMPLE + 3, 1_000_000])
def test_a_sample_is_small_and_spread_over_everybody(people):
    rows = range(people)[rows_of(people)]
    assert min(people, SAMPLE // 2) <= len(rows) <= SAMPLE
    assert people - rows[-1] <= rows.step


def test_a_sample_is_as_good_as_its_standard_error():
    plan = Scenario.load("three-disciplines").with_values({"market.customers": 20_000})
    full = Market(plan, 2).population
    sample = full.welfare().surplus
    weights = full.column("wallet")
    drawn = weights[rows_of(20_000)]
    error = weights.std() / math.sqrt(len(drawn))
    assert abs(drawn.mean() - weights.mean()) < 4.5 * error
    assert sample.std() / math.sqrt(len(sample)) < 0.05 * sample.mean()


def test_revenue_retention_by_hand():
    plan = Scenario.load("three-disciplines").with_values({"market.customers": 400})
    grown = Market(plan, 4, threads=1)
    bills, providers = [], []
    for month in range(16):
        if month:
            grown.run_for(1)
        provider = grown.population.column("provider").copy()
        price = np.array([*(firm.price for firm in grown.firms), 0.0])[provider]
        bills.append(grown.population.bills()[1] * price)
        providers.append(provider)
    rows = grown.results.firms.set_index(["month", "firm"])
    now, then = bills[15], bills[3]
    stayed = (providers[3:] == providers[15]).all(axis=0)
    for firm in grown.firms:
        here = providers[3] == firm.index
        kept = here & stayed
        found, all_then = rows.loc[15, firm.name], then[here].sum()
        assert found["net_retention"] == pytest.approx(now[kept].sum() / all_then)
        gross = np.minimum(now, then)[kept].sum() / all_then
        assert found["gross_retention"] == pytest.approx(gross)
        assert found["expansion"] > 0.0
    assert rows.loc[11, ["net_retention", "gross_retention", "expansion"]].isna().all(axis=None)


def test_bills_are_remembered_for_a_year_and_firms_may_enter():
    found = Bills()
    now = market().population.welfare()
    sample = Sample(*(column[None] for column in now))  # of one month
    prices = np.array([[firm.price for firm in market().firms]])
    for month in range(14):
        paid = np.full(prices.shape, float(month))
        before, expanded = found.take(prices, paid, sample)
        assert (np.isnan(expanded)).all() == (month < 12)
    more = np.append(prices, [[1.0]], axis=1)
    (before,), (expanded,) = found.take(more, np.full(more.shape, 14.0), sample)
    assert before == pytest.approx(np.append(prices * 2.0, 0.0))
    assert np.isnan(expanded[-1])
