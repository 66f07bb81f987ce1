"""Options in, a ranking out: from one end to the other, small."""

from __future__ import annotations

import itertools
import json
import sys
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import typer
import yaml

import tsunagari
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.deciding.archetypes import ARCHETYPES
from tsunagari.experiments.deciding.asked import markets_of
from tsunagari.experiments.deciding.equal import Meter, Note, brought_to_spend
from tsunagari.experiments.deciding.faults import notes
from tsunagari.experiments.deciding.markets import Act
from tsunagari.experiments.deciding.outcomes import YARDSTICKS
from tsunagari.experiments.deciding.question import Environment
from tsunagari.experiments.deciding.searching import Arena, Candidate, Searched, searched
from tsunagari.experiments.runs.ensemble import read_members
from tsunagari.experiments.runs.workers import trial_runner
from tsunagari.experiments.telling.decision import advice, as_json, in_words
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

PLAN = Scenario.load("three-disciplines").with_values(
    {
        "market": {"customers": 250, "months": 14, "people": 10_000},
        "money": {"currency": "JPY", "unit_cost": 2000.0},
        "claims": [],
    }
)
OPTIONS = {
    "us": "Broad",
    "horizon": [8, 4],
    "from": 3,
    "yardstick": "contribution",
    "options": [
        {"name": "Cheaper", "times": {"firms.Broad.price": 0.98}},
        {"name": "More staff", "add": {"firms.Broad.attention": 0.2}},
    ],
}


@pytest.fixture(scope="module")
def members(tmp_path_factory):
    file = tmp_path_factory.mktemp("ensemble") / "ensemble.parquet"
    rng = np.random.default_rng(1)
    pd.DataFrame(
        {
            "value.price_base": 0.7 * np.exp(0.3 * rng.standard_normal(8)),
            "firms.Broad.brand": 0.2 * rng.standard_normal(8),
            "finance.attention_cost": 0.1 * np.exp(0.5 * rng.standard_normal(8)),
        }
    ).to_parquet(file)
    return file


def known(file):
    """The market with what is not known of it."""
    return PLAN.with_values({"members": read_members(file)})


@pytest.fixture(scope="module")
def made(members):
    return tsunagari.decide(PLAN, OPTIONS, ensemble=members, limit=2)


def test_options_cost_the_same(made):
    nothing, cheaper, staff = made.options
    assert nothing.spend == 0
    assert cheaper.act.scale == 1
    assert staff.spend == pytest.approx(cheaper.spend, rel=0.01)
    (before, after) = made.markets.changes(staff.act)["firms.Broad.attention"]
    assert before == 0.4
    assert after > before


def test_options_cost_the_same_in_every_market_that_the_data_allow(made):
    """What staff costs differs from member to member: so does how much of it the money buys."""
    _, cheaper, staff = made.options
    assert max(staff.parts) > 1.5 * min(staff.parts)
    assert set(cheaper.parts) == {1.0}
    with trial_runner(made.markets.base, workers=1, threads=1) as run:
        for member in range(0, 8, 3):
            meter = Meter(made.markets, run, member)
            costs = [meter.spend(option.of_member(member)) for option in (cheaper, staff)]
            assert costs[1] == pytest.approx(costs[0], rel=0.01)


def test_the_ranking_has_the_contracts_columns(made):
    table = made.table
    assert set(table.name) == {"as it is", "Cheaper", "More staff"}
    assert table["mean"].is_monotonic_decreasing
    assert table.probability_best.sum() == pytest.approx(1)
    assert (table.low <= table["mean"]).all()
    assert (table["mean"] <= table.high).all()
    assert made.verdict


def test_nothing_new_differs_from_nothing(made):
    for name in YARDSTICKS:
        found = made.effects(name)
        assert found.mean[0] == 0
        assert found.luck[0] == 0


def test_an_option_without_a_change_has_no_effect_at_all(members):
    same = {"name": "The same", "times": {"firms.Broad.price": 1.0}}
    found = tsunagari.decide(PLAN, OPTIONS | {"options": [same]}, ensemble=members, limit=2)
    assert found.options[1].note == "free"
    assert np.nanmax(np.abs(found.outcomes[1] - found.outcomes[0])) == 0


def test_what_is_better_for_certain_is_taken(members):
    """Money out of the window against nothing new; and the same the other way round."""
    spent = {"name": "Waste", "set": {"firms.Broad.service_cost": 5.0}, "add": {}}
    saved = {"name": "Thrift", "set": {"finance.fixed_cost": 0.0}}
    plan = PLAN.with_values({"firms.Broad.service": 0.1, "finance.fixed_cost": 3.0})
    found = tsunagari.decide(plan, OPTIONS | {"options": [spent, saved]}, ensemble=members, limit=2)
    assert found.recommended == "Thrift"
    assert found.settled
    assert found.options[2].note == "saves"
    assert found.effects().mean[1] < 0
    assert "Thrift" in found.verdict


