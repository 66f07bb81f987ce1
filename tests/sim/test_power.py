"""Complementors, intermediaries, contact persons who change jobs, tools that do not fit together.

Each told a second time, by hand, from section 7.24 of the model; off, each changes nothing.
"""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.chance import absorbed, decision_word, uniform, word_of
from tsunagari.agents.firm.growth import complemented, followed
from tsunagari.agents.firm.offer import fragmented, widened
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

shares = st.floats(0.0, 1.0)


def run(months=10, people=200, **values):
    plan = Scenario.load("three-disciplines").with_values(
        {"market.customers": people, **{key.replace("__", "."): to for key, to in values.items()}}
    )
    market = Market(plan, 5, threads=1)
    market.run_for(months)
    return market


@given(shares, shares, st.floats(1.0, 100.0))
def test_complementors_come_towards_users_and_never_beyond(before, users, months):
    after = followed(before, users, months)
    assert min(before, users) - 1e-12 <= after <= max(before, users) + 1e-12
    assert complemented(0.7, 0.0, after) == 0.7
    assert complemented(0.7, 2.0, after) >= 0.7


@given(shares, shares, shares, st.floats(0.0, 10.0), st.floats(0.0, 10.0))
def test_intermediaries_widen_reach_and_integration_takes_time_away(own, part, most, apart, fits):
    assert own - 1e-12 <= widened(own, part, most) <= 1.0 + 1e-12
    assert widened(own, 0.0, most) == own
    assert 0.0 <= fragmented(apart, fits) <= apart
    assert fragmented(apart, max(1.0, fits)) == fragmented(0.0, fits) == 0.0


def test_what_is_off_changes_nothing_whatever_belongs_to_it():
    before = run().results.firms
    after = run(
        firms__Lean__complement_months=2.0,
        firms__Spark__intermediary_reach=1.0,
        finance__intermediary_margin=0.7,
        firms__Spark__integration=0.6,
        firms__Spark__fragmentation=0.0,
    ).results.firms
    columns = before.columns.drop("complementors")
    pd.testing.assert_frame_equal(after[columns], before[columns])


def test_complementors_follow_users_and_customers_see_a_better_product():
    market = run(1, firms__Lean__complements=1.5, firms__Lean__complement_months=4.0)
    lean = market.firm("Lean")
    expected = lean.complementors
    for _ in range(6):
        expected += (lean.customers / 200 - expected) / 4.0
        market.run_for(1)
        assert lean.complementors == pytest.approx(expected)
        seen = market.population.offers["product"][lean.index]
        assert seen == pytest.approx(lean.product * (1.0 + 1.5 * expected))
    assert market.results.firms["complementors"].between(0.0, 1.0).all()


def test_users_draw_users():
    """Who begins with more customers wins by complementors; who begins with few does not."""
    gained = []
    for share in (0.1, 0.7):
        size = {"people": 2000, "months": 36, "firms__Lean__share": share}
        without = run(**size).firm("Lean").customers
        gained.append(run(**size, firms__Lean__complements=1.5).firm("Lean").customers - without)
    assert gained[1] > gained[0] > 0


def test_intermediaries_keep_a_part_of_the_price_and_the_contact():
    direct = run(firms__Tailor__intermediaries=0.0, finance__attention_cost=0.0)
    market = run(firms__Tailor__intermediaries=0.5, finance__attention_cost=0.0)
    tailor, now = market.firm("Tailor"), market.results.firms.query("firm == 'Tailor'")
    later = now[now["month"] > 0]
    kept = later["intermediation"] / later["revenue"]
    assert kept.to_numpy() == pytest.approx(0.5 * market.plan.finance.intermediary_margin)
    assert tailor.price == pytest.approx(direct.firm("Tailor").price / (1.0 - 0.125), rel=0.02)
    offers = market.population.offers[tailor.index], direct.population.offers[tailor.index]
    for name in ("warmth", "data_quality"):
        assert offers[0][name] == pytest.approx(0.5 * offers[1][name])
    assert tailor.staff < 0.8 * direct.firm("Tailor").staff
    before = direct.results.firms.query("firm == 'Tailor' and month == 10")
    assert now["knowledge"].iloc[-1] < 0.9 * before["knowledge"].iloc[0]


def test_profit_is_less_by_what_intermediaries_keep():
    firms = run(firms__Lean__intermediaries=1.0).results.firms
    costs = "delivery attention service intermediation advertising acquisition investment fixed"
    paid = firms[[*costs.split(), "interest"]].sum(axis=1)
    assert firms["profit"].to_numpy() == pytest.approx(
        (firms["revenue"] + firms["settlement"] - paid).to_numpy()
    )


def test_who_changes_jobs_takes_the_liking_along():
    market = run(8, people=300)
    population, rate = market.population, 0.2
    names = "provider liking indebtedness contact_at contact_moved contact_liking trust".split()
    was = {name: population.column(name).copy() for name in names}
    population.change_jobs(rate)
    now = {name: population.column(name) for name in names}
    month = market.month + 1
    word = decision_word(int(population.seed), word_of("changing jobs"), month)
    goes = [uniform(absorbed(word, i)) < rate for i in range(300)]
    further = 1 + int(word) % 299
    for i in range(300):
        liking, owed = (0.0, 0.0) if goes[i] else (was["liking"][i], was["indebtedness"][i])
        contact = was["contact_at"][i], was["contact_moved"][i], was["contact_liking"][i]
        old = (i - further) % 300
        theirs = was["provider"][old]
        if goes[old] and theirs >= 0:
            if theirs == was["provider"][i]:
                liking = was["liking"][old]
            else:
                contact = theirs, month, was["liking"][old]
        assert (now["liking"][i], now["indebtedness"][i]) == (liking, owed)
        assert (now["contact_at"][i], now["contact_moved"][i], now["contact_liking"][i]) == contact
    np.testing.assert_array_equal(now["trust"], was["trust"])
    assert 20 < sum(goes) < 100


def test_a_tie_that_survives_wins_customers_who_are_called():
    market = run(12, people=1000, relation__job_change=0.05, stickiness__obligation=4.0)
    assert "people" in set(market.results.flows["decided_by"])


def test_tools_that_do_not_fit_take_time():
    plain, apart = run(2), run(2, firms__Lean__fragmentation=1.5)
    longer = apart.population.offers["log_time"][0] - plain.population.offers["log_time"][0]
    fits = plain.firm("Lean").terms.integration
    assert longer == pytest.approx(1.5 * (1.0 - fits), abs=1e-3)
    assert math.exp(longer) > 1.5
