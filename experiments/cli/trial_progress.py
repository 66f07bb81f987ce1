"""How far a sweep is, on stderr: a bar for people, rare lines for logs, nothing with --quiet."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from experiments.cli.progress import size_of_terminal
from experiments.words.text import escaped

if TYPE_CHECKING:
    from tqdm import tqdm

    from experiments.studies.ledger import Counts

_SECONDS_BETWEEN_LINES = 10.0


class TrialsDone:
    """Watches a sweep (:class:`experiments.studies.sweep.Watcher`), as a context manager.

    Args:
        quiet: Show nothing.

    Attributes:
        here: Trials finished in this process.
        seconds: Wall-clock seconds since the sweep began to work.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.here = 0
        self._quiet = quiet
        self._bar: tqdm | None = None
        self._before = 0
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

    @property
    def seconds(self) -> float:
        """Seconds since the first look at the folder."""
        return time.monotonic() - self._began

    def note(self, text: str) -> None:
        """Print a note."""
        if not self._quiet:
            print(f"note: {escaped(text)}", file=sys.stderr, flush=True)

    def begin(self, counts: Counts) -> None:
        """Say how far the sweep was before."""
        self._before = counts.done + counts.failed
        self._began = self._last_line = time.monotonic()
        if self._quiet:
            return
        if self._before:
            text = f"{self._before} of {counts.total} trials are there already"
            print(text, file=sys.stderr, flush=True)
        if sys.stderr.isatty():
            from tqdm import tqdm

            columns, lines = size_of_terminal()
            self._bar = tqdm(
                total=counts.total,
                initial=self._before,
                unit="trial",
                file=sys.__stderr__,  # redraws its line
                leave=False,
                ncols=columns,
                nrows=lines,
            )

    def progress(self, counts: Counts) -> None:
        """Count what is finished."""
        finished = counts.done + counts.failed
        self.here = finished - self._before
        if self._bar is not None:
            self._bar.update(finished - self._bar.n)
            return
        now = time.monotonic()
        if self._quiet or now - self._last_line < _SECONDS_BETWEEN_LINES:
            return
        self._last_line = now
        rate = self.here / max(now - self._began, 1e-9)
        left = (counts.total - finished) / rate if rate else 0.0
        text = f"trial {finished} of {counts.total}, {in_words(rate)}, {time_left(left)} left"
        print(text, file=sys.stderr, flush=True)


def in_words(rate: float) -> str:
    """Trials per second, or per minute or hour where it takes longer."""
    for unit, seconds in (("a second", 1), ("a minute", 60), ("an hour", 3600)):
        if rate * seconds >= 1 or unit == "an hour":
            return f"{rate * seconds:.1f} {unit}"
    raise AssertionError


def time_left(seconds: float) -> str:
    """A duration in the units one would say it in."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
