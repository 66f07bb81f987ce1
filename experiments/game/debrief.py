"""After the game: what decisions were worth, what nobody saw, why a customer left.

Everything is run again from what was played, under the luck that the class had.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.explain.customer import CustomerExplanation, explain_customer
from tsunagari.experiments.explain.retention import shapley_values
from tsunagari.experiments.explain.word_of_mouth import TOTAL, word_of_mouth
from tsunagari.experiments.game.levers import Plan, enact, in_money
from tsunagari.experiments.game.play import firsts
from tsunagari.experiments.game.sight import Sight
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.runs.workers import crew_of, worth_starting
from tsunagari.sim.market import Market

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.game.play import Game, Played, Round
    from tsunagari.sim.scenario import Scenario

    type Floats = NDArray[np.float64]

EXACT = 5
"""Rounds that differ from the first plan up to which all their combinations are run."""
ORDERS = 8
"""Orders that are drawn where there are more."""
_PAIRS = 5
"""Markets with and without word of mouth."""
OUTCOMES = ("profit", "customers", "success")
"""What a decision may be worth: money, customers at the end, and part of them who succeed."""


@dataclass(frozen=True, eq=False)
class Worth:
    """What a firm's decisions after its first plan were worth.

    Attributes:
        first: The round of the first plan, from 0.
        plan: That plan.
        rounds: Rounds, from 0, whose plan was another one.
        plans: Their plans.
        parts: Worth of each of these rounds' plans, float64[outcome, round].
        whole: Worth of all of them together, float64[outcome]: the parts add up to it.
        low, high: Ends of the 95 % intervals of the parts where orders were drawn; NaN where exact.
        runs: Combinations that were run.
        orders: Orders that were drawn; 0 where all were counted.
    """

    first: int
    plan: Plan
    rounds: tuple[int, ...]
    plans: tuple[Plan, ...]
    parts: Floats
    whole: Floats
    low: Floats
    high: Floats
    runs: int
    orders: int


class _Replayed:
    """The played game again and again, with one firm's plan another one in some rounds."""

    def __init__(
        self, game: Played, firm: str, first: int, plan: Plan, threads: int | None
    ) -> None:
        self.game, self.firm, self.first, self.plan = game, firm, first, plan
        self.threads = threads
        self.rounds = tuple(
            number
            for number in range(first + 1, len(game.rounds))
            if _plan_at(game.rounds, firm, number) != plan
        )

    def outcomes(self, masks: Sequence[int]) -> dict[int, Floats]:
        """What comes of each combination: bit k says that the k-th round had its own plan."""
        market = Market(_without_later_acts(self.game, self.firm, self.first), threads=self.threads)
        market.run_for(self.game.months * (self.first + 1))
        market.measures.forget_rows()
        found: dict[int, Floats] = {}
        self._branch(market, self.first + 1, sorted(masks), np.zeros(3), found)
        return found

    def _branch(
        self,
        market: Market,
        number: int,
        masks: Sequence[int],
        sums: Floats,
        found: dict[int, Floats],
    ) -> None:
        """Go on from a round; combinations that are alike so far share what was run."""
        if number == len(self.game.rounds):
            people = market.plan.market.people
            each = 1.0 if people is None else people / market.population.people
            customers = each * market.firm(self.firm).customers
            share = sums[1] / sums[2] if sums[2] else np.nan
            found[masks[0]] = np.array([sums[0] * in_money(market), customers, share])
            return
        bit = 1 << self.rounds.index(number) if number in self.rounds else 0
        own = [mask for mask in masks if mask & bit]
        kept = [mask for mask in masks if not mask & bit]
        for group, is_own in ((own, True), (kept, False)):
            if group:
                is_last = not is_own or not kept
                branch = market if is_last else copy.deepcopy(market)
                plan = _plan_at(self.game.rounds, self.firm, number) if is_own else self.plan
                added = self._play(branch, plan)
                self._branch(branch, number + 1, group, sums + added, found)

    def _play(self, market: Market, plan: Plan) -> Floats:
        """One round; profit, and who succeeded of how many, in it."""
        firm, sums = market.firm(self.firm), np.zeros(3)
        if firm.active:
            enact(market, firm, plan)
        for _ in range(self.game.months):
            market.run_for(1)
            names = ("profit", "success_rate", "customers")
            profit, success, customers = market.measures.latest(names)[:, firm.index]
            if np.isfinite(profit):
                sums[0] += profit
            if np.isfinite(success):
                sums[1:] += success * customers, customers
            market.measures.forget_rows()
        return sums


