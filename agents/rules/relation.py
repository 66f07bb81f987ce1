"""What grows between a customer and a firm, and what of it only the provider has (stickiness)."""

from __future__ import annotations

import math

from tsunagari.agents.compiled import rule


@rule
def knowledge(
    before: float,
    attention: float,
    data_quality: float,
    rate: float,
    decay: float,
    progress: float,
    digital: float,
    ceiling: float,
) -> float:
    """What the provider knows of the customer, in [0, 1].

    ``k += κ·data·[progress·attention·(1 − k) + digital·(ceiling − k)⁺] − δ·k``. Without decay every
    firm would end knowing everybody. Digital contact needs no staff but does not reach as far.
    """
    with_staff = rate * attention * data_quality * progress * (1.0 - before)
    without = min(1.0, rate * digital * data_quality) * max(0.0, ceiling - before)
    after = before + with_staff + without - decay * before
    return min(1.0, max(0.0, after))


@rule
def joint_progress(comfort: float, drag: float) -> float:
    """Part of the joint work left when staff indulge instead, in [0, 1]: ``1 − drag·comfort``."""
    return max(0.0, 1.0 - drag * comfort)


@rule
def competence(before: float, known: float, rate: float) -> float:
    """The customer's own ability, in [0, 1]: it grows by working with a firm that knows them."""
    return before + rate * known * (1.0 - before)


@rule
def switching_cost(
    tenure: int,
    share: float,
    owed: float,
    integration: float,
    habit_months: float,
    contacts_weight: float,
    fee_weight: float,
) -> float:
    """Procedural cost of leaving, in units of an integrated customer of long standing.

    Integration grows with tenure (``1 − exp(−tenure/habit)``), contact points with the share of
    wallet, and the exit fee is what is left of the contract (Burnham, Frels & Mahajan 2003), in
    months of the bill, with the points that would be lost (:func:`points`).
    """
    grown = integration * (1.0 - math.exp(-tenure / habit_months))
    return grown + contacts_weight * share + fee_weight * owed / 12.0


@rule
def points(tenure: int, loyalty: float, months: int) -> float:
    """Points outstanding, in months of the bill: ``loyalty·min(tenure, months)``.

    Points of each bill are given back so many months later, and lost by who leaves before. What
    they hold is small (Hartmann & Viard 2008; Sharp & Sharp 1997).
    """
    return loyalty * min(tenure, months)


@rule
def wallet_share(
    before: float,
    trusted: float,
    succeeded: float,
    breadth: float,
    rate: float,
    base: float,
    trust_weight: float,
    success_weight: float,
) -> float:
    """Share of wallet: it moves towards what trust, success and breadth deserve, in [.02, 1]."""
    target = base + trust_weight * trusted + success_weight * succeeded + breadth
    return before + rate * (min(1.0, max(0.02, target)) - before)


@rule
def potential_found(before: float, potential: float, knowledge: float, discovery: float) -> float:
    """Wallet found beyond the one at the start: ``f += discovery·k·(potential − f)⁺``."""
    return before + discovery * knowledge * max(0.0, potential - before)


# -- stickiness: what only the provider has, in utility and in money -------------------------------


@rule
def obligation(liking: float, indebtedness: float) -> float:
    """What ties people to people: liking and indebtedness."""
    return liking + indebtedness


@rule
def discount(theta: float, slope: float, curvature: float) -> float:
    """Stickiness in money: the discount at which an otherwise identical rival would win.

    ``β·(f(p) − f(p·(1 − δ))) = |Θ|``, so ``δ = 1 − (1 − c·|Θ|/(β·p^c))^(1/c)``, which is
    ``1 − exp(−|Θ|/β)`` where c is 0; with the sign of Θ: negative, the cut that the provider owes.
    It is in [−1, 1]; 1 where not even a gift would win them.

    Args:
        theta: Stickiness, in utility.
        slope: ``β·p^c``, the utility of a log point of the price as it stands.
        curvature: c of :func:`tsunagari.agents.rules.value.felt_price`.
    """
    relative = abs(theta) / slope
    if curvature == 0.0:
        return math.copysign(1.0 - math.exp(-relative), theta)
    left = max(0.0, 1.0 - curvature * relative)
    return math.copysign(1.0 - left ** (1.0 / curvature), theta)


@rule
def discount_per_unit(theta: float, slope: float, curvature: float) -> float:
    """Discount per utility of stickiness, ``δ/Θ``, with its limit ``1/(β·p^c)`` at zero.

    Times a reservoir it is that reservoir's part of the discount; the parts add up to the whole
    (Aumann & Shapley 1974).
    """
    if abs(theta) < 1e-6:  # where the quotient would be lost to rounding
        return 1.0 / slope
    return discount(theta, slope, curvature) / theta
