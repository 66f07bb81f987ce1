"""Estimators: Bass's model, hazards in discrete time, slopes, and matched pairs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tsunagari.experiments.runs.statistics import Floats

_MONTHS = 12  # of a year
_STEPS, _CLOSE = 60, 1e-9
_LARGEST = 30.0  # of a linear predictor; e³⁰ is certainty


@dataclass(frozen=True)
class BassFit:
    """Bass's model as fitted.

    Attributes:
        innovation: p, a year.
        imitation: q, a year; below 0 where adoption slows down faster than by saturation.
        bic: Bayesian information criterion (Schwarz 1978): less is better.
    """

    innovation: float
    imitation: float
    bic: float


def adopted(months: ArrayLike, p: float, q: float) -> NDArray[np.float64]:
    """Bass's F(t), the part of those who will adopt that has adopted; rates a month (Bass 1969)."""
    left = np.exp(-(p + q) * np.asarray(months, np.float64))
    return (1.0 - left) / (1.0 + q / p * left)


def fitted_bass(adoptions: ArrayLike, people: int, *, imitation: bool = True) -> BassFit:
    """Maximum likelihood of counts grouped by month (Schmittlein & Mahajan 1982).

    Everybody adopts in the end: in month t with probability F(t) − F(t−1), and not within the
    observed time with 1 − F(T). Searched over ln p and ln(p + q); q may be negative, but not below
    −p: a bound there would push q up where nobody imitates.

    Args:
        adoptions: First adoptions in months 1, 2, …, T.
        people: All who could adopt.
        imitation: Whether q is fitted; else it is 0, and adoption exponential.
    """
    from scipy.optimize import minimize

    counts = np.asarray(adoptions, np.float64)
    never = people - counts.sum()
    months = np.arange(len(counts) + 1)

    def unpacked(point: NDArray[np.float64]) -> tuple[float, float]:
        p = math.exp(point[0])
        return p, math.exp(point[1]) - p if imitation else 0.0

    def cost(point: NDArray[np.float64]) -> float:
        total = adopted(months, *unpacked(point))
        each = np.maximum(np.diff(total), 1e-300)
        left = max(1.0 - float(total[-1]), 1e-300)
        return -float((counts * np.log(each)).sum() + never * math.log(left)) / people

    early = max(counts[:_MONTHS].mean(), 0.5) / people
    starts = [[math.log(early)]]
    if imitation:
        starts = [[math.log(early), math.log(early + q)] for q in (0.005, 0.05)]
    bounds = [(-14.0, 0.0), (-14.0, 1.0)][: len(starts[0])]
    found = [minimize(cost, start, method="L-BFGS-B", bounds=bounds) for start in starts]
    polished = minimize(
        cost,
        min(found, key=lambda each: each.fun).x,
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-10, "maxiter": 600},
    )
    p, q = unpacked(polished.x)
    likelihood = -float(polished.fun) * people
    bic = len(starts[0]) * math.log(people) - 2.0 * likelihood
    return BassFit(p * _MONTHS, q * _MONTHS, bic)


def fitted_hazard(
    covariates: Mapping[str, ArrayLike], event: ArrayLike, offset: ArrayLike | float = 0.0
) -> dict[str, float]:
    """Complementary log-log regression by Fisher scoring (Prentice & Gloeckler 1978).

    The probability that the event happens to somebody within a month in which it may happen is
    ``1 − exp(−exp(offset + x·b + intercept))``, so ``exp(b)`` is a ratio of hazards in continuous
    time.

    Args:
        covariates: By name, one number per person and month at risk.
        event: 1 where it happened.
        offset: Known part of the log hazard.

    Returns:
        The logarithm of every covariate's hazard ratio, and the ``intercept``.

    Raises:
        ValueError: Covariates are collinear, or separate events from others.
    """
    y = np.asarray(event, np.float64)
    columns = [np.asarray(column, np.float64) for column in covariates.values()]
    x = np.column_stack([*columns, np.ones(len(y))])
    known = np.broadcast_to(np.asarray(offset, np.float64), y.shape)
    mean = float(y.mean())
    if not 0.0 < mean < 1.0:
        raise ValueError("a hazard needs events, and not everywhere")
    coefficients = np.zeros(x.shape[1])
    coefficients[-1] = np.log(-np.log1p(-mean)) - known.mean()
    for _ in range(_STEPS):
        rate = np.exp(np.clip(known + x @ coefficients, -_LARGEST, _LARGEST))
        survives = np.exp(-rate)
        happens = np.maximum(-np.expm1(-rate), 1e-300)
        slope = rate * survives / happens  # d ln p / d η
        weight = slope * rate  # (dp/dη)² / (p·(1 − p))
        score = x.T @ ((y - happens) * slope / np.maximum(survives, 1e-300))
        information = x.T @ (x * weight[:, None])
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError as error:
            raise ValueError("covariates of a hazard are collinear") from error
        coefficients = coefficients + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < _CLOSE:
            break
    else:
        raise ValueError("the hazard's regression did not converge")
    return dict(zip((*covariates, "intercept"), coefficients.tolist(), strict=True))


