"""Text as outlines, and text that fits.

Matplotlib draws text letter by letter through FreeType, twice (for PNG and for SVG): half the time
of a picture. Here the outline of a letter is read once from its font, and a line of text is an
array of points like any other shape. A text with Hebrew or Arabic in it is laid out by Matplotlib,
whose libraqm turns and joins letters.
"""

from __future__ import annotations

import bisect
import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ft2font import Kerning, LoadFlags

from tsunagari.experiments.words.letters import EM, both_fonts, font_of, latin
from tsunagari.experiments.words.text import END_OF_ISOLATE, ISOLATE, is_turned, isolated

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MISSING = "?"
_MOST = 1_000  # characters of a line that are measured
_GUIDES = ISOLATE + END_OF_ISOLATE + "\u200c\u200d"


@dataclass(frozen=True)
class _Letter:
    """An outline in ems, from the start of the base line, and how far the next letter is."""

    points: NDArray[np.float64]
    codes: NDArray[np.uint8]
    advance: float


def outlined(text: str, size: float) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Points [n, 2] and path codes of a line of text, from the start of its base line.

    In page units (hundredths of an inch) at a size in points. Characters that no font here has are
    a question mark.
    """
    words = _on_one_line(text)
    if is_turned(words):
        points, codes = _turned(words)
        return points * (size * 100 / 72), codes
    letters = [_letter(character) for character in words]
    starts = _starts(words)[:-1]
    sizes = [len(letter.points) for letter in letters]
    points = np.concatenate([np.empty((0, 2)), *(letter.points for letter in letters)])
    points[:, 0] += np.repeat(starts, sizes)
    codes = np.concatenate([np.empty(0, np.uint8), *(letter.codes for letter in letters)])
    return points * (size * 100 / 72), codes


def width_of(text: str, size: float) -> float:
    """Width of a line of text in page units at a size in points."""
    words = _on_one_line(text)
    if is_turned(words):
        return float(_turned(words)[0][:, 0].max(initial=0.0)) * size * 100 / 72
    return _starts(words)[-1] * size * 100 / 72


def fitting(text: str, room: float, size: float) -> int:
    """How many of its first characters fit the room (page units); 1 at least."""
    longer = range(2, min(len(text), _MOST) + 1)
    return 1 + bisect.bisect_right(longer, room, key=lambda end: width_of(text[:end], size))


def shortened(text: str, room: float, size: float) -> str:
    """The text, with its middle left out if it is wider than the room (page units).

    Start and end both stay, because names of one kind often differ in their last word.
    """
    if len(text) > _MOST:  # nowhere is room for half of it
        text = text[: _MOST // 2] + text[-_MOST // 2 :]
    elif width_of(text, size) <= room:
        return text
    kept = [((len(text) + 1) // 2, len(text) // 2)]
    while (ends := kept[-1])[0] > 1:
        left, right = ends
        kept.append((left - 1, right) if left > 2 * right or not right else (left, right - 1))

    def lacks(ends: tuple[int, int]) -> float:
        return -width_of(text[: ends[0]] + "…" + text[len(text) - ends[1] :], size)

    place = bisect.bisect_left(kept, -room, key=lacks)
    left, right = kept[min(place, len(kept) - 1)]
    return text[:left].rstrip() + "…" + text[len(text) - right :].lstrip()


def short_names(names: Sequence[str], room: float, size: float) -> list[str]:
    """Names short enough for the room, still different from one another.

    Names that shortening made equal, or missing characters, get their number in the list. They
    can stand in a sentence: see :func:`tsunagari.experiments.words.text.isolated`.
    """
    names = [_on_one_line(name) for name in names]
    short = [shortened(name, room, size) for name in names]
    marks = [f" {place + 1}" if short.count(name) > 1 else "" for place, name in enumerate(short)]
    return [
        isolated(shortened(name, room - width_of(mark, size), size) + mark)
        for name, mark in zip(names, marks, strict=True)
    ]


def _on_one_line(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    guides = _GUIDES if is_turned(text) else ""
    line: list[str] = []
    missing = False
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if kind == "Cc" or kind[0] == "Z":
            line.append(" ")
        elif character in guides or (kind != "Cf" and font_of(character) is not None):
            line.append(character)
        elif kind[0] in "CM" and kind not in ("Cn", "Co"):
            continue  # a mark goes with its letter
        elif not missing:
            line.append(_MISSING)
        missing = line[-1:] == [_MISSING] and font_of(character) is None
    return "".join(line)


@functools.lru_cache(maxsize=1024)
def _turned(words: str) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """As :func:`outlined`, in ems, of a line with letters that go from right to left.

    A sentence in other letters goes its own way, whatever it begins with.
    """
    from matplotlib.textpath import text_to_path

    turned = sum(unicodedata.bidirectional(c) in ("R", "AL") for c in words)
    straight = sum(unicodedata.bidirectional(c) == "L" for c in words)
    first = "\N{LEFT-TO-RIGHT MARK}" if straight > turned else ""
    places, outlines, _ = text_to_path.get_glyphs_with_font(both_fonts(), first + words)
    paths = [(outlines[glyph], x, y) for glyph, x, y, _ in places]
    points = [np.add(path[0], (x, y)) for path, x, y in paths if len(path[0])]
    codes = [np.asarray(path[1], np.uint8) for path, _, _ in paths if len(path[0])]
    return (
        np.concatenate([np.empty((0, 2)), *points]) / EM,
        np.concatenate([np.empty(0, np.uint8), *codes]),
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
    font = font_of(character)
    if font is None:
        return _letter(_MISSING)
    glyph = font.load_char(ord(character), LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    advance = glyph.linearHoriAdvance / 65536 / EM
    return _Letter(np.array(points, dtype=np.float64) / EM, np.array(codes, np.uint8), advance)


@functools.cache
def _closer(before: str, after: str) -> float:
    """What a pair of letters is moved together (kerning), in ems; zero across fonts."""
    font = latin()
    left, right = (font.get_char_index(ord(character)) for character in (before, after))
    return font.get_kerning(left, right, Kerning.UNFITTED) / 64 / EM if left and right else 0.0
