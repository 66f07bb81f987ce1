"""The true effects beside a panel: twins of its market under the same luck, but for one change.

Each replication runs the market to the month before the panel begins, and goes on from there once
as it is and once for every change. What differs afterwards is what the change causes, rivals'
answers and word of mouth included; the firm's price is held to the costs that it has without the
change.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.panel.watch import answers, billed
from tsunagari.experiments.runs.statistics import Interval, ratio_interval, t_interval
from tsunagari.sim.paths import text_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

    type Floats = NDArray[np.float64]

YEAR = 12
LONGEST_JOINING = 12
"""Joiners of so many months are followed."""
OUTCOMES = ("churn", "joins", "customers", "contribution", "profit", "nps")
"""Mean of the months, sum, last month, sum, sum, last month."""


@dataclass(frozen=True)
class Lever:
    """What a firm can do.

    Attributes:
        key: Key of the firm.
        by: What its own value is multiplied with, and what is added then.
        value: What it becomes, whatever it is, instead of that.
    """

    key: str
    by: tuple[float, float] = (1.0, 0.0)
    value: float | None = None

    def told(self) -> str:
        """The change, as ``×1.25``, ``+0.1`` or ``=0.9``."""
        times, plus = self.by
        if self.value is not None:
            return f"={self.value:g}"
        return f"×{times:g}" if plus == 0.0 else f"+{plus:g}"

    def raised(self, own: float | None) -> float:
        """The value it takes, no more than the schema allows; None is a value that is not set."""
        if self.value is not None:
            return self.value
        own = 0.0 if own is None else own
        from tsunagari.sim.schema.firms import FirmPlan

        bounds = [b.le for b in FirmPlan.model_fields[self.key].metadata if hasattr(b, "le")]
        return min([own * self.by[0] + self.by[1], *bounds])

    def moves(self, own: float | None) -> bool:
        """Whether there is anything to see: not where the firm is at its most, or at nothing.

        A value that somebody asked for is told in any case.
        """
        return self.value is not None or self.raised(own) != own


LEVERS = (
    Lever("price", (0.95, 0.0)),
    Lever("attention", (1.25, 0.0)),
    Lever("service", (1.0, 0.1)),
    Lever("advertising", (1.5, 0.0)),
    Lever("integration", (1.25, 0.0)),
    Lever("referral_reward", (1.0, 0.1)),
    Lever("loyalty", (1.0, 0.05)),
    Lever("guarantee", (1.0, 0.1)),
)
"""What is tried unless told otherwise."""
BETTER = Lever("service", (1.0, 0.3))
"""What raises outcomes, and with them the answer to the question of recommending."""
WITHOUT: Mapping[str, Mapping[str, float]] = {
    "advertising": {"firms[].advertising": 0.0},
    "reviews": {"zmot.review": 0.0, "zmot.volume": 0.0},
    "friends": {"zmot.friend": 0.0, "adoption.imitation": 0.0},
}
"""Channels, and what they are switched off by; ``firms[]`` is the firm itself.

