"""What holds a firm's customers: their retention taken apart.

Three answers to one question. In *closed form*, on the states of one month: the probability of
staying is ``1 − h·(1 − P)``, with h the probability of looking around and P that of choosing the
provider again. By *twins*: markets with the same luck in which the firm, and it alone, may not hold
its customers by some things; a closed cohort, those who are its customers at the start, is followed
for some months. Twins come with all firms' policies *replayed* as they were, so that nothing but
customers differs, and with firms that *answer*, prices held or not
(:mod:`tsunagari.experiments.runs.given`); the difference is *feedback*.

All 128 coalitions of the seven holds are run with policies replayed, and each hold gets its exact
Shapley value. What answering adds differs little from coalition to coalition, so its values are
means over orders in which the holds come, drawn anew for every replication (Castro, Gómez & Tejada
2009): the interval over replications is theirs, too. What is kept with nothing holding, by the
offer alone, chosen anew every month, is a part of its own; the parts add up to retention.
"""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from tsunagari.agents.chance import generator, word_of
from tsunagari.agents.firm.offer import HOLDS
from tsunagari.experiments.explain.asking import Effort, Runs
from tsunagari.experiments.runs.given import HELD, checked, firms_of, whole_numbers
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.sim.problems import of_kind
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from tsunagari.experiments.runs.given import Prices
    from tsunagari.experiments.runs.trial import Costs, Progress
    from tsunagari.sim.market import Market
    from tsunagari.sim.policies import Policies

OFFER = "offer"
TOTAL = "total"
PARTS = (OFFER, *HOLDS, TOTAL)
"""Names of the parts, in the order of the tables; the last is the sum of the others."""
METHODS = CLOSED_FORM, REPLAYED, ANSWERING, FEEDBACK = (
    "closed form", "replayed", "answering", "feedback"
)  # fmt: skip
"""In what way: see the head of this file."""
COALITIONS = 2 ** len(HOLDS)
FEWEST = 3
"""Replications at least, unless told otherwise: each runs 150 twins of a market for a firm."""
_DRAWN = 2
"""Orders drawn to see what answering adds; each is gone through forwards and backwards."""
_ANSWERING = 2 + 2 * _DRAWN * (len(HOLDS) - 1)
"""Coalitions of these at most: of all holds, of none, and those on the way."""
_ORDERS = word_of("orders of holds")
_COLUMNS = ("firm", "method", "part", "month", "months", "value", "low", "high", "replications")


@dataclass(frozen=True)
class RetentionParts:
    """Retention of some firms, taken apart.

    Attributes:
        table: Columns of ``retention_parts.parquet``, a row a firm, one of :data:`METHODS` and one
            of :data:`PARTS`: ``value`` with its ends is the mean over the ``replications`` in which
            the firm had customers, a probability: of a month in closed form, of the whole horizon
            for twins. Undefined is NaN.
        month: Month at whose end the cohorts are closed.
        horizon: Months for which they are followed.
        cohorts: Mean number of customers in the cohort by firm.
        prices: Whether firms that answer have their prices held to the market with all holds.
    """

    table: dict[str, list[Any]]
    month: int
    horizon: int
    cohorts: dict[str, float]
    prices: Prices = HELD

    @property
    def replications(self) -> int:
        """In how many of them the firm that had customers most often had some."""
        return max(self.table["replications"], default=0)

    def of(self, firm: str, method: str) -> dict[str, Interval]:
        """The parts of one firm's retention in one way, by name."""
        rows = zip(*self.table.values(), strict=True)
        return {row[2]: Interval(*row[5:8]) for row in rows if (row[0], row[1]) == (firm, method)}


