"""Worker processes as an executor; one that dies, or hangs, is replaced, and its own work lost."""

from __future__ import annotations

import concurrent.futures as futures
import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tsunagari.experiments.runs.interrupts import ENDING, undisturbed
from tsunagari.sim.problems import Failure, Problems

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario

_SHORT = 1.0  # seconds; a worker with jobs shorter than this has the next one waiting beside it
_TRIES = 3  # workers that die before they are ready, one after another
_READY = b""
_PATIENCE = 0.5  # seconds between looks at who hangs
_LONG = 60.0  # seconds in which a job may give no sign of life, however short those before
_TIMES_LONGER = 20  # than the slowest before, with as many customers and months
_STEP = 5.0  # seconds; a longer time without a look was this process's own sleep, and not theirs
_LONGEST_ERROR = 1000  # characters


class WorkerDiedError(Failure):
    """A worker process ended before its work was done; the text says what may help."""


class Lost(Exception):  # noqa: N818 - of a job, through no fault of its own as far as is known
    """A job of which nothing came back.

    Args:
        why: A line.
        advice: What may help, where it happens again.
    """

    def __init__(self, why: str, advice: str = "if memory ran out, try fewer workers") -> None:
        super().__init__(why, advice)
        self.why = why
        self.advice = advice


def one_line(error: BaseException) -> str:
    """What went wrong, in a line; with the kind of error where its text alone would puzzle."""
    text = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if not isinstance(error, Failure | Problems):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"


@dataclass(eq=False)
class _Job:
    """A call on its way.

    Attributes:
        packed: Function and arguments, each pickled.
        future: What becomes of it.
        size: Months of customers that it simulates; 1 where it does not say.
    """

    packed: bytes
    future: futures.Future[Any]
    size: int


