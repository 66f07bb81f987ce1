"""A network is had again exactly where it would be built the same again."""

import numpy as np
import pytest

from tsunagari.agents.chance import seed_word
from tsunagari.sim.market import Market
from tsunagari.sim.network.generate import build, network_of
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.market import NetworkPlan

PEOPLE = 300
PLAN = Scenario().with_values({"market.customers": PEOPLE, "market.months": 2})


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr("tsunagari.sim.network.generate._last", None)


def affinities(people=PEOPLE, seed=1):
    return np.random.default_rng(seed).random(people)


def test_the_same_settings_people_and_luck_are_the_same_network():
    settings = NetworkPlan()
    first = network_of(settings, affinities(), seed_word(1))
    assert network_of(NetworkPlan(), affinities().copy(), seed_word(1)) is first
    assert first.digest() == build(settings, affinities(), seed_word(1)).digest()


@pytest.mark.parametrize(
    "change",
    [
        *(
            {"settings": NetworkPlan(**{name: value})}
            for name, value in [
                ("kind", "random"),
                ("neighbours", 12),
                ("rewire", 0.3),
                ("homophily", 0.9),
                ("community_size", 40),
                ("between", 0.4),
            ]
        ),
        {"people": affinities(seed=2)},
        {"people": affinities(PEOPLE + 1)},
        {"people": np.roll(affinities(), 1)},
        {"people": np.append(affinities()[:-1], np.nextafter(affinities()[-1], 0.5))},
        {"word": seed_word(2)},
    ],
)
@pytest.mark.parametrize("kind", ["small-world", "communities"])
def test_anything_else_is_another(change, kind):
    usual = {"settings": NetworkPlan(kind=kind), "people": affinities(), "word": seed_word(1)}
    if "settings" in change and "kind" not in change["settings"].model_fields_set:
        change = {"settings": change["settings"].model_copy(update={"kind": kind})}
    first = network_of(*usual.values())
    other = network_of(*(usual | change).values())
    assert other is not first
    assert other.digest() == build(*(usual | change).values()).digest()


def test_markets_share_the_network_where_only_firms_differ():
    first = Market(PLAN, seed=1, threads=1).population.network
    cheaper = PLAN.with_values({"firms.Lean.price": 0.8})
    assert Market(cheaper, seed=1, threads=1).population.network is first
    for other in (
        Market(PLAN, seed=2, threads=1),
        Market(PLAN, seed=1, replication=1, threads=1),
        Market(PLAN.with_values({"market.cities": 7}), seed=1, threads=1),
        Market(PLAN.with_values({"network.rewire": 0.9}), seed=1, threads=1),
    ):
        assert other.population.network.digest() != first.digest()
    assert Market(PLAN, seed=1, threads=1).population.network.digest() == first.digest()
