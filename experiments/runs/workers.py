"""The way to run trials: here, in processes side by side, or in anybody's executor."""

from __future__ import annotations

import concurrent.futures as futures
import itertools
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from agents.asked import shown
from experiments.runs.interrupts import ENDING
from experiments.runs.packing import Packed, Status, packed
from experiments.runs.trial import Progress, Simulate, Trial, TrialResult, peak_memory, run_trial
from sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from experiments.runs.trial import Progress
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
    or hung was at is run once more (:class:`experiments.runs.processes.Processes`).

    Args:
        workers: How many.
        plan: The resolved scenario.

    Raises:
        WorkerDiedError: Work got lost twice with its worker, for lack of memory most often.
    """
    from experiments.runs.processes import Pool, Processes

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


_LONGEST_ERROR = 1000  # characters


@dataclass(frozen=True)
class Job:
    """A trial to be run.

    Attributes:
        key: The trial's.
        trial: What is run: a trial, or a call that stands in its place
            (:class:`experiments.runs.processes.Pool`).
    """

    key: str
    trial: Any


@dataclass(frozen=True)
class Outcome:
    """A trial that was run, well or not.

    Attributes:
        key: The trial's.
        status: Whether it has tables.
        seconds: How long it took, wall-clock.
        content: What is stored of it, as :mod:`experiments.runs.packing` packs it.
        error: What went wrong, a line; None where nothing did.
    """

    key: str
    status: Status
    seconds: float
    content: bytes
    error: str | None = None


@dataclass(frozen=True)
class Lost:
    """A trial of which nothing came back, through no fault of its own as far as is known.

    Attributes:
        why: A line.
        advice: What may help, where it happens again.
    """

    why: str
    advice: str = "if memory ran out, try fewer workers"


type Work = Callable[[Job], Outcome]
"""What a worker does with a job."""


@dataclass(frozen=True)
class Task:
    """What is done with every job, in any process.

    Attributes:
        simulate: Runs a trial.
        keep: Names of the tables that are kept.
    """

    simulate: Simulate
    keep: tuple[str, ...]

    def __call__(self, job: Job) -> Outcome:
        """Run the trial; whatever goes wrong in it is part of the outcome."""
        started = time.perf_counter()
        try:
            tables = self.simulate(job.trial).tables
            kept = {name: tables[name] for name in self.keep}
            seconds = time.perf_counter() - started
            content = packed(Packed(job.key, "done", None, seconds, peak_memory()), kept)
        except Exception as error:
            return failed(job.key, one_line(error), time.perf_counter() - started, peak_memory())
        return Outcome(job.key, "done", seconds, content)


def failed(key: str, error: str, seconds: float, peak: int | None = None) -> Outcome:
    """The outcome of a trial without tables."""
    content = packed(Packed(key, "failed", error, seconds, peak), {})
    return Outcome(key, "failed", seconds, content, error)


def one_line(error: BaseException) -> str:
    """What went wrong, in a line; with the kind of error where its text alone would puzzle."""
    text = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if not isinstance(error, Failure | Problems):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"


class Crew(Protocol):
    """A context manager; when its block ends, nobody works any more."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    @property
    def capacity(self) -> int:
        """How many jobs it wants to have at a time, so that nobody waits for the next."""
        ...

    def assign(self, task: Work, plan: Scenario) -> None:
        """Say what is done with every job, before the first.

        Args:
            task: What is done.
            plan: A scenario like those of the trials.
        """
        ...

    def submit(self, job: Job) -> None:
        """Take a job on."""
        ...

    def finished(self, patience: float) -> list[tuple[Job, Outcome | Lost]]:
        """Jobs that have come back since; waits at most ``patience`` seconds for the first.

        Raises:
            sim.problems.Failure: No further job will ever come back; what had come back by then
                was handed out before.
        """
        ...


class Here:
    """This process: one trial after another, when somebody asks for it."""

    capacity = 1

    def __init__(self) -> None:
        self._task: Work | None = None
        self._jobs: deque[Job] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._jobs.clear()

    def assign(self, task: Work, plan: Scenario) -> None:
        """Say what is done with every job."""
        self._task = task

    def submit(self, job: Job) -> None:
        """Take a job on."""
        self._jobs.append(job)

    def finished(self, patience: float) -> list[tuple[Job, Outcome | Lost]]:
        """Run the next job, however long it takes."""
        assert self._task is not None
        job = self._jobs.popleft()
        return [(job, self._task(job))]


