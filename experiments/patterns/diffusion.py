"""Bass's model fitted to counts of first adoptions by maximum likelihood."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MONTHS = 12


@dataclass(frozen=True)
class BassFit:
    """Bass's model as fitted.

    Attributes:
        innovation: p, a year.
        imitation: q, a year; below 0 where adoption slows down faster than by saturation.
        potential: Part of all people who adopt in the end; above 1 where the data ask for it.
        likelihood: Log-likelihood.
        people: Number of people, for the criterion.
        parameters: How many were fitted.
    """

    innovation: float
    imitation: float
    potential: float
    likelihood: float
    people: int
    parameters: int

    @property
    def bic(self) -> float:
        """Bayesian information criterion (Schwarz 1978): less is better."""
        return self.parameters * math.log(self.people) - 2.0 * self.likelihood

    @property
    def peak(self) -> float:
        """Years until most adopt at once, ln(q/p)/(p + q); NaN where adoption only falls."""
        if self.imitation <= self.innovation:
            return math.nan
        rate = self.innovation + self.imitation
        return math.log(self.imitation / self.innovation) / rate


def adopted(months: ArrayLike, p: float, q: float) -> NDArray[np.float64]:
    """Bass's F(t), the part of those who will adopt that has adopted; rates a month (Bass 1969)."""
    left = np.exp(-(p + q) * np.asarray(months, np.float64))
    return (1.0 - left) / (1.0 + q / p * left)


def fitted_bass(
    adoptions: ArrayLike, people: int, *, imitation: bool = True, potential: float | None = None
) -> BassFit:
    """Maximum likelihood of counts grouped by month (Schmittlein & Mahajan 1982).

    With ``c`` the part of people who adopt in the end, somebody adopts in month t with probability
    c·[F(t) − F(t−1)] and not within the observed time with 1 − c·F(T). Searched over ln p,
    ln(p + q) and the logit of c·F(T); q may be negative, but not below −p, and c above 1: a bound
    there would push q up where nobody imitates and all adopt in the end.

    Args:
        adoptions: First adoptions in months 1, 2, …, T.
        people: All who could adopt.
        imitation: Whether q is fitted; else it is 0, and adoption exponential.
        potential: c where it is known; None fits it.
    """
    from scipy.optimize import minimize

    counts = np.asarray(adoptions, np.float64)
    never = people - counts.sum()
    months = np.arange(len(counts) + 1)

    def unpacked(point: NDArray[np.float64]) -> tuple[float, float, float]:
        p = math.exp(point[0])
        q = math.exp(point[1]) - p if imitation else 0.0
        if potential is not None:
            return p, q, potential
        ever = 1.0 / (1.0 + math.exp(-point[-1]))  # part of all who adopt within the time
        return p, q, ever / float(adopted(months[-1], p, q))

    def cost(point: NDArray[np.float64]) -> float:
        p, q, ever = unpacked(point)
        total = ever * adopted(months, p, q)
        each = np.maximum(np.diff(total), 1e-300)
        left = max(1.0 - float(total[-1]), 1e-300)
        return -float((counts * np.log(each)).sum() + never * math.log(left)) / people

    early = max(counts[:_MONTHS].mean(), 0.5) / people
    seen = min(max(counts.sum() / people, 0.02), 0.98)
    best = None
    for q in (0.005, 0.05) if imitation else (0.0,):
        start, bounds = [math.log(early)], [(-14.0, 0.0)]
        if imitation:
            start.append(math.log(early + q))
            bounds.append((-14.0, 1.0))
        if potential is None:
            start.append(math.log(seen / (1.0 - seen)))
            bounds.append((-6.0, 14.0))
        found = minimize(cost, start, method="L-BFGS-B", bounds=bounds)
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    polished = minimize(
        cost, best.x, method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-10, "maxiter": 600}
    )
    p, q, ever = unpacked(polished.x)
    likelihood = -float(polished.fun) * people
    return BassFit(p * _MONTHS, q * _MONTHS, ever, likelihood, people, len(best.x))
