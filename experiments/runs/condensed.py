"""One figure of a run for each measure, the same wherever it is shown, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from sim.measures import MEASURES, Condensing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.words import Words

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
