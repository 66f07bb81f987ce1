"""Luck and knowledge apart, on effects whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from tsunagari.experiments.deciding import ranking
from tsunagari.experiments.deciding.ranking import break_even, effects_of, is_settled, turns

numbers = st.floats(-100, 100)


def outcomes(known, luck, mean, replications=2, members=400, seed=0):
    """Outcomes of nothing new and one option, whose effect is known but for luck."""
    rng = np.random.default_rng(seed)
    truth = mean + known * rng.standard_normal(members)
    values = np.zeros((2, replications, members))
    values[1] = truth + luck * rng.standard_normal((replications, members))
    return values


@pytest.mark.parametrize(("known", "luck"), [(1.0, 0.2), (1.0, 3.0), (2.0, 2.0), (0.0, 1.0)])
def test_what_is_known_is_told_from_luck(known, luck):
    found = effects_of(outcomes(known, luck, 1.0, replications=4, members=2000))
    assert found.luck[1] == pytest.approx(luck, rel=0.05)
    assert found.knowledge[1] == pytest.approx(known, abs=0.06 + 0.1 * luck)
    assert found.mean[1] == pytest.approx(1.0, abs=0.2)
    if known:
        assert found.best[1] == pytest.approx(norm.cdf(1.0 / known), abs=0.05)
        low, high = found.interval(1)
        assert high - low == pytest.approx(2 * 1.645 * known, rel=0.15)


def test_one_market_is_as_uncertain_as_its_luck():
    rng = np.random.default_rng(2)
    values = np.zeros((2, 16, 1))
    values[1, :, 0] = 0.3 + rng.standard_normal(16)
    found = effects_of(values)
    assert found.knowledge[1] == 0
    mean, error = values[1].mean(), values[1].std(ddof=1) / 4
    assert found.best[1] == pytest.approx(t.cdf(mean / error, 15), abs=0.02)


@pytest.mark.parametrize("replications", [3, 12])
def test_the_range_of_one_market_holds_the_effect_as_often_as_it_says(replications):
    rng = np.random.default_rng(replications)
    held = []
    for _ in range(400):
        values = np.zeros((2, replications, 1))
        values[1, :, 0] = 0.3 + rng.standard_normal(replications)
        low, high = effects_of(values).interval(1)
        held.append(low <= 0.3 <= high)
    assert np.mean(held) == pytest.approx(ranking.SURE, abs=0.04)


@given(st.lists(numbers, min_size=12, max_size=12), numbers, st.integers(0, 9))
def test_what_is_common_to_all_options_does_not_count(values, added, seed):
    table = np.array(values).reshape(3, 2, 2)
    luck = added * np.random.default_rng(seed).standard_normal((1, 2, 2))
    one, other = effects_of(table), effects_of(table + luck)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-9)
    assert one.mean[0] == 0
    assert one.best.sum() == pytest.approx(1)
    assert (one.regret >= 0).all()


def test_a_member_without_an_outcome_is_left_out():
    values = outcomes(1.0, 0.5, 1.0, members=20)
    values[1, 0, 3] = np.nan
    found = effects_of(values)
    assert found.kept.sum() == 19
    assert np.isfinite(found.mean).all()
    assert np.isnan(effects_of(np.full((2, 2, 3), np.nan)).mean).all()


def test_a_ranking_settles_when_it_is_clear_or_luck_no_longer_matters():
    assert is_settled(effects_of(outcomes(0.1, 0.1, 5.0, members=50)))
    assert is_settled(effects_of(outcomes(1.0, 0.05, 1.3, members=50)))
    assert not is_settled(effects_of(outcomes(0.5, 3.0, 0.7, members=12, seed=4)))
    assert not is_settled(effects_of(outcomes(0.0, 3.0, 0.5, members=1, replications=4)))


def test_the_number_that_turns_it_round_is_found_with_its_value():
    rng = np.random.default_rng(3)
    steep, idle = 5 + 2 * rng.standard_normal(200), rng.standard_normal(200)
    values = np.zeros((2, 2, 200))
    values[1] = steep - 4 + 0.1 * rng.standard_normal((2, 200))
    found = turns(effects_of(values), {"steep": steep, "twice": 2 * steep, "idle": idle}, 1, 0)
    assert [turn.path for turn in found] == ["steep"]
    (turn,) = found
    assert turn.flips == pytest.approx(4.0, abs=0.1)
    assert not turn.above
    assert turn.part == pytest.approx((steep < 4).mean(), abs=0.03)
    assert turn.worth == pytest.approx(np.maximum(4 - steep, 0).mean(), rel=0.1)


def test_a_column_is_worth_what_it_narrows():
    rng = np.random.default_rng(5)
    one, other = rng.standard_normal(400), rng.standard_normal(400)
    values = np.zeros((2, 2, 400))
    values[1] = 0.2 + one + 0.02 * rng.standard_normal((2, 400))
    spreads = {"tells": {"one": (1.0, 0.0)}, "half": {"one": (1.0, 0.8)}, "no": {"two": (1.0, 0.0)}}
    found = ranking.worth_of_columns(effects_of(values), {"one": one, "two": other}, spreads, 1, 0)
    gain = norm.pdf(0.2) - 0.2 * norm.cdf(-0.2)
    assert 0.6 * gain < found["tells"] < 1.2 * gain  # the ridge believes a part of it
    assert found["tells"] > found["half"] > found["no"]
    assert found["no"] < 0.02


@pytest.mark.parametrize(
    ("profits", "month"),
    [([1, 1], 1), ([-2, 1, 1, 1], 3), ([-2, 1], None), ([3, -4, 2], 3), ([-1, 1, 0], 2)],
)
def test_the_month_that_has_paid(profits, month):
    assert break_even(profits) == month
