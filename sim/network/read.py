"""Networks from files: edge lists (CSV or whitespace) and GraphML, plain or ``.gz``."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.network.csr import Network
from sim.network.edge_list import read_edge_list
from sim.network.files import NetworkFileProblem, file_digest
from sim.network.graphml import read_graphml
from sim.network.joining import join
from sim.text import LONGEST_LINE, LONGEST_NAME, escaped, shortened, unsuitable

__all__ = ["NetworkFileProblem", "file_digest", "read_ties"]

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_GRAPHML = re.compile(r"\.graphml(\.gz)?$", re.IGNORECASE)


def read_ties(path: Path) -> tuple[Network, list[str]]:
    """The network in a file, and notes on what had to be put right.

    Ties are undirected. Ties of a person with themselves and ties of weight 0 are left out; ties
    given more than once, in whichever direction, count once, with the mean of their weights. Each
    of these is noted. People are numbered in ascending order where all names are whole numbers,
    else in the order in which they first appear. People without ties exist in GraphML, and in an
    edge list where all of their ties were left out.

    The last two files read are remembered by content, so that asking for the number of people
    first and for the network later costs one reading.

    Args:
        path: ``.graphml`` or ``.graphml.gz`` is GraphML, everything else an edge list
            (:func:`sim.network.edge_list.read_edge_list`).

    Raises:
        NetworkFileProblem: The file cannot be read, or something in it is no tie.
    """
    network, notes = _read(path, file_digest(path))
    return network, list(notes)


@functools.lru_cache(maxsize=2)
def _read(path: Path, digest: str) -> tuple[Network, tuple[str, ...]]:
    loose = read_graphml(path) if _GRAPHML.search(path.name) else read_edge_list(path)
    names, ones, others, weights = loose.names, loose.ones, loose.others, loose.weights
    notes = list(loose.notes)
    _refuse_unreadable(path, names)
    if all(map(_WHOLE_NUMBER.fullmatch, names)):
        order = np.argsort(np.array([int(name) for name in names], np.int64), kind="stable")
        row = np.empty(len(names), np.int32)
        row[order] = np.arange(len(names), dtype=np.int32)
        names, ones, others = [names[i] for i in order.tolist()], row[ones], row[others]
    if weights is not None and not weights.all():
        some = weights > 0
        notes.append(_counted(len(some) - int(some.sum()), "of weight 0", "left out"))
        ones, others, weights = ones[some], others[some], weights[some]
    joined = join(len(names), ones, others, weights, tuple(names))
    if joined.loops:
        notes.append(_counted(joined.loops, "of a person with themselves", "left out"))
    if joined.repeats:
        averaged = ", weights averaged" if joined.network.weighted else ""
        notes.append(_counted(joined.repeats, "given before", f"merged{averaged}"))
    return joined.network, tuple(notes)


def _refuse_unreadable(path: Path, names: Sequence[str]) -> None:
    """Names of people are shown like any other.

    Raises:
        NetworkFileProblem: One is too long, or has a character that nobody sees.
    """
    if unsuitable("".join(names)):
        name, fault = next((name, fault) for name in names if (fault := unsuitable(name)))
        named = f"the name {escaped(shortened(name, LONGEST_NAME))}"
        raise NetworkFileProblem(path, None, f"{named}: {fault[0]}; {fault[1]}")
    longest = max(names, key=len, default="")
    if len(longest) > LONGEST_LINE:
        message = f"the name {longest[:LONGEST_NAME]}… has more than {LONGEST_LINE} characters"
        raise NetworkFileProblem(path, None, message)


def _counted(number: int, what: str, fate: str) -> str:
    return f"{number:,} {'tie' if number == 1 else 'ties'} {what} {fate}"
