"""How far a sweep is, seen from outside: nothing is locked, nothing is changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from experiments.design import Experiment
from experiments.sweep.checking import checked_record
from experiments.sweep.folder import Identity, check_identity
from experiments.sweep.job import Status
from experiments.sweep.layout import FINISHED, TRIALS, chunk_of, trial_of
from experiments.sweep.ledger import Counts
from experiments.sweep.parts import read_part
from experiments.sweep.shard import Shard


def counts_in(folder: Path, experiment: Experiment, shard: Shard | None = None) -> Counts:
    """How far the sweep in a folder is, also while a process is at work there.

    Trials that a design has twice count once until their part of the sweep is complete.

    Raises:
        sim.problems.Problems: The folder belongs to something else, or a file is damaged.
    """
    total = len(experiment.trials())
    if shard is not None:
        total = len(shard.positions(total))
    if check_identity(folder, Identity(experiment.key, shard)) is None:
        return Counts(0, 0, total)
    checked_record(folder)
    counted = Counter(_statuses(folder))
    return Counts(counted["done"], counted["failed"], total)


def finished_in(folder: Path) -> int:
    """How many trials of the sweep in a folder are finished, well or not."""
    return sum(status is not None for status in _statuses(folder))


def _statuses(folder: Path) -> list[Status | None]:
    """Status of every trial that is finished, and None of those whose repeat is not."""
    while True:
        try:
            # Small files first: what is joined in the meantime is then in both, not in neither.
            small = _small_files(folder / FINISHED)
            if (folder / TRIALS).exists():
                return [status for _, status in _rows(folder / TRIALS)]
            parts = [
                path for path in (folder / FINISHED).iterdir() if chunk_of(path.name) is not None
            ]
            rows = [row for part in sorted(parts) for row in _rows(part)]
        except FileNotFoundError:  # there is no such folder yet; or no longer, as it is complete
            if not (folder / FINISHED).exists() and not (folder / TRIALS).exists():
                return []
            continue
        known: dict[str, Status | None] = {key: status for key, status in rows if status}
        known |= small
        joined = {key for key, _ in rows}
        alone = [status for key, status in small.items() if key not in joined]
        return [*(known.get(key) for key, _ in rows), *alone]


def _small_files(finished: Path) -> dict[str, Status]:
    if not finished.is_dir():
        return {}
    trials = [trial_of(path.name) for path in finished.iterdir()]
    # "failed" before "done", which wins
    return dict(sorted((t for t in trials if t is not None), key=lambda t: t[1], reverse=True))


def _rows(path: Path) -> list[tuple[str, Status | None]]:
    table = read_part(path, ["key", "status"])
    return list(
        zip(table.column("key").to_pylist(), table.column("status").to_pylist(), strict=True)
    )
