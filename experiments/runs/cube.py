"""Tables as arrays, and one figure of a run for each measure, the same wherever it is shown.

Data frame operations cost more than all the arithmetic of a summary, so each measure of the firms'
table is brought once into an array with the axes replication, month, firm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from tsunagari.sim.measures import MEASURES
from tsunagari.sim.measuring import Condensing

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from tsunagari.experiments.words import Words

    type Floats = NDArray[np.float64]

YEAR = 12
"""Months that a figure of the last year is the mean of."""
_SMOOTHED = 3
"""Months of the trailing mean of churn: one month's churn of one firm is mostly chance."""
_RATES = {"churn": "leaves", "joining": "joins"}


class Months(Protocol):
    """What has measures of firms over the months, float64[replication, month, firm]."""

    def measure(self, name: str) -> Floats:
        """A column of the firms' table; NaN where undefined."""

    def share(self) -> Floats:
        """Market share, in which a firm that closed in some replication only counts as 0 there."""


def figures(found: Months, name: str) -> Floats:
    """The figure of a measure in every replication, [replication, firm]; NaN where undefined.

    Args:
        found: The months of all replications.
        name: A column of ``firms``, ``churn`` or ``joining``.

    Raises:
        KeyError: There is no such measure.
    """
    rule = MEASURES[name].figure
    if name in _RATES:
        return rates(found, name)
    values = found.share() if name == "market_share" else found.measure(name)
    if rule is Condensing.RATE:
        return 1.0 - rates(found, "churn")
    if rule is Condensing.LAST:
        return values[:, -1]
    if rule is Condensing.YEAR:
        return mean_of_finite(values[:, -YEAR:], axis=1)
    monthly = values[:, 1:]
    defined = np.isfinite(monthly).any(axis=1)
    return np.where(defined, np.nan_to_num(monthly).sum(axis=1), np.nan)


def rates(found: Months, name: str, *, elsewhere: bool = False) -> Floats:
    """Leavers or joiners of a month per customer of the month before, over the whole run.

    Args:
        found: The months of all replications.
        name: ``churn`` or ``joining``.
        elsewhere: Of all other firms together instead.
    """
    events = np.nan_to_num(found.measure(_RATES[name])[:, 1:]).sum(axis=1)
    exposed = np.nan_to_num(found.measure("customers"))[:, :-1].sum(axis=1)
    if elsewhere:
        events, exposed = (v.sum(axis=1, keepdims=True) - v for v in (events, exposed))
    return np.where(exposed > 0, events / np.where(exposed > 0, exposed, 1.0), np.nan)


def churn_line(found: Months) -> Floats:
    """Part of the customers of a month before lost, [replication, month, firm], smoothed.

    A trailing mean of three months, of those that are defined; NaN in a month that is not.
    """
    values = 1.0 - found.measure("retention")
    padded = np.pad(values, ((0, 0), (_SMOOTHED - 1, 0), (0, 0)), constant_values=np.nan)
    months = values.shape[1]
    parts = np.stack([padded[:, start : start + months] for start in range(_SMOOTHED)])
    return np.where(np.isfinite(values), mean_of_finite(parts, axis=0), np.nan)


def window(name: str, months: int, words: Words) -> str:
    """What the figure of a measure is of, in words: the last month, the mean of a year, or such.

    Args:
        name: The measure.
        months: The last month of the run.
        words: The reader's language.
    """
    rule = MEASURES[name].figure
    if rule is Condensing.YEAR and months < YEAR:
        return words("answer.figure_short" if months else "answer.figure_last", month=months)
    return words(f"answer.figure_{rule}", month=months)


def windows(months: int, words: Words) -> str:
    """A sentence on what the numbers of a table of figures are of; shares say it themselves."""
    names = {"rate": "churn", "sum": "profit", "year": "nps"}
    told = {key: window(name, months, words) for key, name in names.items()}
    return words("answer.windows", **told)


