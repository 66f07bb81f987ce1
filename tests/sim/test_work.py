"""What a month costs, counted instead of timed: work is done by those who act."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import pytest

from tsunagari.agents.columns import Looks
from tsunagari.agents.phases import choose as choosing
from tsunagari.agents.phases.look import look
from tsunagari.agents.phases.search import scratch
from tsunagari.agents.row import Row, fixed, plain
from tsunagari.sim import recording
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PEOPLE, FRIENDS, MONTHS = 600, 10, 24


class Counted(list[int]):
    """A list that counts how often one of its items is read."""

    reads = 0

    def __getitem__(self, place: Any) -> Any:
        self.reads += 1
        return super().__getitem__(place)


def counted(function: Callable[..., Any], calls: list[Any]) -> Callable[..., Any]:
    """A function that notes down what it is called with first."""

    def noting(*given: Any) -> Any:
        calls.append(given[0])
        return function(*given)

    return noting


@cache
def ended() -> Market:
    """A market two years on, whose next month has begun."""
    size = {"market.customers": PEOPLE, "market.months": MONTHS, "events": [], "claims": []}
    market = Market(Scenario.load("three-disciplines").with_values(size), threads=1)
    market.run_for(MONTHS)
    market.begin_month()
    return market


def customers() -> Sequence[Row]:
    return [Row(ended().population.table, row) for row in range(PEOPLE)]


def test_friends_are_read_by_few_and_the_search_made_by_those_who_look(monkeypatch):
    population = ended().population
    friends = Counted(population.network.friends.tolist())
    circle = fixed(population.circle)._replace(friends=friends)
    month, searches = fixed(population.this_month), []
    monkeypatch.setattr(choosing, "weigh_up", counted(choosing.weigh_up, searches))
    for customer in customers():
        look(customer, month, circle)
    assert 0 < friends.reads < 0.15 * PEOPLE * FRIENDS  # not everybody reads all of them
    reads = friends.reads
    for customer in customers():
        findings = plain(scratch(len(population.offers)))
        choosing.choose(customer, month, circle, population.posts.tolist(), findings)
    looking = [c for c in customers() if c.looks not in (Looks.NOT, Looks.FAREWELL)]
    assert 0 < len(searches) == len(looking) < 0.2 * PEOPLE
    assert friends.reads - reads <= sum(_ties(c.row) for c in looking)


def _ties(row: int) -> int:
    starts = ended().population.network.starts
    return int(starts[row + 1] - starts[row])


def test_measures_are_made_once_for_many_months(monkeypatch):
    made: list[Any] = []
    monkeypatch.setattr(recording, "_values", counted(recording._values, made))
    market = Market(ended().plan, threads=1)
    market.run_for(MONTHS)
    assert not made
    tables = market.results.tables
    assert len(made) == len(set(made)) == len(recording.OF_FIRMS) + len(recording.OF_THE_MARKET)
    assert len(tables["market"]["month"]) == MONTHS + 1
    market.measures.close()
    market.run_for(1)
    with pytest.raises(RuntimeError, match="closed"):
        market.measures.latest(["customers"])


_COMPILED = """
from numba.core import event
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario
size = {"market.customers": 50, "market.months": 2, "events": [], "claims": []}
with event.install_recorder("numba:compile") as compiled:
    Market(Scenario.load("three-disciplines").with_values(size)).run_for(2)
print(len(compiled.buffer))
"""


def test_a_second_process_compiles_nothing():
    ended()  # whatever is not on the disk yet, this process has compiled
    said = subprocess.run([sys.executable, "-c", _COMPILED], capture_output=True, check=True)
    assert said.stdout.split() == [b"0"]
