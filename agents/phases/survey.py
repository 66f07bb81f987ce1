"""Phase 10: what the month left behind, per customer and summed per firm.

Sums are taken over fixed blocks of rows and added up in the order of the blocks, so that they are
the same to the bit for any number of threads.
"""

from __future__ import annotations

import math

import numpy as np

from agents.columns import (
    BY_FRIEND,
    BY_REFERRAL,
    COMPETENCE,
    DISTRICT,
    EXPECTATION,
    FOUND,
    INDEBTEDNESS,
    JOINED_MONTH,
    JOINED_THROUGH,
    KNOWLEDGE,
    LEFT_PROVIDER,
    LIKING,
    LOOKS,
    LOOKS_AROUND,
    LOOKS_FOR_THE_COMPANY,
    NEED,
    NORM,
    OUTCOME,
    PREVIOUS_PROVIDER,
    PROVIDER,
    RATED_MONTH,
    RATED_PROVIDER,
    RATING,
    SATISFACTION,
    SAW_BETTER,
    SETTLEMENT,
    STICKINESS_LOCATION,
    STICKINESS_OBLIGATION,
    STICKINESS_SUCCESS,
    STICKINESS_SWITCHING,
    SUCCEEDED,
    SWITCHING_COST,
    TENURE,
    TRUST,
    WALLET,
    WALLET_SHARE,
    WAS_DUE,
    WEIGHT_COST,
    WEIGHT_PRODUCT,
    WEIGHT_SOLUTION,
)
from agents.compiled import part, row_kernel, rule
from agents.phases.choose import discounted_solution
from agents.phases.common import (
    difference,
    distance,
    fit_of,
    knowledge_used,
    knows,
    location_weight,
    noise_of,
    obligation_weight,
    place_word,
    price_term,
    quality_of,
    scaled,
    sensitivity_of,
    service_of,
    success_weight,
    switching_weight,
    taste,
    taste_word,
    value_of,
)
from agents.rules.judgement import recommendation
from agents.rules.stickiness import discount_per_unit, obligation
from agents.rules.value import delivered, success_probability

BLOCK = 1024
"""Rows in one block of sums."""

SUMS: list[str] = []


def _sum(name: str) -> int:
    SUMS.append(name)
    return len(SUMS) - 1


CUSTOMERS = _sum("customers")
LIVED = _sum("lived")  # customers who have lived at least a month with the firm
WALLETS = _sum("wallets")
UNITS = _sum("units")  # units of wallet spent with the provider
PAID = _sum("paid")  # the same as units at the price list that cost as much
SETTLED = _sum("settled")  # gains shared less refunds, in the same
SIDE_UNITS = _sum("side_units")  # units that its customers spend elsewhere
SATISFACTION_SUM = _sum("satisfaction")
EXPECTATION_SUM = _sum("expectation")
SUCCEEDED_SUM = _sum("succeeded")
TRUST_SUM = _sum("trust")
PROMOTERS = _sum("promoters")
DETRACTORS = _sum("detractors")
INTENTION = _sum("intention")
FIT = _sum("fit")
KNOWN = _sum("knowledge")
LIKED = _sum("liking")
VALUED = {  # value weights of own customers, by the capability that serves them
    "operations": _sum("weight_cost"),
    "innovation": _sum("weight_product"),
    "intimacy": _sum("weight_solution"),
}
COST_VALUED, PRODUCT_VALUED, SOLUTION_VALUED = VALUED.values()
BY_LOCATION = _sum("location")
BY_SWITCHING = _sum("switching")
BY_OBLIGATION = _sum("obligation")
BY_SUCCESS = _sum("success")
MONEY_LOCATION = _sum("money_location")  # parts of the discount, times the bill
MONEY_SWITCHING = _sum("money_switching")
MONEY_OBLIGATION = _sum("money_obligation")
MONEY_SUCCESS = _sum("money_success")
TENURE_12 = _sum("tenure_12")  # customers for at least twelve months
JOINS = _sum("joins")
LEAVES = _sum("leaves")
FRIEND_JOINS = _sum("friend_joins")
DUE = _sum("due")
DUE_STAYED = _sum("due_stayed")
BETTER = _sum("better")
BETTER_STAYED = _sum("better_stayed")
NEWCOMERS = _sum("newcomers")  # customers in their first half year
BROKEN = _sum("broken")  # what they lived this month less what was claimed, summed
STARS = _sum("stars_1")
for _stars in range(2, 6):
    _sum(f"stars_{_stars}")

NEEDS, ADOPTERS, SPENDERS = range(3)
TOTALS = 3
"""Sums over everybody: needs, people with a provider, their wallets."""


@rule
def again_probability(own: float, rival: float) -> float:
    """Probability of choosing the provider again against the best rival, from their utilities."""
    return 1.0 / (1.0 + math.exp(rival - own))


@rule
def kept_promise(lived: float, delivered: float, claim: float) -> float:
    """What was lived less what the firm claimed; below zero where it promised too much."""
    return lived - (delivered + claim)


