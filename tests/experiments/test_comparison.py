"""Paired comparison in Python: what is equal, what is found, what is decided."""

import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tsunagari.experiments.runs.statistics import replications_needed, t_interval
from tsunagari.experiments.runs.trial import Trial, run_trial
from tsunagari.experiments.studies.changes import Alternative, acting, changes, labelled
from tsunagari.experiments.studies.claims import ClaimMarkets
from tsunagari.experiments.studies.compare import compare
from tsunagari.experiments.studies.experiment import Planning
from tsunagari.experiments.studies.findings import findings
from tsunagari.experiments.studies.tally import values_of
from tsunagari.experiments.telling import compare as printing
from tsunagari.experiments.telling.compare import change_in_words, in_words
from tsunagari.experiments.words.terminal import columns_of, cut_to, wrapped
from tsunagari.sim.problems import Problems
from tsunagari.sim.reading import with_values
from tsunagari.sim.scenario import Scenario

NUMBERS = (
    "mean base_mean difference low high variance_reduction mean_low mean_high base_low base_high "
    "pairs standardised smallest_detectable"
).split()


@pytest.fixture(scope="module")
def plan():
    return Scenario.load("three-disciplines").with_values(
        {"market.customers": 400, "market.months": 24}
    )


@pytest.fixture(scope="module")
def cheaper(plan):
    return plan.with_values({"firms.Lean.price": 0.99})


@pytest.fixture(scope="module")
def found(plan, cheaper):
    return compare([plan, cheaper])


@pytest.fixture(scope="module")
def tiny(plan):
    return plan.with_values({"market.customers": 60, "market.months": 5})


def row(found, measure, firm, month):
    table = found.differences
    is_it = (table.measure == measure) & (table.firm == firm) & (table.month == month)
    return table[is_it].iloc[0]


def assert_same(one, two):
    for name, values in one.columns.items():
        np.testing.assert_array_equal(values, two.columns[name], name)
    for left, right in zip(one.courses, two.courses, strict=True):
        np.testing.assert_array_equal(left.difference, right.difference)
        np.testing.assert_array_equal(left.high, right.high)


def test_a_scenario_differs_from_itself_by_exactly_nothing(tiny):
    found = compare([tiny, tiny], replications=3)
    table = found.differences
    assert len(table) > 100
    defined = table[table.pairs > 0]
    assert len(defined) > 100
    assert (defined.difference == 0.0).all()
    assert (table[table.pairs > 1][["low", "high"]] == 0.0).all(axis=None)
    assert table.difference.isna().sum() == (table.pairs == 0).sum()
    assert table.variance_reduction.isna().all()
    assert found.changes == ((),)
    assert (found.courses[0].difference == 0.0).all()
    assert "the two are the same" in in_words(found)[0]
    assert "No parameter differs." in printing.as_text(found)


def test_every_measure_firm_and_month_has_a_row(found, plan):
    tables = run_trial(Trial(plan, 1)).tables
    numeric = {n for n, v in tables["firms"].items() if np.asarray(v).dtype.kind in "if"}
    of_firms = numeric - {"replication", "month"} | {"profit_to_date"}
    of_market = set(tables["market"]) - {"scenario", "replication", "month"}
    table = found.differences
    assert set(table.measure) == of_firms | of_market
    assert len(table) == 2 * (4 * len(of_firms) + len(of_market))
    assert set(table.month) == {12, 24}
    assert set(table[table.firm == ""].measure) == of_market
    assert not table.duplicated(["measure", "firm", "month", "scenario"]).any()


