"""What came out of a run, firm by firm, in numbers; and how long customers stay.

Every number is kept once per replication, so that a sentence can say in how many of them it holds.
Customers' staying is a life table from cohorts, with late entry and censoring.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.runs.cube import (
    RESERVOIRS,
    YEAR,
    Cube,
    Tables,
    figures,
    quantiles,
    rates,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.cube import Cube

    type Floats = NDArray[np.float64]

_ARITHMETIC = 5e-13
"""Means that differ by less are level: the rest is arithmetic."""


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


@dataclass(frozen=True)
class Extreme:
    """The firm at one end of a measure.

    Attributes:
        name: Its name.
        value: Its measure, once per replication.
        times: In how many replications it is at that end.
        level: Other firms that are level with it.
        are_all: Whether these are all firms that have a value, and there are several.
    """

    name: str
    value: Measured
    times: int
    level: tuple[str, ...] = ()
    are_all: bool = False


def extreme(
    values: Mapping[str, Measured], *, most: bool, level: float = _ARITHMETIC
) -> Extreme | None:
    """The firm with the largest or the smallest mean, the first of several that are level.

    Args:
        values: The measure by firm.
        most: Whether the largest is meant.
        level: Means that differ by no more are level.

    Returns:
        None if none is defined.
    """
    sign = 1.0 if most else -1.0
    means = {name: sign * v.mean for name, v in values.items() if math.isfinite(v.mean)}
    if not means:
        return None
    name, *others = (one for one, mean in means.items() if mean >= max(means.values()) - level)
    times = 0
    for run, value in enumerate(values[name].values):
        there = [sign * values[one].values[run] for one in means]
        there = [one for one in there if math.isfinite(one)]
        times += math.isfinite(value) and sign * value >= max(there)
    return Extreme(name, values[name], times, tuple(others), 1 < len(means) == len(others) + 1)


@dataclass(frozen=True, eq=False)
class LifeTable:
    """People at risk and leavers by month on a clock, in discrete time.

    Survival is the product of the parts that stay (Kaplan & Meier 1958), so it never rises. It is
    not defined from the first month on in which nobody is at risk, unless all have left by then.

    Attributes:
        at_risk: Who was there the month before and is followed to this one, float64[replication,
            firm, month]; none in month 0.
        left: Those of them who left in it.
    """

    at_risk: Floats
    left: Floats

    @cached_property
    def curves(self) -> Floats:
        """Survival in every replication, [replication, firm, month]; NaN where undefined."""
        return _survival(self.at_risk, self.left)

    @cached_property
    def pooled(self) -> Floats:
        """Survival of all replications' people together, [firm, month]; NaN where undefined."""
        return _survival(self.at_risk.sum(axis=0), self.left.sum(axis=0))

    @property
    def followed(self) -> Floats:
        """People whom survival rests on, of all replications, [firm, month]."""
        counts = self.at_risk.sum(axis=0)
        return (
            np.concatenate([counts[:, 1:2], counts[:, 1:]], axis=1) if len(counts.T) > 1 else counts
        )

    def band(self, *parts: float) -> list[Floats]:
        """Quantiles over replications, [firm, month], as far as every one that began has a curve.

        Beyond that they would be of other replications than before, and could rise.
        """
        begun, there = np.isfinite(self.curves[..., :1]), np.isfinite(self.curves)
        all_there = (there | ~begun).all(axis=0)
        return [np.where(all_there, q, np.nan) for q in quantiles(self.curves, *parts)]

    def measured(self, firm: int, month: int) -> Measured:
        """Survival of a firm's customers to a month; its figure is that of all people together."""
        if month >= self.pooled.shape[-1]:
            return Measured((np.nan,) * len(self.curves))
        each = tuple(float(value) for value in self.curves[:, firm, month])
        return Measured(each, pooled=float(self.pooled[firm, month]))


def by_tenure(cube: Cube) -> LifeTable:
    """All customers by their true tenure: founders enter at the tenure they had at the start."""
    return _life_table(cube, founders=False)


def of_founders(cube: Cube) -> LifeTable:
    """Those who were customers at the start, by month of the run."""
    return _life_table(cube, founders=True)


def _life_table(cube: Cube, *, founders: bool) -> LifeTable:
    table, last = cube.tables.cohorts, cube.months
    joined = table["joined"].to_numpy(dtype=np.int64)
    tenure = table["tenure"].to_numpy(dtype=np.int64)
    month = joined + tenure
    clock = month if founders else tenure
    shape = (cube.replications, len(cube.names), last + 2)
    run = table["replication"].to_numpy(dtype=np.int64)
    firm = cube.codes(table["firm"].to_numpy(dtype=object))
    there = table["survivors"].to_numpy(dtype=np.float64, na_value=0.0)
    place = (run * shape[1] + firm) * shape[2] + clock
    meant = joined <= 0 if founders else np.ones(len(joined), bool)

    def counted(rows: NDArray[np.bool_], later: int) -> Floats:
        rows = rows & meant & (clock + later <= last)
        counts = np.bincount(place[rows] + later, there[rows], int(np.prod(shape)))
        return counts.reshape(shape)[..., : last + 1]

    at_risk = counted(month < last, 1)
    return LifeTable(at_risk, at_risk - counted(month > np.maximum(joined, 0), 0))


def _survival(at_risk: Floats, left: Floats) -> Floats:
    stays = np.where(at_risk > 0, 1.0 - left / np.where(at_risk > 0, at_risk, 1.0), np.nan)
    first = np.isfinite(stays[..., 1]) if stays.shape[-1] > 1 else np.zeros(stays.shape[:-1], bool)
    stays[..., 0] = np.where(first, 1.0, np.nan)
    curve = np.cumprod(stays, axis=-1)
    curve[np.cumsum(curve == 0.0, axis=-1) > 0] = 0.0  # of nobody, nobody comes back
    return curve
