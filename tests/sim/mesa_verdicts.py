"""What becomes of every public member that comes from Mesa: each verdict with the check of it.

A verdict is a text for the page ``docs/mesa.md`` and a function that tries it. Where a member is
refused the text is the message itself, as the check got it.
"""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mesa
import mesa.batchrunner
import pandas as pd
from mesa.agentset import AbstractAgentSet, AgentSet, GroupBy
from mesa.experimental.mesa_signals import ObservableSignals
from mesa.time import Priority, Schedule

from tsunagari.agents.customer import Customer
from tsunagari.agents.customer_set import CustomerSet
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.sets import EveryAgent
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PEOPLE = 60
MONTHS = 3
PLAN = Scenario().with_values({"market.customers": PEOPLE, "market.months": MONTHS})


def market() -> Market:
    return Market(PLAN, seed=3, threads=1)


class Priced(Market):
    """A market with a parameter, as batch_run wants it."""

    def __init__(self, price: float = 1.0, rng: int | None = None) -> None:
        super().__init__(PLAN.with_values({"firms.Lean.price": price}), seed=rng, threads=1)


class Regulator(mesa.Agent):
    """An agent of a user's own."""


@dataclass(frozen=True)
class Verdict:
    """What is said of a member, and the check of it; a refusal returns its message."""

    text: str
    check: Callable[[], Any]

    def said(self) -> str:
        found = self.check()
        return f"refused: *{found}*" if self.text == REFUSED else self.text


REFUSED = "refused"


def works(text: str, check: Callable[[], Any]) -> Verdict:
    def checked() -> None:
        assert check() is not False, text

    return Verdict(text, checked)


def refuses(call: Callable[[], Any]) -> Verdict:
    def message() -> str:
        try:
            call()
        except (RuntimeError, AttributeError, TypeError, ValueError) as error:
            text = str(error)
            assert "\n" not in text, text
            assert len(text) > 20, text
            return text
        raise AssertionError("it was not refused")

    return Verdict(REFUSED, message)


# -- members, as they are found ------------------------------------------------------------------

_CONTAINER = {
    f"__{name}__"
    for name in (
        "len iter contains getitem reversed and or sub xor rand ror rsub rxor iand ior isub ixor "
        "eq lt le gt ge"
    ).split()
}


def public(kind: type, instance: object | None = None) -> set[str]:
    names = {*dir(kind), *(vars(instance) if instance is not None else ())}
    return {name for name in names if not name.startswith("_")}


def model_members() -> set[str]:
    return public(mesa.Model, mesa.Model())


def agent_members() -> set[str]:
    return public(mesa.Agent, mesa.Agent(mesa.Model()))


def set_members() -> set[str]:
    own = {name for kind in (AbstractAgentSet, AgentSet) for name in dir(kind)}
    return {n for n in own if not n.startswith("_") or n in _CONTAINER} | {"random"}


def batch_members() -> set[str]:
    named = {
        name
        for name, thing in vars(mesa.batchrunner).items()
        if inspect.isfunction(thing)
        and thing.__module__ == mesa.batchrunner.__name__
        and not name.startswith("_")
    }
    assert named == {"batch_run"}
    return set(inspect.signature(mesa.batch_run).parameters)


# -- Model ---------------------------------------------------------------------------------------


def _ends() -> bool:
    made = market()
    made.run_model()
    return (made.time, made.month, made.running) == (MONTHS, MONTHS, False)


def _running() -> bool:
    made = market()
    started = made.running
    made.running = False
    made.run_model()
    stopped = made.month == 0
    made.run_for(MONTHS + 2)
    return started and stopped and not made.running and made.month == MONTHS + 2


def _steps(name: str) -> bool:
    made = market()
    made.step()
    made.run_for(1)
    made.run_until(3)
    return getattr(made, name) == 3


