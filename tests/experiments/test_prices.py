"""Prices held: what a change costs reaches no price, and a change of pricing does."""

import copy
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeping import assert_same

from tsunagari.agents.firm.discipline import Discipline
from tsunagari.experiments.explain.connection import VERDICTS, connection, further, verdict_of
from tsunagari.experiments.explain.explanation import Explanation
from tsunagari.experiments.explain.retention import retention_parts
from tsunagari.experiments.explain.word_of_mouth import word_of_mouth
from tsunagari.experiments.runs import trial as trials
from tsunagari.experiments.runs.given import PRICES
from tsunagari.experiments.runs.statistics import Interval
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.experiments.studies.compare import compare
from tsunagari.experiments.studies.findings import MONEY, Finding, findings
from tsunagari.experiments.studies.shards import merge
from tsunagari.experiments.studies.sweep import sweep
from tsunagari.experiments.studies.sweep_file import read_experiment
from tsunagari.experiments.studies.tally import TO_DATE
from tsunagari.experiments.telling import compare as printing
from tsunagari.experiments.telling import explained
from tsunagari.experiments.telling.compare import in_words
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.numbers import signed
from tsunagari.sim.market import Market
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.firms import FirmPlan

SMALL = Scenario.load("three-disciplines").with_values(
    {"market.customers": 60, "market.months": 8, "finance.digital_cost": 0.1}
)
PRICING = {
    "price", "asks", "markup", "launch_premium", "launch_rate", "discipline", "reaction",
    "intermediaries",
}  # fmt: skip
"""Keys of a firm that are its pricing: of launches, what its premium is asked for; of
intermediaries, that their margin is put on top."""
OTHERWISE = {
    "discipline": "none", "contract": 3, "joiner_months": 6, "plan_months": 6, "target": "everyone",
    "launch_rate": 0.9, "capacity": 0.2, "minimum_fit": 0.9, "marginal_cost": 0.5, "share": 0.1,
    "pricing": "adaptive", "loyalty_months": 6, "complement_months": 6,
}  # fmt: skip


def prices_of(market, firm="Spark"):
    firms = market.results.firms
    return firms[firms["firm"] == firm]["price"].to_numpy()


def lived(plan, base=None, months=None):
    costs = None if base is None else base.unit_costs
    market = Market(plan, threads=1, costs=costs)
    market.run_for(plan.market.months if months is None else months)
    return market


@pytest.fixture(scope="module")
def base():
    return lived(SMALL)


def changed(key, base):
    """The scenario with another value for a key of Spark."""
    if key == "target":
        return SMALL.with_values({"firms.Spark.target": SMALL.segments[0].name})
    value = OTHERWISE.get(key, 0.55)
    assert value != getattr(base.firm("Spark").terms, key, None)
    return SMALL.with_values({f"firms.Spark.{key}": value})


@pytest.mark.parametrize("key", [key for key in FirmPlan.model_fields if key != "name"])
def test_held_prices_move_by_pricing_alone(key, base):
    plan = changed(key, base)
    assert (prices_of(lived(plan, base)) != prices_of(base)).any() == (key in PRICING)
    for rival in ("Lean", "Tailor", "Broad"):
        np.testing.assert_array_equal(prices_of(lived(plan, base), rival), prices_of(base, rival))


@pytest.mark.parametrize("key", ["attention", "service", "digital", "marginal_cost", "investment"])
def test_passed_on_costs_move_prices(key, base):
    assert (prices_of(lived(changed(key, base))) != prices_of(base)).any()


def test_a_change_of_the_price_itself_takes_effect_month_by_month(base):
    events = [
        {"month": 3, "set": "firms.Spark.price", "to": 0.8},
        {"month": 5, "set": "firms.Spark.markup", "to": 0.5},
    ]
    plan = SMALL.with_values({"firms.Spark.service": 1.0, "events": events})
    factor = np.array([1.0] * 3 + [0.8] * 2 + [0.8 * 1.5 / 1.75] * 4)
    assert prices_of(lived(plan, base)) / prices_of(base) == pytest.approx(factor)


def test_concessions_to_rivals_take_effect():
    fierce = SMALL.with_values({"technology.reaction": 1.0, "looking.base": 0.5})
    market = lived(fierce)
    attacked = lived(fierce.with_values({"firms.Lean.price": 0.5}), market)
    assert (prices_of(attacked)[2:] < prices_of(market)[2:]).any()


def test_a_firm_that_is_in_one_of_them_only_prices_on_its_own_costs(base):
    entry = {"month": 3, "enter": {"name": "Zero", "discipline": "disruptor"}}
    plan = SMALL.with_values({"events": [entry], "firms.Spark.service": 1.0})
    market = lived(plan, base)
    alone = lived(SMALL.with_values({"events": [entry]}))
    assert prices_of(market, "Zero")[0] == prices_of(alone, "Zero")[0]
    np.testing.assert_array_equal(prices_of(market), prices_of(base))


