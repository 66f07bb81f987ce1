"""Who looks around this month and who adopts, and what people find out before they choose.

Beliefs about quality are normal and combined by precision (Erdem & Keane 1996). Every signal is on
the scale of experienced quality.
"""

from __future__ import annotations

import math

from tsunagari.agents.compiled import rule


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
def tenure_expected(mean: float, readiness: float, leaving: float) -> float:
    """Mean tenure, in months, of somebody so ready to look.

    ``1/(x + (1/mean − x)·θ)``: of all that ends a relation, leaving the market ``x`` does not hang
    on readiness, the rest is in proportion to it. Who is as ready as the mean has the mean; nobody
    has more than a century.

    Args:
        mean: Mean tenure of somebody whose readiness is 1.
        readiness: θ.
        leaving: Probability of leaving the market within a month.
    """
    if mean <= 0.0 or readiness == 1.0:
        return mean
    either_way = min(leaving, 1.0 / mean)
    ending = either_way + (1.0 / mean - either_way) * readiness
    return 1.0 / max(ending, min(1.0 / mean, 1.0 / 1200.0))


@rule
def defections_felt(before: float, left: float, memory: float) -> float:
    """Friends who left the same provider, fading by ``memory`` a month (Nitzan & Libai 2011)."""
    return memory * before + left


@rule
def hold_of_friends(usual: float, more: float, was_referred: bool, susceptible: float) -> float:
    """Weight of friends who are with the same provider; a referral makes the tie part of it.

    Referred customers stay longer, by shared experience with those who brought them (Schmitt,
    Skiera & Van den Bulte 2011); by how much follows :func:`susceptibility`.
    """
    return usual + more * susceptible if was_referred else usual


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
    limit on the complete network. ``imitation`` is q times :func:`susceptibility`, which is 1
    there.
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
    """How much what friends do counts, by how connected and how settled somebody is.

    ``(friends/usual)^κ / (1 + settling·years with the provider)``: the well-connected react more,
    loyal customers less (Nitzan & Libai 2011). Those who know many adopt early for the same reason
    (Goldenberg et al. 2009).
    """
    return (friends / usual) ** power / (1.0 + settling * tenure / 12.0)


@rule
def likeness(own: int, other: int, unlike: float) -> float:
    """Weight of what a friend says and does: 1 from one's own segment, else ``unlike``.

    People learn most from people like themselves (McPherson, Smith-Lovin & Cook 2001).
    """
    return 1.0 if own == other else unlike


@rule
def referral_lift(reward: float, most: float, scale: float) -> float:
    """What a reward adds to the weight of customers' praise: ``most·(1 − exp(−reward/scale))``.

    Rewards make recommending likelier, and soon no likelier with their size (Ryu & Feick 2007).
    """
    return most * (1.0 - math.exp(-reward / scale))


# -- the zero moment of truth: what people find out before they choose -----------------------------


@rule
def star_signal(stars: float, neutral: float, scale: float, category: float) -> float:
    """Quality that a rating speaks for: the category's, plus ``scale`` per star above neutral."""
    return category + scale * (stars - neutral)


@rule
def star_precision(base: float, stars: float, neutral: float, negative_weight: float) -> float:
    """Weight of a rating; bad ones weigh more (Chevalier & Mayzlin 2006)."""
    return base * negative_weight if stars < neutral else base


@rule
def claim_precision(
    own: float, doubt: float, record: float, connectivity: float, signal: float, guarantee: float
) -> float:
    """Weight of a claim: ``own·(1 + signal·guarantee)/(1 + c·record of over-promising)/conn.``.

    Connectivity shrinks the information asymmetry that claims live on. Who pays back a part of the
    bill when there is no success is believed more: it would be dear to whom does not deliver
    (Moorthy & Srinivasan 1995; Kirmani & Rao 2000).
    """
    return own * (1.0 + signal * guarantee) / (1.0 + doubt * record) / connectivity


@rule
def claim_heard(claim: float, backlash: float, record: float) -> float:
    """What people make of a claim: ``claim − backlash·record of over-promising``.

    Who has been misled takes more off the next promise than was missing from the last, and off
    honest parts of it too (Darke & Ritchie 2007).
    """
    return claim - backlash * record


@rule
def volume_effect(weight: float, reviews: float) -> float:
    """Utility of a much-reviewed firm to those who do not know it: ``ω·ln(1 + reviews)``.

    Reviews are those of a month per thousand people of the market. Their number speaks besides what
    they say: others cannot all be wrong (You, Vadakkepatt & Joshi 2015).
    """
    return weight * math.log1p(reviews)


LEAST_HEARD = 0.02
"""Advertising, relative to what is usual, that a firm which never advertises is heard as if of."""


@rule
def carried_over(before: float, advertising: float, carry: float) -> float:
    """Advertising that people have in mind: ``λ·before + (1 − λ)·advertising``, monthly.

    A stock that advertising fills and time wears off (Nerlove & Arrow 1962).
    """
    return carry * before + (1.0 - carry) * advertising


@rule
def advertising_effect(weight: float, in_mind: float) -> float:
    """Utility to prospects of advertising they have in mind: ``ω·ln max(A, .02)``.

    Each doubling adds as much as the one before (Sethuraman, Tellis & Briesch 2011 find short-run
    elasticities of .12 and long-run ones of .24).
    """
    return weight * math.log(max(in_mind, LEAST_HEARD))


@rule
def own_precision(base: float, months: float, most: float) -> float:
    """Weight of one's own experience, growing with the months of it up to ``most``."""
    return base * min(months, most)


@rule
def reviews_read(sources: float, connectivity: float, most: float) -> int:
    """How many reviews of a firm somebody reads: sources × connectivity, at most ``most``."""
    return int(min(most, math.floor(sources * connectivity + 0.5)))
