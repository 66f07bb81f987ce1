"""Corners of the schema in which a market once broke a law or fell over."""

from __future__ import annotations

import numpy as np
import pytest
from generated import scenario_of
from laws import Books, assert_every_law

from tsunagari.sim.market import Market


def run(document: dict) -> Market:
    """A market after its months, that keeps every law."""
    market = Market(scenario_of(document))
    for _ in range(market.plan.market.months):
        market.step()
    results = market.results
    tables = {name: getattr(results, name) for name in results.tables}
    assert_every_law(Books(market.population.people, tables))
    return market


def size(customers: int = 400, months: int = 6, **more) -> dict:
    return {"market": {"customers": customers, "months": months, **more}}


def start_shares(market: Market) -> dict[str, float]:
    firms = market.results.firms.query("month == 0")
    return dict(zip(firms["firm"], firms["customers"] / market.population.people, strict=True))


def test_what_costs_nothing_and_needs_nobody_is_sold_for_next_to_nothing():
    free = {"name": "Free", "marginal_cost": 0.0, "attention": 0.0}
    market = run(size() | {"firms": [free, {"name": "Lean"}]})
    assert 0.0 < market.firm("Free").price < 1e-3
    assert market.firm("Free").standing.market_share > 0.5


def test_offers_that_are_worlds_apart_leave_sums_of_money_finite():
    vast = {"name": "Vast", "service": 10.0, "solution": 10.0, "culture": 10.0, "markup": -0.99}
    poor = {"name": "Poor", "culture": 0.0, "markup": 100.0}
    market = run(
        size()
        | {
            "value": {"product": 50.0, "solution": 50.0, "price_base": 50.0},
            "technology": {"par_softness": 1e-3},
            "firms": [vast, poor],
        }
    )
    assert market.results.firms["revenue"].max() > 0.0


def test_a_lifetime_without_discount_and_without_loss_has_no_value():
    market = run(size(months=14) | {"looking": {"base": 0.0}, "finance": {"discount": 0.0}})
    firms = market.results.firms.query("month > 0")
    assert firms.loc[firms["retention"] == 1.0, "clv"].isna().any()


def test_value_weights_of_the_most_single_minded_are_shares():
    market = run(size(5000, 0) | {"value": {"concentration": 0.02}, "segments": [ALL]})
    weights = [market.population.column(f"weight_{w}") for w in ("cost", "product", "solution")]
    assert np.allclose(sum(weights), 1.0)
    assert (np.max(weights, axis=0) > 0.99).mean() > 0.7


ALL = {"name": "all", "share": 1.0}


def test_firms_that_few_know_begin_with_the_shares_they_are_given():
    firms = [
        {"name": "A", "share": 0.5, "reach": 0.1},
        {"name": "B", "share": 0.3, "reach": 0.0},
        {"name": "C", "share": 0.2, "reach": 0.05},
    ]
    shares = start_shares(run(size(4000, 1) | {"firms": firms}))
    assert shares == pytest.approx({"A": 0.5, "B": 0.3, "C": 0.2}, abs=0.02)


def test_whom_no_firm_takes_begins_without_and_not_with_a_firm_of_no_share():
    firms = [
        {"name": "Ghost", "reach": 0.0},
        {"name": "Choosy", "minimum_fit": 0.95, "breadth": 0.1, "authority": 0.0},
    ]
    market = run(size(4000, 3) | {"firms": firms})
    shares = start_shares(market)
    assert shares["Ghost"] == 0.0
    assert 0.0 < shares["Choosy"] < 0.2
    assert market.firm("Ghost").customers == 0


def test_a_discipline_that_reaches_nobody_begins_with_nobody():
    firms = [{"name": "Known"}, {"name": "Unknown", "discipline": "disruptor"}]
    market = run(size() | {"disciplines": {"disruptor": {"reach": 0.0}}, "firms": firms})
    assert start_shares(market) == {"Known": 1.0, "Unknown": 0.0}


def test_shares_of_wallet_begin_within_their_bounds():
    market = run(size() | {"wallet": {"base": 0.9, "success": 10.0}})
    assert market.results.firms["share_of_customer"].max() <= 1.0


def test_a_firm_may_act_in_the_month_and_before_the_line_in_which_it_enters():
    events = [
        {"month": 2, "set": "firms.Zero.price", "to": 0.5},
        {"month": 2, "launch": "Zero", "size": 1.0},
        {"month": 2, "enter": {"name": "Zero", "discipline": "disruptor"}},
    ]
    plain = run(size() | {"events": events[2:]})
    shown = run(size() | {"events": events})
    assert shown.firm("Zero").price < 0.6 * plain.firm("Zero").price
    assert shown.firm("Zero").product > plain.firm("Zero").product + 0.5


def test_a_ramp_may_begin_where_a_firm_leaves_it_to_its_discipline():
    ramp = {"month": 1, "set": "firms.Lean.capacity", "to": 0.1, "over": 4}
    market = run(size() | {"events": [ramp]})
    assert market.firm("Lean").terms.capacity == 0.1


def test_a_discipline_changed_later_was_another_before():
    change = {"month": 3, "set": "firms.Broad.discipline", "to": "product-leadership"}
    firms = run(size() | {"events": [change]}).results.firms.query("firm == 'Broad'")
    assert set(firms.query("month < 3")["discipline"]) == {"none"}
    assert set(firms.query("month >= 3")["discipline"]) == {"product-leadership"}


def test_a_market_that_all_firms_leave_goes_on_without_them():
    market = run(size() | {"firms": [{"name": "Last"}], "events": [{"month": 3, "leave": "Last"}]})
    assert list(market.results.market["without_provider"].iloc[3:]) == [400] * 4
    assert market.results.firms["month"].max() == 3
