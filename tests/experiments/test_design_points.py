"""Points of designs: where they lie, that they are the same again, and in which order they come."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import swept
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.experiments.studies.design import Design, Spread
from tsunagari.experiments.studies.samples import (
    balanced_order,
    count_of,
    listed_values,
    points_of,
    values_at,
)
from tsunagari.experiments.studies.sweep_file import read_experiment

PATHS = ("a", "b", "c", "d")
ends = st.tuples(
    st.floats(0.001, 1e6, allow_nan=False), st.floats(0.001, 1e6, allow_nan=False)
).filter(lambda pair: pair[1] - pair[0] > 1e-6 * pair[1])
ranges = st.builds(
    lambda pair, scale: Spread(low=pair[0], high=pair[1], scale=scale),
    ends,
    st.sampled_from(["linear", "log"]),
)
lists = st.lists(st.integers(-9, 9), min_size=2, max_size=5, unique=True)
sampled = st.sampled_from(["latin-hypercube", "sobol", "morris"])


def design(kind, factors, **keys):
    return Design(scenario="connected-age", design=kind, factors=factors, **keys)


@st.composite
def designs(draw):
    kind = draw(st.sampled_from(["grid", "latin-hypercube", "sobol", "morris"]))
    count = draw(st.integers(1, 3))
    uncertain = {path: draw(lists if kind == "grid" else ranges | lists) for path in PATHS[:count]}
    levers = {path: draw(lists) for path in PATHS[3:][: draw(st.integers(0, 1))]}
    keys = {} if kind == "grid" else {"samples": draw(st.sampled_from([2, 4, 8]))}
    seed = draw(st.integers(0, 2**63 - 1))
    return design(kind, {**levers, **uncertain}, levers=list(levers), seed=seed, **keys)


@settings(max_examples=60, deadline=None)
@given(designs())
def test_points_are_as_many_as_said_within_bounds_and_the_same_again(found):
    points = points_of(found, whole=())
    assert points == points_of(found, whole=())
    assert (
        [point.number for point in points]
        == list(range(len(points)))
        == [*range(count_of(found, whole=()))]
    )
    for path, factor in found.factors.items():
        values = [point.values[path] for point in points]
        if isinstance(factor, Spread):
            assert factor.low <= min(values) <= max(values) <= factor.high
        else:
            assert set(values) <= set(factor)


@settings(max_examples=60, deadline=None)
@given(designs())
def test_every_option_meets_the_same_environments_in_the_same_order(found):
    met: dict[int, list] = {}
    for point in points_of(found, whole=()):
        uncertain = tuple(point.values[path] for path in found.uncertain)
        met.setdefault(point.option, []).append((point.environment, uncertain, point.unit))
    assert len({str(environments) for environments in met.values()}) == 1
    assert len(met) == math.prod(len(found.factors[path]) for path in found.levers)


def test_another_seed_samples_other_points():
    for kind in ("latin-hypercube", "sobol", "morris"):
        one, two = (
            points_of(design(kind, {"a": Spread(low=0, high=1)}, samples=4, seed=seed), ())
            for seed in (0, 1)
        )
        assert [p.values for p in one] != [p.values for p in two]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(0, 99))
def test_a_latin_hypercube_hits_every_stratum_once(samples, seed):
    factors = {"a": Spread(low=0, high=1), "b": Spread(low=2, high=4)}
    points = points_of(design("latin-hypercube", factors, samples=samples, seed=seed), ())
    for path, low, width in (("a", 0, 1), ("b", 2, 2)):
        strata = [int((point.values[path] - low) / width * samples) for point in points]
        assert sorted(strata) == list(range(samples))


def test_rows_of_trajectories_and_base_samples_stay_together():
    factors = {path: Spread(low=0, high=1) for path in PATHS[:3]}
    for kind, rows in (("morris", 4), ("sobol", 5)):
        found = design(kind, {**factors, "d": [1, 2]}, levers=["d"], samples=8)
        points = points_of(found, ())
        assert [point.block for point in points] == [n // (2 * rows) for n in range(len(points))]
        for _, block in itertools.groupby(points, key=lambda point: point.block):
            units = [point.unit for point in block if point.option == 0]
            changed = [sum(map(float.__ne__, a, b)) for a, b in itertools.pairwise(units)]
            if kind == "morris":
                assert changed == [1, 1, 1]
            else:  # from A over A with one coordinate of B each, to B
                first = [sum(map(float.__ne__, units[0], unit)) for unit in units]
                assert first == [0, 1, 1, 1, 3]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_any_third_of_a_grid_has_seen_its_levels_about_as_often(levels):
    order = balanced_order(levels)
    total = math.prod(levels)
    assert sorted(order.tolist()) == list(range(total))
    cells = np.unravel_index(order, levels)
    for part in (total // 3, 2 * total // 3):
        for count, level in zip(levels, cells, strict=True):
            seen = np.bincount(level[:part], minlength=count)
            # One more or less is what cannot be helped; a random order does far worse.
            assert np.abs(seen - part / count).max() <= 1.5 + 0.15 * part / count + len(levels) / 2


def test_a_grid_in_the_order_it_is_written_would_not_do():
    levels = [6, 6, 6]
    seen = np.bincount(np.unravel_index(np.arange(72), levels)[0], minlength=6)
    assert seen.tolist() == [36, 36, 0, 0, 0, 0]
    seen = np.bincount(np.unravel_index(balanced_order(levels)[:72], levels)[0], minlength=6)
    assert np.abs(seen - 12).max() <= 2


def test_a_list_goes_row_by_row():
    factors = {"a": [1, 1, 2, 2], "b": [5, 6, 5, 6]}
    points = points_of(design("list", factors, levers=["a"]), ())
    assert [tuple(p.values.values()) for p in points] == [(1, 5), (1, 6), (2, 5), (2, 6)]
    assert [p.option for p in points] == [0, 0, 1, 1]
    assert [p.environment for p in points] == [0, 1, 0, 1]


def test_quantiles_are_those_of_the_distribution():
    from scipy import stats

    unit = np.linspace(0.001, 0.999, 23)
    s = math.sqrt(math.log(1 + 0.25))
    low, high = (0.5 - 1) / 2, (4 - 1) / 2
    known = [
        (Spread(low=2, high=6), stats.uniform(2, 4)),
        (Spread(low=2, high=6, distribution="uniform"), stats.uniform(2, 4)),
        (Spread(low=2, high=6, scale="log"), stats.loguniform(2, 6)),
        (Spread(low=2, high=6, distribution="log-uniform"), stats.loguniform(2, 6)),
        (Spread(mean=1, sd=2, distribution="normal"), stats.norm(1, 2)),
        (
            Spread(mean=1, sd=2, low=0.5, high=4, distribution="normal"),
            stats.truncnorm(low, high, 1, 2),
        ),
        (Spread(mean=2, sd=1, distribution="log-normal"), stats.lognorm(s, scale=2 / 1.25**0.5)),
        (
            Spread(low=1, mode=2, high=5, distribution="triangular"),
            stats.triang(0.25, loc=1, scale=4),
        ),
    ]
    for spread, truth in known:
        np.testing.assert_allclose(values_at(spread, unit, whole=False), truth.ppf(unit), rtol=1e-9)
    assert stats.lognorm(s, scale=2 / 1.25**0.5).stats() == pytest.approx((2, 1))


def test_the_ends_of_the_unit_interval_have_values():
    edges = np.array([0.0, 1.0])
    for spread, ends in (
        (Spread(mean=1, sd=2, low=-3, high=4, distribution="normal"), [-3, 4]),
        (Spread(mean=1, sd=2, low=0.25, high=4, distribution="log-normal"), [0.25, 4]),
        (Spread(low=0.1, high=0.7, scale="log"), [0.1, 0.7]),
    ):
        assert values_at(spread, edges, whole=False) == ends
    assert np.isfinite(
        values_at(Spread(mean=1, sd=2, distribution="normal"), edges, whole=False)
    ).all()


def test_whole_numbers_of_a_range_are_as_likely():
    unit = (np.arange(6000) + 0.5) / 6000
    values = values_at(Spread(low=4, high=9), unit, whole=True)
    assert Counter(values) == dict.fromkeys(range(4, 10), 1000)
    assert all(type(value) is int for value in values)
    assert values_at(Spread(low=3.2, high=5.8), np.array([0.0, 1.0]), whole=True) == [4, 5]


def test_steps_make_a_list():
    assert listed_values(Spread(low=0.5, high=2, steps=4), whole=False) == [0.5, 1.0, 1.5, 2.0]
    log = listed_values(Spread(low=1, high=100, steps=3, scale="log"), whole=False)
    assert log == pytest.approx([1, 10, 100])
    assert listed_values(Spread(low=1, high=3, steps=9), whole=True) == [1, 2, 3]
    assert listed_values(Spread(low=1, high=3), whole=False) is None


def test_parts_of_a_list_are_equal_also_at_the_levels_of_morris():
    thirds = np.array([0.0, 1 / 3, 2 / 3, 1.0, 1 - 2 / 3])
    assert values_at([1, 2, 3], thirds, whole=False) == [1, 2, 3, 3, 2]


def test_trials_come_replication_by_replication():
    source = swept.design(
        "grid", factors={"stickiness.location": [0.1, 0.2, 0.3]}, replications=2, networks=2, seed=9
    )
    experiment, _ = read_experiment(source)
    trials = experiment.trials()
    assert len(trials) == 12
    assert [t.position for t in trials] == list(range(12))
    assert [t.trial.replication for t in trials] == [0] * 6 + [1] * 6
    assert [t.network for t in trials] == [0, 0, 0, 1, 1, 1] * 2
    assert {t.trial.seed for t in trials} == {9}
    assert all(t.trial.plan.network.draw == t.network for t in trials)
    assert all(
        t.trial.plan.stickiness.location == t.point.values["stickiness.location"] for t in trials
    )
    assert trials[-1].position == 11
    assert [t.position for t in trials[2:6:2]] == [2, 4]
    assert len({t.trial.key for t in trials}) == 12
    with pytest.raises(IndexError):
        trials[12]


def test_the_plan_of_a_point_is_the_base_with_its_values():
    factors = {
        "stickiness.location": {"low": 0.0, "high": 1.0},
        "firms.Lean.discipline": ["none", "disruptor"],
        'firms."Spark".price': {"low": 0.9, "high": 1.1},
        "segments": [[{"name": "all", "share": 1.0}]],
    }
    experiment, _ = read_experiment(
        swept.design("latin-hypercube", factors=factors, samples=5, networks=2)
    )
    for point in experiment.points:
        plan = experiment.plan(point, network=1)
        values = {**point.values, "network.draw": 1}
        same = experiment.base.with_values(values)
        # A point needs no words and judges no claims.
        assert plan == same.model_copy(update={"translations": {}, "claims": []})
        assert experiment.plan(point, network=1) is plan  # those asked for last are kept


def test_one_network_leaves_the_draw_to_the_scenario():
    experiment, _ = read_experiment(
        swept.design("grid", factors={"network.draw": [None, 3]}, replications=1)
    )
    assert {t.trial.plan.network.draw for t in experiment.trials()} == {None, 3}
    assert {t.network for t in experiment.trials()} == {None}
