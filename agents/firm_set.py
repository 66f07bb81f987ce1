"""The set in which a market keeps its firms: Mesa's own, of which nobody takes any away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from mesa.agentset import AgentSet, GroupBy, _HardKeyAgentSet

from agents.asked import function_or_name, most_of
from agents.firm import Firm

MARKETS_OWN = (
    "these are the market's own agents, which are neither added nor taken away here, nor put in "
    "another order; change a copy: .copy()"
)


class FirmSet(_HardKeyAgentSet):
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

    def add(self, agent: Firm) -> None:
        """Firms register themselves; nobody else adds one.

        Raises:
            RuntimeError: The market is not making one.
        """
        self._refuse()
        super().add(agent)

    def discard(self, agent: Firm) -> None:
        """Firms are not taken away.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(MARKETS_OWN)

    remove = discard

    def pop(self) -> Any:
        """Firms are not taken away.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(MARKETS_OWN)

    def clear(self) -> None:
        """Firms are not taken away.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(MARKETS_OWN)

    def _update(self, agents: Iterable[Firm]) -> Any:
        raise RuntimeError(MARKETS_OWN)

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

    def _refuse(self) -> None:
        if not self._market.is_working:
            raise RuntimeError(MARKETS_OWN)