def test_a_firm_that_has_closed_in_the_base_keeps_its_last_costs():
    gone = lived(SMALL.with_values({"events": [{"month": 4, "leave": "Broad"}]}))
    there = lived(SMALL.with_values({"firms.Broad.service": 1.0}), gone)
    assert len(set(prices_of(there, "Broad")[4:])) == 1
    assert there.unit_costs["Broad"][8].full > gone.unit_costs["Broad"][3].full


class OnCosts(Discipline):
    """Prices on everything that a unit is said to cost."""

    name = "on-costs"

    def asking_price(self, firm, conditions):
        return firm.full_cost(conditions) + firm.unit_cost + firm.break_even(conditions)


def test_a_discipline_of_ones_own_is_held_as_well():
    plan = SMALL.with_values({"firms.Spark.discipline": f"{__name__}:OnCosts"})
    own = lived(plan)
    dear = plan.with_values({"firms.Spark.attention": 0.9})
    np.testing.assert_array_equal(prices_of(lived(dear, own)), prices_of(own))
    assert (prices_of(lived(dear)) > prices_of(own)).all()
    market = lived(dear, own)
    firm = market.firm("Spark")
    assert firm.unit_cost == firm.cost.delivery  # its books are its own
    assert firm.full_cost(market.conditions) > own.firm("Spark").cost.full


STILL = {  # nobody's costs depend on customers: a change that costs nothing moves no price
    "technology.gain": 0.0, "technology.drift": 0.0,
    **{f"firms.{name}.attention": 0.0 for name in ("Lean", "Spark", "Tailor", "Broad")},
}  # fmt: skip


@pytest.mark.parametrize("change", [{"firms.Lean.claim": 0.5}, {"firms.Lean.price": 0.9}])
def test_where_no_cost_moves_both_are_the_same_to_the_bit(change):
    plan = SMALL.with_values(STILL)
    plans = [plan, plan.with_values(change)]
    held, passed = (compare(plans, replications=2, prices=each) for each in PRICES)
    for name, column in held.columns.items():
        np.testing.assert_array_equal(column, passed.columns[name], name)
    assert "passing costs on would change no price" in in_words(held)[0]


def tables_of(trial):
    return {
        (name, column): np.asarray(values)
        for name, columns in run_trial(trial).tables.items()
        for column, values in columns.items()
    }


def assert_same_tables(one, other):
    assert list(one) == list(other)
    for place, values in one.items():
        np.testing.assert_array_equal(values, other[place], str(place))


def test_passed_on_is_each_scenario_by_itself_and_held_depends_on_nobody():
    dear = SMALL.with_values({"firms.Tailor.service": 0.5, "market.months": 12})
    taken = {}
    take = lambda label, result: taken.update({(label, result.trial.replication): result.tables})  # noqa: E731
    compare([SMALL, dear], replications=2, prices="passed-on", take=take)
    alone = run_trial(Trial(dear, 1, 1)).tables
    label = [label for label, number in taken if number == 1][1]
    np.testing.assert_array_equal(taken[label, 1]["firms"]["cash"], alone["firms"]["cash"])
    here = tables_of(Trial(dear, 1, 1, base=SMALL))  # longer than its base, which is run on
    trials._remembered.clear()
    assert_same_tables(here, tables_of(Trial(dear, 1, 1, base=copy.deepcopy(SMALL))))
    with ThreadPoolExecutor(2) as executor:
        there = compare([SMALL, dear], replications=2, executor=executor)
    again = compare([SMALL, dear], replications=2)
    for name, column in again.columns.items():
        np.testing.assert_array_equal(column, there.columns[name], name)


def test_only_two_words_are_prices():
    with pytest.raises(Problems, match="held or passed-on, not 'kept'"):
        compare([SMALL, SMALL], prices="kept")
    with pytest.raises(Problems, match="held"):
        read_experiment(DESIGN, prices="kept")


# -- what is said --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["attention", "service", "price"])
def decided(request):
    """The decisions whose sign once hung on what was not said, both ways."""
    plan = Scenario.load("three-disciplines").with_values(
        {"market.customers": 300, "market.months": 24}
    )
    value = {"attention": 0.9, "service": 0.5, "price": 0.95}[request.param]
    other = plan.with_values({f"firms.Lean.{request.param}": value})
    both = {
        each: compare([plan, other], replications=3, prices=each) for each in ("held", "passed-on")
    }
    return request.param, both


