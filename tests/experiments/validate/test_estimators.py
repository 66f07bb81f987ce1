"""What the patterns are measured with gives back what was planted."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from tsunagari.experiments.validate import word_of_mouth
from tsunagari.experiments.validate.estimators import (
    adopted,
    fitted_bass,
    fitted_hazard,
    months_until,
    rate_offset,
    slope,
    slopes_about_zero,
    stratified_ratio,
)
from tsunagari.experiments.validate.observed import Panel
from tsunagari.experiments.validate.retention import yearly_retention
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

# -- Bass ----------------------------------------------------------------------------------------


def adoptions(p: float, q: float, people: int, months: int) -> np.ndarray:
    """Counts by month of so many people, drawn from Bass's model with rates a year."""
    luck = np.random.default_rng(5)
    parts = np.diff(adopted(np.arange(months + 1), p / 12, q / 12))
    return luck.multinomial(people, [*parts, 1.0 - parts.sum()])[:-1]


@pytest.mark.parametrize(("p", "q"), [(0.02, 0.4), (0.005, 0.7), (0.05, 0.2)])
def test_bass_gives_back_what_was_planted(p, q):
    found = fitted_bass(adoptions(p, q, 50_000, 200), 50_000)
    assert found.innovation == pytest.approx(p, rel=0.06)
    assert found.imitation == pytest.approx(q, rel=0.06)


def test_bass_sees_no_imitation_where_there_is_none():
    counts = adoptions(0.15, 0.0, 50_000, 200)
    bass, exponential = (fitted_bass(counts, 50_000, imitation=how) for how in (True, False))
    assert abs(bass.imitation) < 0.03
    assert exponential.innovation == pytest.approx(0.15, rel=0.03)
    assert exponential.bic < bass.bic  # a parameter for nothing


def test_imitation_is_told_from_few_and_from_little_time():
    counts = adoptions(0.02, 0.0, 4000, 180)  # a quarter have adopted by then
    assert abs(fitted_bass(counts, 4000).imitation) < 0.02
    counts = adoptions(0.02, 0.4, 4000, 180)
    assert fitted_bass(counts, 4000).imitation == pytest.approx(0.4, rel=0.06)


def test_bass_beats_exponential_where_there_is_imitation():
    counts = adoptions(0.02, 0.3, 20_000, 150)
    bass, exponential = (fitted_bass(counts, 20_000, imitation=how) for how in (True, False))
    assert exponential.bic - bass.bic > 100


def test_bass_finds_adoption_that_slows_down():
    """People of two speeds: the fast are gone first, which looks like negative imitation."""
    months = np.arange(151)
    share = 0.5 * (1 - np.exp(-0.004 * months)) + 0.5 * (1 - np.exp(-0.1 * months))
    assert fitted_bass(np.diff(share) * 20_000, 20_000).imitation < 0.0


# -- hazards -------------------------------------------------------------------------------------


def planted_hazard(people: int = 60_000) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    luck = np.random.default_rng(2)
    exposure = luck.poisson(0.3, people).astype(float)
    group = luck.integers(0, 20, people)
    tenure = luck.normal(size=people) + 0.5 * exposure  # confounded
    shared = np.linspace(-4.0, -2.0, 20)[group]
    rate = np.exp(shared + math.log(1.8) * exposure - 0.5 * tenure)
    return {"exposure": exposure, "tenure": tenure}, luck.random(people) < -np.expm1(-rate), shared


def test_a_planted_hazard_ratio_is_found():
    covariates, event, shared = planted_hazard()
    fit = fitted_hazard(covariates, event, shared)
    assert math.exp(fit["exposure"]) == pytest.approx(1.8, rel=0.04)
    assert fit["tenure"] == pytest.approx(-0.5, abs=0.04)
    assert fit["intercept"] == pytest.approx(0.0, abs=0.06)


def test_without_the_confounder_it_would_be_missed():
    covariates, event, shared = planted_hazard()
    fit = fitted_hazard({"exposure": covariates["exposure"]}, event, shared)
    assert math.exp(fit["exposure"]) < 1.6


def test_a_hazard_refuses_what_cannot_be_told_apart():
    event = np.arange(100) % 3 == 0
    x = np.linspace(0.0, 1.0, 100)
    with pytest.raises(ValueError, match="collinear"):
        fitted_hazard({"one": x, "two": np.zeros(100)}, event)
    with pytest.raises(ValueError, match="needs events"):
        fitted_hazard({"one": x}, np.zeros(100))


