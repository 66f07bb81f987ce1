"""Every measure of every replication, added up pair by pair while the replications come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.statistics import Moments, PairedMoments, smallest_detectable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.sim.scenario import Scenario

_KEYS = ("replication", "month")

TO_DATE = "profit_to_date"
"""Sum of a firm's profit since it came, that of a firm which has closed since included."""


@dataclass(frozen=True)
class Course:
    """The paired difference of one measure over all months, with its interval.

    Attributes:
        lines: The firms; one empty text for a measure of the market.
        difference, low, high: [line, month], months from 0; NaN where undefined.
        each: In the last month of the table, of every pair, [line, replication].
    """

    lines: tuple[str, ...]
    difference: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    each: NDArray[np.float64]


class Tally:
    """Moments of all measures at some months, and of one measure at all months.

    Args:
        plans: The scenarios, the base first.
        at: Months of the table of differences.
        measure: The measure followed over all months.

    Attributes:
        firms: The firms of all scenarios, in the order in which they are named.
        months: The last month that all scenarios have.
        replications: How many have been taken in.
    """

    def __init__(self, plans: Sequence[Scenario], at: Sequence[int], measure: str) -> None:
        self.firms = tuple(dict.fromkeys(name for plan in plans for name in plan.entries))
        self.months = min(plan.market.months for plan in plans)
        self.at = tuple(at)
        self.measure = measure
        self.replications = 0
        self._scenarios = len(plans)
        self._names: tuple[list[str], list[str]] | None = None
        self._paired: list[PairedMoments] = []
        self._own: list[Moments] = []
        self._courses: list[PairedMoments] = []
        self._each: list[list[NDArray[np.float64]]] = []

    def take(self, results: Sequence[Mapping[str, Columns]]) -> None:
        """Take in the tables of one replication under every scenario, the base first.

        Raises:
            KeyError: No table has the measure that is followed.
        """
        if self._names is None:
            self._begin(results[0])
        cells = [self._cells(tables) for tables in results]
        courses = [self._course(tables) for tables in results]
        for own, values in zip(self._own, cells, strict=True):
            own.add(values)
        for number in range(1, self._scenarios):
            self._paired[number - 1].add(cells[number], cells[0])
            self._courses[number - 1].add(courses[number], courses[0])
            last = (courses[number] - courses[0])[:, self.at[-1]]
            self._each[number - 1].append(last)
        self.replications += 1

    def _begin(self, tables: Mapping[str, Columns]) -> None:
        self._names = ([*measures_of(tables["firms"]), TO_DATE], measures_of(tables["market"]))
        shape = self._cells(tables).shape
        course = self._course(tables).shape
        self._own = [Moments(shape) for _ in range(self._scenarios)]
        others = range(1, self._scenarios)
        self._paired = [PairedMoments(shape) for _ in others]
        self._courses = [PairedMoments(course) for _ in others]
        self._each = [[] for _ in others]

    def _cells(self, tables: Mapping[str, Columns]) -> NDArray[np.float64]:
        """All measures at the months of the table in one row, as :meth:`_places` orders them."""
        assert self._names is not None
        of_firms, of_market = self._names
        parts = [
            values_of(tables["firms"], of_firms, self.at, self.firms),
            values_of(tables["market"], of_market, self.at),
        ]
        return np.concatenate([part.ravel() for part in parts])

    def _course(self, tables: Mapping[str, Columns]) -> NDArray[np.float64]:
        """The measure followed, [line, month]."""
        assert self._names is not None
        months = range(self.months + 1)
        if self.measure in self._names[0]:
            return values_of(tables["firms"], [self.measure], months, self.firms)[0]
        if self.measure not in self._names[1]:
            raise KeyError(self.measure)
        return values_of(tables["market"], [self.measure], months)[0]

    def _places(self) -> tuple[list[str], list[str], list[int]]:
        """Measure, firm and month of every cell."""
        assert self._names is not None
        of_firms, of_market = self._names
        lines = [(name, firm) for name in of_firms for firm in self.firms]
        lines += [(name, "") for name in of_market]
        places = [(name, firm, month) for name, firm in lines for month in self.at]
        measures, firms, months = (list(column) for column in zip(*places, strict=True))
        return measures, firms, months

    def differences(self, labels: Sequence[str]) -> dict[str, Any]:
        """The table of differences; undefined is NaN.

        Where no replication has a pair, each scenario's mean is that of its own replications.

        Args:
            labels: What to call the scenarios, the base first.
        """
        measures, firms, months = self._places()
        cells, others = len(measures), range(1, self._scenarios)
        columns: dict[str, Any] = {
            "measure": measures * len(others),
            "firm": firms * len(others),
            "month": np.array(months * len(others), np.int64),
            "scenario": [labels[number] for number in others for _ in range(cells)],
            "base": [labels[0]] * (cells * len(others)),
        }
        parts = [self._numbers(number) for number in others]
        return columns | {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}

    def _numbers(self, number: int) -> dict[str, NDArray[Any]]:
        paired = self._paired[number - 1]
        difference = paired.difference
        pairs, half = difference.count, difference.half_widths()
        alone = pairs == 0
        found: dict[str, NDArray[Any]] = {}
        for prefix, shared, own in (
            ("", paired.first, self._own[number]),
            ("base_", paired.second, self._own[0]),
        ):
            mean = np.where(alone, own.means(), shared.means())
            width = np.where(alone, own.half_widths(), shared.half_widths())
            found |= {
                f"{prefix}mean": mean,
                f"{prefix or 'mean_'}low": mean - width,
                f"{prefix or 'mean_'}high": mean + width,
            }
        means, deviation = difference.means(), np.sqrt(difference.variances())
        spread = np.sqrt((paired.first.variances() + paired.second.variances()) / 2)
        still = np.full_like(spread, np.nan)
        return {
            "mean": found["mean"],
            "base_mean": found["base_mean"],
            "difference": means,
            "low": means - half,
            "high": means + half,
            "variance_reduction": paired.variance_reduction(),
            "mean_low": found["mean_low"],
            "mean_high": found["mean_high"],
            "base_low": found["base_low"],
            "base_high": found["base_high"],
            "pairs": pairs,
            "standardised": np.divide(means, spread, out=still, where=spread > 0),
            "smallest_detectable": smallest_detectable(deviation, pairs),
        }

    @property
    def lines(self) -> tuple[str, ...]:
        """Whom the measure followed is of: the firms, or one empty text for the market."""
        assert self._names is not None
        return self.firms if self.measure in self._names[0] else ("",)

    def courses(self) -> tuple[Course, ...]:
        """The measure followed over the months, one for every scenario but the base."""
        found = []
        for paired, each in zip(self._courses, self._each, strict=True):
            means, half = paired.difference.means(), paired.difference.half_widths()
            last = np.array(each).T
            found.append(Course(self.lines, means, means - half, means + half, last))
        return tuple(found)

    def last_spread(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Of the measure followed, in the last month of the table: how its differences vary.

        Returns:
            Standard deviations of the paired differences and numbers of pairs, both
            [scenario but the base, line].
        """
        ends = [paired.difference for paired in self._courses]
        deviations = [np.sqrt(end.variances()[:, self.at[-1]]) for end in ends]
        return np.array(deviations), np.array([end.count[:, self.at[-1]] for end in ends])

    def present(self) -> dict[str, tuple[int, ...]]:
        """In how many replications each firm is in the last month: firm to a number a scenario."""
        places = list(zip(*self._places(), strict=True))
        found = {}
        for firm in self.firms:
            cell = places.index(("customers", firm, self.at[-1]))
            found[firm] = tuple(int(own.count[cell]) for own in self._own)
        return found


def measures_of(columns: Columns) -> list[str]:
    """The columns of a table that hold numbers to compare."""
    kinds = {name: np.asarray(values).dtype.kind for name, values in columns.items()}
    return [name for name, kind in kinds.items() if kind in "iuf" and name not in _KEYS]


def values_of(
    columns: Columns,
    measures: Sequence[str],
    months: Sequence[int] | range,
    firms: Sequence[str] | None = None,
) -> NDArray[np.float64]:
    """Measures of one replication's table as an array; NaN where there is no row.

    Args:
        columns: ``firms``, or without ``firms`` the market's table.
        measures: Names of columns, or :data:`TO_DATE` of firms.
        months: Which months, in ascending order.
        firms: Which firms; rows of others are left out.

    Returns:
        [measure, firm, month]; of the market [measure, 1, month].
    """
    all_months = np.asarray(columns["month"], dtype=np.int64)
    column = np.full(max(int(all_months.max(initial=0)), *months, 0) + 1, -1)
    column[list(months)] = np.arange(len(months))
    place = column[all_months]
    line = np.zeros(len(place), np.int64)
    if firms is not None:
        codes = {name: code for code, name in enumerate(firms)}
        names = np.asarray(columns["firm"], dtype=object)
        line = np.array([codes.get(name, -1) for name in names], np.int64)
    rows = np.flatnonzero((place >= 0) & (line >= 0))
    found = np.full((len(measures), len(firms) if firms is not None else 1, len(months)), np.nan)
    for number, measure in enumerate(measures):
        if measure == TO_DATE:
            found[number] = _profit_to_date(columns, months, firms or ())
            continue
        values = np.asarray(columns[measure], dtype=np.float64)
        found[number, line[rows], place[rows]] = values[rows]
    return found


def _profit_to_date(
    columns: Columns, months: Sequence[int] | range, firms: Sequence[str]
) -> NDArray[np.float64]:
    """Profit added up, [firm, month]; NaN before a firm's first row."""
    monthly = values_of(columns, ["profit"], range(max(months, default=0) + 1), firms)[0]
    there = np.isfinite(monthly)
    sums = np.cumsum(np.where(there, monthly, 0.0), axis=1)
    return np.where(np.logical_or.accumulate(there, axis=1), sums, np.nan)[:, list(months)]
