"""Limits with known answers: what the market must come to when most of it is switched off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generated import DISCIPLINES, scenario_of

from tsunagari.sim.market import Market

NO_WAY_OUT = {"outside": -1000.0}
Z = 4.5  # standard errors: by chance beyond it once in 150,000 tests


def market_of(document: dict[str, Any], **how: Any) -> Market:
    return Market(scenario_of(document), **how)


def shares_at_the_end(document: dict[str, Any], seed: int) -> np.ndarray:
    market = market_of(document, seed=seed)
    for _ in range(market.plan.market.months):
        market.step()
    firms = market.results.firms
    return firms[firms["month"] == market.month].sort_values("firm")["market_share"].to_numpy()


# -- identical firms -----------------------------------------------------------------------------


def distance_from_equal(document: dict[str, Any], runs: int) -> np.ndarray:
    """How many standard errors each firm's mean share lies from an equal share.

    The error is that between runs, so that it counts whatever customers of one run share: friends,
    reviews, launches, and the past of months before.
    """
    shares = np.array([shares_at_the_end(document, seed) for seed in range(runs)])
    error = shares.std(axis=0, ddof=1) / np.sqrt(runs)
    assert (error < 0.008).all()  # or the test would let too much pass
    return (shares.mean(axis=0) - 1.0 / shares.shape[1]) / error


def alike(discipline: str) -> list[dict[str, Any]]:
    names = ["A", "Zebra", "つながり", "10"]
    return [{"name": name, "discipline": discipline, "capacity": 1.0} for name in names]


@pytest.mark.parametrize("discipline", DISCIPLINES)
def test_identical_firms_end_with_equal_shares(discipline):
    document = {"market": {"customers": 2000, "months": 24}, "firms": alike(discipline)}
    assert (np.abs(distance_from_equal(document, runs=30)) < Z).all()


def test_identical_firms_find_equally_many_in_an_empty_market():
    document = {
        "market": {"customers": 2000, "months": 24, "start": "empty"},
        "adoption": {"innovation": 0.05, "imitation": 0.2},
        "firms": alike("none"),
    }
    assert (np.abs(distance_from_equal(document, runs=30)) < Z).all()


def test_a_firm_that_is_a_little_cheaper_is_not_identical():
    firms = alike("none")
    firms[2]["price"] = 0.95
    document = {"market": {"customers": 2000, "months": 24}, "firms": firms}
    assert np.abs(distance_from_equal(document, runs=30)).max() > 2 * Z


# -- diffusion -----------------------------------------------------------------------------------


def bass_residuals(
    network: dict[str, Any], seed: int, months: int = 60, friends_power: float | None = None
) -> np.ndarray:
    """Standardised one-step residuals of ``n(t+1) = (p + q·N/M)·(M − N)``, of one run."""
    people, p, q = 20_000, 0.004, 0.15
    market = market_of(
        {
            "market": {"customers": people, "months": months, "start": "empty", "exit": 0.0},
            "network": network,
            "adoption": {"innovation": p, "imitation": q, "friends_power": friends_power},
            "looking": {"base": 0.0},
            "value": NO_WAY_OUT,
        },
        seed=seed,
    )
    for _ in range(months):
        market.step()
    adopters = market.results.market["adopters"].to_numpy(float)
    assert adopters[-1] > 0.9 * people or network["kind"] != "complete"
    chance = p + q * adopters[:-1] / (people - 1)  # among everybody but oneself
    expected = chance * (people - adopters[:-1])
    z = (np.diff(adopters) - expected) / np.sqrt(expected * (1.0 - chance))
    return z[expected > 20.0]


def autocorrelation(series: list[np.ndarray]) -> float:
    """Mean product of neighbours in time over the mean square."""
    pairs = np.concatenate([z[1:] * z[:-1] for z in series])
    return pairs.mean() / (np.concatenate(series) ** 2).mean()


def test_adoption_on_a_complete_network_is_the_discrete_bass_model():
    series = [bass_residuals({"kind": "complete"}, seed) for seed in range(4)]
    z = np.concatenate(series)
    assert len(z) > 150
    assert abs(z.mean()) < Z / np.sqrt(len(z))
    assert abs(z.var() - 1.0) < Z * np.sqrt(2.0 / len(z))
    assert abs(autocorrelation(series)) < Z / np.sqrt(len(z))


def test_where_everybody_has_as_many_friends_their_number_does_not_count():
    alone = bass_residuals({"kind": "complete"}, seed=0, friends_power=0.0)
    np.testing.assert_array_equal(bass_residuals({"kind": "complete"}, 0, friends_power=2.0), alone)
    np.testing.assert_array_equal(bass_residuals({"kind": "complete"}, 0), alone)


def test_adoption_in_a_clustered_network_is_not():
    """Whoever has adopted meets adopters: the same recursion expects too much."""
    clustered = {"kind": "communities", "community_size": 50, "between": 0.02, "neighbours": 8}
    z = bass_residuals(clustered, seed=0)
    assert z.mean() < -1.0
    assert autocorrelation([z]) > 0.5


# -- nobody, nothing, one ------------------------------------------------------------------------


def hidden(reach: float) -> dict[str, Any]:
    others = [{"name": f"F{i}", "discipline": kind} for i, kind in enumerate(DISCIPLINES[:4])]
    bargain = {"name": "Bargain", "price": 0.8, "reach": reach, "advertising": 0.0, "share": 0.0}
    return {"market": {"customers": 2000, "months": 24}, "firms": [*others, bargain]}


def test_a_firm_that_nobody_knows_gets_nobody():
    market = market_of(hidden(reach=0.0))
    for _ in range(24):
        market.step()
    firms = market.results.firms
    unknown = firms[firms["firm"] == "Bargain"]
    assert (unknown["joins"] == 0).all()
    assert (unknown["customers"] == 0).all()
    assert (unknown["revenue"] == 0).all()


def test_the_same_firm_wins_customers_where_it_is_known():
    market = market_of(hidden(reach=1.0))
    for _ in range(24):
        market.step()
    assert market.firm("Bargain").customers > 20


def test_no_months_leave_the_start_alone():
    market = market_of({"market": {"customers": 100, "months": 0}})
    assert set(market.results.firms["month"]) == {0}
    assert list(market.results.market["month"]) == [0]
    cohorts = market.results.cohorts
    assert set(cohorts["joined"] + cohorts["tenure"]) == {0}
    assert market.results.flows.empty


@pytest.mark.parametrize("start", ["shares", "empty"])
def test_one_firm_has_the_market(start):
    market = market_of(
        {
            "market": {"customers": 200, "months": 12, "start": start},
            "adoption": {"innovation": 0.5},
            "firms": [{"name": "Only"}],
        }
    )
    for _ in range(12):
        market.step()
    last = market.results.firms.iloc[-1]
    assert last["market_share"] == last["revenue_share"] == 1.0
    assert market.results.market["hhi"].iloc[-1] == 1.0
    assert set(market.results.flows["source"]) | set(market.results.flows["destination"]) <= {
        "",
        "Only",
    }


def test_one_customer_is_with_one_firm_or_none():
    market = market_of({"market": {"customers": 1, "months": 36}, "looking": {"base": 1.0}})
    for _ in range(36):
        market.step()
    firms = market.results.firms
    assert firms.groupby("month")["customers"].sum().isin([0, 1]).all()
    assert firms["customers"].max() == 1
    assert len(market.network) == 1