def test_the_numbers_are_those_of_the_tables(found, plan, cheaper):
    shares = np.array(
        [
            [
                values_of(run_trial(trial).tables["firms"], ["cash"], [12], ["Lean"])
                for trial in (Trial(cheaper, 1, r, base=plan), Trial(plan, 1, r))
            ]
            for r in range(10)
        ]
    ).reshape(10, 2)
    paired = shares[:, 0] - shares[:, 1]
    found_row = row(found, "cash", "Lean", 12)
    half = 2.262157162740992 * paired.std(ddof=1) / math.sqrt(10)
    assert found_row["mean"] == pytest.approx(shares[:, 0].mean())
    assert found_row.base_mean == pytest.approx(shares[:, 1].mean())
    assert found_row.difference == pytest.approx(paired.mean())
    assert (found_row.low, found_row.high) == pytest.approx(
        (paired.mean() - half, paired.mean() + half)
    )
    apart = shares.var(axis=0, ddof=1).sum()
    assert found_row.variance_reduction == pytest.approx(apart / paired.var(ddof=1))
    assert found_row.standardised == pytest.approx(paired.mean() / math.sqrt(apart / 2))
    assert found_row.pairs == 10
    wide = 2.262157162740992 * shares[:, 1].std(ddof=1) / math.sqrt(10)
    assert found_row.base_high - found_row.base_mean == pytest.approx(wide)


def test_one_per_cent_is_seen_with_a_tenth_of_the_replications(found):
    seen = row(found, "market_share", "Lean", 24)
    assert seen.low > 0
    one_run = (seen.mean_high - seen.mean_low, seen.base_high - seen.base_low)
    deviation = math.hypot(*one_run) / 2 / 2.262157162740992 * math.sqrt(10)
    unpaired = replications_needed(deviation, seen.difference)
    assert unpaired >= 10 * found.replications
    assert seen.variance_reduction >= 10
    last = found.differences.query("measure == 'market_share' and month == 24")
    low, high = round(last.variance_reduction.min()), round(last.variance_reduction.max())
    (words,) = in_words(found)
    assert f"pairing did the work of {low} to {high} times as many replications" in words
    assert f"{round(seen.variance_reduction)} ×" in printing.as_text(found)


@pytest.mark.exhaustive
@pytest.mark.slow
def test_ten_pairs_see_more_often_what_a_hundred_unpaired_runs_rarely_see(plan, cheaper):
    def shares(scenario):
        tables = (run_trial(Trial(scenario, 1, r)).tables["firms"] for r in range(200))
        return [values_of(t, ["market_share"], [24], ["Lean"]).item() for t in tables]

    one, two = np.array(shares(cheaper)), np.array(shares(plan))
    paired = [t_interval(d).excludes(0.0) for d in (one - two).reshape(20, 10)]
    rng = np.random.default_rng(1)
    unpaired = []
    for _ in range(200):
        runs = rng.permutation(200)
        some, others = one[runs[:100]], two[runs[100:]]
        error = math.sqrt((some.var(ddof=1) + others.var(ddof=1)) / 100)
        unpaired.append(abs(some.mean() - others.mean()) > 1.972 * error)
    assert np.mean(paired) > 0.5
    assert np.mean(unpaired) < 0.25


def test_workers_threads_and_executors_do_not_show(tiny):
    plans = [tiny, tiny.with_values({"firms.Spark.markup": 0.2})]
    here = compare(plans, replications=3)
    assert_same(here, compare(plans, replications=3, workers=2))
    with ThreadPoolExecutor(2) as executor:
        assert_same(here, compare(plans, replications=3, executor=executor))


def test_what_is_taken_comes_in_order(tiny):
    taken = []
    plans = [tiny, tiny.with_values({"firms.Spark.markup": 0.2})]
    with ThreadPoolExecutor(3) as executor:
        found = compare(
            plans,
            replications=2,
            executor=executor,
            take=lambda label, result: taken.append((label, result.trial.replication)),
        )
    base, other = (alternative.label for alternative in found.alternatives)
    assert taken == [(base, 0), (other, 0), (base, 1), (other, 1)]


def test_seed_and_replications_are_the_bases(tiny):
    plans = [tiny.with_values({"seed": 5, "replications": 12}), tiny]
    found = compare(plans, at=[5])
    assert (found.seed, found.replications) == (5, 12)
    assert found.changes == ((),)
    assert (found.differences.difference.dropna() == 0).all()
    assert compare(plans, seed=6, replications=2).seed == 6


