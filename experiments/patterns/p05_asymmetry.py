"""P5: dissatisfaction costs more retention than satisfaction wins, without loss aversion too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 5000, 60, 12
_FIRST, _EVERY, _AHEAD = 12, 6, 12
"""Surveys in months 12, 18, …; a year later it is seen who is still there."""


def measure(draw: Draw) -> dict[str, float]:
    """Retention over a year per unit of satisfaction, below and above neutral, and permuted."""
    import numpy as np

    from experiments.patterns.panel import Panel

    panel = Panel(draw.market(), ("satisfaction", "tenure", "joined_month"))
    luck = np.random.default_rng((draw.seed, draw.replication))
    satisfied, stayed, shuffled, group = [], [], [], []
    for month in range(_FIRST, panel.months - _AHEAD + 1, _EVERY):
        provider, later = panel["provider"][month], panel["provider"][month + _AHEAD]
        replaced = panel["gone"][month + 1 : month + _AHEAD + 1].any(axis=0)
        asked = np.flatnonzero((provider >= 0) & (panel["tenure"][month] >= 1) & ~replaced)
        joined = panel["joined_month"]
        same = (later == provider) & (joined[month + _AHEAD] == joined[month])
        answers = panel["satisfaction"][month].astype(float)
        mixed = answers.copy()
        for firm in range(len(panel.market.firms)):
            own = asked[provider[asked] == firm]
            mixed[own] = answers[luck.permutation(own)]
        satisfied.append(answers[asked])
        shuffled.append(mixed[asked])
        stayed.append(same[asked].astype(float))
        group.append(month * len(panel.market.firms) + provider[asked])
    kept, who = np.concatenate(stayed), np.concatenate(group)
    below, above = slopes(np.concatenate(satisfied), kept, who)
    null_below, null_above = slopes(np.concatenate(shuffled), kept, who)
    return {"below": below, "above": above, "null": null_below - null_above}


def slopes(
    satisfied: NDArray[np.floating], stayed: NDArray[np.floating], group: NDArray[np.integer]
) -> tuple[float, float]:
    """Slopes of staying on satisfaction below 0 and above, by least squares within groups."""
    import numpy as np

    which = np.unique(group, return_inverse=True)[1].ravel()
    size = np.bincount(which)

    def within(values: NDArray[np.floating]) -> NDArray[np.floating]:
        return values - (np.bincount(which, weights=values) / size)[which]

    x = np.column_stack([within(np.minimum(satisfied, 0.0)), within(np.maximum(satisfied, 0.0))])
    below, above = np.linalg.lstsq(x, within(stayed), rcond=None)[0]
    return float(below), float(above)


def find(study: Study) -> Finding:
    """Regress staying for a year on satisfaction, below and above neutral, where λ = 1."""
    from experiments.statistics import t_interval
    from sim.scenario import Scenario

    plan = Scenario().with_values(
        {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    )
    even = study.draws(plan.with_values({"judgement.loss_aversion": 1.0}), _REPLICATIONS)
    averse = study.draws(plan, _REPLICATIONS)
    found = study.each(measure, [*even, *averse])
    here, default = found[: len(even)], found[len(even) :]

    def over(rows: list[dict[str, float]], name: str) -> float:
        return t_interval([row[name] for row in rows]).mean

    name = "slope of retention below neutral less that above, per unit"
    return Finding(
        quantities=(
            Quantity(
                name,
                t_interval([row["below"] - row["above"] for row in here]),
                (0.0, None),
                "interval",
            ),
            Quantity(
                "slope above neutral", t_interval([row["above"] for row in here]), (0.0, None)
            ),
        ),
        null=(Quantity(name, t_interval([row["null"] for row in here]), (0.0, 0.0), "overlap"),),
        details=(
            f"A unit of satisfaction is worth {over(here, 'below'):.3f} of annual retention below "
            f"neutral and {over(here, 'above'):.3f} above.",
            f"With the default loss aversion: {over(default, 'below'):.3f} and "
            f"{over(default, 'above'):.3f}.",
        ),
    )


PATTERN = Pattern(
    id="P5",
    pattern="dissatisfaction hurts retention more than satisfaction helps, even at λ = 1",
    source="Mittal, Ross & Baldasare 1998",
    statistic="slope of staying a year on satisfaction below neutral less that above, λ = 1",
    null="satisfaction permuted among the customers of a firm in a month",
    find=find,
)
