"""From a table to parameters: the best point, and how far it may be off.

What is known is read from a bank of draws from the priors, each with its own luck: a regression of
every parameter on what the market came to (a linear Bayes estimate; Fearnhead & Prangle 2012
condense data by such regressions), with the spread of what it leaves unexplained. The best point is
found from there by Gauss–Newton steps. Intervals from such steps alone come out half too narrow:
the noise of differences counts as information.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

LONGEST_STEP = 1.0
"""Most that a parameter moves in a step, in standard deviations of its prior."""
BELIEVED = 0.5
"""Part of what a step shows of the slopes that is believed; the rest may be luck."""
RIDGE = 0.02
"""Weight of the penalty in the regression of figures, relative to the number of draws."""
PENALTIES = np.geomspace(0.01, 100.0, 13)
"""The same, to choose from, in the regressions of parameters."""

STAYING = {"share": 0.4, "churn": 0.08, "joins": 0.02, "nps": 2.0, "rating": 0.2,
           "reviews": 4.0, "survival": 3.0, "switching": 1.0}  # fmt: skip
"""What a model may be wrong by for good, in points (stars): standard deviation by measure."""
PASSING = {"share": 0.2, "churn": 0.05, "joins": 0.02, "nps": 1.5, "rating": 0.05,
           "reviews": 2.0, "survival": 1.0, "switching": 8.0}  # fmt: skip
"""What it may be wrong by in one quarter, tenure or firm gone to, and not in the next."""


def discrepancy(measures: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """Covariance of what the model may be wrong by: for good by firm and measure, and passing."""
    same = (firms[:, None] == firms) & (measures[:, None] == measures)
    staying = np.array([STAYING[name] for name in measures])
    passing = np.array([PASSING[name] for name in measures])
    return same * np.outer(staying, staying) + np.diag(passing**2)


def luck(summaries: np.ndarray) -> np.ndarray:
    """Covariance of summaries under other luck, float64[runs, figures], shrunk (Ledoit & Wolf)."""
    from sklearn.covariance import LedoitWolf

    spread = summaries.std(axis=0) + 1e-9
    scaled = (summaries - summaries.mean(axis=0)) / spread
    covariance: np.ndarray = LedoitWolf().fit(scaled).covariance_ * np.outer(spread, spread)
    return covariance


@dataclass(frozen=True)
class Point:
    """Where the search for the best parameters ended.

    Attributes:
        z: The point, in standard deviations of the priors.
        found: What the market came to there, float64[figures].
        cost: How far that is from the table, and the point from the priors, in squared deviations.
    """

    z: np.ndarray
    found: np.ndarray
    cost: float


def slopes_of(z: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Mean change of every figure with every parameter over a bank, float64[figures, parameters].

    A regression over the whole prior takes the luck of hundreds of markets out, which differences
    around one point would have in them.
    """
    rows = np.c_[np.ones(len(z)), z]
    penalty = RIDGE * len(rows) * np.eye(rows.shape[1])
    penalty[0, 0] = 0.0
    slopes: np.ndarray = np.linalg.solve(rows.T @ rows + penalty, rows.T @ seen)[1:].T
    return slopes


def matched(
    start: np.ndarray,
    slopes: np.ndarray,
    simulate: Callable[[np.ndarray], np.ndarray],
    wanted: np.ndarray,
    covariance: np.ndarray,
    rounds: int,
) -> Point:
    """The point of highest posterior density, by Gauss–Newton steps whose slopes learn on the way.

    After every step the slopes are put right in its direction (Broyden 1965). A step that leads
    away is taken back and tried at half its length.

    Args:
        start: Where to begin, float64[parameters].
        slopes: First slopes, float64[figures, parameters].
        simulate: Summary of a point, under the same luck always, float64[figures].
        wanted: The table's, float64[figures].
        covariance: Of the table's figures about those of a point.
        rounds: Points to try.
    """
    weight = np.linalg.inv(covariance)

    def cost(z: np.ndarray, found: np.ndarray) -> float:
        off = wanted - found
        return float(off @ weight @ off + z @ z)

    found = simulate(start)
    best, pace = Point(start, found, cost(start, found)), 1.0
    for _ in range(1, rounds):
        curved = slopes.T @ weight @ slopes + np.eye(len(start))
        pull = slopes.T @ weight @ (wanted - best.found) - best.z
        move = np.linalg.solve(curved, pull)
        move *= min(pace, LONGEST_STEP / max(1e-9, float(np.abs(move).max())))
        now = simulate(best.z + move)
        missed = now - best.found - slopes @ move
        slopes = slopes + BELIEVED * np.outer(missed, move) / (move @ move)
        here = Point(best.z + move, now, cost(best.z + move, now))
        best, pace = (here, 1.0) if here.cost < best.cost else (best, 0.5 * pace)
    return best


