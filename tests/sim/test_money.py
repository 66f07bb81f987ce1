"""A currency and people are how results are told: what happens in the market is the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.laws import LAWS, Books
from tsunagari import Market, Scenario
from tsunagari.experiments.runs.results import wrong_columns
from tsunagari.experiments.runs.trial import Trial, digest
from tsunagari.sim.measures import COLUMNS, OF_FIRMS, OF_THE_MARKET
from tsunagari.sim.problems import Problems
from tsunagari.sim.scale import Scale, in_unit_costs

_MONTHS = 14
_SMALL = {"market.customers": 300, "market.months": _MONTHS}
_YEN = {"money": {"currency": "JPY", "unit_cost": 3000}, "market.people": 12_000_000}
_EACH = 12_000_000 / 300
_FACTORS = {
    "people": _EACH,
    "reviews": _EACH,
    "money": 3000 * _EACH,
    "money a month": 3000 * _EACH,
    "money per unit": 3000.0,
    "money per customer": 3000.0,
    "money per customer a month": 3000.0,
    "money per person a month": 3000.0,
    "money per joiner": 3000.0,
}
"""By the unit in words, as the tables' page has it; all other units are told as they are."""
_UNITS = {m.name: m.unit.name for m in (*OF_FIRMS, *OF_THE_MARKET)} | {
    "survivors": "people",
    "people": "people",
}


def _ran(values: dict[str, object]) -> Market:
    market = Market(Scenario.load("three-disciplines").with_values({**_SMALL, **values}), threads=1)
    market.run_for(_MONTHS)
    return market


@pytest.fixture(scope="module")
def in_units() -> Market:
    return _ran({})


@pytest.fixture(scope="module")
def in_yen() -> Market:
    return _ran(_YEN)


def test_the_same_market_in_units_and_in_yen(in_units: Market, in_yen: Market) -> None:
    """All shares are the same to the bit; amounts and counts are told in other units."""
    for name, columns in in_units.results.tables.items():
        for column, values in columns.items():
            factor = _FACTORS.get(_UNITS.get(column, ""), 1.0)
            told = np.asarray(in_yen.results.tables[name][column])
            if factor != 1:
                assert told.dtype == np.float64, column
                assert np.array_equal(told, np.asarray(values) * factor, equal_nan=True), column
            elif told.dtype == object:
                assert told.tolist() == list(values), column
            else:
                assert told.dtype == np.asarray(values).dtype, column
                assert told.tobytes() == np.asarray(values).tobytes(), column


def test_every_measure_of_money_or_people_is_told_so() -> None:
    """By its unit in words: one that is added later cannot be left behind."""
    for measure in (*OF_FIRMS, *OF_THE_MARKET):
        unit = measure.unit
        assert unit.is_money == ("money" in unit.name), measure.name
        assert unit.is_count == (unit.name in ("people", "reviews", "money", "money a month")), (
            measure.name
        )
        assert measure.whole <= unit.is_count, measure.name


def test_inside_nothing_is_told_otherwise(in_units: Market, in_yen: Market) -> None:
    for one, other in zip(in_units.firms, in_yen.firms, strict=True):
        assert (one.cash, one.price, one.customers) == (other.cash, other.price, other.customers)
    assert in_units.spending == in_yen.spending


def test_without_a_currency_counts_are_whole(in_units: Market) -> None:
    tables = in_units.results.tables
    assert tables["firms"]["customers"].dtype == np.int64
    assert tables["cohorts"]["survivors"].dtype == np.int64
    assert tables["flows"]["customers"].dtype == np.int64


@pytest.mark.parametrize("law", LAWS)
def test_laws_hold_for_people(in_yen: Market, law: object) -> None:
    names = ("firms", "market", "segments", "cohorts", "flows")
    books = Books(12_000_000, {name: getattr(in_yen.results, name) for name in names})
    law(books)  # type: ignore[operator]


def test_a_file_of_people_is_a_right_table(in_yen: Market) -> None:
    for name in COLUMNS:
        columns = {k: np.asarray(v) for k, v in in_yen.results.tables[name].items()}
        assert wrong_columns(name, columns) is None
    flows = {k: np.asarray(v) for k, v in in_yen.results.tables["flows"].items()}
    for wrong in (-1.0, np.nan):
        fault = wrong_columns("flows", {**flows, "customers": np.full(3, wrong)})
        assert fault == "its column customers does not hold numbers from 0"


@given(
    unit_cost=st.floats(1e-3, 1e9), people=st.integers(1, 10**11), customers=st.integers(1, 10**7)
)
@settings(max_examples=200, deadline=None)
def test_totals_are_amounts_times_people(unit_cost: float, people: int, customers: int) -> None:
    """Money of everybody is money of each times how many they are, whatever the scale."""
    scale = Scale("JPY", unit_cost, people, customers)
    total, each = scale.factor_of("revenue"), scale.factor_of("clv")
    assert total == pytest.approx(each * scale.factor_of("customers"))
    assert scale.factor_of("customers") * customers == pytest.approx(people)
    assert scale.factor_of("market_share") == scale.factor_of("own_measure") == 1.0


def test_a_scenario_keeps_them_and_can_lose_them() -> None:
    plan = Scenario().with_values(_YEN)
    assert in_unit_costs(plan) == Scenario()
    assert Scale.of(Scenario()).is_plain
    assert not Scale.of(plan).is_plain
    assert digest(plan, seed=1) != digest(Scenario(), seed=1)
    assert Trial(plan, 1).key != Trial(Scenario(), 1).key


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"money.unit_cost": 3000}, "an amount needs its currency"),
        ({"money.currency": "JPY", "money.unit_cost": 0}, "money.unit_cost"),
        ({"money.currency": " JPY"}, "without spaces"),
        ({"money.currency": ""}, "without spaces"),
        ({"market.people": 0}, "market.people"),
        ({"events": [{"month": 1, "set": "money.unit_cost", "to": 2}]}, "cannot change"),
    ],
)
def test_what_cannot_be_told(values: dict[str, object], told: str) -> None:
    with pytest.raises(Problems, match=told):
        Scenario().with_values(values)
