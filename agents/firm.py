"""A firm: an ordinary Mesa agent that plans, offers and keeps accounts in plain Python."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import mesa

from agents.chance import absorbed, decision_word, generator, uniform, word_of
from agents.discipline import CAPABILITIES, Discipline
from agents.rules.search import claim_precision

LAUNCH = word_of("launch")
LAUNCH_SIZE = word_of("launch size")
FIRM_CHANCE = word_of("firm")
LEAST_PRICE = 1e-6
"""What free of charge means, in usual unit costs: customers weigh the logarithm of a price."""


@dataclass(frozen=True)
class Conditions:
    """What a firm can know of its market when it plans a month.

    Attributes:
        month: The month being planned.
        people: Number of people in the market.
        reference_revenue: Monthly revenue of a firm of reference share at price 1.
        par: Capability that customers ask for in each capability, from last month's market.
        products: Product level of last month by name of firm, of all that anybody can know of.
        technology: The scenario's section on capabilities.
        finance: The scenario's section on money.
        relation: The scenario's section on what grows between customer and provider.
        zmot: The scenario's section on search.
        value: The scenario's section on what customers find valuable.
    """

    month: int
    people: int
    reference_revenue: float
    par: dict[str, float]
    products: dict[str, float]
    technology: Any
    finance: Any
    relation: Any
    zmot: Any
    value: Any


@dataclass
class Accounts:
    """One month's money of one firm; ``profit`` is what all else adds up to."""

    revenue: float = 0.0
    delivery: float = 0.0
    attention: float = 0.0
    service: float = 0.0
    advertising: float = 0.0
    acquisition: float = 0.0
    investment: float = 0.0
    fixed: float = 0.0
    interest: float = 0.0

    @property
    def profit(self) -> float:
        """Revenue less all costs."""
        return self.revenue - (
            self.delivery
            + self.attention
            + self.service
            + self.advertising
            + self.acquisition
            + self.investment
            + self.fixed
            + self.interest
        )


@dataclass
class Standing:
    """What the market said of a firm at the end of last month."""

    customers: int = 0
    market_share: float = 0.0
    revenue: float = 0.0
    liking: float = 0.0


