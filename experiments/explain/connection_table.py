"""From climbs to a table: means with intervals, and where spending stops paying."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.explain.intervals import ratio_interval
from experiments.statistics import Interval, t_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.explain.ladder import Climb

_MEASURED = ("spent", "gained", "marginal", "kept", "money_per_customer_kept")
_ENDS = ("", "_low", "_high")
_NAMES = (
    *("firm", "rivals", "step", "level"),
    *(f"{name}{end}" for name in _MEASURED for end in _ENDS),
    *("customers", "clv"),
    *(f"stops_paying{end}" for end in _ENDS),
    *("crossings", "pays_throughout", "never_pays", "replications"),
)
_TEXTS = ("firm", "rivals")
_COUNTS = ("step", "crossings", "pays_throughout", "never_pays", "replications")


def connection_table(
    found: Sequence[tuple[str, str, Sequence[Climb | None]]],
) -> dict[str, NDArray[Any]]:
    """The columns of :attr:`experiments.explain.connection.Connection.table`.

    Args:
        found: Firm, way of rivals, and the climb of every replication; None where the firm had no
            customers.
    """
    rows = [
        row
        for firm, rivals, climbs in found
        for row in _rows(firm, rivals, [climb for climb in climbs if climb is not None])
    ]
    return {name: np.array([row[name] for row in rows], _kind(name)) for name in _NAMES}


def marginal_gains(spent: NDArray[np.float64], gained: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gain per unit of money between neighbouring steps, the firm's own level being step 0.

    NaN where a step costs no more than the one before.
    """
    cost, more = np.diff(spent, prepend=0.0), np.diff(gained, prepend=0.0)
    return np.divide(more, cost, out=np.full(len(cost), np.nan), where=cost > 0)


def stops_paying(spent: NDArray[np.float64], gained: NDArray[np.float64]) -> float:
    """Spending at which the marginal gain falls through 1 for the first time.

    A step's marginal gain is taken to be that at its middle, straight lines in between. It is 0 if
    already the first step brings less than it costs, infinite if every step pays, and NaN where no
    step costs anything.
    """
    gain = marginal_gains(spent, gained)
    middle = spent - np.diff(spent, prepend=0.0) / 2
    there = np.isfinite(gain)
    gain, middle = gain[there], middle[there]
    if not len(gain):
        return math.nan
    below = np.flatnonzero(gain < 1.0)
    if not len(below):
        return math.inf
    step = int(below[0])
    if step == 0:
        return 0.0
    part = (gain[step - 1] - 1.0) / (gain[step - 1] - gain[step])
    return float(middle[step - 1] + part * (middle[step] - middle[step - 1]))


def _rows(firm: str, rivals: str, climbs: Sequence[Climb]) -> list[dict[str, Any]]:
    """One row per step."""
    customers = np.array([climb.customers for climb in climbs], dtype=np.float64)[:, None]
    spent = np.stack([climb.spent for climb in climbs]) / customers
    gained = np.stack([climb.gained for climb in climbs]) / customers
    marginal = np.stack([marginal_gains(s, g) for s, g in zip(spent, gained, strict=True)])
    kept = np.stack([climb.kept for climb in climbs])
    money = np.stack([climb.spent_in_year for climb in climbs])
    limits = np.array([stops_paying(s, g) for s, g in zip(spent, gained, strict=True)])
    crossings = limits[np.isfinite(limits) & (limits > 0.0)]
    limit = t_interval(crossings)
    same = {
        "customers": float(customers.mean()),
        "clv": t_interval([climb.clv for climb in climbs]).mean,
        "stops_paying": limit.mean,
        "stops_paying_low": np.maximum(limit.low, 0.0),  # nobody spends less than nothing
        "stops_paying_high": limit.high,
        "crossings": len(crossings),
        "pays_throughout": int(np.isposinf(limits).sum()),
        "never_pays": int((limits == 0.0).sum()),
        "replications": len(climbs),
    }
    return [
        {
            "firm": firm,
            "rivals": rivals,
            "step": step + 1,
            "level": float(level),
            **_ends("spent", t_interval(spent[:, step])),
            **_ends("gained", t_interval(gained[:, step])),
            **_ends("marginal", t_interval(marginal[:, step])),
            **_ends("kept", t_interval(kept[:, step])),
            **_ends("money_per_customer_kept", ratio_interval(money[:, step], kept[:, step])),
            **same,
        }
        for step, level in enumerate(climbs[0].level)
    ]


def _ends(name: str, found: Interval) -> dict[str, float]:
    ends = (found.mean, found.low, found.high)
    return {f"{name}{end}": value for end, value in zip(_ENDS, ends, strict=True)}


def _kind(name: str) -> Any:
    if name in _TEXTS:
        return object
    return np.int64 if name in _COUNTS else np.float64
