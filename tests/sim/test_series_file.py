"""A column of a file as the values of an event."""

from __future__ import annotations

import pytest

from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import dump
from tsunagari.sim.scenario import Scenario

TEXT = """\
extends: three-disciplines
market: {{customers: 100, months: 4}}
claims: []
events:
  - {{month: 2, set: firms.Lean.price, to: {to}}}
"""
TABLES = {
    "commas": "month,Lean,Spark\n1,0.9,1\n2,0.95,1\n",
    "semicolons and decimal commas": "month;Lean;Spark\n1;0,9;1\n2;0,95;1\n",
    "tabs, Windows, a mark": "\ufeffmonth\tLean\r\n1\t0.9\r\n\r\n2\t0.95\r\n",
}


def written(folder, to, table):
    (folder / "scenario.yaml").write_text(TEXT.format(to=to), encoding="utf-8")
    (folder / "prices.csv").write_bytes(table.encode())
    return folder / "scenario.yaml"


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_column_is_a_list_of_values(table, tmp_path):
    plan = Scenario.load(written(tmp_path, "{file: prices.csv, column: Lean}", table))
    assert plan.events[0].to == [0.9, 0.95]
    listed = Scenario.load(written(tmp_path, "[0.9, 0.95]", table))
    assert plan == listed
    market = Market(plan)
    market.run_for(4)
    assert market.live.firms["Lean"].price == 0.95


def test_what_is_resolved_needs_the_file_no_longer(tmp_path):
    plan = Scenario.load(written(tmp_path, "{file: prices.csv, column: Lean}", TABLES["commas"]))
    (tmp_path / "prices.csv").unlink()
    (tmp_path / "below").mkdir()
    dump(plan, tmp_path / "below" / "again.yaml")
    assert Scenario.load(tmp_path / "below" / "again.yaml") == plan
    assert plan.with_values({"market.customers": 50}).events == plan.events


@pytest.mark.parametrize(
    ("to", "table", "said"),
    [
        ("{file: prices.csv, column: Lena}", TABLES["commas"], "did you mean Lean"),
        ("{file: prices.csv, column: Zzzzz}", TABLES["commas"], "there are month, Lean, Spark"),
        ("{file: price.csv, column: Lean}", TABLES["commas"], "there is no such file"),
        ("{file: ., column: Lean}", TABLES["commas"], "cannot be read"),
        ("{file: prices.csv}", TABLES["commas"], "names the file and the column"),
        ("{file: 3, column: Lean}", TABLES["commas"], "names the file and the column"),
        ("{file: prices.csv, column: Lean, row: 3}", TABLES["commas"], "unknown key"),
        ("{file: prices.csv, column: Lean}", "month,Lean\n", "no row of values"),
        (
            "{file: prices.csv, column: Lean}",
            "month,Lean\n1,0.9\n2,\n",
            "line 3: the cell is empty",
        ),
        ("{file: prices.csv, column: Lean}", "month,Lean\n1,much\n", "line 2: 'much' is no number"),
        ("{file: prices.csv, column: Lean}", "month,Lean\n1,-0.9\n", "greater than 0"),
    ],
)
def test_what_is_wrong_is_told_once_in_a_sentence(to, table, said, tmp_path):
    with pytest.raises(Problems, match=said) as raised:
        Scenario.load(written(tmp_path, to, table))
    assert raised.value.problems[0].path.startswith("events")
    assert len(raised.value.problems) <= 2
