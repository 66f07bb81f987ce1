"""A customer: a Mesa agent whose state lives in columns.

A :class:`Customer` is a view, made when somebody asks for it: a row number and its market. A
million of them cost what their columns cost. What is set from outside is taken if it lasts, and
refused if it would be lost.
"""

from __future__ import annotations

import numbers
from typing import Any

import mesa
import numpy as np

from tsunagari.agents.asked import MadeByTheMarket, no_such, shown
from tsunagari.agents.columns import MARK_ROW, MARKS, NOBODY, REAL_ROW, REALS, SOURCE_NAMES
from tsunagari.agents.firm.firm import Firm

HOW_CUSTOMERS_COME = (
    "customers are made by the market, as many as market.customers in the scenario says; those who "
    "leave the market are replaced in place"
)
_REASON_COLUMNS = ("joined_through", "joined_for", "decided_by", "heard_through")
FIRM_COLUMNS = (
    "provider",
    "previous_provider",
    "rated_provider",
    "left_provider",
    "choice",
    "contact_at",
)
"""Columns that hold firms: their row numbers, -1 for none."""
LASTING_MARKS = ("segment", "district", "provider", "tenure", "contract_left")
_OF_A_PROVIDER = ("satisfaction", "tenure", "contract_left")
"""What nobody has without a provider (tables and rules take it for 0)."""
_LOST = {
    "norm": "what the market gives is measured anew every month",
    "friends_here": "friends are counted anew every month",
    "switching_cost": "it follows every month from tenure, share of wallet and contract",
}
"""States that the coming month sets anew, and why."""
_REAL_KIND = {column.name: column.kind for column in REALS}
_MARK_KIND = {column.name: column.kind for column in MARKS}
_DERIVED = ("degree", "neighbours")
"""Columns that follow from the network and cannot be set."""
_LARGEST = float(np.finfo(np.float32).max)


class Customer(MadeByTheMarket, mesa.Agent):
    """One customer.

    Every column of :mod:`tsunagari.agents.columns` is an attribute; one that holds a firm gives the
    :class:`~tsunagari.agents.firm.firm.Firm` or None. What a customer is, has and feels may be set
    and lasts; what happened is the market's to write. Two views of one customer are equal.
    Customers are neither born nor removed one by one: those who leave the market are replaced in
    place.

    Attributes:
        row: Row in the columns, from 0.
    """

    __slots__ = ("_market", "row")
    _how_they_come = HOW_CUSTOMERS_COME

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
        self._market.population.take("judge", self.row, self.row + 1)

    def share(self) -> None:
        """Phase 5: share it."""
        self._market.population.take("share", self.row, self.row + 1)

    def look(self) -> None:
        """Phase 6: look around, or not."""
        self._market.population.take("look", self.row, self.row + 1)

    def choose(self) -> None:
        """Phases 7 and 8: search and choose."""
        self._market.population.take("choose", self.row, self.row + 1)

    def settle(self) -> None:
        """Phase 9: move or stay."""
        self._market.population.take("settle", self.row, self.row + 1)

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


def known() -> list[str]:
    """All names that ``get`` takes, for suggestions."""
    return [*_REAL_KIND, *_MARK_KIND, *_DERIVED, "unique_id"]


def write(market: Any, name: str, rows: Any, value: Any) -> None:
    """Set a column of some customers.

    While the market makes its month (in a phase of a subclass, say) everything may be set; between
    two months only what lasts: what customers are, have and feel, not what happened to them.

    Args:
        market: The market.
        name: A column.
        rows: Their row numbers, int64[n].
        value: One value for all, or an array with one for each. Firms as such, None, or by row.

    Raises:
        AttributeError: There is no such column, or what is set would be lost.
        TypeError: The values are no numbers.
        ValueError: They are too many or too few, or out of range.
    """
    if name not in _REAL_KIND and name not in _MARK_KIND:
        raise AttributeError(_no_column(name))
    if not market.is_working:
        _refuse_what_would_be_lost(name)
    values = _firms(market, value, name) if name in FIRM_COLUMNS else value
    array = _numbers(name, values, len(rows))
    if not market.is_working:
        if name == "provider":
            _move(market, rows, np.broadcast_to(array, len(rows)))
        else:
            _check_range(market, name, rows, array)
        market.remember_direct_setting()
        if name == "provider":
            return
    market.population.column(name)[rows] = array


