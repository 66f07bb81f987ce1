"""``uv run python -m benchmarks``: ratios within one run, on whatever machine this is.

Single timings say little on a shared machine; every comparison here is made in turns, and what is
quoted is the ratio of medians.
"""

from __future__ import annotations

import argparse
import gc
import pickle
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tsunagari.agents.customer import Customer
from tsunagari.agents.phases.look import nothing_told
from tsunagari.agents.population import PHASES
from tsunagari.sim.market import Market
from tsunagari.sim.plain import PlainMarket
from tsunagari.sim.scenario import Scenario

BEGIN, END = "<!-- measured -->", "<!-- end -->"


def seconds(task: Callable[[], object]) -> float:
    """Wall-clock seconds that a task takes."""
    gc.collect()
    begin = time.perf_counter()
    task()
    return time.perf_counter() - begin


def plan_of(customers: int, **values: object) -> Scenario:
    """The default market with so many customers."""
    return Scenario().with_values({"market.customers": customers, **values})


def months_of(market: Market, months: int) -> list[float]:
    """Seconds of so many months on end, after a few that are not counted.

    A processor that has slept takes milliseconds to come to speed: a market that runs does not let
    it sleep, so a benchmark must not either.
    """
    spent = []
    for _ in range(months + 4):
        begin = time.perf_counter()
        market.step()
        spent.append(time.perf_counter() - begin)
    return spent[4:]


def against_the_twin(most: int) -> list[str]:
    """Seconds per customer and month, engine and twin, by size and threads."""
    rows = [
        "| customers | twin, µs | engine, µs | on 2 threads, µs | engine : twin | 2 : 1 threads |",
        "|---|---|---|---|---|---|",
    ]
    for people in (1_000, 10_000, 100_000):
        if people > most:
            continue
        months = max(4, 200_000 // people)
        one = Market(plan_of(people), threads=1)
        two = Market(plan_of(people), threads=2)
        twin = PlainMarket(plan_of(people))
        singles, doubles = [], []
        for _ in range(4):  # in turns, so that a busy machine is busy for both
            singles += months_of(one, months)
            doubles += months_of(two, months)
        plain = statistics.median(seconds(twin.step) for _ in range(3))
        single, double = statistics.median(singles), statistics.median(doubles)
        each = 1e6 / people
        rows.append(
            f"| {people:,} | {plain * each:.0f} | {single * each:.2f} | {double * each:.2f} "
            f"| {plain / single:.0f} × | {single / double:.2f} × |"
        )
    return rows


def by_phase(people: int) -> list[str]:
    """Nanoseconds per customer that each phase of a month takes on one thread."""
    market = Market(plan_of(people), threads=1)
    market.run_for(3)
    population = market.population
    spent: dict[str, list[float]] = {name: [] for name in ("live", *PHASES, "survey", "month")}
    for _ in range(7):
        saved = population.state.copy(), population.marks.copy()
        for phase in ("live", *PHASES):
            spent[phase].append(seconds(lambda p=phase: population.take(p, 0, people)))
        spent["survey"].append(seconds(population.survey))
        population.state[:], population.marks[:] = saved
        spent["month"].append(seconds(market.step))
    rows = ["| phase | ns per customer |", "|---|---|"]
    rows += [f"| {k} | {statistics.median(v) * 1e9 / people:.0f} |" for k, v in spent.items()]
    return rows


def looking(most: int) -> list[str]:
    """Nanoseconds per customer of a month in which those who move tell friends, or nobody does."""
    rows = ["| customers | everybody looks at all friends | those who move tell | ratio |"]
    rows.append("|---|---|---|---|")
    for people in (10_000, 100_000, 1_000_000):
        if people > most:
            continue
        told, alone = Market(plan_of(people), threads=1), Market(plan_of(people), threads=1)
        alone.population.told = nothing_told(alone.population.faces[:0])
        spent: tuple[list[float], list[float]] = [], []
        for _ in range(max(3, 200_000 // people)):  # in turns
            spent[0].extend(months_of(alone, 1))
            spent[1].extend(months_of(told, 1))
        one, other = (statistics.median(months) * 1e9 / people for months in spent)
        rows.append(f"| {people:,} | {one:.0f} | {other:.0f} | {other / one:.2f} |")
    return rows


def networks(people: int) -> list[str]:
    """Seconds and bytes of every kind of network."""
    from tsunagari.agents.chance import seed_word
    from tsunagari.sim.network.generate import build

    affinity = np.linspace(0.0, 1.0, people, endpoint=False)
    rows = ["| network | seconds | bytes per tie |", "|---|---|---|"]
    for kind in ("small-world", "random", "scale-free", "communities"):
        settings = plan_of(people).with_values({"network.kind": kind}).network
        build(settings, affinity[:1000], seed_word(1))
        made = []
        spent = seconds(lambda s=settings, m=made: m.append(build(s, affinity, seed_word(1))))
        network = made[0]
        rows.append(f"| {kind} | {spent:.2f} | {network.memory / network.number_of_ties:.1f} |")
    return rows


def as_agents(people: int) -> list[str]:
    """What Mesa's habits cost on so many customers."""
    made: list[Market] = []
    plan = plan_of(people, **{"network.kind": "complete"})
    Market(plan_of(1_000, **{"network.kind": "complete"}))
    create = seconds(lambda: made.append(Market(plan)))
    market = made[0]
    customers = market.agents_by_type[Customer]
    held = market.population.state.nbytes + market.population.marks.nbytes
    copies: list[bytes] = []
    rows = ["| what | cost |", "|---|---|"]
    rows.append(f"| create, network aside | {create:.2f} s |")
    rows.append(f"| `get` a column | {seconds(lambda: customers.get('need')) * 1e3:.1f} ms |")
    aggregate = seconds(lambda: customers.agg("need", np.mean))
    rows.append(f"| `agg` its mean | {aggregate * 1e3:.1f} ms |")
    rows.append(f'| `do("step")` for all | {seconds(lambda: customers.do("step")):.2f} s |')
    pickled = seconds(lambda: copies.append(pickle.dumps(market, protocol=5)))
    rows.append(f"| pickle the market | {pickled:.2f} s |")
    rows.append(f"| memory per customer | {held / people:.0f} bytes |")
    return rows


def report(most: int) -> str:
    """All tables, as Markdown."""
    people = min(most, 1_000_000)
    parts = [
        f"Measured on {platform.system()} ({platform.machine()}), Python "
        f"{platform.python_version()}.",
        "## Engine and plain twin",
        *against_the_twin(most),
        f"## A month by phase, {min(most, 100_000):,} customers, one thread",
        *by_phase(min(most, 100_000)),
        "## A month by who tells friends, ns per customer, one thread",
        *looking(most),
        f"## Networks, {people:,} people with ten friends",
        *networks(people),
        f"## {people:,} customers as Mesa agents",
        *as_agents(people),
    ]
    text = ""
    for part in parts:
        text += part + ("\n" if part.startswith("|") else "\n\n")
        if part.startswith("#"):
            continue
    return text.replace("|\n##", "|\n\n##")


def main() -> None:
    """Print the report, and put it into a page if asked."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--most", type=int, default=1_000_000, help="largest market")
    arguments.add_argument("--into", type=Path, help="page whose measured part is replaced")
    chosen = arguments.parse_args()
    text = report(chosen.most)
    print(text)
    if chosen.into is not None:
        page = chosen.into.read_text(encoding="utf-8")
        head, _, rest = page.partition(BEGIN)
        _, end, tail = rest.partition(END)
        if not end:
            sys.exit(f"{chosen.into} has no part between {BEGIN} and {END}")
        chosen.into.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
