"""What decided a plain customer's move: options in terms, and the term that was most ahead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.chance import absorbed, gumbel
from agents.columns import (
    BY_CERTAINTY,
    BY_FRIEND,
    BY_GUARANTEE,
    BY_LUCK,
    BY_MEMORY,
    BY_NEARNESS,
    BY_NECESSITY,
    BY_PEOPLE,
    BY_POPULARITY,
    BY_PRICE,
    BY_QUALITY,
    BY_REFERRAL,
    BY_REPUTATION,
    BY_REVIEW,
    BY_STIMULUS,
    BY_SUCCESS,
    BY_TASTE,
    BY_TIME,
    LOOKS_FOR_THE_COMPANY,
    NOBODY,
)
from agents.phases.decide import CHOOSING, NOBODY_WORD, terms_utility
from agents.rules import value
from agents.rules.stickiness import obligation

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer
    from sim.plain.search import Finding

LUCK, QUALITY = "luck of the month", "quality believed"
_CODES = {
    LUCK: BY_LUCK,
    "doing without": BY_NECESSITY,
    "price": BY_PRICE,
    "handling time": BY_TIME,
    QUALITY: BY_QUALITY,
    "uncertainty": BY_CERTAINTY,
    "success": BY_SUCCESS,
    "distance": BY_NEARNESS,
    "lasting taste": BY_TASTE,
    "reputation": BY_REPUTATION,
    "number of reviews": BY_POPULARITY,
    "guarantee and gain-sharing": BY_GUARANTEE,
    "somebody they like works there": BY_PEOPLE,
}
"""Terms that can speak for a move. Switching cost and obligation only ever speak against one."""
_SOURCES = {"claim": BY_STIMULUS, "friend": BY_FRIEND, "review": BY_REVIEW, "memory": BY_MEMORY}
_RESERVOIRS = ("location", "switching", "obligation", "success")


@dataclass(frozen=True)
class Worth:
    """What a firm, or nobody, is worth to one customer in one month.

    Attributes:
        firm: Row of the firm, -1 for nobody.
        terms: What it is worth, in utility, by term; the last is the luck of the month.
        sources: How far each source moved the quality believed from what the market gives on
            average, in utility; empty for nobody.
        usual: Quality that the market gives this customer on average; 0 for nobody.
        praised: Whether a friend is with the firm and gave it five stars.
    """

    firm: int
    terms: Mapping[str, float]
    sources: Mapping[str, float]
    usual: float
    praised: bool

    @property
    def utility(self) -> float:
        """What it is worth altogether."""
        return math.fsum(self.terms.values())


def worth_of_nobody(customer: PlainCustomer) -> Worth:
    """What having no provider is worth."""
    p = customer.population.parameters
    terms = {
        "doing without": value.outside_value(
            p.value_outside,
            customer.competence,
            p.value_outside_competence,
            p.zmot_connectivity,
            p.value_outside_connectivity,
        ),
        LUCK: gumbel(absorbed(customer.luck(CHOOSING), NOBODY_WORD)),
    }
    return Worth(NOBODY, terms, {}, 0.0, praised=False)


def worth_of(customer: PlainCustomer, found: Finding, believed: float) -> Worth:
    """What a firm in the choice is worth, of which a quality is believed."""
    sources = {source: pull / found.precision for source, pull in found.pull.items()}
    usual = believed - sum(found.pull.values()) / found.precision
    return Worth(found.index, _terms(customer, found, believed), sources, usual, found.praised)


def compared_with(chosen: Worth, provider: int, options: list[Worth]) -> Worth | None:
    """What a choice is held against: the provider, or the best of the others where that is none.

    None where there is nothing else.
    """
    others = [option for option in options if option.firm != chosen.firm]
    own = [option for option in others if option.firm == provider != NOBODY]
    return next(iter(own), None) or max(others, key=lambda option: option.utility, default=None)


def decided_by(chosen: Worth, other: Worth) -> int:
    """The largest term by which the firm chosen is ahead, see :mod:`agents.phases.decide`."""
    ahead = {
        code: chosen.terms.get(name, 0.0) - other.terms.get(name, 0.0)
        for name, code in _CODES.items()
    }
    code = max(ahead, key=lambda code: ahead[code])
    if code != BY_QUALITY:
        return code
    by_source = {BY_QUALITY: chosen.usual - other.usual} | {
        code: chosen.sources[name] - other.sources.get(name, 0.0) for name, code in _SOURCES.items()
    }
    code = max(by_source, key=lambda code: by_source[code])
    return BY_REFERRAL if code == BY_FRIEND and chosen.praised else code


def _terms(customer: PlainCustomer, found: Finding, believed: float) -> dict[str, float]:
    """The terms of :func:`agents.rules.search.choice_utility`, and what only a provider has."""
    p, offer = customer.population.parameters, found.offer
    rho = {name: getattr(p, f"stickiness_{name}") * customer.held(name) for name in _RESERVOIRS}
    weight = {name: rho[name] * getattr(p, f"stickiness_{name}_strength") for name in _RESERVOIRS}
    term = customer.price_term(found.index)
    expected = customer.value(offer, believed, term)
    succeeding = value.success_probability(expected, customer.need, customer.noise(offer))
    terms = {
        "price": -customer.sensitivity * (offer.log_price + term),
        "handling time": -customer.time_weight * offer.log_time,
        QUALITY: believed,
        "uncertainty": -0.5 * p.zmot_risk_aversion / found.precision,
        "success": weight["success"] * succeeding,
        "distance": -weight["location"] * customer.distance(offer),
        "lasting taste": customer.taste(offer),
        "reputation": offer.reputation,
        "number of reviews": 0.0 if found.index == customer.provider else offer.volume,
    }
    if offer.guarantee > 0.0 or offer.gain_share > 0.0:
        terms["guarantee and gain-sharing"] = terms_utility(
            value.refund_value(customer.sensitivity, offer.guarantee),
            succeeding,
            value.gain_paid(offer.gain_share, expected, customer.norm),
        )
    if customer.contact_at == found.index != customer.provider:
        worth = p.stickiness_obligation * p.stickiness_obligation_strength
        terms["somebody they like works there"] = worth * customer.contact_liking
    if found.index == customer.provider:
        for_the_company = customer.looks == LOOKS_FOR_THE_COMPANY
        tied = 0.0 if for_the_company else obligation(customer.liking, customer.indebtedness)
        terms["switching cost"] = weight["switching"] * customer.switching_cost
        terms["obligation"] = weight["obligation"] * tied
    terms[LUCK] = gumbel(absorbed(customer.luck(CHOOSING), offer.word))
    return terms
