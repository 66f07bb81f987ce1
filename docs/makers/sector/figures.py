"""What the default market amounts to: churn, retention, prices, elasticity, who leads where."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.statistics import Interval
    from tsunagari.experiments.runs.tables import Columns
    from tsunagari.experiments.validate.purity import PurityMap
    from tsunagari.experiments.validate.study import Draw, Study
    from tsunagari.sim.scenario import Scenario

SCENARIO = "three-disciplines"
PEOPLE, MONTHS, WARM_UP, REPLICATIONS = 8000, 60, 24, 5
CHANGE, CHANGED_FOR = 0.05, 12
"""A price is raised and lowered by this part, for so many months after the warm-up."""

COSTS = ("delivery", "attention", "service", "advertising", "acquisition", "investment", "fixed",
         "interest")  # fmt: skip
NUMBERS = ("churn", "retention_12", "nps", "rating", "price", "market_share", "margin", *COSTS)
"""Of each firm; margin and costs are parts of revenue."""


@dataclass(frozen=True)
class SectorFigures:
    """What was measured, with 95 % intervals over replications.

    Attributes:
        firms: Name to number to interval, see :data:`NUMBERS`; besides them ``elasticity``.
        stars: Part of reviews with 1 to 5 stars, all firms together.
        spread: How much more the dearest firm asks than the cheapest, as a part.
        leaders: By what (profit, share) to the names of leaders, see :func:`leaders`.
    """

    firms: Mapping[str, Mapping[str, Interval]]
    stars: tuple[Interval, ...]
    spread: Interval
    leaders: Mapping[str, list[list[tuple[str, bool]]]]


@dataclass(frozen=True)
class PriceChange:
    """A market to be run twice: with a firm's price raised and lowered."""

    draw: Draw
    firm: str


def measured(study: Study) -> SectorFigures:
    """Run the default market, its price changes, and the map of P14."""
    from tsunagari.experiments.runs.statistics import t_interval
    from tsunagari.experiments.validate.purity import mapped
    from tsunagari.sim.scenario import Scenario

    size = {"market.customers": study.people(PEOPLE), "market.months": MONTHS}
    plan = Scenario.load(SCENARIO).with_values(size)
    names = [firm.name for firm in plan.firms]
    draws = study.draws(plan, REPLICATIONS)
    runs = study.each(numbers_of, draws)
    changes = [PriceChange(draw, name) for name in names for draw in draws]
    elasticities = study.each(elasticity, changes)
    firms = {
        name: {
            **{what: t_interval([run["firms"][name][what] for run in runs]) for what in NUMBERS},
            "elasticity": t_interval(
                [e for e, job in zip(elasticities, changes, strict=True) if job.firm == name]
            ),
        }
        for name in names
    }
    found = mapped(study)
    return SectorFigures(
        firms=firms,
        stars=tuple(t_interval([run["stars"][n] for run in runs]) for n in range(5)),
        spread=t_interval([run["spread"] for run in runs]),
        leaders={"profit": leaders(found, found.profit), "share": leaders(found, found.share)},
    )


def numbers_of(draw: Draw) -> dict[str, Any]:
    """The figures of one run, after the warm-up."""
    import numpy as np

    tables = _tables(draw)
    firms = {name: _numbers(tables["firms"], name) for name in _names(tables)}
    prices = [firm["price"] for firm in firms.values() if math.isfinite(firm["price"])]
    table = tables["firms"]
    last = np.asarray(table["month"]) == draw.plan.market.months
    stars = [float(np.asarray(table[f"stars_{n}"])[last].sum()) for n in range(1, 6)]
    return {
        "firms": firms,
        "spread": max(prices) / min(prices) - 1.0,
        "stars": [count / sum(stars) for count in stars],
    }


def _numbers(table: Columns, name: str) -> dict[str, float]:
    import numpy as np

    own = np.asarray(table["firm"]) == name
    month = np.asarray(table["month"])[own]
    late = month > WARM_UP

    def column(what: str) -> NDArray[np.float64]:
        return np.asarray(table[what], np.float64)[own]

    def mean(what: str) -> float:
        return float(np.nanmean(column(what)[late]))

    if not late.any():  # it has closed before
        return dict.fromkeys(NUMBERS, math.nan)
    customers = column("customers")
    before = np.concatenate([[np.nan], customers[:-1]])
    revenue = math.fsum(column("revenue")[late])
    return {
        "churn": math.fsum(column("leaves")[late]) / math.fsum(before[late]),
        **{what: mean(what) for what in ("retention_12", "nps", "rating", "price")},
        "market_share": float(column("market_share")[-1]),
        "margin": math.fsum(column("profit")[late]) / revenue,
        **{what: math.fsum(column(what)[late]) / revenue for what in COSTS},
    }


def elasticity(change: PriceChange) -> float:
    """Elasticity of joins by price: of the year after a change, raised against lowered."""
    import numpy as np

    found = []
    for factor in (1.0 + CHANGE, 1.0 - CHANGE):
        draw = change.draw
        table = _tables(type(draw)(_changed(draw.plan, change.firm, factor), draw.seed,
                                   draw.replication))["firms"]  # fmt: skip
        month = np.asarray(table["month"])
        rows = (np.asarray(table["firm"]) == change.firm) & (month > WARM_UP)
        joins = float(np.asarray(table["joins"])[rows].sum())
        found.append((joins, float(np.asarray(table["price"])[rows].mean())))
    (few, dear), (many, cheap) = found
    return math.log(few / many) / math.log(dear / cheap) if min(few, many) > 0 else math.nan


def _changed(plan: Scenario, firm: str, factor: float) -> Scenario:
    own = next(each.price for each in plan.firms if each.name == firm)
    event = {"month": WARM_UP + 1, "set": f"firms.{firm}.price", "to": own * factor}
    return plan.with_values({"market.months": WARM_UP + CHANGED_FOR, "events": [event]})


def leaders(found: PurityMap, less_middle: NDArray[np.float64]) -> list[list[tuple[str, bool]]]:
    """Who leads in every cell of the map, and whether its lead is certain.

    Args:
        found: The map.
        less_middle: Pure less middle, [environment, connectivity, pure firm, replication].

    Returns:
        For every environment and connectivity the firm with the highest mean, and whether the
        paired 95 % interval of its lead over the next is above 0.
    """
    import numpy as np

    from tsunagari.experiments.runs.statistics import t_interval
    from tsunagari.experiments.validate.purity import MIDDLE, PURE

    names = (*PURE, MIDDLE)
    everybody = np.concatenate([less_middle, np.zeros_like(less_middle[:, :, :1])], axis=2)
    table = []
    for row in everybody:
        cells = []
        for cell in row:
            best, second = np.argsort(-cell.mean(axis=-1), kind="stable")[:2]
            lead = t_interval(cell[best] - cell[second])
            cells.append((names[best], bool(lead.low > 0)))
        table.append(cells)
    return table


def _tables(draw: Draw) -> Mapping[str, Columns]:
    from tsunagari.experiments.runs.trial import Trial, run_trial

    return run_trial(Trial(draw.plan, draw.seed, draw.replication), threads=1).tables


def _names(tables: Mapping[str, Columns]) -> list[str]:
    return list(dict.fromkeys(str(name) for name in tables["firms"]["firm"]))
