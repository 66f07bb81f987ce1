"""Which columns of a list are the ends of a tie and its weight, and which may be anything else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.network.adjacency import is_adjacency
from sim.network.columns import (
    Ambiguous,
    Asked,
    ends_of,
    fault_of_weight,
    is_missing,
    is_number,
    is_word_for_a_person,
    listed,
    place_of,
    shown,
    weight_of,
)
from sim.network.files import NetworkFileProblem
from sim.network.lines import LOOKED_AT, WHOLE_NUMBER, NoEdgeList, fault_of_width

_FIRST_TIME, _LAST_TIME = 1e8, 1e20  # from seconds since 1970, in 1973, to nanoseconds
_NAMES = "name the columns: network.columns: {{source: {}, target: {}}}"


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
