"""The markets in which options are compared: environment by environment, member by member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.deciding.archetypes import ARCHETYPES, UNKNOWN
from tsunagari.experiments.deciding.question import Choice, Environment, Question
from tsunagari.experiments.runs.ensemble import count
from tsunagari.sim.live import LiveScenario
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from tsunagari.sim.schema.scenario import Event

REACTION = 0.3
"""How far reacting rivals answer: most moves in a market get no answer (Steenkamp et al. 2005)."""
_LUCK = 91


@dataclass(frozen=True)
class Act:
    """An option as it is carried out.

    Attributes:
        choice: What was written.
        scale: Part of the written change that is made; 1 is all of it.
    """

    choice: Choice
    scale: float = 1.0

    @property
    def is_scalable(self) -> bool:
        """Whether the change is one of numbers, of which there may be more or less."""
        return all(_is_number(value) for value in self.choice.set.values())

    def value(self, path: str, before: Any) -> Any:
        """The value of a path with the option, from the one before it."""
        choice = self.choice
        if path in choice.add:
            return before + self.scale * choice.add[path]
        if path in choice.times:
            return before * (1.0 + self.scale * (choice.times[path] - 1.0))
        wanted = choice.set[path]
        if self.scale == 1.0 or not _is_number(wanted):
            return wanted
        moved = before + self.scale * (wanted - before)
        return round(moved) if isinstance(before, int) else moved


@dataclass(frozen=True)
class Markets:
    """Makes the scenario of every option, environment and member.

    Attributes:
        base: The scenario, as long as the longest horizon asks.
        question: What is to be decided.
        firm: Who decides.
        starts: Month from which on outcomes count.
        price: Mean price of the market when the decision is made, as it is told.
    """

    base: Scenario
    question: Question
    firm: str
    starts: int
    price: float = 1.0

    @classmethod
    def of(
        cls,
        plan: Scenario,
        question: Question,
        firm: str,
        now: int = 0,
    ) -> Markets:
        """The markets of a question.

        Args:
            plan: The scenario.
            question: What is to be decided.
            firm: Who decides.
            now: Last month of the past, where the question does not say from when on.
        """
        starts = now + 1 if question.starts is None else question.starts
        months = starts - 1 + max(question.horizons)
        kept = [event for event in plan.events if event.month <= months]
        base = plan.with_values({"events": [], "claims": [], "translations": {}})
        base = _with_events(base.with_values({"market.months": months}), kept)
        return cls(base, question, firm, starts)

    @property
    def environments(self) -> tuple[Environment, ...]:
        """What may come; the scenario as it is where nothing is said."""
        return tuple(self.question.environments) or (Environment(name="the scenario"),)

    @property
    def members(self) -> int:
        """How many members there are; 1 where nothing is said of what is not known."""
        return max(1, count(self.base))

    @property
    def has_members(self) -> bool:
        """Whether anything is said of what is not known."""
        return bool(self.base.members)

    def priced(self, price: float) -> Markets:
        """The same, with a mean price that entrants' are measured by."""
        return replace(self, price=price)

    def plan(self, environment: Environment, act: Act | None, member: int | None) -> Scenario:
        """The scenario of an option in an environment.

        Args:
            environment: What comes.
            act: What is done; None is nothing new.
            member: Whose values; None is the scenario's own.

        Raises:
            Problems: The environment, or the option, is not possible here.
        """
        plan = self.base.model_copy(update={"members": {}})
        if member is not None:
            plan = self.base.member(member)
        try:
            plan = self._in_environment(plan, environment, member)
        except Problems as raised:
            raise _at(raised, "environments", environment.name) from None
        if act is None:
            return plan
        try:
            return self.acted(plan, act)
        except Problems as raised:
            raise _at(raised, "options", act.choice.name) from None

    def acted(self, plan: Scenario, act: Act) -> Scenario:
        """A scenario with an option.

        Raises:
            Problems: It is not possible there.
        """
        return _with_events(plan, list(self._events(plan, act)))

    def changes(self, act: Act, member: int | None = None) -> dict[str, tuple[Any, Any]]:
        """What an option changes, by path: the value before, and with it.

        Args:
            act: The option.
            member: In whose market; None is the centre.
        """
        plan = self.plan(self.environments[0], None, member)
        month = act.choice.starts or self.starts
        before = {path: _before(plan, path, month) for path in act.choice.paths}
        return {path: (value, act.value(path, value)) for path, value in before.items()}

    def unknown(self) -> Mapping[str, np.ndarray]:
        """What differs between members, by path; entrants' standing included."""
        if not self.has_members:
            return {}
        known = {path: np.array(values) for path, values in self.base.members.items()}
        found = {path: values for path, values in known.items() if np.ptp(values) > 0}
        for environment in self.environments:
            if environment.entrant is not None:
                path = text_of(("firms", environment.entrant.name, "brand"))
                brands = [_brand(environment, member) for member in range(self.members)]
                found[path] = np.array(brands)
        return found

    def _in_environment(
        self, plan: Scenario, environment: Environment, member: int | None
    ) -> Scenario:
        if environment.set:
            plan = plan.with_values(environment.set)
        events = [*map(_told, environment.events), *self._rivals(plan, environment)]
        if environment.entrant is not None:
            events.append(self._entry(environment, member))
        return _with_events(plan, events)

    def _rivals(self, plan: Scenario, environment: Environment) -> Iterator[dict[str, Any]]:
        """How rivals behave from the decision on."""
        if environment.rivals == "as-they-are":
            return
        for firm in plan.firms:
            if firm.name == self.firm:
                continue
            reaction = {"frozen": 0.0, "reacting": REACTION}.get(environment.rivals)
            if reaction is not None:
                yield self._event(("firms", firm.name, "reaction"), reaction)
            adaptive = environment.rivals == "adaptive"
            yield self._event(("firms", firm.name, "pricing"), "adaptive" if adaptive else "markup")

    def _entry(self, environment: Environment, member: int | None) -> dict[str, Any]:
        entrant = environment.entrant
        assert entrant is not None
        kind = ARCHETYPES[entrant.archetype]
        firm = {
            "name": entrant.name,
            "asks": kind.asks * self.price,
            "brand": _brand(environment, member if self.has_members else None),
            **kind.keys,
        }
        return {"month": self.starts + entrant.after, "enter": firm}

    def _events(self, plan: Scenario, act: Act) -> Iterator[dict[str, Any]]:
        """What an option changes, as events."""
        month = act.choice.starts or self.starts
        for path in act.choice.paths:
            before = _before(plan, path, month)
            if path not in act.choice.set and not _is_number(before):
                message = f"is {before!r}, to which nothing can be added"
                raise Problems([Problem(path, message, suggestion="write it under set")])
            yield self._event(path_of(path), act.value(path, before), month)

    def _event(
        self, path: Sequence[str | int], value: Any, month: int | None = None
    ) -> dict[str, Any]:
        return {"month": month or self.starts, "set": text_of(tuple(path)), "to": value}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _brand(environment: Environment, member: int | None) -> float:
    """How an entrant is liked, as one member has it; as its archetype says where none does."""
    assert environment.entrant is not None
    usual = ARCHETYPES[environment.entrant.archetype].brand
    if member is None:
        return usual
    return usual + UNKNOWN * float(np.random.default_rng([_LUCK, member]).standard_normal())


