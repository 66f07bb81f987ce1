"""Phases 7 and 8: those who look search (the zero moment of truth) and choose."""

from __future__ import annotations

import numpy as np

from agents.chance import absorbed, decision_word, gumbel, uniform, word_of
from agents.columns import (
    BELIEF,
    BY_DISMISSAL,
    BY_DISSATISFACTION,
    BY_FRIEND,
    BY_MEMORY,
    BY_NOTHING,
    BY_REFERRAL,
    BY_REVIEW,
    BY_STIMULUS,
    CHOICE,
    COMPETENCE,
    CONTACT_AT,
    CONTACT_LIKING,
    DECIDED_BY,
    DISTRICT,
    FOUND,
    INDEBTEDNESS,
    KNOWLEDGE,
    LIKING,
    LIVED_QUALITY,
    LOOKS,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_AFTER_FRIENDS,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    MEMORY_PRECISION,
    MEMORY_QUALITY,
    NEED,
    NOBODY,
    NORM,
    PREVIOUS_PROVIDER,
    PROVIDER,
    SAW_BETTER,
    SEGMENT,
    SOURCES,
    SWITCHING_COST,
    TENURE,
    TIME_WEIGHT,
)
from agents.compiled import part, row_kernel, rule
from agents.offer import SHOWN_REVIEWS
from agents.phases.common import (
    difference,
    distance,
    fit_of,
    knows,
    location_weight,
    noise_of,
    obligation_weight,
    place_word,
    potential_of,
    price_term,
    provider_seen,
    quality_of,
    rated_seen,
    scaled,
    segment_seen,
    sensitivity_of,
    service_of,
    stars_seen,
    success_weight,
    switching_weight,
    taste,
    taste_word,
    total,
    value_of,
)
from agents.phases.look import heard
from agents.rules.looking import attention_to_friend, likeness
from agents.rules.search import (
    choice_utility,
    own_precision,
    reviews_read,
    star_precision,
    star_signal,
)
from agents.rules.stickiness import obligation
from agents.rules.value import (
    delivered,
    gain_paid,
    outside_value,
    refund_value,
    success_probability,
)

CHOOSING = word_of("choice")
ADMISSION = word_of("admission")
READING = word_of("reading")
NOBODY_WORD = absorbed(word_of("nobody"), CHOOSING) | 1 << 63  # a key that no firm's name has
PRIOR, CLAIM, FRIEND, REVIEW, MEMORY = range(5)
PROMISED, FITTED, PRECISION, BELIEVED, UTILITY = range(5)
KNOWN, PRAISED, CONSIDERED = range(3)


@rule
def discounted_solution(knowledge: float, aversion: float, competence: float) -> float:
    """Knowledge expected of somebody new, less what the competent discount for dependence."""
    return knowledge * (1.0 - aversion * competence)


@rule
def incumbency(
    switching: float, switching_weight: float, tied: float, obligation_weight: float
) -> float:
    """What speaks for the provider alone: procedural switching cost and obligation."""
    return switching_weight * switching + obligation_weight * tied


@part
def hear_stars(firm, stars, count, base, category, precision, pull, source, p):
    """Add ratings of so many stars to the evidence on a firm."""
    weight = count * star_precision(base, stars, p.zmot_star_neutral, p.zmot_negative)
    signal = star_signal(stars, p.zmot_star_neutral, p.zmot_star_scale, category)
    precision[firm] += weight
    pull[source, firm] += weight * (signal - category)


