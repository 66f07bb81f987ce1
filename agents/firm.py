"""A firm: an ordinary Mesa agent that plans, offers and keeps accounts in plain Python."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import mesa

from agents.asked import finite
from agents.books import Accounts, Sales, Standing, UnitCosts
from agents.capability import cultivated, gains, imitated
from agents.chance import generator, word_of
from agents.conditions import Conditions
from agents.customer_data import gathered
from agents.declared import Declared, is_made, refuse_unknown
from agents.discipline import CAPABILITIES, Discipline
from agents.measuring import signals
from agents.offering import offering
from agents.product import develop
from agents.reaction import cheaper_price, conceded, reduced
from agents.trials import trials

FIRM_CHANCE = word_of("firm")
HOW_FIRMS_COME = (
    "firms are made by the market: name them in the scenario, or let one enter with "
    "market.act({'enter': {'name': ...}})"
)
LEAST_PRICE = 1e-6
"""What free of charge means, in usual unit costs: customers weigh the logarithm of a price."""


STOCKS = ("product", "novelty", "culture", "data", "staff", "cash", "overpromise")
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
    "index name word entered course measured measured_in standing accounts own_rng customers "
    "unit_cost_of_service months_in_trouble model unique_id".split()
)
"""What the market and the firm itself keep."""


class Firm(mesa.Agent, metaclass=Declared):
    """A firm that competes for customers.

    What it has (:data:`STOCKS`, ``capabilities``, ``discipline``) may be set between two months;
    setting what it decides itself, or what nobody declared, is refused. A subclass declares its own
    attributes in its body or in ``__init__``.

    Attributes:
        name: Its name; it keys all luck that concerns it.
        index: Its row in the table of offers, in order of appearance.
        discipline: How it decides (:class:`~agents.discipline.Discipline`).
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
        attention: Attention that one customer gets.
        unit_cost: Cost of delivering one unit.
        price: Price of one unit this month.
        cost: What a unit costs it this month.
        costs: The same of all months so far.
        held_to: Costs by month that it sets its price on instead of its own; None for its own.
        concession: What it takes off the price it would ask to answer rivals, in log points.
        cash: Money, negative when in debt.
        overpromise: Record of promises that were not kept, in utility; below 0 if more was kept.
        months_in_trouble: Months since it went beyond its credit.
        active: Whether it is in the market.
        entered: Month in which it entered; 0 if it was there at the start.
        closed: Month in which it left; None while it is in the market.
    """

    def __init__(
        self, model: mesa.Model, index: int, terms: Any, discipline: Discipline, entered: int = 0
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
        self.attention = 0.0
        self.unit_cost = 1.0
        self.price = 1.0
        self.cost = UnitCosts(1.0, 1.0, 1.0)
        self.costs: dict[int, UnitCosts] = {}
        self.held_to: Mapping[int, UnitCosts] | None = None
        self._pricing_on: UnitCosts | None = None
        self.cash = 0.0
        self.overpromise = 0.0
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
        return max(0.0, self.terms.service) * self.terms.service_cost * self.unit_cost

    @property
    def customers(self) -> int:
        """Customers at the end of last month."""
        return self.standing.customers

    def found(self, conditions: Conditions, share: float) -> None:
        """Begin where this way of spending would have led in the long run.

        Args:
            conditions: Of the month before the first.
            share: Share of people that the firm begins with.
        """
        self.standing.customers = round(share * conditions.people)
        self.standing.market_share = share
        self.cash = conditions.finance.start_cash * conditions.reference_revenue
        technology = conditions.technology
        for name, gained in gains(self, conditions, self.expected_revenue(conditions)).items():
            self.capabilities[name] = gained / technology.gain if technology.gain > 0.0 else 1.0
        self.product = self.capabilities["innovation"]
        self.staff = self._staff_wanted(conditions)
        self._set_offer(conditions)

    def expected_revenue(self, conditions: Conditions) -> float:
        """Revenue to plan with: last month's, or the floor that credit allows to plan with."""
        reference = conditions.reference_revenue
        known = self.standing.revenue
        if known == 0.0 and self.standing.market_share > 0.0:
            known = self.standing.market_share * reference / conditions.finance.reference_share
        has_credit = self.cash > -conditions.finance.credit * reference
        return max(known, conditions.technology.floor * reference) if has_credit else known

    def step(self) -> None:
        """Plan this month and set the offer, as the market asks every firm to.

        Called by anybody else it begins the month, in which all firms plan; firms step once a
        month, and ``market.step()`` ends it.

        Raises:
            RuntimeError: It has been called so in this month already.
        """
        market = self.model
        if market.is_working:
            self.plan(market.conditions)
            return
        market.begin_month()
        if self._stepped == market.begun:
            raise RuntimeError(
                f"{self.name} has planned month {market.begun} already; "
                "market.step() ends the month"
            )
        self._stepped = market.begun

    def remove(self) -> None:
        """Firms are not removed: they close.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(
            f"a firm is not removed; market.act({{'leave': {self.name!r}}}) closes it next month"
        )

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """Firms come by the scenario or enter.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(HOW_FIRMS_COME)

    @classmethod
    def from_dataframe(cls, *args: Any, **kwargs: Any) -> Any:
        """Firms come by the scenario or enter.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(HOW_FIRMS_COME)

    def plan(self, conditions: Conditions) -> None:
        """Measure, invest, hire, price."""
        self._hold_course(conditions)
        self._measure(conditions)
        self._invest(conditions)
        develop(self, conditions)
        self.staff += (self._staff_wanted(conditions) - self.staff) / conditions.finance.hiring_lag
        self._answer(conditions)
        self._set_offer(conditions)

    def _hold_course(self, conditions: Conditions) -> None:
        """Let a culture grow, or pay for a change of discipline with a part of what one can."""
        technology = conditions.technology
        course = (self.terms.discipline, self.terms.purpose)
        if course[0] != self.course[0]:
            for name in self.capabilities:
                self.capabilities[name] *= 1.0 - technology.transition
        self.culture = cultivated(
            self.culture, self.terms.purpose, technology.culture_rate, course == self.course
        )
        self.course = course

    def _measure(self, conditions: Conditions) -> None:
        """Gather data from last month's contact, and measure if the plan in force has run out."""
        contact = (self.attention + self.terms.digital) * self.customers
        self.data = gathered(
            self.data, conditions.technology.data_growth, contact / conditions.reference_people
        )
        since = self.measured_in
        if since is None or conditions.month - since >= self.terms.plan_months:
            self.measured = signals(self, conditions)
            self.measured_in = conditions.month if self.measured else None

    def _invest(self, conditions: Conditions) -> None:
        """Bring capabilities forward by budgets, imitation and trials; the frontier moves on."""
        finance, technology = conditions.finance, conditions.technology
        revenue = self.expected_revenue(conditions)
        self.invested = self.terms.investment * revenue
        imitation = imitated(self, conditions)
        for name, gained in gains(self, conditions, revenue).items():
            self.capabilities[name] += gained - technology.drift * self.capabilities[name]
        for name, gained in imitation.items():
            self.capabilities[name] += gained
        for name, gained in trials(self, conditions):
            self.capabilities[name] = max(0.0, self.capabilities[name] + gained)
            self.invested += finance.trial_cost * conditions.reference_people

    def _staff_wanted(self, conditions: Conditions) -> float:
        return self.terms.attention * min(
            float(self.customers), self.terms.capacity * conditions.people
        )

    def _answer(self, conditions: Conditions) -> None:
        """Concede a part of the price after a loss of share; take it back after none."""
        technology = conditions.technology
        self.concession = conceded(
            self.concession,
            self.price,
            cheaper_price(conditions, self.name, self.price),
            self.standing.lost,
            technology.reaction * technology.price_reaction,
        )

    def _set_offer(self, conditions: Conditions) -> None:
        """Attention, unit cost and price follow from what the firm has and can."""
        technology = conditions.technology
        self.attention = min(1.0, self.terms.attention * technology.extended_staff)
        if self.customers > 0:
            given = technology.extended_staff * self.staff / self.customers
            self.attention = min(self.attention, given)
        operations = self.capabilities["operations"]
        own_cost = self.terms.marginal_cost * math.exp(-technology.cost_slope * (operations - 1.0))
        self.unit_cost = own_cost + conditions.finance.partner_cost * self.terms.partners
        own = UnitCosts(self.unit_cost, self.full_cost(conditions), self.break_even(conditions))
        self.cost = self.costs[conditions.month] = own
        self._pricing_on = self._held_costs(conditions.month) or own
        self.unit_cost = self._pricing_on.delivery
        try:
            self._set_price(conditions)
        finally:
            self.unit_cost, self._pricing_on = own.delivery, None

    def _held_costs(self, month: int) -> UnitCosts | None:
        """The costs that it prices on instead of its own.

        Where it had closed there, the last it had; None where it was not there yet.
        """
        known = self.held_to or {}
        if month in known:
            return known[month]
        return known.get(max((before for before in known if before < month), default=month))

    def _set_price(self, conditions: Conditions) -> None:
        """By its discipline, times its own factor, less what it concedes to rivals."""
        asked = self.terms.price * self.discipline.asking_price(self, conditions)
        if not math.isfinite(asked):
            raise ValueError(f"asking_price is {asked}; a price is a finite number")
        self.price = max(LEAST_PRICE, asked)
        if self.concession > 0.0:
            asked = self.price
            self.price = max(
                LEAST_PRICE, reduced(asked, self.break_even(conditions), self.concession)
            )
            self.concession = math.log(asked / self.price)  # not what cost did not allow

    def offer_values(self, conditions: Conditions) -> dict[str, Any]:
        """What customers see of the firm, by field of :data:`agents.offer.OFFER`."""
        return offering(self, conditions)

    def full_cost(self, conditions: Conditions) -> float:
        """Cost of one unit: delivery, service and attention.

        While a price is set that is held to another market's, the cost there.
        """
        if self._pricing_on is not None:
            return self._pricing_on.full
        staff = self.attention / conditions.technology.extended_staff
        attention = conditions.finance.attention_cost * staff
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
        return (self.full_cost(conditions) + overhead) / (1.0 - min(0.9, self.terms.investment))

    def contact_cost(self, conditions: Conditions) -> float:
        """Monthly cost per customer of what no staff does: digital contact, proposals and such.

        Technology costs by what it adds to the reach of staff: ``cost·(extended staff − 1)⁺``.
        """
        finance = conditions.finance
        extended = max(0.0, conditions.technology.extended_staff - 1.0)
        return (
            finance.digital_cost * self.terms.digital
            + finance.indulgence_cost * self.terms.indulgence
            + finance.foresight_cost * self.terms.foresight
            + finance.discovery_cost * self.terms.discovery
            + finance.technology_cost * extended
        )

    def account(self, conditions: Conditions, sales: Sales) -> None:
        """Close the month's books."""
        finance = conditions.finance
        reference_people = conditions.reference_people
        sold = sales.units + sales.side_units
        self.accounts = Accounts(
            revenue=self.price * (sales.paid + sales.side_units),
            settlement=self.price * sales.settled,
            delivery=self.unit_cost * sold,
            attention=finance.attention_cost * self.staff
            + self.contact_cost(conditions) * self.customers,
            service=self.unit_cost_of_service * sales.units,
            advertising=finance.advertising_cost
            * self.terms.advertising
            * self.terms.reach
            * reference_people,
            acquisition=finance.acquisition_cost * sales.joins,
            investment=self.invested,
            fixed=finance.fixed_cost * reference_people,
            interest=finance.interest * max(0.0, -self.cash),
        )
        self.cash += self.accounts.profit
        limit = -finance.credit * conditions.reference_revenue
        self.months_in_trouble = self.months_in_trouble + 1 if self.cash < limit else 0

    def is_insolvent(self, conditions: Conditions) -> bool:
        """Whether it has been beyond its credit for longer than the grace period."""
        return self.months_in_trouble > conditions.finance.grace
