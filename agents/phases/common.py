"""What several phases need: faces, distances, tastes, and what an offer is worth to a row."""

from __future__ import annotations

from agents.chance import absorbed, nearly_normal, uniform, word_of
from agents.columns import (
    COMPETENCE,
    KNOWLEDGE,
    NEED_POSITION,
    TIME_WEIGHT,
    WEIGHT_COST,
    WEIGHT_PRODUCT,
    WEIGHT_SOLUTION,
)
from agents.compiled import Word, part, rule
from agents.rules.value import fit, helped, offer_value, price_sensitivity, quality, ring_distance

NEARNESS = word_of("nearness")
TASTE = word_of("taste")
AWARENESS = word_of("awareness")


@rule
def face(provider: int, rated: int, stars: int, left: int) -> int:
    """What others see of a customer, in one number: provider, rated firm, stars, firm just left.

    Friends are read at random places; one number is one visit to memory.
    """
    return (provider + 1) | (rated + 1) << 8 | stars << 16 | (left + 1) << 20


@rule
def provider_seen(seen: int) -> int:
    """Provider on a face; -1 for none."""
    return (seen & 255) - 1


@rule
def rated_seen(seen: int) -> int:
    """Firm that the last rating on a face is about; -1 for none."""
    return ((seen >> 8) & 255) - 1


@rule
def stars_seen(seen: int) -> int:
    """Stars of that rating."""
    return (seen >> 16) & 15


@rule
def left_seen(seen: int) -> int:
    """Firm that this person left last month; -1 for none."""
    return ((seen >> 20) & 255) - 1


@rule
def place_word(seed: Word, district: int) -> Word:
    """Word of a district, from which its distance to every firm's nearest outlet follows."""
    return absorbed(absorbed(seed, NEARNESS), district)


@rule
def distance(place: Word, firm: Word) -> float:
    """Distance of a district to a firm's nearest outlet, in (0, 1).

    Drawn for each pair, so that no firm has a better map than another before the market begins.
    """
    return uniform(absorbed(place, firm))


@rule
def taste_word(seed: Word, customer: int) -> Word:
    """Word of a customer, from which lasting tastes follow."""
    return absorbed(absorbed(seed, TASTE), customer)


@rule
def taste(person: Word, firm: Word, spread: float) -> float:
    """A customer's lasting taste for a firm, in utility; never stored."""
    return spread * nearly_normal(absorbed(person, firm))


@rule
def aware(seed: Word, customer: int, firm: Word, reach: float) -> bool:
    """Whether a customer knows a firm by the firm's own effort; lasting, and growing with reach."""
    if reach >= 1.0:
        return True
    return uniform(absorbed(absorbed(absorbed(seed, AWARENESS), customer), firm)) < reach


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
def value_of(i, offer, sensitivity, experienced, state):
    """Value of an offer for row ``i``, given its quality."""
    return offer_value(
        sensitivity, offer.log_price, state[TIME_WEIGHT, i], offer.log_time, experienced
    )
