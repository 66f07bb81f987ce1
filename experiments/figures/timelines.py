"""Pictures over time: market share, retention, satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.lines import Plotted, over_time
from experiments.figures.page import Page
from experiments.figures.subject import Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMOOTHING = 3
"""Months of the trailing mean of churn: one month's churn of one firm is mostly chance."""


def market_share(subject: Subject) -> Page:
    """Share of customers who have a provider, per firm and month."""
    cube = subject.cube
    share = 100 * cube.share()
    leaders = subject.leaders()
    top = 100 * cube.final_shares().max(initial=0.0)
    if not leaders:
        title = "Market share: no firm has customers at the end"
    elif len(cube.names) == 1:
        title = f"Market share of {leaders[0]}, the only firm: {top:.0f} % at the end"
    elif len(leaders) == 1:
        title = f"Market share: {leaders[0]} is largest at the end, with {top:.0f} %"
    else:
        title = f"Market share: {len(leaders)} firms are equal and largest at the end, {top:.0f} %"
    description = f"{title}, after {cube.months} months and among {len(cube.names)} firms."
    subtitle = f"Share of customers who have a provider{subject.band_words}"
    page = subject.page(title, subtitle, description)
    over_time(page, subject, [Plotted(share, "Share of customers (%)", _plain, _percent, True)])
    return page


def retention(subject: Subject) -> Page:
    """12-month retention, and monthly churn as a trailing mean."""
    cube = subject.cube
    kept = 100 * cube.measure("retention_12")
    churn = _trailing_mean(100 * (1 - cube.measure("retention")), _SMOOTHING)
    title = "Retention: who still has their customers a year later"
    subtitle = f"Churn: mean of the last {_SMOOTHING} months{subject.band_words}"
    page = subject.page(title, subtitle, _highest(subject, kept, "12-month retention", " %"))
    over_time(
        page,
        subject,
        [
            Plotted(kept, "Customers of a year ago still there (%)", _plain, _percent, False),
            Plotted(churn, "Customers lost per month (%)", _plain, _percent_fine, True),
        ],
    )
    return page


def satisfaction_nps(subject: Subject) -> Page:
    """Mean satisfaction, and Net Promoter Score."""
    cube = subject.cube
    satisfaction, nps = cube.measure("satisfaction"), cube.measure("nps")
    title = "Satisfaction and recommendation"
    subtitle = (
        "Satisfaction: mean of customers, 0 is neutral · "
        f"NPS: promoters minus detractors{subject.band_words}"
    )
    page = subject.page(title, subtitle, _highest(subject, nps, "Net Promoter Score", " points"))
    over_time(
        page,
        subject,
        [
            Plotted(satisfaction, "Satisfaction (utility units)", _plain, _two_digits, False),
            Plotted(nps, "Net Promoter Score (points, −100 to 100)", _plain, _whole, False),
        ],
    )
    return page


def _trailing_mean(values: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """Mean of the last months that are defined; NaN in a month that is not."""
    padded = np.pad(values, ((0, 0), (months - 1, 0), (0, 0)), constant_values=np.nan)
    shape = values.shape[1]
    parts = np.stack([padded[:, start : start + shape] for start in range(months)])
    finite = np.isfinite(parts)
    mean = np.where(finite, parts, 0.0).sum(axis=0) / np.maximum(finite.sum(axis=0), 1)
    return np.where(np.isfinite(values), mean, np.nan)


def _highest(subject: Subject, values: NDArray[np.float64], what: str, unit: str) -> str:
    """A sentence on the last month: the firms at both ends of a measure."""
    from experiments.figures.cube import mean_of_finite

    last = mean_of_finite(values[:, -1, :], axis=0)
    there = np.flatnonzero(np.isfinite(last))
    if not there.size:
        return f"{what}: no firm has a value in the last month."
    names = subject.cube.names
    best, worst = there[np.argmax(last[there])], there[np.argmin(last[there])]
    if best == worst:
        return f"{what} of {names[best]} in the last month: {last[best]:.0f}{unit}."
    return (
        f"{what} in month {subject.cube.months}: highest for {names[best]} "
        f"({last[best]:.0f}{unit}), lowest for {names[worst]} ({last[worst]:.0f}{unit})."
    )


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _percent_fine(value: float) -> str:
    return f"{value:.1f} %"


def _whole(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def _two_digits(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
