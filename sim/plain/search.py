"""The zero moment of truth of one plain customer: what is found out about every firm."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING

from agents.chance import absorbed, decision_word, uniform
from agents.columns import (
    BY_FRIEND,
    BY_MEMORY,
    BY_REFERRAL,
    BY_REVIEW,
    BY_STIMULUS,
    LOOKS_AFTER_DISMISSAL,
)
from agents.offer import SHOWN_REVIEWS
from agents.phases.choose import ADMISSION, READING
from agents.rules.looking import attention_to_friend, likeness
from agents.rules.search import own_precision, reviews_read, star_precision, star_signal
from agents.rules.value import delivered, service_value

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer

_SOURCES = {"claim": BY_STIMULUS, "friend": BY_FRIEND, "review": BY_REVIEW, "memory": BY_MEMORY}


class Finding:
    """What one customer has found out about one firm.

    Attributes:
        index: Row of the firm.
        offer: What it offers.
        fit: Fit of the offer to the need.
        promised: Quality to be expected of the offer at face value.
        known: Whether the customer knows the firm through friends or memory.
        praised: Whether a friend is with it and gave it five stars.
        precision: Precision of the belief about its quality.
        pull: How far each source has moved that belief, times precision.
    """

    def __init__(self, index: int, offer: SimpleNamespace, customer: PlainCustomer) -> None:
        known = customer.expected_knowledge(index)
        self.index = index
        self.offer = offer
        self.fit = customer.fit(offer, known)
        self.promised = delivered(
            customer.quality(offer, known, self.fit),
            service_value(offer.service, offer.foresight, known),
        )
        self.known = False
        self.praised = False
        self.precision: float = customer.population.parameters.zmot_prior
        self.pull = dict.fromkeys(_SOURCES, 0.0)

    def learn(self, source: str, weight: float, beyond: float) -> None:
        """Take in that quality is so far beyond the category's."""
        self.precision += weight
        self.pull[source] += weight * beyond

    def believed(self, category: float) -> float:
        """Quality believed after all that was found out."""
        return category + sum_in_order(self.pull.values()) / self.precision

    def heard_through(self, prompted_by_friends: bool) -> int:
        """The source that spoke most for the firm, or else what prompted the look."""
        most, source = 0.0, BY_FRIEND if prompted_by_friends else BY_STIMULUS
        for name, code in _SOURCES.items():
            if self.pull[name] > most:
                most, source = self.pull[name], code
        return BY_REFERRAL if source == BY_FRIEND and self.praised else source


def search(customer: PlainCustomer) -> tuple[float, list[Finding]]:
    """Find out about firms.

    Returns:
        Quality of the category at face value, and a finding for every firm that is in the choice.
    """
    findings = {
        index: Finding(index, offer, customer)
        for index, offer in enumerate(customer.population.firms)
        if offer.active
    }
    category = sum_in_order(found.offer.weight * found.promised for found in findings.values())
    _ask_friends(customer, category, findings)
    _remember(customer, category, findings)
    considered = [found for found in findings.values() if _is_open(found, customer)]
    for found in considered:
        offer = found.offer
        found.learn("claim", offer.claim_precision, found.promised + offer.claim_heard - category)
        _read_reviews(customer, category, found)
    return category, considered


def _is_open(found: Finding, customer: PlainCustomer) -> bool:
    """Whether the customer knows a firm, and the firm would take the customer."""
    offer = found.offer
    if found.index == customer.provider:
        return customer.looks != LOOKS_AFTER_DISMISSAL
    if not (found.known or customer.is_aware_of(offer)) or found.fit < offer.minimum_fit:
        return False
    if offer.minimum_potential > 0.0 and (
        customer.potential - customer.found < offer.minimum_potential
    ):
        return False
    if offer.acceptance >= 1.0:
        return True
    return uniform(absorbed(customer.luck(ADMISSION), offer.word)) < offer.acceptance


def _hear_stars(
    found: Finding, p: SimpleNamespace, category: float, source: str, stars: int, weight: float
) -> None:
    precision = weight * star_precision(
        getattr(p, f"zmot_{source}"), stars, p.zmot_star_neutral, p.zmot_negative
    )
    signal = star_signal(stars, p.zmot_star_neutral, p.zmot_star_scale, category)
    found.learn(source, precision, signal - category)


def _ask_friends(customer: PlainCustomer, category: float, findings: dict[int, Finding]) -> None:
    p = customer.population.parameters
    attention = attention_to_friend(len(customer.friends), p.zmot_attention)
    for friend, tie in zip(customer.friends, customer.ties, strict=True):
        face = friend.face
        alike = likeness(customer.segment, face.segment, customer.weight_of_unlike)
        if face.provider in findings:
            findings[face.provider].known = True
        if face.rated in findings:
            found = findings[face.rated]
            found.known = True
            if face.rated == face.provider and face.stars == 5:
                found.praised = True
            _hear_stars(found, p, category, "friend", face.stars, tie * attention * alike)


def _remember(customer: PlainCustomer, category: float, findings: dict[int, Finding]) -> None:
    p = customer.population.parameters
    if customer.provider in findings:
        found = findings[customer.provider]
        weight = customer.held("own_information") * own_precision(
            p.zmot_own, customer.tenure, p.zmot_own_months
        )
        found.learn("memory", weight, customer.lived_quality - category)
    if customer.contact_at in findings:
        findings[customer.contact_at].known = True
    before = customer.previous_provider
    if before in findings and before != customer.provider:
        found = findings[before]
        found.known = True
        found.learn("memory", customer.memory_precision, customer.memory_quality - category)


def _read_reviews(customer: PlainCustomer, category: float, found: Finding) -> None:
    """Read some of the firm's page, from a place of one's own and in strides of one's own."""
    population = customer.population
    p = population.parameters
    chance = decision_word(population.seed, READING, population.month)
    word = absorbed(absorbed(chance, customer.row), found.offer.word)
    place, stride = word % SHOWN_REVIEWS, (word >> 32) % SHOWN_REVIEWS | 1
    page = population.pages[found.index]
    left = reviews_read(customer.sources, p.zmot_connectivity, p.zmot_reviews_most)
    for step in range(SHOWN_REVIEWS):
        stars = page[(place + step * stride) % SHOWN_REVIEWS]
        if stars > 0 and left > 0:
            _hear_stars(found, p, category, "review", stars, 1.0)
            left -= 1


def sum_in_order(values: Iterable[float]) -> float:
    """A sum taken from left to right; Python's own corrects for rounding, the engine does not."""
    total = 0.0
    for value in values:
        total += value
    return total
