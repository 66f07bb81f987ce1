"""How much of an outcome's variance comes from parameters, from the network drawn and from luck.

With an outcome y[p, n, r] at point p of the design, under draw n of people and ties and replication
r of everything else that is luck, the model is a crossed one with random effects (Searle, Casella &
McCulloch 1992, chapter 4), because draws and luck are common to all points::

    y[p, n, r] = m + P[p] + N[n] + PN[p, n] + B[n, r] + PB[p, n, r]

The variances of its terms are found from the mean squares of the analysis of variance; an estimate
below 0 counts as 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.runs.statistics import LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

PARTS = ("parameters", "network", "behaviour")

_RESAMPLES = 1000
_MOST_VALUES = 2**28  # added up in all resamples together
_SEED = 1
_NONE = 1e-12  # variation that is but rounding, relative to the largest value


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
