"""Who wins: the share of customers over the months."""

from __future__ import annotations

import math

from experiments.report.evidence import Evidence, line_table
from experiments.report.extremes import extreme
from experiments.report.figure import Figure
from experiments.summary import Measured
from experiments.wording import hedge
from experiments.words.numbers import written


def share_figure(evidence: Evidence) -> Figure:
    """Market share of every firm."""
    words, cube = evidence.words, evidence.cube
    up = words("evidence.share_axis")
    ends = [100 * firm.final_share.mean for firm in evidence.summary.firms]
    chart = evidence.chart(100 * cube.share(), ends, up, suffix=words("common.percent_sign"))
    title, finding = words("evidence.share_title"), share_finding(evidence)
    return Figure(
        identity=f"{evidence.prefix}share",
        title=title,
        finding=finding,
        drawing=chart.drawn(words("common.colon", head=title, text=finding)),
        how=evidence.how("evidence.share_how", "market_share"),
        firms=evidence.firms,
        numbers=line_table(
            chart, up, words, words("evidence.month"), evidence.window("market_share")
        ),
        events=evidence.events,
    )


def share_finding(evidence: Evidence) -> str:
    """Who gained most and who lost most from the start, or the entry, to the end."""
    words, found = evidence.words, evidence.summary
    change = {
        firm.name: Measured(
            tuple(
                end - (begin if math.isfinite(begin) else 0.0)
                for begin, end in zip(firm.start_share.values, firm.final_share.values, strict=True)
            )
        )
        for firm in found.firms
    }
    most, least = extreme(change, most=True), extreme(change, most=False)
    if not any(firm.final_share.mean > 0 for firm in found.firms):
        return words("answer.nobody")
    if len(found.firms) == 1:
        return words("evidence.share_only", name=found.firms[0].name)
    if most is None or least is None or most.name == least.name:
        return words("evidence.share_nothing")
    parts = []
    for key, one in (("gained", most), ("lost", least)):
        points = points_in_words(one.value, evidence)
        times = hedge(one.times, found, words)
        sign = "gained" if one.value.mean >= 0 else "lost"
        key = key if key == sign else f"{key}_but_{sign}"
        parts.append(
            words(f"evidence.share_{key}", name=one.told(words), points=points, hedge=times)
        )
    return words.together(parts)


def points_in_words(value: Measured, evidence: Evidence) -> str:
    """A change of a share in points, with its sign and its band."""
    words = evidence.words
    mean = written(100 * value.mean, "+.1f")
    text = words("evidence.points", number=mean)
    if evidence.cube.replications == 1:
        return text
    low, high = (written(100 * value.quantile(part), "+.1f") for part in (0.1, 0.9))
    return words("evidence.with_band", value=text, low=low, high=high)
