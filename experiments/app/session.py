"""One tab's market, in a thread of its own, and the room that all tabs have together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tsunagari.experiments.app.series import Series
from tsunagari.experiments.pictures.people import Neighbourhood, neighbourhood
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

MOST_TABS = 64
"""Tabs that are open at once: a large class."""
MOST_TIES = 50_000_000
"""Friendships in all markets together: five million people with ten friends, some two gigabytes."""
_LEAST_FRIENDS = 10
"""A person takes memory without friends, too: as much as with so many."""


class Room:
    """What the tabs' markets hold of the memory there is for them.

    Args:
        most: Friendships at most.
    """

    def __init__(self, most: int = MOST_TIES) -> None:
        self.most = most
        self._held: WeakKeyDictionary[object, int] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, tab: object, plan: Scenario) -> None:
        """Take the room that a market needs, instead of what the tab has.

        Raises:
            Problems: There is not so much; the tab keeps what it has.
        """
        wanted = ties_of(plan)
        with self._lock:
            left = self.most - sum(held for who, held in self._held.items() if who is not tab)
            if wanted > left:
                friends = max(_LEAST_FRIENDS, plan.network.neighbours)
                message = (
                    f"{plan.market.customers:,} people with so many friends are more than this "
                    f"page has room for; {max(0, left // friends):,} would fit"
                )
                hint = "take fewer, or close other tabs"
                raise Problems([Problem("market.customers", message, suggestion=hint)])
            self._held[tab] = wanted

    def give_back(self, tab: object) -> None:
        """A tab is gone."""
        with self._lock:
            self._held.pop(tab, None)


def ties_of(plan: Scenario) -> int:
    """Friendships that a market of a plan holds, at least so many as count for its people."""
    return plan.market.customers * max(_LEAST_FRIENDS, plan.network.neighbours)


# -- the market ----------------------------------------------------------------------------------

PACES = (0.0, 0.1, 0.5, 1.0)
"""Seconds that a month may be asked to take."""
_MOST_STEPS = 1200
"""Months that may wait to be lived: the longest run."""
_PATIENCE = 2.0
"""Seconds that a month waits at most for the one before to be drawn: a hidden tab draws nothing."""


@dataclass(frozen=True)
class View:
    """What there is to see of a session; never changes, a new one takes its place.

    Attributes:
        frame: Number of the view, rising.
        run: Number of the run, from 1; 0 before the first market is built.
        month: Months that are complete.
        months: Length of the run.
        playing: Whether months follow each other.
        busy: What takes a while, as a word of the page (``building``, ``compiling``); empty if
            nothing does.
        problem: What failed, in a sentence; empty if nothing did.
        size: People in the market.
        events: Month and words of what is dated, for the charts.
        series: The charts' measures (:meth:`tsunagari.experiments.app.series.Series.as_json`).
        ghost: Those of the run before; None in the first.
        people: The neighbourhood, where it is drawn; None before it is known.
        snapshot: What is seen of it this month.
    """

    frame: int = 0
    run: int = 0
    month: int = 0
    months: int = 0
    playing: bool = False
    busy: str = "building"
    problem: str = ""
    size: int = 0
    events: tuple[tuple[int, str], ...] = ()
    series: Mapping[str, Any] | None = None
    ghost: Mapping[str, Any] | None = None
    people: Mapping[str, Any] | None = None
    snapshot: Mapping[str, Any] = field(default_factory=dict)


class Session:
    """A market that somebody plays with.

    Every method may be called from any thread and returns at once; what comes of it is in
    :attr:`view` when ``changed`` is called, from the session's own thread.

    Args:
        changed: Called whenever there is a new view.
        room: What all sessions may hold together.

    Attributes:
        view: What there is to see.
        market: The market, or None before it is built and after the session is closed. Only to be
            read under :attr:`lock`.
        plan: What the market was built from.
        lock: Held while a month goes by.
    """

    def __init__(self, changed: Callable[[], None], room: Room | None = None) -> None:
        self.view = View()
        self._room = Room() if room is None else room
        self.market: Market | None = None
        self.plan: Scenario | None = None
        self.lock = threading.RLock()
        self.providers: list[Any] = []
        self._changed = changed
        self._series: Series | None = None
        self._people: Neighbourhood | None = None
        self._wake = threading.Condition()
        self._wanted: Scenario | None = None
        self._steps = 0
        self._playing = False
        self._interval = 0.0
        self._drawn = 0
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="market", daemon=True)
        self._thread.start()

    # -- what a user does ------------------------------------------------------------------------

    def reset(self, plan: Scenario) -> None:
        """Stop, and begin a new market at month 0."""
        with self._wake:
            self._wanted, self._playing, self._steps = plan, False, 0
            self._wake.notify_all()

    def step(self, months: int = 1) -> None:
        """Live so many months more."""
        with self._wake:
            self._steps = min(self._steps + months, _MOST_STEPS)
            self._wake.notify_all()

    def play(self) -> None:
        """Live month after month until the end."""
        with self._wake:
            self._playing = True
            self._wake.notify_all()
        self._show()

    def pause(self) -> None:
        """Stop after the month that is going on."""
        with self._wake:
            self._playing, self._steps = False, 0
            self._wake.notify_all()
        self._show()

    def pace(self, seconds: float) -> None:
        """Let a month take at least so long while playing.

        Raises:
            Problems: It is none of :data:`PACES`.
        """
        if isinstance(seconds, bool) or seconds not in PACES:
            offered = ", ".join(f"{pace:g}" for pace in PACES)
            message = f"a month takes one of {offered} seconds; the pace was left as it was"
            raise Problems([Problem("", message)])
        with self._wake:
            self._interval = float(seconds)
            self._wake.notify_all()

    def drawn(self, frame: int) -> None:
        """A browser has drawn this frame: it is ready for the next.

        Raises:
            Problems: There was no such frame.
        """
        if type(frame) is not int or not 0 <= frame <= self.view.frame:
            raise Problems([Problem("", "the browser speaks of a picture that was never sent")])
        with self._wake:
            self._drawn = max(self._drawn, frame)
            self._wake.notify_all()

    def close(self) -> None:
        """Stop for good and give the memory back."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def position(self, number: int) -> int:
        """Position in the neighbourhood of the customer with a number; -1 if they are not in it."""
        with self.lock:
            if self.market is None or self._people is None:
                return -1
            return self._people.position(number - self.market.first_customer_id)

    def history(self, number: int) -> list[int] | None:
        """A customer's provider (-1: none) at the end of every month so far; None if unknown."""
        with self.lock:
            place = self.position(number)
            return None if place < 0 else [int(month[place]) for month in self.providers]

    def tell(self, problem: str) -> None:
        """Show a sentence about something that failed."""
        self._show(problem=problem)

    # -- the thread ------------------------------------------------------------------------------

    def _live(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception as problem:  # told on the page: a tab must never stay silent
                self._fail(problem)
        self._room.give_back(self)
        with self.lock:
            self.market = self.plan = self._series = self._people = None
            self.providers = []
            self.view = View()
            self._changed = _nobody
        import gc

        gc.collect()  # a market and its agents refer to each other

    def _next(self) -> Callable[[], None] | None:
        """What to do next, as soon as there is something; None when the session is closed."""
        with self._wake:
            while not self._closed:
                if self._wanted is not None:
                    return self._build
                if self._can_go_on():
                    if not self._playing or self._steps:
                        return self._month
                    self._wake.wait_for(self._interrupted, self._interval)
                    self._wake.wait_for(self._is_drawn, _PATIENCE)
                    if self._playing and not self._interrupted():
                        return self._month
                else:
                    self._wake.wait()
            return None

    def _can_go_on(self) -> bool:
        market = self.market
        waiting = self._steps > 0 or self._playing
        return waiting and market is not None and market.month < self.view.months

    def _interrupted(self) -> bool:
        return self._closed or self._wanted is not None or not self._playing

    def _is_drawn(self) -> bool:
        return self._drawn >= self.view.frame or self._interrupted()

    def _build(self) -> None:
        """A new market; what the charts showed becomes the ghost behind it."""
        with self._wake:
            plan, self._wanted = self._wanted, None
        assert plan is not None
        self._show(busy="building", problem="")
        from tsunagari.experiments.runs.given import resolved
        from tsunagari.experiments.runs.trial import is_warm, warm_up
        from tsunagari.sim.market import Market

        plan, _ = resolved(plan)
        self._room.take(self, plan)
        if not is_warm():
            self._show(busy="compiling")
            warm_up(plan)
            self._show(busy="building")
        before = self._series
        with self.lock:
            self.market = None  # first free, then build: both at once may not fit
        market = Market(plan)
        series = Series(plan.title)
        series.take(market)
        people = neighbourhood(market.population.network, like=self._people)
        with self.lock:
            self.market, self.plan = market, plan
            self._series, self._people = series, people
            self.providers = [self._seen(market)]
        ghost = before.as_json() if before is not None and len(before.months) > 1 else None
        self._show(
            run=self.view.run + 1,
            months=plan.market.months,
            events=_dated(plan),
            busy="",
            ghost=ghost if ghost is not None else self.view.ghost,
            people=people.as_json(market.first_customer_id),
            **self._seen_of(market),
        )

    def _month(self) -> None:
        with self._wake:
            self._steps = max(0, self._steps - 1)
        market = self.market
        assert market is not None
        assert self._series is not None
        with self.lock:
            market.step()
            self._series.take(market)
            self.providers.append(self._seen(market))
        if market.month >= self.view.months:
            with self._wake:
                self._playing, self._steps = False, 0
        self._show(**self._seen_of(market))

    def _seen_of(self, market: Market) -> dict[str, Any]:
        assert self._people is not None
        assert self._series is not None
        return {
            "month": market.month,
            "size": market.population.people,
            "series": self._series.as_json(),
            "snapshot": self._people.snapshot(market),
        }

    def _seen(self, market: Market) -> Any:
        """The providers of the people who are drawn, as they are now."""
        assert self._people is not None
        return market.population.column("provider")[self._people.rows].astype("int16")

    def _fail(self, problem: Exception) -> None:
        with self._wake:
            self._playing, self._steps = False, 0
        self._show(busy="", problem=sentence_of(problem))

    def _show(self, **news: Any) -> None:
        with self._wake:
            news = {"playing": self._playing, **news}
            self.view = replace(self.view, frame=self.view.frame + 1, **news)
        self._changed()


def _dated(plan: Scenario) -> tuple[tuple[int, str], ...]:
    from tsunagari.experiments.telling.scenario import events_of
    from tsunagari.experiments.words import Words

    return tuple(events_of(plan, Words("en")))


def sentence_of(problem: Exception) -> str:
    """What failed, for somebody who looks at a page; what nobody foresaw is on stderr in full."""
    from tsunagari.sim.problems import Failure

    if isinstance(problem, MemoryError):
        return "there is not enough memory for a market of this size"
    if isinstance(problem, Problems | Failure | OSError):
        return str(problem)
    import traceback

    traceback.print_exception(problem)
    return f"this should not have happened ({type(problem).__name__}: {problem})"


def _nobody() -> None:
    """Nobody is told any more."""
