"""Discovery in sweeps whose winners, ruins and best replies are known beforehand."""

import json
import math
import re
import sys
from pathlib import Path

import numpy as np
import planted
import pytest
import typer
from PIL import Image

from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.tables import read_table
from tsunagari.experiments.studies.discovery import discover, write_discovery
from tsunagari.experiments.studies.regret import Regret
from tsunagari.experiments.studies.rules import FEWEST, rules
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.experiments.telling import discovery as answer
from tsunagari.experiments.words.terminal import columns_of
from tsunagari.sim.problems import Failure, Problems

ROOT = Path(__file__).parents[2]
INTIMACY, NONE = "customer-intimacy", "none"
OPERATIONS, PRODUCT = "operational-excellence", "product-leadership"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("swept") / "planted"
    sweep(planted.design(), out=path, simulate=planted.disciplines)
    return path


@pytest.fixture(scope="module")
def found(folder):
    return discover(folder, rivals=["Spark"], simulate=planted.disciplines)


def option(options, name):
    return next(one for one in options if one.name == name)


def regret_of(values, environments=None, **keys):
    values = np.asarray(values, dtype=np.float64)
    fixed = {"measure": "cash", "firm": "Lean", "month": None, "less_is_better": False}
    options = tuple({"firms.Lean.price": float(n)} for n in range(values.shape[0]))
    environments = environments or [{"x": float(n)} for n in range(values.shape[1])]
    gone = np.full(values.shape, np.nan)
    return Regret(options=options, environments=tuple(environments), values=values, ruined=gone,
                  **{**fixed, **keys})  # fmt: skip


def test_regret_is_what_the_best_would_have_brought(found):
    regret = found.regret
    assert regret.values.shape == (4, 24, 3)
    location = np.array([e["stickiness.location"] for e in regret.environments])
    names = list(regret.names)
    winner = [names[w] for w in regret.winner]
    assert winner == [INTIMACY if x > 0.6 else OPERATIONS for x in location]
    best = np.where(location > 0.6, 12.0, 10.0)
    np.testing.assert_allclose(regret.regret[names.index(NONE)], best - 7.0, atol=1e-9)
    assert (regret.regret >= 0).all()
    assert regret.is_sure.all()


def test_options_are_ordered_by_mean_regret(found):
    wins = int((found.regret.winner == found.regret.names.index(INTIMACY)).sum())
    assert [one.name for one in found.options] == [OPERATIONS, NONE, INTIMACY, PRODUCT]
    intimacy = option(found.options, INTIMACY)
    assert intimacy.wins == wins
    assert intimacy.won == wins / 24
    assert intimacy.mean_regret == pytest.approx(8.0 * (24 - wins) / 24)
    assert intimacy.largest_regret == pytest.approx(8.0)
    assert option(found.options, OPERATIONS).largest_regret == pytest.approx(2.0)


def test_ruin_is_counted_over_all_trials(found):
    ruin = option(found.options, PRODUCT).ruin
    assert ruin.mean == pytest.approx(2 / 3)
    assert 0.5 < ruin.low < 2 / 3 < ruin.high < 0.8
    safe = option(found.options, NONE).ruin
    assert (safe.mean, safe.low) == (0.0, 0.0)
    assert safe.high == pytest.approx(0.0507, abs=1e-4)  # Wilson for 0 of 72
    assert "ruined most often as product-leadership (67 % [55, 76])" in answer.in_words(found)[0]


def test_a_closed_firm_has_the_outcome_of_its_last_month(folder):
    late = discover(folder, month=2)
    assert np.isfinite(late.regret.values).all()
    first = discover(folder, month=0)
    assert first.options[0].mean_regret == late.options[0].mean_regret


def test_rules_say_where_it_wins(found):
    told = found.rules
    assert told.why_not == ""
    assert told.accuracy > 0.9 > told.baseline
    assert {rule.option for rule in told.rules} == {OPERATIONS, INTIMACY}
    for rule in told.rules:
        (condition,) = rule.conditions
        sign = ">" if rule.option == INTIMACY else "≤"
        match = re.fullmatch(rf"stickiness\.location {sign} ([\d.]+)", condition)
        assert float(match[1]) == pytest.approx(0.6, abs=0.05)
        assert rule.wins == rule.environments
    assert sum(rule.environments for rule in told.rules) == 24
    assert re.search(
        r"where stickiness\.location ≤ [\d.]+: operational-excellence wins in (\d+) of \1 "
        r"environments \(100 %\)",
        answer.as_text(found),
    )


def test_an_option_that_is_copied_may_no_longer_be_the_best_reply(found):
    again = found.copied
    assert again.rivals == ("Spark",)
    assert again.keys == {"firms.Spark.discipline": OPERATIONS}
    assert again.option.name == OPERATIONS
    assert not again.survives
    assert again.options[0].name == NONE
    assert again.change.mean == pytest.approx(-6.0)
    assert again.change.high == pytest.approx(-6.0)
    assert again.lead.mean == pytest.approx(3.0)
    words = answer.in_words(found)[-1]
    assert words.startswith("When Spark copies operational-excellence")
    assert "no longer the best reply: none is 3 (3 to 3) better" in words


