"""Keeping translations with the words that they translate."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sim.paths import Path
from sim.reading.nodes import Entry, Listing, Mapping, Node

_SECTION = "translations"
_WORDS_OF = {
    "title": ("title",),
    "story": ("story",),
    "claims": ("claims", "remarks"),
    "events": ("notes",),
}
"""A scenario's keys that have words, and where a translation has those."""
_WORDS_INSIDE = ("say", "remark", "note")


def reworded(paths: Iterable[Path]) -> set[str]:
    """Which of a scenario's keys may have other words once values stand at these paths."""
    return {
        str(path[0])
        for path in paths
        if path[0] in _WORDS_OF and (len(path) < 3 or path[-1] in _WORDS_INSIDE)
    }


def without_translations(tree: Mapping, keys: Collection[str]) -> Mapping:
    """The tree without translations of some keys, whose words are about to be others.

    A title in one language must not stand over another market's title in the other. What is
    translated beside these keys stays.

    Args:
        tree: A document.
        keys: Of ``title``, ``story``, ``claims`` and ``events``.
    """
    gone = {name for key in keys for name in _WORDS_OF[key]}

    def kept(words: Mapping) -> Mapping:
        return Mapping({k: v for k, v in words.entries.items() if k not in gone}, words.place)

    return _with_each_language(tree, kept) if gone else tree


def without_items(tree: Mapping, key: str, positions: Collection[int]) -> Mapping:
    """The tree without translations of some ``claims`` or ``events``."""

    def kept(words: Mapping) -> Mapping:
        entries = dict(words.entries)
        for name in _WORDS_OF[key]:
            texts = words.get(name)
            if isinstance(texts, Listing):
                items = [item for i, item in enumerate(texts.items) if i not in positions]
                entries[name] = Entry(entries[name].key, Listing(tuple(items), texts.place))
        return Mapping(entries, words.place)

    return _with_each_language(tree, kept) if positions else tree


def _with_each_language(tree: Mapping, change: Callable[[Mapping], Mapping]) -> Mapping:
    entry = tree.entries.get(_SECTION)
    if entry is None or not isinstance(entry.node, Mapping):
        return tree
    languages: dict[str, Entry] = {}
    for language, words in entry.node.entries.items():
        node: Node = words.node
        languages[language] = Entry(words.key, change(node) if isinstance(node, Mapping) else node)
    changed = Entry(entry.key, Mapping(languages, entry.node.place))
    return Mapping({**tree.entries, _SECTION: changed}, tree.place)
