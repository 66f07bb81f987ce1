"""Sets of customers over columns: what Mesa's agent sets do, without a million objects."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy

from agents.customer import Customer
from agents.population import MARK_ROW, REAL_ROW

if TYPE_CHECKING:
    from collections.abc import Sequence


class CustomerSet(AbstractAgentSet):
    """An ordered set of customers of one market.

    ``get``, ``set``, ``agg`` and ``groupby`` with the name of a column work on whole columns; a
    function is called with one customer at a time, as Mesa does, never with columns. Any subset is
    such a set again and holds row numbers only.

    Args:
        market: The market they live in.
        customer: The class of views to hand out.
        rows: int64 row numbers in order, or None for everybody.
    """

    def __init__(
        self, market: Any, customer: type[Customer] = Customer, rows: np.ndarray | None = None
    ) -> None:
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

    def __getitem__(self, item: int | slice) -> Any:
        rows = self.rows[item]
        if isinstance(item, slice):
            return [self._customer(self.model, int(row)) for row in rows]
        return self._customer(self.model, int(rows))

    def __copy__(self) -> CustomerSet:
        return CustomerSet(self.model, self._customer, self._rows)

    def copy(self) -> CustomerSet:
        """The same customers in a set of its own."""
        return self.__copy__()

    def to_list(self) -> list[Customer]:
        """The customers as a list of views."""
        return list(self)

    def get(
        self,
        attr_names: str | Sequence[str],
        handle_missing: str = "error",
        default_value: Any = None,
    ) -> Any:
        """Values of one attribute as an array, or of several as a list of lists, as Mesa's.

        Columns that hold firms (``provider``) give the firms' row numbers, -1 for none.

        Raises:
            AttributeError: There is no such attribute, and ``handle_missing`` is "error".
            ValueError: ``handle_missing`` is neither "error" nor "default".
        """
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
        if not hasattr(self._customer, name) and handle_missing == "default":
            return np.full(len(self), default)
        return np.array([getattr(customer, name) for customer in self])

    def set(self, attr_name: str, value: Any) -> CustomerSet:
        """Set a column to one value, or to an array with a value for each.

        Raises:
            AttributeError: There is no such column.
        """
        if attr_name not in REAL_ROW and attr_name not in MARK_ROW:
            near = difflib.get_close_matches(attr_name, [*REAL_ROW, *MARK_ROW], n=1)
            suggestion = f"; did you mean {near[0]!r}?" if near else ""
            raise AttributeError(f"customers have no column {attr_name!r}{suggestion}")
        column = self.model.population.column(attr_name)
        column[slice(None) if self._rows is None else self._rows] = value
        return self

    def select(
        self,
        filter_func: Callable[[Customer], bool] | np.ndarray | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> CustomerSet:
        """Customers for whom a function holds, or whom a boolean mask of this length marks."""
        if isinstance(filter_func, np.ndarray):
            if filter_func.dtype != bool or filter_func.shape != (len(self),):
                raise ValueError(f"a mask for these customers is bool and of length {len(self)}")
            rows = self.rows[filter_func]
        elif filter_func is not None:
            chosen = (customer.row for customer in self if filter_func(customer))
            rows = np.fromiter(chosen, np.int64)
        else:
            rows = self.rows
        if agent_type is not None and not issubclass(self._customer, agent_type):
            rows = rows[:0]
        if at_most != float("inf"):
            if isinstance(at_most, float) and at_most <= 1.0:
                at_most = int(len(self) * at_most)
            rows = rows[: int(at_most)]
        if inplace:
            self._rows = rows
            return self
        return self._like(rows)

    def groupby(
        self, by: Callable[[Customer], Any] | str, result_type: str = "agentset"
    ) -> GroupBy:
        """Group by a column, or by what a function returns for each customer."""
        if isinstance(by, str):
            keys = self.get(by)
        else:
            keys = np.array([by(customer) for customer in self], dtype=object)
        rows = self.rows
        found, inverse = np.unique(keys, return_inverse=True)
        groups = {key: self._like(rows[inverse == code]) for code, key in enumerate(found.tolist())}
        if result_type == "list":
            return GroupBy({key: list(group) for key, group in groups.items()})
        return GroupBy(groups)

    def shuffle(self, inplace: bool = False) -> CustomerSet:
        """The same customers in an order drawn from Mesa's own generator."""
        order = np.random.default_rng(self.random.getrandbits(64)).permutation(self.rows)
        if inplace:
            self._rows = order
            return self
        return self._like(order)

    def sort(
        self, key: Callable[[Customer], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> CustomerSet:
        """Sorted by a column or a function; ties keep their order."""
        values = self.get(key) if isinstance(key, str) else np.array([key(c) for c in self])
        order = np.argsort(values if ascending else -values, kind="stable")
        if inplace:
            self._rows = self.rows[order]
            return self
        return self._like(self.rows[order])

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> CustomerSet:
        """Call a method by name, or a function, on each; ``do("step")`` for all is one batch."""
        if method == "step" and self._rows is None and not args and not kwargs:
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

    def _update(self, agents: Iterable[Customer]) -> CustomerSet:
        self._rows = np.fromiter((agent.row for agent in agents), np.int64)
        return self

    def add(self, agent: Customer) -> None:
        """Add a customer of the same market to this set; not to the market."""
        if agent.model is not self.model:
            raise ValueError("a set holds customers of one market")
        if agent not in self:
            self._rows = np.append(self.rows, agent.row)

    def discard(self, agent: Customer) -> None:
        """Drop a customer from this set, if it is there; the market keeps it."""
        if self is self.model.agents_by_type.get(Customer):
            raise RuntimeError("customers are not removed from their market")
        self._rows = self.rows[self.rows != agent.row]

    def remove(self, agent: Customer) -> None:
        """As :meth:`discard`, but it must be there.

        Raises:
            KeyError: It is not.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)


def _call(customer: Customer, method: str | Callable[..., Any], args: Any, kwargs: Any) -> Any:
    if isinstance(method, str):
        return getattr(customer, method)(*args, **kwargs)
    return method(customer, *args, **kwargs)


class EveryAgent(AbstractAgentSet):
    """All agents of a market, type by type: what ``market.agents`` gives."""

    def __init__(self, market: Any) -> None:
        self.model = market
        self.random: Random = market.random

    @property
    def _sets(self) -> list[Any]:
        # A subclass is found under its own name and under that of its base: one set all the same.
        return list({id(found): found for found in self.model.agents_by_type.values()}.values())

    def __len__(self) -> int:
        return sum(map(len, self._sets))

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(self._sets)

    def __contains__(self, agent: object) -> bool:
        return any(agent in agents for agents in self._sets)

    def to_list(self) -> list[Any]:
        """All agents, as a list."""
        return list(self)

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """Values of an attribute, type by type, as a list."""
        parts = [agents.get(attr_names, handle_missing, default_value) for agents in self._sets]
        return list(itertools.chain.from_iterable(parts))

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> Any:
        """Agents for whom a function holds; of one type, its own kind of set."""
        if inplace:
            raise RuntimeError("the agents of a market are not selected in place")
        if agent_type is not None and agent_type in self.model.agents_by_type:
            return self.model.agents_by_type[agent_type].select(filter_func, at_most)
        return super().select(filter_func, at_most, False, agent_type)

    def shuffle(self, inplace: bool = False) -> Any:
        """Mixing firms and customers in one order is not offered."""
        raise RuntimeError("shuffle one type: market.agents_by_type[Customer].shuffle()")

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> Any:
        """Mixing firms and customers in one order is not offered."""
        raise RuntimeError("sort one type: market.agents_by_type[Customer].sort(...)")

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> EveryAgent:
        """Call a method or function on every agent, type by type."""
        for agents in self._sets:
            agents.do(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> EveryAgent:
        """As :meth:`do`, each type in a shuffled order."""
        for agents in self._sets:
            agents.shuffle_do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Results of a method or function on every agent."""
        parts = [agents.map(method, *args, **kwargs) for agents in self._sets]
        return list(itertools.chain.from_iterable(parts))

    def _update(self, agents: Iterable[Any]) -> Any:
        raise RuntimeError("the agents of a market are not replaced")

    def add(self, agent: Any) -> None:
        """Agents register themselves; Mesa calls this, and the sets by type hold them."""

    def discard(self, agent: Any) -> None:
        """Agents deregister themselves; Mesa calls this, and the sets by type drop them."""

    remove = discard
