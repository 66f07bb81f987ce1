"""How well a table's later months would have been forecast, beside methods without a market."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from tsunagari.experiments.fitting.bank import Bank
from tsunagari.experiments.fitting.baselines import METHODS, Past
from tsunagari.experiments.fitting.estimation import discrepancy, disturbed, learned
from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.fitting.scores import absolute_error, covered, crps
from tsunagari.experiments.fitting.simulated import QUARTER, Held
from tsunagari.experiments.fitting.table import MarketTable

FIRST = 12
"""Months that a forecast has behind it at least."""
MEMBERS = 200
HORIZONS = (3, 6, 12)
"""Months ahead that are told."""
WANDERING = 0.3
"""What brands wander by in a year unknown to the model, in points of share: standard deviation."""
OURS = "market"


class Score(NamedTuple):
    """How good a method's forecast was.

    Attributes:
        method: ``market`` for the fitted one.
        origin: Last month known.
        horizon: Months ahead.
        measure: What was forecast.
        crps: Score of the ensemble (:func:`~tsunagari.experiments.fitting.scores.crps`), points.
        mae: Mean distance of the ensemble's mean, points.
        covered: Part of firms whose value lay in the central 90 % interval.
    """

    method: str
    origin: int
    horizon: int
    measure: str
    crps: float
    mae: float
    covered: float


def backtested(table: MarketTable, facts: Facts, bank: Bank) -> Iterator[Score]:
    """Scores of all methods from all origins, in the table's months.

    Every method knows what was known at the origin; the bank's markets know the prices and the
    advertising that came later, and nothing else of it.
    """
    shares = 100.0 * table.values["share"]
    for origin in range(FIRST, table.months - QUARTER + 1, QUARTER):
        horizons = [h for h in HORIZONS if origin + h <= table.months]
        if any(origin < month <= origin + max(horizons) for month in facts.breaks):
            continue
        try:
            past = Past.of(table, origin, facts.breaks)
        except ValueError:  # too few figures by then
            continue
        rng = np.random.default_rng(origin)
        for method, forecast in METHODS.items():
            drawn = 100.0 * forecast(past, max(horizons), MEMBERS, rng)
            yield from _scored(method, origin, horizons, drawn, shares, past.last)
        drawn = from_bank(table, bank, origin, max(horizons), rng)
        yield from _scored(OURS, origin, horizons, drawn, shares, origin)


def from_bank(
    table: MarketTable, bank: Bank, origin: int, horizon: int, rng: np.random.Generator
) -> np.ndarray:
    """Shares ahead in points, float64[members, horizon, firms], by what the bank's markets did."""
    held = Held(table, origin)
    share = 100.0 * bank.found["share"].astype(np.float64)
    ahead = share[:, origin + 1 : origin + horizon + 1] - share[:, origin : origin + 1]
    measures, firms, _ = held.labels()
    wanted = ahead.reshape(len(ahead), -1)
    known = learned(wanted, disturbed(bank.seen(held), discrepancy(measures, firms), rng))
    drawn = known.draws(held.summary(table.values), MEMBERS, rng).reshape(MEMBERS, *ahead.shape[1:])
    steps = rng.standard_normal(drawn.shape) * WANDERING / np.sqrt(12.0)
    at = 100.0 * _last_known(table.values["share"], origin)
    found: np.ndarray = at + drawn + np.cumsum(steps, axis=1)
    return found


def _last_known(shares: np.ndarray, month: int) -> np.ndarray:
    known = np.flatnonzero(np.isfinite(shares[: month + 1]).all(axis=1))
    row: np.ndarray = shares[known[-1]]
    return row


def _scored(
    method: str,
    origin: int,
    horizons: list[int],
    drawn: np.ndarray,
    shares: np.ndarray,
    last: int,
) -> Iterator[Score]:
    for horizon in horizons:
        came = shares[origin + horizon]
        if not np.isfinite(came).all():
            continue
        ensemble = drawn[:, min(origin + horizon - last, drawn.shape[1]) - 1]
        yield Score(
            method,
            origin,
            horizon,
            "share",
            float(crps(ensemble, came).mean()),
            float(absolute_error(ensemble, came).mean()),
            float(covered(ensemble, came).mean()),
        )
