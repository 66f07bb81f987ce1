"""The documentation says what the code does: its tables, examples and names are held against it."""

import ast
import re
import shlex

import numpy as np
import pytest

from docs.makers.documentation import FOLDER, filled, main, stale
from tsunagari.agents.columns import SOURCE_NAMES
from tsunagari.experiments.runs.given import plan_of, resolved
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.keys import keys

ROOT = FOLDER.parent
PAGES = sorted(FOLDER.rglob("*.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
VALUE_OPTIONS = {"--customers": int, "--months": int, "--seed": int, "--replications": int}
EVENTFUL = {
    "market.customers": 60,
    "market.months": 14,
    "firms.Spark.share": 0.0,
    "events": [
        {"month": 2, "enter": {"name": "Zero", "discipline": "disruptor"}},
        {"month": 5, "leave": "Broad"},
    ],
}


def page(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def blocks(name, *kinds):
    return [(kind, text) for kind, text in BLOCK.findall(page(name)) if kind in kinds]


def documented(table):
    """Column name to when it is null, from a table's section of ``tables.md``."""
    section = page("tables.md").split(f"\n## `{table}`\n")[1].split("\n## ")[0]
    columns = section.split("| `decided_by` | Meaning |")[0]
    return dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", columns, re.M))


# -- tables that follow from the code ------------------------------------------------------------


def test_tables_in_the_documentation_are_current(capsys):
    assert [page.name for page in stale(FOLDER)] == []
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_stale_table_is_found_and_filled_in(tmp_path, monkeypatch, capsys):
    text = page("model.md")
    start = text.index("| `need_position` |")
    changed = text.replace(text[start : text.index("\n", start) + 1], "")
    copy = tmp_path / "model.md"
    copy.write_text(changed, encoding="utf-8")
    monkeypatch.setattr("docs.makers.documentation._firm", lambda: "| moved |\n")
    monkeypatch.setattr("docs.makers.documentation.FOLDER", tmp_path)
    assert main(["--check"]) == 1
    assert "stale" in capsys.readouterr().out
    assert copy.read_text(encoding="utf-8") == changed
    assert main([]) == 0
    assert "| `need_position` |" in copy.read_text(encoding="utf-8")
    assert main(["--check"]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- table: wages -->\n<!-- end -->\n", "no table 'wages'"),
        ("<!-- table: parameters wages -->\n<!-- end -->\n", "no table 'parameters wages'"),
        ("<!-- table: columns wages -->\n<!-- end -->\n", "no column is of the kind 'wages'"),
        ("<!-- table: leads -->\n", "in pairs"),
        ("<!-- end -->\n<!-- table: leads -->\n", "in pairs"),
    ],
)
def test_a_marker_that_means_nothing_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        filled(text)


def test_every_key_of_a_scenario_is_in_the_table():
    text = page("scenario-file.md")
    told = set(re.findall(r"`([^`]+)`", text.split("\n## All keys\n")[1]))
    for key in keys(Scenario):
        path = key.path.replace("events[].enter.", "firms[].")  # a firm that enters is a firm
        is_of_discipline = path.startswith(("firms[].", "disciplines."))
        assert path in told or (is_of_discipline and path.rpartition(".")[2] in told), path


# -- tables that a run writes --------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs():
    """Tables of a market with an entry and a closure, and of one that begins empty."""
    plan = Scenario.load("three-disciplines").with_values(EVENTFUL)
    market = Market(plan)
    market.run_for(14)
    empty = Market(plan.with_values({"market.start": "empty", "events": []}))
    empty.run_for(1)
    return [market.results, empty.results]


def test_every_column_of_every_table_is_documented_and_no_other(runs):
    sections = re.findall(r"^## `(\w+)`$", page("tables.md"), re.M)
    for results in runs:
        assert sections == list(results.tables)
        for table, columns in results.tables.items():
            assert list(documented(table)) == list(columns)


def test_what_is_said_never_to_be_null_never_is(runs):
    for results in runs:
        for table in results.tables:
            frame = getattr(results, table)
            for column, when in documented(table).items():
                assert when != "never" or not frame[column].isna().any(), (table, column)


def test_what_may_be_null_is_null_somewhere(runs):
    for table in runs[0].tables:
        for column, when in documented(table).items():
            found = any(getattr(results, table)[column].isna().any() for results in runs)
            assert found == (when != "never"), (table, column)


def test_what_the_page_says_of_sums_holds(runs):
    firms, market = runs[0].firms, runs[0].market
    for _, rows in firms.groupby("firm"):
        now = rows.customers.to_numpy()
        moved = (rows.joins - rows.leaves).to_numpy()
        assert (now[1:] - now[:-1] == moved[1:]).all()
    revenue = firms.groupby("month").revenue.sum().to_numpy()
    assert np.allclose(revenue, market.spending.to_numpy(), rtol=1e-9)
    assert (firms.query("month == 0 or (firm == 'Broad' and month == 5)").profit == 0).all()
    assert firms[firms.firm == "Broad"].month.max() == 5
    assert firms[firms.firm == "Zero"].month.min() == 2


def test_every_reason_of_a_flow_is_documented(runs):
    section = page("tables.md").split("| `decided_by` | Meaning |")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == set(SOURCE_NAMES) - {""}
    assert set(runs[0].flows.decided_by) <= set(SOURCE_NAMES) - {""}


# -- examples ------------------------------------------------------------------------------------


@pytest.fixture
def examples(tmp_path, monkeypatch):
    """The files of the page, each under the name in its first line, in a folder of their own."""
    for _, text in blocks("scenario-file.md", "yaml", "csv"):
        name = re.match(r"# (\S+)\n", text)
        assert name is not None, text
        (tmp_path / name[1]).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return sorted(tmp_path.glob("*.yaml"))


def test_every_scenario_in_the_documentation_loads(examples):
    assert len(examples) == len(blocks("scenario-file.md", "yaml")) > 4
    for path in examples:
        resolved(plan_of(str(path))[0])


def test_files_merge_as_the_page_says(examples):
    plan, _ = plan_of("cheaper.yaml")
    assert [firm.name for firm in plan.firms] == ["Lean", "仕立屋", "Broad", "Spark"]
    assert (plan.firms[0].price, plan.firms[0].share) == (0.9, 0.5)
    assert (plan.market.customers, plan.market.months) == (3000, 60)
    network, notes = resolved(plan_of("friends.yaml")[0])
    assert network.market.customers == 4
    assert notes == [
        "friends.csv: 4 people, 4 ties, 2 friends on average, weights from 0.5 to 2, mean 1.125"
    ]


def test_every_command_in_the_documentation_is_sound(examples):
    commands = [line for _, text in blocks("scenario-file.md", "sh") for line in text.splitlines()]
    assert len(commands) > 4
    for command in commands:
        program, verb, file, *options = shlex.split(command)
        assert program == "tsunagari"
        assert verb in ("check", "run")
        pairs = list(zip(options[::2], options[1::2], strict=True))
        others = {n[2:]: VALUE_OPTIONS[n](value) for n, value in pairs if n != "--set"}
        plan_of(file, [value for name, value in pairs if name == "--set"], **others)


# -- names ---------------------------------------------------------------------------------------


def test_every_file_and_function_named_is_there():
    text = page("model.md")
    files = set(re.findall(r"`((?:agents|sim)/[\w/]+\.py)`", text))
    assert len(files) > 20
    assert [file for file in files if not (ROOT / file).is_file()] == []
    for paragraph in re.findall(r"^Code: (.*?)\n\n", text, re.M | re.S):
        for file, listed in re.findall(r"`([\w/]+\.py)`\s+\(([^)]*)\)", paragraph):
            tree = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
            kinds = (ast.FunctionDef, ast.ClassDef)
            defined = {node.name for node in tree if isinstance(node, kinds)}
            assert set(re.findall(r"`(\w+)`", listed)) <= defined, file


def test_every_scenario_key_named_is_there():
    known = {key.path for key in keys(Scenario)}
    files = {
        f"{section}.{kind}"
        for section in ("market", "firms", "claims")
        for kind in ("yaml", "parquet")
    }
    sections = "|".join(Scenario.model_fields)
    market = Market(Scenario().with_values({"market.customers": 4, "market.months": 1}))
    for path in PAGES:
        text = BLOCK.sub("", path.read_text(encoding="utf-8"))
        named = set(re.findall(rf"(?<![\w/.-])((?:{sections})(?:\[\])?\.[a-z_-]+)\b", text))
        assert len(named) > 1 or path.name not in ("model.md", "scenario-file.md", "tables.md")
        python = {name for name in named if hasattr(market, name.removeprefix("market."))}
        assert named - known <= {*python, *files}, path


def test_links_between_pages_lead_somewhere():
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path.name, target)