def _scheduled(recurring: bool) -> bool:
    made, seen = market(), []

    def look() -> None:
        seen.append(made.month)

    if recurring:
        made.schedule_recurring(look, Schedule(interval=1, start=0.5), Priority.LOW)
    else:
        made.schedule_event(look, at=1.5)
    made.run_for(3)
    return seen == ([0, 1, 2] if recurring else [1])


def _observed() -> bool:
    made, told = market(), []

    def hear(signal: Any) -> None:
        told.append(signal.additional_kwargs["new"])

    made.observe("time", ObservableSignals.CHANGED, hear)
    made.run_for(2)
    made.unobserve("time", ObservableSignals.CHANGED, hear)
    made.run_for(1)
    made.observe("time", ObservableSignals.CHANGED, hear)
    made.clear_all_subscriptions("time")
    made.run_for(1)
    made.notify("time", ObservableSignals.CHANGED, old=0, new=0)
    return set(told) == {1.0, 2.0}


def _batched_signals() -> bool:
    made, told = market(), []

    def hear(signal: Any) -> None:
        told.append(signal)

    made.observe("time", ObservableSignals.CHANGED, hear)
    with made.suppress():
        made.run_for(1)
    silent = len(told)
    with made.batch():
        made.run_for(2)
    return silent == 0 and len(told) >= 1


def _own_agents() -> bool:
    made = market()
    one = Regulator(made)
    there = one in made.agents and made.agents_by_type[Regulator].to_list() == [one]
    one.remove()
    made.run_for(1)
    return there and one not in made.agents


def _random(name: str) -> bool:
    usual, drawn = market(), market()
    for _ in range(5):
        getattr(drawn, name).random()
    usual.run_for(2)
    drawn.run_for(2)
    return usual.results.firms.equals(drawn.results.firms)


def _reset(name: str) -> bool:
    made = market()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        if name == "reset_rng":
            first = made.rng.random()
            made.reset_rng()
            return made.rng.random() == first
        first = made.random.random()
        made.reset_randomizer()
        return made.random.random() == first


def _types() -> bool:
    made = market()
    return set(made.agent_types) == {Customer, Firm} == set(made.agents_by_type)


_BY_MESA = "works: Mesa's own, for whatever a user adds"
_LUCK = "works: a generator for a user's own code; no number of the model depends on it"
_SIGNALS = "works: `time` is observed, `agents` tells of firms that enter"
MODEL = {
    "agent_id_counter": refuses(lambda: setattr(market(), "agent_id_counter", 1)),
    "agent_types": works("works: `Customer` and `Firm`, and types of a user's own", _types),
    "agents": works(
        "works: all agents, in a set of their own kind (below)",
        lambda: len(market().agents) == PEOPLE + len(PLAN.firms),
    ),
    "agents_by_type": works("works: customers and firms, each in a set (below)", _types),
    "batch": works(_SIGNALS, _batched_signals),
    "clear_all_subscriptions": works(_SIGNALS, _observed),
    "data_registry": works(
        _BY_MESA, lambda: isinstance(market().data_registry, type(mesa.Model().data_registry))
    ),
    "deregister_agent": refuses(lambda: (m := market()).deregister_agent(m.firms[0])),
    "notify": works(_SIGNALS, _observed),
    "observables": works(_SIGNALS, lambda: {"time", "agents"} <= set(Market.observables)),
    "observe": works(_SIGNALS, _observed),
    "random": works(_LUCK, lambda: _random("random")),
    "register_agent": works("works: for agents of a user's own; firms enter by acts", _own_agents),
    "remove_all_agents": refuses(lambda: market().remove_all_agents()),
    "reset_randomizer": works(_LUCK, lambda: _reset("reset_randomizer")),
    "reset_rng": works(_LUCK, lambda: _reset("reset_rng")),
    "rng": works(_LUCK, lambda: _random("rng")),
    "run_for": works(
        "works: so many whole months, also beyond the plan's", lambda: _steps("month")
    ),
    "run_model": works("works: to the end of the plan's months", _ends),
    "run_until": works(
        "works: as many months as it takes to have completed that one", lambda: _steps("time")
    ),
    "running": works(
        "works: True until the plan's months are over, or until somebody sets it; only "
        "`run_model` and `batch_run` heed it",
        _running,
    ),
    "scenario": works(
        "works: Mesa's own, with the seed; the market's is `market.plan`",
        lambda: market().scenario.rng is not None and market().plan is PLAN,
    ),
    "schedule_event": works(
        "works: called between two months; what it changes it changes by `market.act`",
        lambda: _scheduled(recurring=False),
    ),
    "schedule_recurring": works(
        "works: called between two months", lambda: _scheduled(recurring=True)
    ),
    "step": works("works: one month for everybody", lambda: _steps("month")),
    "steps": works("works: months, as `time` and `month`", lambda: _steps("steps")),
    "subscribers": works(_SIGNALS, lambda: len(market().subscribers) == 0),
    "suppress": works(_SIGNALS, _batched_signals),
    "time": works("works: months that are complete", lambda: _steps("time")),
    "unobserve": works(_SIGNALS, _observed),
}


