"""Mesa's promises, kept on columns."""

from __future__ import annotations

import copy
import gc
import pickle
import warnings
import weakref

import mesa
import numpy as np
import pytest
from mesa.datacollection import DataCollector

from tsunagari.agents.customer import Customer
from tsunagari.agents.customer_set import CustomerSet
from tsunagari.agents.firm.firm import Firm
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PEOPLE = 20_000


@pytest.fixture(scope="module")
def plan() -> Scenario:
    return Scenario().with_values({"market.customers": PEOPLE, "market.months": 6})


@pytest.fixture(scope="module")
def market(plan: Scenario) -> Market:
    made = Market(plan, seed=5)
    made.run_for(3)
    return made


@pytest.fixture
def small() -> Market:
    return Market(Scenario().with_values({"market.customers": PEOPLE}), seed=5)


def everybody(market: Market) -> CustomerSet:
    return market.agents_by_type[Customer]


def test_customers_and_firms_are_mesa_agents(market: Market) -> None:
    customer = everybody(market)[7]
    assert isinstance(customer, mesa.Agent)
    assert isinstance(customer, Customer)
    assert customer.model is market
    assert isinstance(market.firms[0], mesa.Agent)
    assert set(market.agent_types) == {Customer, Firm}
    assert len(market.agents) == PEOPLE + 4


def test_ids_are_unique_over_all_agents(market: Market) -> None:
    ids = market.agents.get("unique_id")
    assert len(set(ids)) == len(ids) == PEOPLE + 4


def test_two_views_of_one_customer_are_one_customer(market: Market) -> None:
    one, same, other = everybody(market)[3], everybody(market)[3], everybody(market)[4]
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one in everybody(market)
    assert one in market.agents
    assert len({one, same, other}) == 2


def test_a_customer_of_another_market_is_not_in_this_one(market: Market, small: Market) -> None:
    assert everybody(small)[3] not in everybody(market)
    assert everybody(small)[3] != everybody(market)[3]


def test_get_gives_columns_and_lists(market: Market) -> None:
    satisfaction = everybody(market).get("satisfaction")
    assert isinstance(satisfaction, np.ndarray)
    assert satisfaction.shape == (PEOPLE,)
    assert satisfaction[7] == pytest.approx(everybody(market)[7].satisfaction)
    rows = everybody(market).get(["tenure", "need"])
    assert len(rows) == PEOPLE
    assert rows[7][0] == everybody(market)[7].tenure


def test_get_of_something_missing(market: Market) -> None:
    with pytest.raises(AttributeError, match="did you mean 'satisfaction'"):
        everybody(market).get("satisfacton")
    few = everybody(market).select(at_most=3)
    assert list(few.get("wealth", "default", 5)) == [5, 5, 5]
    with pytest.raises(ValueError, match="handle_missing"):
        few.get("tenure", "ignore")


def test_get_is_a_copy(small: Market) -> None:
    tenure = everybody(small).get("tenure")
    tenure[:] = 99_999
    assert everybody(small).get("tenure").max() < 99_999


def test_set_changes_columns(small: Market) -> None:
    everybody(small).set("trust", 0.25)
    assert everybody(small)[9].trust == 0.25
    few = everybody(small).select(at_most=2)
    few.set("trust", np.array([1.0, 2.0]))
    assert [c.trust for c in everybody(small)[:3]] == [1.0, 2.0, 0.25]
    with pytest.raises(AttributeError, match="did you mean 'trust'"):
        everybody(small).set("trusst", 1.0)


def test_select_by_function_mask_number_and_part(market: Market) -> None:
    tenure = everybody(market).get("tenure")
    loyal = everybody(market).select(lambda c: c.tenure > 24)
    assert len(loyal) == int((tenure > 24).sum())
    assert np.array_equal(loyal.rows, everybody(market).select(tenure > 24).rows)
    assert len(everybody(market).select(at_most=10)) == 10
    assert len(everybody(market).select(at_most=0.5)) == PEOPLE // 2
    assert len(loyal.select(lambda c: c.need > 0)) <= len(loyal)
    with pytest.raises(ValueError, match="mask"):
        everybody(market).select(np.array([True, False]))


