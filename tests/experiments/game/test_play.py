"""The game by itself: whatever is sent in whatever order, and what was played is a scenario."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tsunagari.experiments.game.levers import COURSES, Refused, monthly_cost
from tsunagari.experiments.game.play import Clock, Game, firsts, with_months, with_seats
from tsunagari.experiments.game.sight import YARDSTICKS, Sight
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

SIZE = {"market.customers": 150, "market.months": 6, "claims": [], "events": []}
BASE = with_seats(Scenario.load("connected-age").with_values(SIZE), None)

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
VALUES = st.floats(-1.0, 5.0) | st.integers(-2, 10**30) | JUNK
PLANS = JUNK | st.fixed_dictionaries(
    {
        **dict.fromkeys(("price", "attention", "service", "advertising"), VALUES),
        **dict.fromkeys(("claim", "investment"), VALUES),
        "course": st.sampled_from([*COURSES]) | JUNK,
    }
)


def same_tables(one: Market, other: Market) -> None:
    for name, table in one.results.tables.items():
        pd.testing.assert_frame_equal(
            pd.DataFrame(table), pd.DataFrame(other.results.tables[name]), check_exact=True
        )


def replayed(game: Game) -> Market:
    market = Market(game.log)
    market.run_for(game.market.month)
    return market


class AnyOrder(RuleBasedStateMachine):
    """Teams and a teacher who send anything at any time."""

    @initialize()
    def begin(self) -> None:
        self.game = Game(BASE, 2)

    def tried(self, what: Any, *given: Any) -> bool:
        """Whether it was done; what is refused must have changed nothing."""
        before = self.game.version
        try:
            what(*given)
        except Refused:
            assert self.game.version == before
            return False
        assert self.game.version > before
        return True

    @rule(name=st.sampled_from(["Ann", "Bo", "Ａnn", "Cy", "Di", "Ed"]) | JUNK)
    def join(self, name: Any) -> None:
        self.tried(self.game.join, name)

    @rule(number=st.integers(0, 6) | JUNK.filter(lambda x: not isinstance(x, list | dict)),
          plan=PLANS)  # fmt: skip
    def send(self, number: Any, plan: Any) -> None:
        self.tried(self.game.decide, number, plan)

    @rule(number=st.integers(1, 5), price=st.floats(0.5, 2.0), course=st.sampled_from([*COURSES]))
    def decide(self, number: int, price: float, course: str) -> None:
        team = self.game.teams.get(number)
        if team is not None and team.firm:
            at = price * self.game.began_at[team.firm]
            plan = replace(self.game.plan_now(team.firm), price=at, course=course)
            self.tried(self.game.decide, number, asdict(plan))

    @rule(paused=st.booleans() | JUNK)
    def pause(self, paused: Any) -> None:
        self.tried(self.game.pause, paused)

    @rule()
    def play(self) -> None:
        self.tried(self.game.play)

    @rule()
    def take_back(self) -> None:
        self.tried(self.game.take_back)

    @rule(firm=st.sampled_from(BASE.firms).map(lambda firm: firm.name) | JUNK,
          number=st.integers(0, 6) | JUNK)  # fmt: skip
    def hand_over(self, firm: Any, number: Any) -> None:
        self.tried(self.game.hand_over, firm, number)

    @rule()
    def end(self) -> None:
        self.tried(self.game.end)

    @invariant()
    def a_firm_has_one_team_and_a_team_one_firm(self) -> None:
        owned = [team.firm for team in self.game.teams.values() if team.firm]
        assert len(owned) == len(set(owned))
        assert set(owned) <= set(self.game.firms)

    @invariant()
    def the_market_is_where_the_rounds_are(self) -> None:
        game = self.game
        assert game.market.month == 2 * len(game.rounds) <= game.plan.market.months
        assert len(game.rounds) < game.all_rounds or game.ended
        for firm, plan in (game.in_force | game.given).items():
            for lever in game.levers(firm).values():
                assert lever.low <= getattr(plan, lever.name) <= lever.high
        assert set(game.given) <= set(game.firms)

    def teardown(self) -> None:
        if getattr(self, "game", None) is not None and self.game.rounds:
            same_tables(self.game.market, replayed(self.game))


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def played(rounds: int = 3) -> Game:
    """Two teams; the first lowers its price in round 2, the second never decides again."""
    game = Game(BASE, 2)
    first, second = game.join("Ann"), game.join("Bo")
    game.pause(False)
    for number in range(rounds):
        plan = game.plan_now(first.firm)
        if number == 1:
            plan = replace(plan, price=0.9 * plan.price)
        game.decide(first.number, asdict(plan))
        if number == 0:
            game.decide(second.number, asdict(replace(game.plan_now(second.firm), claim=0.4)))
        game.play()
    return game


def test_what_was_played_is_a_scenario_that_gives_the_same_tables() -> None:
    game = played()
    assert any("asks" in str(event.set) for event in game.log.events)
    same_tables(game.market, replayed(game))
    assert game.ended
    with pytest.raises(Refused, match="ended"):
        game.play()


def test_a_round_taken_back_and_played_again_is_the_same_round() -> None:
    game = played()
    before = game.market.results.firms
    game.take_back()
    assert not game.ended
    assert game.market.month == 4
    game.play()
    pd.testing.assert_frame_equal(game.market.results.firms, before)
    game.take_back()
    team = game.teams[1]
    game.decide(1, asdict(replace(game.plan_now(team.firm), claim=0.8)))
    game.play()
    assert not game.market.results.firms.equals(before)


def test_a_team_that_has_gone_keeps_its_last_plan() -> None:
    game = played()
    second = game.teams[2].firm
    assert [entry.plans[second].claim for entry in game.rounds] == [0.4] * 3
    assert [second in entry.fresh for entry in game.rounds] == [True, False, False]
    assert game.market.live.standing(f"firms.{second}.claim") == 0.4
    assert firsts(game.rounds, second) == (0, game.rounds[0].plans[second])


def test_a_firm_that_nobody_owns_runs_itself() -> None:
    game = played()
    untouched = {firm.name for firm in BASE.firms} - {team.firm for team in game.teams.values()}
    acted = {name for entry in game.rounds for name, events in entry.events.items() if events}
    assert acted
    assert not acted & untouched


def test_a_firm_is_handed_over_and_its_plan_goes_along() -> None:
    game = played(1)
    one, two = game.teams[1].firm, game.teams[2].firm
    game.hand_over(one, 2)
    assert (game.teams[1].firm, game.teams[2].firm) == (two, one)
    game.hand_over(one, 0)
    assert game.teams[2].firm == ""
    with pytest.raises(Refused, match="no_firm"):
        game.decide(2, {})
    game.play()
    assert game.rounds[-1].plans[one] == game.rounds[0].plans[one]


def test_a_plan_beyond_the_budget_is_refused_and_the_one_in_force_never_is() -> None:
    game = played(1)
    firm = game.teams[1].firm
    levers, budget = game.levers(firm), game.budget(firm)
    kept = game.plan_now(firm)
    assert monthly_cost(kept, levers) <= budget
    dear = replace(kept, attention=1.0, investment=0.4, advertising=4.0, service=1.0)
    assert monthly_cost(dear, levers) > budget
    with pytest.raises(Refused, match="budget"):
        game.decide(1, asdict(dear))
    game.decide(1, asdict(kept))


def test_costs_that_are_shown_are_those_in_the_books() -> None:
    game = Game(with_seats(Scenario.load("connected-age").with_values(SIZE), None), 6)
    firm = game.join("Ann").firm
    game.pause(False)
    game.play()
    game.take_back()
    levers, books = game.levers(firm), None
    plan = game.plan_now(firm)
    game.play()
    books = Sight.of(game.market).of_firm(firm)
    for name in ("attention", "advertising", "investment"):
        shown = levers[name].cost * getattr(plan, name)
        assert books[name][1] == pytest.approx(shown, rel=0.15), name


def test_the_clock_stands_while_the_game_is_paused() -> None:
    now = [0.0]
    game = Game(BASE, 2, Clock(60.0, lambda: now[0]))
    game.join("Ann")
    now[0] = 500.0
    assert game.clock.left == 60.0
    game.pause(False)
    now[0] = 530.0
    assert game.clock.left == 30.0
    plan = asdict(game.plan_now(game.teams[1].firm))
    game.decide(1, plan)
    now[0] = 561.0
    with pytest.raises(Refused, match="time"):
        game.decide(1, plan)
    game.play()
    assert game.clock.left == 60.0


def test_more_teams_than_firms_give_firms_twins_that_share_what_they_begin_with() -> None:
    values = {"firms": [{"name": "A", "share": 0.6}, {"name": "B"}], "market.customers": 200}
    plan = with_seats(Scenario().with_values(values), 5)
    assert [firm.name for firm in plan.firms] == ["A", "B", "A 2", "B 2", "A 3"]
    assert [firm.share for firm in plan.firms] == pytest.approx([0.2, None, 0.2, None, 0.2])
    assert with_seats(plan, 2).firms == plan.firms


def test_yardsticks_are_of_the_whole_game() -> None:
    game = played()
    sight, table = Sight.of(game.market), game.market.results.firms
    first = table[(table.firm == sight.names[0]) & (table.month > 0)]
    assert sight.by("profit")[0] == pytest.approx(first.profit.sum())
    assert 0.0 < sight.by("retention")[0] <= 1.0
    assert sorted(sight.ranks("success")) == list(range(len(sight.names)))
    assert sight.moved.sum() == game.market.results.flows.customers.sum()
    assert all(math.isfinite(sight.by(yardstick)[0]) for yardstick in YARDSTICKS)


def test_a_game_that_ends_early_has_a_log_of_what_was_played() -> None:
    game = played(2)
    game.end()
    assert with_months(game.log, 4).market.months == game.log.market.months == 4
    same_tables(game.market, replayed(game))


def test_a_survey_errs_and_says_by_how_much() -> None:
    plan = with_seats(
        Scenario.load("connected-age").with_values({**SIZE, "market.customers": 6000}), None
    )
    game = Game(plan.with_values({"market.months": 6}), 6)
    game.pause(False)
    game.play()
    sight, answers = Sight.of(game.market), game.rounds[0].answers
    for place, name in enumerate(sight.names):
        true, told = sight.values["nps"][-1, place], answers[name]
        assert told.nps != true
        assert abs(told.nps - true) < 3 * told.margin + 15
        assert 30 < told.number < sight.values["customers"][-1, place]
