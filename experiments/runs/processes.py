"""Worker processes on this machine; one that dies, or hangs, is replaced, its own work lost."""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import gc
import itertools
import multiprocessing
import multiprocessing.connection
import os
import pickle
import queue
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from experiments.runs.interrupts import undisturbed
from experiments.runs.workers import (
    Job,
    Lost,
    Outcome,
    Work,
    WorkerDiedError,
    be_deaf,
    deaf_children,
    is_warm,
    one_line,
    outcomes,
    warm_up,
)
from sim.problems import Failure

if TYPE_CHECKING:
    from sim.scenario import Scenario

_SHORT = 1.0  # seconds; a worker with trials shorter than this has the next one waiting beside it
_TRIES = 3  # workers that die before they are ready, one after another
_READY = b""
_LONG = 60.0  # seconds in which a trial may give no sign of life, however short those before
_TIMES_LONGER = 20  # than the slowest before, with as many customers and months
_STEP = 5.0  # seconds; a longer time without a look was this process's own sleep, and not theirs


class Processes:
    """Spawned processes, each with a pipe of its own, so that it is known who ran what.

    They keep compiled code and networks from trial to trial, do not hear Ctrl-C, and end by
    themselves when this process ends. The first compiles what is not compiled yet while the
    others wait: they would all compile the same.

    They start when the ``with`` block is entered, and get ready while this process still reads
    what they are to do.

    Args:
        workers: How many.
        market: Whether they will run markets; if so they import what that needs.
        patience: Seconds that every trial may take, before those that came back say how long one
            takes; until the first is back nobody can tell that another hangs.
    """

    def __init__(self, workers: int, *, market: bool = True, patience: float = _LONG) -> None:
        self._hangs = _Patience(patience)
        self._size = workers
        self._market = market
        self._setup = b""
        self._workers: list[_Worker] = []
        self._first: _Worker | None = None  # as long as the others wait for it
        self._waiting: deque[Job] = deque()
        self._stillborn = 0
        self._depth = 1

    @property
    def capacity(self) -> int:
        """One job each, and one at hand where trials are short."""
        return self._size * self._depth

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._workers.append(_Worker.started(market=self._market))
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def assign(self, task: Work, plan: Scenario) -> None:
        """Say what is done with every job."""
        # Modules of one's own may be found since; they are needed to unpack what follows.
        self._setup = pickle.dumps((sys.path, pickle.dumps((task, None))))
        if self._market:
            self._first = self._workers[0]
        for worker in self._workers:
            is_first = worker is self._first
            with_plan = pickle.dumps((sys.path, pickle.dumps((task, plan))))
            worker.send(with_plan if is_first else self._setup)

    def submit(self, job: Job) -> None:
        """Take a job on."""
        self._waiting.append(job)
        self._deal()

    def finished(self, patience: float) -> list[tuple[Job, Outcome | Lost]]:
        """Jobs that have come back since.

        Raises:
            WorkerDiedError: Processes end as soon as they start.
        """
        back: list[tuple[Job, Outcome | Lost]] = []
        wires = {worker.wire: worker for worker in self._workers}
        heard = multiprocessing.connection.wait(list(wires), patience)
        self._hangs.pass_time()
        for wire in heard:
            worker = wires[wire]  # type: ignore[index]
            try:
                said = worker.wire.recv_bytes()
            except (EOFError, OSError):
                back += self._replaced(worker)
                continue
            if said == _READY:
                self._make_ready(worker)
                continue
            result: Outcome | Lost = pickle.loads(said)
            if not worker.ready and isinstance(result, Lost):
                raise WorkerDiedError(result.why)
            if isinstance(result, Outcome):
                self._depth = 2 if result.seconds < _SHORT else 1
            back.append((self._hangs.learnt(worker), result))
        for worker in list(self._workers):
            if self._hangs.is_over(worker):
                worker.process.kill()
                back += self._replaced(worker, self._hangs.told(worker))
        self._deal()
        return back

    def _make_ready(self, worker: _Worker) -> None:
        worker.ready = True
        worker.since = self._hangs.now
        self._stillborn = 0
        if worker is self._first:
            self._first = None

    def _deal(self) -> None:
        """Give waiting jobs to those who have least to do."""
        while self._waiting and self._first is None:
            worker = min(self._workers, key=lambda worker: len(worker.jobs))
            if len(worker.jobs) >= self._depth or not worker.send(pickle.dumps(self._waiting[0])):
                return
            if not worker.jobs:
                worker.since = self._hangs.now
            worker.jobs.append(self._waiting.popleft())

    def _replaced(
        self, worker: _Worker, why: Lost | None = None
    ) -> list[tuple[Job, Outcome | Lost]]:
        """Put a new worker in place of a dead one; the job it was at, if any, is lost."""
        worker.wire.close()
        worker.process.join()
        status = worker.process.exitcode
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn >= _TRIES:
                raise WorkerDiedError(
                    f"worker processes end as soon as they start (exit status {status}); in a "
                    'program of your own, call sweep() below `if __name__ == "__main__":`'
                )
        # What was waiting beside it is not its fault, nor is anything before it was ready.
        lost = [worker.jobs.popleft()] if worker.ready and worker.jobs else []
        self._waiting.extendleft(reversed(worker.jobs))
        if worker is self._first:
            self._first = None  # the others compile for themselves
        new = _Worker.started(market=self._market)
        new.send(self._setup)
        self._workers[self._workers.index(worker)] = new
        how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
        return [(job, why or Lost(f"the worker process died ({how})")) for job in lost]

    def _end(self) -> None:
        """Kill all of them: what they finished is not theirs, what they are at is lost."""
        with undisturbed():
            for worker in self._workers:
                worker.process.kill()
            for worker in self._workers:
                worker.process.join()
                worker.wire.close()
            self._workers.clear()


