"""A table in, a scenario that stands still out: from one end to the other, small."""

from __future__ import annotations

import json
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import typer

import tsunagari
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.fitting.fit import Size
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

SMALL = ("--customers", "150", "--draws", "20", "--members", "3", "--quiet")
SHARES = {"Kita": 0.5, "Nishi": 0.3, "Lean": 0.2}  # one is called like a firm that comes with it


@pytest.fixture
def typed(monkeypatch, capsys):
    """What is typed behind ``tsunagari``: exit status, stdout and stderr."""

    def call(*arguments):
        told = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *told])
        status = status_of(typer.main.get_command(app), told)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def months_of_a_market(months=18, lean_price=None):
    rows = []
    for month in range(1, months + 1):
        for firm, share in SHARES.items():
            price = {"Kita": 5000.0, "Nishi": 4500.0, "Lean": 4000.0}[firm]
            if firm == "Lean" and lean_price is not None and month > 6:
                price = lean_price
            rows.append(
                {"month": month, "firm": firm, "share": share, "price": price, "churn": 0.015}
            )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    bank = tmp_path_factory.mktemp("bank") / "bank.npz"
    facts = {"currency": "JPY", "people": 1_000_000, "contract": {"Kita": 24}, "us": "Nishi"}
    table = months_of_a_market(lean_price=3800.0)
    return tsunagari.fit(table, facts, size=Size(150, 20, 3), bank=bank), bank, (table, facts)


def test_the_scenario_is_the_tables_market(made):
    plan = made[0].scenario
    assert [firm.name for firm in plan.firms] == ["Kita", "Nishi", "Lean"]
    assert [firm.asks for firm in plan.firms] == [5000.0, 4500.0, 4000.0]
    assert {firm.discipline for firm in plan.firms} == {"none"}
    assert plan.firms[0].contract == 24
    assert plan.market.start == "steady"
    assert (plan.market.people, plan.money.currency) == (1_000_000, "JPY")
    (event,) = plan.events
    assert event.set == "firms.Lean.asks"
    assert event.to[4:7] == [4000.0, 3800.0, 3800.0]
    assert plan.firms[1].share == pytest.approx(0.3 * 0.96)


def test_the_ensemble_is_of_scenarios(made):
    found = made[0]
    assert len(found.ensemble) == 3
    for member in found.ensemble.to_dict("records"):
        found.plan.with_values(member)
    assert found.ensemble.nunique().min() > 1


@pytest.mark.slow
def test_a_bank_is_kept_and_is_of_one_market(made):
    found, bank, (table, facts) = made
    content = bank.read_bytes()
    again = tsunagari.fit(table, facts, size=Size(150, 20, 3), bank=bank)
    assert bank.read_bytes() == content
    np.testing.assert_array_equal(again.point.z, found.point.z)
    pd.testing.assert_frame_equal(again.ensemble, found.ensemble)
    with pytest.raises(Problems, match="the bank is of another market"):
        tsunagari.fit(months_of_a_market(), facts, size=Size(150, 20, 3), bank=bank)


def test_a_backtest_is_beside_other_methods(made):
    found = made[0].backtest
    assert set(found["method"]) == {"market", "last-value", "damped-drift", "brand-switching"}
    assert set(found["origin"]) == {12}
    assert set(found["horizon"]) == {3}
    still = found[found["method"] == "last-value"]
    assert still["mae"].max() == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_from_the_template_to_the_results(typed, tmp_path):
    data, facts, out = (tmp_path / name for name in ("m.csv", "m-facts.yaml", "out"))
    status, said, _ = typed("fit", data, "--template")
    assert status == 0
    assert "next: tsunagari fit" in said
    status, _, told = typed("fit", data, "--template")
    assert status == 2
    assert told.count("exists already; --force replaces it") == 2
    status, said, told = typed("fit", data, "--facts", facts, *SMALL, "--json", "--out", out)
    assert (status, told) == (0, "")
    document = json.loads(said)
    assert document["us"] == "Aoba"
    usual, facts_too = {"share", "churn", "joins", "nps"}, {"survival", "switching"}
    assert set(document["worst_gaps"]) == usual | facts_too
    assert document == json.loads((out / "fit.json").read_text("utf-8"))
    table = pq.read_table(out / "fit.parquet").to_pandas()
    assert list(table) == ["month", "firm", "measure", "data", "low", "mean", "high"]
    assert table["month"].max() == 23 + 12
    ahead = table[(table["month"] > 23) & (table["measure"] != "survival")]
    assert ahead["data"].isna().all()
    told = table.dropna()
    assert (told["low"] <= told["high"]).all()
    parameters = pq.read_table(out / "parameters.parquet").to_pandas()
    assert list(parameters) == [
        "path", "prior_mean", "prior_sd", "mean", "sd", "low", "high", "ratio", "z",
    ]  # fmt: skip
    Scenario.load(out / "scenario.yaml")
    columns = pq.read_table(out / "columns.parquet").to_pandas()
    assert set(columns["column"]) == {"", "rating", "reviews"} | usual | facts_too
    stands = columns[columns["column"] == ""].set_index("path")["ratio"]
    assert dict(stands) == dict(parameters.set_index("path")["ratio"])
    assert "CRPS" in (out / "fit.txt").read_text("utf-8")
    assert set(document["spread_left_with"]) == {"rating", "reviews"}, "nothing else is missing"
    for check in document["checks"]:
        assert ("Look here" in (out / "fit.txt").read_text("utf-8")) or check["fine"]
    assert "<html" in (out / "fit.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--us", "Nobody"), "--us: the table has no firm Nobody; its firms are"),
        (("--column", "firm"), "--column: firm is not WHAT=NAME; write firm=operator"),
    ],
)
def test_what_is_typed_wrong_is_told(typed, tmp_path, options, told):
    data = tmp_path / "m.csv"
    assert typed("fit", data, "--template")[0] == 0
    status, _, said = typed("fit", data, *options, *SMALL)
    assert status == 2
    assert said.startswith(told)
