"""Scenario files that build on others: finding, reading and merging them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import scenarios
from sim.problems import Problem, Problems
from sim.reading.documents import read_document
from sim.reading.nodes import Entry, Listing, Mapping, Node, Place, Scalar, name_of, named_index
from sim.reading.translating import reworded, without_translations

NAMED_LISTS = ("firms", "segments")
"""Top-level lists that a file changes item by item instead of replacing them."""
_NAMED = tuple((key,) for key in NAMED_LISTS)
MOST_BASES = 20
"""Longest chain of files that extend one another."""


@dataclass
class Reading:
    """What came of reading a file and all that it builds on.

    Attributes:
        root: The merged tree, without ``extends``.
        files: The files read, as messages name them; the one asked for first.
        problems: What is wrong without making a file unreadable, or with a base.
        is_whole: Whether every base could be read.
    """

    root: Mapping
    files: list[str]
    problems: list[Problem] = field(default_factory=list)
    is_whole: bool = True


def file_of(source: str | Path, folder: Path | None = None) -> Path:
    """The file meant by a path or by the name of a shipped scenario; a file comes first.

    Args:
        source: What a user wrote.
        folder: Where a relative path starts; None for the working directory.

    Raises:
        Problems: There is neither such a file nor such a scenario.
    """
    path = Path(source) if folder is None else folder / source
    if os.path.isfile(path):  # says no to names that no system has
        return path
    names = scenarios.names()
    if str(source) in names:
        return scenarios.path(str(source))
    if os.path.isdir(path):
        return path  # reading it says what it is
    close = difflib.get_close_matches(Path(source).stem, names, n=1)
    suggestion = f"did you mean {close[0]}?" if close else "`tsunagari list` names those shipped"
    message = "there is neither such a file nor a shipped scenario of that name"
    raise Problems([Problem("", message, str(source), suggestion=suggestion)])


def read_with_bases(path: Path) -> Reading:
    """Read a file and everything that it extends.

    Files merge as :func:`laid_over` says. Of the base's translations those of a title, a story,
    claims or events that the extending file has itself are left out.

    Raises:
        Problems: The file itself cannot be read.
    """
    document = read_document(path)
    reading = Reading(document.root, [str(path)], list(document.problems))
    chain = [path.resolve()]
    while (entry := reading.root.entries.get("extends")) is not None:
        reading.root = _without(reading.root, "extends")
        try:
            base_path = _base_of(entry.node, chain)
            base = read_document(base_path)
        except Problems as problems:
            reading.problems += [_seen_from(entry.node.place, p) for p in problems.problems]
            reading.is_whole = False
            break
        chain.append(base_path.resolve())
        reading.files.append(str(base_path))
        reading.problems += base.problems
        reading.root = merged(base.root, reading.root)
    return reading


def merged(base: Mapping, over: Mapping) -> Mapping:
    """A document's tree laid over its base's, as :func:`read_with_bases` says."""
    base = without_translations(base, reworded((key,) for key in over.entries))
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = base.get(key)
        node = entry.node if below is None else laid_over(below, entry.node, (key,))
        entries[key] = Entry(entry.key, node)
    return Mapping(entries, over.place)


def laid_over(base: Node, over: Node, path: Sequence[str | int]) -> Node:
    """What stands at a path of a scenario where something else is put over what is there.

    The one rule of ``extends``, ``--set`` and ``with_values``: mappings merge key by key, the new
    values winning. Lists replace what is there, except ``firms`` and ``segments``: an item whose
    name is there changes that item in place, any other is appended. Items of other lists, too, are
    replaced whole.

    Args:
        base: What is there.
        over: What is put over it.
        path: Where; items of lists by position.
    """
    if path[0] not in NAMED_LISTS and any(isinstance(step, int) for step in path):
        return over
    if tuple(path) in _NAMED and isinstance(base, Listing) and isinstance(over, Listing):
        return _merged_by_name(base, over)
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    entries = dict(base.entries)
    for key, entry in over.entries.items():
        below = base.get(key)
        node = entry.node if below is None else laid_over(below, entry.node, (*path, key))
        entries[key] = Entry(entry.key, node)
    return Mapping(entries, over.place)


def _merged_by_name(base: Listing, over: Listing) -> Listing:
    items = list(base.items)
    changed: set[int] = set()
    for item in over.items:
        name = name_of(item)
        index = None if name is None else named_index(base, name)
        if index is None or index in changed:  # a name given twice stays a mistake to be reported
            items.append(item)
        else:
            items[index] = laid_over(items[index], item, (NAMED_LISTS[0], index))
            changed.add(index)
    return Listing(tuple(items), over.place)


def _without(mapping: Mapping, key: str) -> Mapping:
    return Mapping({k: v for k, v in mapping.entries.items() if k != key}, mapping.place)


def _base_of(node: Node, chain: list[Path]) -> Path:
    """The file that ``extends`` names."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.value:
        message = "must be the path of a scenario file or the name of a shipped scenario"
        raise Problems([node.place.problem("extends", message)])
    path = file_of(node.value, node.place.folder)
    if path.resolve() in chain:
        circle = " extends ".join(p.name for p in [*chain[chain.index(path.resolve()) :], path])
        raise Problems([node.place.problem("extends", f"goes round in a circle: {circle}")])
    if len(chain) > MOST_BASES:
        message = f"more than {MOST_BASES} files extend one another"
        raise Problems([node.place.problem("extends", message)])
    return path


def _seen_from(place: Place, problem: Problem) -> Problem:
    """A problem without a line of its own, told where the base is named."""
    if problem.line is not None:
        return problem
    message = f"{problem.file}: {problem.message}"
    return place.problem("extends", message, problem.suggestion)
