"""L5: a firm that nobody knows and that does not advertise gets nobody and changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.study import Draw
from experiments.patterns.verdict import Finding, Quantity
from sim.paths import text_of

if TYPE_CHECKING:
    from experiments.patterns.study import Study

_PEOPLE, _MONTHS, _REPLICATIONS = 3000, 24, 12
_BARGAIN = {"name": "Bargain", "price": 0.8, "advertising": 0.0, "share": 0.0}


def measure(draw: Draw) -> tuple[int, int]:
    """Who ever joined the last firm; and people with another provider than if it were not there."""
    market = draw.market()
    column = market.population.column
    last, joined = len(market.firms) - 1, 0
    for _ in range(draw.plan.market.months):
        market.step()
        joined += int(
            ((column("provider") == last) & (column("joined_month") == market.month)).sum()
        )
    unseen = text_of(("firms", draw.plan.firms[-1].name))
    without = Draw(
        draw.plan.with_values({unseen: None}),
        draw.seed,
        draw.replication,
    ).market()
    without.run_for(draw.plan.market.months)
    return joined, int((column("provider") != without.population.column("provider")).sum())


def find(study: Study) -> Finding:
    """Add a bargain that nobody knows, and one that everybody knows, to the default market."""
    from experiments.patterns.limits import interval
    from sim.scenario import Scenario

    plain = Scenario().with_values(
        {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    )
    firms = [firm.model_dump() for firm in plain.firms]
    hidden = plain.with_values({"firms": [*firms, {**_BARGAIN, "reach": 0.0}]})
    known = plain.with_values({"firms": [*firms, {**_BARGAIN, "reach": 1.0}]})
    unseen = study.draws(hidden, _REPLICATIONS)
    found = study.each(measure, [*unseen, *study.draws(known, _REPLICATIONS)])
    here, null = found[: len(unseen)], found[len(unseen) :]
    return Finding(
        quantities=(
            Quantity("joiners", interval([float(row[0]) for row in here]), (0.0, 0.0)),
            Quantity(
                "others' customers who are elsewhere",
                interval([float(row[1]) for row in here]),
                (0.0, 0.0),
            ),
        ),
        null=(
            Quantity("joiners", interval([float(row[0]) for row in null]), (1.0, None), "interval"),
        ),
    )


PATTERN = Pattern(
    id="L5",
    pattern="a firm that nobody knows and that does not advertise gets nobody",
    source="logic; no data needed",
    statistic="people who join such a firm, the cheapest of all, in two years",
    null="everybody knows it",
    find=find,
)
