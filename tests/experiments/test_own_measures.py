"""Measures of one's own: columns like the others, told apart and refused where they cannot be."""

import copy
import pickle
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from replicated import run_replications

from tsunagari.__main__ import main
from tsunagari.experiments.studies.compare import compare
from tsunagari.sim.market import Market
from tsunagari.sim.own_code import OwnCodeError
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

MODULE = """\
from tsunagari import Customer


def regulars(market, firm):
    tenure = market.customers_of(firm).get("tenure")
    return (tenure >= 24).mean() if len(tenure) else None


def among_friends(market):
    return market.agents_by_type[Customer].get("friends_here").mean()


def broken(market, firm):
    return 1 / (market.month - 2)


no_function = 3


def three(market, firm, more):
    return 0.0
"""
SCENARIO = """\
title: Own
market: {customers: 120, months: 3}
firms:
  - {name: Lean, discipline: operational-excellence}
  - {name: Broad, discipline: none}
events: [{month: 2, leave: Broad}]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a module that no other test has imported, and a scenario that names it."""
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own_measures_here.py").write_text(MODULE, encoding="utf-8")
    write("regulars", "among_friends")
    yield tmp_path
    sys.modules.pop("own_measures_here", None)


def write(*functions, more="", to="s.yaml"):
    names = ", ".join(f"own_measures_here:{name}" for name in functions)
    with open(to, "w", encoding="utf-8") as file:
        file.write(f"{SCENARIO}measures: [{names}]\n{more}")


@pytest.fixture
def tsunagari(folder, monkeypatch, capsys):
    """Runs a command there: exit status, stdout, lines on stderr."""

    def typed(*arguments):
        monkeypatch.setattr(sys, "argv", ["tsunagari", *map(str, arguments)])
        with pytest.raises(SystemExit) as ending:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return ending.value.code, said.out, said.err.splitlines()

    return typed


def plan(**values):
    small = {"market.customers": 120, "market.months": 3}
    return Scenario.load("three-disciplines").with_values(small | values)


def regulars(market, firm):
    tenure = market.customers_of(firm).get("tenure")
    return (tenure >= 24).mean() if len(tenure) else None


def crowd(market):
    return market.population.people


# -- in Python -------------------------------------------------------------------------------------


def test_a_measure_is_a_column_of_its_own_after_all_others_and_changes_none():
    market = Market(plan(), measures={"regulars": regulars, "crowd": crowd})
    plain = Market(plan())
    for each in (market, plain):
        each.run_for(3)
    found, without = market.results, plain.results
    assert found.firms.columns[-1] == "regulars"
    assert found.firms.drop(columns="regulars").equals(without.firms)
    assert found.market.columns[-1] == "crowd"
    assert found.market.crowd.tolist() == [120.0] * 4
    firm = market.firm("Tailor")
    tenure = market.population.column("tenure")[market.population.column("provider") == firm.index]
    last = found.firms.set_index(["month", "firm"]).regulars[3, "Tailor"]
    assert len(tenure) == firm.customers > 0
    assert last == np.mean(tenure >= 24) > 0.0


def test_undefined_is_nan_and_a_firm_is_measured_as_long_as_it_is_listed():
    called = []

    def odd(market, firm):
        called.append((market.month, firm.name))
        return float(firm.index) if market.month % 2 else None

    events = [
        {"month": 1, "leave": "Broad"},
        {"month": 2, "enter": {"name": "Zero", "discipline": "disruptor"}},
    ]
    market = Market(plan(events=events), measures={"odd": odd})
    market.run_for(3)
    firms = market.results.firms
    assert called == list(zip(firms.month, firms.firm, strict=True))
    assert firms.odd.isna().tolist() == (firms.month % 2 == 0).tolist()
    assert firms.query("month == 3").odd.tolist() == [0.0, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("value", [True, np.True_, np.float32(0.5), np.int64(3), 2, np.nan])
def test_any_number_will_do(value):
    market = Market(plan(), measures={"own": lambda market: value})
    assert market.results.market.own.tolist() == pytest.approx([float(value)], nan_ok=True)


@pytest.mark.parametrize("value", ["0.5", 1j, [1.0], np.zeros(2), np.inf, Market])
def test_anything_else_will_not(value):
    with pytest.raises(OwnCodeError, match=r"^measure own of Lean, month 0: must be a finite num"):
        Market(plan(), measures={"own": lambda market, firm: value})


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ({"nps": crowd}, "measures.nps: the tables have a column nps already; call the"),
        ({"hhi": crowd}, "measures.hhi: the tables have a column hhi already"),
        ({"month": crowd}, "measures.month: the tables have a column month already"),
        ({"two words": crowd}, "measures.two words: 'two words' is no name of a function"),
        ({"class": crowd}, "measures.class: 'class' is no name of a function"),
        ({"own": lambda: 0.0}, r"measures.own: <lambda>\(\) takes neither a market and a firm"),
        ({"own": lambda a, b, c: 0.0}, r"measures.own: <lambda>\(a, b, c\) takes neither"),
    ],
)
def test_what_cannot_be_a_column_is_refused(measures, told):
    with pytest.raises(Problems, match=told):
        Market(plan(), measures=measures)


