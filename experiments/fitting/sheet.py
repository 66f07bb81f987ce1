"""Somebody's own table as rows of cells: CSV, Excel, Parquet or a DataFrame, nothing understood.

A cell is None, a text, a number, a truth value or a date, as the file has it; what it means is
:mod:`tsunagari.experiments.fitting.cells`' matter.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.version import need

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 64 << 20
"""Largest file read, bytes: thirty firms over a hundred years take a tenth of it."""
MOST_ROWS = 50_000
"""Most rows read: thirty firms over a hundred years are 36,000."""
SEPARATORS = ",;\t|"
_NAMES = "commas, semicolons, tabs or bars"
_TOLD = re.compile(rf"sep=([{SEPARATORS}])\r?\n", re.I)
_KINDS = ".csv, .txt or .tsv, .xlsx, .parquet"


@dataclass(frozen=True)
class Sheet:
    """A table as it was written.

    Attributes:
        name: The file, or what messages call it.
        header: Names of the columns.
        rows: For each row its number (the line of a file, the row of a spreadsheet, or counted
            from 1) and its cells, as many as there are columns.
        has_lines: Whether the numbers are of lines of the file.
        separator: What stands between the cells of a text; None in other files.
        notes: What was done without being asked for.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]
    has_lines: bool
    separator: str | None = None
    notes: tuple[str, ...] = ()

    def problem(
        self, row: int | None, column: str, message: str, suggestion: str | None = None
    ) -> Problem:
        """A problem with a cell, or, without a row, with a column or the whole table."""
        if self.has_lines or row is None:
            return Problem(column, message, self.name, row, None, suggestion)
        where = f"row {row}, {column}" if column else f"row {row}"
        return Problem(where, message, self.name, None, None, suggestion)


def sheet_of(source: str | Path | pd.DataFrame) -> Sheet:
    """Read a table without understanding it.

    Args:
        source: A file in CSV (with any of :data:`SEPARATORS`, in UTF-8, UTF-16 with its mark, or
            Shift-JIS), ``.xlsx`` or ``.parquet``; or a DataFrame.

    Raises:
        Problems: There is no such file, or it is no table.
        tsunagari.sim.problems.Failure: Excel's format without the extra that reads it.
    """
    if not isinstance(source, str | Path):
        return _of_frame(source)
    path = Path(source)
    name = str(path)
    kind = path.suffix.lower()
    if path.is_dir():
        raise _refused(name, "is a folder, not a table", f"name a file: {_KINDS}")
    if kind in (".xls", ".xlsm", ".xlsb", ".ods", ".numbers"):
        raise _refused(name, f"{kind} is not read", "save it as .xlsx or as CSV")
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(name, f"is larger than {MOST_BYTES >> 20} MB, which no such table is")
        if kind == ".xlsx":
            return _of_excel(path)
        if kind == ".parquet":
            return _of_parquet(path)
        return _of_text(name, path.read_bytes())
    except FileNotFoundError:
        raise _refused(name, "there is no such file") from None
    except (OSError, ValueError) as problem:
        if isinstance(problem, Problems):
            raise
        reason = getattr(problem, "strerror", None) or problem
        raise _refused(name, f"cannot be read: {reason}") from None


def _refused(name: str, message: str, suggestion: str | None = None) -> Problems:
    return Problems([Problem("", message, name, suggestion=suggestion)])


# -- text ------------------------------------------------------------------------------------------


