"""What firms billed their customers in the last twelve months, to see how it grew."""

from __future__ import annotations

from typing import Any

import numpy as np

from tsunagari.sim.measuring import ratio, sums_by_firm

YEAR = 12


class Bills:
    """What firms billed, month by month, and what each customer of a sample was billed."""

    def __init__(self) -> None:
        self._months: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def take(self, prices: np.ndarray, paid: np.ndarray, sample: Any) -> tuple[Any, Any]:
        """Take a month's bills down.

        Args:
            prices: Price of each firm.
            paid: What its customers paid, in units at its price list.
            sample: The sample of the month (:class:`tsunagari.agents.phases.welfare.Sample`).

        Returns:
            What each firm billed twelve months ago, 0 in the first eleven; and by how much more its
            sampled customers of then who are still there are billed now, summed over those who are
            billed more, of what all of them were billed then: null in the first eleven months.
        """
        firms = len(prices)
        # The last price stands for no firm: nobody is billed without one.
        now = np.append(prices, 0.0)[sample.provider] * sample.paid
        before, expanded = np.zeros(firms), np.full(firms, np.nan)
        if len(self._months) == YEAR:
            billed, provider, then = self._months.pop(0)
            before[: len(billed)] = billed
            stayed = (sample.provider == provider) & (sample.tenure >= YEAR)
            more = np.where(stayed, np.maximum(0.0, now - then), 0.0)
            expanded = ratio(
                sums_by_firm(provider, more, firms), sums_by_firm(provider, then, firms)
            )
        self._months.append((prices * paid, sample.provider, now))
        return before, expanded