@pytest.mark.slow
def test_the_answer_does_not_hang_on_workers(made, members):
    again = tsunagari.decide(PLAN, OPTIONS, ensemble=members, limit=2, workers=2)
    np.testing.assert_array_equal(again.outcomes, made.outcomes)


def test_a_budget_holds_for_every_option(members):
    budget = 100_000.0
    found = tsunagari.decide(PLAN, OPTIONS | {"budget": budget}, ensemble=members, limit=2)
    for option in found.options[1:]:
        assert option.spend == pytest.approx(budget, rel=0.01)


def test_without_an_ensemble_only_luck_is_told(tmp_path):
    found = tsunagari.decide(PLAN, OPTIONS, limit=2)
    assert found.effects().knowledge[1] == 0
    assert "--ensemble" in found.verdict
    assert "so few histories" in " ".join(in_words(as_json(found), Words("en")))


@pytest.mark.parametrize("kind", ARCHETYPES)
def test_entrants_ask_what_their_kind_asks(kind, members):
    entering = {"name": "Entry", "entrant": {"as": kind, "after": 2}}
    markets, _ = markets_of(known(members), OPTIONS | {"environments": [entering]})
    markets = markets.priced(4000.0)
    (event,) = (
        event for event in markets.plan(markets.environments[0], None, 0).events if event.enter
    )
    assert event.month == 5
    assert event.enter.asks == pytest.approx(4000.0 * ARCHETYPES[kind].asks)
    brands = markets.unknown()["firms.Entrant.brand"]
    assert len(set(brands)) == markets.members


def test_rivals_react_from_the_decision_on(members):
    markets, _ = markets_of(known(members), OPTIONS)
    plan = markets.plan(Environment(name="they react", rivals="reacting"), None, None)
    moved = {event.set: event for event in plan.events}
    assert set(moved) == {
        f"firms.{firm}.{key}" for firm in ("Lean", "Spark", "Tailor")
        for key in ("reaction", "pricing")
    }  # fmt: skip
    assert {event.month for event in moved.values()} == {3}


def test_rivals_whose_prices_are_known_can_follow_their_research(members):
    asks = {f"firms.{firm}.asks": price for firm, price in (("Lean", 1.4), ("Spark", 2.1))}
    markets, _ = markets_of(known(members).with_values(asks), OPTIONS)
    plan = markets.plan(Environment(name="they learn", rivals="adaptive"), None, None)
    told = {event.set: event.to for event in plan.events}
    assert told["firms.Lean.pricing"] == told["firms.Tailor.pricing"] == "adaptive"


def test_words_are_the_same_facts_in_both_languages(made):
    for language in ("en", "ja"):
        words = Words.of(made.markets.base, language)
        told = " ".join(in_words(as_json(made), words))
        assert "Broad" in told
        assert ("JPY" in told) or ("円" in told)
    english = in_words(as_json(made), Words.of(made.markets.base))
    assert not set("ぁあいうのをがは") & set(" ".join(english))


# -- the command -----------------------------------------------------------------------------------


@pytest.fixture
def typed(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        told = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *told])
        status = status_of(typer.main.get_command(app), told)
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def test_the_command_writes_what_it_says(typed, members, tmp_path):
    file = tmp_path / "options.yaml"
    file.write_text(yaml.safe_dump(OPTIONS), encoding="utf-8")
    scenario = tmp_path / "plan.yaml"
    scenario.write_text(
        "extends: three-disciplines\nmarket: {customers: 250, months: 14}\nclaims: []\n",
        encoding="utf-8",
    )
    status, said, _ = typed(
        "decide", scenario, "--options", file, "--ensemble", members, "--limit", 2, "--json",
        "--out", "out",
    )  # fmt: skip
    assert status == 0
    told = json.loads(said)
    wanted = {"name", "measure", "mean", "low", "high", "probability_best", "regret",
              "break_even_month", "spend"}  # fmt: skip
    assert all(wanted <= set(option) for option in told["options"])
    assert {"recommended", "verdict", "turns_round", "measure_next"} <= set(told)
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"decision.json", "decision.parquet", "decision.txt", "scenario.yaml"} <= names


