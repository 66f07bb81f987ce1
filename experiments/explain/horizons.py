"""A second, longer horizon for what has not come to rest at the end of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario

LEAST = 120
"""Months that the second horizon reaches at least: ten years."""
_MOST = 1200  # the longest run that the schema allows


def followed_further(plan: Scenario, end: int) -> Scenario:
    """The same market, run on: twice as long as it was followed, and at least ten years.

    Nothing that is dated happens after the scenario's own end.

    Args:
        plan: The resolved scenario.
        end: Last month of the first horizon.
    """
    return plan.with_values({"market.months": min(max(LEAST, 2 * end), _MOST)})
