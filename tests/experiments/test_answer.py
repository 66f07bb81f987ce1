"""The answer of a run: counted from its tables, and true when told otherwise."""

import json
import math
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from synthetic import tables

from tsunagari.experiments.runs.summary import Measured, summary
from tsunagari.experiments.telling.run import as_json, as_table, in_words

FOUR = ["Lean", "Spark", "Tailor", "Broad"]


def sentences(text):
    return [part for part in text.split(". ") if part]


def with_shares(*shares, months=24):
    """Tables in which the firms end with these shares (one tuple per replication)."""
    found = tables(FOUR[: len(shares[0])], months=months, replications=len(shares))
    for run, row in enumerate(shares):
        for name, share in zip(FOUR, row, strict=False):
            here = found.firms.eval(f"replication == {run} and firm == '{name}'")
            found.firms.loc[here, "market_share"] = share
    return found


def test_numbers_are_those_of_the_tables():
    found = tables(FOUR, replications=3)
    lean = summary(found).firms[0]
    rows = found.firms[found.firms["firm"] == "Lean"]
    first, last = (rows[rows["month"] == month] for month in (0, 24))
    late = rows[rows["month"] > 12].groupby("replication")
    assert lean.name == "Lean"
    assert lean.discipline == "operational-excellence"
    assert lean.start_share.values == pytest.approx(first["market_share"])
    assert lean.final_share.values == pytest.approx(last["market_share"])
    assert lean.retention_12.values == pytest.approx(late["retention_12"].mean())
    assert lean.nps.mean == pytest.approx(late["nps"].mean().mean())
    assert lean.profit.values == pytest.approx(rows.groupby("replication")["profit"].sum())
    at_risk = rows[rows["month"] < 24].groupby("replication")["customers"].sum()
    lost = rows[rows["month"] > 0].groupby("replication")["leaves"].sum()
    assert lean.churn.values == pytest.approx(lost / at_risk)
    assert lean.final_share.quantile(0.1) == pytest.approx(last["market_share"].quantile(0.1))


def test_the_others_are_all_but_one():
    found = tables(FOUR)
    firm = summary(found).firms[2]
    rest = found.firms[found.firms["firm"] != "Tailor"]
    at_risk = rest[rest["month"] < 24]["customers"].sum()
    assert firm.churn_elsewhere.mean == pytest.approx(rest["leaves"].sum() / at_risk)
    assert firm.joining_elsewhere.mean == pytest.approx(rest["joins"].sum() / at_risk)


def test_largest_firm_is_named_with_its_replications():
    text = in_words(summary(with_shares((0.5, 0.3, 0.2), (0.2, 0.5, 0.3), (0.6, 0.3, 0.1))))
    assert text.startswith("Lean ends with the largest share of customers, 43.3 %")
    assert "(in 2 of 3 replications)" in text
    turned = in_words(summary(with_shares((0.2, 0.3, 0.5))))
    assert turned.startswith("Tailor ends with the largest share of customers, 50.0 %")
    assert "replications)" not in turned
    assert "This is one run" in turned


def test_equal_firms_are_called_level():
    text = in_words(summary(with_shares((0.4, 0.4, 0.2))))
    assert text.startswith("Lean and Spark end level with the largest share of customers, 40.0 %")


@pytest.mark.parametrize(
    ("joins", "leaves", "said"),
    [
        (90, 10, "winning more customers for its size and losing fewer"),
        (90, 90, "winning customers, not by keeping them better"),
        (10, 10, "keeping customers, not by winning more"),
        (10, 90, "neither won more nor lost fewer"),
    ],
)
def test_how_the_leader_got_there(joins, leaves, said):
    found = with_shares((0.6, 0.4))
    found.firms["customers"] = 1000
    lean = found.firms["firm"] == "Lean"
    found.firms["joins"] = np.where(lean, joins, 50)
    found.firms["leaves"] = np.where(lean, leaves, 50)
    text = in_words(summary(found))
    assert said in text
    assert text.count("the others 5.00 %") == 2


def test_who_keeps_customers_and_by_what():
    found = tables(FOUR)
    assert "Broad keeps its customers best: " in in_words(summary(found))
    assert "what holds them most is their own success (" in in_words(summary(found))
    found.firms.loc[found.firms["firm"] == "Lean", "retention_12"] = 0.99
    found.firms["stickiness_obligation"] = 3.0
    text = in_words(summary(found))
    assert "Lean keeps its customers best: 99.0 % are still there after a year" in text
    assert "what holds them most is obligation (3.00 of " in text


def test_only_who_led_alone_at_the_start_stays_ahead():
    found = with_shares((0.6, 0.4))
    lean = found.firms["firm"] == "Lean"
    found.firms["joins"] = np.where(lean, 90, 50)
    assert "it stayed ahead by winning" in in_words(summary(found))
    found.firms.loc[found.firms["month"] == 0, "market_share"] = 0.5
    assert "it got there by winning" in in_words(summary(found))


