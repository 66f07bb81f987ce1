"""What is not known: members of a scenario, one a replication."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tsunagari.experiments.runs.trial import Trial, digest, run_trial
from tsunagari.experiments.studies.compare import compare
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

MEMBERS = {"value.price_base": [0.4, 0.7, 1.1], "firms.Lean.markup": [0.6, 0.7, 0.9]}
BARE = Scenario.load("three-disciplines").with_values(
    {"market": {"customers": 200, "months": 3}, "claims": [], "translations": {}}
)
PLAN = BARE.with_values({"members": MEMBERS})


def test_a_replication_is_the_market_of_its_member():
    for number in range(5):
        values = {path: values[number % 3] for path, values in MEMBERS.items()}
        member = PLAN.member(number)
        assert member == BARE.with_values(values)
        assert member.members == {}
        one = run_trial(Trial(PLAN, 4, number)).tables["firms"]
        other = run_trial(Trial(BARE.with_values(values), 4, number)).tables["firms"]
        for column in one:
            np.testing.assert_array_equal(one[column], other[column])


def test_without_members_nothing_is_different():
    assert BARE.member(7) is BARE
    assert digest(BARE, seed=1) == digest(BARE.model_copy(update={"members": {}}), seed=1)
    assert digest(BARE, seed=1) != digest(PLAN, seed=1)


def test_prices_are_held_to_the_same_member():
    """The same market twice: no difference in any member."""
    found = compare([PLAN, PLAN.with_values({"title": "again"})], replications=3)
    known = found.differences["difference"].dropna()
    assert (known == 0).all()


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"firms.Lean.markup": 0.8}, {"value.price_base"}),
        ({"firms": [{"name": "Lean", "markup": 0.8}]}, {"value.price_base"}),
        ({"firms.0.markup": 0.8}, {"value.price_base"}),
        ({"firms": [{"name": "Lean", "price": 0.8}]}, set(MEMBERS)),
        ({"value": {"price_base": 0.5}}, {"firms.Lean.markup"}),
        ({"value": {"price_slope": 2.5}}, set(MEMBERS)),
        ({"firms.Spark.markup": 0.8}, set(MEMBERS)),
        ({"value.price_base": 0.5, "firms.Lean.markup": 0.8}, set()),
    ],
)
def test_what_is_said_of_a_number_is_known(values, left):
    assert set(PLAN.with_values(values).members) == left


def test_what_a_file_says_of_a_number_is_known(tmp_path):
    (tmp_path / "base.yaml").write_text(
        "extends: three-disciplines\n"
        "members: {value.price_base: [0.5, 0.6], value.taste: [0.3, 0.4]}\n"
    )
    (tmp_path / "over.yaml").write_text("extends: base.yaml\nvalue: {price_base: 0.9}\n")
    assert set(Scenario.load(tmp_path / "over.yaml").members) == {"value.taste"}
    plan = Scenario.load(tmp_path / "base.yaml", ("value.taste=0.2",))
    assert set(plan.members) == {"value.price_base"}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"firms.Leen.price": [1.0]}, "did you mean firms.Lean.price"),
        ({"value.price_bass": [1.0]}, "unknown key"),
        ({"value.price_base": [0.5], "firms.Lean.price": [0.5, 0.6]}, "one for each member"),
        ({"value.price_base": [0.5, -1.0]}, "must be greater than 0"),
        ({"market.customers": [5.0]}, "the same market"),
        ({"value.price_base": []}, "there are no members"),
        ({"value..price": [1.0]}, "members"),
    ],
)
def test_what_is_wrong_is_told_once(members, said):
    with pytest.raises(Problems, match=said) as raised:
        BARE.with_values({"members": members})
    assert len(raised.value.problems) == 1


def test_an_act_in_a_member_is_played_again():
    market = Market(PLAN, replication=2)
    market.run_for(1)
    market.act("firms.Lean.price", 0.9)
    market.run_for(2)
    again = Market(market.played, replication=2)
    again.run_for(3)
    pd.testing.assert_frame_equal(market.results.firms, again.results.firms)
