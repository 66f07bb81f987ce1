"""What a scenario changes in the course of a run and when, and what somebody changes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tsunagari.agents.asked import shown
from tsunagari.sim.paths import path_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.scenario import Event
from tsunagari.sim.state import State


@dataclass
class Ramp:
    """A number on its way from one value to another, evenly over some months."""

    path: str
    begin: int
    over: int
    start: float
    end: float
    whole: bool

    @property
    def last(self) -> int:
        """The month in which it arrives."""
        return self.begin + self.over - 1

    def value(self, month: int) -> float:
        """Where it stands; exactly at its end in its last month and after."""
        done = (month - self.begin + 1) / self.over
        if done >= 1.0:
            return self.end
        value = self.start + (self.end - self.start) * done
        return round(value) if self.whole else value


@dataclass
class Series:
    """Values that a parameter takes one after the other, a month each; the last one stays.

    Numbers of a real market come so: a price list by month, a year's advertising.
    """

    begin: int
    values: list[Any]

    @property
    def last(self) -> int:
        """The month of the last value."""
        return self.begin + len(self.values) - 1

    def value(self, month: int) -> Any:
        """The value of a month."""
        return self.values[min(month, self.last) - self.begin]


class Timeline:
    """The events of a scenario; :meth:`apply` makes those of one month happen.

    Events of one month happen in the order of the file, but firms enter first. A later event on a
    path ends a ramp, or a series, there.
    """

    def __init__(self, events: list[Event]) -> None:
        self._by_month: dict[int, list[Event]] = {}
        for event in events:
            self.add(event)
        self._under_way: dict[str, Ramp | Series] = {}

    def add(self, event: Event) -> None:
        """Let one more event happen in its month, after those that are there."""
        self._by_month.setdefault(event.month, []).append(event)

    def apply(self, market: State, month: int) -> None:
        """Let this month's events happen to the market."""
        for event in sorted(self._by_month.get(month, ()), key=lambda event: event.kind != "enter"):
            self._happen(market, month, event)
        for path, moving in list(self._under_way.items()):
            market.live.set(path, moving.value(month))
            if month >= moving.last:
                del self._under_way[path]

    def _happen(self, market: State, month: int, event: Any) -> None:
        kind = event.kind
        if kind == "set":
            self._under_way.pop(event.set, None)
            self._set(market, month, event)
        elif kind == "enter":
            market.enter(event.enter, month)
        elif kind == "leave":
            market.close(market.firm(event.leave), month)
        elif kind == "launch":
            market.firm(event.launch).forced_launch = event.size
        elif kind == "poach":
            victim, poacher = market.firm(event.poach), market.firm(event.by)
            if victim.active and poacher.active:
                market.population.poach(victim.index, poacher.index, event.size)
        else:
            market.population.scandal(market.firm(event.scandal).index, event.size)

    def _set(self, market: State, month: int, event: Any) -> None:
        """Set a parameter, or let it begin to move."""
        start = market.live.standing(event.set)
        is_real = isinstance(start, float)  # YAML's 3 stands for 3.0 where it need not be whole
        if isinstance(event.to, list):
            values = [float(value) if is_real else value for value in event.to]
            self._under_way[event.set] = Series(month, values)
            return
        end = float(event.to) if is_real else event.to
        if event.over > 0:
            whole = isinstance(start, int)
            self._under_way[event.set] = Ramp(event.set, month, event.over, start, end, whole)
        else:
            market.live.set(event.set, end)


class Acts:
    """The acts of one market, and the scenario that tells them.

    Attributes:
        played: The plan with every act in it as an event, in the order in which they were done.
            Run from the start under the market's seed it gives the same tables to the bit.
    """

    def __init__(self, plan: Scenario) -> None:
        self.played = plan

    def add(self, market: State, what: str | Mapping[str, Any], given: dict[str, Any]) -> Event:
        """An act as an event of the coming month, checked as a file's event is.

        Args:
            market: The market.
            what: The path of a parameter, or an event as in a file.
            given: For a path: ``to``, ``over`` and ``note`` of the event.

        Raises:
            tsunagari.sim.problems.Problems: All that is wrong with it.
        """
        from tsunagari.sim.reading import with_event

        called = _called(what, given)
        event = _event(what, given, called)
        month = coming_month(market)
        if month > market.plan.market.months:
            months = market.plan.market.months
            message = f"month {month} would be after the end of the plan ({months} months)"
            suggestion = f'begin with plan.with_values({{"market.months": {month}}}) or more'
            raise Problems([Problem("", message, called, suggestion=suggestion)])
        if event.setdefault("month", month) != month:
            message = f"an act is an event of the coming month, {month}, not of {event['month']}"
            raise Problems([Problem("month", message, called, suggestion="leave the month out")])
        gone = [
            Problem("", f"{name} left the market in month {market.firm(name).closed}", called)
            for name in _firms_named(event)
            if name in {firm.name for firm in market.firms if not firm.active}
        ]
        if gone:
            raise Problems(gone)
        self.played = with_event(self.played, event, called)
        return self.played.events[-1]


def coming_month(market: State) -> int:
    """The month that begins next; where customers were stepped, one is under way already."""
    return max(market.month, market.begun) + 1


def _event(what: object, given: dict[str, Any], called: str) -> dict[str, Any]:
    """The event as a file would have it, perhaps without its month."""
    message, suggestion = "", None
    if isinstance(what, Mapping):
        if not given:
            return dict(what)
        message = f"an event stands by itself: write {' and '.join(given)} in it"
    elif not isinstance(what, str):
        message = f"an act is a path with its new value, or an event, not {shown(what)}"
        suggestion = 'write market.act("firms.Lean.price", 0.9) or market.act({"leave": "Lean"})'
    elif "to" not in given:
        message, suggestion = "the new value is missing", f"write market.act({what!r}, value)"
    else:
        return {"set": what, **given}
    raise Problems([Problem("", message, called, suggestion=suggestion)])


def _called(what: object, given: dict[str, Any]) -> str:
    """What messages call an act."""
    texts = [repr(what), *(repr(given[key]) for key in ("to",) if key in given)]
    return f"market.act({', '.join(t if len(t) <= 60 else f'{t[:59]}…' for t in texts)})"


def _firms_named(event: Mapping[str, Any]) -> Iterator[str]:
    """The firms that an event is about, as far as it can be told before it is checked."""
    for key in ("leave", "launch", "scandal", "poach", "by"):
        if isinstance(event.get(key), str):
            yield event[key]
    try:
        head, name, *_ = map(str, path_of(event["set"]))
    except (KeyError, ValueError, TypeError):
        return
    if head == "firms":
        yield name