@dataclass(eq=False)
class _Worker:
    """A process, the pipe to it, and the jobs it has: the first is being run, since then."""

    process: SpawnProcess
    wire: Connection
    jobs: deque[Job] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0

    @classmethod
    def started(cls, *, market: bool) -> Self:
        """A new process."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=_work, args=(theirs, market), daemon=True)
        with deaf_children():
            process.start()
        theirs.close()
        return cls(process, ours)

    def send(self, message: bytes) -> bool:
        """Put something on the wire; whether it could be: if not, the next look at it tells why."""
        try:
            self.wire.send_bytes(message)
        except OSError:
            return False
        return True


class _Patience:
    """How long a trial may take, by those that came back.

    Time passes only while this process looks: if all of them sleep (Ctrl-Z, a lid that is closed),
    nobody has taken longer.

    Args:
        least: Seconds that every trial may take.

    Attributes:
        now: Seconds since the beginning.
    """

    def __init__(self, least: float) -> None:
        self.now = 0.0
        self._least = least
        self._clock = time.monotonic()
        self._slowest = 0.0
        self._slowest_each = 0.0

    def pass_time(self) -> None:
        """Take note of the time."""
        clock = time.monotonic()
        self.now += min(clock - self._clock, _STEP)
        self._clock = clock

    def learnt(self, worker: _Worker) -> Job:
        """The job that a worker has finished just now."""
        job = worker.jobs.popleft()
        took = self.now - worker.since
        self._slowest = max(self._slowest, took)
        self._slowest_each = max(self._slowest_each, took / _size_of(job))
        worker.since = self.now
        return job

    def is_over(self, worker: _Worker) -> bool:
        """Whether what a worker is at takes so long that it hangs."""
        if not self._slowest or not worker.ready or not worker.jobs:
            return False
        longest = max(self._slowest, self._slowest_each * _size_of(worker.jobs[0]))
        return self.now - worker.since > max(self._least, _TIMES_LONGER * longest)

    def told(self, worker: _Worker) -> Lost:
        """Why a job of a worker that hangs is lost."""
        return Lost(
            f"the worker process hung: no sign of life for {self.now - worker.since:.0f} seconds, "
            f"where the slowest before took {self._slowest:.1f}",
            "if it needs that long, run it with --workers 1",
        )


def _size_of(job: Job) -> int:
    """Months of customers that a job simulates; 1 where it does not say."""
    plan = getattr(job.trial, "plan", None)
    return 1 if plan is None else max(1, plan.market.customers * plan.market.months)


def _work(wire: Connection, market: bool) -> None:
    """The life of a worker."""
    be_deaf()
    gc.disable()  # nothing of what is imported will ever be garbage; to look takes a seventh longer
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(wire, inbox), daemon=True).start()
    if market:
        import pyarrow  # noqa: F401

        import sim.market  # noqa: F401
    task: Work
    plan: Scenario | None
    try:
        found_in, packed = pickle.loads(inbox.get())
        sys.path += [folder for folder in found_in if folder not in sys.path]
        task, plan = pickle.loads(packed)
    except Exception as error:  # whatever the import of somebody's module raises
        why = f"a worker process could not take what it is to do: {one_line(error)}"
        wire.send_bytes(pickle.dumps(Lost(why)))
        return
    if plan is not None and not is_warm():
        with contextlib.suppress(Exception):  # the trials themselves will tell, each its own
            warm_up(plan)
    gc.freeze()
    gc.enable()
    wire.send_bytes(_READY)
    while True:
        wire.send_bytes(pickle.dumps(_result(task, inbox.get())))


def _result(task: Work, job: bytes) -> Outcome | Lost:
    try:
        arrived: Job = pickle.loads(job)
    except Exception as error:  # whatever the import of somebody's module raises
        return Lost(f"the trial could not be handed to a worker process: {one_line(error)}")
    return task(arrived)


def _listen(wire: Connection, inbox: queue.SimpleQueue[bytes]) -> None:
    """Take jobs off the wire, even while one is run, so that nobody waits to hand one over.

    When the other end is closed, or its process killed, there is nobody to work for: end at once.
    """
    while True:
        try:
            inbox.put(wire.recv_bytes())
        except (EOFError, OSError):
            os._exit(1)


_PATIENCE = 0.05  # seconds until work that was handed in is looked for


@dataclass(frozen=True)
class _Call:
    """A function with its arguments, in place of a trial; ``plan`` says how long it may take."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]

    @property
    def plan(self) -> Scenario | None:
        """The scenario of the first argument, if that is a trial."""
        return getattr(self.arguments[0], "plan", None) if self.arguments else None


