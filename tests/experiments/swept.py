"""Functions that stand for the market in sweeps, with answers known beforehand."""

from __future__ import annotations

import math

import numpy as np

from tsunagari.experiments.runs.trial import Trial, TrialResult

FACTORS = ("stickiness.location", "stickiness.switching", "stickiness.obligation")
UNIT = {path: {"low": 0.0, "high": 1.0} for path in FACTORS}


def design(kind, *, factors=None, **keys):
    """A small sweep of the connected age."""
    return {
        "scenario": "connected-age",
        "values": {"market.customers": 200, "market.months": 2, "events": []},
        "factors": UNIT if factors is None else factors,
        "design": kind,
        **keys,
    }


def coordinates(trial: Trial) -> np.ndarray:
    held = trial.plan.stickiness
    return np.array([held.location, held.switching, held.obligation])


def result(trial: Trial, value: float, other: float = 0.5) -> TrialResult:
    """Tables of two months and two firms, in which ``value`` is what Lean comes to."""
    months = np.repeat([0, 1, 2], 2)
    share = np.column_stack(([0.5, 0.25, value], [0.5, 0.75, other])).ravel()
    firms = {
        "scenario": ["s"] * 6,
        "replication": np.full(6, trial.replication),
        "month": months,
        "firm": ["Lean", "Spark"] * 3,
        "discipline": ["none"] * 6,
        "market_share": share,
        "retention": np.full(6, np.nan),
    }
    market = {
        "scenario": ["s"] * 3,
        "replication": np.full(3, trial.replication),
        "month": np.arange(3),
        "hhi": np.array([0.0, 0.1, -value]),
    }
    return TrialResult(trial, {"firms": firms, "market": market}, {"months": 0.0})


def ishigami(trial: Trial) -> TrialResult:
    """sin x + 7 sin² y + 0.1 z⁴ sin x on [−π, π]³ (Ishigami & Homma 1990)."""
    x, y, z = (2 * coordinates(trial) - 1) * math.pi
    return result(trial, math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x))


def linear(trial: Trial) -> TrialResult:
    """4x − y, and nothing of z."""
    return result(trial, float(coordinates(trial) @ [4.0, -1.0, 0.0]))


def constant(trial: Trial) -> TrialResult:
    return result(trial, 0.3)


def now_and_then_failing(trial: Trial) -> TrialResult:
    """As ``linear``, but the trials of one narrow range of x fail."""
    if trial.replication == 1 and coordinates(trial)[0] > 0.9:
        raise ArithmeticError("planted")
    return linear(trial)


def noisy(trial: Trial) -> TrialResult:
    """``linear`` with luck common to all points (0.5), of the network (1), and of each run (0.25).

    In brackets are standard deviations; that of 4x − y is √(17/12) = 1.19.
    """

    def luck(*key: int) -> float:
        return float(np.random.default_rng([trial.seed, *key]).standard_normal())

    draw = trial.plan.network.draw or 0
    point = int.from_bytes(coordinates(trial).tobytes()[::5], "big") % 2**63
    value = float(coordinates(trial) @ [4.0, -1.0, 0.0])
    value += 1.0 * luck(1, draw) + 0.5 * luck(2, draw, trial.replication)
    return result(trial, value + 0.25 * luck(3, draw, trial.replication, point))
