"""A market on a network from a file: names and weights, as public data sets have them."""

from __future__ import annotations

import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from laws import Books, assert_every_law

from tsunagari.experiments.runs.given import resolved
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import dump
from tsunagari.sim.scenario import Scenario

PEOPLE = 400
SCENARIO = """\
title: Listeners
market: {months: 12}
network: {kind: file, file: data/listeners.csv.gz}
firms:
  - {name: Lean, discipline: operational-excellence}
  - {name: Tailor, discipline: customer-intimacy}
"""


def listeners(weight: float | None = None) -> str:
    """Ties of a heavy-tailed, clustered network, one direction of each, in no order."""
    graph = nx.powerlaw_cluster_graph(PEOPLE, 4, 0.5, seed=3)
    luck = np.random.default_rng(3)
    people = [f"user_{n:03d}" if n % 2 else f"聴き手 {n}" for n in luck.permutation(PEOPLE)]
    lines = ["listener,friend,weight"]
    for one, other in luck.permutation(np.array(graph.edges)):
        tie = weight or round(float(luck.exponential(2.0)) + 0.01, 3)
        lines.append(f"{people[one]},{people[other]},{tie}")
    return "\n".join(lines) + "\n"


def written(folder: Path, text: str) -> Path:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "listeners.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    path = folder / "listeners.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def run(plan: Scenario, **how) -> Market:
    market = Market(plan, **how)
    for _ in range(plan.market.months):
        market.step()
    return market


def assert_same(left: Market, right: Market) -> None:
    for name, columns in left.results.tables.items():
        for key, column in columns.items():
            np.testing.assert_array_equal(column, right.results.tables[name][key], f"{name}.{key}")


def test_everybody_in_the_file_is_a_customer_with_the_friends_of_the_file(tmp_path):
    text = listeners()
    market = run(Scenario.load(written(tmp_path, text)))
    graph = market.network
    ties = {
        frozenset((graph.nodes[one]["name"], graph.nodes[other]["name"])): data["weight"]
        for one, other, data in graph.edges(data=True)
    }
    rows = [line.split(",") for line in text.splitlines()[1:]]
    assert ties == pytest.approx({frozenset(row[:2]): float(row[2]) for row in rows})
    assert market.population.people == len(graph) == len({name for row in rows for name in row[:2]})
    results = market.results
    tables = {name: getattr(results, name) for name in results.tables}
    assert_every_law(Books(len(graph), tables))


def test_weights_count(tmp_path):
    weighted = run(Scenario.load(written(tmp_path / "weighted", listeners())))
    alike = run(Scenario.load(written(tmp_path / "alike", listeners(weight=1.0))))
    assert weighted.population.people == alike.population.people
    assert not np.array_equal(
        weighted.population.column("friends_here"), alike.population.column("friends_here")
    )


@pytest.mark.usefixtures("threads_at_any_size")
def test_the_resolved_file_gives_the_same_tables_from_anywhere(tmp_path, monkeypatch):
    path = written(tmp_path / "project", listeners())
    monkeypatch.chdir(tmp_path / "project")
    plan = Scenario.load("listeners.yaml")
    full, notes = resolved(plan)
    assert [note for note in notes if "header" not in note] == notes[:1]
    assert notes[0].startswith(f"listeners.csv.gz: {PEOPLE} people, ")
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path / "results")
    dump(full, "scenario.yaml")
    again = Scenario.load("scenario.yaml")
    assert again == full
    assert again.network.file == str(path.parent / "data" / "listeners.csv.gz")
    assert again.market.customers == PEOPLE
    assert_same(run(plan), run(again))
    assert_same(run(plan, threads=1), run(again, threads=3))


def test_a_resolved_file_is_not_run_on_another_network(tmp_path):
    path = written(tmp_path, listeners())
    full, _ = resolved(Scenario.load(path))
    written(tmp_path, listeners(weight=1.0))
    with pytest.raises(Problems, match="content has changed"):
        Market(full)
    Market(Scenario.load(path))  # without a digest the file may be what it is now


def test_a_draw_of_people_and_ties_is_the_same_in_every_replication():
    plan = Scenario().with_values({"market.customers": 300, "network.draw": 2})
    markets = [Market(plan, 5, replication=number) for number in range(2)]
    other = Market(plan.with_values({"network.draw": 3}), 5)
    again = Market(plan, 6)
    for name in ("weight_cost", "location", "wallet", "sources"):
        one, two, *strangers = (
            market.population.column(name) for market in (*markets, other, again)
        )
        assert (one == two).all()
        assert all((one != stranger).mean() > 0.9 for stranger in strangers)
    one, two = (market.population.network for market in markets)
    assert (one.friends == two.friends).all()
    assert not np.array_equal(one.friends, other.population.network.friends)
    for market in markets:
        market.run_for(3)
    assert not markets[0].results.firms["joins"].equals(markets[1].results.firms["joins"])
