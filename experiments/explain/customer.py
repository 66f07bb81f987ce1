"""Why one customer left: their history in the market, and the month in question in terms.

The month is the engine's own source (:mod:`tsunagari.agents.phases`), interpreted for this one
customer on what a market of the engine holds: why they looked around or did not, and what each firm
was worth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tsunagari.agents.chance import absorbed, gumbel, uniform
from tsunagari.agents.columns import NOBODY, RESERVOIRS, SOURCE_NAMES, By, Looks
from tsunagari.agents.phases.choose import (
    CHOOSING,
    NOBODY_WORD,
    choose,
    held_by,
    moved_by,
    outside_utility,
    usual,
)
from tsunagari.agents.phases.live import judge, share
from tsunagari.agents.phases.look import LOOKING, Circle, adopting_of, look, looking_of, urge_of
from tsunagari.agents.phases.search import Held, scratch, weigh_up, worth_of
from tsunagari.agents.phases.worth import Month, luck, weights_of
from tsunagari.agents.row import Row, fixed, plain
from tsunagari.agents.rules.relation import obligation
from tsunagari.agents.rules.search import buys_anew
from tsunagari.experiments.runs.given import whole_numbers
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

EXIT = SOURCE_NAMES[By.EXIT]
"""What decided when somebody left the market altogether."""
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
"""What the terms of :class:`tsunagari.agents.phases.search.Worth` are called."""

OCCASIONS = DISMISSAL, CALL, COMPANY, PURCHASE = "dismissal", "call", "company", "purchase"
"""The provider ended the relation; the contact person went to another firm and called; somebody
above that person decided anew; the purchase was over and had to be made anew."""
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
        looks: Whether they looked around, see :mod:`tsunagari.agents.columns`.
        choice: Row of the firm they were with in the end, -1 for none.
        factors: What the intensity of looking is the product of, for somebody with a provider.
        chance: Probability of looking around (of adopting, without any experience).
        luck: The number in (0, 1) that had to be below it.
        occasion: What made them look for sure, one of :data:`OCCASIONS`; empty if nothing did.
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


@dataclass(frozen=True)
class Move:
    """A change of provider.

    Attributes:
        month: When.
        source: Name of the firm left; empty for none.
        destination: Name of the firm joined; empty for none.
        decided_by: What decided, as in the table of flows.
    """

    month: int
    source: str
    destination: str
    decided_by: str


@dataclass(frozen=True)
class History:
    """What one place in the market lived through in a run.

    Attributes:
        moves: All changes of provider, in order.
        exits: Months in which its person left the market and another one took the place.
        looked: Months in which they looked around, having a provider.
        saw_better: Those of them in which they saw something better.
        provider: Name of the provider at the end; empty for none.
        tenure: Months lived with it.
        reservoirs: What holds them at the end, in utility, by reservoir.
    """

    moves: tuple[Move, ...]
    exits: tuple[int, ...]
    looked: tuple[int, ...]
    saw_better: tuple[int, ...]
    provider: str
    tenure: int
    reservoirs: dict[str, float]

    @property
    def leaves(self) -> list[Move]:
        """The moves away from a firm."""
        return [move for move in self.moves if move.source]


@dataclass(frozen=True)
class CustomerExplanation:
    """Why one customer did what they did in one month.

    Attributes:
        number: The customer's unique_id.
        segment: Name of the customer's segment.
        months: Length of the run.
        history: Of the whole run.
        decision: The month in question.
        move: The move of that month; None if there was none.
    """

    number: int
    segment: str
    months: int
    history: History
    decision: Decision
    move: Move | None


def explain_customer(
    plan: Scenario,
    number: int,
    *,
    month: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> CustomerExplanation:
    """Why a customer left, by default the last time they did, or what holds one who never did.

    The market is run twice: to see what they did, and to the month before the one in question.

    Args:
        plan: The resolved scenario.
        number: The customer's ``unique_id``.
        month: The month to explain, from 1; None is that in which they last left a provider, and
            the last month of the run for those who never did.
        seed: None is the plan's own.
        threads: Threads of the market.
        progress: Told of further months done.

    Raises:
        Problems: There is no such customer, or no such month.
    """
    from tsunagari.sim.market import Market

    told = progress or (lambda months: None)
    number, month = whole_numbers(number=number, month=month)
    market = Market(plan, seed, threads=threads)
    row = row_of(market, number, f"--customer {number}")
    _check_month(plan, month)
    history = _history(market, row, plan.market.months, told)
    if month is None:
        leaves = history.leaves
        month = leaves[-1].month if leaves else plan.market.months
    begun = Market(plan, seed, threads=threads)
    for _ in range(month - 1):
        begun.run_for(1)
        told(1)
    begun.begin_month()
    segment = plan.segments[int(begun.population.column("segment")[row])].name
    move = next((move for move in history.moves if move.month == month), None)
    return CustomerExplanation(
        number, segment, plan.market.months, history, decision(begun, row), move
    )


def row_of(market: Market, number: int, asked: str) -> int:
    """Row of a customer by their ``unique_id``; what was ``asked`` is named if there is none.

    Raises:
        Problems: There is no such customer.
    """
    first, people = market.first_customer_id, market.population.people
    if not (isinstance(number, int) and first <= number < first + people):
        message = f"there is no such customer; they are numbered from {first} to "
        message += f"{first + people - 1}"
        raise Problems([Problem("", message, file=asked)])
    return number - first


def _check_month(plan: Scenario, month: int | None) -> None:
    last = plan.market.months
    if last == 0:
        message = "nobody decides anything in a run of 0 months"
        raise Problems([Problem("market.months", message)])
    if month is not None and not 1 <= month <= last:
        message = f"the run has months 1 to {last}"
        raise Problems([Problem("", message, file=f"--month {month}")])


def _history(market: Market, row: int, months: int, told: Callable[[int], None]) -> History:
    """Run a market to its end and note what one customer does."""
    column = market.population.column
    moves: list[Move] = []
    exits: list[int] = []
    looked: list[int] = []
    saw_better: list[int] = []
    for month in range(1, months + 1):
        before = int(column("provider")[row])
        market.run_for(1)
        told(1)
        now = int(column("provider")[row])
        looks = int(column("looks")[row])
        if looks == Looks.AROUND and before != NOBODY:
            looked.append(month)
            if column("saw_better")[row]:
                saw_better.append(month)
        if looks == Looks.FAREWELL:
            exits.append(month)
        if before != now:
            decided_by = SOURCE_NAMES[int(column("decided_by")[row])]
            moves.append(Move(month, _name(market, before), _name(market, now), decided_by))
    provider = int(column("provider")[row])
    return History(
        tuple(moves),
        tuple(exits),
        tuple(looked),
        tuple(saw_better),
        _name(market, provider),
        int(column("tenure")[row]),
        {name: float(column(f"stickiness_{name}")[row]) for name in RESERVOIRS},
    )


def _name(market: Market, firm: int) -> str:
    return market.firms[firm].name if firm >= 0 else ""


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
    factors, chance = _chance_of_looking(customer, month, circle)
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


def _chance_of_looking(
    customer: Row, month: Month, circle: Circle
) -> tuple[dict[str, float], float]:
    """Factors of the intensity of looking, and the probability that follows."""
    if customer.provider == NOBODY:
        if customer.previous_provider >= 0:
            return {}, month.p.adoption_back
        return {}, adopting_of(customer, month.p.adoption_imitation, month, circle)
    urge = urge_of(customer, month, circle)
    factors = {
        "usual intensity": urge.base,
        "own readiness": urge.readiness,
        "connectivity": math.exp(urge.connectivity),
        "contract": urge.contract,
        "satisfaction": math.exp(urge.satisfaction),
        "friends who left": math.exp(urge.friends_left),
        "friends who are there": math.exp(urge.friends_here),
        "rating of the provider": urge.rating,
        "rivals' advertising": urge.stimulus,
    }
    return factors, looking_of(customer, month, circle)


def _occasion(customer: Row, month: Month) -> str:
    """What made the customer look besides an intensity of looking; empty if nothing did."""
    if customer.provider == NOBODY:
        return ""
    offer = month.offers[customer.provider]
    if customer.looks == Looks.AFTER_DISMISSAL:
        return DISMISSAL
    if customer.contact_moved == month.number:
        return CALL
    if customer.looks == Looks.FOR_THE_COMPANY:
        return COMPANY
    if buys_anew(customer.contract_left, offer.contract, offer.renews):
        return PURCHASE
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
        weights, tied = weights_of(p), obligation(customer.liking, customer.indebtedness)
        terms["switching cost"] = held.switching * weights.switching * customer.switching_cost
        terms["obligation"] = held.obligation * weights.obligation * tied
    terms[LUCK] = gumbel(absorbed(luck(customer, CHOOSING, month), offer.word))
    return terms