def test_an_option_may_survive_being_copied(folder):
    found = discover(folder, rivals=["all"], simulate=planted.always_none, force=True)
    assert found.copied.rivals == ("Spark", "Tailor", "Broad")
    assert len(found.copied.keys) == 3
    assert found.copied.options[0].name == NONE
    restored = discover(folder, rivals=["Tailor"], simulate=planted.disciplines, force=True)
    assert restored.copied.survives
    assert restored.copied.change.mean == 0.0
    assert "still the best reply; the next, none, is" in answer.in_words(restored)[-1]


def test_another_copy_in_the_folder_is_refused(tmp_path):
    few = planted.design(samples=2, replications=1)
    sweep(few, out=tmp_path / "s", simulate=planted.disciplines)
    discover(tmp_path / "s", rivals=["Spark"], simulate=planted.disciplines)
    with pytest.raises(Problems, match="another design"):
        discover(tmp_path / "s", rivals=["Tailor"], simulate=planted.disciplines)


def test_no_rule_is_told_where_there_is_none(tmp_path):
    sweep(planted.design(replications=1), out=tmp_path / "s", simulate=planted.by_luck)
    found = discover(tmp_path / "s")
    assert found.rules.rules == ()
    assert found.rules.why_not == "no_better"
    assert "No simple rule was found" in answer.as_text(found)
    assert "winners by chance" in answer.as_text(found)
    assert not found.regret.is_sure.any()


def test_one_winner_needs_no_rule(tmp_path):
    sweep(planted.design(replications=1), out=tmp_path / "s", simulate=planted.always_none)
    found = discover(tmp_path / "s")
    assert found.options[0].won == 1.0
    assert answer.on_rules(found.rules).startswith("none wins in every environment")
    assert math.isnan(found.rules.accuracy)


def test_environments_without_an_outcome_are_left_out(tmp_path):
    sweep(planted.design(replications=1), out=tmp_path / "s", simulate=planted.failing)
    found = discover(tmp_path / "s")
    assert found.regret.compared.size == 12
    assert "12 environments are left out" in answer.in_words(found)[0]
    assert option(found.options, NONE).trials == 12
    assert option(found.options, OPERATIONS).ruin.mean == 0.0
    columns = read_table(write_discovery(found, tmp_path / "s")[0])
    assert np.isnan(columns["regret"]).sum() == 4 * 12
    sweep(planted.design(samples=2), out=tmp_path / "f", simulate=planted.always_failing)
    with pytest.raises((Failure, Problems)):
        discover(tmp_path / "f")


def test_less_may_be_better_and_ties_are_shared():
    least = regret_of([[[1.0], [5.0]], [[2.0], [5.0]]], less_is_better=True)
    np.testing.assert_array_equal(least.regret, [[0, 0], [1, 0]])
    assert least.winner.tolist() == [0, -1]
    most = regret_of([[[1.0], [5.0]], [[2.0], [5.0]]])
    np.testing.assert_array_equal(most.regret, [[1, 0], [0, 0]])
    from tsunagari.experiments.studies.regret import options_of

    first, second = options_of(most)
    assert (first.number, first.wins, first.won) == (1, 1.5, 0.75)
    assert (second.wins, second.mean_regret) == (0.5, 0.5)
    assert math.isnan(first.ruin.mean)


def test_rules_take_words_and_truths_apart():
    kinds = ["small-world", "random", "complete"] * 8
    places = [{"network.kind": kind, "x": n % 2 == 0, "same": 1} for n, kind in enumerate(kinds)]
    by_kind = [[[1.0 if kind == "random" else 0.0] for kind in kinds], [[0.5]] * 24]
    found = rules(regret_of(by_kind, places))
    assert {answer.rule_in_words(rule) for rule in found.rules} == {
        "where network.kind = random: 0.0 wins in 8 of 8 environments (100 %)",
        "where network.kind ≠ random: 1.0 wins in 16 of 16 environments (100 %)",
    }
    by_truth = [[[1.0 if place["x"] else 0.0] for place in places], [[0.5]] * 24]
    conditions = {rule.conditions for rule in rules(regret_of(by_truth, places)).rules}
    assert conditions == {("x = true",), ("x ≠ true",)}


def test_two_thresholds_of_one_factor_are_one_condition():
    values = [[[1.0 if 10 <= n < 20 else 0.0] for n in range(30)], [[0.5]] * 30]
    told = {answer.rule_in_words(rule) for rule in rules(regret_of(values)).rules}
    assert "where 9.5 < x ≤ 19.5: 0.0 wins in 10 of 10 environments (100 %)" in told
    assert len(told) == 3


