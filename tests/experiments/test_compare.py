"""The command ``compare`` from outside: what it prints, what it leaves, how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.tables import read_table
from tsunagari.experiments.telling.study_charts import pages
from tsunagari.sim.measures import unit_of

ROOT = Path(__file__).parents[2]
TABLES = ["cohorts", "differences", "firms", "flows", "market", "segments"]
SMALL = "title: 市場\nmarket: {customers: 80, months: 4}\n"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def tsunagari(capsys, monkeypatch):
    """Runs a command here: exit status, stdout, stderr without lines of progress."""

    def typed(*arguments):
        arguments = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *arguments])
        capsys.readouterr()
        status = status_of(typer.main.get_command(app), arguments)
        said = capsys.readouterr()
        return status, said.out, re.sub(r"^month \d+ of \d+\n", "", said.err, flags=re.MULTILINE)

    return typed


def names(path):
    return sorted(file.name for file in path.iterdir())


def test_a_file_is_compared_with_itself_changed(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    options = ("--set", "firms.Lean.price=0.9", "--replications", 3, "--out", out)
    status, said, told = tsunagari("compare", file, *options)
    assert (status, told) == (0, "")
    assert "firms.Lean.price: 1.0 → 0.9" in said
    assert "pairing did the work of" in " ".join(said.split())
    assert str(out) in said.splitlines()[-1]
    tables = {f"{table}.parquet" for table in TABLES}
    pictures = {"differences.png", "differences.svg"}
    written = tables | pictures | {"run.json", "scenario.yaml", "scenario-2.yaml"}
    assert set(names(out)) == written
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["status"] == "complete"
    labels = ["市場", "市場 (firms.Lean.price=0.9)"]
    assert [scenario["scenario"] for scenario in record["scenarios"]] == labels
    firms = read_table(out / "firms.parquet")
    assert list(dict.fromkeys(firms["scenario"])) == labels
    for label in labels:
        assert set(firms["replication"][firms["scenario"] == label]) == {0, 1, 2}
    differences = read_table(out / "differences.parquet")
    assert set(differences["scenario"]) == {labels[1]}
    assert set(differences["base"]) == {labels[0]}
    with Image.open(out / "differences.png") as image:
        assert image.text["Title"] == "Difference in market_share: 市場 (firms.Lean.price=0.9)"
        assert "largest for" in image.text["Description"]


def test_a_scenario_and_itself_differ_by_nothing(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    options = ("--format", "csv", "--no-figures", "--quiet", "--replications", 2, "--out", out)
    assert tsunagari("compare", file, file, *options)[::2] == (0, "")
    differences = read_table(out / "differences.csv")
    assert len(differences["difference"]) > 100
    defined = differences["pairs"] > 0
    assert (differences["difference"][defined] == 0.0).all()
    assert np.isnan(differences["difference"][~defined]).all()
    assert set(differences["scenario"]) == {"市場 (2)"}
    assert "differences.png" not in names(out)


def test_the_files_written_give_the_same_again(tsunagari, file, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    options = ("--no-figures", "--quiet")
    first = ("--variant", "firms.Lean.price=0.9", "--seed", 5, "--replications", 2, "--out", one)
    assert tsunagari("compare", file, *first, *options)[0] == 0
    second = (one / "scenario-2.yaml", "--replications", 2, "--out", two)
    assert tsunagari("compare", one / "scenario.yaml", *second, *options)[0] == 0
    for table in TABLES:
        name = f"{table}.parquet"
        assert (one / name).read_bytes() == (two / name).read_bytes(), name


def test_variants_are_scenarios_each(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    variants = ("--variant", "firms.Lean.price=0.9; market.exit=0", "--variant", "events=[]")
    late = ("--variant", 'story="a; b"; firms.Spark.price=2', "--set", "market.months=3")
    options = ("--json", "--replications", 2, "--at", 1, "--at", 3, "--measure", "hhi")
    status, said, told = tsunagari("compare", file, *variants, *late, *options, "--out", out)
    assert (status, told) == (0, "")
    found = json.loads(said)
    assert found["months"] == [1, 3]
    assert [[c["path"] for c in part["changes"]] for part in found["scenarios"]] == [
        ["market.exit", "firms.Lean.price"],
        [],
        ["firms.Spark.price"],
    ]
    (row,) = found["scenarios"][0]["differences"]
    assert (row["measure"], row["firm"], row["pairs"]) == ("hhi", "", 2)
    pictures = {name for name in names(out) if name.endswith(".png")}
    assert pictures == {f"differences-{number}.png" for number in (2, 3, 4)}
    assert {"scenario-2.yaml", "scenario-3.yaml", "scenario-4.yaml"} < set(names(out))
    assert set(read_table(out / "differences.parquet")["month"]) == {1, 3}


def test_options_are_for_all_and_notes_are_told_once(tsunagari, file, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("market: {customers: 50, months: 9}\n")
    options = ("--customers", 60, "--replications", 2, "--out", tmp_path / "out", "--no-figures")
    status, said, told = tsunagari("compare", file, other, *options)
    assert status == 0
    assert (
        told == "note: the scenarios last between 4 and 9 months; what is compared is the first 4\n"
    )
    assert "market.months: 4 → 9" in said
    assert "customers" not in said.split("market_share")[0]
    assert said.startswith("other\n")


def test_precision_says_what_it_decided(tsunagari, file, tmp_path):
    options = ("--set", "firms.Lean.price=0.5", "--precision", 1e-5, "--limit", 11)
    status, said, _ = tsunagari(
        "compare", file, *options, "--out", tmp_path / "out", "--no-figures"
    )
    assert status == 0
    assert re.search(
        r"Stopped at the limit of 11 replications.* about [\d,]+", " ".join(said.split())
    )
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert len(record["replications"]) == 11
    assert record["comparison"]["precision"]["reached"] is False


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["{file}"], "one scenario alone cannot be compared; name another file, or what to change"),
        (["{file}", "none.yaml"], "none.yaml: there is neither such a file"),
        (["{file}", "--set", "firms.Lear.price=1"], "did you mean firms.Lean.price?"),
        (["{file}", "--variant", "firms.Lear.price=1"], "--variant firms.Lear.price=1: nothing in"),
        (["{file}", "--variant", "price"], "--variant price: is not of the form path=value"),
        (["{file}", "{file}", "--at", "9"], "--at 9: there is no such month"),
        (["{file}", "{file}", "--measure", "hh"], "--measure hh: is no measure"),
        (["{file}", "{file}", "--precision", "-1"], "--precision -1: must be greater than 0"),
        (["{file}", "{file}", "--precision", "1", "--limit", "5"], "--limit 5: must be at least"),
    ],
)  # fmt: skip
def test_wrong_input_is_a_sentence(tsunagari, file, tmp_path, arguments, told):
    typed = [argument.replace("{file}", str(file)) for argument in arguments]
    status, said, wrong = tsunagari("compare", *typed, "--out", tmp_path / "out")
    assert (status, said) == (2, "")
    assert told in wrong
    assert wrong.count("\n") == 1
    assert names(tmp_path) == ["small.yaml"]


def test_a_problem_of_both_is_told_once(tsunagari, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text("market: {customers: -1}\nmarked: 3\n")
    status, _, wrong = tsunagari("compare", file, "--set", "seed=x")
    assert status == 2
    assert wrong.count("bad.yaml:1") == 1
    assert "--set seed=x" in wrong


def test_a_result_is_replaced_by_force_only(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    options = ("--replications", 1, "--out", out, "--no-figures")
    variants = ("--variant", "firms.Lean.price=2", "--variant", "firms.Lean.price=3")
    assert tsunagari("compare", file, *variants, *options)[0] == 0
    assert "scenario-3.yaml" in names(out)
    assert tsunagari("compare", file, file, *options)[0] == 2
    assert tsunagari("compare", file, file, *options, "--force")[0] == 0
    assert "scenario-3.yaml" not in names(out)


def test_a_full_disk_is_a_sentence(tsunagari, file, tmp_path, monkeypatch):
    import errno

    import pyarrow.parquet

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pyarrow.parquet.ParquetWriter, "write_table", full)
    options = ("--replications", 1, "--out", tmp_path / "out")
    status, said, told = tsunagari("compare", file, file, *options)
    assert (status, said) == (1, "")
    assert "the disk is full" in told
    assert not (tmp_path / "out").exists()


@posix
def test_ctrl_c_leaves_nothing(tmp_path):
    file, out = tmp_path / "long.yaml", tmp_path / "out"
    file.write_text("market: {customers: 4000, months: 1200}\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "tsunagari", "compare", file, file, "--out", out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    try:
        while not out.exists():
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 130
    assert said == b""
    assert told.rstrip().endswith(b"interrupted")
    assert b"Traceback" not in told
    assert not out.exists()


def test_every_picture_is_drawn_whatever_is_compared():
    """A firm that comes, one that goes, thirty of them, and a measure that nobody has."""
    from tsunagari.experiments.studies.compare import compare
    from tsunagari.sim.scenario import Scenario

    many = [{"name": f"会社 {n}", "discipline": "none"} for n in range(30)]
    plan = Scenario().with_values({"market.customers": 80, "market.months": 4, "firms": many})
    events = [{"month": 2, "leave": "会社 1"}]
    (page,) = pages(compare([plan, plan.with_values({"events": events})], replications=2))
    assert page.description.endswith(".")
    few = plan.with_values({"firms": many[:2]})
    (page,) = pages(compare([few, few], replications=1, measure="retention_12"))
    assert "nothing is defined" in page.description
    (page,) = pages(compare([few, few], replications=1, measure="reach"))
    assert "largest for the market, 0" in page.description


def test_every_measure_has_the_unit_of_the_documentation():
    page = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    of_firms_and_market = page.split("## `segments`")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", of_firms_and_market, re.M)
    keys = ("scenario", "replication", "month", "firm", "discipline")
    for name, unit in rows:
        if name not in keys:
            assert unit_of(name) == unit.split(",")[0].strip(), name


def test_every_column_is_documented(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    options = ("--replications", 1, "--quiet", "--no-figures", "--out", out)
    assert tsunagari("compare", file, file, *options)[0] == 0
    page = (ROOT / "docs" / "compare.md").read_text(encoding="utf-8")
    rows = "\n".join(re.findall(r"^\| (`\w+`.*?) \|", page, re.M))
    for column in read_table(out / "differences.parquet"):
        assert f"`{column}`" in rows, column
