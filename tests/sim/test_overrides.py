"""Single values over a scenario: ``--set path=value``, and paths."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from story import Company, Story, story

from tsunagari.sim.paths import assignment_of, nearest, path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading import load_as, with_values

FILE = """\
market: {months: 9}
firms: [{name: Lean, price: 2}, {name: A.B}, {name: '7'}, {name: Lean two}]
events: [{month: 1, set: x}, {month: 8, set: y}]
"""


def problems_with(tmp_path, *options: str | tuple[str, str], text: str = FILE) -> list[str]:
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(Problems) as raised:
        load_as(Story, tmp_path / "s.yaml", options)
    return [str(p).replace(f"{tmp_path}/", "") for p in raised.value.problems]


@pytest.mark.parametrize(
    ("option", "value_at"),
    [
        ("market.customers=500", lambda plan: plan.market.customers == 500),
        ("firms.Lean.price=0.9", lambda plan: plan.firms[0].price == 0.9),
        ('firms."A.B".price=3', lambda plan: plan.firms[1].price == 3),
        ("firms.'A.B'.price=3", lambda plan: plan.firms[1].price == 3),
        ('firms."7".price=3', lambda plan: plan.firms[2].price == 3),
        ("firms.2.price=3", lambda plan: plan.firms[2].price == 3),
        ("firms.Lean two.price=3", lambda plan: plan.firms[3].price == 3),
        ("events=[]", lambda plan: plan.events == []),
        ("events.1.month=3", lambda plan: [e.month for e in plan.events] == [1, 3]),
        ("events.0={month: 2, enter: {name: C}}", lambda p: p.events[0].enter.name == "C"),
        ("title=a = b", lambda plan: plan.title == "a = b"),
        ("title= 繋がり ", lambda plan: plan.title == "繋がり"),
        ('title="2024"', lambda plan: plan.title == "2024"),
        ("market={months: 9, customers: 3}", lambda plan: plan.market.customers == 3),
        ("network.spread=[1, 2]", lambda plan: plan.network.spread == [1.0, 2.0]),
        (" market . customers =500", lambda plan: plan.market.customers == 500),
    ],
)
def test_an_option_puts_a_value_in_its_place(tmp_path, option, value_at):
    assert value_at(story(tmp_path, FILE, option))


def test_later_options_win_and_build_on_earlier_ones(tmp_path):
    plan = story(tmp_path, FILE, "firms.Lean.price=3", "firms.Lean.price=4", "firms.Lean.name=X")
    assert (plan.firms[0].name, plan.firms[0].price) == ("X", 4.0)
    others = [f'firms."{name}"=null' for name in ("Lean", "A.B", "7", "Lean two")]
    plan = story(tmp_path, FILE, *others, "firms=[{name: New}]", "firms.New.price=5")
    assert [(firm.name, firm.price) for firm in plan.firms] == [("New", 5.0)]


def test_a_list_the_file_is_silent_about_has_its_default(tmp_path):
    plan = story(tmp_path, "title: x", "firms.Only.price=3")
    assert [(firm.name, firm.price) for firm in plan.firms] == [("Only", 3.0)]
    assert problems_with(tmp_path, "firms.Onyl.price=3", text="title: x") == [
        "--set firms.Onyl.price=3: nothing in firms is called Onyl; did you mean firms.Only.price?"
    ]


def test_an_option_overrules_what_is_wrong_in_the_file(tmp_path):
    assert story(tmp_path, "market: {months: -1}", "market.months=4").market.months == 4


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("market.customer=5", "unknown key; did you mean market.customers?"),
        ("markt.customers=5", "markt: unknown key; did you mean market?"),
        ("customers=5", "unknown key here; did you mean market.customers?"),
        ("market.customers=0", "must be at least 1, not 0"),
        (
            "market.customers='5'",
            'must be a whole number, not the text "5"; write 5 without quotes',
        ),
        ("market.customers.x=5", "market.customers: must be a whole number, not keys with values"),
        ("market.customers=", "must be a whole number, not nothing"),
        ("market.months.x=5", "market.months is a single value without keys in it"),
        ("firms.Laen.price=1", "nothing in firms is called Laen; did you mean firms.Lean.price?"),
        ("firms.Zzz.price=1", "nothing in firms is called Zzz; there are Lean, A.B, 7, Lean two"),
        ("firms.A.B.price=1", 'nothing in firms is called A; did you mean firms."A.B".price?'),
        ("firms.Lean.pirce=1", "unknown key; did you mean firms.Lean.price?"),
        ("firms.9.price=1", "firms has 4 items, numbered from 0"),
        ("firms.7.price=1", 'firms is numbered from 0; did you mean firms."7".price?'),
        ("events.x=1", "nothing in events is called x; name an item by its position"),
        ("events.0.month=0", "must be at least 1, not 0"),
        ("events=[{month: 3}]", "events.0: nothing happens"),
        ("firms=[{price: 1}]", "firms.4.name: is missing (Name of the firm)"),
        ("events=[", "is not YAML: a bracket is not closed"),
        (
            "title=!!python/name:os.system x",
            "the tag !!python/name:os.system is not allowed: "
            "a scenario holds plain values, never code; leave the tag out",
        ),
        ("market.customers", "is not of the form path=value; write it as market.customers=5000"),
        ("=5", "is not of the form path=value; write it as market.customers=5000"),
        ("a..b=5", "is not of the form path=value; write it as market.customers=5000"),
        ('firms."A.price=5', "is not of the form path=value; write it as market.customers=5000"),
        (f"{'a.' * 60}b=5", "is more than 50 levels deep"),
    ],
)
def test_what_is_wrong_with_an_option_is_told_with_the_option(tmp_path, option, told):
    assert problems_with(tmp_path, option) == [f"--set {option}: {told}"]


def test_all_problems_come_at_once_the_file_first_the_options_in_order(tmp_path):
    found = problems_with(
        tmp_path,
        "title=1",
        ("--customers 0", "market.customers=0"),
        "nonsense",
        text="market: {months: -1}",
    )
    assert found == [
        "s.yaml:1:18 market.months: must be at least 0, not -1",
        '--set title=1: must be text, not 1; write "1" in quotes',
        "--customers 0: market.customers: must be at least 1, not 0",
        "--set nonsense: is not of the form path=value; write it as market.customers=5000",
    ]


def test_a_run_shortened_by_an_option_leaves_later_events_out(tmp_path):
    (tmp_path / "s.yaml").write_text(FILE)
    plan, notes = load_as(Story, tmp_path / "s.yaml", ["market.months=5"])
    assert [event.month for event in plan.events] == [1]
    assert notes == ("an event after month 5, where this run ends, left out (month 8)",)
    _, notes = load_as(Story, tmp_path / "s.yaml", ["market.months=0"])
    assert notes == ("2 events after month 0, where this run ends, left out (month 1, 8)",)
    _, notes = load_as(Story, tmp_path / "s.yaml", ["market.months=8"])
    assert notes == ()
    # The file's own mistake stays one: month 13 is beyond its default of 12 months.
    found = problems_with(tmp_path, "market.months=5", text="events: [{month: 13, set: x}]")
    assert found == ["s.yaml:1:18 events.0.month: after the end; at most 5"]


def test_values_in_python(tmp_path):
    plan = story(tmp_path, FILE)
    other = with_values(plan, {"market.customers": 7, "firms.Lean.price": 0.5, "events": []})
    assert (other.market.customers, other.firms[0].price, other.events) == (7, 0.5, [])
    assert (plan.market.customers, plan.firms[0].price, len(plan.events)) == (100, 2.0, 2)
    assert other == story(tmp_path, FILE, "market.customers=7", "firms.Lean.price=0.5", "events=[]")
    with pytest.raises(Problems) as raised:
        with_values(plan, {"market.customer": 7, "firms.Laen.price": 1, "": 1, "title": {1}})
    assert [str(problem) for problem in raised.value.problems] == [
        "the value firms.Laen.price=1: nothing in firms is called Laen; "
        "did you mean firms.Lean.price?",
        "the value =1: '' is not a path such as market.customers",
        "the value title={1}: a scenario cannot hold {1} (set)",
        "the value market.customer=7: unknown key; did you mean market.customers?",
    ]
    with pytest.raises(Problems, match=r"^the value market\.customer=7: unknown key; did you mean"):
        with_values(plan, {"market.customer": 7})
    numbers = {"firms.Lean.price": np.float64(0.25), "network.weights": np.ones(2)}
    assert with_values(plan, {**numbers, "market.months": np.int64(8)}).market.months == 8
    assert with_values(plan, {"firms": [Company(name="N")]}).firms[-1].name == "N"
    with pytest.raises(Problems, match="must be a number, not the text"):
        with_values(plan, {"firms.Lean.price": "1"})


SEGMENTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 999_999_999),
)


@given(st.lists(SEGMENTS, min_size=1), st.text())
def test_any_path_survives_being_written(path, value):
    assert path_of(text_of(path)) == tuple(path)
    assert assignment_of(f"{text_of(path)}={value}") == (tuple(path), value)


@given(st.text())
def test_any_text_is_a_path_or_refused(text):
    try:
        path = path_of(text)
    except ValueError:
        return
    assert path_of(text_of(path)) == path


def test_nearest_minds_neither_case_nor_dashes():
    assert nearest("SMALL_WORLD", ["random", "small-world"]) == "small-world"
    assert nearest("zzz", ["random"]) is None


def test_problems_can_be_sent_to_another_process():
    import pickle

    problems = Problems([Problem("a.b", "is bad", "f", 1, 2, "did you mean a.c?")])
    again = pickle.loads(pickle.dumps(problems))
    assert again.problems == problems.problems
    assert str(again) == "f:1:2 a.b: is bad; did you mean a.c?"
    with pytest.raises(ValueError, match="at least one"):
        Problems([])


def test_a_problem_without_a_place():
    assert str(Problem("a", "is bad")) == "a: is bad"
    assert str(Problem("", "is bad", "f")) == "f: is bad"
    assert Company(name="x").price == 1.0
