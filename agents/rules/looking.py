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
def hold_of_friends(usual: float, more: float, was_referred: bool) -> float:
    """Weight of friends who are with the same provider; a referral makes the tie part of it.

    Referred customers stay longer, by shared experience with those who brought them (Schmitt,
    Skiera & Van den Bulte 2011).
    """
    return usual + more if was_referred else usual


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


@rule
def susceptibility(
    friends: float, usual: float, power: float, tenure: int, settling: float
) -> float:
    """How much the leaving of a friend counts, by how connected and how settled somebody is.

    ``(friends/usual)^κ / (1 + settling·years with the provider)``: the well-connected react more,
    loyal customers less (Nitzan & Libai 2011).
    """
    return (friends / usual) ** power / (1.0 + settling * tenure / 12.0)


@rule
def likeness(own: int, other: int, unlike: float) -> float:
    """Weight of what a friend says and does: 1 from one's own segment, else ``unlike``.

    People learn most from people like themselves (McPherson, Smith-Lovin & Cook 2001).
    """
    return 1.0 if own == other else unlike
