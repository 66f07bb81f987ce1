"""P10: accepting misfits costs profit when capacity is tight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, not_above_zero
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 4000, 60, 36
_FIRM, _BEGIN, _LOWEST_FIT = "Adviser", 13, 0.5
_CAPACITIES = (0.08, 0.12, 1.0)
"""Of the market's customers; the first is tight, in the last there is room for everybody."""


def plan_with(people: int, capacity: float, *, chooses: bool) -> Scenario:
    """The untuned market where solutions are worth more; some suit the intimate firm, some do not.

    Until month 12 it takes everybody in any case, so that it begins with the same customers.
    """
    from experiments.patterns.another_market import another_market

    key = f"firms.{_FIRM}."
    values: dict[str, Any] = {
        "value.solution": 11.0,  # a small firm is asked by more people than it has places for
        "finance.fixed_cost": 0.005,  # and being small must not be what closes it
        "finance.advertising_cost": 0.005,
        f"{key}capacity": capacity,
        f"{key}share": min(capacity, 0.15),
        f"{key}minimum_fit": 0.0,
        f"{key}breadth": 0.25,
        f"{key}markup": 0.3,
        f"{key}authority": 0.3,
    }
    if chooses:
        values["events"] = [{"month": _BEGIN, "set": f"{key}minimum_fit", "to": _LOWEST_FIT}]
    return another_market(people, _MONTHS).with_values(values)


def measure(draw: Draw) -> tuple[float, float, float]:
    """Monthly profit, that on own customers alone, and use of capacity, months 13 to the end.

    Profits are per hundred people in the market. That on own customers leaves out what rivals'
    customers buy besides, and budgets and fixed cost.
    """
    import numpy as np

    market = draw.market()
    firm, column = market.firm(_FIRM), market.population.column
    rows = []
    for month in range(1, _MONTHS + 1):
        market.step()
        if month < _BEGIN:
            continue
        own = column("provider") == firm.index
        bought = column("wallet")[own] * column("wallet_share")[own]
        books = firm.accounts
        served = (firm.price - firm.unit_cost) * float(bought.sum(dtype=float))
        served -= books.attention + books.service + books.acquisition
        rows.append((books.profit, served, own.mean() / firm.terms.capacity))
    profit, served, used = np.mean(rows, axis=0)
    hundreds = market.population.people / 100
    return profit / hundreds, served / hundreds, used


def find(study: Study) -> Finding:
    """Let a firm leave misfits to others, at several capacities."""
    import numpy as np

    from experiments.statistics import t_interval

    people = study.people(_PEOPLE)
    arms = [
        study.draws(plan_with(people, capacity, chooses=chooses), _REPLICATIONS)
        for capacity in _CAPACITIES
        for chooses in (False, True)
    ]
    runs = np.array(study.each(measure, [draw for arm in arms for draw in arm]))
    runs = runs.reshape(len(_CAPACITIES), 2, -1, 3)
    cost = [t_interval(row) for row in runs[:, 1, :, 0] - runs[:, 0, :, 0]]
    own = [t_interval(row) for row in runs[:, 1, :, 1] - runs[:, 0, :, 1]]
    used = [t_interval(row) for row in runs[:, 0, :, 2]]
    harder = t_interval(
        (runs[0, 1, :, 1] - runs[0, 0, :, 1]) / _CAPACITIES[0]
        - (runs[-1, 1, :, 1] - runs[-1, 0, :, 1]) / runs[-1, 0, :, 2]
    )
    unit = "a month per hundred people"
    return Finding(
        quantities=(
            above_zero(f"profit lost to misfits, tight, {unit}", cost[0]),
            Quantity("capacity used when tight", used[0], (0.9, None)),
            above_zero(f"the same loss, own customers alone, {unit}", own[0]),
        ),
        null=(not_above_zero(f"profit lost to misfits, with room, {unit}", cost[-1]),),
        details=(
            *(
                f"Capacity {capacity:g} is used to {use.mean:.0%}; misfits cost {lost.mean:+.3f} "
                f"[{lost.low:+.3f}, {lost.high:+.3f}], on own customers alone {served.mean:+.3f} "
                f"[{served.low:+.3f}, {served.high:+.3f}] {unit}."
                for capacity, use, lost, served in zip(_CAPACITIES, used, cost, own, strict=True)
            ),
            f"Per place used, the loss on own customers is {harder.mean:+.3f} "
            f"[{harder.low:+.3f}, {harder.high:+.3f}] higher when tight.",
        ),
    )


if TYPE_CHECKING:
    from sim.scenario import Scenario


PATTERN = Pattern(
    id="P10",
    pattern="accepting misfits costs profit when capacity is tight",
    source="Service management for customer success 2019"
    " (choose the right customers); Treacy & Wiersema 1995",
    statistic="paired monthly profit of a customer-intimacy firm that takes nobody with a fit "
    "below 0.5 less that of the same firm taking everybody, capacity 8 %, untuned market",
    null="room for everybody",
    find=find,
)
