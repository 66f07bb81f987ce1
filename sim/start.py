"""Before month 1: people are drawn and linked, firms are founded, seats are taken."""

from __future__ import annotations

from math import fsum

import numpy as np

from tsunagari.agents.chance import absorbed, generator, seed_word, word_of
from tsunagari.agents.columns import NOBODY
from tsunagari.agents.compiled import Word
from tsunagari.agents.firm.offer import own_brand
from tsunagari.agents.phases.begin import (
    SEGMENT_COLUMNS,
    appraise_rows,
    draw_rows,
    need_rows,
    seat_rows,
)
from tsunagari.agents.population import Population
from tsunagari.agents.rules.search import advertising_effect
from tsunagari.sim.books import advertising, conditions, volume_effects
from tsunagari.sim.network.generate import network_of
from tsunagari.sim.network.read import network_in
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.state import State

NETWORK = word_of("network")
VACANCY = word_of("vacancy")
DRAW = word_of("draw of people and ties")
PAST = 24
"""Months before the start that customers have lived where it is steady."""
FITTED_PEOPLE = 50_000
"""People on whom the start shares are fitted; more would not make them more exact."""


def people(market: State, threads: int | None) -> Population:
    """Draw people and link them."""
    plan = market.plan
    network = network_in(plan.network)[0] if plan.network.kind == "file" else None
    count = network.size if network is not None else plan.market.customers
    population = Population(count, market.seed_word, threads)
    segments = segment_table(plan)
    districts = max(1, count // plan.market.district)
    spread = plan.value.time_spread
    who = np.uint64(_people_word(market))
    population.in_rows(
        lambda a, b: draw_rows(
            a, b, population.table, who, segments, districts, spread, market.parameters
        )
    )
    if network is None:
        network = network_of(plan.network, affinity(plan, population), absorbed(int(who), NETWORK))
    population.network = network
    return population


def _people_word(market: State) -> Word:
    """The word from which follows who people are and whom they know.

    With a draw of its own (``network.draw``) it is the same in every replication.
    """
    draw = market.plan.network.draw
    if draw is None:
        return market.seed_word
    return absorbed(absorbed(seed_word(market.seed), DRAW), draw)


def segment_table(plan: Scenario) -> np.ndarray:
    """The segments as kernels read them (:data:`tsunagari.agents.phases.begin.SEGMENT_COLUMNS`)."""
    table = np.zeros((len(plan.segments), SEGMENT_COLUMNS))
    table[:, 0] = np.cumsum([segment.share for segment in plan.segments])
    base = plan.value.concentration
    for row, segment in zip(table, plan.segments, strict=True):
        row[1:4] = base + segment.cost, base + segment.product, base + segment.solution
        row[4:8] = segment.need, segment.need_spread, segment.wallet, plan.market.wallet_spread
    return table


def affinity(plan: Scenario, population: Population) -> np.ndarray:
    """A place on a ring for everybody, such that people near each other are alike.

    First the city, then the segment, then the need: float64[people] in [0, 1).
    """
    cities = plan.market.cities
    kinds = len(plan.segments)
    city = np.floor(population.column("location").astype(np.float64) * cities)
    kind = population.column("segment") + population.column("need_position").astype(np.float64)
    return np.minimum((city + kind / kinds) / cities, np.nextafter(1.0, 0.0))


def firms(market: State) -> None:
    """Found the firms of the plan, with the shares they begin with."""
    plan = market.plan
    market.conditions = conditions(market, 0)
    for firm, share in zip(plan.firms, start_shares(market), strict=True):
        market._add_firm(firm, 0, share)
    market.conditions = conditions(market, 0)
    for firm in market.firms:
        firm._set_offer(market.conditions)


def start_shares(market: State) -> list[float]:
    """Shares at the start: as given; the rest in equal parts, but nothing to whom nobody sees.

    All zero in an empty market.
    """
    plan = market.plan
    if plan.market.start == "empty":
        return [0.0] * len(plan.firms)
    given = [
        0.0 if firm.share is None and market.live.terms(firm.name).reach == 0.0 else firm.share
        for firm in plan.firms
    ]
    open_ = sum(share is None for share in given)
    rest = max(0.0, 1.0 - sum(share for share in given if share is not None))
    return [rest / open_ if share is None else share for share in given]


def seats(market: State, offers: np.ndarray) -> None:
    """Set needs, and let those who are customers at the start be with a firm that suits them.

    Whom no firm with a share would take stays without a provider.
    """
    population = market.population
    population.begin_month(0, offers, market.parameters, advertising(market))
    population.in_rows(lambda a, b: need_rows(a, b, population.table, population.this_month))
    shares = np.array([firm.standing.market_share for firm in market.firms])
    if not shares.any():
        return
    offsets = _fitted_offsets(population, shares)
    usual = market.plan.market.tenure
    tenures = np.array([usual if f.tenure is None else f.tenure for f in market.plan.firms])
    luck = generator(market.seed_word, VACANCY).random(population.people)
    seated = luck < fsum(shares)

    def take_seats(first: int, last: int) -> None:
        chosen = best_of(_utilities(population, first, last, len(shares)) + offsets)
        chosen[~seated[first:last]] = NOBODY
        seat_rows(first, last, population.table, population.this_month, chosen, tenures)

    population.in_rows(take_seats)
    if market.plan.market.start == "steady":
        for stars in population.live_past(PAST):
            market.measures.remember_reviews(stars)
    _keep_constants(market, offsets, shares)


def _keep_constants(market: State, offsets: np.ndarray, shares: np.ndarray) -> None:
    """Let the constants that gave the first shares speak in every choice to come.

    So whoever looks around then finds the market that was found at the start, and shares stand
    still unless something moves them. What the number of reviews and advertising add for prospects
    by then is taken off: it was no part of that choice, and would let the large grow. Only
    differences count, so that on average of all customers nothing is added to being in the market.
    """
    steady = market.plan.market.start == "steady"
    wanted = [steady or firm.terms.brand == "steady" for firm in market.firms]
    kept = np.array(wanted) & (shares > 0.0)
    if not kept.any():
        return
    weight = market.live.zmot.advertising
    heard = [advertising_effect(weight, firm.adstock) for firm in market.firms]
    known = volume_effects(market) + np.array(heard)
    own = np.array([own_brand(firm.terms) for firm in market.firms])
    constants = np.where(shares > 0.0, offsets + own - known, 0.0)
    mean = float(shares @ constants) / fsum(shares)
    for firm, constant, keeps in zip(market.firms, constants, kept, strict=True):
        firm.constant = float(constant - mean) if keeps else 0.0


def best_of(utilities: np.ndarray) -> np.ndarray:
    """The firm of highest utility in every row, int64; nobody where all are minus infinity."""
    chosen = np.argmax(utilities, axis=1)
    chosen[utilities[np.arange(len(chosen)), chosen] == -np.inf] = NOBODY
    return chosen


def _utilities(population: Population, first: int, last: int, firms: int) -> np.ndarray:
    utilities = np.empty((last - first, firms))
    appraise_rows(first, last, population.table, population.this_month, utilities)
    return utilities


def _fitted_offsets(population: Population, shares: np.ndarray) -> np.ndarray:
    """What must be added to every firm's utility for the first choices to give these shares."""
    sample = min(population.people, FITTED_PEOPLE)
    utilities = _utilities(population, 0, sample, len(shares))
    wanted = shares / fsum(shares)
    offsets = np.where(wanted > 0.0, 0.0, -np.inf)
    here = wanted > 0.0
    for step in np.geomspace(1.0, 0.05, 40):
        chosen = best_of(utilities + offsets)
        got = np.bincount(chosen[chosen != NOBODY], minlength=len(shares)) / sample
        offsets[here] += step * (np.log(wanted[here]) - np.log(np.maximum(got[here], 1e-4)))
    return offsets
