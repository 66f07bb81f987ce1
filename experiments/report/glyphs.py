"""Glyphs for what a reader's machine may have no font for: Japanese, cut down to what is used."""

from __future__ import annotations

import base64
import io
from collections.abc import Collection

from experiments.words.letters import japanese_file

FAMILY = "Tsunagari Gothic"
"""What the style sheet calls it, for these characters alone."""
_LOCAL = ("Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic", "Meiryo")
"""Used instead where a machine has one of them."""


def font_face(characters: Collection[str]) -> str:
    """A rule of style that holds the glyphs of all characters beyond Latin; empty without any.

    The font is IPAexGothic (IPA Font License 1.0), which is installed with this program.

    Raises:
        FileNotFoundError: The font is missing.
    """
    wanted = {c for c in characters if ord(c) > 0x2E7F or 0x2190 <= ord(c) <= 0x27BF}
    if not any(ord(c) > 0x2E7F for c in wanted):
        return ""
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 13, 14]  # whose it is, and its licence, stay in it
    options.notdef_outline = True
    with TTFont(japanese_file(), lazy=True) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[ord(c) for c in wanted])
        cutter.subset(font)
        held = io.BytesIO()
        font.save(held)
    data = base64.b64encode(held.getvalue()).decode()
    own = "".join(f"local('{name}')," for name in _LOCAL)
    source = f"{own}url(data:font/ttf;base64,{data}) format('truetype')"
    return (
        f'@font-face{{font-family:"{FAMILY}";src:{source};'
        "unicode-range:U+2190-27BF,U+2E80-FFEF,U+20000-2FFFF}\n"
    )
