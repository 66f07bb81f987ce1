"""L1: on the complete network adoption is the discrete model of Bass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 20_000, 60, 8
_P, _Q = 0.004, 0.15
_FEWEST = 20.0  # adoptions expected in a month that is looked at: enough to be nearly normal


def measure(draw: Draw) -> dict[str, float]:
    """Standardised residuals of n(t+1) = (p + q·N/M)·(M − N): mean, mean square, lag one."""
    import numpy as np

    market = draw.market()
    market.run_for(draw.plan.market.months)
    adopters = np.asarray(market.results.tables["market"]["adopters"], float)
    people = draw.plan.market.customers
    chance = _P + _Q * adopters[:-1] / (people - 1)  # everybody but oneself
    expected = chance * (people - adopters[:-1])
    z = (np.diff(adopters) - expected) / np.sqrt(expected * (1.0 - chance))
    z = z[expected > _FEWEST]
    return {
        "mean": float(z.mean()),
        "square": float((z**2).mean()),
        "lag": float((z[1:] * z[:-1]).mean() / (z**2).mean()),
    }


def find(study: Study) -> Finding:
    """Compare every month's adoptions with the recursion, on the complete network and another."""
    from experiments.patterns.limits import BLIND, interval
    from sim.scenario import Scenario

    plan = Scenario().with_values(
        {
            "market.customers": study.people(_PEOPLE),
            "market.months": _MONTHS,
            "market.start": "empty",
            "market.exit": 0.0,
            "network.kind": "complete",
            "adoption.innovation": _P,
            "adoption.imitation": _Q,
            **BLIND,
            "looking.base": 0.0,
            "value.outside": -1000.0,
        }
    )
    clustered = plan.with_values(
        {
            "network.kind": "communities",
            "network.community_size": 50,
            "network.between": 0.02,
            "network.neighbours": 8,
        }
    )
    whole = study.draws(plan, _REPLICATIONS)
    found = study.each(measure, [*whole, *study.draws(clustered, _REPLICATIONS)])
    here, null = found[: len(whole)], found[len(whole) :]

    def over(rows: list[dict[str, float]], name: str) -> Interval:
        return interval([row[name] for row in rows])

    return Finding(
        quantities=(
            Quantity("autocorrelation of residuals", over(here, "lag"), (0.0, 0.0), "overlap"),
            Quantity("mean residual, standard errors", over(here, "mean"), (0.0, 0.0), "overlap"),
            Quantity("mean square of residuals", over(here, "square"), (1.0, 1.0), "overlap"),
        ),
        null=(
            Quantity("autocorrelation of residuals", over(null, "lag"), (0.2, None), "interval"),
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="L1",
    pattern="adoption on the complete network is the discrete model of Bass",
    source="Bass 1969",
    statistic="autocorrelation of standardised one-step residuals of the recursion",
    null="a network of communities: whoever has adopted meets adopters",
    find=find,
)
