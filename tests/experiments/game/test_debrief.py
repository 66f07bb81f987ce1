"""What decisions were worth: the parts add up, and the whole is the difference of two markets."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from tests.experiments.game.test_play import BASE
from tsunagari.experiments.game import debrief
from tsunagari.experiments.game.debrief import Worth, changed, debrief_of, worth_of
from tsunagari.experiments.game.play import Game
from tsunagari.experiments.game.sight import Sight
from tsunagari.sim.market import Market


def played(changes: dict[int, dict[str, float]], rounds: int = 4) -> Game:
    """One team changes its plan in some rounds; another decides once, and its rivals run on."""
    game = Game(BASE.with_values({"market.months": 2 * rounds}), 2)
    first, second = game.join("Ann"), game.join("Bo")
    game.pause(False)
    for number in range(rounds):
        plan = replace(game.plan_now(first.firm), **changes.get(number, {}))
        game.decide(first.number, asdict(plan))
        if number == 1:
            game.decide(second.number, asdict(replace(game.plan_now(second.firm), claim=0.4)))
        game.play()
    return game


CHANGES: dict[int, dict[str, float]] = {1: {"claim": 1.5}, 2: {"attention": 0.0}, 3: {"claim": 0.0}}


def outcome(game: Game, market: Market, firm: str) -> tuple[float, float]:
    sight = Sight.of(market)
    place = sight.names.index(firm)
    since = game.months + 1
    return float(sight.by("profit", since)[place]), float(sight.values["customers"][-1, place])


def found(game: Game, firm: str) -> Worth:
    worth = worth_of(game.played, firm)
    assert worth is not None
    return worth


def test_the_parts_add_up_to_the_difference_from_the_first_plan_kept() -> None:
    game = played(CHANGES)
    firm = game.teams[1].firm
    worth = found(game, firm)
    assert (worth.first, worth.rounds, worth.runs, worth.orders) == (0, (1, 2, 3), 8, 0)
    assert worth.parts.sum(axis=1) == pytest.approx(worth.whole, abs=1e-9)
    kept = played({})
    profits = [outcome(one, one.market, firm) for one in (game, kept)]
    difference = np.subtract(*profits)
    assert worth.whole[:2] == pytest.approx(difference)
    assert np.abs(worth.parts[0]).max() > 0.0


def test_one_round_alone_is_worth_what_the_market_with_it_alone_brings() -> None:
    game = played({3: {"claim": 1.5}})
    firm = game.teams[1].firm
    worth = found(game, firm)
    assert worth.rounds == (3,)
    assert worth.parts[:, 0] == pytest.approx(worth.whole)


def test_a_plan_that_was_kept_is_worth_nothing_more() -> None:
    game = played({})
    worth = found(game, game.teams[2].firm)
    assert (worth.first, worth.rounds, worth.runs) == (1, (), 1)
    assert worth.parts.shape == (3, 0)
    assert worth.whole.tolist() == [0.0, 0.0, 0.0]
    assert worth_of(game.played, game.firms[3]) is None


def test_drawn_orders_add_up_as_well_and_are_near_the_exact_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game = played(CHANGES)
    firm = game.teams[1].firm
    exact = found(game, firm)
    monkeypatch.setattr(debrief, "EXACT", 2)
    drawn = found(game, firm)
    assert drawn.orders == debrief.ORDERS
    assert drawn.runs <= exact.runs
    assert drawn.parts.sum(axis=1) == pytest.approx(drawn.whole, abs=1e-9)
    assert drawn.whole == pytest.approx(exact.whole)
    spread = drawn.high[0] - drawn.low[0]
    assert np.all(np.abs(drawn.parts[0] - exact.parts[0]) <= spread + 1e-9)


def test_a_debrief_tells_of_every_team() -> None:
    game = played(CHANGES)
    parts: list[float] = []
    told = debrief_of(game, parts.append)
    owned = {team.firm for team in game.teams.values()}
    assert set(told.worth) == set(told.teams) == owned
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
    for firm, customer in told.left.items():
        assert firm in owned
        assert customer.move is not None
        assert customer.move.source == firm
    assert set(told.talk) >= owned


def test_what_was_changed_is_told_lever_by_lever() -> None:
    plan = played({}).rounds[0].plans[BASE.firms[0].name]
    assert changed(plan, plan) == []
    assert changed(plan, replace(plan, claim=1.0)) == [("claim", plan.claim, 1.0)]
