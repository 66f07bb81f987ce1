"""The tree of a scenario document: plain values that know where they were written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.problems import Problem

type Node = Scalar | Listing | Mapping


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was written.

    Attributes:
        file: The file as the user named it, or the option.
        line: From 1; None in an option.
        column: In characters, from 1; None in an option.
        folder: The folder at which relative paths written here start.
    """

    file: str
    line: int | None
    column: int | None
    folder: Path

    def problem(self, path: str, message: str, suggestion: str | None = None) -> Problem:
        """A problem with what is written here."""
        return Problem(path, message, self.file, self.line, self.column, suggestion)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, number, truth value or nothing.

    Attributes:
        value: The value by YAML 1.2's core schema.
        text: As it was written, without quotes.
        quoted: Whether it was written in quotes or as a block of text.
    """

    value: str | int | float | bool | None
    place: Place
    text: str
    quoted: bool
    size: int = 1
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``size`` counts the nodes in it with every alias expanded, ``depth`` the levels."""

    items: tuple[Node, ...]
    place: Place
    size: int = field(init=False)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(item.size for item in self.items))
        object.__setattr__(self, "depth", 1 + max((item.depth for item in self.items), default=0))


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value, and where the key stands."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values; ``size`` and ``depth`` as in a :class:`Listing`."""

    entries: dict[str, Entry]
    place: Place
    size: int = field(init=False)
    depth: int = field(init=False)

    def __post_init__(self) -> None:
        nodes = [entry.node for entry in self.entries.values()]
        object.__setattr__(self, "size", 1 + sum(node.size for node in nodes))
        object.__setattr__(self, "depth", 1 + max((node.depth for node in nodes), default=0))

    def get(self, key: str) -> Node | None:
        """The value of a key, if there is one."""
        entry = self.entries.get(key)
        return None if entry is None else entry.node


def plain(node: Node) -> Any:
    """The values alone, as dictionaries, lists and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key: plain(entry.node) for key, entry in node.entries.items()}


def node_of(value: Any, place: Place) -> Node:
    """The tree of a plain value, all of it written at one place.

    Sections of a schema and numpy's numbers and arrays count as the plain values they stand for.

    Raises:
        TypeError: The value is, or holds, something that a document cannot hold.
    """
    if hasattr(value, "model_dump"):
        value = value.model_dump(mode="json", by_alias=True)
    elif hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, str | bool | int | float):
        return Scalar(value, place, "" if value is None else str(value), isinstance(value, str))
    if isinstance(value, list | tuple):
        return Listing(tuple(node_of(item, place) for item in value), place)
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        entries = {key: Entry(place, node_of(item, place)) for key, item in value.items()}
        return Mapping(entries, place)
    raise TypeError(f"a scenario cannot hold {value!r} ({type(value).__name__})")


def name_of(node: Node) -> str | None:
    """The name of a list's item, for items that have one."""
    name = node.get("name") if isinstance(node, Mapping) else None
    return name.value if isinstance(name, Scalar) and isinstance(name.value, str) else None


def named_index(listing: Listing, name: str) -> int | None:
    """Position of the first item of that name; canonically equal texts are one name."""
    wanted = unicodedata.normalize("NFC", name)
    for index, other in enumerate(map(name_of, listing.items)):
        if other is not None and unicodedata.normalize("NFC", other) == wanted:
            return index
    return None


@dataclass(frozen=True, slots=True)
class Found:
    """The node nearest to a path, and what of the path leads there.

    Attributes:
        node: The deepest node on the path.
        entry: Where the key stands that leads to it; the node's own place for list items.
        path: For messages: items of lists by their name where they have one of their own.
        steps: The segments that were followed, list items by position.
        rest: The segments that lead nowhere.
    """

    node: Node
    entry: Place
    path: tuple[str | int, ...]
    steps: tuple[str | int, ...]
    rest: tuple[str | int, ...]


def found(tree: Node, path: Sequence[str | int]) -> Found:
    """Follow a path as far as it goes; list items by position or by name."""
    here = Found(tree, tree.place, (), (), tuple(path))
    while here.rest:
        step = stepped(here, here.rest[0])
        if step is None:
            return here
        here = step
    return here


def stepped(here: Found, segment: str | int) -> Found | None:
    """One segment further than ``here``; None if it leads nowhere."""
    node = here.node
    if isinstance(node, Mapping):
        entry = node.entries.get(str(segment))
        if entry is None:
            return None
        shown, step, place, child = str(segment), str(segment), entry.key, entry.node
        return Found(child, place, (*here.path, shown), (*here.steps, step), here.rest[1:])
    if isinstance(node, Listing):
        index = segment if isinstance(segment, int) else named_index(node, segment)
        if index is None or not 0 <= index < len(node.items):
            return None
        item = node.items[index]
        return Found(
            item,
            item.place,
            (*here.path, _shown(node, index)),
            (*here.steps, index),
            here.rest[1:],
        )
    return None


def _shown(listing: Listing, index: int) -> str | int:
    name = name_of(listing.items[index])
    return name if name and named_index(listing, name) == index else index
