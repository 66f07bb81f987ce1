"""What ``check`` says of a scenario is what ``run`` says before month 1."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer

from tests.sim.network_cases import CASES
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of

SCENARIO = """\
title: A network of one's own
market: {months: 0}
network: {kind: file, file: network}
firms: [{name: Lean}]
"""
CODE = """\
from tsunagari import Discipline

class Fails(Discipline):
    def invest(self, firm, conditions):
        raise RuntimeError("not today")

def nothing(market):
    return "no number"
"""


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """Status, lines of both outputs and people of a command on ``s.yaml``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def saying(verb: str, *options: str) -> tuple[int, list[str], list[str]]:
        out = ["--out", "out", "--no-figures", "--no-claims"] if verb == "run" else []
        status = status_of(typer.main.get_command(app), [verb, "s.yaml", *options, *out])
        told = capsys.readouterr()
        return status, told.out.splitlines(), told.err.splitlines()

    yield saying
    shutil.rmtree("out", ignore_errors=True)


FIRST = {case.source: case for case in reversed(CASES) if case.people is not None}.values()
"""Running takes a while: of every source the first file that is read, and all that are refused."""


@pytest.mark.parametrize(
    "case",
    [
        case if case.people is None or case in FIRST else pytest.param(case, marks=pytest.mark.slow)
        for case in CASES
    ],
    ids=str,
)
def test_check_says_of_a_network_what_run_says(said, case):
    Path("network").write_bytes(case.data)
    Path("s.yaml").write_text(SCENARIO)
    status, out, notes = said("check")
    ran, _, run_notes = said("run")
    assert (status, notes) == (ran, run_notes)
    assert status == (2 if case.people is None else 0)
    assert len(notes) == 1 or all(line.startswith("note: ") for line in notes)
    if status == 0:
        people = len(case.people.split("|" if "|" in case.people else " "))
        record = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
        assert [f"note: {note}" for note in record["notes"]] == notes
        assert notes[0].startswith(f"note: network: {people} ")
        assert f" {len(case.weights)} tie" in notes[0]
        assert f", {people} customer" in out[0]
        assert f"customers: {people}" in Path("out/scenario.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("measures: ['mine_here:nothing']", 1),
        ("measures: ['mine_here:absent']", 2),
        ("firms: [{name: A, discipline: 'mine_here:CODE'}]", 2),
        ("network: {kind: file, file: none}", 2),
        ("network: {weights: mean-1}", 2),
        ("network: {kind: file, file: s.yaml, columns: {source: 0}}", 2),
        ("network: {kind: file, file: s.yaml, columns: {source: true}}", 2),
        ("network: {kind: file, file: s.yaml, digest: abc}", 2),
    ],
)
def test_check_refuses_what_run_refuses(said, text, status):
    Path("mine_here.py").write_text(CODE)
    Path("s.yaml").write_text(f"market: {{customers: 20, months: 1}}\n{text}\n")
    found = said("check", "--allow-code")
    assert found[0] == status
    assert (found[0], found[2]) == (said("run", "--allow-code")[0::2])


def test_a_resolved_scenario_gives_the_same_tables(said):
    Path("network").write_text("who,calls,whom,x\na,3,b,1\nb,1,c,2\nc,8,a,3\n")
    text = SCENARIO.replace("months: 0", "months: 2").replace(
        "file: network", "file: network, weights: mean-1, columns: {weight: calls}"
    )
    Path("s.yaml").write_text(text)
    assert said("run")[0] == 0
    Path("out").rename("before")
    resolved = Path("before/scenario.yaml").read_text(encoding="utf-8")
    assert "weight: calls" in resolved
    Path("s.yaml").write_text(resolved, encoding="utf-8")
    status, _, notes = said("run")
    assert status == 0
    assert notes[0] == (
        "note: network: 3 people, 3 ties, 2 friends on average, weights from 0.25 to 2, mean 1"
    )
    for table in Path("before").glob("*.parquet"):
        assert table.read_bytes() == Path("out", table.name).read_bytes()
    shutil.rmtree("before")
