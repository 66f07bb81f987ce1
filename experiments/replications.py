"""The same market under other luck: here, one after another, or in processes side by side."""

from __future__ import annotations

import concurrent.futures as futures
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.trial import Progress, Trial, TrialResult, run_trial
from sim.problems import Failure

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store.tables import Column, Columns
    from sim.schema import Scenario

_PATIENCE = 0.5  # seconds; on Windows a thread that waits longer does not hear Ctrl-C


class WorkerDiedError(Failure):
    """A worker process ended before its work was done; the text says what may help."""


@dataclass(frozen=True, eq=False)
class Replications:
    """All replications of a run, in order.

    Attributes:
        trials: What was run, at least one.
        tables: Table name to columns, the replications below one another.
        seconds: Wall-clock seconds per phase, one mapping a replication.
    """

    trials: tuple[Trial, ...]
    tables: dict[str, Columns]
    seconds: tuple[Mapping[str, float], ...]

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self.trials[0].plan.title

    @property
    def story(self) -> str:
        """The scenario's story."""
        return self.trials[0].plan.story

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per replication, month, firm."""
        return self._frame("firms")

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per replication, month."""
        return self._frame("market")

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """One row per replication, firm, joined, tenure."""
        return self._frame("cohorts")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """One row per replication, month, source, destination, decided_by."""
        return self._frame("flows")

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(dict(self.tables[name]))


def run_replications(
    plan: Scenario,
    seed: int | None = None,
    replications: int | None = None,
    *,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Replications:
    """Run a plan ``replications`` times; the tables depend neither on workers nor on threads.

    Args:
        plan: The resolved scenario.
        seed: None is the plan's own.
        replications: At least 1; None is the plan's own.
        workers: Processes. 1 runs here, one replication after another.
        threads: Threads per market. None: as many as the market likes here, 1 in a worker.
        progress: Told of further months done, here after each, from workers a replication at once.

    Raises:
        WorkerDiedError: The system ended a worker, for lack of memory most often.
    """
    seed = plan.seed if seed is None else seed
    count = plan.replications if replications is None else replications
    if count < 1 or workers < 1:
        raise ValueError(f"replications ({count}) and workers ({workers}) must be at least 1")
    trials = tuple(Trial(plan, seed, number) for number in range(count))
    if min(workers, count) == 1:
        results = [run_trial(trial, threads, progress) for trial in trials]
    else:
        results = _in_workers(trials, min(workers, count), threads or 1, progress)
    tables = joined([result.tables for result in results])
    return Replications(trials, tables, tuple(result.seconds for result in results))


def joined(parts: Sequence[Mapping[str, Columns]]) -> dict[str, Columns]:
    """Tables of the same names and columns, below one another."""
    import numpy as np

    def below(columns: Iterable[Column]) -> np.ndarray:
        return np.concatenate([np.asarray(column) for column in columns])

    if len(parts) == 1:
        return dict(parts[0])
    return {
        name: {column: below(part[name][column] for part in parts) for column in first}
        for name, first in parts[0].items()
    }


def _in_workers(
    trials: Sequence[Trial], workers: int, threads: int, progress: Progress | None
) -> list[TrialResult]:
    others = set(multiprocessing.active_children())
    # Spawned, on every system: a forked child of a process with threads may never wake up.
    pool = futures.ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        with _deaf_children():
            jobs = [pool.submit(run_trial, trial, threads) for trial in trials]
        pending = set(jobs)
        while pending:
            done, pending = futures.wait(pending, _PATIENCE, futures.FIRST_COMPLETED)
            for job in done:
                months = job.result().trial.plan.market.months
                if progress is not None:
                    progress(months)
        results = [job.result() for job in jobs]
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        if isinstance(error, BrokenProcessPool):
            raise WorkerDiedError(
                f"one of {workers} worker processes died; if memory ran out, try fewer --workers"
            ) from error
        raise
    pool.shutdown()
    return results


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started in the block do not hear Ctrl-C: the parent ends them, without tracebacks.

    A blocked signal is inherited and, in the parent, delivered at the end of the block. Windows
    has no such thing; there :func:`_start_worker` alone must do.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
