"""The commands ``sweep`` and ``merge`` from outside: what they print and how they end."""

import itertools
import json
import re
import sys
import time

import pytest
import typer
from sweeping import assert_same, trials_in

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.cli.progress import TrialsDone, in_words, time_left
from tsunagari.experiments.runs.folder import FolderLock
from tsunagari.experiments.runs.trial import run_trial
from tsunagari.experiments.studies.store import Counts

FILE = """\
scenario: base.yaml
factors:
  firms.Lean.price: {low: 0.8, high: 1.2, steps: 4}
design: grid
replications: 2
keep: [firms, market, segments, cohorts, flows]
"""
BASE = "format: 1\nmarket: {customers: 120, months: 3}\n"
DISCIPLINE = """\
from tsunagari.agents.firm.discipline import Discipline

class Moody(Discipline):
    name = "moody"

    def asking_price(self, firm, conditions):
        if firm.terms.price > 1.1:
            raise RuntimeError("too\\ndear")
        return firm.unit_cost
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE)
    path = tmp_path / "prices.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def tsunagari(capsys, monkeypatch, tmp_path):
    """Runs a command here: exit status, stdout, stderr without lines of progress."""
    monkeypatch.chdir(tmp_path)

    def typed(*arguments):
        arguments = [str(argument) for argument in arguments]
        capsys.readouterr()
        status = status_of(typer.main.get_command(app), arguments)
        said = capsys.readouterr()
        return status, said.out, re.sub(r"^trial \d+ of .* left\n", "", said.err, flags=re.M)

    return typed


def test_a_sweep_from_the_command_line(tsunagari, file, tmp_path):
    status, said, told = tsunagari("sweep", file)
    assert (status, told) == (0, "")
    (folder,) = (tmp_path / "results").iterdir()
    assert re.fullmatch(r"prices-[0-9a-f]{8}", folder.name)
    first, second, prices, third = said.splitlines()
    assert first == "8 of 8 trials done"
    assert re.fullmatch(r"8 of them just now, in [\d.]+ seconds: [\d.]+ a second", second)
    assert prices.startswith("Prices: held")
    assert third == f"Tables: results/{folder.name}"
    assert {"firms", "market", "segments", "cohorts", "flows"} < {
        path.name for path in folder.iterdir()
    }
    assert len(trials_in(folder)) == 8

    status, said, told = tsunagari("sweep", file)
    assert (status, told) == (0, "8 of 8 trials are there already\n")
    assert said.splitlines()[1] == "nothing was left to do"
    assert tsunagari("sweep", file, "--quiet")[2] == ""


def test_the_tables_are_those_of_runs(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    assert tsunagari("sweep", file, "--out", out, "--threads", 2)[0] == 0
    from tsunagari.experiments.studies.sweep import SweepResults
    from tsunagari.experiments.studies.sweep_file import read_experiment

    done = SweepResults(out, Counts(8, 0, 8))
    for planned in read_experiment(file)[0].trials()[::3]:
        expected = run_trial(planned.trial, 1).tables
        for name in ("firms", "cohorts", "flows"):
            found = done.table(name).query(f"key == '{planned.trial.key}'")
            for column, values in expected[name].items():
                assert found[column].tolist() == pytest.approx(list(values), nan_ok=True) or list(
                    found[column]
                ) == list(values)


def test_json_is_all_there_is_on_stdout(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    counts = {"done": 0, "failed": 0, "total": 8}
    status, said, _ = tsunagari("sweep", file, "--out", out, "--status", "--json")
    assert (status, json.loads(said)) == (0, counts)
    assert not out.exists()
    status, said, _ = tsunagari("sweep", file, "--out", out, "--json")
    summary = json.loads(said)
    assert status == 0
    assert summary["folder"] == str(out)
    assert (summary["done"], summary["failed"], summary["total"], summary["run"]) == (8, 0, 8, 8)
    assert summary["rate"] == pytest.approx(8 / summary["seconds"], rel=0.01)
    lock = FolderLock(out)
    status, said, _ = tsunagari("sweep", file, "--out", out, "--status", "--json")
    lock.release()
    assert (status, json.loads(said)) == (0, counts | {"done": 8})
    status, said, _ = tsunagari("sweep", file, "--out", out, "--status")
    assert said == f"8 of 8 trials done, 0 failed: {out}\n"


def test_failed_trials_are_told_at_the_end(tsunagari, file, tmp_path):
    (tmp_path / "moods.py").write_text(DISCIPLINE)
    with (tmp_path / "base.yaml").open("a") as base:
        base.write("firms: [{name: Lean, discipline: 'moods:Moody'}]\n")
    out = tmp_path / "out"
    status, _, told = tsunagari("sweep", file, "--out", out)
    assert status == 2
    assert "--allow-code" in told
    assert not out.exists()
    for arguments, before in (
        (("--workers", 2), ""),
        ((), "8 of 8 trials are there already\n"),
        (("--retry-failed",), "6 of 8 trials are there already\n"),
    ):
        command = ("sweep", file, "--out", out, "--allow-code", *arguments)
        status, said, told = tsunagari(*command)
        assert status == 1
        assert said.startswith("6 of 8 trials done, 2 failed\n")
        assert told.startswith(f"{before}tsunagari: 2 trials of 8 failed; column error of ")
        assert "--retry-failed" in told
    errors = trials_in(out).column("error").to_pylist()
    why = "discipline moods:Moody of Lean, month 0: RuntimeError: too; dear (moods.py, line 8)"
    assert [error for error in errors if error] == [why] * 2


def test_options_reach_the_design(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    options = ("--customers", 90, "--months", 2, "--seed", 7, "--replications", 1)
    command = ("sweep", file, "--out", out, "--set", "firms.Lean.share=0.3", *options)
    assert tsunagari(*command)[0] == 0
    trials = trials_in(out)
    assert set(trials.column("seed").to_pylist()) == {7}
    assert len(trials) == 4
    text = (out / "scenario.yaml").read_text()
    assert "customers: 90" in text
    assert "share: 0.3" in text
    assert tsunagari("sweep", out / "design.yaml", "--out", out)[1].startswith("4 of 4")


def test_what_is_wrong_is_told_before_anything_is_written(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "bad.yaml").write_text(FILE.replace("grid", "gird"))
    for arguments, why in (
        ((tmp_path / "bad.yaml",), "bad.yaml:4:9 design"),
        ((file, "--shard", "9/4"), "--shard 9/4: there is no shard 9 of 4"),
        ((file, "--set", "firms.Lean.prize=1"), "firms.Lean.price"),
        ((tmp_path / "none.yaml",), "none.yaml"),
        ((file, "--dask", "nowhere"), "leave one of them out"),
    ):
        status, said, told = tsunagari("sweep", *arguments, "--out", out, "--workers", 2)
        assert (status, said) == (2, ""), told
        assert why in told
        assert "Traceback" not in told
    assert not out.exists()


def test_another_design_is_refused_and_force_starts_over(tsunagari, file, tmp_path):
    out = tmp_path / "out"
    assert tsunagari("sweep", file, "--out", out, "--months", 1)[0] == 0
    for arguments in ((), ("--status",)):
        status, _, told = tsunagari("sweep", file, "--out", out, *arguments)
        assert status == 2
        assert told.startswith(f"--out {out}: the folder holds another design")
    assert tsunagari("sweep", file, "--out", out, "--force")[0] == 0
    assert tsunagari("sweep", file, "--out", tmp_path / "other")[0] == 0
    assert_same(out, tmp_path / "other")


def test_shards_and_merge(tsunagari, file, tmp_path):
    assert tsunagari("sweep", file, "--out", tmp_path / "whole")[0] == 0
    for index in range(3):
        status, said, _ = tsunagari("sweep", file, "--shard", f"{index}/3")
        assert status == 0
        assert re.search(rf"Tables: results/prices-[0-9a-f]{{8}}-shard-{index}-of-3\n", said)
    shards = sorted((tmp_path / "results").iterdir())
    status, _, told = tsunagari("merge", *shards[1:])
    assert status == 2
    assert told.startswith("shard 0/3 is missing, 3 of 8 trials")
    status, said, told = tsunagari("merge", *shards)
    assert (status, told) == (0, "")
    folder = said.splitlines()[-1].removeprefix("Tables: ")
    assert_same(tmp_path / "whole", tmp_path / folder)
    status, said, _ = tsunagari("merge", *shards, "--out", tmp_path / "again", "--json")
    assert json.loads(said) == {
        "folder": str(tmp_path / "again"), "done": 8, "failed": 0, "total": 8
    }  # fmt: skip
    assert_same(tmp_path / "whole", tmp_path / "again")


def test_progress_is_plain_and_rare_where_there_is_no_terminal(monkeypatch, capsys):
    clock = itertools.count(0, 2)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    for quiet in (False, True):
        with TrialsDone(quiet=quiet) as watcher:
            watcher.begin(Counts(100, 20, 200))
            for done in range(101, 113):
                watcher.progress(Counts(done, 20, 200))
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "120 of 200 trials are there already",
        "trial 125 of 200, 30.0 a minute, 2 min 30 s left",
        "trial 130 of 200, 30.0 a minute, 2 min 20 s left",
    ]


def test_a_terminal_gets_a_bar_with_rate_and_time_left(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys, "__stderr__", sys.stderr)
    monkeypatch.setattr("tsunagari.experiments.cli.progress.size_of_terminal", lambda: (80, 24))
    with TrialsDone() as watcher:
        watcher.begin(Counts(0, 0, 3))
        for done in range(1, 4):
            time.sleep(0.11)  # seldom enough to be shown
            watcher.progress(Counts(done, 0, 3))
    told = capsys.readouterr().err
    assert "2/3" in told
    assert "trial/s" in told


def test_durations_are_told_as_one_would_say_them():
    assert [time_left(s) for s in (0.4, 59, 61, 3600, 90061)] == [
        "0 s", "59 s", "1 min 1 s", "1 h 0 min", "25 h 1 min"
    ]  # fmt: skip
    assert [in_words(r) for r in (18.21, 0.5, 0.001)] == [
        "18.2 a second",
        "30.0 a minute",
        "3.6 an hour",
    ]