# -- what is known ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A regression of what is wanted on what was seen, learned from a bank.

    Attributes:
        centre: Mean of what was seen.
        scale: Its spread.
        slopes: Of the regression, float64[1 + figures, wanted].
        spread: Covariance of what it leaves, float64[wanted, wanted].
        quantiles: Where every draw's own value lies in its interval, float64[draws, wanted].
    """

    centre: np.ndarray
    scale: np.ndarray
    slopes: np.ndarray
    spread: np.ndarray
    quantiles: np.ndarray

    def mean(self, seen: np.ndarray) -> np.ndarray:
        """What is expected of what is wanted, float64[wanted]."""
        expected: np.ndarray = np.r_[1.0, (seen - self.centre) / self.scale] @ self.slopes
        return expected

    def draws(self, seen: np.ndarray, many: int, rng: np.random.Generator) -> np.ndarray:
        """Draws of what is wanted, float64[many, wanted]."""
        root = np.linalg.cholesky(self.spread + 1e-9 * np.eye(len(self.spread)))
        noise = rng.standard_normal((many, len(self.spread)))
        return self.mean(seen) + noise @ root.T

    def covers(self, part: float) -> float:
        """How many draws, left out of the learning in turn, lay in their central interval."""
        low = 0.5 * (1.0 - part)
        return float(((self.quantiles > low) & (self.quantiles < 1.0 - low)).mean())


def disturbed(seen: np.ndarray, off: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Figures of markets as a real table would have them, float64[draws, figures].

    Args:
        seen: float64[draws, figures].
        off: Covariance of what figures of a real table are off besides, float64[figures, figures].
        rng: Draws of that.
    """
    root = np.linalg.cholesky(off + 1e-12 * np.eye(len(off)))
    noisy: np.ndarray = seen + rng.standard_normal(seen.shape) @ root.T
    return noisy


def learned(wanted: np.ndarray, noisy: np.ndarray) -> Known:
    """Learn what figures tell of something, from draws of both: a ridge regression.

    How far each is held back is chosen by how well draws are told that took no part.

    Args:
        wanted: float64[draws, wanted].
        noisy: Figures as a table has them (:func:`disturbed`), float64[draws, figures].
    """
    from scipy.stats import norm

    centre, scale = noisy.mean(axis=0), noisy.std(axis=0) + 1e-9
    mean = wanted.mean(axis=0)
    left_side, sizes, right_side = np.linalg.svd((noisy - centre) / scale, full_matrices=False)
    turned = left_side.T @ (wanted - mean)
    slopes = np.zeros((noisy.shape[1], wanted.shape[1]))
    left = np.full(wanted.shape, np.inf)
    for penalty in PENALTIES * len(wanted):
        kept = sizes**2 / (sizes**2 + penalty)
        # What is left of a draw that took no part: by the hat matrix, without fitting anew.
        leverage = 1.0 / len(wanted) + (left_side**2 @ kept)
        missed = (wanted - mean - left_side @ (kept[:, None] * turned)) / (1.0 - leverage)[:, None]
        better = (missed**2).sum(axis=0) < (left**2).sum(axis=0)
        fitted = right_side.T @ ((kept / sizes)[:, None] * turned)
        slopes[:, better], left[:, better] = fitted[:, better], missed[:, better]
    slopes = np.vstack([mean, slopes])
    spread = np.atleast_2d(np.cov(left.T))
    quantiles = norm.cdf(left / np.sqrt(np.diag(spread)))
    return Known(centre, scale, slopes, spread, quantiles)
