"""The marginal value of a connection: ladders, crossings, intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.experiments.explain.connection import (
    RIVALS,
    Asked,
    connection,
    connection_table,
    marginal_gains,
    stops_paying,
)
from tsunagari.experiments.explain.explanation import Explanation
from tsunagari.experiments.explain.ladder import Follower, Ladder
from tsunagari.experiments.runs.statistics import ratio_interval, t_interval
from tsunagari.experiments.telling.explained import in_words
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

PLAN = Scenario().with_values({"market.customers": 400, "market.months": 14, "looking.base": 0.15})


def told_of(found):
    return in_words(Explanation(PLAN, found.prices, connection=found))["connection"]


def ladder(plan, month, lever="service", months=10):
    market = Market(plan, threads=1)
    market.run_for(month - 1)
    return Ladder(market, lever, months)


@pytest.mark.parametrize("lever", ["service", "attention"])
@pytest.mark.parametrize("frozen", [True, False])
def test_a_step_of_no_height_costs_and_brings_exactly_nothing(lever, frozen):
    here = ladder(PLAN, 4, lever)
    climb = here.climb("Lean", [here.own_level("Lean")], frozen=frozen)
    assert climb.spent.tolist() == climb.gained.tolist() == climb.kept.tolist() == [0.0]


@pytest.mark.parametrize("frozen", [True, False])
def test_what_costs_something_and_gives_nothing_has_no_marginal_gain(frozen):
    cold = {f"firms.{firm.name}.warmth": 0.0 for firm in PLAN.firms}
    plan = PLAN.with_values({**cold, "value.solution": 0.0})
    climb = ladder(plan, 4, "attention").climb("Lean", [0.3, 0.6], frozen=frozen)
    assert (climb.spent > 0).all()
    assert climb.gained == pytest.approx([0.0, 0.0], abs=1e-9)
    assert climb.kept.tolist() == [0.0, 0.0]
    gains = marginal_gains(climb.spent, climb.gained)
    assert gains == pytest.approx([0.0, 0.0], abs=1e-9)
    assert stops_paying(climb.spent, climb.gained) == 0.0


def test_what_costs_nothing_has_no_margin():
    free = PLAN.with_values({"firms.Lean.service_cost": 0.0})
    found = connection(free, ["Lean"], month=3, horizon=4, replications=2, threads=1)
    assert (found.table["spent"] == 0.0).all()
    assert np.isnan(found.table["marginal"]).all()
    assert np.isnan(found.table["stops_paying"]).all()
    assert not any(found.table[name].any() for name in ("crossings", "never_pays"))
    assert "costs nothing" in told_of(found)


@pytest.mark.parametrize("own", [0.2, 0.0, -0.3])
def test_what_is_spent_is_in_the_books(own):
    # Nobody can leave, so the books differ by what is spent alone: prices are held.
    still = {"looking.base": 0.0, "market.exit": 0.0, "firms.Lean.service": own}
    plan = PLAN.with_values(still)
    climb = ladder(plan, 3, months=2).climb("Lean", [0.5], frozen=False)
    base = Market(plan.with_values({"firms.Lean.service": 0.2}), threads=1)
    base.run_for(4)
    firm, factor = base.firm("Lean"), 1.0 / (1.0 + plan.finance.discount)
    books = base.results.firms.set_index(["month", "firm"]).service
    beyond = (0.5 - own) / 0.2  # of what a level of .2 costs
    expected = sum(books[month, "Lean"] * factor ** (month - 2) for month in (3, 4)) * beyond
    # Trust rises with service, and with it, a little, what customers spend.
    assert climb.spent[0] == pytest.approx(expected, rel=0.02)
    assert climb.customers == firm.customers
    assert climb.kept.tolist() == [0.0]
    assert climb.spent_in_year[0] == climb.spent[0]


def test_prices_stay_what_they_would_have_been(monkeypatch):
    seen = {}
    take = Follower.take

    def noting(follower, market):
        take(follower, market)
        seen.setdefault(follower, []).append(market.firm(follower.name).price)

    monkeypatch.setattr(Follower, "take", noting)
    climb = ladder(PLAN, 4).climb("Lean", [2.0], frozen=False)
    own, raised = (prices for follower, prices in seen.items() if follower.name == "Lean")
    assert raised == own
    assert climb.spent[0] > 0


def test_frozen_rivals_do_what_they_did():
    here = ladder(PLAN, 3, months=12)
    frozen, reacting = (here.climb("Tailor", [1.5], frozen=each) for each in (True, False))
    assert frozen.spent[0] != reacting.spent[0]
    assert frozen.spent[0] == pytest.approx(reacting.spent[0], rel=0.05)


@given(
    st.floats(1.05, 3.0),
    st.floats(0.05, 1.0),
    st.lists(st.floats(0.1, 1.0), min_size=2, max_size=8),
)
def test_a_curve_of_falling_returns_is_read_exactly(start, fall, steps):
    # Gain a·s − b·s²/2 has the marginal gain a − b·s, which is 1 at (a − 1)/b.
    spent = np.cumsum(steps)
    gained = start * spent - fall * spent**2 / 2
    middle = spent - np.array(steps) / 2
    limit, truth = stops_paying(spent, gained), (start - 1.0) / fall
    if truth < middle[0] - 1e-9:
        assert limit == 0.0
    elif truth > middle[-1] + 1e-9:
        assert limit == math.inf
    elif middle[0] + 1e-9 < truth < middle[-1] - 1e-9:
        assert limit == pytest.approx(truth, rel=1e-6)


def test_the_first_time_it_stops_counts():
    assert stops_paying(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.5, 4.5])) == pytest.approx(
        7 / 6
    )
    assert math.isnan(stops_paying(np.zeros(2), np.ones(2)))


def test_a_quotient_of_equal_denominators_has_the_interval_of_a_mean():
    above = [3.0, 4.0, 8.0, 5.0]
    found, mean = ratio_interval(above, [2.0] * 4), t_interval(np.array(above) / 2)
    assert (found.mean, found.low, found.high) == pytest.approx((mean.mean, mean.low, mean.high))


def test_a_quotient_is_undefined_where_it_has_no_meaning():
    assert math.isnan(ratio_interval([1.0, 2.0], [0.0, 0.0]).mean)
    assert math.isnan(ratio_interval([1.0, 2.0], [-1.0, 2.0]).mean)
    assert math.isnan(ratio_interval([], []).mean)
    single = ratio_interval([1.0, math.nan], [2.0, 1.0])
    assert single.mean == 0.5
    assert math.isnan(single.low)
    exact = ratio_interval([2.0, 4.0, 6.0], [1.0, 2.0, 3.0])
    assert (exact.mean, exact.low, exact.high) == pytest.approx((2.0, 2.0, 2.0))


@pytest.fixture(scope="module")
def found():
    return connection(
        PLAN, ["Lean", "Tailor"], month=3, raises=(0.2, 0.6), horizon=5, replications=3, threads=1
    )


def test_the_table_has_a_row_for_each_step(found):
    table = found.table
    rows = list(zip(table["firm"], table["rivals"], table["step"], strict=True))
    expected = [(f, r, s) for f in ("Lean", "Tailor") for r in RIVALS for s in (1, 2)]
    assert rows == expected
    np.testing.assert_allclose(table["level"], [0.2, 0.6] * 4)
    assert (np.diff(table["spent"].reshape(-1, 2)) > 0).all()
    assert (table["marginal_low"] <= table["marginal"]).all()
    whole = table["crossings"] + table["pays_throughout"] + table["never_pays"]
    assert (whole == table["replications"]).all()
    assert (table["replications"] == 3).all()
    step, spent, gained = (table[name].reshape(-1, 2) for name in ("step", "spent", "gained"))
    assert step[0].tolist() == [1, 2]
    assert (np.diff(gained) < 3 * np.diff(spent)).all()


def test_words_name_every_firm(found):
    told = told_of(found)
    for firm in ("Lean", "Tailor"):
        assert f"{firm}: more service from month 3 on, its price held. Within 5 months" in told


def test_results_do_not_depend_on_workers(found):
    again = connection(
        PLAN, ["Lean", "Tailor"], month=3, raises=(0.2, 0.6), horizon=5, replications=3, workers=2
    )
    for name, column in found.table.items():
        np.testing.assert_array_equal(column, again.table[name], name)


def test_progress_counts_every_month():
    seen = []
    asked = {"month": 3, "lever": "service", "horizon": 3}
    connection(PLAN, ["Lean"], **asked, replications=2, progress=seen.append)
    assert sum(seen) == 2 * (2 + (1 + 2 * 3) * 3)  # the way there, as it is, and every step


def test_all_money_of_an_answer_is_in_unit_costs_whatever_the_scenario_is_told_in():
    """The lifetime value beside what is spent comes from a table that speaks yen."""
    money = {"currency": "JPY", "unit_cost": 3000.0}
    yen = PLAN.with_values({"money": money, "market.people": 12_000_000})
    asked = {"month": 2, "raises": (0.3,), "horizon": 2, "replications": 1, "threads": 1}
    plain, told = (connection(plan, ["Lean"], **asked) for plan in (PLAN, yen))
    assert plain.table["clv"][0] > 0.0
    for name, column in plain.table.items():
        np.testing.assert_array_equal(column, told.table[name], name)


def test_firms_with_nothing_to_raise_are_named():
    plan = PLAN.with_values({"firms.Lean.share": 0.0})
    found = connection(
        plan, ["Lean", "Tailor"], month=1, lever="attention", horizon=2, replications=1, threads=1
    )
    assert set(found.silent) == {"Lean", "Tailor"}
    assert len(found.table["firm"]) == 0
    assert set(found.table) == set(connection_table([], Asked("attention", "held", 1, 2)))
    assert "no customers before month 1" in told_of(found)
    assert "is 1 already" in told_of(found)


@pytest.mark.parametrize(
    ("path", "to"), [("firms.Lean.service", 0.5), ("firms.Lean.discipline", "none")]
)
def test_a_lever_that_the_scenario_moves_is_refused(path, to):
    plan = PLAN.with_values({"events": [{"month": 6, "set": path, "to": to}]})
    with pytest.raises(Problems, match=f"{path}.*month 6"):
        connection(plan, ["Lean"], month=4, horizon=4, replications=1, threads=1)
    connection(plan, ["Lean"], month=7, horizon=2, replications=1, threads=1)
    connection(plan, ["Spark"], month=4, horizon=4, replications=1, threads=1)


def test_a_firm_that_closes_is_followed_to_its_end():
    plan = PLAN.with_values({"events": [{"month": 6, "leave": "Lean"}]})
    found = connection(plan, ["Lean"], month=4, horizon=6, replications=1, threads=1)
    assert np.isfinite(found.table["marginal"]).all()
    assert (found.table["kept"] == 0.0).all()
