"""One number for each trial of a sweep, whatever the tables on disk look like."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
import swept

from tsunagari.experiments.runs.tables import write_table
from tsunagari.experiments.studies.outcomes import firms, is_of_firms, outcomes
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.sim.problems import Problems


@pytest.fixture(scope="module")
def swept_once(tmp_path_factory):
    """Three points under two replications, one trial failed and one point listed twice."""
    folder = tmp_path_factory.mktemp("outcomes") / "s"
    factors = {"stickiness.location": [0.25, 0.95, 0.5, 0.25]}
    source = swept.design("list", factors=factors, replications=2)
    sweep(source, out=folder, simulate=swept.now_and_then_failing)
    return folder


def test_values_stand_in_the_order_of_the_trials(swept_once):
    trials = pq.read_table(swept_once / "trials.parquet").to_pydict()
    known = np.array([4 * x for x in trials["stickiness.location"]])
    known -= 0.0 + swept_once_base(swept_once)
    known[np.array(trials["status"]) == "failed"] = np.nan
    assert trials["status"].count("failed") == 1
    found = outcomes(swept_once, "market_share", firm="Lean")
    np.testing.assert_allclose(found, known, rtol=1e-12)
    np.testing.assert_array_equal(outcomes(swept_once, "market_share", firm="Lean", month=2), found)
    np.testing.assert_allclose(outcomes(swept_once, "hhi"), -known, rtol=1e-12)


def swept_once_base(folder) -> float:
    """What ``linear`` takes off everywhere: the scenario's own switching cost."""
    from tsunagari.sim.scenario import Scenario

    return Scenario.load(folder / "scenario.yaml").stickiness.switching


def test_a_month_and_a_firm_are_taken(swept_once):
    done = np.isfinite(outcomes(swept_once, "hhi"))
    for firm, month, value in (("Lean", 0, 0.5), ("Lean", 1, 0.25), ("Spark", 1, 0.75)):
        found = outcomes(swept_once, "market_share", firm=firm, month=month)
        assert set(found[done]) == {value}
        assert np.isnan(found[~done]).all()
    assert np.isnan(outcomes(swept_once, "retention", firm="Lean")).all()  # never defined


def test_what_a_sweep_has_is_told(swept_once):
    assert firms(swept_once) == ["Lean", "Spark"]
    assert is_of_firms(swept_once, "market_share")
    assert not is_of_firms(swept_once, "hhi")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"measure": "market_shore", "firm": "Lean"}, "--measure market_shore: there is no such "),
        ({"measure": "discipline", "firm": "Lean"}, "--measure discipline: there is no such meas"),
        (
            {"measure": "market_share"},
            "--measure market_share: is measured for each firm; name one",
        ),
        ({"measure": "hhi", "firm": "Lean"}, "--firm Lean: hhi is of the whole market; leave the "),
        (
            {"measure": "market_share", "firm": "Leen"},
            "--firm Leen: there is no such firm; did you mean Lean?",
        ),
        ({"measure": "market_share", "firm": "X"}, "there are Lean, Spark"),
        (
            {"measure": "hhi", "month": 3},
            "--at 3: no trial has this month; months go from 0 to 2",
        ),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(swept_once, asked, told):
    with pytest.raises(Problems) as refused:
        outcomes(swept_once, **asked)
    assert told in str(refused.value)


def test_a_folder_without_a_finished_sweep_is_refused(tmp_path):
    with pytest.raises(Problems, match="there is no sweep in this folder"):
        outcomes(tmp_path, "hhi")
    (tmp_path / "design.yaml").touch()
    with pytest.raises(Problems, match="is not finished; run `tsunagari sweep` on it again"):
        outcomes(tmp_path, "hhi")


def test_trials_may_differ_in_length_and_firms(tmp_path):
    """Each trial has its own last month; a batch may end in the middle of a trial."""
    write_table({"key": ["a", "b", "c"], "status": ["done"] * 3}, tmp_path / "trials.parquet")
    (tmp_path / "firms").mkdir()
    rows = [("a", 0, "X", 1.0), ("a", 1, "X", 2.0), ("a", 2, "X", 3.0), ("b", 0, "X", 4.0)]
    rows += [("b", 1, "X", 5.0), ("c", 0, "Y", 6.0), ("lost", 0, "X", 7.0)]
    for part, some in enumerate((rows[:2], rows[2:5], rows[5:])):
        keys, months, names, values = zip(*some, strict=True)
        columns = {"key": keys, "month": np.array(months), "firm": names, "clv": np.array(values)}
        write_table(columns, tmp_path / "firms" / f"part-{part}.parquet")
    np.testing.assert_array_equal(outcomes(tmp_path, "clv", firm="X"), [3, 5, np.nan])
    np.testing.assert_array_equal(outcomes(tmp_path, "clv", firm="X", month=2), [3, np.nan, np.nan])
    np.testing.assert_array_equal(outcomes(tmp_path, "clv", firm="Y"), [np.nan, np.nan, 6])
    with pytest.raises(Problems, match="there is no such measure; did you mean clv"):
        outcomes(tmp_path, "clvv", firm="X")
    with pytest.raises(Problems, match="there is no such measure"):
        outcomes(tmp_path, "hhi")
