"""One tab's market, in a thread of its own, and the room that all tabs have together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tsunagari.experiments.app.acts import MOST_ACTS, Act, event_of
from tsunagari.experiments.app.play import MARKETS, Play
from tsunagari.experiments.telling.problems import in_words
from tsunagari.experiments.telling.scenario import events_of
from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario

_ENGLISH = Words("en")
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

    def take(self, tab: object, plan: Scenario, markets: int = 1) -> None:
        """Take the room that a tab needs, instead of what it has.

        Args:
            tab: Whose.
            plan: Of its market.
            markets: How many of it the tab holds at once.

        Raises:
            Problems: There is not so much; the tab keeps what it has.
        """
        wanted = ties_of(plan) * markets
        with self._lock:
            left = self.most - sum(held for who, held in self._held.items() if who is not tab)
            if wanted > left:
                friends = max(_LEAST_FRIENDS, plan.network.neighbours)
                beside = ", and the untouched market beside them," if markets > 1 else ""
                message = (
                    f"{plan.market.customers:,} people with so many friends{beside} are more than "
                    f"this page has room for; {max(0, left // friends // markets):,} would fit"
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
        acts: What was done in this run, that of the coming month included.
        can_undo, can_redo: Whether there is an act to be undone, or done again.
        untouched: The charts' measures of the market in which nothing was done; None as long as
            that is the same.
        standing: Values by path as they stand, of what events set and of what firms ask.
        again: Months that were lived again so far, while that is going on.
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
    acts: tuple[Act, ...] = ()
    can_undo: bool = False
    can_redo: bool = False
    untouched: Mapping[str, Any] | None = None
    standing: Mapping[str, Any] = field(default_factory=dict)
    again: int = 0

    @property
    def beside(self) -> Mapping[str, Any] | None:
        """What is drawn behind the run: the untouched market, or else the run before."""
        return self.ghost if self.untouched is None else self.untouched


class Session:
    """A market that somebody plays with.

    Every method may be called from any thread and returns at once; what comes of it is in
    :attr:`view` when ``changed`` is called, from the session's own thread.

    Args:
        changed: Called whenever there is a new view.
        room: What all sessions may hold together.
        words: The reader's language.

    Attributes:
        view: What there is to see.
        lock: Held while a month goes by.
    """

    def __init__(
        self, changed: Callable[[], None], room: Room | None = None, words: Words = _ENGLISH
    ) -> None:
        self.view = View()
        self._room = Room() if room is None else room
        self._words = words
        self.lock = threading.RLock()
        self._changed = changed
        self._play: Play | None = None
        self._wake = threading.Condition()
        self._wanted: _Wanted | None = None
        self._others: deque[bool] = deque(maxlen=MOST_ACTS)
        self._steps = 0
        self._playing = False
        self._interval = 0.0
        self._drawn = 0
        self._closed = False
        self._thread = threading.Thread(target=self._live, name="market", daemon=True)
        self._thread.start()

    @property
    def market(self) -> Market | None:
        """The market; None before it is built and after the end. To be read under the lock."""
        return None if self._play is None else self._play.here.market

    @property
    def plan(self) -> Scenario | None:
        """The scenario that runs, with all acts in it."""
        return None if self._play is None else self._play.played

    @property
    def untouched_plan(self) -> Scenario | None:
        """The scenario that runs, without acts."""
        return None if self._play is None else self._play.plan

    # -- what a user does ------------------------------------------------------------------------

    def reset(self, plan: Scenario, script: Sequence[tuple[int, Any]] = (), month: int = 0) -> None:
        """Stop, and begin a new market at month 0.

        Args:
            plan: Its scenario.
            script: What is done in it then: the month, and what the page says of it.
            month: The month that it goes on to by itself.
        """
        with self._wake:
            self._wanted = _Wanted(plan, tuple(script), month)
            self._playing, self._steps = False, 0
            self._others.clear()
            self._wake.notify_all()

    def act(self, said: Any) -> None:
        """Let something happen from the coming month on.

        Args:
            said: What the page says (:func:`tsunagari.experiments.app.acts.event_of`).

        Raises:
            Problems: It is nothing that can be done here and now.
        """
        with self.lock:
            if self._play is None or self.view.busy or self._others:
                raise Problems([Problem("", self._words("page.not_now"))])
            self._do(self._play, said)
        self._show(**self._acts_of(self._play))

    def undo(self) -> None:
        """Take the last act back: the market is lived again without it, to the same month."""
        self._go_back(again=False)

    def redo(self) -> None:
        """Do again what was undone last."""
        self._go_back(again=True)

    def _go_back(self, *, again: bool) -> None:
        with self._wake:
            self._playing, self._steps = False, 0
            self._others.append(again)
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
            if self._play is None:
                return -1
            here = self._play.here
            return here.people.position(number - here.market.first_customer_id)

    def history(self, number: int) -> list[int] | None:
        """A customer's provider (-1: none) at the end of every month so far; None if unknown."""
        with self.lock:
            place = self.position(number)
            if place < 0 or self._play is None:
                return None
            return [int(month[place]) for month in self._play.here.providers]

    def tell(self, problem: str) -> None:
        """Show a sentence about something that failed."""
        self._show(problem=problem)

    # -- the thread ------------------------------------------------------------------------------

    def _live(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except _UnwantedError:
                continue
            except Exception as problem:  # told on the page: a tab must never stay silent
                self._fail(problem)
        self._room.give_back(self)
        with self.lock:
            self._play = None
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
                if self._others:
                    return self._go_another_way
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
        turned = self._wanted is not None or bool(self._others)
        return self._closed or turned or not self._playing

    def _is_drawn(self) -> bool:
        return self._drawn >= self.view.frame or self._interrupted()

    def _build(self) -> None:
        """A new market; what the charts showed becomes the ghost behind it."""
        with self._wake:
            wanted, self._wanted = self._wanted, None
        assert wanted is not None
        self._show(busy="building", problem="", again=0)
        from tsunagari.experiments.runs.given import resolved
        from tsunagari.experiments.runs.trial import is_warm, warm_up

        plan, _ = resolved(wanted.plan)
        self._room.take(self, plan)
        if not is_warm():
            self._show(busy="compiling")
            warm_up(plan)
            self._show(busy="building")
        before = None if self._play is None else self._play.here
        series, people = (before.series, before.people) if before else (None, None)
        del before
        with self.lock:
            self._play = None  # first free, then build: both at once may not fit
        play = Play(plan, like=people)
        try:
            self._live_on(play, wanted)
        finally:
            with self.lock:
                self._play = play
            ghost = series.as_json() if series is not None and len(series.months) > 1 else None
            self._show(
                run=self.view.run + 1,
                months=plan.market.months,
                busy="",
                ghost=ghost if ghost is not None else self.view.ghost,
                people=play.here.people.as_json(play.here.market.first_customer_id),
                **self._seen_of(play),
            )

    def _live_on(self, play: Play, wanted: _Wanted) -> None:
        """Do what a script says, month after month."""
        for month in range(1, wanted.month + 2):
            for when, said in wanted.script:
                if when == month:
                    self._do(play, said)
            if month <= wanted.month:
                play.month()
                self._told_again(month)

    def _do(self, play: Play, said: Any) -> None:
        """Let something happen from the coming month on; the first time, make room for it."""
        event = event_of(said, play.played, play.here.series.price(), self._words)
        self._room.take(self, play.plan, MARKETS)
        play.act(said, event)

    def _go_another_way(self) -> None:
        """The same month of the same market, with an act less or one more."""
        with self.lock:  # from here on nothing can be done but this
            again, before = self._others.popleft(), self._play
            if before is None or not (before.can_redo if again else before.can_undo):
                return
            self._show(busy="living_again", problem="", again=0)
        play = before.other(again=again)
        play.settle(before, self._told_again)
        with self.lock:
            self._play = play
        self._show(busy="", again=0, **self._seen_of(play))

    def _told_again(self, month: int) -> None:
        """Show that a month was lived again, and look whether that is still wanted."""
        if self._closed or self._wanted is not None:
            raise _UnwantedError
        self._show(again=month)

    def _month(self) -> None:
        with self._wake:
            self._steps = max(0, self._steps - 1)
        play = self._play
        assert play is not None
        with self.lock:
            play.month()
        if play.here.market.month >= self.view.months:
            with self._wake:
                self._playing, self._steps = False, 0
        self._show(**self._seen_of(play))

    def _seen_of(self, play: Play) -> dict[str, Any]:
        here, untouched = play.here, play.untouched
        return {
            "month": here.market.month,
            "size": here.market.population.people,
            "series": here.series.as_json(),
            "untouched": None if untouched is None else untouched.series.as_json(),
            "snapshot": here.people.snapshot(here.market),
            **self._acts_of(play),
        }

    def _acts_of(self, play: Play) -> dict[str, Any]:
        """What is seen of the acts."""
        return {
            "acts": play.acts,
            "can_undo": play.can_undo,
            "can_redo": play.can_redo,
            "events": (
                *events_of(play.plan, self._words),
                *((act.month, act.words) for act in play.acts),
            ),
            "standing": play.standing(),
        }

    def _fail(self, problem: Exception) -> None:
        with self._wake:
            self._playing, self._steps = False, 0
        self._show(busy="", problem=sentence_of(problem))

    def _show(self, **news: Any) -> None:
        with self._wake:
            news = {"playing": self._playing, **news}
            self.view = replace(self.view, frame=self.view.frame + 1, **news)
        self._changed()


def sentence_of(problem: Exception) -> str:
    """What failed, for somebody who looks at a page; what nobody foresaw is on stderr in full."""
    from tsunagari.sim.problems import Failure

    if isinstance(problem, MemoryError):
        return told("there is not enough memory for a market of this size")
    if isinstance(problem, Problems):
        return "\n".join(str(in_words(one)) for one in problem.problems)
    if isinstance(problem, Failure | OSError):
        return told(str(problem))
    import traceback

    traceback.print_exception(problem)
    return told(f"this should not have happened ({type(problem).__name__}: {problem})")


@dataclass(frozen=True)
class _Wanted:
    """A market to be built, what is done in it, and the month that it goes on to."""

    plan: Scenario
    script: tuple[tuple[int, Any], ...] = ()
    month: int = 0


class _UnwantedError(Exception):
    """Something else is wanted by now."""


def _nobody() -> None:
    """Nobody is told any more."""
