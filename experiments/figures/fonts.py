"""Text as outlines, and text that fits.

Matplotlib draws text letter by letter through FreeType, twice (for PNG and for SVG): half the time
of a picture. Here the outline of a letter is read once from its font, and a line of text is an
array of points like any other shape. The Japanese font is opened when a text has characters that
Matplotlib's own lacks; its package is not imported, since that would change settings of Matplotlib.
"""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import get_data_path
from matplotlib.ft2font import FT2Font, Kerning, LoadFlags

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MISSING = "\N{WHITE SQUARE}"
_EM = 100.0  # size in pixels at which outlines are read


@dataclass(frozen=True)
class _Letter:
    """An outline in ems, from the start of the base line, and how far the next letter is."""

    points: NDArray[np.float64]
    codes: NDArray[np.uint8]
    advance: float


def outlined(text: str, size: float) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Points [n, 2] and path codes of a line of text, from the start of its base line.

    In page units (hundredths of an inch) at a size in points. A character that no font here has is
    a square.
    """
    words = _on_one_line(text)
    letters = [_letter(character) for character in words]
    starts = _starts(words)[:-1]
    sizes = [len(letter.points) for letter in letters]
    points = np.concatenate([np.empty((0, 2)), *(letter.points for letter in letters)])
    points[:, 0] += np.repeat(starts, sizes)
    codes = np.concatenate([np.empty(0, np.uint8), *(letter.codes for letter in letters)])
    return points * (size * 100 / 72), codes


def width_of(text: str, size: float) -> float:
    """Width of a line of text in page units at a size in points."""
    return _starts(_on_one_line(text))[-1] * size * 100 / 72


def shortened(text: str, room: float, size: float) -> str:
    """The text, with its middle left out if it is wider than the room (page units).

    Start and end both stay, because names of one kind often differ in their last word.
    """
    if width_of(text, size) <= room:
        return text
    left, right = (len(text) + 1) // 2, len(text) // 2
    while left > 1 and width_of(text[:left] + "…" + text[len(text) - right :], size) > room:
        if left > 2 * right:
            left -= 1
        elif right > 0:
            right -= 1
        else:
            left -= 1
    return text[:left].rstrip() + "…" + text[len(text) - right :].lstrip()


def short_names(names: Sequence[str], room: float, size: float) -> list[str]:
    """Names short enough for the room, still different from one another.

    Names that shortening made equal get their number in the list.
    """
    short = [shortened(name, room, size) for name in names]
    marks = [f" {place + 1}" if short.count(name) > 1 else "" for place, name in enumerate(short)]
    return [
        shortened(name, room - width_of(mark, size), size) + mark
        for name, mark in zip(names, marks, strict=True)
    ]


def _on_one_line(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kinds = ((c, unicodedata.category(c)) for c in unicodedata.normalize("NFC", text))
    return "".join(
        " " if kind == "Cc" or kind[0] == "Z" else c for c, kind in kinds if kind != "Cf"
    )


def _starts(words: str) -> list[float]:
    """Where each letter starts, in ems, and where the text ends."""
    at, starts, before = 0.0, [], ""
    for character in words:
        at += _closer(before, character) if before else 0.0
        starts.append(at)
        at += _letter(character).advance
        before = character
    return [*starts, at]


@functools.cache
def _letter(character: str) -> _Letter:
    font = _latin()
    if not font.get_char_index(ord(character)):
        font = _japanese()
        if not font.get_char_index(ord(character)):
            return _letter(_MISSING)
    glyph = font.load_char(ord(character), LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    advance = glyph.linearHoriAdvance / 65536 / _EM
    return _Letter(np.array(points, dtype=np.float64) / _EM, np.array(codes, np.uint8), advance)


@functools.cache
def _closer(before: str, after: str) -> float:
    """What a pair of letters is moved together (kerning), in ems; zero across fonts."""
    font = _latin()
    left, right = (font.get_char_index(ord(character)) for character in (before, after))
    return font.get_kerning(left, right, Kerning.UNFITTED) / 64 / _EM if left and right else 0.0


@functools.cache
def _latin() -> FT2Font:
    return _opened(Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")


@functools.cache
def _japanese() -> FT2Font:
    found = importlib.util.find_spec("matplotlib_fontja")
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError("Japanese text in pictures needs the package matplotlib-fontja")
    return _opened(Path(found.submodule_search_locations[0]) / "fonts" / "ipaexg.ttf")


def _opened(file: Path) -> FT2Font:
    font = FT2Font(file)
    font.set_size(_EM, 72)
    return font
