"""A market of one's own as a scenario, and what it comes to in the columns of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.fitting.parameters import Parameter, values_of
from tsunagari.experiments.fitting.table import MarketTable
from tsunagari.experiments.runs.trial import Trial, TrialResult
from tsunagari.experiments.runs.workers import Run
from tsunagari.sim.paths import text_of
from tsunagari.sim.scenario import Scenario

PRICE_LEVEL = 1.79
"""Mean price over unit cost where no cost is known: what firms of no discipline ask by default."""
QUARTER = 3
MEASURES = ("share", "churn", "joins", "nps")
"""Columns that a fit is held against."""
IN_POINTS = {"share": 100.0, "churn": 100.0, "joins": 100.0, "nps": 1.0}
"""How they are compared: shares and rates in points."""

type Months = Mapping[str, np.ndarray]
"""By measure float64[months + 1, firms], shares and rates as fractions."""


# -- the scenario ----------------------------------------------------------------------------------


def status_quo(
    table: MarketTable, facts: Facts, *, customers: int, months: int, title: str
) -> Scenario:
    """The market as it was at the table's first month, still but for what is known to move.

    Prices and advertising follow the table, in months without a figure the last one known.
    """
    unserved = facts.unserved
    money = _money(table, facts)
    values: dict[str, Any] = {
        "title": title,
        "market": {
            "customers": customers,
            "months": months,
            "start": "steady",
            **({} if facts.people is None else {"people": facts.people}),
        },
        "money": money,
        # A market in which size or imitation feed on themselves does not stand still.
        "technology": {"scale": 0.0, "imitation": 0.0},
        # Whether a firm lives is no question of a fit: the table says that it did.
        "finance": {"credit": 1000.0, "grace": 1200},
        "claims": [],
    }
    events = [_event(event) for event in facts.events]
    firms = []
    for index, name in enumerate(table.firms):
        share = float(table.values["share"][0, index]) * (1.0 - unserved)
        firm: dict[str, Any] = {"name": name, "share": min(1.0, share)}
        known = {"contract": facts.contract_of(name), "tenure": facts.tenure_of(name)}
        firm |= {key: value for key, value in known.items() if value is not None}
        asked = _filled(table.values.get("price"), index)
        if asked is not None:
            firm["asks"] = float(asked[0])
            events += _series(name, "asks", asked)
        heard = _filled(table.values.get("advertising"), index)
        if heard is not None:
            relative = heard / _usual_advertising(table)
            firm["advertising"] = float(relative[0])
            events += _series(name, "advertising", relative)
        firms.append(firm)
    plan = Scenario().with_values({"firms": firms})
    return plan.with_values({**values, "events": [e for e in events if e["month"] <= months]})


def _money(table: MarketTable, facts: Facts) -> dict[str, Any]:
    """The currency, and what a unit costs in it: as is known, or by the usual margin."""
    prices = table.values.get("price")
    if prices is None:
        return {} if facts.currency is None else {"currency": facts.currency}
    cost = facts.unit_cost
    if cost is None:
        first = np.array([_filled(prices, index)[0] for index in range(len(table.firms))])  # type: ignore[index]
        cost = float(table.values["share"][0] @ first) / PRICE_LEVEL
    return {"currency": facts.currency or "money", "unit_cost": cost}


def _filled(column: np.ndarray | None, index: int) -> np.ndarray | None:
    """A firm's column with gaps filled by the last known, before the first by it; None if empty."""
    if column is None:
        return None
    own = column[:, index]
    known = np.flatnonzero(np.isfinite(own))
    if len(known) == 0:
        return None
    place = np.maximum.accumulate(np.where(np.isfinite(own), np.arange(len(own)), -1))
    filled: np.ndarray = own[np.where(place < 0, known[0], place)]
    return filled


def _usual_advertising(table: MarketTable) -> float:
    """Mean advertising at the start, which stands for level 1."""
    column = table.values["advertising"]
    known = [_filled(column, index) for index in range(len(table.firms))]
    return float(np.mean([filled[0] for filled in known if filled is not None])) or 1.0


