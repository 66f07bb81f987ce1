"""Before month 1: traits are drawn, and those who are customers already are seated."""

from __future__ import annotations

import math

import numpy as np

from agents.chance import absorbed, gumbel, normal, uniform, word_of
from agents.columns import (
    BELIEF,
    BY_NOTHING,
    COMPETENCE,
    CONTACT_AT,
    CONTACT_MOVED,
    CONTRACT_LEFT,
    DECIDED_BY,
    DISTRICT,
    EXPECTATION,
    JOINED_MONTH,
    KNOWLEDGE,
    LEFT_PROVIDER,
    LIKING,
    LIVED_QUALITY,
    LOCATION,
    NEED,
    NEED_POSITION,
    NEVER,
    NOBODY,
    NORM,
    PREVIOUS_PROVIDER,
    PROVIDER,
    RATED_MONTH,
    RATED_PROVIDER,
    REVIEW_PROPENSITY,
    SEGMENT,
    SOURCES,
    SUCCESS,
    SWITCHING_COST,
    TENURE,
    TIME_WEIGHT,
    WALLET,
    WALLET_SHARE,
    WEIGHT_COST,
    WEIGHT_PRODUCT,
    WEIGHT_SOLUTION,
)
from agents.compiled import Word, row_kernel, rule
from agents.phases.choose import discounted_solution
from agents.phases.common import (
    difference,
    distance,
    felt,
    fit_of,
    noise_of,
    place_word,
    price_term,
    quality_of,
    scaled,
    sensitivity_of,
    service_of,
    taste,
    taste_word,
    value_of,
)
from agents.phases.settle import join
from agents.phases.survey import appraise
from agents.rules.relation import switching_cost, wallet_share
from agents.rules.search import choice_utility
from agents.rules.value import delivered, success_probability

TRAITS = word_of("traits")
SEAT = word_of("seat")
SEGMENT_COLUMNS = 8
"""Columns of the segments' table: share up to here, Dirichlet concentrations on cost, product and
solution, centre and width of needs, mean wallet, spread of wallets (log points)."""


@rule
def gamma(word: Word, shape: float) -> float:
    """A gamma number of this shape and scale 1 (Marsaglia & Tsang 2000)."""
    boost = 1.0
    if shape < 1.0:
        boost = uniform(absorbed(word, 1)) ** (1.0 / shape)
        shape = shape + 1.0
    third = shape - 1.0 / 3.0
    step = 1.0 / math.sqrt(9.0 * third)
    trial = word
    while True:
        trial = absorbed(trial, 2)
        luck = normal(trial)
        root = 1.0 + step * luck
        cube = root * root * root  # a power would be rounded otherwise where it is interpreted
        if cube > 0.0:
            chance = uniform(absorbed(trial, 3))
            if chance < 1.0 - 0.0331 * (luck * luck) * (luck * luck):  # spares most logarithms
                return boost * third * cube
            if math.log(chance) < 0.5 * luck * luck + third * (1.0 - cube + math.log(cube)):
                return boost * third * cube


@rule
def log_normal(word: Word, mean: float, spread: float) -> float:
    """A log-normal number of this mean; ``spread`` is the standard deviation of its logarithm."""
    return mean * math.exp(spread * normal(word) - 0.5 * spread * spread)


@rule
def around(word: Word, centre: float, width: float) -> float:
    """A position on the ring, even within ``width`` around the centre."""
    position = centre + width * (uniform(word) - 0.5)
    return position - math.floor(position)


@rule
def district_of(location: float, districts: int) -> int:
    """District of a location on the ring."""
    return int(min(districts - 1.0, math.floor(location * districts)))


@rule
def exponential_months(word: Word, mean: float) -> int:
    """Whole months, with a constant chance of ending (geometric, by its exponential)."""
    return math.floor(-mean * math.log(uniform(word)))


@row_kernel
def draw_traits(first, last, seed, state, marks, segments, districts, time_spread, p):
    """Draw who these people are; everybody starts without provider, memory or rating."""
    chance = absorbed(seed, TRAITS)
    for i in range(first, last):
        word = absorbed(chance, i)
        where = uniform(absorbed(word, 1))
        s = 0
        while s < segments.shape[0] - 1 and where >= segments[s, 0]:
            s += 1
        marks[SEGMENT, i] = s
        cost = gamma(absorbed(word, 2), segments[s, 1])
        product = gamma(absorbed(word, 3), segments[s, 2])
        solution = gamma(absorbed(word, 4), segments[s, 3])
        total = cost + product + solution
        state[WEIGHT_COST, i] = cost / total
        state[WEIGHT_PRODUCT, i] = product / total
        state[WEIGHT_SOLUTION, i] = solution / total
        state[TIME_WEIGHT, i] = log_normal(absorbed(word, 5), p.value_time, time_spread)
        state[NEED_POSITION, i] = around(absorbed(word, 6), segments[s, 4], segments[s, 5])
        state[LOCATION, i] = uniform(absorbed(word, 7))
        marks[DISTRICT, i] = district_of(state[LOCATION, i], districts)
        state[WALLET, i] = log_normal(absorbed(word, 8), segments[s, 6], segments[s, 7])
        # An exponential spread: a few write most of the reviews.
        eagerness = -math.log(uniform(absorbed(word, 9)))
        state[REVIEW_PROPENSITY, i] = min(1.0, p.zmot_propensity * eagerness)
        state[SOURCES, i] = log_normal(absorbed(word, 10), p.zmot_sources, 0.5)
        marks[PROVIDER, i] = NOBODY
        marks[CONTACT_AT, i] = NOBODY
        marks[CONTACT_MOVED, i] = NEVER
        marks[PREVIOUS_PROVIDER, i] = NOBODY
        marks[RATED_PROVIDER, i] = NOBODY
        marks[LEFT_PROVIDER, i] = NOBODY
        marks[JOINED_MONTH, i] = NEVER
        marks[RATED_MONTH, i] = NEVER


