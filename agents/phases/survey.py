"""Phase 10: what the month left behind, per customer and summed per firm.

Sums are taken over fixed blocks of rows and added up in the order of the blocks, so that they are
the same to the bit for any number of threads.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from tsunagari.agents.columns import CHANNELS, RESERVOIRS, By, Looks
from tsunagari.agents.compiled import part, row_kernel, rule
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.worth import Reservoirs
from tsunagari.agents.row import Row, fixed, over_rows
from tsunagari.agents.rules.judgement import recommendation
from tsunagari.agents.rules.relation import discount_per_unit, obligation
from tsunagari.agents.rules.value import success_probability

BLOCK = 1024
"""Rows in one block of sums."""
CLASS_MONTHS = 12
"""Months of tenure in one class."""
TENURE_CLASSES = 7
"""Classes of tenure: six years, and all beyond."""

SUMS = np.dtype(
    [
        ("customers", np.float64),
        ("lived", np.float64),  # customers who have lived at least a month with the firm
        ("wallets", np.float64),
        ("kept", np.float64),  # the part of these due to the provider
        ("units", np.float64),  # units bought of the provider
        ("paid", np.float64),  # the same as units at the price list that cost as much
        ("settled", np.float64),  # gains shared less refunds, in the same
        ("elsewhere", np.float64),  # the part of wallets spent with others
        ("satisfaction", np.float64),
        ("expectation", np.float64),
        ("succeeded", np.float64),
        ("trust", np.float64),
        ("promoters", np.float64),
        ("detractors", np.float64),
        ("intention", np.float64),
        ("fit", np.float64),
        ("knowledge", np.float64),
        ("liking", np.float64),
        ("weight_cost", np.float64),
        ("weight_product", np.float64),
        ("weight_solution", np.float64),
        *((name, np.float64) for name in RESERVOIRS),
        # parts of the discount, times the bill
        *((f"money_{name}", np.float64) for name in RESERVOIRS),
        ("tenure_12", np.float64),  # customers for at least twelve months
        ("paid_12", np.float64),  # what these paid
        ("joins", np.float64),
        ("leaves", np.float64),
        ("joins_through", np.float64, (len(CHANNELS),)),  # the same by what spoke most for it
        ("due", np.float64),
        ("due_stayed", np.float64),
        ("better", np.float64),
        ("better_stayed", np.float64),
        ("newcomers", np.float64),  # customers in their first half year
        ("broken", np.float64),  # what they lived this month less what was claimed, summed
        ("stars", np.float64, (5,)),  # reviews by number of stars
        # of customers a month ago, by class of tenure then: their units, and what was paid and
        # settled as in the two sums above
        ("stayers_units", np.float64, (TENURE_CLASSES,)),
        ("stayers_paid", np.float64, (TENURE_CLASSES,)),
    ]
)
"""Sums over a firm's own customers, and those it had."""

VALUED = {
    "operations": "weight_cost",
    "innovation": "weight_product",
    "intimacy": "weight_solution",
}
"""Sum of the value weights of own customers, by the capability that serves them."""

TOTALS = np.dtype(
    [
        ("needs", np.float64),
        ("adopters", np.float64),  # people with a provider
        ("spenders", np.float64),  # their wallets
    ]
)
"""Sums over everybody."""


def nothing_yet(kind: np.dtype[Any], *shape: int) -> Any:
    """Sums of :data:`SUMS` or :data:`TOTALS`, all 0, to be read by name."""
    return np.zeros(shape, kind).view(np.recarray)


@rule
def again_probability(own: float, rival: float) -> float:
    """Probability of choosing the provider again against the best rival, from their utilities."""
    return 1.0 / (1.0 + math.exp(rival - own))


@rule
def whole_wallet(wallet: float, found: float) -> float:
    """Units that a customer can spend: the wallet at the start, and what has been found since."""
    return wallet * (1.0 + found)


