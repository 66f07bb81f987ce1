"""Best replies in games whose best replies and equilibria are known beforehand."""

from __future__ import annotations

import json
import math

import numpy as np
import pyarrow.parquet as pq
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.trial import TrialResult
from tsunagari.experiments.studies.best_replies import (
    Curve,
    as_columns,
    best_replies,
    iterated_columns,
    levers,
    present_values,
    reply,
)
from tsunagari.experiments.telling.best_replies import as_json, as_text, in_words
from tsunagari.experiments.telling.study_charts import draw_replies
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

FIRMS = ("Lean", "Spark")
PLAN = Scenario().with_values(
    {
        "market.customers": 50,
        "market.months": 40,
        "firms": [{"name": name} for name in FIRMS],
        "finance.discount": 0.01,
    }
)
SHORT = {"month": 3, "horizon": 12, "replications": 4}


def price_of(plan, name, key="price", own=1.0):
    """The factor that a firm has from the month on."""
    for event in plan.events:
        if event.set == f"firms.{name}.{key}":
            assert event.month == 3
            return event.to / own
    return 1.0


def earning(profit):
    """A market in which firms earn each month what a function of factors and luck says."""

    def run(trials):
        for trial in trials:
            luck = np.random.default_rng(trial.replication).standard_normal(4)
            factors = {name: price_of(trial.plan, name) for name in FIRMS}
            months = range(trial.plan.market.months + 1)
            rows = [(month, name) for month in months for name in FIRMS]
            firms = {
                "month": np.array([month for month, _ in rows]),
                "firm": np.array([name for _, name in rows], object),
                "profit": np.array([profit(name, factors, luck) for _, name in rows]),
            }
            yield TrialResult(trial, {"firms": firms}, {})

    return run


def hill(name, factors, luck):
    """Lean earns most at 1.1 times its price, Spark at 0.9 times; luck moves top and height."""
    top = math.log({"Lean": 1.1, "Spark": 0.9}[name]) + 0.01 * luck[0]
    return 10.0 + luck[1] - 20.0 * (math.log(factors[name]) - top) ** 2


def duel(name, factors, luck):
    """The best log price is a number of one's own and a part of the rival's log price."""
    other = FIRMS[1 - FIRMS.index(name)]
    top = {"Lean": 0.2, "Spark": -0.1}[name] + 0.5 * math.log(factors[other])
    return 10.0 - 20.0 * (math.log(factors[name]) - top) ** 2


@pytest.fixture(scope="module")
def found():
    return best_replies(PLAN, run=earning(hill), **SHORT)


def test_the_best_factor_of_a_parabola_is_its_top(found):
    tops = {"Lean": 1.1, "Spark": 0.9}
    shift = 0.01 * np.mean([np.random.default_rng(n).standard_normal(4)[0] for n in range(4)])
    for one in found.replies:
        assert one.verdict == "best"
        assert one.factor.mean == pytest.approx(tops[one.firm] * math.exp(shift))
        assert one.factor.low < tops[one.firm] * math.exp(shift) < one.factor.high
        assert one.factor.high - one.factor.low < 0.1
        assert one.cost.low > 0
    for one, within in zip(found.replies, found.within, strict=True):
        assert within.factor.mean == pytest.approx(one.factor.mean)
        assert within.value.mean < one.value.mean


@settings(max_examples=30, deadline=None)
@given(
    top=st.floats(0.75, 1.9),
    bend=st.floats(0.5, 50.0),
    height=st.floats(-20.0, 20.0),
    luck=st.lists(st.floats(-1.0, 1.0), min_size=3, max_size=6),
)
def test_any_parabola_in_logs_is_found_whatever_its_height(top, bend, height, luck):
    factors = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 2.0)
    logs = np.log(factors)[:, None]
    values = height + np.array(luck) - bend * (logs - math.log(top)) ** 2
    told = reply(Curve("Lean", 1.0, factors, values, values), values)
    assert told.verdict == "best"
    assert told.factor.mean == pytest.approx(top, rel=1e-6)
    assert told.cost.mean == pytest.approx(bend * math.log(top) ** 2, abs=1e-6)


