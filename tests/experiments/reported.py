"""Small result folders of every kind, made by the commands themselves, and what a report says."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import typer

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of

SCENARIO = """\
format: 1
title: A small market
market: {customers: 300, months: 26}
replications: 3
looking: {base: 0.12}
events:
  - {month: 8, set: stickiness.switching, to: 0.1, over: 6}
  - {month: 10, enter: {name: Zero, discipline: disruptor}}
translations:
  ja: {title: 小さな市場, story: "", claims: [], remarks: [], notes: []}
"""
SWEEP = """\
format: 1
scenario: small.yaml
values: {market.customers: 80, market.months: 4, events: []}
factors:
  firms.Lean.price: [0.8, 1.0, 1.2]
  stickiness.switching: [0.1, 0.9]
levers: [firms.Lean.price]
design: grid
replications: 2
"""


def typed(*arguments: object) -> tuple[int, str, str]:
    """Run a command here: exit status, stdout, stderr."""
    words = [str(argument) for argument in arguments]
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["tsunagari", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = status_of(typer.main.get_command(app), words)
    finally:
        sys.argv = before
    return status, out.getvalue(), err.getvalue()


def done(*arguments: object) -> None:
    status, _, said = typed(*arguments, "--quiet")
    assert status == 0, said


def scenario_in(folder: Path) -> Path:
    path = folder / "small.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def run_folder(folder: Path, *options: object) -> Path:
    done("run", scenario_in(folder), "--no-figures", "--out", folder / "run", *options)
    return folder / "run"


def comparison_folder(folder: Path) -> Path:
    done(
        "compare", scenario_in(folder), "--set", "firms.Tailor.price=0.8", "--replications", 4,
        "--customers", 200, "--months", 12, "--no-figures", "--out", folder / "compared",
    )  # fmt: skip
    return folder / "compared"


def sweep_folder(folder: Path) -> Path:
    scenario_in(folder)
    (folder / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    done("sweep", folder / "sweep.yaml", "--out", folder / "swept")
    return folder / "swept"


def explanation_folder(folder: Path) -> Path:
    done(
        "explain", scenario_in(folder), "--customers", 150, "--months", 10, "--from", 6,
        "--only", "word-of-mouth", "--only", "connection", "--firm", "Lean",
        "--replications", 2, "--no-figures", "--out", folder / "explained",
    )  # fmt: skip
    return folder / "explained"


FIT = ("--customers", 150, "--draws", 20, "--members", 5)
"""What makes a fit small enough for a test."""


def market_table(folder: Path, months: int = 19) -> Path:
    """A table of three firms with shares and churn, without joins and NPS; facts beside it."""
    rows = ["month,firm,share,churn,price"]
    for month in range(1, months + 1):
        moved = 0.001 * month
        for firm, share, price in (("Kita", 0.5 - moved, 5000), ("Nishi", 0.3, 4500),
                                   ("Lean", 0.2 + moved, 4000)):  # fmt: skip
            rows.append(f"2024-{month:02d},{firm},{share:.3f},0.015,{price}")
    text = "\n".join(rows)
    for month in range(13, months + 1):
        text = text.replace(f"2024-{month:02d}", f"2025-{month - 12:02d}")
    table = folder / "ours.csv"
    table.write_text(text + "\n", encoding="utf-8")
    (folder / "ours-facts.yaml").write_text("currency: JPY\nus: Nishi\n", encoding="utf-8")
    return table


def fit_folder(folder: Path) -> Path:
    table = market_table(folder)
    facts = folder / "ours-facts.yaml"
    done("fit", table, "--facts", facts, *FIT, "--out", folder / "fitted")
    return folder / "fitted"


OPTIONS = """\
us: Broad
horizon: [4, 2]
from: 2
spend: as-told
prices: passed-on
options:
  - {name: Cheaper, times: {firms.Broad.price: 0.99}}
  - {name: More service, add: {firms.Broad.service: 0.2}}
environments:
  - {name: Quiet}
  - {name: Crowded, entrant: {as: regional, after: 1}, rivals: reacting}