# -- Agent ---------------------------------------------------------------------------------------


def one(kind: type) -> Any:
    made = market()
    made.run_for(1)
    return next(iter(made.agents_by_type[kind]))


def _steps_once(kind: type) -> bool:
    agent = one(kind)
    twin = copy.deepcopy(agent.model)
    agent.step()
    agent.model.step()
    twin.step()
    return agent.model.results.firms.equals(twin.results.firms)


def _steps_twice(kind: type) -> None:
    agent = one(kind)
    agent.step()
    agent.step()


def agent_verdicts(kind: type) -> dict[str, Verdict]:
    is_customer = kind is Customer
    frame = pd.DataFrame({"name": ["Zero"]})
    pos = (
        refuses(lambda: setattr(one(kind), "pos", (0, 0)))
        if is_customer
        else works("works: None, or what a user puts there", lambda: one(kind).pos is None)
    )
    what = "judges to settles" if is_customer else "plans, which begins the month"
    return {
        "advance": works("works: does nothing, as in Mesa", lambda: one(kind).advance() is None),
        "create_agents": refuses(lambda: kind.create_agents(market(), 2)),
        "from_dataframe": refuses(lambda: kind.from_dataframe(market(), frame)),
        "model": works("works: the market", lambda: isinstance(one(kind).model, Market)),
        "pos": pos,
        "random": works(_LUCK, lambda: (a := one(kind)).random is a.model.random),
        "remove": refuses(lambda: one(kind).remove()),
        "rng": works(_LUCK, lambda: (a := one(kind)).rng is a.model.rng),
        "scenario": works(
            "works: Mesa's own", lambda: (a := one(kind)).scenario is a.model.scenario
        ),
        "step": works(
            f"works: {what}, once a month; `market.step()` takes the rest along and ends it",
            lambda: _steps_once(kind) and bool(refuses(lambda: _steps_twice(kind)).said()),
        ),
        "unique_id": works(
            "works: a number that no other agent has",
            lambda: len(set((m := market()).agents.get("unique_id"))) == len(m.agents),
        ),
    }


# -- sets ----------------------------------------------------------------------------------------


def customers() -> CustomerSet:
    return market().agents_by_type[Customer]


def firms() -> Any:
    return market().agents_by_type[Firm]


def everybody() -> EveryAgent:
    return market().agents


class Sets:
    """One kind of set: how to make it, a number in it, and how much of it there is."""

    def __init__(self, make: Callable[[], Any], attribute: str, count: int) -> None:
        self.make, self.attribute, self.count = make, attribute, count

    def some(self) -> Any:
        """A subset of a market's set, and the market."""
        found = self.make()
        return found, found.select(at_most=2)