@part
def ask_friends(
    i, kind, face, starts, friends, ties, crowd, category, known, praised, precision, pull, p
):
    """Friends' ratings, and which firms one knows of because a friend is there."""
    if crowd.shape[0] > 0:
        weight = heard(p.zmot_friend, attention_to_friend(face.shape[0] - 1, p.zmot_attention))
        mine = face[i]
        own, own_rated, own_stars = provider_seen(mine), rated_seen(mine), stars_seen(mine)
        for firm in range(crowd.shape[0]):
            for stars in range(1, 6):
                is_mine = own_rated == firm and own_stars == stars
                count = crowd[firm, 1 + stars] - (1.0 if is_mine else 0.0)
                if count > 0.0:
                    known[firm] = True
                    hear_stars(firm, stars, count, weight, category, precision, pull, FRIEND, p)
            if crowd[firm, 0] - (1.0 if own == firm else 0.0) > 0.0:
                known[firm] = True
            praises = own == firm and own_rated == firm and own_stars == 5
            praised[firm] = crowd[firm, 7] - (1.0 if praises else 0.0) > 0.0
        return
    begin, end = starts[i], starts[i + 1]
    attention = attention_to_friend(end - begin, p.zmot_attention)
    for tie in range(begin, end):
        seen = face[friends[tie]]
        theirs, rated, stars = provider_seen(seen), rated_seen(seen), stars_seen(seen)
        if theirs >= 0:
            known[theirs] = True
        if rated >= 0:
            known[rated] = True
            if rated == theirs and stars == 5:
                praised[rated] = True
            weight = heard(ties[tie] if ties.shape[0] > 0 else 1.0, attention)
            weight = scaled(likeness(kind, segment_seen(seen), p.zmot_unlike), weight)
            hear_stars(rated, stars, weight, p.zmot_friend, category, precision, pull, FRIEND, p)


@part
def read_reviews(i, firm, chance, state, posts, offers, category, precision, pull, p):
    """A sample of the firm's public page, keyed by month, reader and firm, no place twice."""
    most = reviews_read(state[SOURCES, i], p.zmot_connectivity, p.zmot_reviews_most)
    word = absorbed(absorbed(chance, i), offers[firm].word)
    place = np.int64(word & np.uint64(SHOWN_REVIEWS - 1))
    stride = np.int64((word >> np.uint64(32)) & np.uint64(SHOWN_REVIEWS - 1)) | 1
    for _ in range(SHOWN_REVIEWS):
        if most <= 0:
            break
        stars = posts[firm, place]
        if stars > 0:
            hear_stars(firm, stars, 1.0, p.zmot_review, category, precision, pull, REVIEW, p)
            most -= 1
        place = (place + stride) & (SHOWN_REVIEWS - 1)


@part
def remember(i, provider, experience, state, marks, category, precision, pull, known, p):
    """One's own experience of the provider (if ``experience`` is not switched off: 0) and before.

    Memory of the provider before the present one stays.
    """
    if provider >= 0:
        weight = scaled(experience, own_precision(p.zmot_own, marks[TENURE, i], p.zmot_own_months))
        precision[provider] += weight
        pull[MEMORY, provider] += weight * (state[LIVED_QUALITY, i] - category)
        known[provider] = True
    before = marks[PREVIOUS_PROVIDER, i]
    if before >= 0 and before != provider:
        weight = scaled(1.0, state[MEMORY_PRECISION, i])
        precision[before] += weight
        pull[MEMORY, before] += weight * (state[MEMORY_QUALITY, i] - category)
        known[before] = True


@part
def decided_by(firm, pull, praised, prompted):
    """The source that speaks most for the firm chosen."""
    best, source = 0.0, BY_FRIEND if prompted else BY_STIMULUS
    if pull[CLAIM, firm] > best:
        best, source = pull[CLAIM, firm], BY_STIMULUS
    if pull[FRIEND, firm] > best:
        best, source = pull[FRIEND, firm], BY_FRIEND
    if pull[REVIEW, firm] > best:
        best, source = pull[REVIEW, firm], BY_REVIEW
    if pull[MEMORY, firm] > best:
        source = BY_MEMORY
    if source == BY_FRIEND and praised[firm]:
        source = BY_REFERRAL
    return source


def scratch(firms):
    """Arrays that a search works in: what one customer finds out about every firm.

    float64[5, firms] for quality promised, fit, precision of the belief, quality believed and
    utility; float64[5, firms] for how far each source moves the belief; bool[3, firms] for being
    known, praised by a friend, and in the choice at all.
    """
    return np.empty((5, firms)), np.empty((5, firms)), np.empty((3, firms), np.bool_)


