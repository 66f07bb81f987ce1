"""A firm's books: what it sold, what came of it in money, and where the market sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


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
    """One month's money of one firm; ``profit`` is what all else adds up to."""

    revenue: float = 0.0
    settlement: float = 0.0
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
        """Revenue and what is settled for outcomes, less all costs."""
        return (self.revenue + self.settlement) - (
            self.delivery
            + self.attention
            + self.service
            + self.advertising
            + self.acquisition
            + self.investment
            + self.fixed
            + self.interest
        )


@dataclass(frozen=True)
class Sales:
    """What one firm sold in a month.

    Attributes:
        units: Units sold to its own customers.
        paid: The same as units at the price list that cost as much: less, with prices for joiners.
        side_units: Units sold to customers of rivals.
        settled: Gains shared less refunds, in units at the price list.
        joins: New customers.
    """

    units: float
    paid: float
    side_units: float
    settled: float
    joins: int


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
