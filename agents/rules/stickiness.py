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
    return math.copysign(1.0 - math.exp(-abs(theta) / sensitivity), theta)


@rule
def discount_per_unit(theta: float, sensitivity: float) -> float:
    """Discount per utility of stickiness, ``δ/Θ``, with its limit ``1/β`` at zero.

    Times a reservoir it is that reservoir's part of the discount; the parts add up to the whole
    (Aumann & Shapley 1974).
    """
    if abs(theta) < 1e-6:  # where the quotient would be lost to rounding
        return 1.0 / sensitivity
    return discount(theta, sensitivity) / theta
