"""What became of every customer, month by month: the raw material of hazards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market import Market

LEFT = "left"
"""1 where a customer left the provider of the month before by choice, in a panel."""


class Panel:
    """Columns of all customers at the end of every month, 0 … T.

    Args:
        market: A market, run to the end of its plan by this.
        names: Columns to keep besides ``provider``.

    Attributes:
        market: The market at its end.
        months: T.
    """

    def __init__(self, market: Market, names: Sequence[str]) -> None:
        self.market = market
        self.months = market.plan.market.months
        population = market.population
        kept = [*dict.fromkeys(["provider", *names])]
        self._columns = {
            name: np.empty((self.months + 1, population.people), population.column(name).dtype)
            for name in kept
        }
        self._columns[LEFT] = np.zeros((self.months + 1, population.people), np.int8)
        self._columns["gone"] = np.zeros((self.months + 1, population.people), np.int8)
        self._columns["left_provider"] = np.full((self.months + 1, population.people), -1, np.int32)
        self._keep(0, kept)
        for month in range(1, self.months + 1):
            market.step()
            self._keep(month, kept)

    def _keep(self, month: int, names: Sequence[str]) -> None:
        from agents.columns import Looks

        column = self.market.population.column
        for name in names:
            self._columns[name][month] = column(name)
        if month:
            gone = column("looks") == Looks.FAREWELL
            self._columns["gone"][month] = gone
            self._columns["left_provider"][month] = column("left_provider")
            self._columns[LEFT][month] = (column("left_provider") >= 0) & ~gone

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column, [month, customer].

        Besides those asked for there are ``left``, ``gone`` (left the market and was replaced) and
        ``left_provider`` (the firm left that month, or -1).
        """
        return self._columns[name]