def test_few_environments_or_equal_ones_have_no_rules():
    few = regret_of([[[1.0], [0.0]], [[0.0], [1.0]]])
    assert f"at least {FEWEST}" in answer.on_rules(rules(few))
    values = [[[float(n % 2)] for n in range(20)], [[0.5]] * 20]
    alike = rules(regret_of(values, [{"x": 1.0}] * 20))
    assert "differ in nothing" in answer.on_rules(alike)


@pytest.fixture
def tsunagari(capsys, monkeypatch):
    def typed(*arguments):
        arguments = [str(argument) for argument in arguments]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *arguments])
        capsys.readouterr()
        status = status_of(typer.main.get_command(app), arguments)
        said = capsys.readouterr()
        return status, said.out, said.err

    return typed


def test_the_command_writes_tables_and_a_picture(tsunagari, folder):
    status, said, told = tsunagari("discover", folder, "--quiet")
    assert (status, told) == (0, "")
    assert max(columns_of(line) for line in said.splitlines() if str(folder) not in line) <= 100
    assert "Lean decides; 24 environments, 3 runs each" in said
    with Image.open(folder / "regret.png") as image:
        assert image.text["Title"] == f"{OPERATIONS} is least regretted of Lean's options"
    table = read_table(folder / "regret.parquet")
    assert len(table["regret"]) == 4 * 24
    assert set(table["firms.Lean.discipline"]) == set(planted.OPTIONS)
    assert set(read_table(folder / "options.parquet")["name"]) == set(planted.OPTIONS)
    page = (ROOT / "docs" / "discover.md").read_text(encoding="utf-8")
    for name in ("regret", "options"):
        for column in read_table(folder / f"{name}.parquet"):
            assert "." in column or f"`{column}`" in page, column


def test_json_is_all_there_is_on_stdout(tsunagari, folder):
    status, said, _ = tsunagari("discover", folder, "--json", "--less-is-better", "--at", 1)
    assert status == 0
    found = json.loads(said)
    assert found["options"][0]["name"] == PRODUCT
    assert found["month"] == 1
    assert found["copied"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--measure", "cas"], "did you mean cash?"),
        (["--firm", "Leen"], "--firm Leen: there is no such firm; did you mean Lean?"),
        (["--at", "9"], "--at 9"),
        (["--copied", "Lean"], "--copied Lean: is no rival of Lean at the start"),
        (["--copied", "Sparc"], "did you mean Spark?"),
        (["--measure", "trust"], "trust is defined"),
    ],
)
def test_wrong_questions_are_a_sentence(tsunagari, folder, arguments, told):
    status, said, wrong = tsunagari("discover", folder, *arguments, "--quiet")
    assert status == (1 if "trust" in arguments else 2)
    assert said == ""
    assert told in wrong
    assert wrong.count("\n") == 1


def test_a_sweep_that_has_no_answer_is_refused(tsunagari, tmp_path):
    status, _, wrong = tsunagari("discover", tmp_path)
    assert status == 2
    assert "no sweep in this folder" in wrong
    plain = planted.design(samples=2, replications=1, levers=[], design="grid")
    plain["factors"] = {"stickiness.location": [0.0, 1.0]}
    del plain["samples"]
    sweep(plain, out=tmp_path / "plain", simulate=planted.always_none)
    status, _, wrong = tsunagari("discover", tmp_path / "plain")
    assert status == 2
    assert "the sweep has no levers" in wrong
    two = planted.design(samples=2, replications=1)
    two["factors"] |= {"firms.Spark.price": [1.0, 2.0]}
    two["levers"] = ["firms.Lean.discipline", "firms.Spark.price"]
    sweep(two, out=tmp_path / "two", simulate=planted.disciplines)
    status, _, wrong = tsunagari("discover", tmp_path / "two")
    assert status == 2
    assert "say who decides: --firm with one of Lean, Spark, Tailor, Broad" in wrong
    found = discover(tmp_path / "two", firm="Lean")
    assert "discipline=none, price=1.0" in found.regret.names
    varied = planted.design(samples=2, replications=1)
    varied["factors"] |= {"firms.Spark.discipline": ["none", "product-leadership"]}
    sweep(varied, out=tmp_path / "varied", simulate=planted.disciplines)
    status, _, wrong = tsunagari("discover", tmp_path / "varied", "--copied", "Spark", "--quiet")
    assert status == 2
    assert "firms.Spark.discipline: is a factor of the sweep" in wrong


def test_a_real_market(tmp_path):
    small = planted.design(samples=2, replications=2)
    small["values"] = {"market.customers": 60, "market.months": 3}
    sweep(small, out=tmp_path / "s")
    found = discover(tmp_path / "s", "market_share", rivals=["Broad"])
    assert found.regret.values.shape == (4, 2, 2)
    assert np.isfinite(found.regret.values).all()
    assert found.regret.ruined.sum() == 0
    assert found.copied.keys == {"firms.Broad.discipline": found.options[0].name}
    write_discovery(found, tmp_path / "s")
    assert (tmp_path / "s" / "copied" / "regret.parquet").exists()
    again = discover(tmp_path / "s", "market_share", rivals=["Broad"])
    assert answer.as_json(again) == answer.as_json(found)
