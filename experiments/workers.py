"""Processes that run trials side by side, and end when they should."""

from __future__ import annotations

import concurrent.futures as futures
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.store.interrupts import undisturbed
from experiments.trial import Trial, run_trial
from sim.problems import Failure

if TYPE_CHECKING:
    from sim.schema import Scenario

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
    with an exception the workers are killed at once, and they end by themselves if the parent dies.

    Args:
        workers: How many.
        plan: The resolved scenario.

    Raises:
        WorkerDiedError: The system ended a worker, for lack of memory most often.
    """
    others = set(multiprocessing.active_children())
    pool = futures.ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        with deaf_children():
            ready = pool.submit(warm_up, plan)
            for _ in range(workers - 1):  # a process is started whenever none is idle
                pool.submit(_stand_by)
        for job in as_they_finish([ready]):
            job.result()
        yield pool
    except BaseException as error:
        with undisturbed():
            for child in set(multiprocessing.active_children()) - others:
                child.kill()
            pool.shutdown(cancel_futures=True)
        if isinstance(error, BrokenProcessPool):
            raise WorkerDiedError(
                f"one of {workers} worker processes died; if memory ran out, try fewer --workers"
            ) from error
        raise
    pool.shutdown()


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


def _stand_by() -> None:
    """Nothing; a worker that is asked for it is there."""


@contextmanager
def deaf_children() -> Iterator[None]:
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
    """What every worker does first; all import the market at the same time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import sim.market  # noqa: F401


def _end_with_parent() -> None:
    """End this worker when its parent is killed; it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)
