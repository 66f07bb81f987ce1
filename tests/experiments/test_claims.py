"""Claims held against runs: the verdicts, the pairs behind them, and how they are told."""

from __future__ import annotations

import json
import math
import sys

import pandas as pd
import pytest
import typer

from tsunagari import scenarios
from tsunagari.experiments.cli import app
from tsunagari.experiments.cli.process import status_of
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.experiments.runs.workers import trial_runner
from tsunagari.experiments.studies.claims import (
    ClaimMarkets,
    JudgedClaim,
    claims_table,
    counts,
    judge,
    verdict_on,
)
from tsunagari.experiments.telling.run import claims_as_json, claims_in_words, counted_in_words
from tsunagari.experiments.words.numbers import readable
from tsunagari.sim.problems import Failure
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.scenario import Claim

SHARE = {
    "say": "Cheap wins",
    "source": "Somebody 1999",
    "without": {"firms.Lean.price": 1.5},
    "firm": "Lean",
    "measure": "market_share",
    "expect": "higher",
}
NO_LEAN = [{"month": 3, "leave": "Lean"}]
CLAIMS = [
    SHARE,
    {**SHARE, "month": 4, "measure": "cash", "expect": "lower", "remark": "Of all things."},
    {**SHARE, "expect": "lower", "remark": "It is the price."},
    {**SHARE, "measure": "hhi", "firm": None, "expect": "no-different", "margin": 0.5},
    {**SHARE, "given": {"firms.Lean.price": 1.5}},
    {**SHARE, "without": {"events": NO_LEAN}},
    {**SHARE, "given": {"looking.base": 0.2}},
]
NEW = [name for name in scenarios.names() if Scenario.load(name).claims]


@pytest.fixture(scope="module")
def plan():
    values = {"market.customers": 1200, "market.months": 8, "claims": CLAIMS}
    return Scenario().with_values(values)


def judge_claims(plan, *, replications, workers=1):
    """Run a plan and the markets that its claims compare it with, and judge them."""
    with trial_runner(plan, workers=workers) as run:
        done = list(run([Trial(plan, plan.seed, number) for number in range(replications)]))
        return judge(ClaimMarkets(plan), done, run)


@pytest.fixture(scope="module")
def judged(plan):
    return judge_claims(plan, replications=3)


@pytest.mark.parametrize(
    ("expect", "low", "high", "verdict"),
    [
        ("higher", 0.2, 0.4, "came true"),
        ("higher", -0.1, 0.4, "cannot be told"),
        ("higher", -0.4, -0.1, "did not come true"),
        ("higher", 0.0, 0.0, "did not come true"),
        ("higher", 0.05, 0.4, "cannot be told"),
        ("higher", 0.05, 0.09, "did not come true"),
        ("lower", -0.4, -0.2, "came true"),
        ("lower", -0.4, 0.1, "cannot be told"),
        ("lower", 0.1, 0.4, "did not come true"),
        ("no-different", -0.05, 0.1, "came true"),
        ("no-different", -0.05, 0.2, "cannot be told"),
        ("no-different", 0.11, 0.2, "did not come true"),
        ("no-different", -0.3, -0.11, "did not come true"),
        ("higher", math.nan, math.nan, "cannot be told"),
    ],
)
def test_a_verdict_follows_from_the_whole_interval(expect, low, high, verdict):
    claim = Claim(**{**SHARE, "expect": expect, "margin": 0.1})
    assert verdict_on(claim, Interval((low + high) / 2, low, high), claim.margin) == verdict


def test_every_market_is_run_once(plan):
    markets = ClaimMarkets(plan)
    assert markets.plans[0] is plan
    # The plan, a dearer Lean, no Lean, and the first two with people who look around more.
    assert markets.compared == [(0, 1), (0, 1), (0, 1), (0, 1), (1, 1), (0, 2), (3, 4)]
    assert len(markets.plans) == 5


def test_figures_are_those_of_paired_runs(plan, judged):
    def share(market, replication):
        columns = run_trial(Trial(market, plan.seed, replication)).tables["firms"]
        firms = pd.DataFrame(columns)
        return firms[(firms.month == 8) & (firms.firm == "Lean")].market_share.item()

    dearer = plan.with_values({"claims": [], "firms.Lean.price": 1.5})
    pairs = [(share(plan, number), share(dearer, number)) for number in range(3)]
    first = judged[0]
    assert first.difference == t_interval([one - other for one, other in pairs])
    assert first.mean == pytest.approx(sum(one for one, _ in pairs) / 3)
    assert first.mean_without == pytest.approx(sum(other for _, other in pairs) / 3)
    assert (first.month, first.pairs, first.defined) == (8, 3, (3, 3))
    assert judged[1].month == 4


def test_verdicts(judged):
    assert [found.verdict for found in judged] == [
        "came true",
        "came true",
        "did not come true",
        "came true",
        "cannot be told",
        "cannot be told",
        "came true",
    ]
    assert [found.is_same for found in judged] == [False] * 4 + [True] + [False] * 2
    assert judged[5].pairs == 0
    assert judged[5].defined == (3, 0)
    assert judged[6].difference != judged[0].difference


@pytest.mark.slow
def test_workers_do_not_show(plan, judged):
    assert claims_as_json(judge_claims(plan, replications=3, workers=2)) == (claims_as_json(judged))


def test_one_history_tells_nothing(plan):
    found = judge_claims(plan, replications=1)[0]
    assert found.verdict == "cannot be told"
    words = claims_in_words([found])
    assert "cannot be told from 1 replication:" in words
    assert "in one history" in words
    assert " to +" not in words


