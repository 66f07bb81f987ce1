"""P1: adoption in an empty market is an S-curve, and imitation is what makes it one."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Draw, Study
    from sim.scenario import Scenario

_PEOPLE, _MONTHS, _REPLICATIONS = 4000, 180, 12
_YEAR = 12


def empty(people: int) -> Scenario:
    """The default market before anybody has a provider; nobody leaves it, so that all are first."""
    from sim.scenario import Scenario

    return Scenario().with_values(
        {
            "market.customers": people,
            "market.months": _MONTHS,
            "market.start": "empty",
            "market.exit": 0.0,
        }
    )


def nobody_tells(plan: Scenario) -> Scenario:
    """The same without friends, reviews, brands and imitation, and with firms that never change."""
    return plan.with_values(
        {
            "network.neighbours": 0,
            "adoption.imitation": 0.0,
            "zmot.review": 0.0,
            "value.brand": 0.0,  # how others like a firm's people
            "technology.gain": 0.0,
            "technology.drift": 0.0,
            "technology.imitation": 0.0,
            "disciplines.product-leadership.launch_rate": 0.0,
            "finance.credit": 1000.0,
        }
    )


def first_adoptions(draw: Draw) -> list[int]:
    """How many have a provider for the first time, month by month."""
    market = draw.market()
    population = market.population
    ever = [0]
    for _ in range(draw.plan.market.months):
        market.step()
        has, had = population.column("provider") >= 0, population.column("previous_provider") >= 0
        ever.append(int((has | had).sum()))
    return [after - before for before, after in itertools.pairwise(ever)]


def measure(draw: Draw) -> dict[str, float]:
    """Bass's numbers of one market, a year, and where its adoption peaks, in years."""
    import numpy as np

    from experiments.patterns.diffusion import fitted_bass

    counts = np.array(first_adoptions(draw), float)
    people = draw.plan.market.customers
    # Nobody leaves this market, and whoever looks may find a firm: all are potential adopters.
    bass = fitted_bass(counts, people, potential=1.0)
    exponential = fitted_bass(counts, people, potential=1.0, imitation=False)
    yearly = np.convolve(counts, np.ones(_YEAR), "valid")
    return {
        "p": bass.innovation,
        "q": bass.imitation,
        "bic": exponential.bic - bass.bic,
        "peak": (float(np.argmax(yearly)) + _YEAR / 2) / _YEAR,
        "adopted": counts.sum() / people,
    }


def find(study: Study) -> Finding:
    """Fit Bass's model to replications of an empty market, with and without word of mouth."""
    from experiments.statistics import t_interval

    plan = empty(study.people(_PEOPLE))
    told = study.draws(plan, _REPLICATIONS)
    untold = study.draws(nobody_tells(plan), _REPLICATIONS)
    found = study.each(measure, [*told, *untold])
    with_word, without = found[: len(told)], found[len(told) :]

    def over(rows: list[dict[str, float]], name: str) -> Interval:
        return t_interval([row[name] for row in rows])

    years = _MONTHS / _YEAR
    return Finding(
        quantities=(
            Quantity("q, a year", over(with_word, "q"), (0.2, 0.8)),
            Quantity("p, a year", over(with_word, "p"), (0.001, 0.05)),
            Quantity(
                "BIC of exponential less Bass's", over(with_word, "bic"), (0, None), "interval"
            ),
            Quantity("peak, years", over(with_word, "peak"), (1.0, years - 1.0), "interval"),
        ),
        null=(
            Quantity("q, a year", over(without, "q"), (0.0, 0.0), "overlap"),
            Quantity("q, a year", over(without, "q"), (None, 0.2), "interval"),
        ),
        details=(
            f"{over(with_word, 'adopted').mean:.0%} have adopted after {years:g} years.",
            f"Without word of mouth p is {over(without, 'p').mean:.3f} a year.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="P1",
    pattern="adoption in an empty market is an S-curve",
    source="Bass 1969; Sultan et al. 1990",
    statistic="q of Bass's model, a year, fitted to the months of first adoption",
    null="no friends, no reviews, no brand, no imitation, and firms that stay as they are",
    find=find,
)
