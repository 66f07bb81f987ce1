"""Estimators of the patterns P9 to P15, on data in which the answer was planted."""

import copy
import math
from functools import partial

import numpy as np
import pytest

from tsunagari.experiments.pictures.page import plain_settings
from tsunagari.experiments.runs.statistics import Interval, t_interval
from tsunagari.experiments.telling.purity_chart import purity_page
from tsunagari.experiments.validate import purity, strategy
from tsunagari.experiments.validate.estimators import matched, slope
from tsunagari.experiments.validate.experiment import Experiment
from tsunagari.experiments.validate.observed import UNTUNED, differences, follow, mean_of_customers
from tsunagari.experiments.validate.pattern import Quantity
from tsunagari.experiments.validate.registry import patterns
from tsunagari.experiments.validate.retention import placebo_factor
from tsunagari.experiments.validate.study import Draw, Study
from tsunagari.sim.scenario import Scenario

TINY = 200


def another_market(people, months):
    """The untuned market, of a size and a length."""
    size = {"market.customers": people, "market.months": months}
    return Scenario().with_values({**UNTUNED, **size})


def plan_of(number, market):
    """A market of a pattern's experiment, but tiny."""
    (pattern,) = patterns([number])
    experiment = pattern.find
    base = Scenario().with_values({**experiment.base, "market.customers": TINY})
    return base.with_values(experiment.markets[market])


# -- paths ---------------------------------------------------------------------------------------


def test_a_path_is_the_table_of_a_run_and_the_mean_of_a_column():
    plan = another_market(TINY, 4)
    path = follow(Draw(plan, 3, 0), firm="Adviser", measures=("market_share", "outcome"))
    market = Draw(plan, 3, 0).market()
    market.run_for(4)
    table = market.results.firms.query("firm == 'Adviser'")
    np.testing.assert_array_equal(path["market_share"], table["market_share"])
    assert path["outcome"][4] == mean_of_customers(market, "Adviser", "outcome")
    assert math.isnan(path["outcome"][0])


def test_a_firm_that_is_gone_has_no_path():
    plan = another_market(TINY, 4).with_values({"events": [{"month": 2, "leave": "Usual"}]})
    path = follow(Draw(plan, 3, 0), firm="Usual", measures=("price", "outcome"))
    assert np.isfinite(path["price"][:2]).all()
    assert np.isnan(path["price"][3:]).all()
    assert np.isnan(path["outcome"][3:]).all()


def test_what_is_neither_measure_nor_column_is_refused():
    with pytest.raises(KeyError, match="charm"):
        follow(Draw(another_market(TINY, 1), 3, 0), firm="Usual", measures=("charm",))


def test_a_planted_difference_is_found_in_spite_of_shared_luck():
    luck = np.random.default_rng(2)
    shared = luck.normal(size=(12, 10))
    changed = np.array([row + 0.5 + luck.normal(0, 0.01, 10) for row in shared])
    found = t_interval(differences(shared, changed, 2, 8))
    assert found.mean == pytest.approx(0.5, abs=4 * 0.01 / math.sqrt(12 * 7))
    assert found.half_width < 0.01


def test_months_in_which_either_is_undefined_do_not_count():
    base = np.array([[0.0, 1.0, math.nan, 1.0]] * 2)
    changed = np.array([[0.0, 2.0, 5.0, math.nan]] * 2)
    assert differences(base, changed, 1, 3) == [1.0, 1.0]
    assert math.isnan(differences(base, changed, 2, 3)[0])


def test_changes_are_told_apart_and_nothing_changes_nothing():
    experiment = Experiment(
        people=TINY,
        replications=2,
        base={**UNTUNED, "market.months": 3},
        markets={"base": {}, "same": {}, "dear": {"firms.Usual.price": 1.5}},
        measure=partial(follow, firm="Usual", measures=("price",)),
        quantities=(),
        null=(),
    )
    runs = {name: run["price"] for name, run in experiment.run(Study(2, quick=True)).items()}
    assert differences(runs["base"], runs["same"], 3) == [0.0, 0.0]
    assert min(differences(runs["base"], runs["dear"], 1)) > 0.4


