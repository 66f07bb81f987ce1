"""Scenarios that build on others, and those that come with the package."""

from __future__ import annotations

import pytest
from story import Story, problems_of, story

from tsunagari import scenarios
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import load_as


def test_extending_merges_mappings_and_named_items(tmp_path):
    (tmp_path / "b.yaml").write_text(
        "title: base\nmarket: {customers: 7, months: 3}\nevents: [{month: 1, set: x}]\n"
        "firms: [{name: A, price: 2, share: 0.1}, {name: B}]\nsegments: [{name: S}]\n"
    )
    plan = story(
        tmp_path,
        "extends: b.yaml\nmarket: {months: 5}\nevents: [{month: 2, set: y}]\n"
        "firms: [{name: C}, {name: A, price: 3}]\nsegments: [{name: S, price: 9}]\n",
    )
    assert plan.title == "base"
    assert (plan.market.customers, plan.market.months) == (7, 5)
    assert [(f.name, f.price, f.share) for f in plan.firms] == [
        ("A", 3.0, 0.1),
        ("B", 1.0, None),
        ("C", 1.0, None),
    ]
    assert [(s.name, s.price) for s in plan.segments] == [("S", 9.0)]
    assert [event.set for event in plan.events] == ["y"]


def test_names_are_the_same_in_any_unicode_form(tmp_path):
    (tmp_path / "b.yaml").write_text("firms: [{name: 'caf\u00e9', share: 0.1}]", encoding="utf-8")
    plan = story(tmp_path, "extends: b.yaml\nfirms: [{name: 'cafe\u0301', price: 2}]")
    assert [(firm.price, firm.share) for firm in plan.firms] == [(2.0, 0.1)]


def test_problems_of_a_base_are_told_in_the_base(tmp_path):
    (tmp_path / "b.yaml").write_text("market: {months: -1}\nfirms: [{name: A, price: -1}]")
    text = "extends: b.yaml\ntitel: x\nfirms: [{name: A, share: 2}]"
    assert problems_of(tmp_path, text) == [
        "s.yaml:2:1 titel: unknown key; did you mean title?",
        "s.yaml:3:26 firms.A.share: must be at most 1, not 2; write 0.02 for 2 %",
        "b.yaml:1:18 market.months: must be at least 0, not -1",
        "b.yaml:2:26 firms.A.price: must be greater than 0, not -1",
    ]


def test_bases_that_cannot_be_had(tmp_path):
    (tmp_path / "b.yaml").write_text("extends: s.yaml")
    circle = "goes round in a circle: s.yaml extends b.yaml extends s.yaml"
    assert problems_of(tmp_path, "extends: b.yaml") == [f"b.yaml:1:10 extends: {circle}"]
    circle = "goes round in a circle: s.yaml extends s.yaml"
    assert problems_of(tmp_path, "extends: s.yaml") == [f"s.yaml:1:10 extends: {circle}"]
    assert problems_of(tmp_path, "title: x\nextends: no.yaml") == [
        "s.yaml:2:10 extends: no.yaml: there is neither such a file nor a shipped scenario of "
        "that name; `tsunagari list` names those shipped"
    ]
    message = "must be the path of a scenario file or the name of a shipped scenario"
    assert problems_of(tmp_path, "extends: [b]") == [f"s.yaml:1:10 extends: {message}"]
    (tmp_path / "b.yaml").write_text("a: [")
    assert problems_of(tmp_path, "extends: b.yaml") == [
        "b.yaml:1:5: is not YAML: a bracket is not closed"
    ]


def test_shipped_names(tmp_path, monkeypatch):
    (tmp_path / "the-age.yaml").write_text('title: "The \\"age\\"" # of it\n')
    monkeypatch.setattr(scenarios, "_folder", lambda: tmp_path)
    assert load_as(Story, "the-age")[0].title == 'The "age"'
    assert story(tmp_path, "extends: the-age").title == scenarios.title("the-age")
    with pytest.raises(Problems, match=r"did you mean the-age\?$"):
        load_as(Story, "theage")
    with pytest.raises(KeyError):
        scenarios.path("../s")
