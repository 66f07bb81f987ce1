"""A firm's options with known winners: stands for the market in sweeps with levers."""

from __future__ import annotations

import numpy as np

from tsunagari.experiments.runs.trial import Trial, TrialResult

OPTIONS = ["operational-excellence", "product-leadership", "customer-intimacy", "none"]


def design(**keys):
    """Lean's disciplines under twenty-four places of location and switching."""
    return {
        "title": "Planted",
        "scenario": "three-disciplines",
        "values": {"market.customers": 100, "market.months": 2},
        "factors": {
            "firms.Lean.discipline": OPTIONS,
            "stickiness.location": {"low": 0.0, "high": 1.0},
            "stickiness.switching": {"low": 0.0, "high": 1.0},
        },
        "levers": ["firms.Lean.discipline"],
        "design": "latin-hypercube",
        "samples": 24,
        "replications": 3,
        "keep": ["firms"],
        **keys,
    }


def tables(trial: Trial, cash: float, *, closes: int | None = None) -> TrialResult:
    """Tables of two months in which Lean ends with so much cash, or closes in a month."""
    last = 2 if closes is None else closes
    rows = [(month, name) for month in range(3) for name in ("Lean", "Spark")]
    rows = [(month, name) for month, name in rows if name == "Spark" or month <= last]
    gone = [name == "Lean" and month == closes for month, name in rows]
    firms = {
        "scenario": ["s"] * len(rows),
        "replication": np.full(len(rows), trial.replication),
        "month": np.array([month for month, _ in rows]),
        "firm": [name for _, name in rows],
        "discipline": ["none"] * len(rows),
        "customers": np.where(gone, 0, 50),
        "fixed": np.where(gone, 0.0, 1.0),
        "cash": np.array([cash if name == "Lean" else 7.0 for _, name in rows]),
        "trust": np.array([np.nan if name == "Lean" else 1.0 for _, name in rows]),
    }
    return TrialResult(trial, {"firms": firms}, {"months": 0.0})


def disciplines(trial: Trial) -> TrialResult:
    """Intimacy wins where location is above 0.6, else operations; product leaders are ruined.

    Against a Spark that copies operations, none is better than they; intimacy is as before. A
    product leader closes in the last month in replication 1 and the one before in replication 2.
    """
    lean, spark = (trial.plan.firms[place].discipline for place in (0, 1))
    location = trial.plan.stickiness.location
    luck = 0.01 * float(np.random.default_rng(trial.replication).standard_normal())
    crowded = 6.0 if spark == lean == "operational-excellence" else 0.0
    cash = {
        "operational-excellence": 10.0 - crowded,
        "product-leadership": -5.0,
        "customer-intimacy": 12.0 if location > 0.6 else 2.0,
        "none": 7.0,
    }[lean]
    closes = {1: 2, 2: 1}.get(trial.replication) if lean == "product-leadership" else None
    return tables(trial, cash + luck, closes=closes)


def by_luck(trial: Trial) -> TrialResult:
    """Which option wins depends on nothing that varies."""
    place = OPTIONS.index(trial.plan.firms[0].discipline)
    seed = int(trial.plan.stickiness.location * 1e9) * 10 + place
    return tables(trial, float(np.random.default_rng(seed).standard_normal()))


def always_none(trial: Trial) -> TrialResult:
    return tables(trial, float(trial.plan.firms[0].discipline == "none"))


def failing(trial: Trial) -> TrialResult:
    """One environment in two has an option without an outcome."""
    if trial.plan.firms[0].discipline == "none" and trial.plan.stickiness.location < 0.5:
        raise ArithmeticError("planted")
    return disciplines(trial)


def always_failing(trial: Trial) -> TrialResult:
    raise ArithmeticError("planted")
