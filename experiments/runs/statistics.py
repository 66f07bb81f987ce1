"""Means of replications and how far they can be trusted.

All intervals are two-sided and, unless a level is given, of 95 %. Those of means use Student's t
(Student 1908), those of shares Wilson's score (Wilson 1927). What is undefined is NaN: the mean of
nothing, the interval of a single value. ``scipy.special`` has all that is needed; the import of
``scipy.stats`` would take longer than a small comparison.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

type Floats = NDArray[np.float64]

LEVEL = 0.95
"""Probability with which an interval covers what it is meant to cover."""
POWER = 0.8
"""Probability with which the smallest detectable difference is detected (Cohen 1988)."""

_MOST = 2**60  # replications; stands for all that are more


@dataclass(frozen=True)
class Interval:
    """A mean with the ends of its interval; NaN where undefined."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Distance from the middle to an end."""
        return (self.high - self.low) / 2

    def excludes(self, value: float) -> bool:
        """Whether the value lies outside; never, where the interval is undefined."""
        return value < self.low or value > self.high


class Moments:
    """Count, mean and variance of arrays added one at a time (Welford 1962), element by element.

    NaN is left out of its element's count. Adding the same arrays in the same order gives the same
    bits; equal values give a variance of exactly 0.

    Attributes:
        count: Values so far, per element.
        mean: Their mean; 0 where there is none yet, see :meth:`means`.
        squares: Sum of squared distances from the mean.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.count: NDArray[np.int64] = np.zeros(shape, np.int64)
        self.mean: Floats = np.zeros(shape)
        self.squares: Floats = np.zeros(shape)

    def add(self, values: ArrayLike) -> None:
        """Take in one array of the shape."""
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self.mean.shape:
            raise ValueError(f"shape {values.shape} does not fit {self.mean.shape}")
        there = ~np.isnan(values)
        self.count += there
        step = np.where(there, values - self.mean, 0.0)
        self.mean += step / np.maximum(self.count, 1)
        self.squares += step * np.where(there, values - self.mean, 0.0)

    def merge(self, other: Self) -> None:
        """Take in all that another one has taken in (Chan, Golub & LeVeque 1979)."""
        total = np.maximum(self.count + other.count, 1)
        step = np.where(other.count > 0, other.mean - self.mean, 0.0)
        self.squares += other.squares + step**2 * self.count * other.count / total
        self.mean += step * other.count / total
        self.count += other.count

    def means(self) -> Floats:
        """Mean per element; NaN without a value."""
        return np.where(self.count > 0, self.mean, np.nan)

    def variances(self) -> Floats:
        """Unbiased variance per element; NaN with less than two values."""
        return np.where(self.count > 1, self.squares / np.maximum(self.count - 1, 1), np.nan)

    def half_widths(self, level: float = LEVEL) -> Floats:
        """Half the width of the mean's interval per element; NaN with less than two values."""
        return half_width(np.sqrt(self.variances()), self.count, level)


class PairedMoments:
    """Moments of two arrays and of their difference, over the pairs in which both are defined.

    Attributes:
        first: Of the first array's values.
        second: Of the second array's values.
        difference: Of first minus second.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.first, self.second, self.difference = (Moments(shape) for _ in range(3))

    def add(self, first: ArrayLike, second: ArrayLike) -> None:
        """Take in a pair of arrays of the shape."""
        one, two = (np.asarray(values, dtype=np.float64) for values in (first, second))
        difference = one - two
        undefined = np.isnan(difference)
        self.first.add(np.where(undefined, np.nan, one))
        self.second.add(np.where(undefined, np.nan, two))
        self.difference.add(difference)

    def merge(self, other: Self) -> None:
        """Take in all pairs that another one has taken in."""
        self.first.merge(other.first)
        self.second.merge(other.second)
        self.difference.merge(other.difference)

    def variance_reduction(self) -> Floats:
        """(Var a + Var b) / Var(a − b): how many times as many unpaired replications do the same.

        The variance of a difference of means of n independent runs each is (Var a + Var b)/n, that
        of n pairs Var(a − b)/n (Law 2015, section 11.2). NaN where the differences do not vary.
        """
        apart = self.first.variances() + self.second.variances()
        paired = self.difference.variances()
        return np.divide(apart, paired, out=np.full_like(paired, np.nan), where=paired > 0)


def t_quantile(probability: ArrayLike, freedom: ArrayLike) -> Floats:
    """Quantiles of Student's t; NaN with less than one degree of freedom."""
    from scipy.special import stdtrit

    degrees = np.asarray(freedom, dtype=np.float64)
    found = stdtrit(np.maximum(degrees, 1.0), probability)
    return np.where(degrees >= 1, found, np.nan)


