"""Letters that pictures and documents can show, and the fonts that have them.

DejaVu Sans, which comes with Matplotlib, and IPAexGothic for Japanese. The package of the latter is
not imported, since that would change settings of Matplotlib.
"""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tsunagari.experiments.words.text import code_of

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

EM = 100.0
"""Size in pixels at which outlines are read."""


def notes_on_missing(texts: Iterable[str]) -> list[str]:
    """A note for every text with characters that no font here has."""
    notes = []
    for text in texts:
        missing = [c for c in dict.fromkeys(unicodedata.normalize("NFC", text)) if _is_missing(c)]
        if missing:
            some = ", ".join(f"{c} ({code_of(c)})" for c in missing[:3])
            more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
            notes.append(f"pictures show ? for {some}{more} in {text}: no font here has it")
    return notes


def _is_missing(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] not in "ZM" and kind not in ("Cc", "Cf") and font_of(character) is None


@functools.cache
def font_of(character: str) -> FT2Font | None:
    """The first font that has a character; None if none has."""
    code = ord(character)
    if latin().get_char_index(code):
        return latin()
    return _japanese() if _japanese().get_char_index(code) else None


@functools.cache
def latin() -> FT2Font:
    """The first font, opened at :data:`EM`."""
    return _opened(_latin_file())


@functools.cache
def _japanese() -> FT2Font:
    return _opened(japanese_file())


def both_fonts() -> FT2Font:
    """The one font with the other behind it, for what it lacks."""
    from matplotlib.font_manager import get_font

    font = get_font([_latin_file(), japanese_file()])
    font.set_size(EM, 72)
    return font


def japanese_file() -> Path:
    """Where the Japanese font is.

    Raises:
        FileNotFoundError: It is missing; the text says what to do.
    """
    found = importlib.util.find_spec("matplotlib_fontja")
    folders = found.submodule_search_locations if found is not None else None
    for folder in folders or ():
        path = Path(folder) / "fonts" / "ipaexg.ttf"
        if path.is_file():
            return path
    raise FileNotFoundError("the font of matplotlib-fontja is missing: install this program again")


def _latin_file() -> Path:
    from matplotlib import get_data_path

    return Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def _opened(file: Path) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(file)
    font.set_size(EM, 72)
    return font
