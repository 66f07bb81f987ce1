"""Stickiness: the terms that only the provider has, in utility and in money."""

from __future__ import annotations

import math

from agents.compiled import rule


@rule
def obligation(liking: float, indebtedness: float) -> float:
    """What ties people to people: liking and indebtedness."""
    return liking + indebtedness


@rule
def discount(theta: float, sensitivity: float) -> float:
    """Stickiness in money: the discount at which an otherwise identical rival would win.

    ``δ = sgn(Θ)·(1 − exp(−|Θ|/β))``, in (−1, 1); negative, the cut that the provider owes.
    """
    return math.copysign(-math.expm1(-abs(theta) / sensitivity), theta)


@rule
def discount_part(reservoir: float, theta: float, sensitivity: float) -> float:
    """One reservoir's part of the discount: ``δ·Θ_r/Θ``, with the limit ``Θ_r/β`` at zero.

    The parts add up to the whole (Aumann & Shapley 1974).
    """
    if abs(theta) < 1e-9:
        return reservoir / sensitivity
    return discount(theta, sensitivity) * reservoir / theta