class Pool(futures.Executor):
    """Worker processes as an executor; when its ``with`` block ends, nobody works any more.

    Args:
        crew: The processes, within their ``with`` block.
        plan: A scenario like those that will be run.
    """

    def __init__(self, crew: Processes, plan: Scenario) -> None:
        self._crew = crew
        self._plan = plan
        self._inbox: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._jobs: dict[str, futures.Future[Any]] = {}
        self._numbers = itertools.count()
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._crew.assign(_called, self._plan)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()

    def submit[R](self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> futures.Future[R]:
        """Have a function called in a worker; see :class:`concurrent.futures.Executor`."""
        if self._is_closed.is_set():
            raise RuntimeError("the pool takes no more work")
        key = str(next(self._numbers))
        future = self._jobs[key] = futures.Future()
        self._inbox.put(Job(key, _Call(fn, args, kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; what is not done by now is given up."""
        with undisturbed():
            self._is_closed.set()
            self._thread.join()
            for future in self._jobs.values():
                future.cancel()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Job:
        """The next job to be run, for now; later there may be more."""
        while True:
            try:
                job = self._inbox.get_nowait()
            except queue.Empty:
                raise StopIteration from None
            if self._jobs[job.key].set_running_or_notify_cancel():
                return job
            del self._jobs[job.key]

    def _work(self) -> None:
        """Hand out what comes in until the pool is closed, in a thread of its own."""
        try:
            while not self._is_closed.is_set():
                for outcome in outcomes(self, self._crew, self._check, _PATIENCE):
                    self._settle(outcome)
                time.sleep(_PATIENCE)
        except _Closed:
            return
        except Failure as failure:  # the crew will do no more
            for future in self._jobs.values():
                future.set_exception(failure)
            self._is_closed.set()

    def _check(self) -> None:
        if self._is_closed.is_set():
            raise _Closed

    def _settle(self, outcome: Outcome) -> None:
        future = self._jobs.pop(outcome.key)
        if outcome.error is not None:
            future.set_exception(WorkerDiedError(outcome.error))
            return
        value, error = pickle.loads(outcome.content)
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


class _Closed(Exception):  # noqa: N818 - no error: the end of the work
    pass


def _called(job: Job) -> Outcome:
    """Call the function; what it returns or raises is the outcome."""
    started = time.perf_counter()
    value, raised = None, None
    try:
        value = job.trial.function(*job.trial.arguments, **job.trial.keywords)
    except Exception as error:
        error.add_note(f"in a worker process:\n{traceback.format_exc()}")
        raised = error
    try:
        content = pickle.dumps((value, raised))
    except Exception as error:  # of the value, or of the exception
        content = pickle.dumps((None, RuntimeError(one_line(raised or error))))
    return Outcome(job.key, "done", time.perf_counter() - started, content)
