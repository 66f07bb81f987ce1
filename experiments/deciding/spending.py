"""What an option costs, and how much of it costs as much as another one.

The spend of an option is what it takes from the customers and the sales that the firm has anyway:
the change of every rate (what a unit brings, what a unit, a customer, a joiner and an advertising
month cost) times the volumes of the market without it, a month, over its first year. What customers
do because of it is its effect, and no part of its spend: a variance of rates at budgeted volumes,
as cost accounting has it (Horngren, Datar & Rajan 2015).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsunagari.experiments.deciding.outcomes import course

YEAR = 12
"""Months over which a spend is averaged."""
EXACT = 0.003
"""Part by which a spend may miss what it should be."""
_FREE = 1e-4
_ROUNDS = 16

_PER = {"settlement": "units", "service": "units", "attention": "customers",
        "acquisition": "joins", "investment": "revenue", "intermediation": "revenue"}  # fmt: skip
"""By what volume each item is divided to give its rate."""
_PAID = ("service", "attention", "acquisition", "investment", "intermediation")


@dataclass(frozen=True)
class Books:
    """A firm's books month by month, each float64[months]."""

    items: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, tables: Mapping[str, Any], firm: str, starts: int, months: int) -> Books:
        """The books of some months."""
        names = (*_PER, "revenue", "customers", "joins", "unit_cost", "price", "delivery",
                 "advertising", "fixed")  # fmt: skip
        items = {name: np.nan_to_num(course(tables, firm, name, starts, months)) for name in names}
        cost = items["unit_cost"]
        by_cost = np.divide(items["delivery"], cost, out=np.zeros_like(cost), where=cost > 0)
        by_price = items["revenue"] / np.maximum(items["price"], 1e-12)
        return cls({**items, "units": np.where(cost > 0, by_cost, by_price)})

    def rate(self, item: str, volume: str) -> np.ndarray:
        """An item for each of a volume; 0 where there is none of it."""
        amount, of = self.items[item], self.items[volume]
        return np.divide(amount, of, out=np.zeros_like(amount), where=of > 0)


def spend(base: Books, option: Books) -> float:
    """What an option costs a month, on the volumes of the market without it; below 0 it saves."""

    def dearer(item: str, volume: str) -> np.ndarray:
        change: np.ndarray = option.rate(item, volume) - base.rate(item, volume)
        return change * base.items[volume]

    costs = sum(dearer(item, _PER[item]) for item in _PAID)
    costs = costs + (option.items["unit_cost"] - base.items["unit_cost"]) * base.items["units"]
    costs = costs + option.items["advertising"] - base.items["advertising"]
    costs = costs + option.items["fixed"] - base.items["fixed"]
    lost = dearer("revenue", "units") + dearer("settlement", "units")
    return float((costs - lost).mean())


def is_free(amount: float, revenue: float) -> bool:
    """Whether a spend is none, next to what the firm earns."""
    return abs(amount) < _FREE * abs(revenue)


class UnreachableError(Exception):
    """An option cannot cost as much as is wanted.

    Attributes:
        most: What it costs at most.
    """

    def __init__(self, most: float) -> None:
        super().__init__()
        self.most = most


def scaled(
    cost: Callable[[float], float], target: float, largest: float = np.inf
) -> tuple[float, float]:
    """How much of an option costs so much, and what it then costs.

    Args:
        cost: Spend of a part of the option; 1 is the option as it was written, and costs something.
        target: Wanted, above 0.
        largest: Largest part that is possible.

    Raises:
        UnreachableError: No part of it costs so much.
    """
    known = {0.0: 0.0}
    scale = min(1.0, largest)
    for _ in range(_ROUNDS):
        known[scale] = cost(scale)
        if abs(known[scale] - target) <= EXACT * target:
            return scale, known[scale]
        if scale == largest and known[scale] < target:
            break
        scale = _nearer(known, target, largest)
    raise UnreachableError(max(known.values()))


def _nearer(known: dict[float, float], target: float, largest: float) -> float:
    """The next part to try: on the power law through the known ones about the target."""
    low = max(part for part, at in known.items() if at < target)
    above = [part for part, at in known.items() if at >= target and part > low]
    if not above:
        factor = (target / known[low]) ** 2 if known[low] > 0.0 else 4.0
        return min(largest, low * min(8.0, max(1.1, factor)))
    high = min(above)
    if known[low] <= 0.0:
        return high * min(0.9, max(0.001, (target / known[high]) ** 2))
    power = math.log(target / known[low]) / math.log(known[high] / known[low])
    return low * (high / low) ** min(0.99, max(0.01, power))
