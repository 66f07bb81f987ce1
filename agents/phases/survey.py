"""Phase 10: what the month left behind, per customer and summed per firm.

Sums are taken over fixed blocks of rows and added up in the order of the blocks, so that they are
the same to the bit for any number of threads.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from agents.columns import By, Looks
from agents.compiled import part, row_kernel, rule
from agents.phases import worth
from agents.phases.worth import Reservoirs
from agents.row import Row, fixed, over_rows
from agents.rules.judgement import recommendation
from agents.rules.relation import discount_per_unit, obligation
from agents.rules.value import success_probability

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
def whole_wallet(wallet: float, found: float) -> float:
    """Units that a customer can spend: the wallet at the start, and what has been found since."""
    return wallet * (1.0 + found)


class Appraisal(NamedTuple):
    """A firm's offer as it is for one customer, at face value.

    Attributes:
        firm: The firm; -1 for none.
        fit: Fit of the offer.
        value: Its value, service included.
        utility: The same with taste and reputation, without what only a provider has.
    """

    firm: int
    fit: float
    value: float
    utility: float


@part
def appraise(c, month):
    """What the market would give a customer, and the provider's offer and the best rival's.

    The best rival is the firm whose offer is best for this customer, of those that would suit them
    and that they know by the firm's reach or from memory; what speaks for the provider besides its
    offer is stickiness and stays out of that comparison.

    Returns:
        The value that the market gives on average, the provider's offer and the best rival's.
    """
    p = month.p
    sensitivity = worth.sensitivity_of(c, p)
    norm = 0.0
    own = Appraisal(-1, 0.0, 0.0, 0.0)
    rival = Appraisal(-1, 0.0, 0.0, -math.inf)
    for g in range(len(month.offers)):
        offer = month.offers[g]
        if offer.active == 0.0:
            continue
        expected = worth.knowledge_expected(c, g, offer, offer.holds_knowledge, p)
        fitted, quality = worth.at_face_value(c, offer, expected, p)
        value = worth.value_of(c, offer, sensitivity, quality, worth.price_term(c, g, offer))
        norm += offer.weight * value
        if c.provider < 0:
            continue
        utility = value + worth.taste_of(c, offer, month) + offer.reputation
        if g == c.provider:
            own = Appraisal(g, fitted, value, utility)
        elif (
            utility > rival.utility
            and fitted >= offer.minimum_fit
            and (c.previous_provider == g or worth.knows(c, offer, month.seed))
        ):
            rival = Appraisal(g, fitted, value, utility)
    return norm, own, rival


@part
def hold(c, own, rival, month):
    """Write the four reservoirs of a customer with a provider, and return them."""
    p, offer = month.p, month.offers[c.provider]
    nearness = 0.0
    lead = success_probability(own.value, c.need, worth.noise_of(offer, p))
    if rival.firm >= 0:
        theirs = month.offers[rival.firm]
        nearness = worth.distance_of(c, theirs, month) - worth.distance_of(c, offer, month)
        lead -= success_probability(rival.value, c.need, worth.noise_of(theirs, p))
    tied = obligation(c.liking, c.indebtedness)
    weights = worth.weights_of(p)
    held = Reservoirs(
        offer.holds_location * weights.location * nearness,
        offer.holds_switching * weights.switching * c.switching_cost,
        offer.holds_obligation * weights.obligation * tied,
        offer.holds_success * weights.success * lead,
    )
    c.stickiness_location = held.location
    c.stickiness_switching = held.switching
    c.stickiness_obligation = held.obligation
    c.stickiness_success = held.success
    return held


@part
def let_go(c):
    """Nothing holds somebody without a provider."""
    c.stickiness_location = 0.0
    c.stickiness_switching = 0.0
    c.stickiness_obligation = 0.0
    c.stickiness_success = 0.0


@part
def count_movement(c, month, sums):
    """Joins, leaves, and who was due or saw better, each for the firm concerned."""
    has_left = c.left_provider >= 0
    before = c.left_provider if has_left else c.provider
    joined = c.provider >= 0 and month > 0 and c.joined_month == month
    if has_left:
        sums[c.left_provider, LEAVES] += 1.0
    if joined:
        sums[c.provider, JOINS] += 1.0
        if c.joined_through == By.FRIEND or c.joined_through == By.REFERRAL:
            sums[c.provider, FRIEND_JOINS] += 1.0
    if before >= 0 and (has_left or not joined):
        if c.was_due == 1:
            sums[before, DUE] += 1.0
            if not has_left:
                sums[before, DUE_STAYED] += 1.0
        looked = c.looks == Looks.AROUND or c.looks == Looks.FOR_THE_COMPANY
        if looked and c.saw_better == 1:
            sums[before, BETTER] += 1.0
            if not has_left:
                sums[before, BETTER_STAYED] += 1.0


@part
def bill_of(c, offer):
    """Wallet of a customer, the units it buys of its provider, and what it pays (:data:`PAID`)."""
    wallet = whole_wallet(c.wallet, c.found)
    units = wallet * c.wallet_share
    term = worth.price_term(c, c.provider, offer)
    return wallet, units, units if term == 0.0 else units * math.exp(term)


@part
def tell_bill(c, offers, found):
    """Fill one customer's part of ``found`` (float64[3, people]): units bought, paid and settled.

    In units at the price list, as :data:`PAID` and :data:`SETTLED` are; 0 without a provider.
    """
    units, paid = 0.0, 0.0
    if c.provider >= 0:
        _, units, paid = bill_of(c, offers[c.provider])
    found[0, c.row] = units
    found[1, c.row] = paid
    found[2, c.row] = paid * c.settlement


bills = over_rows(tell_bill)


@part
def count_state(c, own, rival, held, month, sums):
    """Add a customer to the sums of its provider."""
    offer, firm = month.offers[c.provider], c.provider
    theta = held.location + held.switching + held.obligation + held.success
    wallet, units, paid = bill_of(c, offer)
    sums[firm, CUSTOMERS] += 1.0
    sums[firm, WALLETS] += wallet
    sums[firm, UNITS] += units
    sums[firm, PAID] += paid
    sums[firm, SETTLED] += paid * c.settlement
    sums[firm, SIDE_UNITS] += wallet - units
    sums[firm, FIT] += own.fit
    sums[firm, KNOWN] += c.knowledge
    sums[firm, LIKED] += c.liking
    sums[firm, COST_VALUED] += c.weight_cost
    sums[firm, PRODUCT_VALUED] += c.weight_product
    sums[firm, SOLUTION_VALUED] += c.weight_solution
    sums[firm, INTENTION] += again_probability(own.utility + theta, rival.utility)
    sums[firm, BY_LOCATION] += held.location
    sums[firm, BY_SWITCHING] += held.switching
    sums[firm, BY_OBLIGATION] += held.obligation
    sums[firm, BY_SUCCESS] += held.success
    per_unit = units * discount_per_unit(theta, worth.sensitivity_of(c, month.p))
    sums[firm, MONEY_LOCATION] += per_unit * held.location
    sums[firm, MONEY_SWITCHING] += per_unit * held.switching
    sums[firm, MONEY_OBLIGATION] += per_unit * held.obligation
    sums[firm, MONEY_SUCCESS] += per_unit * held.success
    if c.tenure >= 12:
        sums[firm, TENURE_12] += 1.0


@part
def count_experience(c, own, month, sums):
    """Add what somebody who has lived at least a month with the provider says of it."""
    offer, firm = month.offers[c.provider], c.provider
    sums[firm, LIVED] += 1.0
    sums[firm, SATISFACTION_SUM] += c.satisfaction
    sums[firm, EXPECTATION_SUM] += c.expectation
    sums[firm, TRUST_SUM] += c.trust
    sums[firm, SUCCEEDED_SUM] += c.succeeded
    answer = recommendation(c.satisfaction, c.trust, month.p.zmot_recommendation)
    if answer >= 8.5:
        sums[firm, PROMOTERS] += 1.0
    elif answer < 6.5:
        sums[firm, DETRACTORS] += 1.0
    if c.tenure <= 6:
        sums[firm, NEWCOMERS] += 1.0
        sums[firm, BROKEN] += c.outcome - (own.value + offer.claim)


@part
def survey(c, month, sums, totals):
    """Set ``norm`` and the reservoirs of a customer; add to the sums of firms and of everybody."""
    norm, own, rival = appraise(c, month)
    c.norm = norm
    totals[NEEDS] += c.need
    if c.rated_month == month.number:
        sums[c.rated_provider, STARS + c.rating - 1] += 1.0
    count_movement(c, month.number, sums)
    if c.provider < 0:
        let_go(c)
        return
    totals[ADOPTERS] += 1.0
    totals[SPENDERS] += whole_wallet(c.wallet, c.found)
    held = hold(c, own, rival, month)
    count_state(c, own, rival, held, month, sums)
    if c.tenure >= 1:
        count_experience(c, own, month, sums)


@row_kernel
def survey_blocks(first_block, last_block, people, month, sums, totals):
    """Phase 10 for all rows of these blocks, each with sums of its own.

    ``sums`` is float64[blocks, firms, len(SUMS)], ``totals`` float64[blocks, TOTALS]; both begin
    at 0.
    """
    now = fixed(month)
    everybody = people.state.shape[1]
    for block in range(first_block, last_block):
        for i in range(block * BLOCK, min(everybody, (block + 1) * BLOCK)):
            survey(Row(people, i), now, sums[block], totals[block])