@rule
def whole_wallet(wallet: float, found: float) -> float:
    """Units that a customer can spend: the wallet at the start, and what has been found since."""
    return wallet * (1.0 + found)


@rule
def spent(wallet: float, share: float) -> float:
    """Units spent with the provider."""
    return wallet * share


@rule
def paid_for(units: float, term: float) -> float:
    """Units at the price list that cost as much as these with a log price of ``term`` besides."""
    return units * math.exp(term)


@part
def appraise(i, provider, state, marks, offers, seed, p):
    """What the market would give row ``i``, and the provider's offer and the best rival's.

    The best rival is the firm whose offer is best for this customer, of those that would suit them
    and that they know by the firm's reach or from memory; what speaks for the provider besides its
    offer is stickiness and stays out of that comparison.

    Returns:
        The value that the market gives on average; fit, value and utility of the provider's offer;
        row (-1 if there is none), value and utility of the best rival's.
    """
    sensitivity = sensitivity_of(i, state, p)
    person = taste_word(seed, i)
    norm = 0.0
    own_fit = own_value = own_utility = 0.0
    rival, rival_value, rival_utility = -1, 0.0, -np.inf
    for g in range(offers.shape[0]):
        offer = offers[g]
        if offer.active == 0.0:
            continue
        is_own = g == provider
        if is_own:
            expected = knowledge_used(i, offer, state)
        else:
            expected = discounted_solution(
                offer.knowledge, p.value_dependence_aversion, state[COMPETENCE, i]
            )
        fitted = fit_of(i, offer, expected, state)
        experienced = quality_of(i, offer, expected, fitted, state, p)
        quality = delivered(experienced, service_of(offer, expected))
        term = price_term(i, g, provider, offer, marks)
        value = value_of(i, offer, sensitivity, quality, state, term)
        norm += offer.weight * value
        if provider < 0:
            continue
        utility = value + taste(person, offer.word, p.value_taste) + offer.reputation
        if is_own:
            own_fit, own_value, own_utility = fitted, value, utility
        elif (
            utility > rival_utility
            and fitted >= offer.minimum_fit
            and (marks[PREVIOUS_PROVIDER, i] == g or knows(seed, i, offer, marks))
        ):
            rival, rival_value, rival_utility = g, value, utility
    return norm, (own_fit, own_value, own_utility), (rival, rival_value, rival_utility)


@part
def hold(i, provider, own, rival, seed, state, marks, offers, p):
    """Write the four reservoirs of row ``i`` and return them."""
    place = place_word(seed, marks[DISTRICT, i])
    offer = offers[provider]
    location = 0.0
    lead = success_probability(own[1], state[NEED, i], noise_of(offer, p))
    if rival[0] >= 0:
        far = distance(place, offers[rival[0]].word)
        nearness = difference(far, distance(place, offer.word))
        location = scaled(location_weight(offer.holds_location, p), nearness)
        theirs = success_probability(rival[1], state[NEED, i], noise_of(offers[rival[0]], p))
        lead = difference(lead, theirs)
    success = scaled(success_weight(offer.holds_success, p), lead)
    switching = scaled(switching_weight(offer.holds_switching, p), state[SWITCHING_COST, i])
    tied = scaled(
        obligation_weight(offer.holds_obligation, p),
        obligation(state[LIKING, i], state[INDEBTEDNESS, i]),
    )
    state[STICKINESS_LOCATION, i] = location
    state[STICKINESS_SWITCHING, i] = switching
    state[STICKINESS_OBLIGATION, i] = tied
    state[STICKINESS_SUCCESS, i] = success
    return location, switching, tied, success


@part
def count_movement(i, month, provider, marks, sums):
    """Joins, leaves, and who was due or saw better, each for the firm concerned."""
    left = marks[LEFT_PROVIDER, i]
    before = left if left >= 0 else provider
    joined = provider >= 0 and month > 0 and marks[JOINED_MONTH, i] == month
    if left >= 0:
        sums[left, LEAVES] += 1.0
    if joined:
        sums[provider, JOINS] += 1.0
        if marks[JOINED_THROUGH, i] == BY_FRIEND or marks[JOINED_THROUGH, i] == BY_REFERRAL:
            sums[provider, FRIEND_JOINS] += 1.0
    if before >= 0 and (left >= 0 or not joined):
        if marks[WAS_DUE, i] == 1:
            sums[before, DUE] += 1.0
            if left < 0:
                sums[before, DUE_STAYED] += 1.0
        looked = marks[LOOKS, i] == LOOKS_AROUND or marks[LOOKS, i] == LOOKS_FOR_THE_COMPANY
        if looked and marks[SAW_BETTER, i] == 1:
            sums[before, BETTER] += 1.0
            if left < 0:
                sums[before, BETTER_STAYED] += 1.0