def _series(firm: str, key: str, values: np.ndarray) -> list[dict[str, Any]]:
    """The event that lets a number follow the table, if it moves at all."""
    if (values == values[0]).all():
        return []
    path = text_of(("firms", firm, key))
    return [{"month": 1, "set": path, "to": [float(value) for value in values[1:]]}]


def _event(event: Any) -> dict[str, Any]:
    told: dict[str, Any] = event.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return told


# -- what it comes to ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """Which figures of a table count, and how they are put side by side.

    Attributes:
        table: The table.
        last: Last month that counts.
    """

    table: MarketTable
    last: int

    @property
    def measures(self) -> tuple[str, ...]:
        """Those of :data:`MEASURES` of which the table has anything."""
        return tuple(name for name in MEASURES if name in self.table.values)

    def cells(self) -> Iterator[tuple[str, int, int, np.ndarray]]:
        """Measure, firm, last month of a quarter and the months in it that are known."""
        for name in self.measures:
            known = np.isfinite(self.table.values[name])
            for firm in range(len(self.table.firms)):
                for end in range(QUARTER, self.last + 1, QUARTER):
                    months = np.arange(end - QUARTER + 1, end + 1)
                    months = months[known[months, firm]]
                    if len(months):
                        yield name, firm, end, months

    def with_column(self, measure: str) -> Held:
        """The same as if the table had a further column, known when its shares are."""
        told = np.where(np.isfinite(self.table.values["share"]), 0.0, np.nan)
        values = {**self.table.values, measure: told}
        return replace(self, table=replace(self.table, values=values))

    def summary(self, found: Months) -> np.ndarray:
        """Means of quarters, over the months that the table knows; in points."""
        return np.array(
            [
                IN_POINTS[name] * np.nanmean(found[name][months, firm])
                for name, firm, _, months in self.cells()
            ]
        )

    def labels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Measure, firm and last month of every figure of :meth:`summary`."""
        rows = [(name, firm, end) for name, firm, end, _ in self.cells()]
        names, firms, ends = zip(*rows, strict=True)
        return np.array(names), np.array(firms), np.array(ends)


def months_of(result: TrialResult, firms: Sequence[str]) -> dict[str, np.ndarray]:
    """The table's columns of a market that was run."""
    tables = result.tables["firms"]
    listed = np.asarray(tables["firm"])
    months = int(np.asarray(tables["month"]).max()) + 1

    def of(column: str) -> np.ndarray:
        grid = np.full((months, len(firms)), np.nan)
        values = np.asarray(tables[column], np.float64)
        for place, name in enumerate(firms):
            own = listed == name
            grid[np.asarray(tables["month"])[own], place] = values[own]
        return grid

    customers, leaves, joins = of("customers"), of("leaves"), of("joins")
    before = np.vstack([np.full(len(firms), np.nan), customers[:-1]])
    return {
        "share": of("market_share") / np.nansum(of("market_share"), axis=1, keepdims=True),
        "churn": leaves / np.maximum(before, 1.0),
        "joins": joins / np.nansum(customers, axis=1, keepdims=True),
        "nps": of("nps"),
    }


@dataclass(frozen=True)
class Simulator:
    """Runs the market at points of the parameters.

    Attributes:
        plan: The status quo with every parameter at its default.
        firms: The table's firms, in its order.
        parameters: What moves.
        run: Runs trials.
    """

    plan: Scenario
    firms: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    run: Run

    def at(self, z: np.ndarray, **values: Any) -> Scenario:
        """The scenario at a point."""
        named = {key.replace("__", "."): value for key, value in values.items()}
        return self.plan.with_values({**values_of(self.parameters, z), **named})

    def __call__(
        self, points: Iterable[tuple[np.ndarray, int]], customers: int | None = None
    ) -> Iterator[dict[str, np.ndarray]]:
        """What the markets at some points come to, each with its seed, in order.

        Args:
            points: Points float64[parameters] and seeds.
            customers: People in each; as many as the plan has if none.
        """
        sized = {} if customers is None else {"market__customers": customers}
        trials = (Trial(self.at(z, **sized), seed) for z, seed in points)
        for result in self.run(trials):
            yield months_of(result, self.firms)
