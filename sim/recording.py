"""The tables of a run: every month is taken down when it ends, and read as pandas DataFrames.

What the columns are, :mod:`tsunagari.sim.measures` declares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tsunagari.agents.columns import SOURCE_NAMES
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.population import Population
from tsunagari.sim.bills import Bills
from tsunagari.sim.lifetimes import CLASS_MONTHS, OLDEST, TENURES, Lifetimes, Staying
from tsunagari.sim.measures import OF_FIRMS, OF_THE_MARKET
from tsunagari.sim.measuring import Measure, Month, by_segment, ratio
from tsunagari.sim.scale import Scale
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

type Columns = Mapping[str, Any]
"""Column name to values: a numpy array, or for texts a list."""

STAR_MEMORY = 0.9
"""Part of a firm's public rating that is left a month later: a rating is of the last year."""
LONGEST_BEFORE = 600
"""Months before the start up to which cohorts of founders are told apart; older ones join these."""


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


class Record:
    """The tables of one market, and what its firms are known for by them.

    Attributes:
        customers: Customers of every firm at the end of every month so far, oldest first.
        star_counts: Reviews of each firm by number of stars, float64[firms, 5].
        star_recent: The same, each month counting :data:`STAR_MEMORY` of the next.
        moves: Who went where.
        lifetimes: What firms have seen of late of how long customers stay.
    """

    def __init__(self) -> None:
        self.customers: list[np.ndarray] = []
        self.star_counts = np.zeros((0, 5))
        self.star_recent = np.zeros((0, 5))
        self.moves = Moves()
        self.bills = Bills()
        self.lifetimes = Lifetimes()
        self._rating: tuple[np.ndarray, np.ndarray] | None = None  # of which recent stars
        self._discounted = np.zeros(0)
        self._ever = np.zeros(0)
        self._firms: list[dict[str, np.ndarray]] = []
        self._listed: list[np.ndarray] = []  # rows of the months that the table has
        self._market: list[dict[str, float]] = []
        self._segments: list[dict[str, np.ndarray]] = []

    def rating(self) -> np.ndarray:
        """Public rating of every firm, 1–5: mean of recent stars; null without any."""
        if self._rating is not None and self._rating[0] is self.star_recent:
            return self._rating[1]
        counts = self.star_recent
        mean = ratio((counts * np.arange(1.0, 6.0)).sum(axis=1), counts.sum(axis=1))
        self._rating = counts, np.clip(mean, 1.0, 5.0)  # rounding could go beyond
        return self._rating[1]

    def remember_reviews(self, stars: np.ndarray) -> None:
        """Take the reviews of a month down, float64[firms, 5], for what firms are known for."""
        self.star_recent = longer(self.star_recent, len(stars)) * STAR_MEMORY + stars

    def recent_reviews(self) -> np.ndarray:
        """Reviews of every firm in a month, an average in which old months fade."""
        return self.star_recent.sum(axis=1) * (1.0 - STAR_MEMORY)

    def latest(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Measures of firms in the last month, [measure, firm]; NaN of those not in the market.

        As the model has them: in unit costs and simulated customers.
        """
        row = self._firms[-1]
        return np.where(self._listed[-1], np.array([row[n] for n in names], np.float64), np.nan)

    def take(self, market: Ended, month: int, sums: Any, totals: Any) -> None:
        """Take one month down.

        Args:
            market: As it stands at the end of the month.
            month: Which.
            sums: The survey's by name, a number a firm.
            totals: The survey's of everybody.
        """
        firms = len(sums.customers)
        for name in ("star_counts", "star_recent", "_discounted", "_ever"):
            setattr(self, name, longer(getattr(self, name), firms))
        stars = sums.stars
        self.star_counts += stars
        self.star_recent = self.star_recent * STAR_MEMORY + stars
        self.moves.take(market.population, month, firms)
        ended = self._ended(market, month, sums, totals)
        self._firms.append(
            {
                "month": np.full(firms, month),
                "firm": np.arange(firms),
                "discipline": np.array([firm.discipline.name for firm in market.firms], object),
                **{measure.name: _values(measure, ended) for measure in OF_FIRMS},
            }
        )
        self._listed.append(
            np.array([firm.closed is None or firm.closed == month for firm in market.firms])
        )
        self._market.append(
            {"month": month, **{measure.name: _number(measure, ended) for measure in OF_THE_MARKET}}
        )
        self._segments.append(_of_segments(market, ended))

    def take_own(self, of_firms: Columns, of_market: Mapping[str, float]) -> None:
        """Take the measures of somebody's own for the month just taken down.

        Args:
            of_firms: Column to float64[firms].
            of_market: Column to number.
        """
        self._firms[-1].update(of_firms)
        self._market[-1].update(of_market)

    def _ended(self, market: Ended, month: int, sums: Any, totals: Any) -> Month:
        """The month that measures are made of, and what is remembered of it."""
        firms, own = len(sums.customers), sums.customers
        nothing = np.zeros(firms)
        sample = market.population.welfare()
        prices = np.array([firm.price for firm in market.firms])
        billed_before, expanded = self.bills.take(prices, sums.paid, sample)
        ended = Month(
            number=month,
            people=market.population.people,
            firms=market.firms,
            sums=sums,
            adopters=totals.adopters,
            needs=totals.needs,
            spending=market.spending,
            live=market.live,
            before=longer(self.customers[-1], firms) if self.customers else nothing,
            year_ago=longer(self.customers[-12], firms) if len(self.customers) > 11 else nothing,
            rating=self.rating(),
            stars=self.star_counts.copy(),
            sample=sample,
            billed_before=billed_before,
            expanded=expanded,
        )
        self.customers.append(own)
        discount = market.live.finance.discount
        self._discounted += ended.contribution / (1.0 + discount) ** month
        self._ever += own if month == 0 else ended.sums.joins
        if month > 0:  # before, nobody has stayed or paid
            self.lifetimes.take(market.firms, sums, self.moves.staying(month))
        ended.worth = self.lifetimes.worth(firms, self.moves.tenures(month), discount)
        ended.discounted, ended.ever = self._discounted, self._ever
        return ended

    def forget_rows(self) -> None:
        """Drop the rows of the tables so far, for copies of a market whose tables nobody reads.

        What later measures need of the past stays.
        """
        self.moves.forget_rows()
        for rows in (self._firms, self._listed, self._market, self._segments):
            rows.clear()

    def tables(self, market: Ended) -> dict[str, Columns]:
        """The tables so far, as the interface documents them, in the scenario's own money."""
        names = [firm.name for firm in market.firms]
        listed = np.concatenate(self._listed)
        firms = {k: np.concatenate([row[k] for row in self._firms])[listed] for k in self._firms[0]}
        firms["firm"] = texts(names, firms["firm"])
        segments = {k: np.concatenate([r[k] for r in self._segments]) for k in self._segments[0]}
        tables = {
            "firms": firms,
            "market": {k: np.array([row[k] for row in self._market]) for k in self._market[0]},
            "segments": segments,
            "cohorts": self.moves.cohorts(names),
            "flows": self.moves.flows(names),
        }
        scale = Scale.of(market.plan, market.population.people)
        return {n: _identified(scale.told(n, columns), market) for n, columns in tables.items()}


class Moves:
    """Who went from which firm to which, and what is left of those who came together."""

    def __init__(self) -> None:
        self._flows: list[np.ndarray] = []
        self._cohorts: list[np.ndarray] = []
        self._before = 0  # months before the start of the first cohort
        self._alive = np.zeros((0, 1), np.int64)  # [firm, cohort], the earliest first
        self._were = self._alive  # the same a month ago

    def take(self, population: Population, month: int, firms: int) -> None:
        """Take one month's moves down."""
        self._were = self._alive
        rows, width = self._alive.shape
        alive = np.zeros((firms, max(width, self._before + month + 1)), np.int64)
        alive[:rows, :width] = self._alive
        self._alive = alive
        if month == 0:
            self._take_founders(population.column("provider"), population.column("joined_month"))
        else:
            self._take_movers(population, month)
        self._cohorts.append(self._alive.copy())

    def _take_founders(self, provider: np.ndarray, joined: np.ndarray) -> None:
        """The cohorts of those who are customers at the start, by the months they have been."""
        settled = provider >= 0
        months = np.minimum(-joined[settled].astype(np.int64), LONGEST_BEFORE)
        self._before = int(months.max(initial=0))
        self._alive = np.zeros((len(self._alive), self._before + 1), np.int64)
        np.add.at(self._alive, (provider[settled], self._before - months), 1)

    def _take_movers(self, population: Population, month: int) -> None:
        """Flows from firm to firm, and the cohorts that they leave and begin."""
        column = population.column
        provider, left = column("provider"), column("left_provider")
        movers = np.flatnonzero((left >= 0) | ((column("joined_month") == month) & (provider >= 0)))
        source, destination = left[movers], provider[movers]
        reason = column("decided_by")[movers]
        leaving, joining = source >= 0, destination >= 0
        begun = np.maximum(column("left_cohort")[movers] + self._before, 0)
        np.subtract.at(self._alive, (source[leaving], begun[leaving]), 1)
        np.add.at(self._alive[:, self._before + month], destination[joining], 1)
        firms = len(self._alive) + 1
        codes = ((source + 1) * firms + destination + 1) * len(SOURCE_NAMES) + reason
        count = np.bincount(codes)
        found = np.flatnonzero(count)
        counts = count[found]
        pairs, reasons = np.divmod(found, len(SOURCE_NAMES))
        sources, destinations = np.divmod(pairs, firms)
        months = np.full(len(found), month)
        self._flows.append(
            np.column_stack([months, sources - 1, destinations - 1, reasons, counts])
        )

    def staying(self, month: int) -> Staying:
        """Those who were customers before the month just taken down, by class of tenure then."""
        at_risk = np.zeros((len(self._alive), self._before + month))
        rows, width = self._were.shape
        at_risk[:rows, :width] = self._were
        left = at_risk - self._alive[:, : self._before + month]
        # Founders are of the oldest class, and so are those who have come of its age.
        oldest = max(self._before + 1, self._before + month - OLDEST * CLASS_MONTHS)
        ends = range(self._before + month, oldest, -CLASS_MONTHS)
        parts = [slice(max(oldest, end - CLASS_MONTHS), end) for end in ends]
        parts += [slice(0, 0)] * (OLDEST - len(parts)) + [slice(0, oldest)]
        added = (
            np.stack([counts[:, part].sum(axis=1) for part in parts], axis=1)
            for counts in (at_risk, left)
        )
        return Staying(*added)

    def tenures(self, month: int) -> np.ndarray:
        """Customers by months of tenure, those of the oldest class last, float64[firms, tenures].

        Founders are of the oldest class.
        """
        found = np.zeros((len(self._alive), TENURES + 1))
        known = min(month, TENURES)  # cohorts of months in the run that are not of that class
        first = self._before + month - known + 1
        found[:, :known] = self._alive[:, first:][:, ::-1]
        found[:, -1] = self._alive[:, :first].sum(axis=1)
        return found

    def forget_rows(self) -> None:
        """Drop what has been taken down; who is with whom stays."""
        self._flows.clear()
        self._cohorts.clear()

    def flows(self, names: list[str]) -> Columns:
        """Moves by month, source, destination and what decided."""
        moved = [np.zeros((0, 5), np.int64), *self._flows]
        flows = np.concatenate(moved).astype(np.int64)
        return {
            "month": flows[:, 0],
            "source": texts(names, flows[:, 1]),
            "destination": texts(names, flows[:, 2]),
            "decided_by": texts(list(SOURCE_NAMES), flows[:, 3]),
            "customers": flows[:, 4],
        }

    def cohorts(self, names: list[str]) -> Columns:
        """Survivors by tenure; founders joined before the start, in month 0 or a negative one."""
        firms, months = len(names), len(self._cohorts)
        began = np.zeros((firms, self._before + months), np.int64)
        for month, alive in enumerate(self._cohorts):
            new = slice(self._before + month if month else 0, None)
            began[: len(alive), new][:, : alive[:, new].shape[1]] = alive[:, new]
        firm, cohort = np.nonzero(began)
        joined = cohort - self._before
        pieces = []
        for month, alive in enumerate(self._cohorts):
            present = (joined <= month) & (firm < len(alive))
            f, c, j = firm[present], cohort[present], joined[present]
            pieces.append(np.column_stack([f, j, month - j, alive[f, c]]))
        rows = np.concatenate(pieces) if pieces else np.zeros((0, 4), np.int64)
        rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
        return {
            "firm": texts(names, rows[:, 0]),
            "joined": rows[:, 1],
            "tenure": rows[:, 2],
            "survivors": rows[:, 3],
        }


def _of_segments(market: Ended, ended: Month) -> dict[str, np.ndarray]:
    """A month's rows of ``segments``."""
    names = [segment.name for segment in market.plan.segments]
    segment, provider = market.population.column("segment"), market.population.column("provider")
    return {
        "month": np.full(len(names), ended.number),
        "segment": np.array(names, dtype=object),
        "people": np.bincount(segment, minlength=len(names)),
        "customers": np.bincount(segment[provider >= 0], minlength=len(names)),
        **by_segment(ended, len(names)),
    }


def _identified(columns: Columns, market: Ended) -> Columns:
    """A table's columns behind those that say of which run they are."""
    rows = len(next(iter(columns.values())))
    return {
        "scenario": np.full(rows, market.plan.title, dtype=object),
        "replication": np.full(rows, market.replication, np.int64),
        **columns,
    }


def columns_of(records: np.ndarray) -> SimpleNamespace:
    """The fields of an array of records by name; looked up far faster than those of a recarray."""
    plain = records.view(np.ndarray)
    return SimpleNamespace(**{name: plain[name] for name in records.dtype.names or ()})


def _values(measure: Measure, ended: Month) -> np.ndarray:
    assert measure.of is not None
    values: np.ndarray = measure.of(ended)
    return values.astype(np.int64) if measure.whole else values


def _number(measure: Measure, ended: Month) -> float:
    assert measure.of is not None
    value: float = measure.of(ended)
    return int(value) if measure.whole else value


def texts(names: list[str], codes: np.ndarray) -> np.ndarray:
    """Names by their codes, as an object array; code -1 is the empty text."""
    known = np.array([*names, ""], dtype=object)
    return known[codes]


def longer(values: np.ndarray, firms: int, filled: float = 0.0) -> np.ndarray:
    """Values of firms with room for those that entered since."""
    if len(values) == firms:
        return values
    more = [(0, firms - len(values)), *[(0, 0)] * (values.ndim - 1)]
    return np.pad(values, more, constant_values=filled)
