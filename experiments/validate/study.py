"""What all patterns share: a seed, a scale, and processes in which markets are run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tsunagari.experiments.runs.workers import Crew
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

_QUICK_PEOPLE, _QUICK_REPLICATIONS = 0.25, 3


@dataclass(frozen=True)
class Draw:
    """A market of a plan under the luck of a seed and a replication, to be made where it is run.

    Two plans with the same seed and replication have the same luck: they are a pair.
    """

    plan: Scenario
    seed: int
    replication: int

    def market(self) -> Market:
        """The market in month 0, on one thread."""
        from tsunagari.sim.market import Market

        return Market(self.plan, seed=self.seed, replication=self.replication, threads=1)


class Study:
    """How patterns are looked for.

    Args:
        seed: What all chance depends on.
        quick: A quarter of the people and three replications at most: fast, and not conclusive.
        crew: Who runs the markets; None is this process.
        progress: Called when a piece of work is done.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        quick: bool = False,
        crew: Crew | None = None,
        progress: Callable[[], None] | None = None,
    ) -> None:
        self.seed = seed
        self.quick = quick
        self._crew = crew
        self._progress = progress

    def people(self, usual: int) -> int:
        """Customers of a market in which there are usually so many."""
        return max(100, round(usual * _QUICK_PEOPLE)) if self.quick else usual

    def replications(self, usual: int) -> int:
        """Replications where there are usually so many."""
        return min(usual, _QUICK_REPLICATIONS) if self.quick else usual

    def draws(self, plan: Scenario, replications: int) -> list[Draw]:
        """The plan under as many draws of luck, or fewer if the study is quick."""
        return [Draw(plan, self.seed, number) for number in range(self.replications(replications))]

    def each[J, R](self, measure: Callable[[J], R], jobs: Sequence[J]) -> list[R]:
        """What a function makes of every job, in order, in the processes if there are any.

        Args:
            measure: A function of a module, so that a process can find it.
            jobs: Its arguments, which can be pickled.
        """
        from tsunagari.experiments.runs.workers import Crew

        def told(found: R) -> None:
            if self._progress is not None:
                self._progress()

        crew = self._crew or Crew()
        return list(crew.in_order(measure, jobs, told=told))
