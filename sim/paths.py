"""The dotted paths by which files, options, events and messages name a key of a scenario."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

type Path = tuple[str | int, ...]
"""Keys, names of list items, and positions in lists (from 0)."""

_SEGMENT = re.compile(r"""\s*(?: "((?:[^"\\]|\\.)*)" | '([^']*)' | ([^."'=\s][^.=]*) )\s*""", re.X)
_NEEDS_QUOTES = re.compile(r"""[."'=\\]|^\s|\s$|^$|^\d+$""")


def path_of(text: str) -> Path:
    """The segments of a dotted path: ``firms."A.B".price`` → ``("firms", "A.B", "price")``.

    A segment of digits alone is a position in a list; a name of digits is put in quotes.

    Raises:
        ValueError: The text is no path.
    """
    path, end = _leading_path(text)
    if not path or end != len(text):
        raise ValueError(f"{text!r} is not a path such as market.customers")
    return path


def assignment_of(text: str) -> tuple[Path, str]:
    """The path and the value's text of ``path=value``.

    Raises:
        ValueError: There is no path, or no ``=`` after it.
    """
    path, end = _leading_path(text)
    if not path or text[end : end + 1] != "=":
        raise ValueError(f"{text!r} is not of the form path=value")
    return path, text[end + 1 :]


def text_of(path: Sequence[str | int]) -> str:
    """The dotted text of a path: the inverse of :func:`path_of`."""
    return ".".join(str(s) if isinstance(s, int) else _quoted(s) for s in path)


def nearest(word: str, words: Iterable[str], likeness: float = 0.6) -> str | None:
    """The one of ``words`` that somebody who wrote ``word`` most likely meant; None if no one.

    Args:
        word: What was written.
        words: What could have been meant.
        likeness: Least part of the letters in common, from 0 to 1, as difflib counts them.
    """
    folded: dict[str, str] = {}
    for candidate in words:
        folded.setdefault(_folded(candidate), candidate)
    close = difflib.get_close_matches(_folded(word), folded, n=1, cutoff=likeness)
    return folded[close[0]] if close else None


def _leading_path(text: str) -> tuple[Path, int]:
    """The path with which a text begins, and where it ends."""
    segments: list[str | int] = []
    position = 0
    while match := _SEGMENT.match(text, position):
        double, single, bare = match.groups()
        if bare is not None:
            bare = bare.rstrip()
            segments.append(int(bare) if re.fullmatch(r"[0-9]{1,9}", bare) else bare)
        else:
            segments.append(re.sub(r"\\(.)", r"\1", double) if double is not None else single)
        position = match.end()
        if text[position : position + 1] != ".":
            return tuple(segments), position
        position += 1
    return (), 0


def _quoted(segment: str) -> str:
    if not _NEEDS_QUOTES.search(segment):
        return segment
    return '"' + segment.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _folded(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
