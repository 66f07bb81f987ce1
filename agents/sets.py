"""The sets in which a market keeps its firms, and all its agents type by type.

Firms are Mesa's own objects, customers rows of columns (:mod:`tsunagari.agents.customer_set`), and
``market.agents`` is both. Nobody is taken out of what the market keeps.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any, NoReturn

import numpy as np
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy, _HardKeyAgentSet

from tsunagari.agents.asked import function_or_name, most_of, whole
from tsunagari.agents.customer import Customer
from tsunagari.agents.customer_set import MARKETS_OWN, Copied, CustomerSet
from tsunagari.agents.firm.firm import Firm


def _refuse(self: Any, *agents: Any) -> NoReturn:
    """Nobody is added or taken away here.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError(MARKETS_OWN)


class _Untouched:
    """A set of the market's own."""

    add = discard = remove = pop = clear = _update = _refuse


class FirmSet(_Untouched, _HardKeyAgentSet):
    """All firms of a market; subsets and copies are Mesa's ordinary sets.

    Args:
        market: The market.
    """

    def __init__(self, market: Any) -> None:
        super().__init__([], random=market.random)
        self._market = market

    @classmethod
    def _from_iterable(cls, firms: Iterable[Firm]) -> Any:
        """What ``&``, ``|``, ``-`` and ``^`` give."""
        found = list(firms)
        return AgentSet(found, found[0].model.random if found else Random(0))

    def __xor__(self, other: Any) -> Any:
        rest = list(other)
        only_there = (firm for firm in rest if firm not in self)
        return self._from_iterable([*(f for f in self if f not in rest), *only_there])

    __rxor__ = __xor__

    def add(self, agent: Firm) -> None:  # type: ignore[override]
        """Firms register themselves; nobody else adds one.

        Raises:
            RuntimeError: The market is not making one.
        """
        if not self._market.is_working:
            raise RuntimeError(MARKETS_OWN)
        _HardKeyAgentSet.add(self, agent)

    def select(
        self,
        filter_func: Callable[[Firm], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> Any:
        """Firms for whom a function holds, as a set of their own."""
        left = most_of(at_most, len(self))
        return self.copy().select(
            filter_func, float("inf") if left is None else left, self._refused(inplace), agent_type
        )

    def groupby(self, by: Callable[[Firm], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Group by an attribute, or by what a function returns for each firm."""
        return self.copy().groupby(function_or_name(by, "by"), result_type)

    def shuffle(self, inplace: bool = False) -> Any:
        """The firms in another order, as a set of their own."""
        return self.copy().shuffle(inplace=self._refused(inplace))

    def sort(
        self, key: Callable[[Firm], Any] | str, ascending: bool = False, inplace: bool = False
    ) -> Any:
        """The firms sorted, as a set of their own."""
        return self.copy().sort(key, ascending, inplace=self._refused(inplace))

    def _refused(self, inplace: bool) -> bool:
        if inplace:
            raise RuntimeError(MARKETS_OWN)
        return False


class EveryAgent(_Untouched, Copied, AbstractAgentSet):
    """Firms, customers and whatever agents a user adds, one set for each type.

    Args:
        market: The market.
        parts: The sets; None for those of the market as they are.
    """

    def __init__(self, market: Any, parts: list[Any] | None = None) -> None:
        self.model = market
        self.random: Random = market.random
        self._parts = parts

    @property
    def _sets(self) -> list[Any]:
        if self._parts is not None:
            return self._parts
        # A subclass is found under its own name and under that of its base: one set all the same.
        return list({id(found): found for found in self.model.agents_by_type.values()}.values())

    def __len__(self) -> int:
        return sum(map(len, self._sets))

    def __iter__(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(self._sets)

    def __contains__(self, agent: object) -> bool:
        return any(agent in agents for agents in self._sets)

    def __getitem__(self, item: Any) -> Any:
        """One agent by position, or a list of them by a slice.

        Raises:
            IndexError: There is no such position.
            TypeError: It is something else.
        """
        if isinstance(item, slice):
            return self.to_list()[item]
        count = len(self)
        try:
            return self.to_list()[whole(item, "agents", -count, count - 1)]
        except ValueError:
            raise IndexError(f"agents: there are {count}, not {item}") from None

    def __copy__(self) -> EveryAgent:
        return EveryAgent(self.model, [copy.copy(agents) for agents in self._sets])

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """Values of an attribute, type by type, as a list."""
        parts = [agents.get(attr_names, handle_missing, default_value) for agents in self._sets]
        return list(itertools.chain.from_iterable(parts))

    def set(self, attr_name: str, value: Any) -> EveryAgent:
        """Set an attribute of every agent, type by type."""
        for agents in self._sets:
            agents.set(attr_name, value)
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> Any:
        """Agents for whom a function holds; of one type, its own kind of set."""
        if inplace:
            raise RuntimeError(MARKETS_OWN)
        left = most_of(at_most, len(self))
        of_type = self.model.agents_by_type.get(agent_type)
        if of_type is not None and self._parts is None:
            return of_type.select(filter_func, float("inf") if left is None else left)
        parts = []
        for agents in self._sets:
            part = agents.select(filter_func, float("inf"), False, agent_type)
            part = part if left is None else part.select(None, left)
            left = left if left is None else left - len(part)
            parts.append(part)
        return EveryAgent(self.model, [part for part in parts if len(part)])

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Group by an attribute, or by what a function returns for each agent."""
        groups: dict[Any, list[Any]] = {}
        for agents in self._sets:
            for key, group in agents.groupby(by).groups.items():
                groups.setdefault(key, []).append(group)
        found = {key: EveryAgent(self.model, parts) for key, parts in groups.items()}
        if result_type == "list":
            return GroupBy({key: list(group) for key, group in found.items()})
        return GroupBy(found)

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

    def shuffle(self, inplace: bool = False) -> NoReturn:
        """Mixing firms and customers in one order is not offered."""
        raise RuntimeError("shuffle one type: market.agents_by_type[Customer].shuffle()")

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> NoReturn:
        """Mixing firms and customers in one order is not offered."""
        raise RuntimeError("sort one type: market.agents_by_type[Customer].sort(...)")

    @classmethod
    def _from_iterable(cls, agents: Iterable[Any]) -> Any:
        """What ``&``, ``|``, ``-`` and ``^`` give: sets of one type each, in one."""
        kinds: dict[type, list[Any]] = {}
        market = None
        for agent in dict.fromkeys(agents):
            market = agent.model
            kinds.setdefault(Customer if isinstance(agent, Customer) else type(agent), []).append(
                agent
            )
        if market is None:
            return AgentSet([], Random(0))
        parts = []
        for kind, found in kinds.items():
            if kind is Customer:
                rows = np.array([customer.row for customer in found], np.int64)
                parts.append(CustomerSet(market, type(found[0]), rows))
            else:
                parts.append(AgentSet(found, market.random))
        return EveryAgent(market, parts)
