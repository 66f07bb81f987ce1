"""Whether a fit may be believed: what would not be as it is if the model were right.

Five questions, each with an answer that could be no. Is the table one that the priors reach at all?
Is it one that the fitted markets reach? Does what is left at the best point stay within what the
model may be wrong by? Was that point thought possible? Do the intervals hold what they say, over
markets whose truth is known? What
chance may do is not assumed: it is counted in markets of the model's own (Gelman, Meng & Stern 1996
check models so).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.estimation import PASSING, STAYING, Known
from tsunagari.experiments.fitting.simulated import IN_POINTS, Held, Months

SURE = 0.9
"""Part of what is thought possible that intervals hold."""
BEYOND = 2.0
"""Residuals above so many times what is stated are told."""
_BY_CHANCE = 0.046
"""Part of normal figures beyond so many standard deviations."""
_GROSS = 3.0
"""Times what is stated beyond which a single residual is enough."""
FAR = 2.5
"""Standard deviations of its prior beyond which a parameter is told as far."""
_POSSIBLE = 0.99
"""Part of what was thought possible that is nearer than a point that is told as far."""
OFF = {0.5: 0.08, 0.9: 0.05}
"""How far the part of truths that intervals hold may be from what they say."""
_PASSING = 0.95
"""Part of the model's own markets that would pass."""
_ENDS = ((1.0 - SURE) / 2.0, (1.0 + SURE) / 2.0)


@dataclass(frozen=True)
class Check:
    """The answer to one question.

    Attributes:
        name: ``prior``, ``posterior``, ``residual``, ``point`` or ``calibration``.
        fine: Whether it gives no reason to doubt.
        out: Figures that are not as they should be.
        of: Figures that were looked at.
        expected: How many would be out on average if the model were right.
        places: Where, the worst first: measure, firm and more.
    """

    name: str
    fine: bool
    out: int
    of: int
    expected: float
    places: tuple[Mapping[str, Any], ...]


def checked(
    held: Held,
    noisy: np.ndarray,
    known: Known,
    members: Months,
    best: Months,
    point: Mapping[str, float],
) -> tuple[Check, ...]:
    """All checks of a fit.

    Args:
        held: The table's figures.
        noisy: What they are in the markets of the bank, float64[draws, figures].
        known: What was learned.
        members: Of the ensemble's markets by measure float64[members, months + 1, firms].
        best: The same of the best point, under other luck.
        point: The best point by path, in standard deviations of the priors.
    """
    return (
        of_prior(held, noisy),
        of_posterior(held, members),
        of_residual(held, best),
        of_point(point),
        of_calibration(known),
    )


def of_prior(held: Held, noisy: np.ndarray) -> Check:
    """Whether the quarters of the table are within what the markets of the bank reach.

    As many figures may be beyond, and as far, as of the bank's own markets against the others.
    """
    wanted = held.summary(held.table.values)
    ordered = np.sort(noisy, axis=0)
    low, high, spread = ordered[0], ordered[-1], noisy.std(axis=0) + 1e-9
    beyond = np.maximum(np.maximum(low - wanted, wanted - high), 0.0) / spread
    # Without it the range of the others ends where the next market is.
    own = np.where(noisy == low, ordered[1] - low, 0.0)
    own = np.maximum(own, np.where(noisy == high, high - ordered[-2], 0.0)) / spread
    measures, firms, ends = held.labels()
    places = tuple(
        {
            "measure": str(measures[at]),
            "firm": held.table.firms[int(firms[at])],
            "at": int(ends[at]),
            "value": float(wanted[at]),
            "low": float(low[at]),
            "high": float(high[at]),
        }
        for at in np.argsort(-beyond)
        if beyond[at] > 0.0
    )
    counts = (own > 0.0).sum(axis=1)
    fine = len(places) <= _usual(counts, 2) and beyond.max() <= _usual(own.max(axis=1), 2)
    return Check("prior", bool(fine), len(places), len(wanted), float(counts.mean()), places)


def _usual(own: np.ndarray, asked: int) -> float:
    """What 19 of 20 of the model's own markets do not exceed in any of so many things asked."""
    return float(np.quantile(own, 1.0 - (1.0 - _PASSING) / asked, method="higher"))