@part
def bill(i, provider, offer, state, marks):
    """Wallet of row ``i``, the units it buys of its provider, and what it pays for them (PAID)."""
    wallet = whole_wallet(state[WALLET, i], state[FOUND, i])
    units = spent(wallet, state[WALLET_SHARE, i])
    term = price_term(i, provider, provider, offer, marks)
    paid = units if term == 0.0 else paid_for(units, term)
    return wallet, units, paid


@row_kernel
def bills(first, last, state, marks, offers, found):
    """Fill ``found`` (float64[3, people]): units bought of the provider, paid and settled.

    In units at the price list, as :data:`PAID` and :data:`SETTLED` are; 0 without a provider.
    """
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        if provider < 0:
            found[0, i] = found[1, i] = found[2, i] = 0.0
            continue
        _, found[0, i], found[1, i] = bill(i, provider, offers[provider], state, marks)
        found[2, i] = scaled(found[1, i], state[SETTLEMENT, i])


@part
def count_state(i, provider, offer, own, rival, parts, state, marks, sums, p):
    """Add row ``i`` to the sums of its provider."""
    location, switching, tied, success = parts
    theta = location + switching + tied + success
    wallet, units, paid = bill(i, provider, offer, state, marks)
    sums[provider, CUSTOMERS] += 1.0
    sums[provider, WALLETS] += wallet
    sums[provider, UNITS] += units
    sums[provider, PAID] += paid
    sums[provider, SETTLED] += scaled(paid, state[SETTLEMENT, i])
    sums[provider, SIDE_UNITS] += difference(wallet, units)
    sums[provider, FIT] += own[0]
    sums[provider, KNOWN] += state[KNOWLEDGE, i]
    sums[provider, LIKED] += state[LIKING, i]
    sums[provider, COST_VALUED] += state[WEIGHT_COST, i]
    sums[provider, PRODUCT_VALUED] += state[WEIGHT_PRODUCT, i]
    sums[provider, SOLUTION_VALUED] += state[WEIGHT_SOLUTION, i]
    sums[provider, INTENTION] += again_probability(own[2] + theta, rival[2])
    sums[provider, BY_LOCATION] += location
    sums[provider, BY_SWITCHING] += switching
    sums[provider, BY_OBLIGATION] += tied
    sums[provider, BY_SUCCESS] += success
    per_unit = units * discount_per_unit(theta, sensitivity_of(i, state, p))
    sums[provider, MONEY_LOCATION] += per_unit * location
    sums[provider, MONEY_SWITCHING] += per_unit * switching
    sums[provider, MONEY_OBLIGATION] += per_unit * tied
    sums[provider, MONEY_SUCCESS] += per_unit * success
    if marks[TENURE, i] >= 12:
        sums[provider, TENURE_12] += 1.0
    if marks[TENURE, i] < 1:
        return
    sums[provider, LIVED] += 1.0
    sums[provider, SATISFACTION_SUM] += state[SATISFACTION, i]
    sums[provider, EXPECTATION_SUM] += state[EXPECTATION, i]
    sums[provider, TRUST_SUM] += state[TRUST, i]
    sums[provider, SUCCEEDED_SUM] += marks[SUCCEEDED, i]
    answer = recommendation(state[SATISFACTION, i], state[TRUST, i], p.zmot_recommendation)
    if answer >= 8.5:
        sums[provider, PROMOTERS] += 1.0
    elif answer < 6.5:
        sums[provider, DETRACTORS] += 1.0
    if marks[TENURE, i] <= 6:
        sums[provider, NEWCOMERS] += 1.0
        sums[provider, BROKEN] += kept_promise(state[OUTCOME, i], own[1], offer.claim)


@row_kernel
def survey(first_block, last_block, month, seed, state, marks, offers, p, sums, totals):
    """Set ``norm`` and the reservoirs of every row; fill the sums of each block.

    ``sums`` is float64[blocks, firms, len(SUMS)], ``totals`` float64[blocks, TOTALS].
    """
    people = state.shape[1]
    for block in range(first_block, last_block):
        here = sums[block]
        here[:, :] = 0.0
        totals[block, :] = 0.0
        for i in range(block * BLOCK, min(people, (block + 1) * BLOCK)):
            provider = marks[PROVIDER, i]
            norm, own, rival = appraise(i, provider, state, marks, offers, seed, p)
            state[NORM, i] = norm
            totals[block, NEEDS] += state[NEED, i]
            if marks[RATED_MONTH, i] == month:
                here[marks[RATED_PROVIDER, i], STARS + marks[RATING, i] - 1] += 1.0
            count_movement(i, month, provider, marks, here)
            if provider < 0:
                for column in (
                    STICKINESS_LOCATION, STICKINESS_SWITCHING, STICKINESS_OBLIGATION,
                    STICKINESS_SUCCESS,
                ):  # fmt: skip
                    state[column, i] = 0.0
                continue
            totals[block, ADOPTERS] += 1.0
            totals[block, SPENDERS] += whole_wallet(state[WALLET, i], state[FOUND, i])
            parts = hold(i, provider, own, rival, seed, state, marks, offers, p)
            count_state(i, provider, offers[provider], own, rival, parts, state, marks, here, p)