def _before(plan: Scenario, path: str, month: int) -> Any:
    """The value at a path in the month before one.

    Raises:
        Problems: There is no such key, or the scenario itself is still moving it then.
    """
    try:
        value = LiveScenario(plan).standing(path)
    except (KeyError, AttributeError, ValueError, TypeError):
        plan.with_values({path: 0})  # says what is wrong with the path
        raise
    for event in sorted(plan.events, key=lambda event: event.month):
        if event.set is None or path_of(event.set) != path_of(path) or event.month >= month:
            continue
        length = len(event.to) if isinstance(event.to, list) else max(1, event.over)
        if event.month + length > month:
            until = event.month + length - 1
            message = f"is moved by the scenario itself until month {until}"
            raise Problems([Problem(path, message, suggestion=f"write from: {until + 1}")])
        value = event.to[-1] if isinstance(event.to, list) else event.to
    return value


def _with_events(plan: Scenario, events: Sequence[Event | dict[str, Any]]) -> Scenario:
    """A scenario with further events, after those that it has."""
    if not events:
        return plan
    return plan.with_values({"events": [*map(_told, plan.events), *map(_told, events)]})


def _told(event: Event | dict[str, Any]) -> dict[str, Any]:
    """An event as a file has it."""
    if isinstance(event, dict):
        return event
    told: dict[str, Any] = event.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return told


def _at(raised: Problems, key: str, name: str) -> Problems:
    """Problems with the scenario of an option, said of the option."""
    return Problems(
        [
            Problem(f"{key}: {name}", f"{one.path}: {one.message}" if one.path else one.message,
                    suggestion=one.suggestion)
            for one in raised.problems
        ]
    )  # fmt: skip
