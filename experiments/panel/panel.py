"""A panel: one firm's files on people, the true effects of what it can do, and naive analyses."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.agents.asked import finite
from tsunagari.experiments.panel.naive import Estimate, naive
from tsunagari.experiments.panel.twins import LEVERS, Lever, Twins, moved, truth_columns
from tsunagari.experiments.panel.watch import Records, Watch
from tsunagari.experiments.runs.given import (
    firms_of,
    listed,
    plan_of,
    resolved,
    whole_numbers,
)
from tsunagari.experiments.runs.statistics import Interval
from tsunagari.sim.paths import nearest, text_of
from tsunagari.sim.problems import Problem, Problems, of_kind
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.firms import FirmPlan

if TYPE_CHECKING:
    import pandas as pd

    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.runs.trial import Progress

SAMPLE = 2000
RECORDS = Records()
FIRST = 13
"""First month of a panel unless told otherwise: by then the firm has known its customers a year."""
HORIZONS = (12, 24)
FOLLOW = 60
FEWEST = 10
"""Replications of the truth unless told otherwise."""
TABLES = ("customers", "transactions", "contacts", "exposures", "reviews", "nps", "books")
"""The firm's files, in the order in which they are told."""


@dataclass(frozen=True)
class Score:
    """An estimate beside the truth.

    Attributes:
        estimate: What somebody's estimator says, with its own interval.
        truth: Mean over replications with its 95 % interval.
        ratio: Estimate by truth; NaN where the truth is 0.
        covers: Whether the estimate's interval holds the true mean; None without one.
    """

    estimate: Interval
    truth: Interval
    ratio: float
    covers: bool | None


@dataclass(frozen=True, eq=False)
class Panel:
    """What a firm could know of the people observed, and what is true.

    Attributes:
        plan: The resolved scenario.
        firm: Whose files these are.
        first: First month of the panel; the last is the scenario's.
        sample: How many people are observed; everybody, if that is as many as there are.
        records: How good the files are.
        tables: The files: ``customers``, ``transactions``, ``contacts``, ``exposures``,
            ``reviews``, ``nps`` and ``books``, each a mapping of columns.
        truth: The table of true effects.
        estimates: What naive analyses of the files say.
        unmoved: Levers that are left out of the truth: the firm's own value cannot be moved so.
    """

    plan: Scenario
    firm: str
    first: int
    sample: int
    records: Records
    tables: Mapping[str, Columns]
    truth: Columns
    estimates: tuple[Estimate, ...]
    unmoved: tuple[str, ...]

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table as a DataFrame: one of the firm's files, ``truth`` or ``naive``."""
        import pandas as pd

        tables = {**self.tables, "truth": self.truth, "naive": self.naive}
        return pd.DataFrame(dict(tables[name]))

    @property
    def naive(self) -> Columns:
        """The naive analyses, a row each, scored."""
        scored = [(one, self.scored(one)) for one in self.estimates]
        rows = [
            (one.analysis, one.name, one.count, *_ends(score.estimate), *_ends(score.truth),
             score.ratio, None if score.covers is None else str(score.covers).lower())
            for one, score in scored
        ]  # fmt: skip
        names = ("analysis", "name", "count", "estimate", "low", "high", "truth", "truth_low",
                 "truth_high", "ratio", "covers")  # fmt: skip
        return {name: list(column) for name, column in zip(names, zip(*rows, strict=True),
                                                           strict=True)}  # fmt: skip

    def scored(self, estimate: Estimate) -> Score:
        """A naive analysis beside its truth."""
        found = estimate.found
        return self.score(estimate.about, estimate.name, found.mean, found.low, found.high)

    def score(
        self,
        about: str,
        name: str,
        estimate: float,
        low: float = math.nan,
        high: float = math.nan,
        *,
        outcome: str | None = None,
        months: int | None = None,
    ) -> Score:
        """Hold somebody's estimate against the truth.

        Args:
            about: ``lever``, ``answer``, ``channel`` or ``lifetime``, as in the table of truths.
            name: The lever, the channel, or ``base`` or ``joiner``.
            estimate: What the estimator says.
            low: Lower end of its interval, if it has one.
            high: Upper end.
            outcome: Which outcome, where there are several.
            months: Which horizon, where there are several.

        Raises:
            tsunagari.sim.problems.Problems: There is no such truth, or there are several.
        """
        wanted = {"about": about, "name": name, "outcome": outcome, "months": months}
        asked = {key: value for key, value in wanted.items() if value is not None}
        rows = [
            row
            for row in range(len(self.truth["about"]))
            if all(self.truth[key][row] == value for key, value in asked.items())
        ]
        if len(rows) != 1:
            kinds = sorted({f"{self.truth['about'][r]} {self.truth['name'][r]} "
                            f"{self.truth['outcome'][r]} {self.truth['months'][r]}"
                            for r in rows or range(len(self.truth["about"]))})  # fmt: skip
            many = "several truths" if rows else "no truth"
            message = f"there are {many} of this kind"
            raise Problems([Problem("score", message, suggestion=f"one of: {', '.join(kinds)}")])
        mean, bottom, top = (float(self.truth[key][rows[0]]) for key in ("mean", "low", "high"))
        covers = None if math.isnan(low) or math.isnan(mean) else bool(low <= mean <= high)
        ratio = estimate / mean if mean else math.nan
        return Score(Interval(estimate, low, high), Interval(mean, bottom, top), ratio, covers)


