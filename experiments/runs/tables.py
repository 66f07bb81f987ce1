"""Tables on disk: Parquet through pyarrow alone, or CSV that reads back to the same numbers.

A table is a mapping from column names to columns of equal length: numpy arrays, or lists of text
or numbers. Undefined is NaN (or None in text) in memory and null on disk, which every reader of
Parquet understands; in CSV a null is an empty field, and text stands in quotation marks, so that
"" (nobody) and null (undefined) stay apart. CSV begins with a byte order mark, by which
spreadsheets know UTF-8. The same content gives the same bytes.

pandas is not needed to write or read: it takes longer to import than a small market takes to run.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Literal, Self, get_args

from tsunagari.experiments.runs.disk import refused
from tsunagari.sim.problems import Problems

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

type Column = np.ndarray | Sequence[Any]
type Columns = Mapping[str, Column]
type Format = Literal["parquet", "csv"]

FORMATS: tuple[str, ...] = get_args(Format.__value__)

PARQUET: Mapping[str, Any] = {"compression": "zstd", "write_page_checksum": True}
"""How Parquet is written, everywhere."""

_ROWS_TOGETHER = 16_384  # of a stream; few enough for memory, enough to be worth their overhead
_MOST_IN_A_GROUP = 2**20  # rows
_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\r\n"]*)(,|\r\n|\n|\Z)')


def write_table(columns: Columns, path: Path, format: Format = "parquet") -> None:
    """Write a table to ``path``; an existing file is overwritten.

    Args:
        columns: Column names to columns of equal length. Text is a list of ``str`` or an object,
            ``str`` or ``StringDType`` array; everything else keeps its numpy type in Parquet.
        path: The file.
        format: ``"parquet"`` (zstd) or ``"csv"`` (UTF-8 with its mark, a line feed after every row,
            floating point numbers with just the digits that read back to the same number).

    Raises:
        ValueError: Columns of different length, or an unknown format.
        OSError: The file cannot be written, a full disk among other reasons.
    """
    with TableStream(path, format) as stream:
        stream.add(columns)


def replace_table(columns: Columns, path: Path) -> None:
    """Write a table in Parquet that appears whole or not at all, in the place of an older one.

    Raises:
        OSError: The file cannot be written.
    """
    part = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        write_table(columns, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


class TableStream:
    """A table written piece by piece, as a context manager; memory does not grow with it.

    Pieces have the same columns with the same types. They reach the file together, some ten
    thousand rows at a time. Without a single piece no file is made; if the block ends with an
    exception, what there is of the file is no table.

    Args:
        path: The file.
        format: As for :func:`write_table`.

    Raises:
        ValueError: An unknown format.
    """

    def __init__(self, path: Path, format: Format = "parquet") -> None:
        if format not in FORMATS:
            raise ValueError(f"format {format!r} is not one of {', '.join(FORMATS)}")
        self._path = path
        self._format = format
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._schema: pa.Schema | None = None
        self._parquet: pq.ParquetWriter | None = None
        self._csv: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._flush()
        finally:
            for file in (self._parquet, self._csv):
                if file is not None:
                    file.close()

    def add(self, columns: Columns) -> None:
        """Put further rows below those before.

        Raises:
            ValueError: Columns of different length, or others than before.
            OSError: The file cannot be written.
        """
        table = arrow_table(columns)
        if self._schema is None:
            self._schema = table.schema
        elif table.schema != self._schema:
            raise ValueError(f"other columns than before: {table.schema.names}")
        self._waiting.append(table)
        self._rows += len(table)
        if self._rows >= _ROWS_TOGETHER:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting).combine_chunks()
        self._waiting, self._rows = [], 0
        if self._format == "csv":
            self._write_csv(table)
            return
        if self._parquet is None:
            from pyarrow.parquet import ParquetWriter

            self._parquet = ParquetWriter(self._path, table.schema, **PARQUET)
        self._parquet.write_table(table, row_group_size=min(max(len(table), 1), _MOST_IN_A_GROUP))

    def _write_csv(self, table: pa.Table) -> None:
        if self._csv is None:
            self._csv = self._path.open("w", encoding="utf-8-sig", newline="")
            _write_names(table.column_names, self._csv)
        _write_rows([column.combine_chunks() for column in table.columns], self._csv)


def read_table(path: Path) -> dict[str, np.ndarray]:
    """The columns of a table that :func:`write_table` wrote, in their order.

    Text comes back as object arrays (null is None), numbers with their type. Whole numbers with
    a null among them become floating point. CSV has no types of its own: whole numbers are int64,
    others float64, and a column without a single value is float64.

    Raises:
        ValueError: The name ends neither in ``.parquet`` nor in ``.csv``, or the content is not
            such a table.
        OSError: The file cannot be read.
    """
    if path.suffix == ".csv":
        return _read_csv(path)
    if path.suffix != ".parquet":
        raise ValueError(f"{path.name} is neither a .parquet nor a .csv table")
    import pyarrow.parquet as pq

    table = pq.read_table(path, partitioning=None, page_checksum_verification=True)
    return {
        name: table.column(name).to_numpy() if len(table) else _empty(table.schema.field(name).type)
        for name in table.column_names
    }


def read_part(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A part, or some columns of it.

    Raises:
        Problems: It is none, or has no such column.
        FileNotFoundError: It is not there.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(
            path, columns=columns, partitioning=None, page_checksum_verification=True
        )
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        why = (str(error).splitlines() or [type(error).__name__])[0]
        raise refused(path, f"this cannot be read as a table ({why})") from error
    missing = [name for name in columns or () if name not in table.column_names]
    if missing:
        raise refused(path, f"it has no column {missing[0]}")
    return table.replace_schema_metadata(None)  # with the digest of this file in it


def is_readable(path: Path) -> bool:
    """Whether a file is a part, for those that carry no digest."""
    try:
        read_part(path)
    except (Problems, FileNotFoundError):
        return False
    return True


def arrow_table(columns: Columns) -> pa.Table:
    """A table as Arrow holds it: text as plain strings, undefined as null.

    Raises:
        ValueError: Columns of different length.
    """
    import pyarrow as pa

    arrays = {name: _as_arrow(column) for name, column in columns.items()}
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns of different length: {lengths}")
    return pa.table(arrays)


def _as_arrow(column: Column) -> pa.Array:
    """A column as Arrow stores it: text as plain strings, NaN as null."""
    import numpy as np
    import pyarrow as pa

    if not isinstance(column, np.ndarray):
        is_text = any(isinstance(value, str) for value in column)
        column = np.asarray(column, dtype=object if is_text or not len(column) else None)
    if column.dtype.kind in "OUT":  # objects, fixed-width text, numpy's variable-width text
        return pa.array(column.tolist(), pa.string(), from_pandas=True)
    return pa.array(np.ascontiguousarray(column), from_pandas=True)


def _write_names(names: Iterable[str], file: IO[str]) -> None:
    csv.writer(file, lineterminator="\n").writerow(names)


def _write_rows(arrays: Iterable[pa.Array], file: IO[str]) -> None:
    rows = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_STRINGS)
    rows.writerows(zip(*map(_python_values, arrays), strict=True))


def _python_values(array: pa.Array) -> Iterable[Any]:
    """Values as Python objects; float32 by way of its own shortest digits, not of float64's."""
    import pyarrow as pa

    if pa.types.is_float32(array.type):
        import numpy as np

        return [v and float(str(np.float32(v))) for v in array.to_pylist()]
    return array.to_pylist()


