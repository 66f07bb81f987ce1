"""Means, intervals and families of tests against textbooks, numpy and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tsunagari.experiments.runs.statistics import (
    Interval,
    Moments,
    PairedMoments,
    deviations_apart,
    half_width,
    holm,
    p_values,
    replications_needed,
    smallest_detectable,
    t_interval,
    t_quantile,
    wilson_interval,
)

# Student (1908): additional hours of sleep under two drugs, and their differences.
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

numbers = st.floats(-1e6, 1e6, allow_subnormal=False) | st.just(math.nan)
samples = arrays.arrays(np.float64, st.tuples(st.integers(0, 12), st.just(3)), elements=numbers)


def filled(rows):
    found = Moments((3,))
    for row in rows:
        found.add(row)
    return found


def test_students_own_example():
    found = t_interval(np.subtract(SECOND, FIRST))
    assert found.mean == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858))
    assert found.excludes(0.0)
    assert not found.excludes(1.0)
    deviation = np.std(np.subtract(SECOND, FIRST), ddof=1)
    assert p_values(1.58, deviation, 10) == pytest.approx(0.00283289)


def test_quantiles_of_the_printed_table():
    assert t_quantile(0.975, [1, 9, 30]) == pytest.approx([12.7062, 2.26216, 2.04227], rel=1e-5)
    assert np.isnan(t_quantile(0.975, 0))


def test_undefined_is_never_zero():
    nothing, one = t_interval([]), t_interval([3.0, math.nan])
    assert math.isnan(nothing.mean)
    assert one.mean == 3.0
    assert math.isnan(one.low)
    assert not one.excludes(0.0)
    assert np.isnan(half_width(1.0, 1))
    assert np.isnan(smallest_detectable(1.0, 1))
    assert np.isnan(p_values(1.0, 1.0, 1))


@given(samples)
def test_moments_are_those_of_numpy(rows):
    found = filled(rows)
    for column in range(3):
        there = rows[:, column][~np.isnan(rows[:, column])]
        assert found.count[column] == there.size
        mean = there.mean() if there.size else math.nan
        variance = there.var(ddof=1) if there.size > 1 else math.nan
        assert found.means()[column] == pytest.approx(mean, rel=1e-9, abs=1e-6, nan_ok=True)
        size = 1e-9 * np.max(there**2, initial=1.0)
        assert found.variances()[column] == pytest.approx(variance, rel=1e-7, abs=size, nan_ok=True)


@given(samples, samples)
def test_merged_moments_are_those_of_all(some, others):
    merged, together = filled(some), filled(np.concatenate([some, others]))
    merged.merge(filled(others))
    np.testing.assert_array_equal(merged.count, together.count)
    np.testing.assert_allclose(merged.means(), together.means(), rtol=1e-9, atol=1e-6)
    scale = np.nanmax(np.concatenate([some, others, np.ones((1, 3))]) ** 2)
    np.testing.assert_allclose(merged.squares, together.squares, rtol=1e-7, atol=1e-9 * scale)


def test_equal_values_do_not_vary_at_all():
    found = filled([[0.1, 0.1, math.nan]] * 7)
    assert found.variances()[0] == 0.0
    assert found.half_widths()[0] == 0.0
    assert found.means()[0] == 0.1
    assert np.isnan(found.means()[2])
    with pytest.raises(ValueError, match="does not fit"):
        found.add([1.0])


def test_a_pair_counts_where_both_are_defined():
    found = PairedMoments((2,))
    found.add([1.0, math.nan], [3.0, 5.0])
    found.add([2.0, 7.0], [5.0, math.nan])
    found.add([6.0, 1.0], [7.0, 4.0])
    assert found.difference.count.tolist() == [3, 1]
    assert found.first.means().tolist() == [3.0, 1.0]
    assert found.second.means().tolist() == [5.0, 4.0]
    assert found.difference.means().tolist() == [-2.0, -3.0]
    apart = np.var([1, 2, 6], ddof=1) + np.var([3, 5, 7], ddof=1)
    assert found.variance_reduction()[0] == pytest.approx(apart / np.var([-2, -3, -1], ddof=1))
    assert np.isnan(found.variance_reduction()[1])


def test_merged_pairs_are_those_of_all():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(2, 9, 4))
    whole, first, second = (PairedMoments((4,)) for _ in range(3))
    for number, (one, two) in enumerate(zip(*rows, strict=True)):
        whole.add(one, two)
        (first if number < 4 else second).add(one, two)
    first.merge(second)
    np.testing.assert_allclose(first.variance_reduction(), whole.variance_reduction())
    np.testing.assert_allclose(first.first.means(), rows[0].mean(axis=0))


def test_the_smallest_detectable_difference_is_detected_in_four_of_five_cases():
    from scipy.special import nctdtr

    for count in (10, 40):
        shift = float(smallest_detectable(2.0, count)) / (2.0 / math.sqrt(count))
        quantile = float(t_quantile(0.975, count - 1))
        power = 1 - nctdtr(count - 1, shift, quantile) + nctdtr(count - 1, shift, -quantile)
        assert power == pytest.approx(0.8, abs=0.012)


@given(st.floats(1e-3, 1e3), st.floats(1e-2, 1e2))
def test_the_number_needed_is_the_smallest_that_does(deviation, target):
    needed = replications_needed(deviation, target)
    assert half_width(deviation, needed) <= target
    assert needed == 2 or half_width(deviation, needed - 1) > target


@pytest.mark.parametrize(("deviation", "target"), [(1.0, 0.0), (math.nan, 1.0), (-1.0, 1.0)])
def test_no_number_is_needed_for_nonsense(deviation, target):
    with pytest.raises(ValueError, match="no number"):
        replications_needed(deviation, target)


def test_without_deviation_two_are_enough():
    assert replications_needed(0.0, 0.1) == 2


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718), (29, 29, 0.8830, 1.0)],
)  # fmt: skip
def test_score_intervals_of_newcombe_1998(successes, count, low, high):
    found = wilson_interval(successes, count)
    assert found == Interval(successes / count, found.low, found.high)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_is_undefined():
    assert math.isnan(wilson_interval(0, 0).mean)


def test_holms_procedure():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    with_none = holm([0.01, math.nan, 0.9, 0.8])
    assert with_none[0] == pytest.approx(0.03)
    assert math.isnan(with_none[1])
    assert with_none[2:] == [1.0, 1.0]


def test_certain_differences_have_no_doubt():
    assert p_values([0.0, 0.5], [0.0, 0.0], 10).tolist() == [1.0, 0.0]


@given(
    st.lists(st.floats(-5, 5), min_size=2, max_size=6),
    st.integers(2, 4),
    st.integers(0, 1),
)
def test_where_there_is_no_luck_all_is_what_is_not_known(members, rounds, rest):
    values = members * rounds + members[:rest]
    knowledge, luck = deviations_apart(values, len(members))
    assert luck == pytest.approx(0, abs=1e-6)
    assert knowledge == pytest.approx(np.std(members, ddof=1), abs=1e-6)


def test_knowledge_and_luck_are_found_apart():
    rng = np.random.default_rng(3)
    values = rng.normal(0, 2, 400) + rng.normal(0, 0.7, (5, 400))
    knowledge, luck = deviations_apart(values.ravel().tolist(), 400)
    assert knowledge == pytest.approx(2, rel=0.1)
    assert luck == pytest.approx(0.7, rel=0.1)
    alone = rng.normal(0, 0.7, (50, 40))
    assert deviations_apart(alone.ravel().tolist(), 40)[0] < 0.1


@pytest.mark.parametrize(
    ("values", "members"), [([1, 2, 3], 2), ([1, 2, 3, 4], 1), ([1, 2, 3, np.nan], 2), ([], 0)]
)
def test_what_cannot_be_told_apart_is_not(values, members):
    assert deviations_apart(values, members) is None
