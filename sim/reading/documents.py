"""Reading one YAML document into a tree that knows where everything stands; never runs code."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from sim.problems import Problem, Problems
from sim.reading.composing import Composer
from sim.reading.nodes import Listing, Mapping, Node, Place, Scalar

MOST_BYTES = 1 << 20
"""Largest file read, bytes: hundreds of times a long scenario, and read in a second."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile(r"\r\n|\r|\n")


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
        code = f"U+{ord(bad[0]):04X}"
        message = f"the control character {code} is not allowed in a scenario"
        raise Problems([_place_at(text, bad.start(), start).problem("", message)])
    return Composer(text, start).composed()


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
