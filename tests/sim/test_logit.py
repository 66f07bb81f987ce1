"""Shares with a known answer: logit, where nothing but offers and luck plays a part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from generated import scenario_of

from tsunagari.agents.chance import word_of
from tsunagari.agents.phases.worth import taste, taste_word
from tsunagari.sim.market import Market

NO_STICKINESS = {
    "stickiness": {"location": 0.0, "switching": 0.0, "obligation": 0.0, "success": 0.0}
}
NO_WORD_OF_MOUTH = {"zmot": {"friend": 0.0, "review": 0.0, "own": 0.0, "advertising": 0.0}}
BLIND = {  # looking around has nothing to do with the provider
    "connectivity_power": 0.0, "satisfaction": 0.0, "in_contract": 1.0, "when_due": 1.0,
    "friends_left": 1.0, "friends_here": 0.0, "bad_rating": 0.0, "stimulus": 0.0, "spread": 0.0,
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
    believed = (prior * category + claim * (promised + offers["claim_heard"])) / (prior + claim)
    sensitivity = plan.value.price_base + plan.value.price_slope * trait("weight_cost")
    utility = believed - 0.5 * plan.zmot.risk_aversion / (prior + claim) + offers["reputation"]
    utility = utility - sensitivity * offers["felt"][:, 0]
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
