"""Scenarios side by side under the same luck: paired differences and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.asked import finite
from tsunagari.experiments.runs.given import HELD, Prices, checked, listed, whole_numbers
from tsunagari.experiments.runs.statistics import half_width, replications_needed
from tsunagari.experiments.runs.trial import Progress, Trial, TrialResult
from tsunagari.experiments.studies.changes import (
    Alternative,
    Change,
    acting,
    alternatives_of,
    changes,
)
from tsunagari.sim.paths import nearest
from tsunagari.sim.problems import Problem, Problems, of_kind, whole_number
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.scenario import column_of, columns_of

if TYPE_CHECKING:
    import pandas as pd

    from tsunagari.experiments.runs.workers import Run
    from tsunagari.experiments.studies.tally import Course, Tally


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scenarios under the same seed and the same replications: paired differences.

    Attributes:
        alternatives: The scenarios with their labels, the base first.
        seed: What all chance depended on.
        replications: How many each scenario had.
        at: Months of the table, in ascending order.
        measure: The measure followed over all months.
        prices: Whether prices were held to the base's, or costs passed on.
        columns: The table of differences; undefined is NaN.
        courses: The measure's differences over the months, one for each scenario but the base.
        present: In how many replications each firm is in the last month of the table: firm to
            numbers, the base first.
        decision: What ``precision`` led to; None where it was not asked for.
        notes: Sentences for the user about what was done without being asked for.
    """

    alternatives: tuple[Alternative, ...]
    seed: int
    replications: int
    at: tuple[int, ...]
    measure: str
    prices: Prices
    columns: Mapping[str, Any]
    courses: tuple[Course, ...]
    present: Mapping[str, tuple[int, ...]]
    decision: Decision | None
    notes: tuple[str, ...]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The table of differences: a row per scenario but the base, measure, firm and month."""
        import pandas as pd

        return pd.DataFrame(dict(self.columns))

    @cached_property
    def changes(self) -> tuple[tuple[Change, ...], ...]:
        """In which parameters each scenario but the base differs from it."""
        base, *others = self.alternatives
        return tuple(changes(base.plan, other.plan) for other in others)


FIRST = 10
"""Replications before the first look: fewer say too little about how much the differences vary."""


@dataclass(frozen=True)
class Decision:
    """Whether the intervals are narrow enough after so many replications.

    Attributes:
        target: Half-width wanted.
        replications: How many there were.
        widest: Half-width of the widest of the intervals; None where no interval is defined.
        firm: Whose interval that is; an empty text for a measure of the market.
        needed: Replications that the widest would take, as estimated; None with ``widest``.
        limit: Most replications allowed.
    """

    target: float
    replications: int
    widest: float | None
    firm: str
    needed: int | None
    limit: int

    @property
    def reached(self) -> bool:
        """Whether the widest interval is as narrow as wanted."""
        return self.widest is not None and self.widest <= self.target

    @property
    def further(self) -> int:
        """Replications to add before the next look; at most as many as there are already."""
        if self.reached or self.widest is None or self.needed is None:
            return 0
        wanted = max(self.needed - self.replications, 1)
        return max(0, min(wanted, self.replications, self.limit - self.replications))


def decision(tally: Tally, target: float, limit: int) -> Decision:
    """Look at the widest paired interval of the measure followed, in the table's last month.

    Args:
        tally: With at least two replications.
        target: Half-width wanted, above 0.
        limit: Most replications allowed.
    """
    deviations, pairs = tally.last_spread()
    widths = half_width(deviations, pairs)
    if not np.isfinite(widths).any():
        return Decision(target, tally.replications, None, "", None, limit)
    scenario, line = np.unravel_index(np.nanargmax(widths), widths.shape)
    one = float(deviations[scenario, line])
    # Where only some replications have a pair, it takes more of them.
    share = pairs[scenario, line] / tally.replications
    needed = int(np.ceil(replications_needed(one, target) / share))
    firm = tally.lines[line]
    return Decision(target, tally.replications, float(widths[scenario, line]), firm, needed, limit)


MEASURE = "market_share"
"""What is followed over the months where nothing else is asked for."""

_YEAR = 12


def compare(
    plans: Sequence[Alternative | Scenario | str | Path],
    *,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    threads: int | None = None,
    executor: Executor | None = None,
    at: Sequence[int] | None = None,
    measure: str = MEASURE,
    prices: Prices = HELD,
    precision: float | None = None,
    limit: int = 100,
    progress: Progress | None = None,
    take: Callable[[str, TrialResult], None] | None = None,
) -> Comparison:
    """Run scenarios with the same customers and the same luck, and pair what came out.

    All chance is a function of seed, decision, month, customer and firm, so one seed and the same
    numbers of replications are common random numbers: what a change does not concern is the same.
    The result depends neither on workers, nor on threads, nor on an executor.

    Args:
        plans: Two or more scenarios, files or names of shipped ones; the first is the base.
        seed: None is the base's own.
        replications: None is the larger of 10 and the base's own.
        workers: Processes. 1 runs here.
        threads: Threads per market. None: as many as the market likes here, 1 elsewhere.
        executor: Where to run instead, as any ``concurrent.futures.Executor``.
        at: Months of the table. None is every twelfth month and the last that all have.
        measure: A column of ``firms`` or ``market``, to be followed over all months.
        prices: Whether firms set prices on the costs per unit that they have in the base (``held``,
            see :mod:`tsunagari.experiments.runs.given`), or pass on what theirs come to
            (``passed-on``).
        precision: Add replications until the widest paired 95 % interval of the measure, over
            firms and scenarios in the last month of the table, reaches no farther than this to
            either side; at least 10.
        limit: Most replications that ``precision`` may lead to.
        progress: Told of further months done.
        take: Given the label and the result of every trial, in a fixed order, for whoever wants to
            keep the tables.

    Raises:
        Problems: All that is wrong with the scenarios or what was asked about them.
        tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    counts = whole_numbers(
        seed=seed, replications=replications, workers=workers, threads=threads, limit=limit
    )
    study = _Study(plans, counts, at=at, measure=measure, prices=prices, precision=precision)
    study.run(executor, progress, take)
    return study.comparison()


