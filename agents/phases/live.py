"""Phase 3: customers live what is delivered (the second moment of truth)."""

from __future__ import annotations

from agents.chance import normal, uniform, word_of
from agents.compiled import part, row_kernel, rule
from agents.phases.worth import (
    fit_of,
    knowledge_used,
    luck,
    noise_of,
    price_term,
    quality_of,
    sensitivity_of,
    value_of,
)
from agents.row import Row, fixed
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
def averaging_rate(months: int, most: float) -> float:
    """Rate at which a month after ``months`` others enters an average of at most ``most``."""
    return 1.0 / min(months + 1.0, max(1.0, most))


@part
def impression_of(c, lived, month):
    """What is felt of this month's outcome: with comfort, after what is settled for it."""
    offer = month.offers[c.provider]
    impression = lived + offer.comfort
    if offer.gain_share > 0.0:
        impression -= gain_paid(offer.gain_share, lived, c.norm)
    if offer.guarantee > 0.0 and not met(lived, c.need):
        impression += refund_value(sensitivity_of(c, month.p), offer.guarantee)
    return impression


@part
def live(c, month):
    """Draw this month's outcome; set it, ``surprise``, ``settlement`` and ``lived_quality``."""
    if c.provider < 0:
        c.outcome = 0.0
        c.surprise = 0.0
        c.settlement = 0.0
        return
    p, offer = month.p, month.offers[c.provider]
    known = knowledge_used(c, offer)
    sensitivity = sensitivity_of(c, p)
    experienced = quality_of(c, offer, known, fit_of(c, offer, known), p)
    value = value_of(c, offer, sensitivity, experienced, price_term(c, c.provider, offer))
    hit = 0.0
    if offer.foresight > 0.0 and uniform(luck(c, FORESEEING, month)) < known:
        hit = 1.0
    service = service_value(offer.service, offer.foresight, hit)
    lived = outcome(value, service, noise_of(offer, p), normal(luck(c, LIVING, month)))
    lived -= unsettled(p.judgement_unsettling, offer.launched, c.weight_product)
    paid = gain_paid(offer.gain_share, lived, c.norm)
    refunded = 0.0 if met(lived, c.need) else offer.guarantee
    c.outcome = lived
    c.settlement = settlement(paid, sensitivity, refunded)
    c.surprise = impression_of(c, lived, month) - c.expectation
    rate = averaging_rate(c.tenure, p.zmot_own_months)
    c.lived_quality = adapted(c.lived_quality, lived - (value - experienced), rate)


@row_kernel
def live_rows(first, last, people, month):
    """Phase 3 for these rows."""
    now = fixed(month)
    for i in range(first, last):
        live(Row(people, i), now)
