"""All agents of a market in one set, type by type: what ``market.agents`` gives."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any, NoReturn

import numpy as np
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy

from agents.asked import most_of, whole
from agents.customer import Customer
from agents.customer_set import CustomerSet
from agents.firm_set import MARKETS_OWN


class EveryAgent(AbstractAgentSet):
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

    def copy(self) -> EveryAgent:
        """The same agents in a set of its own."""
        return self.__copy__()

    def to_list(self) -> list[Any]:
        """All agents, as a list."""
        return list(self)

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

    def _update(self, agents: Iterable[Any]) -> NoReturn:
        raise RuntimeError(MARKETS_OWN)

    def add(self, agent: Any) -> NoReturn:
        """Nobody is added here; an agent of a user's own registers itself when it is made."""
        raise RuntimeError(MARKETS_OWN)

    def discard(self, agent: Any) -> NoReturn:
        """Nobody is taken away here."""
        raise RuntimeError(MARKETS_OWN)

    remove = discard

    def pop(self) -> NoReturn:
        """Nobody is taken away here."""
        raise RuntimeError(MARKETS_OWN)

    def clear(self) -> NoReturn:
        """Nobody is taken away here."""
        raise RuntimeError(MARKETS_OWN)
