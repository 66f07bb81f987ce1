"""A market that stands still unless something moves it, and what a real market brings: prices,
constants, values by month."""

from __future__ import annotations

import numpy as np
import pytest

from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

OPERATORS = {
    "Nishi": (0.18, 4500.0),
    "Kita": (0.34, 4950.0),
    "Higashi": (0.26, 4700.0),
    "Minami": (0.14, 3900.0),
    "Shima": (0.08, 3200.0),
}
STILL = {"technology.scale": 0.0, "technology.imitation": 0.0}


def operators(**values):
    firms = [
        {"name": name, "share": share, "asks": asks, "contract": 24}
        for name, (share, asks) in OPERATORS.items()
    ]
    plan = Scenario().with_values({f"firms.{f.name}": None for f in Scenario().firms[1:]})
    plan = plan.with_values({"firms": firms, "money": {"currency": "JPY", "unit_cost": 2600.0}})
    plan = plan.with_values({"firms.Lean": None, **STILL})
    return plan.with_values({"market": {"customers": 8000, "months": 24}, **values})


def table(plan, column, seed=1):
    market = Market(plan, seed=seed)
    market.run_for(plan.market.months)
    firms = market.results.firms
    return firms.pivot(index="month", columns="firm", values=column)[list(OPERATORS)].to_numpy()


def test_shares_stand_still_only_where_they_are_meant_to():
    steady = table(operators(**{"market.start": "steady"}), "market_share")
    as_found = table(operators(), "market_share")
    assert np.abs(steady - steady[0]).max() < 0.025
    assert np.abs(as_found - as_found[0]).max() > 0.06


def test_customers_have_a_past():
    plan = operators(**{"market.start": "steady"})
    for name in ("satisfaction", "success_rate", "nps"):
        found, scale = table(plan, name), {"nps": 100.0}.get(name, 1.0)
        assert np.abs(found[1] - found[24]).max() < 0.12 * scale, name
    reviews = table(plan, "reviews")
    assert reviews[0].min() > 0
    market = Market(plan)
    rated = market.population.column("rated_month")
    known = market.population.column("rated_provider") >= 0
    assert set(rated[known]) == set(range(-23, 1))


def test_a_brand_is_what_its_number_says_on_top_of_standing_still():
    plan = operators(**{"market.start": "steady"})
    raised = plan.with_values({"firms.Kita.brand": 0.5})
    same = Market(plan).firms[1].constant, Market(raised).firms[1].constant
    assert same[0] == pytest.approx(same[1], abs=0.02)  # the fit of seats is not exact
    without, with_it = (table(p, "market_share") for p in (plan, raised))
    assert with_it[0, 1] == pytest.approx(without[0, 1], abs=1e-3)
    assert with_it[24, 1] > without[24, 1] + 0.02
    later = plan.with_values({"events": [{"month": 6, "set": "firms.Kita.brand", "to": 0.5}]})
    moved = table(later, "market_share")
    np.testing.assert_array_equal(moved[:6], without[:6])
    assert moved[24, 1] > without[24, 1]


def test_one_firm_alone_keeps_its_constant():
    market = Market(operators(**{"firms.Kita.brand": "steady"}))
    constants = {firm.name: firm.constant for firm in market.firms}
    assert constants.pop("Kita") != 0.0
    assert set(constants.values()) == {0.0}


def test_a_firm_asks_its_price_in_the_currency():
    plan = operators(events=[{"month": 3, "set": "firms.Kita.asks", "to": 4000.0}])
    asked = table(plan.with_values({"firms.Nishi.price": 0.9}), "price")
    assert asked[0] == pytest.approx([4050.0, 4950.0, 4700.0, 3900.0, 3200.0])
    assert asked[3, 1] == pytest.approx(4000.0)


def test_a_series_is_what_as_many_events_are():
    prices = [4900.0, 5000.0, 4800.0, 4700.0]
    series = {"month": 2, "set": "firms.Kita.asks", "to": prices}
    events = [
        {"month": month, "set": "firms.Kita.asks", "to": price}
        for month, price in enumerate(prices, 2)
    ]
    later = {"month": 4, "set": "firms.Kita.asks", "to": 1000.0}
    small = {"market": {"customers": 300, "months": 9}}
    one, many, ended = (
        table(operators(**small, events=told), "price")
        for told in ([series], events, [series, later])
    )
    np.testing.assert_array_equal(one, many)
    assert one[1:, 1] == pytest.approx([4950.0, *prices, *[4700.0] * 4])
    assert ended[3:, 1] == pytest.approx([5000.0, *[1000.0] * 6])


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"to": []}, "to: a list of values by month must not be empty"),
        ({"to": [1.0], "over": 3}, "over: a list says the value of every month; over is for one "
         "value; leave over out"),
        ({"to": [1.0, -1.0]}, "to.1: firms.Kita.asks: must be greater than 0, not -1.0"),
        ({"to": [1.0, "x"]}, "to.1: firms.Kita.asks: "),
    ],
)  # fmt: skip
def test_a_series_that_does_not_do_is_refused(event, told):
    with pytest.raises(Problems) as raised:
        operators(events=[{"month": 2, "set": "firms.Kita.asks", **event}])
    assert f"events.0.{told}" in str(raised.value)


def test_a_price_that_is_asked_moves_by_research_from_where_it_is():
    events = [{"month": 30, "set": "firms.Kita.asks", "to": 4000.0}]
    adaptive = {"firms.Kita.pricing": "adaptive", "events": events}
    adaptive |= {"market": {"customers": 1500, "months": 32}}
    moved = table(operators(**adaptive), "price")[:, 1]
    assert moved[:12] == pytest.approx([4950.0] * 12), "a year is known first"
    changes = np.flatnonzero(np.diff(moved)) + 1
    assert 12 < changes[0] <= 24
    assert {*changes.tolist()} == {30, *range(changes[0], 33, 12)}
    assert moved[30] == pytest.approx(4000.0), "a new price is the firm's own again"
    still = table(operators(**adaptive, **{"technology.price_step": 0.0}), "price")[:, 1]
    np.testing.assert_array_equal(np.unique(still), [4000.0, 4950.0])


def test_a_number_that_is_nowhere_cannot_move():
    event = {"month": 2, "set": "firms.Lean.asks", "to": 2.0, "over": 4}
    with pytest.raises(Problems, match="no value that it could move from"):
        Scenario().with_values({"events": [event]})
