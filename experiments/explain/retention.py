"""What holds a firm's customers: their retention taken apart.

Three answers to one question. In *closed form*, on the states of one month: the probability of
staying is ``1 − h·(1 − P)``, with h the probability of looking around and P that of choosing the
provider again. By *twins*: markets with the same luck in which the firm, and it alone, may not hold
its customers by some things; a closed cohort, those who are its customers at the start, is followed
for some months. Twins come with all firms' policies *replayed* as they were, so that nothing but
customers differs, and with firms that *answer*, prices held or not
(:mod:`experiments.runs.prices`); the difference is *feedback*.

Each time all 128 coalitions of the seven holds are run, and each hold gets its exact Shapley value.
What is kept with nothing holding, by the offer alone, chosen anew every month, is a part of its
own; the parts add up to retention.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from agents.firm.offer import HOLDS
from experiments.explain.shapley import shapley_values
from experiments.runs.given import firms_of, whole_numbers
from experiments.runs.prices import HELD, checked
from sim.problems import of_kind
from sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.runs.prices import Costs, Prices
    from experiments.runs.statistics import Interval
    from experiments.runs.trial import Progress
    from sim.market import Market
    from sim.policies import Policies

OFFER = "offer"
TOTAL = "total"
PARTS = (OFFER, *HOLDS, TOTAL)
"""Names of the parts, in the order of the tables; the last is the sum of the others."""
METHODS = ("closed form", "replayed", "answering", "feedback")
"""In what way: see the head of this file."""
COALITIONS = 2 ** len(HOLDS)


@dataclass(frozen=True)
class RetentionPart:
    """One part of one firm's retention.

    Attributes:
        firm: Name of the firm.
        method: One of :data:`METHODS`.
        part: One of :data:`PARTS`.
        value: Mean over replications, with its interval: a probability, of a month in closed form,
            of the whole horizon for twins.
        replications: In how many the firm had customers.
    """

    firm: str
    method: str
    part: str
    value: Interval
    replications: int


@dataclass(frozen=True)
class RetentionParts:
    """Retention of some firms, taken apart.

    Attributes:
        parts: By firm, method and part.
        month: Month at whose end the cohorts are closed.
        horizon: Months for which they are followed.
        cohorts: Mean number of customers in the cohort by firm.
        prices: Whether firms that answer have their prices held to the market with all holds.
    """

    parts: tuple[RetentionPart, ...]
    month: int
    horizon: int
    cohorts: dict[str, float]
    prices: Prices = HELD

    @property
    def table(self) -> dict[str, list[object]]:
        """Columns of ``retention_parts.parquet``, undefined as NaN."""
        return {
            "firm": [part.firm for part in self.parts],
            "method": [part.method for part in self.parts],
            "part": [part.part for part in self.parts],
            "month": [self.month for _ in self.parts],
            "months": [1 if part.method == METHODS[0] else self.horizon for part in self.parts],
            "value": [part.value.mean for part in self.parts],
            "low": [part.value.low for part in self.parts],
            "high": [part.value.high for part in self.parts],
            "replications": [part.replications for part in self.parts],
        }

    def of(self, firm: str, method: str) -> dict[str, Interval]:
        """The parts of one firm's retention in one way, by name."""
        return {
            part.part: part.value
            for part in self.parts
            if part.firm == firm and part.method == method
        }


