"""The engine does what docs/model.md says: every customer's month, told a second time."""

import random
from types import SimpleNamespace

import pytest
from telling import Telling

from tsunagari.agents.columns import MARKS, REALS, SOURCE_NAMES
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

NAMES = [column.name for column in (*REALS, *MARKS)]
LIVELY = {  # no round weights: what speaks most for a firm must not hang on the last digit
    "zmot.negative": 1.37,
    "zmot.star_scale": 0.43,
    "zmot.star_neutral": 3.9,
    "zmot.friend": 0.71,
    "market.customers": 100,
    "market.exit": 0.02,
    "looking.base": 0.25,
    "looking.referred": 0.4,
    "zmot.propensity": 0.5,
    "zmot.attention": 5.0,
    "zmot.unlike": 0.63,
    "zmot.volume": 0.2,
    "adoption.back": 0.4,
    "value.outside": -0.5,
    "value.dependence_aversion": 0.8,
    "relation.competence_rate": 0.05,
    "firms.Lean.contract": 3,
    "firms.Spark.claim": 0.8,
    "firms.Tailor.indulgence": 0.4,
    "firms.Tailor.capacity": 0.3,
    "firms.Tailor.minimum_fit": 0.6,
    "firms.Broad.reach": 0.4,
    "firms.Broad.loyalty": 0.2,
    "firms.Broad.loyalty_months": 4,
    "firms.Lean.referral_reward": 0.3,
    "zmot.rewarded": 1.3,
}
FORMS = {  # off by default, and told nevertheless
    **LIVELY,
    "zmot.negative_friends": 1.13,
    "zmot.advertising": 0.37,
    "zmot.advertising_carry": 0.6,
    "judgement.need_rate": 0.03,
    "looking.spread": 0.5,
    "looking.referred_power": None,
    "looking.referred_settling": None,
    "adoption.friends_power": None,
    "value.effort": 0.3,
    "firms.Spark.advertising": 2.3,
}


def people_of(market):
    columns = [market.population.column(name).tolist() for name in NAMES]
    return [dict(zip(NAMES, values, strict=True)) for values in zip(*columns, strict=True)]


def told_and_lived(market):
    """Step a market; every customer as told and as the engine has them, and the surplus of both."""
    population, network = market.population, market.population.network
    before, pages = people_of(market), population.posts.tolist()
    pages += [[0] * 64] * (len(market.firms) - len(pages))
    market.step()
    offers = [dict(zip(o.dtype.names, o.item(), strict=True)) for o in population.offers]
    p = population.parameters
    p = SimpleNamespace(**dict(zip(p.dtype.names, p.item(), strict=True)))
    worth = population.welfare()
    for i, lived in enumerate(people_of(market)):
        friends = [before[friend] for friend in network.neighbours(i)]
        ties = network.weights(i).tolist()
        telling = Telling(
            i, before[i], list(zip(friends, ties, strict=True)), network.mean_degree, offers, pages,
            p, market.month, int(population.seed), population.this_month.advertising,
        )  # fmt: skip
        told = telling.tell()
        yield i, told, lived, telling.surplus(), (worth.surplus[i], worth.realised[i])


def assert_told(plan, months):
    market, seen = Market(plan, seed=5, threads=1), set()
    for _ in range(months):
        for i, told, lived, surplus, measured in told_and_lived(market):
            where = f"month {market.month}, customer {i}"
            assert {n: told[n] for n in NAMES} == pytest.approx(lived, rel=2e-5, abs=2e-6), where
            assert surplus == pytest.approx(measured, rel=2e-5, abs=2e-5), where
            seen.add((lived["looks"], lived["decided_by"]))
    return seen


def told_in(seen):
    return {SOURCE_NAMES[decided_by] for _, decided_by in seen}


def test_a_lively_market():
    seen = assert_told(Scenario().with_values(LIVELY), 14)
    assert {looks for looks, _ in seen} >= {0, 1, 4}
    assert {"", "exit", "luck", "price", "taste", "dissatisfaction"} <= told_in(seen)


def test_a_market_that_begins_empty():
    plan = Scenario().with_values({**LIVELY, "market.start": "empty", "adoption.innovation": 0.1})
    assert {looks for looks, _ in assert_told(plan, 8)} == {0, 1, 2, 3, 4}


def test_forms_that_are_off_by_default():
    seen = assert_told(Scenario().with_values(FORMS), 12)
    assert {"", "exit", "luck", "taste", "dissatisfaction"} <= told_in(seen)
    empty = {**FORMS, "market.start": "empty", "adoption.innovation": 0.1}
    assert {looks for looks, _ in assert_told(Scenario().with_values(empty), 8)} == {0, 1, 2, 3, 4}


def test_weighted_ties(tmp_path):
    luck, file = random.Random(4), tmp_path / "ties.csv"
    ties = [(luck.randrange(90), luck.randrange(60), luck.uniform(0.1, 3.0)) for _ in range(500)]
    lines = [f"p{one},q{other},{weight:.3f}" for one, other, weight in ties]
    file.write_text("source,target,weight\n" + "\n".join(lines))
    values = {key: value for key, value in LIVELY.items() if key != "market.customers"}
    plan = Scenario().with_values({**values, "network.kind": "file", "network.file": str(file)})
    assert len(told_in(assert_told(plan, 8))) > 5