def _of_text(name: str, content: bytes) -> Sheet:
    text, notes = _decoded(name, content)
    if not text.strip():
        raise _refused(name, "is empty", "`tsunagari fit --template` writes an example")
    told = _TOLD.match(text)  # in Excel's own way, above the names
    separator = told[1] if told else _separator(name, text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    if told:
        next(lines)
    rows: list[tuple[int, Sequence[str]]] = []
    begins = lines.line_num + 1
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            begins = lines.line_num + 1
    except csv.Error as problem:
        message = f"cannot be read as a table: {problem}"
        raise Problems([Problem("", message, name, begins)]) from None
    return _sheet(name, rows, True, separator, notes)


def _decoded(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a file, and a note where its encoding had to be told from its content."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16"), ()
    if b"\0" in content[:8192]:
        raise _refused(name, "is a binary file, not a table", f"name a file: {_KINDS}")
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
    if _looks_japanese(content):
        try:
            return content.decode("cp932"), (f"{Path(name).name} was read as Shift-JIS",)
        except UnicodeDecodeError:
            pass
    message = "is neither UTF-8 nor Shift-JIS text"
    raise Problems([Problem("", message, name, line, suggestion='save it as "CSV UTF-8"')])


def _looks_japanese(content: bytes) -> bool:
    """Whether a text in Shift-JIS has kana, marks or common characters.

    Western accents make rare characters of it or single half-width kana, and would be read too.
    """
    common = any(0x81 <= byte <= 0x97 and after >= 0x40 for byte, after in _pairs(content))
    return common or any(0xA1 <= a <= 0xDF and 0xA1 <= b <= 0xDF for a, b in _pairs(content))


def _pairs(content: bytes) -> Iterable[tuple[int, int]]:
    return itertools.pairwise(content)


def _separator(name: str, text: str) -> str:
    """What stands between cells: what the line of names has most of, outside quotation marks."""
    line = next(line for line in text.splitlines() if line.strip())
    bare = "".join(line.split('"')[::2])
    counts = {sign: bare.count(sign) for sign in SEPARATORS}
    sign = max(counts, key=lambda each: counts[each])
    if counts[sign] < 2:
        message = f"the first line has no names of columns with {_NAMES} between them"
        suggestion = "write month,firm,customers or the like"
        raise Problems([Problem("", message, name, 1, suggestion=suggestion)])
    return sign


# -- other files -----------------------------------------------------------------------------------


def _of_excel(path: Path) -> Sheet:
    need("excel", f"reading {path.name}")
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError):
        message = "is no workbook of Excel" if path.stat().st_size else "the file is empty"
        raise _refused(str(path), message, "save the table again as .xlsx or as CSV") from None
    try:
        first = book.worksheets[0]
        rows = []
        for number, cells in enumerate(first.iter_rows(values_only=True), start=1):
            if any(cell is not None and str(cell).strip() for cell in cells):
                rows.append((number, cells))
        others = len(book.worksheets) - 1
        notes = (f"of {path.name} the first sheet was read, {first.title}",) if others else ()
    finally:
        book.close()
    return _sheet(str(path), rows, True, None, notes)


def _of_parquet(path: Path) -> Sheet:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, partitioning=None, page_checksum_verification=True)
    except pa.ArrowException as problem:
        why = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise _refused(str(path), f"is no Parquet table ({why})") from None
    columns = [table.column(name).to_pylist() for name in table.column_names]
    return _of_columns(str(path), table.column_names, columns)


def _of_frame(frame: Any) -> Sheet:
    if not all(hasattr(frame, name) for name in ("columns", "index", "reset_index")):
        message = f"a table is a file or a DataFrame, not {type(frame).__name__}"
        raise _refused("the table", message)
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    names = [str(name) for name in frame.columns]
    columns = [frame.iloc[:, position].tolist() for position in range(len(names))]
    return _of_columns("the table", names, columns)


def _of_columns(name: str, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> Sheet:
    rows: list[tuple[int, Sequence[Any]]] = [(0, names)]
    rows += enumerate(zip(*columns, strict=True), start=1)
    return _sheet(name, rows, False, None, ())


def _sheet(
    name: str,
    rows: Sequence[tuple[int, Sequence[Any]]],
    has_lines: bool,
    separator: str | None,
    notes: tuple[str, ...],
) -> Sheet:
    """The sheet of rows of which the first has the names.

    Raises:
        Problems: There are no rows, too many, or rows with more cells than there are names.
    """
    if len(rows) < 2:
        suggestion = "`tsunagari fit --template` writes an example"
        raise _refused(name, "has no row below the names of columns", suggestion)
    if len(rows) - 1 > MOST_ROWS:
        message = f"has {len(rows) - 1:,} rows, more than {MOST_ROWS:,}"
        raise _refused(name, message, "keep one row for each month and firm")
    header = ["" if cell is None else str(cell).strip() for cell in rows[0][1]]
    while header and not header[-1]:
        header.pop()
    sheet = Sheet(name, tuple(header), (), has_lines, separator, notes)
    if len([title for title in header if title]) < 3:
        message = "the first row is to have the names of columns: month, firm and at least one more"
        suggestion = "leave out what stands above them"
        raise Problems([sheet.problem(rows[0][0] or None, "", message, suggestion)])
    problems, kept = [], []
    for number, cells in rows[1:]:
        beyond = [cell for cell in cells[len(header) :] if cell is not None and str(cell).strip()]
        if beyond:
            message = f"{len(cells)} cells for {len(header)} columns"
            suggestion = 'put numbers with a separator in them in quotes: "1,234"'
            problems.append(sheet.problem(number, "", message, suggestion if separator else None))
        given = tuple(cells[: len(header)])
        kept.append((number, given + (None,) * (len(header) - len(given))))
    if problems:
        raise Problems(problems[:20])
    return Sheet(name, tuple(header), tuple(kept), has_lines, separator, notes)
