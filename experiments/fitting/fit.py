"""Fit a market of one's own: a table of its months in, a scenario with what is not known out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.backtest import Score, backtested
from tsunagari.experiments.fitting.bank import Bank, filled
from tsunagari.experiments.fitting.estimation import (
    Known,
    Point,
    discrepancy,
    learned,
    luck,
    matched,
    slopes_of,
)
from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.fitting.parameters import Parameter, parameters_of
from tsunagari.experiments.fitting.simulated import Held, Simulator, status_quo
from tsunagari.experiments.fitting.table import MarketTable
from tsunagari.experiments.runs.workers import Run
from tsunagari.sim.scenario import Scenario

AHEAD = 12
"""Months beyond the table that the market is run for."""
SURE = 0.9
"""Part of what is thought possible that intervals hold."""
_LUCKY = 16
_EXACT = 20_000
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


@dataclass(frozen=True)
class Fit:
    """What came of a fit.

    Attributes:
        table: What was fitted.
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
        columns: How far each column narrows the parameters, by name.
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
    columns: Mapping[str, float]
    runs: int

    @property
    def scenario(self) -> Scenario:
        """The status quo at the best point."""
        from tsunagari.experiments.fitting.parameters import values_of

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


def fitted(
    table: MarketTable,
    facts: Facts,
    run: Run,
    size: Size = Size(),
    *,
    title: str = "",
    bank: Path | None = None,
    told: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Fit:
    """Fit a table.

    Args:
        table: The market's months.
        facts: What else is known.
        run: Runs trials.
        size: How much to compute.
        title: Of the scenario.
        bank: File in which the bank is kept, and found again.
        told: Told of progress: what is done, how much of it, and of how much.
    """
    plan = status_quo(
        table, facts, customers=size.customers, months=table.months + AHEAD, title=title
    )
    parameters = parameters_of(table.firms)
    simulator = Simulator(plan, table.firms, parameters, run)
    drawn = filled(simulator, size.draws, bank, lambda done: told("bank", done, size.draws))
    held = Held(table, table.months)
    known = known_of(drawn, held)
    point, runs = _best(simulator, held, drawn, known, told)
    rng = np.random.default_rng(_SEED)
    members = known.draws(held.summary(table.values), size.members, rng)
    told("ensemble", 0, size.members)
    points = [(member, 2_000_000 + number) for number, member in enumerate(members)]
    months = _stacked(simulator(points))
    best = _stacked(simulator([(point.z, 3_000_000 + number) for number in range(8)], _EXACT // 2))
    told("ensemble", size.members, size.members)
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
        columns=columns_worth(drawn, held),
        runs=size.draws + runs + size.members + 8,
    )


def known_of(bank: Bank, held: Held) -> Known:
    """What figures of a table tell of the parameters, learned from the bank."""
    seen = np.array([held.summary(bank.month_rows(draw)) for draw in range(len(bank.z))])
    measures, firms, _ = held.labels()
    return learned(bank.z, seen, discrepancy(measures, firms), np.random.default_rng(_SEED))


def columns_worth(bank: Bank, held: Held) -> dict[str, float]:
    """Mean spread of the parameters after the table without each of its columns, and with all.

    In spreads of the priors: 1 where nothing was learned. Under ``""`` that with all columns.
    """
    seen = np.array([held.summary(bank.month_rows(draw)) for draw in range(len(bank.z))])
    measures, firms, _ = held.labels()
    off = discrepancy(measures, firms)

    def left(kept: np.ndarray) -> float:
        rng = np.random.default_rng(_SEED)
        known = learned(bank.z, seen[:, kept], off[np.ix_(kept, kept)], rng)
        return float(np.sqrt(np.diag(known.spread)).mean())

    worth = {"": left(np.ones(len(measures), bool))}
    for name in held.measures if len(held.measures) > 1 else ():
        worth[name] = left(measures != name)
    return worth


def _best(
    simulator: Simulator,
    held: Held,
    bank: Bank,
    known: Known,
    told: Callable[[str, int, int], None],
) -> tuple[Point, int]:
    """The best point: from what the bank expects, by steps with the bank's own slopes."""
    wanted = held.summary(held.table.values)
    measures, firms, _ = held.labels()
    seen = np.array([held.summary(bank.month_rows(draw)) for draw in range(len(bank.z))])
    lucky = list(simulator([(np.zeros(len(known.spread)), 100 + n) for n in range(_LUCKY)]))
    chance = luck(np.array([held.summary(months) for months in lucky]))
    covariance = 0.1 * chance + 0.2 * discrepancy(measures, firms)

    def simulate(z: np.ndarray, turn: int) -> np.ndarray:
        told("point", turn, ROUNDS)
        found = simulator([(z, 40 + 2 * turn), (z, 41 + 2 * turn)], _EXACT)
        return np.mean([held.summary(months) for months in found], axis=0)

    start = np.clip(known.mean(wanted), -2.5, 2.5)
    point = matched(start, slopes_of(bank.z, seen), simulate, wanted, covariance, ROUNDS)
    return point, _LUCKY + point.runs


ROUNDS = 10
"""Steps towards the best point."""


def _stacked(months: Any) -> dict[str, np.ndarray]:
    rows = list(months)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def ensemble_columns(fit: Fit) -> dict[str, np.ndarray]:
    """Value of every path in every member."""
    return {
        path: np.array([parameter.value(float(z), path) for z in fit.members[:, place]])
        for place, parameter in enumerate(fit.parameters)
        for path in parameter.paths
    }