def _plan_at(rounds: Sequence[Round], firm: str, number: int) -> Plan:
    """The plan of a firm in a round; its last one where it had left the market by then."""
    for played in reversed(rounds[: number + 1]):
        if firm in played.plans:
            return played.plans[firm]
    raise ValueError(f"{firm} had no plan in round {number + 1}")


def _without_later_acts(game: Played, firm: str, first: int) -> Scenario:
    """The scenario with all that was played, but for what a firm did after a round."""
    events = [event.model_dump(mode="json", by_alias=True, exclude_unset=True)
              for event in game.plan.events]  # fmt: skip
    for number, played in enumerate(game.rounds):
        for name, acts in played.events.items():
            events += acts if name != firm or number <= first else []
    kept = [event for event in events if event["month"] <= game.month]
    plan = game.plan.model_copy(update={"events": []})
    return plan.with_values({"market.months": game.month, "events": kept})


def worth_of(game: Played, firm: str, threads: int | None = None) -> Worth | None:
    """What a firm's decisions were worth, against the market in which it kept its first plan.

    Paired: the same people, luck and rivals' plans. Each round's plan gets its Shapley value over
    the rounds in which the plan was another than the first; where these are more than
    :data:`EXACT`, the mean over :data:`ORDERS` drawn orders.

    Args:
        game: As it was played.
        firm: Name of the firm.
        threads: Threads per market; nothing depends on it.

    Returns:
        The worth; None for a firm that never had a plan.
    """
    begun = firsts(game.rounds, firm)
    if begun is None:
        return None
    replayed = _Replayed(game, firm, *begun, threads)
    players = len(replayed.rounds)
    orders = _orders(players, f"{game.plan.seed} {firm}") if players > EXACT else []
    masks = {mask for order in orders for mask in _prefixes(order)} or set(range(1 << players))
    found = replayed.outcomes(sorted(masks))
    whole = found[(1 << players) - 1] - found[0]
    if not orders:
        worth = np.stack([found[mask] for mask in range(1 << players)], axis=-1)
        parts = shapley_values(worth)
        low = high = np.full_like(parts, np.nan)
    else:
        draws = np.stack([_added(order, found) for order in orders])
        parts = draws.mean(axis=0)
        low, high = _ends(draws)
    plans = tuple(_plan_at(game.rounds, firm, number) for number in replayed.rounds)
    return Worth(*begun, replayed.rounds, plans, parts, whole, low, high, len(masks), len(orders))


def _orders(players: int, seed: str) -> list[list[int]]:
    """Orders at random."""
    luck = random.Random(seed)
    return [luck.sample(range(players), players) for _ in range(ORDERS)]


def _prefixes(order: Sequence[int]) -> list[int]:
    """The combinations that an order goes through, from none to all."""
    masks = [0]
    for player in order:
        masks.append(masks[-1] | 1 << player)
    return masks


def _added(order: Sequence[int], found: Mapping[int, Floats]) -> Floats:
    """What each player adds in an order, float64[outcome, player]."""
    masks = _prefixes(order)
    added = np.zeros((len(OUTCOMES), len(order)))
    for place, player in enumerate(order):
        added[:, player] = found[masks[place + 1]] - found[masks[place]]
    return added


def _ends(draws: Floats) -> tuple[Floats, Floats]:
    """Ends of the intervals of means over the first axis."""
    low, high = np.empty(draws.shape[1:]), np.empty(draws.shape[1:])
    for place in np.ndindex(*draws.shape[1:]):
        found: Interval = t_interval(draws[(slice(None), *place)])
        low[place], high[place] = found.low, found.high
    return low, high


