"""The game by itself: teams, rounds and plans. No network, no clock on a wall, no page.

Whatever happens in it is an event of the scenario (:attr:`Game.log`), so that ``tsunagari run``
gives the same tables to the bit. Every method either does what it says, or raises
:class:`~tsunagari.experiments.game.levers.Refused` and changes nothing.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.game.levers import (
    Lever,
    Plan,
    Refused,
    budget_of,
    enact,
    levers_of,
    plan_as_it_stands,
    plan_from,
)
from tsunagari.experiments.game.sight import Answers, ask_customers
from tsunagari.experiments.words.text import same_name, unsuitable, unsuitable_name
from tsunagari.sim.market import Market

if TYPE_CHECKING:
    from tsunagari.agents.firm.firm import Firm
    from tsunagari.sim.scenario import Scenario

MOST_TEAMS = 30
LONGEST_TEAM = 30
"""Characters of the longest name of a team."""


@dataclass(frozen=True)
class Team:
    """Who plays.

    Attributes:
        number: From 1, in the order in which they joined.
        name: As they call themselves.
        firm: Name of their firm; empty for none.
    """

    number: int
    name: str
    firm: str


@dataclass(frozen=True, eq=False)
class Round:
    """A round that was played.

    Attributes:
        teams: Name of the team by firm, of the firms that teams owned.
        plans: Plan by firm, of the firms that had one.
        fresh: Firms whose team decided in this round.
        events: What it took to follow the plans, by firm.
        answers: What customers then said when they were asked, by firm.
    """

    teams: Mapping[str, str]
    plans: Mapping[str, Plan]
    fresh: frozenset[str]
    events: Mapping[str, list[dict[str, Any]]]
    answers: Mapping[str, Answers]


@dataclass(frozen=True, eq=False)
class Played:
    """What was decided in which market: with its luck that says all that happened.

    Attributes:
        plan: The scenario that the game began with.
        months: Of a round.
        rounds: What was played.
    """

    plan: Scenario
    months: int
    rounds: tuple[Round, ...]

    @property
    def month(self) -> int:
        """Months that were played."""
        return self.months * len(self.rounds)


@dataclass
class Clock:
    """The time there is to decide in a round; it stands while the game is paused.

    Attributes:
        seconds: For a round; None for as long as it takes.
        now: Seconds that go on.
    """

    seconds: float | None = None
    now: Callable[[], float] = time.monotonic
    _spent: float = 0.0
    _since: float | None = None

    def begin(self, *, paused: bool) -> None:
        """A round begins."""
        self._spent, self._since = 0.0, None if paused else self.now()

    def pause(self, paused: bool) -> None:
        """Stand still, or go on."""
        if self._since is not None:
            self._spent += self.now() - self._since
        self._since = None if paused else self.now()

    @property
    def left(self) -> float | None:
        """Seconds that are left; None without an end."""
        if self.seconds is None:
            return None
        running = 0.0 if self._since is None else self.now() - self._since
        return max(0.0, self.seconds - self._spent - running)


@dataclass
class Game:
    """A market that teams play.

    Args:
        plan: The resolved scenario, with a firm for each team; as many months as all rounds take.
        months: Of a round.
        clock: The time there is to decide.

    Attributes:
        market: As it stands.
        teams: Who plays, by number.
        rounds: What was played.
        given: Plans for the coming round, by firm.
        in_force: The last plan of each firm that ever had one.
        paused: Whether nothing can be decided. A game begins so.
        ended: Whether the teacher has ended it, or all rounds are played.
        version: Rises with everything that happens.
    """

    plan: Scenario
    months: int
    clock: Clock = field(default_factory=Clock)
    teams: dict[int, Team] = field(default_factory=dict, init=False)
    rounds: list[Round] = field(default_factory=list, init=False)
    given: dict[str, Plan] = field(default_factory=dict, init=False)
    in_force: dict[str, Plan] = field(default_factory=dict, init=False)
    paused: bool = field(default=True, init=False)
    ended: bool = field(default=False, init=False)
    version: int = field(default=0, init=False)
    _before: list[Market] = field(default_factory=list, init=False)
    """The market as it stood before each round."""

    def __post_init__(self) -> None:
        self.market = Market(self.plan)
        self.began_at = {
            firm.name: firm.price * self.plan.money.unit_cost for firm in self.market.firms
        }
        self.clock.begin(paused=True)

    # -- what is the case ----------------------------------------------------------------------

    @property
    def all_rounds(self) -> int:
        """How many rounds there are."""
        return self.plan.market.months // self.months

    @property
    def firms(self) -> tuple[str, ...]:
        """Names of the firms that teams can own."""
        return tuple(firm.name for firm in self.plan.firms)

    @property
    def owners(self) -> dict[str, Team]:
        """The team of each firm that has one."""
        return {team.firm: team for team in self.teams.values() if team.firm}

    def firm(self, name: str) -> Firm:
        """A firm as it stands."""
        return self.market.firm(name)

    def levers(self, name: str) -> dict[str, Lever]:
        """What a firm can decide, with what it costs."""
        return levers_of(self.market, self.firm(name), self.began_at[name])

    def plan_now(self, name: str) -> Plan:
        """The plan that a firm keeps if nobody decides."""
        known = self.in_force.get(name)
        return known or plan_as_it_stands(self.market, self.firm(name), self.levers(name))

    def budget(self, name: str) -> float:
        """What a firm's plan may cost a month."""
        levers = self.levers(name)
        return budget_of(self.market, self.firm(name), levers, self.plan_now(name))

    @property
    def played(self) -> Played:
        """What was played, to be sent elsewhere."""
        return Played(self.plan, self.months, tuple(self.rounds))

    @property
    def log(self) -> Scenario:
        """All that was played, as a scenario: its run gives the same tables to the bit."""
        return with_months(self.market.played, self.market.month)

    # -- what teams do -------------------------------------------------------------------------

    def join(self, name: Any) -> Team:
        """A team comes and gets the next firm that is free.

        Raises:
            Refused: The name will not do or is taken, or there is no firm left.
        """
        if not isinstance(name, str) or len(name) > LONGEST_TEAM:
            raise Refused("name", most=LONGEST_TEAM)
        if unsuitable(name) or unsuitable_name(name):
            raise Refused("name", most=LONGEST_TEAM)
        if any(same_name(team.name) == same_name(name) for team in self.teams.values()):
            raise Refused("taken")
        if self.ended:
            raise Refused("ended")
        free = [f for f in self.firms if f not in self.owners and self.firm(f).active]
        if not free or len(self.teams) >= MOST_TEAMS:
            raise Refused("full")
        team = Team(len(self.teams) + 1, name, free[0])
        self.teams[team.number] = team
        self.version += 1
        return team

    def decide(self, number: int, asked: Any) -> Plan:
        """A team decides what its firm does from the coming round on; again, as often as it likes.

        Raises:
            Refused: It has no firm, it is not the time, or the plan is not allowed.
        """
        firm = self._team(number).firm
        if not firm:
            raise Refused("no_firm")
        self._is_open()
        if self.paused:
            raise Refused("paused")
        if self.clock.left == 0.0:
            raise Refused("time")
        if not self.firm(firm).active:
            raise Refused("closed", firm=firm)
        plan = plan_from(asked, self.levers(firm), self.budget(firm))
        self.given[firm] = plan
        self.version += 1
        return plan

    # -- what the teacher does -----------------------------------------------------------------

    def pause(self, paused: Any) -> None:
        """Stop everybody, or let them go on.

        Raises:
            Refused: It is no truth value, or the game is over.
        """
        if not isinstance(paused, bool):
            raise Refused("message")
        self._is_open()
        self.paused = paused
        self.clock.pause(paused)
        self.version += 1

    def play(self) -> None:
        """The round's months go by; who has not decided keeps the last plan.

        Raises:
            Refused: The game is over.
        """
        self._is_open()
        self._before.append(copy.deepcopy(self.market))
        plans = {**self.in_force, **self.given}
        active = {name: plan for name, plan in plans.items() if self.firm(name).active}
        events = {name: enact(self.market, self.firm(name), plan) for name, plan in active.items()}
        self.market.run_for(self.months)
        answers = {
            firm.name: ask_customers(self.market, firm, self.months)
            for firm in self.market.firms
            if firm.active
        }
        teams = {firm: team.name for firm, team in self.owners.items()}
        self.rounds.append(Round(teams, active, frozenset(self.given), events, answers))
        self.in_force, self.given = plans, {}
        self.ended = len(self.rounds) == self.all_rounds
        self.clock.begin(paused=self.paused)
        self.version += 1

    def take_back(self) -> None:
        """Undo the last round; the plans for it stand, to be decided anew.

        Raises:
            Refused: None was played.
        """
        if not self.rounds:
            raise Refused("nothing")
        undone = self.rounds.pop()
        self.market = self._before.pop()
        self.given = {name: undone.plans[name] for name in undone.fresh}
        self.in_force = {}
        for played in self.rounds:
            self.in_force |= played.plans
        self.ended = False
        self.clock.begin(paused=self.paused)
        self.version += 1

    def take_up(
        self,
        rounds: Sequence[tuple[Mapping[str, str], Mapping[str, Plan]]],
        teams: Sequence[Team],
        given: Mapping[str, Plan],
        *,
        ended: bool,
    ) -> None:
        """Bring a new game to where another one was: its rounds are played again.

        Args:
            rounds: Name of the team by firm, and plans that were decided in it, of each.
            teams: Who plays now.
            given: Plans for the coming round.
            ended: Whether it was over.
        """
        for names, decided in rounds:
            self.given = dict(decided)
            self.play()
            self.rounds[-1] = replace(self.rounds[-1], teams=names)
        self.teams = {team.number: team for team in teams}
        self.given, self.ended = dict(given), ended

    def hand_over(self, firm: Any, number: Any) -> None:
        """Give a firm to another team, which gives up its own to whoever had this one.

        Args:
            firm: Its name.
            number: Of the team; 0 lets the firm go on by itself.

        Raises:
            Refused: There is no such firm or team.
        """
        if not isinstance(firm, str) or firm not in self.firms:
            raise Refused("firm")
        if not isinstance(number, int) or isinstance(number, bool):
            raise Refused("team")
        old = self.owners.get(firm)
        new = self._team(number) if number else None
        if old is not None:
            self.teams[old.number] = replace(old, firm=new.firm if new is not None else "")
        if new is not None:
            self.teams[new.number] = replace(new, firm=firm)
        self.version += 1

    def end(self) -> None:
        """End the game before its last round.

        Raises:
            Refused: It is over, or no round was played.
        """
        self._is_open()
        if not self.rounds:
            raise Refused("nothing")
        self.ended = True
        self.version += 1

    def _is_open(self) -> None:
        if self.ended:
            raise Refused("ended")

    def _team(self, number: Any) -> Team:
        if number not in self.teams:
            raise Refused("team")
        return self.teams[number]