@pytest.mark.parametrize(("worth", "said"), [(0.02, "by inattention"), (-0.1, "it is negative")])
def test_little_stickiness_is_said_to_be_inattention(worth, said):
    found = tables(FOUR)
    found.firms["stickiness_money"] = worth
    text = in_words(summary(found))
    assert said in text
    assert "what holds them most" not in text


def test_level_keepers_and_level_sources():
    found = tables(FOUR)
    found.firms["retention_12"] = 0.8
    for name in ("location", "switching", "obligation", "success"):
        found.firms[f"stickiness_{name}"] = 0.25
    text = in_words(summary(found))
    assert "Lean, Spark, Tailor and Broad are level in keeping customers best" in text
    assert "location, switching cost, obligation and their own success (0.25 each of 1.00" in text
    assert "held most in the first year as in the last" in text


def test_shift_of_reservoirs_and_its_hedge():
    found = tables(FOUR, replications=3)
    text = in_words(summary(found))
    assert "in the first year location held most, in the last their own success" in text
    assert "(in 3 of 3 replications)" in text
    run = found.firms["replication"] == 2
    found.firms.loc[run, "stickiness_location"] = 0.5
    found.firms.loc[run, "stickiness_success"] = 0.1
    assert "in the last their own success (in 2 of 3 replications)" in in_words(summary(found))
    short = in_words(summary(tables(FOUR, months=23)))
    assert "A run of 23 months is too short to compare two years." in short


def test_entries_and_closings_are_told():
    found = tables([*FOUR, "Zero"], replications=2, enters={"Zero": 9}, closes={"Broad": 15})
    keep = found.firms.eval("firm != 'Spark' or replication == 0 or month < 20")
    found.firms = found.firms[keep]
    told = summary(found)
    text = in_words(told)
    assert "Zero entered in month 9" in text
    assert "Broad closed in month 15 (in 2 of 2 replications)" in text
    assert "Spark closed in month 20 (in 1 of 2 replications)" in text
    assert math.isnan(told.firms[4].start_share.mean)
    assert told.firms[3].final_share.values == (0.0, 0.0)
    assert told.firms[1].final_share.values[1] == 0.0


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (lambda: tables([], months=3), "No firm took part"),
        (lambda: tables(["Lean"]), "Lean is the only firm and ends with 100.0 %"),
        (lambda: tables(FOUR, empty=FOUR), "At the end no firm has a customer."),
        (lambda: tables(FOUR, months=0), "No firm had customers long enough"),
        (lambda: tables(FOUR, months=1), "leave a month"),
        (lambda: tables(FOUR[:1], months=9, closes={"Lean": 4}), "Lean closed in month 4"),
    ],
)
def test_corner_cases_have_two_to_four_sentences_and_valid_json(found, said):
    told = summary(found())
    text = in_words(told)
    assert said in text
    assert 2 <= len(sentences(text)) <= 4
    assert "nan" not in text
    assert json.loads(json.dumps(as_json(told), allow_nan=False))["words"] == text
    assert "nan" not in as_table(told)


def test_table_is_aligned_and_fits_with_japanese_names():
    names = [
        "株式会社つながり商店街活性化推進協議会",
        "Lean",
        "匠",
        "Übersee-Handelsgesellschaft Nord",
    ]
    found = tables(names, replications=3)
    found.firms["profit"] *= -1e6
    found.firms["satisfaction"] -= 2
    lines = as_table(summary(found)).splitlines()
    firms = [line for line in lines if "%" in line and "of bill" not in line and "band" not in line]
    assert len(firms) == 4

    def columns(text):
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

    assert all(columns(line) <= 100 for line in lines)
    assert len({columns(line) for line in firms}) == 1
    assert {columns(line.split(" %")[0]) for line in firms} == {columns(firms[0].split(" %")[0])}
    bands = [line for line in lines if ".." in line]
    assert len(bands) == 4
    assert all("  " in line.strip() or " " in line for line in bands)
    assert "Mean of 3 replications; below it the 10–90 % band." in lines


def test_single_run_has_no_bands():
    told = summary(tables(FOUR))
    assert ".." not in as_table(told)
    assert as_json(told)["firms"][0]["nps"]["low"] is None
    assert as_json(summary(tables(FOUR, replications=2)))["firms"][0]["nps"]["low"] is not None


def test_measured_leaves_out_the_undefined():
    value = Measured((1.0, math.nan, 3.0))
    assert value.mean == 2.0
    assert value.quantile(0.5) == 2.0
    assert math.isnan(Measured((math.nan,)).mean)


def test_an_answer_needs_no_pictures():
    code = "import sys, tsunagari.experiments.telling.run; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
