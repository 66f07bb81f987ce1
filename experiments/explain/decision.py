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

from agents.chance import uniform
from agents.columns import (
    BY_REFERRAL,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    MARKS,
    NOBODY,
    REALS,
    SOURCE_NAMES,
)
from agents.phases import common
from agents.phases.look import LOOKING
from agents.rules import looking
from sim.plain.customer import PlainCustomer
from sim.plain.deciding import (
    LUCK,
    Worth,
    compared_with,
    decided_by,
    worth_of,
    worth_of_nobody,
)
from sim.plain.person import Face

if TYPE_CHECKING:
    import numpy as np

    from sim.market import Market


@dataclass(frozen=True)
class Option(Worth):
    """A firm, or nobody, as it looked to one customer in one month.

    Attributes:
        name: Name of the firm; empty for nobody.
    """

    name: str

    @property
    def without_luck(self) -> float:
        """What it was worth but for the luck of the month."""
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

    @property
    def against(self) -> Option | None:
        """What the best is held against: the provider, or the best other option where that is none.

        None where there was nothing else.
        """
        other = compared_with(self.best(), self.provider, list(self.options))
        return None if other is None else self.option(other.firm)

    @property
    def decided_by(self) -> str:
        """The largest term by which a firm chosen was ahead, as ``flows`` call it.

        Empty for those who did not look around, stayed, or chose nobody.
        """
        best, other = self.best(), self.against
        if not self.looked or best.firm in (NOBODY, self.provider) or other is None:
            return ""
        return SOURCE_NAMES[decided_by(best, other)]

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
    options = _options(customer, [firm.name for firm in begun.firms])
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


def _options(customer: PlainCustomer, names: list[str]) -> tuple[Option, ...]:
    """Nobody and the firms in the choice, whether or not the customer makes one."""
    worths = [worth_of_nobody(customer)]
    worths += [worth_of(customer, found, believed) for _, believed, found in customer.search()]
    return tuple(
        Option(**vars(worth), name=names[worth.firm] if worth.firm >= 0 else "") for worth in worths
    )
