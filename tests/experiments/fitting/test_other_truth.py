"""Markets of another model are fitted: what checks say of them, and whether bands hold what came.

Customers of these markets switch as a Markov chain with seasons has it; nothing of the model is in
them. A market of the model itself stands beside them. ``python test_other_truth.py`` prints the
table of the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from tsunagari.experiments.fitting.backtest import MEMBERS, OURS, from_bank
from tsunagari.experiments.fitting.bank import Bank, filled
from tsunagari.experiments.fitting.baselines import METHODS, Past
from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.fitting.fit import Fit, Size, fitted
from tsunagari.experiments.fitting.parameters import parameters_of
from tsunagari.experiments.fitting.scores import covered, crps
from tsunagari.experiments.fitting.simulated import Simulator, status_quo
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.runs.workers import trial_runner

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]

FIRMS = ("Aoba", "Birch", "Cedar", "Daisen")
START = np.array([0.4, 0.3, 0.2, 0.1])
KNOWN, AHEAD = 24, 12
PEOPLE = 1_000_000


@dataclass(frozen=True)
class Truth:
    """A market of switchers.

    Attributes:
        churn: Of a usual month, by firm.
        season: Part by which it rises and falls in a year.
        to: Where leavers go, by firm; less their own firm.
    """

    churn: tuple[float, ...]
    season: float
    to: tuple[float, ...]


TRUTHS = {
    "switching, stands still": Truth((0.010, 0.012, 0.014, 0.018), 0.3, (0.36, 0.31, 0.22, 0.11)),
    "switching, drifts": Truth((0.018, 0.012, 0.010, 0.010), 0.3, (0.20, 0.25, 0.30, 0.25)),
    "switching, strong seasons": Truth((0.012, 0.015, 0.015, 0.020), 0.7, (0.36, 0.31, 0.22, 0.11)),
}
OWN = "the model itself"


def switched(truth: Truth, seed: int) -> dict[str, np.ndarray]:
    """Shares, churn and joins of months 0 to the last, by a chain of a million people."""
    rng = np.random.default_rng(seed)
    count = np.round(PEOPLE * START).astype(np.int64)
    found = {"share": [START], "churn": [np.full(4, np.nan)], "joins": [np.full(4, np.nan)]}
    to = np.array(truth.to)
    for month in range(1, KNOWN + AHEAD + 1):
        season = 1.0 + truth.season * np.sin(2 * np.pi * month / 12)
        joins = np.zeros(4, np.int64)
        leaves = rng.binomial(count, np.array(truth.churn) * season)
        for firm in range(4):
            others = np.where(np.arange(4) == firm, 0.0, to)
            joins += rng.multinomial(leaves[firm], others / others.sum())
        found["churn"].append(leaves / count)
        found["joins"].append(joins / count.sum())
        count = count - leaves + joins
        found["share"].append(count / count.sum())
    return {name: np.array(rows) for name, rows in found.items()}


def of_the_model(customers: int = PEOPLE) -> dict[str, np.ndarray]:
    """The same of a market drawn from the priors."""
    table = read_table(frame(switched(next(iter(TRUTHS.values())), 1)))
    plan = status_quo(table, Facts(), customers=customers, months=KNOWN + AHEAD, title="")
    parameters = parameters_of(FIRMS)
    z = 0.7 * np.random.default_rng(3).standard_normal(len(parameters))
    with trial_runner(plan, threads=1) as run:
        (months,) = Simulator(plan, FIRMS, parameters, run)([(z, 77)])
    found = {name: months[name].copy() for name in ("share", "churn", "joins")}
    found["share"][0] = START
    return found


def frame(found: dict[str, np.ndarray], months: int = KNOWN) -> pd.DataFrame:
    """The table of the first months."""
    rows = []
    for month in range(months + 1):
        for firm, name in enumerate(FIRMS):
            told = {key: values[month, firm] for key, values in found.items()}
            rows.append({"month": month + 1, "firm": name, **told})
    return pd.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class Case:
    """A truth, its fit, and the bank that the fit was learned from."""

    found: dict[str, np.ndarray]
    fit: Fit
    bank: Bank

    def came(self, name: str) -> np.ndarray:
        """What came in the months beyond the table."""
        return self.found[name][KNOWN + 1 :]

    def covers(self, name: str) -> float:
        """Part of these months that lie within the 90 % band of the page."""
        ensemble = self.fit.months[name][:, KNOWN + 1 :]
        return float(covered(ensemble, self.came(name)).mean())

    def forecasts(self) -> dict[str, np.ndarray]:
        """Shares beyond the table by method, in points: the bank's first."""
        past, rng = Past.of(self.fit.table), np.random.default_rng(1)
        drawn = {OURS: from_bank(self.fit.table, self.bank, KNOWN, AHEAD, rng)}
        for name, method in METHODS.items():
            drawn[name] = 100.0 * method(past, AHEAD, MEMBERS, rng)
        return drawn

    def errors(self) -> dict[str, float]:
        """Mean CRPS of these, in points."""
        came = 100.0 * self.came("share")
        return {name: float(crps(paths, came).mean()) for name, paths in self.forecasts().items()}

    def holds(self) -> float:
        """Part of shares within the 90 % interval of the bank's forecast."""
        return float(covered(self.forecasts()[OURS], 100.0 * self.came("share")).mean())


def cases(folder: Path, size: Size) -> dict[str, Case]:
    """Every truth with its fit; they begin alike, so that one bank serves all."""
    made = {name: switched(truth, 1) for name, truth in TRUTHS.items()} | {OWN: of_the_model()}
    fits = {
        name: fitted(read_table(frame(found)), Facts(), size, bank=folder / "bank.npz")
        for name, found in made.items()
    }
    fit = next(iter(fits.values()))
    simulator = Simulator(fit.plan, FIRMS, fit.parameters, lambda _: iter(()))
    bank = filled(simulator, size.draws, folder / "bank.npz")
    return {name: Case(found, fits[name], bank) for name, found in made.items()}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return cases(tmp_path_factory.mktemp("banks"), Size())


def checks_of(fit: Fit) -> dict[str, bool]:
    return {check.name: check.fine for check in fit.checks}


def test_another_model_is_seen(found):
    """What the model cannot do, seasons, is told; a market of its own is not called wrong."""
    for name in TRUTHS:
        assert not checks_of(found[name].fit)["residual"], name
    assert all(checks_of(found[OWN].fit).values())


def test_bands_hold_most_of_what_came(found):
    for name, case in found.items():
        assert case.covers("share") >= 0.6, name
        assert case.holds() >= 0.7, name


def test_of_switchers_brand_switching_is_the_better_forecast(found):
    """The market is no forecaster of shares where they follow a simpler law, and loses here."""
    for name in TRUTHS:
        errors = found[name].errors()
        assert errors["brand-switching"] < errors[OURS], name


def as_table(found: dict[str, Case]) -> str:
    rows = []
    for name, case in found.items():
        doubts = [check for check, fine in checks_of(case.fit).items() if not fine]
        held = [f"{100 * case.covers(measure):.0f}" for measure in case.found]
        errors = " · ".join(f"{error:.2f}" for error in case.errors().values())
        told = (name, ", ".join(doubts) or "none", " · ".join(held), f"{100 * case.holds():.0f}")
        rows.append(f"| {' | '.join(told)} | {errors} |")
    return "\n".join(rows)


if __name__ == "__main__":
    import sys

    with TemporaryDirectory() as made:
        print(as_table(cases(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(made), Size())))
