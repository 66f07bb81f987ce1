"""P6: how many reviews there are, and how good they are, both move choices."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.study import Draw, Study
    from sim.market import Market

_PEOPLE, _BEFORE, _MONTHS, _REPLICATIONS = 4000, 24, 6, 16
_STEP = 0.1
"""Interventions are of ± 10 %."""


def more_or_fewer(
    page: NDArray[np.int8], counts: NDArray[np.float64], sign: int, luck: np.random.Generator
) -> None:
    """Change the number of a firm's reviews by a tenth, not their stars: the count and the page.

    The page changes by a tenth on average; a full one has no room for more.
    """
    import numpy as np

    counts *= 1.0 + sign * _STEP
    there, free = np.flatnonzero(page > 0), np.flatnonzero(page == 0)
    chosen = there[luck.random(len(there)) < _STEP]
    if sign < 0:
        page[chosen] = 0
        return
    places = luck.permutation(free)[: len(chosen)]
    page[places] = page[chosen[: len(places)]]


def better_or_worse(
    page: NDArray[np.int8], counts: NDArray[np.float64], sign: int, luck: np.random.Generator
) -> None:
    """Change the mean stars on a page by a tenth, as far as 1 to 5 stars allow, star by star."""
    import numpy as np

    there = luck.permutation(np.flatnonzero(page > 0))
    wanted = round(_STEP * float(page[there].sum()))
    while wanted > 0:
        able = there[(page[there] + sign >= 1) & (page[there] + sign <= 5)]
        if not len(able):
            return
        page[able[:wanted]] += sign
        wanted -= min(wanted, len(able))


INTERVENTIONS = {"volume": more_or_fewer, "valence": better_or_worse}


def amount(kind: str, page: NDArray[np.int8], counts: NDArray[np.float64]) -> float:
    """Number of recent reviews, or the mean stars of those on the page."""
    return float(counts.sum()) if kind == "volume" else float(page[page > 0].mean())


def joins(market: Market, firm: int, kind: str, sign: int) -> tuple[int, float]:
    """Who joins a firm in half a year in which its page is shown otherwise than it is.

    Returns:
        Joiners, and the mean logarithm of what was shown over what was there.
    """
    import numpy as np

    twin = copy.deepcopy(market)
    joined, changes = 0, []
    for month in range(_MONTHS):
        posts, counts = twin.population.posts, twin.measures.star_recent[firm]
        true, counted = posts.copy(), counts.copy()
        luck = np.random.default_rng((twin.seed, twin.replication, firm, month))
        INTERVENTIONS[kind](posts[firm], counts, sign, luck)
        was, now = amount(kind, true[firm], counted), amount(kind, posts[firm], counts)
        changes.append(np.log(now / was))
        shown = posts.copy()
        twin.begin_month()
        counts[:] = counted  # offers are out; what is counted from here on are true reviews
        twin.step()
        posts = twin.population.posts
        posts[:] = np.where(posts != shown, posts, true)  # this month's reviews, and the old ones
        column = twin.population.column
        now = (column("provider") == firm) & (column("joined_month") == twin.month)
        joined += int(now.sum())
    return joined, float(np.mean(changes))


def measure(draw: Draw) -> dict[str, float]:
    """Elasticities of joins by volume and valence, all firms of one market added up."""
    market = draw.market()
    market.run_for(_BEFORE)
    found = {}
    for kind in INTERVENTIONS:
        change = base = shown = 0.0
        for firm in range(len(market.firms)):
            more, up = joins(market, firm, kind, +1)
            less, down = joins(market, firm, kind, -1)
            change += more - less
            base += (more + less) / 2
            shown += (up - down) / len(market.firms)
        found[kind] = change / base / shown
    found["joins"] = base
    return found


def find(study: Study) -> Finding:
    """Show every firm's page a tenth fuller, emptier, better and worse under the same luck."""
    from experiments.statistics import t_interval
    from sim.scenario import Scenario

    size = {"market.customers": study.people(_PEOPLE), "market.months": _BEFORE + _MONTHS}
    plan = Scenario().with_values(size)
    read = study.draws(plan, _REPLICATIONS)
    ignored = study.draws(plan.with_values({"zmot.review": 0.0, "zmot.volume": 0.0}), 4)
    found = study.each(measure, [*read, *ignored])
    here, null = found[: len(read)], found[len(read) :]

    def elasticity(rows: list[dict[str, float]], kind: str) -> Interval:
        return t_interval([row[kind] for row in rows])

    return Finding(
        quantities=(
            Quantity("elasticity of joins by volume", elasticity(here, "volume"), (0.1, 0.5)),
            Quantity("elasticity of joins by valence", elasticity(here, "valence"), (0.2, 0.7)),
        ),
        null=(
            Quantity("elasticity by volume", elasticity(null, "volume"), (0.0, 0.0), "overlap"),
            Quantity("elasticity by valence", elasticity(null, "valence"), (0.0, 0.0), "overlap"),
        ),
        details=(
            "Volume is the number of recent reviews, and how many of 64 places a page fills.",
        ),
    )


if TYPE_CHECKING:
    from experiments.statistics import Interval


PATTERN = Pattern(
    id="P6",
    pattern="volume and valence of reviews both move choices",
    source="You, Vadakkepatt & Joshi 2015",
    statistic="elasticity of joins by volume over half a year (by valence: see below), paired "
    "interventions of ± 10 % on firms' public pages",
    null="reviews are ignored",
    find=find,
)