WRONG = [
    ({"options": [{"name": "A", "times": {"firms.Board.price": 0.9}}]}, "firms.Board"),
    ({"options": [{"name": "A", "times": {"firms.Broad.prise": 0.9}}]}, "price"),
    ({"options": [{"name": "A"}]}, "changes nothing"),
    ({"options": [{"name": "A", "set": {"x": 1}}, {"name": "A", "set": {"x": 1}}]}, "already"),
    ({"options": [{"name": "as it is", "set": {"x": 1}}]}, "already"),
    ({"yardstick": "profits"}, "yardstick"),
    ({"us": "Board"}, "did you mean Broad"),
    ({"firm": "Broad"}, "did you mean us"),
    ({"options": [{"name": "A", "month": 3}]}, "did you mean from"),
    ({"horizon": []}, "horizon: 24"),
    ({"horizon": 0}, "horizon"),
    ({"opsions": []}, "options"),
    ({"environments": [{"name": "E", "entrant": {"as": "platfrom"}}]}, "did you mean platform"),
    ({"budget": 1e12}, "at most"),
    ({"options": [{"name": "A", "add": {"firms.Broad.discipline": 1}}]}, "write it under set"),
    (
        {"us": "Broad", "options": [{"name": "A", "times": {"firms.Lean.price": 1.05}}]},
        r'options.A.times."?firms.Lean.price"?: is Lean.s, and Broad decides; .* environments',
    ),
    (
        {"options": [{"name": "A", "times": {"firms.Broad.price": "5%"}}]},
        r"write 1.05 for 5 % more, 0.95 for 5 % less",
    ),
    (
        {"options": [{"name": "A", "set": {"firms.Broad.price": 6840}}]},
        r"options.A.set.\S+: must be at most 100, not 6840",
    ),
    ({"options": [{"name": "A", "set": {"firms.Broad.price": 1}, "from": "2026-01"}]}, "write 24"),
    ({"options": [], "levers": {"firms.Broad.price": [0.9, 1.1]}}, "add --search"),
    ({"us": "Broad", "levers": {"firms.Lean.price": [0.9, 1.1]}}, "Broad decides"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_what_is_wrong_is_told_in_a_sentence(change, said):
    with pytest.raises(Problems, match=said):
        tsunagari.decide(PLAN, OPTIONS | change, limit=2)


def test_all_that_is_wrong_with_options_is_told_at_once_where_it_stands(tmp_path):
    file = tmp_path / "options.yaml"
    file.write_text(
        "us: Broad\noptions:\n"
        "  - name: A\n    set: {firms.Broad.price: 6840}\n"
        "  - name: B\n    add: {firms.Broad.servise: 0.1}\n",
        encoding="utf-8",
    )
    with pytest.raises(Problems) as raised:
        markets_of(PLAN, file)
    assert [(one.line, one.suggestion) for one in raised.value.problems] == [
        (4, None),
        (6, "did you mean firms.Broad.service?"),
    ]


def test_a_factor_does_what_it_says_or_is_refused():
    low = PLAN.with_values({"firms.Broad.service": -0.2})
    asked = {"options": [{"name": "A", "times": {"firms.Broad.service": 1.2}}]}
    with pytest.raises(Problems, match=r"is −0.2, and 1.2 times that is −0.24: less; write under"):
        markets_of(low, OPTIONS | asked)
    times = {"firms.Broad.price": 5, "firms.Broad.service": 3}
    markets, _ = markets_of(PLAN, OPTIONS | {"options": [{"name": "A", "times": times}]})
    assert notes(markets) == [
        "A: firms.Broad.price is multiplied with 5; 5 % more is 1.05, 5 % less 0.95"
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value.price_bass": [1.0]}, "unknown key"),
        ({"value.price_base": [1.0, np.nan]}, "row 2"),
        ({"value.price_base": ["much"]}, "numbers"),
        ({"value.price_base": [-1.0]}, "must be greater than 0"),
        ({"value.price_base": np.zeros(0)}, "no members"),
    ],
)
def test_what_is_wrong_with_members_is_told(columns, said, tmp_path):
    file = tmp_path / "members.parquet"
    pd.DataFrame(columns).to_parquet(file)
    with pytest.raises(Problems, match=said):
        tsunagari.decide(PLAN, OPTIONS, ensemble=file)


def test_a_missing_file_of_members_is_told(tmp_path):
    with pytest.raises(Problems, match="no such file"):
        tsunagari.decide(PLAN, OPTIONS, ensemble=tmp_path / "none.parquet")


# -- search ----------------------------------------------------------------------------------------

LEVERS = {"firms.Broad.price": [0.9, 1.1], "firms.Broad.attention": [0.2, 0.6]}


@pytest.mark.slow
@pytest.mark.exhaustive
def test_a_search_agrees_with_a_grid(members):
    """Two levers: the best of 60 candidates is as good as the best point of an exhaustive grid."""
    asked = OPTIONS | {"options": [], "levers": LEVERS, "horizon": 8}
    markets, _ = markets_of(known(members), asked)
    with trial_runner(markets.base, workers=1, threads=1) as run:
        found = searched(markets, run, None, candidates=60)
        arena = Arena(markets, run, None)
        grid = [
            arena.meet(dict(zip(LEVERS, place, strict=True)), markets.members)
            for place in itertools.product(*(np.linspace(*ends, 6) for ends in LEVERS.values()))
        ]
    best = max(each.gain("contribution") for each in grid)
    spread = best - min(each.gain("contribution") for each in grid)
    assert found.best.gain("contribution") > best - 0.03 * spread
    front = found.front("contribution", "customers")
    assert found.best in front


def test_a_search_stays_within_its_budget(members):
    budget = 50_000.0
    asked = OPTIONS | {"options": [], "horizon": 4, "levers": {"firms.Broad.attention": [0.5, 0.9]}}
    markets, _ = markets_of(known(members), asked)
    with trial_runner(markets.base, workers=1, threads=1) as run:
        found = searched(markets, run, budget, candidates=4)
    assert len(found.tried) == 4, "a mix counts once, whomever it met"
    assert all(each.spend <= 1.01 * budget for each in found.tried)
    assert all(0.4 < each.values["firms.Broad.attention"] < 0.9 for each in found.tried)


def test_a_front_has_nobody_who_is_beaten_twice():
    at = list(YARDSTICKS)

    def candidate(value, surplus):
        gains = np.zeros(len(at))
        gains[at.index("value")], gains[at.index("surplus")] = value, surplus
        return Candidate({"x": value}, 0.0, gains, 1)

    points = [candidate(1, 5), candidate(2, 2), candidate(3, 1), candidate(1, 1), candidate(3, 0)]
    front = Searched(points[0], tuple(points)).front("value", "surplus")
    assert [each.gain("value") for each in front] == [1, 2, 3]
    assert [each.gain("surplus") for each in front] == [5, 2, 1]


def test_a_search_needs_levers_and_a_decision_something_to_choose():
    with pytest.raises(Problems, match="levers"):
        tsunagari.decide(PLAN, OPTIONS | {"options": [], "levers": {}}, search=True)
    with pytest.raises(Problems, match="nothing to choose"):
        tsunagari.decide(PLAN, OPTIONS | {"options": []})


def test_a_lever_that_members_differ_in_is_moved_from_where_each_stands(members):
    asked = OPTIONS | {"options": [], "horizon": 4, "levers": {"firms.Broad.brand": [0.0, 0.5]}}
    markets, _ = markets_of(known(members), asked)
    with trial_runner(markets.base, workers=1, threads=1) as run:
        best = searched(markets, run, None, candidates=2).best
    moved = best.values["firms.Broad.brand"]
    for member in range(3):
        plan = markets.plan(markets.environments[0], Act(best.choice), member)
        own = markets.base.members["firms.Broad.brand"][member]
        (event,) = plan.events
        assert event.to == pytest.approx(own + moved)


@pytest.mark.parametrize("chance", [0.95, 1.0])
@pytest.mark.parametrize("name", ["as it is", "Cheaper"])
@pytest.mark.parametrize("members", [0, 8])
def test_of_one_market_nothing_is_told_of_what_is_possible(members, name, chance):
    other = "Cheaper" if name == "as it is" else "as it is"
    first = {"name": name, "mean": 2.0, "regret": 0.1, "probability_best": chance}
    second = first | {"name": other, "mean": 1.0, "probability_best": 1 - chance}
    told = {"options": [first, second], "yardstick": "value", "recommended": name,
            "members": members}  # fmt: skip
    for language, possible in (("en", "possible"), ("ja", "ありうる")):
        assert (possible in advice(told, Words(language))) == bool(members)


def test_an_option_at_the_limit_of_its_keys_costs_less_there_and_says_so(members):
    """Attention is at most 1: where staff is cheap, the money buys more than there may be."""
    dear = [{"name": "Cheaper", "times": {"firms.Broad.price": 0.975}}, OPTIONS["options"][1]]
    markets, _ = markets_of(known(members), OPTIONS | {"options": dear})
    with trial_runner(markets.base, workers=1, threads=1) as run:
        _, _, staff = brought_to_spend(markets, run)
    reached = [
        markets.changes(staff.of_member(member), member)["firms.Broad.attention"][1]
        for member in range(8)
    ]
    assert max(reached) == pytest.approx(1.0, abs=0.02)
    assert max(reached) <= 1.0
    assert min(reached) < 0.95
    assert staff.note == "limit"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_note_of_an_option_has_its_words(language):
    for note in filter(None, get_args(Note.__value__)):
        assert Words(language)(f"deciding.note_{note}", option="Staff")
