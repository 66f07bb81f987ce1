"""Which parts an answer needs: what is switched off, what is kept, and how it is told."""

from __future__ import annotations

import json
import math

import pyarrow.parquet as pq
import pytest
import typer

from tsunagari import scenarios
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.trial import Trial, digest
from tsunagari.experiments.runs.workers import trial_runner
from tsunagari.experiments.studies.ablation import Headlines, _is_kept, _level, ablate
from tsunagari.experiments.telling.ablation import as_json, as_rows, as_text, mechanism_name
from tsunagari.experiments.words import LANGUAGES, Words
from tsunagari.sim.mechanisms import MECHANISMS, at_work, switched_off
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.firms import OperatingModel

FEW = [
    each for each in MECHANISMS
    if each.name in ("location", "success", "taste", "reviews", "launches")
]  # fmt: skip


def mechanism(name):
    return next(each for each in MECHANISMS if each.name == name)


@pytest.mark.parametrize("name", scenarios.names())
def test_all_can_be_switched_off_in_every_scenario_and_stay_off(name):
    plan = Scenario.load(name)
    bare = switched_off(plan, MECHANISMS)
    assert at_work(bare) == []
    assert switched_off(bare, MECHANISMS) is bare
    assert {"location", "taste"} <= {each.name for each in at_work(plan)}


def test_a_mechanism_that_is_off_already_changes_nothing():
    plan = Scenario().with_values({"zmot.friend": 0.0})
    assert switched_off(plan, [mechanism("friends_told")]) is plan


def test_events_and_firms_that_come_later_bring_nothing_back():
    events = [
        {"month": 2, "set": "zmot.friend", "to": 0.9},
        {"month": 3, "set": "firms.Lean.guarantee", "to": 0.1},
        {"month": 4, "enter": {"name": "Zero", "discipline": "disruptor", "guarantee": 0.2}},
    ]
    liked = {"disciplines.disruptor.network_effect": 0.8}
    plan = Scenario().with_values({**liked, "zmot.friend": 0.0, "events": events})
    names = {each.name for each in at_work(plan)}
    assert {"friends_told", "guarantee", "network_effect"} <= names
    off = [mechanism(name) for name in ("friends_told", "guarantee", "network_effect")]
    bare = switched_off(plan, off)
    (entry,) = bare.events
    assert entry.enter.guarantee == 0.0
    assert bare.disciplines.disruptor.network_effect == 0.0
    assert not {each.name for each in off} & {each.name for each in at_work(bare)}


def test_names_are_one_each_and_have_their_words():
    names = [each.name for each in MECHANISMS]
    assert len(set(names)) == len(names)
    for language in LANGUAGES:
        assert all(mechanism_name(name, Words(language)) for name in names)


WHAT_A_FIRM_IS = set(
    """operations innovation intimacy investment markup objective_share objective_loss
    extended_staff launch_premium launch_size attention authority solution breadth position warmth
    service service_cost recommended integration wallet_breadth contract reach advertising
    data_quality minimum_potential joiner_months loyalty_months renews target culture purpose
    plan_months governance expansion_most marginal_cost complement_months
    intermediary_reach""".split()
)


def test_every_key_of_a_firm_is_what_it_is_or_has_a_mechanism():
    switched = {
        path.removeprefix("firms[].")
        for each in MECHANISMS
        for path in each.off
        if path.startswith("firms[].")
    }
    assert not switched & WHAT_A_FIRM_IS
    assert set(OperatingModel.model_fields) <= switched | WHAT_A_FIRM_IS


def test_who_leads_by_chance_only_is_level():
    firms = {"A": [3.0, 3.1, 3.2], "B": [3.0, 3.2, 3.0], "C": [1.0, 1.1, 1.0], "D": [math.nan] * 3}
    assert _level(firms) == {"A", "B"}


def test_a_result_is_kept_if_somebody_level_with_the_leader_leads():
    def led_by(*order):
        order, level = {"profit": order}, {"profit": frozenset("AB")}
        return Headlines(claims=(), order=order, level=level, sign={})

    whole = led_by("A", "B", "C")
    assert _is_kept("profit", whole, led_by("B", "A", "C"))
    assert not _is_kept("profit", whole, led_by("C", "A", "B"))


@pytest.fixture(scope="module")
def found():
    """A market in which price decides, and a claim that says so, with a handful of mechanisms."""
    claim = {
        "say": "Cheap wins",
        "source": "Somebody 1999",
        "without": {"firms.Lean.price": 1.5},
        "firm": "Lean",
        "measure": "market_share",
        "expect": "higher",
        "kind": "consequence",
    }
    size = {"market.customers": 400, "market.months": 8, "firms.Lean.price": 0.6}
    plan = Scenario().with_values({**size, "looking.base": 0.3, "claims": [claim]})
    rest = [each for each in MECHANISMS if each not in FEW]
    plan = switched_off(plan, rest)
    with trial_runner(plan, workers=1) as run:
        seen = []

        def counted(trials):
            trials = list(trials)
            seen.extend(trials)
            return run(trials)

        return plan, ablate(plan, 3, counted), seen


def test_what_does_not_matter_is_not_needed(found):
    plan, ablation, seen = found
    assert [each.off for each in ablation.each] == [(one.name,) for one in at_work(plan)]
    assert "claim 0" in ablation.headlines
    assert ablation.whole.claims[0].verdict == "came true"
    assert not ablation.smallest.lost
    spared = set(ablation.smallest.off)
    assert spared.isdisjoint(ablation.needed)
    assert spared | set(ablation.needed) == {one.name for one in at_work(plan)}
    assert ablation.logit.off == tuple(one.name for one in at_work(plan) if not one.in_logit)
    keys = [(digest(trial.plan, seed=0), trial.replication) for trial in seen]
    assert len(set(keys)) == len(keys), "the same market twice"
    assert {(trial.seed, trial.replication) for trial in seen} == {(plan.seed, n) for n in range(3)}
    assert isinstance(seen[0], Trial)


def test_it_is_told_in_words_in_both_languages_and_as_json(found):
    _, ablation, _ = found
    text = as_text(ablation)
    assert "claim 1, came true: Cheap wins" in text
    assert "greedy backward elimination under common random numbers" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 100
    assert "主張どおり" in as_text(ablation, Words("ja"))
    document = json.loads(json.dumps(as_json(ablation), allow_nan=False))
    assert document["claims"] == [
        {"say": "Cheap wins", "kind": "consequence", "verdict": "came true"}
    ]
    assert len(document["without"]) == len(ablation.each)
    assert document["logit"]["same"] is not bool(ablation.logit.lost)
    assert len(as_rows(ablation)) == sum(bool(each.lost) for each in ablation.each)


def test_the_command_writes_its_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("tsunagari.sim.mechanisms.MECHANISMS", FEW[:2])
    arguments = ["ablate", "three-disciplines", "--customers", "60", "--months", "3"]
    arguments += ["--replications", "2", "--json", "--quiet", "--out", str(tmp_path / "a")]
    assert status_of(typer.main.get_command(app), arguments) == 0
    document = json.loads(capsys.readouterr().out)
    rows = pq.read_table(tmp_path / "a" / "ablation.parquet").to_pylist()
    assert [row["model"] for row in rows] == ["without", "without", "smallest", "logit"]
    assert [row["off"] for row in rows[:2]] == ["location", "success"]
    assert rows[0]["kept"] == document["without"][0]["kept"]
    assert (tmp_path / "a" / "ablation.txt").read_text(encoding="utf-8")
    record = json.loads((tmp_path / "a" / "run.json").read_text(encoding="utf-8"))
    assert record["status"] == "complete"