def _combined(kind: Sets, word: str) -> bool:
    whole, some = kind.some()
    number = kind.count
    sizes = {"and": 2, "or": number, "sub": number - 2, "xor": number - 2}
    made = {
        "and": lambda: whole & some,
        "or": lambda: whole | some,
        "sub": lambda: whole - some,
        "xor": lambda: whole ^ some,
    }[word]()
    as_list = some.to_list()
    other = {
        "and": lambda: whole & as_list,
        "or": lambda: whole | as_list,
        "sub": lambda: whole - as_list,
        "xor": lambda: whole ^ as_list,
    }[word]()
    return len(made) == len(other) == sizes[word] == len(list(made))


def _in_place(kind: Sets, word: str) -> bool:
    """A subset changes in place; the market's own set does not."""
    whole, some = kind.some()
    other = whole.select(at_most=1)
    if not isinstance(some, EveryAgent):
        if word == "and":
            some &= other
        elif word == "or":
            some |= other
        elif word == "sub":
            some -= other
        else:
            some ^= other
        assert len(some) == {"and": 1, "or": 2, "sub": 1, "xor": 1}[word]
    return True


def _compared(kind: Sets, word: str) -> bool:
    whole, some = kind.some()
    return {
        "eq": lambda: whole == whole.copy() and whole != some,
        "lt": lambda: some < whole,
        "le": lambda: some <= whole and whole <= whole.copy(),
        "gt": lambda: whole > some,
        "ge": lambda: whole >= some,
    }[word]()


def _does(kind: Sets, name: str) -> bool:
    whole, seen = kind.make(), []
    getattr(whole, name)(lambda agent: seen.append(agent.unique_id))
    return sorted(seen) == sorted(whole.get("unique_id")) and len(seen) == kind.count


def _mapped(kind: Sets) -> bool:
    whole = kind.make()
    return whole.map(lambda agent: agent.unique_id) == list(whole.get("unique_id"))


def _got(kind: Sets) -> bool:
    whole = kind.make()
    pairs = whole.get(["unique_id", kind.attribute])
    return len(whole.get(kind.attribute)) == len(pairs) == kind.count and len(pairs[0]) == 2


def _aggregated(kind: Sets) -> bool:
    whole = kind.make()
    values = list(whole.get(kind.attribute))
    low, high = whole.agg(kind.attribute, [min, max])
    return (low, high, whole.agg(kind.attribute, len)) == (min(values), max(values), kind.count)


def _grouped(kind: Sets) -> bool:
    whole = kind.make()
    groups = whole.groupby(lambda agent: agent.unique_id % 2)
    by_type = whole.groupby(type)
    listed = whole.groupby("unique_id", result_type="list")
    return (
        isinstance(groups, GroupBy)
        and sum(groups.count().values()) == sum(by_type.count().values()) == kind.count
        and set(groups.groups) == {0, 1}
        and groups.agg("unique_id", len) == groups.count()
        and all(isinstance(group, list) for group in listed.groups.values())
    )


def _selected(kind: Sets) -> bool:
    whole = kind.make()
    half = whole.select(at_most=0.5)
    even = whole.select(lambda agent: agent.unique_id % 2 == 0)
    of_type = whole.select(agent_type=Firm)
    return (
        len(half) == kind.count // 2
        and all(agent.unique_id % 2 == 0 for agent in even)
        and all(isinstance(agent, Firm) for agent in of_type)
        and bool(refuses(lambda: whole.select(lambda a: False, inplace=True)).said())
    )


def _shuffled(kind: Sets) -> bool:
    whole = kind.make()
    orders = [list(whole.shuffle().get("unique_id")) for _ in range(6)]
    return (
        all(sorted(order) == sorted(whole.get("unique_id")) for order in orders)
        and any(order != list(whole.get("unique_id")) for order in orders)
        and bool(refuses(lambda: whole.shuffle(inplace=True)).said())
    )


