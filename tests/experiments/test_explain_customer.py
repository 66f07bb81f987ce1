"""Why one customer left: the terms are those of the engine's own choice, and the words fit them."""

import copy
import math

import numpy as np
import pytest

from tsunagari.agents.columns import NOBODY, SOURCE_NAMES, Looks
from tsunagari.agents.rules.search import looking_probability
from tsunagari.experiments.explain.customer import EXIT, LUCK, decision, explain_customer
from tsunagari.experiments.telling.customer import as_json, as_table, decided, in_words
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

LIVELY = Scenario().with_values(
    {
        "market.customers": 400,
        "market.months": 18,
        "looking.base": 0.2,
        "zmot.propensity": 0.5,
        "market.exit": 0.02,
        "firms.Tailor.capacity": 0.3,
        "firms.Spark.indulgence": 0.3,
        "firms.Broad.reach": 0.5,
    }
)
TERM = {
    "price": "price",
    "time": "handling time",
    "certainty": "uncertainty",
    "success": "success",
    "nearness": "distance",
    "taste": "lasting taste",
    "reputation": "reputation",
    "popularity": "number of reviews",
    "guarantee": "guarantee and gain-sharing",
    "people": "somebody they like works there",
    "necessity": "doing without",
    "luck": "luck of the month",
}
SOURCE = {
    "stimulus": "claim",
    "review": "review",
    "friend": "friend",
    "referral": "friend",
    "memory": "memory",
    "quality": "usual",
}
MARKETS = {
    "lively": {},
    "empty": {"market.start": "empty", "adoption.innovation": 0.1},
    "complete": {"network.kind": "complete", "market.customers": 120},
    "alone": {"network.neighbours": 0},
    "all mechanisms": {
        "firms.Lean.contract": 4,
        "firms.Lean.renews": 0.0,
        "firms.Spark.guarantee": 0.4,
        "firms.Spark.joiner_price": 0.7,
        "firms.Spark.winback_price": 0.6,
        "firms.Spark.joiner_months": 6,
        "firms.Tailor.gain_share": 0.3,
        "firms.Tailor.drops_below": 0.7,
        "firms.Tailor.foresight": 0.5,
        "firms.Broad.inconsistency": 0.5,
        "judgement.review": 0.05,
        "value.outside_connectivity": 0.3,
        "zmot.connectivity": 2.0,
        "events": [{"month": 13, "poach": "Broad", "by": "Spark", "size": 0.4}],
    },
    "closing": {"events": [{"month": 13, "leave": "Broad"}, {"month": 12, "scandal": "Lean"}]},
}


def number(text):
    return float(text.replace("−", "-"))


def begun(plan, month):
    market = Market(plan, threads=1)
    market.run_for(month - 1)
    market.begin_month()
    return market


def speaks_for_the_move(found):
    """What decided is among the terms, or the sources, by which the choice was ahead."""
    best, other = found.best(), found.against
    ahead = {name: value - other.terms.get(name, 0.0) for name, value in best.terms.items()}
    ahead |= {n: -value for n, value in other.terms.items() if n not in best.terms}
    largest = max(ahead, key=ahead.get)
    assert ahead[largest] > 0.0
    if largest != "quality believed":
        assert TERM[found.decided_by] == largest
        return
    moved = {name: value - other.sources.get(name, 0.0) for name, value in best.sources.items()}
    moved["usual"] = best.usual - other.usual
    assert SOURCE[found.decided_by] == max(moved, key=moved.get)
    assert moved[SOURCE[found.decided_by]] > 0.0


@pytest.mark.parametrize("kind", MARKETS)
def test_every_choice_is_the_engines(kind):
    market = begun(LIVELY.with_values(MARKETS[kind]), 13)
    engine = copy.deepcopy(market)
    engine.population.take_on_the_rest()
    looks, choice, reason = map(engine.population.column, ("looks", "choice", "decided_by"))
    chosen = 0
    for row in range(market.population.people):
        found = decision(market, row)
        assert found.looks == looks[row]
        if found.looked:
            chosen += 1
            assert found.choice == found.best().firm == choice[row]
            if found.decided_by:
                assert found.decided_by == SOURCE_NAMES[reason[row]]
                speaks_for_the_move(found)
        if found.looks == Looks.AROUND and not found.occasion:
            assert found.luck < found.chance
    assert chosen > 8


def test_terms_and_factors_are_those_of_the_closed_form():
    """A logit of the terms is the engine's own chance of staying; the factors, that of looking."""
    market = begun(LIVELY.with_values({"judgement.review": 0.0}), 13)
    engine = copy.deepcopy(market).population
    engine.take_everybody("judge", "share", "look")
    seen = 0
    for firm in range(len(market.firms)):
        for row, again, looking in list(zip(*engine.staying(firm), strict=True))[:20]:
            found = decision(market, int(row))
            assert found.options[0].firm == NOBODY
            seen += 1
            weights = {option.firm: math.exp(option.without_luck) for option in found.options}
            assert weights[firm] / math.fsum(weights.values()) == pytest.approx(again[-1])
            assert found.chance == pytest.approx(looking)
            intensity = math.prod(found.factors.values())
            assert looking_probability(intensity) == pytest.approx(looking)
            for option in found.options[1:]:
                assert ("switching cost" in option.terms) == (option.firm == firm)
                moved = math.fsum(option.sources.values())
                assert option.usual + moved == pytest.approx(option.terms["quality believed"])
                without = option.utility - option.terms[LUCK]
                assert option.without_luck == pytest.approx(without, abs=1e-12)
    assert seen > 60


def test_nobody_without_a_provider_has_factors():
    market = begun(LIVELY.with_values({"market.start": "empty"}), 3)
    found = decision(market, 0)
    assert found.provider == NOBODY
    assert found.factors == {}


