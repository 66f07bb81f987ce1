"""The tables of a run: every month is taken down when it ends, and read as pandas DataFrames.

What a month left behind is kept as it is, and measures are made of many months at once: a month of
a small market would otherwise spend most of its time on measures of a few firms.

What the columns are, :mod:`tsunagari.sim.measures` declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.phases.survey import SUMS
from tsunagari.agents.phases.welfare import Sample
from tsunagari.agents.population import Population
from tsunagari.sim.bills import Bills
from tsunagari.sim.lifetimes import Lifetimes
from tsunagari.sim.measures import OF_FIRMS, OF_THE_MARKET
from tsunagari.sim.measuring import (
    FACTS,
    Measure,
    Months,
    by_segment,
    facts_of,
    longer,
)
from tsunagari.sim.moves import Columns, Moves, movers, texts
from tsunagari.sim.scale import Scale
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

STAR_MEMORY = 0.9
"""Part of a firm's public rating that is left a month later: a rating is of the last year."""
_MOST_KEPT = 120
"""Months that are kept as they are before measures are made of them: some 10 MB."""


class Results:
    """What a market has left behind so far.

    Attributes:
        tables: Table name to columns: ``firms``, ``market``, ``segments``, ``cohorts``, ``flows``.
            Undefined numbers are NaN here and null in files.
    """

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        self.tables = tables

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per replication, month and firm."""
        return self._frame("firms")

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per replication and month."""
        return self._frame("market")

    @cached_property
    def segments(self) -> pd.DataFrame:
        """One row per replication, month and segment."""
        return self._frame("segments")

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """One row per replication, firm, month of joining and tenure."""
        return self._frame("cohorts")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """One row per replication, month, source, destination and what decided."""
        return self._frame("flows")

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(dict(self.tables[name]))


class Ended(Protocol):
    """What is taken down of a market whose month has ended and whose books are closed."""

    plan: Scenario
    replication: int
    live: Any
    firms: list[Firm]
    population: Population
    spending: float


class Kept(NamedTuple):
    """A month as it was when it ended.

    Attributes:
        number: Which.
        facts: Of every firm, see :data:`tsunagari.sim.measuring.FACTS`.
        disciplines: Of every firm.
        sums: The survey's, a record a firm.
        of_all: Adopters, needs, spending, connectivity, discount
            (:class:`tsunagari.sim.measuring.Months`).
        rating: Of every firm.
        sample: A sample of customers.
        moved: Who moved (:func:`tsunagari.sim.moves.movers`).
        people: People of every segment without a provider, and with one: int[segments, 2].
    """

    number: int
    facts: list[tuple[Any, ...]]
    disciplines: list[str]
    sums: NDArray[np.void]
    of_all: tuple[float, ...]
    rating: list[float]
    sample: Sample
    moved: NDArray[np.int32]
    people: NDArray[np.int64]


class Stretch(NamedTuple):
    """Rows of the tables of some months: [month, firm], [month] and [month, segment]."""

    listed: NDArray[np.bool_]  # rows of firms that the table has
    firms: dict[str, np.ndarray]
    market: dict[str, np.ndarray]
    segments: dict[str, np.ndarray]


