"""What is installed when asked for: without it, one sentence with the command."""

import sys

import pytest
import typer

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.fitting.table import read_table
from tsunagari.sim.problems import Failure
from tsunagari.sim.version import EXTRAS

ASKED = {
    "app": ("app", "--no-browser"),
    "film": ("animate", "three-disciplines", "--customers", "40", "--months", "1"),
    "cluster": ("sweep", "design.yaml", "--dask", "tcp://127.0.0.1:1"),
}


@pytest.mark.parametrize("extra", ASKED)
def test_a_missing_extra_is_one_sentence_with_its_command(extra, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, EXTRAS[extra], None)
    (tmp_path / "design.yaml").write_text(
        "scenario: three-disciplines\ndesign: grid\nfactors: {firms.Lean.price: [0.9, 1.0]}\n"
    )
    status = status_of(typer.main.get_command(app), ASKED[extra])
    told = capsys.readouterr().err
    assert status == 1
    assert told.endswith(f"pip install 'tsunagari[{extra}]'\n")
    assert "Traceback" not in told
    assert {path.name for path in tmp_path.rglob("*")} <= {"design.yaml", "results"}


def test_a_table_of_excel_asks_for_its_extra(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, EXTRAS["excel"], None)
    (tmp_path / "market.xlsx").write_bytes(b"PK")
    with pytest.raises(Failure, match=r"^reading market.xlsx needs .* 'tsunagari\[excel\]'$"):
        read_table(tmp_path / "market.xlsx")
    assert {*ASKED, "excel"} == set(EXTRAS)