class Processes(futures.Executor):
    """Spawned processes, each with a pipe of its own, so that it is known who ran what.

    They are spawned on every system: a forked child of a process with threads may never wake up.
    They keep compiled code and networks from job to job, do not hear Ctrl-C, and end by
    themselves when this process ends. The first compiles what is not compiled yet while the
    others wait: they would all compile the same.

    They start when the ``with`` block is entered, get ready while this process still reads what
    they are to do, and begin after :meth:`warm`. When the block ends, nobody works any more. A
    future whose job got lost with its worker has a :class:`Lost`; one that no worker can do any
    more a :class:`WorkerDiedError`.

    Args:
        workers: How many.
        market: Whether they will run markets; if so they import what that needs.
        patience: Seconds that every job may take, before those that came back say how long one
            takes; until the first is back nobody can tell that another hangs.
    """

    def __init__(self, workers: int, *, market: bool = True, patience: float = _LONG) -> None:
        self._hangs = _Patience(patience)
        self._size = workers
        self._market = market
        self._setup = b""
        self._workers: list[_Worker] = []
        self._first: _Worker | None = None  # as long as the others wait for it
        self._waiting: deque[_Job] = deque()
        self._stillborn = 0
        self._depth = 1
        self._is_closed = threading.Event()
        self._bell, self._ring = multiprocessing.Pipe(duplex=False)
        self._thread = threading.Thread(target=self._work, daemon=True)

    @property
    def capacity(self) -> int:
        """One job each, and one at hand where jobs are short."""
        return self._size * self._depth

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._workers.append(_Worker.started(market=self._market))
        except BaseException:
            self.shutdown()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()

    def warm(self, plan: Scenario) -> None:
        """Have them begin; the first with a very small market of this kind.

        Args:
            plan: A scenario like those that will be run.
        """
        # Modules of one's own may be found since; they are needed to unpack what follows.
        self._setup = pickle.dumps((sys.path, None))
        if self._market:
            self._first = self._workers[0]
        for worker in self._workers:
            is_first = worker is self._first
            worker.send(pickle.dumps((sys.path, plan)) if is_first else self._setup)
        self._thread.start()

    def submit[R](self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> futures.Future[R]:
        """Have a function called in a worker; see :class:`concurrent.futures.Executor`."""
        if self._is_closed.is_set():
            raise RuntimeError("the pool takes no more work")
        packed = pickle.dumps((pickle.dumps(fn), pickle.dumps((args, kwargs))))
        future: futures.Future[R] = futures.Future()
        self._waiting.append(_Job(packed, future, _size_of(args)))
        self._ring.send_bytes(b"")
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work and kill all of them; what is not done by now is given up."""
        with undisturbed():
            self._is_closed.set()
            if self._thread.is_alive():
                self._ring.send_bytes(b"")
                self._thread.join()
            for worker in self._workers:
                worker.process.kill()
            for worker in self._workers:
                worker.process.join()
                worker.wire.close()
            for job in self._left():
                job.future.cancel()
            self._workers.clear()
            self._bell.close()
            self._ring.close()

    def _left(self) -> list[_Job]:
        return [*self._waiting, *(job for worker in self._workers for job in worker.jobs)]

    def _work(self) -> None:
        """Hand out what comes in until the block ends, in a thread of its own."""
        try:
            while not self._is_closed.is_set():
                self._deal()
                self._listen()
        except Failure as failure:
            self._is_closed.set()
            for job in self._left():
                if not job.future.done():
                    job.future.set_exception(failure)

    def _listen(self) -> None:
        """Take what workers have to say, and replace those that say nothing any more.

        Raises:
            WorkerDiedError: Processes end as soon as they start, or cannot call the function.
        """
        wires = {worker.wire: worker for worker in self._workers}
        heard = multiprocessing.connection.wait([*wires, self._bell], _PATIENCE)
        self._hangs.pass_time()
        for wire in heard:
            if wire is self._bell:
                self._bell.recv_bytes()
                continue
            worker = wires[wire]  # type: ignore[index]
            try:
                self._take(worker, worker.wire.recv_bytes())
            except (EOFError, OSError):
                self._replace(worker)
        for worker in list(self._workers):
            if self._hangs.is_over(worker):
                worker.process.kill()
                self._replace(worker, self._hangs.told(worker))

    def _take(self, worker: _Worker, said: bytes) -> None:
        if said == _READY:
            worker.ready = True
            worker.since = self._hangs.now
            self._stillborn = 0
            if worker is self._first:
                self._first = None
            return
        seconds, value, error = _unpacked(said)
        if isinstance(error, WorkerDiedError):
            raise error
        self._depth = 2 if seconds < _SHORT else 1
        job = self._hangs.learnt(worker)
        if error is None:
            job.future.set_result(value)
        else:
            job.future.set_exception(error)

    def _deal(self) -> None:
        """Give waiting jobs to those who have least to do."""
        while self._waiting and self._first is None:
            worker = min(self._workers, key=lambda worker: len(worker.jobs))
            if len(worker.jobs) >= self._depth:
                return
            job = self._waiting[0]
            if not job.future.running() and not job.future.set_running_or_notify_cancel():
                self._waiting.popleft()
                continue
            if not worker.send(job.packed):
                return
            if not worker.jobs:
                worker.since = self._hangs.now
            worker.jobs.append(self._waiting.popleft())

    def _replace(self, worker: _Worker, why: Lost | None = None) -> None:
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
        lost = worker.jobs.popleft() if worker.ready and worker.jobs else None
        self._waiting.extendleft(reversed(worker.jobs))
        if worker is self._first:
            self._first = None  # the others compile for themselves
        new = _Worker.started(market=self._market)
        new.send(self._setup)
        self._workers[self._workers.index(worker)] = new
        if lost is not None:
            how = f"signal {-status}" if status is not None and status < 0 else f"status {status}"
            lost.future.set_exception(why or Lost(f"the worker process died ({how})"))


@dataclass(eq=False)
class _Worker:
    """A process, the pipe to it, and the jobs it has: the first is being run, since then."""

    process: SpawnProcess
    wire: Connection
    jobs: deque[_Job] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0

    @classmethod
    def started(cls, *, market: bool) -> Self:
        """A new process."""
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=_live, args=(theirs, market), daemon=True)
        with _deaf_children():
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
    """How long a job may take, by those that came back.

    Time passes only while this process looks: if all of them sleep (Ctrl-Z, a lid that is closed),
    nobody has taken longer.

    Args:
        least: Seconds that every job may take.

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

    def learnt(self, worker: _Worker) -> _Job:
        """The job that a worker has finished just now."""
        job = worker.jobs.popleft()
        took = self.now - worker.since
        self._slowest = max(self._slowest, took)
        self._slowest_each = max(self._slowest_each, took / job.size)
        worker.since = self.now
        return job

    def is_over(self, worker: _Worker) -> bool:
        """Whether what a worker is at takes so long that it hangs."""
        if not self._slowest or not worker.ready or not worker.jobs:
            return False
        longest = max(self._slowest, self._slowest_each * worker.jobs[0].size)
        return self.now - worker.since > max(self._least, _TIMES_LONGER * longest)

    def told(self, worker: _Worker) -> Lost:
        """Why a job of a worker that hangs is lost."""
        return Lost(
            f"the worker process hung: no sign of life for {self.now - worker.since:.0f} seconds, "
            f"where the slowest before took {self._slowest:.1f}",
            "if it needs that long, run it with --workers 1",
        )


def _unpacked(said: bytes) -> tuple[float, Any, Exception | None]:
    try:
        seconds, value, error = pickle.loads(said)
    except Exception as problem:  # whatever the class of a value or an exception does
        return 0.0, None, RuntimeError(one_line(problem))
    return seconds, value, error


def _size_of(arguments: tuple[Any, ...]) -> int:
    """Months of customers, by the first of the arguments that has a plan."""
    plan = next((one.plan for one in arguments if hasattr(one, "plan")), None)
    return 1 if plan is None else max(1, plan.market.customers * plan.market.months)


# -- in a worker ---------------------------------------------------------------------------------


def _live(wire: Connection, market: bool) -> None:
    """The life of a worker."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # what asks processes to end is for the parent
    gc.disable()  # nothing of what is imported will ever be garbage; to look takes a seventh longer
    inbox: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_take_in, args=(wire, inbox), daemon=True).start()
    if market:
        import pyarrow  # noqa: F401

        import tsunagari.sim.market  # noqa: F401
    found_in, plan = pickle.loads(inbox.get())
    sys.path += [folder for folder in found_in if folder not in sys.path]
    if plan is not None:
        from tsunagari.experiments.runs.trial import is_warm, warm_up

        if not is_warm():
            with contextlib.suppress(Exception):  # the trials themselves will tell, each its own
                warm_up(plan)
    gc.freeze()
    gc.enable()
    wire.send_bytes(_READY)
    while True:
        wire.send_bytes(_answered(inbox.get()))


def _answered(job: bytes) -> bytes:
    """Seconds, value and error of a call, pickled."""
    started = time.perf_counter()
    value, error = None, None
    function, arguments = pickle.loads(job)
    try:
        what: Callable[..., Any] = pickle.loads(function)
    except Exception as problem:  # whatever the import of somebody's module raises
        why = f"a worker process could not take what it is to do: {one_line(problem)}"
        return pickle.dumps((0.0, None, WorkerDiedError(why)))
    try:
        positional, named = pickle.loads(arguments)
    except Exception as problem:  # as above
        why = f"the trial could not be handed to a worker process: {one_line(problem)}"
        return pickle.dumps((0.0, None, Lost(why)))
    try:
        value = what(*positional, **named)
    except Exception as problem:
        error = problem
    seconds = time.perf_counter() - started
    try:
        return pickle.dumps((seconds, value, error))
    except Exception as problem:
        return pickle.dumps((seconds, None, RuntimeError(one_line(error or problem))))


def _take_in(wire: Connection, inbox: queue.SimpleQueue[bytes]) -> None:
    """Take jobs off the wire, even while one is run, so that nobody waits to hand one over.

    When the other end is closed, or its process killed, there is nobody to work for: end at once.
    """
    while True:
        try:
            inbox.put(wire.recv_bytes())
        except (EOFError, OSError):
            os._exit(1)


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes started in the block do not hear Ctrl-C and its like: the parent ends them.

    A blocked signal is inherited and, in the parent, delivered at the end of the block. Windows
    has no such thing; there what every worker does first must do.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set(ENDING))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
