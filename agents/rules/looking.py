"""Who looks around this month, and who adopts."""

from __future__ import annotations

import math

from agents.compiled import rule


@rule
def contract_phase(left: int, length: int, inside: float, due: float) -> float:
    """How much the contract lets people look: ``inside``, ``due`` in its last month, or 1 without.

    Dissatisfaction during a contract waits for its end, because it is a state and stays.
    """
    if length <= 0:
        return 1.0
    if left <= 1:
        return due
    return inside


@rule
def buys_anew(left: int, length: int, renews: float) -> bool:
    """Whether a purchase is over and nothing goes on by itself: then one has to look."""
    return renews <= 0.0 and length > 0 and left <= 1


@rule
def defections_felt(before: float, left: float, memory: float) -> float:
    """Friends who left the same provider, fading by ``memory`` a month (Nitzan & Libai 2011)."""
    return memory * before + left


@rule
def looking_intensity(
    base: float,
    connectivity: float,
    connectivity_power: float,
    phase: float,
    satisfied: float,
    satisfaction_weight: float,
    defections: float,
    defection_ratio: float,
    friends_here: float,
    friends_here_weight: float,
    provider_rating: float,
    stimulus: float,
) -> float:
    """Intensity of looking around, per month.

    ``Λ = base·c^a·phase·exp(−γ·s)·1.8^defections·exp(−w·friends here)·rating·stimulus``. Friends
    who leave raise it by 80 % each (Nitzan & Libai 2011). Connectivity raises it too, or else
    inattention alone would keep everybody.
    """
    exponent = (
        connectivity_power * math.log(connectivity)
        - satisfaction_weight * satisfied
        + defections * math.log(defection_ratio)
        - friends_here_weight * friends_here
    )
    return base * phase * provider_rating * stimulus * math.exp(exponent)


@rule
def looking_probability(intensity: float) -> float:
    """Probability of looking within the month: ``h = 1 − exp(−Λ)``."""
    return 1.0 - math.exp(-intensity)


@rule
def adoption_probability(
    innovation: float, stimulus: float, imitation: float, adopters_among_friends: float
) -> float:
    """Probability that someone without experience adopts: ``p·stimulus + q·share of friends``.

    The share is of the *stock* of adopters, so that the discrete Bass model (Bass 1969) is an exact
    limit on the complete network.
    """
    return min(1.0, innovation * stimulus + imitation * adopters_among_friends)


@rule
def attention_to_friend(friends: int, attention: float) -> float:
    """Weight of one friend: people with more friends than attention hear less of each."""
    if friends <= attention:
        return 1.0
    return attention / friends
