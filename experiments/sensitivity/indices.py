"""Morris and Sobol indices of one outcome, by SALib (Herman & Usher 2017; Iwanaga et al. 2022)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runs.statistics import LEVEL, half_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

_RESAMPLES = 1000  # of the bootstrap, where memory allows
_MOST_RESAMPLED = 2**24  # values held at a time
_SEED = 1  # of the bootstrap; SALib takes 0 for none
_NONE = 1e-12  # variation that is but rounding, relative to the largest value


@dataclass(frozen=True)
class MorrisEffect:
    """What one factor does to an outcome, by its elementary effects (Morris 1991).

    An effect is the change of the outcome per whole range of the factor, in the outcome's unit.

    Attributes:
        factor: Its path.
        mu: Mean effect, with the ends of its interval (Student's t).
        mu_star: Mean size of the effects (Campolongo et al. 2007), with a bootstrap interval.
        sigma: Standard deviation of the effects: how far they are not the same everywhere, because
            the factor acts non-linearly or together with others.
    """

    factor: str
    mu: float
    mu_low: float
    mu_high: float
    mu_star: float
    mu_star_low: float
    mu_star_high: float
    sigma: float

    @property
    def weight(self) -> float:
        """By which factors are ranked."""
        return self.mu_star


@dataclass(frozen=True)
class SobolEffect:
    """How much of an outcome's variance one factor explains (Sobol 1993), with bootstrap intervals.

    Attributes:
        factor: Its path.
        s1: First-order index: the share it explains alone (Saltelli et al. 2010).
        st: Total index: the share it has a part in, alone or with others (Jansen 1999).
    """

    factor: str
    s1: float
    s1_low: float
    s1_high: float
    st: float
    st_low: float
    st_high: float

    @property
    def weight(self) -> float:
        """By which factors are ranked."""
        return self.st


type Effect = MorrisEffect | SobolEffect


def morris_effects(
    factors: Sequence[str], unit: Floats, values: Floats, *, levels: int
) -> list[MorrisEffect]:
    """Elementary effects over whole trajectories.

    Args:
        factors: Their paths.
        unit: Coordinates in the unit cube, shape [trajectories × (factors + 1), factors].
        values: The outcome, shape [trajectories × (factors + 1)].
        levels: Of the design.

    Returns:
        One for each factor; all NaN with less than two trajectories.
    """
    from SALib.analyze import morris  # type: ignore[import-untyped]

    trajectories = values.size // (len(factors) + 1)
    if trajectories < 2:
        return [MorrisEffect(factor, *[math.nan] * 7) for factor in factors]
    found = morris.analyze(
        _problem(factors),
        unit,
        values,
        num_resamples=_resamples(trajectories),
        conf_level=LEVEL,
        num_levels=levels,
        seed=_SEED,
    )
    sigmas = np.asarray(found["sigma"], dtype=np.float64)
    sigmas = np.where(sigmas > _NONE * np.abs(values).max(), sigmas, 0.0)
    half = half_width(sigmas, trajectories)
    effects = []
    for place, factor in enumerate(factors):
        mu, star = float(found["mu"][place]), float(found["mu_star"][place])
        reach, far = float(half[place]), float(found["mu_star_conf"][place])
        sigma, low = float(sigmas[place]), max(0.0, star - far)  # a size is not negative
        effects.append(
            MorrisEffect(factor, mu, mu - reach, mu + reach, star, low, star + far, sigma)
        )
    return effects


def sobol_effects(factors: Sequence[str], values: Floats) -> list[SobolEffect]:
    """Variance-based indices over whole base samples.

    Args:
        factors: Their paths.
        values: The outcome, shape [base samples × (factors + 2)].

    Returns:
        One for each factor; all NaN with less than two base samples, or where nothing varies.
    """
    from SALib.analyze import sobol  # type: ignore[import-untyped]

    rows = len(factors) + 2
    samples = values.size // rows
    ends = np.concatenate([values[::rows], values[rows - 1 :: rows]])
    if samples < 2 or np.ptp(ends) <= _NONE * np.abs(values).max():
        return [SobolEffect(factor, *[math.nan] * 6) for factor in factors]
    found = sobol.analyze(
        _problem(factors),
        values,
        calc_second_order=False,
        num_resamples=_resamples(samples),
        conf_level=LEVEL,
        keep_resamples=True,
        seed=_SEED,
    )
    ranges = (50 - 50 * LEVEL, 50 + 50 * LEVEL)
    first = np.percentile(found["S1_conf_all"], ranges, axis=0)
    total = np.percentile(found["ST_conf_all"], ranges, axis=0)
    effects = []
    for place, factor in enumerate(factors):
        alone, in_all = float(found["S1"][place]), float(found["ST"][place])
        s1_low, s1_high = first[:, place].tolist()
        st_low, st_high = total[:, place].tolist()
        effects.append(SobolEffect(factor, alone, s1_low, s1_high, in_all, st_low, st_high))
    return effects


def _problem(factors: Sequence[str]) -> dict[str, Any]:
    """What SALib calls a problem; it writes into it."""
    return {
        "num_vars": len(factors),
        "names": list(factors),
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def _resamples(size: int) -> int:
    return max(100, min(_RESAMPLES, _MOST_RESAMPLED // size))