def retention_parts(
    plan: Scenario,
    *,
    firms: Sequence[str],
    month: int = 12,
    horizon: int = 12,
    prices: Prices = HELD,
    seed: int | None = None,
    replications: int,
    workers: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> RetentionParts:
    """Take the retention of some firms apart.

    Args:
        plan: The resolved scenario.
        firms: Names of firms that are in the market by then.
        month: Month at whose end the cohorts are closed.
        horizon: Months for which they are followed, at least 1.
        prices: Of firms that answer: held to their costs with all holds at work, or not.
        seed: None is the plan's own.
        replications: How many markets, under other luck each.
        workers: Processes; the result does not depend on it.
        threads: Threads per market; likewise.
        progress: Told of further months done, of :func:`months_simulated` in all.
    """
    from experiments.runs.workers import replicated

    of_kind(plan, Scenario, "plan", "a Scenario")
    firms = firms_of(plan, firms)
    seed, replications, month, horizon, workers, threads = whole_numbers(
        seed=seed, replications=replications, month=month, horizon=horizon, workers=workers,
        threads=threads,
    )  # fmt: skip
    seed = plan.seed if seed is None else seed
    work = partial(_one_firm, plan, seed, firms, month, horizon, checked(prices))
    games = replicated(
        work,
        plan,
        replications * len(firms),
        months=months_simulated(1, 1, month, horizon),
        workers=workers,
        threads=threads,
        progress=progress,
    )
    parts: list[RetentionPart] = []
    cohorts: dict[str, float] = {}
    for number, firm in enumerate(firms):
        mine = games[number :: len(firms)]
        cohorts[firm] = float(np.mean([game.cohort for game in mine]))
        parts += _parts_of(firm, [game for game in mine if game.cohort > 0])
    return RetentionParts(tuple(parts), month, horizon, cohorts, prices)


def months_simulated(replications: int, firms: int, month: int, horizon: int) -> int:
    """Months that a decomposition simulates: twice all coalitions, and the way there."""
    return replications * firms * (month + horizon * (1 + 2 * COALITIONS))


@dataclass(frozen=True)
class _Games:
    """Retention of one firm's cohort in one replication, by coalition of what may hold it."""

    cohort: int
    closed_form: NDArray[np.float64]
    replayed: NDArray[np.float64]
    answering: NDArray[np.float64]


def _one_firm(
    plan: Scenario,
    seed: int,
    firms: Sequence[str],
    month: int,
    horizon: int,
    prices: Prices,
    number: int,
    threads: int | None,
    progress: Progress | None,
) -> _Games:
    """All games of one firm in one replication; both are in ``number``, firms first."""
    from sim.market import Market

    def done(months: int) -> None:
        if progress is not None:
            progress(months)

    replication, firm = divmod(number, len(firms))
    market = Market(plan, seed, replication=replication, threads=threads)
    market.run_for(month)
    done(month)
    ahead = copy.deepcopy(market)
    policies = ahead.record_policies(horizon)
    costs = ahead.unit_costs if prices == HELD else {}
    done(horizon)
    market.measures.forget_rows()  # twins are asked who stayed, not for their tables
    index = market.firm(firms[firm]).index
    cohort = np.flatnonzero(market.population.column("provider") == index)
    twins = _Twins(market, firms[firm], cohort, horizon)
    replayed, answering = np.zeros(COALITIONS), np.zeros(COALITIONS)
    for coalition in range(COALITIONS):
        replayed[coalition] = twins.kept(coalition, policies, {})
        done(horizon)
        answering[coalition] = twins.kept(coalition, None, costs)
        done(horizon)
    return _Games(len(cohort), _closed_form(market, index), replayed, answering)


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
    for phase in (population.judge, population.share, population.look):
        population.in_rows(phase)
    _, again, looking = population.staying(firm)
    if not len(looking):
        return np.full(COALITIONS, np.nan)
    inattentive = 1.0 - looking[:, None] * (1.0 - again)
    # Inattention is the last hold: the highest bit of a coalition's number.
    return np.concatenate([again.mean(axis=0), inattentive.mean(axis=0)])


def _parts_of(firm: str, games: Sequence[_Games]) -> list[RetentionPart]:
    """Parts of one firm's retention from its games in all replications."""
    from experiments.runs.statistics import t_interval

    found = {
        METHODS[0]: _values([game.closed_form for game in games]),
        METHODS[1]: _values([game.replayed for game in games]),
        METHODS[2]: _values([game.answering for game in games]),
    }
    found[METHODS[3]] = found[METHODS[2]] - found[METHODS[1]]
    return [
        RetentionPart(firm, method, part, t_interval(values[:, column]), len(games))
        for method, values in found.items()
        for column, part in enumerate(PARTS)
    ]


def _values(games: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Every part in every replication, shape (replications, parts)."""
    worth = np.array(games).reshape(len(games), COALITIONS)
    return np.column_stack([worth[:, 0], shapley_values(worth), worth[:, -1]])
