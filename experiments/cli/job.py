"""What every command does around its work: notes, clock, interrupts, folder, progress, record."""

from __future__ import annotations

import datetime
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tsunagari.experiments.cli.options import OneScenario, Place, Size
from tsunagari.experiments.cli.progress import MonthsDone
from tsunagari.experiments.runs.given import plan_of
from tsunagari.experiments.runs.interrupts import remembered
from tsunagari.experiments.words import Words, spoken
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.text import escaped

if TYPE_CHECKING:
    from tsunagari.experiments.runs.folder import ResultFolder
    from tsunagari.sim.reading.overrides import Override
    from tsunagari.sim.scenario import Scenario


def tell(notes: Sequence[str], *, quiet: bool) -> None:
    """Print notes on stderr, a line each, unless nothing is to be told."""
    if not quiet:
        for note in notes:
            text = Words()("terminal.note", text=told(note))
            print(escaped(text), file=sys.stderr, flush=True)


def print_json(document: Any) -> None:
    """Print what a program will read."""
    from json import dumps

    print(dumps(document, ensure_ascii=False, allow_nan=False, indent=2))


def write_page(
    folder: ResultFolder,
    kind: Literal["fit", "decision"],
    record: Mapping[str, Any],
    plan: Scenario,
) -> None:
    """Write the page of a result, from the tables that are about to get their names."""
    from tsunagari.experiments.report.report import report
    from tsunagari.experiments.runs.results import PAGES, Source

    source = Source(folder.staging, kind, record, plan)
    command = ["tsunagari", "report", str(folder.path), "--lang", spoken()]
    text = report(source, spoken(), shlex.join(command))
    (folder.staging / PAGES[kind]).write_text(text, encoding="utf-8", newline="\n")


def print_answer(text: str, place: Path) -> None:
    """Print what somebody will read, if there is any, and where the rest is."""
    print(text, end="\n\n" if text else "")
    print(Words()("terminal.results", place=place))


class Job:
    """A command at work; its clock begins with it.

    Args:
        quiet: Tell neither notes nor progress.

    Attributes:
        quiet: Likewise.
        started: When, with time zone.
        seconds: Wall-clock seconds per phase, in the order in which they ended.
        notes: What the user was told.
        check: Raises an interrupt that could have got lost; does so within :meth:`in_folder` and
            :meth:`interruptible`.
        command: What was typed, program name first.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.started = datetime.datetime.now(datetime.UTC)
        self.seconds: dict[str, float] = {}
        self.notes: list[str] = []
        self.check: Callable[[], None] = lambda: None
        self.command = ["tsunagari", *sys.argv[1:]]
        self._last = time.perf_counter()

    def load(self, asked: OneScenario) -> Scenario:
        """The scenario under the shared options; nothing it names has been read yet.

        Raises:
            Problems: All that is wrong with the scenario and the options.
        """
        return self.load_file(
            asked.file, asked.sets or (), asked.size, asked.allow_code, asked.ensemble
        )

    def load_file(
        self,
        file: str,
        sets: Sequence[Override],
        size: Size,
        allow_code: bool,
        ensemble: Path | None = None,
    ) -> Scenario:
        """The same by its parts."""
        plan, notes = plan_of(file, sets, allow_code=allow_code, ensemble=ensemble, **vars(size))
        self.notes += notes
        return plan

    def resolve(self, *plans: Scenario) -> list[Scenario]:
        """Plans with everything that only the files they name can tell; tells all notes so far.

        Raises:
            Problems: A network cannot be read.
        """
        from tsunagari.experiments.runs.given import resolved

        found = [resolved(plan) for plan in plans]
        told = [note for _, notes in found for note in notes]
        self.notes = list(dict.fromkeys([*self.notes, *told]))
        tell(self.notes, quiet=self.quiet)
        return [plan for plan, _ in found]

    def note(self, notes: Sequence[str]) -> None:
        """Tell further notes."""
        tell(notes, quiet=self.quiet)
        self.notes += notes

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let no interrupt get lost."""
        with remembered() as check:
            self.check = check
            yield

    @contextmanager
    def in_folder(self, place: Place, name: str) -> Iterator[ResultFolder]:
        """The folder that was asked for, or a new one; no interrupt gets lost meanwhile."""
        from tsunagari.experiments.runs.folder import ResultFolder

        folder = (
            ResultFolder(place.out, force=place.force)
            if place.out
            else ResultFolder.named_after(name)
        )
        with self.interruptible(), folder:
            yield folder

    def progress(self, total: int, unit: str = "month") -> MonthsDone:
        """Counts what is done, and looks for interrupts."""
        return MonthsDone(total, quiet=self.quiet, unit=unit, check=self.check)

    @contextmanager
    def stage(self, name: str, months: int) -> Iterator[MonthsDone]:
        """A phase that simulates, which is told before."""
        tell([f"{told(name)}: {months:,} months of market to simulate"], quiet=self.quiet)
        with self.progress(months) as progress:
            yield progress
        self.phase(name)

    def phase(self, name: str) -> None:
        """What was done since the phase before was this."""
        now = time.perf_counter()
        self.seconds[name] = now - self._last
        self._last = now

    def record(
        self,
        plan: Scenario,
        replications: int,
        seconds: Iterable[Mapping[str, float]] = (),
        *,
        seed: int | None = None,
    ) -> dict[str, Any]:
        """What ``run.json`` says.

        Args:
            plan: What was run.
            replications: How often.
            seconds: Wall-clock seconds per phase of each.
            seed: Under which seed; None for the plan's.
        """
        from tsunagari.experiments.runs.record import run_record
        from tsunagari.experiments.runs.trial import Trial

        luck = plan.seed if seed is None else seed
        return run_record(
            plan,
            [Trial(plan, luck, number) for number in range(replications)],
            started=self.started,
            phases=self.seconds,
            seconds=seconds,
            notes=self.notes,
            command=self.command,
        )

    def complete(self, folder: ResultFolder, record: Mapping[str, Any]) -> None:
        """Give the results their names, unless an interrupt has come."""
        self.check()
        folder.complete(record)
