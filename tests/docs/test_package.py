"""What is declared to installers: the page of an index, and the versions of the golden runs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_on_an_index_page_no_link_leads_nowhere():
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"\]\((?!https?:)", text)
    for rule in PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    assert not re.search(r"!\[|\]\((?!https?:)|^\|[-| ]+\|\n\n", text, re.M)
    assert "the gallery" in text


def test_what_golden_runs_were_made_with_is_pinned():
    pins = dict(
        line.split(" ;")[0].split("==")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    )
    for wanted in PROJECT["project"]["dependencies"]:
        name = re.split(r"[<>=~!]", wanted)[0].lower().replace(".", "-")
        assert re.fullmatch(r"\d+(\.\w+)*", pins[name]), wanted


def test_nothing_is_imported_under_a_second_name():
    plain = re.compile(r"^\s*(from|import) (agents|sim|experiments|scenarios)\b", re.M)
    named = re.compile(r"""["'](agents|sim|experiments|scenarios)\.[a-z]\w*["'.]""")
    tops = ("agents", "sim", "experiments", "scenarios", "tests", "docs")
    written = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    found = [p.name for p in written if any(x.search(p.read_text("utf-8")) for x in (plain, named))]
    assert found == []
    code = (
        "import sys, tsunagari.experiments.cli.run, tsunagari.experiments.telling.run;"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('agents', 'sim', 'experiments', 'scenarios')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
