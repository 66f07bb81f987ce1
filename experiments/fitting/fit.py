"""Fit a market of one's own: a table of its months in, a scenario with what is not known out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.backtest import Score, backtested
from tsunagari.experiments.fitting.bank import filled
from tsunagari.experiments.fitting.checks import Check, checked
from tsunagari.experiments.fitting.estimation import (
    Known,
    Point,
    discrepancy,
    disturbed,
    learned,
    luck,
    matched,
    slopes_of,
)
from tsunagari.experiments.fitting.facts import Facts, of_months, read_facts
from tsunagari.experiments.fitting.parameters import Parameter, costs_of, parameters_of, values_of
from tsunagari.experiments.fitting.simulated import (
    AHEAD,
    Held,
    Simulator,
    status_quo,
    with_facts,
)
from tsunagari.experiments.fitting.table import MarketTable, read_table
from tsunagari.experiments.fitting.worth import Worth, columns_worth
from tsunagari.experiments.runs.trial import Progress
from tsunagari.experiments.runs.workers import Run, trial_runner, worth_starting
from tsunagari.sim.scenario import Scenario

_LUCKY = 16
EXACTER = 6
"""How many times as large those markets are."""
_OTHER_LUCK = 8
_SEED = 41


@dataclass(frozen=True)
class Size:
    """How much a fit computes.

    Attributes:
        customers: People in the markets of the bank.
        draws: Markets in the bank.
        members: Members of the ensemble.
    """

    customers: int = 3000
    draws: int = 600
    members: int = 64

    @property
    def exact(self) -> int:
        """People in the markets from which the best point is found: luck must not lead it."""
        return EXACTER * self.customers


@dataclass(frozen=True)
class Fit:
    """What came of a fit.

    Attributes:
        table: What was fitted, with what the facts say of the whole time.
        facts: What else was known.
        size: How much was computed.
        plan: The scenario with every parameter at its default.
        parameters: What was moved.
        point: The best point.
        known: What the table tells of the parameters.
        members: The ensemble, float64[members, parameters], in standard deviations of the priors.
        months: Of the members by measure float64[members, months + 1, firms].
        best: The same of the best point under other luck, float64[runs, months + 1, firms].
        scores: The backtest.
        columns: What the table leaves open as it stands, without each of its columns, and with
            each that it could have.
        checks: Whether it may be believed.
        runs: Markets that were run.
    """

    table: MarketTable
    facts: Facts
    size: Size
    plan: Scenario
    parameters: tuple[Parameter, ...]
    point: Point
    known: Known
    members: np.ndarray
    months: Mapping[str, np.ndarray]
    best: Mapping[str, np.ndarray]
    scores: tuple[Score, ...]
    columns: tuple[Worth, ...]
    checks: tuple[Check, ...]
    runs: int

    @property
    def scenario(self) -> Scenario:
        """The status quo at the best point."""
        return self.plan.with_values(values_of(self.parameters, self.point.z))

    @property
    def ensemble(self) -> Any:
        """The members as a pandas DataFrame: a row a member, a column a path of the scenario."""
        import pandas as pd

        return pd.DataFrame(ensemble_columns(self))

    @property
    def backtest(self) -> Any:
        """The backtest as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame([score._asdict() for score in self.scores])


def fit(
    table: Any,
    facts: Any = None,
    *,
    columns: Mapping[str, str] | None = None,
    size: Size = Size(),
    workers: int = 1,
    bank: Path | None = None,
) -> Fit:
    """Fit a market of one's own from a table of its months.

    Args:
        table: A DataFrame or a file, with a row a month and firm
            (:func:`~tsunagari.experiments.fitting.table.read_table`).
        facts: What else is known, as a mapping or a YAML file
            (:class:`~tsunagari.experiments.fitting.facts.Facts`).
        columns: What a column is, to its name in the table.
        size: How much to compute.
        workers: Processes side by side; the result does not depend on it.
        bank: File in which drawn markets are kept, and found again.

    Raises:
        tsunagari.sim.problems.Problems: All that is wrong with the table, the facts or the bank.
    """
    known = read_table(table, columns)
    return fitted(known, read_facts(facts, known), size, workers=workers, bank=bank)


