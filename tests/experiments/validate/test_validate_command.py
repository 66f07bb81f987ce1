"""``validate`` from outside, verdicts, and patterns from one end to the other."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import typer

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.telling.verdicts import band_in_words, number
from tsunagari.experiments.validate import registry
from tsunagari.experiments.validate.experiment import Experiment
from tsunagari.experiments.validate.pattern import Finding, Pattern, Quantity
from tsunagari.experiments.validate.registry import PATTERNS, patterns
from tsunagari.experiments.validate.study import Study

CONTRACT = {"id", "pattern", "source", "band", "value", "low", "high", "holds", "null_fails"}
CONTRACT |= {"mark", "reason", "estimate"}
MARKS = {"fitted", "built in", "out of sample"}
PAGE = Path(__file__).parents[3] / "docs" / "validation.md"
WIDE, UNKNOWN = Interval(0.5, -0.1, 1.1), Interval(math.nan, math.nan, math.nan)


@pytest.fixture
def validate(capsys, monkeypatch, tmp_path):
    """Runs the command here: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def typed(*arguments):
        capsys.readouterr()
        status = status_of(typer.main.get_command(app), ["validate", *map(str, arguments)])
        return status, *capsys.readouterr()

    return typed


@pytest.fixture
def planted(monkeypatch):
    """Puts patterns with a given finding into the registry, and nothing else."""

    def plant(**findings):
        found = {
            name: Pattern(
                id=name,
                pattern=f"pattern {name}",
                source="Nobody 1900",
                statistic="a number",
                null="none",
                find=lambda _, f=finding: f,
                mark="fitted" if name == "P1" else "out of sample",
                reason=f"Reason of {name}.",
            )
            for name, finding in findings.items()
        }
        monkeypatch.setattr(registry, "PATTERNS", found)

    return plant


def finding(holds=True, null=True, details=()):
    mean = 0.5 if holds else 0.95
    value = Quantity("value", Interval(mean, 0.4, 0.6), (0.2, 0.8), estimate="Nobody: 0.7")
    none = Quantity("value", Interval(0.0, -0.1, 0.1) if null else WIDE, (None, 0.2), "interval")
    return Finding((value,), (none,), details)


def nameless(found):
    return Pattern("P0", "", "", "", "", lambda _: found, "built in", "")


# -- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "band", "rule", "holds"),
    [
        (WIDE, (0.2, 0.8), "mean", True),
        (WIDE, (0.2, 0.8), "interval", False),
        (WIDE, (None, None), "interval", True),
        (WIDE, (0.0, 0.0), "overlap", True),
        (WIDE, (0.0, None), "interval", False),
        (WIDE, (1.2, None), "overlap", False),
        (Interval(0.1, 0.05, 0.15), (0.2, None), "mean", False),
        (Interval(0.1, 0.05, 0.15), (None, 0.2), "interval", True),
        (UNKNOWN, (None, None), "mean", False),
        (UNKNOWN, (None, None), "interval", False),
        (UNKNOWN, (None, None), "overlap", False),
        (Interval(0.5, math.nan, math.nan), (0.2, 0.8), "interval", False),
    ],
)
def test_what_of_a_quantity_must_lie_in_its_band(found, band, rule, holds):
    assert Quantity("x", found, band, rule).holds is holds


def test_one_quantity_that_does_not_hold_is_enough():
    good, bad = finding().quantities[0], finding(holds=False).quantities[0]
    pattern = nameless(Finding((good, bad), finding().null))
    verdict = pattern.run(Study())
    assert not verdict.holds
    assert verdict.null_fails
    assert not verdict.passed
    assert verdict.found.mean == 0.5


def test_what_is_undefined_is_null_in_json():
    nothing = Quantity("x", UNKNOWN, (0.0, None))
    pattern = nameless(Finding((nothing,), (nothing,)))
    document = pattern.run(Study()).as_json()
    assert document["value"] is document["low"] is document["null_value"] is None
    assert document["band"] == [0.0, None]
    json.dumps(document, allow_nan=False)


def test_numbers_and_bands_in_words():
    assert [number(x) for x in (0.0, 12345.6, -0.0459, 2.3e-16, math.inf, math.nan)] == [
        "0", "12346", "−0.0459", "2.3e−16", "∞", "undefined",
    ]  # fmt: skip
    assert band_in_words((0.2, 0.8)) == "0.2 to 0.8"
    assert band_in_words((None, -0.08)) == "up to −0.08"
    assert band_in_words((0.0, 0.0)) == "0"


# -- the command ---------------------------------------------------------------------------------


def test_all_ids_have_a_pattern_of_that_id():
    assert [pattern.id for pattern in patterns()] == list(PATTERNS)
    assert {f"P{n}" for n in range(1, 9)} | {f"L{n}" for n in range(1, 8)} <= set(PATTERNS)
    for pattern in patterns():
        assert pattern.source
        assert pattern.null
        assert not pattern.pattern.endswith(".")
        assert pattern.mark in MARKS
        assert pattern.reason.endswith(".")


