"""What several phases need: faces, distances, tastes, and what an offer is worth to a row."""

from __future__ import annotations

from agents.chance import absorbed
from agents.columns import (
    COMPETENCE,
    KNOWLEDGE,
    NEED_POSITION,
    PREVIOUS_PROVIDER,
    RETURNED,
    SEGMENT,
    TENURE,
    TIME_WEIGHT,
    WEIGHT_COST,
    WEIGHT_PRODUCT,
    WEIGHT_SOLUTION,
)
from agents.compiled import part, rule
from agents.phases.face import (  # noqa: F401
    face,
    left_seen,
    provider_seen,
    rated_seen,
    segment_seen,
    stars_seen,
)
from agents.phases.worth import (  # noqa: F401
    POTENTIAL,
    aware,
    distance,
    exponential,
    place_word,
    reach_for,
    taste,
    taste_word,
)
from agents.rules.value import (
    channel_noise,
    fit,
    helped,
    offer_value,
    price_sensitivity,
    quality,
    ring_distance,
    service_value,
)


@rule
def scaled(factor: float, value: float) -> float:
    """A product, in float64."""
    return factor * value


@part
def knowledge_used(i, offer, state):
    """What row ``i``'s provider does with what it knows of them: all, or nothing if that is off."""
    return scaled(offer.holds_knowledge, state[KNOWLEDGE, i])


@part
def location_weight(held, p):
    """Utility of being nearer by 1; ``held`` is 0 where location is switched off."""
    return held * (p.stickiness_location * p.stickiness_location_strength)


@part
def switching_weight(held, p):
    """Utility of one unit of procedural switching cost."""
    return held * (p.stickiness_switching * p.stickiness_switching_strength)


@part
def obligation_weight(held, p):
    """Utility of one unit of obligation."""
    return held * (p.stickiness_obligation * p.stickiness_obligation_strength)


@part
def success_weight(held, p):
    """Utility of certain success."""
    return held * (p.stickiness_success * p.stickiness_success_strength)


@part
def sensitivity_of(i, state, p):
    """Price sensitivity of row ``i``."""
    return price_sensitivity(state[WEIGHT_COST, i], p.value_price_base, p.value_price_slope)


@part
def fit_of(i, offer, knowledge, state):
    """Fit of an offer to row ``i`` when the firm knows this much."""
    apart = ring_distance(state[NEED_POSITION, i], offer.position)
    return fit(apart, knowledge, offer.authority, offer.breadth)


@part
def potential_of(i, seed, p):
    """Wallet that row ``i`` could spend besides, once somebody finds what it is for."""
    if p.wallet_potential <= 0.0:
        return 0.0
    return exponential(absorbed(absorbed(seed, POTENTIAL), i), p.wallet_potential)


@part
def service_of(offer, knowledge):
    """Outcome to be expected beyond what was asked, from a firm that knows so much."""
    return service_value(offer.service, offer.foresight, knowledge)


@part
def price_term(i, g, provider, offer, marks):
    """Log price for row ``i`` against the price list: for joiners, for those who come back."""
    if offer.joiner_months <= 0:
        return 0.0
    if g == provider:
        if marks[TENURE, i] >= offer.joiner_months:
            return 0.0
        return offer.winback if marks[RETURNED, i] == 1 else offer.joiner
    return offer.winback if marks[PREVIOUS_PROVIDER, i] == g else offer.joiner


@part
def noise_of(offer, p):
    """Spread of the outcomes of an offer."""
    return channel_noise(p.value_noise, offer.inconsistency)


@part
def knows(seed, i, offer, marks):
    """Whether row ``i`` knows a firm by the firm's own effort."""
    is_target = offer.target < 0 or marks[SEGMENT, i] == offer.target
    return aware(seed, i, offer.word, reach_for(offer.reach, offer.focus, is_target))


@part
def quality_of(i, offer, knowledge, fitted, state, p):
    """Experienced quality of an offer for row ``i``."""
    left = helped(state[COMPETENCE, i], p.value_independence, offer.renewal)
    return quality(
        state[WEIGHT_PRODUCT, i],
        p.value_product,
        offer.product,
        state[WEIGHT_SOLUTION, i],
        p.value_solution,
        offer.solution,
        knowledge,
        fitted,
        left,
    )


@part
def value_of(i, offer, sensitivity, experienced, state, term):
    """Value of an offer for row ``i``, given its quality and its :func:`price_term`."""
    return offer_value(
        sensitivity, total(offer.log_price, term), state[TIME_WEIGHT, i], offer.log_time,
        experienced,
    )  # fmt: skip


@rule
def total(one: float, other: float) -> float:
    """A sum, in float64."""
    return one + other


@rule
def felt(lived: float, comfort: float) -> float:
    """What the contact person feels: the outcome and, besides it, comfort."""
    return lived + comfort


@rule
def difference(one: float, other: float) -> float:
    """One less the other."""
    return one - other
