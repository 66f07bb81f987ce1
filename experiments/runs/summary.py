"""What came out of a run, firm by firm, in numbers.

Every number is kept once per replication, so that a sentence can say in how many of them it holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.runs.condensed import YEAR, figures, rates
from experiments.runs.cube import RESERVOIRS, Cube, Tables

if TYPE_CHECKING:
    from numpy.typing import NDArray


_LEVEL = 0.0005
"""Shares that differ by less, half of the last digit shown, are called equal."""


@dataclass(frozen=True)
class Measured:
    """One number, once per replication; NaN where it is not defined.

    Attributes:
        values: In the order of the replications.
        pooled: That of all replications' people together, where that is the figure to show.
    """

    values: tuple[float, ...]

    pooled: float | None = None

    @property
    def mean(self) -> float:
        """Its figure: what is ``pooled``, or the mean of the replications that have it, or NaN."""
        if self.pooled is not None:
            return self.pooled
        finite = [value for value in self.values if math.isfinite(value)]
        return math.fsum(finite) / len(finite) if finite else math.nan

    def quantile(self, part: float) -> float:
        """Quantile over the replications where it is defined, or NaN."""
        finite = [value for value in self.values if math.isfinite(value)]
        return float(np.quantile(finite, part)) if finite else math.nan


@dataclass(frozen=True)
class Reservoirs:
    """Stickiness by source, in utility units."""

    location: Measured
    switching: Measured
    obligation: Measured
    success: Measured

    @property
    def total(self) -> float:
        """Mean of the sum, or NaN."""
        return math.fsum(getattr(self, name).mean for name in RESERVOIRS)

    def largest(self) -> list[str]:
        """The sources that hold most on average, several when equal; none when nothing holds."""
        means = {name: getattr(self, name).mean for name in RESERVOIRS}
        top = max((value for value in means.values() if math.isfinite(value)), default=0.0)
        return [name for name, value in means.items() if value > 0 and value >= top - 0.0005]


@dataclass(frozen=True)
class FirmSummary:
    """One firm's run.

    Attributes:
        name: As in the scenario.
        discipline: As in the scenario.
        entered: Month of entry, 0 for the start.
        closed: Month of closing; NaN where the firm is open at the end.
        start_share: Of customers who have a provider in month 0; NaN before entry.
        final_share: The same in the last month; 0 after closing.
        retention_12: Part of the customers of a year ago still there; mean of the last 12 months.
        churn: Customers lost a month per customer of the month before, over the whole run.
        joining: Customers won a month per customer of the month before, over the whole run.
        stickiness_money: Part of the bill; mean of the last 12 months.
        satisfaction: Utility units; mean of the last 12 months.
        nps: Points from −100 to 100; mean of the last 12 months.
        profit: Sum of all months, in money.
        reservoirs: Stickiness by source; mean of the last 12 months.
        churn_elsewhere: The churn of all other firms together.
        joining_elsewhere: The joining of all other firms together.
    """

    name: str
    discipline: str
    entered: int
    closed: Measured
    start_share: Measured
    final_share: Measured
    retention_12: Measured
    churn: Measured
    joining: Measured
    stickiness_money: Measured
    satisfaction: Measured
    nps: Measured
    profit: Measured
    reservoirs: Reservoirs
    churn_elsewhere: Measured
    joining_elsewhere: Measured


@dataclass(frozen=True)
class Summary:
    """What came out of a run.

    Attributes:
        title: The scenario's.
        months: The last month.
        replications: How often it was run.
        firms: In the scenario's order.
        first_year: Stickiness by source, mean of all customers with a provider; None in a run of
            less than two years, whose first and last year would overlap.
        last_year: The same in the last 12 months.
    """

    title: str
    months: int
    replications: int
    firms: tuple[FirmSummary, ...]
    first_year: Reservoirs | None
    last_year: Reservoirs | None


def summary(tables: Tables) -> Summary:
    """Read a run's tables.

    Raises:
        KeyError: A table lacks a column of the contract.
    """
    return summary_of(Cube(tables))


def summary_of(cube: Cube) -> Summary:
    """What came out of the runs in a cube."""
    held = {name: figures(cube, f"stickiness_{name}") for name in RESERVOIRS}
    share, closed = cube.share(), cube.closed()
    columns = {
        name: figures(cube, name)
        for name in ("retention_12", "stickiness_money", "satisfaction", "nps", "profit")
    } | {
        "closed": closed,
        "start_share": share[:, 0],
        "final_share": np.where(np.isfinite(closed), 0.0, figures(cube, "market_share")),
        "churn": figures(cube, "churn"),
        "joining": figures(cube, "joining"),
        "churn_elsewhere": rates(cube, "churn", elsewhere=True),
        "joining_elsewhere": rates(cube, "joining", elsewhere=True),
    }
    firms = tuple(
        FirmSummary(
            name=name,
            discipline=cube.disciplines[firm],
            entered=int(cube.entered[firm]),
            reservoirs=Reservoirs(**{r: _measured(v[:, firm]) for r, v in held.items()}),
            **{column: _measured(values[:, firm]) for column, values in columns.items()},
        )
        for firm, name in enumerate(cube.names)
    )
    first = last = None
    if firms and cube.months >= 2 * YEAR:
        sources = {name: cube.measure(f"stickiness_{name}") for name in RESERVOIRS}
        customers = np.nan_to_num(cube.measure("customers"))
        first = _market(sources, customers, slice(1, YEAR + 1))
        last = _market(sources, customers, slice(-YEAR, None))
    return Summary(cube.tables.title, cube.months, cube.replications, firms, first, last)


def _market(
    sources: dict[str, NDArray[np.float64]], customers: NDArray[np.float64], months: slice
) -> Reservoirs:
    """Stickiness by source over some months, each customer counted alike."""
    found = {}
    for name, values in sources.items():
        part, weight = values[:, months], customers[:, months]
        weight = np.where(np.isfinite(part), weight, 0.0)
        found[name] = _measured(
            _rate((np.nan_to_num(part) * weight).sum(axis=(1, 2)), weight.sum(axis=(1, 2)))
        )
    return Reservoirs(**found)


def _rate(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def _measured(values: NDArray[np.float64]) -> Measured:
    return Measured(tuple(float(value) for value in values))


def top(
    found: Summary, measure: Callable[[FirmSummary], Measured], *, most: bool
) -> tuple[list[str], int]:
    """The firms at one end of a measure, several when level, and in how many replications.

    The replications counted are those in which the first of them is at that end too.
    """
    sign = 1.0 if most else -1.0
    means = {firm.name: sign * measure(firm).mean for firm in found.firms}
    finite = [value for value in means.values() if math.isfinite(value)]
    if not finite:
        return [], 0
    names = [name for name, value in means.items() if value >= max(finite) - _LEVEL]
    times = 0
    for run in range(found.replications):
        values = {firm.name: sign * measure(firm).values[run] for firm in found.firms}
        there = [value for value in values.values() if math.isfinite(value)]
        times += bool(there) and values[names[0]] >= max(there)
    return names, times
