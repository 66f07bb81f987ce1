"""How far the work is, on stderr: a bar for people, rare lines for logs, nothing with --quiet."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tsunagari.experiments.words import Words
from tsunagari.experiments.words.messages import told
from tsunagari.experiments.words.text import escaped

if TYPE_CHECKING:
    from tqdm import tqdm

    from tsunagari.experiments.studies.store import Counts

_SECONDS_BETWEEN_LINES = 10.0


class _Bar:
    """A bar, where somebody may be looking; a context manager that takes it away at the end."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: tqdm | None = None
        self._began = self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def _show(self, total: int, unit: str, before: int = 0) -> None:
        if self._quiet or not sys.stderr.isatty():
            return
        from tqdm import tqdm

        columns, lines = size_of_terminal()
        self._bar = tqdm(
            total=total,
            initial=before,
            unit=unit,
            file=sys.__stderr__,  # redraws its line
            leave=False,
            ncols=columns,
            nrows=lines,
        )

    def _line_is_due(self) -> bool:
        """Whether a line is to be written instead of the bar that is not there."""
        now = time.monotonic()
        if self._quiet or now - self._last_line < _SECONDS_BETWEEN_LINES:
            return False
        self._last_line = now
        return True


class MonthsDone(_Bar):
    """Counts months and shows them, as a context manager.

    Args:
        total: Months of all replications together.
        quiet: Show nothing.
        unit: What is counted, if not months.
        check: Called before anything is counted: raises an interrupt that could have got lost.
    """

    def __init__(
        self,
        total: int,
        *,
        quiet: bool = False,
        unit: str = "month",
        check: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(quiet=quiet)
        self._total = total
        self._unit = unit
        self._done = 0
        self._check = check

    def __enter__(self) -> Self:
        self._show(self._total, self._unit)
        return self

    def __call__(self, months: int) -> None:
        """Count further months."""
        if self._check is not None:
            self._check()
        self._done += months
        if self._bar is not None:
            self._bar.update(months)
        elif self._line_is_due():
            counts = {"done": self._done, "total": self._total}
            print(Words()(f"terminal.{self._unit}", **counts), file=sys.stderr, flush=True)

    @contextmanager
    def out_of_the_way(self) -> Iterator[None]:
        """Something else is printed meanwhile, where the bar would stand."""
        if self._bar is not None:
            self._bar.clear()
        yield
        if self._bar is not None:
            self._bar.refresh()


class TrialsDone(_Bar):
    """Watches a sweep (:class:`tsunagari.experiments.studies.sweep.Watcher`), as a context manager.

    Args:
        quiet: Show nothing.

    Attributes:
        here: Trials finished in this process.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        super().__init__(quiet=quiet)
        self.here = 0
        self._before = 0

    @property
    def seconds(self) -> float:
        """Wall-clock seconds since the sweep began to work."""
        return time.monotonic() - self._began

    def note(self, text: str) -> None:
        """Print a note."""
        if not self._quiet:
            note = Words()("terminal.note", text=told(text))
            print(escaped(note), file=sys.stderr, flush=True)

    def begin(self, counts: Counts) -> None:
        """Say how far the sweep was before."""
        self._before = counts.done + counts.failed
        self._began = self._last_line = time.monotonic()
        if self._before and not self._quiet:
            text = {"done": self._before, "total": counts.total}
            print(Words()("terminal.trials_there", **text), file=sys.stderr, flush=True)
        self._show(counts.total, "trial", self._before)

    def progress(self, counts: Counts) -> None:
        """Count what is finished."""
        finished = counts.done + counts.failed
        self.here = finished - self._before
        if self._bar is not None:
            self._bar.update(finished - self._bar.n)
        elif self._line_is_due():
            rate = self.here / max(self._last_line - self._began, 1e-9)
            left = (counts.total - finished) / rate if rate else 0.0
            text = {"done": finished, "total": counts.total, "rate": in_words(rate)}
            told_of = Words()("terminal.trials_at", left=time_left(left), **text)
            print(told_of, file=sys.stderr, flush=True)


def size_of_terminal() -> tuple[int, int]:
    """Columns and lines of the terminal; one that does not know them is of the usual size."""
    size = os.get_terminal_size(sys.stderr.fileno())
    return min(size.columns or 80, 100), size.lines or 24


def in_words(rate: float) -> str:
    """Trials per second, or per minute or hour where it takes longer."""
    for unit, seconds in (("second", 1), ("minute", 60)):
        if rate * seconds >= 1:
            return Words()(f"terminal.a_{unit}", rate=rate * seconds)
    return Words()("terminal.an_hour", rate=rate * 3600)


def time_left(seconds: float) -> str:
    """A duration in the units one would say it in."""
    words, whole = Words(), round(seconds)
    if whole < 60:
        return words("terminal.seconds", seconds=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return words("terminal.minutes", minutes=minutes, seconds=rest)
    return words("terminal.hours", hours=minutes // 60, minutes=minutes % 60)
