"""P15: accounts that went with poached staff stay for a shorter time than those that stayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.signs import below_zero
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.study import Draw, Study

    type Floats = NDArray[np.float64]

_PEOPLE, _REPLICATIONS = 6000, 60
_MONTH, _FOLLOWED, _PART = 24, 24, 0.5
_CASES = {"untuned": ("Adviser", "Middling"), "default": ("Tailor", "Broad")}
"""Victim and poacher in each market."""
_TRAITS = ("weight_cost", "weight_product", "need_position", "tenure", "satisfaction", "knowledge")
"""What matched pairs have in common besides the segment, as it stood before the people went."""


def measure(draw: Draw) -> dict[str, float]:
    """Survival at 24 months of accounts moved to the poacher, of matched stayers, and permuted.

    Stayers are customers of the victim whose contact person stayed. Who leaves the market within
    the time does not count.
    """
    import numpy as np

    from agents.columns import Looks

    market = draw.market()
    event = draw.plan.events[0]
    victim, poacher = (market.firm(str(name)).index for name in (event.poach, event.by))
    column = market.population.column
    market.run_for(_MONTH - 1)
    own = column("provider") == victim
    traits = np.column_stack([np.asarray(column(name), float) for name in _TRAITS])
    segment = column("segment").copy()
    market.step()
    called = column("contact_moved") == _MONTH
    moved = own & (column("provider") == poacher) & (column("joined_month") == _MONTH)
    stayed = own & (column("provider") == victim) & ~called
    gone = np.zeros(len(own), bool)
    there = column("provider").copy()
    kept = np.ones(len(own), bool)
    for _ in range(_FOLLOWED):
        market.step()
        kept &= column("provider") == there
        gone |= column("looks") == Looks.FAREWELL
    matches = matched(traits, segment, np.flatnonzero(moved & ~gone), stayed & ~gone)
    pairs = np.column_stack([kept[list(matches)], kept[list(matches.values())]]).astype(float)
    swapped = np.random.default_rng((draw.seed, draw.replication)).random(len(pairs)) < 0.5
    permuted = np.where(swapped[:, None], pairs[:, ::-1], pairs)
    return {
        "moved": float(pairs[:, 0].mean()),
        "stayed": float(pairs[:, 1].mean()),
        "permuted": float((permuted[:, 0] - permuted[:, 1]).mean()),
        "accounts": float(moved.sum()),
        "went": float(moved.sum() / called.sum()),
    }


def matched(
    traits: Floats, segment: Floats, treated: NDArray[np.int64], pool: NDArray[np.bool_]
) -> dict[int, int]:
    """The nearest of a pool for each of the treated, of the same segment, each once.

    Distance is Euclidean in standard deviations of the pool. The treated choose in their order;
    who finds nobody left of the segment has no match.

    Args:
        traits: [person, trait].
        segment: Of every person.
        treated: Who is to be matched.
        pool: Who may be a match.

    Returns:
        Match by treated person.
    """
    import numpy as np

    spread = traits[pool].std(axis=0)
    scaled = traits / np.where(spread > 0, spread, 1.0)
    free = pool.copy()
    matches = {}
    for person in treated.tolist():
        left = np.flatnonzero(free & (segment == segment[person]))
        if left.size:
            apart = ((scaled[left] - scaled[person]) ** 2).sum(axis=1)
            match = int(left[np.argmin(apart)])
            matches[person] = match
            free[match] = False
    return matches


def find(study: Study) -> Finding:
    """Poach half of an intimate firm's people and follow whom they took along."""
    from experiments.patterns.another_market import another_market, default_market
    from experiments.runs.statistics import t_interval

    people, months = study.people(_PEOPLE), _MONTH + _FOLLOWED
    plans = {
        "untuned": another_market(people, months),
        "default": default_market(people, months),
    }
    quantities, null, details = [], [], []
    for name, (victim, poacher) in _CASES.items():
        event = {"month": _MONTH, "poach": victim, "by": poacher, "size": _PART}
        draws = study.draws(plans[name].with_values({"events": [event]}), _REPLICATIONS)
        found = study.each(measure, draws)
        apart = t_interval([row["moved"] - row["stayed"] for row in found])
        words = f"survival, moved less stayed, {name} market"
        quantities.append(below_zero(words, apart))
        permuted = t_interval([row["permuted"] for row in found])
        null.append(Quantity(f"the same, permuted, {name}", permuted, (0.0, 0.0), "overlap"))
        mean = {key: t_interval([row[key] for row in found]).mean for key in found[0]}
        details.append(
            f"In the {name} market {mean['went']:.0%} of those whose contact person went followed; "
            f"after 24 months {mean['moved']:.1%} of them are with the poacher still, and "
            f"{mean['stayed']:.1%} of matched stayers with the victim."
        )
    return Finding(quantities=tuple(quantities), null=tuple(null), details=tuple(details))


PATTERN = Pattern(
    id="P15",
    pattern="accounts moved with poached staff survive less than matched stayers",
    source="Treacy & Wiersema 1995 (rivals hired the salespeople and failed)",
    statistic="part still with the poacher after 24 months less the part of matched customers, "
    "whose contact person stayed, still with the victim, untuned market",
    null="who moved is permuted within matched pairs",
    find=find,
)
