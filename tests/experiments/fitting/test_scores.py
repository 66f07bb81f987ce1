"""Scores of ensembles: known answers, and what they are by definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from tsunagari.experiments.fitting.scores import absolute_error, covered, crps

values = st.floats(-100, 100)


@given(ensemble=st.lists(values, min_size=2, max_size=9), observed=values)
def test_the_score_is_what_its_definition_says(ensemble, observed):
    size = len(ensemble)
    distance = sum(abs(x - observed) for x in ensemble) / size
    within = sum(abs(x - y) for x in ensemble for y in ensemble) / 2
    standard = distance - within / size**2
    assert crps(ensemble, observed, fair=False) == pytest.approx(standard, abs=1e-9)
    fair = distance - within / (size * (size - 1))
    assert crps(ensemble, observed) == pytest.approx(fair, abs=1e-9)
    assert crps(ensemble[::-1], observed) == pytest.approx(crps(ensemble, observed), abs=1e-9)


@given(member=values, observed=values)
def test_a_single_value_is_scored_by_its_distance(member, observed):
    assert crps([member], observed, fair=False) == abs(member - observed)


def test_a_normal_forecast_has_the_score_of_the_literature():
    quantiles = ndtri((np.arange(4000) + 0.5) / 4000)
    expected = 2 / math.sqrt(2 * math.pi) - 1 / math.sqrt(math.pi)
    assert crps(quantiles, 0.0, fair=False) == pytest.approx(expected, abs=1e-3)


def test_the_fair_score_does_not_depend_on_the_size_of_an_ensemble():
    rng = np.random.default_rng(3)
    observed = rng.normal(size=40_000)
    small, large = (crps(rng.normal(size=(size, 40_000)), observed).mean() for size in (2, 20))
    assert small == pytest.approx(large, abs=0.01)
    assert large == pytest.approx(1 / math.sqrt(math.pi), abs=0.01)
    standard = crps(rng.normal(size=(2, 40_000)), observed, fair=False).mean()
    assert standard > small + 0.2


def test_what_nobody_knows_has_no_score():
    ensemble = np.arange(12.0).reshape(6, 2)
    observed = np.array([4.0, np.nan])
    for score in (crps, absolute_error, covered):
        assert np.isnan(score(ensemble, observed)).tolist() == [False, True]


def test_the_median_and_the_central_interval():
    ensemble = np.arange(101.0)
    assert absolute_error(ensemble, 57.0) == 7
    came = np.array([4.0, 5.0, 50.0, 95.0, 96.0])
    inside = covered(np.repeat(ensemble[:, None], 5, axis=1), came, level=0.9)
    assert inside.tolist() == [0, 1, 1, 1, 0]
    assert covered(ensemble, 30.0, level=0.5) == 1
    assert covered(ensemble, 20.0, level=0.5) == 0


@pytest.mark.parametrize(
    ("ensemble", "observed", "message"),
    [
        ([1.0], 1.0, "an ensemble of 1; at least 2"),
        ([[1.0], [2.0]], [1.0, 2.0], r"shape \(2, 1\) for values of \(2,\)"),
        ([1.0, np.nan], 1.0, "members of the ensemble are NaN"),
    ],
)
def test_what_is_no_ensemble(ensemble, observed, message):
    with pytest.raises(ValueError, match=message):
        crps(ensemble, observed)
    with pytest.raises(ValueError, match="between 0 and 1"):
        covered([1.0, 2.0], 1.0, level=1)
