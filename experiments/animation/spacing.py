"""Room for everybody: discs of a drawn network moved apart until none hides another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 300


def moved_apart(
    places: NDArray[np.float64], apart: float, size: tuple[float, float]
) -> NDArray[np.float64]:
    """Places within a rectangle, as near to the given ones as distance allows.

    Whoever is too near to somebody is pushed away from them by half of what is missing, in rounds,
    as overlaps of labels and nodes are usually removed; friends who were near stay near.

    Args:
        places: Where everybody would be, [people, 2], from 0 to ``size``.
        apart: The distance wanted between any two. Where all of it does not fit, what does.
        size: Width and height of the rectangle.
    """
    from scipy.spatial import cKDTree

    # Two at one place have no direction in which to part: a golden angle for everybody.
    number = np.arange(len(places))
    angle = number * np.pi * (3.0 - np.sqrt(5.0))
    at = places + 0.01 * apart * np.column_stack([np.cos(angle), np.sin(angle)])
    for _ in range(_ROUNDS):
        pairs = cKDTree(at).query_pairs(apart, output_type="ndarray")
        if not len(pairs):
            break
        ones, others = pairs.T
        between = at[ones] - at[others]
        far = np.maximum(np.hypot(*between.T), 1e-9)
        push = between * (0.5 * (apart - far) / far)[:, None]
        for axis in (0, 1):
            at[:, axis] += np.bincount(ones, push[:, axis], len(at))
            at[:, axis] -= np.bincount(others, push[:, axis], len(at))
        np.clip(at, 0.0, size, out=at)
    return at
