"""Networks from files: lists of ties and what networkx reads, plain or packed with gzip."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tsunagari.experiments.words.numbers import counted
from tsunagari.experiments.words.text import (
    LONGEST_LINE,
    LONGEST_NAME,
    escaped,
    shortened,
    unsuitable,
)
from tsunagari.sim.network.columns import Asked
from tsunagari.sim.network.csr import Network, join
from tsunagari.sim.network.edge_list import read_edge_list
from tsunagari.sim.network.files import NetworkFileProblem, file_digest, format_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.schema.market import NetworkPlan

__all__ = ["NetworkFileProblem", "file_digest", "network_in", "read_ties"]

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMERAL = re.compile(r"[+-]?[0-9]{1,18}(?:\.0*)?")
_USUAL = (0.5, 2.0)
"""Mean weights between which nothing need be said about them."""


def network_in(plan: NetworkPlan) -> tuple[Network, list[str]]:
    """The network in the file that a scenario names, and notes (:func:`read_ties`).

    Raises:
        Problems: It cannot be read, or is not the one whose digest the scenario gives.
    """
    path = Path(str(plan.file))
    if plan.digest not in (None, file_digest(path)):
        message = f"{path} is not the file this scenario was run with: its content has changed"
        suggestion = "leave the digest out to run it with what the file holds now"
        raise Problems([Problem("network.digest", message, suggestion=suggestion)])
    columns = plan.columns
    return read_ties(path, Asked(columns.source, columns.target, columns.weight, plan.weights))


def read_ties(path: Path, asked: Asked = Asked()) -> tuple[Network, list[str]]:  # noqa: B008 - it is frozen
    """The network in a file, and notes on what had to be put right or is not used.

    Ties are undirected. Ties of a person with themselves and ties of weight 0 are left out; ties
    given more than once, in whichever direction, count once, with the mean of their weights. Each
    of these is noted. People are numbered in ascending order where all names are whole numbers,
    else in the order in which they first appear. People without ties are kept.

    The last two files read are remembered by content, so that asking for the number of people
    first and for the network later costs one reading.

    Args:
        path: The file; its format is known by how it begins (:mod:`tsunagari.sim.network.files`).
        asked: Which columns or attributes count, and how weights do.

    Raises:
        NetworkFileProblem: The file cannot be read, or something in it is no tie.
    """
    network, notes = _read(path, file_digest(path), asked)
    return network, list(notes)


@functools.lru_cache(maxsize=2)
def _read(path: Path, digest: str, asked: Asked) -> tuple[Network, tuple[str, ...]]:
    form = format_of(path)
    if form == "list":
        loose = read_edge_list(path, asked)
    else:
        from tsunagari.sim.network.graphs import read_graph

        loose = read_graph(path, form, asked)
    names, ones, others, weights = loose.names, loose.ones, loose.others, loose.weights
    notes = [*loose.notes, *_one_number_twice(names)]
    _refuse_unreadable(path, names)
    if all(map(_WHOLE_NUMBER.fullmatch, names)):
        order = np.argsort(np.array([int(name) for name in names], np.int64), kind="stable")
        row = np.empty(len(names), np.int32)
        row[order] = np.arange(len(names), dtype=np.int32)
        names, ones, others = [names[i] for i in order.tolist()], row[ones], row[others]
    if weights is not None and not weights.all():
        some = weights > 0
        notes.append(f"{counted(len(some) - int(some.sum()), 'tie')} of weight 0 left out")
        ones, others, weights = ones[some], others[some], weights[some]
    if weights is not None and asked.weights == "mean-1" and len(weights):
        mean = _mean_weight(len(names), ones, others, weights)
        notes.append(f"weights divided by their mean, {mean:,.4g}")
        weights = (weights / mean).astype(np.float32)
    joined = join(len(names), ones, others, weights, tuple(names))
    network = joined.network
    if joined.loops:
        notes.append(f"{counted(joined.loops, 'tie')} of a person with themselves left out")
    if joined.repeats:
        averaged = ", weights averaged" if network.weighted else ""
        notes.append(f"{counted(joined.repeats, 'tie')} given before merged{averaged}")
    alone = int((network.degree() == 0).sum())
    if alone:
        people = "person" if alone == 1 else "people"
        notes.append(f"{alone:,} {people} without ties kept")
    return network, (*notes, *_notes_on_weights(network, asked, given=loose.weights is not None))


def _mean_weight(
    size: int, ones: NDArray[np.int32], others: NDArray[np.int32], weights: NDArray[np.float32]
) -> float:
    """The mean of the weights that the network will have."""
    ties = join(size, ones, others, weights).network.ties
    return float(ties.mean(dtype=np.float64)) if len(ties) else 1.0


def _notes_on_weights(network: Network, asked: Asked, *, given: bool) -> list[str]:
    if not given and asked.weights == "mean-1":
        return ["network.weights: mean-1 finds no weights to scale"]
    if not network.weighted:
        return []
    mean = float(network.ties.mean(dtype=np.float64))
    if asked.weights != "as-given" or _USUAL[0] <= mean <= _USUAL[1]:
        return []
    return [
        f"weights have a mean of {mean:,.4g}, and a friend over a tie of weight 2 counts as two; "
        "network.weights: mean-1 scales them to a mean of 1"
    ]


def _one_number_twice(names: list[str]) -> list[str]:
    """A note where people are told apart by how a number is written: 01 and 1."""
    numerals = [name for name in names if _NUMERAL.fullmatch(name)]
    if all(name.isdecimal() and (name[0] != "0" or name == "0") for name in numerals):
        return []
    spelt: dict[int, list[str]] = {}
    for name in numerals:
        spelt.setdefault(int(name.partition(".")[0]), []).append(name)
    twice = [spellings for spellings in spelt.values() if len(spellings) > 1]
    if not twice:
        return []
    what = "number is" if len(twice) == 1 else "numbers are"
    example = " and ".join(twice[0][:2])
    return [f"{len(twice):,} {what} written in two ways ({example}) and taken for two people"]


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