def _sorted(kind: Sets) -> bool:
    whole = kind.make()
    down = list(whole.sort("unique_id").get("unique_id"))
    up = list(whole.sort(lambda agent: agent.unique_id, ascending=True).get("unique_id"))
    return down == up[::-1] == sorted(whole.get("unique_id"), reverse=True)


def _set(kind: Sets) -> bool:
    whole = kind.make()
    name = {"need": "need", "price": "cash"}[kind.attribute]
    whole.set(name, 0.5)
    return set(whole.get(name)) == {0.5} and bool(refuses(lambda: whole.set("wealth", 1)).said())


def _subset_changes(kind: Sets) -> bool:
    """A copy takes agents in and out; the market's own set does not."""
    whole = kind.make()
    mine, first = whole.copy(), next(iter(whole))
    mine.discard(first)
    mine.discard(first)
    gone = len(mine) == kind.count - 1 and first not in mine
    mine.add(first)
    mine.remove(first)
    mine.pop()
    left = len(mine) == kind.count - 2
    mine.clear()
    return gone and left and len(mine) == 0 and len(whole) == kind.count


def _own_refusal(kind: Sets, name: str) -> Verdict:
    def call() -> None:
        whole = kind.make()
        arguments = () if name in ("pop", "clear") else (next(iter(whole)),)
        getattr(whole, name)(*arguments)

    refusal = refuses(call)
    if kind.make is everybody:
        return refusal
    text = "works on copies and subsets, which is what Mesa asks for; on the market's own, refused"

    def checked() -> None:
        assert refusal.said()
        assert _subset_changes(kind)

    return Verdict(text, checked)


def set_verdicts(kind: Sets) -> dict[str, Verdict]:
    whole = "works"
    found = {
        name: _own_refusal(kind, name) for name in ("add", "discard", "remove", "pop", "clear")
    }
    for word in ("and", "or", "sub", "xor"):
        found[f"__{word}__"] = works(whole, lambda word=word: _combined(kind, word))
        found[f"__r{word}__"] = works(
            whole, lambda word=word: hasattr(type(kind.make()), f"__r{word}__")
        )
        found[f"__i{word}__"] = works(
            "works on copies and subsets", lambda word=word: _in_place(kind, word)
        )
    for word in ("eq", "lt", "le", "gt", "ge"):
        found[f"__{word}__"] = works(whole, lambda word=word: _compared(kind, word))
    found |= {
        "__contains__": works(whole, lambda: next(iter(s := kind.make())) in s),
        "__iter__": works(whole, lambda: len(list(kind.make())) == kind.count),
        "__len__": works(whole, lambda: len(kind.make()) == kind.count),
        "__getitem__": works(
            "works: one by position, a list by a slice",
            lambda: (s := kind.make())[0] == s.to_list()[0] and s[:2] == s.to_list()[:2],
        ),
        "agg": works(whole, lambda: _aggregated(kind)),
        "do": works(whole, lambda: _does(kind, "do")),
        "get": works(whole, lambda: _got(kind)),
        "groupby": works(whole, lambda: _grouped(kind)),
        "isdisjoint": works(whole, lambda: (s := kind.some())[0].isdisjoint(s[1]) is False),
        "map": works(whole, lambda: _mapped(kind)),
        "random": works(whole, lambda: kind.make().random.random() < 1.0),
        "select": works("works; in place on copies and subsets only", lambda: _selected(kind)),
        "shuffle_do": works(whole, lambda: _does(kind, "shuffle_do")),
        "to_list": works(whole, lambda: len(kind.make().to_list()) == kind.count),
    }
    if kind.make is everybody:
        found["shuffle"] = refuses(lambda: everybody().shuffle())
        found["sort"] = refuses(lambda: everybody().sort("unique_id"))
        found["set"] = refuses(lambda: everybody().set("wealth", 1))
    else:
        found["shuffle"] = works(
            "works; in place on copies and subsets only", lambda: _shuffled(kind)
        )
        found["sort"] = works("works; in place on copies and subsets only", lambda: _sorted(kind))
        found["set"] = works("works: what lasts (below)", lambda: _set(kind))
    for name in ("index", "count", "__reversed__"):
        found[name] = _of_sequences(kind, name)
    return found


