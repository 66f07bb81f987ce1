"""Networks of Pajek, read by networkx once they say all that it takes for granted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sim.network.columns import shown
from sim.network.files import NetworkFileProblem, whole_text

if TYPE_CHECKING:
    import networkx


def read_pajek(path: Path) -> networkx.Graph:
    """The graph in a file.

    Raises:
        NetworkFileProblem: The file has parts that are not read, two labels are the same, or a
            line is no tie.
    """
    import networkx as nx

    lines = [
        (number, line.strip())
        for number, line in enumerate(whole_text(path).split("\n"), 1)
        if line.strip() and not line.lstrip().startswith(("%", "/*"))
    ]
    text: list[str] = []
    size = rows = 0
    part = ""
    for number, line in lines:
        if line.startswith("*"):
            if part == "vertices":
                text += _rest(text, size)
            part = (re.match(r"\*\s*(\w*)", line) or ["", ""])[1].lower()
            if part == "vertices":
                size = _size(path, number, line, again=bool(size))
                line = f"*vertices {size}"
            elif part not in ("network", "edges", "arcs", "matrix"):
                message = (
                    f"*{shown(part)}, a part of Pajek that is not read; "
                    "write *Edges or *Arcs, a line for each tie"
                )
                raise NetworkFileProblem(path, number, message)
            text.append(line.replace("* ", "*"))
            continue
        fields = line.split()
        if part == "vertices":
            text.append(line if len(fields) > 1 else f"{line} {line}")
        elif part == "matrix":
            rows += 1
            text.append(line)
        elif part in ("edges", "arcs") and len(fields) > 1 and _is_tie(fields, size):
            text.append(line)
        else:
            raise NetworkFileProblem(path, number, f"'{shown(line)}' is no tie of Pajek")
    if part == "vertices":
        text += _rest(text, size)
    if rows not in (0, size):
        raise NetworkFileProblem(path, None, f"{rows:,} lines in *Matrix, for {size:,} people")
    graph = nx.parse_pajek("\n".join(text))
    if len(graph) < size:
        message = f"{size - len(graph):,} of its {size:,} people have the label of another"
        raise NetworkFileProblem(path, None, message)
    return graph


def _size(path: Path, number: int, line: str, *, again: bool) -> int:
    """Number of people in ``*Vertices n``."""
    counts = re.findall(r"\S+", line.partition(" ")[2])
    if (
        len(counts) == 1
        and counts[0].isdecimal()
        and 0 < int(counts[0]) <= 10_000_000
        and not again
    ):
        return int(counts[0])
    two_modes = len(counts) == 2 and all(map(str.isdecimal, counts))
    what = "a network of two modes" if two_modes else f"'{shown(line)}' does not count its people"
    raise NetworkFileProblem(path, number, f"{what}; one network of one mode is read")


def _rest(text: list[str], size: int) -> list[str]:
    """Lines for the people that ``*Vertices`` counts and does not list."""
    begin = max(at for at, line in enumerate(text) if line.startswith("*vertices"))
    given = {line.split()[0] for line in text[begin + 1 :]}
    return [f"{number} {number}" for number in range(1, size + 1) if str(number) not in given]


def _is_tie(fields: list[str], size: int) -> bool:
    """Whether a line names two of the people, and then a number if anything."""
    if not all(end.isdecimal() and 0 < int(end) <= size for end in fields[:2]):
        return False
    try:
        return len(fields) < 3 or float(fields[2]) is not None
    except ValueError:
        return False