@pytest.fixture(scope="module")
def lived():
    """What became of everybody in a run: months and kinds of leaving, by row."""
    market = Market(LIVELY, threads=1)
    left = []
    for _ in range(18):
        before = market.population.column("provider").copy()
        market.run_for(1)
        column = market.population.column
        left.append((before, column("provider").copy(), column("looks").copy()))
    return market, left


def rows_of(lived, wanted):
    """Rows whose last change away from a provider is as wanted, or who never left."""
    market, left = lived
    found = []
    for row in range(market.population.people):
        leaves = [
            (month, before[row], after[row], looks[row])
            for month, (before, after, looks) in enumerate(left, start=1)
            if before[row] >= 0 and after[row] != before[row]
        ]
        if (leaves[-1][3] if leaves else None) == wanted:
            found.append((row, *(leaves[-1][:3] if leaves else ())))
    return found


def test_who_left_for_a_rival(lived):
    market, _ = lived
    cases = [case for case in rows_of(lived, Looks.AROUND) if case[3] >= 0]
    assert len(cases) > 20
    for row, month, source, destination in cases[:6]:
        found = explain_customer(LIVELY, market.first_customer_id + row, threads=1)
        source, destination = (market.firms[firm].name for firm in (source, destination))
        assert (found.move.month, found.move.source, found.move.destination) == (
            month, source, destination
        )  # fmt: skip
        told = in_words(found)
        assert f"In month {month} they left {source}" in told
        assert f"for {destination}." in told
        assert f"{destination} was ahead of {source} by" in told
        assert found.move.decided_by == found.decision.decided_by
        assert f"What decided was {decided(found.move.decided_by)}." in told
        assert "They looked around" in told
        stayed = found.decision.best_without_luck().name == source
        assert ("they would have stayed" in told) == stayed
        table = as_table(found)
        _, head, *lines = table.splitlines()
        assert head.split()[:2] == [source, destination]
        sums = next(line for line in lines if line.startswith("sum")).split()[1:]
        assert number(sums[1]) >= number(sums[0])


def test_who_left_the_market(lived):
    market, _ = lived
    row, month, source, _ = rows_of(lived, 4)[0]
    found = explain_customer(LIVELY, market.first_customer_id + row, threads=1)
    assert (found.move.month, found.move.decided_by) == (month, EXIT)
    assert "because they left the market" in in_words(found)
    assert market.firms[source].name in in_words(found)
    assert as_table(found) == ""


def test_who_never_left(lived):
    market, _ = lived
    row = next(
        row for row, *_ in rows_of(lived, None) if market.population.column("provider")[row] >= 0
    )
    found = explain_customer(LIVELY, market.first_customer_id + row, threads=1)
    name = market.firms[market.population.column("provider")[row]].name
    told = in_words(found)
    assert f"never left a provider; at the end they are with {name}" in told
    assert "What holds them there" in told
    assert found.decision.month == 18
    for hold, value in found.history.reservoirs.items():
        assert value == market.population.column(f"stickiness_{hold}")[row]
    assert found.history.tenure == market.population.column("tenure")[row]


def test_who_never_had_a_provider():
    plan = LIVELY.with_values(
        {"market.start": "empty", "adoption.innovation": 0.0, "market.months": 3}
    )
    first = Market(plan).first_customer_id
    told = in_words(explain_customer(plan, first, threads=1))
    assert "no provider in the whole run" in told
    assert "chance of looking for one was 0.0 %" in told


def test_whose_provider_closed():
    plan = LIVELY.with_values(
        {"events": [{"month": 5, "leave": "Lean"}], "looking.base": 0.0, "market.exit": 0.0}
    )
    market = Market(plan)
    row = int(np.flatnonzero(market.population.column("provider") == 0)[0])
    found = explain_customer(plan, market.first_customer_id + row, threads=1)
    assert found.move.month == 5
    assert "In month 5 Lean closed" in in_words(found)
    assert "Lean" not in {option.name for option in found.decision.options}


def test_another_month_can_be_asked_for(lived):
    market, _ = lived
    row, month, *_ = next(c for c in rows_of(lived, Looks.AROUND) if c[1] > 3)
    number = market.first_customer_id + row
    found = explain_customer(LIVELY, number, month=month - 1, threads=1)
    assert found.decision.month == month - 1
    assert f"month {month}" in in_words(found)  # that they left then is said, too
    assert found.history == explain_customer(LIVELY, number, threads=1).history


def test_plain_values_are_complete(lived):
    market, _ = lived
    row, *_ = rows_of(lived, Looks.AROUND)[0]
    plain = as_json(explain_customer(LIVELY, market.first_customer_id + row, threads=1))
    for option in plain["options"]:
        assert math.fsum(option["terms"].values()) == pytest.approx(option["utility"])
    assert plain["history"]["moves"][-1]["month"] >= plain["month"]
    assert plain["words"].startswith(f"Customer {plain['customer']}")


@pytest.mark.parametrize("beyond", [-1, 400])
def test_who_is_not_there(beyond):
    first = Market(LIVELY).first_customer_id
    told = rf"numbered from {first} to {first + 399}|number: must be at least 1, not 0"
    with pytest.raises(Problems, match=told):
        explain_customer(LIVELY, first + beyond)


@pytest.mark.parametrize("month", [0, 19])
def test_a_month_that_is_not_there(month):
    first = Market(LIVELY).first_customer_id
    with pytest.raises(Problems, match=r"months 1 to 18|month: must be at least 1, not 0"):
        explain_customer(LIVELY, first, month=month)


def test_a_run_without_months():
    with pytest.raises(Problems, match="0 months"):
        explain_customer(LIVELY.with_values({"market.months": 0}), 5)