def retention_parts(
    plan: Scenario,
    *,
    firms: Sequence[str],
    month: int = 12,
    horizon: int = 12,
    prices: Prices = HELD,
    **runs: Unpack[Runs],
) -> RetentionParts:
    """Take the retention of some firms apart.

    Args:
        plan: The resolved scenario.
        firms: Names of firms that are in the market by then.
        month: Month at whose end the cohorts are closed.
        horizon: Months for which they are followed, at least 1.
        prices: Of firms that answer: held to their costs with all holds at work, or not.
        runs: See :class:`~tsunagari.experiments.explain.asking.Runs`.
    """
    of_kind(plan, Scenario, "plan", "a Scenario")
    firms = firms_of(plan, firms)
    month, horizon = whole_numbers(month=month, horizon=horizon)
    effort = Effort.of(plan, FEWEST, **runs)
    work = _Work(plan, effort.seed, firms, month, horizon, checked(prices))
    months = month + horizon * (1 + COALITIONS + _ANSWERING)  # the way there, and every twin
    games = effort.over(work, effort.replications * len(firms), months)
    rows: list[tuple[Any, ...]] = []
    cohorts: dict[str, float] = {}
    for number, firm in enumerate(firms):
        mine = games[number :: len(firms)]
        cohorts[firm] = float(np.mean([game.cohort for game in mine]))
        for method, part, value, count in _parts([game for game in mine if game.cohort > 0]):
            ahead = 1 if method == CLOSED_FORM else horizon
            numbers = (value.mean, value.low, value.high)
            rows.append((firm, method, part, month, ahead, *numbers, count))
    table = {name: [row[place] for row in rows] for place, name in enumerate(_COLUMNS)}
    return RetentionParts(table, month, horizon, cohorts, prices)


@dataclass(frozen=True)
class _Games:
    """Retention of one firm's cohort in one replication, by coalition of what may hold it.

    What answering adds is taken apart already, by part.
    """

    cohort: int
    closed_form: NDArray[np.float64]
    replayed: NDArray[np.float64]
    feedback: NDArray[np.float64]


@dataclass(frozen=True)
class _Work:
    """All games of one firm in one replication."""

    plan: Scenario
    seed: int
    firms: Sequence[str]
    month: int
    horizon: int
    prices: Prices

    def __call__(self, number: int, threads: int | None, progress: Progress | None) -> _Games:
        """Play them; replication and firm are both in ``number``, firms first."""
        from tsunagari.sim.market import Market

        told = progress or (lambda months: None)
        replication, firm = divmod(number, len(self.firms))
        market = Market(self.plan, self.seed, replication=replication, threads=threads)
        market.run_for(self.month)
        told(self.month)
        market.measures.close()  # twins are asked who stayed, not for their tables
        ahead = copy.deepcopy(market)
        policies = ahead.record_policies(self.horizon)
        costs = ahead.unit_costs if self.prices == HELD else {}
        told(self.horizon)
        index = market.firm(self.firms[firm]).index
        cohort = np.flatnonzero(market.population.column("provider") == index)
        twins = _Twins(market, self.firms[firm], cohort, self.horizon)
        replayed = np.zeros(COALITIONS)
        for coalition in range(COALITIONS):
            replayed[coalition] = twins.kept(coalition, policies, {})
            told(self.horizon)
        orders = _orders(generator(market.seed_word, _ORDERS, market.firms[index].word))
        added: dict[int, float] = {}
        for coalition in sorted(set(itertools.chain.from_iterable(orders))):
            added[coalition] = twins.kept(coalition, None, costs) - replayed[coalition]
            told(self.horizon)
        told(self.horizon * (_ANSWERING - len(added)))
        return _Games(len(cohort), _closed_form(market, index), replayed, _means(added, orders))


def _orders(luck: np.random.Generator) -> list[list[int]]:
    """Coalitions on the way from nobody to everybody, by the orders in which holds are drawn."""
    found = []
    for _ in range(_DRAWN):
        order = [1 << hold for hold in luck.permutation(len(HOLDS)).tolist()]
        found += [[0, *itertools.accumulate(way)] for way in (order, order[::-1])]
    return found


