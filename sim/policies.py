"""What firms decided, recorded month by month, to be decided again in another market.

A paired comparison asks what customers would do otherwise. Firms answer what customers do: budgets
follow revenue, staff follow customers. With their policies replayed only customers differ; the
difference from letting firms answer is feedback.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsunagari.agents.firm.firm import Firm

DECISIONS = tuple(
    """
    terms discipline capabilities product novelty launched course culture data measured measured_in
    concession complementors own_markup repriced staff attention unit_cost cost price invested
    """.split()
)
"""Attributes of a firm that its plan for a month sets."""


@dataclass(frozen=True)
class MonthOfPolicies:
    """What all firms decided in one month.

    Attributes:
        offers: What customers saw, a row a firm (:data:`tsunagari.agents.firm.offer.OFFER`).
        decisions: Values of :data:`DECISIONS` by the firm's name.
        closing: Names of the firms that left the market.
    """

    offers: np.ndarray
    decisions: dict[str, dict[str, Any]]
    closing: frozenset[str]


class Policies:
    """A record of what firms decided, by month."""

    def __init__(self) -> None:
        self._months: dict[int, MonthOfPolicies] = {}

    def take(self, month: int, firms: Sequence[Firm], offers: np.ndarray) -> None:
        """Record the month that a market has begun.

        Args:
            month: Which.
            firms: Its firms.
            offers: What customers see of them, a row a firm.
        """
        self._months[month] = MonthOfPolicies(
            offers=offers.copy(),
            decisions={
                firm.name: {name: copy.copy(getattr(firm, name)) for name in DECISIONS}
                for firm in firms
            },
            closing=frozenset(firm.name for firm in firms if firm.closed == month),
        )

    def of(self, month: int) -> MonthOfPolicies:
        """What was decided in a month.

        Raises:
            ValueError: That month was not recorded.
        """
        if month not in self._months:
            raise ValueError(f"what firms decided in month {month} was not recorded")
        return self._months[month]


class Replay:
    """Recorded policies in a market whose customers may do otherwise.

    Args:
        policies: What was decided.
        free: Names of firms that decide for themselves.
    """

    def __init__(self, policies: Policies, free: Collection[str] = ()) -> None:
        self._policies = policies
        self._free = frozenset(free)

    def is_free(self, firm: Firm) -> bool:
        """Whether a firm decides for itself."""
        return firm.name in self._free

    def closes(self, firm: Firm, month: int) -> bool:
        """Whether a firm left the market in this month of the record."""
        return firm.name in self._policies.of(month).closing

    def decide(self, firm: Firm, month: int) -> None:
        """Let a firm decide what it decided in the record."""
        for name, value in self._policies.of(month).decisions[firm.name].items():
            setattr(firm, name, copy.copy(value))

    def offer_values(self, firm: Firm, month: int, fields: Collection[str]) -> dict[str, Any]:
        """What the firm offered in the record, by field."""
        offer = self._policies.of(month).offers[firm.index]
        return {field: offer[field] for field in fields}