def _of_sequences(kind: Sets, name: str) -> Verdict:
    def on(agents: Any) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # by Mesa, for its own sets
            if name == "__reversed__":
                return list(reversed(agents)) == agents.to_list()[::-1]
            return getattr(agents, name)(agents.to_list()[1]) == 1

    if kind.make is customers:
        return works("works", lambda: on(customers()))
    if kind.make is firms:
        return works(
            "works on copies and subsets; Mesa's own set of a type has none",
            lambda: on((whole := firms()).copy()) and len(whole) == FIRMS.count,
        )
    return works(
        "works on `to_list()`; Mesa's own set of all agents has none",
        lambda: on(_Listed(everybody().to_list())),
    )


class _Listed(list):
    def to_list(self) -> list[Any]:
        return self


CUSTOMERS = Sets(customers, "need", PEOPLE)
FIRMS = Sets(firms, "price", len(PLAN.firms))
EVERYBODY = Sets(everybody, "unique_id", PEOPLE + len(PLAN.firms))


# -- batch_run -----------------------------------------------------------------------------------


def batch(parameters: dict[str, Any] | None = None, **asked: Any) -> list[dict[str, Any]]:
    asked = {"rng": [1, 2], "display_progress": False, **asked}
    return mesa.batch_run(Priced, parameters or {"price": [0.9, 1.1]}, **asked)


def _batch_rows() -> bool:
    rows = batch()
    made = Priced(0.9, rng=1)
    made.run_model()
    last = made.results.firms.query("month == 3 and firm == 'Lean'")
    same = next(row for row in rows if (row["price"], row["rng"]) == (0.9, 1))
    return len(rows) == 4 and same["Lean.market_share"] == float(last.market_share.iloc[0])


def _batch_of_markets() -> bool:
    rows = mesa.batch_run(
        Market, {"plan": [PLAN], "threads": 1}, rng=[1, 2], display_progress=False
    )
    return [row["seed"] for row in rows] == [1, 2]


def _batch_iterations() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        rows = batch(iterations=2, rng=None)
    alike = {row["hhi"] for row in rows if row["price"] == 0.9}
    return len(rows) == 4 and len(alike) == 1


def _batch_period() -> bool:
    steps = [row["Step"] for row in batch({"price": 1.0}, rng=[1], data_collection_period=1)]
    return steps == [0, 1, 2, 3]


BATCH = {
    "model_cls": works(
        "works: a subclass with keyword parameters of which one is `rng` or `seed`; or `Market` "
        'itself with `{"plan": [plan]}`',
        _batch_of_markets,
    ),
    "parameters": works(
        "works: a row a run and month, with the columns of `market` under their names and those "
        "of `firms` as `<firm>.<column>`",
        _batch_rows,
    ),
    "rng": works(
        "works: the seeds; `rng=range(10)` makes ten runs that differ in their luck", _batch_rows
    ),
    "iterations": works(
        "works as Mesa has it, with seed None: here that is the plan's own seed, so the "
        "iterations are alike; give `rng=range(n)` instead",
        _batch_iterations,
    ),
    "number_processes": works(
        "works: a model class that other processes can import (not one of a notebook's)",
        lambda: batch(number_processes=1) and Priced.__module__ != "__main__",
    ),
    "data_collection_period": works("works: -1 the last month, 1 every month", _batch_period),
    "max_steps": works(
        "works: at most so many months; the plan's own end counts as well",
        lambda: (
            {row["Step"] for row in batch(max_steps=2)} == {2}
            and {row["Step"] for row in batch(max_steps=99)} == {MONTHS}
        ),
    ),
    "display_progress": works("works", lambda: len(batch(display_progress=False)) == 4),
}
