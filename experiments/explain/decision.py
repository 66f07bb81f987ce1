"""One customer's month in terms: why they looked around or did not, and what each firm was worth.

The rules are those of the plain twin (:mod:`sim.plain`), for this one customer, on what a market of
the engine holds. Only how a sum is made up is told here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from agents.chance import absorbed, gumbel, uniform
from agents.columns import (
    BY_REFERRAL,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    MARKS,
    NOBODY,
    REALS,
)
from agents.phases import common
from agents.phases.choose import CHOOSING, NOBODY_WORD, terms_utility
from agents.phases.look import LOOKING
from agents.rules import looking, value
from agents.rules.stickiness import obligation
from sim.plain.customer import PlainCustomer
from sim.plain.person import Face
from sim.plain.search import Finding

if TYPE_CHECKING:
    import numpy as np

    from sim.market import Market

LUCK = "luck of the month"


@dataclass(frozen=True)
class Option:
    """A firm, or nobody, as it looked to one customer in one month.

    Attributes:
        firm: Row of the firm, -1 for nobody.
        name: Its name; empty for nobody.
        terms: What it was worth, in utility, by term; the last is the luck of the month.
        sources: How far each source moved the quality believed from what the market gives on
            average, in utility; empty for nobody.
        expected: Quality that the market gives this customer on average; 0 for nobody.
    """

    firm: int
    name: str
    terms: Mapping[str, float]
    sources: Mapping[str, float]
    expected: float

    @property
    def utility(self) -> float:
        """What it was worth altogether."""
        return math.fsum(self.terms.values())

    @property
    def without_luck(self) -> float:
        """The same without the luck of the month."""
        return math.fsum(value for name, value in self.terms.items() if name != LUCK)


@dataclass(frozen=True)
class Decision:
    """One customer's month.

    Attributes:
        customer: The customer, as they were when they chose.
        month: The month.
        provider: Row of the firm they were with, -1 for none.
        looks: Whether they looked around, see :mod:`agents.columns`.
        choice: Row of the firm they were with in the end, -1 for none.
        factors: What the intensity of looking is the product of, for somebody with a provider.
        chance: Probability of looking around (of adopting, without any experience).
        luck: The number in (0, 1) that had to be below it.
        occasion: What made them look for sure, in words; empty if nothing did.
        options: Nobody first, then the firms in the choice. For those who did not look around, as
            it would have been.
    """

    customer: PlainCustomer
    month: int
    provider: int
    looks: int
    choice: int
    factors: Mapping[str, float]
    chance: float
    luck: float
    occasion: str
    options: tuple[Option, ...]

    @property
    def looked(self) -> bool:
        """Whether there was a choice at all."""
        return self.looks not in (LOOKS_NOT, LOOKS_FAREWELL)

    def option(self, firm: int) -> Option | None:
        """The option of a firm (-1: nobody); None if it was not in the choice."""
        return next((option for option in self.options if option.firm == firm), None)

    def name_of(self, firm: int) -> str:
        """Name of a firm in the choice; empty for nobody."""
        option = self.option(firm)
        return option.name if option is not None else ""

    def best(self) -> Option:
        """The option of highest utility."""
        return max(self.options, key=lambda option: option.utility)

    def best_without_luck(self) -> Option:
        """What would be best but for the luck of the month."""
        return max(self.options, key=lambda option: option.without_luck)


def decision(begun: Market, row: int) -> Decision:
    """What one customer decides in the month that a market has begun.

    Args:
        begun: A market in which ``begin_month()`` was called and nobody has lived on yet; it is
            used up.
        row: The customer's row.
    """
    customer = _plain_customer(begun, row)
    provider = customer.provider
    customer.judge()
    customer.share()
    customer.look()
    factors, chance = _chance_of_looking(customer)
    options = (_nobody(customer), *_firms(customer, [firm.name for firm in begun.firms]))
    customer.choose()
    return Decision(
        customer=customer,
        month=customer.population.month,
        provider=provider,
        looks=customer.looks,
        choice=NOBODY if customer.looks == LOOKS_FAREWELL else customer.choice,
        factors=factors,
        chance=chance,
        luck=uniform(customer.luck(LOOKING)),
        occasion=_occasion(customer),
        options=options,
    )


def _plain_customer(begun: Market, row: int) -> PlainCustomer:
    """The customer as an object, in surroundings made of the engine's columns."""
    population = begun.population
    surroundings: Any = SimpleNamespace(
        seed=int(population.seed),
        month=population.month,
        firms=[_record(offer) for offer in population.offers],
        parameters=_record(population.parameters),
        advertising=float(population.surroundings[0]),
        network=population.network,
        pages=population.posts.tolist(),
    )
    columns = [column.name for column in (*REALS, *MARKS)]
    values = {name: population.column(name)[row].item() for name in columns}
    model: Any = begun
    customer = PlainCustomer(model, surroundings, row, values)
    customer.left_provider = values["left_provider"]  # a provider that closed this very month
    faces = population.faces[population.network.neighbours(row)].tolist()
    friends: Any = [SimpleNamespace(face=_face(seen)) for seen in faces]
    customer.friends = friends
    customer.ties = population.network.weights(row).tolist()
    return customer


