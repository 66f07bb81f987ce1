"""Intervals that a mean's own formula does not give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from experiments.runs.statistics import Interval


def ratio_interval(above: ArrayLike, below: ArrayLike) -> Interval:
    """A quotient of two means over the same replications, with its jackknife interval.

    Quenouille (1956) and Tukey (1958): the quotient is worked out anew without each replication;
    the pseudo-values n·q − (n − 1)·q₋ᵢ are treated as independent values. A mean of quotients would
    be at the mercy of a single small denominator. Undefined (NaN) unless every denominator is above
    0, and with less than two replications the ends alone.
    """
    import numpy as np

    from experiments.runs.statistics import Interval, t_interval

    one, other = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    there = np.isfinite(one) & np.isfinite(other)
    one, other = one[there], other[there]
    undefined = Interval(math.nan, math.nan, math.nan)
    count = len(one)
    if count == 0 or other.sum() <= 0:
        return undefined
    whole = float(one.sum() / other.sum())
    if count == 1:
        return Interval(whole, math.nan, math.nan)
    rest = other.sum() - other
    if (rest <= 0).any():
        return undefined
    without = (one.sum() - one) / rest
    found = t_interval(count * whole - (count - 1) * without)
    half = found.half_width
    return Interval(whole, whole - half, whole + half)