def comparison_of(
    alternatives: Sequence[Alternative],
    tally: Tally,
    *,
    seed: int,
    prices: Prices,
    columns: Mapping[str, Any] | None = None,
    decision: Decision | None = None,
    notes: Sequence[str] = (),
) -> Comparison:
    """What all replications of the scenarios came to.

    Args:
        alternatives: The scenarios with their labels, the base first.
        tally: Of every replication under each of them.
        seed: What all chance depended on.
        prices: Whether prices were held.
        columns: The table of differences; None is that of the tally.
        decision: What ``precision`` led to, if it was asked for.
        notes: For the user.
    """
    if columns is None:
        columns = tally.differences([alternative.label for alternative in alternatives])
    return Comparison(
        alternatives=tuple(alternatives),
        seed=seed,
        replications=tally.replications,
        at=tally.at,
        measure=tally.measure,
        prices=prices,
        columns=columns,
        courses=tally.courses(),
        present=tally.present(),
        decision=decision,
        notes=tuple(notes),
    )


class _Study:
    """What was asked of :func:`compare`, checked, and its trials in whole replications.

    Args:
        plans: As :func:`compare` takes them.
        counts: Seed, replications, workers, threads and limit: whole numbers or None.
        at: Months of the table, or None.
        measure: To be followed.
        prices: Held or passed on.
        precision: Half-width wanted, or None.
    """

    def __init__(
        self,
        plans: Sequence[Alternative | Scenario | str | Path],
        counts: Sequence[Any],
        *,
        at: Sequence[int] | None,
        measure: str,
        prices: Prices,
        precision: float | None,
    ) -> None:
        from tsunagari.experiments.studies.tally import Tally

        seed, replications, self._workers, self._threads, self._limit = counts
        if at is not None:
            given: Sequence[int] = listed(at, "at", "months")
            at = [whole_number(month, "at") for month in given]
        self._precision = None if precision is None else _finite(precision)
        of_kind(measure, str, "measure", "the name of a column")
        alternatives, notes = alternatives_of(listed(plans, "plans", "scenarios, files or names"))
        base = alternatives[0].plan
        for place, one in enumerate(alternatives[1:], start=1):
            plan, told = acting(base, one.plan)
            alternatives[place] = replace(one, plan=plan)
            notes += told
        months, told = _common_months(alternatives)
        chosen = _chosen_months(at, months)
        self._count = _first_replications(replications, base, self._precision, self._limit)
        self._alternatives, left_out = _measuring_alike(alternatives)
        self._plans = [alternative.plan for alternative in self._alternatives]
        _check_measure(measure, columns_of(self._plans[0]), left_out)
        self._tally = Tally(self._plans, chosen, measure)
        self._seed = base.seed if seed is None else seed
        self._prices = checked(prices)
        self._notes = (*dict.fromkeys(notes), *told, *left_out)
        self._decision: Decision | None = None

    def run(
        self,
        executor: Executor | None,
        progress: Progress | None,
        take: Callable[[str, TrialResult], None] | None,
    ) -> None:
        """Run the first replications, and further ones until it is precise enough."""
        from tsunagari.experiments.runs.workers import trial_runner

        trials = self._count * len(self._plans)
        with trial_runner(
            self._plans[0],
            workers=min(self._workers, trials) if executor is None else self._workers,
            threads=self._threads,
            executor=executor,
            progress=progress,
        ) as run:
            self._add(run, self._count, take)
            if self._precision is None:
                return
            found = decision(self._tally, self._precision, self._limit)
            while found.further:
                self._add(run, found.further, take)
                found = decision(self._tally, self._precision, self._limit)
            self._decision = found

    def comparison(self) -> Comparison:
        """What came out."""
        return comparison_of(
            self._alternatives,
            self._tally,
            seed=self._seed,
            prices=self._prices,
            decision=self._decision,
            notes=self._notes,
        )

    def _add(
        self, run: Run, replications: int, take: Callable[[str, TrialResult], None] | None
    ) -> None:
        """Run so many further replications of every scenario."""
        first = self._tally.replications
        trials = self._trials(range(first, first + replications))
        for results in batched(run(trials), len(self._plans)):
            if take is not None:
                for alternative, result in zip(self._alternatives, results, strict=True):
                    take(alternative.label, result)
            self._tally.take([result.tables for result in results])

    def _trials(self, numbers: range) -> Iterator[Trial]:
        base, *others = self._plans
        held_to = base if self._prices == HELD else None
        for number in numbers:
            yield Trial(base, self._seed, number)
            for plan in others:
                yield Trial(plan, self._seed, number, base=held_to)


