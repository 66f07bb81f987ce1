"""Phases 3 to 5: customers live what is delivered, judge it, and share it.

What is lived is the second moment of truth; what is said of it is seen next month.
"""

from __future__ import annotations

from tsunagari.agents.chance import normal, uniform, word_of
from tsunagari.agents.compiled import part, rule
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.worth import luck
from tsunagari.agents.row import over_rows
from tsunagari.agents.rules import judgement
from tsunagari.agents.rules.value import (
    gain_paid,
    outcome,
    refund_value,
    service_value,
    settlement,
    unsettled,
)

LIVING = word_of("outcome")
FORESEEING = word_of("foresight")
REVIEWING = word_of("review")


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
    if offer.guarantee > 0.0 and not judgement.met(lived, c.need):
        slope = worth.slope_of(c, offer, worth.tariff_of(c, c.provider, offer), month.p)
        impression += refund_value(slope, offer.guarantee, worth.curvature_of(month.p))
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
    known = worth.knowledge_used(c, offer)
    sensitivity = worth.sensitivity_of(c, p)
    experienced = worth.quality_of(c, offer, known, worth.fit_of(c, offer, known), p)
    tariff = worth.tariff_of(c, c.provider, offer)
    value = worth.value_of(c, offer, sensitivity, experienced, tariff)
    hit = 0.0
    if offer.foresight > 0.0 and uniform(luck(c, FORESEEING, month)) < known:
        hit = 1.0
    service = service_value(offer.service, offer.foresight, hit)
    lived = outcome(value, service, worth.noise_of(offer, p), normal(luck(c, LIVING, month)))
    lived -= unsettled(p.judgement_unsettling, offer.launched, c.weight_product)
    paid = gain_paid(offer.gain_share, lived, c.norm)
    refunded = 0.0 if judgement.met(lived, c.need) else offer.guarantee
    c.outcome = lived
    c.settlement = settlement(paid, worth.slope_of(c, offer, tariff, p), refunded)
    c.surprise = impression_of(c, lived, month) - c.expectation
    rate = averaging_rate(c.tenure, p.zmot_own_months)
    c.lived_quality = judgement.adapted(c.lived_quality, lived - (value - experienced), rate)


live_rows = over_rows(live)


@part
def judge(c, month):
    """Move satisfaction, expectation, trust, the record of success and the need."""
    if c.provider < 0:
        c.succeeded = 0
        return
    p, lived = month.p, c.outcome
    felt = impression_of(c, lived, month)
    earned = judgement.satisfaction_earned(
        felt - c.norm,
        felt - c.expectation,
        p.judgement_loss_aversion,
        p.value_noise,  # the usual spread: a firm that disappoints at random is not excused
        p.judgement_level,
        p.judgement_surprise,
    )
    rate = judgement.impressed(p.judgement_rate, c.tenure, p.judgement_halo)
    c.satisfaction = judgement.adapted(c.satisfaction, earned, rate)
    c.expectation = judgement.adapted(c.expectation, felt, p.judgement_expectation_rate)
    c.trust = judgement.adapted(c.trust, c.satisfaction, p.judgement_trust_rate)
    succeeded = judgement.met(lived, c.need)
    c.succeeded = succeeded
    c.success = judgement.adapted(c.success, 1.0 if succeeded else 0.0, p.judgement_success_rate)
    c.need = judgement.need(
        c.need,
        lived,
        p.judgement_need_technology,
        p.judgement_need_up,
        p.judgement_need_down,
        p.judgement_need_rate,
        judgement.aspired(c.norm, lived, p.judgement_need_market, p.judgement_need_aspiration),
    )


judge_rows = over_rows(judge)


@part
def share(c, month):
    """Rate the provider, if the impression is strong enough to be written down."""
    if c.provider < 0:
        return
    p = month.p
    impression = judgement.rating_impression(
        c.satisfaction,
        c.surprise,
        c.succeeded != 0,
        p.zmot_kindness,
        p.zmot_rating_surprise,
        p.zmot_rating_success,
    )
    writes = judgement.review_probability(
        c.review_propensity, impression, p.zmot_extremity, p.zmot_lukewarm
    )
    if uniform(luck(c, REVIEWING, month)) < writes:
        c.rating = judgement.stars(impression, p.zmot_star_step)
        c.rated_provider = c.provider
        c.rated_month = month.number


share_rows = over_rows(share)
