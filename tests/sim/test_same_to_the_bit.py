"""What a run depends on, and what it does not: equal to the bit, or different."""

from __future__ import annotations

import copy
import pickle
import random
from typing import Any

import numpy as np
import pytest
from generated import DISCIPLINES, documents, events, firms, scenario_of, scenarios
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.agents.columns import MARKS, REALS
from tsunagari.agents.customer import Customer
from tsunagari.agents.phases.survey import BLOCK
from tsunagari.agents.population import Population
from tsunagari.sim.market import Market
from tsunagari.sim.reading import dump
from tsunagari.sim.scenario import Scenario

Tables = dict[str, dict[str, Any]]
MONTH = {"firms": "month", "market": "month", "flows": "month"}
FEWER = settings(max_examples=settings.default.max_examples // 2)
"""Every example lives two markets."""

LARGE = {  # three blocks, the last of them in part
    "market": {"customers": 2 * BLOCK + BLOCK // 5, "months": 6},
    "segments": [
        {"name": "thrifty", "share": 0.5, "cost": 3.0},
        {"name": "involved", "share": 0.5, "solution": 3.0, "wallet": 3.0},
    ],
    "events": [
        {"month": 2, "enter": {"name": "Zero", "discipline": "disruptor"}},
        {"month": 3, "leave": "Spark"},
        {"month": 3, "scandal": "Lean"},
        {"month": 2, "set": "looking.base", "to": 0.5},
    ],
}


def tables_of(plan: Scenario, *, months: int | None = None, **how: Any) -> Tables:
    market = Market(plan, **how)
    for _ in range(plan.market.months if months is None else months):
        market.step()
    return market.results.tables


def bits(column: Any) -> Any:
    """What a column consists of: bytes for numbers, the list for texts."""
    array = np.asarray(column)
    return array.tolist() if array.dtype == object else (array.dtype, array.tobytes())


def assert_same(left: Tables, right: Tables) -> None:
    assert list(left) == list(right)
    for name, columns in left.items():
        assert list(columns) == list(right[name])
        for key, column in columns.items():
            assert bits(column) == bits(right[name][key]), f"{name}.{key}"


def rows(tables: Tables, keep) -> Tables:
    """The rows for which ``keep(name of the table, its columns)`` is true."""
    kept = {}
    for name, columns in tables.items():
        mask = np.asarray(keep(name, columns), bool)
        kept[name] = {key: np.asarray(column)[mask] for key, column in columns.items()}
    return kept


def until(tables: Tables, month: int) -> Tables:
    """The rows of the months up to this one."""
    return rows(
        tables,
        lambda name, t: (t["joined"] + t["tenure"] if name == "cohorts" else t["month"]) <= month,
    )


def without(tables: Tables, firm: str) -> Tables:
    """The rows that are not about this firm."""

    def is_about_another(name: str, t: dict[str, Any]) -> Any:
        if name == "flows":
            return (t["source"] != firm) & (t["destination"] != firm)
        return t["firm"] != firm if "firm" in t else np.ones(len(t["month"]))

    return rows(tables, is_about_another)


def test_a_market_of_which_nobody_takes_anything_down_goes_on_alike():
    markets = [Market(scenario_of(LARGE)) for _ in range(2)]
    markets[1].measures.close()
    for market in markets:
        market.run_for(6)
    one, other = (market.population for market in markets)
    for name in (column.name for column in (*REALS, *MARKS)):
        if not name.startswith("stickiness"):  # asked for measures only
            np.testing.assert_array_equal(one.column(name), other.column(name), name)
    assert one.offers.tobytes() == other.offers.tobytes()
    left, right = ([(f.cash, f.accounts, f.standing) for f in m.firms] for m in markets)
    assert left == right


def test_when_a_record_is_read_does_not_show_in_it():
    """Measures are made of many months at once; somebody who looks now and then sees no others."""
    plan = scenario_of(LARGE | {"market": {"customers": 300, "months": 30}})
    market = Market(plan)
    for month in range(plan.market.months):
        market.step()
        if month % 7 == 1:
            market.measures.latest(["clv"])
    assert_same(market.results.tables, tables_of(plan))


@FEWER
@given(scenarios(), st.integers(0, 5))
def test_plan_seed_and_replication_determine_every_number(plan, replication):
    first = tables_of(plan, replication=replication)
    assert_same(first, tables_of(plan, replication=replication))
    assert_same(first, tables_of(plan, seed=plan.seed, replication=replication))


@pytest.mark.parametrize("other", [{"seed": 8}, {"replication": 1}, {"seed": 8, "replication": 1}])
def test_another_seed_or_replication_is_other_luck(other):
    plan = Scenario().with_values({"market.customers": 300, "market.months": 3})
    one, two = tables_of(plan, seed=7), tables_of(plan, **{"seed": 7, **other})
    for column in ("customers", "joins", "trust", "revenue"):
        assert bits(one["firms"][column]) != bits(two["firms"][column])
    assert bits(one["market"]["need"]) != bits(two["market"]["need"])


def test_seeds_next_to_each_other_are_not_replications_of_each_other():
    plan = Scenario().with_values({"market.customers": 300, "market.months": 1})
    runs = [
        bits(tables_of(plan, seed=seed, replication=replication)["market"]["need"])
        for seed in (1, 2, 3)
        for replication in (0, 1, 2)
    ]
    assert len(set(runs)) == len(runs)


@FEWER
@given(scenarios())
def test_the_resolved_file_gives_the_same_tables(tmp_path_factory, plan):
    path = tmp_path_factory.mktemp("resolved") / "scenario.yaml"
    dump(plan, path)
    again = Scenario.load(path)
    assert again == plan
    assert_same(tables_of(plan), tables_of(again))


@pytest.mark.usefixtures("threads_at_any_size")
@pytest.mark.parametrize("kind", ["small-world", "scale-free", "complete"])
@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(kind, threads):
    plan = scenario_of({**LARGE, "network": {"kind": kind}})
    assert_same(tables_of(plan, threads=1), tables_of(plan, threads=threads))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_blocks_changes_nothing(monkeypatch, seed):
    plan = scenario_of(LARGE)
    straight = tables_of(plan, threads=1)
    order = random.Random(seed)
    ran = []

    def in_any_order(population: Population, task) -> None:
        blocks = list(range(-(-population.people // BLOCK)))
        order.shuffle(blocks)
        ran.append(tuple(blocks))
        for block in blocks:
            task(block, block + 1)

    monkeypatch.setattr(Population, "in_blocks", in_any_order)
    assert_same(straight, tables_of(plan, threads=1))
    assert len(set(ran)) == 6


@FEWER
@given(documents(), st.data())
def test_a_firm_that_nobody_can_see_changes_nothing(document, data):
    # Whoever an intermediary reaches knows the firms that it sells.
    ghost = data.draw(firms("Ghost")) | {"reach": 0.0, "intermediaries": 0.0}
    haunted = copy.deepcopy(document)
    listed = haunted["firms"]
    months = document["market"]["months"]
    if months and data.draw(st.booleans()):
        entry = {"month": data.draw(st.integers(1, months)), "enter": ghost}
        haunted["events"].insert(data.draw(st.integers(0, len(haunted["events"]))), entry)
    else:
        if data.draw(st.booleans()):
            ghost["share"] = 0.0
        listed.insert(data.draw(st.integers(0, len(listed))), ghost)
    tables = tables_of(scenario_of(haunted))
    seen = tables["firms"]["firm"] == "Ghost"
    assert seen.any()
    assert (tables["firms"]["customers"][seen] == 0).all()
    assert_same(without(tables, "Ghost"), tables_of(scenario_of(document)))


@pytest.mark.parametrize("number", [7, 8, 15, 29])
@pytest.mark.parametrize("start", ["shares", "empty"])
def test_nor_does_it_among_so_many_firms_that_sums_are_taken_in_another_order(number, start):
    many = [
        {"name": f"F{i}", "discipline": DISCIPLINES[i % 5], "reach": 1 / (1.3 + i), "price": 0.9}
        for i in range(number)
    ]
    rest = {"market": {"customers": 500, "months": 8, "start": start}}
    plain = tables_of(scenario_of(rest | {"firms": many}))
    for place in (0, number // 2, number):
        haunted = [*many[:place], {"name": "Ghost", "reach": 0.0}, *many[place:]]
        tables = tables_of(scenario_of(rest | {"firms": haunted}))
        assert_same(without(tables, "Ghost"), plain)


@FEWER
@given(documents(fewest_months=2), st.data())
def test_an_event_changes_nothing_before_its_month(document, data):
    months = document["market"]["months"]
    month = data.draw(st.integers(1, months))
    names = [firm["name"] for firm in document["firms"]]
    other = copy.deepcopy(document)
    other["events"] = [event for event in document["events"] if event["month"] < month]
    later = data.draw(events([], months - month + 1))
    if data.draw(st.booleans()):
        later.append({"month": 1, "leave": data.draw(st.sampled_from(names))})
    entered = {event["enter"]["name"] for event in other["events"] if "enter" in event}
    for event in later:
        if not ("enter" in event and event["enter"]["name"] in entered):
            other["events"].append(event | {"month": event["month"] + month - 1})
    other["market"] = document["market"] | {"months": months + 3}
    known = {*names, *(e["enter"]["name"] for e in other["events"] if "enter" in e)}
    other["events"] = [
        event for event in other["events"] if all(event.get(k, names[0]) in known for k in ACTS)
    ]
    one, two = tables_of(scenario_of(document)), tables_of(scenario_of(other))
    assert_same(until(one, month - 1), until(two, month - 1))


ACTS = ("leave", "launch", "scandal")


def test_an_event_does_change_its_own_month():
    plan = scenario_of(LARGE | {"events": []})
    shock = scenario_of(LARGE | {"events": [{"month": 3, "scandal": "Lean"}]})
    one, two = tables_of(plan), tables_of(shock)
    assert_same(until(one, 2), until(two, 2))
    with pytest.raises(AssertionError):
        assert_same(until(one, 3), until(two, 3))


@FEWER
@given(scenarios(fewest_months=1), st.data())
def test_a_copied_market_goes_on_as_the_first_would(plan, data):
    whole = tables_of(plan)
    market = Market(plan)
    for _ in range(data.draw(st.integers(0, plan.market.months))):
        market.step()
    copied = data.draw(st.sampled_from([copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]))
    twin = copied(market)
    before = market.results.tables
    while twin.month < plan.market.months:
        twin.step()
    assert_same(whole, twin.results.tables)
    assert_same(before, market.results.tables)  # untouched by what the copy did
    while market.month < plan.market.months:
        market.step()
    assert_same(whole, market.results.tables)


class Faithful(Customer):
    """Does what every customer does, but in Python."""

    __slots__ = ()

    def share(self) -> None:
        super().share()


def test_a_copy_with_customers_of_ones_own_goes_on_with_its_own():
    plan = Scenario().with_values({"market.customers": 50, "market.months": 6})
    with pytest.warns(UserWarning, match="Faithful has its own share"):
        market = Market(plan, customer=Faithful)
    market.step()
    twin = copy.deepcopy(market)
    for _ in range(5):
        twin.step()
    assert_same(tables_of(plan), twin.results.tables)
    assert market.month == 1
    assert_same(until(tables_of(plan), 1), market.results.tables)
