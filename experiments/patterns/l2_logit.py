"""L2: without word of mouth and ties, shares are logit shares averaged over customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 3000, 12, 12


def measure(draw: Draw) -> float:
    """χ² of customers by firm against the logit, per degree of freedom: 1 on average if right.

    Everybody looks around every month, so every month's customers are a fresh draw.
    """
    import numpy as np

    from experiments.patterns.limits import logit

    market = draw.market()
    firms = len(market.firms)
    squares = []
    for _ in range(draw.plan.market.months):
        market.step()
        chosen = np.eye(firms)[market.population.column("provider")].sum(axis=0)
        chance = logit(market)
        surprise = (chosen - chance.sum(axis=0))[:-1]  # the last follows from the others
        spread = -np.einsum("if,ig->fg", chance, chance)
        spread[np.diag_indices(firms)] += chance.sum(axis=0)
        squares.append(surprise @ np.linalg.solve(spread[:-1, :-1], surprise) / (firms - 1))
    return float(np.mean(squares))


def find(study: Study) -> Finding:
    """Compare shares with probabilities by hand, without and with stickiness."""
    from experiments.patterns.limits import NO_STICKINESS, STRANGERS, interval
    from sim.scenario import Scenario

    plan = Scenario().with_values(
        {
            "market.customers": study.people(_PEOPLE),
            "market.months": _MONTHS,
            **STRANGERS,
            "looking.base": 100.0,
            "firms.Tailor.minimum_fit": 0.0,
            "firms.Tailor.capacity": 1.0,
        }
    )
    sticky = plan.with_values(dict.fromkeys(NO_STICKINESS, 0.8))
    free = study.draws(plan, _REPLICATIONS)
    held = study.draws(sticky, _REPLICATIONS)
    found = study.each(measure, [*free, *held])
    name = "χ² of shares against logit, per degree of freedom"
    return Finding(
        quantities=(Quantity(name, interval(found[: len(free)]), (1.0, 1.0), "overlap"),),
        null=(Quantity(name, interval(found[len(free) :]), (2.0, None), "interval"),),
    )


PATTERN = Pattern(
    id="L2",
    pattern="without word of mouth, ties and memory, shares are logit shares",
    source="McFadden 1974",
    statistic="χ² of customers by firm against logit probabilities averaged over customers",
    null="the same with stickiness as usual",
    find=find,
)
