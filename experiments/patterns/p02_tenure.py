"""P2: of a cohort, the part that stays rises from year to year."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from sim.scenario import Scenario

_PEOPLE, _MONTHS, _REPLICATIONS, _YEARS = 4000, 108, 24, 5
_YEAR, _LAST_COHORT = 12, 48
"""Cohorts joined in months 1 to 48 are followed for five years."""


def like_people(plan: Scenario) -> Scenario:
    """Customers and firms all alike, and nothing that grows with the time together."""
    firms = [{"name": name, "discipline": "none"} for name in ("A", "B", "C", "D")]
    return plan.with_values(
        {
            "firms": firms,
            "segments": [{"name": "all", "share": 1.0}],
            "value.taste": 0.0,
            "value.concentration": 100.0,
            "value.time_spread": 0.0,
            "disciplines.none.breadth": 10.0,
            "disciplines.none.contract": 0,
            "looking.satisfaction": 0.0,
            "looking.friends_here": 0.0,
            "looking.friends_left": 1.0,
            "looking.bad_rating": 0.0,
            "relation.knowledge_rate": 0.0,
            "zmot.own": 0.0,
            "zmot.friend": 0.0,
            "stickiness.location": 0.0,
            "stickiness.switching": 0.0,
            "stickiness.obligation": 0.0,
            "stickiness.success": 0.0,
        }
    )


def measure(draw: Draw) -> list[float]:
    """Part of those there after n years who are still there a year later, n = 0 … 4.

    A cohort are all who joined any firm in the first four years; firms are added up.
    """
    from experiments.trial import Trial, run_trial

    tables = run_trial(Trial(draw.plan, draw.seed, draw.replication), threads=1).tables
    return yearly_retention(tables["cohorts"])


def yearly_retention(cohorts: Columns) -> list[float]:
    """Annual retention by year of tenure from a table of cohorts, that of month 0 left out."""
    import numpy as np

    joined, tenure = np.asarray(cohorts["joined"]), np.asarray(cohorts["tenure"])
    survivors = np.asarray(cohorts["survivors"], float)
    meant = (joined >= 1) & (joined <= _LAST_COHORT)
    there = [survivors[meant & (tenure == _YEAR * year)].sum() for year in range(_YEARS + 1)]
    return [float(after / before) for before, after in itertools.pairwise(there)]


def find(study: Study) -> Finding:
    """Follow cohorts of joiners for five years, in the default market and in one of like people."""
    import numpy as np

    from experiments.statistics import t_interval
    from sim.scenario import Scenario

    size = {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    plan = Scenario().with_values(size)
    real = study.draws(plan, _REPLICATIONS)
    flat = study.draws(like_people(plan), _REPLICATIONS)
    found = np.array(study.each(measure, [*real, *flat]))
    here, null = found[: len(real)], found[len(real) :]
    rise = t_interval(here[:, -1] - here[:, 0])
    steps = [t_interval(here[:, year + 1] - here[:, year]) for year in range(_YEARS - 1)]
    null_rise = t_interval(null[:, -1] - null[:, 0])
    spelt = ", ".join(f"{part:.3f}" for part in here.mean(axis=0))
    null_spelt = ", ".join(f"{part:.3f}" for part in null.mean(axis=0))
    return Finding(
        quantities=(
            Quantity("annual retention, year 5 less year 1", rise, (0.0, None), "interval"),
            *(
                Quantity(f"year {n + 2} less year {n + 1}", step, (0.0, None), "overlap")
                for n, step in enumerate(steps)
            ),
        ),
        null=(
            Quantity("annual retention, year 5 less year 1", null_rise, (0.0, 0.0), "overlap"),
            Quantity("the same", null_rise, (None, rise.low), "interval"),
        ),
        details=(
            f"Annual retention by year of tenure: {spelt}.",
            f"Where all are alike and nothing grows: {null_spelt}.",
        ),
    )


if TYPE_CHECKING:
    from sim.results import Columns


PATTERN = Pattern(
    id="P2",
    pattern="retention rises with tenure in a cohort",
    source="Fader & Hardie 2007",
    statistic="annual retention of joiners in their fifth year less that in their first",
    null="customers and firms all alike, no contract, and nothing that grows with tenure",
    find=find,
)
