"""The facts file: what is read of it, and what is wrong with it, each at its place."""

import datetime

import numpy as np
import pytest

from tests.experiments.fitting.written_tables import frame_of
from tsunagari.experiments.fitting.facts import Facts, of_months, read_facts
from tsunagari.experiments.fitting.table import read_table
from tsunagari.sim.problems import Problems
from tsunagari.sim.schema.keys import keys

SOUND = """\
people: 126_000_000
currency: JPY
us: Aoba
contract: {Aoba: 24, Birch: 0}
unit_cost: 2800
unserved: 0.05
tenure: 40
events:
  - {month: 2024-05, launch: Birch}
  - {month: 2025-02, enter: {name: Cedar}}
  - {month: 2025-08, leave: Cedar}
breaks: [2024-04]
leaving: number ported out or line given up
switching: {Aoba: {Birch: .8}, Birch: {Aoba: 0.7}}
survival: {Aoba: {12: 0.81, 24: .7}}
""".replace("126_000_000", "126000000")

WRONG = """\
peple: 126000000
us: Aobba
contract: {Aoba: 24, Birch: 12.5}
unit_cost: 2800
unserved: 1.5
events:
  - {month: 2024-01, launch: Birch}
  - {month: 5, launch: Zephyr}
breaks: [2024-04, 2026-01, soon]
switching: {Aoba: {Birch: .8, Aoba: .4}, Brich: {Aoba: 0.7}}
survival: {Aoba: {12: 0.81, 24: .9, x: .5}}
"""

TOLD = """\
facts.yaml:1:1 peple: unknown key; did you mean people?
facts.yaml:2:5 us: the table has no firm Aobba; did you mean Aoba?
facts.yaml:3:29 contract.Birch: must be a whole number, not 12.5; write 12 or 13
facts.yaml:4:12 unit_cost: is in a currency, and none is named; add currency: JPY or another
facts.yaml:5:11 unserved: must be less than 1, not 1.5
facts.yaml:7:13 events.0.month: must be after the table's first month, 2024-01, not 2024-01
facts.yaml:8:13 events.1.month: must be a month as the table writes them, not 5; write 2024-02 or \
the like
facts.yaml:8:24 events.1.launch: the table has no firm Zephyr; its firms are Aoba, Birch
facts.yaml:9:19 breaks.1: must be a month of the table, 2024-02 to 2024-08
facts.yaml:9:28 breaks.2: must be a month as the table writes them, not the text "soon"; write \
2024-02 or the like
facts.yaml:10:19 switching.Aoba: the parts sum to 1.2, more than 1; write parts of those who left
facts.yaml:10:37 switching.Aoba.Aoba: who leaves Aoba does not go to Aoba; leave it out
facts.yaml:10:42 switching.Brich: the table has no firm Brich; did you mean Birch?
facts.yaml:11:33 survival.Aoba."24": 0.9 is more than the 0.81 of 12; those who left do \
not come back
facts.yaml:11:37 survival.Aoba.x: a key must be a whole number here
"""


@pytest.fixture(scope="module")
def dated():
    frame = frame_of()
    return read_table(frame.assign(month=[f"2024-{month:02d}" for month in frame["month"]]))


@pytest.fixture
def read(tmp_path, monkeypatch, dated):
    monkeypatch.chdir(tmp_path)

    def of(text):
        (tmp_path / "facts.yaml").write_text(text, encoding="utf-8")
        return read_facts("facts.yaml", dated)

    return of


def test_churn_of_a_quarter_is_of_a_month_where_the_facts_say_so():
    frame = frame_of(8)
    quarters = [f"{2023 + at // 4}Q{at % 4 + 1}" for at in range(8)]
    frame["month"] = [quarters[month - 1] for month in frame["month"]]
    table = read_table(frame.assign(churn=0.09))
    (told,) = [note for note in table.notes if note.startswith("churn of a quarter")]
    assert told.endswith("write churn_per: quarter into the facts")
    assert of_months(table, Facts()) is table
    found = of_months(table, Facts(churn_per="quarter"))
    assert np.nanmax(found.values["churn"]) == pytest.approx(0.03)
    assert told not in found.notes
    assert any("divided by 3" in note for note in found.notes)
    with pytest.raises(Problems, match=r"churn_per: the table has no column churn"):
        of_months(read_table(frame), Facts(churn_per="year"))
    with pytest.raises(Problems, match=r"churn here is of the column leaves"):
        of_months(read_table(frame.assign(leaves=1)), Facts(churn_per="month"))


