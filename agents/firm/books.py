"""What a firm knows when it plans: its own books, and what can be seen of its market."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

CAPABILITIES = ("operations", "innovation", "intimacy")


class UnitCosts(NamedTuple):
    """What a unit costs a firm in a month: what its price is set on.

    Attributes:
        delivery: Cost of delivering it.
        full: The same with service and attention.
        break_even: Price that pays for it, for its part of overheads, and for investment.
    """

    delivery: float
    full: float
    break_even: float


@dataclass
class Accounts:
    """One month's money of one firm, and ``units`` sold to its own customers."""

    revenue: float = 0.0
    settlement: float = 0.0
    delivery: float = 0.0
    attention: float = 0.0
    service: float = 0.0
    intermediation: float = 0.0
    advertising: float = 0.0
    acquisition: float = 0.0
    investment: float = 0.0
    fixed: float = 0.0
    interest: float = 0.0
    units: float = 0.0

    @property
    def profit(self) -> float:
        """Revenue and what is settled for outcomes, less all costs."""
        return (self.revenue + self.settlement) - (
            self.delivery
            + self.attention
            + self.service
            + self.intermediation
            + self.advertising
            + self.acquisition
            + self.investment
            + self.fixed
            + self.interest
        )


class Sales(NamedTuple):
    """What one firm sold in a month.

    Attributes:
        units: Units sold to its own customers.
        paid: The same as units at the price list that cost as much: less, with prices for joiners.
        side_units: Units sold to customers of rivals.
        settled: Gains shared less refunds, in units at the price list.
        joins: New customers.
        through: The same by channel (:data:`tsunagari.agents.columns.CHANNELS`).
    """

    units: float
    paid: float
    side_units: float
    settled: float
    joins: int
    through: tuple[float, ...]


class Research(NamedTuple):
    """What win/loss research tells a firm of one month, or of several added up.

    Expectations summed over all who looked and had the firm in their choice; a slope is by how much
    the sum would fall or rise with the log of the firm's price.

    Attributes:
        asked: How many were asked.
        won: Customers of rivals, and people without a provider, who would choose the firm.
        won_slope: How many fewer by a log point of price.
        lost: Own customers who would not choose it again, or leave the market.
        lost_slope: How many more by a log point of price, among those who look.
        look_slope: How many more because a dearer provider makes more customers look.
        side_slope: By how much less its rivals' customers buy besides, in units.
        customers: Its customers at the end of the month.
        units: Units sold to them.
        paid: The same as units at the price list that cost as much.
        settled: Gains shared less refunds, in the same.
        side_units: Units sold to customers of rivals.
        acquisition: Money spent on joiners.
    """

    asked: float
    won: float
    won_slope: float
    lost: float
    lost_slope: float
    look_slope: float
    side_slope: float
    customers: float
    units: float
    paid: float
    settled: float
    side_units: float
    acquisition: float


@dataclass
class Standing:
    """What the market said of a firm at the end of last month.

    Attributes:
        customers: Its customers.
        market_share: Their share of all customers.
        lost: Share of the market lost in the course of that month; below 0 if won.
        revenue: What it earned.
        liking: How far its customers like its people.
        valued: Mean value weight of its customers behind each capability; empty without customers.
    """

    customers: int = 0
    market_share: float = 0.0
    lost: float = 0.0
    revenue: float = 0.0
    liking: float = 0.0
    valued: dict[str, float] = field(default_factory=dict)


class Rival(NamedTuple):
    """What anybody can see of a firm, as it stood at the end of last month.

    Attributes:
        price: Price of one unit.
        market_share: Share of all customers.
        capabilities: Level of each capability.
    """

    price: float
    market_share: float
    capabilities: dict[str, float]


@dataclass(frozen=True)
class Conditions:
    """What a firm can know of its market when it plans a month.

    Attributes:
        month: The month being planned.
        people: Number of people in the market.
        reference_revenue: Monthly revenue of a firm of reference share at price 1.
        means: Mean level of each capability in last month's market, weighted by share.
        par: Capability that customers ask for in each capability, from those means.
        products: Product level of last month by name of firm, of all that anybody can know of.
        seen: What else can be seen of the same firms, by name.
        technology: The scenario's section on capabilities.
        finance: The scenario's section on money.
        relation: The scenario's section on what grows between customer and provider.
        zmot: The scenario's section on search.
        value: The scenario's section on what customers find valuable.
        elasticity: Elasticity of the units that customers buy with price.
        segments: Names of the segments.
        unit_of_money: What the usual unit costs a month, in the currency that firms ask in.
    """

    month: int
    people: int
    reference_revenue: float
    means: dict[str, float]
    par: dict[str, float]
    products: dict[str, float]
    seen: dict[str, Rival]
    technology: Any
    finance: Any
    relation: Any
    zmot: Any
    value: Any
    elasticity: float
    segments: tuple[str, ...]
    unit_of_money: float = 1.0

    @property
    def reference_people(self) -> float:
        """Customers of a firm of reference share."""
        return self.finance.reference_share * self.people

    def rivals_of(self, name: str) -> Iterator[Rival]:
        """All that can be seen, except the firm of this name."""
        return (rival for other, rival in self.seen.items() if other != name)

    def gap(self, name: str, capability: str, level: float) -> float:
        """How far the best of a firm's visible rivals is ahead of a level, 0 if none is."""
        levels = (rival.capabilities[capability] for rival in self.rivals_of(name))
        return max(0.0, max(levels, default=level) - level)
