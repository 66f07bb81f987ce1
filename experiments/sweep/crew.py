"""Who runs trials: something that takes jobs and gives outcomes back, in any order."""

from __future__ import annotations

import concurrent.futures as futures
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from agents.asked import shown
from experiments.sweep.job import Job, Lost, Outcome, Work
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.scenario import Scenario


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
        executor: As for :func:`experiments.sweep.runner.sweep`, and so are ``workers`` and
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
        from experiments.sweep.executors import Elsewhere

        return Elsewhere(executor, in_flight)
    if workers == 1:
        return Here()
    from experiments.sweep.processes import Processes

    return Processes(workers, market=market)