def _means(worth: Mapping[int, float], orders: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Worth of nobody, mean of what every hold adds over the orders, and worth of everybody."""
    values = np.zeros(len(HOLDS))
    for before, after in itertools.chain.from_iterable(map(itertools.pairwise, orders)):
        values[(after - before).bit_length() - 1] += worth[after] - worth[before]
    return np.array([worth[0], *(values / len(orders)), worth[COALITIONS - 1]])


@dataclass(frozen=True)
class _Twins:
    """A market at a moment, from which twins set out."""

    market: Market
    firm: str
    cohort: NDArray[np.int64]
    horizon: int

    def kept(self, coalition: int, policies: Policies | None, costs: Costs) -> float:
        """Part of the cohort that never leaves, with only a coalition of holds at work.

        Args:
            coalition: Bit k is 1 if the k-th hold is at work.
            policies: What firms decide; None lets them answer.
            costs: What they set their prices on then, by name; their own where there is nothing.
        """
        if not len(self.cohort):
            return math.nan
        twin = copy.deepcopy(self.market)
        off = [hold for bit, hold in enumerate(HOLDS) if not coalition >> bit & 1]
        twin.switch_off(self.firm, off)
        if policies is not None:
            twin.replay(policies)
        twin.hold_prices(costs)
        index = twin.firm(self.firm).index
        column = twin.population.column
        joined = column("joined_month")[self.cohort].copy()
        for _ in range(self.horizon):
            twin.run_for(1)
            here = column("provider")[self.cohort] == index
            there = here & (column("joined_month")[self.cohort] == joined)
            if not there.any():  # who has left once is lost to the cohort
                return 0.0
        return float(there.mean())


def _closed_form(market: Market, firm: int) -> NDArray[np.float64]:
    """Mean probability of a firm's customers to stay in the coming month, by coalition.

    ``1 − h·(1 − P)`` with inattention in the coalition, P without. Leaving the market altogether
    is not in it.
    """
    market = copy.deepcopy(market)
    market.begin_month()
    population = market.population
    population.take_everybody("judge", "share", "look")
    _, again, looking = population.staying(firm)
    if not len(looking):
        return np.full(COALITIONS, np.nan)
    inattentive = 1.0 - looking[:, None] * (1.0 - again)
    # Inattention is the last hold: the highest bit of a coalition's number.
    return np.concatenate([again.mean(axis=0), inattentive.mean(axis=0)])


def _parts(games: Sequence[_Games]) -> list[tuple[str, str, Interval, int]]:
    """Method, part and value of one firm's retention from its games in all replications."""
    found = {
        CLOSED_FORM: _values([game.closed_form for game in games]),
        REPLAYED: _values([game.replayed for game in games]),
    }
    feedback = np.array([game.feedback for game in games]).reshape(len(games), len(PARTS))
    found |= {ANSWERING: found[REPLAYED] + feedback, FEEDBACK: feedback}
    return [
        (method, part, t_interval(values[:, column]), len(games))
        for method, values in found.items()
        for column, part in enumerate(PARTS)
    ]


def _values(games: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Every part in every replication, shape (replications, parts)."""
    worth = np.array(games).reshape(len(games), COALITIONS)
    return np.column_stack([worth[:, 0], shapley_values(worth), worth[:, -1]])


def shapley_values(worth: ArrayLike) -> NDArray[np.float64]:
    """Exact Shapley values of a game (Shapley 1953), all coalitions given.

    They add up to the worth of everybody less that of nobody. A player who never adds anything
    gets exactly 0; two who always add the same get the same.

    Args:
        worth: Worth of every coalition, shape (..., 2ⁿ): in the number of a coalition, bit k says
            whether player k is in it.

    Returns:
        Value of every player, shape (..., n).

    Raises:
        ValueError: The number of coalitions is not a power of two.
    """
    worths = np.asarray(worth, dtype=np.float64)
    coalitions = worths.shape[-1]
    players = coalitions.bit_length() - 1
    if coalitions != 1 << players:
        raise ValueError(f"{coalitions} coalitions are not those of a whole number of players")
    members = np.arange(coalitions)
    # Part of all orders in which a player joins just so many others.
    parts = [1.0 / (players * math.comb(players - 1, size)) for size in range(players)]
    values = np.empty((*worths.shape[:-1], players))
    for player in range(players):
        without = members[(members >> player) & 1 == 0]
        added = worths[..., without | 1 << player] - worths[..., without]
        weights = [parts[number.bit_count()] for number in without.tolist()]
        values[..., player] = (added * weights).sum(axis=-1)
    return values
