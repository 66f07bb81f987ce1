"""What a fit is held against beside the four usual columns: reviews, survival, where leavers go."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_tables import frame_of

from tsunagari.experiments.fitting.facts import read_facts
from tsunagari.experiments.fitting.simulated import (
    AHEAD,
    FACTS,
    Held,
    months_of,
    status_quo,
    with_facts,
)
from tsunagari.experiments.fitting.table import read_table
from tsunagari.experiments.runs.trial import Trial, run_trial

MONTHS = 12
TOLD = {
    "survival": {"Aoba": {3: 0.9, 12: 0.7}, "Birch": {12: 0.6, 99: 0.1}},
    "switching": {"Aoba": {"Birch": 0.8}},
}


def held(facts, last=MONTHS, **columns):
    table = read_table(frame_of(MONTHS + 1, **columns))
    known = read_facts(facts, table)
    return Held(with_facts(table, known), last), known


def test_facts_are_figures_of_the_table_and_what_is_not_used_is_noted():
    whole, _ = held(TOLD)
    labels = list(zip(*(column.tolist() for column in whole.labels()), strict=True))
    told = [
        (*label, value)
        for label, value in zip(labels, whole.summary(whole.table.values), strict=True)
        if label[0] in FACTS
    ]
    assert told == [
        ("survival", 0, 3, pytest.approx(90.0)),
        ("survival", 0, 12, pytest.approx(70.0)),
        ("survival", 1, 12, pytest.approx(60.0)),
        ("switching", 0, 2, pytest.approx(80.0)),
    ]
    assert whole.table.notes[-1].startswith("survival of Birch after 99 months: not used")


def test_what_is_known_of_the_whole_time_was_not_known_before_its_end():
    whole, _ = held(TOLD)
    assert {*FACTS} <= {*whole.measures}
    assert not {*FACTS} & {*Held(whole.table, MONTHS - 3).measures}


@pytest.mark.parametrize("measure", FACTS)
def test_a_fact_that_lacks_can_be_thought_of(measure):
    more = held({})[0].with_column(measure)
    assert (more.labels()[0] == measure).sum() == {"survival": 8, "switching": 2}[measure]


@pytest.fixture(scope="module")
def market():
    """A market of two firms, run, and its columns."""
    whole, known = held({})
    plan = status_quo(whole.table, known, customers=600, months=MONTHS + AHEAD, title="")
    result = run_trial(Trial(plan, 5))
    return result, months_of(result, whole.table.firms)


def test_leavers_go_where_the_flows_say(market):
    result, found = market
    flows = result.tables["flows"]
    moved, left, joined = (
        np.asarray(flows[name]) for name in ("customers", "source", "destination")
    )
    from_aoba = moved[left == "Aoba"].sum()
    there = moved[(left == "Aoba") & (joined == "Birch")].sum()
    assert from_aoba > there > 10
    assert found["switching"][2, 0] == pytest.approx((there + 1) / (from_aoba + 1))
    assert found["switching"][1, 0] == 0.0
    assert np.isnan(found["switching"][0]).all()


def test_joiners_stay_as_the_cohorts_say(market):
    """Of all whose first months are seen, the part that is there after them; a little is added."""
    result, found = market
    cohorts = {name: np.asarray(column) for name, column in result.tables["cohorts"].items()}
    after, last = 6, MONTHS + AHEAD
    there = {}
    for tenure in (0, after):
        rows = (cohorts["firm"] == "Aoba") & (cohorts["joined"] >= 1)
        rows &= (cohorts["joined"] <= last - after) & (cohorts["tenure"] == tenure)
        there[tenure] = cohorts["survivors"][rows].sum()
    assert there[0] > 30
    assert found["survival"][after, 0] == pytest.approx(there[after] / there[0], abs=0.1)
    assert (np.diff(found["survival"], axis=0) <= 0).all()
    assert (found["survival"][0] == 1.0).all()


@given(st.lists(st.integers(0, 40), min_size=2 * (MONTHS + 1), max_size=2 * (MONTHS + 1)))
def test_reviews_of_months_and_reviews_so_far_tell_the_same(written):
    """But for the first month, before which nothing is known; a month of none tells nothing."""
    new = np.array(written, float).reshape(-1, 2)
    new[3] = (0, 0)
    new[5:7] = ((9, 1), (0, 4))  # so these are no counts that only grow
    monthly = read_table(frame_of(MONTHS + 1, reviews=new.ravel()))
    so_far = read_table(frame_of(MONTHS + 1, reviews=new.cumsum(axis=0).ravel()))
    np.testing.assert_array_equal(monthly.values["reviews"][1:], so_far.values["reviews"][1:])
    assert np.isnan(so_far.values["reviews"][[0, 3]]).all()
    assert monthly.values["reviews"][5].tolist() == [0.9, 0.1]
    assert any("written so far" in note for note in so_far.notes)
