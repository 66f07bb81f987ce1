"""Sets of customers over columns: what Mesa's agent sets do, without a million objects."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import and_, or_, sub, xor
from random import Random
from typing import Any

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy

from tsunagari.agents.asked import function_or_name, most_of, shown, whole
from tsunagari.agents.columns import MARK_ROW, REAL_ROW
from tsunagari.agents.customer import Customer, write

MARKETS_OWN = (
    "these are the market's own agents, which are neither added nor taken away here, nor put in "
    "another order; change a copy: .copy()"
)


class Copied:
    """What sets of any kind give."""

    def copy(self) -> Any:
        """The same agents in a set of its own."""
        return copy.copy(self)

    def to_list(self) -> list[Any]:
        """The agents as a list."""
        return list(self)  # type: ignore[call-overload]


def _in_place(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """What ``|=`` and such do where the operator makes a set of its own."""
    return lambda self, other: self._now(operation(self, other).rows, inplace=True)


class CustomerSet(Copied, AbstractAgentSet):
    """An ordered set of customers of one market.

    ``get``, ``set``, ``agg`` and ``groupby`` with the name of a column work on whole columns; a
    function is called with one customer at a time, as Mesa does, never with columns. Any subset is
    such a set again and holds row numbers only.

    Args:
        market: The market they live in.
        customer: The class of views to hand out.
        rows: int64 row numbers in order, or None for everybody.
        is_markets_own: Whether it is the one that the market keeps: nobody is taken out of it.
    """

    def __init__(
        self,
        market: Any,
        customer: type[Customer] = Customer,
        rows: np.ndarray | None = None,
        *,
        is_markets_own: bool = False,
    ) -> None:
        self._is_markets_own = is_markets_own
        self.model = market
        self.random: Random = market.random
        self._customer = customer
        self._rows = rows

    @property
    def rows(self) -> np.ndarray:
        """Row numbers, int64, in the set's order."""
        if self._rows is None:
            return np.arange(self.model.population.people)
        return self._rows

    def _like(self, rows: np.ndarray) -> CustomerSet:
        return CustomerSet(self.model, self._customer, np.asarray(rows, np.int64))

    def __len__(self) -> int:
        return self.model.population.people if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Customer]:
        everybody = range(len(self)) if self._rows is None else self._rows.tolist()
        return (self._customer(self.model, row) for row in everybody)

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Customer) or agent.model is not self.model:
            return False
        return self._rows is None or bool(np.any(self._rows == agent.row))

    def __getitem__(self, item: Any) -> Any:
        """One customer by position, a list of them by a slice, or a subset.

        Args:
            item: A whole number (from the end if below 0), a slice, an array or a list of whole
                numbers, or a mask.

        Raises:
            IndexError: There is no such position.
            TypeError: It is something else.
        """
        if isinstance(item, slice):
            try:
                return [self._customer(self.model, int(row)) for row in self.rows[item]]
            except TypeError as problem:
                raise TypeError("customers: a slice is made of whole numbers") from problem
        if isinstance(item, list | tuple | np.ndarray) and np.ndim(item) > 0:
            return self._like(self._rows_at(item))
        count = len(self)
        try:
            index = whole(item, "customers", -count, count - 1) if count else 0
        except ValueError:
            raise IndexError(f"customers: {_positions(count)}, not {item}") from None
        if not count:
            raise IndexError("customers: there are none in this set")
        return self._customer(self.model, int(self.rows[index]))

    def _rows_at(self, positions: Any) -> np.ndarray:
        """Row numbers at some positions, or where a mask says so."""
        try:
            array = np.asarray(positions)
        except ValueError:  # lists of different lengths
            array = np.asarray(None)
        if array.dtype == bool:
            return self.rows[self._mask(array)]
        if array.size == 0:
            return self.rows[:0]
        if array.dtype.kind not in "iu" or array.ndim != 1:
            raise TypeError("customers: a list of positions holds whole numbers, or is a mask")
        count = len(self)
        if array.min() < -count or array.max() >= count:
            raise IndexError(f"customers: {_positions(count)}; a position is out of range")
        return self.rows[array]

    def _mask(self, mask: Any) -> np.ndarray:
        array = np.asarray(mask)
        if array.dtype != bool or array.shape != (len(self),):
            raise ValueError(f"a mask for these customers is bool and of length {len(self)}")
        return array

    def __reversed__(self) -> Iterator[Customer]:
        return (self._customer(self.model, row) for row in self.rows[::-1].tolist())

    def index(self, agent: Customer) -> int:
        """Position of a customer in this set.

        Raises:
            ValueError: It is not there.
        """
        if agent not in self:
            raise ValueError(f"{agent!r} is not in this set")
        return int(np.flatnonzero(self.rows == agent.row)[0])

    def count(self, agent: Customer) -> int:
        """1 if a customer is in this set, else 0."""
        return int(agent in self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)}>"

    def __copy__(self) -> CustomerSet:
        return CustomerSet(self.model, self._customer, self._rows)

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: str = "error",
        default_value: Any = None,
    ) -> Any:
        """Values of one attribute as an array, or of several as a list of lists, as Mesa's.

        Columns that hold firms (``provider``) give the firms' row numbers, -1 for none;
        ``neighbours`` gives an array of the friends' row numbers for each.

        Raises:
            AttributeError: There is no such attribute, and ``handle_missing`` is "error".
            TypeError: ``attr_names`` is neither a name nor a sequence of names.
            ValueError: ``handle_missing`` is neither "error" nor "default".
        """
        names = [attr_names] if isinstance(attr_names, str) else attr_names
        if not (isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)):
            raise TypeError(f"attr_names: a name or a list of names, not {shown(attr_names)}")
        if handle_missing not in ("error", "default"):
            raise ValueError(
                f"Unknown handle_missing option: {handle_missing}, "
                "should be one of 'error' or 'default'"
            )
        if isinstance(attr_names, str):
            return self._values(attr_names, handle_missing, default_value)
        columns = [self._values(name, handle_missing, default_value) for name in attr_names]
        return [list(row) for row in zip(*columns, strict=True)]

    def _values(self, name: str, handle_missing: str, default: Any) -> np.ndarray:
        if name in REAL_ROW or name in MARK_ROW:
            column = self.model.population.column(name)
            return column.copy() if self._rows is None else column[self._rows]
        if name == "unique_id":
            return self.model.first_customer_id + self.rows
        if name == "degree":
            return self.model.population.network.degree()[self.rows]
        if name == "neighbours":
            return _objects([self.model.population.neighbours(int(row)) for row in self.rows])
        if not hasattr(self._customer, name) and handle_missing == "default":
            return np.full(len(self), default)
        return _array([getattr(customer, name) for customer in self])

    def set(self, attr_name: str, value: Any) -> CustomerSet:
        """Set a column to one value, or to an array with a value for each.

        Raises:
            AttributeError: There is no such column, or what is set would be lost.
            TypeError: The values are no numbers.
            ValueError: They are too many, too few or out of range.
        """
        if not isinstance(attr_name, str):
            raise TypeError(f"attr_name: must be the name of a column, not {shown(attr_name)}")
        write(self.model, attr_name, self.rows, value)
        return self

    def select(
        self,
        filter_func: Callable[[Customer], bool] | np.ndarray | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> CustomerSet:
        """Customers for whom a function holds, or whom a boolean mask of this length marks."""
        if isinstance(filter_func, np.ndarray | list | tuple):
            rows = self.rows[self._mask(filter_func)]
        elif filter_func is not None:
            if not callable(filter_func):
                what = "a function of one customer or a mask"
                raise TypeError(f"filter_func: must be {what}, not {shown(filter_func)}")
            chosen = (customer.row for customer in self if filter_func(customer))
            rows = np.fromiter(chosen, np.int64)
        else:
            rows = self.rows
        if agent_type is not None and not issubclass(self._customer, agent_type):
            rows = rows[:0]
        return self._now(rows[: most_of(at_most, len(self))], inplace)

    def _now(self, rows: np.ndarray, inplace: bool) -> CustomerSet:
        """These rows as a set of their own, or in place."""
        if not inplace:
            return self._like(rows)
        self._refuse_if_markets_own()
        self._rows = rows
        return self

    def _refuse_if_markets_own(self) -> None:
        if self._is_markets_own:
            raise RuntimeError(MARKETS_OWN)

    def groupby(
        self, by: Callable[[Customer], Any] | str, result_type: str = "agentset"
    ) -> GroupBy:
        """Group by a column, or by what a function returns for each customer."""
        groups: dict[Any, CustomerSet]
        rows = self.rows
        keys = self.get(by) if isinstance(by, str) else None
        if keys is not None and keys.dtype != object:
            found, inverse = np.unique(keys, return_inverse=True)
            groups = {key: self._like(rows[inverse == i]) for i, key in enumerate(found.tolist())}
        else:
            places: dict[Any, list[int]] = {}
            told = map(function_or_name(by, "by"), self) if keys is None else keys
            for row, key in zip(rows.tolist(), told, strict=True):
                places.setdefault(key, []).append(row)
            groups = {key: self._like(np.array(place)) for key, place in places.items()}
        if result_type not in ("agentset", "list"):
            raise ValueError(f"result_type: must be 'agentset' or 'list', not {shown(result_type)}")
        if result_type == "list":
            return GroupBy({key: list(group) for key, group in groups.items()})
        return GroupBy(groups)

    def shuffle(self, inplace: bool = False) -> CustomerSet:
        """The same customers in an order drawn from Mesa's own generator."""
        order = np.random.default_rng(self.random.getrandbits(64)).permutation(self.rows)
        return self._now(order, inplace)

    def sort(
        self, key: Callable[[Customer], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> CustomerSet:
        """Sorted by a column or a function; ties keep their order."""
        name = function_or_name(key, "key")
        values = self.get(name) if isinstance(name, str) else _array([name(c) for c in self])
        if values.dtype.kind in "iufb":
            numbers = values.astype(np.float64)
            order = np.argsort(numbers if ascending else -numbers, kind="stable")
        else:
            places = sorted(range(len(self)), key=values.__getitem__, reverse=not ascending)
            order = np.array(places, np.int64)
        return self._now(self.rows[order], inplace)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> CustomerSet:
        """Call a method by name, or a function, on each; ``do("step")`` for all is one batch."""
        if (
            isinstance(method, str)
            and method == "step"
            and self._rows is None
            and not args
            and not kwargs
        ):
            self.model.step_customers()
            return self
        for customer in self:
            _call(customer, method, args, kwargs)
        return self

    def shuffle_do(
        self, method: str | Callable[..., Any], *args: Any, **kwargs: Any
    ) -> CustomerSet:
        """As :meth:`do`, in a shuffled order; no rule of the model depends on it."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method or function on each."""
        return [_call(customer, method, args, kwargs) for customer in self]

    def _rows_of(self, agents: Iterable[Any]) -> np.ndarray:
        """Row numbers of customers of this market."""
        if isinstance(agents, CustomerSet):
            market, rows = agents.model, agents.rows
        else:
            found = list(agents)
            if not all(isinstance(agent, Customer) for agent in found):
                raise TypeError("a set of customers holds customers only")
            market = self.model if all(agent.model is self.model for agent in found) else None
            rows = np.array([agent.row for agent in found], np.int64)
        if market is not self.model:
            raise ValueError("a set holds customers of one market")
        return rows

    def __and__(self, other: Iterable[Any]) -> CustomerSet:
        return self._like(self.rows[np.isin(self.rows, self._rows_of(other))])

    def __or__(self, other: Iterable[Any]) -> CustomerSet:
        more = self._rows_of(other)
        return self._like(np.concatenate([self.rows, more[~np.isin(more, self.rows)]]))

    def __sub__(self, other: Iterable[Any]) -> CustomerSet:
        return self._like(self.rows[~np.isin(self.rows, self._rows_of(other))])

    def __xor__(self, other: Iterable[Any]) -> CustomerSet:
        more = self._like(self._rows_of(other))
        return (self - more) | (more - self)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __rsub__(self, other: Iterable[Any]) -> CustomerSet:
        return self._like(self._rows_of(other)) - self

    __ior__, __iand__ = _in_place(or_), _in_place(and_)
    __isub__, __ixor__ = _in_place(sub), _in_place(xor)

    def _update(self, agents: Iterable[Customer]) -> CustomerSet:
        return self._now(self._rows_of(agents), inplace=True)

    def add(self, agent: Customer) -> None:
        """Add a customer of the same market to this set; not to the market."""
        self._now((self | [agent]).rows, inplace=True)

    def discard(self, agent: Customer) -> None:
        """Drop a customer from this set, if it is there; the market keeps it."""
        self._now((self - [agent]).rows, inplace=True)

    def remove(self, agent: Customer) -> None:
        """As :meth:`discard`, but it must be there.

        Raises:
            KeyError: It is not.
        """
        if agent not in self:
            raise KeyError(f"{agent!r} is not in this set")
        self.discard(agent)

    def pop(self) -> Customer:
        """Take the first customer out of this set.

        Raises:
            KeyError: The set is empty.
        """
        self._refuse_if_markets_own()
        if not len(self):
            raise KeyError("there are no customers in this set")
        first = self[0]
        self.discard(first)
        return first

    def clear(self) -> None:
        """Take everybody out of this set."""
        self._now(self.rows[:0], inplace=True)


def _positions(count: int) -> str:
    return f"there are {count}, at positions 0 to {count - 1}"


def _objects(values: list[Any]) -> np.ndarray:
    """An array of objects, one each, however alike they are."""
    array = np.empty(len(values), object)
    for place, value in enumerate(values):
        array[place] = value
    return array


def _array(values: list[Any]) -> np.ndarray:
    """An array of one dimension: of numbers where all are, else of objects."""
    simple = all(isinstance(value, bool | int | float | str | np.generic) for value in values)
    return np.array(values) if simple else _objects(values)


def _call(customer: Customer, method: str | Callable[..., Any], args: Any, kwargs: Any) -> Any:
    asked = function_or_name(method, "method")
    if isinstance(asked, str):
        return getattr(customer, asked)(*args, **kwargs)
    return asked(customer, *args, **kwargs)