def of_posterior(held: Held, members: Months) -> Check:
    """Whether the months of the table are as near to the ensemble as its own markets are.

    Every measure is asked by itself, by its farthest firm: where one is wrong, others must not
    hide it. How many figures are outside the band is counted besides.
    """
    looked, out = 0, 0
    places: list[dict[str, Any]] = []
    for name in held.measures:
        data = held.table.values[name][1:]
        known = np.isfinite(data)
        markets = members[name][:, 1 : 1 + len(data)]
        low, high = np.nanquantile(markets, _ENDS, axis=0)
        beyond = known & ((data < low) | (data > high))
        looked, out = looked + int(known.sum()), out + int(beyond.sum())
        usual = _usual(_own_distances(markets, known), len(held.measures))
        if _distance(data, markets) > usual:
            worst = held.table.firms[int(beyond.sum(axis=0).argmax())]
            places.append({"measure": name, "firm": worst, "out": int(beyond.sum()),
                           "of": int(known.sum())})  # fmt: skip
    expected = (1.0 - SURE) * looked
    return Check("posterior", not places, out, looked, expected, tuple(places))


def _distance(figures: np.ndarray, markets: np.ndarray) -> float:
    """How far the firm farthest off is from markets float64[markets, months, firms].

    The root mean square over the months that are known of it, in spreads of the markets.
    """
    away = (figures - np.nanmean(markets, axis=0)) / (np.nanstd(markets, axis=0) + 1e-9)
    known = np.isfinite(away).any(axis=0)
    return float(np.sqrt(np.nanmean(away[:, known] ** 2, axis=0)).max(initial=0.0))


def _own_distances(markets: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The same of each market from the others, of figures that are known bool[months, firms]."""
    places = range(len(markets))
    return np.array(
        [
            _distance(np.where(known, markets[at], np.nan), np.delete(markets, at, axis=0))
            for at in places
        ]
    )


def of_residual(held: Held, best: Months) -> Check:
    """Whether what is left at the best point is more than a model may be wrong by.

    For good: the mean over the quarters; in passing: what quarters wobble by about it. What the
    luck of the simulated markets adds is allowed for, and so are as many as chance puts there.
    """
    from scipy.stats import binom

    wanted = held.summary(held.table.values)
    runs = len(best["share"])
    off = [held.summary({name: rows[run] for name, rows in best.items()}) for run in range(runs)]
    missed = np.array(off) - wanted
    measures, firms, _ = held.labels()
    places: list[dict[str, Any]] = []
    looked = 0
    for name in held.measures:
        for at, firm in enumerate(held.table.firms):
            own = missed[:, (measures == name) & (firms == at)]
            for kind, left, allowed in _left(own, name):
                looked += 1
                if abs(left) > allowed:
                    places.append({"measure": name, "firm": firm, "kind": kind, "off": left,
                                   "allowed": allowed})  # fmt: skip
    places.sort(key=lambda place: -_times(place))
    fine = len(places) <= float(binom.ppf(_PASSING, looked, _BY_CHANCE))
    fine = fine and all(_times(place) <= _GROSS for place in places)
    return Check("residual", fine, len(places), looked, _BY_CHANCE * looked, tuple(places))


def _times(place: Mapping[str, Any]) -> float:
    """How many times what is stated a residual is."""
    return BEYOND * abs(float(place["off"])) / float(place["allowed"])


def _left(missed: np.ndarray, measure: str) -> Iterator[tuple[str, float, float]]:
    """What is left of a firm's measure, float64[runs, quarters], and how much may be."""
    runs, quarters = missed.shape
    if not quarters:
        return
    luck = float(missed.mean(axis=1).var(ddof=1)) / runs if runs > 1 else 0.0
    yield "staying", float(missed.mean()), BEYOND * float(np.sqrt(STAYING[measure] ** 2 + luck))
    if quarters > 2:
        luck = float(missed.var(axis=0, ddof=1).mean()) / runs if runs > 1 else 0.0
        wobble = float(missed.mean(axis=0).std(ddof=1))
        yield "passing", wobble, BEYOND * float(np.sqrt(PASSING[measure] ** 2 + luck))


def of_point(point: Mapping[str, float]) -> Check:
    """Whether the best point is one that was thought possible, taken as a whole.

    Args:
        point: Every parameter by path, in standard deviations of its prior.
    """
    from scipy.stats import chi2

    far = float(sum(at**2 for at in point.values()))
    places = tuple(
        {"path": path, "z": at}
        for path, at in sorted(point.items(), key=lambda item: -abs(item[1]))
        if abs(at) > FAR
    )
    fine = far <= float(chi2.ppf(_POSSIBLE, len(point)))
    return Check("point", fine, len(places), len(point), 0.0, places)


def of_calibration(known: Known) -> Check:
    """Whether intervals held as many true values of left-out markets as they say."""
    places = tuple(
        {"says": part, "held": known.covers(part)}
        for part in OFF
        if abs(known.covers(part) - part) > OFF[part]
    )
    return Check("calibration", not places, len(places), len(OFF), 0.0, places)


def points_of(measure: str) -> str:
    """In what figures of a measure are told: ``points``, ``score`` or ``stars``."""
    return "points" if IN_POINTS[measure] > 1 else "stars" if measure == "rating" else "score"
