"""What columns of a table are worth: what is still open without one, and with one more.

All is read from the bank, which has every measure of every draw: what is learned is learned anew
from the figures that the table would have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tsunagari.experiments.fitting.bank import Bank
from tsunagari.experiments.fitting.estimation import discrepancy, disturbed, learned
from tsunagari.experiments.fitting.simulated import MEASURES, Held

_SEED = 43


@dataclass(frozen=True, eq=False)
class Worth:
    """What a table leaves open without a column that it has, or with one that it has not.

    Attributes:
        column: The column; empty for the table as it stands.
        present: Whether the table has it.
        ratios: Spread of every parameter after the table, in spreads of its prior: 1 where nothing
            is learned, float64[parameters].
    """

    column: str
    present: bool
    ratios: np.ndarray

    @property
    def left(self) -> float:
        """Mean of the ratios."""
        return float(self.ratios.mean())


def columns_worth(bank: Bank, held: Held, noisy: np.ndarray) -> tuple[Worth, ...]:
    """The table as it stands, without each of its columns, and with each that it could have.

    Figures of a column that is there are the same with and without another, and so is what is
    wrong with them: what differs is worth of the column, and no luck.

    Args:
        bank: Draws, and the markets they lead to.
        held: The figures of the table.
        noisy: What they are in the markets of the bank, float64[draws, figures]
            (:func:`~tsunagari.experiments.fitting.estimation.disturbed`).
    """
    measures, _, _ = held.labels()

    def worth(column: str, seen: np.ndarray, *, present: bool = True) -> Worth:
        known = learned(bank.z, seen)
        return Worth(column, present, np.sqrt(np.diag(known.spread)))

    found = [worth("", noisy)]
    if len(held.measures) > 1:
        found += [worth(name, noisy[:, measures != name]) for name in held.measures]
    for place, name in enumerate(MEASURES):
        if name not in held.measures:
            more = held.with_column(name)
            measured, firms, _ = more.labels()
            own = measured == name
            off = discrepancy(measured[own], firms[own])
            rng = np.random.default_rng([_SEED, place])
            added = disturbed(bank.seen(more)[:, own], off, rng)
            found.append(worth(name, np.hstack([noisy, added]), present=False))
    return tuple(found)
