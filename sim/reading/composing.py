"""From YAML text to a tree of plain values with their places; tags and code are refused."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from sim.paths import text_of
from sim.problems import Problem, Problems
from sim.reading.nodes import Entry, Listing, Mapping, Node, Place, Scalar
from sim.reading.scalars import value_of

MOST_NODES = 50_000
"""Most keys and values in a document, every alias counted as often as it is used."""
MOST_LEVELS = 50
"""Deepest nesting of a document."""

_STANDARD = "tag:yaml.org,2002:"
_PLAIN_WORDS = (
    ("'\\t' that cannot start", "a tab cannot be used to indent", "use spaces"),
    (
        "mapping values are not allowed",
        "a colon is not allowed here",
        "put text with ': ' in quotes",
    ),
    ("could not find expected ':'", "a key without a colon", "write it as key: value"),
    ("found unexpected end of stream", "a quotation mark is not closed", None),
    ("but got '<stream end>'", "a bracket is not closed", None),
    ("but found '<stream end>'", "a bracket is not closed", None),
    ("but found '}'", "this bracket does not fit the one that was opened", None),
    ("but found ']'", "this bracket does not fit the one that was opened", None),
    ("expected ',' or", "a comma or a closing bracket is missing before this", None),
    ("found undefined tag handle", "a tag that is not declared", "leave the tag out"),
    ("expected <block end>", "this line does not fit the indentation above it", None),
    (
        "that cannot start any token",
        "this character cannot start a value",
        "put the text in quotes",
    ),
)
_BEGUN_ELSEWHERE = ("expected ':'", "unexpected end of stream", "got '<stream end>'")


@dataclass
class _Open:
    """A list or mapping whose end has not been read."""

    place: Place
    anchor: str | None
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: tuple[str, Place] | None = None
    awaits_value: bool = False
    size: int = 1


class Composer:
    """Builds the tree out of the events of ruamel.yaml's parser, without recursion.

    Args:
        text: One YAML document.
        start: The place of its first character; no line means that places have none.
    """

    def __init__(self, text: str, start: Place) -> None:
        self._text = text
        self._start = start
        self._problems: list[Problem] = []
        self._anchors: dict[str, Node] = {}
        self._open: list[_Open] = []
        self._root: Node | None = None

    def composed(self) -> tuple[Node, list[Problem]]:
        """The tree, and what is wrong without making the text unreadable.

        Raises:
            Problems: The text is not YAML, or too large when every alias is written out.
        """
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        parser = YAML(typ="safe", pure=True)
        self._documents = 0
        try:
            for event in parser.parse(io.StringIO(self._text)):
                self._take(event)
        except MarkedYAMLError as problem:
            raise Problems([*self._problems, self._not_yaml(problem)]) from None
        except (YAMLError, ValueError, OverflowError, AssertionError) as problem:
            if isinstance(problem, Problems):
                raise
            message = f"is not YAML: {str(problem).splitlines()[0] if str(problem) else problem!r}"
            raise Problems([*self._problems, self._start.problem("", message)]) from None
        empty = Scalar(None, self._start, "", quoted=False)
        return self._root or empty, self._problems

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        match kind:
            case "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    self._stop(self._place(event), "a second document", "one file, one scenario")
            case "ScalarEvent":
                self._add(self._scalar(event), event)
            case "AliasEvent":
                self._add(self._aliased(event), event)
            case "SequenceStartEvent" | "MappingStartEvent":
                self._begin(event, is_mapping=kind == "MappingStartEvent")
            case "SequenceEndEvent" | "MappingEndEvent":
                self._end()

    def _begin(self, event: Any, is_mapping: bool) -> None:
        allowed = "map" if is_mapping else "seq"
        if self._tag(event) not in (None, "!", _STANDARD + allowed):
            self._refuse_tag(event)
        opened = _Open(self._place(event), event.anchor, is_mapping)
        if len(self._open) >= MOST_LEVELS:
            self._stop(opened.place, f"is nested more than {MOST_LEVELS} levels deep")
        self._anchors.pop(event.anchor, None)
        self._open.append(opened)

    def _end(self) -> None:
        done = self._open.pop()
        node: Node
        if done.is_mapping:
            node = Mapping(done.entries, done.place)
        else:
            node = Listing(tuple(done.items), done.place)
        if done.anchor is not None:
            self._anchors[done.anchor] = node
        self._add(node, None)

    def _add(self, node: Node, event: Any) -> None:
        """Put a finished node into what is open, as a key or as a value."""
        if event is not None and getattr(event, "anchor", None) and not _is_alias(event):
            self._anchors[event.anchor] = node
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += node.size
        # What is open adds up to the whole document as far as it has been read.
        if sum(opened.size for opened in self._open) > MOST_NODES:
            self._stop(parent.place, f"has more than {MOST_NODES:,} values with its aliases")
        if node.depth + len(self._open) > MOST_LEVELS:
            self._stop(parent.place, f"is nested more than {MOST_LEVELS} levels deep")
        if not parent.is_mapping:
            parent.items.append(node)
        elif not parent.awaits_value:
            parent.awaits_value, parent.key = True, self._key(node, event)
        else:
            parent.awaits_value = False
            if parent.key is not None:
                key, place = parent.key
                if isinstance(node, Scalar) and not node.text and not node.quoted:
                    node = replace(node, place=place)  # the parser has it where the next key is
                parent.entries[key] = Entry(place, node)

    def _key(self, node: Node, event: Any) -> tuple[str, Place] | None:
        """The text of a key; None, with a problem, for one that is refused."""
        place = self._place(event) if event is not None else node.place
        if not isinstance(node, Scalar) or (node.value is None and not node.quoted):
            self._complain(place, "a key must be text")
            return None
        if node.text == "<<" and not node.quoted:
            message = "merge keys (<<) are not part of YAML 1.2"
            self._complain(place, message, "use extends, or write it out")
            return None
        earlier = self._open[-1].entries.get(node.text)
        if earlier is not None:
            where = f" in line {earlier.key.line}" if earlier.key.line is not None else ""
            message = f"the key {node.text} is already there{where}"
            self._problems.append(place.problem(self._path(node.text), message))
            return None
        return node.text, place

    def _path(self, *below: str) -> str:
        """The path of the value that comes next."""
        above: list[str | int] = []
        for opened in self._open:
            if not opened.is_mapping:
                above.append(len(opened.items))
            elif opened.awaits_value and opened.key is not None:
                above.append(opened.key[0])
        return text_of([*above, *below])

    def _complain(self, place: Place, message: str, suggestion: str | None = None) -> None:
        self._problems.append(place.problem(self._path(), message, suggestion))

    def _scalar(self, event: Any) -> Scalar:
        place, text = self._place(event), event.value
        quoted = event.style is not None
        tag = self._tag(event)
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._complain(place, "half a character (a lone surrogate)")
            text = "?"
        if tag is None and not quoted:
            return Scalar(self._value(text, place), place, text, quoted=False)
        if tag in (None, "!", _STANDARD + "str"):
            return Scalar(text, place, text, quoted=True)
        value = self._value(text, place)
        kinds = {"int": int, "float": int | float, "bool": bool, "null": type(None)}
        wanted = kinds.get(str(tag).removeprefix(_STANDARD))
        if wanted is None:
            self._refuse_tag(event)
        elif not isinstance(value, wanted):
            self._complain(place, f"{text} does not fit its tag")
        return Scalar(value, place, text, quoted=False)

    def _value(self, text: str, place: Place) -> str | int | float | bool | None:
        try:
            return value_of(text)
        except ValueError as problem:
            self._complain(place, str(problem))
            return 0

    def _aliased(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is not None:
            return node
        inside = any(opened.anchor == event.anchor for opened in self._open)
        what = "contains itself" if inside else "stands for nothing above it"
        self._complain(self._place(event), f"the alias *{event.anchor} {what}")
        raise Problems(self._problems)

    def _tag(self, event: Any) -> str | None:
        return None if event.tag is None else str(event.tag)

    def _refuse_tag(self, event: Any) -> None:
        tag = str(event.tag).replace(_STANDARD, "!!")
        message = f"the tag {tag} is not allowed: a scenario holds plain values, never code"
        self._complain(self._place(event), message, "leave the tag out")

    def _place(self, event: Any) -> Place:
        if self._start.line is None:
            return self._start
        mark = event.start_mark
        return Place(self._start.file, mark.line + 1, mark.column + 1, self._start.folder)

    def _stop(self, place: Place, message: str, suggestion: str | None = None) -> NoReturn:
        raise Problems([*self._problems, place.problem("", message, suggestion)])

    def _not_yaml(self, problem: Any) -> Problem:
        marks = [problem.problem_mark, problem.context_mark]
        what = " ".join(str(problem.problem or problem.context or problem).split())
        if any(jargon in what for jargon in _BEGUN_ELSEWHERE):
            marks.reverse()
        mark = next((mark for mark in marks if mark is not None), None)
        place = self._start
        if place.line is not None and mark is not None:
            place = Place(place.file, mark.line + 1, mark.column + 1, place.folder)
        for jargon, message, suggestion in _PLAIN_WORDS:
            if jargon in what:
                return place.problem("", f"is not YAML: {message}", suggestion)
        return place.problem("", f"is not YAML: {what}")


def _is_alias(event: Any) -> bool:
    return type(event).__name__ == "AliasEvent"
