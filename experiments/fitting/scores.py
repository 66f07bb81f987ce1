"""How good a forecast was: its ensemble against what came.

What came is NaN where nobody knows it; so are the scores then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    type Floats = NDArray[np.float64]


def crps(ensemble: ArrayLike, observed: ArrayLike, *, fair: bool = True) -> Floats:
    """The continuous ranked probability score of an ensemble (Gneiting & Raftery 2007).

    The mean distance of members from what came, less half their mean distance from one another. It
    is in the unit of what is forecast, the distance itself for a single value, and smaller is
    better. The fair score (Ferro 2014) counts only distances between different members, so that
    ensembles of different size compare: it is what an ensemble without end of the same kind would
    have on average. The standard one takes the ensemble for the whole distribution.

    Args:
        ensemble: float[members, ...].
        observed: float[...].
        fair: Whether the fair score is taken; it needs two members at least.

    Returns:
        float64[...]; the fair score may be a little below 0.

    Raises:
        ValueError: Too few members, members that are NaN, or shapes that do not fit.
    """
    members, came = _checked(ensemble, observed, fewest=2 if fair else 1)
    size = len(members)
    distance = np.abs(members - came).mean(axis=0)
    # Of sorted members the i-th is the larger one in i pairs, the smaller one in size − 1 − i.
    weights = (2.0 * np.arange(size) - (size - 1)).reshape(-1, *[1] * came.ndim)
    within = (weights * np.sort(members, axis=0)).sum(axis=0)
    return np.asarray(distance - within / (size * (size - 1 if fair else size)))


def absolute_error(ensemble: ArrayLike, observed: ArrayLike) -> Floats:
    """How far the ensemble's median is from what came; its mean over cases is the MAE.

    Args:
        ensemble: float[members, ...].
        observed: float[...].

    Raises:
        ValueError: No members, members that are NaN, or shapes that do not fit.
    """
    members, came = _checked(ensemble, observed, fewest=1)
    return np.asarray(np.abs(np.median(members, axis=0) - came))


def covered(ensemble: ArrayLike, observed: ArrayLike, level: float = 0.9) -> Floats:
    """1 where what came is within the ensemble's central interval, ends included, else 0.

    Args:
        ensemble: float[members, ...].
        observed: float[...].
        level: Probability of the interval; each tail beside it has the half of the rest.

    Raises:
        ValueError: A level not between 0 and 1, no members, members that are NaN, or shapes that
            do not fit.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is between 0 and 1, not {level:g}")
    members, came = _checked(ensemble, observed, fewest=1)
    low, high = np.quantile(members, [(1 - level) / 2, (1 + level) / 2], axis=0)
    inside = ((low <= came) & (came <= high)).astype(np.float64)
    return np.where(np.isnan(came), np.nan, inside)


def _checked(ensemble: ArrayLike, observed: ArrayLike, fewest: int) -> tuple[Floats, Floats]:
    members = np.asarray(ensemble, dtype=np.float64)
    came = np.asarray(observed, dtype=np.float64)
    if members.ndim < 1 or members.shape[1:] != came.shape:
        raise ValueError(f"an ensemble of shape {members.shape} for values of {came.shape}")
    if len(members) < fewest:
        raise ValueError(f"an ensemble of {len(members)}; at least {fewest} are needed")
    if np.isnan(members).any():
        raise ValueError("members of the ensemble are NaN")
    return members, came