@row_kernel
def set_needs(first, last, seed, state, marks, offers, p):
    """Norms, and needs at the entry into the market: a margin below what the market gives."""
    for i in range(first, last):
        state[NORM, i], _, _ = appraise(i, NOBODY, state, marks, offers, seed, p)
        state[NEED, i] = difference(state[NORM, i], p.judgement_need_margin)


@row_kernel
def appraise_firms(first, last, seed, state, marks, offers, p, utilities):
    """Utility of every firm for rows at the start, with the luck of that first choice.

    ``utilities`` is float64[last - first, firms]; minus infinity where the firm does not take the
    customer. How far a firm reaches plays no part: whoever is its customer knows it.
    """
    chance = absorbed(seed, SEAT)
    for i in range(first, last):
        sensitivity = sensitivity_of(i, state, p)
        place = place_word(seed, marks[DISTRICT, i])
        person = taste_word(seed, i)
        luck = absorbed(chance, i)
        for g in range(offers.shape[0]):
            offer = offers[g]
            expected = discounted_solution(offer.knowledge, 0.0, 0.0)
            fitted = fit_of(i, offer, expected, state)
            experienced = quality_of(i, offer, expected, fitted, state, p)
            believed = delivered(experienced, service_of(offer, expected))
            value = value_of(i, offer, sensitivity, believed, state, 0.0)
            utilities[i - first, g] = -np.inf
            if fitted >= offer.minimum_fit:
                utilities[i - first, g] = choice_utility(
                    sensitivity,
                    offer.log_price,
                    state[TIME_WEIGHT, i],
                    offer.log_time,
                    believed,
                    0.0,
                    0.0,
                    p.stickiness_success * p.stickiness_success_strength,
                    success_probability(value, state[NEED, i], noise_of(offer, p)),
                    p.stickiness_location * p.stickiness_location_strength,
                    distance(place, offer.word),
                    taste(person, offer.word, p.value_taste),
                    offer.reputation,
                ) + gumbel(absorbed(luck, offer.word))


@row_kernel
def seat(first, last, seed, state, marks, offers, p, chosen, mean_tenure):
    """Make rows customers of the firms chosen for them, with a past of their own.

    Tenure is geometric around its mean; knowledge, liking and competence have grown with it.
    """
    chance = absorbed(seed, SEAT)
    for i in range(first, last):
        firm = chosen[i - first]
        if firm < 0:
            continue
        word = absorbed(absorbed(chance, i), SEAT)
        offer = offers[firm]
        fitted = fit_of(i, offer, offer.knowledge, state)
        expected = quality_of(i, offer, offer.knowledge, fitted, state, p)
        state[BELIEF, i] = delivered(expected, service_of(offer, offer.knowledge))
        marks[DECIDED_BY, i] = BY_NOTHING
        join(i, firm, 0, state, marks, offers, p)
        months = exponential_months(absorbed(word, 1), mean_tenure)
        grown = 1.0 - math.exp(
            -(p.relation_knowledge_rate * offer.attention * offer.data_quality
              + p.relation_knowledge_decay) * months
        )  # fmt: skip
        marks[TENURE, i] = months
        marks[JOINED_MONTH, i] = -months
        if offer.contract > 0:
            left = uniform(absorbed(word, 2)) * offer.contract
            marks[CONTRACT_LEFT, i] = 1 + np.int64(left)
        state[KNOWLEDGE, i] = scaled(grown, offer.knowledge)
        state[LIKING, i] = (
            offer.warmth * offer.attention * (1.0 - (1.0 - p.relation_liking_rate) ** months)
        )
        learning = p.relation_competence_rate * offer.knowledge
        state[COMPETENCE, i] = 1.0 - math.exp(-learning * months)
        believed = scaled(1.0, state[BELIEF, i])
        term = price_term(i, firm, firm, offer, marks)
        value = value_of(i, offer, sensitivity_of(i, state, p), believed, state, term)
        state[EXPECTATION, i] = felt(value, offer.comfort)
        state[LIVED_QUALITY, i] = state[BELIEF, i]
        state[SUCCESS, i] = success_probability(value, state[NEED, i], noise_of(offer, p))
        state[WALLET_SHARE, i] = wallet_share(
            0.0, 0.0, state[SUCCESS, i], 0.0, 1.0, p.wallet_base, p.wallet_trust, p.wallet_success
        )
        state[SWITCHING_COST, i] = switching_cost(
            months,
            state[WALLET_SHARE, i],
            marks[CONTRACT_LEFT, i],
            offer.integration,
            p.relation_habit_months,
            p.relation_contacts,
            p.relation_exit_fee,
        )
