"""From coordinates in the unit interval to the values of a factor: inverse distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.design.spread import Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_INNERMOST = 2.0**-40  # a distribution without ends has no value at 0 and 1 themselves


def values_at(
    factor: Sequence[Any] | Spread, unit: NDArray[np.float64], *, whole: bool
) -> list[Any]:
    """The values of a factor at coordinates of the unit interval.

    A list, or a range with steps, divides the interval into equal parts, one for each value; the
    last part includes 1. Every other spread is its quantile function (inverse distribution).

    Args:
        factor: The values listed, or their spread.
        unit: Coordinates from 0 to 1, shape [points].
        whole: Whether the parameter is a whole number. A spread is then rounded; a range reaches
            half a step beyond its ends before that, so that all its whole numbers are as likely.
    """
    import numpy as np

    listed = listed_values(factor, whole=whole)
    if listed is not None:
        # A level such as 2/3 may lie a rounding error below the border that it is.
        parts = np.floor(unit * len(listed) + 1e-9).astype(int)
        return [listed[part] for part in np.clip(parts, 0, len(listed) - 1)]
    assert isinstance(factor, Spread)
    if not whole:
        return [float(value) for value in _quantiles(factor, unit)]
    rounded = np.rint(_quantiles(_widened(factor), unit))
    low = -math.inf if factor.low is None else math.ceil(factor.low)
    high = math.inf if factor.high is None else math.floor(factor.high)
    return [int(value) for value in np.clip(rounded, low, high)]


def listed_values(factor: Sequence[Any] | Spread, *, whole: bool) -> list[Any] | None:
    """The values of a list or of a range with steps; None for what has too many to list.

    Steps over whole numbers are rounded, and of equal ones only the first is kept.
    """
    if not isinstance(factor, Spread):
        return list(factor)
    if factor.steps is None:
        return None
    import numpy as np

    assert factor.low is not None
    assert factor.high is not None
    spaced = np.geomspace if factor.is_logarithmic else np.linspace
    values = spaced(factor.low, factor.high, factor.steps)
    if not whole:
        return [float(value) for value in values]
    return list(dict.fromkeys(int(value) for value in np.rint(values)))


def _widened(spread: Spread) -> Spread:
    """A range of whole numbers with the whole of its first and last number in it."""
    if spread.distribution not in (None, "uniform", "log-uniform"):
        return spread
    assert spread.low is not None
    assert spread.high is not None
    low, high = math.ceil(spread.low) - 0.5, math.floor(spread.high) + 0.5
    return spread.model_copy(update={"low": low, "high": high})


def _quantiles(spread: Spread, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    low, high = spread.low, spread.high
    if spread.distribution in ("normal", "log-normal"):
        return _normal(spread, unit)
    assert low is not None
    assert high is not None
    if spread.distribution == "triangular":
        assert spread.mode is not None
        below = (spread.mode - low) / (high - low)
        rising = low + np.sqrt(unit * (high - low) * (spread.mode - low))
        falling = high - np.sqrt((1 - unit) * (high - low) * (high - spread.mode))
        values = np.where(unit < below, rising, falling)
    elif spread.is_logarithmic:
        values = np.exp(math.log(low) + unit * (math.log(high) - math.log(low)))
    else:
        values = low + unit * (high - low)
    return np.where(unit <= 0, low, np.where(unit >= 1, high, np.clip(values, low, high)))


def _normal(spread: Spread, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of a normal or log-normal distribution cut off at its ends, if it has any."""
    import numpy as np
    from scipy.special import ndtr, ndtri

    assert spread.mean is not None
    assert spread.sd is not None
    mean, sd = spread.mean, spread.sd
    low, high = spread.low, spread.high
    is_log = spread.distribution == "log-normal"
    if is_log:  # mean and sd are of the value itself
        variance = math.log1p((sd / mean) ** 2)
        mean, sd = math.log(mean) - variance / 2, math.sqrt(variance)
        low = None if low is None or low <= 0 else math.log(low)
        high = None if high is None else math.log(high)
    first = 0.0 if low is None else float(ndtr((low - mean) / sd))
    last = 1.0 if high is None else float(ndtr((high - mean) / sd))
    part = first + unit * (last - first)
    if low is None:
        part = np.maximum(part, _INNERMOST)
    if high is None:
        part = np.minimum(part, 1 - _INNERMOST)
    values = mean + sd * ndtri(part)
    values = np.exp(values) if is_log else values
    # Rounding must lead neither beyond an end that the scenario may insist on, nor short of it.
    if spread.low is not None:
        values = np.where(unit <= 0, spread.low, np.maximum(values, spread.low))
    if spread.high is not None:
        values = np.where(unit >= 1, spread.high, np.minimum(values, spread.high))
    return values
