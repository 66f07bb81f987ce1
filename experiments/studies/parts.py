"""Parts of tables, made of finished trials.

A finished trial is an uncompressed zip of a small record and the kept tables: ``trial.json`` says
how it went; ``<table>.arrow`` are Arrow streams. The comment of the zip is the digest of all else
in it, so a file that was cut off or changed is told from a whole one.

A part is a Parquet file of one folder, written row by row of trials, one part at a time. However it
came about, the same trials in the same order give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from experiments.runs.disk import BLANK, DIGEST, seal, written
from experiments.runs.tables import PARQUET, read_part
from experiments.studies.finished import KEY

if TYPE_CHECKING:
    import pyarrow as pa

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
