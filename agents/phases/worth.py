"""What an offer is worth to a customer: distances, tastes, fit, quality, value."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from tsunagari.agents.chance import absorbed, decision_word, nearly_normal, uniform, word_of
from tsunagari.agents.compiled import Word, part, rule
from tsunagari.agents.rules.value import (
    channel_noise,
    created_together,
    delivered,
    fit,
    helped,
    offer_value,
    price_sensitivity,
    quality,
    ring_distance,
    service_value,
    solution_quality,
)

NEARNESS = word_of("nearness")
TASTE = word_of("taste")
AWARENESS = word_of("awareness")
POTENTIAL = word_of("potential")


class Month(NamedTuple):
    """What every customer meets in one month; nobody's month changes it.

    Attributes:
        number: The month.
        seed: Word from which all luck follows.
        offers: One record a firm (:data:`tsunagari.agents.firm.offer.OFFER`).
        p: The customers' parameters, a record of :data:`tsunagari.sim.live.PARAMETERS`. What is
            handed to kernels has an array of no dimension instead
            (:func:`tsunagari.agents.row.fixed`).
        advertising: Mean advertising that reaches people without a provider.
    """

    number: int
    seed: Word
    offers: Any
    p: Any
    advertising: float


@part
def luck(c, decision, month):
    """Word of a customer's luck in one kind of decision, this month."""
    return absorbed(decision_word(month.seed, decision, month.number), c.row)


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


@part
def taste_of(c, offer, month):
    """A customer's lasting taste for a firm."""
    return taste(taste_word(month.seed, c.row), offer.word, month.p.value_taste)


@part
def distance_of(c, offer, month):
    """Distance of a customer's district to a firm's nearest outlet."""
    return distance(place_word(month.seed, c.district), offer.word)


@part
def knowledge_used(c, offer):
    """What the provider does with what it knows of a customer: all, or nothing if that is off."""
    return offer.holds_knowledge * c.knowledge


@part
def knowledge_expected(c, g, offer, used, p):
    """How well a firm knows a customer, or would come to know somebody new.

    Of what the provider knows the part ``used`` counts: all, or 0 where that is switched off.
    """
    if g == c.provider:
        return used * c.knowledge
    # The competent discount it for dependence.
    return offer.knowledge * (1.0 - p.value_dependence_aversion * c.competence)


class Reservoirs(NamedTuple):
    """What only a provider has, in utility: the parts of stickiness, or one unit of each."""

    location: float
    switching: float
    obligation: float
    success: float


@part
def weights_of(p):
    """Utility of being nearer by 1, of a unit of switching cost or obligation, of sure success."""
    return Reservoirs(
        p.stickiness_location * p.stickiness_location_strength,
        p.stickiness_switching * p.stickiness_switching_strength,
        p.stickiness_obligation * p.stickiness_obligation_strength,
        p.stickiness_success * p.stickiness_success_strength,
    )


@part
def sensitivity_of(c, p):
    """Price sensitivity of a customer."""
    return price_sensitivity(c.weight_cost, p.value_price_base, p.value_price_slope)


@part
def fit_of(c, offer, knowledge):
    """Fit of an offer to a customer when the firm knows this much."""
    apart = ring_distance(c.need_position, offer.position)
    return fit(apart, knowledge, offer.authority, offer.breadth)


@part
def potential_of(c, month):
    """Wallet that a customer could spend besides, once somebody finds what it is for."""
    if month.p.wallet_potential <= 0.0:
        return 0.0
    word = absorbed(absorbed(month.seed, POTENTIAL), c.row)
    return exponential(word, month.p.wallet_potential)


@rule
def exponential(word: Word, mean: float) -> float:
    """An exponential number."""
    return -mean * math.log(uniform(word))


@part
def service_of(offer, knowledge):
    """Outcome to be expected beyond what was asked, from a firm that knows so much."""
    return service_value(offer.service, offer.foresight, knowledge)


@part
def at_face_value(c, offer, knowledge, p):
    """Fit and quality of an offer, before anything is found out, from a firm that knows so much."""
    fitted = fit_of(c, offer, knowledge)
    experienced = quality_of(c, offer, knowledge, fitted, p)
    return fitted, delivered(experienced, service_of(offer, knowledge))


@part
def tariff_of(c, g, offer):
    """Which of a firm's prices is asked of a customer: list, joiners', returners', the loyal's."""
    if g == c.provider:
        if c.tenure < offer.joiner_months:
            return 2 if c.returned == 1 else 1
        return 3 if offer.loyalty > 0.0 and c.tenure >= offer.loyalty_months else 0
    if offer.joiner_months <= 0:
        return 0
    return 2 if c.previous_provider == g else 1


@part
def curvature_of(p):
    """Curvature c of what a price weighs, from the elasticity of what is bought: ``1 − η``."""
    return 1.0 - p.value_elasticity


@part
def slope_of(c, offer, tariff, p):
    """Utility of a log point of the price that a customer is asked: ``β·p^c``."""
    return sensitivity_of(c, p) * offer.steepness[tariff]


@part
def noise_of(offer, p):
    """Spread of the outcomes of an offer."""
    return channel_noise(p.value_noise, offer.inconsistency)


@rule
def reach_for(reach: float, focus: float, is_target: bool) -> float:
    """Part of people who know a firm that aims its advertising at some of them."""
    return reach if is_target else reach * (1.0 - focus)


@part
def knows(c, offer, seed):
    """Whether a customer knows a firm by the firm's own effort."""
    is_target = offer.target < 0 or c.segment == offer.target
    return aware(seed, c.row, offer.word, reach_for(offer.reach, offer.focus, is_target))


@part
def quality_of(c, offer, knowledge, fitted, p):
    """Experienced quality of an offer for a customer."""
    left = helped(c.competence, p.value_independence, offer.renewal)
    solved = solution_quality(
        c.weight_solution, p.value_solution, knowledge, offer.solution, fitted, left
    )
    solved *= created_together(p.value_effort, c.competence, offer.attention)
    return quality(c.weight_product, p.value_product, offer.product, solved)


@part
def value_of(c, offer, sensitivity, experienced, tariff):
    """Value of an offer for a customer, given its quality and its :func:`tariff_of`."""
    return offer_value(sensitivity, offer.felt[tariff], c.time_weight, offer.log_time, experienced)
