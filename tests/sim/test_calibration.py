"""The default market resembles real ones: retention, prices, stars, and nobody wins everywhere.

Bands are those of the model's document, over what chance does: means of several seeds where one
firm's luck (launches) moves a number beyond the band.
"""

from __future__ import annotations

import pandas as pd
import pytest

from tsunagari.scenarios import names as shipped_names
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

SEEDS = (1, 2, 3, 4, 5)


def firms_of(name: str, seed: int | None = None, **size: int) -> pd.DataFrame:
    plan = Scenario.load(name).with_values({f"market.{key}": n for key, n in size.items()})
    market = Market(plan, seed=seed)
    for _ in range(plan.market.months):
        market.step()
    return market.results.firms


@pytest.fixture(scope="module")
def runs() -> list[pd.DataFrame]:
    """Five years of the three disciplines under five seeds, the first two years left out."""
    results = [firms_of("three-disciplines", s, customers=8000, months=60) for s in SEEDS]
    return [firms[firms["month"] > 24] for firms in results]


def assert_retention_is_as_in_real_markets(retention: pd.Series) -> None:
    """A year later three quarters to nine tenths are still there, and firms are not all alike."""
    assert retention.between(0.75, 0.90).all()
    assert retention.max() - retention.min() >= 0.03


def assert_stars_are_j_shaped(stars: pd.Series) -> None:
    """Five stars most of all, and the disappointed speak up more than the lukewarm."""
    assert stars.idxmax() == "stars_5"
    assert stars["stars_5"] > 0.5 * stars.sum()
    assert stars["stars_1"] > stars["stars_3"]
    assert stars["stars_2"] > stars["stars_3"]
    assert stars["stars_4"] > stars["stars_3"]


def stars_of(firms: pd.DataFrame) -> pd.Series:
    last = firms[firms["month"] == firms["month"].max()]  # counted from the start
    return last[[f"stars_{number}" for number in range(1, 6)]].sum()


def test_a_year_later_most_customers_are_there_and_firms_differ(runs):
    by_firm = pd.concat([firms.groupby("firm")["retention_12"].mean() for firms in runs], axis=1)
    assert_retention_is_as_in_real_markets(by_firm.mean(axis=1))
    assert by_firm.min(axis=None) > 0.70  # of single runs, too
    assert by_firm.max(axis=None) < 0.92


def test_public_ratings_are_j_shaped(runs):
    for firms in runs:
        assert_stars_are_j_shaped(stars_of(firms))


def test_the_dearest_firm_asks_a_third_to_two_thirds_more_than_the_cheapest(runs):
    for firms in runs:
        price = firms.groupby("firm")["price"].mean()
        assert 1.30 < price.max() / price.min() < 1.60


def assert_nobody_leads_everywhere(**size: int) -> None:
    """No discipline has most customers at the end of every shipped scenario.

    Nor of the disciplines that everybody knows, if newcomers with a new technology are left out.
    """
    leaders, leaders_of_old = {}, {}
    for name in shipped_names():
        firms = firms_of(name, **size)
        last = firms[firms["month"] == firms["month"].max()].set_index("discipline")["customers"]
        leaders[name] = last.idxmax()
        leaders_of_old[name] = last.drop("disruptor", errors="ignore").idxmax()
    assert len(set(leaders.values())) >= 3, leaders
    assert len(set(leaders_of_old.values())) >= 2, leaders_of_old


@pytest.mark.exhaustive
@pytest.mark.slow
def test_no_discipline_leads_in_every_shipped_scenario():
    assert_nobody_leads_everywhere(customers=5000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_all_of_it_at_full_size(seed):
    firms = firms_of("three-disciplines", seed)
    later = firms[firms["month"] > 24]
    assert_stars_are_j_shaped(stars_of(later))
    price = later.groupby("firm")["price"].mean()
    assert 1.30 < price.max() / price.min() < 1.60
    assert_retention_is_as_in_real_markets(later.groupby("firm")["retention_12"].mean())


@pytest.mark.exhaustive
@pytest.mark.slow
def test_nobody_leads_everywhere_at_full_size():
    assert_nobody_leads_everywhere()
