"""What a customer is worth to a firm: a life table by tenure, from what it has seen of late.

Whoever has stayed long leaves less and buys more, so one rate of churn is wrong for everybody: for
those who join, who mostly leave sooner, and for the customers there are, who mostly stay longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tsunagari.agents.phases.survey import CLASS_MONTHS, TENURE_CLASSES
from tsunagari.sim.measuring import Months, Worth, longer, ratio

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
    """Firms' customers by class of tenure at the month before: who of them stayed.

    Attributes:
        at_risk: Customers a month ago, float64[months, firms, classes].
        left: Those of them who have left since.
    """

    at_risk: Floats
    left: Floats


def value_by_tenure(stay: Floats, margin: Floats, discount: Any) -> Floats:
    """Value of a customer by months of tenure, ``V(t) = s/(1 + i)·(m + V(t + 1))``.

    In the oldest class it is ``m·s/(1 + i − s)``, as of customers who are all alike.

    Args:
        stay: Part that stays a month, by class of tenure, float64[firms, classes].
        margin: What one who stays brings in that month, in money.
        discount: Per month; one for all, or float64[firms, 1].

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
        # By month: customers at risk and who of them left; who stayed and what they brought, both
        # by firm and class; months, joiners and what these cost, by firm.
        self._staying = np.zeros((WINDOW - 1, 2, 0, TENURE_CLASSES))
        self._earned = np.zeros((LATELY - 1, 2, 0, TENURE_CLASSES))
        self._acquired = np.zeros((LATELY - 1, 3, 0))
        self._table: tuple[Floats, Floats]

    def table(self) -> tuple[Floats, Floats]:
        """Part that stays a month, and what one who stays brings, by class of tenure.

        Returns:
            Twice float64[firms, classes], of the last month; null for a firm that has had no
            customers of late.
        """
        return self._table

    def worth(self, m: Months, tenures: Floats, staying: Staying) -> Worth:
        """What customers are worth in months that have ended.

        Args:
            m: The months, one after the other, those before them taken down by now.
            tenures: Customers by months of tenure, the oldest class last, float64[months, firms,
                TENURES + 1].
            staying: Who of those of the month before has stayed.
        """
        at_risk, left, stayed, earned, months, joins, spent = self._lately(m, staying)
        stay, margin = 1.0 - _leaning(left, at_risk), _leaning(earned, stayed)
        self._table = stay[-1], margin[-1]
        more = stay * (1.0 + _STEP) ** (1.0 / CLASS_MONTHS)
        discount = m.discount[:, None]
        each = np.repeat(discount, stay.shape[1], axis=0)
        rows = (-1, TENURE_CLASSES)
        value, value_of_more = (
            value_by_tenure(kept.reshape(rows), margin.reshape(rows), each).reshape(tenures.shape)
            for kept in (stay, more)
        )
        base, joiner = _base_and_joiner(value, tenures)
        joining, spending = ratio(joins, months), ratio(spent, months)
        customers = tenures.sum(axis=2)

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

    def _lately(self, m: Months, staying: Staying) -> tuple[Floats, ...]:
        """At risk, left, stayed and earned by class; months, joiners and cost: of late, each."""
        begun = (m.number > 0) * 1.0  # before, nobody has stayed, joined or paid
        stayed = staying.at_risk - staying.left
        attended = m.each("accounts.attention") / np.maximum(m.sums["customers"], 1.0)
        cost = m.each("unit_cost") + m.each("unit_cost_of_service")
        sold = m.each("price")[:, :, None] * m.sums["stayers_paid"]
        sold -= cost[:, :, None] * m.sums["stayers_units"]
        earned = (sold - attended[:, :, None] * stayed) * begun[:, :, None]
        spent = m.each("accounts.advertising") + m.each("accounts.acquisition")
        acquired = [m.came * begun, m.sums["joins"] * begun, spent]
        found: list[Floats] = []
        for name, month in (
            ("_staying", np.stack(staying, axis=1)),
            ("_earned", np.stack([stayed, earned], axis=1)),
            ("_acquired", np.stack(acquired, axis=1)),
        ):
            every = np.concatenate([longer(getattr(self, name), month.shape[2], axis=2), month])
            window = len(every) - len(month) + 1
            total = np.zeros(month.shape)
            for ago in range(window):  # from the oldest on
                total += every[ago : ago + len(month)]
            setattr(self, name, every[1 - window :])
            found.extend(total.swapaxes(0, 1))
        return tuple(found)


def _base_and_joiner(value: Floats, tenures: Floats) -> tuple[Floats, Floats]:
    """Value of a customer of today, on average, and of one who has just joined."""
    known = np.where(tenures > 0.0, value, 0.0)
    return ratio((tenures * known).sum(axis=2), tenures.sum(axis=2)), value[:, :, 0]


def _leaning(events: Floats, counts: Floats) -> Floats:
    """Events per count by class, each leaning towards that of the firm; null without any count."""
    whole = ratio(events.sum(axis=2), counts.sum(axis=2))
    return (events + PRIOR * whole[:, :, None]) / (counts + PRIOR)
