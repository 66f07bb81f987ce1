"""The one way to run many trials: jobs in, results as they come, wherever there is room.

Whoever runs trials, or anything else that takes long, does it through a :class:`Crew`: in this
process, in worker processes of its own (:mod:`tsunagari.experiments.runs.processes`), or in
anybody's :class:`concurrent.futures.Executor`, also on other machines.
"""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import itertools
import logging
import pickle
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from tsunagari.agents.asked import shown
from tsunagari.experiments.runs.processes import Lost, Processes, WorkerDiedError, one_line
from tsunagari.experiments.runs.trial import Progress, Trial, TrialResult, run_trial
from tsunagari.sim.problems import Failure, Problem, Problems
from tsunagari.sim.version import need

if TYPE_CHECKING:
    import distributed

    from tsunagari.sim.scenario import Scenario

type Run = Callable[[Iterable[Trial]], Iterator[TrialResult]]
"""Runs trials and gives their results in the order of the trials."""

IN_FLIGHT = 64
"""Jobs that an executor is given at a time if it does not say how many workers it has."""

_MONTH, _CUSTOMER_MONTH = 2e-3, 4e-7  # seconds of one processor, roughly
_WORTH_STARTING = 6.0  # seconds of work for each; a process takes two to get ready
_LARGE = 200_000  # customers; so many share the threads of one process, and its memory

_SPARE = 4  # jobs beyond two for each worker
_AHEAD = 4  # jobs a worker whose results wait until those before them are there
_PATIENCE = 0.5  # seconds; on Windows a thread that waits longer does not hear Ctrl-C


class ExecutorDiedError(Failure):
    """An executor takes no more work, or gave up what it had."""


def raise_lost(job: object, why: str) -> Any:
    """What becomes of a job that is lost for good, where nothing else is said.

    Raises:
        WorkerDiedError: Always.
    """
    raise WorkerDiedError(why)


@dataclass(frozen=True)
class Crew:
    """Who works, and on how much at a time.

    Attributes:
        executor: Runs functions that can be pickled; None is this process itself.
        in_flight: Most jobs it is given at a time, or what tells the number anew whenever it is
            asked. None: two for each of its workers and a few, or 64 where it does not tell their
            number.
    """

    executor: Executor | None = None
    in_flight: int | Callable[[], int] | None = None

    def warm(self, plan: Scenario) -> None:
        """Say what is about to be run, before the first job; others' executors need not know."""
        if isinstance(self.executor, Processes):
            self.executor.warm(plan)

    def room(self) -> int:
        """How many jobs may be under way."""
        if isinstance(self.executor, Processes):
            return self.executor.capacity
        if self.in_flight is not None:
            return self.in_flight if isinstance(self.in_flight, int) else self.in_flight()
        workers = getattr(self.executor, "_max_workers", None)
        return 2 * workers + _SPARE if isinstance(workers, int) else IN_FLIGHT

    def results[J, R](
        self,
        work: Callable[[J], R],
        jobs: Iterable[J],
        *,
        check: Callable[[], None] = lambda: None,
        given_up: Callable[[J, str], R] = raise_lost,
    ) -> Iterator[R]:
        """What a function makes of every job, as it comes back.

        A job that gets lost, with the process that ran it, is run once more. Of the jobs no more
        are taken than there is room for.

        Args:
            work: A function of a module, so that another process can find it.
            jobs: Its arguments, in the order in which they are begun.
            check: Called now and then; may raise to make an end.
            given_up: What stands for a job that got lost twice, and why, in a line.

        Raises:
            ExecutorDiedError: The executor will do no more.
            WorkerDiedError: Work got lost twice, or worker processes end as soon as they start.
            Exception: Whatever the function raises.
        """
        if self.executor is None:
            for job in jobs:
                yield work(job)
                check()
            return
        going = _Going(self.executor, work, iter(jobs), given_up)
        try:
            while going.fill(self.room(), check):
                yield from going.back()
                check()
        finally:
            going.cancel()

    def in_order[J, R](
        self,
        work: Callable[[J], R],
        jobs: Iterable[J],
        *,
        ahead: int = IN_FLIGHT,
        told: Callable[[R], None] = lambda result: None,
    ) -> Iterator[R]:
        """What a function makes of every job, in the order of the jobs.

        Only so many results wait at a time as there are jobs under way.

        Args:
            work: As for :meth:`results`.
            jobs: Its arguments.
            ahead: Most jobs that are under way, or wait until those before them are there.
            told: Called with every result as soon as it is there.

        Raises:
            Failure: As for :meth:`results`.
        """
        waiting: dict[int, R] = {}
        here = Crew(self.executor, lambda: ahead - len(waiting))
        numbered = here.results(partial(_numbered, work), enumerate(jobs))
        wanted = 0
        for number, result in numbered:
            told(result)
            waiting[number] = result
            while wanted in waiting:
                yield waiting.pop(wanted)
                wanted += 1


