"""The plain twin and the engine, interpreted and compiled, run alike: same tables, same people."""

import importlib
import pkgutil
import random

import mesa
import numpy as np
import pytest

import tsunagari.agents.phases
import tsunagari.agents.population
from tsunagari.agents.columns import MARKS, REALS, By
from tsunagari.agents.customer import Customer
from tsunagari.sim.market import Market
from tsunagari.sim.plain import PlainCustomer, PlainMarket, single
from tsunagari.sim.scenario import Scenario

FIVE = [
    {"name": "Lean", "discipline": "operational-excellence"},
    {"name": "Spark", "discipline": "product-leadership", "claim": 0.8},
    {"name": "Tailor", "discipline": "customer-intimacy", "indulgence": 0.3},
    {"name": "Broad", "discipline": "none", "service": -0.2},
    {"name": "Zero", "discipline": "disruptor", "reach": 0.6},
]
LITTLE_KNOWN = [{**firm, "reach": 0.2} for firm in FIVE]
EVENTFUL = [
    {"month": 3, "set": "stickiness.location", "to": 0.05, "over": 8},
    {"month": 5, "enter": {"name": "新星", "discipline": "disruptor", "contract": 1}},
    {"month": 6, "scandal": "Lean", "size": 0.8},
    {"month": 7, "launch": "Spark", "size": 1.0},
    {"month": 8, "set": "firms.Broad.discipline", "to": "operational-excellence"},
    {"month": 10, "leave": "Tailor"},
    {"month": 12, "set": "zmot.connectivity", "to": 6.0},
]
LIVELY = {
    "zmot.propensity": 0.5,
    "zmot.attention": 4.0,
    "looking.base": 0.3,
    "market.exit": 0.02,
    "adoption.innovation": 0.05,
    "adoption.imitation": 0.4,
    "value.dependence_aversion": 0.8,
    "relation.competence_rate": 0.05,
}
MONTHS = 24


def plan_of(people, **values):
    values = {name.replace("__", "."): value for name, value in values.items()}
    return Scenario().with_values(
        {"market.customers": people, "market.months": MONTHS, "firms": FIVE, **values}
    )


def assert_same_tables(left, right):
    assert list(left) == list(right)
    for name, columns in left.items():
        assert list(columns) == list(right[name])
        for column, values in columns.items():
            where = f"{name}.{column}"
            np.testing.assert_array_equal(right[name][column], values, where)


def assert_same_people(engine, plain):
    for column in (*REALS, *MARKS):
        name, values = column.name, engine.population.column(column.name)
        np.testing.assert_array_equal(plain.population.column(name), values, name)


def assert_twins(plan, seed=1, months=MONTHS):
    """The two run alike, to the bit."""
    engine, plain = Market(plan, seed), PlainMarket(plan, seed)
    engine.run_for(months)
    plain.run_for(months)
    assert_same_tables(engine.results.tables, plain.results.tables)
    assert_same_people(engine, plain)
    return engine


def test_four_disciplines_and_a_disruptor():
    engine = assert_twins(plan_of(500))
    assert len(engine.results.flows) > 50


def test_events():
    engine = assert_twins(plan_of(500, events=EVENTFUL), seed=2)
    assert {"closure", "luck", "taste"} <= set(engine.results.flows["decided_by"])
    assert engine.firm("新星").customers > 0


def test_lively_market_that_begins_empty():
    plan = plan_of(300, market__start="empty", firms=LITTLE_KNOWN, events=EVENTFUL)
    engine = assert_twins(plan.with_values(LIVELY), seed=3)
    reasons = "stimulus review memory price nearness taste popularity necessity luck".split()
    assert {*reasons, "dissatisfaction", "exit"} <= set(engine.results.flows["decided_by"])
    sources = engine.population.column("joined_through")
    assert {By.STIMULUS, By.REVIEW, By.FRIEND, By.REFERRAL, By.MEMORY} <= set(sources.tolist())


