"""The lines of a list of ties, taken apart, and which of them is wrong."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sim.network.columns import fault_of_weight
from sim.network.files import NetworkFileProblem

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
LOOKED_AT = 1000
"""Lines by which a list is judged."""


class Layout(NamedTuple):
    """Columns of a list.

    Attributes:
        separator: Tab, bar, semicolon, comma, or a space for any white space.
        columns: How many there are.
        source: Place of one end of a tie, from 0.
        target: Place of the other end.
        weight: Place of the weight; None if there is none, or it does not count.
        header: What a line that is a header calls both ends; None if there is none.
        skipped: Numbers of lines at the start that are no ties: the header, ``sep=;``.
        notes: What a user should know about how this was found.
    """

    separator: str
    columns: int
    source: int
    target: int
    weight: int | None
    header: tuple[str, str] | None
    skipped: tuple[int, ...]
    notes: tuple[str, ...]


class NoEdgeList(Exception):  # noqa: N818 - read as: raise NoEdgeList(problem)
    """Lines that are no list of ties, but perhaps one of people with all their friends.

    Attributes:
        problem: What is to be told if they are not.
    """

    def __init__(self, problem: NetworkFileProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def problem_in(
    path: Path, first: int, text: bytes, layout: Layout, otherwise: str
) -> NetworkFileProblem:
    """The first problem in lines that could not be parsed in one go, found line by line.

    Args:
        path: The file.
        first: Number of the first line of ``text``.
        text: Whole lines.
        layout: How they should be laid out.
        otherwise: What the fast parser said, for the case that every line by itself looks good.

    Raises:
        NoEdgeList: A line has another number of columns, and there is no header.
    """
    for number, line in counting(first, text):
        fields = fields_of(line, layout.separator)
        if len(fields) != layout.columns:
            problem = NetworkFileProblem(
                path, number, fault_of_width(fields, layout.columns, layout.separator)
            )
            if layout.header is not None:
                return problem
            raise NoEdgeList(problem)
        message = _message(line, fields, layout)
        if message is not None:
            return NetworkFileProblem(path, number, message)
    return NetworkFileProblem(path, None, f"not a readable list of ties ({otherwise})")


def fault_of_width(fields: list[str], columns: int, separator: str) -> str:
    """What to say of a line with more or fewer columns than the first."""
    own = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
    message = f"{own}, while the first line has {columns}"
    last = fields[-2:]
    if separator == "," and len(fields) == columns + 1 and all(map(str.isdecimal, last)):
        return f"{message}; if it ends with a decimal comma, write {'.'.join(last)}"
    return message


def _message(line: str, fields: list[str], layout: Layout) -> str | None:
    """What is wrong with a line; None if nothing is."""
    if not (fields[layout.source] and fields[layout.target]):
        return "a name is missing; a tie is two names"
    if line.count('"') % 2:
        return "a quotation mark without its counterpart"
    if layout.weight is None:
        return None
    return fault_of_weight(fields[layout.weight])


def counting(first: int, text: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of the lines that are neither comments nor empty."""
    start, number = 0, first
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].decode().strip(" \t")
        if line and line[0] not in "#%":
            # Trailing tabs are columns, too, if tabs separate.
            yield number, text[start:end].decode().strip(" ")
        start, number = end + 1, number + 1


def fields_of(line: str, separator: str) -> list[str]:
    """The columns of a line, without white space around them."""
    if separator == " ":
        line = re.sub(r"[ \t]+", " ", line.strip(" \t"))
    try:
        fields = next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a column longer than any name
        fields = [line]
    return [field.strip() for field in fields]
