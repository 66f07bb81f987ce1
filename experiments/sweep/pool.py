"""Worker processes as an executor of :mod:`concurrent.futures`: the same that run sweeps."""

from __future__ import annotations

import concurrent.futures as futures
import itertools
import pickle
import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from experiments.store.interrupts import undisturbed
from experiments.sweep.dispatch import outcomes
from experiments.sweep.job import Job, Outcome, one_line
from experiments.workers import WorkerDiedError
from sim.problems import Failure

if TYPE_CHECKING:
    from experiments.sweep.processes import Processes
    from sim.scenario import Scenario

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
