"""A firm's files on people: whom they are on, that they are exact where they may be, the truth."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
import typer
from documented import blocks
from hypothesis import given
from hypothesis import strategies as st

from docs.makers.panel import _HEAD, EXAMPLE, PAGE, main
from tsunagari import panel
from tsunagari.agents.columns import By
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.panel.naive import (
    last_click,
    leaving_by_answer,
    lifetime_of_churn,
    slope,
)
from tsunagari.experiments.panel.panel import Records, asked_of
from tsunagari.experiments.panel.twins import LEVERS, Lever
from tsunagari.experiments.panel.watch import CHANNELS, DIRECT, answers, billed
from tsunagari.experiments.runs.tables import read_table
from tsunagari.experiments.telling.panel import as_json, as_text
from tsunagari.experiments.words import Words
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

FIRST, LAST, FIRM = 5, 24, "Lean"
EXACT = Records(missing=0.0, noise=0.0, asked=1.0, response=1.0)
SIZE = {"market.customers": 300, "market.months": LAST, "market.exit": 0.01}
SHORT = {"first": FIRST, "replications": 2, "horizons": (3, 6), "follow": 6}


@pytest.fixture(scope="module")
def plan():
    return Scenario.load("three-disciplines").with_values(SIZE)


@pytest.fixture(scope="module")
def exact(plan):
    return panel(plan, FIRM, sample=10_000, records=EXACT, levers={"price": 1.0}, **SHORT)


@pytest.fixture(scope="module")
def months(plan):
    """What the columns say, month by month, and who is in which place."""
    market, found, times = Market(plan), {}, np.zeros(300, int)
    firm = market.firm(FIRM)
    for month in range(1, LAST + 1):
        before = market.population.column("provider") == firm.index
        market.run_for(1)
        columns = {
            name: market.population.column(name).copy()
            for name in ("provider", "joined_month", "joined_through", "succeeded", "rating",
                         "rated_month", "rated_provider", "looks")
        }  # fmt: skip
        times += (columns["looks"] == 4) & (month >= FIRST)
        everybody = np.arange(300)
        found[month] = {
            **columns,
            "before": before,
            "own": columns["provider"] == firm.index,
            "person": everybody + 300 * times,
            "answer": answers(market, everybody),
            "bill": billed(market, firm),
        }
    return found, market


def rows_of(table, month, *names):
    there = np.asarray(table["month"]) == month
    return [dict(zip(names, row, strict=True))
            for row in zip(*(np.asarray(table[n])[there] for n in names), strict=True)]  # fmt: skip


def test_nobody_has_a_row_in_months_in_which_they_are_no_customer(exact, months):
    found, _ = months
    for month in range(FIRST, LAST + 1):
        now = found[month]
        own = set(now["person"][now["own"]])
        stays = set(now["person"][now["own"] & (now["joined_month"] < month)])
        assert {r["person"] for r in rows_of(exact.tables["transactions"], month, "person")} == own
        assert {r["person"] for r in rows_of(exact.tables["contacts"], month, "person")} == stays
        assert {r["person"] for r in rows_of(exact.tables["nps"], month, "person")} == stays
        wrote = {r["person"] % 300 for r in rows_of(exact.tables["reviews"], month, "person")}
        assert wrote <= set(np.flatnonzero(now["before"]))


def test_spells_begin_and_end_where_the_market_says(exact, months):
    found, _ = months
    table = exact.tables["customers"]
    joined, left = table["joined_month"], table["left_month"]
    assert np.isnan(joined[table["censored"]]).all()
    assert not np.isnan(joined[~table["censored"]]).any()
    assert table["censored"].sum() == found[FIRST]["before"].sum()
    for month in range(FIRST, LAST + 1):
        now = found[month]
        assert (joined == month).sum() == (now["own"] & (now["joined_month"] == month)).sum()
        gone = now["before"] & ~(now["own"] & (now["joined_month"] < month))
        assert (left == month).sum() == gone.sum()
    assert not (left <= joined).any()
    assert len(set(table["person"])) > len(set(table["person"] % 300)), "nobody was replaced"


def test_revenue_of_a_full_panel_is_that_of_the_firm(exact, months):
    _, market = months
    firms = market.results.firms
    firms = firms[(firms.firm == FIRM) & (firms.month >= FIRST)]
    transactions, books = exact["transactions"], exact["books"]
    named = transactions.groupby("month").revenue.sum().to_numpy()
    total = named + books.over_the_counter.to_numpy()
    np.testing.assert_allclose(total, firms.revenue.to_numpy(), rtol=1e-12)
    assert (books.over_the_counter > 0).all()
    np.testing.assert_allclose(
        transactions.price * transactions.units, transactions.revenue, rtol=1e-12
    )
    for name in ("customers", "joins", "leaves", "profit"):
        np.testing.assert_array_equal(books[name], firms[name])
    people = transactions.groupby("month").person.count().to_numpy()
    np.testing.assert_array_equal(people, firms.customers)


def test_watching_changes_nothing(plan, exact):
    market = Market(plan)
    market.run_for(LAST)
    firms = market.results.firms.query("firm == @FIRM and month >= @FIRST")
    for name in ("revenue", "profit", "joins", "price"):
        np.testing.assert_array_equal(exact["books"][name], firms[name])


def test_without_loss_and_noise_columns_are_exact(exact, months):
    found, _ = months
    channels = {}
    for month in range(FIRST, LAST + 1):
        now = found[month]
        place = {person: row for row, person in enumerate(now["person"].tolist())}
        for row in rows_of(exact.tables["nps"], month, "person", "score"):
            assert row["score"] == np.rint(now["answer"][place[row["person"]]])
        for row in rows_of(exact.tables["contacts"], month, "person", "complaints", "visits"):
            assert row["complaints"] == 1 - now["succeeded"][place[row["person"]]]
            assert row["visits"] == pytest.approx(4 * 0.15, abs=0.1)
        for row in rows_of(exact.tables["reviews"], month, "person", "stars"):
            assert row["stars"] == now["rating"][row["person"] % 300]
        for row in rows_of(exact.tables["transactions"], month, "person", "revenue"):
            assert row["revenue"] == now["bill"].revenue[place[row["person"]]]
        for person, row in place.items():
            if now["own"][row] and now["joined_month"][row] == month:
                source = int(now["joined_through"][row])
                channels[person, month] = CHANNELS.get(source, DIRECT)
    table = exact.tables["customers"]
    told = {(int(p), int(m)): c for p, m, c in
            zip(table["person"], table["joined_month"], table["channel"], strict=True)
            if not math.isnan(m)}  # fmt: skip
    assert told == channels
    codes = exact["exposures"].query("referral_code")
    assert len(codes) == sum(channel == CHANNELS[By.REFERRAL] for channel in channels.values())


def as_rows(found, name):
    table = found.tables[name]
    return {tuple(map(str, row)) for row in zip(*table.values(), strict=True)}


def test_what_is_lost_and_observed_is_drawn_person_by_person(plan):
    def watched(**records):
        size = {"sample": records.pop("sample", 10_000), "records": Records(**records)}
        return panel(plan, FIRM, levers={}, **size, **{**SHORT, "replications": 1})

    whole, part, few = watched(missing=0.0), watched(missing=0.3), watched(missing=0.0, sample=60)
    again = watched(missing=0.0)
    for name in ("transactions", "contacts", "exposures", "reviews", "nps"):
        every, kept = as_rows(whole, name), as_rows(part, name)
        assert every == as_rows(again, name)
        assert kept < every
        if name == "transactions":
            assert 0.65 < len(kept) / len(every) < 0.75
        places = set(np.asarray(few.tables[name]["person"]) % 300)
        assert len(places) <= 60
        assert as_rows(few, name) == {row for row in every if int(float(row[0])) % 300 in places}
    assert None not in set(
        whole.tables["customers"]["channel"][~whole.tables["customers"]["censored"]]
    )
    score = np.asarray(whole.tables["nps"]["score"])
    assert 0.5 < np.isnan(score).mean() < 0.95


def test_who_is_pleased_answers_more_often(plan, exact, monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.panel.watch.TILT", 3.0)
    found = panel(plan, FIRM, sample=10_000, levers={},
                  records=Records(missing=0, noise=0, asked=1, response=0.3),
                  **{**SHORT, "replications": 1})  # fmt: skip
    some, every = (np.asarray(each.tables["nps"]["score"]) for each in (found, exact))
    assert np.nanmean(some) > every.mean() + 0.2
    heard = ~np.isnan(some)
    np.testing.assert_array_equal(some[heard], every[heard])


def truth(found, **wanted):
    table = found["truth"]
    for key, value in wanted.items():
        table = table[table[key] == value]
    return table


def test_a_lever_that_changes_nothing_has_no_effect(exact):
    told = truth(exact, about="lever", name="price")
    assert len(told) == 6 * 2
    assert (told[["mean", "low", "high"]] == 0).all(axis=None)
    assert (truth(exact, about="lever", outcome="contribution").base > 0).all()


def test_a_lever_that_matters_has_one(plan):
    found = panel(plan, FIRM, levers={"price": 0.6}, sample=10, **SHORT)
    told = truth(found, about="lever", months=6).set_index("outcome")
    assert told.loc["joins", "mean"] > 0
    assert told.loc["contribution", "mean"] < 0
    channels = truth(found, about="channel")
    assert channels.set_index("name").loc["advertising", "mean"] > 0
    lives = truth(found, about="lifetime").set_index("name")
    assert lives.loc["base", "months"] == 6
    assert 0 < lives.loc["base", "base"] < 1
    score = found.score("lifetime", "base", 2 * lives.loc["base", "mean"])
    assert (score.ratio, score.covers) == (pytest.approx(2.0), None)
    inside = found.score("lifetime", "base", 1.0, 0.0, 1e6)
    assert inside.covers
    with pytest.raises(Problems, match="several truths"):
        found.score("lever", "price", 1.0)
    with pytest.raises(Problems, match="no truth"):
        found.score("lever", "prize", 1.0)


def test_levers_of_ones_own_may_be_whole_or_unset(plan):
    found = panel(plan, FIRM, levers={"contract": 24, "reaction": 0.5}, sample=10, **SHORT)
    told = truth(found, about="lever", outcome="churn", months=6)
    assert told.change.tolist() == ["=24", "=0.5"]
    assert told["mean"].iloc[0] < 0


def test_what_is_brought_is_what_those_who_were_there_were_billed(exact, months):
    found, _ = months
    base = found[FIRST]["before"].copy()
    brought, many = 0.0, base.sum()
    for month in range(FIRST, FIRST + 6):
        now = found[month]
        base &= now["own"] & (now["joined_month"] < month)
        brought += now["bill"].contribution[base].sum()
    alone = panel(exact.plan, FIRM, levers={}, sample=10, **{**SHORT, "replications": 1})
    told = truth(alone, about="lifetime", name="base")["mean"].iloc[0]
    assert told == pytest.approx(brought / many)


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=5, max_size=60))
def test_a_slope_is_that_of_least_squares(pairs):
    x, y = (np.array(column, float) for column in zip(*pairs, strict=True))
    found = slope(x, y)
    if np.ptp(x) == 0:
        assert math.isnan(found.mean)
        return
    rise, cut = np.polyfit(x, y, 1)
    assert found.mean == pytest.approx(rise, abs=1e-9)
    rest = y - rise * x - cut
    error = math.sqrt(rest @ rest / (len(x) - 2) / ((x - x.mean()) @ (x - x.mean())))
    from scipy.special import stdtrit

    assert found.half_width == pytest.approx(stdtrit(len(x) - 2, 0.975) * error, abs=1e-9)


def test_naive_analyses_of_files_with_known_answers():
    nan = math.nan
    customers = {
        "person": np.array([1, 2, 3, 4, 1]),
        "joined_month": np.array([nan, nan, 2.0, 3.0, 30.0]),
        "left_month": np.array([5.0, 20.0, nan, nan, nan]),
        "channel": np.array([None, None, "reviews", "referral", "reviews"], object),
    }
    nps = {
        "person": np.array([1, 2, 3, 3, 4]),
        "month": np.array([3, 3, 4, 20, 4]),
        "score": np.array([0.0, 5.0, 10.0, 0.0, nan]),
    }
    found = leaving_by_answer(customers, nps, last=24)
    assert found.count == 3  # one is silent, one is of the last year
    assert found.found.mean == pytest.approx(-0.1)
    clicks = {one.name: one.found.mean for one in last_click(customers)}
    assert clicks == {"advertising": 0.0, "reviews": pytest.approx(2 / 3),
                      "friends": pytest.approx(1 / 3)}  # fmt: skip
    books = {
        "customers": np.array([100.0, 100.0, 100.0]),
        "leaves": np.array([50.0, 10.0, 10.0]),  # the first month's leave nobody in the table
        "contribution": np.array([200.0, 200.0, 200.0]),
    }
    base, joiner = lifetime_of_churn(books, 1000)
    assert (joiner.found.mean, base.found.mean) == (pytest.approx(20.0), pytest.approx(18.0))
    assert joiner.found.low < 20.0 < joiner.found.high
    assert lifetime_of_churn(books, 1)[1].found.mean == pytest.approx(2.0)


@pytest.mark.parametrize("lever", LEVERS, ids=lambda one: one.key)
def test_levers_stay_within_what_the_schema_allows(lever):
    assert lever.raised(0.5) != 0.5
    assert Lever("attention", (2.0, 0.0)).raised(0.9) == 1.0


def test_what_cannot_be_moved_is_left_out_and_said(plan):
    found = panel(plan, "Tailor", sample=10, **SHORT)
    assert found.unmoved == ("attention",)
    assert set(truth(found, about="lever").name) == {one.key for one in LEVERS} - {"attention"}
    assert "attention." in as_text(found)
    asked = panel(plan, "Tailor", sample=10, levers={"attention": 1.0}, **SHORT)
    assert asked.unmoved == ()
    assert (truth(asked, about="lever")["mean"] == 0).all()


BAD = {
    "a firm": ({"firm": "Leen"}, "there is no firm 'Leen'; did you mean Lean?"),
    "from": ({"first": 99}, "--from 99: the market lasts 24 months; let the panel begin earlier"),
    "sample": ({"sample": 0}, "sample: must be at least 1, not 0"),
    "follow": ({"follow": 0}, "follow: must be at least 1, not 0"),
    "horizon": ({"horizons": (0,)}, "horizon: must be at least 1, not 0"),
    "no horizon": ({"horizons": ()}, "horizons: needs at least one number of months"),
    "lever": ({"levers": {"prise": 1.0}}, "--lever prise=1.0: a firm has no number prise; did you"),
    "too much": ({"levers": {"loyalty": 3.0}}, "--lever loyalty=3.0"),
    "no number": ({"levers": {"price": math.nan}}, "--lever price=nan: "),
    "replications": ({"replications": 0}, "replications: must be at least 1, not 0"),
}


@pytest.mark.parametrize(("given", "told"), BAD.values(), ids=BAD)
def test_what_makes_no_sense_is_refused(plan, given, told):
    with pytest.raises(Problems) as problem:
        asked_of(plan, **{"firm": FIRM, "first": FIRST, **given})
    assert told in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("name", ["missing", "noise", "asked", "response"])
@pytest.mark.parametrize("value", [-0.1, 1.5, math.nan, "much"])
def test_records_are_parts(name, value):
    with pytest.raises(Problems, match=name):
        Records(**{name: value})


def test_a_firm_without_customers_has_no_files(plan):
    entered = plan.with_values(
        {"events": [{"month": 20, "enter": {"name": "Zero", "discipline": "disruptor"}}]}
    )
    with pytest.raises(Problems, match="--firm Zero: it has no customers when the panel begins"):
        panel(entered, "Zero", levers={}, **SHORT)


def test_money_is_told_in_the_currency(plan, exact):
    told = plan.with_values({"money": {"currency": "JPY", "unit_cost": 3000.0}})
    found = panel(told, FIRM, sample=10_000, records=EXACT, levers={"price": 1.0}, **SHORT)
    for name, column in (("transactions", "revenue"), ("books", "contribution")):
        np.testing.assert_allclose(found[name][column], 3000.0 * exact[name][column])
    np.testing.assert_allclose(found["naive"].truth[4:], 3000.0 * exact["naive"].truth[4:])
    assert "JPY" in as_text(found)


def test_it_is_told_in_words_in_both_languages_and_as_json(exact):
    text = as_text(exact)
    assert max(map(len, text.splitlines())) <= 100
    assert "Last click gives reviews" in text
    assert "ラストクリックでは" in as_text(exact, Words("ja"))
    document = json.loads(json.dumps(as_json(exact), allow_nan=False))
    assert {row["analysis"] for row in document["naive"]} == {"nps", "last click", "lifetime"}


COMMAND = ["panel", "three-disciplines", "--customers", "150", "--months", "16", "--from", "3"]
COMMAND += ["--replications", "1", "--horizon", "2", "--follow", "2", "--lever", "price=0.9"]


def test_the_command_writes_its_folder(tmp_path, capsys):
    command = typer.main.get_command(app)
    out = tmp_path / "a"
    arguments = [*COMMAND, "--format", "csv", "--json", "--quiet", "--out", str(out)]
    assert status_of(command, arguments) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["firm"] == "Lean"
    for name, count in document["rows"].items():
        assert len(next(iter(read_table(out / f"{name}.csv").values()))) == count
    assert len(read_table(out / "truth.csv")["about"]) == len(document["truth"])
    assert set(read_table(out / "naive.csv")["analysis"]) == {"nps", "last click", "lifetime"}
    assert (out / "panel.txt").read_text(encoding="utf-8")
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["status"] == "complete"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--missing", "1.2"], "missing: must be from 0 to 0.99, not 1.2; write 0.05"),
        (["--lever", "price"], "--lever price: is not KEY=NUMBER; write price=0.95"),
        (["--from", "17"], "--from 17: the market lasts 16 months"),
        (["--sample", "0"], "sample: must be at least 1, not 0"),
    ],
)
def test_the_command_refuses_in_a_sentence(options, told, tmp_path, capsys):
    arguments = [*COMMAND, *options, "--out", str(tmp_path / "b")]
    assert status_of(typer.main.get_command(app), arguments) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_the_pages_own_estimator_is_scored(capsys):
    (example,) = [text for _, language, text in blocks(PAGE) if language == "python"]
    exec(compile(example, PAGE.name, "exec"), {})
    assert re.fullmatch(r"\d\.\d\d times the truth\n", capsys.readouterr().out)
    assert example == EXAMPLE


def test_the_page_begins_as_its_maker_writes_it():
    head = _HEAD.replace("{example}", EXAMPLE)
    assert PAGE.read_text(encoding="utf-8").startswith(head)


@pytest.mark.slow
def test_the_maker_writes_the_page(tmp_path):
    page = tmp_path / "panel.md"
    assert main(["--customers", "300", "--page", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "nan" not in text
    assert "| the truth |" in text


@pytest.mark.slow
def test_it_does_not_depend_on_workers_and_threads(plan, exact):
    given = {"sample": 10_000, "records": EXACT, "levers": {"price": 1.0}}
    found = panel(plan, FIRM, **given, **SHORT, workers=2, threads=2)
    for name, table in exact.tables.items():
        for column, values in table.items():
            np.testing.assert_array_equal(found.tables[name][column], values, err_msg=name)
    assert found["truth"].equals(exact["truth"])
    assert found["naive"].equals(exact["naive"])
