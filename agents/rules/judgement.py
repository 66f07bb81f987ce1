"""How customers judge what they lived: satisfaction, expectation, success, need."""

from __future__ import annotations

import math

from tsunagari.agents.compiled import rule


@rule
def surprise_value(surprise: float, loss_aversion: float) -> float:
    """Felt value of a surprise: losses count λ times (Kahneman & Tversky 1979)."""
    if surprise >= 0.0:
        return surprise
    return loss_aversion * surprise


@rule
def satisfaction_earned(
    above: float,
    surprise: float,
    loss_aversion: float,
    noise: float,
    level_weight: float,
    surprise_weight: float,
) -> float:
    """What satisfaction moves towards: a blend of level and surprise.

    ``s += rate·(level·(felt − norm) + surprise·[v(felt − expectation) + (λ−1)·σ/√(2π)] − s)``.
    Surprise alone (Oliver 1980) would forget quality once it is expected; the level against what
    the market would give this customer keeps it. The constant removes the bias that loss aversion
    puts on symmetric noise.

    Args:
        above: What was felt, above the norm.
        surprise: The same above expectation.
        loss_aversion: How many times losses count.
        noise: Usual spread of outcomes.
        level_weight: Weight of the level.
        surprise_weight: Weight of the surprise.
    """
    unbiased = surprise_value(surprise, loss_aversion)
    unbiased += (loss_aversion - 1.0) * noise / math.sqrt(2.0 * math.pi)
    return level_weight * above + surprise_weight * unbiased


@rule
def impressed(rate: float, tenure: int, halo: float) -> float:
    """Rate at which satisfaction follows what is felt; the first month counts (1 + halo) times."""
    if tenure > 0:
        return rate
    return min(1.0, rate * (1.0 + halo))


@rule
def adapted(before: float, now: float, rate: float) -> float:
    """An exponential average: ``before + rate·(now − before)``.

    Expectations follow experience this way (Boulding et al. 1993); so do trust, the record of
    success, liking and indebtedness.
    """
    return before + rate * (now - before)


@rule
def met(lived: float, need: float) -> bool:
    """Success is an outcome that meets the need."""
    return lived >= need


@rule
def aspired(norm: float, lived: float, market: float, aspiration: float) -> float:
    """What somebody comes to ask for: ``ω·norm + (1 − ω)·lived + aspiration``.

    People measure by what others have (ω) and by what they had themselves, and hope for somewhat
    more (Lant 1992; Greve 1998).
    """
    return market * norm + (1.0 - market) * lived + aspiration


@rule
def need(
    before: float,
    lived: float,
    technology: float,
    up: float,
    down: float,
    rate: float,
    asked: float,
) -> float:
    """Needs move by technology, by progress, and towards what people come to ask for.

    ``need += tech + ν±·(outcome − need) + ν·(asked − need)`` with ν⁺ > ν⁻: who gets ahead soon
    needs more, and does not easily need less again. ``asked`` is :func:`aspired`; needs that follow
    it rise and fall with what the market gives, and success is no matter of time.
    """
    gap = lived - before
    return before + technology + (up if gap > 0.0 else down) * gap + rate * (asked - before)


@rule
def rating_impression(
    satisfied: float,
    surprise: float,
    succeeded: bool,
    kindness: float,
    surprise_weight: float,
    success_weight: float,
) -> float:
    """What a rating expresses: satisfaction, surprise and "I succeeded with this firm".

    Kindness shifts everybody upwards: most public ratings are friendly (Hu, Zhang & Pavlou 2009).
    """
    bonus = success_weight if succeeded else -success_weight
    return kindness + satisfied + surprise_weight * surprise + bonus


@rule
def stars(impression: float, step: float) -> int:
    """Stars from 1 to 5: equal steps of the impression around three stars."""
    steps = math.floor(impression / step + 0.5)
    return int(min(5.0, max(1.0, 3.0 + steps)))


@rule
def review_probability(
    propensity: float, impression: float, extremity: float, lukewarm: float
) -> float:
    """Probability of writing a review this month; it grows with extremity.

    ``propensity·(1 − (1 − lukewarm)·exp(−(impression/extremity)²))``: the lukewarm mostly stay
    silent, which bends the distribution of stars into a J (Hu, Zhang & Pavlou 2009; Schoenmueller,
    Netzer & Stahl 2020).
    """
    relative = impression / extremity
    return propensity * (1.0 - (1.0 - lukewarm) * math.exp(-relative * relative))


@rule
def recommendation(satisfied: float, trusted: float, base: float, scale: float) -> float:
    """Answer to "would you recommend us?", 0–10 before rounding (Reichheld 2003)."""
    return min(10.0, max(0.0, base + scale * (0.7 * satisfied + 0.3 * trusted)))