def _common_months(alternatives: Sequence[Alternative]) -> tuple[int, list[str]]:
    """The last month that all scenarios have, and a note if some have more."""
    lengths = [alternative.plan.market.months for alternative in alternatives]
    shortest = min(lengths)
    if max(lengths) == shortest:
        return shortest, []
    return shortest, [
        f"the scenarios last between {shortest} and {max(lengths)} months; "
        f"what is compared is the first {shortest}"
    ]


def _chosen_months(at: Sequence[int] | None, months: int) -> tuple[int, ...]:
    if at is None:
        return (*range(_YEAR, months, _YEAR), months)
    wrong = [month for month in at if not 0 <= month <= months]
    if wrong or not at:
        problems = [
            Problem(
                "",
                f"there is no such month in all scenarios; they have months 0 to {months}",
                file=f"--at {month}",
            )
            for month in wrong
        ]
        raise Problems(problems or [Problem("at", "needs at least one month")])
    return tuple(sorted(set(at)))


def _finite(precision: Any) -> float:
    try:
        return finite(precision, "precision")
    except (TypeError, ValueError) as problem:
        raise Problems([Problem("", str(problem))]) from None


def _first_replications(
    replications: int | None, base: Scenario, precision: float | None, limit: int
) -> int:

    count = max(FIRST, base.replications) if replications is None else replications
    if precision is None:
        return count
    if not precision > 0:
        place = f"--precision {precision:g}"
        suggestion = "give the half-width that an interval may have, as 0.005"
        raise Problems([Problem("", "must be greater than 0", place, suggestion=suggestion)])
    if limit < FIRST:
        message = f"must be at least {FIRST}, as many as it takes to judge how precise they are"
        raise Problems([Problem("", message, file=f"--limit {limit}")])
    return min(max(FIRST, replications or FIRST), limit)


def _measuring_alike(alternatives: Sequence[Alternative]) -> tuple[list[Alternative], list[str]]:
    """The scenarios without measures of somebody's own that only some have, and notes of those."""
    plans = [alternative.plan for alternative in alternatives]
    named = dict.fromkeys(name for plan in plans for name in plan.measures)
    common = [name for name in named if all(name in plan.measures for plan in plans)]
    left_out = [column_of(name) for name in named if name not in common]
    if not left_out:
        return list(alternatives), []
    found = []
    for alternative in alternatives:
        claims = [claim for claim in alternative.plan.claims if claim.measure not in left_out]
        values = {"measures": common, "claims": claims}
        found.append(replace(alternative, plan=alternative.plan.with_values(values)))
    why = "left out of the comparison: not every scenario names the same function"
    return found, [f"{column} is {why}" for column in left_out]


def _check_measure(measure: str, own: Sequence[str], left_out: Sequence[str]) -> None:
    """Refuse a measure that no table has, or not that of every scenario, before anything is run."""
    if measure == MEASURE or measure in own:
        return
    for note in left_out:
        if note.startswith(f"{measure} is "):
            raise Problems([Problem("", note, file=f"--measure {measure}")])
    from tsunagari.experiments.studies.tally import TO_DATE, measures_of
    from tsunagari.sim.market import Market

    # Which other columns there are depends on no scenario: the smallest market tells.
    small = Scenario().with_values({"market.customers": 1, "market.months": 0})
    tables = Market(small, threads=1).results.tables
    known = [*measures_of(tables["firms"]), *measures_of(tables["market"]), TO_DATE, *own]
    if measure in known:
        return
    close = nearest(measure, known)
    suggestion = f"did you mean {close}?" if close else "choose one of its numeric columns"
    message = "is no measure of the tables firms and market"
    raise Problems([Problem("", message, file=f"--measure {measure}", suggestion=suggestion)])
