"""The command ``run`` from outside: what it prints, what it leaves, how it ends."""

import contextlib
import errno
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.cli.progress import MonthsDone
from tsunagari.experiments.runs.folder import ResultFolder
from tsunagari.experiments.runs.tables import read_table

ROOT = Path(__file__).parents[2]
TABLES = ["cohorts", "firms", "flows", "market", "segments"]
SCENARIO = """\
format: 1
title: 小さな市場
market: {customers: 150, months: 5}
events:
  - {month: 2, scandal: Lean}
  - {month: 4, enter: {name: Zero, discipline: disruptor}}
"""
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def tsunagari(capsys, monkeypatch):
    """Runs a command here: exit status, stdout, stderr without lines of progress.

    There is such a line when rules have to be compiled first, which takes long.
    """

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


def test_a_run_leaves_tables_pictures_and_an_answer(tsunagari, scenario, tmp_path):
    out = tmp_path / "out"
    status, said, told = tsunagari("run", scenario, "--out", out)
    assert (status, told) == (0, "")
    assert {f"{table}.parquet" for table in TABLES} | {"run.json", "scenario.yaml"} < set(
        names(out)
    )
    pictures = {Path(name).stem for name in names(out) if name.endswith(".png")}
    assert len(pictures) >= 3
    assert pictures == {Path(name).stem for name in names(out) if name.endswith(".svg")}
    assert "Lean" in said
    assert str(out) in said.splitlines()[-1]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["status"] == "complete"
    assert record["scenario"] == "小さな市場"
    assert record["months"] == 5
    assert {file["name"] for file in record["files"]} == set(names(out)) - {"run.json"}
    assert all((out / file["name"]).stat().st_size == file["bytes"] for file in record["files"])
    firms = read_table(out / "firms.parquet")
    assert set(firms["month"]) == set(range(6))
    assert set(firms["firm"]) == {"Lean", "Spark", "Tailor", "Broad", "Zero"}


