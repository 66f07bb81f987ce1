"""One document over another: what ``extends``, ``--set`` and ``with_values`` have in common."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as AbstractMapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel

from tsunagari.agents.asked import shown
from tsunagari.experiments.words.text import shortened
from tsunagari.sim.paths import Path, assignment_of, nearest, path_of, text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.documents import MOST_LEVELS, node_and_problems
from tsunagari.sim.reading.tree import (
    Entry,
    Found,
    Listing,
    Mapping,
    Node,
    Place,
    Scalar,
    found,
    name_of,
    named_index,
    node_of,
    put,
)
from tsunagari.sim.schema.keys import default_at, sections_at

NAMED_LISTS = ("firms", "segments")
"""Top-level lists that a file changes item by item instead of replacing them."""
_NAMED = tuple((key,) for key in NAMED_LISTS)
type Override = str | tuple[str, str]
"""``path=value``; or the words that messages name it by (``--customers 0``), and that."""
_LONGEST_VALUE = 60
"""Characters of a value in what messages call it."""
_SECTION = "translations"
_WORDS_OF = {
    "title": ("title",),
    "story": ("story",),
    "claims": ("claims", "remarks"),
    "events": ("notes",),
}
"""A scenario's keys that have words, and where a translation has those."""
_WORDS_INSIDE = ("say", "remark", "note")


def merged(base: Mapping, over: Mapping) -> Mapping:
    """A document's tree over its base's (:func:`laid_over`).

    Of the base's translations those of a title, a story, claims or events that the document has
    itself are left out.
    """
    base = without_translations(base, reworded((key,) for key in over.entries))
    return _merged(without_members(base, (), over), over, ())


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
    return _merged(base, over, path)


def _merged(base: Mapping, over: Mapping, path: Sequence[str | int]) -> Mapping:
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


def label_of(option: Override) -> str:
    """How messages name an override."""
    return f"--set {option}" if isinstance(option, str) else option[0]


def with_options(
    tree: Mapping, options: Sequence[Override], model: type[BaseModel]
) -> tuple[Mapping, list[Problem]]:
    """The tree with every ``path=value`` in it, later ones over earlier ones.

    A value is YAML; a relative path in it starts at the working directory. A segment of a path is a
    key, the name of a list's item (in quotes where it holds dots) or its position. What is there
    and what is put over it merge as :func:`laid_over` says; nothing, put at an
    item of a list, takes the item out.

    Returns:
        The tree, and what is wrong with the options that could not be put in.
    """
    problems: list[Problem] = []
    tree = _with_fitting_translations(
        tree, (o if isinstance(o, str) else o[1] for o in options), lambda o: assignment_of(o)[0]
    )
    for option in options:
        place = Place(label_of(option), None, None, pathlib.Path.cwd())
        try:
            path, text = assignment_of(option if isinstance(option, str) else option[1])
        except ValueError:
            suggestion = "write it as market.customers=5000"
            problems.append(place.problem("", "is not of the form path=value", suggestion))
            continue
        if path[0] == "extends":
            message = "what a scenario extends is no value of it"
            problems.append(place.problem("", message, "write extends: in a file"))
            continue
        try:
            node, found_problems = node_and_problems(text, place)
            problems += found_problems
            tree = _with_node(without_members(tree, path, node), path, node, place, model)
        except Problems as raised:
            problems += raised.problems
    return tree, problems


def with_plain_values(
    tree: Mapping, values: AbstractMapping[str, Any], model: type[BaseModel]
) -> tuple[Mapping, list[Problem]]:
    """The tree with Python values at dotted paths, as :func:`with_options`."""
    problems: list[Problem] = []
    tree = _with_fitting_translations(tree, values, path_of)
    for text, value in values.items():
        said = shortened(repr(value), _LONGEST_VALUE)
        place = Place(f"the value {text}={said}", None, None, pathlib.Path.cwd())
        try:
            if not isinstance(text, str):
                raise TypeError(f"a path is a text such as 'market.customers', not {shown(text)}")
            path = path_of(text)
            node = node_of(value, place)
            tree = _with_node(without_members(tree, path, node), path, node, place, model)
        except Problems as raised:
            problems += raised.problems
        except (ValueError, TypeError) as problem:
            problems.append(place.problem("", str(problem)))
    return tree, problems


