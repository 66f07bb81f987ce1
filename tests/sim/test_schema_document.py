"""Parameters, and the schema told to editors and readers."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from story import Story

from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.fields import REQUIRED, Section, is_dated, parameter, source_of, unit_of
from tsunagari.sim.schema.keys import json_schema, keys


class Small(Section):
    needed: float = parameter(REQUIRED, unit="money", meaning="Needed.", above=0, high=10)
    rate: float = parameter(
        0.1, unit="per month", meaning="Rate.", low=0, below=1, source="Bass 1969", dated=True
    )


def test_a_section_is_strict_immutable_and_knows_its_keys():
    small = Small(needed=1)
    assert (small.needed, small.rate) == (1.0, 0.1)
    for wrong in ({}, {"needed": "1"}, {"needed": True}, {"needed": float("nan")}, {"needed": 0}):
        with pytest.raises(ValidationError):
            Small(**wrong)
    with pytest.raises(ValidationError):
        Small(needed=1, other=2)
    with pytest.raises(ValidationError):
        small.rate = 0.2


def test_a_default_must_lie_in_its_own_range():
    class Wrong(Section):
        rate: float = parameter(2.0, unit="", meaning="Rate.", high=1)

    with pytest.raises(ValidationError):
        Wrong()


def test_what_a_parameter_says_of_itself():
    field = Small.model_fields["rate"]
    assert (unit_of(field), source_of(field), is_dated(field)) == ("per month", "Bass 1969", True)
    assert source_of(Small.model_fields["needed"]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"meaning": ""},
        {"meaning": "two\nlines"},
        {"low": 0, "above": 0},
        {"high": 1, "below": 1},
        {"high": float("inf")},
    ],
)
def test_a_parameter_badly_declared_is_refused(wrong):
    with pytest.raises(ValueError):
        parameter(1.0, **{"unit": "", "meaning": "Something.", **wrong})


def test_the_json_schema_says_all_there_is_to_say():
    schema = json_schema(Small)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert schema["properties"]["rate"] == {
        "default": 0.1,
        "description": "Rate.",
        "exclusiveMaximum": 1,
        "minimum": 0,
        "title": "Rate",
        "type": "number",
        "unit": "per month",
        "source": "Bass 1969",
        "dated": True,
    }
    assert "source" not in schema["properties"]["needed"]
    assert schema["properties"]["extends"]["type"] == "string"
    assert "required" not in schema  # the base may have it


def test_keys_are_rows_for_a_table():
    rows = {row.path: row for row in keys(Story)}
    assert rows["market.exit"] == (
        "market.exit", "number", "0.5", "per month", "≥ 0, < 1", "Leaving.", ""
    )  # fmt: skip
    assert rows["network.kind"].type == "one of small-world, random, file"
    assert rows["network.spread"].type == "number or list of number"
    assert rows["firms"].type == "list"
    assert rows["firms[].name"].default == ""
    assert rows["firms[].share"].default == "null"
    assert rows["events[].enter.price"].range == "> 0"
    assert list(rows)[:3] == ["title", "market", "market.customers"]


def test_every_key_of_a_scenario_has_its_meaning_and_the_schema_is_json():
    rows = keys(Scenario)
    assert {row.path for row in rows} >= {"market.customers", "firms[].price", "events[].month"}
    assert [row.path for row in rows if not row.meaning] == []
    json.dumps(json_schema(Scenario), allow_nan=False)