def test_a_firm_that_is_in_one_of_them_only(plan):
    entrant = {"month": 6, "enter": {"name": "Zero", "discipline": "disruptor"}}
    other = plan.with_values({"events": [entrant, {"month": 3, "leave": "Broad"}]})
    found = compare([plan, other], replications=3, at=[24])
    zero, broad = (row(found, "customers", name, 24) for name in ("Zero", "Broad"))
    for gone in (zero, broad):
        assert gone.pairs == 0
        assert np.isnan([gone.difference, gone.low, gone.variance_reduction]).all()
    assert np.isnan(zero.base_mean)
    assert zero["mean"] > 0
    assert np.isnan(broad["mean"])
    assert broad.base_mean > 0
    assert found.present["Zero"] == (0, 3)
    words = in_words(found)[0]
    assert "Broad is in the market at the end in 0 of 3 replications, in the base in 3" in words
    assert json.dumps(printing.as_json(found), allow_nan=False)


def test_what_happens_in_some_replications_only_is_paired_there(tiny):
    """Months differ in who has settled customers; a firm without any has no satisfaction."""
    few = tiny.with_values({"market.customers": 12, "market.months": 12})
    found = compare([few, few.with_values({"firms.Lean.price": 3.0})], replications=6)
    table = found.differences
    some = table[(table.pairs > 1) & (table.pairs < 6)]
    assert len(some) > 0
    assert some.low.notna().all()


def test_different_lengths_are_compared_where_both_are(tiny):
    found = compare([tiny, tiny.with_values({"market.months": 3})], replications=2)
    assert found.at == (3,)
    assert "between 3 and 5 months" in found.notes[0]
    assert (found.differences.difference.dropna() == 0).all()
    assert found.courses[0].difference.shape == (4, 4)


@pytest.mark.exhaustive
@pytest.mark.slow
def test_replications_are_added_until_it_is_precise_enough(plan, cheaper):
    wanted = compare([plan, cheaper], precision=0.0015, limit=60)
    table = wanted.differences
    last = table[(table.measure == "market_share") & (table.month == 24)]
    assert 10 < wanted.replications < 60
    assert ((last.high - last.low) / 2).max() <= 0.0015
    assert wanted.decision.reached
    assert f"Stopped after {wanted.replications} replications" in in_words(wanted)[-1]
    again = compare([plan, cheaper], replications=wanted.replications)
    assert_same(wanted, again)


def test_the_limit_holds_and_says_what_it_would_take(tiny):
    other = tiny.with_values({"firms.Lean.price": 0.9})
    found = compare([tiny, other], precision=0.0005, limit=12, measure="hhi")
    assert found.replications == 12
    assert not found.decision.reached
    assert found.decision.needed > 12
    words = in_words(found)[-1]
    assert "limit of 12" in words
    assert f"about {found.decision.needed:,} replications" in words


def test_ten_are_enough_where_nothing_differs(tiny):
    found = compare([tiny, tiny], precision=0.1, replications=2)
    assert found.replications == 10
    assert found.decision.widest == 0.0


def test_no_precision_where_nothing_is_defined(tiny):
    found = compare([tiny, tiny], precision=0.1, measure="retention_12")
    assert found.replications == 10
    assert found.decision.widest is None
    assert "No precision can be told" in in_words(found)[-1]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"at": [99]}, "--at 99: there is no such month in all scenarios; they have months 0 to 5"),
        ({"at": []}, "at least one month"),
        ({"measure": "market_shares"}, "did you mean market_share"),
        ({"measure": "discipline"}, "no measure"),
        ({"precision": 0.0}, "greater than 0"),
        ({"precision": math.nan}, "finite number"),
        ({"precision": 1.0, "limit": 3}, "at least 10"),
        ({"replications": 0}, "replications: must be at least 1"),
        ({"workers": 0}, "workers: must be at least 1"),
    ],
)
def test_wrong_questions_are_refused(tiny, asked, told):
    with pytest.raises(Problems) as raised:
        compare([tiny, tiny], **asked)
    assert told in str(raised.value)


