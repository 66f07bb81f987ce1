"""One trial on its way to whoever runs it, and what comes back: bytes that are stored as they are.

The tables are turned into bytes where the trial ran, so that whoever hands out trials has next to
nothing to do for each.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from experiments.sweep.packing import Packed, packed
from experiments.trial import Simulate, Trial, peak_memory
from sim.problems import Failure, Problems

type Status = Literal["done", "failed"]

_LONGEST_ERROR = 1000  # characters


@dataclass(frozen=True)
class Job:
    """A trial to be run.

    Attributes:
        key: The trial's.
        trial: What is run.
    """

    key: str
    trial: Trial


@dataclass(frozen=True)
class Outcome:
    """A trial that was run, well or not.

    Attributes:
        key: The trial's.
        status: Whether it has tables.
        seconds: How long it took, wall-clock.
        content: What is stored of it, as :mod:`experiments.sweep.packing` packs it.
        error: What went wrong, a line; None where nothing did.
    """

    key: str
    status: Status
    seconds: float
    content: bytes
    error: str | None = None


@dataclass(frozen=True)
class Lost:
    """A trial of which nothing came back, through no fault of its own as far as is known.

    Attributes:
        why: A line.
        advice: What may help, where it happens again.
    """

    why: str
    advice: str = "if memory ran out, try fewer workers"


@dataclass(frozen=True)
class Task:
    """What is done with every job, in any process.

    Attributes:
        simulate: Runs a trial.
        keep: Names of the tables that are kept.
    """

    simulate: Simulate
    keep: tuple[str, ...]

    def __call__(self, job: Job) -> Outcome:
        """Run the trial; whatever goes wrong in it is part of the outcome."""
        started = time.perf_counter()
        try:
            tables = self.simulate(job.trial).tables
            kept = {name: tables[name] for name in self.keep}
            seconds = time.perf_counter() - started
            content = packed(Packed(job.key, "done", None, seconds, peak_memory()), kept)
        except Exception as error:
            return failed(job.key, one_line(error), time.perf_counter() - started, peak_memory())
        return Outcome(job.key, "done", seconds, content)


def failed(key: str, error: str, seconds: float, peak: int | None = None) -> Outcome:
    """The outcome of a trial without tables."""
    content = packed(Packed(key, "failed", error, seconds, peak), {})
    return Outcome(key, "failed", seconds, content, error)


def one_line(error: BaseException) -> str:
    """What went wrong, in a line; with the kind of error where its text alone would puzzle."""
    text = "; ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if not isinstance(error, Failure | Problems):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"
