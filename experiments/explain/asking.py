"""What all questions share: how they are run, over which horizon, and columns from rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

import numpy as np

from tsunagari.experiments.runs.given import whole_numbers
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.sim.problems import of_kind
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tsunagari.experiments.runs.trial import Progress

    type Announced = Callable[[int], AbstractContextManager[Progress]]

type Row = Mapping[str, Any]
"""A row of one of the tables."""

YEAR = 12
LEAST = 120
"""Months that a second horizon reaches at least: ten years."""
_MOST = 1200  # the longest run that the schema allows
ENDS = ("", "_low", "_high")
"""A mean and the ends of its interval, as the names of columns end."""


class Runs(TypedDict, total=False):
    """How the markets of a question are run; no answer depends on the last three.

    Attributes:
        seed: None is the plan's own.
        replications: How many; None is as many as the plan says, and a few at least.
        workers: Processes. 1 runs here; None: one a processor, as far as it is worth it.
        threads: Threads per market.
        progress: Told of further months done.
        announced: Given how many months there are to simulate, whom to tell of those done; in place
            of ``progress``.
    """

    seed: int | None
    replications: int | None
    workers: int | None
    threads: int | None
    progress: Progress | None
    announced: Announced


@dataclass(frozen=True)
class Effort:
    """The same, checked; see :class:`Runs`."""

    plan: Scenario
    seed: int
    replications: int
    workers: int | None
    threads: int | None
    announced: Announced

    @classmethod
    def of(cls, plan: Scenario, fewest: int, **runs: Unpack[Runs]) -> Self:
        """Checked, with at least so many replications unless told otherwise.

        Raises:
            Problems: Something is no whole number, or out of range.
        """
        of_kind(plan, Scenario, "plan", "a Scenario")
        progress = runs.pop("progress", None) or _nobody
        announced = runs.pop("announced", lambda months: nullcontext(progress))
        seed, replications, workers, threads = whole_numbers(
            **{"seed": None, "replications": None, "workers": 1, "threads": None, **runs}
        )
        seed = plan.seed if seed is None else seed
        replications = replications_of(plan, replications, fewest)
        return cls(plan, seed, replications, workers, threads, announced)

    def over[R](
        self, work: Callable[[int, int | None, Progress | None], R], jobs: int, months: int
    ) -> list[R]:
        """What ``work(number, threads, progress)`` returns for each number, in their order.

        Args:
            work: Picklable; tells its progress itself where it is given one.
            jobs: How many.
            months: Months that one of them simulates.

        Raises:
            tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
        """
        from tsunagari.experiments.runs.workers import replicated

        with self.announced(jobs * months) as progress:
            return replicated(
                work, self.plan, jobs, months=months, workers=self.workers, threads=self.threads,
                progress=progress,
            )  # fmt: skip


def _nobody(months: int) -> None:
    """Nobody is told."""


def replications_of(plan: Scenario, given: int | None, fewest: int) -> int:
    """How many replications: those given, else as the plan says, but a few at least."""
    return max(fewest, plan.replications) if given is None else given


def last_months(months: int) -> int:
    """The last months of a horizon, by which it is judged whether a gain still rises: a year.

    Of less than two years it is half of it.
    """
    return min(YEAR, (months + 1) // 2)


def followed_further(plan: Scenario, end: int) -> Scenario:
    """The same market, run on: twice as long as it was followed, and at least ten years.

    Nothing that is dated happens after the scenario's own end.

    Args:
        plan: The resolved scenario.
        end: Last month of the first horizon.
    """
    return plan.with_values({"market.months": min(max(LEAST, 2 * end), _MOST)})


def ends(name: str, values: ArrayLike | Interval) -> dict[str, float]:
    """Three columns of a row: a mean over replications with its interval."""
    found = values if isinstance(values, Interval) else t_interval(values)
    numbers = (found.mean, found.low, found.high)
    return {f"{name}{end}": number for end, number in zip(ENDS, numbers, strict=True)}


def columns(rows: Sequence[Row], kinds: Mapping[str, type]) -> dict[str, NDArray[Any]]:
    """Columns from rows: texts as objects, numbers by their kind."""
    types: dict[type, Any] = {str: object, int: np.int64, float: np.float64}
    return {
        name: np.array([row[name] for row in rows], types[kind]) for name, kind in kinds.items()
    }


def rows_of(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table, as plain values."""
    plain = [np.asarray(column).tolist() for column in table.values()]
    return [dict(zip(table, values, strict=True)) for values in zip(*plain, strict=True)]


def by_firm(rows: Sequence[Row], method: str | None = None) -> dict[str, dict[str, Row]]:
    """Rows by firm and part; of retention, those of one method."""
    found: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.get("method") == method:
            found.setdefault(row["firm"], {})[row["part"]] = row
    return found
