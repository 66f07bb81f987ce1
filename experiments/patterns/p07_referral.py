"""P7: customers who came because a friend praised the firm leave less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.panel import Panel
    from experiments.patterns.study import Draw, Study

_PEOPLE, _MONTHS, _REPLICATIONS = 6000, 84, 16
_FIRST, _LAST, _FOLLOWED = 12, 48, 33
"""Joiners of months 12 to 48, each followed for 33 months as in the source."""
_COHORT = 6  # months of joining that are compared with each other


def measure(draw: Draw) -> dict[str, float]:
    """Hazard of leaving of the referred over that of others, less 1; and with labels permuted."""
    import numpy as np

    from agents.columns import BY_REFERRAL
    from experiments.patterns.hazard import stratified_ratio
    from experiments.patterns.panel import Panel

    panel = Panel(draw.market(), ("joined_month", "joined_through"))
    spells, rows = follow(panel)
    firm, began, through = spells.T
    referred = through == BY_REFERRAL
    mixed = referred.copy()
    luck = np.random.default_rng((draw.seed, draw.replication))
    cell = firm * (_MONTHS + 1) + began
    for number in np.unique(cell):
        own = np.flatnonzero(cell == number)
        mixed[own] = referred[luck.permutation(own)]
    spell, tenure, left = rows.T
    stratum = (firm * (_MONTHS + 1) + began // _COHORT)[spell] * (_FOLLOWED + 1) + tenure
    return {
        "referred": stratified_ratio(left, referred[spell], stratum) - 1.0,
        "permuted": stratified_ratio(left, mixed[spell], stratum) - 1.0,
        "share": float(referred.mean()),
    }


def follow(panel: Panel) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Joiners, and what became of them.

    Returns:
        A row per joiner: firm, month of joining, what decided it. A row per joiner and month in
        which they could have left by choice: number of the joiner, months since joining, 1 if left.
    """
    import numpy as np

    people = panel["provider"].shape[1]
    spell_of = np.full(people, -1)
    began = np.zeros(people, np.int64)
    spells, rows, count = [], [], 0
    for month in range(_FIRST, panel.months + 1):
        here = np.flatnonzero(spell_of >= 0)
        here = here[panel["gone"][month][here] == 0]
        left = panel["left"][month][here] == 1
        rows.append(np.column_stack([spell_of[here], month - began[here], left]))
        old = (month - began >= _FOLLOWED) | (panel["left_provider"][month] >= 0)
        spell_of[old | (panel["gone"][month] == 1)] = -1
        if month > _LAST:
            continue
        joined = panel["joined_month"][month] == month
        new = np.flatnonzero((panel["provider"][month] >= 0) & joined)
        spell_of[new] = count + np.arange(len(new))
        began[new] = month
        count += len(new)
        through = panel["joined_through"][month][new]
        spells.append(
            np.column_stack([panel["provider"][month][new], np.full(len(new), month), through])
        )
    return np.concatenate(spells).astype(np.int64), np.concatenate(rows).astype(np.int64)


def find(study: Study) -> Finding:
    """Compare the churn of referred and other joiners of the same firm, time and tenure."""
    from experiments.statistics import t_interval
    from sim.scenario import Scenario

    plan = Scenario().with_values(
        {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    )
    found = study.each(measure, study.draws(plan, _REPLICATIONS))

    def over(name: str) -> Interval:
        return t_interval([row[name] for row in found])

    name = "hazard of leaving of the referred, less that of others, relative"
    return Finding(
        quantities=(Quantity(name, over("referred"), (-0.25, -0.08)),),
        null=(
            Quantity(name, over("permuted"), (0.0, 0.0), "overlap"),
            Quantity("the same", over("permuted"), (-0.08, None), "interval"),
        ),
        details=(f"{over('share').mean:.0%} of joiners came by referral.",),
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="P7",
    pattern="referred customers leave less",
    source="Schmitt, Skiera & Van den Bulte 2011",
    statistic="churn of referred against other joiners over 33 months, relative, within firm, half "
    "year of joining and tenure",
    null="referral permuted among the joiners of a firm in a month",
    find=find,
)
