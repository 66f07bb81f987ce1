"""The same market under other luck: here, one after another, or in processes side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.runs.given import whole_numbers
from experiments.runs.trial import Progress, Trial, TrialResult
from experiments.runs.workers import trial_runner
from sim.recording import Results

if TYPE_CHECKING:
    import numpy as np

    from experiments.runs.tables import Column, Columns
    from sim.scenario import Scenario


class Replications(Results):
    """The tables of all replications of a run, below one another.

    Attributes:
        trials: What was run, in order.
        seconds: Wall-clock seconds per phase, one mapping a replication.
    """

    def __init__(self, results: Sequence[TrialResult]) -> None:
        super().__init__(joined([result.tables for result in results]))
        self.trials: tuple[Trial, ...] = tuple(result.trial for result in results)
        self.seconds: tuple[Mapping[str, float], ...] = tuple(r.seconds for r in results)

    @property
    def title(self) -> str:
        """The scenario's title."""
        return self.trials[0].plan.title

    @property
    def story(self) -> str:
        """The scenario's story."""
        return self.trials[0].plan.story


def run_replications(
    plan: Scenario,
    seed: int | None = None,
    replications: int | None = None,
    *,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Replications:
    """Run a plan ``replications`` times; the tables depend neither on workers nor on threads.

    Args:
        plan: The resolved scenario.
        seed: None is the plan's own.
        replications: At least 1; None is the plan's own. The first is ``Market(plan, seed)``.
        workers: Processes. 1 runs here, one replication after another.
        threads: Threads per market. None: as many as the market likes here, 1 in a worker.
        progress: Told of further months done, here after each, from workers a replication at once.

    Raises:
        experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    seed, replications, workers, threads = whole_numbers(
        seed=seed, replications=replications, workers=workers, threads=threads
    )
    seed = plan.seed if seed is None else seed
    count = plan.replications if replications is None else replications
    trials = [Trial(plan, seed, number) for number in range(count)]
    with trial_runner(plan, workers=min(workers, count), threads=threads, progress=progress) as run:
        return Replications(list(run(trials)))


def joined(parts: Sequence[Mapping[str, Columns]]) -> dict[str, Columns]:
    """Tables of the same names and columns, below one another."""
    import numpy as np

    def below(columns: Iterable[Column]) -> np.ndarray:
        return np.concatenate([np.asarray(column) for column in columns])

    if len(parts) == 1:
        return dict(parts[0])
    return {
        name: {column: below(part[name][column] for part in parts) for column in first}
        for name, first in parts[0].items()
    }
