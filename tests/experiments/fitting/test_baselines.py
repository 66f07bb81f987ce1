"""Forecasts without a model: what they must give where the answer is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.experiments.fitting.baselines import (
    DAMPING,
    METHODS,
    Past,
    brand_switching,
    damped_drift,
    last_value,
    transitions,
)
from tsunagari.experiments.fitting.scores import covered, crps
from tsunagari.experiments.fitting.table import read_table

FIRMS = ("Aoba", "Birch", "Cedar")
START = np.array([0.5, 0.3, 0.2])
CHAIN = np.array([[0.97, 0.02, 0.01], [0.01, 0.97, 0.02], [0.03, 0.03, 0.94]])


def table_of(shares, step=1, **measures):
    months = 1 + step * np.repeat(np.arange(len(shares)), len(FIRMS))
    columns = {"month": months, "firm": FIRMS * len(shares), "share": np.ravel(shares)}
    return read_table(pd.DataFrame(columns | {k: np.ravel(v) for k, v in measures.items()}))


def walk(months, spread=0.004, seed=5):
    rng = np.random.default_rng(seed)
    steps = rng.normal(0, spread, (months, 3))
    return START + np.cumsum(np.vstack([[0, 0, 0], steps - steps.mean(1, keepdims=True)]), axis=0)


def chained(months, matrix=CHAIN):
    rows = [START]
    for _ in range(months):
        rows.append(rows[-1] @ matrix)
    return np.array(rows)


@pytest.mark.parametrize("name", METHODS)
@given(seed=st.integers(0, 1000), step=st.sampled_from([1, 3]), horizon=st.integers(1, 12))
def test_shares_are_shares_whatever_the_method(name, seed, step, horizon):
    past = Past.of(table_of(walk(10, 0.02, seed), step))
    ensemble = METHODS[name](past, horizon, 20, np.random.default_rng(seed))
    assert ensemble.shape == (20, horizon, 3)
    assert ensemble.min() >= 0
    np.testing.assert_allclose(ensemble.sum(axis=2), 1, atol=1e-12)
    again = METHODS[name](past, horizon, 20, np.random.default_rng(seed))
    np.testing.assert_array_equal(ensemble, again)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("step", [1, 3])
def test_a_market_that_stands_is_forecast_to_stand(name, step):
    past = Past.of(table_of(np.tile(START, (8, 1)), step))
    ensemble = METHODS[name](past, 12, 5, np.random.default_rng(1))
    np.testing.assert_allclose(ensemble, np.broadcast_to(START, (5, 12, 3)), atol=1e-6)


def test_the_spread_of_the_last_value_grows_as_that_of_a_random_walk():
    shares = walk(60)
    past = Past.of(table_of(shares))
    ensemble = last_value(past, 12, 20_000, np.random.default_rng(1))
    squares = np.mean(np.diff(past.shares, axis=0) ** 2, axis=0)
    np.testing.assert_allclose(ensemble.mean(axis=0)[11], past.shares[-1], atol=5e-4)
    np.testing.assert_allclose(ensemble.var(axis=0)[11], 12 * squares, rtol=0.05)
    np.testing.assert_allclose(ensemble.var(axis=0)[2], 3 * squares, rtol=0.05)


def test_a_quarters_change_is_three_months_of_the_walk():
    shares = walk(60)
    past = Past.of(table_of(shares[::3], step=3))
    ensemble = last_value(past, 3, 20_000, np.random.default_rng(1))
    squares = np.mean(np.diff(past.shares, axis=0) ** 2, axis=0)
    np.testing.assert_allclose(ensemble.var(axis=0)[2], squares, rtol=0.05)


def test_a_steady_drift_fades():
    drift = np.array([0.003, -0.001, -0.002])
    shares = START + np.arange(13)[:, None] * drift
    ensemble = damped_drift(Past.of(table_of(shares)), 24, 7, np.random.default_rng(1))
    months = np.arange(1, 25)
    gone = DAMPING * (1 - DAMPING**months) / (1 - DAMPING)
    expected = shares[-1] + gone[:, None] * drift
    np.testing.assert_allclose(ensemble, np.broadcast_to(expected, (7, 24, 3)), atol=1e-9)


def test_a_chain_is_found_in_its_shares_and_goes_on():
    shares = chained(37)
    past = Past.of(table_of(shares[:25]))
    ensemble = brand_switching(past, 12, 50, np.random.default_rng(1))
    assert np.abs(ensemble.mean(axis=0) - shares[25:37]).max() < 0.002
    stands = np.abs(shares[24] - shares[25:37]).max()
    assert stands > 0.01
    found = transitions(past)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    assert found.min() >= 0


def test_quarters_of_a_chain_are_joined_by_straight_lines():
    shares = chained(48)
    past = Past.of(table_of(shares[:37:3], step=3))
    middle = brand_switching(past, 6, 5000, np.random.default_rng(1)).mean(axis=0)
    stands = np.abs(shares[36] - shares[42]).max()
    assert np.abs(middle - shares[37:43]).max() < stands / 2
    np.testing.assert_allclose(middle[0], (2 * shares[36] + middle[2]) / 3, atol=3e-4)
    np.testing.assert_allclose(middle[4], (middle[2] + 2 * middle[5]) / 3, atol=3e-4)


@pytest.mark.parametrize("has_joins", [True, False])
def test_known_churn_says_how_many_go_and_joins_where_to(has_joins):
    churn, to = np.array([0.01, 0.02, 0.05]), np.array([0.2, 0.3, 0.5])
    matrix = np.diag(1 - churn) + np.outer(churn, to)
    shares = chained(30, matrix)
    joins = {"joins": np.outer(shares[:19] @ churn, to)} if has_joins else {}
    table = table_of(shares[:19], churn=np.tile(churn, (19, 1)), **joins)
    past = Past.of(table)
    np.testing.assert_allclose(past.churn, churn)
    ensemble = brand_switching(past, 12, 5, np.random.default_rng(1))
    np.testing.assert_allclose(ensemble, np.broadcast_to(shares[19:31], (5, 12, 3)), atol=1e-9)


def test_what_comes_later_is_not_known_and_breaks_are_no_changes():
    shares = walk(20)
    shares[12:] += [0.15, -0.1, -0.05]
    table = table_of(shares)
    early = Past.of(table, last=10)
    assert (early.last, len(early.months)) == (10, 11)
    np.testing.assert_array_equal(early.shares, Past.of(table_of(shares[:11])).shares)
    broken, told = Past.of(table), Past.of(table, breaks=[12])
    assert (broken.whole.sum(), told.whole.sum()) == (20, 19)
    for method in METHODS.values():
        wide, narrow = (
            method(past, 6, 2000, np.random.default_rng(1)).std(axis=0)[5]
            for past in (broken, told)
        )
        assert (wide > 1.5 * narrow).all()


def test_a_forecast_begins_after_the_last_month_known():
    shares = walk(12)
    shares[8] = [0.5, 0.3, np.nan]
    table = table_of(shares)
    assert Past.of(table, last=8).last == 7
    assert Past.of(table, last=9).months.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 9]
    with pytest.raises(ValueError, match="2 changes of shares are known until month 2"):
        Past.of(table, last=2)


def test_intervals_cover_what_they_are_meant_to_cover():
    inside, scores = [], []
    for seed in range(150):
        shares = walk(36, seed=seed)
        ensemble = last_value(
            Past.of(table_of(shares), last=24), 12, 200, np.random.default_rng(seed)
        )
        inside.append(covered(ensemble, shares[25:]).mean())
        scores.append(crps(ensemble, shares[25:]).mean())
    assert np.mean(inside) == pytest.approx(0.88, abs=0.04)
    assert 0 < np.mean(scores) < 0.01
