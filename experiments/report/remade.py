"""The customers at the end of a run, from running it again: tables do not hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario import Scenario

_MOST_CUSTOMERS, _MOST_WORK = 5_000, 1_000_000
"""A market of more customers, or of more customer-months, is run again on a smaller scale."""
_SMALLER = 2_000


@dataclass(frozen=True, eq=False)
class Customers:
    """What customers value and whose they are.

    Attributes:
        weights: On total cost, product and solution, [customer, 3]; rows add up to 1.
        provider: Name of each customer's firm; the empty text for nobody.
        number: How many customers that market has.
        is_same: Whether it is the run itself: as many customers, and the same shares.
    """

    weights: NDArray[np.float64]
    provider: NDArray[np.object_]
    number: int
    is_same: bool


def remade(plan: Scenario, seed: int, shares: Mapping[str, float]) -> Customers | None:
    """Replication 0 run again to its end, on a smaller scale if it is large.

    Args:
        plan: The resolved scenario.
        seed: The run's.
        shares: Market share of every firm in replication 0 in the last month, to tell whether
            the run is the same.

    Returns:
        None where a run cannot be had without asking: the network is a file's, or a firm's
        discipline is somebody's Python.
    """
    if plan.network.kind == "file" or _names_code(plan):
        return None
    from sim.market import Market

    customers = plan.market.customers
    if customers > _MOST_CUSTOMERS or customers * plan.market.months > _MOST_WORK:
        customers = min(_SMALLER, customers)
    smaller = plan.with_values({"market.customers": customers, "claims": [], "translations": {}})
    market = Market(smaller, seed=seed)
    if plan.market.months:
        market.run_for(plan.market.months)
    population = market.population
    weights = np.column_stack(
        [population.column(f"weight_{name}") for name in ("cost", "product", "solution")]
    ).astype(np.float64)
    weights /= weights.sum(axis=1, keepdims=True)
    names = np.array([*(firm.name for firm in market.firms), ""], dtype=object)
    firms = market.results.tables["firms"]
    last = np.asarray(firms["month"]) == plan.market.months
    again = dict(zip(np.asarray(firms["firm"])[last], firms["market_share"][last], strict=True))
    is_same = customers == plan.market.customers and again == dict(shares)
    return Customers(weights, names[population.column("provider")], customers, is_same)


def _names_code(plan: Scenario) -> bool:
    named = [firm.discipline for firm in plan.firms]
    for event in plan.events:
        named.append(event.enter.discipline if event.enter is not None else "")
        named.append(str(event.to))
    return any(":" in name for name in named)