def _with_fitting_translations(
    tree: Mapping, texts: Iterable[str], path_in: Callable[[str], Path]
) -> Mapping:
    """The tree without translations of what is about to be called otherwise."""
    paths = []
    for text in texts:
        with suppress(ValueError, TypeError):  # no path: told where its value should have been put
            paths.append(path_in(text))
    return without_translations(tree, reworded(paths))


def _with_node(
    tree: Mapping, path: Sequence[str | int], node: Node, place: Place, model: type[BaseModel]
) -> Mapping:
    """The tree with one node at a path.

    Raises:
        Problems: The path leads through a list to an item that is not there, or past a value.
    """
    if len(path) + node.depth > MOST_LEVELS:
        raise Problems([place.problem("", f"is more than {MOST_LEVELS} levels deep")])
    tree = _with_default_list(tree, path, place, model)
    reached = found(tree, path)
    if not reached.rest and isinstance(reached.steps[-1], int) and _is_nothing(node):
        return _without_item(tree, reached.steps)
    below = _new_nodes(reached, node, place, model)
    if not reached.steps:
        assert isinstance(below, Mapping)  # a mapping with one more key
        return below
    return put(tree, reached.steps, below, None if reached.rest else place)


def _with_default_list(
    tree: Mapping, path: Sequence[str | int], place: Place, model: type[BaseModel]
) -> Mapping:
    """The tree with a list written out that the path leads into and the file is silent about."""
    reached = found(tree, path)
    for count in range(len(reached.steps) + 1, len(path)):
        keys = [str(segment) for segment in path[:count]]
        default = default_at(model, keys)
        if isinstance(default, list | tuple) and isinstance(reached.node, Mapping):
            written = node_of(default, place)
            return _with_node(tree, keys, written, place, model)
    return tree


def _new_nodes(reached: Found, node: Node, place: Place, model: type[BaseModel]) -> Node:
    """What takes the place of the node reached, so that the rest of the path leads to ``node``."""
    if not reached.rest:
        return laid_over(reached.node, node, reached.steps)
    if isinstance(reached.node, Listing):
        raise Problems([_no_such_item(reached, place)])
    # A section that is nothing so far, as in "enter: null", begins empty.
    if not isinstance(reached.node, Mapping) and not sections_at(model, reached.steps):
        path = text_of(reached.path)
        wrong = text_of((*reached.path, *reached.rest))
        raise Problems([place.problem(wrong, f"{path} is a single value without keys in it")])
    for segment in reversed(reached.rest[1:]):
        node = Mapping({str(segment): Entry(place, node)}, place)
    entries = dict(reached.node.entries) if isinstance(reached.node, Mapping) else {}
    entries[str(reached.rest[0])] = Entry(place, node)
    return Mapping(entries, reached.node.place)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _without_item(tree: Mapping, steps: Sequence[str | int]) -> Mapping:
    """The tree without one item of a list; what is translated of others stays with them."""
    *above, index = steps
    changed = put(tree, steps, None)
    worded = above in (["claims"], ["events"])
    return without_items(changed, str(above[0]), {int(index)}) if worded else changed


def _no_such_item(reached: Found, place: Place) -> Problem:
    listing, segment = reached.node, reached.rest[0]
    assert isinstance(listing, Listing)
    wrong = text_of((*reached.path, *reached.rest))
    where = text_of(reached.path)
    names = [name for name in map(name_of, listing.items) if name is not None]
    if isinstance(segment, int):
        if named_index(listing, str(segment)) is not None:
            meant = text_of((*reached.path, str(segment), *reached.rest[1:]))
            suggestion = f"did you mean {meant}?"
            return place.problem(wrong, f"{where} is numbered from 0", suggestion)
        has = f"{len(listing.items)} items, numbered from 0" if listing.items else "no items"
        return place.problem(wrong, f"{where} has {has}")
    name, count = _unquoted_name(reached.rest, names) or (nearest(segment, names), 1)
    if name is not None:
        suggestion = f"did you mean {text_of((*reached.path, name, *reached.rest[count:]))}?"
    else:
        suggestion = f"there are {', '.join(names)}" if names else "name an item by its position"
    return place.problem(wrong, f"nothing in {where} is called {segment}", suggestion)


