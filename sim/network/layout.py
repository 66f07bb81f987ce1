"""How the lines of an edge list are laid out, and which of them is not."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sim.network.files import NetworkFileProblem

_ENDS = {
    *("source", "target", "from", "to", "src", "dst", "dest", "destination", "tail", "head"),
    *("node", "person", "user", "customer", "friend", "neighbour", "neighbor", "vertex", "id"),
    *("name", "one", "other", "ego", "alter", "start", "end", "left", "right"),
    *("始点", "終点", "発", "着", "人", "友人", "相手", "顧客"),
}
_NUMBERING = re.compile(r"[\s_.-]*(?:id)?[\s_.-]*[0-9]*\Z", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)", re.IGNORECASE
)


class Layout(NamedTuple):
    """Columns of an edge list.

    Attributes:
        separator: Tab, semicolon, comma, or a space for any white space.
        columns: Two names, and perhaps a weight: 2 or 3.
        header: Number of the line that is a header; None if there is none.
        note: What a user should know about how the header was found; empty if nothing.
    """

    separator: str
    columns: int
    header: int | None
    note: str


def layout_of(path: Path, first: int, text: bytes) -> Layout:
    """The layout of a list, judged by the first two of its lines that count.

    Args:
        path: The file.
        first: Number of the first line of ``text``.
        text: Whole lines, at least one of which counts.

    Raises:
        NetworkFileProblem: The first line has one column or more than three.
    """
    lines = list(itertools.islice(_counting(first, text), 2))
    number, line = lines[0]
    unquoted = re.sub(r'"[^"]*"', "", line)
    separator = next((sign for sign in "\t;," if sign in unquoted), " ")
    fields = _fields(line, separator)
    if len(fields) == 1:
        message = (
            f"only one column ({fields[0]}); a tie is two names, separated by a comma, "
            "a semicolon, a tab or a space"
        )
        raise NetworkFileProblem(path, number, message)
    if len(fields) > 3:
        message = f"{len(fields)} columns; a tie is two names and perhaps a weight"
        raise NetworkFileProblem(path, number, message)
    following = _fields(lines[1][1], separator) if len(lines) > 1 else None
    usual = _is_usual_header(fields, following)
    if not usual and not _is_odd_header(fields, following):
        return Layout(separator, len(fields), None, "")
    if not fields[0]:
        message = "the first column has no name; save the list of ties without row numbers"
        raise NetworkFileProblem(path, number, message)
    note = "" if usual else f"the first line ({', '.join(fields)}) was taken for a header"
    return Layout(separator, len(fields), number, note)


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
    """
    for number, line in _counting(first, text):
        message = _message(line, layout)
        if message is not None:
            return NetworkFileProblem(path, number, message)
    return NetworkFileProblem(path, None, f"not a readable list of ties ({otherwise})")


def _message(line: str, layout: Layout) -> str | None:
    """What is wrong with a line; None if nothing is."""
    fields = _fields(line, layout.separator)
    if len(fields) != layout.columns:
        columns = "1 column" if len(fields) == 1 else f"{len(fields)} columns"
        return f"{columns}, while the first line has {layout.columns}"
    if not (fields[0] and fields[1]):
        return "a name is missing; a tie is two names"
    if line.count('"') % 2:
        return "a quotation mark without its counterpart"
    if layout.columns == 2:
        return None
    if not fields[2]:
        return "a weight is missing, while other lines have one"
    if not _is_number(fields[2]):
        return f"the weight {fields[2]!r} is not a number"
    weight = float(fields[2])
    if weight < 0:
        return f"the weight {fields[2]} is below 0"
    if not weight <= float(np.finfo(np.float32).max):
        return f"the weight {fields[2]} is not a finite number"
    return None


def _counting(first: int, text: bytes) -> Iterator[tuple[int, str]]:
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


def _fields(line: str, separator: str) -> list[str]:
    if separator == " ":
        line = re.sub(r"[ \t]+", " ", line.strip(" \t"))
    return [field.strip() for field in next(csv.reader([line], delimiter=separator))]


def _is_usual_header(fields: list[str], following: list[str] | None) -> bool:
    """Whether the line consists of words that are usual for a header.

    ``user1,user2`` may be a header as well as a tie; a next line ``user2,user3`` makes it a tie.
    """
    if not all(map(_is_usual, fields[:2])) or (len(fields) == 3 and _is_number(fields[2])):
        return False
    if following is not None:
        return not any(map(_is_usual, following[:2]))
    return not any(field[-1].isdigit() for field in fields[:2])


def _is_usual(field: str) -> bool:
    stem = _NUMBERING.sub("", field.lower())
    return stem in _ENDS or (not stem and field[:2].lower() == "id")


def _is_odd_header(fields: list[str], following: list[str] | None) -> bool:
    """Whether the line must be a header because the next line is of another kind."""
    if following is None or len(following) != len(fields):
        return False
    if any(map(_WHOLE_NUMBER.fullmatch, fields[:2])):
        return False
    if len(fields) == 3 and not _is_number(fields[2]) and _is_number(following[2]):
        return True
    return all(map(_WHOLE_NUMBER.fullmatch, following[:2]))


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None
