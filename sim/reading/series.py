"""A column of a CSV file as the values of an event, a value for each month.

Written as ``to: {file: prices.csv, column: Aoba}``. The values are read once, when the scenario is:
a resolved scenario has the list and needs the file no longer.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from pathlib import Path

from tsunagari.sim.paths import nearest
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.tree import Listing, Mapping, Place, Scalar, node_of

KEYS = ("file", "column")
SEPARATORS = ",;\t"
MOST_BYTES = 8 << 20
"""Largest file read: a century of months in a thousand columns is smaller."""


def with_series(tree: Mapping) -> tuple[Mapping, list[Problem]]:
    """The tree with every column that an event names as the list of its values.

    Returns:
        The tree, and what is wrong with files and columns.
    """
    events = tree.get("events")
    if not isinstance(events, Listing):
        return tree, []
    problems: list[Problem] = []
    items = list(events.items)
    for index, event in enumerate(items):
        to = event.get("to") if isinstance(event, Mapping) else None
        if not (isinstance(event, Mapping) and isinstance(to, Mapping)):
            continue
        try:
            items[index] = event.having("to", node_of(_values(to), to.place))
        except Problems as raised:
            problems += [_at(problem, index) for problem in raised.problems]
    return tree.having("events", Listing(tuple(items), events.place)), problems


def _at(problem: Problem, index: int) -> Problem:
    path = f"events.{index}.to" if not problem.path else f"events.{index}.to.{problem.path}"
    return Problem(path, problem.message, problem.file, problem.line, problem.column,
                   problem.suggestion)  # fmt: skip


def _values(to: Mapping) -> list[float]:
    """The values of the column that is named.

    Raises:
        Problems: It is not named, not there, or holds something else than numbers.
    """
    (file, file_place), (column, column_place) = (_text(to, key) for key in KEYS)
    unknown = [key for key in to.entries if key not in KEYS]
    if unknown:
        raise Problems([to.entries[unknown[0]].key.problem(
            unknown[0], "unknown key", "a column is named by file and column")])  # fmt: skip
    path = (to.place.folder / Path(file).expanduser()).resolve()
    rows = _rows(path, file_place)
    header = rows[0]
    if column not in header:
        close = nearest(column, header)
        suggestion = f"did you mean {close}?" if close else f"there are {', '.join(header)}"
        message = f"{path.name} has no column {column!r}"
        raise Problems([column_place.problem("column", message, suggestion)])
    place = header.index(column)
    return list(_numbers(rows, place, path))


def _text(to: Mapping, key: str) -> tuple[str, Place]:
    """A text that names something, and where it is written."""
    node = to.get(key)
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value:
        return node.value, node.place
    suggestion = "write to: {file: prices.csv, column: Aoba}, or a list of values"
    where = to.place if node is None else node.place
    raise Problems([where.problem(key, "names the file and the column of a series", suggestion)])


def _rows(path: Path, named: Place) -> list[list[str]]:
    """The rows of a CSV file, header first, each as long as it.

    Raises:
        Problems: It cannot be read, or is no table.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Problems([named.problem("file", f"{path.name} is no table of months")])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Problems([named.problem("file", f"there is no such file: {path}")]) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path.name} cannot be read as UTF-8 text ({type(error).__name__})"
        raise Problems([named.problem("file", message)]) from None
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    if len(rows) < 2:
        message = f"{path.name} has no row of values below its header"
        raise Problems([named.problem("file", message)])
    return [[cell.strip() for cell in row] for row in rows]


def _numbers(rows: list[list[str]], place: int, path: Path) -> Iterator[float]:
    for line, row in enumerate(rows[1:], start=2):
        cell = row[place] if place < len(row) else ""
        try:
            value = float(cell.replace(",", ".") if cell.count(",") == 1 else cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            message = (
                f"{path.name}, line {line}: {cell!r} is no number"
                if cell
                else (f"{path.name}, line {line}: the cell is empty")
            )
            suggestion = "write a number for every month, from the event's own on"
            raise Problems([Problem("column", message, suggestion=suggestion)])
        yield value
