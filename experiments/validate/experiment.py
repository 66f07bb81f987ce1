"""An experiment: markets run under the same luck, what is measured in each, what is expected."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tsunagari.experiments.runs.statistics import LEVEL, Interval, t_interval
from tsunagari.experiments.validate.pattern import DIRECTION, Finding, Quantity, Rule
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from tsunagari.experiments.validate.study import Draw, Study

type Values = Mapping[str, Any]
"""Plan values by dotted path."""

type Runs = Mapping[str, Mapping[str, NDArray[Any]]]
"""What was measured, by market and by name, [replication, …]."""

type Compared = Mapping[str, Mapping[str, Interval | ArrayLike]]
"""Numbers made of several markets' runs, by group and name; an array is one per replication."""


@dataclass(frozen=True)
class Expected:
    """A quantity before it has been found.

    Attributes:
        name: What it is, with its unit.
        of: Where it is found, as ``told.q``: a market, or a group of what is compared, and a name.
        low: Lower end of its band; None if open, or the place where it is found, as ``told.q.low``.
        high: Upper end, likewise.
        rule: What must lie in the band, see
            :class:`~tsunagari.experiments.validate.pattern.Quantity`.
        estimate: What the source itself found, likewise.
    """

    name: str
    of: str
    low: float | None
    high: float | str | None
    rule: Rule = "mean"
    estimate: str = ""

    def quantity(self, found: Any) -> Quantity:
        """What was found of it."""
        high = attrgetter(self.high)(found) if isinstance(self.high, str) else self.high
        here = attrgetter(self.of)(found)
        return Quantity(self.name, here, (self.low, high), self.rule, self.estimate)


def above_zero(name: str, of: str, estimate: str = DIRECTION) -> Expected:
    """A quantity whose whole interval must be above zero."""
    return Expected(name, of, 0.0, None, "interval", estimate)


def below_zero(name: str, of: str, estimate: str = DIRECTION) -> Expected:
    """A quantity whose whole interval must be below zero."""
    return Expected(name, of, None, 0.0, "interval", estimate)


def not_above_zero(name: str, of: str) -> Expected:
    """A quantity that has not been shown to be above zero."""
    return Expected(name, of, None, 0.0, "overlap")


def not_below_zero(name: str, of: str) -> Expected:
    """A quantity that has not been shown to be below zero."""
    return Expected(name, of, 0.0, None, "overlap")


def exactly(name: str, of: str, value: float = 0.0, estimate: str = "") -> Expected:
    """A quantity whose interval must reach a value: nothing else is to be seen."""
    return Expected(name, of, value, value, "overlap", estimate)


@dataclass(frozen=True)
class Experiment:
    """How a pattern is looked for: called with a study, it runs its markets and judges them.

    Attributes:
        people: Customers of each market, fewer if the study is quick.
        replications: Draws of luck of each market, likewise; all markets share them.
        measure: What is measured in a market: a number, or an array, by name.
        quantities: What the pattern is judged by; the first is the value that is shown.
        null: What the null model is judged by.
        base: Values of all markets, besides those of the default one.
        markets: Further values by market, or a function that draws them for a study.
        nulls: Likewise of the markets of the null model, if it has any of its own.
        null_replications: Draws of luck of those, if others than of the rest.
        compare: Makes further quantities of the runs.
        remarks: Sentences on whatever else is worth knowing, formatted with what was found.
        level: Of the intervals.
        most: Draws of luck at most, where more are taken, twice as many each time, until every
            quantity whose whole interval must lie in a band lies in it or beyond; none without.
            Who looks several times finds something sooner or later: the error of the level is
            divided by the number of looks (Bonferroni).
    """

    people: int
    replications: int
    measure: Callable[[Draw], Mapping[str, ArrayLike]]
    quantities: tuple[Expected, ...]
    null: tuple[Expected, ...]
    base: Values = field(default_factory=dict)
    markets: Mapping[str, Values] | Callable[[Study], Mapping[str, Values]] = field(
        default_factory=lambda: {"here": {}}
    )
    nulls: Mapping[str, Values] | Callable[[Study], Mapping[str, Values]] = field(
        default_factory=dict
    )
    null_replications: int | None = None
    compare: Callable[[Runs], Compared] | None = None
    remarks: tuple[str, ...] = ()
    level: float = LEVEL
    most: int | None = None

    def __call__(self, study: Study) -> Finding:
        """Run all markets, and judge what is found in them."""
        runs, many = self.run(study), self.replications
        found = self._judged(runs)
        while self.most and many < self.most and not study.quick and not _decided(found):
            more = self.run(study, many)
            runs = {
                name: {what: np.concatenate([run[what], more[name][what]]) for what in run}
                for name, run in runs.items()
            }
            found, many = self._judged(runs), 2 * many
        return found

    def _judged(self, runs: Runs) -> Finding:
        found = self._intervals(runs)
        return Finding(
            quantities=tuple(each.quantity(found) for each in self.quantities),
            null=tuple(each.quantity(found) for each in self.null),
            details=tuple(remark.format(**vars(found)) for remark in self.remarks),
        )

    @property
    def looks(self) -> int:
        """How often it may be asked whether all is decided."""
        return 1 + math.ceil(math.log2((self.most or self.replications) / self.replications))

    def run(self, study: Study, done: int = 0) -> Runs:
        """Measure every market under every draw of luck.

        Args:
            study: Where to run.
            done: Draws that have been taken: as many follow them.
        """
        null_count = self.null_replications or self.replications
        arms = self._draws(study, self.markets, done or self.replications, done)
        arms |= self._draws(study, self.nulls, done or null_count, done)
        rows = iter(study.each(self.measure, [draw for draws in arms.values() for draw in draws]))
        found = {name: [next(rows) for _ in draws] for name, draws in arms.items()}
        return {
            name: {what: np.array([row[what] for row in each]) for what in each[0]}
            for name, each in found.items()
        }

    def _draws(
        self,
        study: Study,
        markets: Mapping[str, Values] | Callable[[Study], Mapping[str, Values]],
        replications: int,
        done: int,
    ) -> dict[str, list[Draw]]:
        size = {"market.customers": study.people(self.people)}
        base = Scenario().with_values({**size, **self.base})
        plans = markets(study) if callable(markets) else markets
        return {
            name: study.draws(base.with_values(dict(values)), done + replications)[done:]
            for name, values in plans.items()
        }

    def _intervals(self, runs: Runs) -> SimpleNamespace:
        """Means and intervals over replications, as attributes of attributes."""
        level = 1.0 - (1.0 - self.level) / self.looks
        found: dict[str, Mapping[str, Interval | ArrayLike]] = {
            name: {what: values for what, values in columns.items() if values.ndim == 1}
            for name, columns in runs.items()
        }
        found |= self.compare(runs) if self.compare else {}
        return SimpleNamespace(
            **{
                name: SimpleNamespace(
                    **{
                        what: each if isinstance(each, Interval) else t_interval(each, level)
                        for what, each in values.items()
                    }
                )
                for name, values in found.items()
            }
        )


def _decided(found: Finding) -> bool:
    """Whether all whose whole interval must lie in a band are inside or beyond it."""
    judged = (*found.quantities, *found.null)
    return all(each.is_decided for each in judged if each.rule == "interval")


def each_end(function: Callable[[float], float], of: Interval) -> Interval:
    """An interval on another scale: the function of its mean and ends."""
    return Interval(*(float(function(end)) for end in (of.mean, of.low, of.high)))


def in_points(share: Interval) -> Interval:
    """A share in percentage points."""
    return each_end(lambda end: 100 * end, share)
