"""A market as it is played: what was done in it, and the untouched one that runs beside it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.app.acts import MOST_ACTS, Act
from tsunagari.experiments.app.series import Series
from tsunagari.experiments.pictures.people import Neighbourhood, neighbourhood
from tsunagari.sim.events import Acts, coming_month
from tsunagari.sim.market import Market
from tsunagari.sim.paths import path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading import with_event

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario

MARKETS = 4
"""Markets that a tab in which somebody acts may hold at once: the one that is played, the
untouched one, the first as it was before the act that was done or undone last, and, while that is
lived again, the one that it will be."""

PEOPLE = 400
"""People who are drawn: as many as one can tell apart."""

type Acted = tuple[Act, ...]


class Lived:
    """A market, and what a page keeps of its months.

    Args:
        plan: What the market is made from.
        people: Whom to follow; the neighbourhood of its first customer by default.
        like: A neighbourhood whose places are kept where people and ties are the same.

    Attributes:
        market: The market.
        series: Its measures.
        people: Who is drawn.
        providers: The providers of those, month by month.
    """

    def __init__(
        self,
        plan: Scenario,
        people: Neighbourhood | None = None,
        like: Neighbourhood | None = None,
    ) -> None:
        self.market = Market(plan)
        self.series = Series(plan.title)
        self.series.take(self.market)
        network = self.market.population.network
        self.people = people or neighbourhood(network, PEOPLE, like, by_community=True)
        self.providers = [self._seen()]

    @property
    def month(self) -> int:
        """Months that are complete."""
        return self.market.month

    def live(self, events: Sequence[Mapping[str, Any]] = ()) -> None:
        """One month, which begins with some events."""
        for event in events:
            self.market.act(event)
        self.market.step()
        self.series.take(self.market)
        self.providers.append(self._seen())

    def copied(self) -> Lived:
        """The same once more, to go another way from here on."""
        other = copy.copy(self)
        other.market = copy.deepcopy(self.market)
        other.series, other.providers = self.series.copied(), list(self.providers)
        return other

    def _seen(self) -> Any:
        return self.market.population.column("provider")[self.people.rows].astype("int16")


class Play:
    """A market in which somebody acts.

    Acts wait until their month begins, so that those of the coming month may still be changed. The
    untouched market is the same as the played one until the first act, and a copy of it from then
    on.

    Args:
        plan: The scenario.
        like: A neighbourhood whose places are kept where people and ties are the same.

    Attributes:
        plan: The scenario without acts.
        played: The scenario with all acts; under the same seed it gives the same tables to the bit.
        acts: What was done.
        here: The market that is played.
        untouched: The one in which nothing was done; None as long as that is the same.
    """

    def __init__(self, plan: Scenario, like: Neighbourhood | None = None) -> None:
        self.plan = self.played = plan
        self.acts: Acted = ()
        self.here = Lived(plan, like=like)
        self.untouched: Lived | None = None
        self._kept: Lived | None = None  # as it was before what was done or undone last
        self._before: list[Acted] = []
        self._after: list[Acted] = []

    @property
    def coming(self) -> int:
        """The month from which on an act would hold."""
        return coming_month(self.here.market)

    @property
    def can_undo(self) -> bool:
        """Whether there is an act to be undone."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is one to be done again."""
        return bool(self._after)

    def standing(self) -> dict[str, Any]:
        """Values by path as they stand: of all that events set, and the firms' factors on price.

        What is done in the coming month counts already: a slider shows it.
        """
        market = self.here.market
        names = [firm.name for firm in market.firms if firm.active]
        paths = {event.set for event in self.played.events if event.set is not None}
        paths |= {text_of(("firms", name, "price")) for name in names}
        found = {path: market.live.standing(path) for path in paths if self._is_there(path)}
        coming = [act.event for act in self.acts if act.month == self.coming]
        return found | {event["set"]: event["to"] for event in coming if "set" in event}

    def _is_there(self, path: str) -> bool:
        """Whether a path leads to a firm that has entered, or to no firm."""
        head, name, *_ = (*map(str, path_of(path)), "")
        return head != "firms" or name in self.here.market.live.firms

    def act(self, said: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        """Let something happen from the coming month on.

        Args:
            said: How the page says it.
            event: As in a file, without its month.

        Raises:
            Problems: It cannot happen, or there are too many acts.
        """
        if len(self.acts) >= MOST_ACTS:
            message = f"{MOST_ACTS} acts are as many as one market takes; nothing was changed"
            raise Problems([Problem("", message)])
        month = self.coming
        kept = tuple(act for act in self.acts if not act.gives_way(month, event))
        checked = Acts(self.played if kept == self.acts else self._with(kept))
        checked.add(self.here.market, event, {})
        self._before.append(self.acts)
        self._after.clear()
        self.acts, self.played = (*kept, Act(month, said, event)), checked.played

    def month(self) -> None:
        """One month for everybody."""
        events = [act.event for act in self.acts if act.month == self.coming]
        if events:
            self._kept = self.here.copied()
            self.untouched = self.untouched or self.here.copied()
        self.here.live(events)
        if self.untouched is not None:
            self.untouched.live()

    def other(self, *, again: bool) -> Play:
        """The same market at the same month, without the last act, or with the one undone before.

        Args:
            again: Whether an act is done again, and not undone.
        """
        other = copy.copy(self)
        other._before, other._after = list(self._before), list(self._after)
        there, back = (other._after, other._before) if again else (other._before, other._after)
        back.append(self.acts)
        other.acts = there.pop()
        other.played = self._with(other.acts)
        return other

    def settle(self, before: Play, told: Callable[[int], None]) -> None:
        """Bring the market to where it is with these acts.

        Args:
            before: The market with other acts, which is left as it is.
            told: Called with every month that was lived again; what it raises ends it.
        """
        month = before.here.month
        now = self._lived(month)
        if now == before._lived(month):
            return
        kept = before._kept
        if kept is not None and self._lived(kept.month) != before._lived(kept.month):
            kept = None
        untouched = before.untouched or before.here
        if not now:
            self.here, self.untouched, self._kept = untouched, None, kept
            return
        pair = (self.acts, before.acts), (before.acts, self.acts)
        parting = min(act.month for one, other in pair for act in one if act not in other) - 1
        self.untouched = untouched
        self.here = kept.copied() if kept else Lived(self.plan, people=before.here.people)
        for number in range(self.here.month + 1, month + 1):
            if self.here.month == parting:
                kept = self.here.copied()
            self.here.live([act.event for act in now if act.month == number])
            told(number)
        self._kept = kept

    def _lived(self, month: int) -> Acted:
        """The acts that had their month."""
        return tuple(act for act in self.acts if act.month <= month)

    def _with(self, acts: Acted) -> Scenario:
        """The scenario with some acts."""
        plan = self.plan
        for act in acts:
            plan = with_event(plan, act.dated, act.words)
        return plan
