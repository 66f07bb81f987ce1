"""P13: indulgence pleases first, and costs outcome and share later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import above_zero, below_zero, not_below_zero
from experiments.patterns.verdict import Finding

if TYPE_CHECKING:
    from experiments.patterns.study import Study

_PEOPLE, _MONTHS, _REPLICATIONS = 5000, 60, 40
_FIRST, _LATER = (7, 9), (49, 60)
_INDULGENCE = 0.6  # utility
_DEEP: dict[str, Any] = {"relation.knowledge_rate": 0.04, "relation.knowledge_decay": 0.0133}
"""Relations that take years to deepen, and keep for as long: a consultant's, not a carrier's."""
_COSTLY: dict[str, Any] = {"relation.indulgence_drag": 1.2, "finance.indulgence_cost": 0.002}
_MEASURES = ("satisfaction", "outcome", "market_share")


def find(study: Study) -> Finding:
    """Indulge the customers of an intimate firm, with and without what that costs."""
    from experiments.patterns.another_market import another_market
    from experiments.patterns.paths import paired

    firm = "Adviser"
    plan = another_market(study.people(_PEOPLE), _MONTHS).with_values(_DEEP)
    indulged = {"indulged": {f"firms.{firm}.indulgence": _INDULGENCE}}

    def pairs(plan: Scenario) -> Paired:
        return paired(study, plan, indulged, firm, _MEASURES, _REPLICATIONS)["indulged"]

    costly, free = pairs(plan.with_values(_COSTLY)), pairs(plan)

    def points(pair: Paired, months: tuple[int, int]) -> Interval:
        share = pair.difference("market_share", *months)
        return type(share)(100 * share.mean, 100 * share.low, 100 * share.high)

    path = [points(costly, (month - 2, month)) for month in (3, 6, 9, 12, 24, 36, 48, 60)]
    return Finding(
        quantities=(
            below_zero("share in year 5, points", points(costly, _LATER)),
            above_zero("share in months 7–9, points", points(costly, _FIRST)),
            above_zero("satisfaction in months 4–6", costly.difference("satisfaction", 4, 6)),
            below_zero("outcome in year 5", costly.difference("outcome", *_LATER)),
        ),
        null=(
            not_below_zero("share in year 5, points", points(free, _LATER)),
            not_below_zero("outcome in year 5", free.difference("outcome", *_LATER)),
        ),
        details=(
            "Share at months 3, 6, 9, 12, 24, 36, 48 and 60, in points: "
            f"{', '.join(f'{part.mean:+.2f}' for part in path)}.",
            f"Satisfaction in year 5: {costly.difference('satisfaction', *_LATER).mean:+.3f}.",
            "Outcome is never higher: comfort is felt and is no outcome. Share changes its sign.",
        ),
    )


if TYPE_CHECKING:
    from experiments.patterns.paths import Paired
    from experiments.statistics import Interval
    from sim.scenario import Scenario


PATTERN = Pattern(
    id="P13",
    pattern="indulgence pleases first and costs outcome and share later",
    source="Building relations with customers"
    " (do not spoil the contact person at the company's expense)",
    statistic="paired market share of a customer-intimacy firm that indulges its customers, in "
    "percentage points, in year 5, untuned market with relations that take years to deepen",
    null="indulgence costs neither joint progress nor money",
    find=find,
)
