"""Phase 7: those who look search, the zero moment of truth, and weigh offers up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tsunagari.agents.chance import absorbed, uniform, word_of
from tsunagari.agents.columns import Looks
from tsunagari.agents.compiled import part
from tsunagari.agents.firm.offer import SHOWN_REVIEWS
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.look import provider_seen, rated_seen, segment_seen, stars_seen
from tsunagari.agents.phases.worth import luck
from tsunagari.agents.rules.search import (
    attention_to_friend,
    likeness,
    own_precision,
    reviews_read,
    star_precision,
    star_signal,
)
from tsunagari.agents.rules.value import gain_paid, refund_value, success_probability

ADMISSION = word_of("admission")
READING = word_of("reading")

FINDING = np.dtype(
    [
        ("promised", np.float64),  # quality to be expected of the offer at face value
        ("fit", np.float64),  # fit of the offer to the need
        ("precision", np.float64),  # precision of the belief about its quality
        ("claim", np.float64),  # how far each source moves that belief, times precision
        ("friend", np.float64),
        ("review", np.float64),
        ("memory", np.float64),
        ("believed", np.float64),  # quality believed after all
        ("utility", np.float64),  # of the offer, without luck and what only a provider has
        ("known", np.int64),  # 1 if known through friends, memory or a contact person
        ("praised", np.int64),  # 1 if a friend is with the firm and gave it five stars
        ("considered", np.int64),  # 1 if the firm is in the choice
    ]
)
"""What one customer finds out about one firm; a search works in one for every firm."""


class Held(NamedTuple):
    """How far a provider may hold a customer by each thing: 1, or 0 where it is switched off."""

    location: float
    switching: float
    obligation: float
    success: float
    knowledge: float
    own_information: float


class Worth(NamedTuple):
    """What an offer is worth to somebody who has searched, in utility, term by term.

    Attributes:
        price: ``−β·f(price)`` (:func:`tsunagari.agents.rules.value.felt_price`).
        handling_time: ``−τ·ln time``.
        quality: Quality believed, ``E[Q]``.
        uncertainty: ``−½·r·Var``.
        success: Weighed probability of success.
        distance: Weighed distance, below 0.
        taste: Lasting taste ``ξ``.
        reputation: Logarithm of par in the other disciplines, brand liking and network effect.
        reviews: What the number of its reviews and its advertising add to that for prospects.
        terms: A guarantee and sharing the gain.
        contact: Somebody they like who works there now.
    """

    price: float
    handling_time: float
    quality: float
    uncertainty: float
    success: float
    distance: float
    taste: float
    reputation: float
    reviews: float
    terms: float
    contact: float


@part
def choice_utility(terms):
    """Utility of an offer as it looks after the search, before luck and what only a provider has.

    ``U = −β·f(price) − τ·ln time + E[Q] − ½·r·Var + success − distance + ξ + reputation``, and what
    guarantees, shared gains and a contact person add.
    """
    material = terms.quality + terms.price + terms.handling_time
    personal = material + terms.uncertainty + terms.success + terms.distance + terms.taste
    return personal + (terms.reputation + terms.reviews) + terms.terms + terms.contact


def scratch(firms):
    """An array that a search works in: a :data:`FINDING` for every firm."""
    return np.empty(firms, FINDING)


@part
def size_up(c, held, month, findings):
    """Every offer at face value, before anything is found out.

    Returns:
        Quality of the category: what the market gives this customer on average.
    """
    p, category = month.p, 0.0
    for g in range(len(month.offers)):
        offer, found = month.offers[g], findings[g]
        found.precision = p.zmot_prior
        found.claim = 0.0
        found.friend = 0.0
        found.review = 0.0
        found.memory = 0.0
        found.known = 0
        found.praised = 0
        if offer.active == 0.0:
            continue
        expected = worth.knowledge_expected(c, g, offer, held.knowledge, p)
        found.fit, found.promised = worth.at_face_value(c, offer, expected, p)
        category += offer.weight * found.promised
    return category


@part
def said(stars, count, base, negative, category, p):
    """What ratings of so many stars say of quality, where criticism weighs so many times as much.

    Returns:
        Their precision, and how far they move a belief, times that.
    """
    precision = count * star_precision(base, stars, p.zmot_star_neutral, negative)
    signal = star_signal(stars, p.zmot_star_neutral, p.zmot_star_scale, category)
    return precision, precision * (signal - category)


@part
def ask_friends(c, category, circle, findings, month):
    """Friends' ratings, and which firms one knows of because a friend is there."""
    p = month.p
    if len(circle.crowd) > 0:
        ask_the_crowd(c, category, circle, findings, month)
        return
    begin, end = circle.starts[c.row], circle.starts[c.row + 1]
    attention = attention_to_friend(end - begin, p.zmot_attention)
    for tie in range(begin, end):
        seen = circle.faces[circle.friends[tie]]
        theirs, rated, stars = provider_seen(seen), rated_seen(seen), stars_seen(seen)
        if theirs >= 0:
            findings[theirs].known = 1
        if rated >= 0:
            found = findings[rated]
            found.known = 1
            weight = likeness(c.segment, segment_seen(seen), p.zmot_unlike)
            if rated == theirs and stars == 5:
                found.praised = 1
                weight += month.offers[rated].referral  # told to anybody, alike or not
            heard = circle.ties[tie] * attention if len(circle.ties) > 0 else attention
            heard *= weight
            precision, moved = said(
                stars, heard, p.zmot_friend, p.zmot_negative_friends, category, p
            )
            found.precision += precision
            found.friend += moved


