"""Hazards in discrete time: a complementary log-log regression, and a ratio within strata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_STEPS, _CLOSE = 60, 1e-9
_LARGEST = 30.0  # of a linear predictor; e³⁰ is certainty


@dataclass(frozen=True)
class HazardFit:
    """Coefficients of a hazard's logarithm.

    Attributes:
        names: Of the covariates, in order; ``intercept`` is the last.
        coefficients: Log hazard ratios, float64[covariates + 1].
        errors: Standard errors.
    """

    names: tuple[str, ...]
    coefficients: NDArray[np.float64]
    errors: NDArray[np.float64]

    def __getitem__(self, name: str) -> float:
        """The log hazard ratio of a covariate."""
        return float(self.coefficients[self.names.index(name)])


def fitted_hazard(
    covariates: Mapping[str, ArrayLike], event: ArrayLike, offset: ArrayLike | float = 0.0
) -> HazardFit:
    """Complementary log-log regression by Fisher scoring (Prentice & Gloeckler 1978).

    The probability that the event happens to somebody within a month in which it may happen is
    ``1 − exp(−exp(offset + x·b + intercept))``, so ``exp(b)`` is a ratio of hazards in continuous
    time.

    Args:
        covariates: By name, one number per person and month at risk.
        event: 1 where it happened.
        offset: Known part of the log hazard.

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
    information = np.empty((0, 0))
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
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return HazardFit((*covariates, "intercept"), coefficients, errors)


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