levers: {firms.Broad.attention: [0.42, 0.6]}
"""


def decision_folder(folder: Path) -> Path:
    """A decision with an ensemble, an entrant and a search."""
    import pandas as pd

    plan, options, ensemble = (
        folder / name for name in ("ours.yaml", "options.yaml", "ensemble.parquet")
    )
    money = (
        "market: {customers: 120, months: 6, people: 90000}\nmoney: {currency: JPY, unit_cost: 900}"
    )
    plan.write_text(f"extends: three-disciplines\n{money}\nclaims: []\n", encoding="utf-8")
    options.write_text(OPTIONS, encoding="utf-8")
    numbers = {"firms.Broad.service_cost": [0.1, 0.2, 0.4]}
    pd.DataFrame(numbers).to_parquet(ensemble)
    done("decide", plan, "--options", options, "--ensemble", ensemble, "--limit", 2, "--search",
         "--candidates", 4, "--out", folder / "decided")  # fmt: skip
    return folder / "decided"


def incomplete(sweep: Path, folder: Path, trials: int) -> Path:
    """The same sweep, in which only the first trials are done, the next failed, none is joined."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from tsunagari.experiments.runs.disk import record_content
    from tsunagari.experiments.studies.parts import Packed, packed

    folder.mkdir()
    for name in ("design.yaml", "scenario.yaml"):
        shutil.copy(sweep / name, folder / name)
    record = json.loads((sweep / "sweep.json").read_text(encoding="utf-8"))
    del record["digest"], record["files"], record["done"]
    (folder / "sweep.json").write_bytes(record_content(record | {"status": "unfinished"}))
    (folder / "finished").mkdir()
    keys = pq.read_table(sweep / "trials.parquet").column("key").to_pylist()
    firms = pq.read_table(sweep / "firms", partitioning=None)
    for key in keys[:trials]:
        table = firms.filter(pa.compute.equal(firms.column("key"), key)).drop_columns(["key"])
        columns = {name: np.asarray(table.column(name)) for name in table.column_names}
        data = packed(Packed(key, "done", None, 0.1, None), {"firms": columns, "market": {}})
        (folder / "finished" / f"{key}.done.zip").write_bytes(data)
    failed = packed(Packed(keys[trials], "failed", "it broke", 0.1, None), {})
    (folder / "finished" / f"{keys[trials]}.failed.zip").write_bytes(failed)
    return folder


class _Seen(HTMLParser):
    """What is read of a document: no scripts, no styles, and text alternatives, too."""

    _NAMES = frozenset(["code", "pre", "cite", "script", "style"])

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if self._hidden or tag in self._NAMES or (given.get("lang") == "en" and tag != "html"):
            if tag not in ("br", "meta", "line", "rect", "path", "circle"):
                self._hidden.append(tag)
            return
        self.text += [given[k] for k in ("aria-label", "data-tip", "title") if given.get(k)]

    def handle_startendtag(self, tag, attrs):
        if not self._hidden:
            self.text += [value for key, value in attrs if key == "data-tip" and value]

    def handle_endtag(self, tag):
        if self._hidden and self._hidden[-1] == tag:
            self._hidden.pop()

    def handle_data(self, data):
        if not self._hidden:
            self.text.append(data)


def read_aloud(document: str) -> str:
    """All text of a report but code, citations and what is marked as English."""
    seen = _Seen()
    seen.feed(document)
    return "\n".join(seen.text)


def finding(document: str, figure: str) -> str:
    """The sentence under a figure's heading."""
    found = re.search(rf'<figure id="{figure}">.*?<p class="finding">(.*?)</p>', document, re.S)
    assert found is not None, figure
    return _plain(found[1])


def answer(document: str) -> list[str]:
    """The sentences of the answer."""
    found = re.findall(r'<div class="answer">(.*?)</div>', document, re.S)
    return [_plain(text) for part in found for text in re.findall(r"<p>(.*?)</p>", part, re.S)]


def _plain(markup: str) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", "", markup))
    return text.replace("\u00a0", " ").replace("\u2212", "-")
