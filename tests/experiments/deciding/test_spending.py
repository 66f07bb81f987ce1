"""What an option costs, and options brought to the same cost."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.experiments.deciding.spending import Books, UnreachableError, scaled, spend

ITEMS = (
    "settlement service attention acquisition investment intermediation revenue customers joins "
    "unit_cost price delivery advertising fixed"
).split()


def books(**items):
    values = dict.fromkeys(ITEMS, 0.0) | {"customers": 100.0, "joins": 2.0, "unit_cost": 1.0,
                                          "price": 2.0, "delivery": 80.0, "revenue": 160.0,
                                          "fixed": 5.0, "advertising": 4.0} | items  # fmt: skip
    table = {name: np.array([np.nan, value, value]) for name, value in values.items()}
    firms = {"firm": np.array(["Us"] * 3), "month": np.arange(3), **table}
    return Books.of({"firms": firms}, "Us", 1, 2)


def test_nothing_new_costs_nothing():
    assert spend(books(), books()) == 0


def test_a_lower_price_costs_what_it_forgoes_on_the_units_sold_anyway():
    cheaper = books(price=1.9, revenue=1.9 * 120, delivery=120.0, customers=150.0)
    assert spend(books(), cheaper) == pytest.approx(0.1 * 80)


def test_what_customers_do_because_of_it_is_no_part_of_the_spend():
    """Twice the customers, at the same rates: an effect, not a cost."""
    twice = {name: 2.0 * value for name, value in {
        "customers": 100.0, "joins": 2.0, "delivery": 80.0, "revenue": 160.0}.items()}  # fmt: skip
    base = books(attention=10.0, acquisition=1.0, investment=16.0)
    assert spend(base, books(attention=20.0, acquisition=2.0, investment=32.0, **twice)) == (
        pytest.approx(0.0)
    )


def test_each_rate_counts_with_its_own_volume():
    base = books(attention=10.0)
    assert spend(base, books(attention=30.0, customers=150.0)) == pytest.approx(10.0)
    assert spend(books(), books(advertising=7.0)) == pytest.approx(3.0)
    assert spend(books(), books(unit_cost=1.1, delivery=88.0)) == pytest.approx(8.0)
    assert spend(books(), books(acquisition=3.0, joins=6.0)) == pytest.approx(1.0)


@given(st.floats(0.3, 3.0), st.floats(0.1, 30.0), st.floats(1.0, 5.0))
def test_an_option_is_brought_to_any_cost_that_it_can_reach(power, target, height):
    def cost(part):
        return height * part**power

    scale, at = scaled(cost, target)
    assert at == pytest.approx(target, rel=0.004)
    assert cost(scale) == at


def test_an_option_that_cannot_cost_so_much_says_how_much_it_can():
    with pytest.raises(UnreachableError) as raised:
        scaled(lambda part: 2.0 * part, 10.0, largest=3.0)
    assert raised.value.most == pytest.approx(6.0)
