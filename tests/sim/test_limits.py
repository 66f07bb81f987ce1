"""Limits with known answers: what the market must come to when most of it is switched off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generated import DISCIPLINES, scenario_of

from agents.chance import word_of
from agents.phases.common import taste, taste_word
from sim.market import Market

NO_STICKINESS = {
    "stickiness": {"location": 0.0, "switching": 0.0, "obligation": 0.0, "success": 0.0}
}
NO_WORD_OF_MOUTH = {"zmot": {"friend": 0.0, "review": 0.0, "own": 0.0}}
BLIND = {  # looking around has nothing to do with the provider
    "connectivity_power": 0.0, "satisfaction": 0.0, "in_contract": 1.0, "when_due": 1.0,
    "friends_left": 1.0, "friends_here": 0.0, "bad_rating": 0.0, "stimulus": 0.0,
}  # fmt: skip
NO_WAY_OUT = {"outside": -1000.0}
FOUR = [
    {"name": "Lean", "discipline": "operational-excellence"},
    {"name": "Spark", "discipline": "product-leadership"},
    {"name": "Tailor", "discipline": "customer-intimacy", "minimum_fit": 0.0, "capacity": 1.0},
    {"name": "Broad", "discipline": "none", "claim": 0.5, "service": 0.3},
]
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


# -- logit shares --------------------------------------------------------------------------------


def choice_probabilities(market: Market) -> np.ndarray:
    """Multinomial logit of every customer over the firms, float64[people, firms].

    By hand from traits and offers: posterior of prior and claim, no stickiness, no nobody, no luck.
    Knowledge is what a new customer can expect, competence is 0.
    """
    plan, population, offers = market.plan, market.population, market.population.offers

    def trait(name: str) -> np.ndarray:
        return population.column(name).astype(np.float64)[:, None]

    apart = np.abs(trait("need_position") - offers["position"])
    apart = np.minimum(apart, 1.0 - apart)
    left = apart * (1.0 - offers["authority"] * offers["knowledge"]) / offers["breadth"]
    fit = np.exp(-0.5 * left**2)
    product = plan.value.product * trait("weight_product") * offers["product"]
    solved = offers["knowledge"] * offers["solution"] * fit
    quality = product + plan.value.solution * trait("weight_solution") * solved
    promised = quality + offers["service"]
    category = promised @ offers["weight"][:, None]
    claim, prior = offers["claim_precision"], plan.zmot.prior
    believed = (prior * category + claim * (promised + offers["claim"])) / (prior + claim)
    sensitivity = plan.value.price_base + plan.value.price_slope * trait("weight_cost")
    utility = believed - 0.5 * plan.zmot.risk_aversion / (prior + claim) + offers["reputation"]
    utility = utility - sensitivity * offers["log_price"]
    utility -= trait("time_weight") * offers["log_time"]
    people = [taste_word(int(population.seed), row) for row in range(population.people)]
    words = [word_of(firm.name) for firm in market.firms]
    spread = plan.value.taste
    utility += [[taste(person, firm, spread) for firm in words] for person in people]
    odds = np.exp(utility - utility.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def surprises(market: Market, expected: np.ndarray) -> np.ndarray:
    """Customers of each firm above what their probabilities add up to, in standard deviations."""
    found = np.bincount(market.population.column("provider"), minlength=len(market.firms))
    spread = np.sqrt((expected * (1.0 - expected)).sum(axis=0))
    return (found - expected.sum(axis=0)) / spread


def assert_like_noise(z: np.ndarray) -> None:
    """Standard normal numbers, independent of each other but for a few."""
    assert np.abs(z).max() < Z
    assert abs(z.mean()) < Z / np.sqrt(z.size)
    assert 0.5 < (z**2).mean() < 1.7


def test_first_choices_have_logit_shares():
    z = []
    for seed in range(6):
        market = market_of(
            {
                "market": {"customers": 5000, "months": 1, "start": "empty", "exit": 0.0},
                "adoption": {"innovation": 1.0},
                "value": NO_WAY_OUT,
                "firms": FOUR,
                **NO_STICKINESS,
            },
            seed=seed,
        )
        market.step()
        z.append(surprises(market, choice_probabilities(market)))
    assert_like_noise(np.array(z))


@pytest.mark.parametrize("intensity", [100.0, 0.2])
def test_without_memory_word_of_mouth_and_stickiness_shares_are_logit(intensity):
    """Of those who look, shares are logit; of the others, what they were the month before."""
    market = market_of(
        {
            "market": {"customers": 4000, "months": 12, "exit": 0.0},
            "looking": {"base": intensity, **BLIND},
            "value": NO_WAY_OUT,
            "relation": {"knowledge_rate": 0.0},  # what a provider learns would hold customers
            "firms": FOUR,
            **NO_STICKINESS,
            **NO_WORD_OF_MOUTH,
        }
    )
    looking = 1.0 - np.exp(-intensity)
    z = []
    for _ in range(12):
        before = np.eye(len(FOUR))[market.population.column("provider")]
        market.step()
        expected = (1.0 - looking) * before + looking * choice_probabilities(market)
        z.append(surprises(market, expected))
    assert_like_noise(np.array(z))


def test_where_firms_hold_attention_differently_stationary_shares_are_odds_over_hazard():
    """A customer leaves f at rate h_f and then takes any g with P_g: shares go to P_f/h_f."""
    contracts, intensity, burn_in, months = [0, 12, 0], 0.4, 40, 100
    firms = [
        {"name": name, "contract": contract, "price": price, "attention": 0.0}
        for name, contract, price in zip("ABC", contracts, [0.9, 1.0, 1.1], strict=True)
    ]
    market = market_of(
        {
            "market": {"customers": 4000, "months": months, "exit": 0.0},
            "looking": {"base": intensity, **BLIND, "in_contract": 0.3, "when_due": 0.3},
            "value": NO_WAY_OUT,
            "relation": {"knowledge_rate": 0.0},
            "technology": {"drift": 0.0, "gain": 0.0},  # firms stay as they are
            "finance": {"start_cash": 1000.0},  # and stay
            "firms": firms,
            **NO_STICKINESS,
            "zmot": {**NO_WORD_OF_MOUTH["zmot"], "doubt": 0.0},
        }
    )
    for _ in range(months):
        market.step()
    shares = market.results.firms.pivot(index="month", columns="firm", values="market_share")
    found = shares[shares.index > burn_in].mean().to_numpy()
    hazard = 1.0 - np.exp(-intensity * np.where(np.array(contracts) > 0, 0.3, 1.0))
    logit = choice_probabilities(market)
    odds = logit / hazard
    expected = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0)
    # Successive months are alike for 1/h: so many fewer of them count.
    independent = (months - burn_in) / (1.0 + 2.0 / hazard.min())
    error = np.sqrt(expected * (1.0 - expected) / market.population.people / independent)
    assert (np.abs(found - expected) < Z * error).all()
    assert np.abs(found - logit.mean(axis=0)).max() > 3 * Z * error.max()  # and that is not logit


# -- diffusion -----------------------------------------------------------------------------------


def bass_residuals(network: dict[str, Any], seed: int, months: int = 60) -> np.ndarray:
    """Standardised one-step residuals of ``n(t+1) = (p + q·N/M)·(M − N)``, of one run."""
    people, p, q = 20_000, 0.004, 0.15
    market = market_of(
        {
            "market": {"customers": people, "months": months, "start": "empty", "exit": 0.0},
            "network": network,
            "adoption": {"innovation": p, "imitation": q},
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


def test_adoption_in_a_clustered_network_is_not():
    """Whoever has adopted meets adopters: the same recursion expects too much."""
    clustered = {"kind": "communities", "community_size": 50, "between": 0.02, "neighbours": 8}
    z = bass_residuals(clustered, seed=0)
    assert z.mean() < -1.0
    assert autocorrelation([z]) > 0.5


# -- nobody, nothing, one ------------------------------------------------------------------------


def hidden(reach: float) -> dict[str, Any]:
    bargain = {"name": "Bargain", "price": 0.6, "reach": reach, "advertising": 0.0, "share": 0.0}
    return {"market": {"customers": 2000, "months": 24}, "firms": [*FOUR, bargain]}


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
    assert market.firm("Bargain").standing.market_share > 0.1


def test_no_months_leave_the_start_alone():
    market = market_of({"market": {"customers": 100, "months": 0}})
    assert set(market.results.firms["month"]) == {0}
    assert list(market.results.market["month"]) == [0]
    assert set(market.results.cohorts["tenure"]) == {0}
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
