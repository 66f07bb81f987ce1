"""P8: advertising brings the first, word of mouth the rest, and weak ties carry it far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.study import Draw
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from experiments.patterns.study import Study
    from sim.scenario import Scenario

_PEOPLE, _DRAWS, _LUCKS = 3000, 24, 4
_LONGEST = 240  # months; where nobody imitates, half of the people may take longer
_INNOVATORS, _EARLY, _HALF = 0.025, 0.16, 0.5
"""Parts of all people: innovators, those before the majority (Rogers 1962), the end of a run."""
_SWAPPED = 0.1
"""Part of all ties that are made weak in the twin: they leave the community."""
_NEEDED = 0.9


def drawn(number: int, people: int, seed: int) -> Scenario:
    """An empty market of small personal networks, as in the source, each draw with its own numbers.

    Ties within a community are strong, ties that leave it weak.
    """
    import numpy as np

    from sim.scenario import Scenario

    luck = np.random.default_rng((seed, number))
    size = int(luck.integers(8, 31))
    return Scenario().with_values(
        {
            "market.customers": people,
            "market.start": "empty",
            "market.exit": 0.0,
            "adoption.innovation": float(luck.uniform(0.001, 0.004)),
            "adoption.imitation": float(luck.uniform(0.03, 0.1)),
            "network.kind": "communities",
            "network.community_size": size,
            "network.neighbours": int(luck.integers(5, round(0.8 * size) + 1)),
            "network.between": float(luck.uniform(0.02, 0.2)),
        }
    )


def measure(draw: Draw) -> tuple[float, float, float]:
    """What came of one market and of its twin with more weak ties.

    Returns:
        Part of the innovators, and of those after the first 16 %, whom advertising prompted; months
        that the twin needs until half have adopted, less those of the market.
    """
    twin = draw.plan.with_values({"network.between": draw.plan.network.between + _SWAPPED})
    people = draw.plan.market.customers
    prompted, count = adopters(draw)
    _, twin_count = adopters(Draw(twin, draw.seed, draw.replication))
    first = prompted[: max(1, round(_INNOVATORS * people))]
    later = prompted[round(_EARLY * people) :]
    sooner = months_until(twin_count, _HALF * people) - months_until(count, _HALF * people)
    return sum(first) / len(first), sum(later) / max(len(later), 1), sooner


def adopters(draw: Draw) -> tuple[list[bool], list[int]]:
    """In order of month: whether advertising prompted each first adopter; and how many so far."""
    import numpy as np

    from agents.columns import LOOKS_AFTER_STIMULUS

    market = draw.market()
    people = market.population.people
    column = market.population.column
    ever = np.zeros(people, bool)
    prompted: list[bool] = []
    count = [0]
    while count[-1] < _HALF * people and len(count) <= _LONGEST:
        market.step()
        new = (column("provider") >= 0) & ~ever
        ever |= new
        prompted.extend((column("looks")[new] == LOOKS_AFTER_STIMULUS).tolist())
        count.append(len(prompted))
    return prompted, count


def months_until(count: list[int], wanted: float) -> float:
    """Months until so many have adopted, linear within a month; all months if they never have."""
    for month in range(1, len(count)):
        if count[month] >= wanted:
            before = count[month - 1]
            return month - 1 + (wanted - before) / (count[month] - before)
    return float(len(count) - 1)


def signs(rows: list[tuple[float, float, float]]) -> tuple[bool, bool]:
    """Whether talk follows advertising, and whether weak ties speed adoption up, in one draw."""
    first, later, sooner = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    return first > 0.5 > later, sooner < 0.0


def find(study: Study) -> Finding:
    """Draw empty markets and their twins with a tenth of the ties made weak."""
    from experiments.statistics import wilson_interval

    people, lucks = study.people(_PEOPLE), study.replications(_LUCKS)
    plans = [drawn(number, people, study.seed) for number in range(study.replications(_DRAWS))]
    told = [job for plan in plans for job in study.draws(plan, lucks)]
    silent = [
        Draw(plan.with_values({"adoption.imitation": 0.0, "zmot.friend": 0.0}), study.seed, 0)
        for plan in plans
    ]
    found = study.each(measure, [*told, *silent])
    here = [signs(found[lucks * number : lucks * (number + 1)]) for number in range(len(plans))]
    null = [signs([row]) for row in found[len(told) :]]

    def part(rows: list[tuple[bool, bool]], which: int) -> Interval:
        return wilson_interval(sum(row[which] for row in rows), len(rows))

    return Finding(
        quantities=(
            Quantity("draws in which talk follows advertising", part(here, 0), (_NEEDED, 1.0)),
            Quantity("draws in which weak ties are as strong", part(here, 1), (_NEEDED, 1.0)),
        ),
        null=(
            Quantity("draws in which talk follows", part(null, 0), (None, _NEEDED), "interval"),
            Quantity("draws in which weak ties are", part(null, 1), (None, _NEEDED), "interval"),
        ),
        details=(
            "Talk follows: advertising prompts most of the first 2.5 % of people, and friends "
            "most of those between 16 and 50 %.",
            "Weak ties are at least as strong as strong ones: with a tenth of all ties moved from "
            "within a community to beyond it, half of the people have adopted sooner, on average "
            f"over {lucks} draws of luck.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="P8",
    pattern="advertising works early, word of mouth later; weak ties are at least as strong",
    source="Goldenberg, Libai & Muller 2001",
    statistic=f"part of {_DRAWS} drawn empty markets in which talk follows advertising",
    null="nobody imitates: friends do not make people adopt",
    find=find,
)
