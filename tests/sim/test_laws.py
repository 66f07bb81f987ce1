"""Every market keeps the books: people, shares and money add up, whatever the scenario."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from generated import scenario_of, scenarios
from hypothesis import given
from laws import (
    LAWS,
    RESERVOIRS,
    Books,
    assert_every_law,
    cohorts_survive_less_and_less,
    columns_are_as_promised,
    customers_balance,
    every_month_is_there_once,
    everybody_joined_through_something,
    flows_agree,
    money_adds_up,
    numbers_are_numbers,
    segments_make_the_market,
    shares_lie_between_zero_and_one,
    shares_sum_to_one,
    stickiness_is_the_sum_of_its_parts,
    value_is_shared,
)

from tsunagari.experiments.runs.tables import write_table
from tsunagari.scenarios import names as shipped_names
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

BUSY = {  # a bit of everything in little time
    "title": "Busy",
    "market": {"customers": 300, "months": 16},
    "firms": [
        {"name": "Lean", "discipline": "operational-excellence", "share": 0.5},
        {"name": "Spark", "discipline": "product-leadership"},
        {"name": "Tailor", "discipline": "customer-intimacy"},
    ],
    "events": [
        {"month": 3, "enter": {"name": "Zero", "discipline": "disruptor"}},
        {"month": 5, "leave": "Spark"},
        {"month": 6, "scandal": "Lean", "size": 3.0},
    ],
}


def books_of(market: Market) -> Books:
    results = market.results
    tables = {name: getattr(results, name).copy() for name in results.tables}
    return Books(market.population.people, tables)


def run(plan: Scenario, **how) -> Market:
    market = Market(plan, **how)
    for _ in range(plan.market.months):
        market.step()
    return market


@given(scenarios())
def test_every_market_keeps_every_law(plan):
    books = books_of(run(plan, threads=1))
    assert_every_law(books)


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_markets_keep_every_law(name):
    plan = Scenario.load(name).with_values({"market.customers": 2000})
    books = books_of(run(plan))
    assert_every_law(books)


@pytest.mark.parametrize("format", ["parquet", "csv"])
def test_the_laws_hold_in_the_written_tables(tmp_path, format):
    market = run(scenario_of(BUSY))
    tables = {}
    for name, columns in market.results.tables.items():
        path = tmp_path / f"{name}.{format}"
        write_table(columns, path, format)
        texts = {"keep_default_na": False, "na_values": {c: [""] for c in columns if c not in TEXT}}
        tables[name] = pd.read_parquet(path) if format == "parquet" else pd.read_csv(path, **texts)
    books = Books(market.population.people, tables)
    assert_every_law(books)


TEXT = {"scenario", "firm", "discipline", "source", "destination", "decided_by"}


def changed(table: str, column: str, change: Callable[[pd.DataFrame], object]):
    def tamper(tables: dict[str, pd.DataFrame]) -> None:
        tables[table][column] = change(tables[table])

    return tamper


def without_a_row(table: str, row: int):
    def tamper(tables: dict[str, pd.DataFrame]) -> None:
        tables[table] = tables[table].drop(index=tables[table].index[row])

    return tamper


@pytest.mark.parametrize(
    ("law", "tamper"),
    [
        (columns_are_as_promised, lambda tables: tables["firms"].pop("clv")),
        (every_month_is_there_once, without_a_row("market", 4)),
        (every_month_is_there_once, without_a_row("firms", 9)),
        (shares_sum_to_one, changed("firms", "market_share", lambda f: f.market_share * 1.0001)),
        (shares_sum_to_one, changed("firms", "revenue_share", lambda f: f.revenue_share - 1e-6)),
        (customers_balance, changed("firms", "joins", lambda f: f.joins + (f.month == 7))),
        (customers_balance, changed("market", "without_provider", lambda m: m.month * 0)),
        (flows_agree, without_a_row("flows", 5)),
        (flows_agree, changed("flows", "decided_by", lambda f: "chance")),
        (flows_agree, changed("flows", "destination", lambda f: f.source)),
        (
            everybody_joined_through_something,
            changed("firms", "joins_friend", lambda f: f.joins_friend + (f.month == 7)),
        ),
        (cohorts_survive_less_and_less, without_a_row("cohorts", 3)),
        (cohorts_survive_less_and_less, changed("cohorts", "survivors", lambda c: c.tenure)),
        (shares_lie_between_zero_and_one, changed("firms", "retention", lambda f: 1.1)),
        (shares_lie_between_zero_and_one, changed("firms", "rating", lambda f: 0.0)),
        (money_adds_up, changed("firms", "interest", lambda f: f.interest + 1e-3)),
        (money_adds_up, changed("firms", "cash", lambda f: f.cash + 1e-3 * (f.month == 7))),
        (money_adds_up, changed("market", "spending", lambda m: m.spending * 1.000001)),
        (
            stickiness_is_the_sum_of_its_parts,
            changed("firms", f"stickiness_{RESERVOIRS[0]}", lambda f: 0.0),
        ),
        (numbers_are_numbers, changed("firms", "price", lambda f: np.inf)),
        (numbers_are_numbers, changed("firms", "fit", lambda f: np.nan)),
        (numbers_are_numbers, changed("market", "hhi", lambda m: np.nan)),
        (segments_make_the_market, without_a_row("segments", 3)),
        (segments_make_the_market, changed("segments", "customers", lambda s: s.customers + 1)),
        (value_is_shared, changed("firms", "value_share", lambda f: -f.value_share)),
        (value_is_shared, changed("firms", "gross_retention", lambda f: f.net_retention + 1e-3)),
    ],
)
def test_each_law_notices_what_breaks_it(law, tamper):
    books = books_of(run(scenario_of(BUSY), threads=1))
    law(books)
    tables = dict(books.tables)
    tamper(tables)
    with pytest.raises(AssertionError):
        law(Books(books.people, tables))


def test_every_law_is_tested_for_what_it_notices():
    marks = test_each_law_notices_what_breaks_it.pytestmark[0].args[1]
    assert {law for law, _ in marks} == set(LAWS)
