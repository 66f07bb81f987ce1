"""Pictures over time: market share, retention, satisfaction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.condensed import churn_line
from experiments.figures.lines import Plotted, over_time
from experiments.figures.subject import Subject
from experiments.pictures.page import Page
from experiments.words import Words
from experiments.words.numbers import written

_ENGLISH = Words("en")


def market_share(subject: Subject) -> Page:
    """Share of customers who have a provider, per firm and month."""
    leaders = subject.leaders()
    ends = [100 * firm.final_share.mean for firm in subject.summary.firms]
    top = max((end for end in ends if np.isfinite(end)), default=0.0)
    firms = len(subject.cube.names)
    if not leaders:
        title = "Market share: no firm has customers at the end"
    elif firms == 1:
        title = f"Market share of {leaders[0]}, the only firm: {top:.0f} % at the end"
    elif len(leaders) == 1:
        title = f"Market share: {leaders[0]} is largest at the end, with {top:.0f} %"
    else:
        title = f"Market share: {len(leaders)} firms are equal and largest at the end, {top:.0f} %"
    months = _ENGLISH.counted(subject.cube.months, "month")
    description = f"{title}, after {months} and among {firms} firm{'' if firms == 1 else 's'}."
    subtitle = f"Share of customers who have a provider{subject.band_words}"
    page = subject.page(title, subtitle, description)
    label, window = "Share of customers (%)", subject.window("market_share")
    drawn = Plotted(100 * subject.cube.share(), label, _plain, _percent, True, ends, window)
    over_time(page, subject, [drawn])
    return page


def retention(subject: Subject) -> Page:
    """12-month retention, and monthly churn as a trailing mean."""
    kept = _plotted(
        subject, "retention_12", "Customers of a year ago still there (%)", _percent, 100
    )
    churn = _plotted(
        subject, "churn", "Customers lost per month (%), mean of 3 months", _percent_fine, 100
    )
    title = "Retention: who still has their customers a year later"
    subtitle = f"Above: 12-month retention · below: churn, smoothed{subject.band_words}"
    page = subject.page(title, subtitle, _highest(subject, kept, "12-month retention", ""))
    over_time(page, subject, [kept, churn])
    return page


def satisfaction_nps(subject: Subject) -> Page:
    """Mean satisfaction, and Net Promoter Score."""
    satisfaction = _plotted(subject, "satisfaction", "Satisfaction (utility units)", _two_digits)
    nps = _plotted(subject, "nps", "Net Promoter Score (points, −100 to 100)", _whole)
    title = "Satisfaction and recommendation"
    subtitle = (
        "Satisfaction: mean of customers, 0 is neutral · "
        f"NPS: promoters minus detractors{subject.band_words}"
    )
    page = subject.page(title, subtitle, _highest(subject, nps, "Net Promoter Score", " points"))
    over_time(page, subject, [satisfaction, nps])
    return page


def _plotted(
    subject: Subject, name: str, label: str, value_text: Callable[[float], str], scale: float = 1
) -> Plotted:
    """A measure over the months, with its figures; churn from zero and smoothed."""
    is_churn = name == "churn"
    values = churn_line(subject.cube) if is_churn else subject.cube.measure(name)
    ends = [scale * getattr(firm, name).mean for firm in subject.summary.firms]
    return Plotted(scale * values, label, _plain, value_text, is_churn, ends, subject.window(name))


def _highest(subject: Subject, measure: Plotted, what: str, unit: str) -> str:
    """A sentence on the firms at both ends of a measure, by their figures."""
    there = [
        (end, name)
        for end, name in zip(measure.ends, subject.cube.names, strict=True)
        if np.isfinite(end)
    ]
    if not there:
        return f"{what}: no firm had customers long enough to have a value."
    if len(there) > 1 and len({round(end, 9) for end, _ in there}) == 1:
        return f"{what}, {measure.window}: {measure.value_text(there[0][0])}{unit} for all firms."
    worst, best = (pick(there, key=lambda one: one[0]) for pick in (min, max))
    if len(there) == 1:
        return f"{what} of {best[1]}, {measure.window}: {measure.value_text(best[0])}{unit}."
    return (
        f"{what}, {measure.window}: highest for {best[1]} ({measure.value_text(best[0])}{unit}), "
        f"lowest for {worst[1]} ({measure.value_text(worst[0])}{unit})."
    )


def _plain(value: float) -> str:
    return written(value, "g")


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _percent_fine(value: float) -> str:
    return f"{value:.1f} %"


def _whole(value: float) -> str:
    return written(value, ".0f")


def _two_digits(value: float) -> str:
    return written(value, ".2f")
