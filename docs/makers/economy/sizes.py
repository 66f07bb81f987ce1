"""Whether the main answers have the same sign in markets of other sizes and with another seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from docs.makers.economy.figures import FACTORS, Held, Part, category, joining, priced, top
from docs.makers.economy.runs import FIRMS, Runs, value
from tsunagari.experiments.runs.statistics import Interval

SIZES = ((1_000, 4), (5_000, 4), (20_000, 2))
"""People, and in how many replications at most."""
SEEDS = 2


def sizes(runs: Runs, replications: int) -> Part:
    """Best replies in price and elasticities by people and seed."""
    tops: list[Sequence[str | float | Interval]] = []
    less: list[Sequence[str | float | Interval]] = []
    best: list[float] = []
    joins: list[float] = []
    whole: list[float] = []
    for people, most in SIZES:
        many = min(most, replications)
        for further in range(SEEDS):
            other = runs.seeded(further)
            label = f"{people:,} people, seed {other.seed}, {many} replications"
            factors = [
                top(FACTORS, np.array([[value(o, k) for o in e] for e in own]).mean(1))
                for k, own in enumerate(priced(other, many, people))
            ]
            by_firm, by_all = joining(other, many, people), category(other, many, 1.1, people)
            tops.append((label, *factors))
            less.append((label, *by_firm, by_all))
            best += factors
            joins += [one.mean for one in by_firm]
            whole.append(by_all.mean)
    held = (
        Held("lowest best-reply factor of a firm, any size and seed", min(best), 0.85, 1.3),
        Held("highest best-reply factor of a firm, any size and seed", max(best), 0.85, 1.3),
        Held("elasticity of a firm's joins nearest to 0, any size and seed", max(joins), -10, -1),
        Held("elasticity of the category nearest to 0, any size and seed", max(whole), -1, -0.1),
    )
    return Part(
        (
            (("Best factor on its own price, for ever", *FIRMS), tops),
            (("Elasticity of joins, and of the category at × 1.1", *FIRMS, "category"), less),
        ),
        held,
    )
