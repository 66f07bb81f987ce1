"""How long customers stay: a life table from cohorts, with late entry and censoring."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from experiments.runs.cube import quantiles
from experiments.runs.summary import Measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.runs.cube import Cube

    type Floats = NDArray[np.float64]


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
