"""Text as a terminal shows it, where Japanese characters take two columns."""

from __future__ import annotations

import io
import os
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence

from tsunagari.experiments.words.text import END_OF_ISOLATE, ISOLATE, escaped

WIDTH = 100
"""Columns of what commands print, at most."""


def screen() -> int:
    """Columns for what is printed: those of the terminal that it goes to, :data:`WIDTH` at most."""
    try:
        return min(WIDTH, max(_LEAST, os.get_terminal_size(sys.stdout.fileno()).columns))
    except (OSError, ValueError):  # a file, or another program
        return WIDTH


_LEAST = 40
_WIDE = "\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f"
_CLOSING = "、。，．！？：；」』）］｝〕】〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_PIECES = re.compile(
    rf"[{_WIDE}](?<![{_CLOSING}])[{_CLOSING}]*|[^{_WIDE}{_CLOSING}]+[{_CLOSING}]*|[{_CLOSING}]+"
)
_HIRAGANA = re.compile("[ぁ-ん]")  # sentences have them, names seldom
_GUIDES = dict.fromkeys(map(ord, ISOLATE + END_OF_ISOLATE))  # for pages and pictures


class Escaping(io.TextIOWrapper):
    """A stream that passes nothing on that a terminal would obey instead of showing.

    Whatever a name, a message or another program's output has in it, no cursor moves and nothing
    is turned round: such characters are written as JSON has them, so that JSON stays JSON. A bar
    that redraws its line is written to the stream below.

    Args:
        below: The stream that is written to; UTF-8 from now on.
    """

    def __init__(self, below: io.TextIOWrapper) -> None:
        below.reconfigure(encoding="utf-8", errors="backslashreplace")
        below.flush()
        self._below = below  # if it went, it would close what both write to
        super().__init__(
            below.buffer,
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=below.line_buffering,
            write_through=below.write_through,
        )

    def write(self, text: str, /) -> int:
        """Write a text; the number of its characters."""
        super().write(escaped(text.translate(_GUIDES), lines=True))
        return len(text)

    def close(self) -> None:
        """Write what waits; the stream below stays open, for it belongs to somebody else."""
        if not self.buffer.closed:
            self.flush()


def columns_of(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def cut_to(text: str, width: int = WIDTH) -> str:
    """The text on one line, in at most so many columns; an ellipsis shows that it was longer."""
    line = text.replace("\n", " ")
    if columns_of(line) <= width:
        return line
    room = width - 1
    for end, character in enumerate(line):
        room -= columns_of(character)
        if room < 0:
            return line[:end] + "…"
    return line  # never: a longer line does not fit


def wrapped(text: str, width: int | None = None, *, first: str = "", rest: str = "") -> list[str]:
    """The words of a text in lines of at most so many columns, where a word is not wider.

    Japanese, without spaces between its words, is broken between its characters, and so is what
    else is wider than a line and has wide ones; but not before what closes or ends something.

    Args:
        text: The text.
        width: Columns of a line, with what it begins with; None for those of the screen.
        first: What the first line begins with.
        rest: What all others begin with.
    """
    width = screen() if width is None else width
    lines: list[str] = []
    line = ""
    for gap, word in _words(text, width - columns_of(rest)):
        longer = f"{line}{gap}{word}" if line else (rest if lines else first) + word
        if line and columns_of(longer) > width:
            lines.append(line)
            longer = rest + word
        line = longer
    return [*lines, line] if line else lines


def _words(text: str, width: int) -> Iterator[tuple[str, str]]:
    """What is not broken, with what stands before it: a space, or nothing between wide letters."""
    for word in text.split():
        gap = " "
        is_text = columns_of(word) > width or _HIRAGANA.search(word)
        for piece in _PIECES.findall(word) if is_text else [word]:
            yield gap, piece
            gap = ""


_PARTS = re.compile(rf"（[^）]*）|[ァ-ヶー]+|[一-龥々]+[ぁ-ん]*|[^{_WIDE}（）]+|.")
"""Words of a heading without spaces between them."""


def head_lines(head: str, room: int) -> list[str]:
    """The heading of a column in lines that break between words, in Japanese as well.

    Args:
        head: The heading.
        room: Columns that are taken anyway; a longer word takes more.
    """
    parts = [
        ("" if place else " ", part)
        for word in head.split()
        for place, part in enumerate(_PARTS.findall(word))
    ]
    widest = max(room, *(columns_of(part) for _, part in parts))
    lines: list[str] = []
    for gap, part in parts:
        longer = f"{lines[-1]}{gap}{part}" if lines else ""
        if longer and columns_of(longer) <= widest:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def table_line(name: str, cells: Sequence[str], room: int, widths: Sequence[int]) -> str:
    """A line of a table: a name at the left, and cells at the right of their room.

    A name too long for its room takes what the first cell leaves before it is cut.
    """
    spare = widths[0] - columns_of(cells[0]) if cells else WIDTH - room
    line, end = cut_to(name, room - 1 + spare), room
    for cell, width in zip(cells, widths, strict=False):
        end += width
        line += " " * (end - columns_of(line) - columns_of(cell)) + cell
    return line.rstrip()