def _face(seen: int) -> Face:
    return Face(
        common.provider_seen(seen),
        common.rated_seen(seen),
        common.stars_seen(seen),
        common.left_seen(seen),
        common.segment_seen(seen),
    )


def _record(values: np.void | np.record) -> SimpleNamespace:
    """One numpy record as an object with Python numbers."""
    names = values.dtype.names or ()
    return SimpleNamespace(**dict(zip(names, values.item(), strict=True)))


def _chance_of_looking(customer: PlainCustomer) -> tuple[dict[str, float], float]:
    """Factors of the intensity of looking, and the probability that follows."""
    p = customer.population.parameters
    if customer.provider == NOBODY:
        if customer.previous_provider >= 0:
            return {}, p.adoption_back
        return {}, looking.adoption_probability(
            p.adoption_innovation,
            customer.population.advertising,
            p.adoption_imitation,
            customer.friends_here,
        )
    offer = customer.population.firms[customer.provider]
    factors = {
        "usual intensity": p.looking_base,
        "connectivity": p.zmot_connectivity**p.looking_connectivity_power,
        "contract": looking.contract_phase(
            customer.contract_left, offer.contract, p.looking_in_contract, p.looking_when_due
        ),
        "satisfaction": math.exp(-p.looking_satisfaction * customer.satisfaction),
        "friends who left": p.looking_friends_left**customer.defections,
        "friends who are there": math.exp(
            -customer.friends_here
            * looking.hold_of_friends(
                p.looking_friends_here,
                p.looking_referred,
                customer.joined_through == BY_REFERRAL,
            )
        ),
        "rating of the provider": offer.rating_effect,
        "rivals' advertising": offer.stimulus,
    }
    return factors, looking.looking_probability(math.prod(factors.values()))


def _occasion(customer: PlainCustomer) -> str:
    """What made the customer look besides an intensity of looking; empty if nothing did."""
    if customer.provider == NOBODY:
        return ""
    offer = customer.population.firms[customer.provider]
    if customer.looks == LOOKS_AFTER_DISMISSAL:
        return "the provider ended the relation"
    if customer.contact_moved == customer.population.month:
        return "the person they dealt with went to another firm and called"
    if customer.looks == LOOKS_FOR_THE_COMPANY:
        return "somebody above the contact person decided anew"
    if looking.buys_anew(customer.contract_left, offer.contract, offer.renews):
        return "the purchase was over and had to be made anew"
    return ""


def _nobody(customer: PlainCustomer) -> Option:
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
    return Option(NOBODY, "", terms, {}, 0.0)


def _firms(customer: PlainCustomer, names: list[str]) -> list[Option]:
    """The firms in the choice, whether or not the customer makes one."""
    return [
        Option(
            found.index,
            names[found.index],
            _terms(customer, found, believed),
            {source: pull / found.precision for source, pull in found.pull.items()},
            believed - sum(found.pull.values()) / found.precision,
        )
        for _, believed, found in customer.search()
    ]


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
        "quality believed": believed,
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


_RESERVOIRS = ("location", "switching", "obligation", "success")
