"""Pictures in few colours, so that their files are small, without giving two firms one colour."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import INK, RESERVOIR_COLOURS, SOFT, firm_styles

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLOURS, _GREYS = 256, 20
_FIRMS = 7
_STEPS = (0.0, 0.25, 0.5, 0.7, 0.84)
"""How far colours fade into white: the edges of lines, and bands."""


def smaller(content: bytes, width: int) -> bytes:
    """A picture of at most a width, in 256 colours, as a PNG.

    Colours found by counting pixels would be mixtures of those of thin lines. Here the firms'
    colours, the reservoirs' and their shades are given, and the most frequent others added.

    Args:
        content: Any kind of picture that Pillow reads.
        width: Pixels; a wider picture is made smaller.
    """
    from PIL import Image

    with Image.open(io.BytesIO(content)) as opened:
        image = opened.convert("RGB")
    if image.width > width:
        height = round(image.height * width / image.width)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    pixels = np.asarray(image)
    palette = palette_for(pixels)
    small = Image.fromarray(_nearest(pixels, palette))
    small.putpalette(palette.tobytes())
    kept = io.BytesIO()
    small.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def palette_for(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The 256 colours in which a picture is kept, uint8[256, 3].

    Args:
        pixels: uint8[height, width, 3].
    """
    styles = firm_styles([str(number) for number in range(_FIRMS)]).values()
    named = [*(style.colour for style in styles), *RESERVOIR_COLOURS.values(), INK, SOFT]
    discs = np.array([[int(name[at : at + 2], 16) for at in (1, 3, 5)] for name in named], float)
    shades = [disc + (255.0 - disc) * step for disc in discs for step in _STEPS]
    greys = np.repeat(np.linspace(0.0, 255.0, _GREYS)[:, None], 3, axis=1)
    given = np.unique(np.round([*shades, *greys]).astype(np.uint8), axis=0)
    found, counts = np.unique(_packed(pixels), return_counts=True)
    others = _unpacked(found[np.argsort(-counts.astype(np.int64), kind="stable")])
    known = {tuple(colour) for colour in given.tolist()}
    more = [c for c in others.tolist() if tuple(c) not in known][: _COLOURS - len(given)]
    full = np.zeros((_COLOURS, 3), np.uint8)
    full[: len(given)] = given
    full[len(given) : len(given) + len(more)] = np.array(more, np.uint8).reshape(-1, 3)
    return full


def _nearest(pixels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The place of each pixel's nearest colour; exactly, as Pillow's own search makes white grey.

    Nothing is dithered: even areas are what makes these files small.
    """
    from scipy.spatial import cKDTree

    found, inverse = np.unique(_packed(pixels), return_inverse=True)
    _, nearest = cKDTree(palette.astype(float)).query(_unpacked(found).astype(float))
    return nearest.astype(np.uint8)[inverse].reshape(pixels.shape[:2])


def _packed(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """A number per pixel that is its colour."""
    return pixels.reshape(-1, 3).astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)


def _unpacked(colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Red, green and blue of such numbers, [colours, 3]."""
    return np.column_stack([colours >> 16, (colours >> 8) & 255, colours & 255])
