"""Any executor of :mod:`concurrent.futures`, here or on other machines."""

from __future__ import annotations

import concurrent.futures as futures
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from experiments.sweep.job import Job, Lost, Outcome, Work, one_line
from sim.problems import Failure

if TYPE_CHECKING:
    from sim.scenario import Scenario

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