# -- P9 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("planted", [0.0, 0.4])
def test_a_planted_slope_of_staying_is_found(planted):
    luck = np.random.default_rng(4)
    success = luck.random(40_000)
    stayed = luck.random(40_000) < 0.5 + planted * (success - 0.5)
    assert slope(success, stayed) == pytest.approx(planted, abs=0.03)


def planted_totals(total_of):
    """A study in which a market's stickiness follows from its regime."""

    class Planted(Study):
        def each(self, measure, jobs):
            return [(0.0, total_of(job.plan.events[0].to)) for job in jobs]

    return Planted()


@pytest.mark.parametrize("total_of", [lambda rho: 2 * rho, lambda rho: 2 * rho**2 + 0.1 * rho])
def test_the_placebo_erodes_as_much(total_of):
    plan = another_market(TINY, 72)
    wanted = total_of(0.31)
    factor = placebo_factor(planted_totals(total_of), plan, total_of(0.8), wanted)
    assert total_of(factor) == pytest.approx(wanted, abs=0.01 * (total_of(0.8) - wanted))


def test_a_total_that_no_regime_leaves_is_refused():
    study = planted_totals(lambda rho: 2 * rho)
    with pytest.raises(ValueError, match=r"stickiness of -0\.500"):
        placebo_factor(study, another_market(TINY, 72), 1.6, -0.5)


# -- P10, P12 ------------------------------------------------------------------------------------


def test_misfits_are_left_out_from_month_13_on_and_not_before():
    markets = [plan_of("P10", name) for name in ("room", "room_chooses")]
    runs = [Draw(plan, 5, 0).market() for plan in markets]
    for market in runs:
        market.run_for(12)
    tables = [market.results.firms for market in runs]
    assert tables[0].equals(tables[1])
    for market in runs:
        market.run_for(24)
    fits = [market.results.firms.query("firm == 'Adviser'")["fit"].iloc[-1] for market in runs]
    assert fits[1] > fits[0]


def test_churn_is_expected_of_people_who_are_kept_from_leaving():
    plan = another_market(TINY, 60)
    market = Draw(plan, 1, 0).market()
    market.begin_month()
    population = copy.deepcopy(market).population
    population.take_everybody("judge", "share", "look")
    firm = market.firm("Adviser").index
    _, again, looking = population.staying(firm)
    expected = (looking * (1.0 - again[:, -1])).mean()
    held = plan.with_values({"looking.base": plan.looking.base * strategy._SCALE})
    kept = Draw(held, 1, 0).market()
    kept.begin_month()
    assert strategy.expected_churn(kept, firm) == pytest.approx(expected, rel=1e-5)
    assert 0.0 < expected < 1.0


def test_growing_service_is_as_much_on_average_as_constant():
    constant = plan_of("P12", "constant")
    market = Draw(plan_of("P12", "progress"), 1, 0).market()
    given = []
    for _ in range(60):
        market.step()
        given.append(market.firm("Adviser").terms.service)
    steady = constant.events[0].to
    assert np.mean(given) == pytest.approx(steady, rel=0.02)
    assert given == sorted(given)


# -- P14 -----------------------------------------------------------------------------------------


def planted_map(difference, replications=6):
    """A map in which a pure firm earns so much more by [environment, connectivity, firm]."""
    luck = np.random.default_rng(6)
    shape = (len(purity.ENVIRONMENTS), len(purity.CONNECTIVITIES), len(purity.PURE))
    mean = np.broadcast_to(difference, shape)[..., None]
    profit = mean + luck.normal(0, 0.1, (*shape, replications))
    return purity.PurityMap(profit=profit, share=10 * profit)


def test_planted_winners_and_losers_are_found():
    difference = np.array([-1.0, 0.0, 1.0])
    found = planted_map(difference)
    cells = len(purity.ENVIRONMENTS) * len(purity.CONNECTIVITIES)
    assert found.contests == 3 * cells
    assert found.count(-1, "Lean") == cells
    assert found.count(1, "Tailor") == cells
    assert found.count(0, "Spark") >= 0.8 * cells
    assert found.someone_wins("cost", 8.0)
    columns = found.columns()
    lean = np.array(columns["discipline"]) == "operational excellence"
    assert set(np.array(columns["outcome"])[lean]) == {"loses"}
    assert np.mean(columns["profit"][lean]) == pytest.approx(-1.0, abs=0.05)
    assert len(columns["weigh"]) == found.contests