# -- the class -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Debrief:
    """All that the pages after a game tell.

    Attributes:
        game: As it was played.
        worth: What decisions were worth, by firm, of firms that had a plan.
        left: One customer who left for a rival, by firm; of firms that lost one.
        talk: What word of mouth was worth to each firm, in the scenario's money.
        pairs: Pairs of markets behind that.
    """

    game: Game
    worth: Mapping[str, Worth]
    left: Mapping[str, CustomerExplanation]
    talk: Mapping[str, Interval]
    pairs: int

    @cached_property
    def sight(self) -> Sight:
        """The game's numbers."""
        return Sight.of(self.game.market)

    @property
    def teams(self) -> dict[str, str]:
        """The last team of each firm that ever had one, in the order of the firms."""
        last: dict[str, str] = {}
        for played in self.game.rounds:
            last |= played.teams
        return {firm: last[firm] for firm in self.game.firms if firm in last}


def debrief_of(
    game: Game, told: Callable[[float], None] = lambda part: None, workers: int | None = None
) -> Debrief:
    """Run again what was played, as often as it takes.

    Args:
        game: As it was played, with one round at least.
        told: Told which part is done; what it raises ends it.
        workers: Processes; None: one a processor, as far as there is work for each.
    """
    played, log = game.played, game.log
    had = [firm for firm in game.firms if firsts(game.rounds, firm) is not None]
    owned = [firm for firm in game.firms if any(firm in each.teams for each in game.rounds)]
    branches = 1 << min(EXACT, max(0, len(game.rounds) - 1))
    workers = workers or worth_starting(log, len(had) * branches * played.month // 2)
    leavers = _leavers(log, owned)
    # The longest first: at the end nobody waits for one.
    jobs: list[Callable[..., Any]] = [partial(worth_of, played, firm) for firm in had]
    jobs += [partial(explain_customer, log, who, month=when) for who, when in leavers.values()]
    steps = len(jobs) + _PAIRS
    found: dict[int, Any] = {}
    with crew_of(None, workers, plan=log) as crew:
        work = partial(_numbered, None if workers == 1 else 1)
        told_of = lambda: told(len(found) / steps)  # noqa: E731
        found.update(crew.results(work, enumerate(jobs), check=told_of))
    worth = {firm: found[number] for number, firm in enumerate(had)}
    left = {firm: found[number] for number, firm in enumerate(leavers, len(had))}
    lived = 0

    def gone_on(more: int) -> None:
        nonlocal lived
        lived += more
        told((len(jobs) + lived / (2 * log.market.months)) / steps)

    talked = word_of_mouth(log, replications=_PAIRS, progress=gone_on, workers=workers)
    table, scale = talked.table, in_money(game.market)
    talk = {
        str(name): Interval(float(value) * scale, float(low) * scale, float(high) * scale)
        for name, part, value, low, high in zip(
            *(table[key] for key in ("firm", "part", "value", "low", "high")), strict=True
        )
        if part == TOTAL
    }
    told(1.0)
    return Debrief(game, worth, left, talk, talked.replications)


def _numbered[R](threads: int | None, job: tuple[int, Callable[..., R]]) -> tuple[int, R]:
    return job[0], job[1](threads=threads)


def _leavers(log: Scenario, firms: Sequence[str]) -> dict[str, tuple[int, int]]:
    """For each firm the last customer who left it for a rival: their number, and the month."""
    market = Market(log)
    found: dict[str, tuple[int, int]] = {}
    before = market.population.column("provider").copy()
    for month in range(1, log.market.months + 1):
        market.run_for(1)
        now = market.population.column("provider")
        for name in firms:
            own = market.firm(name).index
            gone = np.flatnonzero((before == own) & (now != own) & (now >= 0))
            if len(gone):
                found[name] = market.first_customer_id + int(gone[0]), month
        before = now.copy()
    return found


def changed(first: Plan, then: Plan) -> list[tuple[str, Any, Any]]:
    """In what a plan differs from the first one: the lever, its value then and now."""
    if first == then:
        return []
    return [
        (name, getattr(first, name), getattr(then, name))
        for name in first.__dataclass_fields__
        if getattr(first, name) != getattr(then, name)
    ]
