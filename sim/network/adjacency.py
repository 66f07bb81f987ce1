"""Lists with a line for everybody: a name, and the names of all friends."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sim.network.loose import LooseTies


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
