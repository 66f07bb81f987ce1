"""Claims in scenario files: what may be claimed, and what is refused, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tsunagari import scenarios
from tsunagari.experiments.runs.trial import Trial, digest
from tsunagari.sim.market import Market
from tsunagari.sim.measures import FIRM_MEASURES, MARKET_MEASURES
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import dump
from tsunagari.sim.scenario import Scenario, load

ONE_IDEA = sorted(name for name in scenarios.names() if Scenario.load(name).claims)
CLAIM = {
    "say": "Cheap wins",
    "source": "Somebody 1999",
    "without": {"firms.Lean.price": 1.2},
    "firm": "Lean",
    "measure": "market_share",
    "expect": "higher",
}
HEAD = "title: t\nmarket: {months: 12}\nevents: [{month: 3, enter: {name: Zero}}]\nclaims:\n  - "


def with_claims(*claims, **values):
    return Scenario().with_values({"market.months": 12, **values, "claims": list(claims)})


def test_claims_change_no_digest():
    plan = with_claims()
    told = with_claims(CLAIM)
    assert told.claims != plan.claims
    assert Trial(plan, 1).key == Trial(told, 1).key
    assert digest(plan, seed=1) == digest(told, seed=1)
    assert Trial(plan, 1).key != Trial(told.with_values({"firms.Lean.price": 1.2}), 1).key


def test_digests_are_those_from_before_there_were_claims():
    assert Trial(Scenario(), 1).key == digest(Scenario(), seed=1, replication=0)
    assert "claims" not in Scenario().model_dump(mode="json", exclude={"claims"})


def test_the_measures_are_the_columns_of_the_tables():
    tables = Market(Scenario().with_values({"market.customers": 4, "market.months": 1})).results
    for table, measures in (("firms", FIRM_MEASURES), ("market", MARKET_MEASURES)):
        numeric = getattr(tables, table).select_dtypes("number").columns
        assert set(numeric) - {"replication", "month"} == set(measures)
    assert not set(FIRM_MEASURES) & set(MARKET_MEASURES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"measure": "market_shar"}, "did you mean market_share?"),
        ({"measure": "hhi"}, "claims.0.firm: hhi is a measure of the market, not of a firm"),
        ({"firm": None}, "market_share is a measure of firms: say of which"),
        ({"firm": "Leam"}, "there is no firm 'Leam'; did you mean Lean?"),
        ({"month": 13}, "month 13 is after the end of the run (12 months)"),
        ({"say": " "}, "claims.0.say: must not be empty"),
        ({"expect": "no-different"}, "needs a margin"),
        ({"expect": "hihger"}, "did you mean higher?"),
        ({"without": {}}, "needs at least 1 item"),
        ({"without": {"firms.Lean.prise": 1.0}}, "unknown key; did you mean firms.Lean.price?"),
        ({"without": {"firms.Lean.price": -1.0}}, "must be greater than 0, not -1"),
        ({"without": {"firms..price": 1.0}}, "is not a path"),
        ({"given": {"value.tast": 1.0}}, 'claims.0.given."value.tast": unknown key'),
        ({"without": {"events.0.month": 4}}, "events are replaced as a whole here"),
        ({"without": {"claims": []}}, "a claim cannot change claims"),
        ({"without": {"market.months": 6}}, "a pair needs the same customers, months, seed"),
        ({"given": {"seed": 6}}, "claims.0.given: a pair needs the same customers"),
        (
            {"without": {"firms": [{"name": "Broad"}]}},
            "there is no firm 'Lean' in the market without the idea",
        ),
        ({"without": {"firms.Lean.discipline": "none", "firms.Lean.target": "x"}}, "no segment"),
    ],
)
def test_what_is_wrong_with_a_claim_is_told(change, told):
    with pytest.raises(Problems) as raised:
        with_claims({**CLAIM, **change})
    assert told in str(raised.value)


def test_a_problem_stands_where_it_was_written(tmp_path):
    file = tmp_path / "s.yaml"
    text = "{say: a, source: b, measure: cash, firm: Zero, expect: lower, without: {events: []}}\n"
    file.write_text(HEAD + text)
    with pytest.raises(Problems) as raised:
        load(file)
    (problem,) = raised.value.problems
    assert (problem.line, problem.path) == (5, "claims.0.firm")
    assert "there is no firm 'Zero' in the market without the idea" in problem.message


@pytest.mark.parametrize("key", ["firms.Lean.discipline", 'firms."Lean".discipline', "firms"])
def test_no_code_is_named_by_the_way_of_a_claim(tmp_path, key):
    value = "[{name: Lean, discipline: 'os:path'}]" if key == "firms" else "'os:path'"
    file = tmp_path / "s.yaml"
    text = "{say: a, source: b, measure: cash, firm: Lean, expect: lower, "
    file.write_text(f"{HEAD}{text} without: {{{key!r}: {value}}}}}\n")
    with pytest.raises(Problems, match="is Python code, which is not run unless you allow it"):
        load(file)


def test_claims_are_inherited_unless_overridden(tmp_path):
    base, same, none = (tmp_path / f"{name}.yaml" for name in ("base", "same", "none"))
    claim = "{say: a, source: b, measure: hhi, expect: lower, without: {firms.Lean.price: 2.0}}\n"
    base.write_text(HEAD + claim)
    same.write_text("extends: base.yaml\ntitle: other\n")
    none.write_text("extends: base.yaml\nclaims: []\n")
    assert Scenario.load(same).claims == Scenario.load(base).claims != []
    assert Scenario.load(none).claims == []


def test_a_shorter_run_leaves_later_claims_and_their_events_out(tmp_path):
    file = tmp_path / "s.yaml"
    start = "{say: a, source: b, measure: hhi, expect: lower, "
    late = start + "month: 9, without: {firms.Lean.price: 2.0}}\n"
    events = "[{month: 2, leave: Broad}, {month: 8, leave: Spark}]"
    early = start + f"without: {{events: {events}}}}}\n"
    file.write_text(f"{HEAD}{late}  - {early}")
    plan, notes = load(file, ["market.months=6"])
    (kept,) = plan.claims
    assert kept.without == {"events": [{"month": 2, "leave": "Broad"}]}
    assert notes == ("a claim after month 6, where this run ends, left out (month 9)",)


def test_a_shorter_run_leaves_out_what_is_about_later_events(tmp_path):
    file = tmp_path / "s.yaml"
    claim = "  - {{say: a, source: b, measure: {}, expect: lower, without: {}}}\n"
    claims = [
        claim.format("nps, firm: New", "{firms.Lean.price: 2.0}"),
        claim.format("hhi", "{events: []}"),
        claim.format("need", "{events: [], firms.Lean.price: 2.0}"),
        claim.format("need", "{events: [{month: 3, leave: Lean}]}"),
    ]
    head = "title: t\nmarket: {months: 12}\nevents: [{month: 8, enter: {name: New}}]\nclaims:\n"
    file.write_text(head + "".join(claims))
    assert len(load(file)[0].claims) == 4
    plan, notes = load(file, ["market.months=6"])
    assert [kept.measure for kept in plan.claims] == ["need", "need"]
    assert notes == (
        "an event after month 6, where this run ends, left out (month 8)",
        "2 claims after month 6, where this run ends, left out (month 8, 8)",
    )


def test_resolved_claims_read_the_same_again(tmp_path):
    for name in ONE_IDEA:
        plan = Scenario.load(name)
        dump(plan, tmp_path / "again.yaml")
        assert Scenario.load(tmp_path / "again.yaml") == plan


@pytest.mark.parametrize("name", ONE_IDEA)
def test_a_scenario_of_one_idea_says_what_is_claimed(name):
    plan = Scenario.load(name)
    assert len(plan.story) > 300
    assert 3 <= len(plan.claims) <= 7
    assert plan.replications > 1  # one history can tell nothing
    assert 5_000 <= plan.market.customers <= 20_000
    assert 60 <= plan.market.months <= 144
    for claim in plan.claims:
        assert claim.source
        assert claim.kind, claim.say
        assert not claim.say.endswith(".")


def test_every_idea_has_its_scenario():
    assert len(ONE_IDEA) >= 25


@pytest.mark.parametrize("page", ["README.md", "docs/educators.md"])
def test_pages_list_every_scenario(page):
    text = (Path(__file__).parents[2] / page).read_text(encoding="utf-8")
    for name in scenarios.names():
        assert f"\n| `{name}` | " in text
