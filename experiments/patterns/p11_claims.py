"""P11: over-claiming wins first and loses later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, below_zero
from experiments.patterns.verdict import Finding

if TYPE_CHECKING:
    from experiments.patterns.study import Study
    from experiments.statistics import Interval

_PEOPLE, _MONTHS, _REPLICATIONS = 3000, 48, 16
_FIRM, _CLAIM = "Middling", 1.0
_LATER = 48
_NEVER_CHECKED: dict[str, Any] = {
    "zmot.doubt": 0.0,
    "zmot.backlash": 0.0,
    "zmot.friend": 0.0,
    "zmot.review": 0.0,
}


def find(study: Study) -> Finding:
    """Let a firm in the middle promise more than it delivers, under the same luck."""
    from experiments.patterns.another_market import another_market
    from experiments.patterns.paths import paired

    plan = another_market(study.people(_PEOPLE), _MONTHS)
    claims = {"claims": {f"firms.{_FIRM}.claim": _CLAIM}}
    measures = ("market_share", "rating")

    def pairs(plan: Scenario) -> Paired:
        return paired(study, plan, claims, _FIRM, measures, _REPLICATIONS)["claims"]

    checked, unchecked = pairs(plan), pairs(plan.with_values(_NEVER_CHECKED))
    path = [checked.difference("market_share", month) for month in (6, 12, 24, 36, 48)]
    rating = checked.difference("rating", _LATER)
    return Finding(
        quantities=(
            below_zero("share won at month 48, in points", _points(path[-1])),
            above_zero("share won at month 6, in points", _points(path[0])),
        ),
        null=(
            above_zero(
                "share won at month 48, in points",
                _points(unchecked.difference("market_share", _LATER)),
            ),
        ),
        details=(
            "Share won at months 6, 12, 24, 36 and 48, in points: "
            f"{', '.join(f'{100 * part.mean:+.2f}' for part in path)}.",
            f"The rating is {rating.mean:+.2f} stars at month 48.",
        ),
    )


def _points(share: Interval) -> Interval:
    """A share in percentage points."""
    return type(share)(100 * share.mean, 100 * share.low, 100 * share.high)


if TYPE_CHECKING:
    from experiments.patterns.paths import Paired
    from sim.scenario import Scenario


PATTERN = Pattern(
    id="P11",
    pattern="over-claiming wins first and loses later",
    source="Service management for customer success 2019"
    " (customers know before they choose); Erdem & Keane 1996",
    statistic="paired market share of a firm whose claim goes 1 utility beyond what it delivers, "
    "in percentage points, by year 4, untuned market",
    null="claims are never checked: no doubt, no friends' ratings, no reviews",
    find=find,
)
