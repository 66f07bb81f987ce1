"""Shares of later months, forecast from a table: on markets drawn from the priors.

Every market is told from its own months by what was learned from the others, and beside it stands
last value with the spread that it usually misses by. ``python tests/experiments/fitting/
test_forecasts.py BANK`` prints the documentation's figures from a bank that a fit has kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from tsunagari.experiments.fitting.backtest import WANDERING
from tsunagari.experiments.fitting.bank import Bank, filled
from tsunagari.experiments.fitting.estimation import discrepancy, disturbed, learned
from tsunagari.experiments.fitting.facts import read_facts
from tsunagari.experiments.fitting.parameters import parameters_of
from tsunagari.experiments.fitting.simulated import MEASURES, Held, Simulator, status_quo
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.fitting.template import template
from tsunagari.experiments.runs.workers import trial_runner

HORIZONS = (3, 6, 12)


def crps_of_normal(error, deviation):
    """Of a normal forecast whose mean misses by so much (Gneiting & Raftery 2007)."""
    z = error / deviation
    return deviation * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


def ratios(bank, table, *, is_disturbed):
    """CRPS by horizon, less than 1 where the fitted markets are better than last value."""
    held, rng = Held(table, table.months), np.random.default_rng(1)
    share = 100.0 * bank.found["share"].astype(np.float64)
    seen, last = bank.seen(held), share[:, table.months]
    measures, firms, _ = held.labels()
    found = {}
    for ahead in HORIZONS:
        came = share[:, table.months + ahead] - last
        if is_disturbed:
            steps = rng.standard_normal(came.shape) * WANDERING * np.sqrt(ahead / 12)
            came = came + steps - steps.mean(axis=1, keepdims=True)
        known = learned(came, disturbed(seen, discrepancy(measures, firms), rng)
                        if is_disturbed else seen)  # fmt: skip
        deviation = np.sqrt(np.diag(known.spread))
        left = norm.ppf(np.clip(known.quantiles, 1e-9, 1 - 1e-9)) * deviation
        ours = crps_of_normal(left, deviation).mean()
        found[ahead] = float(ours / crps_of_normal(came, came.std(axis=0)).mean())
    return found


@pytest.mark.slow
@pytest.mark.exhaustive
def test_later_shares_are_forecast_better_than_by_the_last_value(tmp_path):
    for name, text in zip(("market.csv", "facts.yaml"), template(), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    table = read_table(tmp_path / "market.csv")
    facts = read_facts(tmp_path / "facts.yaml", table)
    plan = status_quo(table, facts, customers=2000, months=table.months + 12, title="")
    with trial_runner(plan, workers=2, threads=1) as run:
        bank = filled(Simulator(plan, table.firms, parameters_of(table.firms), run), 400)
    for is_disturbed in (False, True):
        found = ratios(bank, table, is_disturbed=is_disturbed)
        assert np.mean(list(found.values())) < 0.7
        assert found[12] < found[3] < 1


def test_the_score_of_a_normal_is_that_of_many_draws():
    rng = np.random.default_rng(4)
    draws = 2.0 * rng.standard_normal(4000)
    apart = np.abs(draws[:, None] - draws[None, :]).mean() / 2
    assert crps_of_normal(1.5, 2.0) == pytest.approx(np.abs(draws - 1.5).mean() - apart, rel=0.03)


if __name__ == "__main__":
    with np.load(sys.argv[1]) as stored:
        kept = Bank(stored["z"], {name: stored[name] for name in MEASURES})
    sheet = Path(sys.argv[1]).with_name("market.csv")
    for state in (False, True):
        print(state, ratios(kept, read_table(sheet), is_disturbed=state))
