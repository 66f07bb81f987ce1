"""What came out of a run, in a few sentences.

Everything said here is counted from the tables; nothing knows beforehand which firm or which
discipline does well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from experiments.summary import FirmSummary, Measured, Summary

_LEVEL = 0.0005
"""Shares that differ by less, half of the last digit shown, are called equal."""
_LITTLE = 0.05
"""Stickiness below this part of the bill is not what holds customers."""
_SOURCES = {
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "their own success",
}


def in_words(found: Summary) -> str:
    """Two to four sentences: who leads and how, who keeps customers and by what, what changed."""
    if not found.firms:
        return "No firm took part in this run. There is no share and no retention to speak of."
    sentences = [_leading(found), _keeping(found), _shift(found)]
    moves = comings_and_goings(found)
    if moves:
        sentences.append("; ".join(move.rstrip(".") for move in moves[:3]) + ".")
    elif found.replications == 1:
        sentences.append("This is one run: replications would tell how much of it is chance.")
    return " ".join(sentences)


def _leading(found: Summary) -> str:
    """Who is largest in the end, and whether by winning or by keeping customers."""
    names, times = _top(found, lambda firm: firm.final_share, most=True)
    firms = [firm for firm in found.firms if firm.name in names]
    if not firms or firms[0].final_share.mean <= 0:
        return "At the end no firm has a customer."
    first, share = firms[0], _with_band(firms[0].final_share, found)
    if len(found.firms) == 1:
        return f"{first.name} is the only firm and ends with {share} of those who have a provider."
    if len(firms) > 1:
        return f"{_joined(names)} end level with the largest share of customers, {share} each."
    start = first.start_share.mean
    before = f", after {percent(start)} at the start" if math.isfinite(start) else ""
    return (
        f"{first.name} ends with the largest share of customers, {share}{before}"
        f"{_hedge(times, found)}{_how(first, found)}."
    )


def _how(firm: FirmSummary, found: Summary) -> str:
    """Whether the leader won more or lost fewer than the others, for its size."""
    rates = (firm.joining, firm.joining_elsewhere, firm.churn, firm.churn_elsewhere)
    if not all(math.isfinite(rate.mean) for rate in rates):
        return ""
    won, won_elsewhere, lost, lost_elsewhere = (round(100 * rate.mean, 2) for rate in rates)
    ahead = _top(found, lambda one: one.start_share, most=True)[0] == [firm.name]
    way = "it stayed ahead by" if ahead else "it got there by"
    if won > won_elsewhere and lost < lost_elsewhere:
        how = f"{way} winning more customers for its size and losing fewer"
    elif won > won_elsewhere:
        how = f"{way} winning customers, not by keeping them better"
    elif lost < lost_elsewhere:
        how = f"{way} keeping customers, not by winning more"
    else:
        how = "it neither won more nor lost fewer for its size"
    return (
        f": {how} (won {won:.2f} % of its size a month, the others {won_elsewhere:.2f} %; "
        f"lost {lost:.2f} %, the others {lost_elsewhere:.2f} %)"
    )


def _keeping(found: Summary) -> str:
    """Who keeps customers best, and what holds them there."""
    names, times = _top(found, lambda firm: firm.retention_12, most=True)
    yearly = bool(names)
    if not yearly:
        names, times = _top(found, lambda firm: firm.churn, most=False)
    if not names:
        return "No firm had customers long enough to tell who keeps them."
    best = next(firm for firm in found.firms if firm.name == names[0])
    value = _with_band(best.retention_12 if yearly else best.churn, found)
    figure = f"{value} are still there after a year" if yearly else f"{value} leave a month"
    if len(found.firms) == 1:
        keeps = f"Of its customers {figure}"
    elif len(names) > 1:
        keeps = f"{_joined(names)} are level in keeping customers best: of {best.name}'s {figure}"
    else:
        keeps = f"{best.name} keeps its customers best: {figure}{_hedge(times, found)}"
    return f"{keeps}; {_holding(best)}."


def _holding(firm: FirmSummary) -> str:
    worth, sources = firm.stickiness_money.mean, firm.reservoirs.largest()
    if not math.isfinite(worth):
        return "what holds them was not measured in its last year"
    most = _joined([_SOURCES[name] for name in sources])
    if worth < 0:
        return (
            f"stickiness does not hold them, it is negative ({percent(worth)} of the bill): "
            "those who stay do not look around"
        )
    if worth < _LITTLE or not sources:
        largest = f", most of it {most}" if sources else ""
        return (
            f"little of that is stickiness ({percent(worth)} of the bill{largest}): "
            "most stay by inattention, because they do not look around"
        )
    size, total = getattr(firm.reservoirs, sources[0]).mean, firm.reservoirs.total
    each = " each" if len(sources) > 1 else ""
    if size > total:  # something else speaks against the firm
        return (
            f"what holds them most is {most} ({size:.2f}{each} units of stickiness, of which other "
            f"things leave {total:.2f}, worth {percent(worth)} of the bill)"
        )
    return (
        f"what holds them most is {most} ({size:.2f}{each} of {total:.2f} units "
        f"of stickiness, together worth {percent(worth)} of the bill)"
    )


def _shift(found: Summary) -> str:
    """How the reservoirs of all customers changed from the first year to the last."""
    first, last = found.first_year, found.last_year
    if first is None or last is None:
        return f"A run of {_counted(found.months, 'month')} is too short to compare two years."
    if not (math.isfinite(first.total) and math.isfinite(last.total)):
        return "Stickiness cannot be compared between the first year and the last."
    size = f"stickiness went from {first.total:.2f} to {last.total:.2f} units"
    before, after = first.largest(), last.largest()
    if not before or not after:
        return f"Over all firms {size} between the first year and the last."
    old, new = (_joined([_SOURCES[name] for name in names]) for names in (before, after))
    if before == after:
        return f"Over all firms {size}, and {new} held most in the first year as in the last."
    mark, gone = after[0], before[0]
    times = sum(
        a - b > 0
        for a, b in zip(getattr(last, mark).values, getattr(last, gone).values, strict=True)
    )
    return (
        f"Over all firms {size}: in the first year {old} held most, in the last {new}"
        f"{_hedge(times, found)}."
    )


def comings_and_goings(found: Summary) -> list[str]:
    """A sentence for each firm that came later or closed."""
    sentences = []
    for firm in found.firms:
        months = [month for month in firm.closed.values if math.isfinite(month)]
        parts = [f"entered in month {firm.entered}"] if firm.entered > 0 else []
        if months:
            when = f"in month {min(months):.0f}"
            if min(months) < max(months):
                when = f"between months {min(months):.0f} and {max(months):.0f}"
            parts.append(f"closed {when}{_hedge(len(months), found)}")
        if parts:
            sentences.append(f"{firm.name} {' and '.join(parts)}.")
    return sentences


def _top(
    found: Summary, measure: Callable[[FirmSummary], Measured], *, most: bool
) -> tuple[list[str], int]:
    """The firms at one end of a measure, several when level, and in how many replications.

    The replications counted are those in which the first of them is at that end too.
    """
    sign = 1.0 if most else -1.0
    means = {firm.name: sign * measure(firm).mean for firm in found.firms}
    finite = [value for value in means.values() if math.isfinite(value)]
    if not finite:
        return [], 0
    names = [name for name, value in means.items() if value >= max(finite) - _LEVEL]
    times = 0
    for run in range(found.replications):
        values = {firm.name: sign * measure(firm).values[run] for firm in found.firms}
        there = [value for value in values.values() if math.isfinite(value)]
        times += bool(there) and values[names[0]] >= max(there)
    return names, times


def _hedge(times: int, found: Summary) -> str:
    return f" (in {times} of {found.replications} replications)" if found.replications > 1 else ""


def _with_band(value: Measured, found: Summary) -> str:
    if found.replications == 1:
        return percent(value.mean)
    low, high = 100 * value.quantile(0.1), 100 * value.quantile(0.9)
    return f"{percent(value.mean)} (10–90 %: {low:.1f} to {high:.1f})"


def _joined(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def percent(value: float) -> str:
    """A part of one as a percentage with one decimal."""
    return f"{100 * value:.1f} %"
