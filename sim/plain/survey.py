"""What the month left behind with one customer, added to what is counted of the firms."""

from __future__ import annotations

import math
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from agents.columns import BY_FRIEND, BY_REFERRAL, LOOKS_AROUND, LOOKS_FOR_THE_COMPANY
from agents.phases.survey import again_probability, kept_promise, paid_for, whole_wallet
from agents.rules.judgement import recommendation
from agents.rules.stickiness import discount_per_unit, obligation
from agents.rules.value import delivered, service_value, success_probability
from sim.plain.single import single

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer

Tally = dict[str, float]
"""Sums of one firm by name (:data:`agents.phases.survey.SUMS`)."""


class Terms(NamedTuple):
    """A firm's offer as it is for one customer.

    Attributes:
        offer: What the firm offers.
        fit: Fit of the offer.
        value: Value of the offer, service included.
        utility: The same with taste and reputation; without what only a provider has.
    """

    offer: SimpleNamespace
    fit: float
    value: float
    utility: float


class Appraisal:
    """What one customer thinks of the market: every firm at face value, without luck or search.

    Attributes:
        norm: Value that the market gives this customer on average.
        own: Terms of the provider; None without one.
        rival: Terms of the best rival of whom the customer knows; None without one.
    """

    def __init__(self, customer: PlainCustomer) -> None:
        self.norm = 0.0
        self.own: Terms | None = None
        self.rival: Terms | None = None
        for index, offer in enumerate(customer.population.firms):
            if not offer.active:
                continue
            known = customer.expected_knowledge(index)
            fit = customer.fit(offer, known)
            service = service_value(offer.service, offer.foresight, known)
            quality = delivered(customer.quality(offer, known, fit), service)
            value = customer.value(offer, quality, customer.price_term(index))
            self.norm += offer.weight * value
            terms = Terms(offer, fit, value, value + customer.taste(offer) + offer.reputation)
            if index == customer.provider:
                self.own = terms
            elif fit >= offer.minimum_fit and (
                customer.previous_provider == index or customer.is_aware_of(offer)
            ):
                self.rival = max(self.rival or terms, terms, key=attrgetter("utility"))


def count(customer: PlainCustomer, tallies: list[Tally]) -> None:
    """Set what holds this customer, and count them for the firms concerned."""
    appraisal = Appraisal(customer)
    customer.norm = single(appraisal.norm)
    month = customer.population.month
    if customer.rated_month == month:
        tallies[customer.rated_provider][f"stars_{customer.rating}"] += 1
    _count_movement(customer, month, tallies)
    if appraisal.own is None:
        customer.stickiness_location = customer.stickiness_switching = 0.0
        customer.stickiness_obligation = customer.stickiness_success = 0.0
    else:
        _count_state(customer, appraisal.own, appraisal.rival, tallies[customer.provider])


def _count_movement(customer: PlainCustomer, month: int, tallies: list[Tally]) -> None:
    has_left = customer.left_provider >= 0
    has_joined = customer.provider >= 0 and month > 0 and customer.joined_month == month
    if has_left:
        tallies[customer.left_provider]["leaves"] += 1
    if has_joined:
        tallies[customer.provider]["joins"] += 1
        tallies[customer.provider]["friend_joins"] += customer.joined_through in (
            BY_FRIEND,
            BY_REFERRAL,
        )
    if has_left:
        before = customer.left_provider
    elif customer.provider >= 0 and not has_joined:
        before = customer.provider
    else:
        return
    if customer.was_due:
        tallies[before]["due"] += 1
        tallies[before]["due_stayed"] += not has_left
    if customer.looks in (LOOKS_AROUND, LOOKS_FOR_THE_COMPANY) and customer.saw_better:
        tallies[before]["better"] += 1
        tallies[before]["better_stayed"] += not has_left


def _count_state(customer: PlainCustomer, own: Terms, rival: Terms | None, tally: Tally) -> None:
    p = customer.population.parameters
    nearness = 0.0
    lead = success_probability(own.value, customer.need, customer.noise(own.offer))
    if rival is not None:
        nearness = customer.distance(rival.offer) - customer.distance(own.offer)
        lead -= success_probability(rival.value, customer.need, customer.noise(rival.offer))
    tied = obligation(customer.liking, customer.indebtedness)
    held = customer.held
    location = held("location") * (p.stickiness_location * p.stickiness_location_strength)
    location *= nearness
    switching = held("switching") * (p.stickiness_switching * p.stickiness_switching_strength)
    switching *= customer.switching_cost
    tied *= held("obligation") * (p.stickiness_obligation * p.stickiness_obligation_strength)
    success = held("success") * (p.stickiness_success * p.stickiness_success_strength) * lead
    customer.stickiness_location = single(location)
    customer.stickiness_switching = single(switching)
    customer.stickiness_obligation = single(tied)
    customer.stickiness_success = single(success)

    theta = location + switching + tied + success
    wallet = whole_wallet(customer.wallet, customer.found)
    units = wallet * customer.wallet_share
    term = customer.price_term(customer.provider)
    paid = units if term == 0.0 else paid_for(units, term)
    tally["customers"] += 1
    tally["wallets"] += wallet
    tally["units"] += units
    tally["paid"] += paid
    tally["settled"] += paid * customer.settlement
    tally["side_units"] += wallet - units
    tally["fit"] += own.fit
    tally["knowledge"] += customer.knowledge
    tally["liking"] += customer.liking
    tally["weight_cost"] += customer.weight_cost
    tally["weight_product"] += customer.weight_product
    tally["weight_solution"] += customer.weight_solution
    tally["intention"] += again_probability(
        own.utility + theta, rival.utility if rival is not None else -math.inf
    )
    tally["location"] += location
    tally["switching"] += switching
    tally["obligation"] += tied
    tally["success"] += success
    per_unit = units * discount_per_unit(theta, customer.sensitivity)
    tally["money_location"] += per_unit * location
    tally["money_switching"] += per_unit * switching
    tally["money_obligation"] += per_unit * tied
    tally["money_success"] += per_unit * success
    tally["tenure_12"] += customer.tenure >= 12
    if customer.tenure >= 1:
        _count_experience(customer, own, tally)


def _count_experience(customer: PlainCustomer, own: Terms, tally: Tally) -> None:
    scale = customer.population.parameters.zmot_recommendation
    answer = recommendation(customer.satisfaction, customer.trust, scale)
    tally["lived"] += 1
    tally["satisfaction"] += customer.satisfaction
    tally["expectation"] += customer.expectation
    tally["trust"] += customer.trust
    tally["succeeded"] += customer.succeeded
    tally["promoters"] += answer >= 8.5
    tally["detractors"] += answer < 6.5
    if customer.tenure <= 6:
        tally["newcomers"] += 1
        tally["broken"] += kept_promise(customer.outcome, own.value, own.offer.claim)
