"""What somebody does to a market while it runs: acts, each an event of the coming month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from agents.asked import shown
from sim.paths import path_of
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from sim.market import Market
    from sim.scenario import Scenario
    from sim.schema.events import Event


class Acts:
    """The acts of one market, and the scenario that tells them.

    Attributes:
        played: The plan with every act in it as an event, in the order in which they were done.
            Run from the start under the market's seed it gives the same tables to the bit.
    """

    def __init__(self, plan: Scenario) -> None:
        self.played = plan

    def add(self, market: Market, what: str | Mapping[str, Any], given: dict[str, Any]) -> Event:
        """An act as an event of the coming month, checked as a file's event is.

        Args:
            market: The market.
            what: The path of a parameter, or an event as in a file.
            given: For a path: ``to``, ``over`` and ``note`` of the event.

        Raises:
            sim.problems.Problems: All that is wrong with it.
        """
        from sim.reading import with_event

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


def coming_month(market: Market) -> int:
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
