"""What tests of sweeps share: a design, trials that take no time, and the question of sameness.

``python sweeping.py FOLDER [NAME=VALUE …]`` sweeps in a process of its own, to be hit.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from tsunagari.experiments.runs.trial import TrialResult
from tsunagari.experiments.studies.sweep_file import read_experiment

PRICES = [0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15]
TIMES = ["seconds", "peak_memory"]


def design(**changes):
    """Twenty-four trials, two of them of the same scenario."""
    return {
        "scenario": "connected-age",
        "values": {"market.customers": 200, "market.months": 3, "events": []},
        "factors": {
            "firms.Lean.price": [*PRICES[:-1], PRICES[0]],
            "market.cities": [1, 2, 3, 4, 5, 6, 7, 1],
            "firms.Lean.discipline": ["operational-excellence"] * 8,
        },
        "design": "list",
        "replications": 3,
        **changes,
    }


def experiment(**changes):
    return read_experiment(design(**changes))[0]


def quick(trial):
    """Tables that depend on the trial alone; some have no row, some columns no value."""
    price = trial.plan.firms[0].price
    rows = int(trial.key[0], 16) % 4
    firms = {
        "firm": [f"会社{number}" for number in range(rows)],
        "price": [price if number else None for number in range(rows)],
        "luck": [float(int(trial.key[number : number + 8], 16)) for number in range(rows)],
    }
    market = {"month": [0, 1], "replication": [trial.replication] * 2}
    return TrialResult(trial, {"firms": _typed(firms), "market": market}, {})


def slow(trial):
    time.sleep(0.03)
    return quick(trial)


def failing(trial):
    """Fails for two prices, in several lines."""
    if trial.plan.firms[0].price in PRICES[1:3] and not os.environ.get("MENDED"):
        raise ValueError("the price\n  is wrong")
    return quick(trial)


def deadly(trial):
    """Ends the process that runs a certain trial, always."""
    time.sleep(0.01)
    if trial.plan.firms[0].price == PRICES[2] and trial.replication == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(trial)


def _typed(columns):
    import numpy as np

    numbers = ("price", "luck")
    return {
        name: np.array(values, dtype=np.float64 if name in numbers else object)
        for name, values in columns.items()
    }


def trials_in(folder):
    return pq.read_table(Path(folder) / "trials.parquet")


def contents(folder):
    """All that the files of a sweep say, apart from times: equal for equal sweeps."""
    folder = Path(folder)
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ("trials.parquet", "sweep.json", ".lock")
        if path.parent.name != "damaged"
    }
    trials = trials_in(folder).drop_columns(TIMES)
    return files | {"trials": trials.to_pylist(), "columns": trials.schema.to_string()}


def assert_same(left, right):
    left, right = contents(left), contents(right)
    assert list(left) == list(right)
    for name, content in left.items():
        assert content == right[name], name


def main(folder, dask=None, workers="1"):
    from tsunagari.experiments.runs.workers import dask_cluster
    from tsunagari.experiments.studies.sweep import sweep
    from tsunagari.sim.problems import Failure

    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(dask_cluster(dask)) if dask else None
        executor = cluster.executor if cluster else None
        try:
            sweep(design(), out=folder, simulate=slow, workers=int(workers), executor=executor)
        except Failure as failure:
            sys.exit(str(failure))


if __name__ == "__main__":
    import sweeping  # so that functions have the same place in every process

    sweeping.main(sys.argv[1], **dict(argument.split("=", 1) for argument in sys.argv[2:]))
