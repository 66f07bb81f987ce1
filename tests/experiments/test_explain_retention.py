"""Retention taken apart: Shapley values, sums, and what must be nothing."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tsunagari.agents.firm.offer import HOLDS
from tsunagari.experiments.explain.explanation import Explanation
from tsunagari.experiments.explain.retention import (
    _ANSWERING,
    METHODS,
    OFFER,
    PARTS,
    TOTAL,
    _means,
    _orders,
    retention_parts,
    shapley_values,
)
from tsunagari.experiments.telling.explained import in_words
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PLAN = Scenario().with_values(
    {
        "market.customers": 300,
        "market.months": 16,
        "looking.base": 0.1,
        "stickiness.obligation": 0.0,
    }
)
FIRMS = ["Tailor"]
MONTH, HORIZON = 4, 12


def told_of(found):
    return in_words(Explanation(PLAN, found.prices, found))["retention_parts"]


numbers = st.floats(-10.0, 10.0)


@pytest.fixture(scope="module")
def found():
    return retention_parts(
        PLAN, firms=FIRMS, month=MONTH, horizon=HORIZON, seed=3, replications=2, threads=1
    )


@given(arrays(np.float64, 5, elements=numbers))
def test_in_an_additive_game_everybody_gets_their_own(own):
    worth = [sum(own[k] for k in range(5) if c >> k & 1) for c in range(32)]
    assert shapley_values(worth) == pytest.approx(own, abs=1e-12)


@given(arrays(np.float64, (3, 64), elements=numbers))
def test_values_add_up_to_the_whole(worth):
    total = shapley_values(worth).sum(axis=-1)
    assert total == pytest.approx(worth[:, -1] - worth[:, 0], abs=1e-9)


@given(arrays(np.float64, 32, elements=numbers))
def test_who_never_adds_anything_gets_exactly_nothing(worth):
    coalitions = np.arange(32)
    values = shapley_values(worth[coalitions & ~4])  # player 2 does not matter
    assert values[2] == 0.0


def test_the_glove_game():
    # Player 0 has a left glove, 1 and 2 a right one; a pair is worth 1 (Shapley & Shubik 1969).
    worth = [float(c & 1 and c & 6 != 0) for c in range(8)]
    assert shapley_values(worth) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_half_a_game_is_refused():
    with pytest.raises(ValueError, match="6 coalitions"):
        shapley_values(np.zeros(6))


def test_parts_add_up(found):
    for firm in FIRMS:
        for method in METHODS:
            parts = found.of(firm, method)
            assert list(parts) == list(PARTS)
            total = math.fsum(parts[part].mean for part in PARTS if part != TOTAL)
            assert total == pytest.approx(parts[TOTAL].mean, abs=1e-9)


def test_the_whole_is_the_retention_of_the_market(found):
    for firm in FIRMS:
        kept = []
        for replication in range(2):
            market = Market(PLAN, 3, replication=replication)
            market.run_for(MONTH + HORIZON)
            table = market.results.firms.set_index(["month", "firm"])
            kept.append(table.loc[(MONTH + HORIZON, firm), "retention_12"])
        for method in ("replayed", "answering"):
            assert found.of(firm, method)[TOTAL].mean == pytest.approx(np.mean(kept), abs=1e-12)
        assert found.of(firm, "feedback")[TOTAL].mean == 0.0


def test_what_the_scenario_switched_off_holds_nobody(found):
    for firm in FIRMS:
        for method in METHODS:
            part = found.of(firm, method)["obligation"]
            assert (part.mean, part.low, part.high) == (0.0, 0.0, 0.0)


def test_what_is_on_holds_somebody(found):
    parts = found.of("Tailor", "replayed")
    assert parts["inattention"].mean > 0.1
    assert parts["switching"].mean > 0.0
    assert parts[OFFER].mean < parts[TOTAL].mean
    feedback = [found.of(firm, "feedback")[hold].mean for firm in FIRMS for hold in HOLDS]
    assert any(value != 0.0 for value in feedback)


@pytest.mark.exhaustive
@pytest.mark.slow
def test_workers_change_nothing():
    asked = {"firms": ["Spark", "Tailor"], "month": 1, "horizon": 1, "seed": 3, "replications": 2}
    assert retention_parts(PLAN, workers=2, **asked) == retention_parts(PLAN, threads=1, **asked)


def test_words_tell_what_the_table_tells(found):
    words = told_of(found)
    for firm in FIRMS:
        total = found.of(firm, "replayed")[TOTAL].mean
        assert f"{firm} keeps {100 * total:.1f} %" in words
    assert "obligation" not in words


def test_a_firm_without_customers_is_undefined_not_zero():
    plan = PLAN.with_values({"firms.Broad.share": 0.0, "firms.Broad.reach": 0.0})
    found = retention_parts(plan, firms=["Broad"], month=1, horizon=1, replications=2, threads=1)
    assert found.cohorts == {"Broad": 0.0}
    assert all(map(math.isnan, found.table["value"]))
    assert set(found.table["replications"]) == {0}
    assert "no customers" in told_of(found)


@given(st.lists(numbers, min_size=7, max_size=7), st.integers(0, 1000))
def test_drawn_orders_tell_an_additive_game_exactly_and_add_up_in_any(own, seed):
    orders = _orders(np.random.default_rng(seed))
    met = set(itertools.chain.from_iterable(orders))
    assert {0, 127} <= met
    assert len(met) <= _ANSWERING
    additive = {c: math.fsum(own[k] for k in range(7) if c >> k & 1) for c in met}
    assert _means(additive, orders)[1:-1] == pytest.approx(own, abs=1e-9)
    squared = {c: worth**2 for c, worth in additive.items()}
    found = _means(squared, orders)
    assert math.fsum(found[:-1]) == pytest.approx(found[-1], abs=1e-6)