Advertising is the firm's own. Reviews and friends are silent for the whole market: nobody reads
those of one firm and not of another.
"""


@dataclass(frozen=True)
class Followed:
    """What became of a firm in one market.

    Attributes:
        months: By name, a value for each month from the one before the panel: ``customers``,
            ``joins``, ``leaves``, ``contribution``, ``profit``, ``nps``.
        answer: Mean answer of those who were customers then, in the first year, while they stayed.
        left: Part of them who left within that year.
        base: What one of them brought within the time that customers are followed, in money.
        joiner: The same of who joined in the first year, from joining on.
        there: Part of the base who are there in the end.
    """

    months: Mapping[str, Floats]
    answer: float
    left: float
    base: float = math.nan
    joiner: float = math.nan
    there: float = math.nan


@dataclass(frozen=True)
class Twins:
    """All markets of one replication.

    Attributes:
        plan: The scenario.
        seed: What all chance depends on.
        firm: The firm's name.
        first: First month of the panel, in which changes begin.
        levers: What the firm could do.
        longest: Months for which changes are followed.
        follow: Months for which customers are followed.
    """

    plan: Scenario
    seed: int
    firm: str
    first: int
    levers: tuple[Lever, ...]
    longest: int
    follow: int

    @property
    def months(self) -> int:
        """Months of market that one replication simulates."""
        changes = len(self.levers) + len(WITHOUT)
        return self.first - 1 + self._base_months + changes * self.longest + self._year

    @property
    def _year(self) -> int:
        return max(YEAR, self.longest)

    @property
    def _base_months(self) -> int:
        return max(self._year, LONGEST_JOINING + self.follow - 1)

    def __call__(
        self, replication: int, threads: int | None, progress: Progress | None
    ) -> dict[str, Followed]:
        """What became of the firm as it is (under an empty text), and under every change."""
        from tsunagari.sim.market import Market

        start = Market(self.plan, self.seed, replication=replication, threads=threads)
        for _ in range(self.first - 1):
            start.run_for(1)
            if progress is not None:
                progress(1)
        if not _is_there(start, self.firm):
            return {}
        base = copy.deepcopy(start)
        found = {"": self._follow(base, self._base_months, progress)}
        for name, values, months in self._changes(start):
            market = copy.deepcopy(start)
            market.hold_prices({self.firm: base.unit_costs[self.firm]})
            for path, value in values.items():
                market.act(path, value)
            found[name] = self._follow(market, months, progress)
        return found

    def _changes(self, start: Market) -> list[tuple[str, dict[str, float], int]]:
        terms = start.firm(self.firm).terms

        def at(lever: Lever) -> dict[str, float]:
            level = lever.raised(getattr(terms, lever.key))
            return {text_of(("firms", self.firm, lever.key)): level}

        def here(path: str) -> str:
            key = path.removeprefix("firms[].")
            return path if key == path else text_of(("firms", self.firm, key))

        levers = [
            (f"lever {one.key}", at(one), self.longest)
            for one in self.levers
            if one.moves(getattr(terms, one.key))
        ]
        channels = [
            (f"without {name}", {here(path): value for path, value in off.items()}, self.longest)
            for name, off in WITHOUT.items()
        ]
        return [*levers, *channels, ("better", at(BETTER), self._year)]

    def _follow(self, market: Market, months: int, progress: Progress | None) -> Followed:
        follower = _Follower(market, self.firm, self.follow)
        for _ in range(months):
            market.run_for(1)
            follower.take()
            if progress is not None:
                progress(1)
        return follower.found()


def _is_there(market: Market, firm: str) -> bool:
    known = {one.name: one for one in market.firms}
    return firm in known and known[firm].active and known[firm].customers > 0


class _Follower:
    """Follows a firm, those who are its customers now, and those who join within a year."""

    def __init__(self, market: Market, firm: str, follow: int) -> None:
        self._market, self._firm, self._follow = market, market.firm(firm), follow
        self._begun = market.month
        everybody = market.population.people
        self._base = self._own()
        self._is_base = self._base.copy()
        self._since = np.full(everybody, -1, np.int64)  # month of joining of who is followed
        self._answers, self._asked = np.zeros(everybody), np.zeros(everybody)
        self._left_in_year = math.nan
        self._brought = np.zeros(2)  # of the base and of joiners
        self._joiners = 0
        self._there = math.nan
        self._contributions = [0.0]

    def _own(self) -> NDArray[np.bool_]:
        provider = self._market.population.column("provider")
        return (provider == self._firm.index) & self._firm.active

    def take(self) -> None:
        """Take down the month that has just ended."""
        market, months = self._market, self._market.month - self._begun
        own = self._own()
        joined = own & (market.population.column("joined_month") == market.month)
        self._base &= own & ~joined
        self._since[~own | joined] = -1
        if months <= LONGEST_JOINING:
            self._since[joined] = market.month
            self._joiners += int(joined.sum())
        brought = billed(market, self._firm).contribution
        self._contributions.append(float(brought.sum()))
        young = (self._since >= 0) & (market.month - self._since < self._follow)
        self._brought[1] += brought[young].sum()
        if months <= self._follow:
            self._brought[0] += brought[self._base].sum()
            self._there = float(self._base.sum())
        if months <= YEAR:
            rows = np.flatnonzero(self._base)
            self._answers[rows] += answers(market, rows)
            self._asked[rows] += 1.0
            self._left_in_year = float(self._is_base.sum() - self._base.sum())

    def found(self) -> Followed:
        """What became of them; what was not followed to its end is NaN."""
        count, heard = float(self._is_base.sum()), self._asked > 0
        unit, months = self._market.plan.money.unit_cost, self._market.month - self._begun
        whole = months >= LONGEST_JOINING + self._follow - 1
        each = self._answers[heard] / self._asked[heard]
        joiner = self._brought[1] / self._joiners if self._joiners else math.nan
        return Followed(
            months=self._by_month(),
            answer=float(each.mean()) if heard.any() else math.nan,
            left=self._left_in_year / count,
            base=unit * self._brought[0] / count if whole else math.nan,
            joiner=unit * joiner if whole else math.nan,
            there=self._there / count if whole else math.nan,
        )

    def _by_month(self) -> dict[str, Floats]:
        """The firm's row of every month; 0 people and money after it has closed."""
        table = self._market.results.tables["firms"]
        rows = np.asarray(table["firm"]) == self._firm.name
        rows &= np.asarray(table["month"]) >= self._begun
        at = np.asarray(table["month"])[rows] - self._begun
        found = {}
        for name in ("customers", "joins", "leaves", "profit", "nps"):
            values = np.full(len(self._contributions), np.nan if name == "nps" else 0.0)
            values[at] = np.asarray(table[name], np.float64)[rows]
            found[name] = values
        unit = self._market.plan.money.unit_cost
        return {**found, "contribution": unit * np.array(self._contributions)}


