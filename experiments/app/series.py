"""What the charts of a page show: the measures of every firm, month by month, as small numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from experiments.figures.cube import RESERVOIRS

if TYPE_CHECKING:
    import numpy as np

    from sim.market import Market

MEASURES = (
    "customers",
    "market_share",
    "retention",
    "retention_12",
    "satisfaction",
    "nps",
    "rating",
    "price",
    "profit",
    "joins",
    "leaves",
    "stickiness_money",
    *(f"stickiness_{name}" for name in RESERVOIRS),
)
"""Columns of the firms' table that a page gets."""

_MOST_POINTS = 300
"""Points of a line; a longer run leaves months out, but never the last one."""
_DIGITS = 4


class Series:
    """The measures of one run, as far as it has come.

    Attributes:
        title: The scenario's.
        months: Months taken down.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.months: list[int] = []
        self._names: list[str] = []
        self._rows: list[dict[str, list[float | None]]] = []

    def take(self, market: Market) -> None:
        """Take down the month that a market has just come to."""
        # The tables of all months are made of these rows; a page wants the last row only, and
        # making the tables anew every month would take longer than the month.
        row = market.measures._firms[-1]
        listed = row["listed"]
        self._names = [firm.name for firm in market.firms]
        self._rows.append({name: _numbers(row[name], listed) for name in MEASURES})
        self.months.append(market.month)

    def as_json(self) -> dict[str, Any]:
        """Plain values: ``measures[name][firm][point]``, null where there is no value."""
        from experiments.figures.style import firm_styles

        step = -(-len(self.months) // _MOST_POINTS)
        last = len(self.months) - 1
        shown = [place for place in range(len(self.months)) if (last - place) % max(step, 1) == 0]
        styles = firm_styles(self._names)
        firms = range(len(self._names))
        return {
            "title": self.title,
            "firms": [
                {"name": name, "colour": styles[name].colour, "dashes": styles[name].dashes}
                for name in self._names
            ],
            "months": [self.months[place] for place in shown],
            "measures": {
                name: [[_at(self._rows[place][name], firm) for place in shown] for firm in firms]
                for name in MEASURES
            },
        }


def _numbers(values: np.ndarray, listed: np.ndarray) -> list[float | None]:
    """Rounded numbers; None where undefined, and for firms that are not in the market."""
    return [
        round(value, _DIGITS) if there and math.isfinite(value) else None
        for value, there in zip(values.tolist(), listed.tolist(), strict=True)
    ]


def _at(row: list[float | None], firm: int) -> float | None:
    """A firm's value; None before it had entered."""
    return row[firm] if firm < len(row) else None
