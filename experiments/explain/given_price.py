"""A discipline that asks given prices and decides all else as before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents.discipline import Discipline

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm


class GivenPrice(Discipline):
    """Another discipline with its prices taken from a list.

    A firm that raises its service would pass the cost on to its customers, with its markup on top.
    What the service itself brings is seen only if prices are those that it would have asked.

    Args:
        discipline: What decides everything else.
        prices: Price of one unit by month.
    """

    def __init__(self, discipline: Discipline, prices: Mapping[int, float]) -> None:
        self._discipline = discipline
        self._prices = prices
        # Of the instance: which discipline it stands for is known only now.
        self.name, self.leads = discipline.name, discipline.leads  # type: ignore[misc]

    def spread(self, firm: Firm, conditions: Conditions) -> dict[str, float]:
        """As the discipline it stands for."""
        return self._discipline.spread(firm, conditions)

    def asking_price(self, firm: Firm, conditions: Conditions) -> float:
        """The given price, before the scenario's own factor on it; its own where none is given."""
        if conditions.month not in self._prices:  # it had closed by then where prices were noted
            return self._discipline.asking_price(firm, conditions)
        return self._prices[conditions.month] / firm.terms.price

    def launches(self, firm: Firm, conditions: Conditions, luck: float) -> bool:
        """As the discipline it stands for."""
        return self._discipline.launches(firm, conditions, luck)

    def acceptance(self, firm: Firm, conditions: Conditions) -> float:
        """As the discipline it stands for."""
        return self._discipline.acceptance(firm, conditions)
