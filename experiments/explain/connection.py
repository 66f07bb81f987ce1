"""The marginal value of keeping a customer, and the spending at which it stops paying."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import numpy as np

from tsunagari.agents.asked import shown
from tsunagari.experiments.explain.asking import (
    ENDS,
    Effort,
    Runs,
    columns,
    ends,
    followed_further,
)
from tsunagari.experiments.explain.ladder import Climb, Ladder, Lever
from tsunagari.experiments.runs.given import HELD, checked, firms_of, whole_numbers
from tsunagari.experiments.runs.statistics import ratio_interval, t_interval
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.scale import in_unit_costs
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.given import Prices
    from tsunagari.experiments.runs.trial import Progress

type Rivals = Literal["frozen", "reacting"]

RIVALS: tuple[Rivals, ...] = get_args(Rivals.__value__)
FROZEN, REACTING = RIVALS
RAISES: dict[str, tuple[float, ...]] = {
    "service": (0.1, 0.3, 0.8),
    "attention": (0.05, 0.15, 0.4),
}
"""How far each lever is raised above the firm's own level, unless told otherwise."""
FEWEST = 5
"""Replications at least, unless told otherwise."""
RISE = 0.05
"""A marginal gain still rises if the last months have added more than this part of it."""
VERDICTS = (
    *("pays throughout", "pays, then stops", "pays at first"),
    *("does not pay", "cannot be told", "costs nothing"),
)
"""What can be said of more spending within the horizon, by the intervals of the steps."""

_TEXTS = ("firm", "rivals", "lever", "prices")
_MEASURED = ("spent", "gained", "marginal", "kept", "money_per_customer_kept")
_TALLIED = ("crossings", "pays_throughout", "never_pays", "replications")
_KINDS: dict[str, type] = {
    **dict.fromkeys(_TEXTS, str),
    **dict.fromkeys(("month", "months", "step"), int),
    "level": float,
    **{f"{name}{end}": float for name in _MEASURED for end in ENDS},
    **dict.fromkeys(("marginal_before", "customers", "clv"), float),
    **{f"stops_paying{end}": float for end in ENDS},
    **dict.fromkeys(_TALLIED, int),
    "verdict": str,
    "rising": int,
}


@dataclass(frozen=True, eq=False)
class Connection:
    """What more spending on keeping customers brings, firm by firm and step by step.

    Attributes:
        table: Column names to columns: ``firm, rivals, lever, prices, month, months, step, level``;
            each of ``spent, gained, marginal, kept, money_per_customer_kept`` with its ``_low`` and
            ``_high``; ``marginal_before``; ``customers, clv``; ``stops_paying`` with its ends,
            ``crossings, pays_throughout, never_pays, replications, verdict`` and ``rising``, the
            same on all steps of a firm and way of rivals. Money is per customer of the cohort, as a
            present value.
        silent: Firms that are not in the table, with their own level of the lever, which cannot be
            raised; None for those that have no customers.
        lever: What was raised.
        month: Month from which on.
        months: Months followed.
        replications: Replications made.
        prices: Whether the firm's price was held, or its costs passed on.
        longer: The same over a second, longer horizon, for the firms whose gain still rises at the
            end of this one; None if it does for none, or nobody asked.
    """

    table: dict[str, NDArray[Any]]
    silent: dict[str, float | None]
    lever: Lever
    month: int
    months: int
    replications: int
    prices: Prices = HELD
    longer: Connection | None = None

    @property
    def rising(self) -> tuple[str, ...]:
        """Firms whose gain still rises at the end of the horizon, rivals reacting."""
        here = (self.table["rivals"] == REACTING) & (self.table["rising"] > 0)
        return tuple(dict.fromkeys(self.table["firm"][here].tolist()))


