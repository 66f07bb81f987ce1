"""What a scenario changes in the course of a run, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.market import Market
    from sim.schema.scenario import Event


@dataclass
class Ramp:
    """A number on its way from one value to another, evenly over some months."""

    path: str
    begin: int
    over: int
    start: float
    end: float
    whole: bool

    def value(self, month: int) -> float:
        """Where it stands; exactly at its end in its last month and after."""
        done = (month - self.begin + 1) / self.over
        if done >= 1.0:
            return self.end
        value = self.start + (self.end - self.start) * done
        return round(value) if self.whole else value


class Timeline:
    """The events of a scenario; :meth:`apply` makes those of one month happen.

    Events of one month happen in the order of the file, but firms enter first. A later event on a
    path ends a ramp there.
    """

    def __init__(self, events: list[Event]) -> None:
        self._by_month: dict[int, list[Event]] = {}
        for event in events:
            self.add(event)
        self._ramps: dict[str, Ramp] = {}

    def add(self, event: Event) -> None:
        """Let one more event happen in its month, after those that are there."""
        self._by_month.setdefault(event.month, []).append(event)

    def apply(self, market: Market, month: int) -> None:
        """Let this month's events happen to the market."""
        for event in sorted(self._by_month.get(month, ()), key=lambda event: event.kind != "enter"):
            self._happen(market, month, event)
        for path, ramp in list(self._ramps.items()):
            market.live.set(path, ramp.value(month))
            if month >= ramp.begin + ramp.over - 1:
                del self._ramps[path]

    def _happen(self, market: Market, month: int, event: Any) -> None:
        kind = event.kind
        if kind == "set":
            self._ramps.pop(event.set, None)
            start = market.live.standing(event.set)
            # YAML's 3 stands for 3.0 where a number need not be whole.
            end = float(event.to) if isinstance(start, float) else event.to
            if event.over > 0:
                whole = isinstance(start, int)
                self._ramps[event.set] = Ramp(event.set, month, event.over, start, end, whole)
            else:
                market.live.set(event.set, end)
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