def _no_column(name: str) -> str:
    if name in (*_DERIVED, "unique_id"):
        return f"{name!r} follows from the market and cannot be set"
    return no_such("a customer", name, known())


def _refuse_what_would_be_lost(name: str) -> None:
    if name in _LOST:
        raise AttributeError(f"{name!r} cannot be set: {_LOST[name]}")
    if _REAL_KIND.get(name) == "note" or (name in _MARK_KIND and name not in LASTING_MARKS):
        lasting = ", ".join(LASTING_MARKS)
        raise AttributeError(
            f"{name!r} records what happened, and the market writes it itself; what can be set are "
            f"traits, what customers feel and know, and {lasting}"
        )


def _firms(market: Any, value: Any, name: str) -> Any:
    """Firms by their rows; numbers stay."""
    if isinstance(value, Firm) or value is None:
        return _row_of(market, value, name)
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.dtype == object):
        return [
            _row_of(market, item, name) if isinstance(item, Firm) or item is None else item
            for item in value
        ]
    return value


def _row_of(market: Any, firm: Firm | None, name: str) -> int:
    if firm is not None and firm.model is not market:
        raise ValueError(f"{name}: {firm.name} is a firm of another market")
    return NOBODY if firm is None else firm.index


def _numbers(name: str, value: Any, count: int) -> np.ndarray:
    """Values as numbers of the column's kind: a single one, or one for each customer."""
    is_real = name in _REAL_KIND
    what = "numbers" if is_real else "whole numbers"
    if isinstance(value, str | bytes | bool) or value is None:
        raise TypeError(f"{name}: must be {what}, not {shown(value)}")
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in ("iuf" if is_real else "iu"):
        given = shown(value) if isinstance(value, numbers.Number) else f"{shown(value)} of others"
        raise TypeError(f"{name}: must be {what}, not {given}")
    if array.shape not in ((), (count,)):
        raise ValueError(f"{name}: one value, or {count} of them, not {array.shape}")
    limit = _LARGEST if is_real else np.iinfo(np.int32).max
    if not (np.isfinite(array).all() and (np.abs(array.astype(np.float64)) <= limit).all()):
        raise ValueError(f"{name}: must be finite numbers of at most {limit:.3g}")
    return array


def _check_range(market: Any, name: str, rows: Any, array: np.ndarray) -> None:
    if name in _MARK_KIND:
        ends = {
            "segment": len(market.plan.segments),
            "district": max(1, market.population.people // market.plan.market.district),
        }
        end = ends.get(name)
        if array.size and (array.min() < 0 or (end is not None and array.max() >= end)):
            span = "must be at least 0" if end is None else f"must be from 0 to {end - 1}"
            raise ValueError(f"{name}: {span}")
    if name in _OF_A_PROVIDER:
        nobody = market.population.column("provider")[rows] == NOBODY
        count = int((nobody & (array != 0)).sum())
        if count:
            raise ValueError(
                f"{name}: {count} of these customers have no provider, and so nothing to be set; "
                "select those who have: customers.select(customers.get('provider') >= 0)"
            )


def _move(market: Any, rows: Any, firms: np.ndarray) -> None:
    """Let customers be with other firms from now on, as somebody new there; None is nobody."""
    if market.begun > market.month:
        raise RuntimeError("provider: is set between two months; market.step() ends this one")
    open_ = [firm.index for firm in market.firms if firm.active]
    for firm in np.unique(firms).tolist():
        if firm != NOBODY and firm not in open_:
            names = ", ".join(market.firms[index].name for index in open_)
            raise ValueError(
                f"provider: no firm in the market has the row {firm}; there are {names}"
            )
    population = market.population
    for row, firm in zip(np.atleast_1d(rows).tolist(), firms.tolist(), strict=True):
        if population.column("provider")[row] != firm:
            population.move(row, firm, market.month)