def test_a_subset_stays_alive_without_anybody_holding_its_views(market: Market) -> None:
    loyal = everybody(market).select(lambda c: c.tenure > 60)
    gc.collect()
    assert len(loyal) == len(list(loyal)) > 0


def test_agg_and_groupby(market: Market) -> None:
    need = everybody(market).get("need")
    assert everybody(market).agg("need", np.mean) == pytest.approx(need.mean())
    assert everybody(market).agg("need", [np.min, np.max]) == [need.min(), need.max()]
    groups = everybody(market).groupby("provider")
    counts = groups.count()
    assert sum(counts.values()) == PEOPLE
    firms = market.results.firms
    last = firms[firms.month == market.month].set_index("firm").customers
    for firm in market.firms:
        assert counts[firm.index] == last[firm.name]
    by_function = everybody(market).groupby(lambda c: c.tenure > 12)
    assert set(by_function.groups) == {True, False}
    means = groups.agg("satisfaction", np.mean)
    assert set(means) == set(counts)


def test_do_map_and_shuffle_do(small: Market) -> None:
    everybody(small).do(lambda c: setattr(c, "trust", 0.5))
    assert set(everybody(small).get("trust")) == {0.5}
    assert everybody(small).map(lambda c: c.row) == list(range(PEOPLE))
    seen: list[int] = []
    everybody(small).shuffle_do(lambda c: seen.append(c.row))
    assert sorted(seen) == list(range(PEOPLE))
    assert seen != sorted(seen)


def test_sorted_by_column_and_function(small: Market) -> None:
    up = everybody(small).sort("wallet", ascending=True).get("wallet")
    assert np.all(np.diff(up) >= 0)
    down = everybody(small).sort(lambda c: c.wallet).get("wallet")
    assert np.all(np.diff(down) <= 0)


def test_steps_of_all_as_a_batch_equal_the_market_step(small: Market) -> None:
    other = copy.deepcopy(small)
    everybody(small).do("step")
    small.step()
    other.step()
    assert np.array_equal(small.population.state, other.population.state)
    assert np.array_equal(small.population.marks, other.population.marks)


def test_a_misspelt_attribute_raises_with_a_suggestion(market: Market) -> None:
    customer = everybody(market)[0]
    with pytest.raises(AttributeError, match="did you mean 'satisfaction'"):
        customer.satisfacton = 1.0
    with pytest.raises(AttributeError, match="did you mean 'tenure'"):
        _ = customer.tenur


def test_provider_is_a_firm_and_can_be_set(small: Market) -> None:
    customer = everybody(small)[0]
    customer.provider = small.firms[2]
    assert customer.provider is small.firms[2]
    customer.provider = None
    assert customer.provider is None


def test_neighbours_know_each_other(market: Market) -> None:
    customer = everybody(market)[11]
    assert customer.neighbours
    assert all(customer in friend.neighbours for friend in customer.neighbours)
    assert market.network.number_of_nodes() == PEOPLE


def test_customers_are_not_removed(market: Market) -> None:
    with pytest.raises(RuntimeError, match="replaced in place"):
        everybody(market)[0].remove()
    with pytest.raises(RuntimeError, match="own agents"):
        everybody(market).discard(everybody(market)[0])


def test_data_collector_with_model_agent_and_agent_type_reporters(small: Market) -> None:
    collector = DataCollector(
        model_reporters={
            "month": "month",
            "loyal": lambda m: int((everybody(m).get("tenure") > 12).sum()),
        },
        agenttype_reporters={Firm: {"price": "price"}, Customer: {"satisfaction": "satisfaction"}},
    )
    for _ in range(2):
        collector.collect(small)
        small.step()
    frame = collector.get_model_vars_dataframe()
    assert list(frame["month"]) == [0, 1]
    prices = collector.get_agenttype_vars_dataframe(Firm)
    assert len(prices) == 2 * 4
    satisfaction = collector.get_agenttype_vars_dataframe(Customer)
    assert len(satisfaction) == 2 * PEOPLE


def test_agent_reporters_cover_all_agents(small: Market) -> None:
    collector = DataCollector(agent_reporters={"kind": lambda a: type(a).__name__})
    collector.collect(small)
    kinds = collector.get_agent_vars_dataframe()["kind"]
    assert kinds.value_counts().to_dict() == {"Customer": PEOPLE, "Firm": 4}


