"""``tsunagari list``: the shipped scenarios."""

from __future__ import annotations

import unicodedata


def list_() -> None:
    """The shipped scenarios, a line each.

    A name stands for a scenario wherever a command takes a file.
    """
    import scenarios

    names = scenarios.names()
    widest = max(map(_columns, names), default=0)
    for name in names:
        title = scenarios.title(name)
        print(f"{name}{' ' * (widest - _columns(name))}  {title}")


def _columns(text: str) -> int:
    """Columns a text takes on a terminal: two for every wide character, none for an accent."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