def test_months_are_counted_from_the_tables_first(read):
    facts = read(SOUND)
    assert [event.month for event in facts.events] == [4, 13, 19]
    assert facts.breaks == [3]
    assert (facts.people, facts.currency, facts.us) == (126_000_000, "JPY", "Aoba")
    assert facts.unserved == 0.05
    assert (facts.contract_of("Aoba"), facts.contract_of("Birch")) == (24, 0)
    assert (facts.contract_of("Cedar"), facts.tenure_of("Cedar")) == (None, 40)
    assert facts.survival == {"Aoba": {12: 0.81, 24: 0.7}}
    assert facts.switching["Birch"] == {"Aoba": 0.7}


def test_all_that_is_wrong_is_told_at_its_place(read):
    with pytest.raises(Problems) as raised:
        read(WRONG)
    assert str(raised.value) == TOLD.rstrip()


def test_what_keys_demand_of_one_another(read):
    with pytest.raises(Problems) as raised:
        read(
            "unit_cost: 2800\n"
            "switching: {Aoba: {Birch: .8, Aoba: .4}}\n"
            "survival: {Aoba: {24: .9, 12: .81}}\n"
        )
    assert str(raised.value).splitlines() == [
        "facts.yaml:1:12 unit_cost: is in a currency, and none is named; add currency: JPY or "
        "another",
        "facts.yaml:2:19 switching.Aoba: the parts sum to 1.2, more than 1; write parts of those "
        "who left",
        "facts.yaml:2:37 switching.Aoba.Aoba: who leaves Aoba does not go to Aoba; leave it out",
        'facts.yaml:3:23 survival.Aoba."24": 0.9 is more than the 0.81 of 12; those who left do '
        "not come back",
    ]


def test_a_table_that_counts_months_has_facts_that_count_them():
    table = read_table(frame_of().assign(month=[m + 4 for m in frame_of()["month"]]))
    facts = read_facts({"events": [{"month": 8, "launch": "Aoba"}], "breaks": [6]}, table)
    assert (facts.events[0].month, facts.breaks) == (3, [1])
    with pytest.raises(
        Problems, match=r"the facts: breaks\.0: must be a month of the table, 6 to 12"
    ):
        read_facts({"breaks": [13]}, table)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "facts.yaml:1:1: there are no facts in it"),
        ("[1]", "a facts file is a mapping of keys such as people and currency, not a list"),
        ("extends: other.yaml", "extends: unknown key"),
        ("people: \x07", "the control character U+0007 is not allowed in a facts file"),
        (
            "people: 1\npeople: 2",
            "facts.yaml:2:1 people: the key people is already there in line 1",
        ),
        ("currency: [", "facts.yaml:1:"),
    ],
)
def test_files_that_are_no_facts(read, text, message):
    with pytest.raises(Problems) as raised:
        read(text)
    assert message in str(raised.value)


def test_what_is_not_there_is_unknown(dated, tmp_path):
    assert read_facts(None, dated) == Facts()
    assert read_facts({}, dated).unserved == 0.04
    with pytest.raises(Problems, match="a facts file cannot hold"):
        read_facts({"breaks": [datetime.date(2024, 5, 1)]}, dated)
    with pytest.raises(Problems, match="is a folder, not a facts file"):
        read_facts(tmp_path, dated)


def test_every_key_says_what_it_is():
    own = [key for key in keys(Facts) if "." not in key.path]
    assert {key.path for key in own} == set(Facts.model_fields)
    assert all(key.meaning.endswith(".") for key in own)
