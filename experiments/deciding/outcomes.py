"""What a market comes to for the firm that decides: yardsticks, and the course of its profits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Yardstick:
    """Something that is wanted, more of it rather than less.

    Attributes:
        measure: The column of ``firms`` that it is made of.
        over: Sum, discounted; mean of all months that count; or the last of them.
        closed: What it is for a firm that has closed; NaN where nothing can be said.
        besides: Column whose last value, discounted, is added; an empty text for none.
    """

    measure: str
    over: Literal["sum", "mean", "end"]
    closed: float = 0.0
    besides: str = ""


YARDSTICKS: Mapping[str, Yardstick] = {
    "contribution": Yardstick("profit", "sum"),
    "value": Yardstick("profit", "sum", besides="customer_equity"),
    "cash": Yardstick("cash", "end", np.nan),
    "customers": Yardstick("customers", "end"),
    "share": Yardstick("market_share", "end"),
    "share-of-customer": Yardstick("share_of_customer", "mean", np.nan),
    "retention": Yardstick("retention", "mean", np.nan),
    "success": Yardstick("success_rate", "mean", np.nan),
    "surplus": Yardstick("surplus", "mean", np.nan),
}
"""By what an outcome may be judged: ``contribution`` ends with the horizon, ``value`` adds what the
customers are worth who are there then. Of a firm that has closed the last four are means of the
months in which it had customers, its cash is the last that it had."""


@dataclass(frozen=True)
class Outcome:
    """One market, for one firm.

    Attributes:
        values: By horizon and yardstick, float64[horizons, yardsticks].
        profits: Of every month that counts, float64[months].
    """

    values: Floats
    profits: Floats


def outcome(
    tables: Mapping[str, Any], firm: str, starts: int, horizons: Sequence[int], discount: float
) -> Outcome:
    """What a market came to.

    Args:
        tables: Of one market.
        firm: Whose outcome.
        starts: First month that counts.
        horizons: Months that count.
        discount: Rate a month by which later profits count less.
    """
    months = max(horizons)
    wanted = {one.measure for one in YARDSTICKS.values()} | {
        one.besides for one in YARDSTICKS.values() if one.besides
    }
    columns = {name: course(tables, firm, name, starts, months) for name in wanted}
    there = np.isfinite(course(tables, firm, "customers", starts, months))
    values = np.full((len(horizons), len(YARDSTICKS)), np.nan)
    for row, horizon in enumerate(horizons):
        for place, one in enumerate(YARDSTICKS.values()):
            values[row, place] = _judged(columns[one.measure][:horizon], one, discount)
            if one.besides and there[horizon - 1]:
                left = float(columns[one.besides][horizon - 1])
                values[row, place] += left * (1.0 + discount) ** -(horizon - 1)
    return Outcome(values, np.nan_to_num(columns["profit"]))


def course(tables: Mapping[str, Any], firm: str, measure: str, starts: int, months: int) -> Floats:
    """A measure of a firm month by month, float64[months]; NaN where it is not there."""
    table = tables["firms"]
    own = np.asarray(table["firm"]) == firm
    at = np.asarray(table["month"])[own] - starts
    found = np.full(months, np.nan)
    inside = (at >= 0) & (at < months)
    found[at[inside]] = np.asarray(table[measure], np.float64)[own][inside]
    return found


def _judged(values: Floats, yardstick: Yardstick, discount: float) -> float:
    known = values[np.isfinite(values)]
    if yardstick.over == "sum":
        return float(np.nan_to_num(values) @ (1.0 + discount) ** -np.arange(len(values)))
    if yardstick.over == "mean":
        return float(known.mean()) if known.size else np.nan
    if np.isfinite(values[-1]):
        return float(values[-1])
    return float(known[-1]) if np.isnan(yardstick.closed) and known.size else yardstick.closed
