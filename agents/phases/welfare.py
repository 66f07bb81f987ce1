"""What the market is worth to customers, in money, and what they pay: of a fixed sample of them.

A mean over everybody is not needed to the last digit, and offers are weighed up again for it; so it
is taken of every so-many-th row, the same in every month.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from tsunagari.agents.compiled import part, row_kernel
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.choose import held_by, outside_utility
from tsunagari.agents.phases.search import choice_utility, worth_of
from tsunagari.agents.phases.survey import bill_of, whole_wallet
from tsunagari.agents.row import Row, fixed
from tsunagari.agents.rules.value import either, worth_in_money

SAMPLE = 2048
"""Most rows in the sample. The standard error of a mean over it is the spread divided by 45."""


class Sample(NamedTuple):
    """The sample at the end of a month, an array with a value for every row in it.

    Attributes:
        segment: Segment of the customer.
        provider: Firm; -1 for none.
        tenure: Months with it.
        surplus: What all offers are worth above doing without, in money a month.
        realised: What the provider's offer is worth so; 0 without one.
        paid: Paid to the provider, in units at its price list (:func:`bill_of`).
    """

    segment: Any
    provider: Any
    tenure: Any
    surplus: Any
    realised: Any
    paid: Any


class Believed(NamedTuple):
    """What is believed of an offer."""

    believed: float
    precision: float


def rows_of(people: int) -> slice:
    """The rows in the sample, of so many."""
    return slice(0, people, -(-people // SAMPLE))


@part
def offer_utility(c, g, held, month):
    """Fit of an offer, and its utility to somebody who knows all of it.

    As in the choice, without luck, uncertainty and the number of reviews.
    """
    p, offer = month.p, month.offers[g]
    expected = worth.knowledge_expected(c, g, offer, held.knowledge, p)
    fitted, quality = worth.at_face_value(c, offer, expected, p)
    terms = worth_of(c, g, Believed(quality, math.inf), held, month)
    return fitted, choice_utility(terms) - terms.reviews


@part
def could_choose(c, g, fitted, month):
    """Whether a rival's offer suits a customer who knows of it."""
    offer = month.offers[g]
    known = c.previous_provider == g or c.contact_at == g or worth.knows(c, offer, month.seed)
    return known and fitted >= offer.minimum_fit


@part
def surplus_of(c, month):
    """What all offers are worth to a customer above doing without, and what the provider's is.

    In utility. What leaving costs (procedure, indebtedness) is taken from rivals and from doing
    without and not added to the provider: choices are the same, but a lock-in is worth nothing to
    those who are locked in.
    """
    p, held = month.p, held_by(c, month)
    without, weights = outside_utility(c, p), worth.weights_of(p)
    leaving, liked = 0.0, 0.0
    if c.provider >= 0:
        leaving = held.switching * weights.switching * c.switching_cost
        leaving += held.obligation * weights.obligation * c.indebtedness
        liked = held.obligation * weights.obligation * c.liking
    every, own = -leaving, 0.0
    for g in range(len(month.offers)):
        if month.offers[g].active == 0.0:
            continue
        fitted, utility = offer_utility(c, g, held, month)
        if g == c.provider:
            own = utility + liked - without
            every = either(every, own)
        elif could_choose(c, g, fitted, month):
            every = either(every, utility - leaving - without)
    return every, own


@part
def tell_welfare(c, month, found, k):
    """Fill column k of ``found``: surplus, realised surplus, and what is paid (:class:`Sample`)."""
    every, own = surplus_of(c, month)
    share, paid = month.p.wallet_base, 0.0
    if c.provider >= 0:
        share, paid = c.wallet_share, bill_of(c, month.offers[c.provider])[-1]
    sensitivity = worth.sensitivity_of(c, month.p)
    bought = whole_wallet(c.wallet, c.found) * share
    found[0, k] = worth_in_money(every, sensitivity, bought)
    found[1, k] = worth_in_money(own, sensitivity, bought)
    found[2, k] = paid


@row_kernel
def welfare_rows(people, month, stride, found):
    """Fill ``found`` (float64[3, rows]) of every ``stride``-th row."""
    now = fixed(month)
    for k in range(found.shape[1]):
        tell_welfare(Row(people, k * stride), now, found, k)
