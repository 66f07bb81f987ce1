"""Those who move tell their friends: what is kept up is what everybody would see."""

import numpy as np
import pytest

from tsunagari.agents.phases.look import left_seen, provider_seen
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario


def counted(market, row):
    """Friends with this customer's provider, or with any, and whether one has just left it."""
    population = market.population
    provider = int(population.column("provider")[row])
    shown = [int(population.faces[friend]) for friend in population.neighbours(row)]
    theirs = [provider_seen(face) for face in shown]
    same = theirs.count(provider) if provider >= 0 else sum(firm >= 0 for firm in theirs)
    return same, provider >= 0 and any(left_seen(face) == provider for face in shown)


@pytest.mark.parametrize("kind", ["small-world", "scale-free"])
def test_what_friends_have_told_is_what_one_would_see(kind):
    plan = Scenario().with_values({
        "market.customers": 400, "market.months": 12, "network.kind": kind, "market.exit": 0.02,
        "events": [
            {"month": 5, "leave": "Spark"},
            {"month": 7, "enter": {"name": "Zero", "discipline": "disruptor"}},
        ],
    })  # fmt: skip
    market = Market(plan, threads=1)
    relied = []
    for _ in range(plan.market.months):
        market.begin_month()
        told, provider = market.population.told, market.population.column("provider")
        relies = (told.about == provider + 1) & (told.left == 0)
        relied.append(relies.mean())
        for row in range(400):
            same, has_left = counted(market, row)
            if relies[row]:
                assert (told.here[row], has_left) == (same, False)
        market.step()
    # Work for those who act: but for the first month few look at all their friends.
    assert relied[0] == 0.0
    assert np.mean(relied[1:]) > 0.6


def test_where_everybody_knows_everybody_nobody_is_told():
    complete = Scenario().with_values({"market.customers": 50, "network.kind": "complete"})
    market = Market(complete, threads=1)
    market.step()
    assert len(market.population.told.about) == 0
