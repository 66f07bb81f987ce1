"""Shapley values: what each player adds to a whole, averaged over all orders of joining."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def shapley_values(worth: ArrayLike) -> NDArray[np.float64]:
    """Exact Shapley values of a game (Shapley 1953), all coalitions given.

    They add up to the worth of everybody less that of nobody. A player who never adds anything
    gets exactly 0; two who always add the same get the same.

    Args:
        worth: Worth of every coalition, shape (..., 2ⁿ): in the number of a coalition, bit k says
            whether player k is in it.

    Returns:
        Value of every player, shape (..., n).

    Raises:
        ValueError: The number of coalitions is not a power of two.
    """
    worths = np.asarray(worth, dtype=np.float64)
    coalitions = worths.shape[-1]
    players = coalitions.bit_length() - 1
    if coalitions != 1 << players:
        raise ValueError(f"{coalitions} coalitions are not those of a whole number of players")
    members = np.arange(coalitions)
    sizes = np.array([number.bit_count() for number in range(coalitions)])
    values = np.empty((*worths.shape[:-1], players))
    for player in range(players):
        without = members[(members >> player) & 1 == 0]
        added = worths[..., without | 1 << player] - worths[..., without]
        weights = [_weight(int(size), players) for size in sizes[without]]
        values[..., player] = (added * weights).sum(axis=-1)
    return values


def _weight(size: int, players: int) -> float:
    """Part of all orders in which a player joins just these ``size`` others."""
    return 1.0 / (players * math.comb(players - 1, size))