def test_the_resolved_scenario_gives_the_same_tables(tsunagari, scenario, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    options = ("--seed", 9, "--replications", 2, "--set", "firms.Lean.price=0.9", "--no-figures")
    assert tsunagari("run", scenario, "--out", one, *options)[0] == 0
    assert tsunagari("run", one / "scenario.yaml", "--out", two, "--no-figures")[0] == 0
    for table in TABLES:
        name = f"{table}.parquet"
        assert (one / name).read_bytes() == (two / name).read_bytes()
    hashes = [json.loads((p / "run.json").read_text())["plan_hash"] for p in (one, two)]
    assert hashes[0] == hashes[1]


def test_csv_and_no_pictures(tsunagari, scenario, tmp_path):
    out = tmp_path / "out"
    options = ("--format", "csv", "--no-figures", "--months", 2, "--quiet")
    assert tsunagari("run", scenario, "--out", out, *options)[0] == 0
    tables = (f"{table}.csv" for table in TABLES)
    assert names(out) == sorted([*tables, "run.json", "scenario.yaml"])
    assert set(read_table(out / "market.csv")["month"]) == {0, 1, 2}


def test_json_is_all_there_is_on_stdout(tsunagari, scenario, tmp_path):
    options = ("--json", "--no-figures", "--months", 3)
    status, said, told = tsunagari("run", scenario, "--out", tmp_path / "out", *options)
    assert status == 0
    assert json.loads(said)["firms"][0]["name"] == "Lean"
    assert told.startswith("note: ")


def test_a_shorter_run_leaves_later_events_out(tsunagari, scenario, tmp_path):
    out = tmp_path / "out"
    status, _, told = tsunagari("run", scenario, "--out", out, "--months", 3, "--no-figures")
    assert status == 0
    assert told.count("\n") == 1
    assert "month 4" in told
    resolved = (out / "scenario.yaml").read_text(encoding="utf-8")
    assert "scandal: Lean" in resolved
    assert "Zero" not in resolved
    assert json.loads((out / "run.json").read_text())["notes"] == [told.removeprefix("note: ")[:-1]]


def test_quiet_is_silent(tsunagari, scenario, tmp_path):
    options = ("--months", 3, "--no-figures", "--quiet")
    assert tsunagari("run", scenario, "--out", tmp_path / "out", *options)[2] == ""


def test_progress_is_plain_and_rare_where_there_is_no_terminal(monkeypatch, capsys):
    clock = itertools.count(0, 3)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    for quiet in (False, True):
        with MonthsDone(9, quiet=quiet) as done:
            for _ in range(9):
                done(1)
    assert capsys.readouterr().err == "month 4 of 9\nmonth 8 of 9\n"


def test_a_folder_is_named_after_scenario_and_time(tsunagari, scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tsunagari("run", scenario, "--months", 1, "--no-figures")[0] == 0
    (folder,) = (tmp_path / "results").iterdir()
    assert re.fullmatch(r"small-\d{8}-\d{6}", folder.name)


def test_a_network_from_a_file_is_pinned(tsunagari, tmp_path):
    ties = "".join(f"{i} {(i + step) % 40}\n" for i in range(40) for step in (1, 2))
    (tmp_path / "net.txt").write_text(ties)
    file = tmp_path / "mine.yaml"
    file.write_text(
        "format: 1\nmarket: {customers: 90, months: 2}\nnetwork: {kind: file, file: net.txt}\n"
    )
    out = tmp_path / "out"
    status, _, told = tsunagari("run", file, "--out", out, "--no-figures")
    assert status == 0
    assert "40 customers" in told
    resolved = (out / "scenario.yaml").read_text(encoding="utf-8")
    assert str(tmp_path / "net.txt") in resolved
    assert re.search(r"^  digest: .?[0-9a-f]{32}", resolved, re.MULTILINE)
    assert "customers: 40" in resolved
    again = tmp_path / "again"
    status, _, told = tsunagari("run", out / "scenario.yaml", "--out", again, "--no-figures")
    note = "note: net.txt: 40 people, 80 ties, 4 friends on average, all ties weigh the same\n"
    assert (status, told) == (0, note)
    status, _, told = tsunagari("run", file, "--customers", 30, "--out", tmp_path / "no")
    assert status == 2
    assert "--customers 30" in told
    assert not (tmp_path / "no").exists()


def test_a_missing_network_leaves_no_folder(tsunagari, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\nnetwork: {kind: file, file: none.txt}\n")
    status, _, told = tsunagari("run", file, "--out", tmp_path / "out")
    assert status == 2
    assert "none.txt" in told
    assert names(tmp_path) == ["mine.yaml"]


def test_a_folder_that_is_not_empty_is_refused_before_anything_heavy(scenario, tmp_path):
    code = (
        "import sys, typer; from tsunagari.experiments.cli import app;"
        "from tsunagari.experiments.cli.process import status_of;"
        "print(status_of(typer.main.get_command(app), sys.argv[1:]));"
        "print([m for m in ('mesa', 'numba', 'pandas', 'matplotlib', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", scenario, "--out", tmp_path],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "2\n[]\n"
    assert "not empty" in done.stderr
    assert names(tmp_path) == ["small.yaml"]


def test_a_folder_in_use_is_refused(tsunagari, scenario, tmp_path):
    with ResultFolder(tmp_path / "out"):
        status, _, told = tsunagari("run", scenario, "--out", tmp_path / "out", "--force")
    assert status == 2
    assert "another process" in told


def test_force_replaces_a_result(tsunagari, scenario, tmp_path):
    out = tmp_path / "out"
    assert tsunagari("run", scenario, "--out", out, "--format", "csv", "--months", 2)[0] == 0
    (out / "notes.txt").write_text("mine")
    assert tsunagari("run", scenario, "--out", out)[0] == 2
    assert tsunagari("run", scenario, "--out", out, "--force", "--no-figures")[0] == 0
    tables = [f"{table}.parquet" for table in TABLES]
    assert names(out) == sorted([*tables, "notes.txt", "run.json", "scenario.yaml"])


def test_a_full_disk_is_a_sentence(tsunagari, scenario, tmp_path, monkeypatch):
    import pyarrow.parquet

    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pyarrow.parquet.ParquetWriter, "write_table", full)
    status, said, told = tsunagari("run", scenario, "--out", tmp_path / "out", "--no-figures")
    assert (status, said) == (1, "")
    assert "the disk is full" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


LONG = "format: 1\nmarket: {customers: 4000, months: 1200}\n"


@contextlib.contextmanager
def running(tmp_path, out):
    """A long run in a process of its own, in the middle of its months; its stderr a terminal."""
    import pty

    file = tmp_path / "long.yaml"
    file.write_text(LONG)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tsunagari", "run", file, "--out", out, "--no-figures"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
    )
    os.close(theirs)
    seen = b""
    try:
        while not re.search(rb" [1-9][0-9]*/1200", seen):
            part = read(ours)
            assert part, seen
            seen += part
        yield process, ours
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


def read(terminal):
    """What is there to read; nothing when the other end is closed."""
    try:
        return os.read(terminal, 1000)
    except OSError:
        return b""


@posix
def test_ctrl_c_leaves_nothing_and_says_so(tmp_path):
    with running(tmp_path, tmp_path / "out") as (process, terminal):
        assert names(tmp_path / "out") == [".lock", f".writing-{process.pid}"]
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
        told = b"".join(iter(lambda: read(terminal), b""))
    assert process.returncode == 130
    assert time.monotonic() - started < 5
    assert said == b""
    assert told.rstrip().endswith(b"interrupted")
    assert b"Traceback" not in told
    assert b"\x1b[3" not in told  # no colours
    assert not (tmp_path / "out").exists()


@posix
def test_a_killed_run_is_no_result_and_force_clears_it(tsunagari, scenario, tmp_path):
    out = tmp_path / "out"
    with running(tmp_path, out) as (process, _):
        process.kill()
        process.wait()
    assert names(out) == [".lock", f".writing-{process.pid}"]
    status, _, told = tsunagari("run", scenario, "--out", out)
    assert status == 2
    assert "interrupted run" in told
    assert tsunagari("run", scenario, "--out", out, "--force", "--no-figures")[0] == 0
    assert [name for name in names(out) if name.startswith(".")] == []