def _ends(told: Interval) -> tuple[float, float, float]:
    return told.mean, told.low, told.high


@dataclass(frozen=True)
class Asked:
    """What is asked of a scenario, checked.

    Attributes:
        plan: The resolved scenario, with people as they are simulated.
        firm: The firm.
        first: First month.
        sample: People observed.
        records: How good the files are.
        twins: What is run for the truth.
        horizons: Months after which effects are told.
        replications: Of the truth.
    """

    plan: Scenario
    firm: str
    first: int
    sample: int
    records: Records
    twins: Twins
    horizons: tuple[int, ...]
    replications: int

    @property
    def months(self) -> int:
        """Months of market to simulate."""
        return self.plan.market.months + self.replications * self.twins.months


def asked_of(
    plan: Scenario,
    firm: str | None = None,
    *,
    first: int = FIRST,
    sample: int = SAMPLE,
    records: Records = RECORDS,
    levers: Mapping[str, float] | None = None,
    horizons: Sequence[int] = HORIZONS,
    follow: int = FOLLOW,
    seed: int | None = None,
    replications: int | None = None,
) -> Asked:
    """What is asked, checked; see :func:`panel`.

    Raises:
        Problems: All that is wrong with it.
    """
    of_kind(plan, Scenario, "plan", "a Scenario")
    # People are persons here, whatever real number they stand for.
    plan = plan.model_copy(update={"market": plan.market.model_copy(update={"people": None})})
    (firm,) = firms_of(plan, [next(iter(plan.entries), None) if firm is None else firm])
    first, sample, follow, seed, replications = whole_numbers(
        first=first, sample=sample, follow=follow, seed=seed, replications=replications
    )
    of_kind(records, Records, "records", "a Records")
    given: Sequence[int] = listed(horizons, "horizons", "months")
    months = tuple(sorted({whole_numbers(horizon=one)[0] for one in given}))
    problems = [] if months else [Problem("horizons", "needs at least one number of months")]
    if first > plan.market.months:
        message = f"the market lasts {plan.market.months} months"
        suggestion = "let the panel begin earlier, or the market last longer (--months)"
        problems.append(Problem("", message, f"--from {first}", suggestion=suggestion))
    if problems:
        raise Problems(problems)
    chosen = LEVERS if levers is None else tuple(_own_lever(plan, firm, first, *one)
                                                 for one in levers.items())  # fmt: skip
    seed = plan.seed if seed is None else seed
    twins = Twins(plan, seed, firm, first, chosen, max(months), follow)
    many = max(FEWEST, plan.replications) if replications is None else replications
    return Asked(plan, firm, first, sample, records, twins, months, many)


def _own_lever(plan: Scenario, firm: str, first: int, key: str, value: float) -> Lever:
    """A lever of the user's own, checked as an event of the scenario would be."""
    from tsunagari.sim.reading import with_event

    called = f"--lever {key}={value}"
    fields = FirmPlan.model_fields
    keys = [name for name, one in fields.items() if _NUMBER.search(str(one.annotation))]
    if key not in keys:
        close = nearest(key, keys)
        suggestion = f"did you mean {close}?" if close else "as in price=0.95"
        raise Problems([Problem("", f"a firm has no number {key}", called, suggestion=suggestion)])
    try:
        number = finite(value, key)
    except (TypeError, ValueError) as problem:
        raise Problems([Problem("", str(problem), called)]) from None
    if "int" in str(fields[key].annotation) and number.is_integer():
        number = int(number)
    path = text_of(("firms", firm, key))
    with_event(plan, {"month": first, "set": path, "to": number}, called)
    return Lever(key, value=number)


