"""Win/loss research in a market: what it counts, whom it changes, and prices that follow it."""

import copy
import math

import numpy as np
import pytest
from generated import scenario_of
from test_logit import BLIND, NO_STICKINESS, NO_WAY_OUT, NO_WORD_OF_MOUTH
from test_plain import FIVE, LIVELY, plan_of
from test_same_to_the_bit import assert_same, tables_of

from tsunagari.agents.customer import Customer
from tsunagari.agents.firm.offer import tariffs
from tsunagari.agents.phases.research import ask_rows, no_answers, told_by
from tsunagari.agents.phases.search import scratch
from tsunagari.sim.market import Market
from tsunagari.sim.plain import PlainMarket

approx = pytest.approx
PRICED = [{**firm, "pricing": "adaptive"} for firm in FIVE]
MONEY = {"value.elasticity": 0.5, "wallet.elasticity": 0.5}
TERMS = {  # all that a price is weighed in
    "firms.Spark.guarantee": 0.3, "firms.Broad.gain_share": 0.3,
    "firms.Lean.joiner_price": 0.7, "firms.Lean.joiner_months": 6,
}  # fmt: skip


# -- what it finds ---------------------------------------------------------------------------------


def asked(market, factor=1.0, dearer=None):
    """Answers of this month's lookers, with one firm's price times a factor; nobody moves."""
    population = market.population
    offers = population.offers.copy()
    if dearer is not None:
        firm = copy.copy(market.firm(dearer))
        vars(firm)["price"] = firm.price * factor
        for name, values in tariffs(firm, market.conditions).items():
            offers[name][firm.index] = values
    answers = no_answers(-(-population.people // 1024), len(offers))
    ask_rows(
        0, population.people, population.table, population.this_month._replace(offers=offers),
        population.circle, population.posts, scratch(len(offers)), answers,
    )  # fmt: skip
    return told_by(answers)


def before_they_move(values, months=7):
    market = Market(plan_of(2000).with_values({**LIVELY, **values}), seed=4, threads=1)
    market.run_for(months)
    market.begin_month()
    market.population.take_everybody("judge", "share", "look", "choose")
    return market


@pytest.mark.parametrize("money", [{}, MONEY])
def test_slopes_are_what_a_dearer_firm_would_find(money):
    market = before_they_move({**TERMS, **money})
    usual, step = asked(market), 3e-3
    assert usual["asked"].min() > 100
    for firm in market.firms:
        dear, cheap = (asked(market, math.exp(sign * step), firm.name) for sign in (1.0, -1.0))
        for told, sign in (("won", -1.0), ("lost", 1.0)):
            slope = sign * (dear[told] - cheap[told])[firm.index] / (2.0 * step)
            assert slope == approx(usual[f"{told}_slope"][firm.index], rel=5e-3, abs=0.02)
            assert slope > 0.0


def test_as_many_are_won_and_lost_as_go_on_average():
    market = Market(plan_of(6000).with_values({**LIVELY, "market.exit": 0.0}), seed=8, threads=1)
    market.do_research()
    market.run_for(6)
    found = market.research.groupby("firm")[["won", "lost"]].sum()
    moved = market.results.firms.query("month > 0").groupby("firm")[["joins", "leaves"]].sum()
    for firm in ("Lean", "Spark", "Tailor", "Broad"):
        for told, happened in (("won", "joins"), ("lost", "leaves")):
            expected = found.loc[firm, told]
            assert abs(moved.loc[firm, happened] - expected) < 4.5 * math.sqrt(expected)


def test_more_look_at_a_dearer_provider():
    market = before_they_move({"looking.satisfaction": 1.0, "judgement.level": 0.5})
    assert asked(market)["look_slope"].min() > 0.0
    blind = before_they_move({"looking.satisfaction": 0.0})
    assert asked(blind)["look_slope"].max() == 0.0


# -- whom it changes -------------------------------------------------------------------------------


def test_research_changes_nothing_and_is_not_done_unasked():
    plan = plan_of(300).with_values(LIVELY)
    plain, asking = (Market(plan, seed=3, threads=1) for _ in range(2))
    asking.do_research()
    for market in (plain, asking):
        market.run_for(6)
    assert_same(plain.results.tables, asking.results.tables)
    assert plain.population.answers is None
    assert plain.research.empty
    assert len(asking.research) == 6 * len(FIVE)


def test_the_same_is_found_on_any_number_of_threads_and_one_by_one():
    plan = plan_of(18_000, market__months=3).with_values({**LIVELY, "firms": PRICED})
    one, three, single = (Market(plan, seed=6, threads=threads) for threads in (1, 3, 1))
    for market in (one, three):
        market.run_for(2)
    customers = single.agents_by_type[Customer]
    for row in range(1500, 900, -1):
        customers[row].step()
    single.run_for(2)
    for market in (three, single):
        assert one.research.equals(market.research)


def test_engine_and_twin_find_the_same():
    plan = plan_of(150).with_values({**LIVELY, **TERMS, **MONEY, "firms.Lean.pricing": "adaptive"})
    engine, twin = Market(plan, seed=2, threads=1), PlainMarket(plan, seed=2)
    for market in (engine, twin):
        market.run_for(5)
    assert engine.research.equals(twin.research)


# -- prices that follow ----------------------------------------------------------------------------


def markups(market, months):
    """Markup by firm and month, as it stands after each."""
    found = {firm.name: [firm.own_markup] for firm in market.firms}
    for _ in range(months):
        market.step()
        for firm in market.firms:
            found[firm.name].append(firm.own_markup)
    return {name: np.array(values) for name, values in found.items()}


@pytest.fixture(scope="module")
def adaptive():
    plan = plan_of(400, market__months=40).with_values({**LIVELY, **MONEY, "firms": PRICED})
    market = Market(plan, seed=5, threads=1)
    return market, markups(market, 40)


def test_a_markup_moves_once_a_year_each_in_its_month(adaptive):
    months = set()
    for values in adaptive[1].values():
        steps = np.diff(np.log1p(values))
        moved = np.flatnonzero(steps) + 1
        assert moved.min() > 12
        assert len(set(moved % 12)) == 1
        assert np.abs(steps).max() <= 0.1 + 1e-12
        months |= set(moved % 12)
    assert len(months) > 1


def test_premium_and_factor_come_on_top(adaptive):
    market, _ = adaptive
    for firm in market.firms:
        premium = 1.0 + firm.terms.launch_premium * firm.novelty
        assert firm.price == approx(firm.cost.full * (1.0 + firm.own_markup) * premium)
    factor = {"firms.Broad.price": 0.9}
    plan = plan_of(200).with_values({**LIVELY, "firms.Broad.pricing": "adaptive", **factor})
    cheaper = Market(plan, seed=5, threads=1)
    cheaper.run_for(26)
    broad = cheaper.firm("Broad")
    assert broad.own_markup != broad.terms.markup
    assert broad.price == approx(0.9 * broad.cost.full * (1.0 + broad.own_markup))


def test_an_event_sets_the_markup_and_research_moves_it_on():
    plan = plan_of(200, market__months=60).with_values({**LIVELY, "firms": PRICED})
    market = Market(plan, seed=5, threads=1)
    market.run_for(30)
    market.act("firms.Lean.markup", 0.9)
    market.firm("Spark").own_markup = 0.05
    market.step()
    assert market.firm("Lean").own_markup == approx(0.9, abs=0.11 * 1.9)
    assert market.firm("Spark").own_markup == approx(0.05, abs=0.11 * 1.05)
    market.act("firms.Tailor.pricing", "markup")
    market.step()
    stays = market.firm("Tailor").own_markup
    values = markups(market, 14)
    assert set(values["Tailor"]) == {stays}
    assert len(set(values["Lean"])) > 1
    assert len(set(values["Spark"])) > 1


def test_adaptive_prices_are_recorded_and_replayed(adaptive):
    market = copy.deepcopy(adaptive[0])
    twin, freed = copy.deepcopy(market), copy.deepcopy(market)
    policies = market.record_policies(13)
    twin.replay(policies)
    freed.replay(policies, ["Tailor"])
    for again in (twin, freed):
        again.run_for(13)
        assert_same(market.results.tables, again.results.tables)
        for firm in market.firms:
            assert again.firm(firm.name).own_markup == firm.own_markup


def test_a_price_held_to_another_market_is_set_on_its_costs():
    plan = plan_of(300).with_values({**LIVELY, "firms": PRICED})
    base = Market(plan, seed=7, threads=1)
    base.run_for(24)
    costly = plan.with_values({"firms.Broad.marginal_cost": 2.0})
    held = Market(costly, seed=7, threads=1, costs=base.unit_costs)
    own = Market(costly, seed=7, threads=1)
    for market in (held, own):
        market.run_for(24)
    # What it cannot spend without profits it cannot: customers notice a little.
    assert held.firm("Broad").price == approx(base.firm("Broad").price, rel=0.01)
    assert own.firm("Broad").price > 1.5 * base.firm("Broad").price


BETA, ETA, RHO, BASE = 2.5, 0.5, 0.008, 0.1
TWO = {
    "market": {"customers": 4000, "months": 240, "exit": 0.0},
    "firms": [
        {"name": name, "share": 0.5, "attention": 0.0, "investment": 0.2, "contract": 0,
         "markup": 0.8, "integration": 0.0}
        for name in ("Mine", "Rival")
    ],
    "looking": {**BLIND, "base": BASE, "referred": 0.0},
    **NO_STICKINESS,
    "zmot": {**NO_WORD_OF_MOUTH["zmot"], "risk_aversion": 0.0, "doubt": 0.0, "backlash": 0.0},
    "value": {"price_base": BETA, "price_slope": 0.0, "taste": 0.0, "elasticity": ETA,
              "solution": 0.0, "brand": 0.0, **NO_WAY_OUT},
    "wallet": {"base": 1.0, "trust": 0.0, "success": 0.0, "elasticity": ETA},
    "technology": {"gain": 0.0, "drift": 0.0, "imitation": 0.0, "improvement": 0.0,
                   "price_step": 1.0, "price_step_most": 0.5, "research_noise": 0.0},
    "finance": {"acquisition_cost": 0.4},
}  # fmt: skip
RIVALS = 1.8


def best_price(loss=0.0):
    """Where the first-order condition holds in a logit of two with constant hazards.

    Of all who look, h a month, a share P chooses the firm: in a steady market
    ``J = χ = h·(1 − P)``, ``ε_J = β·p^c·(1 − P)``, ``ε_χ = β·p^c·P``.
    """

    def gap(price):
        felt = [2.0 * (math.sqrt(p) - 1.0) for p in (price, RIVALS)]
        share = 1.0 / (1.0 + math.exp(BETA * (felt[0] - felt[1])))
        rate = (1.0 - math.exp(-BASE)) * (1.0 - share)
        slope = BETA * math.sqrt(price)
        base, joining = slope * rate / (rate + RHO), slope * (1.0 - share) * rate / (rate + RHO)
        units = price**-ETA
        e = ETA + base
        counted = 0.4 * joining * (RHO + rate) - loss * RHO * base
        return 0.8 * price * (e - 1.0) - e - counted / units

    low, high = 1.05, 6.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if gap(middle) < 0.0 else (low, middle)
    return low


@pytest.mark.parametrize("loss", [0.0, 3.0])
def test_in_a_logit_market_with_constant_hazards_the_price_becomes_the_best(loss):
    plan = scenario_of(TWO).with_values(
        {"firms.Mine.pricing": "adaptive", "firms.Mine.objective_loss": loss}
    )
    market = Market(plan, seed=1, threads=1)
    market.run_for(240)
    assert market.firm("Rival").price == approx(RIVALS)
    late = market.results.firms.query("firm == 'Mine' and month > 120")["price"].mean()
    assert late == approx(best_price(loss), rel=0.02)


# -- levers that were market-wide ------------------------------------------------------------------


@pytest.mark.parametrize(("key", "value"), [("reaction", 0.9), ("extended_staff", 1.4)])
def test_a_lever_of_every_firm_is_the_lever_of_all(key, value):
    plan = plan_of(200).with_values({**LIVELY, "finance.technology_cost": 0.05})
    firms = [{**firm, key: value} for firm in FIVE]
    wide = plan.with_values({f"technology.{key}": value})
    assert_same(
        tables_of(wide, months=10), tables_of(plan.with_values({"firms": firms}), months=10)
    )
    own = Market(plan.with_values({f"firms.Lean.{key}": value}), seed=1)
    assert getattr(own.firm("Lean").terms, key) == value
    assert getattr(own.firm("Spark").terms, key) == getattr(plan.technology, key)


def test_a_lever_that_nobody_set_begins_where_the_markets_stands():
    moved = [{"month": 2, "set": "firms.Lean.extended_staff", "to": 2.0, "over": 4}]
    market = Market(plan_of(100, events=moved), seed=1, threads=1)
    staff = []
    for _ in range(6):
        market.step()
        staff.append(market.firm("Lean").terms.extended_staff)
    assert staff == approx([1.0, 1.25, 1.5, 1.75, 2.0, 2.0])
