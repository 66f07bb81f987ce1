"""A market of one's own as a scenario, and what it comes to in the columns of the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tsunagari.experiments.fitting.derived import parts_of
from tsunagari.experiments.fitting.facts import Facts
from tsunagari.experiments.fitting.parameters import Parameter, values_of
from tsunagari.experiments.fitting.table import MarketTable
from tsunagari.experiments.runs.cube import Cube
from tsunagari.experiments.runs.summary import by_tenure
from tsunagari.experiments.runs.trial import Replications, Trial, TrialResult
from tsunagari.experiments.runs.workers import Run
from tsunagari.experiments.words.numbers import listed
from tsunagari.sim.paths import text_of
from tsunagari.sim.scenario import Scenario

AHEAD = 12
"""Months beyond the table that the market is run for."""
PRICE_LEVEL = 1.79
"""Mean price over unit cost where no cost is known: what firms of no discipline ask by default."""
QUARTER = 3
MONTHLY = ("share", "churn", "joins", "nps", "rating", "reviews")
"""Columns that a fit is held against."""
FACTS = ("survival", "switching")
"""Facts of the whole time that it is held against, too."""
MEASURES = (*MONTHLY, *FACTS)
IN_POINTS = {"nps": 1.0, "rating": 1.0}
IN_POINTS = {name: IN_POINTS.get(name, 100.0) for name in MEASURES}
"""How they are compared: parts and rates in points."""

type Months = Mapping[str, np.ndarray]
"""By measure float64[rows, firms], parts and rates as fractions.

A row of a column is a month, one of ``survival`` a month since joining, one of ``switching`` the
firm gone to, in the table's order from row 1.
"""


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


def with_facts(table: MarketTable, facts: Facts) -> MarketTable:
    """A table with what is known of the whole time beside it, as further measures.

    What cannot be held against a market is left out and noted.
    """
    longest, firms = table.months + AHEAD, table.firms
    survival, switching = _blank(longest, firms), _blank(len(firms), firms)
    left_out: list[str] = []
    for firm, by_month in facts.survival.items():
        for month, part in by_month.items():
            if firm in firms and month <= longest:
                survival[month, firms.index(firm)] = part
            else:
                left_out.append(f"survival of {firm} after {month} months")
    for firm, parts in facts.switching.items():
        for other, part in parts.items():
            if {firm, other} <= {*firms}:
                switching[1 + firms.index(other), firms.index(firm)] = part
            else:
                left_out.append(f"switching from {firm} to {other}")
    told = {"survival": survival, "switching": switching}
    known = {name: grid for name, grid in told.items() if np.isfinite(grid).any()}
    notes = table.notes
    if left_out:
        notes = (*notes, f"{listed(left_out)}: not used; markets of {longest} months of the "
                         "table's firms are run")  # fmt: skip
    return replace(table, values={**table.values, **known}, notes=notes)


def _blank(last: int, firms: Sequence[str]) -> np.ndarray:
    return np.full((last + 1, len(firms)), np.nan)


# -- what it comes to ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """Which figures of a table count, and how they are put side by side.

    What is known of the whole time counts only with all of the table's months: it was not known
    before.

    Attributes:
        table: The table.
        last: Last month that counts.
    """

    table: MarketTable
    last: int

    @property
    def measures(self) -> tuple[str, ...]:
        """Those of :data:`MEASURES` of which the table has anything."""
        names = MEASURES if self.last >= self.table.months else MONTHLY
        return tuple(name for name in names if name in self.table.values)

    def cells(self) -> Iterator[tuple[str, int, int, np.ndarray]]:
        """Measure, firm, last row of those taken together, and the known ones among them.

        Months are taken by quarters, rows of facts each by itself.
        """
        for name in self.measures:
            known = np.isfinite(self.table.values[name])
            width, last = (QUARTER, self.last) if name in MONTHLY else (1, len(known) - 1)
            for firm in range(len(self.table.firms)):
                for end in range(width, last + 1, width):
                    rows = np.arange(end - width + 1, end + 1)
                    rows = rows[known[rows, firm]]
                    if len(rows):
                        yield name, firm, end, rows

    def with_column(self, measure: str) -> Held:
        """The same as if the table had a further column, known when its shares are.

        Of the facts: survival after every quarter, and where the leavers of every firm go.
        """
        firms = self.table.firms
        told = np.where(np.isfinite(self.table.values["share"]), 0.0, np.nan)
        if measure == "survival":
            told = _blank(self.table.months, firms)
            told[QUARTER::QUARTER] = 0.0
        elif measure == "switching":
            told = _blank(len(firms), firms)
            told[1:] = np.where(np.eye(len(firms)), np.nan, 0.0)
        values = {**self.table.values, measure: told}
        return replace(self, table=replace(self.table, values=values))

    def summary(self, found: Months) -> np.ndarray:
        """Means of quarters, over the months that the table knows, and facts; in points."""
        return np.array(
            [
                IN_POINTS[name] * np.nanmean(found[name][rows, firm])
                for name, firm, _, rows in self.cells()
            ]
        )

    def labels(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Measure, firm and last row of every figure of :meth:`summary`."""
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
        "rating": _as_others(of("rating")),
        "reviews": parts_of(np.diff(of("reviews"), axis=0, prepend=np.nan)),
        "survival": _survival(result, firms),
        "switching": _switching(result, firms),
    }


def _as_others(ratings: np.ndarray) -> np.ndarray:
    """Ratings; of who has no review yet, that of the others."""
    with np.errstate(invalid="ignore"):
        usual = np.nanmean(ratings[1:])
    filled: np.ndarray = np.where(np.isfinite(ratings), ratings, usual)
    return filled


def _survival(result: TrialResult, firms: Sequence[str]) -> np.ndarray:
    """Part of joiners still there by months since, float64[months + 1, firms].

    A life table to which one customer more is added at every tenure, who leaves as the firm's do
    on average: where nobody is followed, that is what is known.
    """
    cube = Cube(Replications([result]))
    table, places = by_tenure(cube), [cube.names.index(firm) for firm in firms]
    at_risk, left = table.at_risk[0][places], table.left[0][places]
    usual = left.sum(axis=1, keepdims=True) / np.maximum(at_risk.sum(axis=1, keepdims=True), 1.0)
    stays = 1.0 - (left + usual) / (at_risk + 1.0)
    stays[:, 0] = 1.0
    survival: np.ndarray = np.cumprod(stays, axis=1).T
    return survival


def _switching(result: TrialResult, firms: Sequence[str]) -> np.ndarray:
    """Where those go who leave a firm, float64[1 + firms, firms].

    Parts of all leavers of the firm in the column, from row 1; who goes to nobody has no row. One
    leaver more is spread evenly over the others.
    """
    flows = result.tables["flows"]
    moved = np.asarray(flows["customers"], np.float64)
    left, joined = (np.asarray(flows[name]) for name in ("source", "destination"))
    counts = np.array(
        [[moved[(left == firm) & (joined == other)].sum() for firm in firms] for other in firms]
    )
    counts += (1.0 - np.eye(len(firms))) / max(1, len(firms) - 1)
    leavers = np.array([1.0 + moved[left == firm].sum() for firm in firms])
    return np.vstack([np.full(len(firms), np.nan), counts / leavers])


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