def test_nothing_planted_is_decided_by_chance_only():
    found = planted_map(0.0)
    assert found.count(1) + found.count(-1) <= 0.15 * found.contests


def test_every_cell_has_its_own_place_and_luck(monkeypatch):
    jobs = []

    class Planted(Study):
        def each(self, measure, planned):
            jobs.extend(planned)
            return [[(float(n), 0.0)] * 3 for n, _ in enumerate(planned)]

    found = purity.mapped(Planted(quick=True))
    assert len({job.replication for job in jobs}) == len(jobs)
    each = found.profit.shape[-1]
    number = (1 * len(purity.CONNECTIVITIES) + 2) * each
    assert found.profit[1, 2, 0].tolist() == list(range(number, number + each))
    assert jobs[number].plan.zmot.connectivity == purity.CONNECTIVITIES[2]
    cost, product, solution = list(purity.ENVIRONMENTS.values())[1]
    segment = jobs[number].plan.segments[0]
    assert (segment.cost, segment.product, segment.solution) == pytest.approx(
        (3.3 * cost, 3.3 * product, 3.3 * solution)
    )


def test_the_picture_says_what_the_map_says(tmp_path):
    found = planted_map(np.array([-1.0, 0.0, 1.0]))
    with plain_settings():
        page = purity_page(found, customers=1200, seed=1)
        files = page.save(tmp_path, "purity")
    cells = len(purity.ENVIRONMENTS) * len(purity.CONNECTIVITIES)
    assert f"operational excellence wins 0, ties 0, loses {cells} cells" in page.description
    assert [file.suffix for file in files] == [".png", ".svg"]
    assert all(file.stat().st_size > 10_000 for file in files)


# -- P15 -----------------------------------------------------------------------------------------


def test_matches_are_near_of_the_same_segment_and_used_once():
    traits = np.array([[0.0], [0.1], [5.0], [0.2], [4.9], [0.05], [9.0]])
    segment = np.array([0, 0, 0, 0, 1, 0, 1])
    treated = np.array([0, 2, 6])
    pool = np.array([False, True, False, True, True, True, False])
    assert matched(traits, segment, treated, pool) == {0: 5, 2: 3, 6: 4}


def test_without_anybody_left_there_is_no_match():
    traits, segment = np.zeros((3, 1)), np.zeros(3, int)
    pool = np.array([False, False, True])
    assert matched(traits, segment, np.array([0, 1]), pool) == {0: 2}


def test_matching_removes_what_is_planted_in_traits_and_keeps_the_effect():
    luck = np.random.default_rng(8)
    people = 8000
    trait = luck.normal(size=(people, 1))
    chosen = luck.random(people) < 0.05 + 0.15 * (trait[:, 0] > 0)  # confounded
    survived = luck.random(people) < 0.5 + 0.2 * np.tanh(trait[:, 0]) - 0.2 * chosen
    matches = matched(trait, np.zeros(people, int), np.flatnonzero(chosen), ~chosen)
    apart = survived[list(matches)].mean() - survived[list(matches.values())].mean()
    assert apart == pytest.approx(-0.2, abs=0.06)


# -- from one end to the other -------------------------------------------------------------------


def test_every_quantity_needs_its_interval_on_the_right_side():
    assert not Quantity("x", Interval(-0.1, -0.3, 0.1), (None, 0.0), "interval").holds


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=pytest.mark.exhaustive if number == 14 else ())
        for number in range(9, 16)
    ],
)
def test_each_ends_with_numbers(number):
    verdict = patterns([f"P{number}"])[0].run(Study(1, quick=True))
    assert verdict.of.id == f"P{number}"
    assert all(math.isfinite(quantity.found.mean) for quantity in verdict.quantities)
    assert all(math.isfinite(quantity.found.mean) for quantity in verdict.null_quantities)
    assert verdict.finding.details