@part
def weigh_up(
    i, provider, location, success, knowledge, experience, admission, reading, seed, state, marks,
    face, starts, friends, ties, crowd, posts, offers, p, beliefs, pull, flags,
):  # fmt: skip
    """Phase 7: search. Fill ``beliefs``, ``pull`` and ``flags`` (:func:`scratch`) for row ``i``.

    The utility is that of the offer as it looks after the search: without the month's luck, and
    without what speaks for the provider alone. ``location`` to ``experience`` are 0 where that is
    switched off for customers of the provider, else 1.
    """
    firms = offers.shape[0]
    promised, fits, precision = beliefs[PROMISED], beliefs[FITTED], beliefs[PRECISION]
    known, praised = flags[KNOWN], flags[PRAISED]
    sensitivity = sensitivity_of(i, state, p)
    category = 0.0
    for g in range(firms):
        offer = offers[g]
        if offer.active == 0.0:
            continue
        expected = scaled(knowledge, state[KNOWLEDGE, i])
        if g != provider:
            expected = discounted_solution(
                offer.knowledge, p.value_dependence_aversion, state[COMPETENCE, i]
            )
        fits[g] = fit_of(i, offer, expected, state)
        experienced = quality_of(i, offer, expected, fits[g], state, p)
        promised[g] = delivered(experienced, service_of(offer, expected))
        category += offer.weight * promised[g]
    for g in range(firms):
        precision[g] = p.zmot_prior
        for source in range(5):
            pull[source, g] = 0.0
        known[g] = False
        praised[g] = False
    ask_friends(
        i, marks[SEGMENT, i], face, starts, friends, ties, crowd, category, known, praised,
        precision, pull, p,
    )  # fmt: skip
    remember(i, provider, experience, state, marks, category, precision, pull, known, p)
    if marks[CONTACT_AT, i] >= 0:
        known[marks[CONTACT_AT, i]] = True

    place = place_word(seed, marks[DISTRICT, i])
    person = taste_word(seed, i)
    for g in range(firms):
        flags[CONSIDERED, g] = False
        offer = offers[g]
        if offer.active == 0.0:
            continue
        if g != provider:
            if not (known[g] or knows(seed, i, offer, marks)):
                continue
            if fits[g] < offer.minimum_fit or (
                offer.acceptance < 1.0
                and uniform(absorbed(absorbed(admission, i), offer.word)) >= offer.acceptance
            ):
                continue
            if offer.minimum_potential > 0.0 and (
                difference(potential_of(i, seed, p), state[FOUND, i]) < offer.minimum_potential
            ):
                continue
        elif marks[LOOKS, i] == LOOKS_AFTER_DISMISSAL:
            continue
        flags[CONSIDERED, g] = True
        precision[g] += offer.claim_precision
        pull[CLAIM, g] = offer.claim_precision * (promised[g] + offer.claim_heard - category)
        read_reviews(i, g, reading, state, posts, offers, category, precision, pull, p)
        evidence = pull[CLAIM, g] + pull[FRIEND, g] + pull[REVIEW, g] + pull[MEMORY, g]
        believed = category + evidence / precision[g]
        term = price_term(i, g, provider, offer, marks)
        value = value_of(i, offer, sensitivity, believed, state, term)
        succeeding = success_probability(value, state[NEED, i], noise_of(offer, p))
        beliefs[BELIEVED, g] = believed
        beliefs[UTILITY, g] = choice_utility(
            sensitivity,
            total(offer.log_price, term),
            state[TIME_WEIGHT, i],
            offer.log_time,
            believed,
            1.0 / precision[g],
            p.zmot_risk_aversion,
            success_weight(success, p),
            succeeding,
            location_weight(location, p),
            distance(place, offer.word),
            taste(person, offer.word, p.value_taste),
            total(offer.reputation, 0.0 if g == provider else offer.volume),
        )
        if offer.guarantee > 0.0 or offer.gain_share > 0.0:
            beliefs[UTILITY, g] += terms_utility(
                refund_value(sensitivity, offer.guarantee),
                succeeding,
                gain_paid(offer.gain_share, value, state[NORM, i]),
            )
        if marks[CONTACT_AT, i] == g and g != provider:
            beliefs[UTILITY, g] += scaled(obligation_weight(1.0, p), state[CONTACT_LIKING, i])


