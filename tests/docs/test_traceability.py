"""Every statement of the sources leads somewhere, and all that there is comes from one."""

from dataclasses import replace

import pytest

from docs.makers.traceability.statement import broken_links
from docs.makers.traceability.statements import SOURCES, STATEMENTS
from tsunagari import scenarios
from tsunagari.experiments.validate.mechanisms import MECHANISMS
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.keys import keys

PATHS = frozenset(key.path for key in keys(Scenario))


@pytest.fixture(scope="module")
def plans():
    return {name: Scenario.load(name) for name in scenarios.names()}


def test_all_that_the_table_names_is_there(plans):
    assert list(broken_links(STATEMENTS, plans, PATHS)) == []
    assert {row.source for row in STATEMENTS} == set(SOURCES)
    assert all(row.parameters for row in STATEMENTS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"parameters": ("firms[].wage",)}, "there is no key firms[].wage"),
        ({"scenarios": ("utopia",), "claims": ()}, "there is no scenario utopia"),
        ({"patterns": ("P99",)}, "there is no pattern P99"),
        ({"signs": ("magic",)}, "no sign of magic is tested"),
        ({"claims": ("All is well",)}, "none of its scenarios claims “All is well”"),
        ({"tests": ("sim/test_limits.py::test_nothing",)}, "there is no test sim/test_limits.py"),
        ({"patterns": (), "signs": (), "claims": (), "tests": ()}, "nothing holds the model"),
    ],
)
def test_what_is_not_there_is_noticed(change, told, plans):
    (found,) = broken_links([replace(STATEMENTS[0], **change)], plans, PATHS)
    assert told in found


def test_every_mechanism_and_every_claim_of_the_sources_is_traced(plans):
    traced = {name for row in STATEMENTS for name in row.signs}
    assert {mechanism.name for mechanism in MECHANISMS} == traced
    said = {say for row in STATEMENTS for say in row.claims}
    claims = [claim for plan in plans.values() for claim in plan.claims]
    of_sources = [c for c in claims if c.source.startswith((*SOURCES, "Service management"))]
    assert len(of_sources) > 50
    assert [claim.say for claim in of_sources if claim.say not in said] == []
    assert {name for row in STATEMENTS for name in row.scenarios} == set(plans)
