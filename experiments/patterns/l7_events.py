"""L7: an event in month m changes nothing before m."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.study import Draw
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Study

_PEOPLE, _MONTHS, _WHEN = 2000, 24, 12
_EVENTS: tuple[dict[str, Any], ...] = (
    {"month": _WHEN, "set": "stickiness.location", "to": 0.0, "over": 6},
    {"month": _WHEN, "set": "zmot.connectivity", "to": 3.0},
    {"month": _WHEN, "set": "firms.Lean.price", "to": 0.8},
    {"month": _WHEN, "enter": {"name": "Zero", "discipline": "disruptor"}},
    {"month": _WHEN, "leave": "Broad"},
    {"month": _WHEN, "scandal": "Spark", "size": 1.0},
)


def measure(draw: Draw) -> tuple[int, int]:
    """Customers whose state differs from that without the event: before it, and in its month."""
    import numpy as np

    plain = Draw(draw.plan.with_values({"events": []}), draw.seed, draw.replication).market()
    market = draw.market()
    before = at = 0
    for month in range(_WHEN + 1):
        if month:
            plain.step()
            market.step()
        one, two = plain.population, market.population
        differs = (one.state != two.state).any(axis=0) | (one.marks != two.marks).any(axis=0)
        same_books = all(
            np.float64(first.cash) == np.float64(second.cash)
            for first, second in zip(plain.firms, market.firms, strict=False)
        )
        if month < _WHEN:
            before += int(differs.sum()) + (0 if same_books else 1)
        else:
            at = int(differs.sum())
    return before, at


def find(study: Study) -> Finding:
    """Run markets with one event each beside the same market without it."""
    from experiments.statistics import Interval
    from sim.scenario import Scenario

    size = {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    plan = Scenario().with_values(size)
    jobs = [Draw(plan.with_values({"events": [event]}), study.seed, 0) for event in _EVENTS]
    found = study.each(measure, jobs)
    early, late = [float(row[0]) for row in found], [float(row[1]) for row in found]
    spread = Interval(max(early), min(early), max(early))
    least = Interval(min(late), min(late), max(late))
    return Finding(
        quantities=(Quantity("customers changed before", spread, (0.0, 0.0), "interval"),),
        null=(Quantity("customers changed in the month", least, (1.0, None), "interval"),),
        details=(f"{len(_EVENTS)} kinds of events, one at a time; the interval is their range.",),
    )


PATTERN = Pattern(
    id="L7",
    pattern="an event in month m changes nothing before m",
    source="causality; no data needed",
    statistic="customers whose state, to the bit, differs before the month of an event",
    null="the month of the event itself",
    find=find,
)
