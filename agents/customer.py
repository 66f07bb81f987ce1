"""A customer: a Mesa agent whose state lives in columns.

A :class:`Customer` is a view, made when somebody asks for it: a row number and its market. A
million of them cost what their columns cost.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import mesa

from agents.columns import MARKS, REALS, SOURCE_NAMES
from agents.population import MARK_ROW, REAL_ROW

if TYPE_CHECKING:
    from agents.firm import Firm

_FIRM_COLUMNS = (
    "provider",
    "previous_provider",
    "rated_provider",
    "left_provider",
    "choice",
    "contact_at",
)
_REASON_COLUMNS = ("joined_through", "joined_for", "decided_by", "heard_through")


class Customer(mesa.Agent):
    """One customer.

    Every column of :mod:`agents.columns` is an attribute; a column that holds a firm gives the
    :class:`~agents.firm.Firm` or None. Two views of one customer are equal. Customers are neither
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
        network = self._market.population.network
        if network.complete:
            rows = [row for row in range(network.size) if row != self.row]
        else:
            rows = network.neighbours(self.row)
        return [type(self)(self._market, int(row)) for row in rows]

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

    def __getattr__(self, name: str) -> Any:
        # Reached for what is neither a column nor defined above.
        raise AttributeError(_unknown(name))

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in REAL_ROW and name not in MARK_ROW:
            raise AttributeError(_unknown(name))
        if name in _FIRM_COLUMNS:
            value = -1 if value is None else value.index
        self._market.population.column(name)[self.row] = value

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


def _unknown(name: str) -> str:
    known = [*REAL_ROW, *MARK_ROW, "neighbours", "model", "unique_id"]
    near = difflib.get_close_matches(name, known, n=1)
    suggestion = f"; did you mean {near[0]!r}?" if near else ""
    return f"a customer has no {name!r}{suggestion}"


def _column_property(name: str, meaning: str, unit: str) -> property:
    real = name in REAL_ROW

    def get(self: Customer) -> Any:
        value = self._market.population.column(name)[self.row]
        if name in _FIRM_COLUMNS:
            return self._market.firms[value] if value >= 0 else None
        if name in _REASON_COLUMNS:
            return SOURCE_NAMES[value]
        return float(value) if real else int(value)

    def put(self: Customer, value: Any) -> None:
        Customer.__setattr__(self, name, value)

    return property(get, put, doc=f"{meaning[:1].upper()}{meaning[1:]} ({unit}).")


for _column in (*REALS, *MARKS):
    setattr(Customer, _column.name, _column_property(_column.name, _column.meaning, _column.unit))
