"""How much all tabs of a server may hold together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.scenario import Scenario

MOST_TABS = 64
"""Tabs that are open at once: a large class."""
MOST_TIES = 50_000_000
"""Friendships in all markets together: five million people with ten friends, some two gigabytes."""
_LEAST_FRIENDS = 10
"""A person takes memory without friends, too: as much as with so many."""


class Room:
    """What the tabs' markets hold of the memory there is for them.

    Args:
        most: Friendships at most.
    """

    def __init__(self, most: int = MOST_TIES) -> None:
        self.most = most
        self._held: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, tab: object, plan: Scenario) -> None:
        """Take the room that a market needs, instead of what the tab has.

        Raises:
            Problems: There is not so much; the tab keeps what it has.
        """
        wanted = ties_of(plan)
        with self._lock:
            left = self.most - sum(held for who, held in self._held.items() if who is not tab)
            if wanted > left:
                friends = max(_LEAST_FRIENDS, plan.network.neighbours)
                message = (
                    f"{plan.market.customers:,} people with so many friends are more than this "
                    f"page has room for; {max(0, left // friends):,} would fit"
                )
                hint = "take fewer, or close other tabs"
                raise Problems([Problem("market.customers", message, suggestion=hint)])
            self._held[tab] = wanted

    def give_back(self, tab: object) -> None:
        """A tab is gone."""
        with self._lock:
            self._held.pop(tab, None)


def ties_of(plan: Scenario) -> int:
    """Friendships that a market of a plan holds, at least so many as count for its people."""
    return plan.market.customers * max(_LEAST_FRIENDS, plan.network.neighbours)
