"""Processes that run trials side by side, and end when they should."""

from __future__ import annotations

import concurrent.futures as futures
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.store.interrupts import ENDING
from experiments.trial import Trial, run_trial
from sim.problems import Failure

if TYPE_CHECKING:
    from sim.scenario import Scenario

_PATIENCE = 0.5  # seconds; on Windows a thread that waits longer does not hear Ctrl-C
_FEW = 200  # customers: enough for every compiled rule to be needed


class WorkerDiedError(Failure):
    """A worker process ended before its work was done; the text says what may help."""


@contextmanager
def worker_pool(workers: int, plan: Scenario) -> Iterator[futures.Executor]:
    """Processes ready to run trials of this plan or its like.

    They are spawned, on every system: a forked child of a process with threads may never wake up.
    One of them first runs a very small market, so that compiled rules are on the disk before all
    others would compile the same at the same time. Ctrl-C is for the parent; when the block ends
    the workers are killed, and they end by themselves if the parent dies. What a worker that died
    or hung was at is run once more (:class:`experiments.sweep.processes.Processes`).

    Args:
        workers: How many.
        plan: The resolved scenario.

    Raises:
        WorkerDiedError: Work got lost twice with its worker, for lack of memory most often.
    """
    from experiments.sweep.pool import Pool
    from experiments.sweep.processes import Processes

    with Processes(workers) as crew, Pool(crew, plan) as pool:
        yield pool


def as_they_finish[R](jobs: Iterable[futures.Future[R]]) -> Iterator[futures.Future[R]]:
    """Jobs in the order in which they finish; Ctrl-C is heard while waiting."""
    pending = set(jobs)
    while pending:
        done, pending = futures.wait(pending, _PATIENCE, futures.FIRST_COMPLETED)
        yield from done


def warm_up(plan: Scenario) -> None:
    """Run a very small market of this kind, so that every compiled rule is on the disk."""
    months = min(plan.market.months, 2)
    small: dict[str, object] = {"market.months": months, "events": [], "claims": []}
    if plan.network.kind != "file":
        small["market.customers"] = min(plan.market.customers, _FEW)
    run_trial(Trial(plan.with_values(small), seed=0), threads=1)
    mark = _mark_of_warmth()
    if mark is not None:
        mark.touch()


def is_warm() -> bool:
    """Whether these very rules have been compiled and kept by an earlier process."""
    mark = _mark_of_warmth()
    return mark is not None and mark.exists()


def _mark_of_warmth() -> Path | None:
    """A file beside the compiled rules that is there once all of them are; None without any."""
    from agents.compiled import cache_folder

    folder = cache_folder()
    return None if folder is None else folder / "warm"


@contextmanager
def deaf_children() -> Iterator[None]:
    """Processes started in the block do not hear Ctrl-C and its like: the parent ends them.

    A blocked signal is inherited and, in the parent, delivered at the end of the block. Windows
    has no such thing; there :func:`be_deaf` alone must do.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(ENDING))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def be_deaf() -> None:
    """What every worker does first: what asks processes to end is for the parent."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
