"""What a firm can know of its market when it plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rival:
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
        segments: Names of the segments.
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
    segments: tuple[str, ...]

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