def _unquoted_name(segments: Sequence[str | int], names: Sequence[str]) -> tuple[str, int] | None:
    """The name that several segments were meant to be, had it been in quotes; how many."""
    for count in range(2, len(segments) + 1):
        name = ".".join(map(str, segments[:count]))
        if name in names:
            return name, count
    return None


def reworded(paths: Iterable[Path]) -> set[str]:
    """Which of a scenario's keys may have other words once values stand at these paths."""
    return {
        str(path[0])
        for path in paths
        if path[0] in _WORDS_OF and (len(path) < 3 or path[-1] in _WORDS_INSIDE)
    }


def without_members(tree: Mapping, path: Sequence[str | int], node: Node) -> Mapping:
    """The tree without values that its members have for keys which are about to be set.

    What somebody says of a number is known, and differs between members no longer.

    Args:
        tree: A document.
        path: Where something is put.
        node: What is put there.
    """
    members = tree.get("members")
    if not isinstance(members, Mapping) or (path and path[0] == "members"):
        return tree
    said = _named(tree, path)
    gone = []
    for text in members.entries:
        try:
            of_member = _named(tree, path_of(text))
        except ValueError:  # no path: told where members are checked
            continue
        if of_member[: len(said)] == said and _says(node, of_member[len(said) :]):
            gone.append(text)
    return tree.having("members", members.lacking(gone)) if gone else tree


def _named(tree: Mapping, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """A path with the names of list items in the place of their positions."""
    if len(path) < 2 or path[0] not in NAMED_LISTS or not isinstance(path[1], int):
        return tuple(path)
    items = tree.get(str(path[0]))
    if not isinstance(items, Listing) or not 0 <= path[1] < len(items.items):
        return tuple(path)
    name = name_of(items.items[path[1]])
    return tuple(path) if name is None else (path[0], name, *path[2:])


def _says(node: Node, path: Sequence[str | int]) -> bool:
    """Whether a node has something at a path; one that is no mapping says all of it."""
    for step in path:
        if isinstance(node, Listing):
            index = named_index(node, str(step))
            below = None if index is None else node.items[index]
        elif isinstance(node, Mapping):
            below = node.get(str(step))
        else:
            return True
        if below is None:
            return False
        node = below
    return True


def without_translations(tree: Mapping, keys: Collection[str]) -> Mapping:
    """The tree without translations of some keys, whose words are about to be others.

    A title in one language must not stand over another market's title in the other. What is
    translated beside these keys stays.

    Args:
        tree: A document.
        keys: Of ``title``, ``story``, ``claims`` and ``events``.
    """
    gone = {name for key in keys for name in _WORDS_OF[key]}

    return _with_each_language(tree, lambda words: words.lacking(gone)) if gone else tree


def without_items(tree: Mapping, key: str, positions: Collection[int]) -> Mapping:
    """The tree without translations of some ``claims`` or ``events``."""

    def kept(words: Mapping) -> Mapping:
        for name in _WORDS_OF[key]:
            texts = words.get(name)
            if isinstance(texts, Listing):
                words = words.having(name, texts.lacking(positions))
        return words

    return _with_each_language(tree, kept) if positions else tree


def _with_each_language(tree: Mapping, change: Callable[[Mapping], Mapping]) -> Mapping:
    languages = tree.get(_SECTION)
    if not isinstance(languages, Mapping):
        return tree
    for language, words in languages.entries.items():
        if isinstance(words.node, Mapping):
            languages = languages.having(language, change(words.node))
    return tree.having(_SECTION, languages)