def test_profits_are_discounted_and_the_last_year_goes_on():
    (trial,) = list(earning(lambda *_: 2.0)([_Trial(PLAN)]))
    within, forever = present_values(trial, "Lean", 3, 24, 0.01)
    weights = 1.01 ** -np.arange(1.0, 25)
    assert within == pytest.approx(2.0 * weights.sum())
    assert forever == pytest.approx(2.0 / 0.01)
    assert math.isnan(present_values(trial, "Lean", 3, 24, 0.0)[1])


class _Trial:
    """As much of a trial as the planted market asks for."""

    replication = 0

    def __init__(self, plan):
        self.plan = plan


def test_who_has_left_earns_nothing():
    firms = {"month": [1, 2, 3], "firm": ["Lean"] * 3, "profit": [1.0, 1.0, 5.0]}
    result = TrialResult(_Trial(PLAN), {"firms": firms}, {})
    assert present_values(result, "Lean", 2, 12, 0.0)[0] == 6.0


def test_at_the_end_of_what_was_tried_no_best_factor_is_claimed():
    def rising(name, factors, luck):
        return luck[0] + (1 if name == "Lean" else -1) * factors[name]

    found = best_replies(PLAN, run=earning(rising), **SHORT)
    assert [one.verdict for one in found.replies] == ["the more the better", "the less the better"]
    assert [one.factor.mean for one in found.replies] == [2.0, 0.7]
    assert "earns the more the higher its price, as far as was tried" in in_words(found)[0]


def test_what_chance_does_not_tell_is_not_told():
    def noise(name, factors, luck):
        place = int(1000 * factors[name])
        return float(np.random.default_rng(place + int(1e6 * abs(luck[0]))).standard_normal())

    found = best_replies(PLAN, run=earning(noise), **SHORT)
    assert {one.verdict for one in found.replies} == {"cannot be told"}
    assert "Where Lean earns most cannot be told" in in_words(found)[0]
    single = best_replies(PLAN, run=earning(hill), **{**SHORT, "replications": 1})
    assert {one.verdict for one in single.replies} == {"cannot be told"}
    assert "replications would tell" in in_words(single)[-1]


def test_best_replies_to_best_replies_come_to_the_equilibrium():
    found = best_replies(PLAN, run=earning(duel), iterate=True, tolerance=1e-4, rounds=40, **SHORT)
    # l = 0.2 + s/2 and s = −0.1 + l/2
    assert found.iterated.rested
    at = found.iterated.rounds[-1]
    assert math.log(at["Lean"]) == pytest.approx(0.2, abs=3e-4)
    assert math.log(at["Spark"]) == pytest.approx(0.0, abs=3e-4)
    assert [math.log(one.factor.mean) for one in found.replies] == pytest.approx([0.2, -0.1])
    assert "come to rest in" in in_words(found)[-1]


def test_what_does_not_rest_is_said_not_to():
    def chase(name, factors, luck):
        """Lean is best at Spark's price and a bit, and Spark at Lean's and a bit."""
        other = FIRMS[1 - FIRMS.index(name)]
        return 10.0 - (math.log(factors[name] / factors[other]) - 0.1) ** 2

    found = best_replies(PLAN, run=earning(chase), iterate=True, rounds=3, **SHORT)
    assert not found.iterated.rested
    assert len(found.iterated.rounds) == 3
    assert "have not come to rest in 3 rounds" in in_words(found)[-1]
    document = as_json(found)
    assert document["iterated"]["converged"] is False


