"""Phase 3: customers live what is delivered (the second moment of truth)."""

from __future__ import annotations

from agents.chance import absorbed, decision_word, normal, uniform, word_of
from agents.columns import (
    EXPECTATION,
    LIVED_QUALITY,
    NEED,
    NORM,
    OUTCOME,
    PROVIDER,
    SETTLEMENT,
    SURPRISE,
    TENURE,
    WEIGHT_PRODUCT,
)
from agents.compiled import part, row_kernel, rule
from agents.phases.common import (
    fit_of,
    knowledge_used,
    noise_of,
    price_term,
    quality_of,
    scaled,
    sensitivity_of,
    total,
    value_of,
)
from agents.rules.judgement import adapted, met
from agents.rules.value import (
    gain_paid,
    outcome,
    refund_value,
    service_value,
    settlement,
    unsettled,
)

LIVING = word_of("outcome")
FORESEEING = word_of("foresight")


@rule
def felt(lived: float, comfort: float) -> float:
    """What the contact person feels: the outcome and, besides it, comfort."""
    return lived + comfort


@rule
def difference(one: float, other: float) -> float:
    """One less the other."""
    return one - other


@rule
def averaging_rate(months: int, most: float) -> float:
    """Rate at which a month after ``months`` others enters an average of at most ``most``."""
    return 1.0 / min(months + 1.0, max(1.0, most))


@part
def impression_of(i, lived, offer, state, p):
    """What row ``i`` feels of this month's outcome: with comfort, after what is settled for it."""
    impression = felt(lived, offer.comfort)
    if offer.gain_share > 0.0:
        impression = difference(impression, gain_paid(offer.gain_share, lived, state[NORM, i]))
    if offer.guarantee > 0.0 and not met(lived, state[NEED, i]):
        refund = refund_value(sensitivity_of(i, state, p), offer.guarantee)
        impression = total(impression, refund)
    return impression


@row_kernel
def live(first, last, month, seed, state, marks, offers, p):
    """Draw this month's outcome; set it, ``surprise``, ``settlement`` and ``lived_quality``."""
    chance = decision_word(seed, LIVING, month)
    foreseeing = decision_word(seed, FORESEEING, month)
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        if provider < 0:
            state[OUTCOME, i] = 0.0
            state[SURPRISE, i] = 0.0
            state[SETTLEMENT, i] = 0.0
            continue
        offer = offers[provider]
        known = knowledge_used(i, offer, state)
        fitted = fit_of(i, offer, known, state)
        experienced = quality_of(i, offer, known, fitted, state, p)
        sensitivity = sensitivity_of(i, state, p)
        term = price_term(i, provider, provider, offer, marks)
        value = value_of(i, offer, sensitivity, experienced, state, term)
        hit = 0.0
        if offer.foresight > 0.0 and uniform(absorbed(foreseeing, i)) < known:
            hit = 1.0
        lived = difference(
            outcome(
                value,
                service_value(offer.service, offer.foresight, hit),
                noise_of(offer, p),
                normal(absorbed(chance, i)),
            ),
            unsettled(p.judgement_unsettling, offer.launched, state[WEIGHT_PRODUCT, i]),
        )
        state[OUTCOME, i] = lived
        paid = gain_paid(offer.gain_share, lived, state[NORM, i])
        refunded = 0.0 if met(lived, state[NEED, i]) else scaled(1.0, offer.guarantee)
        state[SETTLEMENT, i] = settlement(paid, sensitivity, refunded)
        impression = impression_of(i, lived, offer, state, p)
        state[SURPRISE, i] = difference(impression, state[EXPECTATION, i])
        state[LIVED_QUALITY, i] = adapted(
            state[LIVED_QUALITY, i],
            difference(lived, difference(value, experienced)),
            averaging_rate(marks[TENURE, i], p.zmot_own_months),
        )
