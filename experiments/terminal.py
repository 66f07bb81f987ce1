"""Text as a terminal shows it, where Japanese characters take two columns."""

from __future__ import annotations

import unicodedata


def columns_of(text: str) -> int:
    """Columns a text takes in a terminal."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def cut_to(text: str, width: int) -> str:
    """The text on one line, in at most so many columns; an ellipsis shows that it was longer."""
    line = text.replace("\n", " ")
    if columns_of(line) <= width:
        return line
    while columns_of(line) > width - 1:
        line = line[:-1]
    return line + "…"


def wrapped(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most so many columns, where a word is not wider."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and columns_of(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines
