"""From the text of one YAML document to a tree that knows where everything stands; runs no code."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from tsunagari.experiments.words.text import code_of
from tsunagari.sim.paths import Path as Steps
from tsunagari.sim.paths import text_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.reading.tree import Entry, Listing, Mapping, Node, Place, Scalar

MOST_BYTES = 1 << 20
"""Largest file read, bytes: hundreds of times a long scenario, and read in a second."""
MOST_NODES = 50_000
"""Most keys and values in a document, every alias counted as often as it is used."""
MOST_LEVELS = 50
"""Deepest nesting of a document."""
MOST_DIGITS = 300
"""Digits of the longest whole number read; more would not fit the range of a float."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")
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
_OF_NODES = ("AliasEvent", "ScalarEvent", "SequenceStartEvent", "MappingStartEvent")
_BEGUN_ELSEWHERE = ("expected ':'", "unexpected end of stream", "got '<stream end>'")
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})


@dataclass(frozen=True)
class Document:
    """A document as read: its tree, and what is wrong in it without making it unreadable."""

    root: Mapping
    problems: tuple[Problem, ...]


def read_document(path: Path) -> Document:
    """Read a file that holds one mapping.

    Raises:
        Problems: There is no such file, or nothing in it can be understood.
    """
    start = Place(str(path), 1, 1, path.absolute().parent)
    return document_of(_text_of(path), start)


def document_of(text: str, start: Place) -> Document:
    """The document written in a text, as :func:`read_document`."""
    root, problems = node_and_problems(text, start)
    if isinstance(root, Scalar) and root.value is None:
        message = "there is no scenario in it"
        raise Problems([*problems, start.problem("", message, "`tsunagari new` writes one")])
    if not isinstance(root, Mapping):
        what = "a list" if isinstance(root, Listing) else "a single text or number"
        message = f"a scenario is a mapping of keys such as market and firms, not {what}"
        raise Problems([*problems, root.place.problem("", message)])
    return Document(root, tuple(problems))


def node_and_problems(text: str, start: Place) -> tuple[Node, list[Problem]]:
    """The tree of a YAML text, and what is wrong in it without making it unreadable.

    Args:
        text: One YAML document.
        start: The place of its first character; no line means that places have none.

    Raises:
        Problems: The text is not YAML, or too large when every alias is written out.
    """
    text = text.removeprefix("\ufeff")
    if bad := _UNPRINTABLE.search(text):
        message = f"the control character {code_of(bad[0])} is not allowed in a scenario"
        raise Problems([_place_at(text, bad.start(), start).problem("", message)])
    return _Composer(text, start).composed()


def said_of(problem: Problem, nothing: str, what: str, keys: str) -> Problem:
    """A problem with a document that is no scenario, in words for what it is.

    Args:
        problem: As it is said of a scenario.
        nothing: That there is none in it: ``there is no sweep in it``.
        what: What it is, with its article: ``a sweep file``.
        keys: Keys that it has: ``scenario and factors``.
    """
    bare = what.partition(" ")[2]
    for of_scenario, of_it in (
        ("there is no scenario in it", nothing),
        (
            "a scenario is a mapping of keys such as market and firms",
            f"{what} is a mapping of keys such as {keys}",
        ),
        ("not a scenario file", f"not {what}"),
        ("not a scenario", f"not {what}"),
        ("which no scenario is", f"which no {bare} is"),
        ("not allowed in a scenario", f"not allowed in {what}"),
    ):
        if of_scenario in problem.message:
            message = problem.message.replace(of_scenario, of_it)
            return replace(problem, message=message, suggestion=None)
    return problem