@pytest.mark.parametrize("way", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_of_a_market_goes_on_measuring(way):
    market = Market(plan(), measures={"regulars": regulars})
    market.run_for(1)
    twin = way(market)
    for each in (market, twin):
        each.run_for(2)
    assert twin.results.firms.regulars.notna().all()
    assert twin.results.firms.equals(market.results.firms)


# -- in a scenario ---------------------------------------------------------------------------------


def test_a_run_its_resolved_file_and_workers_give_the_same_tables(tsunagari, folder):
    options = ("--allow-code", "--no-figures", "--replications", 2)
    assert tsunagari("run", "s.yaml", *options, "--out", "one")[0] == 0
    assert tsunagari("run", "one/scenario.yaml", *options, "--out", "two")[0] == 0
    assert tsunagari("run", "s.yaml", *options, "--workers", 2, "--out", "three")[0] == 0
    for table, column in (("firms", "regulars"), ("market", "among_friends")):
        first = pq.read_table(folder / "one" / f"{table}.parquet")
        assert first.column_names[-1] == column
        assert first.column(column).null_count == 0 or table == "firms"
        for other in ("two", "three"):
            assert pq.read_table(folder / other / f"{table}.parquet").equals(first)
    firms = pq.read_table(folder / "one" / "firms.parquet").to_pandas()
    gone = firms.query("firm == 'Broad' and month == 2").regulars
    assert len(gone) == 2
    assert gone.isna().all()


def test_without_leave_nothing_is_imported(tsunagari):
    status, _, told = tsunagari("run", "s.yaml", "--out", "out")
    assert status == 2
    assert "own_measures_here" not in sys.modules
    assert told == [
        f"s.yaml:7:{column} measures.{index}: own_measures_here:{name} is Python code, which is "
        "not run unless you allow it; add --allow-code if you trust it"
        for index, name, column in ((0, "regulars", 12), (1, "among_friends", 40))
    ]


@pytest.mark.parametrize(
    ("functions", "told"),
    [
        (["nothing"], "s.yaml: measures.0: measure 'own_measures_here:nothing' cannot be imp"),
        (["no_function"], "s.yaml: measures.0: measure 'own_measures_here:no_function' is no fun"),
        (["three"], "s.yaml: measures.0: three(market, firm, more) takes neither a market and a"),
        (["nps"], "s.yaml:7:12 measures.0: the tables have a column nps already; call the func"),
        (["regulars"] * 2, "s.yaml:7:40 measures.1: there are two measures called regulars; ca"),
        (["a b"], "s.yaml:7:12 measures.0: 'a b' is no name of a function; write letters, dig"),
    ],
)
def test_what_is_wrong_is_told_before_it_runs(functions, told, tsunagari):
    write(*functions)
    status, _, lines = tsunagari("run", "s.yaml", "--allow-code", "--out", "out")
    assert status == 2
    assert [line[: len(told)] for line in lines] == [told]


def test_a_text_that_is_no_function_is_told(tsunagari):
    status, _, lines = tsunagari("check", "s.yaml", "--set", "measures=[regulars]")
    assert (status, lines) == (
        2,
        [
            "--set measures=[regulars]: measures.0: 'regulars' is no function in a module; write "
            "module:function"
        ],
    )


def test_a_measure_that_fails_is_told_in_a_sentence(tsunagari):
    write("broken")
    for workers in (1, 2):
        command = ("run", "s.yaml", "--allow-code", "--replications", 2, "--workers", workers)
        status, _, lines = tsunagari(*command, "--out", f"out{workers}", "--quiet")
        assert status == 1
        assert lines == [
            "tsunagari: measure broken of Lean, month 2: ZeroDivisionError: division by zero "
            "(own_measures_here.py, line 14)"
        ]


def test_claims_may_be_about_it(tsunagari, folder):
    claim = (
        "claims: [{{say: They stay., source: A 2000, measure: {}, expect: lower, "
        "without: {{finance.interest: 0.01}}{}}}]\n"
    )
    for text, told in (
        (("regulars", ", firm: Lean"), None),
        (("regulars", ""), "claims.0: regulars is a measure of firms: say of which; add firm"),
        (("among_friends", ", firm: Lean"), "claims.0.firm: among_friends is a measure of the m"),
        (("regular", ", firm: Lean"), "there is no measure 'regular'; did you mean regulars?"),
    ):
        write("regulars", "among_friends", more=claim.format(*text))
        status, _, lines = tsunagari("run", "s.yaml", "--allow-code", "--out", "out", "--force")
        assert status == (0 if told is None else 2), lines
        assert told is None or told in lines[0]
    table = pq.read_table(folder / "out" / "claims.parquet").to_pydict()
    assert table["measure"] == ["regulars"]
    write("regulars", more="claims: [{say: A, source: B, measure: nps, firm: Lean, expect: lower, "
          "without: {measures: []}}]\n")  # fmt: skip
    status, _, (line,) = tsunagari("check", "s.yaml", "--allow-code")
    assert status == 2
    assert line.endswith("claims.0.without.measures: a claim cannot change measures")


def test_a_comparison_follows_it_and_leaves_out_what_only_one_has(tsunagari, folder):
    options = ("--allow-code", "--replications", 2, "--months", 2, "--no-figures")
    change = ("--set", "firms.Lean.price=0.9")
    command = ("compare", "s.yaml", *change, "--measure", "regulars", *options)
    status, said, _ = tsunagari(*command, "--out", "out")
    assert status == 0
    assert "regulars, month 2" in said
    found = pq.read_table(folder / "out" / "differences.parquet").to_pandas()
    assert set(found.query("measure == 'regulars'").firm) == {"Lean", "Broad"}
    assert set(found.query("measure == 'among_friends'").firm) == {""}
    assert "measures" not in said.split("What was changed")[1].split("month 2")[0]
    write("regulars", to="t.yaml")
    status, said, lines = tsunagari("compare", "s.yaml", "t.yaml", *options, "--out", "two")
    assert status == 0
    left_out = "among_friends is left out of the comparison: not every scenario names the same"
    assert [line for line in lines if left_out in line]
    found = pq.read_table(folder / "two" / "differences.parquet").column("measure").to_pylist()
    assert "regulars" in found
    assert "among_friends" not in found
    command = ("compare", "s.yaml", "t.yaml", *options, "--measure", "among_friends")
    status, _, lines = tsunagari(*command, "--out", "three")
    assert (status, lines[-1].startswith(f"--measure among_friends: {left_out}")) == (
        2,
        True,
    )


def test_a_sweep_keeps_it_and_does_not_vary_it(tsunagari, folder):
    design = (
        "scenario: s.yaml\nfactors: {firms.Lean.price: [0.9, 1]}\ndesign: grid\nreplications: 1\n"
    )
    (folder / "d.yaml").write_text(design)
    status, _, lines = tsunagari("sweep", "d.yaml", "--allow-code", "--workers", 2, "--out", "out")
    assert status == 0, lines
    found = pq.read_table(folder / "out" / "firms").column("regulars")
    assert 0 < found.null_count < len(found)
    (folder / "d.yaml").write_text(
        "scenario: s.yaml\nfactors: {measures: [[], []]}\ndesign: grid\n"
    )
    status, _, (line,) = tsunagari("sweep", "d.yaml", "--allow-code", "--out", "two")
    assert status == 2
    assert "what is measured is no factor; write measures under values:" in line


def test_in_python_a_scenario_names_it_too(folder):
    named = plan(measures=["own_measures_here:regulars"])
    found = run_replications(named, replications=2).firms
    assert found.regulars.notna().all()
    other = named.with_values({"firms.Lean.price": 0.9})
    differences = compare([named, other], replications=2, measure="regulars").differences
    assert "regulars" in set(differences.measure)
    with pytest.raises(Problems, match="there are two measures called regulars"):
        Market(named, measures={"regulars": regulars})
    with pytest.raises(Problems, match="cannot be imported: No module named 'nowhere_at_all'"):
        Market(plan(measures=["nowhere_at_all:regulars"]))


def test_a_discipline_that_fails_is_told_in_a_sentence_too(tsunagari, folder):
    (folder / "own_measures_here.py").write_text(
        "from tsunagari import Discipline\n\n\n"
        "class Late(Discipline):\n"
        "    def asking_price(self, firm, conditions):\n"
        "        return 1.0 if conditions.month < 2 else firm.prize\n"
    )
    write(to="s.yaml")
    change = ("--set", "firms.Broad.discipline=own_measures_here:Late", "--set", "events=[]")
    status, _, lines = tsunagari("run", "s.yaml", *change, "--allow-code", "--quiet", "--out", "o")
    assert status == 1
    assert lines == [
        "tsunagari: discipline own_measures_here:Late of Broad, month 2: AttributeError: 'Firm' "
        "object has no attribute 'prize' (own_measures_here.py, line 6)"
    ]
