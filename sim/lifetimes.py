"""What a customer is worth to a firm: a life table by tenure, from what it has seen of late.

Whoever has stayed long leaves less and buys more, so one rate of churn is wrong for everybody: for
those who join, who mostly leave sooner, and for the customers there are, who mostly stay longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tsunagari.agents.phases.survey import CLASS_MONTHS, TENURE_CLASSES
from tsunagari.sim.measuring import Worth, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

WINDOW = 24
"""Months whose leavers the table is made of."""
LATELY = 12
"""Months whose contributions, joiners and costs of acquisition count."""
PRIOR = 120.0
"""Months at risk by which a class of tenure leans towards all customers of the firm."""
OLDEST = TENURE_CLASSES - 1
"""The class of the longest tenure, which lasts; founders are in it from the start."""
TENURES = OLDEST * CLASS_MONTHS
"""The first month of tenure in the oldest class."""
_STEP = 1e-4


class Staying(NamedTuple):
    """A firm's customers by class of tenure at the month before: who of them stayed.

    Attributes:
        at_risk: Customers a month ago, float64[firms, classes].
        left: Those of them who have left since.
    """

    at_risk: Floats
    left: Floats


def value_by_tenure(stay: Floats, margin: Floats, discount: float) -> Floats:
    """Value of a customer by months of tenure, ``V(t) = s/(1 + i)·(m + V(t + 1))``.

    In the oldest class it is ``m·s/(1 + i − s)``, as of customers who are all alike.

    Args:
        stay: Part that stays a month, by class of tenure, float64[firms, classes].
        margin: What one who stays brings in that month, in money.
        discount: Per month.

    Returns:
        Money, float64[firms, TENURES + 1]; null where nobody ever leaves and nothing is discounted.
    """
    factor = stay / (1.0 + discount)
    value = np.empty((len(stay), TENURES + 1))
    value[:, -1] = ratio(margin[:, OLDEST] * factor[:, OLDEST], 1.0 - factor[:, OLDEST])
    for kind in reversed(range(OLDEST)):
        first, end = kind * CLASS_MONTHS, (kind + 1) * CLASS_MONTHS
        # By months left in the class, the last month's one first.
        powers = factor[:, kind, None] ** np.arange(1.0, CLASS_MONTHS + 1.0)
        inside = margin[:, kind, None] * powers.cumsum(axis=1)
        value[:, first:end] = (inside + powers * value[:, end, None])[:, ::-1]
    return value


class Lifetimes:
    """What firms have seen of late of their customers' staying and of what these bring."""

    def __init__(self) -> None:
        self._staying: list[Floats] = []  # [at risk or left, firm, class], a month each
        self._earned: list[Floats] = []  # [stayed or contribution, firm, class]
        self._acquired: list[Floats] = []  # [month, joiners or cost, firm]

    def take(self, firms: Sequence[Any], sums: Any, staying: Staying) -> None:
        """Take a month down.

        Args:
            firms: As :class:`tsunagari.agents.firm.firm.Firm`, their books closed.
            sums: The survey's, a row a firm.
            staying: Of this month.
        """
        each = np.array(
            [
                (f.price, f.unit_cost + f.unit_cost_of_service, f.accounts.attention,
                 f.accounts.advertising + f.accounts.acquisition)
                for f in firms
            ]
        ).T  # fmt: skip
        price, cost, attention, acquisition = each
        stayed = staying.at_risk - staying.left
        attended = attention / np.maximum(sums.customers, 1.0)
        sold = price[:, None] * sums.stayers_paid - cost[:, None] * sums.stayers_units
        self._staying.append(np.stack([staying.at_risk, staying.left]))
        self._earned.append(np.stack([stayed, sold - attended[:, None] * stayed]))
        self._acquired.append(np.stack([np.ones(len(firms)), sums.joins, acquisition]))
        del self._staying[:-WINDOW], self._earned[:-LATELY], self._acquired[:-LATELY]

    def table(self, firms: int) -> tuple[Floats, Floats]:
        """Part that stays a month, and what one who stays brings, by class of tenure.

        Args:
            firms: Number of firms so far.

        Returns:
            Twice float64[firms, classes]; null for a firm that has had no customers of late.
        """
        at_risk, left = _added(self._staying, (2, firms, TENURE_CLASSES))
        stayed, earned = _added(self._earned, (2, firms, TENURE_CLASSES))
        return 1.0 - _leaning(left, at_risk), _leaning(earned, stayed)

    def worth(self, firms: int, tenures: Floats, discount: float) -> Worth:
        """What customers are worth.

        Args:
            firms: Number of firms so far.
            tenures: Customers of today by months of tenure, the oldest class last, float64[firms,
                TENURES + 1].
            discount: Per month.
        """
        stay, margin = self.table(firms)
        months, joins, spent = _added(self._acquired, (3, firms))
        more = stay * (1.0 + _STEP) ** (1.0 / CLASS_MONTHS)
        both = value_by_tenure(
            np.concatenate([stay, more]), np.concatenate([margin, margin]), discount
        )
        value, value_of_more = np.split(both, 2)
        base, joiner = _base_and_joiner(value, tenures)
        joining, spending = ratio(joins, months), ratio(spent, months)
        customers = tenures.sum(axis=1)

        def brought(base: Floats, joiner: Floats) -> Floats:
            to_come = ratio(joining * joiner, discount)
            return np.where(customers > 0.0, customers * base, 0.0) + to_come

        all_brought, cost = brought(base, joiner), ratio(spending, discount)
        gained = brought(*_base_and_joiner(value_of_more, tenures)) - all_brought
        equity = all_brought - cost
        positive = np.where(equity > 0.0, equity, 0.0)
        return Worth(
            base,
            joiner,
            equity,
            by_retention=ratio(gained / _STEP, positive),
            by_margin=ratio(all_brought, positive),
            by_acquisition=ratio(cost, positive),
        )


def _base_and_joiner(value: Floats, tenures: Floats) -> tuple[Floats, Floats]:
    """Value of a customer of today, on average, and of one who has just joined."""
    known = np.where(tenures > 0.0, value, 0.0)
    return ratio((tenures * known).sum(axis=1), tenures.sum(axis=1)), value[:, 0]


def _leaning(events: Floats, counts: Floats) -> Floats:
    """Events per count by class, each leaning towards that of the firm; null without any count."""
    whole = ratio(events.sum(axis=1), counts.sum(axis=1))
    return (events + PRIOR * whole[:, None]) / (counts + PRIOR)


def _added(months: Sequence[Floats], shape: tuple[int, ...]) -> Floats:
    """The sum of months, in which there may have been fewer firms."""
    if months and months[0].shape == shape:  # then there were as many ever since
        return np.add.reduce(months)
    total = np.zeros(shape)
    for month in months:
        total[:, : month.shape[1]] += month
    return total
