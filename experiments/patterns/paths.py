"""What became of firms, month by month, and how two runs of the same luck differ in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from experiments.patterns.study import Draw, Study
    from experiments.statistics import Interval
    from sim.market import Market
    from sim.scenario import Scenario

    type Floats = NDArray[np.float64]

type Path = Mapping[str, Floats]
"""A value a month, 0 … T, by measure; NaN where it is undefined or the firm is not there."""


@dataclass(frozen=True)
class Followed:
    """A market to be run, and what of a firm to write down.

    Attributes:
        draw: The market.
        firm: Name of the firm.
        measures: Columns of the table of firms; a name that is none is a customers' column, whose
            mean over the firm's customers is taken.
    """

    draw: Draw
    firm: str
    measures: tuple[str, ...]


def follow(job: Followed) -> dict[str, Floats]:
    """Run the market to its end and give each measure's path."""
    import numpy as np

    from agents.columns import MARK_ROW, REAL_ROW

    market = job.draw.market()
    months = job.draw.plan.market.months
    table = market.measures.tables(market)["firms"]
    lived = [name for name in job.measures if name not in table]
    unknown = [name for name in lived if name not in REAL_ROW and name not in MARK_ROW]
    if unknown:
        raise KeyError(f"neither a measure nor a column: {unknown}")
    path = {name: np.full(months + 1, np.nan) for name in job.measures}
    for month in range(1, months + 1):
        market.step()
        for name in lived:
            path[name][month] = mean_of_customers(market, job.firm, name)
    table = market.measures.tables(market)["firms"]
    own = np.asarray(table["firm"]) == job.firm
    for name in job.measures:
        if name in table:
            path[name][np.asarray(table["month"])[own]] = np.asarray(table[name], float)[own]
    return path


def mean_of_customers(market: Market, firm: str, column: str) -> float:
    """Mean of a column over those who have lived at least a month with a firm; NaN of nobody."""
    import numpy as np

    population = market.population
    own = population.column("provider") == market.firm(firm).index
    own &= population.column("tenure") >= 1
    values = population.column(column)[own]
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")


@dataclass(frozen=True)
class Paired:
    """Two plans under the same luck, replication by replication.

    Attributes:
        base: Paths without the change.
        changed: Paths with it, in the same order.
    """

    base: Sequence[Path]
    changed: Sequence[Path]

    def difference(self, measure: str, first: int, last: int | None = None) -> Interval:
        """Changed less base, as a mean over months ``first`` … ``last`` (one month without it)."""
        from experiments.statistics import t_interval

        return t_interval(self.differences(measure, first, last))

    def differences(self, measure: str, first: int, last: int | None = None) -> list[float]:
        """The same, one number a replication; months in which either is undefined are left out."""
        import numpy as np

        months = slice(first, (first if last is None else last) + 1)
        found = []
        for base, changed in zip(self.base, self.changed, strict=True):
            apart = changed[measure][months] - base[measure][months]
            known = apart[~np.isnan(apart)]
            found.append(float(known.mean()) if known.size else float("nan"))
        return found


def paired(
    study: Study,
    base: Scenario,
    changes: Mapping[str, Mapping[str, Any]],
    firm: str,
    measures: Sequence[str],
    replications: int,
) -> dict[str, Paired]:
    """Run a plan and changes of it under the same luck.

    Args:
        study: Where to run.
        base: The plan.
        changes: Values by dotted path, for every change by name.
        firm: Which firm to follow.
        measures: What of it, see :class:`Followed`.
        replications: How many pairs of each, or fewer if the study is quick.

    Returns:
        Pairs by the name of the change; all have the same base.
    """
    plans = [base, *(base.with_values(dict(values)) for values in changes.values())]
    draws = [draw for plan in plans for draw in study.draws(plan, replications)]
    found = study.each(follow, [Followed(draw, firm, tuple(measures)) for draw in draws])
    each = len(found) // len(plans)
    arms = [found[start : start + each] for start in range(0, len(found), each)]
    return {name: Paired(arms[0], arm) for name, arm in zip(changes, arms[1:], strict=True)}
