"""How the lines of a list of ties are laid out: separator, header, and which columns count."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path

from sim.network.choosing import Judged
from sim.network.columns import (
    Asked,
    ends_of,
    fault_of_weight,
    is_missing,
    is_number,
    is_word_for_an_end,
    shown,
)
from sim.network.files import NetworkFileProblem
from sim.network.lines import LOOKED_AT, WHOLE_NUMBER, Layout, NoEdgeList, counting, fields_of

_KONECT = re.compile(r"%\s*(sym|asym|bip)\s+(\w+)\s*")


def layout_of(path: Path, first: int, text: bytes, asked: Asked) -> Layout:
    """The layout of a list, judged by its first lines that count.

    Args:
        path: The file.
        first: Number of the first line of ``text``.
        text: Whole lines, at least one of which counts.
        asked: Which columns the scenario wants.

    Raises:
        NetworkFileProblem: The columns of a tie cannot be told, or are no list of ties.
        NoEdgeList: The lines may be an adjacency list.
    """
    lines = list(itertools.islice(counting(first, text), LOOKED_AT))
    skipped, notes, separator = [], [], ""
    found = re.fullmatch(r'"?sep=(.)"?', lines[0][1].strip(" "), re.IGNORECASE)
    if found:
        number, line = lines.pop(0)
        separator = " " if found[1].isspace() and found[1] != "\t" else found[1]
        skipped.append(number)
        notes.append(f"line {number} ({shown(line.strip())}) passed over")
        if not lines:
            raise NetworkFileProblem(path, None, "no ties in the file")
    separator = separator or _separator(path, lines)
    rows = [fields_of(line, separator) for _, line in lines]
    above = text.split(b"\n", lines[0][0] - first)[: lines[0][0] - first]
    comments = [line.strip().decode() for line in above if line.strip()[:1] in (b"#", b"%")]
    judged = Judged(path, [number for number, _ in lines], rows, separator, asked)
    if len(rows[0]) == 1:
        raise NoEdgeList(judged.problem(_one_column(rows[0][0])))
    named = _konect(judged, comments) or _named_by_comment(judged, comments)
    if named is not None and re.match(r"%\s*asym", comments[0]):
        notes.append("a directed network: each of its ties goes both ways here")
    header = named is None and _is_header(rows[0], rows[1] if len(rows) > 1 else None, asked)
    if header:
        skipped.append(lines[0][0])
        named = rows[0]
        if not all(map(is_word_for_an_end, rows[0][:2])) and ends_of(rows[0]) is None:
            notes.append(
                f"the first line ({', '.join(map(shown, rows[0]))}) was taken for a header"
            )
    source, target, weight, more = judged.columns(named, header=header)
    words = (rows[0][source], rows[0][target]) if header else None
    columns = separator, len(rows[0]), source, target, weight
    return Layout(*columns, words, tuple(skipped), (*notes, *more))


def _konect(judged: Judged, comments: list[str]) -> list[str] | None:
    """Names of the columns if the first comment is the header of a file from KONECT."""
    found = _KONECT.fullmatch(comments[0]) if comments else None
    if not found:
        return None
    if found[1] == "bip":
        message = (
            "a bipartite network of KONECT, in which 1 on the left and 1 on the right are two "
            "people; give them different names, and take the line that begins with % bip away"
        )
        raise judged.problem(message)
    width = len(judged.rows[0])
    return ["source", "target", "weight", "timestamp", *[""] * width][:width]


def _named_by_comment(judged: Judged, comments: list[str]) -> list[str] | None:
    """Names of the columns if the last comment before the ties tells them, as SNAP has it."""
    if not comments or len(judged.rows[0]) < 3:
        return None
    names = fields_of(comments[-1].lstrip("#% \t"), judged.separator)
    fits = len(names) == len(judged.rows[0]) and ends_of(names) is not None
    return names if fits else None


def _separator(path: Path, lines: Sequence[tuple[int, str]]) -> str:
    """The separator of a list, by its first line.

    Raises:
        NetworkFileProblem: White space separates, and weights have a decimal comma.
    """
    unquoted = re.sub(r'"[^"]*"', "", lines[0][1])
    separator = next((sign for sign in "\t|;," if sign in unquoted), " ")
    comma = re.compile(r"[^\s,]+[ ]+[^\s,]+[ ]+([+-]?[0-9]*,[0-9]+)")
    for number, line in lines[:2]:
        found = comma.fullmatch(line.strip())
        if found and separator in ", ":
            raise NetworkFileProblem(path, number, str(fault_of_weight(found[1])))
    return separator


def _is_header(fields: list[str], following: list[str] | None, asked: Asked) -> bool:
    """Whether the first line names columns.

    ``user1,user2`` may be a header as well as a tie; a next line ``user2,user3`` makes it a tie.
    """
    if any(map(is_number, fields)):
        return False
    wanted = [name for name in asked[:3] if isinstance(name, str)]
    if wanted and all(name.casefold() in map(str.casefold, fields) for name in wanted):
        return True
    ends = ends_of(fields)
    usual = (
        all(map(is_word_for_an_end, fields[:2])) if ends is None else
        all(is_word_for_an_end(fields[end]) for end in ends)
    )  # fmt: skip
    if usual and following is None:
        return ends is None or not any(fields[end][-1:].isdigit() for end in ends)
    if usual and following is not None:
        return not any(is_word_for_an_end(field) for field in following[:2])
    return _is_odd_header(fields, following)


def _is_odd_header(fields: list[str], following: list[str] | None) -> bool:
    """Whether the line must be a header because the next line is of another kind."""
    if following is None or len(following) != len(fields):
        return False
    if len(fields) > 2 and not is_missing(fields[2]) and any(map(is_number, following[2:])):
        return True
    return all(map(WHOLE_NUMBER.fullmatch, following[:2]))


def _one_column(field: str) -> str:
    return (
        f"only one column ({shown(field)}); a tie is two names, separated by a comma, "
        "a semicolon, a tab or a space"
    )
