"""The marginal value of keeping a customer, and the spending at which it stops paying."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from agents.asked import shown
from experiments.explain.horizons import followed_further
from experiments.runs.given import firms_of, whole_numbers
from experiments.runs.prices import HELD, checked
from sim.problems import Problem, Problems, of_kind
from sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.explain.ladder import Climb, Lever
    from experiments.runs.prices import Prices
    from experiments.runs.trial import Progress

type Rivals = Literal["frozen", "reacting"]

RIVALS: tuple[Rivals, ...] = get_args(Rivals.__value__)
RAISES: dict[str, tuple[float, ...]] = {
    "service": (0.1, 0.3, 0.8),
    "attention": (0.05, 0.15, 0.4),
}
"""How far each lever is raised above the firm's own level, unless told otherwise."""


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
        silent: Firms that are not in the table, by the reason.
        lever: What was raised.
        month: Month from which on.
        months: Months followed.
        replications: Replications made.
        prices: Whether the firm's price was held, or its costs passed on.
        longer: The same over a second, longer horizon, for the firms whose gain still rises at the
            end of this one; None if it does for none, or nobody asked.
    """

    table: dict[str, NDArray[Any]]
    silent: dict[str, str]
    lever: Lever
    month: int
    months: int
    replications: int
    prices: Prices = HELD
    longer: Connection | None = None

    @property
    def rising(self) -> tuple[str, ...]:
        """Firms whose gain still rises at the end of the horizon, rivals reacting."""
        firms, rivals = self.table["firm"], self.table["rivals"]
        here = (rivals == RIVALS[-1]) & (self.table["rising"] > 0)
        return tuple(dict.fromkeys(firms[here].tolist()))

    def words(self) -> str:
        """What was found, in sentences."""
        from experiments.explain.connection_words import in_words

        return in_words(self)


def connection(
    plan: Scenario,
    firms: Sequence[str],
    *,
    month: int = 12,
    lever: Lever = "service",
    raises: Sequence[float] | None = None,
    horizon: int | None = None,
    prices: Prices = HELD,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
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
        seed: None is the plan's own.
        replications: None is the larger of 5 and the plan's own.
        workers: Processes. 1 runs here.
        threads: Threads per market.
        progress: Told of further months done.

    Raises:
        Problems: The scenario itself moves the lever.
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    from experiments.explain.connection_table import Asked, connection_table
    from experiments.runs.workers import replicated

    of_kind(plan, Scenario, "plan", "a Scenario")
    firms = firms_of(plan, firms)
    seed, replications, month, horizon, workers, threads = whole_numbers(
        seed=seed, replications=replications, month=month, horizon=horizon, workers=workers,
        threads=threads,
    )  # fmt: skip
    if lever not in RAISES:
        raise Problems(
            [Problem("lever", f"must be one of {', '.join(RAISES)}, not {shown(lever)}")]
        )
    count = max(5, plan.replications) if replications is None else replications
    raises = RAISES[lever] if raises is None else raises
    months = months_followed(plan, month, horizon)
    work = functools.partial(
        _climbs, plan, plan.seed if seed is None else seed, tuple(firms), month, months, lever,
        tuple(raises), checked(prices),
    )  # fmt: skip
    found = replicated(
        work,
        plan,
        count,
        months=months_of(plan, firms, month=month, lever=lever, raises=raises, horizon=horizon),
        workers=workers,
        threads=threads,
        progress=progress,
    )
    silent = {firm: reason for climbs, why in found for firm, reason in why.items()}
    climbed = {firm for climbs, _ in found for firm, _ in climbs}
    silent = {firm: why for firm, why in silent.items() if firm not in climbed}
    keys = [(firm, rivals) for firm in firms if firm in climbed for rivals in RIVALS]
    table = connection_table(
        [(*key, [climbs.get(key) for climbs, _ in found]) for key in keys],
        Asked(lever, prices, month, months),
    )
    return Connection(table, silent, lever, month, months, count, prices)


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


def months_followed(plan: Scenario, month: int, horizon: int | None = None) -> int:
    """Months from ``month`` to the horizon or the end of the run, the first included."""
    rest = plan.market.months - month + 1
    return rest if horizon is None else min(horizon, rest)


def months_of(
    plan: Scenario,
    firms: Sequence[str],
    *,
    month: int,
    lever: Lever,
    raises: Sequence[float] | None = None,
    horizon: int | None = None,
) -> int:
    """Months that one replication simulates at most."""
    steps = len(RAISES[lever] if raises is None else raises)
    runs = 1 + len(firms) * len(RIVALS) * steps
    return month - 1 + runs * months_followed(plan, month, horizon)


type _Climbs = dict[tuple[str, str], Climb]


def _climbs(
    plan: Scenario,
    seed: int,
    firms: tuple[str, ...],
    month: int,
    months: int,
    lever: Lever,
    raises: tuple[float, ...],
    prices: Prices,
    replication: int,
    threads: int | None,
    progress: Progress | None,
) -> tuple[_Climbs, dict[str, str]]:
    """All climbs of one replication, and why some firms have none."""
    from experiments.explain.ladder import Ladder
    from sim.market import Market

    def told() -> None:
        if progress is not None:
            progress(1)

    market = Market(plan, seed, replication=replication, threads=threads)
    for _ in range(month - 1):
        market.run_for(1)
        told()
    ladder = Ladder(market, lever, months, told, prices)
    climbs: _Climbs = {}
    silent: dict[str, str] = {}
    for firm in firms:
        own = ladder.own_level(firm)
        if own is None:
            silent[firm] = f"it has no customers before month {month}"
            continue
        levels = [own + more for more in raises if own + more <= highest(lever)]
        if not levels:
            silent[firm] = f"its {lever} is {own:g} already, and {highest(lever):g} is the most"
            continue
        for rivals in RIVALS:
            climbs[firm, rivals] = ladder.climb(firm, levels, frozen=rivals == "frozen")
    return climbs, silent


def highest(lever: Lever) -> float:
    """The highest level that the schema allows."""
    from sim.schema.firms import OperatingModel

    bounds = OperatingModel.model_fields[lever].metadata
    return float(next(bound.le for bound in bounds if hasattr(bound, "le")))
