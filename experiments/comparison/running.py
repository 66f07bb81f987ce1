"""Trials run wherever there is room, their results handed on in the order asked for."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

from experiments.trial import Progress, Trial, TrialResult, run_trial

if TYPE_CHECKING:
    from sim.scenario import Scenario

type Run = Callable[[Iterable[Trial]], Iterator[TrialResult]]

_AHEAD = 64
"""Least number of trials under way in somebody else's executor, whose size is not known."""


@contextmanager
def trial_runner(
    plan: Scenario,
    *,
    workers: int = 1,
    threads: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[Run]:
    """Yields a function that runs trials and gives their results in the order of the trials.

    Only so many results wait at a time as there are trials under way, four for every worker.

    Args:
        plan: One of the scenarios, for workers to warm up with.
        workers: Processes; 1 runs here. Of an executor, how many it has, if that is known.
        threads: Threads per market. None: as many as the market likes here, 1 elsewhere.
        executor: Where to run instead.
        progress: Told of further months done, here after each, elsewhere a trial at once.

    Raises:
        experiments.workers.WorkerDiedError: The system ended a worker process.
    """
    if executor is not None:
        ahead = max(_AHEAD, 4 * workers)
        yield lambda trials: _elsewhere(executor, trials, threads or 1, ahead, progress)
    elif workers == 1:
        yield lambda trials: (run_trial(trial, threads, progress) for trial in trials)
    else:
        from experiments.workers import worker_pool

        with worker_pool(workers, plan) as pool:
            yield lambda trials: _elsewhere(pool, trials, threads or 1, 4 * workers, progress)


def _elsewhere(
    executor: Executor,
    trials: Iterable[Trial],
    threads: int,
    ahead: int,
    progress: Progress | None,
) -> Iterator[TrialResult]:
    from experiments.workers import as_they_finish

    waiting = _together(trials)
    jobs: deque[Future[list[TrialResult]]] = deque()
    try:
        while True:
            for some in itertools.islice(waiting, ahead - len(jobs)):
                jobs.append(executor.submit(_run, some, threads))
            if not jobs:
                return
            for job in as_they_finish([jobs[0]]):
                results = job.result()
                jobs.popleft()
                for result in results:
                    if progress is not None:
                        progress(result.trial.plan.market.months)
                    yield result
    finally:
        for job in jobs:
            job.cancel()


def _together(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    """Neighbours whose prices are held to one market in one job, which then runs it once."""

    def held_to(trial: Trial) -> tuple[int, int, int]:
        return id(trial.base or trial.plan), trial.seed, trial.replication

    return (list(some) for _, some in itertools.groupby(trials, key=held_to))


def _run(trials: Sequence[Trial], threads: int) -> list[TrialResult]:
    return [run_trial(trial, threads) for trial in trials]