def _read_csv(path: Path) -> dict[str, np.ndarray]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    rows = _rows(text)
    try:
        names = [_text(field) for field in next(rows)]
    except StopIteration:
        raise ValueError(f"{path.name} is empty: a table has at least a line of names") from None
    fields: list[list[str]] = [[] for _ in names]
    for number, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise ValueError(f"{path.name}, row {number}: {len(row)} fields for {len(names)} names")
        for column, field in zip(fields, row, strict=True):
            column.append(field)
    return {name: _values(column) for name, column in zip(names, fields, strict=True)}


def _rows(text: str) -> Iterator[list[str]]:
    """Rows of raw fields, quotation marks and all: they alone tell text from numbers."""
    row: list[str] = []
    position = 0
    while position < len(text):
        match = _FIELD.match(text, position)
        if match is None:
            raise ValueError(f"a quotation mark is never closed: {text[position : position + 40]}")
        row.append(match[1])
        position = match.end()
        if match[2] != ",":
            yield row
            row = []
    if row:
        yield [*row, ""]  # the text ended in a comma


def _text(field: str) -> str:
    return field[1:-1].replace('""', '"') if field.startswith('"') else field


def _values(fields: list[str]) -> np.ndarray:
    import numpy as np

    if any(field.startswith('"') for field in fields):
        return np.array([_text(field) if field else None for field in fields], dtype=object)
    given = {field for field in fields if field}
    if given and given <= {"True", "False"} and "" not in fields:
        return np.array([field == "True" for field in fields], dtype=bool)
    if given and "" not in fields and all(re.fullmatch(r"-?\d+", field) for field in given):
        return np.array(fields, dtype=np.int64)
    return np.array([float(field) if field else np.nan for field in fields], dtype=np.float64)


def _empty(type_: pa.DataType) -> np.ndarray:
    """A column without rows: pyarrow would make every one of them an object array."""
    import numpy as np
    import pyarrow as pa

    is_text = pa.types.is_string(type_) or pa.types.is_large_string(type_)
    return np.empty(0, dtype=object if is_text else type_.to_pandas_dtype())
