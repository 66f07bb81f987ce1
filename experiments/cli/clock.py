"""How long the phases of a command took, and what its user is told meanwhile."""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Sequence

from experiments.words.text import escaped


class Clock:
    """Wall-clock seconds of the phases of a command.

    Attributes:
        started: When, with time zone.
        seconds: Per phase, in the order in which they ended.
    """

    def __init__(self) -> None:
        self.started = datetime.datetime.now(datetime.UTC)
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def phase(self, name: str) -> None:
        """What was done since the phase before was this."""
        now = time.perf_counter()
        self.seconds[name] = now - self._last
        self._last = now


def tell(notes: Sequence[str], *, quiet: bool) -> None:
    """Print notes on stderr, a line each, unless nothing is to be told."""
    if not quiet:
        for note in notes:
            print(f"note: {escaped(note)}", file=sys.stderr)