def with_months(plan: Scenario, months: int) -> Scenario:
    """The scenario with so many months; later events are left out."""
    if months == plan.market.months:
        return plan
    kept = [event for event in plan.events if event.month <= months]
    return plan.model_copy(update={"events": kept}).with_values({"market.months": months})


def with_seats(plan: Scenario, teams: int | None) -> Scenario:
    """The scenario as it is played: with a firm for each team, under one luck, without claims.

    Where there are fewer firms than teams, firms get twins in their order, which share what they
    begin with.

    Args:
        plan: The scenario.
        teams: How many at most; None for as many as there are firms.
    """
    plan = plan.member(0)
    titles = {
        language: {"title": told.title, "story": told.story}
        for language, told in plan.translations.items()
    }
    plan = plan.model_copy(update={"claims": [], "translations": {}, "replications": 1})
    plan = plan.with_values({"translations": titles})
    missing = (teams or 0) - len(plan.firms)
    if missing <= 0:
        return plan
    firms = [firm.model_dump(mode="json", exclude_unset=True) for firm in plan.firms]
    seats = [dict(firm) for firm in firms]
    for extra in range(missing):
        round_, place = divmod(extra, len(firms))
        seats.append({**firms[place], "name": f"{firms[place]['name']} {round_ + 2}"})
    for place, firm in enumerate(firms):
        twins = seats[place :: len(firms)]
        if firm.get("share") is not None:
            for twin in twins:
                twin["share"] = firm["share"] / len(twins)
    return plan.with_values({"firms": seats})


def firsts(rounds: Sequence[Round], firm: str) -> tuple[int, Plan] | None:
    """The round, from 0, in which a firm first had a plan, and that plan; None if it never had."""
    for number, played in enumerate(rounds):
        if firm in played.plans:
            return number, played.plans[firm]
    return None