def connection(
    plan: Scenario,
    firms: Sequence[str],
    *,
    month: int = 12,
    lever: Lever = "service",
    raises: Sequence[float] | None = None,
    horizon: int | None = None,
    prices: Prices = HELD,
    **runs: Unpack[Runs],
) -> Connection:
    """Let one firm after another spend more on its customers, and see what a unit of money brings.

    From ``month`` on a firm's service (or attention) is raised, level by level, everything else and
    all luck being the same; its price is held, or its costs are passed on. Rivals are frozen (they
    do what they did without the raise) or react. The marginal gain of a step is what it brings more
    than the step before, by what it costs more; spending stops paying where that falls through 1.

    Args:
        plan: The resolved scenario.
        firms: Names.
        month: First month of the raise, from 1.
        lever: ``service`` (outcome beyond what was asked) or ``attention`` (staff per customer).
        raises: How far above the firm's own level, in the lever's unit, rising.
        horizon: Months to follow, at most to the end of the run; None is to its end. What customers
            bring later is not counted, so the shorter, the less seems to pay: see :func:`further`.
        prices: Whether the firm's price is held to the costs it has without the raise.
        runs: See :class:`~tsunagari.experiments.explain.asking.Runs`.

    Raises:
        Problems: The scenario itself moves the lever.
    """
    of_kind(plan, Scenario, "plan", "a Scenario")
    plan = in_unit_costs(plan)  # the lifetime value beside is read from a table, the rest is not
    firms = firms_of(plan, firms)
    month, horizon = whole_numbers(month=month, horizon=horizon)
    effort = Effort.of(plan, FEWEST, **runs)
    if lever not in RAISES:
        message = f"must be one of {', '.join(RAISES)}, not {shown(lever)}"
        raise Problems([Problem("lever", message)])
    raises = RAISES[lever] if raises is None else raises
    rest = plan.market.months - month + 1
    months = rest if horizon is None else min(horizon, rest)
    asked = Asked(lever, checked(prices), month, months)
    work = _Work(plan, effort.seed, firms, asked, tuple(raises))
    ladders = 1 + len(firms) * len(RIVALS) * len(raises)  # at most: the firm as it is, every step
    found = effort.over(work, effort.replications, month - 1 + ladders * months)
    climbed = {firm for climbs, _ in found for firm, _ in climbs}
    silent = {firm: own for _, whose in found for firm, own in whose.items()}
    keys = [(firm, rivals) for firm in firms if firm in climbed for rivals in RIVALS]
    return Connection(
        connection_table([(*key, [climbs.get(key) for climbs, _ in found]) for key in keys], asked),
        {firm: own for firm, own in silent.items() if firm not in climbed},
        lever, month, months, effort.replications, prices,
    )  # fmt: skip


def further(plan: Scenario, found: Connection) -> tuple[Scenario, tuple[str, ...], int] | None:
    """What to ask next where a gain still rises at the end of the horizon.

    Returns:
        The scenario, made as long as it takes, the firms, and the second horizon in months from the
        raise on; None if no gain still rises.
    """
    firms = found.rising
    if not firms:
        return None
    longer = followed_further(plan, found.month + found.months - 1)
    return longer, firms, longer.market.months - found.month + 1


@dataclass(frozen=True)
class Asked:
    """What was asked: the lever, which prices, from which month on, for how many months."""

    lever: Lever
    prices: Prices
    month: int
    months: int


type _Climbs = dict[tuple[str, str], Climb]


@dataclass(frozen=True)
class _Work:
    """All climbs of one replication."""

    plan: Scenario
    seed: int
    firms: tuple[str, ...]
    asked: Asked
    raises: tuple[float, ...]

    def __call__(
        self, replication: int, threads: int | None, progress: Progress | None
    ) -> tuple[_Climbs, dict[str, float | None]]:
        """Climbs by firm and way of rivals, and what :attr:`Connection.silent` says."""
        from tsunagari.sim.market import Market

        def told() -> None:
            if progress is not None:
                progress(1)

        asked = self.asked
        market = Market(self.plan, self.seed, replication=replication, threads=threads)
        for _ in range(asked.month - 1):
            market.run_for(1)
            told()
        ladder = Ladder(market, asked.lever, asked.months, told, asked.prices)
        most = highest(asked.lever)
        climbs: _Climbs = {}
        silent: dict[str, float | None] = {}
        for firm in self.firms:
            own = ladder.own_level(firm)
            raised = [] if own is None else [own + more for more in self.raises]
            levels = [level for level in raised if level <= most]
            if not levels:
                silent[firm] = own
                continue
            for rivals in RIVALS:
                climbs[firm, rivals] = ladder.climb(firm, levels, frozen=rivals == FROZEN)
        return climbs, silent


def highest(lever: Lever) -> float:
    """The highest level that the schema allows."""
    from tsunagari.sim.schema.firms import OperatingModel

    bounds = OperatingModel.model_fields[lever].metadata
    return float(next(bound.le for bound in bounds if hasattr(bound, "le")))


def connection_table(
    found: Sequence[tuple[str, str, Sequence[Climb | None]]], asked: Asked
) -> dict[str, NDArray[Any]]:
    """The columns of :attr:`Connection.table`.

    Args:
        found: Firm, way of rivals, and the climb of every replication; None where the firm had no
            customers.
        asked: What it was asked about.
    """
    rows = [
        {**vars(asked), "firm": firm, "rivals": rivals, **row}
        for firm, rivals, climbs in found
        for row in _rows([climb for climb in climbs if climb is not None])
    ]
    return columns(rows, _KINDS)


