"""Work done once per replication: here, one after another, or in processes side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.trial import Progress
    from sim.scenario import Scenario


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
        experiments.workers.WorkerDiedError: The system ended a worker process.
    """
    workers = min(workers, replications)
    if workers == 1:
        return [work(number, threads, progress) for number in range(replications)]
    from experiments.workers import as_they_finish, worker_pool

    with worker_pool(workers, plan) as pool:
        jobs = [pool.submit(work, number, threads or 1, None) for number in range(replications)]
        for job in as_they_finish(jobs):
            job.result()
            if progress is not None:
                progress(months)
        return [job.result() for job in jobs]