@part
def ask_the_crowd(c, category, circle, findings, month):
    """The same on a complete network: everybody but oneself, by counts."""
    p = month.p
    weight = p.zmot_friend * attention_to_friend(len(circle.faces) - 1, p.zmot_attention)
    mine = circle.faces[c.row]
    own, own_rated, own_stars = provider_seen(mine), rated_seen(mine), stars_seen(mine)
    for g in range(len(circle.crowd)):
        shown, found = circle.crowd[g], findings[g]
        for stars in range(1, 6):
            is_mine = own_rated == g and own_stars == stars
            count = shown[1 + stars] - (1.0 if is_mine else 0.0)
            if count > 0.0:
                found.known = 1
                precision, moved = said(stars, count, weight, p.zmot_negative_friends, category, p)
                found.precision += precision
                found.friend += moved
        if shown[0] - (1.0 if own == g else 0.0) > 0.0:
            found.known = 1
        praises = own == g and own_rated == g and own_stars == 5
        praising = shown[7] - (1.0 if praises else 0.0)
        found.praised = praising > 0.0
        if month.offers[g].referral > 0.0:
            more = praising * month.offers[g].referral
            precision, moved = said(5, more, weight, p.zmot_negative_friends, category, p)
            found.precision += precision
            found.friend += moved


@part
def remember(c, category, held, findings, p):
    """One's own experience of the provider, and of the one before."""
    if c.provider >= 0:
        found = findings[c.provider]
        most = own_precision(p.zmot_own, c.tenure, p.zmot_own_months)
        precision = held.own_information * most
        found.precision += precision
        found.memory += precision * (c.lived_quality - category)
        found.known = 1
    if c.previous_provider >= 0 and c.previous_provider != c.provider:
        found = findings[c.previous_provider]
        found.precision += c.memory_precision
        found.memory += c.memory_precision * (c.memory_quality - category)
        found.known = 1
    if c.contact_at >= 0:
        findings[c.contact_at].known = 1


@part
def is_open(c, g, found, month):
    """Whether a customer knows a firm, and the firm would take the customer."""
    offer = month.offers[g]
    if g == c.provider:
        return c.looks != Looks.AFTER_DISMISSAL
    if not (found.known == 1 or worth.knows(c, offer, month.seed)) or found.fit < offer.minimum_fit:
        return False
    word = absorbed(luck(c, ADMISSION, month), offer.word)
    if offer.acceptance < 1.0 and uniform(word) >= offer.acceptance:
        return False
    if offer.minimum_potential > 0.0:
        return worth.potential_of(c, month) - c.found >= offer.minimum_potential
    return True


@part
def read_reviews(c, category, offer, page, found, month):
    """A sample of the firm's public page, keyed by month, reader and firm, no place twice."""
    p = month.p
    most = reviews_read(c.sources, p.zmot_connectivity, p.zmot_reviews_most)
    word = absorbed(luck(c, READING, month), offer.word)
    place = np.int64(word & np.uint64(SHOWN_REVIEWS - 1))
    stride = np.int64((word >> np.uint64(32)) & np.uint64(SHOWN_REVIEWS - 1)) | 1
    for _ in range(SHOWN_REVIEWS):
        if most <= 0:
            break
        stars = page[place]
        if stars > 0:
            precision, moved = said(stars, 1.0, p.zmot_review, p.zmot_negative, category, p)
            found.precision += precision
            found.review += moved
            most -= 1
        place = (place + stride) & (SHOWN_REVIEWS - 1)


@part
def worth_of(c, g, found, held, month):
    """What a firm's offer is worth to somebody who believes this of its quality."""
    p, offer = month.p, month.offers[g]
    sensitivity, tariff = worth.sensitivity_of(c, p), worth.tariff_of(c, g, offer)
    value = worth.value_of(c, offer, sensitivity, found.believed, tariff)
    succeeding = success_probability(value, c.need, worth.noise_of(offer, p))
    weights, terms, contact = worth.weights_of(p), 0.0, 0.0
    if offer.guarantee > 0.0 or offer.gain_share > 0.0:
        slope = worth.slope_of(c, offer, tariff, p)
        refund = refund_value(slope, offer.guarantee, worth.curvature_of(p))
        paid = gain_paid(offer.gain_share, value, c.norm)
        terms = refund * (1.0 - succeeding) - paid
    if c.contact_at == g and g != c.provider:
        contact = weights.obligation * c.contact_liking
    return Worth(
        -sensitivity * offer.felt[tariff],
        -c.time_weight * offer.log_time,
        found.believed,
        -0.5 * p.zmot_risk_aversion * (1.0 / found.precision),
        held.success * weights.success * succeeding,
        -(held.location * weights.location) * worth.distance_of(c, offer, month),
        worth.taste_of(c, offer, month),
        offer.reputation,
        0.0 if g == c.provider else offer.volume + offer.in_mind,
        terms,
        contact,
    )


@part
def weigh_up(c, held, month, circle, posts, findings):
    """Phase 7: search. Fill ``findings`` for a customer whose provider may hold them by ``held``.

    The utility is that of the offer as it looks after the search: without the month's luck, and
    without what speaks for the provider alone.
    """
    category = size_up(c, held, month, findings)
    ask_friends(c, category, circle, findings, month)
    remember(c, category, held, findings, month.p)
    for g in range(len(month.offers)):
        offer, found = month.offers[g], findings[g]
        found.considered = 0
        if offer.active == 0.0 or not is_open(c, g, found, month):
            continue
        found.considered = 1
        found.precision += offer.claim_precision
        found.claim = offer.claim_precision * (found.promised + offer.claim_heard - category)
        read_reviews(c, category, offer, posts[g], found, month)
        evidence = found.claim + found.friend + found.review + found.memory
        found.believed = category + evidence / found.precision
        found.utility = choice_utility(worth_of(c, g, found, held, month))
