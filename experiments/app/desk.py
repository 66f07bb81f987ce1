"""A user's desk: the scenario that is open, what was changed in it, and the session it runs in."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.app.acts import Act, script_of
from tsunagari.experiments.app.catalogue import (
    Catalogue,
    Download,
    report_file,
    scenario_file,
    sentences,
)
from tsunagari.experiments.app.controls import as_json, controls_of, wanted
from tsunagari.experiments.app.pairs import Pairs, histories_of, paired
from tsunagari.experiments.app.session import Room, Session, sentence_of
from tsunagari.experiments.telling.person import story
from tsunagari.experiments.telling.scenario import story_of
from tsunagari.experiments.words import Words
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario

_LARGEST = 2**53
"""Beyond it a browser's numbers are not whole."""
_LONGEST = 1200
"""Months of the longest run."""
_ALONG = ("market.customers", "market.months", "seed")
"""What goes along to another scenario: it is about the market's size, not about what happens."""
CHARTS = {"second": "retention_12", "third": "satisfaction", "difference": "market_share"}
"""The measures that charts show at first."""
_MOST_ASIDES = 3
"""Things that are done, or wait to be done, while the market goes on."""


class Desk:
    """What one tab has open.

    Every method that takes what a browser says raises :class:`~tsunagari.sim.problems.Problems`
    where that is nothing the page offers, and leaves everything as it was.

    Args:
        catalogue: The scenarios on offer.
        changed: Called whenever there is something new to show.
        room: What all desks' markets may hold together.

    Attributes:
        session: The market.
        words: The reader's language.
        source: Name or file of the open scenario.
        titles: Title by source.
        changed_values: Value by path, where the user wants another one than the scenario's.
        running: Those that the market was begun with.
        problems: What is wrong with them: path and sentence each.
        refused: What the browser asked for last and did not get, in a sentence; empty if it did.
        notes: What was done without being asked for.
        charts: The measure that each chart shows, by its place on the page.
        pairs: Paired histories; None where nobody asked for them.
        pairing: Months of them that are lived, while that is going on; -1 while it is not.
        restored: Whether a link was read.
        picked: Position of the person whose story is open in the neighbourhood; -1 for none.
        file: The file that was fetched last, as plain values; None before.
        packing: Whether a report is being made.
    """

    def __init__(
        self, catalogue: Catalogue, changed: Callable[[], None], room: Room | None = None
    ) -> None:
        self._catalogue, self._changed = catalogue, changed
        self.words = Words(catalogue.language)
        self.session = Session(changed, room, self.words)
        self.titles = catalogue.titles()
        self.charts = dict(CHARTS)
        self.pairs: Pairs | None = None
        self.pairing = -1
        self.restored = False
        self._kept: dict[str, dict[str, Any]] = {}
        self._offered: tuple[tuple[Act, ...], list[dict[str, Any]]] = ((), [])
        self.source = ""
        self.story = ""
        self.changed_values: dict[str, Any] = {}
        self.problems: list[dict[str, str]] = []
        self.refused = ""
        self.notes: list[str] = []
        self._spec: list[dict[str, Any]] = []
        self.picked = -1
        self.file: dict[str, Any] | None = None
        self.packing = False
        self._person: int | None = None
        self._why: _Why | None = None
        self._one_aside, self._free = threading.Lock(), threading.Semaphore(_MOST_ASIDES)
        self._failed = ""
        self._plan: Scenario | None = None
        self.running: dict[str, Any] = {}
        self._begin(catalogue.opening)

    @property
    def histories(self) -> tuple[int, bool]:
        """How many pairs there are to be, and whether they differ by more than luck."""
        plan = self.session.untouched_plan or self._plan
        return (0, False) if plan is None else (histories_of(plan), bool(plan.members))

    def close(self) -> None:
        """The tab is gone."""
        self._changed = _nothing
        self.session.close()
        self._why = None

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def spec(self) -> list[dict[str, Any]]:
        """The controls of the open scenario, and of firms that were let in, as plain values."""
        entered = tuple(act for act in self.session.view.acts if "enter" in act.event)
        if entered != self._offered[0]:
            with self.session.lock:
                plan = self.session.plan
            late = [one for one in self._controls(plan) if one["late"]] if plan else []
            mine = [one for one in self._spec if not one["late"]]
            self._offered = (entered, [*mine, *late])
        return self._offered[1]

    @property
    def standing(self) -> Mapping[str, Any]:
        """Values by path as they stand in the market, of what events set."""
        return self.session.view.standing

    @property
    def link(self) -> dict[str, Any]:
        """What a link has to hold for somebody else to see the same."""
        view = self.session.view
        acts = [[act.month, dict(act.said)] for act in view.acts]
        return {
            "source": self.source,
            "set": self.running,
            "acts": acts,
            "month": view.month,
        }

    @property
    def waiting(self) -> int:
        """Changes that the market does not know of: it reads them when it is reset."""
        now, then = self.changed_values, self.running
        return sum(now.get(path) != then.get(path) for path in {*now, *then})

    # -- what a user does ------------------------------------------------------------------------

    def asked(self, work: Callable[[Any], None], *, by_user: bool = True) -> Callable[..., None]:
        """An event of the page: some work with what a browser says; what it refuses is told.

        Args:
            work: Called with what the browser says.
            by_user: Whether somebody did it, who has read by then what was refused before.
        """

        def answer(said: Any = None, *_: Any) -> None:
            try:
                work(said)
            except Exception as problem:  # told on the page: a tab must never stay silent
                self.refuse(problem)
                return
            if by_user and self.refused:
                self.refused = ""
                self._changed()

        return answer

    def refuse(self, problem: Exception) -> None:
        """Show why nothing came of what the browser asked for."""
        sentence = sentence_of(problem)
        if sentence != self.refused:
            self.refused = sentence
            self._changed()

    def choose(self, source: str) -> None:
        """Open another scenario, and begin it; what was set in it before holds again.

        Size, length and seed of the market go along from one scenario to the next.
        """
        self._check_source(source)
        if source != self.source:
            self._kept[self.source] = self.changed_values
            along = {key: self.changed_values[key] for key in _ALONG if key in self.changed_values}
            self._begin(source, self._kept.get(source, {}) | along)
            self._changed()

    def set_value(self, path: str, value: Any) -> None:
        """Want another value; None is the scenario's own.

        From month 1 on, and for firms that enter, what an event can set is an act of the coming
        month; all else waits for the reset.
        """
        control = self._control(path)
        value = wanted(control, path, value)
        assert control is not None
        values = {known: old for known, old in self.changed_values.items() if known != path}
        if control["acts"] and (control["late"] or self.session.view.month > 0):
            value = control["value"] if value is None else value
            if value != self.standing.get(path, self.running.get(path, control["value"])):
                self.session.act({"do": "set", "path": path, "value": value})
            if path in self.running:
                values[path] = self.running[path]
        elif value is not None and value != control["value"]:
            values[path] = value
        self._want(values)

    def draw(self, slot: str, measure: str) -> None:
        """Show another measure in a chart; the caller has looked whether it is on offer."""
        self.charts[slot] = measure
        self._changed()

    def restore(self, said: Any) -> None:
        """Open what a link holds: a scenario, what was set in it, what was done, and the month."""
        self.restored = True
        if not isinstance(said, dict) or said.keys() != {"source", "set", "acts", "month"}:
            raise Problems([Problem("", self.words("page.bad_link"))])
        source, values, month = said["source"], said["set"], said["month"]
        script = script_of(said["acts"])
        self._check_source(source)
        if not isinstance(values, dict) or type(month) is not int or not 0 <= month <= _LONGEST:
            raise Problems([Problem("", self.words("page.bad_link"))])
        plan, _ = self._catalogue.plan(source)
        known = {one["path"]: one for one in self._controls(plan) if not one["late"]}
        values = {path: wanted(known.get(path), path, value) for path, value in values.items()}
        self._catalogue.plan(source, values)  # or it is told what is wrong, and nothing is opened
        self._kept[self.source] = self.changed_values
        self._begin(source, values, script, month)
        self._changed()

    def forget(self) -> None:
        """Have the scenario as it was."""
        self._want({})

    def reset(self) -> None:
        """Begin anew with what is wanted now; nothing happens while something is wrong with it."""
        if self._plan is not None and not self.problems:
            self.running = dict(self.changed_values)
            self.session.reset(self._plan)
        self._changed()

    def pair(self) -> None:
        """Live paired histories up to this month, for a band of the differences."""
        with self.session.lock:
            plan, played = self.session.untouched_plan, self.session.plan
            view = self.session.view
        if plan is None or played is None or view.untouched is None or self.pairing >= 0:
            return

        def told(months: int) -> None:
            self.pairing = months
            self._changed()

        def work() -> None:
            try:
                self.pairs = paired(plan, played, view, told)
            finally:
                self.pairing = -1

        self._aside(work)
        told(0)

    def fetch(self, what: str) -> None:
        """Hand a file to the browser: ``scenario`` or ``report`` of the market that runs."""
        report = self._catalogue.report
        if what not in ("scenario", *(["report"] if report else [])):
            raise Problems([Problem("", "there is no such file to take home")])
        with self.session.lock:
            plan, market = self.session.plan, self.session.market
            if plan is None or market is None:
                return
            month, name = market.month, Path(self.source).stem
            tables = market.results.tables if what == "report" else {}
        if what == "scenario":
            self._hand_over(scenario_file(plan, name))
        elif report and not self.packing:
            work = lambda: self._hand_over(report_file(report, plan, tables, month, name))  # noqa: E731
            self._aside(work, packing=True)
            self._changed()

    def _hand_over(self, download: Download) -> None:
        number = 1 if self.file is None else self.file["number"] + 1
        content = base64.b64encode(download.content).decode("ascii")
        self.file = {
            "number": number,
            "name": download.name,
            "kind": download.kind,
            "content": content,
        }
        self._changed()

    def _aside(self, work: Callable[[], None], *, packing: bool = False) -> None:
        """Do something that takes a while in a thread of its own, and tell if it fails.

        Args:
            work: What to do.
            packing: Whether it is a report that is made.

        Raises:
            Problems: Too much is being done already.
        """
        if not self._free.acquire(blocking=False):
            message = "this tab is busy with what was asked before; ask again when that is there"
            raise Problems([Problem("", message)])
        self.packing = self.packing or packing

        def run() -> None:
            try:
                with self._one_aside:  # one after the other: each may need a market of its own
                    work()
            except Exception as problem:  # told on the page: a tab must never stay silent
                self._why = None
                self.session.tell(sentence_of(problem))
            finally:
                self.packing = self.packing and not packing
                self._free.release()
                self._changed()

        threading.Thread(target=run, name="aside", daemon=True).start()

    # -- one customer ----------------------------------------------------------------------------

    def read(self, number: int | None) -> None:
        """Open the story of a customer by number, or close it."""
        if number is not None and (type(number) is not int or abs(number) > _LARGEST):
            raise Problems([Problem("", "a customer's number is a whole number")])
        self._person, self._why = number, None
        self.picked = self.session.position(number) if number is not None else -1
        self._changed()

    def story_of_person(self) -> dict[str, Any] | None:
        """The story that is open, as plain values; None if there is none."""
        number, session = self._person, self.session
        if number is None:
            return None
        with session.lock:
            market = session.market
            if market is None:
                return None
            title = self.words("page.customer_title", number=number)
            try:
                told = story(market, number, session.history(number) or (), self.words)
            except Problems as problems:
                return {
                    "title": title,
                    "sentences": [sentence_of(problems)],
                    "path": [],
                    "can": False,
                }
            month = market.month
        firms = (session.view.series or {}).get("firms", [])
        why = self._why if self._why is not None and self._why.is_about(session.view.run) else None
        return {
            "title": title,
            "colour": firms[told.provider]["colour"] if 0 <= told.provider < len(firms) else "",
            "sentences": told.sentences,
            "path": told.path,
            "can": month > 0,
            "living": why is not None and not why.words,
            "why": "" if why is None else why.words,
        }

    def explain(self) -> None:
        """Live the run again to see why the customer left last, or what holds them."""
        session, number = self.session, self._person
        with session.lock:
            plan, market = session.plan, session.market
            if plan is None or market is None or number is None or market.month == 0:
                return
            before, why = self._why, _Why(session.view.run, market.month)

        def live_again() -> None:
            why.words = why.lived_again(plan, number, self.words, lambda: self._why is why)

        self._why = why
        try:
            self._aside(live_again)
        except Problems:
            self._why = before
            raise
        self._changed()

    def _begin(
        self,
        source: str,
        values: Mapping[str, Any] | None = None,
        script: Sequence[tuple[int, Any]] = (),
        month: int = 0,
    ) -> None:
        self.source, self._spec, self.story = source, [], ""
        self._check({})
        if self._plan is not None:
            self._spec = self._controls(self._plan)
            self.story = story_of(self._plan, self.words)
            if values:
                self._check(dict(values))
        self._offered = ((), self._spec)
        if self._plan is not None:
            self.running = dict(self.changed_values)
            self.session.reset(self._plan, script, min(month, self._plan.market.months))

    def _check_source(self, source: Any) -> None:
        if not isinstance(source, str) or source not in self.titles:
            raise Problems([Problem("", "this scenario is not on offer; the open one stays")])

    def _controls(self, plan: Scenario) -> list[dict[str, Any]]:
        return as_json(controls_of(plan, self.words))

    def _control(self, path: Any) -> dict[str, Any] | None:
        return next((item for item in self.spec if item["path"] == path), None)

    def _want(self, values: dict[str, Any]) -> None:
        self._check(values)
        self._changed()

    def _check(self, values: dict[str, Any]) -> None:
        """Want these values, and make a plan of them, or tell what is wrong with them."""
        plan, notes, problems = None, self.notes, []
        try:
            plan, notes = self._catalogue.plan(self.source, values)
        except Problems as found:
            problems = sentences(found)
        self.changed_values = values
        self._plan, self.notes, self.problems = plan, notes, problems


class _Why:
    """Why a customer did what they did, found by living the run again.

    Attributes:
        words: The explanation; empty as long as it is not known.
    """

    def __init__(self, run: int, month: int) -> None:
        self.run, self.month = run, month
        self.words = ""

    def is_about(self, run: int) -> bool:
        """Whether it is about the run with this number."""
        return self.run == run

    def lived_again(
        self, plan: Scenario, number: int, words: Words, wanted: Callable[[], bool]
    ) -> str:
        """The explanation, as long as somebody wants it."""
        from tsunagari.experiments.app.catalogue import cut_off
        from tsunagari.experiments.explain.customer import explain_customer
        from tsunagari.experiments.telling.customer import in_words

        def progress(_: int) -> None:
            if not wanted():
                raise _UnwantedError

        try:
            found = explain_customer(cut_off(plan, self.month), number, progress=progress)
            return in_words(found, words)
        except _UnwantedError:
            return ""


class _UnwantedError(Exception):
    """Nobody waits for it any more."""


def _nothing() -> None:
    """Nobody is told any more."""
