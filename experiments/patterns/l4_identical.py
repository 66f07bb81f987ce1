"""L4: firms that differ in name only have equal shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 3000, 24, 24
_NAMES = ("A", "Zebra", "つながり", "10")
_DISCIPLINES = ("operational-excellence", "product-leadership", "customer-intimacy", "none")
_CLOSE = 0.03


def measure(draw: Draw) -> list[float]:
    """Shares at the end, by firm."""
    import numpy as np

    market = draw.market()
    market.run_for(draw.plan.market.months)
    provider = market.population.column("provider")
    customers = np.bincount(provider[provider >= 0], minlength=len(market.firms))
    return [float(share) for share in customers / customers.sum()]


def find(study: Study) -> Finding:
    """Run four firms of each discipline, and four of which one is a tenth cheaper."""
    from experiments.patterns.limits import interval
    from sim.scenario import Scenario

    size = {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    equal = 1.0 / len(_NAMES)
    quantities = []
    for discipline in _DISCIPLINES:
        firms = [{"name": name, "discipline": discipline, "capacity": 1.0} for name in _NAMES]
        plan = Scenario().with_values({**size, "firms": firms})
        rows = study.each(measure, study.draws(plan, _REPLICATIONS))
        shares = [interval([row[firm] for row in rows]) for firm in range(len(_NAMES))]
        farthest = max(shares, key=lambda share: abs(share.mean - equal))
        name = f"share farthest from equal, {discipline}"
        quantities.append(Quantity(name, farthest, (equal, equal), "overlap"))
        quantities.append(Quantity("the same", farthest, (equal - _CLOSE, equal + _CLOSE)))
    unequal = [{"name": name, "discipline": "none"} for name in _NAMES]
    plan = Scenario().with_values({**size, "firms": unequal, f"firms.{_NAMES[0]}.price": 0.9})
    rows = study.each(measure, study.draws(plan, _REPLICATIONS))
    cheaper = interval([row[0] for row in rows])
    return Finding(
        quantities=tuple(quantities),
        null=(Quantity("share of the cheaper firm", cheaper, (equal, None), "interval"),),
    )


PATTERN = Pattern(
    id="L4",
    pattern="firms that differ in name only have equal shares",
    source="symmetry; no data needed",
    statistic="share after two years that is farthest from equal, of four firms alike",
    null="one of them is a tenth cheaper",
    find=find,
)