@pytest.mark.parametrize("way", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_steps_on_its_own_and_alike(way, small: Market) -> None:
    small.run_for(2)
    twin = way(small)
    before = small.population.state.copy()
    twin.run_for(3)
    assert np.array_equal(small.population.state, before)
    small.run_for(3)
    assert np.array_equal(small.population.state, twin.population.state)
    assert small.results.firms.equals(twin.results.firms)
    assert everybody(twin)[0].model is twin


def test_two_markets_side_by_side_do_not_disturb_each_other() -> None:
    plan = Scenario().with_values({"market.customers": PEOPLE})
    alone = Market(plan, seed=1)
    alone.run_for(4)
    one, other = Market(plan, seed=1), Market(plan, seed=2)
    for _ in range(4):
        one.step()
        other.step()
    assert one.results.firms.equals(alone.results.firms)
    assert not other.results.firms.equals(alone.results.firms)


def test_a_finished_market_is_collected() -> None:
    market = Market(Scenario().with_values({"market.customers": PEOPLE}))
    market.run_for(2)
    held = weakref.ref(market.population)
    customers = everybody(market)
    del market, customers
    gc.collect()
    assert held() is None


class Optimist(Customer):
    """Always satisfied."""

    def judge(self) -> None:
        super().judge()
        if self.provider is not None:
            self.satisfaction = 1.0


def test_a_subclass_with_its_own_rule_runs_row_by_row_with_one_warning() -> None:
    plan = Scenario().with_values({"market.customers": PEOPLE})
    with pytest.warns(UserWarning, match="Optimist has its own judge") as told:
        market = Market(plan, seed=3, customer=Optimist)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        market.run_for(2)
    customers = market.agents_by_type[Customer]
    assert customers is market.agents_by_type[Optimist]
    stayed = customers.get("tenure") > 0
    assert set(customers.get("satisfaction")[stayed]) == {1.0}
    assert isinstance(customers[0], Optimist)


def test_a_subclass_that_only_calls_super_changes_nothing() -> None:
    class Same(Customer):
        def choose(self) -> None:
            super().choose()

    plan = Scenario().with_values({"market.customers": PEOPLE})
    with pytest.warns(UserWarning, match="Same has its own choose"):
        market = Market(plan, seed=3, customer=Same)
    usual = Market(plan, seed=3)
    market.run_for(5)
    usual.run_for(5)
    assert np.array_equal(market.population.state, usual.population.state)


def test_user_events_through_mesas_scheduling(small: Market) -> None:
    told: list[int] = []

    def cut_price() -> None:
        told.append(small.month)
        small.act("firms.Lean.price", 0.5)

    small.schedule_event(cut_price, at=2.5)
    small.run_for(4)
    firms = small.results.firms
    lean = firms[firms.firm == "Lean"].set_index("month").price
    assert told == [2]
    assert lean[2] == pytest.approx(lean[1], rel=0.02)
    assert lean[3] == pytest.approx(lean[2] / 2, rel=0.02)


class Discounter(Firm):
    """Always a tenth below what it would ask."""

    def plan(self, conditions) -> None:
        super().plan(conditions)
        self.price *= 0.9


def test_a_firm_of_ones_own() -> None:
    plan = Scenario().with_values({"market.customers": PEOPLE})
    own, usual = Market(plan, seed=5, firm=Discounter), Market(plan, seed=5)
    own.step()
    usual.step()
    assert [f.price for f in own.firms] == pytest.approx([0.9 * f.price for f in usual.firms])
    assert own.agents_by_type[Firm] is own.agents_by_type[Discounter]
    assert len(own.agents_by_type[Firm]) == 4


def test_nobody_is_counted_twice_under_a_subclass_and_its_base() -> None:
    plan = Scenario().with_values({"market.customers": PEOPLE})
    with pytest.warns(UserWarning, match="Optimist"):
        market = Market(plan, customer=Optimist, firm=Discounter)
    assert len(market.agents) == len(list(market.agents)) == PEOPLE + 4
    assert len(set(market.agents.get("unique_id"))) == PEOPLE + 4


def test_a_customer_steps_once_a_month(small: Market) -> None:
    customer = everybody(small)[0]
    customer.step()
    with pytest.raises(RuntimeError, match="already"):
        customer.step()
    small.step()
    customer.step()
    assert customer.lived_month == 2