def t_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean and interval of independent values; NaN among them is left out."""
    numbers = np.asarray(values, dtype=np.float64).ravel()
    numbers = numbers[~np.isnan(numbers)]
    if not numbers.size:
        return Interval(math.nan, math.nan, math.nan)
    mean = math.fsum(numbers) / numbers.size
    if numbers.size == 1:
        return Interval(mean, math.nan, math.nan)
    deviation = math.sqrt(math.fsum((numbers - mean) ** 2) / (numbers.size - 1))
    half = float(half_width(deviation, numbers.size, level))
    return Interval(mean, mean - half, mean + half)


def ratio_interval(above: ArrayLike, below: ArrayLike) -> Interval:
    """A quotient of two means over the same replications, with its jackknife interval.

    Quenouille (1956) and Tukey (1958): the quotient is worked out anew without each replication;
    the pseudo-values n·q − (n − 1)·q₋ᵢ are treated as independent values. A mean of quotients would
    be at the mercy of a single small denominator. Undefined (NaN) unless every denominator is above
    0, and with less than two replications the ends alone.
    """
    one, other = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    there = np.isfinite(one) & np.isfinite(other)
    one, other = one[there], other[there]
    count = len(one)
    if count == 0 or other.sum() <= 0:
        return Interval(math.nan, math.nan, math.nan)
    whole = float(one.sum() / other.sum())
    if count == 1:
        return Interval(whole, math.nan, math.nan)
    rest = other.sum() - other
    if (rest <= 0).any():
        return Interval(math.nan, math.nan, math.nan)
    without = (one.sum() - one) / rest
    half = t_interval(count * whole - (count - 1) * without).half_width
    return Interval(whole, whole - half, whole + half)


def half_width(deviation: ArrayLike, count: ArrayLike, level: float = LEVEL) -> Floats:
    """t·s/√n, half the width of the interval of a mean; NaN with less than two values.

    Args:
        deviation: Standard deviation of one value.
        count: Number of values.
        level: Probability of covering the mean.
    """
    numbers = np.asarray(count, dtype=np.float64)
    error = np.asarray(deviation, dtype=np.float64) / np.sqrt(np.maximum(numbers, 1.0))
    return np.where(numbers > 1, t_quantile((1 + level) / 2, numbers - 1) * error, np.nan)


def knowledge_and_luck(values: Floats) -> tuple[Floats, Floats]:
    """Covariances of what members lead one to expect, and of what luck adds to it in one history.

    An analysis of variance with random effects (Searle, Casella & McCulloch 1992).

    Args:
        values: float64[things, replications, members], all defined; two replications at least.

    Returns:
        float64[things, things] each; the first is 0 where there is one member.
    """
    things, replications, members = values.shape
    means = values.mean(axis=1)
    apart = (values - means[:, None]).reshape(things, -1)
    luck = apart @ apart.T / ((replications - 1) * members)
    if members == 1:
        return np.zeros_like(luck), luck
    left = np.atleast_2d(np.cov(means)) - luck / replications
    # The nearest covariance: what is left of a difference of two may be none.
    sizes, vectors = np.linalg.eigh((left + left.T) / 2)
    knowledge: Floats = (vectors * np.maximum(sizes, 0.0)) @ vectors.T
    return knowledge, luck


def deviations_apart(values: Sequence[float], members: int) -> tuple[float, float] | None:
    """Standard deviations by what is not known and by luck, of one number by replication.

    Replication r is of member r, over and over; what is left of a whole round is not counted.

    Returns:
        None with fewer than two members or two rounds, or where a number is undefined.
    """
    rounds = len(values) // members if members > 1 else 0
    used = np.asarray(values[: rounds * members], np.float64)
    if rounds < 2 or not np.isfinite(used).all():
        return None
    knowledge, luck = knowledge_and_luck(used.reshape(1, rounds, members))
    return math.sqrt(knowledge[0, 0]), math.sqrt(luck[0, 0])


def smallest_detectable(
    deviation: ArrayLike, count: ArrayLike, level: float = LEVEL, power: float = POWER
) -> Floats:
    """The smallest true mean that the interval of so many values would most likely tell from 0.

    (t₁₋α⁄₂ + t_power)·s/√n with n − 1 degrees of freedom, the usual approximation to the
    non-central t (Bloom 1995).

    Args:
        deviation: Standard deviation of one value.
        count: Number of values.
        level: 1 − α, the level of the interval.
        power: Probability that the interval excludes 0 if the mean is that large.
    """
    numbers = np.asarray(count, dtype=np.float64)
    error = np.asarray(deviation, dtype=np.float64) / np.sqrt(np.maximum(numbers, 1.0))
    both = t_quantile((1 + level) / 2, numbers - 1) + t_quantile(power, numbers - 1)
    return np.where(numbers > 1, both * error, np.nan)


def replications_needed(deviation: float, target: float, level: float = LEVEL) -> int:
    """How many values give a mean an interval of this half-width or less; from 2 to 2⁶⁰.

    Args:
        deviation: Standard deviation of one value.
        target: Half-width wanted, above 0.
        level: Probability of covering the mean.

    Raises:
        ValueError: The target is not above 0, or the deviation is no number.
    """
    if not (target > 0 and deviation >= 0 and math.isfinite(deviation)):
        raise ValueError(f"no number of replications for {deviation} and a target of {target}")
    low, high = 1, 2  # low is too few; the half-width falls with every further value
    while high < _MOST and float(half_width(deviation, high, level)) > target:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if float(half_width(deviation, middle, level)) > target:
            low = middle
        else:
            high = middle
    return high


def wilson_interval(successes: int, count: int, level: float = LEVEL) -> Interval:
    """A share and its score interval, which also holds for none and for all (Wilson 1927)."""
    from scipy.special import ndtri

    if count == 0:
        return Interval(math.nan, math.nan, math.nan)
    share, z2 = successes / count, float(ndtri((1 + level) / 2)) ** 2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    spread = math.sqrt(z2 * share * (1 - share) / count + (z2 / (2 * count)) ** 2)
    half = spread / (1 + z2 / count)
    low = 0.0 if successes == 0 else max(middle - half, 0.0)
    high = 1.0 if successes == count else min(middle + half, 1.0)
    return Interval(share, low, high)


def p_values(mean: ArrayLike, deviation: ArrayLike, count: ArrayLike) -> Floats:
    """Probability of a mean at least so far from 0 if the true one is 0, two-sided, Student's t.

    Without any deviation it is 0, or 1 for a mean of 0; NaN with less than two values.
    """
    from scipy.special import stdtr

    numbers = np.asarray(count, dtype=np.float64)
    means = np.abs(np.asarray(mean, dtype=np.float64))
    error = np.asarray(deviation, dtype=np.float64) / np.sqrt(np.maximum(numbers, 1.0))
    still = np.where(means > 0, np.inf, 0.0)
    t = np.divide(means, error, out=still, where=error > 0)
    found = 2.0 * stdtr(np.maximum(numbers - 1, 1.0), -t)
    return np.where((numbers > 1) & ~np.isnan(means), found, np.nan)


def holm(probabilities: Sequence[float]) -> list[float]:
    """P-values adjusted for being a family (Holm 1979), in the order given.

    Rejecting those at or below α keeps the probability of any false one at α, however the tests
    depend on each other. NaN is no test and stays NaN.
    """
    numbers = [i for i, p in enumerate(probabilities) if not math.isnan(p)]
    adjusted, largest = [math.nan] * len(probabilities), 0.0
    for rank, i in enumerate(sorted(numbers, key=lambda i: probabilities[i])):
        largest = max(largest, min(1.0, (len(numbers) - rank) * probabilities[i]))
        adjusted[i] = largest
    return adjusted