def test_one_scenario_is_not_compared(tiny):
    with pytest.raises(Problems, match="at least two"):
        compare([tiny])


def test_labels_are_unique_and_say_what_differs(tiny, cheaper):
    titled = tiny.with_values({"title": "A"})
    other = titled.with_values({"firms.Lean.price": 0.99})
    many = titled.with_values({f"firms.Lean.{k}": 0.5 for k in ("price", "markup", "attention")})
    plans = [titled, other, titled, titled, many, tiny]
    names = ["A", "A", "A", "A", "A", "  "]
    labels = [found.label for found in labelled(plans, names)]
    assert labels == ["A", "A (firms.Lean.price=0.99)", "A (2)", "A (3)", "A (4)", "scenario"]
    assert [a.label for a in labelled([titled] * 3, ["A", "A (2)", "A"])] == ["A", "A (2)", "A (3)"]


def test_alternatives_keep_their_labels(tiny):
    found = compare([Alternative("one", tiny), Alternative("two", tiny)], replications=1)
    assert set(found.differences.base) == {"one"}
    assert set(found.differences.scenario) == {"two"}
    assert np.isnan(found.differences.low).all()
    assert "cannot tell" in in_words(found)[0]


def test_changes_are_told_as_files_write_them(plan):
    other = plan.with_values(
        {
            "title": "Other",
            "seed": 99,
            "replications": 7,
            "firms.Lean.markup": 0.2,
            "firms.Broad.discipline": "customer-intimacy",
            "disciplines.product-leadership.launch_rate": 0.2,
            "stickiness.location": 0.1,
            "segments": [{"name": "all", "share": 1.0}],
            "events": [{"month": 2, "scandal": "Lean"}],
        }
    )
    found = {change.path: change_in_words(change) for change in changes(plan, other)}
    assert found["firms.Lean.markup"] == "firms.Lean.markup: 0.78 (its discipline's) → 0.2"
    assert found["firms.Broad.discipline"].endswith("none → customer-intimacy")
    assert "disciplines.product-leadership.launch_rate" in found
    assert "stickiness.location" in found
    assert found["events"] == "events: none → {month: 2, scandal: Lean}"
    assert found["segments.all"].startswith("segments.all: none → {name: all")
    assert found["segments.thrifty"].endswith("→ none")
    assert len(found) == 9
    assert changes(plan, plan) == ()
    back = [change for change in changes(other, plan) if change.path == "events"]
    assert [(c.before, c.after) for c in back] == [({"month": 2, "scandal": "Lean"}, None)]


def test_a_silent_firm_has_its_own_disciplines_value(plan):
    other = plan.with_values({"firms.Lean.discipline": "none", "firms.Lean.attention": 0.15})
    found = {change.path: change for change in changes(plan, other)}
    attention = found["firms.Lean.attention"]
    assert (attention.before, attention.after) == (0.15, 0.15)
    assert attention.silent_before
    assert not attention.silent_after


def test_firms_are_matched_by_name(plan):
    dumped = plan.model_dump()["firms"]
    turned = plan.with_values({"firms.Lean": None, "firms": [dumped[0]]})
    (order,) = changes(plan, turned)
    assert order.path == "firms"
    assert order.after == ["Spark", "Tailor", "Broad", "Lean"]
    renamed = plan.with_values({"firms.Lean.name": "Thin", "claims": []})
    assert [change.path for change in changes(plan, renamed)] == ["firms.Lean", "firms.Thin"]
    events = [{"month": 2, "scandal": "Lean"}, {"month": 2, "scandal": "Spark"}]
    one, two = (plan.with_values({"events": order}) for order in (events, events[::-1]))
    assert [change.path for change in changes(one, two)] == ["events"]


def test_what_differs_by_chance_is_counted(found):
    (part,) = findings(found)
    assert set(part.certain) <= {row for row in part.family if row.differs}
    assert len(part.certain) < sum(row.differs for row in part.family)
    sizes = [abs(row.standardised) for row in part.differing]
    assert sizes == sorted(sizes, reverse=True)
    (words,) = in_words(found)
    assert f"about {part.looked_at * 0.05:.0f} would have" in words
    looked_at = f"Of all {part.looked_at} outcomes looked at in month 24"
    assert f"{looked_at}, {len(part.differing)} have" in words


