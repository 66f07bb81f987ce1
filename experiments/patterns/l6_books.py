"""L6: shares sum to 1, flows balance, and money adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.patterns.pattern import Pattern
from experiments.patterns.verdict import Finding, Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.patterns.study import Draw, Study
    from sim.results import Columns

_PEOPLE, _MONTHS = 2000, 36
_EXACT = 1e-9
_STRANGE: dict[str, dict[str, Any]] = {
    "the default": {},
    "an empty market": {"market.start": "empty", "adoption.innovation": 0.02},
    "a disruptor": {"events": [{"month": 6, "enter": {"name": "New", "discipline": "disruptor"}}]},
    "firms that fail": {"finance.credit": 0.0, "finance.start_cash": 0.0, "finance.grace": 0},
    "much coming and going": {"market.exit": 0.05, "looking.base": 0.5},
}


def measure(draw: Draw) -> tuple[float, float]:
    """Largest gap in a run's books, and in the same books with one customer and coin moved."""
    import numpy as np

    market = draw.market()
    market.run_for(draw.plan.market.months)
    tables = market.results.tables
    people = market.population.people
    firms = {name: np.array(column) for name, column in tables["firms"].items()}
    last = firms["month"] == firms["month"].max()
    row = int(np.flatnonzero(last)[0])
    firms["customers"][row] += 1
    firms["revenue"][row] += 1.0
    return gap(tables, people), gap({**tables, "firms": firms}, people)


def gap(tables: Mapping[str, Columns], people: int) -> float:
    """Largest violation of the laws of accounting, relative to what is added up."""
    import pandas as pd

    firms, market, flows = (pd.DataFrame(dict(tables[t])) for t in ("firms", "market", "flows"))
    market = market.set_index("month")
    by_firm = firms.groupby("firm", sort=False)
    before, cash_before = by_firm["customers"].shift(fill_value=0), by_firm["cash"].shift()
    month = firms.groupby("month")
    later = firms["month"] > 0
    keys = ["month", "firm"]
    indexed = firms.set_index(keys)

    def moved(end: str) -> pd.Series:
        some = flows[flows[end] != ""].rename(columns={end: "firm"})
        return some.groupby(keys)["customers"].sum().reindex(indexed.index, fill_value=0)

    everybody = month["customers"].sum().reindex(market.index, fill_value=0)
    revenue = month["revenue"].sum().reindex(market.index, fill_value=0.0)
    shares = month["market_share"].sum()[everybody[everybody > 0].index] - 1.0
    worth = month["revenue_share"].sum()[revenue[revenue > 0].index] - 1.0
    balance = (before + firms["joins"] - firms["leaves"] - firms["customers"])[later] / people
    seats = (market["without_provider"] + everybody - people) / people
    arrivals = (indexed["joins"] - moved("destination")) / people
    departures = (indexed["leaves"] - moved("source")) / people
    paid = (revenue - market["spending"]) / max(float(revenue.max()), 1.0)
    kept = (firms["cash"] - cash_before - firms["profit"]).dropna()
    kept /= max(float(firms["cash"].abs().max()), 1.0)
    parts = (shares, worth, balance, seats, arrivals, departures, paid, kept)
    return max(float(part.abs().max()) for part in parts if len(part))


def find(study: Study) -> Finding:
    """Check the books of five kinds of markets."""
    from experiments.patterns.study import Draw
    from experiments.statistics import Interval
    from sim.scenario import Scenario

    size = {"market.customers": study.people(_PEOPLE), "market.months": _MONTHS}
    jobs = [
        Draw(Scenario().with_values({**size, **how}), study.seed, 0) for how in _STRANGE.values()
    ]
    found = study.each(measure, jobs)
    gaps, moved = [gap for gap, _ in found], [tampered for _, tampered in found]
    widest, least = max(gaps), min(moved)
    return Finding(
        quantities=(
            Quantity("largest gap", Interval(widest, min(gaps), widest), (0.0, _EXACT), "interval"),
        ),
        null=(Quantity("gap", Interval(least, least, max(moved)), (_EXACT, None), "interval"),),
        details=(f"Markets: {', '.join(_STRANGE)}; the interval is their range.",),
    )


PATTERN = Pattern(
    id="L6",
    pattern="shares sum to 1, flows balance, and money adds up",
    source="accounting; no data needed",
    statistic="largest relative gap in the books of five kinds of markets",
    null="the same books with one customer and one unit of money moved",
    find=find,
)
