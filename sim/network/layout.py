"""How the lines of a list of ties are laid out: separator, header, and which columns count."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tsunagari.sim.network.columns import (
    LOOKED_AT,
    WHOLE_NUMBER,
    Ambiguous,
    Asked,
    Layout,
    NoEdgeList,
    counting,
    ends_of,
    fault_of_weight,
    fault_of_width,
    fields_of,
    is_missing,
    is_number,
    is_word_for_a_person,
    is_word_for_an_end,
    listed,
    place_of,
    shown,
    weight_of,
)
from tsunagari.sim.network.csr import LooseTies
from tsunagari.sim.network.files import NetworkFileProblem

_FIRST_TIME, _LAST_TIME = 1e8, 1e20  # from seconds since 1970, in 1973, to nanoseconds
_NAMES = "name the columns: network.columns: {{source: {}, target: {}}}"
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


class Judged(NamedTuple):
    """The first lines of a list, taken apart.

    Attributes:
        path: The file.
        numbers: Of the lines.
        rows: Their columns.
        separator: What separates them.
        asked: Which columns the scenario wants.
    """

    path: Path
    numbers: list[int]
    rows: list[list[str]]
    separator: str
    asked: Asked

    def problem(self, message: str) -> NetworkFileProblem:
        """For the first line of all."""
        return NetworkFileProblem(self.path, self.numbers[0], message)

    def columns(
        self, names: Sequence[str] | None, *, header: bool
    ) -> tuple[int, int, int | None, list[str]]:
        """Places of both ends and of the weight, and notes on what was left out."""
        width, asked, rows = len(self.rows[0]), self.asked, self.rows[1 if header else 0 :]
        wanted = [asked.source, asked.target, asked.weight]
        try:
            given = [
                None if name is None else place_of(name, names or [""] * width) for name in wanted
            ]
        except Ambiguous as problem:
            among = "" if names is not None else "; the file has no header"
            raise self.problem(f"network.columns: {problem}{among}") from problem
        ends = self._ends(given, names, rows)
        known = given[2] if given[2] is not None else weight_of(self._others(names or [], ends))
        notes: list[str] = []
        if known is None and names is None and given[:2] == [None, None] and width > 2:
            known = self._unnamed_weight(rows)
            notes.append("without a header, the third column is taken for weights")
        if known is not None and asked.weights == "ignored":
            what = f"column {shown(names[known])}" if names else f"column {known + 1}"
            notes = [f"the weights of {what} are ignored"]
        if len({*ends, known}) < 3:
            raise self.problem("network.columns names one column twice; a tie is two names")
        left = [place for place in range(width) if place not in (*ends, known)]
        if left:
            words = [names[place] if names else f"number {place + 1}" for place in left]
            notes.append(f"{'column' if len(left) == 1 else 'columns'} left out: {listed(words)}")
        return *ends, None if asked.weights == "ignored" else known, notes

    def _others(self, names: Sequence[str], ends: tuple[int, int]) -> list[str]:
        return ["" if place in ends else name for place, name in enumerate(names)]

    def _ends(
        self, given: list[int | None], names: Sequence[str] | None, rows: list[list[str]]
    ) -> tuple[int, int]:
        width = len(self.rows[0])
        if given[0] is not None and given[1] is not None:
            return given[0], given[1]
        found = (0, 1) if names is None else ends_of(names)
        # Whatever they are called, they may be all there are beside a weight.
        alone = names is not None and (width == 2 or (width == 3 and weight_of(names) == 2))
        if found is None and alone and names and is_word_for_a_person(names[0]):
            found = (0, 1)
        if found is None and names is not None:
            if list(names[1:]) == [row[0] for row in rows] and len(names) > 3:
                raise self.problem(_matrix())
            first = [shown(name) for name in names if name][:2]
            instead = _NAMES.format(*(first if len(first) == 2 else (1, 2)))
            what = "are not known as the two ends of a tie"
            raise self.problem(f"the columns {listed(names)} {what}; {instead}")
        assert found is not None
        return (
            given[0] if given[0] is not None else found[0],
            given[1] if given[1] is not None else found[1],
        )

    def _unnamed_weight(self, rows: list[list[str]]) -> int:
        """The third column, where it can be nothing but a weight.

        Raises:
            NetworkFileProblem: It may well be something else.
            NoEdgeList: The lines may be an adjacency list.
        """
        width = len(self.rows[0])
        for number, row in zip(self.numbers, rows, strict=True):
            if len(row) != width:
                fault = fault_of_width(row, width, self.separator)
                raise NoEdgeList(NetworkFileProblem(self.path, number, fault))
        if _is_matrix(rows):
            raise self.problem(_matrix())
        arrow = next((f for f in rows[0] if re.fullmatch(r"[-=~<]*[-=]+>?|[<>]", f)), None)
        if arrow:
            raise self.problem(
                f"{shown(arrow)} between names; write a tie as two names, without it"
            )
        numbers = all(is_number(row[2]) or is_missing(row[2]) for row in rows)
        if width > 3 and self.separator == "," and all(map(str.isdecimal, rows[0][-2:])):
            decimal = ".".join(rows[0][-2:])
            hint = f"; if it ends with a decimal comma, write {decimal}" if width == 4 else ""
        else:
            hint = ""
        choose = f"{_NAMES.format(1, 2)}, with weight: 3 if that is one"
        if width > 3:
            what = f"{width} columns without a header: which are the ends of a tie{hint}"
            raise NoEdgeList(self.problem(f"{what}; {choose}"))
        if not numbers and not is_number(rows[0][2]):
            fault = fault_of_weight(rows[0][2]) or "the third column is no number"
            what = f"{fault}, and no header says what the third column is"
            raise NoEdgeList(self.problem(f"{what}; {_NAMES.format(1, 2)} leaves it out"))
        what = _no_weight([row[2] for row in rows], rows)
        if what:
            raise self.problem(f"the third column has no header and {what}; {choose}")
        return 2


def _no_weight(third: list[str], rows: list[list[str]]) -> str:
    """What else than weights a column of numbers may be; nothing if they look like weights."""
    values = [float(field) for field in third if is_number(field)]
    whole = all(map(WHOLE_NUMBER.fullmatch, third))
    if values and _FIRST_TIME <= min(values) <= max(values) < _LAST_TIME:
        return "looks like times"
    if whole and len(set(values)) > 1 and all(1900 <= value <= 2100 for value in values):
        return "looks like years"
    steps = {later - value for value, later in itertools.pairwise(values)}
    if whole and len(values) > 4 and steps == {1.0}:
        return "looks like numbers of lines"
    all_whole = all(WHOLE_NUMBER.fullmatch(field) for row in rows for field in row)
    if all_whole and len(rows) < LOOKED_AT - 1 and is_adjacency(rows, unclear=True):
        return "may be one more friend (an adjacency list)"
    return ""


def _is_matrix(rows: list[list[str]]) -> bool:
    """Whether lines are a matrix of who is tied to whom, not a list."""
    size = len(rows)
    if size < 3 or any(len(row) != size for row in rows):
        return False
    if not all(is_number(field) for row in rows for field in row):
        return False
    values = [[float(field) for field in row] for row in rows]
    return all(values[i][i] == 0 for i in range(size)) and (
        size > 3 or all(values[i][j] == values[j][i] for i in range(size) for j in range(size))
    )


def _matrix() -> str:
    return (
        "a matrix of who is tied to whom, which is not read; write a line for each tie, or save it "
        "as Matrix Market with scipy.io.mmwrite"
    )


def is_adjacency(rows: Sequence[Sequence[str]], *, unclear: bool = False) -> bool:
    """Whether lines are an adjacency list, and can be no list of ties with a weight.

    Everybody has one line, and nobody is a friend twice in it. A single line is one if it has three
    names or more, and none that begins as a number does.

    Args:
        rows: Columns of every line.
        unclear: Whether lines of three numbers, which may be either, are meant to be found.
    """
    firsts = {row[0] for row in rows}
    if len(firsts) < len(rows) or any(len(set(row)) < len(row) or "" in row for row in rows):
        return False
    if len(rows) == 1:
        numbers = [field for field in rows[0] if re.match(r"[+-]?[0-9.,]", field)]
        return len(rows[0]) > 2 and len(numbers) == (len(rows[0]) if unclear else 0)
    return all(field in firsts for row in rows for field in row)


def is_metis(rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines are METIS: numbers of people and ties, then everybody's friends."""
    if not all(field.isdecimal() for row in rows for field in row) or len(rows[0]) not in (2, 3, 4):
        return False
    entries = sum(map(len, rows[1:]))
    weighted = len(rows[0]) > 2 and rows[0][2].strip("0") != ""
    return entries == 2 * int(rows[0][1]) or (weighted and len(rows) - 1 == int(rows[0][0]))


def adjacency_of(rows: Sequence[Sequence[str]]) -> LooseTies:
    """People and ties of an adjacency list; each is a tie once, in whichever line."""
    names: dict[str, int] = {}
    for row in rows:
        for name in row:
            names.setdefault(name, len(names))
    ties = {
        (min(one, other), max(one, other)): None
        for row in rows
        for one, other in ((names[row[0]], names[friend]) for friend in row[1:])
    }
    ends = np.array(list(ties), np.int32).reshape(-1, 2)
    note = "read as an adjacency list: in each line somebody and all friends"
    return LooseTies(list(names), ends[:, 0], ends[:, 1], None, [note])
