"""Who went from which firm to which, and what is left of those who came together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.columns import SOURCE_NAMES
from tsunagari.agents.population import Population
from tsunagari.sim.lifetimes import CLASS_MONTHS, OLDEST, TENURES, Staying
from tsunagari.sim.measuring import longer

if TYPE_CHECKING:
    from numpy.typing import NDArray

type Columns = Mapping[str, Any]
"""Column name to values: a numpy array, or for texts a list."""

LONGEST_BEFORE = 600
"""Months before the start up to which cohorts of founders are told apart; older ones join these."""
_OF_A_MOVE = ("left_provider", "provider", "decided_by", "left_cohort")


def movers(population: Population, month: int) -> np.ndarray:
    """Who moved in a month, int32[4, movers].

    Firm left and firm joined, -1 for none; what decided; month in which they had joined the former.
    """
    column = population.column
    joined = (column("joined_month") == month) & (column("provider") >= 0)
    rows = np.flatnonzero(joined | (column("left_provider") >= 0))
    return np.stack([column(name)[rows] for name in _OF_A_MOVE])


class Moves:
    """Flows from firm to firm, and the cohorts that they leave and begin."""

    def __init__(self) -> None:
        self._flows: list[np.ndarray] = []
        self._alive: list[np.ndarray] = []  # [month, firm, cohort], the earliest first
        self._before = 0  # months before the start of the first cohort
        self._now = np.zeros((0, 1), np.int64)  # [firm, cohort]
        self._were = np.zeros((0, TENURES + 1))  # [firm, tenure]

    def begin(self, population: Population, firms: int) -> None:
        """Take those down who are customers at the start, by the months they have been."""
        provider, joined = population.column("provider"), population.column("joined_month")
        settled = provider >= 0
        months = np.minimum(-joined[settled].astype(np.int64), LONGEST_BEFORE)
        self._before = int(months.max(initial=0))
        self._now = np.zeros((firms, self._before + 1), np.int64)
        np.add.at(self._now, (provider[settled], self._before - months), 1)

    def take(
        self, first: int, moved: Sequence[np.ndarray], firms: int
    ) -> tuple[NDArray[np.float64], Staying]:
        """Take the moves of months one after the other down.

        Args:
            first: The first of these months.
            moved: :func:`movers` of each.
            firms: Number of firms so far.

        Returns:
            Customers by months of tenure, those of the oldest class last, founders among them,
            float64[months, firms, tenures]; and who of those of the month before has stayed.
        """
        months = np.arange(first, first + len(moved))
        place = np.repeat(np.arange(len(moved)), [one.shape[1] for one in moved])
        source, destination, reason, cohort = np.concatenate(moved, axis=1).astype(np.int64)
        codes = (place * (firms + 1) + source + 1) * (firms + 1) + destination + 1
        found, counts = np.unique(codes * len(SOURCE_NAMES) + reason, return_counts=True)
        pairs, reasons = np.divmod(found, len(SOURCE_NAMES))
        places, pairs = np.divmod(pairs, (firms + 1) ** 2)
        sources, destinations = np.divmod(pairs, firms + 1)
        self._flows.append(
            np.column_stack([months[places], sources - 1, destinations - 1, reasons, counts])
        )
        alive = np.zeros((len(moved), firms, self._before + months[-1] + 1), np.int64)
        leaving, joining = source >= 0, destination >= 0
        begun = np.maximum(cohort + self._before, 0)
        np.subtract.at(alive, (place[leaving], source[leaving], begun[leaving]), 1)
        begin = self._before + months[place[joining]]
        np.add.at(alive, (place[joining], destination[joining], begin), 1)
        alive[0, : len(self._now), : self._now.shape[1]] += self._now
        np.cumsum(alive, axis=0, out=alive)
        self._alive.append(alive)
        self._now = alive[-1]
        return self._by_tenure(months, alive)

    def _by_tenure(
        self, months: np.ndarray, alive: np.ndarray
    ) -> tuple[NDArray[np.float64], Staying]:
        """What is made of the cohorts: see :meth:`take`."""
        joined = months[:, None] - np.arange(TENURES + 1)
        place = np.maximum(joined + self._before, 0)[:, None]
        known = np.where(joined[:, None] > 0, np.take_along_axis(alive, place, axis=2), 0)
        oldest = alive.sum(axis=2) - known.sum(axis=2)
        tenures = known.astype(np.float64)
        tenures[:, :, -1] += oldest
        were = np.concatenate([longer(self._were, tenures.shape[1])[None], tenures[:-1]])
        self._were = tenures[-1]
        stayed = np.concatenate([known[:, :, 1:], oldest[:, :, None]], axis=2)
        at_risk, kept = (_by_class(those) for those in (were, stayed))
        begun = (months > 0)[:, None, None]  # before, nobody has stayed
        return tenures, Staying(at_risk * begun, (at_risk - kept) * begun)

    def forget_rows(self) -> None:
        """Drop what has been taken down; who is with whom stays."""
        self._flows.clear()
        self._alive.clear()

    def flows(self, names: list[str]) -> Columns:
        """Moves by month, source, destination and what decided."""
        flows = np.concatenate(self._flows)
        return {
            "month": flows[:, 0],
            "source": texts(names, flows[:, 1]),
            "destination": texts(names, flows[:, 2]),
            "decided_by": texts(list(SOURCE_NAMES), flows[:, 3]),
            "customers": flows[:, 4],
        }

    def cohorts(self, names: list[str]) -> Columns:
        """Survivors by tenure; founders joined before the start, in month 0 or a negative one."""
        months = np.arange(sum(map(len, self._alive)))
        alive = np.zeros((len(months), len(names), self._before + len(months)), np.int64)
        first = 0
        for stretch in self._alive:
            _, firms, width = stretch.shape
            alive[first : first + len(stretch), :firms, :width] = stretch
            first += len(stretch)
        cohorts = np.arange(alive.shape[2])
        began = alive[np.maximum(0, cohorts - self._before), :, cohorts].T
        firm, cohort = np.nonzero(began)
        tenure = months - (cohort - self._before)[:, None]
        there = tenure >= 0
        pair = np.nonzero(there)[0]
        return {
            "firm": texts(names, firm[pair]),
            "joined": cohort[pair] - self._before,
            "tenure": tenure[there],
            "survivors": alive[:, firm, cohort].T[there],
        }


def _by_class(by_tenure: np.ndarray) -> np.ndarray:
    """Customers by class of tenure, of [months, firms, tenures] with the oldest class last."""
    young = by_tenure[:, :, :TENURES].reshape(*by_tenure.shape[:2], OLDEST, CLASS_MONTHS)
    return np.concatenate([young.sum(axis=3), by_tenure[:, :, TENURES:]], axis=2)


def texts(names: list[str], codes: np.ndarray) -> np.ndarray:
    """Names by their codes, as an object array; code -1 is the empty text."""
    known = np.array([*names, ""], dtype=object)
    return known[codes]
