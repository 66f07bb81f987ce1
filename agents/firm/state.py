"""What a firm has, what that costs, and what of it may be set from outside."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import mesa

from tsunagari.agents.asked import Declared, finite, is_made, refuse_unknown
from tsunagari.agents.chance import absorbed, decision_word, generator, word_of
from tsunagari.agents.compiled import Word
from tsunagari.agents.firm.books import (
    CAPABILITIES,
    Accounts,
    Conditions,
    Research,
    Standing,
    UnitCosts,
)

FIRM_CHANCE = word_of("firm")
STOCKS = (
    *("product", "novelty", "culture", "data", "staff", "own_markup", "cash", "overpromise"),
    *("adstock", "complementors", "constant", "repriced"),
)
"""Numbers that a firm has and that last: set between two months they hold, and change from there.

So do its capabilities and its discipline.
"""
_DECIDED = {
    "price": "price",
    "unit_cost": "marginal_cost",
    "attention": "attention",
    "invested": "investment",
    "concession": "price",
}
"""What a firm decides anew every month, and the key of its plan from which that follows."""
_KEPT = frozenset(
    "index name word entered cost costs held_to course measured measured_in standing accounts "
    "own_rng customers unit_cost_of_service months_in_trouble model unique_id research".split()
)
"""What the market and the firm itself keep."""
MOST_SAVED = 0.5
"""Most that a firm saves by delivering short of what was asked, as a part of its unit cost."""


class State(mesa.Agent, metaclass=Declared):
    """A firm as it stands; what it decides is the :class:`~tsunagari.agents.firm.firm.Firm`'s.

    What it has (:data:`STOCKS`, ``capabilities``, ``discipline``) may be set between two months;
    setting what it decides itself, or what nobody declared, is refused.

    Attributes:
        name: Its name; it keys all luck that concerns it.
        index: Its row in the table of offers, in order of appearance.
        discipline: How it decides (:class:`~tsunagari.agents.firm.discipline.Discipline`).
        terms: Its numbers: the operating model of its discipline with its own values on top.
        capabilities: Level of each capability against the frontier; 1 is an average firm's.
        product: Level of the product on sale.
        novelty: 1 at a launch, fading.
        launched: Whether a product came out this month.
        course: Discipline and purpose that it stood for last month.
        culture: Culture grown on a steady course, 0 to 1.
        data: Quantity of data on its customers, 0 to 1.
        measured: Signal by capability that its budgets go by, from its last measurement.
        measured_in: Month of that measurement; None without one.
        staff: People, in customers who get full attention from them.
        own_markup: What it asks above full cost: its terms' markup, until it moves by research.
        repriced: How far research has moved the price it asks by its list, in log points.
        research: What win/loss research found, by month; empty where nobody asked.
        attention: Attention that one customer gets.
        unit_cost: Cost of delivering one unit.
        price: Price of one unit this month.
        cost: What a unit costs it this month.
        costs: The same of all months so far.
        held_to: Costs by month that it sets its price on instead of its own; None for its own.
        concession: What it takes off the price it would ask to answer rivals, in log points.
        complementors: Complementors that have come, of all whom everybody as users would draw.
        constant: Utility in every choice that keeps the share it began with (``start: steady``).
        cash: Money, negative when in debt.
        overpromise: Record of promises that were not kept, in utility; below 0 if more was kept.
        adstock: Advertising that people have in mind, relative to what is usual.
        months_in_trouble: Months since it went beyond its credit.
        active: Whether it is in the market.
        entered: Month in which it entered; 0 if it was there at the start.
        closed: Month in which it left; None while it is in the market.
    """

    def __init__(
        self, model: mesa.Model, index: int, terms: Any, discipline: Any, entered: int = 0
    ) -> None:
        super().__init__(model)
        self.index = index
        self.name: str = terms.name
        self.word = word_of(self.name)
        self.discipline = discipline
        self.terms = terms
        self.entered = entered
        self.closed: int | None = None
        self.capabilities: dict[str, float] = dict.fromkeys(CAPABILITIES, 0.0)
        self.product = 0.0
        self.novelty = 0.0
        self.staff = 0.0
        self.own_markup: float = terms.markup
        self.repriced = 0.0
        self.research: dict[int, Research] = {}
        self.attention = 0.0
        self.unit_cost = 1.0
        self.price = 1.0
        self.cost = UnitCosts(1.0, 1.0, 1.0)
        self.costs: dict[int, UnitCosts] = {}
        self.held_to: Mapping[int, UnitCosts] | None = None
        self._pricing_on: UnitCosts | None = None
        self.complementors = 0.0
        self.constant = 0.0
        self.cash = 0.0
        self.overpromise = 0.0
        self.adstock: float = terms.advertising
        self.months_in_trouble = 0
        self.forced_launch = 0.0
        self.launched = False
        self.course: tuple[str, float] = (terms.discipline, terms.purpose)
        self.culture = 0.0
        self.data = 0.0
        self.measured: dict[str, float] = {}
        self.measured_in: int | None = None
        self.concession = 0.0
        self.standing = Standing()
        self.accounts = Accounts()
        self.invested = 0.0
        self._stepped = 0
        self.own_rng = generator(model.seed_word, FIRM_CHANCE, self.word)

    def __setattr__(self, name: str, value: Any) -> None:
        # In the market's month a firm sets what it has, two dozen times: that needs no more looks.
        own = self.__dict__
        if name in own and own["model"].is_working:
            own[name] = value
            return
        if is_made(self) and not name.startswith("_"):
            refuse_unknown(self, name, "a firm")
            if not self.model.is_working:
                self._refuse_what_would_not_last(name)
                value = finite(value, f"firm.{name}") if name in STOCKS else value
                self.model.remember_direct_setting()
        super().__setattr__(name, value)

    def _refuse_what_would_not_last(self, name: str) -> None:
        """Between two months nobody sets what the coming month would set again."""
        path = f"firms.{self.name}"
        if name in _DECIDED:
            key = f"{path}.{_DECIDED[name]}"
            why = f"a firm decides its {name} itself every month"
            raise AttributeError(f"{why}; market.act({key!r}, value) changes what it follows from")
        if name in ("launched", "forced_launch"):
            raise AttributeError(f"market.act({{'launch': {self.name!r}}}) makes a firm launch")
        if name in ("closed", "active"):
            raise AttributeError(f"market.act({{'leave': {self.name!r}}}) closes a firm")
        if name == "terms":
            why = "a firm's terms follow from the scenario"
            raise AttributeError(f"{why}; market.act({path + '.price'!r}, value) changes one")
        if name in _KEPT:
            raise AttributeError(f"a firm's {name} is kept by the market and cannot be set")

    @property
    def active(self) -> bool:
        """Whether it is in the market."""
        return self.closed is None

    @property
    def unit_cost_of_service(self) -> float:
        """Cost of what is delivered beyond what was asked, per unit sold to own customers."""
        return self.service_at(self.terms.service)

    def service_at(self, level: float) -> float:
        """The same at some level of service.

        What is delivered short of what was asked saves at the same rate, so that the first step up
        is never free: at most :data:`MOST_SAVED` of the unit cost.
        """
        return max(-MOST_SAVED, level * self.terms.service_cost) * self.unit_cost

    @property
    def customers(self) -> int:
        """Customers at the end of last month."""
        return self.standing.customers

    @property
    def direct(self) -> float:
        """Part of its sales, and of the contact with customers, that no intermediary has."""
        return 1.0 - self.terms.intermediaries

    def intermediated(self, conditions: Conditions) -> float:
        """Part of its prices that intermediaries keep."""
        margin: float = self.terms.intermediaries * conditions.finance.intermediary_margin
        return margin

    def expected_revenue(self, conditions: Conditions) -> float:
        """Revenue to plan with: last month's, or the floor that credit allows to plan with."""
        reference = conditions.reference_revenue
        known = self.standing.revenue
        if known == 0.0 and self.standing.market_share > 0.0:
            known = self.standing.market_share * reference / conditions.finance.reference_share
        has_credit = self.cash > -conditions.finance.credit * reference
        return max(known, conditions.technology.floor * reference) if has_credit else known

    def full_cost(self, conditions: Conditions) -> float:
        """Cost of one unit: delivery, service and attention.

        While a price is set that is held to another market's, the cost there.
        """
        if self._pricing_on is not None:
            return self._pricing_on.full
        staff = self.attention / self.terms.extended_staff
        attention = conditions.finance.attention_cost * staff * self.direct
        contact = attention + self.contact_cost(conditions)
        return self.unit_cost + self.unit_cost_of_service + contact

    def break_even(self, conditions: Conditions) -> float:
        """Price of one unit that pays for it, for its part of overheads, and for investment.

        Overheads are spread over the units of last month, as far as there were any. While a price
        is set that is held to another market's, the one there.
        """
        if self._pricing_on is not None:
            return self._pricing_on.break_even
        books = self.accounts
        units = books.delivery / self.unit_cost if self.unit_cost > 0.0 else 0.0
        overhead = (books.fixed + books.advertising) / units if units > 0.0 else 0.0
        kept = 1.0 - min(0.9, self.terms.investment + self.intermediated(conditions))
        return (self.full_cost(conditions) + overhead) / kept

    def contact_cost(self, conditions: Conditions) -> float:
        """Monthly cost per customer of what no staff does: digital contact, proposals and such.

        Technology costs by what it adds to the reach of staff: ``cost·(extended staff − 1)⁺``.
        """
        finance = conditions.finance
        extended = max(0.0, self.terms.extended_staff - 1.0)
        return (
            finance.digital_cost * self.terms.digital
            + finance.indulgence_cost * self.terms.indulgence
            + finance.foresight_cost * self.terms.foresight
            + finance.discovery_cost * self.terms.discovery
            + finance.technology_cost * extended
        )


def firm_word(firm: State, decision: Word, month: int) -> Word:
    """Word of a firm's luck in one kind of decision, in a month."""
    return absorbed(_decision_word(firm.model.seed_word, decision, month), firm.word)


_decision_word = functools.lru_cache(64)(decision_word)  # all firms of a month ask for it
