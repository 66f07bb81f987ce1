"""The command line: checking, starting, listing, and how every command ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tsunagari import scenarios
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.cli.registry import COMMANDS, Entry
from tsunagari.sim.problems import Failure

ROOT = Path(__file__).resolve().parents[2]
GOOD = """\
title: 繋がり
market: {customers: 50, months: 24}
firms:
  - {name: Lean, discipline: operational-excellence}
  - {name: A.B, price: 0.9}
events:
  - {month: 12, set: stickiness.location, to: 0.1}
"""


def tsunagari(*arguments: str, **settings) -> int:
    """The exit status of a command run in this process."""
    return status_of(typer.main.get_command(app), arguments)


def in_a_process(*arguments: str, cwd: Path, **settings) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "tsunagari", *arguments],
        cwd=cwd, env=environment, capture_output=True, timeout=60, check=False, **settings,
    )  # fmt: skip


@pytest.fixture
def good(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.yaml").write_text(GOOD, encoding="utf-8")
    return "s.yaml"


def test_a_sound_scenario(good, capsys):
    assert tsunagari("check", good) == 0
    out, err = capsys.readouterr()
    assert out == "s.yaml: ok, 2 firms, 3 segments, 50 customers, 24 months, 1 event\n"
    assert err == ""


def test_options_and_notes(good, capsys):
    assert tsunagari("check", good, "--set", 'firms."A.B".price=2', "--set=market.months=6") == 0
    out, err = capsys.readouterr()
    assert out == "s.yaml: ok, 2 firms, 3 segments, 50 customers, 6 months, 0 events\n"
    assert err == "note: an event after month 6, where this run ends, left out (month 12)\n"
    assert tsunagari("check", good, "--set=market.months=6", "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_every_problem_at_once_on_stderr(good, capsys):
    text = "titel: x\nmarket: {customers: 0}\nfirms:\n  - {name: A, pirce: 1}\n"
    Path(good).write_text(text, encoding="utf-8")
    assert tsunagari("check", good, "--set", "market.month=3") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "s.yaml:1:1 titel: unknown key; did you mean title?",
        "s.yaml:2:21 market.customers: must be at least 1, not 0",
        "s.yaml:4:15 firms.A.pirce: unknown key; did you mean price?",
        "--set market.month=3: unknown key; did you mean market.months?",
    ]


def test_what_keys_demand_of_each_other_comes_with_the_rest(good, capsys):
    text = (
        "titel: x\nfirms:\n  - {name: A, discipline: operational-excelence}\n  - {name: A}\n"
        "events:\n  - {month: 500, leave: A}\n"
    )
    Path(good).write_text(text, encoding="utf-8")
    assert tsunagari("check", good) == 2
    places = [line.partition(": ")[0] for line in capsys.readouterr().err.splitlines()]
    assert places == [
        "s.yaml:1:1 titel",
        "s.yaml:3:27 firms.A.discipline",
        "s.yaml:4:12 firms.1.name",
        "s.yaml:6:13 events.0.month",
    ]


def test_a_missing_file(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert tsunagari("check", "no.yaml") == 2
    assert capsys.readouterr().err.startswith("no.yaml: there is neither such a file nor")


def test_code_must_be_allowed(good, capsys):
    Path(good).write_text("firms: [{name: A, discipline: 'm:C'}]", encoding="utf-8")
    assert tsunagari("check", good) == 2
    assert "add --allow-code if you trust it" in capsys.readouterr().err
    assert tsunagari("check", good, "--allow-code") == 2
    assert "'m:C' cannot be imported: No module named 'm'" in capsys.readouterr().err


def test_a_new_scenario_is_sound_and_never_replaces_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert tsunagari("new", "my-market.yaml") == 0
    text = Path("my-market.yaml").read_text(encoding="utf-8")
    assert "title: My market\n" in text
    assert "# People in the market, as many as are simulated. (customers, ≥ 1" in text
    assert tsunagari("check", "my-market.yaml") == 0
    Path("my-market.yaml").write_text("mine", encoding="utf-8")
    capsys.readouterr()
    assert tsunagari("new", "my-market.yaml") == 2
    assert capsys.readouterr().err == "my-market.yaml: exists already; --force replaces it\n"
    assert Path("my-market.yaml").read_text(encoding="utf-8") == "mine"
    assert tsunagari("new", "my-market.yaml", "--force") == 0
    assert Path("my-market.yaml").read_text(encoding="utf-8") == text
    assert tsunagari("new", "no/such/folder.yaml") == 2
    assert tsunagari("new", ".", "--force") == 2
    assert capsys.readouterr().err.count("cannot be written") == 2


def test_a_new_scenario_says_what_the_defaults_are(tmp_path):
    from tsunagari.experiments.cli.scenarios import commented_scenario
    from tsunagari.sim.reading import load_as
    from tsunagari.sim.scenario import Scenario

    (tmp_path / "n.yaml").write_text(commented_scenario("yes: no"), encoding="utf-8")
    plan, _ = load_as(Scenario, tmp_path / "n.yaml")
    assert plan.title == "yes: no"
    assert plan.model_copy(update={"title": "", "story": ""}) == Scenario()


def test_the_list_is_aligned_also_in_japanese(tmp_path, monkeypatch, capsys):
    (tmp_path / "繋がり.yaml").write_text("title: 'It''s Japanese' # yes\n", encoding="utf-8")
    (tmp_path / "connected.yaml").write_text("market: {}\ntitle: Age  # of it\n", encoding="utf-8")
    (tmp_path / "bare.yaml").write_text("market: {title: x}\n", encoding="utf-8")
    monkeypatch.setattr(scenarios, "_folder", lambda: tmp_path)
    assert tsunagari("list") == 0
    assert capsys.readouterr().out.splitlines() == [
        "bare       bare",
        "connected  Age",
        "繋がり     It's Japanese",
    ]


def test_the_schema_is_json(capsys):
    assert tsunagari("schema") == 0
    assert "customers" in json.loads(capsys.readouterr().out)["$defs"]["Market"]["properties"]


@pytest.mark.parametrize(
    "arguments", [["chek"], ["check"], ["check", "--foo", "x"], ["check", "a", "b"], ["--foo"], []]
)
def test_wrong_usage_is_2(arguments, capsys):
    assert tsunagari(*arguments) == 2
    out, err = capsys.readouterr()
    assert "Usage: tsunagari" in out + err


def test_a_misspelt_command_is_recognised(capsys):
    assert tsunagari("chek") == 2
    assert "check" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name, capsys):
    assert tsunagari(name, "--help") == 0
    out = capsys.readouterr().out
    assert f"tsunagari {name}" in out.partition("Example")[2]
    assert "Traceback" not in out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says(name, capsys):
    entry = COMMANDS[name]
    assert entry.summary == (entry.function().__doc__ or "").splitlines()[0]
    assert tsunagari("--help") == 0
    assert f"  {name} " in capsys.readouterr().out


class _Ends:
    """Commands that end in every way."""

    raised: BaseException

    @staticmethod
    def end() -> None:
        """End."""
        raise _Ends.raised


@pytest.mark.parametrize(
    ("raised", "status", "told"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (typer.Abort(), 130, "interrupted\n"),
        (typer.Exit(3), 3, ""),
        (Failure("the trial failed"), 1, "tsunagari: the trial failed\n"),
        (MemoryError(), 1, "tsunagari: not enough memory\n"),
        (OSError(28, "No space left on device", "x"), 1, "tsunagari: x: No space left on device\n"),
        (typer.BadParameter("no"), 2, "Error: Invalid value: no\n"),
    ],
)
def test_every_end_has_its_status(raised, status, told, monkeypatch, capsys):
    monkeypatch.setattr(Entry, "function", lambda _: _Ends.end)
    monkeypatch.setattr(_Ends, "raised", raised, raising=False)
    assert tsunagari("list") == status
    assert capsys.readouterr().err.endswith(told)


def test_a_mistake_of_the_program_is_not_hidden(monkeypatch):
    monkeypatch.setattr(Entry, "function", lambda _: _Ends.end)
    monkeypatch.setattr(_Ends, "raised", ZeroDivisionError("a bug"), raising=False)
    with pytest.raises(ZeroDivisionError):
        tsunagari("list")
    monkeypatch.setattr(_Ends, "raised", SystemExit(7))
    with pytest.raises(SystemExit, match="7"):
        tsunagari("list")


def test_the_process_ends_with_the_status(good, tmp_path):
    assert in_a_process("check", good, cwd=tmp_path).returncode == 0
    assert in_a_process("check", "no", cwd=tmp_path).returncode == 2
    done = in_a_process("--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"tsunagari ")


def test_output_is_utf_8_whatever_the_system_says(good, tmp_path):
    Path(good).write_text("titel: 繋\nfirms: [{name: 繋, price: 0}]", encoding="utf-8")
    environment = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = in_a_process("check", good, cwd=tmp_path, env=environment)
    assert "firms.繋.price: must be greater than 0".encode() in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end differently there")
def test_a_reader_who_leaves_is_no_error(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "tsunagari", "schema"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_somebody_elses_packages_of_our_folders_names_harm_nobody(good, tmp_path):
    for name in ("agents", "sim", "experiments", "scenarios"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise ImportError('theirs')")
    done = in_a_process("check", good, cwd=tmp_path)  # -m puts this folder first on the path
    assert (done.returncode, done.stderr) == (0, b"")