@rule
def terms_utility(refund: float, succeeding: float, paid: float) -> float:
    """Utility expected of a guarantee and of sharing the gain."""
    return refund * (1.0 - succeeding) - paid


@part
def outside_utility(i, state, p):
    """Utility of having no provider, without luck."""
    return outside_value(
        p.value_outside,
        state[COMPETENCE, i],
        p.value_outside_competence,
        p.zmot_connectivity,
        p.value_outside_connectivity,
    )


@row_kernel
def choose(
    first, last, month, seed, state, marks, face, starts, friends, ties, crowd, posts, offers, p,
    beliefs, pull, flags,
):  # fmt: skip
    """Search and choose; set ``choice``, ``belief``, ``decided_by`` and ``saw_better``."""
    chance = decision_word(seed, CHOOSING, month)
    admission = decision_word(seed, ADMISSION, month)
    reading = decision_word(seed, READING, month)
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        marks[CHOICE, i] = provider
        marks[DECIDED_BY, i] = BY_NOTHING
        marks[SAW_BETTER, i] = 0
        if marks[LOOKS, i] == LOOKS_NOT or marks[LOOKS, i] == LOOKS_FAREWELL:
            continue
        location = success = knowledge = experience = switching = tied = 1.0
        if provider >= 0:
            own = offers[provider]
            location, success = own.holds_location, own.holds_success
            knowledge, experience = own.holds_knowledge, own.holds_own_information
            switching, tied = own.holds_switching, own.holds_obligation
            if marks[LOOKS, i] == LOOKS_FOR_THE_COMPANY:
                tied = 0.0  # nobody there knows the provider's people
        weigh_up(
            i, provider, location, success, knowledge, experience, admission, reading, seed, state,
            marks, face, starts, friends, ties, crowd, posts, offers, p, beliefs, pull, flags,
        )  # fmt: skip
        luck = absorbed(chance, i)
        best = outside_utility(i, state, p) + gumbel(absorbed(luck, NOBODY_WORD))
        choice = NOBODY
        own_bare = best
        rival_bare = best
        for g in range(offers.shape[0]):
            if not flags[CONSIDERED, g]:
                continue
            utility = beliefs[UTILITY, g] + gumbel(absorbed(luck, offers[g].word))
            if g == provider:
                own_bare = utility
                utility += incumbency(
                    state[SWITCHING_COST, i],
                    switching_weight(switching, p),
                    obligation(state[LIKING, i], state[INDEBTEDNESS, i]),
                    obligation_weight(tied, p),
                )
            else:
                rival_bare = max(rival_bare, utility)
            if utility > best:
                best = utility
                choice = g
        marks[CHOICE, i] = choice
        if choice >= 0:
            state[BELIEF, i] = beliefs[BELIEVED, choice]
        if provider >= 0 and rival_bare > own_bare and marks[LOOKS, i] != LOOKS_AFTER_DISMISSAL:
            marks[SAW_BETTER, i] = 1
        if choice != provider:
            if choice >= 0:
                prompted = marks[LOOKS, i] == LOOKS_AFTER_FRIENDS
                marks[DECIDED_BY, i] = decided_by(choice, pull, flags[PRAISED], prompted)
            elif marks[LOOKS, i] == LOOKS_AFTER_DISMISSAL:
                marks[DECIDED_BY, i] = BY_DISMISSAL
            else:
                marks[DECIDED_BY, i] = BY_DISSATISFACTION