def outcomes(found: Followed, months: int) -> dict[str, float]:
    """The outcomes of :data:`OUTCOMES` over the first so many months."""
    told = found.months
    span = slice(1, months + 1)
    at_risk = float(told["customers"][:months].sum())
    return {
        "churn": float(told["leaves"][span].sum()) / at_risk if at_risk else math.nan,
        "joins": float(told["joins"][span].sum()),
        "customers": float(told["customers"][months]),
        "contribution": float(told["contribution"][span].sum()),
        "profit": float(told["profit"][span].sum()),
        "nps": float(told["nps"][months]),
    }


def truth_columns(
    runs: Sequence[Mapping[str, Followed]],
    levers: Sequence[Lever],
    horizons: Sequence[int],
    follow: int,
) -> Columns:
    """The table of true effects, see the page on panels.

    Args:
        runs: What every replication found; an empty one, where the firm was not there, is left out.
        levers: The levers that were tried.
        horizons: Months after which effects are told.
        follow: Months for which customers were followed.
    """
    there = [run for run in runs if run]
    rows: list[dict[str, Any]] = []
    for lever in moved(runs, levers):
        for months in horizons:
            rows += _effects(there, lever, months)
    rows += _channels(there, max(horizons))
    rows += [_of_an_answer(there), *_lifetimes(there, follow)]
    names = ("about", "name", "change", "outcome", "months", "base", "mean", "low", "high")
    told = {name: [row[name] for row in rows] for name in names}
    return {**told, "replications": [len(there)] * len(rows)}


def moved(runs: Sequence[Mapping[str, Followed]], levers: Sequence[Lever]) -> list[Lever]:
    """The levers that could be moved in every market in which the firm was there."""
    there = [run for run in runs if run]
    return [one for one in levers if all(f"lever {one.key}" in run for run in there)]


def _row(
    about: str, name: str, change: str, outcome: str, months: int, base: float, told: Interval
) -> dict[str, Any]:
    return {
        "about": about, "name": name, "change": change, "outcome": outcome, "months": months,
        "base": base, "mean": told.mean, "low": told.low, "high": told.high,
    }  # fmt: skip


def _effects(
    runs: Sequence[Mapping[str, Followed]], lever: Lever, months: int
) -> list[dict[str, Any]]:
    """What a lever changes."""
    before = [outcomes(run[""], months) for run in runs]
    after = [outcomes(run[f"lever {lever.key}"], months) for run in runs]
    return [
        _row(
            "lever",
            lever.key,
            lever.told(),
            outcome,
            months,
            t_interval([one[outcome] for one in before]).mean,
            t_interval([b[outcome] - a[outcome] for a, b in zip(before, after, strict=True)]),
        )
        for outcome in OUTCOMES
    ]


def _channels(runs: Sequence[Mapping[str, Followed]], months: int) -> list[dict[str, Any]]:
    """The part of all joins that would not be there without a channel."""
    joins = [outcomes(run[""], months)["joins"] for run in runs]
    rows = []
    for name in WITHOUT:
        without = [outcomes(run[f"without {name}"], months)["joins"] for run in runs]
        fewer = [one - other for one, other in zip(joins, without, strict=True)]
        told = ratio_interval(fewer, joins)
        rows.append(_row("channel", name, "off", "joins", months, t_interval(joins).mean, told))
    return rows


def _of_an_answer(runs: Sequence[Mapping[str, Followed]]) -> dict[str, Any]:
    """How many more leave within a year, of all customers, for a point more of their answers."""
    more = [run["better"].left - run[""].left for run in runs]
    points = [run["better"].answer - run[""].answer for run in runs]
    base = t_interval([run[""].left for run in runs]).mean
    told = ratio_interval(more, points)
    return _row("answer", BETTER.key, BETTER.told(), "left", YEAR, base, told)


def _lifetimes(runs: Sequence[Mapping[str, Followed]], follow: int) -> list[dict[str, Any]]:
    """What a customer brought within so many months."""
    there = t_interval([run[""].there for run in runs]).mean
    return [
        _row("lifetime", "base", "", "contribution", follow, there,
             t_interval([run[""].base for run in runs])),
        _row("lifetime", "joiner", "", "contribution", follow, math.nan,
             t_interval([run[""].joiner for run in runs])),
    ]  # fmt: skip
