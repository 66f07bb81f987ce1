"""One customer's month in terms: why they looked around or did not, and what each firm was worth.

It is the engine's own source (:mod:`agents.phases`), interpreted for this one customer on what a
market of the engine holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.chance import absorbed, gumbel, uniform
from agents.columns import NOBODY, SOURCE_NAMES, Looks
from agents.phases.choose import (
    CHOOSING,
    NOBODY_WORD,
    choose,
    held_by,
    moved_by,
    outside_utility,
    usual,
)
from agents.phases.live import judge, share
from agents.phases.look import LOOKING, adopting_of, look, looking_of, urge_of
from agents.phases.search import Held, scratch, weigh_up, worth_of
from agents.phases.worth import Month, luck, obligation_weight, switching_weight
from agents.row import Row, fixed, plain
from agents.rules.looking import buys_anew
from agents.rules.stickiness import obligation

if TYPE_CHECKING:
    from sim.market import Market

LUCK = "luck of the month"

TERMS = {
    "price": "price",
    "handling_time": "handling time",
    "quality": "quality believed",
    "uncertainty": "uncertainty",
    "success": "success",
    "distance": "distance",
    "taste": "lasting taste",
    "reputation": "reputation",
    "reviews": "number of reviews",
    "terms": "guarantee and gain-sharing",
    "contact": "somebody they like works there",
}
"""What the terms of :class:`agents.phases.search.Worth` are called."""

SOURCES = ("claim", "friend", "review", "memory")


@dataclass(frozen=True)
class Option:
    """A firm, or nobody, as it looked to one customer in one month.

    Attributes:
        firm: Row of the firm, -1 for nobody.
        name: Its name; empty for nobody.
        terms: What it was worth, in utility, by term; the last is the luck of the month.
        sources: How far each source moved the quality believed from what the market gives on
            average, in utility; empty for nobody.
        usual: Quality that the market gives this customer on average; 0 for nobody.
    """

    firm: int
    name: str
    terms: Mapping[str, float]
    sources: Mapping[str, float]
    usual: float

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
        customer: The customer, as they were when they chose, with an attribute for every column.
        month: The month.
        provider: Row of the firm they were with, -1 for none.
        looks: Whether they looked around, see :mod:`agents.columns`.
        choice: Row of the firm they were with in the end, -1 for none.
        factors: What the intensity of looking is the product of, for somebody with a provider.
        chance: Probability of looking around (of adopting, without any experience).
        luck: The number in (0, 1) that had to be below it.
        occasion: What made them look for sure, in words; empty if nothing did.
        decided_by: The largest term by which a firm chosen was ahead, as ``flows`` call it; empty
            for those who did not look around, stayed, or chose nobody.
        options: Nobody first, then the firms in the choice. For those who did not look around, as
            it would have been.
    """

    customer: Row
    month: int
    provider: int
    looks: int
    choice: int
    factors: Mapping[str, float]
    chance: float
    luck: float
    occasion: str
    decided_by: str
    options: tuple[Option, ...]

    @property
    def looked(self) -> bool:
        """Whether there was a choice at all."""
        return self.looks not in (Looks.NOT, Looks.FAREWELL)

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
        others = [option for option in self.options if option.firm != self.best().firm]
        own = [option for option in others if option.firm == self.provider != NOBODY]
        return next(iter(own), None) or max(others, key=lambda option: option.utility, default=None)

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
    population, customer = begun.population, Row(begun.population.table, row)
    month, circle = fixed(population.this_month), fixed(population.circle)
    posts, findings = population.posts.tolist(), plain(scratch(len(population.offers)))
    provider = customer.provider
    judge(customer, month)
    share(customer, month)
    look(customer, month, circle)
    factors, chance = _chance_of_looking(customer, month)
    held = held_by(customer, month)
    weigh_up(customer, held, month, circle, posts, findings)
    names = [firm.name for firm in begun.firms]
    options = [
        Option(
            firm,
            names[firm],
            _terms(customer, firm, found, held, month),
            dict(zip(SOURCES, moved_by(firm, findings), strict=True)),
            usual(firm, findings),
        )
        for firm, found in enumerate(findings)
        if found.considered
    ]
    choose(customer, month, circle, posts, findings)
    return Decision(
        customer=customer,
        month=month.number,
        provider=provider,
        looks=customer.looks,
        choice=NOBODY if customer.looks == Looks.FAREWELL else customer.choice,
        factors=factors,
        chance=chance,
        luck=uniform(luck(customer, LOOKING, month)),
        occasion=_occasion(customer, month),
        decided_by=SOURCE_NAMES[customer.decided_by] if customer.choice != NOBODY else "",
        options=(_nobody(customer, month), *options),
    )


def _chance_of_looking(customer: Row, month: Month) -> tuple[dict[str, float], float]:
    """Factors of the intensity of looking, and the probability that follows."""
    if customer.provider == NOBODY:
        if customer.previous_provider >= 0:
            return {}, month.p.adoption_back
        return {}, adopting_of(customer, month.p.adoption_imitation, month)
    urge = urge_of(customer, month)
    factors = {
        "usual intensity": urge.base,
        "connectivity": math.exp(urge.connectivity),
        "contract": urge.contract,
        "satisfaction": math.exp(urge.satisfaction),
        "friends who left": math.exp(urge.friends_left),
        "friends who are there": math.exp(urge.friends_here),
        "rating of the provider": urge.rating,
        "rivals' advertising": urge.stimulus,
    }
    return factors, looking_of(customer, month)


def _occasion(customer: Row, month: Month) -> str:
    """What made the customer look besides an intensity of looking; empty if nothing did."""
    if customer.provider == NOBODY:
        return ""
    offer = month.offers[customer.provider]
    if customer.looks == Looks.AFTER_DISMISSAL:
        return "the provider ended the relation"
    if customer.contact_moved == month.number:
        return "the person they dealt with went to another firm and called"
    if customer.looks == Looks.FOR_THE_COMPANY:
        return "somebody above the contact person decided anew"
    if buys_anew(customer.contract_left, offer.contract, offer.renews):
        return "the purchase was over and had to be made anew"
    return ""


def _nobody(customer: Row, month: Month) -> Option:
    terms = {
        "doing without": outside_utility(customer, month.p),
        LUCK: gumbel(absorbed(luck(customer, CHOOSING, month), NOBODY_WORD)),
    }
    return Option(NOBODY, "", terms, {}, 0.0)


def _terms(customer: Row, firm: int, found: Any, held: Held, month: Month) -> dict[str, float]:
    """The terms of an offer's worth that concern this choice, and what only a provider has."""
    p, offer = month.p, month.offers[firm]
    is_own = firm == customer.provider
    worth = worth_of(customer, firm, found, held, month)._asdict()
    if not (offer.guarantee > 0.0 or offer.gain_share > 0.0):
        del worth["terms"]
    if customer.contact_at != firm or is_own:
        del worth["contact"]
    terms = {name: worth[key] for key, name in TERMS.items() if key in worth}
    if is_own:
        tied = obligation(customer.liking, customer.indebtedness)
        terms["switching cost"] = switching_weight(held.switching, p) * customer.switching_cost
        terms["obligation"] = obligation_weight(held.obligation, p) * tied
    terms[LUCK] = gumbel(absorbed(luck(customer, CHOOSING, month), offer.word))
    return terms
