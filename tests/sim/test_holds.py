"""What holds customers, switched off for one firm: in the engine, the twin and in closed form."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.agents.columns import Looks
from tsunagari.agents.firm.offer import HOLDS
from tsunagari.agents.phases.choose import COALITIONS
from tsunagari.sim.market import Market
from tsunagari.sim.plain import PlainMarket
from tsunagari.sim.scenario import Scenario

PLAN = Scenario().with_values(
    {
        "market.customers": 300,
        "market.months": 12,
        "looking.base": 0.2,
        "firms.Spark.indulgence": 0.3,
        "firms.Tailor.contract": 6,
    }
)
ALL_BUT = {hold: (COALITIONS - 1) & ~(1 << bit) for bit, hold in enumerate(HOLDS[:-1])}
RESERVOIRS = ("location", "switching", "obligation", "success")


def ready(plan, seed=1, months=3):
    """A market whose people have gone through the next month as far as looking around."""
    market = Market(plan, seed, threads=1)
    market.run_for(months)
    market.begin_month()
    market.population.take_everybody("judge", "share", "look")
    return market


@pytest.mark.parametrize("holds", [*([hold] for hold in HOLDS), HOLDS])
def test_the_twin_lets_go_as_the_engine_does(holds):
    tables = []
    for kind in (Market, PlainMarket):
        market = kind(PLAN, 2)
        market.run_for(2)
        market.switch_off("Tailor", holds)
        market.run_for(4)
        tables.append(market.results.tables)
    for name, columns in tables[0].items():
        for column, values in columns.items():
            np.testing.assert_array_equal(tables[1][name][column], values, column)


def test_what_is_off_holds_nobody_and_other_firms_keep_theirs():
    market = Market(PLAN, 3)
    market.run_for(2)
    market.switch_off("Broad", RESERVOIRS)
    market.run_for(1)
    last = market.results.firms.query("month == 3").set_index("firm")
    for reservoir in RESERVOIRS:
        held = last[f"stickiness_{reservoir}"]
        assert held["Broad"] == 0.0
        assert (held.drop("Broad") != 0.0).all()


def test_nothing_is_off_until_it_is_switched_and_it_can_be_switched_back():
    markets = [Market(PLAN, 3) for _ in range(2)]
    for market in markets:
        market.run_for(2)
    markets[0].switch_off("Broad", HOLDS)
    markets[0].switch_off("Broad", [])
    for market in markets:
        market.run_for(2)
    assert markets[0].results.firms.equals(markets[1].results.firms)


def test_what_cannot_be_switched_off_is_refused():
    market = Market(PLAN, 3)
    with pytest.raises(ValueError, match="charm"):
        market.switch_off("Broad", ["charm"])
    with pytest.raises(KeyError, match="Nemo"):
        market.switch_off("Nemo", ["location"])


@pytest.mark.parametrize("off", [None, *HOLDS[:-1]])
def test_closed_form_is_how_many_stay_when_everybody_looks(off):
    # Independent choices with known chances, each hold in turn really switched off in the market.
    residuals = []
    for seed, firm in itertools.product(range(12), range(4)):
        population = ready(PLAN, seed).population
        rows, staying, _ = population.staying(firm)
        chance = staying[:, COALITIONS - 1 if off is None else ALL_BUT[off]]
        if off is not None:
            population.offers[f"holds_{off}"][firm] = 0.0
        population.column("looks")[rows] = Looks.AROUND
        population.take_everybody("choose")
        kept = (population.column("choice")[rows] == firm).sum()
        residuals.append((kept - chance.sum()) / math.sqrt((chance * (1.0 - chance)).sum()))
    assert abs(np.mean(residuals)) < 4.0 / math.sqrt(len(residuals))
    assert 0.5 < np.var(residuals) < 1.7


def test_closed_form_of_looking_is_how_many_look():
    looked, expected, spread = 0, 0.0, 0.0
    for seed, firm in itertools.product(range(12), range(4)):
        population = ready(PLAN.with_values({"market.exit": 0.0}), seed).population
        rows, _, looking = population.staying(firm)
        looked += (population.column("looks")[rows] == Looks.AROUND).sum()
        expected += looking.sum()
        spread += (looking * (1.0 - looking)).sum()
    assert abs(looked - expected) < 4.0 * math.sqrt(spread)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_more_of_what_never_repels_never_loses(seed):
    # Switching cost and obligation are never negative here: adding one cannot lower the chance.
    market = ready(PLAN, seed, months=1)
    for firm in range(4):
        _, staying, looking = market.population.staying(firm)
        coalitions = np.arange(COALITIONS)
        for bit in (1, 2):
            off = coalitions[(coalitions >> bit) & 1 == 0]
            assert (staying[:, off | 1 << bit] >= staying[:, off]).all()
        assert ((staying > 0) & (staying < 1)).all()
        assert ((looking >= 0) & (looking <= 1)).all()


def test_a_reservoir_that_the_scenario_switched_off_changes_no_chance():
    plan = PLAN.with_values({f"stickiness.{reservoir}": 0.0 for reservoir in RESERVOIRS})
    _, staying, _ = ready(plan).population.staying(2)
    first = staying[:, (np.arange(COALITIONS) >> 4) << 4]
    np.testing.assert_array_equal(staying, first)
