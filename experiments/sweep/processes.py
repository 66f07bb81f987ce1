"""Worker processes on this machine; one that dies, or hangs, is replaced, its own trial lost."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import os
import pickle
import queue
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import TYPE_CHECKING, Self

from experiments.store.interrupts import undisturbed
from experiments.sweep.job import Job, Lost, Outcome, Work, one_line
from experiments.workers import WorkerDiedError, be_deaf, deaf_children, is_warm, warm_up

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
