"""What word of mouth is worth: the ledger, the books, the twin without, and the sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsunagari.agents.columns import MARKS, REALS
from tsunagari.experiments.explain.explanation import Explanation
from tsunagari.experiments.explain.word_of_mouth import (
    EVERYBODY,
    PARTS,
    TOTAL,
    CustomerValue,
    Ledger,
    customer_value,
    turns,
    without_word_of_mouth,
    word_of_mouth,
)
from tsunagari.experiments.telling.explained import in_words
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

PLAN = Scenario().with_values(
    {"market.customers": 300, "market.months": 14, "market.exit": 0.02, "looking.base": 0.15}
)


def told_of(found):
    return in_words(Explanation(PLAN, found.prices, word_of_mouth=found))["word_of_mouth"]


NOBODY = np.zeros(0, np.int64)
SILENT = {
    "network.kind": "random",
    "network.neighbours": 0,
    "zmot.review": 0.0,
    "looking.bad_rating": 0.0,
}


def month(*pairs):
    """What each customer brought: (provider, value) in order."""
    providers, values = zip(*pairs, strict=True)
    return CustomerValue(np.array(providers), np.array(values, dtype=np.float64))


def parts(ledger):
    return {name: row.tolist() for name, row in zip(PARTS, ledger.parts, strict=True)}


def test_each_way_gets_what_is_its_own():
    ledger = Ledger(people=4, firms=1)
    none = (-1, 0.0)
    # 0 comes a month sooner, 1 only with, 2 only without, 3 was there from the start and leaves.
    ledger.book(month(none, none, none, (0, 0)), month(none, none, none, (0, 0)), 1.0, NOBODY)
    ledger.book(month((0, 5), (0, 7), none, (0, 3)), month(none, none, (0, 2), (0, 4)), 1, NOBODY)
    ledger.book(month((0, 5), (0, 7), none, none), month((0, 4), none, (0, 2), (0, 4)), 0.5, NOBODY)
    ledger.close()
    assert parts(ledger) == {
        "acceleration": [5.0],
        "expansion": [10.5],
        "retention": [3 - 4 + 0.5 * (5 - 4 - 4)],
        "loss to rivals": [-3.0],
    }
    assert ledger.parts.sum() == ledger.with_[0] - ledger.without[0]


def test_who_takes_somebodys_place_has_an_account_of_their_own():
    ledger = Ledger(people=1, firms=1)
    ledger.book(month((0, 1)), month((-1, 0)), 1.0, NOBODY)
    ledger.book(month((-1, 0)), month((-1, 0)), 1.0, np.array([0]))
    ledger.book(month((-1, 0)), month((0, 1)), 1.0, NOBODY)
    ledger.close()
    assert parts(ledger)["expansion"] == [1.0]
    assert parts(ledger)["loss to rivals"] == [-1.0]
    assert parts(ledger)["acceleration"] == parts(ledger)["retention"] == [0.0]


@given(st.integers(0, 2**32 - 1))
def test_parts_add_up_whatever_happens(seed):
    luck = np.random.default_rng(seed)
    ledger = Ledger(people=6, firms=3)
    for _ in range(8):
        months = []
        for _ in range(2):
            provider = luck.integers(-1, 3, 6)
            months.append(CustomerValue(provider, np.where(provider < 0, 0, luck.normal(size=6))))
        ledger.book(*months, 0.9, np.flatnonzero(luck.random(6) < 0.1))
    ledger.close()
    np.testing.assert_allclose(
        ledger.parts.sum(axis=0), ledger.with_ - ledger.without, rtol=1e-9, atol=1e-12
    )


def test_customers_bring_what_is_in_the_books():
    # Nobody spends anything with rivals: the whole wallet is the provider's.
    whole = {"wallet.base": 1.0, "wallet.trust": 0.0, "wallet.success": 0.0, "wallet.rate": 1.0}
    terms = {
        "firms.Spark.guarantee": 0.3,
        "firms.Spark.digital": 0.5,
        "finance.digital_cost": 0.1,
        "firms.Broad.joiner_price": 0.6,
        "firms.Broad.joiner_months": 4,
        "firms.Tailor.gain_share": 0.2,
    }
    values = {**whole, **terms, "firms.Lean.service": 0.4, "market.customers": 2500}
    market = Market(PLAN.with_values(values))
    assert not customer_value(market).value.any()
    for _ in range(6):
        market.run_for(1)
    found = customer_value(market)
    sums, _ = market.population.survey()
    for firm in market.firms:
        own = firm.accounts
        side = own.revenue - firm.price * sums[firm.index]["paid"]
        assert abs(side) < 0.05 * own.revenue  # what new customers have not brought along yet
        books = own.revenue + own.settlement - own.delivery - own.service - own.attention
        books -= side * (1.0 - firm.unit_cost / firm.price)
        assert found.value[found.provider == firm.index].sum() == pytest.approx(books, rel=1e-9)
    assert market.firm("Lean").accounts.service > 0
    assert not found.value[found.provider < 0].any()


def test_the_same_people_begin_in_the_same_seats():
    with_, without = Market(PLAN), Market(without_word_of_mouth(PLAN))
    assert len(with_.network.edges) > 0
    assert len(without.network.edges) == 0
    for column in (*REALS, *MARKS):
        ours, theirs = (m.population.column(column.name) for m in (with_, without))
        np.testing.assert_array_equal(ours, theirs, column.name)


def test_nobody_hears_of_anybody():
    unknown = {f"firms.{firm.name}.reach": 0.3 for firm in PLAN.firms}
    plan = PLAN.with_values({**unknown, "market.start": "empty", "adoption.innovation": 0.1})
    heard = ["joins_friend", "joins_referral", "joins_review"]
    for one, silent in ((plan, False), (without_word_of_mouth(plan), True)):
        market = Market(one)
        market.run_for(14)
        firms = market.results.firms
        assert firms["joins"].sum() > 0
        assert (firms[heard].sum().sum() == 0) == silent
        assert (market.population.column("friends_here") == 0).all() == silent


def test_events_do_not_bring_it_back():
    events = [
        {"month": 3, "set": "zmot.review", "to": 0.5},
        {"month": 4, "set": "zmot.connectivity", "to": 2.0},
        {"month": 5, "enter": {"name": "Zero"}},
    ]
    quiet = without_word_of_mouth(PLAN.with_values({"events": events}))
    assert [event.month for event in quiet.events] == [4, 5]
    assert quiet.zmot.review == 0.0


def test_a_network_from_a_file_keeps_its_people(tmp_path):
    ties = "".join(f"{i} {(i + step) % 40}\n" for i in range(40) for step in (1, 2))
    (tmp_path / "net.txt").write_text(ties)
    file = tmp_path / "mine.yaml"
    file.write_text(
        "format: 1\nmarket: {customers: 40, months: 3}\nnetwork: {kind: file, file: net.txt}\n"
    )
    plan = Scenario.load(file)
    with_, without = Market(plan), Market(without_word_of_mouth(plan))
    assert with_.population.people == without.population.people == 40
    np.testing.assert_array_equal(
        with_.population.column("provider"), without.population.column("provider")
    )


@pytest.fixture(scope="module")
def found():
    events = [
        {"month": 5, "enter": {"name": "Zero", "discipline": "disruptor"}},
        {"month": 9, "leave": "Broad"},
    ]
    return word_of_mouth(PLAN.with_values({"events": events}), replications=3, threads=1)


def rows(found, firm):
    here = found.table["firm"] == firm
    return dict(zip(found.table["part"][here], found.table["value"][here], strict=True))


def test_parts_add_up_to_the_total(found):
    totals = []
    for firm in (*found.firms, EVERYBODY):
        values = rows(found, firm)
        assert list(values) == [*PARTS, TOTAL]
        total = values.pop(TOTAL)
        assert sum(values.values()) == pytest.approx(total, rel=1e-9, abs=1e-12)
        totals.append(total)
    assert sum(totals[:-1]) == pytest.approx(totals[-1], rel=1e-9, abs=1e-12)
    assert all(total != 0.0 for total in totals)


def test_the_table_says_how_sure_it_is(found):
    table = found.table
    assert set(table["replications"]) == {3}
    assert (table["low"] <= table["value"]).all()
    assert (table["value"] <= table["high"]).all()
    np.testing.assert_allclose(table["per_customer"] * 300, table["value"])
    total = table["part"] == TOTAL
    apart = table["with_word_of_mouth"] - table["without_word_of_mouth"]
    np.testing.assert_allclose(apart[total], table["value"][total], rtol=1e-9)
    told = told_of(found)
    assert all(f"\n{firm}: " in told for firm in found.firms)


@pytest.mark.slow
def test_results_do_not_depend_on_workers():
    plan = PLAN.with_values({"market.customers": 60, "market.months": 3})
    here = word_of_mouth(plan, replications=2)
    there = word_of_mouth(plan, replications=2, workers=2)
    for name, column in here.table.items():
        np.testing.assert_array_equal(column, there.table[name])


def test_progress_counts_the_months_of_both_markets():
    plan = PLAN.with_values({"market.customers": 60, "market.months": 3})
    seen = []
    word_of_mouth(plan, replications=2, progress=seen.append)
    assert sum(seen) == 2 * 2 * 3


def test_where_nobody_talks_word_of_mouth_is_worth_exactly_nothing():
    found = word_of_mouth(PLAN.with_values(SILENT), replications=2, threads=1)
    for column in ("value", "low", "high"):
        assert (found.table[column] == 0.0).all()
    assert "worth nothing" in told_of(found)
    one = word_of_mouth(PLAN.with_values(SILENT), replications=1, threads=1)
    assert np.isnan(one.table["low"]).all()


def test_a_market_that_fills_by_imitation_owes_it_most_of_its_value():
    plan = PLAN.with_values({"market.start": "empty", "adoption.imitation": 0.4})
    found = word_of_mouth(plan, replications=2, threads=1)
    values = rows(found, EVERYBODY)
    assert values["expansion"] > 0.5 * values[TOTAL] > 0.0


@given(st.floats(-2, 2), st.floats(0, 1), st.floats(-2, 2), st.floats(0, 1))
def test_a_sign_may_turn_only_where_both_can_be_told(value, half, last, other):
    total = {
        "value": value, "low": value - half, "high": value + half,
        "last": last, "last_low": last - other, "last_high": last + other,
    }  # fmt: skip
    assert turns(total) == (abs(value) > half and abs(last) > other and value * last < 0)