_NUMBER = re.compile(r"\b(?:float|int)\b")


def panel(
    scenario: Scenario | str | Path,
    firm: str | None = None,
    *,
    first: int = FIRST,
    sample: int = SAMPLE,
    records: Records = RECORDS,
    levers: Mapping[str, float] | None = None,
    horizons: Sequence[int] = HORIZONS,
    follow: int = FOLLOW,
    seed: int | None = None,
    replications: int | None = None,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Panel:
    """What a firm could know of people, month by month, and the true effects of what it can do.

    The files are those of replication 0, from ``first`` to the end of the scenario. The truth is of
    paired twins under the same luck, in which something changes in month ``first``. The result
    depends neither on workers nor on threads.

    Args:
        scenario: The scenario, a file, or the name of a shipped one.
        firm: Whose files; None is the first firm's.
        first: First month of the panel.
        sample: People observed, of all in the market; everybody, where there are no more.
        records: What the files lack and get wrong.
        levers: Values of the firm's own keys whose effects are told, instead of the usual levers.
        horizons: Months after which effects are told.
        follow: Months for which customers are followed for what they bring.
        seed: None is the scenario's.
        replications: Of the truth; None is the larger of 10 and the scenario's.
        workers: Processes.
        threads: Threads per market.
        progress: Told of further months done.

    Raises:
        tsunagari.sim.problems.Problems: All that is wrong with the scenario or what was asked.
    """
    if isinstance(scenario, str | Path):
        scenario, _ = plan_of(str(scenario))
    plan, _ = resolved(of_kind(scenario, Scenario, "scenario", "a Scenario, a file or a name"))
    asked = asked_of(
        plan,
        firm,
        first=first,
        sample=sample,
        records=records,
        levers=levers,
        horizons=horizons,
        follow=follow,
        seed=seed,
        replications=replications,
    )
    workers, threads = whole_numbers(workers=workers, threads=threads)
    return made(asked, workers=workers, threads=threads, progress=progress)


def made(
    asked: Asked,
    *,
    workers: int | None = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Panel:
    """Observe the market, run the twins, and make the naive analyses.

    Args:
        asked: What is asked.
        workers: Processes; None: one a processor, as far as it is worth it.
        threads: Threads per market.
        progress: Told of further months done.

    Raises:
        Problems: The firm is not in the market, or has no customers, when the panel begins.
    """
    from tsunagari.experiments.runs.workers import replicated

    tables = observed(asked, threads, progress)
    twins = asked.twins
    runs = replicated(
        twins, asked.plan, asked.replications, months=twins.months, workers=workers,
        threads=threads, progress=progress,
    )  # fmt: skip
    return Panel(
        plan=asked.plan,
        firm=asked.firm,
        first=asked.first,
        sample=asked.sample,
        records=asked.records,
        tables=tables,
        truth=truth_columns(runs, twins.levers, asked.horizons, twins.follow),
        estimates=tuple(naive(tables, twins.follow)),
        unmoved=tuple(one.key for one in twins.levers if one not in moved(runs, twins.levers)),
    )


def observed(
    asked: Asked, threads: int | None = None, progress: Progress | None = None
) -> Mapping[str, Columns]:
    """The firm's files, a table by name.

    Raises:
        Problems: The firm is not in the market, or has no customers, when the panel begins.
    """
    from tsunagari.sim.market import Market

    market = Market(asked.plan, asked.twins.seed, threads=threads)
    watch: Watch | None = None
    for month in range(1, asked.plan.market.months + 1):
        if month == asked.first:
            _refuse_absent(asked, market)
            watch = Watch(market, asked.firm, asked.sample, asked.records)
        market.run_for(1)
        if watch is not None:
            watch.take()
        if progress is not None:
            progress(1)
    assert watch is not None
    found = watch.tables()
    return {name: found[name] for name in TABLES}


def _refuse_absent(asked: Asked, market: object) -> None:
    firms = {one.name: one for one in market.firms}  # type: ignore[attr-defined]
    one = firms.get(asked.firm)
    if one is None or not one.active or one.customers == 0:
        there = [name for name, each in firms.items() if each.active and each.customers > 0]
        message = f"it has no customers when the panel begins, in month {asked.first}"
        suggestion = f"--from another month, or --firm {np.array(there)[0]}" if there else None
        place = f"--firm {asked.firm}"
        raise Problems([Problem("", message, place, suggestion=suggestion)])
