"""What is declared to installers: the page of an index, and the versions of the golden runs."""

import re
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
