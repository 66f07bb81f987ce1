"""A customer: a Mesa agent whose state lives in columns.

A :class:`Customer` is a view, made when somebody asks for it: a row number and its market. A
million of them cost what their columns cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from agents.columns import MARKS, REALS, SOURCE_NAMES
from agents.declared import no_such
from agents.population import MARK_ROW, REAL_ROW
from agents.writing import FIRM_COLUMNS, known, write

if TYPE_CHECKING:
    from agents.firm import Firm

HOW_CUSTOMERS_COME = (
    "customers are made by the market, as many as market.customers in the scenario says; those who "
    "leave the market are replaced in place"
)
_REASON_COLUMNS = ("joined_through", "joined_for", "decided_by", "heard_through")


class Customer(mesa.Agent):
    """One customer.

    Every column of :mod:`agents.columns` is an attribute; a column that holds a firm gives the
    :class:`~agents.firm.Firm` or None. What a customer is, has and feels may be set and lasts; what
    happened is the market's to write. Two views of one customer are equal. Customers are neither
    born nor removed one by one: those who leave the market are replaced in place.

    Attributes:
        row: Row in the columns, from 0.
    """

    __slots__ = ("_market", "row")

    def __init__(self, market: Any, row: int) -> None:
        object.__setattr__(self, "_market", market)
        object.__setattr__(self, "row", row)

    @property
    def model(self) -> Any:  # type: ignore[override]
        """The market this customer lives in."""
        return self._market

    @property
    def unique_id(self) -> int:  # type: ignore[override]
        """Number of this customer among the market's agents."""
        return self._market.first_customer_id + self.row

    @property
    def pos(self) -> None:  # type: ignore[override]
        """Customers live in a network, not on a grid."""
        return None

    @property
    def neighbours(self) -> list[Customer]:
        """The friends, of whom this customer hears."""
        rows = self._market.population.neighbours(self.row)
        return [type(self)(self._market, int(row)) for row in rows]

    @property
    def degree(self) -> int:
        """How many friends."""
        return len(self._market.population.neighbours(self.row))

    def step(self) -> None:
        """Take this customer through the month, from judging to settling.

        Everybody sees last month's state of everybody else, so customers may be stepped in any
        order; whoever was not is taken along by ``market.step()``, which ends the month.

        Raises:
            RuntimeError: This customer has lived this month already.
        """
        market, population = self._market, self._market.population
        market.begin_month()
        if self.lived_month == population.month and population.month > market.month:
            raise RuntimeError(
                f"customer {self.unique_id} has been through month {population.month} already; "
                "market.step() ends the month"
            )
        with market.working():
            for phase in (self.judge, self.share, self.look, self.choose, self.settle):
                phase()
        population.ahead += 1

    def judge(self) -> None:
        """Phase 4: judge what was lived."""
        self._market.population.judge(self.row, self.row + 1)

    def share(self) -> None:
        """Phase 5: share it."""
        self._market.population.share(self.row, self.row + 1)

    def look(self) -> None:
        """Phase 6: look around, or not."""
        self._market.population.look(self.row, self.row + 1)

    def choose(self) -> None:
        """Phases 7 and 8: search and choose."""
        self._market.population.choose(self.row, self.row + 1)

    def settle(self) -> None:
        """Phase 9: move or stay."""
        self._market.population.settle(self.row, self.row + 1)

    def remove(self) -> None:
        """Customers cannot be removed.

        Raises:
            RuntimeError: Always; the model replaces those who leave the market in place.
        """
        raise RuntimeError(
            "customers are not removed one by one: those who leave the market are replaced in "
            "place (market.exit in the scenario says how many)"
        )

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """The market makes its customers.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(HOW_CUSTOMERS_COME)

    @classmethod
    def from_dataframe(cls, *args: Any, **kwargs: Any) -> Any:
        """The market makes its customers.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(HOW_CUSTOMERS_COME)

    def __getattr__(self, name: str) -> Any:
        # Reached for what is neither a column nor defined above.
        raise AttributeError(no_such("a customer", name, known()))

    def __setattr__(self, name: str, value: Any) -> None:
        own = getattr(type(self), name, None)
        if name in REAL_ROW or name in MARK_ROW or own is None or hasattr(Customer, name):
            write(self._market, name, np.array([self.row]), value)
        elif isinstance(own, property) and own.fset is not None:
            own.fset(self, value)
        else:
            raise AttributeError(
                f"a customer is a view of its columns, and {name!r} set on it would be lost with "
                "it; keep it in an array of your own, by customer.row"
            )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Customer) and other._market is self._market and other.row == self.row
        )

    def __hash__(self) -> int:
        return hash((id(self._market), self.row))

    def __repr__(self) -> str:
        provider: Firm | None = self.provider
        with_whom = f"with {provider.name}" if provider is not None else "without a provider"
        return f"<{type(self).__name__} {self.unique_id} {with_whom}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._market, self.row)


def _column_property(name: str, meaning: str, unit: str) -> property:
    real = name in REAL_ROW

    def get(self: Customer) -> Any:
        value = self._market.population.column(name)[self.row]
        if name in FIRM_COLUMNS:
            return self._market.firms[value] if value >= 0 else None
        if name in _REASON_COLUMNS:
            return SOURCE_NAMES[value]
        return float(value) if real else int(value)

    def put(self: Customer, value: Any) -> None:
        Customer.__setattr__(self, name, value)

    return property(get, put, doc=f"{meaning[:1].upper()}{meaning[1:]} ({unit}).")


for _column in (*REALS, *MARKS):
    setattr(Customer, _column.name, _column_property(_column.name, _column.meaning, _column.unit))