class Record:
    """The tables of one market, and what its firms are known for by them.

    Attributes:
        star_recent: Reviews of each firm by number of stars, each month counting
            :data:`STAR_MEMORY` of the next.
        is_closed: Whether nothing is taken down any more.
    """

    def __init__(self) -> None:
        self.star_recent: list[list[float]] = []
        self._kept: list[Kept] = []
        self._own: list[tuple[Columns, Mapping[str, float]]] = []  # by somebody else, by month
        self._stretches: list[Stretch] = []
        self._people = 0
        self._moves = Moves()
        self._bills = Bills()
        self._lifetimes = Lifetimes()
        self._customers = np.zeros((12, 0))  # of every firm, a year back, the last month last
        self._stars, self._discounted, self._ever = np.zeros((0, 5)), np.zeros(0), np.zeros(0)
        self.is_closed = False

    @property
    def moves(self) -> Moves:
        """Who went where."""
        self._measure()
        return self._moves

    @property
    def lifetimes(self) -> Lifetimes:
        """What firms have seen of late of how long customers stay."""
        self._measure()
        return self._lifetimes

    def rating(self) -> list[float]:
        """Public rating of every firm, 1–5: mean of recent stars; NaN without any."""
        found = []
        for counts in self.star_recent:
            given = _added([stars * count for stars, count in enumerate(counts, 1)])
            count = _added(counts)
            # Rounding could go beyond.
            found.append(min(5.0, max(1.0, given / count)) if count else nan)
        return found

    def remember_reviews(self, stars: np.ndarray) -> None:
        """Take the reviews of a month down, float64[firms, 5], for what firms are known for."""
        before = [*self.star_recent, *[[0.0] * 5] * (len(stars) - len(self.star_recent))]
        self.star_recent = [
            [count * STAR_MEMORY + new for count, new in zip(*of_a_firm, strict=True)]
            for of_a_firm in zip(before, stars.tolist(), strict=True)
        ]

    def recent_reviews(self) -> list[float]:
        """Reviews of every firm in a month, an average in which old months fade."""
        return [_added(counts) * (1.0 - STAR_MEMORY) for counts in self.star_recent]

    def latest(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Measures of firms in the last month, [measure, firm]; NaN of those not in the market.

        As the model has them: in unit costs and simulated customers.
        """
        self._measure()
        last = self._stretches[-1]
        values = np.array([last.firms[name][-1] for name in names], np.float64)
        return np.where(last.listed[-1], values, np.nan)

    def take(self, market: Ended, month: int, sums: np.ndarray, totals: Any) -> None:
        """Take one month down.

        Args:
            market: As it stands at the end of the month.
            month: Which.
            sums: The survey's, a record a firm.
            totals: The survey's of everybody.
        """
        self.remember_reviews(sums["stars"])
        if self.is_closed:
            return
        population, live = market.population, market.live
        if month == 0:
            self._people = population.people
            self._moves.begin(population, len(market.firms))
        segments = len(market.plan.segments)
        place = population.column("segment") * 2 + (population.column("provider") >= 0)
        if len(self._kept) == _MOST_KEPT:
            self._measure()
        self._kept.append(
            Kept(
                month,
                [facts_of(firm) for firm in market.firms],
                [firm.discipline.name for firm in market.firms],
                sums,
                (
                    *(float(totals["adopters"]), float(totals["needs"]), market.spending),
                    *(live.zmot.connectivity, live.finance.discount),
                ),
                self.rating(),
                population.welfare(),
                movers(population, month) if month else np.zeros((4, 0), np.int32),
                np.bincount(place, minlength=2 * segments).reshape(segments, 2),
            )
        )

    def take_own(self, of_firms: Columns, of_market: Mapping[str, float]) -> None:
        """Take the measures of somebody's own for the month just taken down.

        Args:
            of_firms: Column to float64[firms].
            of_market: Column to number.
        """
        self._own.append((of_firms, of_market))

    def _measure(self) -> None:
        """Make the measures of the months that are kept as they were.

        Raises:
            RuntimeError: The record is closed.
        """
        if self.is_closed:
            raise RuntimeError("the record of this market is closed: there are no tables of it")
        if not self._kept:
            return
        kept, self._kept = self._kept, []
        firms = len(kept[-1].facts)
        m = self._months(kept, firms)
        closed = m.each("closed")
        names = np.full((len(kept), firms), "", object)
        for place, one in enumerate(kept):
            names[place, : len(one.disciplines)] = one.disciplines
        people = np.stack([one.people for one in kept])
        self._stretches.append(
            Stretch(
                m.came & (np.isnan(closed) | (closed == m.number)),
                {
                    "month": np.broadcast_to(m.number, closed.shape),
                    "firm": np.broadcast_to(np.arange(firms), closed.shape),
                    "discipline": names,
                    **{measure.name: _values(measure, m) for measure in OF_FIRMS},
                },
                {
                    "month": m.number[:, 0],
                    **{measure.name: _values(measure, m) for measure in OF_THE_MARKET},
                },
                {
                    "people": people.sum(axis=2),
                    "customers": people[:, :, 1],
                    **by_segment(m, people.shape[1]),
                },
            )
        )

    def _months(self, kept: Sequence[Kept], firms: int) -> Months:
        """The months that measures are made of, and what is remembered of them."""
        sums = np.zeros((len(kept), firms), SUMS)
        facts = np.zeros((len(FACTS), len(kept), firms))
        rating = np.full((len(kept), firms), np.nan)
        for place, one in enumerate(kept):
            there = slice(len(one.facts))
            sums[place, there] = one.sums
            facts[:, place, there] = np.array(one.facts, np.float64).T
            rating[place, there] = one.rating
        customers = np.concatenate([longer(self._customers, firms, axis=1), sums["customers"]])
        self._customers = customers[-12:]
        adopters, needs, spending, connectivity, discount = np.array([k.of_all for k in kept]).T
        m = Months(
            number=np.array([[one.number] for one in kept]),
            came=np.arange(firms) < np.array([[len(one.facts)] for one in kept]),
            people=self._people,
            facts=facts,
            sums=sums,
            adopters=adopters,
            needs=needs,
            spending=spending,
            connectivity=connectivity,
            discount=discount,
            before=customers[11:-1],
            year_ago=customers[: len(kept)],
            rating=rating,
            stars=self._so_far("_stars", sums["stars"]),
            sample=Sample(*map(np.stack, zip(*(one.sample for one in kept), strict=True))),
        )
        m.billed_before, m.expanded = self._bills.take(m.each("price"), sums["paid"], m.sample)
        tenures, staying = self._moves.take(kept[0].number, [one.moved for one in kept], firms)
        m.worth = self._lifetimes.worth(m, tenures, staying)
        # Python's own power: numpy's has other last digits.
        worth = [(1.0 + one.of_all[-1]) ** one.number for one in kept]
        m.discounted = self._so_far("_discounted", m.contribution / np.array(worth)[:, None])
        m.ever = self._so_far("_ever", np.where(m.number == 0, sums["customers"], sums["joins"]))
        return m

    def _so_far(self, name: str, values: np.ndarray) -> np.ndarray:
        """The sum over all months until each of these, [months, firms, …], which is remembered."""
        before = longer(getattr(self, name), values.shape[1])
        sums: np.ndarray = np.cumsum(np.concatenate([before[None], values]), axis=0)[1:]
        setattr(self, name, sums[-1])
        return sums

    def close(self) -> None:
        """Take nothing down from now on, for copies of a market of which nobody reads a table.

        What firms are known for is kept up: no month comes out otherwise. Customers are no longer
        asked what holds them, and their reservoirs stay as they are.
        """
        self.is_closed = True
        self._kept.clear()
        self._stretches.clear()
        self._own.clear()

    def forget_rows(self) -> None:
        """Drop the rows of the tables so far, for copies of a market whose last month is read only.

        What later measures need of the past stays.
        """
        self._measure()
        self._moves.forget_rows()
        self._stretches.clear()
        self._own.clear()

    def tables(self, market: Ended) -> dict[str, Columns]:
        """The tables so far, as the interface documents them, in the scenario's own money."""
        self._measure()
        names, stretches = [firm.name for firm in market.firms], self._stretches
        firms = {
            name: np.concatenate([one.firms[name][one.listed] for one in stretches])
            for name in stretches[0].firms
        }
        firms["firm"] = texts(names, firms["firm"])
        listed = [row for one in stretches for row in one.listed]
        of_market = {
            name: np.concatenate([one.market[name] for one in stretches])
            for name in stretches[0].market
        }
        for name in self._own[0][0] if self._own else ():
            own = [of_firms[name] for of_firms, _ in self._own]
            firms[name] = np.concatenate(
                [values[row[: len(values)]] for values, row in zip(own, listed, strict=True)]
            )
        for name in self._own[0][1] if self._own else ():
            of_market[name] = np.array([own[name] for _, own in self._own])
        segments = [segment.name for segment in market.plan.segments]
        of_segments = {
            name: np.concatenate([one.segments[name].ravel() for one in stretches])
            for name in stretches[0].segments
        }
        months = of_market["month"]
        tables: dict[str, Columns] = {
            "firms": firms,
            "market": of_market,
            "segments": {
                "month": np.repeat(months, len(segments)),
                "segment": np.tile(np.array(segments, dtype=object), len(months)),
                **of_segments,
            },
            "cohorts": self._moves.cohorts(names),
            "flows": self._moves.flows(names),
        }
        scale = Scale.of(market.plan, market.population.people)
        return {n: _identified(scale.told(n, columns), market) for n, columns in tables.items()}


def _added(stars: Sequence[float]) -> float:
    one, two, three, four, five = stars
    return one + two + three + four + five  # one after the other; sum() would compensate


def _identified(columns: Columns, market: Ended) -> Columns:
    """A table's columns behind those that say of which run they are."""
    rows = len(next(iter(columns.values())))
    return {
        "scenario": np.full(rows, market.plan.title, dtype=object),
        "replication": np.full(rows, market.replication, np.int64),
        **columns,
    }


def _values(measure: Measure, m: Months) -> np.ndarray:
    assert measure.of is not None
    values: np.ndarray = measure.of(m)
    return values.astype(np.int64) if measure.whole else values