def test_price_cash_and_profit_are_told_with_figure_and_sign(decided):
    key, both = decided
    for prices, found in both.items():
        (part,) = findings(found)
        text, document = printing.as_text(found), printing.as_json(found)
        rows = document["scenarios"][0]["outcomes"]["main_outcomes"]
        for firm in ("Lean", "Spark", "Tailor", "Broad"):
            for measure in MONEY:
                (row,) = (r for r in rows if (r["measure"], r["firm"]) == (measure, firm))
                low, high = row["low"], row["high"]
                sign = "more" if low > 0 else "less" if high < 0 else "cannot be told"
                assert row["verdict"] == ("same" if low == high == 0 else sign)
                assert f"\n{measure} {firm}" in text
        assert (document["prices"], prices in text or "not held" in text) == (prices, True)
        lean = {row.measure: row for row in part.main if row.firm == "Lean"}
        words = " ".join(in_words(found))
        cash = signed(lean["cash"].difference.mean)
        assert "Lean in month 24: price" in words
        assert f"cash {cash}" in words
        if prices == "held" and key != "price":
            assert lean["price"].verdict == "same"
            (cost,) = (row for row in part.costs if row.firm == "Lean")
            more = 100 * cost.difference.mean / cost.base
            assert (
                f"Passing costs on would change the price in month 24: at Lean by {more:+.1f} %"
                in words
            )
        else:
            assert lean["price"].verdict == ("less" if key == "price" else "more")


def test_every_sentence_on_differences_names_its_month(decided):
    _, both = decided
    for found in both.values():
        (words,) = in_words(found)
        assert words.count("month 24") >= 4
        assert json.loads(json.dumps(printing.as_json(found)))["scenarios"][0]["passing_on"]


def test_a_profit_includes_firms_that_have_closed():
    plan = SMALL.with_values({"market.customers": 100})
    found = compare([plan, plan.with_values({"events": [{"month": 4, "leave": "Broad"}]})],
                    replications=2)  # fmt: skip
    table = found.differences.query("firm == 'Broad' and month == 8").set_index("measure")
    assert table.loc["cash", "pairs"] == 0
    assert table.loc["profit_to_date", "pairs"] == 2


def profits(monkeypatch, by_month):
    """What is said of a profit whose differences, all certain, are these."""
    from types import SimpleNamespace

    from tsunagari.experiments.studies import findings as module
    from tsunagari.experiments.telling.compare import turns_in_words

    def rows(columns, label, month):
        mean = by_month[month]
        around = Interval(mean, mean - 1, mean + 1)
        return [Finding(TO_DATE, "Lean", 100, 100, around, 1, 1, 1, 3)]

    monkeypatch.setattr(module, "_rows", rows)
    found = SimpleNamespace(at=tuple(by_month), columns={})
    turns = tuple(module._turns(found, "", rows({}, "", max(by_month))))
    return " ".join(turns_in_words(found, SimpleNamespace(turns=turns), Words("en")))


def test_a_sign_that_may_not_last_is_told(monkeypatch):
    assert profits(monkeypatch, {12: -60, 24: -120, 36: -180}) == ""
    assert profits(monkeypatch, {0: 0, 36: -180}) == ""
    said = profits(monkeypatch, {12: -60, 24: 30, 36: 120})
    assert "in month 12 the difference in profit so far was −60.0" in said
    said = profits(monkeypatch, {12: -60, 24: -110, 36: -50})
    assert "would be gone in month 46" in said
    said = profits(monkeypatch, {12: -63, 24: -113, 36: -151})
    assert "by −3.17 a month since month 24 and by −4.17 a month before" in said


# -- horizons ------------------------------------------------------------------------------------


def told(part, found):
    return explained.in_words(Explanation(SMALL, found.prices, **{part: found}))[part]


def test_a_short_and_a_long_run_agree_in_words_that_name_their_horizon(monkeypatch):
    monkeypatch.setattr("tsunagari.experiments.explain.asking.LEAST", 24)
    plan = SMALL.with_values({"market.months": 24})
    asked = {"month": 4, "raises": (0.3,), "replications": 2, "threads": 1}
    long = connection(plan, ["Broad"], **asked)
    short = connection(plan.with_values({"market.months": 12}), ["Broad"], **asked)
    more = further(plan.with_values({"market.months": 12}), short)
    if more is None:
        pytest.skip("the gain does not rise here")
    longer, firms, horizon = more
    again = connection(longer, firms, **asked, horizon=horizon)
    for name, column in again.table.items():
        np.testing.assert_array_equal(column, long.table[name], name)
    said = told("connection", long).split("Within ")[1].split(" The gain still rises")[0]
    short = short.__class__(**{**vars(short), "longer": again})
    assert f"Within {said}" in told("connection", short)
    assert "Within 9 months, to month 12" in told("connection", short)
    assert "month 12 is no verdict on what spending brings later" in told("connection", short)
    assert "never" not in told("connection", short)