def _numbered[J, R](work: Callable[[J], R], job: tuple[int, J]) -> tuple[int, R]:
    return job[0], work(job[1])


class _Going[J, R]:
    """Jobs under way in an executor."""

    def __init__(
        self,
        executor: Executor,
        work: Callable[[J], R],
        jobs: Iterator[J],
        given_up: Callable[[J, str], R],
    ) -> None:
        self._executor = executor
        self._work = partial(_called, work)
        self._jobs = jobs
        self._given_up = given_up
        self._again: deque[J] = deque()
        self._under_way: dict[futures.Future[Any], tuple[J, bool]] = {}
        self._end: BaseException | None = None

    def fill(self, room: int, check: Callable[[], None]) -> bool:
        """Hand out jobs as long as there is room; whether any are under way then."""
        while self._end is None and (len(self._under_way) < room or not self._under_way):
            is_second = bool(self._again)
            job = self._again.popleft() if is_second else next(self._jobs, _NONE)
            if job is _NONE:
                break
            try:
                future = self._executor.submit(self._work, job)
            except RuntimeError as error:  # shut down, or broken
                self._end = error
            else:
                self._under_way[future] = job, is_second  # type: ignore[assignment]
                check()
        if self._end is not None and not self._under_way:
            raise self._died(self._end)
        return bool(self._under_way)

    def back(self) -> Iterator[R]:
        """What has come back since."""
        # Waiting does not notice a job that was cancelled while it stood in line.
        done = {future for future in self._under_way if future.done()}
        if self._end is not None and not done:
            raise self._died(self._end)
        done = done or futures.wait(self._under_way, _PATIENCE, futures.FIRST_COMPLETED).done
        for future in done:
            job, is_second = self._under_way.pop(future)
            try:
                value, error = future.result()
            except (futures.CancelledError, futures.BrokenExecutor) as broken:
                self._end = broken
            except WorkerDiedError:
                raise
            except Exception as machinery:
                lost = machinery if isinstance(machinery, Lost) else Lost(one_line(machinery))
                if is_second:
                    yield self._given_up(job, f"lost twice: {lost.why}; {lost.advice}")
                else:
                    self._again.append(job)
            else:
                if error is not None:
                    raise error
                yield value

    def cancel(self) -> None:
        """Give up what is under way."""
        for future in self._under_way:
            future.cancel()

    @staticmethod
    def _died(end: BaseException) -> ExecutorDiedError:
        died = ExecutorDiedError(f"the executor gave up its work ({one_line(end)})")
        died.__cause__ = end
        return died


_NONE: Any = object()


def _called[J, R](work: Callable[[J], R], job: J) -> tuple[R | None, Exception | None]:
    """What a function returns or raises: all else is an error of the machinery, not its own."""
    try:
        return work(job), None
    except Exception as error:
        error.add_note(f"in a worker process:\n{traceback.format_exc()}")
        return None, _portable(error)