def test_a_lever_keeps_within_its_range_and_one_that_is_nothing_stays():
    values = {"firms.Lean.attention": 0.9, "firms.Spark.attention": 0.0}
    plan = PLAN.with_values(values)

    def run(trials):
        trials = list(trials)
        levels = {price_of(trial.plan, "Lean", "attention", 0.9) for trial in trials}
        assert levels == {0.7, 0.85, 1.0}
        return earning(hill)(trials)

    found = best_replies(plan, "attention", run=run, **SHORT)
    assert [curve.firm for curve in found.curves] == ["Lean"]
    assert found.curves[0].level == 0.9
    assert found.notes == (
        "firms.Spark.attention is 0, of which no multiple is another level: it stays as it is",
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"lever": "pric"}, "did you mean price"),
        ({"lever": "contract"}, "no number of a firm that an event may set"),
        ({"firms": ["Leen"]}, "did you mean Lean"),
        ({"factors": [0.0, 2.0]}, "must be numbers above 0"),
        ({"factors": [1.5]}, "three factors or more"),
        ({"horizon": 6}, "at least a year"),
        ({"tolerance": 0.0}, "must be above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, told):
    with pytest.raises(Problems, match=told):
        best_replies(PLAN, **{**SHORT, **asked})


def test_a_scenario_that_moves_the_lever_itself_is_refused():
    events = [{"month": 5, "set": "firms.Lean.price", "to": 0.9}]
    with pytest.raises(Problems, match="moved by the scenario itself in month 5"):
        best_replies(PLAN.with_values({"events": events}), **SHORT)
    late = [{"month": 30, "set": "firms.Lean.price", "to": 0.9}]
    best_replies(PLAN.with_values({"events": late}), run=earning(hill), **SHORT)


def test_levers_are_dated_numbers_of_a_firm():
    assert {"price", "attention", "advertising", "investment"} <= set(levers())
    assert not {"name", "discipline", "share", "pricing", "contract"} & set(levers())


def test_it_is_told_in_both_languages_in_the_scenarios_money(found, tmp_path):
    words = in_words(found)
    assert words[0].startswith("Lean earns most at 1.1")
    lean = found.replies[0]
    part = 100 * lean.cost.mean / lean.value.mean
    assert f"its price today costs it {part:.1f} % of that." in words[0]
    text = as_text(found)
    assert max(map(len, text.splitlines())) <= 100
    assert "価格を 1.1" in as_text(found, Words("ja"))
    money = {"money.currency": "JPY", "money.unit_cost": 3000}
    yen = best_replies(PLAN.with_values(money), run=earning(hill), **SHORT)
    assert "JPY)" in in_words(yen)[0]
    assert "or nothing, as far as chance lets tell" not in in_words(yen)[0]
    document = json.loads(json.dumps(as_json(yen), allow_nan=False))
    assert document["money"]["currency"] == "JPY"
    assert document["replies"][0]["verdict"] == "best"
    png, svg = draw_replies(found, tmp_path)
    with Image.open(png) as picture:
        assert picture.size == (1280, 720)
    assert svg.stat().st_size > 0


def test_the_table_pairs_with_the_firms_own_level(found):
    table = as_columns(found)
    own = [row for row, factor in enumerate(table["factor"]) if factor == 1.0]
    assert len(own) == 2
    assert [table["gain"][row] for row in own] == [0.0, 0.0]
    row = own[0] + 1
    assert table["value"][row] - table["value"][own[0]] == pytest.approx(table["gain"][row])
    rounds = iterated_columns(
        best_replies(PLAN, run=earning(duel), iterate=True, rounds=2, **SHORT).iterated
    )
    assert rounds["round"] == [1, 1, 2, 2]
    assert rounds["factor"][:2] == [1.0, 1.0]


def typed(*arguments):
    return status_of(typer.main.get_command(app), ["discover", *map(str, arguments)])


def test_the_command_writes_its_folder(tmp_path, capsys):
    out = tmp_path / "r"
    status = typed(
        "three-disciplines", "--replies", "price", "--firm", "Lean", "--factor", "0.9", "--factor",
        "1.2", "--from", "2", "--horizon", "12", "--customers", "60", "--replications", "2",
        "--iterate", "--rounds", "2", "--json", "--quiet", "--out", out,
    )  # fmt: skip
    assert status == 0
    document = json.loads(capsys.readouterr().out)
    assert [one["firm"] for one in document["replies"]] == ["Lean"]
    rows = pq.read_table(out / "replies.parquet").to_pylist()
    assert [row["factor"] for row in rows] == [0.9, 1.0, 1.2]
    assert len({row["value"] for row in rows}) == 3
    assert pq.read_table(out / "iterated.parquet").num_rows == len(document["iterated"]["path"])
    assert {"replies.png", "replies.svg", "replies.txt", "run.json", "scenario.yaml"} <= {
        path.name for path in out.iterdir()
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nowhere", "--iterate"), "--iterate: belongs to --replies KEY"),
        (("nowhere", "--set", "seed=1"), "--set: belongs to --replies KEY"),
        (("three-disciplines", "--replies", "price", "--measure", "cash"), "--measure: is of a"),
        (("three-disciplines", "--replies", "price", "--at", "0"), "--at: is of a finished sweep"),
        (("three-disciplines", "--replies", "pric"), "did you mean price"),
    ],
)
def test_what_belongs_to_the_other_question_is_refused(
    arguments, told, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert typed(*arguments) == 2
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