def fitted(
    table: MarketTable,
    facts: Facts,
    size: Size = Size(),
    *,
    title: str = "",
    workers: int | None = 1,
    bank: Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Fit a table that was read.

    Args:
        table: The market's months.
        facts: What else is known.
        size: How much to compute.
        title: Of the scenario.
        workers: Processes side by side; the result does not depend on it. None: one a processor,
            as far as it is worth it.
        bank: File in which drawn markets are kept, and found again.
        progress: Told of further months done, of :func:`months_of` together.
    """
    table = of_months(table, facts)
    months = table.months + AHEAD
    plan = status_quo(table, facts, customers=size.customers, months=months, title=title)
    workers = workers or worth_starting(plan, months_of(table, size))
    with trial_runner(plan, workers=workers, threads=1, progress=progress) as run:
        return _found(plan, with_facts(table, facts), facts, run, size, bank)


def _found(
    plan: Scenario, table: MarketTable, facts: Facts, run: Run, size: Size, bank: Path | None
) -> Fit:
    parameters = parameters_of(table.firms)
    simulator = Simulator(plan, table.firms, parameters, run)
    drawn = filled(simulator, size.draws, bank)
    held = Held(table, table.months)
    seen = drawn.seen(held)
    measures, firms, _ = held.labels()
    rng = np.random.default_rng(_SEED)
    noisy = disturbed(seen, discrepancy(measures, firms), rng)
    known = learned(drawn.z, noisy)
    point = _best(simulator, held, known, slopes_of(drawn.z, seen), size.exact)
    at = {p.path: float(z) for p, z in zip(parameters, point.z, strict=True)}
    rng = np.random.default_rng(_SEED)
    members = known.draws(held.summary(table.values), size.members, rng)
    points = [(member, 2_000_000 + number) for number, member in enumerate(members)]
    months = _stacked(simulator(points))
    best = _stacked(
        simulator([(point.z, 3_000_000 + number) for number in range(_OTHER_LUCK)], size.exact // 2)
    )
    return Fit(
        table=table,
        facts=facts,
        size=size,
        plan=plan,
        parameters=parameters,
        point=point,
        known=known,
        members=members,
        months=months,
        best=best,
        scores=tuple(backtested(table, facts, drawn)),
        columns=columns_worth(drawn, held, noisy),
        checks=checked(held, noisy, known, months, best, at),
        runs=runs_of(size),
    )


def _best(simulator: Simulator, held: Held, known: Known, slopes: np.ndarray, exact: int) -> Point:
    """The best point: from what the bank expects, by steps with the bank's own slopes."""
    wanted = held.summary(held.table.values)
    measures, firms, _ = held.labels()
    lucky = list(simulator([(np.zeros(len(known.spread)), 100 + n) for n in range(_LUCKY)]))
    chance = luck(np.array([held.summary(months) for months in lucky]))
    covariance = 0.1 * chance + discrepancy(measures, firms)

    def simulate(z: np.ndarray) -> np.ndarray:
        found = simulator([(z, 40), (z, 41)], exact)
        return np.mean([held.summary(months) for months in found], axis=0)

    start = np.clip(known.mean(wanted), -2.5, 2.5)
    return matched(start, slopes, simulate, wanted, covariance, ROUNDS)


ROUNDS = 10
"""Steps towards the best point."""


def runs_of(size: Size) -> int:
    """Markets that a fit runs."""
    return size.draws + _LUCKY + 2 * ROUNDS + size.members + _OTHER_LUCK


def months_of(table: MarketTable, size: Size) -> int:
    """Months of market that a fit runs."""
    return runs_of(size) * (table.months + AHEAD)


def _stacked(months: Any) -> dict[str, np.ndarray]:
    rows = list(months)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def ensemble_columns(fit: Fit) -> dict[str, np.ndarray]:
    """Value of every path in every member.

    Costs, which no table tells, are among them where prices are known: shares then do not depend
    on costs, but what a decision brings does.
    """
    costs = costs_of(fit.table.firms) if "price" in fit.table.values else ()
    drawn = np.random.default_rng([_SEED, 1]).standard_normal((len(fit.members), len(costs)))
    return {
        path: np.array([parameter.value(float(z), path) for z in column])
        for parameter, column in zip(
            (*fit.parameters, *costs), np.hstack([fit.members, drawn]).T, strict=True
        )
        for path in parameter.paths
    }
