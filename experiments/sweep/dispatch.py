"""Handing jobs out, as many at a time as there are hands, and retrying what got lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from experiments.sweep.crew import Crew
from experiments.sweep.job import Job, Lost, Outcome, failed

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
