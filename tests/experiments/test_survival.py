"""Survival: by hand on a constructed table, and never rising on any."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import tables

from tsunagari.experiments.runs.cube import Cube
from tsunagari.experiments.runs.summary import by_tenure, of_founders
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.sim.recording import Results
from tsunagari.sim.scenario import Scenario

COLUMNS = ["replication", "firm", "joined", "tenure", "survivors"]


def cube_of(rows, months, replications=1, firms=("Lean",)):
    found = tables(firms, months=months, replications=replications)
    found.cohorts = pd.DataFrame(rows, columns=COLUMNS)
    return Cube(found)


def test_late_entry_and_censoring_by_hand():
    cube = cube_of(
        # There at the start for two months already: seen at tenures 2 to 6.
        [(0, "Lean", -2, 2 + t, n) for t, n in enumerate((100, 80, 60, 60, 30))]
        # For no month yet: seen from 0 on.
        + [(0, "Lean", 0, t, n) for t, n in enumerate((40, 30, 30, 24, 24))]
        # Joined in month 3: seen for one month.
        + [(0, "Lean", 3, t, n) for t, n in enumerate((10, 9))]
        # Joined in the last month: never followed.
        + [(0, "Lean", 4, 0, 8)],
        months=4,
    )
    table = by_tenure(cube)
    assert table.at_risk[0, 0].tolist() == [0, 50, 30, 130, 104]
    assert table.left[0, 0].tolist() == [0, 11, 0, 26, 20]
    kept = np.cumprod([1, 39 / 50, 1, 104 / 130, 84 / 104])
    np.testing.assert_allclose(table.pooled[0], kept)
    founders = of_founders(cube)
    assert founders.at_risk[0, 0].tolist() == [0, 140, 110, 90, 84]
    np.testing.assert_allclose(founders.pooled[0], np.array([140, 110, 90, 84, 54]) / 140)


def test_a_replication_that_nobody_can_be_followed_in_leaves_both_sides():
    rows = [(0, "Lean", 1, t, n) for t, n in enumerate((100, 50, 50, 25))]
    rows += [(1, "Lean", 3, t, n) for t, n in enumerate((300, 300))]
    table = by_tenure(cube_of(rows, months=4, replications=2))
    np.testing.assert_allclose(table.curves[0, 0], [1, 0.5, 0.5, 0.25, np.nan])
    np.testing.assert_allclose(table.curves[1, 0], [1, 1, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(table.pooled[0], np.array([1, 0.875, 0.875, 0.4375, np.nan]))
    low, high = table.band(0.0, 1.0)  # as far as both can be followed
    np.testing.assert_allclose(low[0], [1, 0.5, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(high[0], [1, 1, np.nan, np.nan, np.nan])
    measured = table.measured(0, 1)
    assert (measured.values, measured.mean) == ((0.5, 1.0), 0.875)


cohort = st.tuples(
    st.integers(0, 2), st.integers(-9, 6), st.lists(st.integers(0, 30), min_size=7, max_size=7)
)


@given(st.lists(cohort, max_size=12, unique_by=lambda one: one[:2]))
def test_a_survival_curve_never_rises(cohorts):
    rows = []
    for replication, joined, sizes in cohorts:
        first = max(joined, 0)
        counts = np.sort(sizes)[::-1][: 7 - first]
        rows += [
            (replication, "Lean", joined, first + i - joined, int(n)) for i, n in enumerate(counts)
        ]
    cube = cube_of(rows, months=6, replications=3)
    for table in (by_tenure(cube), of_founders(cube)):
        for curve in (table.curves, table.pooled, *table.band(0.1, 0.9)):
            steps = np.diff(curve, axis=-1)
            assert (steps[np.isfinite(steps)] <= 1e-12).all()
            # Once undefined, it stays so.
            assert (np.diff(np.isfinite(curve).astype(int), axis=-1) <= 0).all()
            assert ((curve >= 0) & (curve <= 1) | np.isnan(curve)).all()


def test_a_constant_hazard_is_found_again():
    """Where leaving the market is the only way out, everybody's hazard is the same each month."""
    plan = Scenario().with_values(
        {"market.customers": 4000, "market.months": 24, "market.exit": 0.04, "looking.base": 0.0}
    )
    done = run_trial(Trial(plan, 5, 0))
    found = tables([firm.name for firm in plan.firms], months=24)
    found.cohorts = Results(done.tables).cohorts
    table = by_tenure(Cube(found))
    at_risk, left = (counts.sum(axis=(0, 1))[1:] for counts in (table.at_risk, table.left))
    spread = np.sqrt(0.04 * 0.96 / at_risk)
    assert (np.abs(left / at_risk - 0.04) < 4.5 * spread).all()
    assert left.sum() / at_risk.sum() == pytest.approx(0.04, rel=0.04)
    np.testing.assert_allclose(table.pooled[:, 24], 0.96**24, rtol=0.2)