def rate_offset(event: ArrayLike, group: ArrayLike) -> NDArray[np.float64]:
    """ln(−ln(1 − share of events)) of everybody's group: what all of a group have in common.

    Groups without an event, or with nothing else, get the value of half an event more or less.
    """
    y, which = np.asarray(event, np.float64), np.asarray(group)
    events, count = np.bincount(which, weights=y), np.bincount(which)
    size = np.maximum(count, 1)
    share = np.clip(events, 0.5, np.maximum(size - 0.5, 0.5)) / size
    rates = np.log(-np.log1p(-np.minimum(share, 1.0 - 1e-9)))
    return np.asarray(rates[which])


def stratified_ratio(event: ArrayLike, treated: ArrayLike, stratum: ArrayLike) -> float:
    """Hazard ratio of the treated within strata: Cox's partial likelihood with Breslow's ties.

    Solves Σ_strata [d₁ − d·n₁·r/(n₁·r + n₀)] = 0 for r (Cox 1972; Breslow 1974), where of n₁
    treated and n₀ others at risk d₁ treated and d in all have the event.

    Args:
        event: 1 where it happened, per person and month at risk.
        treated: True where treated.
        stratum: Number of the stratum, as of firm, cohort and tenure.

    Returns:
        The ratio; NaN without an event where both are at risk.
    """
    from scipy.optimize import brentq

    y, who = np.asarray(event, np.float64), np.asarray(treated, bool)
    where = np.unique(np.asarray(stratum), return_inverse=True)[1].ravel()
    n1 = np.bincount(where, weights=who)
    n0 = np.bincount(where, weights=~who)
    d = np.bincount(where, weights=y)
    d1 = np.bincount(where, weights=y * who)
    both = (n1 > 0) & (n0 > 0) & (d > 0)
    if not both.any() or not d1[both].any() or d1[both].sum() == d[both].sum():
        return float("nan")

    def score(log_ratio: float) -> float:
        weighted = n1[both] * np.exp(log_ratio)
        return float((d1[both] - d[both] * weighted / (weighted + n0[both])).sum())

    return float(np.exp(brentq(score, -10.0, 10.0)))


def slope(x: Floats, y: Floats) -> float:
    """Least-squares slope of y on x."""
    apart = x - x.mean()
    return float((apart * (y - y.mean())).sum() / (apart**2).sum())


def slopes_about_zero(x: Floats, y: Floats, group: NDArray[np.integer]) -> tuple[float, float]:
    """Slopes of y on x below 0 and above, by least squares within groups."""
    which = np.unique(group, return_inverse=True)[1].ravel()
    size = np.bincount(which)

    def within(values: Floats) -> Floats:
        return values - (np.bincount(which, weights=values) / size)[which]

    sides = np.column_stack([within(np.minimum(x, 0.0)), within(np.maximum(x, 0.0))])
    below, above = np.linalg.lstsq(sides, within(y), rcond=None)[0]
    return float(below), float(above)


def matched(
    traits: Floats, segment: Floats, treated: NDArray[np.int64], pool: NDArray[np.bool_]
) -> dict[int, int]:
    """The nearest of a pool for each of the treated, of the same segment, each once.

    Distance is Euclidean in standard deviations of the pool. The treated choose in their order;
    who finds nobody left of the segment has no match.

    Args:
        traits: [person, trait].
        segment: Of every person.
        treated: Who is to be matched.
        pool: Who may be a match.

    Returns:
        Match by treated person.
    """
    spread = traits[pool].std(axis=0)
    scaled = traits / np.where(spread > 0, spread, 1.0)
    free = pool.copy()
    matches = {}
    for person in treated.tolist():
        left = np.flatnonzero(free & (segment == segment[person]))
        if left.size:
            apart = ((scaled[left] - scaled[person]) ** 2).sum(axis=1)
            match = int(left[np.argmin(apart)])
            matches[person] = match
            free[match] = False
    return matches


def months_until(count: list[int], wanted: float) -> float:
    """Months until so many have adopted, linear within a month; all months if they never have."""
    for month in range(1, len(count)):
        if count[month] >= wanted:
            before = count[month - 1]
            return month - 1 + (wanted - before) / (count[month] - before)
    return float(len(count) - 1)
