"""Morris and Sobol indices of one outcome, and the parts of its variance.

Indices are by SALib (Herman & Usher 2017; Iwanaga et al. 2022). How much of an outcome's variance
comes from parameters, from the network drawn and from luck: with an outcome y[p, n, r] at point p
of the design, under draw n of people and ties and replication r of everything else that is luck,
the model is a crossed one with random effects (Searle, Casella & McCulloch 1992, chapter 4),
because draws and luck are common to all points::

    y[p, n, r] = m + P[p] + N[n] + PN[p, n] + B[n, r] + PB[p, n, r]

The variances of its terms are found from the mean squares of the analysis of variance; an estimate
below 0 counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.statistics import LEVEL, half_width

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


PARTS = ("parameters", "network", "behaviour")

_MOST_VALUES = 2**28  # added up in all resamples together


@dataclass(frozen=True)
class Component:
    """One part of an outcome's variance, with the ends of its bootstrap intervals.

    Attributes:
        part: ``parameters``, ``network`` or ``behaviour``.
        variance: In the square of the outcome's unit; NaN where it cannot be told.
        share: Of the sum of all parts; NaN where nothing varies.
    """

    part: str
    variance: float
    low: float
    high: float
    share: float
    share_low: float
    share_high: float


def components(values: Floats, blocks: NDArray[np.int64]) -> list[Component]:
    """Split the variance of an outcome.

    Args:
        values: Without gaps, shape [points, networks, replications].
        blocks: To which block each point belongs, shape [points]. Points of a block differ little,
            so whole blocks are resampled.

    Returns:
        The parts in the order of :data:`PARTS`; none with a single replication or less than two
        blocks. With a single draw of the network its part is NaN, and that of parameters holds
        what they do together with this one network.
    """
    numbers, place = np.unique(blocks, return_inverse=True)
    if values.shape[2] < 2 or len(numbers) < 2:
        return []
    least = (_NONE * float(np.abs(values).max())) ** 2
    estimate = _estimate(values, least)
    chance = np.random.default_rng(_SEED)
    members = [np.flatnonzero(place == number) for number in range(len(numbers))]
    count = max(100, min(_RESAMPLES, _MOST_VALUES // values.size))
    drawn = np.array(
        [
            _estimate(values[np.concatenate([members[i] for i in chosen])], least)
            for chosen in chance.integers(len(numbers), size=(count, len(numbers)))
        ]
    )
    shares = _shares(drawn)
    ends = (50 - 50 * LEVEL, 50 + 50 * LEVEL)
    found = []
    for number, part in enumerate(PARTS):
        variances, parts = drawn[:, number], shares[:, number]
        low, high = np.percentile(variances, ends)
        defined = parts[np.isfinite(parts)]
        share_low, share_high = np.percentile(defined, ends) if defined.size else (math.nan,) * 2
        share = float(_shares(estimate[None])[0, number])
        bounds = (float(low), float(high), share, float(share_low), float(share_high))
        found.append(Component(part, float(estimate[number]), *bounds))
    return found


def _estimate(y: Floats, least: float) -> Floats:
    """Variances of parameters, network and behaviour, shape [3]; the network's NaN without draws.

    Args:
        y: Shape [points P, networks N, replications R].
        least: Variances below it are rounding and count as 0.
    """
    found = _variances(y)
    return np.where(found < least, 0.0, found)


def _variances(y: Floats) -> Floats:
    points, networks, luck = y.shape
    whole, of_point = y.mean(), y.mean(axis=(1, 2))
    of_network, of_cell, of_luck = y.mean(axis=(0, 2)), y.mean(axis=2), y.mean(axis=0)
    ms_p = networks * luck * ((of_point - whole) ** 2).sum() / (points - 1)
    ms_b = points * ((of_luck - of_network[:, None]) ** 2).sum() / (networks * (luck - 1))
    rest = y - of_cell[:, :, None] - of_luck[None] + of_network[None, :, None]
    ms_pb = (rest**2).sum() / ((points - 1) * networks * (luck - 1))
    behaviour = max(0.0, (ms_b - ms_pb) / points) + ms_pb
    if networks == 1:
        return np.array([max(0.0, (ms_p - ms_pb) / luck), math.nan, behaviour])
    ms_n = points * luck * ((of_network - whole) ** 2).sum() / (networks - 1)
    between = of_cell - of_point[:, None] - of_network[None] + whole
    ms_pn = luck * (between**2).sum() / ((points - 1) * (networks - 1))
    parameters = max(0.0, (ms_p - ms_pn) / (networks * luck))
    network = max(0.0, (ms_n - ms_pn - ms_b + ms_pb) / (points * luck))
    network += max(0.0, (ms_pn - ms_pb) / luck)
    return np.array([parameters, network, behaviour])


def _shares(variances: Floats) -> Floats:
    """Each part of the sum of all that are defined, shape [resamples, 3]."""
    total = np.nansum(variances, axis=1, keepdims=True)
    return np.divide(
        variances,
        total,
        out=np.full_like(variances, math.nan),
        where=np.broadcast_to(total > 0, variances.shape),
    )