def test_the_offset_is_the_rate_of_the_group():
    event = np.array([1, 0, 0, 0, 0, 0, 1, 1])
    group = np.array([0, 0, 0, 0, 2, 2, 3, 3])
    shares = -np.expm1(-np.exp(rate_offset(event, group)))
    assert shares == pytest.approx([0.25] * 4 + [0.25] * 2 + [0.75] * 2)


def test_a_ratio_within_strata_is_found_where_a_plain_one_is_not():
    luck = np.random.default_rng(4)
    stratum = luck.integers(0, 8, 80_000)
    treated = luck.random(80_000) < np.linspace(0.1, 0.8, 8)[stratum]
    base = np.linspace(0.01, 0.10, 8)[stratum]
    event = luck.random(80_000) < base * np.where(treated, 0.8, 1.0)
    assert stratified_ratio(event, treated, stratum) == pytest.approx(0.8, abs=0.05)
    assert stratified_ratio(event, treated, np.zeros(80_000, int)) > 1.1


def test_a_ratio_without_comparison_is_undefined():
    event, treated = np.array([1, 0, 1, 0]), np.array([True, True, False, False])
    assert math.isnan(stratified_ratio(event, treated, np.array([0, 0, 1, 1])))


# -- what each pattern looks at ------------------------------------------------------------------