class Firm(mesa.Agent):
    """A firm that competes for customers.

    Attributes:
        name: Its name; it keys all luck that concerns it.
        index: Its row in the table of offers, in order of appearance.
        discipline: How it decides (:class:`~agents.discipline.Discipline`).
        terms: Its numbers: the operating model of its discipline with its own values on top.
        capabilities: Level of each capability against the frontier; 1 is an average firm's.
        product: Level of the product on sale.
        novelty: 1 at a launch, fading.
        staff: People, in customers who get full attention from them.
        attention: Attention that one customer gets.
        unit_cost: Cost of delivering one unit.
        price: Price of one unit this month.
        cash: Money, negative when in debt.
        overpromise: Record of promises that were not kept, in utility.
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
        self.cash = 0.0
        self.overpromise = 0.0
        self.months_in_trouble = 0
        self.forced_launch = 0.0
        self.standing = Standing()
        self.accounts = Accounts()
        self.invested = 0.0
        self.own_rng = generator(model.seed_word, FIRM_CHANCE, self.word)

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
        for name, gained in self._gains(conditions, self.expected_revenue(conditions)).items():
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
        """Plan this month and set the offer, as the market asks every firm to."""
        self.plan(self.model.conditions)

    def plan(self, conditions: Conditions) -> None:
        """Measure, invest, hire, price."""
        revenue = self.expected_revenue(conditions)
        self.invested = self.terms.investment * revenue
        drift = conditions.technology.drift
        for name, gained in self._gains(conditions, revenue).items():
            self.capabilities[name] += gained - drift * self.capabilities[name]
        self._develop(conditions)
        self.staff += (self._staff_wanted(conditions) - self.staff) / conditions.finance.hiring_lag
        self._set_offer(conditions)

    def _gains(self, conditions: Conditions, revenue: float) -> dict[str, float]:
        """Capability gained by a month's budgets: ``η·culture·(budget/reference)^θ``."""
        technology = conditions.technology
        spread = self.discipline.spread(self, conditions)
        intensity = self.terms.investment / technology.reference_investment
        size = (revenue / conditions.reference_revenue) ** technology.scale if revenue > 0 else 0.0
        focus = 1.5 * (max(spread.values()) - 1.0 / 3.0)
        bonus = 1.0 + technology.alignment * max(0.0, focus)
        return {
            name: technology.gain
            * self.terms.culture
            * bonus
            * (3.0 * part * intensity * size) ** technology.returns
            for name, part in spread.items()
        }

    def _develop(self, conditions: Conditions) -> None:
        """Bring the product forward: steadily or by launches, and by imitating the best."""
        technology = conditions.technology
        innovation = self.capabilities["innovation"]
        self.novelty *= 1.0 - technology.novelty_fading
        self.product *= 1.0 - (technology.drift if self.terms.launch_rate > 0 else 0.0)
        chance = decision_word(self.model.seed_word, LAUNCH, conditions.month)
        luck = uniform(absorbed(chance, self.word))
        if self.forced_launch > 0.0 or self.discipline.launches(self, conditions, luck):
            chance = decision_word(self.model.seed_word, LAUNCH_SIZE, conditions.month)
            jump = uniform(absorbed(chance, self.word)) * self.terms.launch_size
            launched = innovation * (1.0 + jump) + self.forced_launch
            self.product = max(self.product, launched)
            self.novelty = 1.0
            self.forced_launch = 0.0
        elif self.terms.launch_rate <= 0.0:
            self.product += technology.improvement * (innovation - self.product)
        rivals = (level for name, level in conditions.products.items() if name != self.name)
        gap = max(0.0, max(rivals, default=0.0) - self.product)
        self.product += technology.imitation * gap

    def _staff_wanted(self, conditions: Conditions) -> float:
        return self.terms.attention * min(
            float(self.customers), self.terms.capacity * conditions.people
        )

    def _set_offer(self, conditions: Conditions) -> None:
        """Attention, unit cost and price follow from what the firm has and can."""
        technology = conditions.technology
        self.attention = min(1.0, self.terms.attention * technology.extended_staff)
        if self.customers > 0:
            given = technology.extended_staff * self.staff / self.customers
            self.attention = min(self.attention, given)
        operations = self.capabilities["operations"]
        self.unit_cost = self.terms.marginal_cost * math.exp(
            -technology.cost_slope * (operations - 1.0)
        )
        asked = self.terms.price * self.discipline.asking_price(self, conditions)
        self.price = max(LEAST_PRICE, asked)

    def offer_values(self, conditions: Conditions) -> dict[str, float]:
        """What customers see of the firm, by field of :data:`agents.offer.OFFER`.

        The market adds what only it knows: weight, effect of the rating, rivals' stimulus.
        """
        terms, technology, relation = self.terms, conditions.technology, conditions.relation
        learning = relation.knowledge_rate * self.attention * terms.data_quality
        return {
            "word": self.word,
            "active": float(self.active),
            "log_price": math.log(self.price),
            "log_time": -technology.time_slope * (self.capabilities["operations"] - 1.0),
            "product": self.product,
            "solution": terms.solution * self.capabilities["intimacy"],
            "position": terms.position,
            "breadth": terms.breadth,
            "authority": terms.authority,
            "attention": self.attention,
            "warmth": terms.warmth,
            "data_quality": terms.data_quality,
            "knowledge": learning / max(learning + relation.knowledge_decay, 1e-12),
            "renewal": terms.renewal,
            "service": terms.service,
            "comfort": terms.indulgence,
            "integration": terms.integration,
            "wallet_breadth": terms.wallet_breadth,
            "contract": terms.contract,
            "claim": terms.claim,
            "claim_precision": claim_precision(
                conditions.zmot.claim,
                conditions.zmot.doubt,
                self.overpromise,
                conditions.zmot.connectivity,
            ),
            "reach": terms.reach,
            "acceptance": self.discipline.acceptance(self, conditions),
            "minimum_fit": terms.minimum_fit,
            "reputation": self._reputation(conditions),
        }

    def _reputation(self, conditions: Conditions) -> float:
        """Par in the other disciplines (a soft threshold), brand liking and network effect."""
        softness = conditions.technology.par_softness
        at_par = 0.0
        for name in CAPABILITIES:
            if name not in self.discipline.leads:
                above = (self.capabilities[name] - conditions.par[name]) / softness
                # ln of the logistic function, without overflow on either side
                at_par += min(above, 0.0) - math.log1p(math.exp(-abs(above)))
        network = self.terms.network_effect * self.customers / conditions.people
        return at_par + conditions.value.brand * self.standing.liking + network

    def account(self, conditions: Conditions, units: float, side_units: float, joins: int) -> None:
        """Close the month's books.

        Args:
            conditions: Of this month.
            units: Units sold to its own customers.
            side_units: Units sold to customers of rivals.
            joins: New customers this month.
        """
        finance = conditions.finance
        reference_people = finance.reference_share * conditions.people
        sold = units + side_units
        self.accounts = Accounts(
            revenue=self.price * sold,
            delivery=self.unit_cost * sold,
            attention=finance.attention_cost * self.staff,
            service=self.unit_cost_of_service * units,
            advertising=finance.advertising_cost
            * self.terms.advertising
            * self.terms.reach
            * reference_people,
            acquisition=finance.acquisition_cost * joins,
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
