"""The people of the network as discs: where each one's pixels are, and what colour they have."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.animation.lettering import Colour


class Crowd:
    """Discs that never move, so that a frame is a look-up of colours.

    A pixel belongs to the person nearest to it; discs that would overlap meet in a straight line.

    Args:
        places: Middles of the discs in pixels, x and y, [people, 2].
        radius: Of the discs, pixels.
        shape: Height and width of frames.
    """

    def __init__(self, places: NDArray[np.float64], radius: float, shape: tuple[int, int]) -> None:
        self.places = places
        self.radius = radius
        height, width = shape
        nearest = np.full(shape, np.inf, np.float32)
        owner = np.zeros(shape, np.int32)
        reach = math.ceil(radius + 1)
        for person, (x, y) in enumerate(places):
            left, right = max(0, int(x) - reach), min(width, int(x) + reach + 2)
            top, bottom = max(0, int(y) - reach), min(height, int(y) + reach + 2)
            down, across = np.mgrid[top:bottom, left:right].astype(np.float32)
            apart = np.hypot(down - np.float32(y), across - np.float32(x))
            part = nearest[top:bottom, left:right]
            closer = apart < part
            part[closer] = apart[closer]
            owner[top:bottom, left:right][closer] = person
        cover = np.clip(radius + 0.5 - nearest, 0.0, 1.0).reshape(-1)
        self._pixels = np.flatnonzero(cover)
        self._cover = cover[self._pixels][:, None]
        self._owner = owner.reshape(-1)[self._pixels]

    def put(self, frame: NDArray[np.uint8], colours: NDArray[np.float32]) -> None:
        """Draw everybody.

        Args:
            frame: uint8[height, width, 3], contiguous; changed.
            colours: A colour per person, [people, 3].
        """
        flat = frame.reshape(-1, 3)
        under = flat[self._pixels].astype(np.float32)
        over = colours[self._owner]
        flat[self._pixels] = (under + (over - under) * self._cover + 0.5).astype(np.uint8)


def colours_of_providers(
    provider: NDArray[np.int16], firms: NDArray[np.float32], without: Colour
) -> NDArray[np.float32]:
    """The colour of each person: its provider's, or another for those without one.

    Args:
        provider: Places of firms, -1 for none.
        firms: A colour per firm, [firms, 3].
        without: The colour of people without a provider.
    """
    return np.vstack([firms, without[None, :]])[provider]  # -1 is the last one
