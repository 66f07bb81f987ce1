"""What the month left behind with one customer, added to what is counted of the firms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents.columns import BY_FRIEND, BY_REFERRAL, LOOKS_AROUND
from agents.rules.judgement import recommendation
from agents.rules.search import choice_utility
from agents.rules.stickiness import discount_part, obligation
from agents.rules.value import success_probability
from sim.plain.single import single

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer

Tally = dict[str, float]
"""Sums of one firm by name (:data:`agents.phases.survey.SUMS`)."""


class Appraisal:
    """What one customer thinks of the market: every firm at face value, without luck or search.

    Attributes:
        norm: Value that the market gives this customer on average.
        fit: Fit of the provider's offer.
        utility: Utility of the provider's offer, without what only a provider has.
        success: Probability that the provider's next outcome meets the need.
        distance: Distance to the provider's outlet.
        rival: Utility, success and distance of the best rival that is known; None without.
    """

    def __init__(self, customer: PlainCustomer) -> None:
        p = customer.population.parameters
        self.norm = 0.0
        self.fit = self.utility = self.success = self.distance = 0.0
        self.rival: tuple[float, float, float] | None = None
        for index, offer in enumerate(customer.population.firms):
            if not offer.active:
                continue
            known = customer.expected_knowledge(index)
            fit = customer.fit(offer, known)
            quality = customer.quality(offer, known, fit)
            value = customer.value(offer, quality)
            self.norm += offer.weight * (value + offer.service)
            is_own = index == customer.provider
            if customer.provider < 0 or not (
                is_own or index == customer.previous_provider or customer.is_aware_of(offer)
            ):
                continue
            success = success_probability(value + offer.service, customer.need, p.value_noise)
            distance = customer.distance(offer)
            utility = choice_utility(
                customer.sensitivity,
                offer.log_price,
                customer.time_weight,
                offer.log_time,
                quality,
                0.0,
                0.0,
                p.stickiness_success * p.stickiness_success_strength,
                success,
                p.stickiness_location * p.stickiness_location_strength,
                distance,
                customer.taste(offer),
                offer.reputation,
            )
            if is_own:
                self.fit, self.utility, self.success, self.distance = fit, utility, success, distance
            elif self.rival is None or utility > self.rival[0]:
                self.rival = utility, success, distance


def count(customer: PlainCustomer, tallies: list[Tally]) -> None:
    """Set what holds this customer, and count them for the firms concerned."""
    appraisal = Appraisal(customer)
    customer.norm = single(appraisal.norm)
    month = customer.population.month
    if customer.rated_month == month:
        tallies[customer.rated_provider][f"stars_{customer.rating}"] += 1
    _count_movement(customer, month, tallies)
    if customer.provider < 0:
        customer.stickiness_location = customer.stickiness_switching = 0.0
        customer.stickiness_obligation = customer.stickiness_success = 0.0
    else:
        _count_state(customer, appraisal, tallies[customer.provider])


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
    if customer.looks == LOOKS_AROUND and customer.saw_better:
        tallies[before]["better"] += 1
        tallies[before]["better_stayed"] += not has_left


def _count_state(customer: PlainCustomer, appraisal: Appraisal, tally: Tally) -> None:
    p = customer.population.parameters
    location = 0.0
    success = p.stickiness_success * p.stickiness_success_strength * appraisal.success
    rival = -math.inf
    if appraisal.rival is not None:
        rival, rival_success, rival_distance = appraisal.rival
        farther = rival_distance - appraisal.distance
        location = p.stickiness_location * p.stickiness_location_strength * farther
        success -= p.stickiness_success * p.stickiness_success_strength * rival_success
    switching = p.stickiness_switching * p.stickiness_switching_strength * customer.switching_cost
    tied = obligation(customer.liking, customer.indebtedness)
    tied = p.stickiness_obligation * p.stickiness_obligation_strength * tied
    customer.stickiness_location = single(location)
    customer.stickiness_switching = single(switching)
    customer.stickiness_obligation = single(tied)
    customer.stickiness_success = single(success)

    theta = location + switching + tied + success
    units = customer.wallet * customer.wallet_share
    tally["customers"] += 1
    tally["wallets"] += customer.wallet
    tally["units"] += units
    tally["side_units"] += customer.wallet - units
    tally["fit"] += appraisal.fit
    tally["knowledge"] += customer.knowledge
    tally["liking"] += customer.liking
    own = appraisal.utility + switching + tied
    tally["intention"] += 1.0 / (1.0 + math.exp(rival - own))
    tally["location"] += location
    tally["switching"] += switching
    tally["obligation"] += tied
    tally["success"] += success
    tally["money"] += units * discount_part(theta, theta, customer.sensitivity)
    tally["tenure_12"] += customer.tenure >= 12
    if customer.tenure >= 1:
        _count_experience(customer, tally)


def _count_experience(customer: PlainCustomer, tally: Tally) -> None:
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
        tally["broken"] += customer.surprise