def _text_of(path: Path) -> str:
    """The text of a file, of which no more than :data:`MOST_BYTES` are looked at."""
    nowhere = Place(str(path), None, None, Path())
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except IsADirectoryError:
        raise Problems([nowhere.problem("", "is a folder, not a scenario file")]) from None
    except (FileNotFoundError, NotADirectoryError):
        raise Problems([nowhere.problem("", "there is no such file")]) from None
    except (OSError, ValueError) as problem:  # ValueError: a NUL in the name
        if os.path.isdir(path):  # Windows denies access to a folder
            raise Problems([nowhere.problem("", "is a folder, not a scenario file")]) from None
        reason = getattr(problem, "strerror", None) or problem
        raise Problems([nowhere.problem("", f"cannot be read: {reason}")]) from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problems([nowhere.problem("", "is written in UTF-16", "save it as UTF-8")])
    if b"\0" in content[:8192]:
        raise Problems([nowhere.problem("", "is a binary file, not a scenario")])
    if len(content) > MOST_BYTES:
        message = f"is larger than {MOST_BYTES >> 20} MB, which no scenario is"
        raise Problems([nowhere.problem("", message)])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = content[: problem.start].decode("utf-8")
        start = Place(str(path), 1, 1, Path())
        place = _place_at(before.removeprefix("\ufeff"), len(before), start)
        raise Problems([place.problem("", "is not UTF-8 text", "save it as UTF-8")]) from None


def _place_at(text: str, position: int, start: Place) -> Place:
    if start.line is None:
        return start
    ends = [match.end() for match in _LINE_END.finditer(text, 0, position)]
    column = position - (ends[-1] if ends else 0) + 1
    return Place(start.file, len(ends) + 1, column, start.folder)


