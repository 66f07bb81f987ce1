"""A user's desk: the scenario that is open, what was changed in it, and the session it runs in."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.app.catalogue import Catalogue, sentences
from experiments.app.controls import as_json, controls_of
from experiments.app.downloads import Download, report_file, scenario_file
from experiments.app.person import story
from experiments.app.session import Session, sentence_of
from sim.problems import Problems

if TYPE_CHECKING:
    from sim.schema import Scenario


class Desk:
    """What one tab has open.

    Args:
        catalogue: The scenarios on offer.
        changed: Called whenever there is something new to show.

    Attributes:
        session: The market.
        source: Name or file of the open scenario.
        titles: Title by source.
        changed_values: Value by path, where the user wants another one than the scenario's.
        problems: What is wrong with them: path and sentence each.
        notes: What was done without being asked for.
        spec: The controls of the open scenario, as plain values.
        picked: Position of the person whose story is open in the neighbourhood; -1 for none.
        file: The file that was fetched last, as plain values; None before.
        packing: Whether a report is being made.
    """

    def __init__(self, catalogue: Catalogue, changed: Callable[[], None]) -> None:
        self._catalogue, self._changed = catalogue, changed
        self.session = Session(changed)
        self.titles = catalogue.titles()
        self.source = ""
        self.story = ""
        self.changed_values: dict[str, Any] = {}
        self.problems: list[dict[str, str]] = []
        self.notes: list[str] = []
        self.spec: list[dict[str, Any]] = []
        self.picked = -1
        self.file: dict[str, Any] | None = None
        self.packing = False
        self._person: int | None = None
        self._why: _Why | None = None
        self._failed = ""
        self._plan: Scenario | None = None
        self._running: dict[str, Any] = {}
        self._begin(catalogue.opening)

    def close(self) -> None:
        """The tab is gone."""
        self._changed = _nothing
        self.session.close()
        self._why = None

    # -- what is shown ---------------------------------------------------------------------------

    @property
    def waiting(self) -> int:
        """Changes that the market does not know of: it reads them when it is reset."""
        now, then = self.changed_values, self._running
        return sum(now.get(path) != then.get(path) for path in {*now, *then})

    # -- what a user does ------------------------------------------------------------------------

    def choose(self, source: str) -> None:
        """Open another scenario, and begin it."""
        if source in self.titles and source != self.source:
            self._begin(source)
            self._changed()

    def set_value(self, path: str, value: Any) -> None:
        """Want another value; None is the scenario's own."""
        start = next((item["value"] for item in self.spec if item["path"] == path), None)
        if value is None or value == start:
            self.changed_values.pop(path, None)
        else:
            self.changed_values[path] = value
        self._check()
        self._changed()

    def forget(self) -> None:
        """Have the scenario as it was."""
        self.changed_values = {}
        self._check()
        self._changed()

    def reset(self) -> None:
        """Begin anew with what is wanted now; nothing happens while something is wrong with it."""
        if self._plan is not None and not self.problems:
            self._running = dict(self.changed_values)
            self.session.reset(self._plan)
        self._changed()

    def fetch(self, what: str) -> None:
        """Hand a file to the browser: ``scenario`` or ``report`` of the market that runs."""
        with self.session.lock:
            plan, market = self.session.plan, self.session.market
            if plan is None or market is None:
                return
            month, name = market.month, Path(self.source).stem
            tables = market.results.tables if what == "report" else {}
        if what == "scenario":
            self._hand_over(scenario_file(plan, name))
        else:
            self.packing = True
            self._changed()
            self._aside(lambda: self._hand_over(report_file(plan, tables, month, name)))

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

    def _aside(self, work: Callable[[], None]) -> None:
        """Do something that takes a while in a thread of its own, and tell if it fails."""

        def run() -> None:
            try:
                work()
            except Exception as problem:  # told on the page: a tab must never stay silent
                self._why = None
                self.session.tell(sentence_of(problem))
            finally:
                self.packing = False
                self._changed()

        threading.Thread(target=run, name="aside", daemon=True).start()

    # -- one customer ----------------------------------------------------------------------------

    def read(self, number: int | None) -> None:
        """Open the story of a customer by number, or close it."""
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
            title = f"Customer {number}"
            try:
                told = story(market, number, session.history(number))
            except Problems as problems:
                return {"title": title, "sentences": [str(problems)], "path": [], "can": False}
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
            why = self._why = _Why(session.view.run, market.month)
        self._changed()

        def live_again() -> None:
            why.words = why.lived_again(plan, number, lambda: self._why is why)

        self._aside(live_again)

    def _begin(self, source: str) -> None:
        self.source, self.changed_values = source, {}
        self.spec, self.story = [], ""
        self._check()
        if self._plan is not None:
            self.spec = as_json(controls_of(self._plan))
            self.story = self._plan.story
            self.reset()

    def _check(self) -> None:
        """Make a plan of the scenario and the changes, or tell what is wrong with them."""
        try:
            self._plan, self.notes = self._catalogue.plan(self.source, self.changed_values)
            self.problems = []
        except Problems as problems:
            self._plan, self.problems = None, sentences(problems)


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

    def lived_again(self, plan: Scenario, number: int, wanted: Callable[[], bool]) -> str:
        """The explanation, as long as somebody wants it."""
        from experiments.app.downloads import cut_off
        from experiments.explain.customer import explain_customer

        def progress(_: int) -> None:
            if not wanted():
                raise _UnwantedError

        try:
            return explain_customer(cut_off(plan, self.month), number, progress=progress).words()
        except _UnwantedError:
            return ""


class _UnwantedError(Exception):
    """Nobody waits for it any more."""


def _nothing() -> None:
    """Nobody is told any more."""
