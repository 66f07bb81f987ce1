"""How far the work is, on stderr: a bar for people, rare lines for logs, nothing with --quiet."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 10.0


class MonthsDone:
    """Counts months and shows them, as a context manager.

    Args:
        total: Months of all replications together.
        quiet: Show nothing.
        unit: What is counted, if not months.
    """

    def __init__(self, total: int, *, quiet: bool = False, unit: str = "month") -> None:
        self._total = total
        self._unit = unit
        self._done = 0
        self._quiet = quiet
        self._bar: tqdm | None = None
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from tqdm import tqdm

            columns, lines = size_of_terminal()
            self._bar = tqdm(
                total=self._total,
                unit=self._unit,
                file=sys.__stderr__,  # redraws its line
                leave=False,
                ncols=columns,
                nrows=lines,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, months: int) -> None:
        """Count further months."""
        self._done += months
        if self._bar is not None:
            self._bar.update(months)
        elif not self._quiet and time.monotonic() - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = time.monotonic()
            print(f"{self._unit} {self._done} of {self._total}", file=sys.stderr, flush=True)


def size_of_terminal() -> tuple[int, int]:
    """Columns and lines of the terminal; one that does not know them is of the usual size."""
    size = os.get_terminal_size(sys.stderr.fileno())
    return min(size.columns or 80, 100), size.lines or 24