def test_a_certain_difference_is_the_largest(tiny):
    """The price itself has no chance in it once nothing but a factor differs."""
    still = tiny.with_values({"market.months": 0})
    found = compare([still, still.with_values({"firms.Lean.price": 2.0})], replications=3)
    (part,) = findings(found)
    assert part.differing[0].measure == "price"
    assert math.isnan(part.differing[0].standardised)


def test_a_table_fits_a_terminal(plan):
    names = {"firms.Lean.name": "株式会社つながり商店街活性化推進協議会", "title": "題" * 80}
    first = plan.with_values({**names, "claims": []})
    other = first.with_values({"events": [{"month": 2, "note": "長" * 90, "leave": "Spark"}]})
    text = printing.as_text(compare([first, other], replications=2))
    assert max(columns_of(line) for line in text.splitlines()) <= 100


def test_words_are_wrapped_by_columns():
    assert wrapped("ab 日本 c", 5) == ["ab", "日本", "c"]
    assert wrapped("ab 日本 c", 7) == ["ab 日本", "c"]
    assert wrapped("", 5) == []
    assert cut_to("日本語", 5) == "日本…"
    assert cut_to("a\nb", 5) == "a b"


# -- a market that stands still ------------------------------------------------------------------


@pytest.fixture(scope="module")
def steady(tiny):
    return tiny.with_values({"market.start": "steady"})


@pytest.mark.parametrize("path", ["firms.Lean.service", "value.price_base", "firms.Lean.brand"])
def test_a_change_acts_on_a_steady_market_as_its_event_does(steady, path):
    """Begun with the change it would stand still with it, and show nothing of what that does."""
    event = {"month": 1, "set": path, "to": 0.5}
    dated = steady.with_values({"events": [event]})
    changed = steady.with_values({path: 0.5})
    one, two = (
        compare([Alternative("as it is", steady), Alternative("otherwise", other)], replications=2)
        for other in (changed, dated)
    )
    assert_same(one, two)
    assert acting(steady, changed)[0] == dated
    assert acting(steady, changed)[1][0].endswith(path)
    claim = {"say": "It wins.", "source": "nobody", "measure": "market_share", "firm": "Lean",
             "expect": "higher", "without": {path: 0.5}}  # fmt: skip
    markets = ClaimMarkets(steady.with_values({"claims": [claim]}))
    assert markets.plans[1].events == dated.events
    planned = Planning(steady, (path,))
    assert planned.plan({path: 0.5}).events == dated.events
    assert planned.notes == acting(steady, changed)[1]
    both = Planning(steady, (path, "events"))
    launch = {"month": 2, "launch": "Spark"}
    months = [one.month for one in both.plan({path: 0.5, "events": [launch]}).events]
    assert months == [2, 1], "a factor may be what happens, too"


def test_what_members_differ_in_begins_as_in_the_base(steady):
    base = steady.with_values({"members": {"firms.Lean.service": [0.0, 0.2]}})
    changed = with_values(base, {"firms.Lean.service": 0.5})
    begun, _ = acting(base, changed)
    assert begun.members == base.members
    assert begun.member(1).firms[0].service == 0.2
    assert begun.events[0].to == 0.5


def test_what_begins_steady_in_another_way_stays_and_is_told(steady):
    other = steady.with_values({"firms.Lean.share": 0.5, "firms.Lean.price": 0.9})
    begun, notes = acting(steady, other)
    assert begun is other
    assert "stands still with what is changed, too" in notes[0]


def test_a_market_that_is_not_steady_begins_with_the_change(tiny):
    changed = tiny.with_values({"firms.Lean.price": 0.9})
    assert acting(tiny, changed) == (changed, [])
    planned = Planning(tiny, ("firms.Lean.price",))
    assert planned.plan({"firms.Lean.price": 0.9}).firms[0].price == 0.9
