"""What the charts of a page show: the measures of every firm, month by month, as small numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.runs.cube import RESERVOIRS, churn_line, figures
from tsunagari.sim.measures import FIRM_MEASURES, MEASURES
from tsunagari.sim.measuring import Measure
from tsunagari.sim.scale import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.sim.market import Market

DRAWN = {name: measure for name, measure in MEASURES.items() if measure.line is not None}
"""The measures that a chart can show, in the order in which they are offered."""
_COLUMNS = (
    *(name for name in DRAWN if name in FIRM_MEASURES),
    "retention",
    "joins",
    "leaves",
    *(f"stickiness_{name}" for name in RESERVOIRS),
)
"""Columns of the firms' table that a page gets."""

_MOST_POINTS = 300
"""Points of a line; a longer run leaves months out, but never the last one."""
_DIGITS = 5


class Series:
    """The measures of one run, as far as it has come.

    Attributes:
        title: The scenario's.
        months: Months taken down.
        currency: In which money is; None where it is in unit costs.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.months: list[int] = []
        self.currency: str | None = None
        self._names: list[str] = []
        self._rows: list[NDArray[np.float64]] = []  # [measure, firm] of every month

    def take(self, market: Market) -> None:
        """Take down the month that a market has just come to."""
        # The tables of all months are made of these rows; a page wants the last row only, and
        # making the tables anew every month would take longer than the month.
        self._names = [firm.name for firm in market.firms]
        scale = Scale.of(market.plan, market.population.people)
        factors = np.array([scale.factor_of(name) for name in _COLUMNS])
        self.currency = market.plan.money.currency
        self._rows.append(market.measures.latest(_COLUMNS) * factors[:, None])
        self.months.append(market.month)

    def copied(self) -> Series:
        """The same once more, to go on by itself."""
        other = copy.copy(self)
        other.months, other._rows = list(self.months), list(self._rows)
        return other

    def price(self) -> float:
        """What a unit costs now, on average over customers, in the currency."""
        row = np.nan_to_num(self._rows[-1])
        customers = row[_COLUMNS.index("customers")]
        total = float(customers.sum())
        return float(customers @ row[_COLUMNS.index("price")]) / total if total else 1.0

    def measure(self, name: str) -> NDArray[np.float64]:
        """A measure, [1, month, firm]; NaN where undefined and for firms not in the market."""
        place = _COLUMNS.index(name)
        values = np.full((1, len(self._rows), len(self._names)), np.nan)
        for month, row in enumerate(self._rows):
            values[0, month, : row.shape[1]] = row[place]
        return values

    def share(self) -> NDArray[np.float64]:
        """Market share, [1, month, firm]."""
        return self.measure("market_share")

    def as_json(self) -> dict[str, Any]:
        """Plain values: ``measures[name][firm][point]``, null where there is no value.

        ``figures[name][firm]`` are the figures of the run so far, as every other place has them.
        """
        from tsunagari.experiments.pictures.chart import firm_styles

        step = max(1, -(-len(self.months) // _MOST_POINTS))
        last = len(self.months) - 1
        shown = [place for place in range(len(self.months)) if (last - place) % step == 0]
        styles = firm_styles(self._names)
        lines = {name: self.measure(name)[0] for name in _COLUMNS} if self._rows else {}
        if lines:
            lines["churn"] = churn_line(self)[0]
        return {
            "title": self.title,
            "currency": self.currency,
            "firms": [
                {"name": name, "colour": styles[name].colour, "dashes": styles[name].dashes}
                for name in self._names
            ],
            "months": [self.months[place] for place in shown],
            "measures": {name: _listed(line[shown].T) for name, line in lines.items()},
            "figures": {name: _listed(figures(self, name))[0] for name in lines},
        }


def lines(series: Mapping[str, Any], measure: Measure) -> list[list[float | None]]:
    """A line per firm in the unit that is shown; None where there is no value.

    Args:
        series: As :meth:`Series.as_json` gives it.
        measure: Which.
    """
    return [[_shown(value, measure) for value in line] for line in series["measures"][measure.name]]


def ends(series: Mapping[str, Any], measure: Measure) -> list[float | None]:
    """The figure of every firm so far, in the unit that is shown; None where there is none."""
    return [_shown(value, measure) for value in series["figures"][measure.name]]


def _shown(value: float | None, measure: Measure) -> float | None:
    return None if value is None else round(measure.unit.scale * value, 3)


def _listed(values: NDArray[np.float64]) -> list[list[float | None]]:
    """Rounded numbers; None where undefined."""
    rounded = np.round(values, _DIGITS).astype(object)
    rounded[~np.isfinite(values)] = None
    listed: list[list[float | None]] = rounded.tolist()
    return listed