def mean_of_finite(values: Floats, axis: int) -> Floats:
    """Mean along an axis that leaves out NaN; NaN, without a warning, where nothing is left."""
    finite = np.isfinite(values)
    count = finite.sum(axis=axis)
    total = np.where(finite, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


# -- tables as arrays, for pictures and words --

RESERVOIRS = ("location", "switching", "obligation", "success")


class Tables(Protocol):
    """What is needed of a run's results: the tables and what the scenario calls itself."""

    @property
    def firms(self) -> pd.DataFrame:
        """One row per replication, month, firm."""

    @property
    def market(self) -> pd.DataFrame:
        """One row per replication, month."""

    @property
    def segments(self) -> pd.DataFrame:
        """One row per replication, month, segment."""

    @property
    def cohorts(self) -> pd.DataFrame:
        """One row per replication, firm, joined, tenure."""

    @property
    def flows(self) -> pd.DataFrame:
        """One row per replication, month, source, destination, decided_by."""

    @property
    def title(self) -> str:
        """The scenario's title."""

    @property
    def story(self) -> str:
        """The scenario's story."""


class Cube:
    """Measures of firms as arrays of shape [replications, months + 1, firms].

    Undefined is NaN: before a firm's entry, after its closing, and where a measure has no meaning
    (the retention of a firm without customers).

    Attributes:
        names: Firms in the order in which they first appear in the table, that of the scenario.
        disciplines: One per firm.
        entered: Month of entry per firm, 0 for those there from the start.
        replications: Number of replications.
        months: The last month T; month 0 is the start.
    """

    def __init__(self, tables: Tables) -> None:
        """Read the axes; measures follow when asked for."""
        import pandas as pd

        firms, market = tables.firms, tables.market
        self.tables = tables
        self._measures: dict[str, Floats] = {}
        codes, names = pd.factorize(firms["firm"])
        self.names = tuple(str(name) for name in names)
        months = firms["month"].to_numpy(dtype=np.int64)
        runs = firms["replication"].to_numpy(dtype=np.int64)
        all_months = market["month"].to_numpy(dtype=np.int64)
        all_runs = market["replication"].to_numpy(dtype=np.int64)
        self.months = int(max(months.max(initial=0), all_months.max(initial=0)))
        self.replications = 1 + int(max(runs.max(initial=0), all_runs.max(initial=0)))
        self._shape = (self.replications, self.months + 1, len(self.names))
        self._place = (runs * self._shape[1] + months) * self._shape[2] + codes
        first_rows = np.unique(codes, return_index=True)[1]
        self.disciplines = tuple(str(d) for d in firms["discipline"].iloc[first_rows])
        self._has_row = np.zeros(self._shape, dtype=bool)
        self._has_row.reshape(-1)[self._place] = True
        self.entered = self._months_of_entry(first_rows)
        self._has_row &= np.arange(self.months + 1)[:, None] >= self.entered

    def measure(self, name: str) -> Floats:
        """One column of the firms' table, [replication, month, firm].

        Raises:
            KeyError: The table has no such column.
        """
        if name not in self._measures:
            values = np.full(self._shape, np.nan)
            column = self.tables.firms[name].to_numpy(dtype=np.float64, na_value=np.nan)
            values.reshape(-1)[self._place] = column
            values[~self._has_row] = np.nan
            self._measures[name] = values
        return self._measures[name]

    def closed(self) -> Floats:
        """Month in which a firm closed, [replication, firm]; NaN where it did not.

        A firm has closed when the flows say so or when its rows end before the run does.
        """
        if "closed" not in self._measures:
            last = self.months - np.argmax(self._has_row[:, ::-1], axis=1)
            gone = self._has_row.any(axis=1) & (last < self.months)
            closed = np.where(gone, last + 1.0, np.nan)
            flows = self.tables.flows
            by_closure = (flows["decided_by"] == "closure").to_numpy(dtype=bool)
            if by_closure.any():
                firm = self.codes(flows["source"].to_numpy(dtype=object)[by_closure])
                run = flows["replication"].to_numpy(dtype=np.int64)[by_closure]
                month = flows["month"].to_numpy(dtype=np.float64)[by_closure]
                np.fmin.at(closed, (run, firm), month)
            self._measures["closed"] = closed
        return self._measures["closed"]

    def share(self) -> Floats:
        """Share of customers who have a provider, [replication, month, firm].

        A firm that has closed in one replication and lives in another counts as 0 there: its mean
        over the survivors alone would flatter it. Where it lives nowhere it is NaN.
        """
        if "share" not in self._measures:
            share = self.measure("market_share").copy()
            month = np.arange(self.months + 1)[None, :, None]
            gone = month >= np.where(np.isnan(self.closed()), np.inf, self.closed())[:, None, :]
            share[gone] = 0.0
            share[np.broadcast_to(gone.all(axis=0), share.shape)] = np.nan
            self._measures["share"] = share
        return self._measures["share"]

    def final_shares(self) -> Floats:
        """Mean share of customers in the last month, [firm]; 0 for a firm without customers."""
        return np.nan_to_num(mean_of_finite(self.share()[:, -1, :], axis=0))

    def largest(self, count: int) -> list[int]:
        """The firms with the largest final share, at most ``count``, in the scenario's order."""
        by_size = np.argsort(-self.final_shares(), kind="stable")
        return sorted(int(firm) for firm in by_size[:count])

    def codes(self, names: NDArray[np.object_]) -> NDArray[np.int64]:
        """Positions of firms by name; nobody (the empty string) comes after the last firm."""
        import pandas as pd

        place = {name: code for code, name in enumerate((*self.names, ""))}
        codes, unique = pd.factorize(names)
        return np.array([place[name] for name in unique], dtype=np.int64)[codes]

    def _months_of_entry(self, first_rows: NDArray[np.int64]) -> NDArray[np.int64]:
        if "entered" in self.tables.firms.columns:
            column = self.tables.firms["entered"].iloc[first_rows]
            return column.to_numpy(dtype=np.float64, na_value=0.0).astype(np.int64)
        return np.argmax(self._has_row.any(axis=0), axis=0).astype(np.int64)


def quantiles(values: Floats, *parts: float) -> list[Floats]:
    """Quantiles over the first axis that leave out NaN; NaN where nothing is left.

    Numpy's own goes through each row in Python when there are NaN. Linear interpolation, as there.
    """
    ordered = np.sort(values, axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    found = []
    for part in parts:
        place = part * np.maximum(count - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        low = np.take_along_axis(ordered, below[None], axis=0)[0]
        high = np.take_along_axis(ordered, above[None], axis=0)[0]
        found.append(np.where(place > below, low + (place - below) * (high - low), low))
    return found
