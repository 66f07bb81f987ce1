"""An order for the cells of a grid in which any part of a sweep has seen all of it about evenly."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROUNDS = 6  # times as many steps as cells: by then all but a few have been met


def balanced_order(levels: Sequence[int]) -> NDArray[np.int64]:
    """The cells of a grid, each once, in the order in which a Halton sequence first meets them.

    A low-discrepancy sequence fills the space evenly from its first points on (Halton 1960), so
    that after any part of the order every level of every factor has come up about as often. The few
    cells that the sequence has not met after :data:`_ROUNDS` times as many steps come last, spread
    out by a stride.

    Args:
        levels: How many levels each factor has, at least 1 each.

    Returns:
        Numbers of cells, with the last factor changing fastest as in :func:`itertools.product`;
        shape [product of levels].
    """
    import numpy as np

    cells = math.prod(levels)
    varied = [place for place, count in enumerate(levels) if count > 1]
    bases = dict(zip(varied, _primes(), strict=False))
    strides = [math.prod(levels[place + 1 :]) for place in range(len(levels))]
    met = np.zeros(cells, dtype=bool)
    found: list[NDArray[np.int64]] = []
    for start in range(0, _ROUNDS * cells, cells):
        numbers = np.arange(start, start + cells, dtype=np.int64)
        visited = np.zeros(cells, dtype=np.int64)
        for place in varied:
            part = np.floor(_mirrored(numbers, bases[place]) * levels[place]).astype(np.int64)
            visited += strides[place] * np.minimum(part, levels[place] - 1)
        fresh = visited[~met[visited]]
        _, first = np.unique(fresh, return_index=True)
        found.append(fresh[np.sort(first)])
        met[found[-1]] = True
    left = np.flatnonzero(~met)
    stride = _coprime_near(0.618 * left.size, left.size)
    found.append(left[np.arange(left.size) * stride % max(left.size, 1)])
    return np.concatenate(found)


def _mirrored(numbers: NDArray[np.int64], base: int) -> NDArray[np.float64]:
    """Radical inverses: the digits of whole numbers mirrored at the point."""
    import numpy as np

    mirrored = np.zeros(numbers.shape)
    weight, rest = 1.0 / base, numbers.copy()
    while rest.any():
        mirrored += weight * (rest % base)
        rest //= base
        weight /= base
    return mirrored + 1e-12  # a sum such as 1/3 + 1/9 must not fall short of a border


def _primes() -> itertools.filterfalse[int]:
    """All primes, in order."""
    return itertools.filterfalse(
        lambda n: any(n % d == 0 for d in range(2, math.isqrt(n) + 1)), itertools.count(2)
    )


def _coprime_near(wanted: float, size: int) -> int:
    """A stride near the one wanted that meets every number below ``size``."""
    stride = max(1, round(wanted))
    while math.gcd(stride, max(size, 1)) != 1:
        stride += 1
    return stride
