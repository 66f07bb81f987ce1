"""The tree of a scenario document: plain values that know where they were written."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tsunagari.sim.problems import Problem

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

    size = depth = 1


class _Several:
    """What lists and mappings have in common."""

    @cached_property
    def size(self) -> int:
        """Nodes in it with every alias expanded, itself included."""
        return 1 + sum(node.size for node in _inside(self))

    @cached_property
    def depth(self) -> int:
        """Levels of nesting, its own included."""
        return 1 + max((node.depth for node in _inside(self)), default=0)


@dataclass(frozen=True)
class Listing(_Several):
    """A list."""

    items: tuple[Node, ...]
    place: Place

    def lacking(self, positions: Collection[int]) -> Listing:
        """The list without the items at some positions."""
        kept = (item for index, item in enumerate(self.items) if index not in positions)
        return Listing(tuple(kept), self.place)


@dataclass(frozen=True, slots=True)
class Entry:
    """A key's value, and where the key stands."""

    key: Place
    node: Node


@dataclass(frozen=True)
class Mapping(_Several):
    """Keys with their values."""

    entries: dict[str, Entry]
    place: Place

    def get(self, key: str) -> Node | None:
        """The value of a key, if there is one."""
        entry = self.entries.get(key)
        return None if entry is None else entry.node

    def having(self, key: str, node: Node, place: Place | None = None) -> Mapping:
        """The mapping with another value of a key.

        Args:
            key: A key, perhaps a new one.
            node: Its value.
            place: Where the key stands now; None where it stands already.
        """
        entry = Entry(self.entries[key].key if place is None else place, node)
        return Mapping({**self.entries, key: entry}, self.place)

    def lacking(self, keys: Collection[str]) -> Mapping:
        """The mapping without some keys."""
        kept = {key: entry for key, entry in self.entries.items() if key not in keys}
        return Mapping(kept, self.place)


def _inside(node: Any) -> Iterable[Node]:
    """The nodes right below a list or mapping."""
    if isinstance(node, Listing):
        return node.items
    return [entry.node for entry in node.entries.values()]


def put[N](node: N, steps: Sequence[str | int], new: Node | None, key: Place | None = None) -> N:
    """The tree with something else at a path, or without what is there.

    Args:
        node: The root.
        steps: The path, of at least one step, list items by position; where it leads nowhere,
            nothing changes.
        new: What is there from now on; None for nothing.
        key: Where its key stands from now on; None where it stands already.
    """
    changed: Any = node
    step, rest = steps[0], steps[1:]
    if isinstance(node, Listing):
        index = int(step)
        below = put(node.items[index], rest, new, key) if rest else new
        items = () if below is None else (below,)
        changed = Listing((*node.items[:index], *items, *node.items[index + 1 :]), node.place)
    elif isinstance(node, Mapping) and str(step) in node.entries:
        below = put(node.entries[str(step)].node, rest, new, key) if rest else new
        if below is None:
            changed = node.lacking([str(step)])
        else:
            changed = node.having(str(step), below, None if rest else key)
    return changed  # type: ignore[no-any-return]


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
    if isinstance(value, dict) and all(isinstance(key, str | int) for key in value):
        # A month as a key is a number in Python, and its digits in a file.
        entries = {str(key): Entry(place, node_of(item, place)) for key, item in value.items()}
        if len(entries) == len(value):
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
