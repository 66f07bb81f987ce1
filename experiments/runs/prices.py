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
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from agents.firm.books import UnitCosts
    from sim.scenario import Scenario

    type Costs = Mapping[str, Mapping[int, UnitCosts]]

type Prices = Literal["held", "passed-on"]

PRICES: tuple[Prices, ...] = get_args(Prices.__value__)
HELD, PASSED_ON = PRICES

_KEPT = 8
"""Runs whose costs a process remembers: trials held to one market come one after another."""


class Priced(NamedTuple):
    """A run on whose costs firms price.

    Attributes:
        plan: The market's.
        seed: What all chance depends on.
        replication: Which luck.
        months: For how long.
    """

    plan: Scenario
    seed: int
    replication: int
    months: int


_remembered: deque[tuple[Priced, Costs]] = deque(maxlen=_KEPT)


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


def costs_in(wanted: Priced, threads: int | None) -> Costs:
    """Costs per unit in the market that prices are held to.

    It is run here, unless this process has just done so: its costs depend on nothing but the
    plan, seed and replication, so that whoever runs it finds the same.
    """
    for known, costs in tuple(_remembered):
        is_long = known.months >= wanted.months and known[1:3] == wanted[1:3]
        if is_long and (known.plan is wanted.plan or known.plan == wanted.plan):
            return costs
    from sim.market import Market

    market = Market(wanted.plan, seed=wanted.seed, replication=wanted.replication, threads=threads)
    market.run_for(wanted.months)
    remember(wanted, market.unit_costs)
    return market.unit_costs


def remember(run: Priced, costs: Costs) -> None:
    """Keep what a market cost its firms, for trials whose prices are held to it."""
    _remembered.append((run, costs))