def test_every_pattern_stands_beside_its_sources_own_estimate():
    for pattern in patterns():
        if isinstance(pattern.find, Experiment):
            assert pattern.find.quantities[0].estimate, pattern.id


def test_limits_in_json_and_in_a_folder(validate, tmp_path):
    status, out, err = validate("--only", "L7", "--only", "l6", "--json", "--out", "here", "-q")
    assert (status, err) == (0, "")
    documents = json.loads(out)
    assert [document["id"] for document in documents] == ["L6", "L7"]  # the registry's order
    assert all(set(document) >= CONTRACT for document in documents)
    assert all(document["holds"] and document["null_fails"] for document in documents)
    table = pq.read_table(tmp_path / "here" / "patterns.parquet").to_pylist()
    assert [row["id"] for row in table] == ["L6", "L7"]
    for name in ("value", "mark", "estimate"):
        assert table[0][name] == documents[0][name]
    record = json.loads((tmp_path / "here" / "run.json").read_text())
    assert record["status"] == "complete"
    assert [verdict["id"] for verdict in record["verdicts"]] == ["L6", "L7"]


def test_failures_come_first_and_set_the_status(validate, planted, tmp_path):
    planted(P1=finding(), P2=finding(holds=False), P3=finding(null=False), P4=finding())
    status, out, err = validate("--page", "page.md")
    assert status == 1
    assert re.findall(r"^P\d", out, re.M) == ["P2", "P3", "P1", "P4"]
    assert re.findall(r"^P\d +(FAILS|NULL HOLDS|holds)", out, re.M) == [
        "FAILS", "NULL HOLDS", "holds", "holds",
    ]  # fmt: skip
    assert "NO value: 0.950 [0.400, 0.600], band 0.2 to 0.8; Nobody: 0.7" in out
    assert "out of sample; the source: Nobody: 0.7" in out
    assert "2 of 4 hold" in out
    assert "2 of 4: P2, pattern P2" in err
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (P\d)", page, re.M) == ["P2", "P3", "P1", "P4"]
    row = "| P2 | pattern P2 | out of sample | Nobody 1900 | 0.950 [0.400, 0.600] | 0.2 to 0.8 | "
    assert f"{row}Nobody: 0.7 | **fails** |" in page
    assert "*Out of sample.* Reason of P2." in page
    assert "out of sample: 1 of 3; fitted: 1 of 1." in page
    assert "**does not fail**" in page


def test_all_is_well(validate, planted):
    planted(P1=finding(), L1=finding())
    status, out, _ = validate()
    assert status == 0
    assert "2 of 2 hold" in out


def test_a_null_that_holds_is_a_failure(validate, planted):
    planted(P1=finding(null=False))
    assert validate("-q")[0] == 1


def test_an_unknown_pattern_is_refused(validate):
    status, out, err = validate("--only", "P99", "--only", "L6")
    assert (status, out) == (2, "")
    assert err.startswith("--only P99: there is no such pattern; there are P1, P2")


@pytest.mark.parametrize("page", ["missing/page.md", "."])
def test_a_page_that_cannot_be_written_is_refused_at_once(validate, page):
    status, out, err = validate("--only", "P1", "--page", page)
    assert (status, out) == (2, "")
    assert "name a file in a folder that exists" in err


@pytest.mark.slow
def test_the_same_verdicts_from_any_number_of_processes(validate):
    found = []
    for workers in (1, 2):
        _, out, _ = validate("--only", "L7", "--json", "-q", "--workers", workers)
        found.append([{**document, "seconds": 0} for document in json.loads(out)])
    assert found[0] == found[1]


# -- from one end to the other -------------------------------------------------------------------


@pytest.mark.slow
def test_two_patterns_from_one_end_to_the_other():
    tenure, jeopardy = (pattern.run(Study(quick=True)) for pattern in patterns(["P2", "P3"]))
    assert 0.03 < tenure.found.mean < 0.2
    assert abs(tenure.null_found.mean) < 0.04
    assert jeopardy.found.mean < -0.3
    assert jeopardy.found.mean < jeopardy.null_found.mean - 0.2


@pytest.mark.exhaustive
@pytest.mark.slow
def test_the_whole_of_it_says_what_the_page_says(validate):
    status, out, _ = validate("--workers", 2, "--json", "-q")
    documents = {document["id"]: document for document in json.loads(out)}
    assert list(documents) == list(PATTERNS)
    passed = {name: one["holds"] and one["null_fails"] for name, one in documents.items()}
    assert status == (0 if all(passed.values()) else 1)
    assert all(passed[name] for name in passed if name.startswith("L"))
    # Tastes that decide every choice leave more of the slope than they used to: the page says so.
    assert [name for name, one in documents.items() if not one["null_fails"]] == ["P3"]
    rows = re.findall(r"^\| ([PL]\d+) \|.*$", PAGE.read_text(encoding="utf-8"), re.M)
    text = dict(
        zip(rows, re.findall(r"^\| [PL]\d+ \|.*$", PAGE.read_text("utf-8"), re.M), strict=True)
    )
    assert {name: "**" not in row for name, row in text.items()} == passed
