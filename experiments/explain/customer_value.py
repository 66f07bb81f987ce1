"""What every customer brought the firm they are with this month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market import Market


@dataclass(frozen=True)
class CustomerValue:
    """A month of customers' business, in money of that month.

    Attributes:
        provider: Firm that each customer is with at the end of the month, -1 for none; int64[n].
        value: What the customer brought that firm; 0 without one; float64[n].
    """

    provider: NDArray[np.int64]
    value: NDArray[np.float64]


def customer_value(market: Market) -> CustomerValue:
    """What was paid and settled, less units × (unit cost + that of service) and part of attention.

    All customers of a firm share the cost of its staff alike. The sum over a firm's customers is
    its revenue and settlement less delivery, service and attention in the books, but for what it
    sold to customers of its rivals. In month 0 nothing has been sold yet.

    Args:
        market: A market whose month is complete.
    """
    provider = market.population.column("provider").astype(np.int64)
    if market.month == 0:
        return CustomerValue(provider, np.zeros(len(provider)))
    units, paid, settled = market.population.bills()
    price = np.array([firm.price for firm in market.firms])
    cost = np.array([firm.unit_cost + firm.unit_cost_of_service for firm in market.firms])
    attention = np.array([firm.accounts.attention for firm in market.firms])
    here = provider >= 0
    firm = provider[here]
    each = attention / np.maximum(np.bincount(firm, minlength=len(price)), 1)
    value = np.zeros(len(provider))
    value[here] = price[firm] * (paid + settled)[here] - cost[firm] * units[here] - each[firm]
    return CustomerValue(provider, value)
