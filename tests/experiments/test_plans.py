"""Options over a scenario, and what a network's file adds to it."""

import pytest

from tsunagari.experiments.runs.given import plan_of, resolved
from tsunagari.sim.problems import Problems

TRIANGLE = "a b\nb c\nc a\n"


@pytest.fixture
def scenario(tmp_path):
    """Writes a scenario file beside a network of three and returns its path."""
    (tmp_path / "net.txt").write_text(TRIANGLE)

    def write(text):
        path = tmp_path / "mine.yaml"
        path.write_text(f"format: 1\n{text}", encoding="utf-8")
        return str(path)

    return write


FROM_FILE = "network: {kind: file, file: net.txt}\n"


def test_an_option_of_its_own_wins_over_set(scenario):
    plan, notes = plan_of(
        scenario("market: {customers: 10, months: 9}\n"),
        ["market.customers=20", "seed=5"],
        customers=30,
        months=8,
        replications=2,
    )
    assert (plan.market.customers, plan.market.months) == (30, 8)
    assert (plan.seed, plan.replications) == (5, 2)
    assert notes == []


def test_a_shortened_run_drops_later_events_with_a_note(scenario):
    file = scenario(
        "market: {months: 40}\n"
        "events:\n"
        "  - {month: 12, scandal: Lean}\n"
        "  - {month: 30, enter: {name: Zero, discipline: disruptor}}\n"
    )
    plan, notes = plan_of(file, months=20)
    assert [event.month for event in plan.events] == [12]
    assert len(notes) == 1
    assert "30" in notes[0]


def test_customers_are_refused_where_the_network_is_given(scenario):
    with pytest.raises(Problems, match=r"--customers 50: .*every node of it is a customer"):
        plan_of(scenario(FROM_FILE), customers=50)


def test_the_nodes_of_the_network_are_the_customers(scenario):
    plan, _ = plan_of(scenario(FROM_FILE))
    full, notes = resolved(plan)
    assert full.market.customers == 3
    assert full.network.digest is not None
    assert notes == ["net.txt: 3 people, 3 ties, 2 friends on average, all ties weigh the same"]
    assert resolved(full) == (full, notes)


def test_customers_that_do_not_count_are_noted(scenario):
    plan, _ = plan_of(scenario(FROM_FILE + "market: {customers: 5000}\n"))
    full, notes = resolved(plan)
    assert full.market.customers == 3
    assert len(notes) == 2
    assert "3 customers" in notes[0]
    assert "5,000" in notes[0]


def test_a_changed_network_is_refused(scenario, tmp_path):
    full, _ = resolved(plan_of(scenario(FROM_FILE))[0])
    (tmp_path / "net.txt").write_text(TRIANGLE + "c d\n")
    with pytest.raises(Problems, match="its content has changed"):
        resolved(full)


@pytest.mark.parametrize("text", [None, "a b\nc\n"])
def test_a_network_that_cannot_be_read_is_a_problem(scenario, tmp_path, text):
    plan, _ = plan_of(scenario(FROM_FILE))
    (tmp_path / "net.txt").unlink()
    if text is not None:
        (tmp_path / "net.txt").write_text(text)
    with pytest.raises(Problems, match=r"net\.txt"):
        resolved(plan)


def test_a_network_that_is_made_needs_nothing(scenario):
    plan, _ = plan_of(scenario(""))
    assert resolved(plan) == (plan, [])