@rule
def tenure_class(joined: int, month: int) -> int:
    """Class of tenure at the month before; whoever was a customer at the start is in the last."""
    if joined <= 0:
        return TENURE_CLASSES - 1
    return min((month - 1 - joined) // CLASS_MONTHS, TENURE_CLASSES - 1)


@rule
def channel_of(through: int) -> int:
    """Place of a source among the channels; what is no source of information is memory."""
    if through < By.STIMULUS or through > By.MEMORY:
        return By.MEMORY - By.STIMULUS
    return through - By.STIMULUS


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
def appraise(c, month, whole):
    """What the market would give a customer, and the provider's offer and the best rival's.

    The best rival is the firm whose offer is best for this customer, of those that would suit them
    and that they know by the firm's reach or from memory; what speaks for the provider besides its
    offer is stickiness and stays out of that comparison. Unless the survey is ``whole``, nobody
    asks for that comparison, and there is no rival.

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
        value = worth.value_of(c, offer, sensitivity, quality, worth.tariff_of(c, g, offer))
        norm += offer.weight * value
        if c.provider < 0:
            continue
        if not whole:
            if g == c.provider:
                own = Appraisal(g, fitted, value, value)
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
        sums[c.left_provider].leaves += 1.0
    if joined:
        sums[c.provider].joins += 1.0
        sums[c.provider].joins_through[channel_of(c.joined_through)] += 1.0
    if before >= 0 and (has_left or not joined):
        if c.was_due == 1:
            sums[before].due += 1.0
            if not has_left:
                sums[before].due_stayed += 1.0
        looked = c.looks == Looks.AROUND or c.looks == Looks.FOR_THE_COMPANY
        if looked and c.saw_better == 1:
            sums[before].better += 1.0
            if not has_left:
                sums[before].better_stayed += 1.0


@part
def bill_of(c, offer):
    """Wallet of a customer, the part due to its provider, units bought, what is paid for them.

    The last in units at the price list that cost as much (:data:`SUMS`).
    """
    wallet = whole_wallet(c.wallet, c.found)
    kept = wallet * c.wallet_share
    tariff = worth.tariff_of(c, c.provider, offer)
    units = kept * offer.bought[tariff]
    paid = units if tariff == 0 else units * offer.price[tariff] / offer.price[0]
    return wallet, kept, units, paid


@part
def tell_bill(c, offers, found):
    """Fill one customer's part of ``found`` (float64[3, people]): units bought, paid and settled.

    In units at the price list, as those of :data:`SUMS` are; 0 without a provider.
    """
    units, paid = 0.0, 0.0
    if c.provider >= 0:
        _, _, units, paid = bill_of(c, offers[c.provider])
    found[0, c.row] = units
    found[1, c.row] = paid
    found[2, c.row] = paid * c.settlement


bills = over_rows(tell_bill)


@part
def count_state(c, own, rival, month, sums, whole):
    """Add a customer to the sums of its provider; what holds it, in a whole survey."""
    offer, all_own = month.offers[c.provider], sums[c.provider]
    wallet, kept, units, paid = bill_of(c, offer)
    all_own.customers += 1.0
    all_own.wallets += wallet
    all_own.kept += kept
    all_own.units += units
    all_own.paid += paid
    all_own.settled += paid * c.settlement
    all_own.elsewhere += wallet - kept
    all_own.fit += own.fit
    all_own.knowledge += c.knowledge
    all_own.liking += c.liking
    all_own.weight_cost += c.weight_cost
    all_own.weight_product += c.weight_product
    all_own.weight_solution += c.weight_solution
    if c.tenure >= 12:
        all_own.tenure_12 += 1.0
        all_own.paid_12 += paid
    if c.joined_month < month.number:
        kind = tenure_class(c.joined_month, month.number)
        all_own.stayers_units[kind] += units
        all_own.stayers_paid[kind] += paid * (1.0 + c.settlement)
    if not whole:
        return
    held = hold(c, own, rival, month)
    theta = held.location + held.switching + held.obligation + held.success
    all_own.intention += again_probability(own.utility + theta, rival.utility)
    all_own.location += held.location
    all_own.switching += held.switching
    all_own.obligation += held.obligation
    all_own.success += held.success
    slope = worth.slope_of(c, offer, worth.tariff_of(c, c.provider, offer), month.p)
    per_unit = units * discount_per_unit(theta, slope, worth.curvature_of(month.p))
    all_own.money_location += per_unit * held.location
    all_own.money_switching += per_unit * held.switching
    all_own.money_obligation += per_unit * held.obligation
    all_own.money_success += per_unit * held.success


@part
def count_experience(c, own, month, sums):
    """Add what somebody who has lived at least a month with the provider says of it."""
    offer, all_own = month.offers[c.provider], sums[c.provider]
    all_own.lived += 1.0
    all_own.satisfaction += c.satisfaction
    all_own.expectation += c.expectation
    all_own.trust += c.trust
    all_own.succeeded += c.succeeded
    answer = recommendation(
        c.satisfaction,
        c.trust,
        month.p.zmot_recommendation_base + offer.recommended,
        month.p.zmot_recommendation,
    )
    if answer >= 8.5:
        all_own.promoters += 1.0
    elif answer < 6.5:
        all_own.detractors += 1.0
    if c.tenure <= 6:
        all_own.newcomers += 1.0
        all_own.broken += c.outcome - (own.value + offer.claim)


@part
def survey(c, month, sums, totals, whole):
    """Set ``norm`` and the reservoirs of a customer; add to the sums of firms and of everybody.

    What holds customers nobody has to know for the market to go on: unless the survey is ``whole``
    it is left out, and the reservoirs stay as they were.
    """
    norm, own, rival = appraise(c, month, whole)
    c.norm = norm
    totals.needs += c.need
    if c.rated_month == month.number:
        sums[c.rated_provider].stars[c.rating - 1] += 1.0
    count_movement(c, month.number, sums)
    if c.provider < 0:
        let_go(c)
        return
    totals.adopters += 1.0
    totals.spenders += whole_wallet(c.wallet, c.found)
    count_state(c, own, rival, month, sums, whole)
    if c.tenure >= 1:
        count_experience(c, own, month, sums)


@row_kernel
def survey_blocks(first_block, last_block, people, month, sums, totals, whole):
    """Phase 10 for all rows of these blocks, each with sums of its own; see :func:`survey`.

    ``sums`` has a record of :data:`SUMS` for every block and firm, ``totals`` one of :data:`TOTALS`
    for every block; both begin at 0.
    """
    now = fixed(month)
    everybody = people.state.shape[1]
    for block in range(first_block, last_block):
        for i in range(block * BLOCK, min(everybody, (block + 1) * BLOCK)):
            survey(Row(people, i), now, sums[block], totals[block], whole)
