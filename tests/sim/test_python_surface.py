"""Python is as strict as the files: what is handed over is taken as meant, or refused."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.agents.columns import MARKS, NEVER, REALS
from tsunagari.agents.customer import LASTING_MARKS, Customer
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.firm.state import STOCKS
from tsunagari.experiments.explain.connection import connection
from tsunagari.experiments.explain.customer import explain_customer
from tsunagari.experiments.explain.retention import retention_parts
from tsunagari.experiments.explain.word_of_mouth import word_of_mouth
from tsunagari.experiments.studies.compare import compare
from tsunagari.experiments.studies.shards import merge
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

MONTHS = 6
PLAN = Scenario.load("three-disciplines").with_values(
    {"market.customers": 120, "market.months": MONTHS}
)
LINE = (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError)


@pytest.fixture
def market() -> Market:
    made = Market(PLAN, seed=7, threads=1)
    made.run_for(2)
    return made


def refused(call, *words: str) -> str:
    """The sentence in which something is refused."""
    with pytest.raises(LINE) as raised:
        call()
    text = str(raised.value)
    assert all(word in text for word in words), text
    return text


def same_tables(one: Market, other: Market) -> None:
    left, right = one.results.tables, other.results.tables
    for name, table in left.items():
        for column, values in table.items():
            np.testing.assert_array_equal(values, right[name][column], f"{name}.{column}")


# -- numbers -------------------------------------------------------------------------------------

NO_WHOLE_NUMBERS = [7.5, 7.0, "7", True, np.bool_(True), np.float64(7), [7], np.array(7), -1, b"7"]
PLACES = {
    "seed": [
        lambda v: Market(PLAN, seed=v),
        lambda v: compare([PLAN, PLAN], seed=v),
        lambda v: word_of_mouth(PLAN, seed=v),
        lambda v: connection(PLAN, ["Lean"], seed=v),
        lambda v: retention_parts(PLAN, firms=["Lean"], seed=v, replications=1),
        lambda v: explain_customer(PLAN, 1, seed=v),
    ],
    "replications": [
        lambda v: compare([PLAN, PLAN], replications=v),
        lambda v: word_of_mouth(PLAN, replications=v),
        lambda v: connection(PLAN, ["Lean"], replications=v),
        lambda v: retention_parts(PLAN, firms=["Lean"], replications=v),
    ],
    "workers": [
        lambda v: compare([PLAN, PLAN], workers=v),
        lambda v: sweep({}, workers=v),
        lambda v: connection(PLAN, ["Lean"], workers=v),
    ],
    "threads": [
        lambda v: Market(PLAN, threads=v),
        lambda v: sweep({}, threads=v),
        lambda v: compare([PLAN, PLAN], threads=v),
    ],
    "replication": [lambda v: Market(PLAN, replication=v)],
    "duration": [lambda v: Market(PLAN, threads=1).run_for(v)],
    "end_time": [lambda v: Market(PLAN, threads=1).run_until(v)],
    "month": [lambda v: explain_customer(PLAN, 1, month=v)],
    "number": [lambda v: explain_customer(PLAN, v)],
    "limit": [lambda v: compare([PLAN, PLAN], limit=v)],
    "in_flight": [lambda v: sweep({}, in_flight=v)],
}


@pytest.mark.parametrize("name", PLACES)
def test_only_whole_numbers_in_range_are_whole_numbers(name):
    for call in PLACES[name]:
        for value in NO_WHOLE_NUMBERS:
            text = refused(lambda call=call, value=value: call(value), name)
            assert "whole number" in text or "at least" in text


def test_numpys_whole_numbers_are():
    assert Market(PLAN, seed=np.uint8(7), threads=np.int64(1)).seed == 7
    assert type(Market(PLAN, seed=np.int32(7)).seed) is int
    refused(lambda: Market(PLAN, seed=2**63), "seed", "at most")


@pytest.mark.parametrize("at_most", [True, "1", -1, 1.5, float("nan"), None, -0.5])
def test_at_most_is_a_number_or_a_share(market, at_most):
    for agents in (market.agents_by_type[Customer], market.agents_by_type[Firm], market.agents):
        refused(lambda agents=agents: agents.select(at_most=at_most), "at_most")


# -- the kinds of arguments ----------------------------------------------------------------------

STRANGE = [None, 5, 2.5, "xyz", b"x", [1], {"a": 1}, (1, 2), object(), int, np.ones(2), {1}]


def calls(market: Market):
    """Every public door, each with the kinds of things that fit."""
    customers, firms = market.agents_by_type[Customer], market.agents_by_type[Firm]
    numbers = (int, list, tuple, np.ndarray)
    yield "source", Scenario.load, (str,)
    yield "overrides", lambda v: Scenario.load("disruptor", v), ()
    yield "values", PLAN.with_values, (dict,)
    yield "plan", Market, ()
    yield "customer", lambda v: Market(PLAN, customer=v), ()
    yield "firm", lambda v: Market(PLAN, firm=v), ()
    yield "measures", lambda v: Market(PLAN, measures=v), (type(None),)
    yield "market.act", market.act, ()
    yield "market.act", lambda v: market.act(v, 1), ()
    yield "", market.firm, ()
    yield "firm", market.customers_of, ()
    yield "policies", market.replay, ()
    yield "attr_names", customers.get, (str, list, tuple)
    yield "attr_name", lambda v: customers.set(v, 1), (str,)
    yield "filter_func", customers.select, (type(None), list, tuple, np.ndarray, type)
    yield "by", customers.groupby, (str, type)
    yield "by", firms.groupby, (str, type)
    yield "key", customers.sort, (str, type)
    yield "method", customers.do, (str, type)
    yield "method", customers.map, (str, type)
    yield "customers", lambda v: customers[v], numbers
    yield "agents", lambda v: market.agents[v], numbers
    yield "plans", compare, (list, tuple, np.ndarray, set)
    yield "plans", lambda v: compare([PLAN, v]), (str,)
    yield "measure", lambda v: compare([PLAN, PLAN], measure=v), (str,)
    yield "at", lambda v: compare([PLAN, PLAN], at=v), (type(None), list, tuple, set)
    yield "precision", lambda v: compare([PLAN, PLAN], precision=v), (type(None), int, float)
    yield "design", sweep, (str, dict)
    yield "executor", lambda v: sweep({}, executor=v), (type(None),)
    yield "shard", lambda v: sweep({}, shard=v), (type(None), str)
    yield "folders", merge, (list, tuple, np.ndarray, set)
    yield "plan", word_of_mouth, ()
    yield "firms", lambda v: connection(PLAN, v), (list, tuple, np.ndarray, set)
    yield "lever", lambda v: connection(PLAN, ["Lean"], lever=v), (list, dict, set, np.ndarray)


def complaint(call, name: str) -> str | None:
    """What is wrong with how something is refused; None if nothing."""
    try:
        call()
    except LINE as error:
        return None if name in str(error) and len(str(error)) > 15 else f"{type(error)}: {error}"
    return "it was taken"


def test_whatever_is_handed_over_is_refused_by_the_name_of_the_argument(market):
    assert [
        (name, value, wrong)
        for name, call, fitting in calls(market)
        for value in STRANGE
        if not (fitting and isinstance(value, fitting))
        and (wrong := complaint(lambda call=call, value=value: call(value), name))
    ] == []


def test_positions_of_customers(market):
    customers = market.agents_by_type[Customer]
    assert customers[[1, 2, 3]].rows.tolist() == [1, 2, 3]
    assert customers[np.array([-1, 0])].rows.tolist() == [119, 0]
    assert len(customers[customers.get("tenure") > 3]) == int((customers.get("tenure") > 3).sum())
    assert [c.row for c in customers[2:6:2]] == [2, 4]
    assert customers[-1] == customers[np.int64(119)]
    assert len(customers[[]]) == 0
    for wrong in (120, -121, [0, 120], [1.5], 1.5, "1", True, [[1]], [True], slice(0.5), None):
        refused(lambda wrong=wrong: customers[wrong])
    late = customers.select(lambda c: c.tenure > 9999)
    refused(lambda: late[0], "none in this set")


# -- acts ----------------------------------------------------------------------------------------

NAMES = [firm.name for firm in PLAN.firms]
firm_names = st.sampled_from(NAMES)
ACTS = st.one_of(
    st.tuples(st.just("price"), firm_names, st.floats(0.7, 1.3), st.integers(0, 4)),
    st.tuples(st.just("advertising"), firm_names, st.floats(0.0, 3.0), st.integers(0, 4)),
    st.tuples(st.just("discipline"), firm_names, st.just("none"), st.just(0)),
    st.tuples(st.just("stickiness"), firm_names, st.floats(0.0, 1.0), st.integers(0, 3)),
    st.tuples(st.sampled_from(["leave", "launch", "scandal", "enter"]), firm_names),
)


def done(market: Market, act: tuple) -> None:
    kind, name, *rest = act
    if kind == "stickiness":
        market.act("stickiness.success", rest[0], over=rest[1])
    elif kind == "enter":
        number = sum(event.enter is not None for event in market.played.events)
        market.act({"enter": {"name": f"New {number}", "discipline": "disruptor"}})
    elif kind in ("leave", "launch", "scandal"):
        market.act({kind: name})
    else:
        market.act(f"firms.{name}.{kind}", rest[0], over=rest[1])


@settings(max_examples=20)
@given(st.lists(st.lists(ACTS, max_size=3), min_size=1, max_size=MONTHS))
def test_what_was_played_runs_again_to_the_bit(months):
    market = Market(PLAN, seed=5, threads=1)
    for acts in months:
        for act in acts:
            gone = {firm.name for firm in market.firms if not firm.active}
            if act[0] in ("stickiness", "enter") or act[1] not in gone:
                done(market, act)
            else:
                refused(lambda act=act: done(market, act), "left the market")
        market.run_for(1)
    market.run_model()
    again = Market(market.played, seed=5, threads=1)
    again.run_model()
    same_tables(market, again)
    assert PLAN.events == []


def test_an_act_is_told_what_is_wrong_as_a_files_event_is(market):
    act = market.act
    event = act("firms.Tailor.price", 0.9, over=2, note="a cut")
    assert (event.month, event.set, event.to, event.over) == (3, "firms.Tailor.price", 0.9, 2)
    assert market.played.events == [event]
    assert PLAN.events == []
    for call, words in [
        (lambda: act("firms.Tailor.pirce", 1), "did you mean firms.Tailor.price?"),
        (lambda: act("firms.Taylor.price", 1), "did you mean Tailor?"),
        (lambda: act("firms.Tailor.price", -1), "greater than 0"),
        (lambda: act("firms.Tailor.price", "1"), "number"),
        (lambda: act("market.customers", 5), "cannot change during a run"),
        (lambda: act("firms.Tailor.price"), "the new value is missing"),
        (lambda: act("firms.Tailor.price", 1, over=1.5), "whole number"),
        (lambda: act({"leave": "Tailor"}, over=3), "write over in it"),
        (lambda: act({"leave": "Tailor", "month": 5}), "coming month, 3"),
        (lambda: act({"leaves": "Tailor"}), "did you mean events.1.leave?"),
        (lambda: act({}), "exactly one of"),
    ]:
        assert "market.act(" in refused(call, words)
    assert market.played.events == [event]
    market.run_model()
    refused(lambda: act("firms.Tailor.price", 1), "after the end of the plan (6 months)")


def test_an_act_after_customers_were_stepped_is_of_the_month_after(market):
    market.agents_by_type[Customer][0].step()
    assert market.act("firms.Lean.price", 0.8).month == 4


def test_what_is_set_directly_is_told_of_where_it_is_lost(market):
    market.agents_by_type[Customer].set("trust", 0.5)
    with pytest.warns(UserWarning, match="set directly"):
        assert market.played == PLAN


# -- what holds, and what would be overwritten ---------------------------------------------------


def test_a_firm_takes_what_lasts_and_refuses_the_rest(market):
    firm = market.firm("Lean")
    for name in [n for n in vars(firm) if n[0] != "_"] + ["customers", "active"]:
        if name in STOCKS:
            before = getattr(firm, name)
            setattr(firm, name, before + 0.25)
            assert getattr(firm, name) == before + 0.25
            refused(lambda name=name: setattr(firm, name, "much"), name, "number")
            refused(lambda name=name: setattr(firm, name, float("nan")), name, "finite")
        elif name not in ("capabilities", "discipline", "pos"):
            refused(lambda name=name: setattr(firm, name, 0.5))
    assert "market.act('firms.Lean.price'" in refused(lambda: setattr(firm, "price", 0.01))
    refused(lambda: setattr(firm, "pirce", 0.01), "did you mean 'price'?")
    refused(lambda: setattr(firm.terms, "markup", 0.01), "market.act('firms.Lean.markup', 0.01)")
    market.run_for(1)


def test_attributes_are_declared_in_the_body_or_in_init():
    class Grocer(Firm):
        mood: float
        calls = 0

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.shelves = 3

        def plan(self, conditions):
            super().plan(conditions)
            self.price *= 0.5
            self.mood = self.calls = 1

    class Own(Market):
        def __init__(self):
            super().__init__(PLAN, firm=Grocer, threads=1)
            self.till = 0

    market = Own()
    market.till = 5
    market.run_for(1)
    usual = Market(PLAN, threads=1)
    usual.run_for(1)
    grocer = market.firm("Lean")
    grocer.shelves, grocer.mood = 4, 2.0
    assert grocer.price == pytest.approx(usual.firm("Lean").price * 0.5)
    refused(lambda: setattr(grocer, "shelfs", 4), "did you mean 'shelves'?")
    refused(lambda: setattr(market, "tll", 4), "did you mean 'till'?")


@pytest.mark.parametrize(
    "name", ["mounths", "month", "time", "plan", "seed", "firms", "live", "agents"]
)
def test_a_market_keeps_what_it_keeps(market, name):
    refused(lambda: setattr(market, name, 3), name)


def test_every_column_of_customers_holds_or_is_refused(market):
    customers = market.agents_by_type[Customer]
    some = customers.select(customers.get("provider") >= 0)
    refuses = {"norm", "friends_here", "switching_cost"}
    for column in (*REALS, *MARKS):
        name = column.name
        is_real = column in REALS
        if name == "provider":
            continue
        if (is_real and column.kind != "note" and name not in refuses) or name in LASTING_MARKS:
            value = 0.5 if is_real else 1
            some.set(name, value)
            assert set(some.get(name)) == {value}
            refused(lambda name=name: some.set(name, "x"), name)
            refused(lambda name=name, two=[value] * 2: some.set(name, two), name)
            refused(lambda name=name: some.set(name, float("nan")), name)
        else:
            refused(lambda name=name: some.set(name, 0), name)
            refused(lambda name=name: setattr(some[0], name, 0), name)
    refused(lambda: some.set("segment", 3), "from 0 to 2")
    refused(lambda: some.set("degree", 3), "cannot be set")
    market.run_for(1)


def test_a_customer_moved_by_hand_is_somebody_new_there(market):
    customer = market.agents_by_type[Customer][0]
    other = next(firm for firm in market.firms if firm is not customer.provider)
    customer.provider = other
    assert (customer.provider, customer.tenure, customer.joined_month) == (other, 0, 2)
    customer.provider = None
    assert (customer.provider, customer.satisfaction, customer.tenure) == (None, 0.0, 0)
    refused(lambda: setattr(customer, "satisfaction", 0.5), "have no provider")
    refused(lambda: setattr(customer, "provider", "Lean"), "provider")
    refused(lambda: setattr(customer, "provider", 99), "no firm in the market")
    market.run_for(1)


# -- columns of the network and of adoption ------------------------------------------------------


def test_degree_neighbours_and_first_adoption_are_columns():
    plan = PLAN.with_values({"market.start": "empty", "adoption.innovation": 0.1})
    market = Market(plan, threads=1)
    customers = market.agents_by_type[Customer]
    assert set(customers.get("adopted_month")) == {NEVER}
    first = customers.get("adopted_month")
    for month in range(1, MONTHS + 1):
        market.run_for(1)
        new = (first == NEVER) & (customers.get("provider") >= 0)
        now = customers.get("adopted_month")
        assert set(now[new]) <= {month}
        first = now
    degree = customers.get("degree")
    assert customers.agg("degree", np.sum) == sum(len(c.neighbours) for c in customers)
    assert [c.degree for c in customers] == degree.tolist()
    assert len(customers.select(lambda c: c.degree > 10)) == int((degree > 10).sum())
    friends = customers.get("neighbours")
    assert [c.row for c in customers[5].neighbours] == friends[5].tolist()
    assert sum(customers.groupby("degree").count().values()) == 120
    assert customers.sort("degree").get("degree")[0] == degree.max()
    seated = Market(PLAN, threads=1).agents_by_type[Customer]
    assert set(seated.get("adopted_month")[seated.get("provider") >= 0]) == {0}


# -- one rule of merging -------------------------------------------------------------------------

MERGING = [
    ({"market": {"months": 9}}, lambda p: (p.market.months, p.market.customers) == (9, 120)),
    ({"firms": [{"name": "Lean", "price": 0.9}]}, lambda p: [f.name for f in p.firms] == NAMES),
    ({"firms": [{"name": "X"}]}, lambda p: [f.name for f in p.firms] == [*NAMES, "X"]),
    ({"firms.Lean": {"price": 0.9}}, lambda p: p.firms[0].discipline == "operational-excellence"),
    ({"firms.Broad": None}, lambda p: [f.name for f in p.firms] == NAMES[:-1]),
    (
        {f"firms.{name}": None for name in NAMES} | {"firms": [{"name": "X"}], "claims": []},
        lambda p: [f.name for f in p.firms] == ["X"],
    ),
    ({"events": [{"month": 2, "launch": "Lean"}]}, lambda p: len(p.events) == 1),
    ({"events": []}, lambda p: p.events == []),
    ({"claims": []}, lambda p: p.claims == []),
    ({"segments.thrifty": {"cost": 5.0}}, lambda p: p.segments[0].share == 0.3),
]


@pytest.mark.parametrize(("values", "holds"), MERGING)
def test_values_options_and_extends_merge_alike(tmp_path, values, holds):
    import json

    from tsunagari.sim.reading import dump
    from tsunagari.sim.scenario import load

    made = PLAN.with_values(values)
    assert holds(made)
    dump(PLAN, tmp_path / "base.yaml")
    options = [f"{path}={json.dumps(value)}" for path, value in values.items()]
    assert load(tmp_path / "base.yaml", options)[0] == made
    if all("." not in path for path in values):
        text = json.dumps({"extends": "base.yaml", **values})
        (tmp_path / "over.yaml").write_text(text)
        assert Scenario.load(tmp_path / "over.yaml") == made


def test_a_firm_cannot_vanish_by_being_changed():
    made = Scenario.load("three-disciplines").with_values({"firms": [{"name": "Lean"}]})
    assert made == Scenario.load("three-disciplines")
    with pytest.raises(Problems, match="must be a list, not nothing"):
        PLAN.with_values({"firms": None})


# -- without a compiler --------------------------------------------------------------------------

SMALL = """
import hashlib
from tsunagari import Market, Scenario
plan = Scenario.load("three-disciplines").with_values({"market.customers": 40, "market.months": 2})
market = Market(plan, seed=7, threads=1)
market.run_model()
state = market.population.state.tobytes() + market.population.marks.tobytes()
print(hashlib.blake2b(state + market.results.firms.to_csv().encode()).hexdigest())
"""


def test_without_its_compiler_the_engine_gives_the_same_numbers(capsys):
    exec(SMALL, {})
    compiled = capsys.readouterr().out
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", SMALL],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (told.stderr, told.stdout) == ("", compiled)