def crew_of(
    executor: futures.Executor | None,
    workers: int,
    in_flight: int | Callable[[], int] | None = None,
    *,
    market: bool = True,
) -> Crew:
    """Who runs trials: an executor if there is one, else processes, or this process alone.

    Args:
        executor: As for :func:`experiments.studies.sweep.sweep`, and so are ``workers`` and
            ``in_flight``.
        workers: Processes.
        in_flight: Jobs an executor is given at a time.
        market: Whether trials are markets.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        what = f"must have submit(), as concurrent.futures.Executor has, not {shown(executor)}"
        raise Problems([Problem("executor", what)])
    if executor is not None and workers > 1:
        message = "an executor has its own workers: give one or the other"
        raise Problems([Problem("workers", message)])
    if executor is not None:
        return Elsewhere(executor, in_flight)
    if workers == 1:
        return Here()
    from experiments.runs.processes import Processes

    return Processes(workers, market=market)


IN_FLIGHT = 64
"""Jobs that an executor is given at a time if it does not say how many workers it has."""

_SPARE = 4  # jobs beyond two for each worker


class ExecutorDiedError(Failure):
    """An executor takes no more work, or gave up what it had."""


class Elsewhere:
    """An executor that belongs to somebody else: it is used, and not shut down.

    Args:
        executor: Runs functions that can be pickled.
        in_flight: Most jobs it is given at a time, or what tells the number anew whenever it is
            asked. None: two for each of its workers and a few, or 64 where it does not tell their
            number.
    """

    def __init__(
        self, executor: futures.Executor, in_flight: int | Callable[[], int] | None = None
    ) -> None:
        if isinstance(in_flight, int) and in_flight < 1:
            raise ValueError(f"in_flight must be at least 1, not {in_flight}")
        self._executor = executor
        self._task: Work | None = None
        self._in_flight = in_flight
        self._jobs: dict[futures.Future[Outcome], Job] = {}
        self._end: BaseException | None = None

    @property
    def capacity(self) -> int:
        """How many jobs it is given at a time."""
        if isinstance(self._in_flight, int):
            return self._in_flight
        if self._in_flight is not None:
            return self._in_flight()
        workers = getattr(self._executor, "_max_workers", None)
        return 2 * workers + _SPARE if isinstance(workers, int) else IN_FLIGHT

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for future in self._jobs:
            future.cancel()
        self._jobs.clear()

    def assign(self, task: Work, plan: Scenario) -> None:
        """Say what is done with every job."""
        self._task = task

    def submit(self, job: Job) -> None:
        """Hand a job over.

        Raises:
            ExecutorDiedError: It is not taken.
        """
        assert self._task is not None
        try:
            future = self._executor.submit(self._task, job)
        except RuntimeError as error:  # shut down, or broken
            self._end = self._end or error
            if not self._jobs:
                raise self._died() from error
            return
        self._jobs[future] = job

    def finished(self, patience: float) -> list[tuple[Job, Outcome | Lost]]:
        """Jobs that have come back since.

        Raises:
            ExecutorDiedError: Nothing will come back any more.
        """
        # Waiting does not notice a job that was cancelled while it stood in line.
        done = {future for future in self._jobs if future.done()}
        if self._end is not None and not done:
            raise self._died()
        done = done or futures.wait(self._jobs, patience, futures.FIRST_COMPLETED).done
        back: list[tuple[Job, Outcome | Lost]] = []
        for future in done:
            job = self._jobs.pop(future)
            try:
                back.append((job, future.result()))
            except (futures.CancelledError, futures.BrokenExecutor) as error:
                self._end = error
            except Exception as error:  # of the machinery: the trial's own errors are outcomes
                back.append((job, Lost(one_line(error))))
        return back

    def _died(self) -> ExecutorDiedError:
        assert self._end is not None
        return ExecutorDiedError(
            f"the executor gave up its work ({one_line(self._end)}); what is finished is kept, and "
            "the same command goes on from there"
        )


_PATIENCE = 0.5  # seconds; on Windows a thread that waits longer does not hear Ctrl-C


def outcomes(
    jobs: Iterator[Job], crew: Crew, check: Callable[[], None], patience: float = _PATIENCE
) -> Iterator[Outcome]:
    """The outcomes of all jobs, as they come back.

    A job that gets lost, with the process that ran it, is run once more; if it gets lost again, it
    is a failed trial. Of the jobs no more are taken than the crew has use for.

    Args:
        jobs: What is to be run, in the order in which it is begun.
        crew: Who runs it, within its ``with`` block.
        check: Called now and then; may raise to make an end.
        patience: Seconds after which it is called at the latest, and further jobs are looked for.

    Raises:
        sim.problems.Failure: The crew will do no more.
    """
    again: deque[Job] = deque()
    lost_before: set[str] = set()
    under_way = 0
    while True:
        while under_way < crew.capacity:
            job = again.popleft() if again else next(jobs, None)
            if job is None:
                break
            crew.submit(job)
            under_way += 1
            check()
        if not under_way:
            return
        for job, result in crew.finished(patience):
            under_way -= 1
            if isinstance(result, Outcome):
                yield result
            elif job.key not in lost_before:
                lost_before.add(job.key)
                again.append(job)
            else:
                yield _given_up(job, result)
        check()


def _given_up(job: Job, lost: Lost) -> Outcome:
    return failed(job.key, f"lost twice: {lost.why}; {lost.advice}", seconds=0.0)


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
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    if executor is not None:
        ahead = max(_AHEAD, 4 * workers)
        yield lambda trials: _elsewhere(executor, trials, threads or 1, ahead, progress)
    elif workers == 1:
        yield lambda trials: (run_trial(trial, threads, progress) for trial in trials)
    else:
        with worker_pool(workers, plan) as pool:
            yield lambda trials: _elsewhere(pool, trials, threads or 1, 4 * workers, progress)


def _elsewhere(
    executor: Executor,
    trials: Iterable[Trial],
    threads: int,
    ahead: int,
    progress: Progress | None,
) -> Iterator[TrialResult]:

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


def replicated[R](
    work: Callable[[int, int | None, Progress | None], R],
    plan: Scenario,
    replications: int,
    *,
    months: int,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[R]:
    """What ``work(replication, threads, progress)`` returns for each, in their order.

    Args:
        work: Picklable; tells its own progress, month by month, where it is given one.
        plan: The scenario that workers warm up with.
        replications: How many, from 0.
        months: Months that one replication simulates, for progress from workers.
        workers: Processes. 1 works here.
        threads: Threads per market. None: as many as it likes here, 1 in a worker.
        progress: Told of further months done.

    Raises:
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    workers = min(workers, replications)
    if workers == 1:
        return [work(number, threads, progress) for number in range(replications)]

    with worker_pool(workers, plan) as pool:
        jobs = [pool.submit(work, number, threads or 1, None) for number in range(replications)]
        for job in as_they_finish(jobs):
            job.result()
            if progress is not None:
                progress(months)
        return [job.result() for job in jobs]