def test_yearly_retention_follows_cohorts_of_joiners():
    rows = [
        (joined, tenure, 100.0 * 0.8 ** min(tenure // 12, 2) * 0.9 ** max(tenure // 12 - 2, 0))
        for joined in (1, 30)
        for tenure in range(0, 61, 12)
    ]
    old = [(0, tenure, 1e6) for tenure in range(0, 61, 12)]  # nobody knows when they joined
    late = [(60, 0, 1e6)]  # too late to be followed
    joined, tenure, survivors = zip(*rows, *old, *late, strict=True)
    found = yearly_retention({"joined": joined, "tenure": tenure, "survivors": survivors})
    assert found == pytest.approx([0.8, 0.8, 0.9, 0.9, 0.9])


def test_the_slope_of_churn_on_share():
    share = np.array([0.4, 0.3, 0.2, 0.1])
    assert slope(share, 0.03 * (1.0 - share)) == pytest.approx(-0.03)


@pytest.mark.parametrize(("below", "above"), [(0.3, 0.1), (0.2, 0.2)])
def test_slopes_below_and_above_neutral(below, above):
    luck = np.random.default_rng(3)
    satisfied, group = luck.normal(size=40_000), luck.integers(0, 10, 40_000)
    satisfied = satisfied + 0.1 * group
    stays = 0.5 - 0.03 * group + below * np.minimum(satisfied, 0) + above * np.maximum(satisfied, 0)
    stayed = stays + luck.normal(size=40_000) * 0.3
    assert slopes_about_zero(satisfied, stayed, group) == pytest.approx((below, above), abs=0.02)


@pytest.mark.parametrize("sign", [1, -1])
def test_pages_become_a_tenth_fuller_or_better(sign):
    luck = np.random.default_rng(6)
    ratios = []
    for _ in range(200):
        page = np.zeros(64, np.int8)
        page[:40] = luck.integers(1, 5 if sign > 0 else 6, 40)
        better, fuller = page.copy(), page.copy()
        counts, same = np.full(5, 20.0), np.full(5, 20.0)
        word_of_mouth.better_or_worse(better, same, sign, luck)
        word_of_mouth.more_or_fewer(fuller, counts, sign, luck)
        assert (same == 20.0).all()
        assert counts == pytest.approx(20.0 + 2.0 * sign)
        assert set(np.flatnonzero(better)) == set(range(40))
        assert abs(int(better.sum()) - int(page.sum())) == round(0.1 * page.sum())
        assert better[:40].min() >= 1
        assert better.max() <= 5
        ratios.append((fuller > 0).sum() / 40)
    assert np.mean(ratios) == pytest.approx(1.0 + 0.1 * sign, abs=0.015)


def test_a_page_of_fives_cannot_become_better_nor_a_full_one_fuller():
    page = np.full(64, 5, np.int8)
    word_of_mouth.better_or_worse(page, np.ones(5), 1, np.random.default_rng(0))
    word_of_mouth.more_or_fewer(page, np.ones(5), 1, np.random.default_rng(0))
    assert (page == 5).all()


def test_reviews_that_nobody_reads_move_nobody():
    plan = Scenario().with_values({"market.customers": 400, "zmot.review": 0.0})
    market = Market(plan, threads=1)
    market.run_for(12)
    before = market.population.posts.copy()
    up, change = word_of_mouth.joins(market, 0, "valence", 1)
    down, _ = word_of_mouth.joins(market, 0, "valence", -1)
    assert up == down
    assert change > 0.03
    assert (market.population.posts == before).all()  # only twins are touched


def small_panel(names: tuple[str, ...], months: int = 16) -> Panel:
    values = {"market.customers": 300, "market.months": months, "looking.base": 0.3}
    return Panel(Market(Scenario().with_values(values), threads=1), names)


def test_exposure_counts_friends_who_left_the_same_firm():
    panel = small_panel(("satisfaction", "tenure", "contract_left", "friends_here"))
    network = panel.market.population.network
    rows = word_of_mouth.risk_set(panel, network)
    now, similar, event = [], [], []
    segment = panel.market.population.column("segment")
    for month in range(12, 17):
        provider, left = panel["provider"][month - 1], panel["left_provider"][month - 1]
        for person in range(300):
            if provider[person] < 0 or panel["gone"][month][person]:
                continue
            friends = network.neighbours(person)
            gone = friends[left[friends] == provider[person]]
            now.append(len(gone))
            similar.append((segment[gone] == segment[person]).sum())
            event.append(panel["provider"][month][person] != provider[person])
    assert sum(now) > 20
    assert (rows["now"] == now).all()
    assert (rows["similar"] == similar).all()
    assert (rows["event"] == event).all()
    assert rows["rewired"].sum() != rows["now"].sum()


def test_joiners_are_followed_until_they_leave():
    panel = small_panel(("joined_month", "joined_through"), months=30)
    spells, rows = word_of_mouth.spells_of(panel)
    cohorts = panel.market.results.cohorts
    begun = cohorts[(cohorts["joined"] >= 12) & (cohorts["tenure"] == 0)]["survivors"].sum()
    assert len(spells) == begun
    spell, tenure, left = rows.T
    assert (tenure >= 1).all()
    assert np.bincount(spell, weights=left).max() == 1
    flows = panel.market.results.flows
    away = flows[(flows["source"] != "") & (flows["decided_by"] != "exit")]
    assert 0 < left.sum() <= away["customers"].sum()
    for one in np.unique(spell[left == 1])[:20]:  # who has left is followed no longer
        assert tenure[spell == one].max() == tenure[(spell == one) & (left == 1)].item()


def test_months_until_half():
    assert months_until([0, 10, 30, 70], 50) == pytest.approx(2.5)
    assert months_until([0, 10], 50) == 1.0


def test_signs_are_those_of_means():
    def signs(*rows):
        return word_of_mouth.signs(*np.array(rows).T)

    assert signs((0.9, 0.2, -3.0), (0.8, 0.3, 1.0)) == (True, True)
    assert signs((0.9, 0.2, -3.0), (0.8, 0.3, 4.0)) == (True, False)
    assert signs((0.9, 0.6, 0.0)) == (False, False)


# -- stars ---------------------------------------------------------------------------------------


def test_a_j_is_told_from_a_slope_by_the_stars_of_the_last_month_alone():
    month = np.array([1, 1, 2, 2])
    counts = {1: [9, 9, 3, 5], 2: [0, 0, 1, 3], 3: [0, 0, 1, 1], 4: [0, 0, 4, 2], 5: [0, 0, 13, 7]}
    table = {"month": month, **{f"stars_{n}": np.array(each) for n, each in counts.items()}}
    market = SimpleNamespace(
        month=2, results=SimpleNamespace(tables={"firms": table}), run_for=lambda months: None
    )
    draw = SimpleNamespace(market=lambda: market, plan=Scenario())
    found = word_of_mouth.stars_of_reviews(draw)
    assert found["ones"] == pytest.approx((8 - 4) / 40)
    assert found["fives"] == pytest.approx((20 - 8) / 40)
    assert found["stars3"] == pytest.approx(2 / 40)
