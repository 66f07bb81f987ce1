"""What moves in films: words and shapes drawn once as masks, and the colours there are."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import INK
from tsunagari.experiments.pictures.text import outlined, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


type Mask = NDArray[np.float32]
"""How far each pixel is covered, from 0 to 1; rows from the top."""
type Colour = NDArray[np.float32]
"""Red, green and blue, from 0 to 255."""

_RISE, _FALL = 1.25, 0.45
"""Room above and below the base line, in ems: Japanese signs are the tallest here."""


@functools.lru_cache(maxsize=4096)
def lettered(words: str, size: float, scale: float) -> tuple[Mask, int]:
    """A line of words as a mask, and the row of its base line.

    Args:
        words: The text.
        size: Points.
        scale: Pixels per page unit (see :mod:`tsunagari.experiments.pictures.page`).
    """
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    em = size * 100 / 72 * scale
    width = max(1, math.ceil(width_of(words, size) * scale) + 2)
    above, below = math.ceil(_RISE * em), math.ceil(_FALL * em)
    renderer = RendererAgg(width, above + below, 72)
    points, codes = outlined(words, size)
    if len(points):
        pen = renderer.new_gc()
        pen.set_linewidth(0)
        place = Affine2D().scale(scale).translate(1, below)
        renderer.draw_path(pen, Path(points, codes), place, (0.0, 0.0, 0.0))
    mask = np.asarray(renderer.buffer_rgba())[:, :, 3].astype(np.float32) / np.float32(255)
    mask.setflags(write=False)
    return mask, above


def dot(radius: float) -> Mask:
    """A filled circle, in pixels, in the middle of a square mask of odd size."""
    return np.clip(radius + 0.5 - _distances(radius), 0.0, 1.0)


def ring(radius: float, stroke: float) -> Mask:
    """A circle that is not filled; radius and stroke in pixels."""
    apart = np.abs(_distances(radius + stroke) - radius)
    return np.clip(stroke / 2 + 0.5 - apart, 0.0, 1.0)


def cross(radius: float, stroke: float) -> Mask:
    """A slanted cross of two strokes; pixels."""
    reach = math.ceil(radius + 1)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    near = np.minimum(np.abs(down - across), np.abs(down + across)) / math.sqrt(2)
    inside = np.clip(radius + 0.5 - np.maximum(np.abs(down), np.abs(across)), 0.0, 1.0)
    return np.clip(stroke / 2 + 0.5 - near, 0.0, 1.0) * inside


def stroke(across: float, down: float, width: float) -> Mask:
    """A straight line with round ends from the middle of a mask to a point; pixels."""
    reach = (math.ceil(abs(down) + width), math.ceil(abs(across) + width))
    rows, columns = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1].astype(np.float32)
    length = max(across * across + down * down, 1e-9)
    along = np.clip((columns * across + rows * down) / length, 0.0, 1.0)
    apart = np.hypot(columns - along * across, rows - along * down)
    return np.clip(width / 2 + 0.5 - apart, 0.0, 1.0)


def put(
    frame: NDArray[np.uint8],
    mask: Mask,
    colour: Colour,
    left: int,
    top: int,
    *,
    opacity: float = 1.0,
) -> None:
    """Colour a frame where a mask covers it; what would lie outside is cut off.

    Args:
        frame: uint8[height, width, 3]; changed.
        mask: What is covered.
        colour: With what.
        left: Column of the mask's first column.
        top: Row of the mask's first row.
        opacity: From 0 to 1.
    """
    rows, columns = mask.shape
    first, last = max(0, -top), min(rows, frame.shape[0] - top)
    start, end = max(0, -left), min(columns, frame.shape[1] - left)
    if first >= last or start >= end:
        return
    part = frame[top + first : top + last, left + start : left + end]
    cover = mask[first:last, start:end, None] * np.float32(opacity)
    part[:] = (part + (colour - part) * cover + 0.5).astype(np.uint8)


def put_centred(
    frame: NDArray[np.uint8],
    mask: Mask,
    colour: Colour,
    x: float,
    y: float,
    *,
    opacity: float = 1.0,
) -> None:
    """As :func:`put`, with the middle of the mask at a place in pixels."""
    rows, columns = mask.shape
    left, top = round(x - (columns - 1) / 2), round(y - (rows - 1) / 2)
    put(frame, mask, colour, left, top, opacity=opacity)


def colour_of(text: str) -> Colour:
    """The colour that ``#rrggbb`` names."""
    return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)], np.float32)


def _distances(radius: float) -> NDArray[np.float32]:
    """Of the pixels of a square from its middle."""
    reach = math.ceil(radius + 1)
    down, across = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    return np.hypot(down, across)


_MOST = 256
_STEPS = (0.25, 0.5, 0.75)
"""How far the edges of things fade into white, and into ink where a mark lies on a disc."""


def palette_of(colours: Iterable[str]) -> NDArray[np.uint8]:
    """The colours a film is made of and shades between them, uint8[256, 3].

    A palette found by counting pixels would drop the colour of a small firm; a film is mostly
    white.

    Args:
        colours: As ``#rrggbb``, the colours of discs and lines.
    """
    white, ink = np.full(3, 255.0), colour_of(INK)
    discs = [colour_of(colour) for colour in dict.fromkeys(colours)]
    shades = [*discs]
    for step in _STEPS:
        shades += [disc + (white - disc) * step for disc in discs]
        shades += [disc + (ink - disc) * step for disc in discs]
    found = np.unique(np.round(np.array(shades)).astype(np.uint8), axis=0)[: _MOST - 32]
    # Greys with what is left; both ends are among them.
    greys = np.linspace(ink[0], 255.0, _MOST - len(found)).round().astype(np.uint8)
    return np.concatenate([found, np.repeat(greys[:, None], 3, axis=1)])
