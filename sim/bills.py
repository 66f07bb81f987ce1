"""What firms billed their customers in the last twelve months, to see how it grew."""

from __future__ import annotations

from typing import Any

import numpy as np

from tsunagari.sim.measuring import longer, ratio, sums_by_firm

YEAR = 12


class Bills:
    """What firms billed, month by month, and what each customer of a sample was billed."""

    def __init__(self) -> None:
        self._months: tuple[Any, ...] | None = None  # billed, provider, each: the last twelve

    def take(self, prices: np.ndarray, paid: np.ndarray, sample: Any) -> tuple[Any, Any]:
        """Take the bills of months one after the other down.

        Args:
            prices: Price of each firm, float64[months, firms].
            paid: What its customers paid, in units at its price list.
            sample: The sample of each month (:class:`tsunagari.agents.phases.welfare.Sample`).

        Returns:
            What each firm billed twelve months before, 0 in the first eleven of a run; and by how
            much more its sampled customers of then who are still there are billed now, summed over
            those who are billed more, of what all of them were billed then: null in these eleven.
        """
        months, firms = prices.shape
        # The last price stands for no firm: nobody is billed without one.
        each = np.take_along_axis(longer(prices, firms + 1, axis=1), sample.provider, axis=1)
        every: tuple[Any, ...] = prices * paid, sample.provider, each * sample.paid
        if self._months is not None:
            billed, *of_sample = self._months
            past = longer(billed, firms, axis=1), *of_sample
            every = tuple(map(np.concatenate, zip(past, every, strict=True)))
        self._months = tuple(of[-YEAR:] for of in every)
        known = max(0, len(every[0]) - YEAR)  # months of which there is one a year before
        billed, provider, then = (of[:known] for of in every)
        before, expanded = np.zeros((months, firms)), np.full((months, firms), np.nan)
        if known:
            before[-known:] = billed
            stayed = (sample.provider[-known:] == provider) & (sample.tenure[-known:] >= YEAR)
            more = np.where(stayed, np.maximum(0.0, every[2][-known:] - then), 0.0)
            expanded[-known:] = ratio(
                sums_by_firm(provider, more, firms), sums_by_firm(provider, then, firms)
            )
        return before, expanded
