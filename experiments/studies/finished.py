"""A trial of a sweep, and what comes of it: bytes that are stored as they are.

A finished trial is an uncompressed zip of a small record and the kept tables, made where the trial
ran, so that whoever hands out trials has next to nothing to do for each.
``trial.json`` says how it went; ``<table>.arrow`` are Arrow streams. The comment of the zip is the
digest of all else in it, so a file that was cut off or changed is told from a whole one.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.runs.disk import BLANK, is_intact, sealed
from experiments.runs.processes import one_line
from experiments.runs.sweep_files import Status
from experiments.runs.tables import Columns, arrow_table
from experiments.runs.trial import Simulate, Trial, peak_memory

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario import Scenario

KEY = "key"
"""Name of the column that stands before a table's own."""

_RECORD = "trial.json"
_SUFFIX = ".arrow"


@dataclass(frozen=True)
class Job:
    """A trial to be run.

    Attributes:
        key: The trial's.
        trial: What is run.
    """

    key: str
    trial: Trial

    @property
    def plan(self) -> Scenario:
        """The scenario, which says how long it may take."""
        return self.trial.plan


@dataclass(frozen=True)
class Packed:
    """How a trial went.

    Attributes:
        key: The trial's.
        status: Whether it has tables.
        error: What went wrong, a line; None where nothing did.
        seconds: How long it took, wall-clock.
        peak_memory: Peak resident set, in bytes, of the process that ran it; None if unknown.
    """

    key: str
    status: Status
    error: str | None
    seconds: float
    peak_memory: int | None


def packed(record: Packed, tables: Mapping[str, Columns]) -> bytes:
    """The bytes of a trial.

    Raises:
        ValueError: Columns of different length, or one with a name that is taken.
    """
    import pyarrow as pa

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:  # stored, not compressed; all of one date
        archive.writestr(zipfile.ZipInfo(_RECORD), json.dumps(asdict(record)))
        for name, columns in tables.items():
            if KEY in columns:
                raise ValueError(f"a column of the table {name} has the name {KEY}, which is taken")
            table = arrow_table(columns)
            stream = io.BytesIO()
            with pa.ipc.new_stream(stream, table.schema) as writer:
                writer.write_table(table)
            archive.writestr(zipfile.ZipInfo(f"{name}{_SUFFIX}"), stream.getbuffer())
        archive.comment = BLANK.encode()
    return sealed(target.getvalue())


@dataclass(frozen=True)
class Outcome:
    """A trial that was run, well or not.

    Attributes:
        key: The trial's.
        status: Whether it has tables.
        seconds: How long it took, wall-clock.
        content: What is stored of it, as :func:`packed` packs it.
        error: What went wrong, a line; None where nothing did.
    """

    key: str
    status: Status
    seconds: float
    content: bytes
    error: str | None = None


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


def given_up(job: Job, why: str) -> Outcome:
    """The outcome of a trial that got lost too often."""
    return failed(job.key, why, seconds=0.0)


def is_whole(
    path: Path, trial: tuple[str, str], keep: tuple[str, ...], *, sealed: bool = True
) -> bool:
    """Whether a file is, as it was written, this finished trial with all that it should hold.

    Args:
        path: The file.
        trial: Key and status, by its name.
        keep: Names of the tables that are kept.
        sealed: Whether it carries its digest; an earlier version left it to the zip's checksums.

    Raises:
        OSError: It cannot be read.
    """
    if sealed and not is_intact(path):
        return False
    try:
        found = record_of(path)
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return False
            tables = {f"{name}{_SUFFIX}" for name in keep} if found.status == "done" else set()
            return (found.key, found.status) == trial and tables <= set(archive.namelist())
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError):  # nobody's trial
        return False


def record_of(path: Path) -> Packed:
    """How the trial in a file went.

    Raises:
        OSError: The file cannot be read.
    """
    with zipfile.ZipFile(path) as archive:
        return Packed(**json.loads(archive.read(_RECORD)))


def table_of(path: Path, name: str) -> pa.Table:
    """A table of the trial in a file, with the trial's key before its own columns.

    Raises:
        OSError: The file cannot be read.
    """
    import pyarrow as pa

    with zipfile.ZipFile(path) as archive:
        key = json.loads(archive.read(_RECORD))[KEY]
        table = pa.ipc.open_stream(archive.read(f"{name}{_SUFFIX}")).read_all()
    return table.add_column(
        0, pa.field(KEY, pa.string()), pa.array([key] * len(table), pa.string())
    )
