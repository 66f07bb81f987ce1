"""The zero moment of truth: what people find out before they choose.

Beliefs about quality are normal and combined by precision (Erdem & Keane 1996). Every signal is on
the scale of experienced quality.
"""

from __future__ import annotations

import math

from agents.compiled import rule


@rule
def star_signal(stars: float, neutral: float, scale: float, category: float) -> float:
    """Quality that a rating speaks for: the category's, plus ``scale`` per star above neutral."""
    return category + scale * (stars - neutral)


@rule
def star_precision(base: float, stars: float, neutral: float, negative_weight: float) -> float:
    """Weight of a rating; bad ones weigh more (Chevalier & Mayzlin 2006)."""
    return base * negative_weight if stars < neutral else base


@rule
def claim_precision(own: float, doubt: float, record: float, connectivity: float) -> float:
    """Weight of a firm's claim: ``own/(1 + c·record of over-promising)/connectivity``.

    Connectivity shrinks the information asymmetry that claims live on.
    """
    return own / (1.0 + doubt * record) / connectivity


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


@rule
def own_precision(base: float, months: float, most: float) -> float:
    """Weight of one's own experience, growing with the months of it up to ``most``."""
    return base * min(months, most)


@rule
def reviews_read(sources: float, connectivity: float, most: float) -> int:
    """How many reviews of a firm somebody reads: sources × connectivity, at most ``most``."""
    return int(min(most, math.floor(sources * connectivity + 0.5)))
