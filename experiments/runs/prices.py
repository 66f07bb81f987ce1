"""Held prices: what a change costs, or saves, does not reach the price that any firm asks.

Firms price by their own rules in every scenario, but on the costs per unit that the same firm has
in the base, month by month under the same luck (:class:`agents.firm.books.UnitCosts`). A change of
the rule takes effect: of ``price``, ``markup``, ``launch_premium`` and how often it launches, of
the discipline, of how it reacts to rivals. A firm that the base does not have prices on its own
costs; one that has closed there, on the last it had.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from agents.firm.books import UnitCosts
    from experiments.runs.trial import Trial
    from sim.scenario import Scenario

    type Costs = Mapping[str, Mapping[int, UnitCosts]]

type Prices = Literal["held", "passed-on"]

PRICES: tuple[Prices, ...] = get_args(Prices.__value__)
HELD, PASSED_ON = PRICES

_KEPT = 8
"""Runs whose costs a process remembers: trials held to one market come one after another."""
_remembered: deque[tuple[Scenario, int, int, int, Costs]] = deque(maxlen=_KEPT)


def checked(prices: str) -> Prices:
    """Which of the two is meant.

    Raises:
        sim.problems.Problems: Neither.
    """
    from sim.problems import Problem, Problems

    for known in PRICES:
        if prices == known:
            return known
    message = f"must be {' or '.join(PRICES)}, not {prices!r}"
    raise Problems([Problem("prices", message)])


def costs_held_to(trial: Trial, threads: int | None) -> Costs | None:
    """Costs per unit in the market that a trial's prices are held to; None without one.

    That market is run here, as far as the trial goes, unless this process has just done so: it
    depends on nothing but the base, seed and replication, so that whoever runs it finds the same.
    """
    if trial.base is None:
        return None
    months = trial.plan.market.months
    for plan, seed, replication, known, costs in tuple(_remembered):
        is_long = known >= months and (seed, replication) == (trial.seed, trial.replication)
        if is_long and (plan is trial.base or plan == trial.base):
            return costs
    from sim.market import Market

    market = Market(trial.base, seed=trial.seed, replication=trial.replication, threads=threads)
    market.run_for(months)
    costs = market.unit_costs
    _remembered.append((trial.base, trial.seed, trial.replication, months, costs))
    return costs


def remember(trial: Trial, costs: Costs) -> None:
    """Keep what a market cost its firms, for trials whose prices are held to it."""
    if trial.base is None:
        months = trial.plan.market.months
        _remembered.append((trial.plan, trial.seed, trial.replication, months, costs))