@pytest.mark.parametrize("people", [2, 7, 150])
@pytest.mark.parametrize("start", ["empty", "shares"])
def test_complete_network(people, start):
    plan = plan_of(people, network__kind="complete", firms=LITTLE_KNOWN, market__start=start)
    for seed in range(1 if people > 100 else 6):
        assert_twins(plan.with_values({**LIVELY, "events": EVENTFUL}), seed)


def test_weighted_ties_from_a_file(tmp_path):
    rng = random.Random(4)
    file = tmp_path / "ties.csv"
    lines = [
        f"p{rng.randrange(200)},q{rng.randrange(100)},{rng.uniform(0.1, 3):.3f}" for _ in range(900)
    ]
    file.write_text("source,target,weight\n" + "\n".join(lines))
    plan = Scenario().with_values(
        {"network.kind": "file", "network.file": str(file), "market.months": MONTHS, **LIVELY}
    )
    engine = assert_twins(plan, seed=4)
    assert engine.population.network.weighted


@pytest.mark.parametrize("kind", ["random", "scale-free", "communities"])
def test_other_networks(kind):
    assert_twins(plan_of(150, network__kind=kind).with_values(LIVELY), seed=5)


def test_one_lonely_person():
    assert_twins(plan_of(1).with_values(LIVELY), seed=6)


def test_replications():
    plan = plan_of(60)
    engine, plain = (kind(plan, 7, replication=3) for kind in (Market, PlainMarket))
    engine.run_for(6)
    plain.run_for(6)
    assert_same_tables(engine.results.tables, plain.results.tables)


def test_the_start_is_surveyed_alike():
    plan = plan_of(300)
    engine, plain = Market(plan, 8), PlainMarket(plan, 8)
    for left, right in zip(engine.population.survey(), plain.population.survey(), strict=True):
        np.testing.assert_array_equal(left, right)
    assert_same_people(engine, plain)


def test_customers_are_ordinary_mesa_agents():
    market = PlainMarket(plan_of(40), 9)
    customers = market.agents_by_type[PlainCustomer]
    assert len(customers) == 40
    assert Customer not in market.agents_by_type
    assert all(isinstance(customer, mesa.Agent) for customer in customers)
    assert len({agent.unique_id for agent in market.agents}) == 40 + len(FIVE)
    assert customers.get("satisfaction") == market.population.column("satisfaction").tolist()


def test_order_does_not_matter():
    plan = plan_of(80).with_values(LIVELY)
    one, other = PlainMarket(plan, 10), PlainMarket(plan, 10)
    for _ in range(6):
        one.step()
        other.begin_month()
        some = other.agents_by_type[PlainCustomer].shuffle().to_list()[:50]
        for customer in some:
            customer.step()
        other.step()
    assert_same_tables(one.results.tables, other.results.tables)


def test_months_use_no_kernel(monkeypatch):
    market = PlainMarket(plan_of(60, events=EVENTFUL), 11)

    def refuse(*arguments):
        raise AssertionError("a kernel was called")

    names = [
        f"tsunagari.agents.phases.{module.name}"
        for module in pkgutil.iter_modules(tsunagari.agents.phases.__path__)
    ]
    replaced = 0
    for module in map(importlib.import_module, [*names, "tsunagari.agents.population"]):
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, refuse)
                replaced += 1
    assert replaced > 10
    with pytest.raises(AssertionError, match="kernel"):
        Market(plan_of(10), 11)
    market.run_for(MONTHS)


def test_single_precision():
    bits = np.random.default_rng(12).integers(0, 2**64, 20_000, dtype=np.uint64)
    numbers = np.concatenate([bits.view(np.float64), [0.0, -0.0, 1e-45, 7e-46, 3.4028235e38]])
    numbers = numbers[np.isfinite(numbers)]
    with np.errstate(all="ignore"):
        expected = numbers.astype(np.float32)
    assert [single(number) for number in numbers.tolist()] == expected.astype(float).tolist()
