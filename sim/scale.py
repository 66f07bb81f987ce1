"""In what numbers are told: in the currency and the people of the scenario.

The model computes in unit costs and simulated customers, whatever ``money`` and ``market.people``
say: the same scenario told otherwise has the same shares to the bit. Where rows of tables leave the
market they are converted, column by column, as the unit of each has it
(:class:`tsunagari.sim.measuring.Unit`): amounts of money times ``money.unit_cost``, counts times
the people for whom a simulated customer stands, totals of money times both. What a scenario is
given (costs, events, the margin of a claim) stays in unit costs and simulated customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from tsunagari.sim.measures import (
    COLUMNS,
    MEASURES,
    OF_FIRMS,
    OF_THE_MARKET,
    PEOPLE,
    SEGMENT_MEASURES,
)
from tsunagari.sim.measuring import Unit

if TYPE_CHECKING:
    from tsunagari.sim.schema.scenario import Keys

_MEASURED = {
    "firms": OF_FIRMS,
    "market": OF_THE_MARKET,
    "segments": tuple(MEASURES[name] for name in SEGMENT_MEASURES),
}
_UNITS: Mapping[str, Mapping[str, Unit]] = {
    name: {
        **{column: PEOPLE for column, key in keys.items() if key.kind == "people"},
        **{one.name: one.unit for one in _MEASURED.get(name, ())},
    }
    for name, keys in COLUMNS.items()
}
"""Units of the columns that hold numbers, by table; those of somebody's own have none."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of a market are told.

    Attributes:
        currency: What money is called; None where it is in unit costs.
        unit_cost: What the usual unit costs a month in that currency.
        people: In the real market; None: as many as are simulated.
        customers: How many are simulated.
    """

    currency: str | None = None
    unit_cost: float = 1.0
    people: int | None = None
    customers: int = 1

    @classmethod
    def of(cls, plan: Keys, customers: int | None = None) -> Self:
        """The scale of a scenario.

        Args:
            plan: The scenario.
            customers: How many are simulated, where that is not as the scenario says.
        """
        money, market = plan.money, plan.market
        simulated = market.customers if customers is None else customers
        return cls(money.currency, money.unit_cost, market.people, simulated)

    @property
    def is_plain(self) -> bool:
        """Whether numbers are told as the model has them."""
        return self.unit_cost == 1.0 and self.people is None

    @property
    def each(self) -> float:
        """People for whom one simulated customer stands."""
        return 1.0 if self.people is None else self.people / self.customers

    def factor(self, unit: Unit) -> float:
        """What a number in the model is multiplied with to be told."""
        money = self.unit_cost if unit.is_money else 1.0
        return money * self.each if unit.is_count else money

    def factor_of(self, measure: str) -> float:
        """The same of a measure by its name; 1 for one of somebody's own."""
        return self.factor(MEASURES[measure].unit) if measure in MEASURES else 1.0

    def told(self, table: str, columns: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a table as they are told.

        Whole numbers stay whole ones (int64) where people are those who are simulated; with
        ``market.people`` all counts are float64, whether or not a customer stands for a whole
        number of people, so that the columns of a sweep over the market's size have one type.

        Args:
            table: Its name.
            columns: As the market has taken them down.
        """
        units = _UNITS.get(table, {})
        return {
            name: self._converted(values, units[name]) if name in units else values
            for name, values in columns.items()
        }

    def _converted(self, values: Any, unit: Unit) -> Any:
        counted = unit.is_count and self.people is not None
        if not counted and not (unit.is_money and self.unit_cost != 1.0):
            return values
        return values * self.factor(unit)


def in_unit_costs[P: Keys](plan: P) -> P:
    """The same scenario told in unit costs and simulated customers.

    For studies that reckon with what firms and customers have, and tell the result themselves.
    """
    from tsunagari.sim.schema.market import Money

    market = plan.market.model_copy(update={"people": None})
    return plan.model_copy(update={"money": Money(), "market": market})