ENDS = st.tuples(st.floats(-3, 3), st.floats(0, 2))


@given(st.lists(ENDS, min_size=1, max_size=4), st.integers(0, 3))
def test_no_verdict_is_stronger_than_its_intervals(ends, crossings):
    steps = [
        {
            "marginal": middle, "marginal_low": middle - half, "marginal_high": middle + half,
            "stops_paying_low": 1.0 if crossings > 1 else np.nan, "crossings": crossings,
            "replications": 3,
        }
        for middle, half in ends
    ]  # fmt: skip
    found = verdict_of(steps)
    assert found in VERDICTS
    if found == "does not pay":
        assert steps[0]["marginal_high"] < 1
    elif found == "cannot be told":
        assert steps[0]["marginal_low"] <= 1 <= steps[0]["marginal_high"]
    else:
        assert steps[0]["marginal_low"] > 1
        throughout = all(step["marginal_low"] > 1 for step in steps)
        assert (found == "pays throughout") == throughout


def test_explaining_holds_prices_or_passes_costs_on():
    plan = SMALL.with_values({"market.months": 6})
    asked = {"month": 2, "raises": (0.5,), "replications": 1, "threads": 1}
    held, passed = (connection(plan, ["Lean"], prices=p, **asked) for p in PRICES)
    assert (held.table["gained"] != passed.table["gained"]).all()
    assert "its price held" in told("connection", held)
    assert "passed on to its price" in told("connection", passed)
    worth = [word_of_mouth(plan, replications=1, prices=p, threads=1) for p in PRICES]
    assert "prices held" in told("word_of_mouth", worth[0])
    assert "costs passed on to prices" in told("word_of_mouth", worth[1])
    assert (
        worth[0].table["without_word_of_mouth"] != worth[1].table["without_word_of_mouth"]
    ).any()


@pytest.mark.slow
def test_firms_that_answer_have_their_prices_held_too():
    plan = SMALL.with_values({"market.months": 6, "market.customers": 30})
    cohort = {"firms": ["Lean"], "month": 2, "horizon": 4, "replications": 1, "threads": 1}
    kept = [retention_parts(plan, prices=p, **cohort) for p in PRICES]
    means = [[part.mean for part in parts.of("Lean", "replayed").values()] for parts in kept]
    assert means[0] == means[1]
    said = [told("retention_parts", parts) for parts in kept]
    assert "(prices held)" in said[0]
    assert "(costs passed on to prices)" in said[1]


# -- sweeps --------------------------------------------------------------------------------------

DESIGN = {
    "scenario": "three-disciplines",
    "values": {"market.customers": 40},
    "factors": {"firms.Lean.attention": [0.15, 0.9], "market.months": [3, 5]},
    "design": "list",
    "replications": 2,
    "networks": 2,
}


@pytest.mark.slow
def test_a_sweep_holds_prices_to_its_own_scenario(tmp_path):
    found = sweep(DESIGN, out=tmp_path / "held")
    firms = found.firms.merge(found.trials, on="key", suffixes=("", "_of_trial"))
    lean = firms[(firms.firm == "Lean") & (firms.month <= 3)]
    prices = lean.pivot(
        index=["replication_of_trial", "network", "month"],
        columns="firms.Lean.attention",
        values="price",
    )
    assert len(prices) == 16
    np.testing.assert_array_equal(prices[0.15], prices[0.9])
    assert sweep(DESIGN, out=tmp_path / "held").counts == found.counts  # goes on in its folder
    workers = sweep(DESIGN, out=tmp_path / "workers", workers=2)
    assert_same(found.path, workers.path)
    parts = [
        sweep(DESIGN, out=tmp_path / f"x-shard-{n}-of-3", shard=f"{n}/3").path for n in (1, 2, 3)
    ]
    trials._remembered.clear()
    assert_same(found.path, merge(parts).path)
    assert json.loads((found.path / "sweep.json").read_text())["prices"] == "held"
    again = sweep(found.path / "design.yaml", out=found.path)
    assert again.counts.done == 8


def test_passed_on_is_another_sweep(tmp_path):
    held, passed = (read_experiment(DESIGN, prices=prices)[0] for prices in PRICES)
    assert held.key != passed.key
    keys = [{planned.trial.key for planned in each.trials()} for each in (held, passed)]
    assert keys[0].isdisjoint(keys[1])
    for planned in passed.trials():
        assert planned.trial.base is None
    sweep(held, out=tmp_path / "out")
    with pytest.raises(Problems, match="another design"):
        sweep(DESIGN, out=tmp_path / "out", prices="passed-on")
    with pytest.raises(Problems, match="was read with prices held"):
        sweep(held, out=tmp_path / "out", prices="passed-on")
