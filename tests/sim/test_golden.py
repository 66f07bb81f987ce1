"""Golden runs: numbers that only change when somebody means them to.

Every shipped scenario is run small, and what comes out is compared with what came out before. After
a change that is meant to move numbers, look at what moved and write them anew::

    uv run pytest tests/sim/test_golden.py --update-golden
    uv export --no-hashes --no-annotate --no-header --no-emit-project --all-extras --no-dev \\
        --output-file constraints.txt

The second keeps the versions that they were made with, for whoever wants the very same numbers
(``pip install --constraint constraints.txt``). Numbers are compared to seven digits, not to the
bit: machines differ in the last digits of a logarithm.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tsunagari.scenarios import names as shipped_names
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

GOLDEN = Path(__file__).parent / "golden"
MONTHS = 24
COMMAND = "uv run pytest tests/sim/test_golden.py --update-golden"
FIRM_MEASURES = "customers price retention_12 satisfaction rating stickiness cash".split()
TELLING = 10  # differences that a message shows


def small(name: str) -> Scenario:
    """A shipped scenario, smaller and shorter, and its events as much earlier."""
    plan = Scenario.load(name)
    faster = plan.market.months // MONTHS
    events = []
    for event in plan.events:
        sooner = {"month": max(1, event.month // faster), "over": event.over // faster}
        events.append(event.model_dump(mode="json", exclude_none=True) | sooner)
    size = {"market.customers": 1000, "market.months": MONTHS}
    bare = plan.with_values({"events": [], "claims": []})  # no run depends on claims
    return bare.with_values(size).with_values({"events": events})


def numbers_of(market: Market) -> dict[str, float | None]:
    """A few numbers to read, and the sum of every column of every table."""
    results = market.results
    firms, flows = results.firms, results.flows
    numbers: dict[str, Any] = {}
    for row in firms[firms["month"] == market.month].to_dict("records"):
        for measure in FIRM_MEASURES:
            numbers[f"{row['firm']} at the end: {measure}"] = row[measure]
    for reason, customers in flows.groupby("decided_by")["customers"].sum().items():
        numbers[f"moves decided by {reason}"] = customers
    for name in results.tables:
        table = getattr(results, name)
        numbers[f"{name}: rows"] = len(table)
        for column in table.select_dtypes("number").columns.drop("replication"):
            # In places, too, or two rows could change places and nobody would notice.
            places = np.cos(np.arange(len(table)))
            numbers[f"{name}: sum of {column}"] = table[column].sum()
            numbers[f"{name}: {column} in places"] = (table[column] * places).sum()
    return {key: plain(value) for key, value in numbers.items()}


def plain(value: Any) -> float | None:
    """A number as JSON has it, to twelve digits; nothing for undefined."""
    return None if math.isnan(value) else float(f"{float(value):.12g}")


def differences(before: dict[str, float | None], now: dict[str, float | None]) -> list[str]:
    """What is not as before, in words."""
    told = []
    for key in [*before, *(key for key in now if key not in before)]:
        old, new = before.get(key), now.get(key)
        if old is not None and new is not None:
            if math.isclose(old, new, rel_tol=1e-7, abs_tol=1e-7):
                continue
            change = f" ({new / old - 1:+.3%})" if old else ""
            told.append(f"{key}: {old:g} before, {new:g} now{change}")
        elif (key in before) != (key in now) or old != new:
            told.append(f"{key}: {told_of(before, key)} before, {told_of(now, key)} now")
    return told


def told_of(numbers: dict[str, float | None], key: str) -> str:
    if key not in numbers:
        return "not there"
    return "undefined" if numbers[key] is None else f"{numbers[key]:g}"


@pytest.mark.parametrize("name", shipped_names())
def test_a_golden_run_comes_out_as_before(name, request):
    market = Market(small(name))
    for _ in range(market.plan.market.months):
        market.step()
    now = numbers_of(market)
    path = GOLDEN / f"{name}.json"
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        text = json.dumps(now, indent=1, ensure_ascii=False) + "\n"
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    assert path.exists(), f"{name} has no golden run yet; make one: {COMMAND}"
    told = differences(json.loads(path.read_text(encoding="utf-8")), now)
    more = [f"… and {len(told) - TELLING} more"] if len(told) > TELLING else []
    summary = f"{name}: {len(told)} of {len(now)} numbers are not as before"
    if told:
        lines = "\n  ".join([*told[:TELLING], *more])
        pytest.fail(f"{summary}\n  {lines}\nIf that is meant: {COMMAND}", pytrace=False)


def test_no_golden_run_is_left_of_a_scenario_that_is_gone():
    assert {path.stem for path in GOLDEN.glob("*")} == set(shipped_names())


def test_differences_are_told_in_words():
    before = {"a": 1.0, "b": 0.0, "c": None, "d": 2.0, "e": 1e6, "f": None}
    now = {"a": 1.1, "b": 1.0, "c": 3.0, "e": 1e6 + 1e-3, "f": None, "g": 4.0}
    assert differences(before, now) == [
        "a: 1 before, 1.1 now (+10.000%)",
        "b: 0 before, 1 now",
        "c: undefined before, 3 now",
        "d: 2 before, not there now",
        "g: not there before, 4 now",
    ]


def test_a_price_that_moves_by_a_thousandth_is_noticed():
    plan = small("three-disciplines")
    runs = []
    for price in (1.0, 1.001):
        market = Market(plan.with_values({"firms.Broad.price": price}))
        for _ in range(3):
            market.step()
        runs.append(numbers_of(market))
    assert differences(runs[0], runs[0]) == []
    assert any(told.startswith("Broad at the end: price") for told in differences(*runs))
