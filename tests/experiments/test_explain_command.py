"""The command ``explain`` from outside: what it prints, what it leaves, what it refuses."""

import json
import sys

import numpy as np
import pytest
import typer
from documented import ROOT
from test_light_commands import imported

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.tables import read_table

SCENARIO = """\
format: 1
title: 小さな市場
market: {customers: 120, months: 6}
looking: {base: 0.2}
events:
  - {month: 4, enter: {name: Zero, discipline: disruptor}}
"""
TABLES = ("connection", "retention_parts", "word_of_mouth")
SMALL = ("--firm", "Lean", "--replications", 2, "--from", 5, "--threads", 1)


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def explain(capsys, monkeypatch, tmp_path):
    """Runs the command in a folder of its own: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tsunagari.experiments.explain.asking.LEAST", 8)

    def typed(*arguments):
        arguments = ["explain", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *arguments])
        capsys.readouterr()
        status = status_of(typer.main.get_command(app), arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return typed


def names(path):
    return sorted(file.name for file in path.iterdir())


@pytest.mark.slow
def test_three_answers_in_words_tables_and_pictures(explain, scenario, tmp_path):
    out = tmp_path / "out"
    status, said, told = explain(scenario, "--out", out, *SMALL)
    assert status == 0
    assert all(line.startswith(("note: ", "month ")) for line in told.splitlines())
    files = {f"{table}.{suffix}" for table in TABLES for suffix in ("parquet", "png", "svg")}
    further = {"connection_longer.parquet"}  # the gain still rises
    assert set(names(out)) == files | further | {"run.json", "scenario.yaml", "explanation.txt"}
    longer = read_table(out / "connection_longer.parquet")
    assert (set(longer["month"]), set(longer["months"])) == ({5}, {8})  # twice as long as 6
    assert "Within 2 months, to month 6, the first unit" in " ".join(said.split())
    assert "Within 8 months, to month 12, the first unit" in " ".join(said.split())
    assert said.startswith("Prices: held")
    words = (out / "explanation.txt").read_text(encoding="utf-8")
    assert said == f"{words}\nResults: {out}\n"
    for heading in ("What holds customers", "word of mouth is worth", "a connection deserves"):
        assert heading in said
    assert max(map(len, said.splitlines()[:-1])) <= 100
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["explanation"]["firms"] == ["Lean"]
    assert record["explanation"]["month"] == 5
    assert record["explanation"]["prices"] == "held"
    assert len(record["replications"]) == 2
    retention = read_table(out / "retention_parts.parquet")
    assert set(retention["firm"]) == set(read_table(out / "connection.parquet")["firm"]) == {"Lean"}
    mouth = read_table(out / "word_of_mouth.parquet")
    assert set(mouth["firm"]) == {"Lean", "Spark", "Tailor", "Broad", "Zero", ""}
    # The page of the documentation knows every column.
    page = (ROOT / "docs" / "explain.md").read_text(encoding="utf-8")
    for table in TABLES:
        for column in read_table(out / f"{table}.parquet"):
            assert f"`{column}`" in page, f"{table}.{column}"


def test_one_question_for_programs(explain, scenario, tmp_path):
    out = tmp_path / "out"
    options = ("--only", "word-of-mouth", "--json", "--quiet", "--no-figures", "--format", "csv")
    status, said, told = explain(scenario, "--out", out, "--replications", 1, *options)
    assert (status, told) == (0, "")
    found = json.loads(said)
    assert set(found) == {"title", "prices", "word_of_mouth", "words"}
    assert found["title"] == "小さな市場"
    total = next(row for row in found["word_of_mouth"] if row["part"] == "total")
    assert total["low"] is None
    assert names(out) == ["explanation.txt", "run.json", "scenario.yaml", "word_of_mouth.csv"]
    table = read_table(out / "word_of_mouth.csv")
    np.testing.assert_array_equal(table["value"], [r["value"] for r in found["word_of_mouth"]])
    assert np.isnan(table["low"]).all()


def test_the_ladder_is_the_users(explain, scenario, tmp_path):
    out = tmp_path / "out"
    options = ("--lever", "attention", "--raise", 0.2, "--raise", 0.1, "--horizon", 2)
    status, _, _ = explain(scenario, "--only", "connection", "--out", out, *SMALL, *options)
    assert status == 0
    table = read_table(out / "connection.parquet")
    np.testing.assert_allclose(table["level"], [0.25, 0.35] * 2)
    assert json.loads((out / "run.json").read_text())["explanation"]["horizon"] == 2


def test_one_customer(explain, scenario):
    status, said, told = explain(scenario, "--customer", 20)
    assert (status, told) == (0, "")
    assert said.startswith("Customer 20 ")
    status, said, told = explain(scenario, "--customer", 20, "--month", 2, "--json")
    assert (status, told) == (0, "")
    assert json.loads(said)["month"] == 2
    assert names(scenario.parent) == ["small.yaml"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--firm", "Laen"], "did you mean Lean?"),
        (["--firm", "Zero", "--from", 3], "Zero enters in month 4; --from 5 or later"),
        (["--from", 6], "--from 6: the run has 6 months"),
        (["--raise", 0, "--raise", "nan"], "--raise 0: must be above 0\n--raise nan: must be"),
        (["--only", "retentoin"], "did you mean retention?"),
        (["--month", 2], "--customer ID says which"),
        (["--customer", 9999], "they are numbered from"),
        (["--customer", 20, "--month", 7], "the run has months 1 to 6"),
        (["--customer", 20, "--from", 2, "--out", "x"], "--out: has no meaning"),
        (["--customer", 20, "--prices", "held"], "--prices: has no meaning"),
        (["--months", 1], "at least 2 months"),
    ],
)
def test_what_makes_no_sense_is_refused(explain, scenario, options, words):
    status, said, told = explain(scenario, *options)
    assert (status, said) == (2, "")
    assert words in told
    assert "Traceback" not in told
    assert names(scenario.parent) == ["small.yaml"]


def test_a_firm_that_has_entered_can_be_asked_about(explain, scenario, tmp_path):
    options = ("--only", "connection", "--firm", "Zero", "--from", 5, "--no-figures")
    status, said, _ = explain(
        scenario, "--out", tmp_path / "out", "--replications", 1, "--raise", 0.5, *options
    )
    assert status == 0
    assert "Zero: " in said


def test_help_is_light(tmp_path):
    code = "sys.argv[1:] = ['explain', '--help']; from tsunagari.__main__ import main; main()"
    assert imported(code, tmp_path) == []
