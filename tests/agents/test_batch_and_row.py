"""One customer's own step and everybody's batch agree to the bit, in whatever state people are."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.agents import columns
from tsunagari.agents.columns import MARKS, REALS
from tsunagari.agents.customer import Customer
from tsunagari.agents.phases.survey import BLOCK
from tsunagari.agents.population import PHASES
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PEOPLE = 60
MONTHS = 5
FIRMS = [
    {"name": "Lean", "discipline": "operational-excellence", "contract": 3},
    {"name": "Spark", "discipline": "product-leadership", "reach": 0.4},
    {"name": "Tailor", "discipline": "customer-intimacy", "indulgence": 0.5},
    {"name": "Gone", "discipline": "none"},
    {"name": "Zero", "discipline": "disruptor"},
]
CLOSED = 3
SHARES = {
    *("weight_cost", "weight_product", "weight_solution", "need_position", "location"),
    *("wallet_share", "success", "knowledge", "liking", "competence", "friends_here"),
    "review_propensity",
}
POSITIVE = {"time_weight", "wallet", "sources", "memory_precision", "defections", "switching_cost"}


def plan_of(people=PEOPLE, **values):
    values = {name.replace("__", "."): value for name, value in values.items()}
    lively = {"looking.base": 0.4, "market.exit": 0.05, "zmot.propensity": 0.6, "firms": FIRMS}
    lively |= {"value.outside": -0.5}  # some find nobody good enough
    lively |= {"adoption.innovation": 0.3, "adoption.imitation": 0.5}
    closing = [{"month": 2, "leave": "Gone"}]
    return Scenario().with_values(
        {"market.customers": people, "market.months": 12, **lively, "events": closing, **values}
    )


@pytest.fixture(scope="module")
def markets():
    """Some months into the run, on a network and on a complete one."""
    found = []
    for kind in ("small-world", "complete"):
        market = Market(plan_of(network__kind=kind), 1, threads=1)
        market.run_for(MONTHS)
        found.append(market)
    return found


def shake_up(market, seed, scale):
    """Put everybody in an arbitrary state that a month may begin with."""
    rng = np.random.default_rng(seed)
    population = market.population
    people, month = population.people, market.month
    for row, column in enumerate(REALS):
        if column.name in SHARES:
            values = rng.choice([0.0, 1.0, 1e-40, *rng.random(7)], people)
        else:
            values = rng.normal(size=people) * scale * rng.choice([0.0, 1e-3, 1.0, 1.0], people)
            values = np.abs(values) if column.name in POSITIVE else values
        population.state[row] = values
    open_firms = [firm.index for firm in market.firms if firm.active]
    anybody = [firm.index for firm in market.firms]
    marks = {
        "provider": rng.choice([-1, *open_firms], people),
        "previous_provider": rng.choice([-1, *anybody], people),
        "rated_provider": rng.choice(anybody, people),
        "rating": rng.integers(0, 6, people),
        "tenure": rng.choice([0, 1, 12, 600], people),
        "contract_left": rng.choice([0, 1, 2, 30], people),
        "joined_month": rng.integers(-20, month + 1, people),
        "joined_through": rng.integers(0, 6, people),
        "joined_for": rng.integers(0, len(columns.SOURCE_NAMES), people),
        "left_provider": rng.choice([-1, -1, *anybody], people),
        "left_cohort": rng.integers(-1, month + 1, people),
        "looks": rng.integers(0, 5, people),
        "was_due": rng.integers(0, 2, people),
    }
    marks["rated_provider"][marks["rating"] == 0] = -1
    for name, values in marks.items():
        population.column(name)[:] = values
    population.posts[:] = rng.integers(0, 6, population.posts.shape)


def assert_same_state(one, other):
    for columns_, left, right in (
        (REALS, one.population.state.view(np.int32), other.population.state.view(np.int32)),
        (MARKS, one.population.marks, other.population.marks),
    ):
        for row, column in enumerate(columns_):
            np.testing.assert_array_equal(left[row], right[row], column.name)
    np.testing.assert_array_equal(one.population.faces, other.population.faces)
    np.testing.assert_array_equal(one.population.posts, other.population.posts)


def assert_same_tables(one, other):
    left, right = one.results.tables, other.results.tables
    for name, table in left.items():
        for column, values in table.items():
            np.testing.assert_array_equal(values, right[name][column], f"{name}.{column}")


orders = st.integers(0, 2**32 - 1)
scales = st.sampled_from([0.0, 1.0, 5.0])
wild_scales = st.sampled_from([1e-30, 30.0, 1e3, 1e6, 1e15])


@settings(max_examples=50, deadline=None)
@given(seed=orders, order=orders, scale=scales, months=st.integers(1, 3), data=st.data())
def test_customers_step_by_themselves_or_together(markets, seed, order, scale, months, data):
    market = markets[data.draw(st.integers(0, len(markets) - 1))]
    together, alone = copy.deepcopy(market), copy.deepcopy(market)
    shake_up(together, seed, scale)
    shake_up(alone, seed, scale)
    rng = np.random.default_rng(order)
    for _ in range(months):
        together.step()
        everybody = alone.agents_by_type[Customer]
        for row in rng.permutation(PEOPLE)[: rng.integers(0, PEOPLE + 1)]:
            everybody[int(row)].step()
        alone.step()
    assert_same_state(together, alone)
    assert_same_tables(together, alone)


@settings(max_examples=50, deadline=None)
@given(seed=orders, order=orders, scale=st.one_of(scales, wild_scales), data=st.data())
def test_every_phase_row_by_row(markets, seed, order, scale, data):
    market = markets[data.draw(st.integers(0, len(markets) - 1))]
    whole, rows = copy.deepcopy(market), copy.deepcopy(market)
    shake_up(whole, seed, scale)
    shake_up(rows, seed, scale)
    rng = np.random.default_rng(order)
    whole.begin_month()
    rows.begin_month()
    for phase in ("live", *PHASES):
        whole.population.take(phase, 0, PEOPLE)
        for row in rng.permutation(PEOPLE):
            rows.population.take(phase, int(row), int(row) + 1)
        assert_same_state(whole, rows)


def test_the_arbitrary_states_reach_every_part_of_a_month(markets):
    looks, decisions = set(), set()
    for seed in range(10):
        for market in map(copy.deepcopy, markets):
            shake_up(market, seed, scale=1.0)
            market.step()
            looks |= set(market.population.column("looks").tolist())
            decisions |= set(market.population.column("decided_by").tolist())
            assert not market.firms[CLOSED].active
    assert looks == set(range(columns.Looks.FAREWELL + 1))
    told = {columns.SOURCE_NAMES[code] for code in decisions}
    assert {"", "dissatisfaction", "exit", "luck", "memory", "nearness", "price", "taste"} <= told


def test_a_step_cannot_be_taken_twice_in_a_month(markets):
    market = copy.deepcopy(markets[0])
    customer = market.agents_by_type[Customer][7]
    customer.step()
    with pytest.raises(RuntimeError, match="already"):
        customer.step()
    market.step()
    customer.step()
    assert market.month == MONTHS + 1


def test_copies_share_nothing_that_changes(markets):
    before = copy.deepcopy(markets[1])
    copied = copy.deepcopy(markets[1])
    copied.run_for(2)
    assert_same_state(before, markets[1])
    assert copied.month == MONTHS + 2


@pytest.mark.usefixtures("threads_at_any_size")
@pytest.mark.parametrize("threads", [2, 3])
def test_threads_do_not_show(threads):
    plan = plan_of(2 * BLOCK + 100)
    one, several = Market(plan, 2, threads=1), Market(plan, 2, threads=threads)
    one.run_for(4)
    several.run_for(4)
    assert_same_state(one, several)
    assert_same_tables(one, several)
