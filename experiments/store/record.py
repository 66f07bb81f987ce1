"""``run.json``: which run this is, with what it was made and how long it took."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from experiments.store.seal import FORMAT
from experiments.trial import Trial, digest
from sim.version import version

if TYPE_CHECKING:
    from sim.scenario import Scenario

_PACKAGES = ("mesa", "numpy", "numba", "llvmlite", "pandas", "pyarrow")


def run_record(
    plan: Scenario,
    trials: Sequence[Trial],
    *,
    started: datetime.datetime,
    phases: Mapping[str, float],
    seconds: Iterable[Mapping[str, float]],
    notes: Sequence[str],
    command: Sequence[str],
) -> dict[str, Any]:
    """What ``run.json`` says besides its status and the list of files.

    Args:
        plan: The resolved scenario.
        trials: What was run, replication 0 first.
        started: When the command began, with time zone.
        phases: Wall-clock seconds of the phases of the whole command.
        seconds: Wall-clock seconds per phase of each replication.
        notes: What the user was told.
        command: The command line, program name first.
    """
    now = datetime.datetime.now(datetime.UTC)
    return {
        "format": FORMAT,
        "scenario": plan.title,
        "plan_hash": digest(plan, seed=trials[0].seed),
        "seed": trials[0].seed,
        "replications": [
            {"replication": trial.replication, "seed": trial.seed, "key": trial.key}
            for trial in trials
        ],
        "customers": plan.market.customers,
        "months": plan.market.months,
        "started": started.astimezone(datetime.UTC).isoformat(timespec="milliseconds"),
        "finished": now.isoformat(timespec="milliseconds"),
        "timings": {
            "phases": _rounded(phases),
            "replications": [_rounded(trial) for trial in seconds],
        },
        "command": list(command),
        "notes": list(notes),
        "versions": versions(),
        "machine": machine(),
    }


def versions() -> dict[str, str]:
    """Versions the numbers may depend on; a package that is not installed is left out."""
    found = {"tsunagari": version(), "python": platform.python_version()}
    for name in _PACKAGES:
        loaded = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(loaded, str):  # quicker
            found[name] = loaded
            continue
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, str | int | None]:
    """What kind of machine this is; nothing that says which one or whose."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "implementation": platform.python_implementation(),
        "processors": os.cpu_count(),
    }


def _rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    return {phase: round(value, 4) for phase, value in seconds.items()}
