"""What comes of trials, as bytes: of one, until its neighbours are there; then of many together.

A finished trial is an uncompressed zip of a small record and the kept tables, made where the trial
ran, so that whoever hands out trials has next to nothing to do for each. ``trial.json`` says how it
went; ``<table>.arrow`` are Arrow streams. The comment of the zip is the digest of all else in it,
so a file that was cut off or changed is told from a whole one.

A part of a table is a Parquet file of one folder, written row by row of trials. However it came
about, the same trials in the same order give the same bytes.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tsunagari.experiments.runs.disk import BLANK, DIGEST, is_intact, seal, sealed, written
from tsunagari.experiments.runs.processes import one_line
from tsunagari.experiments.runs.sweep_files import Status
from tsunagari.experiments.runs.tables import PARQUET, Columns, arrow_table, read_part
from tsunagari.experiments.runs.trial import Simulate, Trial, peak_memory

if TYPE_CHECKING:
    import pyarrow as pa

    from tsunagari.sim.scenario import Scenario

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


_ROWS_TOGETHER = 65_536  # rows that are compressed together, and held in memory


class OldPart:
    """A part that was written before, to take the rows of some trials from."""

    def __init__(self, path: Path) -> None:
        import numpy as np

        self._table: pa.Table = read_part(path).combine_chunks()
        keys = self._table.column(KEY).combine_chunks().dictionary_encode()
        codes = keys.indices.to_numpy()
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        ends = np.append(starts, len(codes))[1:]
        self._rows = {
            keys.dictionary[int(codes[start])].as_py(): (int(start), int(end - start))
            for start, end in zip(starts, ends, strict=True)
        }

    def rows_of(self, key: str) -> pa.Table:
        """The rows of one trial; it may have none."""
        start, count = self._rows.get(key, (0, 0))
        return self._table.slice(start, count)


def write_part(
    path: Path, temporary: Path, tables: Callable[[], Iterable[pa.Table]], schema: pa.Schema = None
) -> None:
    """Write a part out of the tables of its trials, a few at a time.

    Args:
        path: The part.
        temporary: Its name while it is being written.
        tables: The tables of the trials in order; from the start at each call.
        schema: Columns and types; None takes those that fit all tables, of which there must be one.

    Raises:
        OSError: It cannot be written.
    """
    import pyarrow as pa

    while True:
        try:
            with written(path, temporary) as file:
                _stream(file, tables(), schema)
                seal(file)
        except _OtherColumns as found:
            options = {"promote_options": "permissive"}
            schema = pa.unify_schemas([found.expected, found.found], **options)
        else:
            return


def unify(parts: Sequence[Path], temporary: Path) -> None:
    """Give all parts of a table the same columns and types, those that fit all of them.

    Raises:
        OSError: A part cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schemas = [pq.read_schema(part).remove_metadata() for part in parts]
    if all(schema.equals(schemas[0]) for schema in schemas):
        return
    common = pa.unify_schemas(schemas, promote_options="permissive")
    for part, schema in zip(parts, schemas, strict=True):
        if not schema.equals(common):
            table = read_part(part)
            write_part(part, temporary, lambda table=table: [table], common)  # type: ignore[misc]


class _OtherColumns(Exception):  # noqa: N818 - no error: it is begun again with columns for both
    def __init__(self, expected: pa.Schema, found: pa.Schema) -> None:
        self.expected = expected
        self.found = found


def _stream(file: IO[bytes], tables: Iterable[pa.Table], schema: pa.Schema) -> None:
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None
    try:
        for table in _together(tables, schema):
            if writer is None:
                writer = pq.ParquetWriter(file, table.schema, **PARQUET)
            writer.write_table(table, row_group_size=max(len(table), 1))
        if writer is None and schema is not None:
            writer = pq.ParquetWriter(file, schema, **PARQUET)
            writer.write_table(schema.empty_table())
        if writer is not None:
            writer.add_key_value_metadata({DIGEST: BLANK})
    finally:
        if writer is not None:
            writer.close()


def _together(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables of many rows instead of many tables."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        if schema is None:
            schema = table.schema
        waiting.append(_fitted(table, schema))
        rows += len(table)
        if rows >= _ROWS_TOGETHER:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with those columns and types, undefined where it has none."""
    import pyarrow as pa

    if table.schema.equals(schema):
        return table
    unified = pa.unify_schemas([schema, table.schema], promote_options="permissive")
    if not unified.equals(schema):
        raise _OtherColumns(schema, table.schema)
    return pa.table(
        [
            table.column(name).cast(type_)
            if name in table.column_names
            else pa.nulls(len(table), type_)
            for name, type_ in zip(schema.names, schema.types, strict=True)
        ],
        schema=schema,
    )
