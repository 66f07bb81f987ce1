"""A ledger of two markets: by which way the one came to more customer value than the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.explain.customer_value import CustomerValue

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARTS = ("acceleration", "expansion", "retention", "loss to rivals")
"""Ways, in the order of :attr:`Ledger.parts`."""
_ACCELERATION, _EXPANSION, _RETENTION, _LOSS = range(4)


class Ledger:
    """Splits the difference of customer value between two markets with the same people and luck.

    Each month, what the market *with* less the market *without* got from a customer is booked for
    the firm concerned. Once the customer has been with that firm in both markets, the difference is
    retention: how long they stay, come back, and what they bring meanwhile. Before that it is kept
    apart, and when the account is closed it is acceleration if they came to the firm in both
    markets after all, expansion if only in the market with, and loss to rivals if only in the
    market without. An account is closed at the end, or when somebody else takes the customer's
    place in the market.

    Args:
        people: Number of customers, n.
        firms: Number of firms that may appear, F; memory grows with n·F.

    Attributes:
        parts: Sums by way and firm, float64[4, F]; complete after :meth:`close`.
        with_, without: All value of either market by firm, float64[F].
    """

    def __init__(self, people: int, firms: int) -> None:
        self.parts: NDArray[np.float64] = np.zeros((len(PARTS), firms))
        self.with_: NDArray[np.float64] = np.zeros(firms)
        self.without: NDArray[np.float64] = np.zeros(firms)
        self._ever_with = np.zeros((people, firms), np.bool_)
        self._ever_without = np.zeros((people, firms), np.bool_)
        self._pending = np.zeros((people, firms))

    def book(
        self,
        with_: CustomerValue,
        without: CustomerValue,
        factor: float,
        replaced: NDArray[np.int64],
    ) -> None:
        """Book one month.

        Args:
            with_: The month of the market with.
            without: The month of the market without.
            factor: What money of this month counts, for discounting.
            replaced: Rows whose people left the market this month, in both markets alike.
        """
        self._settle(replaced)
        for month, ever in ((with_, self._ever_with), (without, self._ever_without)):
            rows = np.flatnonzero(month.provider >= 0)
            ever[rows, month.provider[rows]] = True
        firms = self.parts.shape[1]
        both_sides = ((1.0, with_, self.with_), (-1.0, without, self.without))
        for sign, month, total in both_sides:
            rows = np.flatnonzero(month.provider >= 0)
            firm, value = month.provider[rows], factor * month.value[rows]
            total += np.bincount(firm, value, firms)
            both = self._ever_with[rows, firm] & self._ever_without[rows, firm]
            self.parts[_RETENTION] += sign * np.bincount(firm[both], value[both], firms)
            self._pending[rows[~both], firm[~both]] += sign * value[~both]

    def close(self) -> None:
        """Close everybody's account; nothing can be booked any more."""
        self._settle(np.arange(len(self._pending)))

    def _settle(self, rows: NDArray[np.int64]) -> None:
        """Close these people's accounts, and open new ones."""
        one, other = self._ever_with[rows], self._ever_without[rows]
        pending = self._pending[rows]
        for part, ways in (
            (_ACCELERATION, one & other),
            (_EXPANSION, one & ~other),
            (_LOSS, other & ~one),
        ):
            self.parts[part] += np.where(ways, pending, 0.0).sum(axis=0)
        self._ever_with[rows] = self._ever_without[rows] = False
        self._pending[rows] = 0.0
