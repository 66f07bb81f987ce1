"""The measures that a chart can show, and how their numbers are scaled and written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measure:
    """One measure of firms over the months.

    Attributes:
        key: Its name among the page's words.
        column: The column of the firms' table it is made of, or ``churn``.
        times: Factor from the column's unit to the one shown.
        digits: Digits after the point, where a value is written.
        sign: What stands behind a value.
        zero: Whether the scale begins at zero.
        least: Smallest height of the scale, so that chance does not look like a mountain.
    """

    key: str
    column: str
    times: float = 1.0
    digits: int = 0
    sign: str = ""
    zero: bool = False
    least: float = 1.0


MEASURES = {
    measure.key: measure
    for measure in (
        Measure("market_share", "market_share", 100.0, 0, " %", zero=True, least=10.0),
        Measure("retention_12", "retention_12", 100.0, 0, " %", least=10.0),
        Measure("churn", "churn", 100.0, 1, " %", zero=True, least=1.0),
        Measure("satisfaction", "satisfaction", digits=2, least=0.2),
        Measure("nps", "nps", least=10.0),
        Measure("stickiness_money", "stickiness_money", 100.0, 0, " %", zero=True, least=10.0),
        Measure("rating", "rating", digits=2, least=0.2),
        Measure("price", "price", digits=2, least=0.05),
        Measure("profit", "profit", zero=True, least=10.0),
        Measure("customers", "customers", zero=True, least=10.0),
    )
}
"""By key, in the order in which they are offered."""


def lines(series: dict[str, Any], measure: Measure) -> list[list[float | None]]:
    """A line per firm in the unit that is shown; None where there is no value.

    Args:
        series: As :meth:`experiments.app.series.Series.as_json` gives it.
        measure: Which.
    """
    return [
        [_shown(value, measure) for value in line] for line in series["measures"][measure.column]
    ]


def ends(series: dict[str, Any], measure: Measure) -> list[float | None]:
    """The figure of every firm so far, in the unit that is shown; None where there is none."""
    return [_shown(value, measure) for value in series["figures"][measure.column]]


def _shown(value: float | None, measure: Measure) -> float | None:
    return None if value is None else round(measure.times * value, 3)
