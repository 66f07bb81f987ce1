"""From climbs to a table: means with intervals, and where spending stops paying."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.explain.intervals import ratio_interval
from experiments.runs.statistics import Interval, t_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.explain.ladder import Climb

_MEASURED = ("spent", "gained", "marginal", "kept", "money_per_customer_kept")
_ENDS = ("", "_low", "_high")
_TALLIED = ("crossings", "pays_throughout", "never_pays", "replications")
_NAMES = (
    *("firm", "rivals", "lever", "prices", "month", "months", "step", "level"),
    *(f"{name}{end}" for name in _MEASURED for end in _ENDS),
    *("marginal_before", "customers", "clv"),
    *(f"stops_paying{end}" for end in _ENDS),
    *_TALLIED,
    *("verdict", "rising"),
)
_TEXTS = ("firm", "rivals", "lever", "prices", "verdict")
_COUNTS = ("month", "months", "step", *_TALLIED, "rising")

RISE = 0.05
"""A marginal gain still rises if the last months have added more than this part of it."""

VERDICTS = (
    *("pays throughout", "pays, then stops", "pays at first"),
    *("does not pay", "cannot be told", "costs nothing"),
)
"""What can be said of more spending within the horizon, by the intervals of the steps."""


@dataclass(frozen=True)
class Asked:
    """What was asked: the lever, which prices, from which month on, for how many months."""

    lever: str
    prices: str
    month: int
    months: int


def connection_table(
    found: Sequence[tuple[str, str, Sequence[Climb | None]]], asked: Asked
) -> dict[str, NDArray[Any]]:
    """The columns of :attr:`experiments.explain.connection.Connection.table`.

    Args:
        found: Firm, way of rivals, and the climb of every replication; None where the firm had no
            customers.
        asked: What it was asked about.
    """
    rows = [
        asdict(asked) | row
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
    before = np.stack([marginal_gains(climb.spent_before, climb.gained_before) for climb in climbs])
    rows = [
        {
            "firm": firm,
            "rivals": rivals,
            "step": step + 1,
            "level": float(level),
            **_ends("spent", t_interval(spent[:, step])),
            **_ends("gained", t_interval(gained[:, step])),
            **_ends("marginal", t_interval(marginal[:, step])),
            "marginal_before": t_interval(before[:, step]).mean,
            **_ends("kept", t_interval(kept[:, step])),
            **_ends("money_per_customer_kept", ratio_interval(money[:, step], kept[:, step])),
            **same,
        }
        for step, level in enumerate(climbs[0].level)
    ]
    told = {"verdict": verdict_of(rows), "rising": int(any(_rises(row) for row in rows))}
    return [row | told for row in rows]


def verdict_of(steps: Sequence[Mapping[str, Any]]) -> str:
    """One of :data:`VERDICTS`: no more than the intervals of all steps bear.

    Args:
        steps: Rows of one firm and way of rivals, the first step first.
    """
    first = steps[0]
    if not math.isfinite(first["marginal"]):
        return "costs nothing"
    if not math.isfinite(first["marginal_low"]):  # a single replication
        return "cannot be told"
    if first["marginal_high"] < 1.0:
        return "does not pay"
    if first["marginal_low"] <= 1.0:
        return "cannot be told"
    if all(step["marginal_low"] > 1.0 for step in steps):
        return "pays throughout"
    has_ends = math.isfinite(first["stops_paying_low"])
    is_everywhere = first["crossings"] == first["replications"]
    return "pays, then stops" if has_ends and is_everywhere else "pays at first"


def _rises(step: Mapping[str, Any]) -> bool:
    """Whether the last months have added to a marginal gain what counts."""
    now, before = step["marginal"], step["marginal_before"]
    if not math.isfinite(now):
        return False
    return bool(now - (before if math.isfinite(before) else 0.0) > RISE * abs(now))


def _ends(name: str, found: Interval) -> dict[str, float]:
    ends = (found.mean, found.low, found.high)
    return {f"{name}{end}": value for end, value in zip(_ENDS, ends, strict=True)}


def _kind(name: str) -> Any:
    if name in _TEXTS:
        return object
    return np.int64 if name in _COUNTS else np.float64