class _Composer:
    """Builds the tree out of the events of ruamel.yaml's parser, a method for each kind of node.

    Its own composer would take tags and repeated keys for granted, and has no bounds.

    Args:
        text: One YAML document.
        start: The place of its first character; no line means that places have none.
    """

    def __init__(self, text: str, start: Place) -> None:
        self._text = text
        self._start = start
        self._problems: list[Problem] = []
        self._anchors: dict[str, Node | None] = {}  # None: not yet ended
        self._size = 0

    def composed(self) -> tuple[Node, list[Problem]]:
        """The tree, and what is wrong without making the text unreadable.

        Raises:
            Problems: The text is not YAML, or too large when every alias is written out.
        """
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        self._events: Iterator[Any] = YAML(typ="safe", pure=True).parse(io.StringIO(self._text))
        try:
            return self._document(), self._problems
        except MarkedYAMLError as problem:
            raise Problems([*self._problems, self._not_yaml(problem)]) from None
        except Problems:
            raise
        except (YAMLError, ValueError, OverflowError, AssertionError) as problem:
            message = f"is not YAML: {str(problem).splitlines()[0] if str(problem) else problem!r}"
            raise Problems([*self._problems, self._start.problem("", message)]) from None

    def _document(self) -> Node:
        root: Node | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(self._place(event), "a second document", "one file, one scenario")
            elif kind.endswith(_OF_NODES):
                root = self._node(event, (), 0)
        return root or Scalar(None, self._start, "", quoted=False)

    def _node(self, event: Any, path: Steps, level: int) -> Node:
        """The node that begins with an event, ``level`` lists and mappings deep."""
        match type(event).__name__:
            case "AliasEvent":
                return self._aliased(event, path)
            case "ScalarEvent":
                self._size += 1
                node: Node = self._scalar(event, path)
            case kind:
                before, place = self._size, self._place(event)
                allowed = "map" if kind[0] == "M" else "seq"
                if event.tag is not None and str(event.tag) not in ("!", _STANDARD + allowed):
                    self._refuse_tag(event, path)
                if level >= MOST_LEVELS:
                    self._stop(place, f"is nested more than {MOST_LEVELS} levels deep")
                self._anchors[event.anchor] = None
                self._size += 1
                of = self._mapping if kind == "MappingStartEvent" else self._listing
                node = of(place, path, level + 1)
                self._size = before + node.size
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _below(self, event: Any, parent: Place, path: Steps, level: int) -> Node:
        """A node in a list or mapping that begins at ``parent``, as key or as value."""
        node = self._node(event, path, level)
        if self._size > MOST_NODES:
            self._stop(parent, f"has more than {MOST_NODES:,} values with its aliases")
        if node.depth + level > MOST_LEVELS:
            self._stop(parent, f"is nested more than {MOST_LEVELS} levels deep")
        return node

    def _listing(self, place: Place, path: Steps, level: int) -> Listing:
        items: list[Node] = []
        while (event := next(self._events)).__class__.__name__ != "SequenceEndEvent":
            items.append(self._below(event, place, (*path, len(items)), level))
        return Listing(tuple(items), place)

    def _mapping(self, place: Place, path: Steps, level: int) -> Mapping:
        entries: dict[str, Entry] = {}
        while (event := next(self._events)).__class__.__name__ != "MappingEndEvent":
            stands = self._place(event)
            key = self._key(self._below(event, place, path, level), stands, path, entries)
            value_path = path if key is None else (*path, key)
            node = self._below(next(self._events), place, value_path, level)
            if key is None:
                continue
            if isinstance(node, Scalar) and not node.text and not node.quoted:
                node = replace(node, place=stands)  # the parser has it where the next key is
            entries[key] = Entry(stands, node)
        return Mapping(entries, place)

    def _key(self, node: Node, place: Place, path: Steps, earlier: dict[str, Entry]) -> str | None:
        """The text of a key; None, with a problem, for one that is refused."""
        if not isinstance(node, Scalar) or (node.value is None and not node.quoted):
            self._complain(place, path, "a key must be text")
            return None
        if node.text == "<<" and not node.quoted:
            message = "merge keys (<<) are not part of YAML 1.2"
            self._complain(place, path, message, "use extends, or write it out")
            return None
        if node.text in earlier:
            line = earlier[node.text].key.line
            where = f" in line {line}" if line is not None else ""
            message = f"the key {node.text} is already there{where}"
            self._complain(place, (*path, node.text), message)
            return None
        return node.text

    def _aliased(self, event: Any, path: Steps) -> Node:
        node = self._anchors.get(event.anchor)
        if node is not None:
            self._size += node.size
            return node
        what = "contains itself" if event.anchor in self._anchors else "stands for nothing above it"
        self._complain(self._place(event), path, f"the alias *{event.anchor} {what}")
        raise Problems(self._problems)

    def _scalar(self, event: Any, path: Steps) -> Scalar:
        place, text = self._place(event), event.value
        quoted = event.style is not None
        tag = None if event.tag is None else str(event.tag)
        if any("\ud800" <= character <= "\udfff" for character in text):
            self._complain(place, path, "half a character (a lone surrogate)")
            text = "?"
        if tag is None and not quoted:
            return Scalar(self._value(text, place, path), place, text, quoted=False)
        if tag in (None, "!", _STANDARD + "str"):
            return Scalar(text, place, text, quoted=True)
        value = self._value(text, place, path)
        kinds = {"int": int, "float": int | float, "bool": bool, "null": type(None)}
        wanted = kinds.get(str(tag).removeprefix(_STANDARD))
        if wanted is None:
            self._refuse_tag(event, path)
        elif not isinstance(value, wanted):
            self._complain(place, path, f"{text} does not fit its tag")
        return Scalar(value, place, text, quoted=False)

    def _value(self, text: str, place: Place, path: Steps) -> str | int | float | bool | None:
        try:
            return value_of(text)
        except ValueError as problem:
            self._complain(place, path, str(problem))
            return 0

    def _refuse_tag(self, event: Any, path: Steps) -> None:
        tag = str(event.tag).replace(_STANDARD, "!!")
        message = f"the tag {tag} is not allowed: a scenario holds plain values, never code"
        self._complain(self._place(event), path, message, "leave the tag out")

    def _complain(
        self, place: Place, path: Steps, message: str, suggestion: str | None = None
    ) -> None:
        self._problems.append(place.problem(text_of(path), message, suggestion))

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


def value_of(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar.

    Raises:
        ValueError: It is a whole number of more than :data:`MOST_DIGITS` digits.
    """
    if text in _NOTHING:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if text[0] not in "+-.0123456789":
        return text
    if _WHOLE.fullmatch(text) or _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        if len(text) > MOST_DIGITS:
            raise ValueError(f"a whole number of more than {MOST_DIGITS} digits")
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return float("nan") if text in _NOT_A_NUMBER else text