def test_mechanisms_and_consequences_are_counted_apart():
    kinds = ("mechanism", "consequence", "mechanism", None)
    verdicts = ("came true", "came true", "did not come true", "cannot be told")
    judged = [planted(kind, verdict) for kind, verdict in zip(kinds, verdicts, strict=True)]
    found = counts(judged)
    assert list(found) == ["mechanism", "consequence", ""]
    assert list(found["mechanism"].values()) == [1, 1, 0]
    assert list(found[""].values()) == [0, 0, 1]
    text = counted_in_words(judged)
    assert text.startswith("Claims that a mechanism proves by itself: 2, of which 1 came true")
    assert "Consequences, which could have come out otherwise: 1" in text
    assert "do not say which they are: 1" in text


def planted(kind, verdict):
    claim = Claim(**SHARE, kind=kind)
    return JudgedClaim(claim, 8, 3, 3, (3, 3), 0.0, 0.0, Interval(0.0, 0.0, 0.0), 0.0, verdict)


def test_words(judged):
    words = claims_in_words(judged)
    assert "- came true: Cheap wins (Somebody 1999). market share of Lean, month 8: 0." in words
    assert "- did not come true: Cheap wins" in words
    assert words.count("It is the price.") == 1  # why, where it did not come true
    assert "Of all things." not in words
    assert "as both markets are the same" in words
    assert "Lean is there in 3 of 3 with it and in 0 without" in " ".join(words.split())
    assert max(map(len, words.splitlines())) <= 100


def test_json_has_no_numbers_that_are_none(judged):
    told = json.loads(json.dumps(claims_as_json(judged), allow_nan=False))
    assert [row["claim"] for row in told] == list(range(len(CLAIMS)))
    assert told[5]["difference"] is None
    assert told[3]["firm"] == ""
    assert claims_table([]) == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.01234, "0.0123"), (12345.6, "12,346"), (0.0, "0"), (-1.5, "−1.50"), (2e-9, "0.000000")],
)
def test_numbers_can_be_read(value, text):
    assert readable(value) == text


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a scenario here, without pictures: what was said on stdout and on stderr."""

    def typed(file, out, *options, status=0):
        arguments = ["run", file, "--no-figures", "--out", str(out), *options]
        monkeypatch.setattr(sys, "argv", ["tsunagari", *arguments])
        capsys.readouterr()
        assert status_of(typer.main.get_command(app), arguments) == status
        return capsys.readouterr()

    return typed


SMALL = ("--customers", "300", "--months", "24", "--replications", "2")


def test_a_run_ends_with_its_claims(run, tmp_path):
    said = run("right-customers", tmp_path / "a", *SMALL)
    assert " ".join(said.out.split()).count("(Treacy & Wiersema 1995)") == 2
    table = pd.read_parquet(tmp_path / "a" / "claims.parquet")
    assert len(table) == 4
    assert (table.replications == 2).all()
    record = json.loads((tmp_path / "a" / "run.json").read_text(encoding="utf-8"))
    assert "claims.parquet" in [file["name"] for file in record["files"]]


def test_what_came_out_is_told_before_claims_are_judged(run, tmp_path, monkeypatch):
    def judge(*_):
        raise Failure("not yet")

    monkeypatch.setattr("tsunagari.experiments.studies.claims.judge", judge)
    ended = run("right-customers", tmp_path / "a", *SMALL, status=1)
    assert "Mean of 2 replications" in ended.out
    assert "Results:" not in ended.out


def test_a_run_without_its_claims(run, tmp_path):
    bare = json.loads(run("right-customers", tmp_path / "a", *SMALL, "--no-claims", "--json").out)
    assert bare.pop("claims") == []
    assert bare.pop("claim_counts") == {}
    assert not (tmp_path / "a" / "claims.parquet").exists()
    said = run("right-customers", tmp_path / "b", *SMALL, "--json", "--format", "csv")
    told = json.loads(said.out)
    claims = told.pop("claims")
    kinds = told.pop("claim_counts")
    assert {kind: sum(tally.values()) for kind, tally in kinds.items()} == {
        "mechanism": 1, "consequence": 3,
    }  # fmt: skip
    assert told == bare
    rows = pd.read_csv(tmp_path / "b" / "claims.csv")
    assert rows.verdict.tolist() == [claim["verdict"] for claim in claims]
    assert len(rows) == 4


def test_claims_that_are_gone_leave_no_table_behind(run, tmp_path):
    run("right-customers", tmp_path, *SMALL)
    run("right-customers", tmp_path, *SMALL, "--no-claims", "--force")
    assert not (tmp_path / "claims.parquet").exists()


def test_progress_counts_the_other_markets_too(run, tmp_path, monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.cli.progress._SECONDS_BETWEEN_LINES", 0.0)
    said = run("right-customers", tmp_path / "a", *SMALL)
    # Markets as they are, without the idea, and both again where there are few people; twice each.
    assert f"month {4 * 2 * 24} of {4 * 2 * 24}" in said.err


QUICK = ("rivals-that-react", "over-claiming")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NEW]
)
def test_every_shipped_claim_can_be_measured(name):
    plan = Scenario.load(name).with_values({"market.customers": 800})
    for found in judge_claims(plan, replications=2):
        assert found.pairs == 2, found.claim.say
        assert math.isfinite(found.difference.low), found.claim.say
        assert not found.is_same
