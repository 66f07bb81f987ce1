"""The colours of a GIF: no more than 256, and those of the firms among them to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.animation.lettering import colour_of
from experiments.pictures.chart import INK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

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