def _portable(error: Exception) -> Exception:
    """The error, or one that says the same where it cannot be sent from process to process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # whatever its class does
        return RuntimeError(one_line(error))
    return error


@contextmanager
def crew_of(
    executor: Executor | None,
    workers: int,
    in_flight: int | Callable[[], int] | None = None,
    *,
    market: bool = True,
    plan: Scenario | None = None,
) -> Iterator[Crew]:
    """Who works: an executor if there is one, else processes, or this process alone.

    Args:
        executor: Somebody else's: it is used, and not shut down.
        workers: Processes, started now and killed in the end; 1 works here.
        in_flight: Jobs an executor is given at a time.
        market: Whether jobs are markets.
        plan: A scenario like those that will be run, where that is known: else see
            :meth:`Crew.warm`.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        what = f"must have submit(), as concurrent.futures.Executor has, not {shown(executor)}"
        raise Problems([Problem("executor", what)])
    if executor is not None and workers > 1:
        message = "an executor has its own workers: give one or the other"
        raise Problems([Problem("workers", message)])
    if executor is not None or workers == 1:
        yield Crew(executor, in_flight)
        return
    with Processes(workers, market=market) as processes:
        if plan is not None:
            processes.warm(plan)
        yield Crew(processes)


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

    Args:
        plan: One of the scenarios, for workers to warm up with.
        workers: Processes; 1 runs here. Of an executor, how many it has, if that is known.
        threads: Threads per market. None: as many as the market likes here, 1 elsewhere.
        executor: Where to run instead.
        progress: Told of further months done, here after each, elsewhere a trial at once.

    Raises:
        WorkerDiedError: The system ended a worker process.
    """
    if executor is None and workers == 1:
        yield lambda trials: (run_trial(trial, threads, progress) for trial in trials)
        return
    ahead = _AHEAD * workers if executor is None else max(IN_FLIGHT, _AHEAD * workers)

    def told(results: Iterable[TrialResult]) -> None:
        if progress is not None:
            for result in results:
                progress(result.trial.plan.market.months)

    with crew_of(executor, workers if executor is None else 1, plan=plan) as crew:
        work = partial(_run, threads or 1)
        yield lambda trials: itertools.chain.from_iterable(
            crew.in_order(work, _together(trials), ahead=ahead, told=told)
        )


def worth_starting(plan: Scenario, months: int) -> int:
    """Processes where nobody says how many: one a processor, as far as there is work for each.

    Args:
        plan: A scenario like those that will be run.
        months: How many months of market are to be simulated, all together.
    """
    customers = plan.market.customers
    worth = months * (_MONTH + customers * _CUSTOMER_MONTH) / _WORTH_STARTING
    if worth < 2.0 or customers >= _LARGE:
        return 1
    from tsunagari.agents.population import usable_threads

    return min(usable_threads(), int(worth))


def _together(trials: Iterable[Trial]) -> Iterator[list[Trial]]:
    """Neighbours whose prices are held to one market in one job, which then runs it once."""

    def held_to(trial: Trial) -> tuple[int, int, int]:
        return id(trial.base or trial.plan), trial.seed, trial.replication

    return (list(some) for _, some in itertools.groupby(trials, key=held_to))


def _run(threads: int, trials: Sequence[Trial]) -> Iterable[TrialResult]:
    return [run_trial(trial, threads) for trial in trials]


def replicated[R](
    work: Callable[[int, int | None, Progress | None], R],
    plan: Scenario,
    replications: int,
    *,
    months: int,
    workers: int | None = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[R]:
    """What ``work(replication, threads, progress)`` returns for each, in their order.

    Args:
        work: Picklable; tells its own progress, month by month, where it is given one.
        plan: The scenario that workers warm up with.
        replications: How many, from 0.
        months: Months that one replication simulates, for progress from workers.
        workers: Processes. 1 works here; None: one a processor, as far as it is worth it.
        threads: Threads per market. None: as many as it likes here, 1 in a worker.
        progress: Told of further months done.

    Raises:
        WorkerDiedError: The system ended a worker process.
    """
    workers = min(workers or worth_starting(plan, months * replications), replications)
    if workers == 1:
        return [work(number, threads, progress) for number in range(replications)]

    def told(result: R) -> None:
        if progress is not None:
            progress(months)

    with crew_of(None, workers, plan=plan) as crew:
        there = partial(_replication, work, threads or 1)
        return list(crew.in_order(there, range(replications), ahead=replications, told=told))


def _replication[R](
    work: Callable[[int, int | None, Progress | None], R], threads: int, number: int
) -> R:
    return work(number, threads, None)


# -- a Dask cluster as an executor --

_SECONDS_TO_CONNECT = 5.0
_SECONDS_BETWEEN_COUNTS = 5.0


class Cluster:
    """The workers of a Dask scheduler.

    Attributes:
        executor: Runs functions there.
    """

    def __init__(self, client: distributed.Client) -> None:
        self.executor: futures.Executor = client.get_executor()
        self._client = client
        self._in_flight = IN_FLIGHT
        self._counted = -_SECONDS_BETWEEN_COUNTS

    def in_flight(self) -> int:
        """Jobs it should have at a time: two for each thread and a few; workers come and go."""
        if time.monotonic() - self._counted >= _SECONDS_BETWEEN_COUNTS:
            self._counted = time.monotonic()
            with contextlib.suppress(OSError, TimeoutError):  # its jobs will tell
                threads = sum(self._client.nthreads().values())
                self._in_flight = max(2 * threads + _SPARE, IN_FLIGHT if not threads else 0)
        return self._in_flight


@contextlib.contextmanager
def dask_cluster(address: str, seconds: float = _SECONDS_TO_CONNECT) -> Iterator[Cluster]:
    """The cluster of a Dask scheduler, for as long as the block lasts.

    Args:
        address: The scheduler's, as ``tcp://127.0.0.1:8786``.
        seconds: How long to wait for an answer.

    Raises:
        Problems: No such address is possible.
        Failure: The package is not installed, or nobody answers.
    """
    need("cluster", "--dask")
    import distributed

    with _no_logs():
        try:
            client = distributed.Client(address, timeout=seconds, set_as_default=False)
        except OSError as error:  # TimeoutError is one
            why = f"no Dask scheduler answers at {address} within {seconds:g} seconds"
            raise Failure(why) from error
        except (ValueError, TypeError) as error:
            what = f"this is no address of a Dask scheduler ({error})"
            where = f"--dask {address}"
            suggestion = "write it as tcp://127.0.0.1:8786"
            raise Problems([Problem("", what, file=where, suggestion=suggestion)]) from None
        try:
            yield Cluster(client)
        finally:
            with contextlib.suppress(OSError):  # a scheduler that is gone need not be told
                client.close(timeout=seconds)


@contextlib.contextmanager
def _no_logs() -> Iterator[None]:
    """No log messages: those of Dask are tracebacks of what is mended, or told in a sentence."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