def _rows(climbs: Sequence[Climb]) -> list[dict[str, Any]]:
    """One row per step."""
    customers = np.array([climb.customers for climb in climbs], dtype=np.float64)[:, None]
    spent = np.stack([climb.spent for climb in climbs]) / customers
    gained = np.stack([climb.gained for climb in climbs]) / customers
    marginal = np.stack([marginal_gains(s, g) for s, g in zip(spent, gained, strict=True)])
    before = np.stack([marginal_gains(climb.spent_before, climb.gained_before) for climb in climbs])
    kept = np.stack([climb.kept for climb in climbs])
    money = np.stack([climb.spent_in_year for climb in climbs])
    same = {
        "customers": float(customers.mean()),
        "clv": t_interval([climb.clv for climb in climbs]).mean,
        **_limits([stops_paying(s, g) for s, g in zip(spent, gained, strict=True)]),
    }
    rows = [
        {
            "step": step + 1,
            "level": float(level),
            **ends("spent", spent[:, step]),
            **ends("gained", gained[:, step]),
            **ends("marginal", marginal[:, step]),
            "marginal_before": t_interval(before[:, step]).mean,
            **ends("kept", kept[:, step]),
            **ends("money_per_customer_kept", ratio_interval(money[:, step], kept[:, step])),
            **same,
        }
        for step, level in enumerate(climbs[0].level)
    ]
    told = {"verdict": verdict_of(rows), "rising": int(any(_rises(row) for row in rows))}
    return [row | told for row in rows]


def _limits(found: Sequence[float]) -> dict[str, float]:
    """Where spending stops paying, from what :func:`stops_paying` says of every replication."""
    limits = np.array(found)
    crossings = limits[np.isfinite(limits) & (limits > 0.0)]
    limit = ends("stops_paying", crossings)
    # Nobody spends less than nothing.
    limit["stops_paying_low"] = np.maximum(limit["stops_paying_low"], 0.0)
    return limit | {
        "crossings": len(crossings),
        "pays_throughout": int(np.isposinf(limits).sum()),
        "never_pays": int((limits == 0.0).sum()),
        "replications": len(limits),
    }


def marginal_gains(spent: NDArray[np.float64], gained: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain per unit of money between neighbouring steps, the firm's own level being step 0.

    NaN where a step costs no more than the one before.
    """
    cost, more = np.diff(spent, prepend=0.0), np.diff(gained, prepend=0.0)
    return np.divide(more, cost, out=np.full(len(cost), np.nan), where=cost > 0)


def stops_paying(spent: NDArray[np.float64], gained: NDArray[np.float64]) -> float:
    """Spending at which the marginal gain falls through 1 for the first time.

    A step's marginal gain is taken to be that at its middle, straight lines in between. It is 0 if
    already the first step brings less than it costs, infinite if every step pays, and NaN where no
    step costs anything.
    """
    gain = marginal_gains(spent, gained)
    middle = spent - np.diff(spent, prepend=0.0) / 2
    there = np.isfinite(gain)
    gain, middle = gain[there], middle[there]
    if not len(gain):
        return math.nan
    below = np.flatnonzero(gain < 1.0)
    if not len(below):
        return math.inf
    step = int(below[0])
    if step == 0:
        return 0.0
    part = (gain[step - 1] - 1.0) / (gain[step - 1] - gain[step])
    return float(middle[step - 1] + part * (middle[step] - middle[step - 1]))


def verdict_of(steps: Sequence[Mapping[str, Any]]) -> str:
    """One of :data:`VERDICTS`: no more than the intervals of all steps bear.

    Args:
        steps: Rows of one firm and way of rivals, the first step first.
    """
    first = steps[0]
    if not math.isfinite(first["marginal"]):
        return "costs nothing"
    if not math.isfinite(first["marginal_low"]):  # a single replication
        return "cannot be told"
    if first["marginal_high"] < 1.0:
        return "does not pay"
    if first["marginal_low"] <= 1.0:
        return "cannot be told"
    if all(step["marginal_low"] > 1.0 for step in steps):
        return "pays throughout"
    has_ends = math.isfinite(first["stops_paying_low"])
    is_everywhere = first["crossings"] == first["replications"]
    return "pays, then stops" if has_ends and is_everywhere else "pays at first"


def _rises(step: Mapping[str, Any]) -> bool:
    """Whether the last months have added to a marginal gain what counts."""
    now, before = step["marginal"], step["marginal_before"]
    if not math.isfinite(now):
        return False
    return bool(now - (before if math.isfinite(before) else 0.0) > RISE * abs(now))
