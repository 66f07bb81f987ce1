"""From loose ties, in any order, to a network in compressed sparse rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.compiled import kernel
from sim.network.csr import Network


class Joined(NamedTuple):
    """A network, and what had to be put right to get it.

    Attributes:
        network: Without loops and repeats.
        loops: Ties of a person with oneself, left out.
        repeats: Ties given before, in whichever direction, merged with the first.
    """

    network: Network
    loops: int
    repeats: int


def join(
    size: int,
    ones: NDArray[np.int32],
    others: NDArray[np.int32],
    weights: NDArray[np.float32] | None = None,
    names: tuple[str, ...] | None = None,
) -> Joined:
    """The network of ``size`` people in which ``ones[e]`` is tied to ``others[e]`` for every e.

    Ties are undirected. The weight of a tie given repeatedly is the mean of those given: files
    that list both directions would otherwise get ties of double weight.

    Args:
        size: Number of people, n.
        ones: One end of each tie, 0 … n - 1, shape (m,).
        others: The other end, shape (m,).
        weights: Weight of each tie, above 0, shape (m,); None if all weigh 1.
        names: Names of the people.
    """
    given = np.empty(0, np.float32) if weights is None else weights
    starts, friends, ties, loops, repeats = _rows(size, ones, others, given)
    if (ties == 1).all():
        ties = np.empty(0, np.float32)
    network = Network(size=size, starts=starts, friends=friends, ties=ties, names=names)
    return Joined(network, int(loops), int(repeats))


@kernel
def _rows(size, ones, others, weights):
    """Sorted rows in O(m): rows filled in any order, and then read out by column.

    The matrix is symmetric, so reading column after column gives the same rows, now ascending,
    with repeats side by side. Cheaper than sorting every row, and hubs cost no more than others.
    """
    weighted = weights.size > 0
    loops = 0
    starts = np.zeros(size + 1, np.int64)
    for tie in range(ones.size):
        if ones[tie] == others[tie]:
            loops += 1
        else:
            starts[ones[tie] + 1] += 1
            starts[others[tie] + 1] += 1
    for person in range(size):
        starts[person + 1] += starts[person]

    total = starts[size]
    filled = starts[:size].copy()
    loose = np.empty(total, np.int32)
    loose_weights = np.empty(total if weighted else 0, np.float32)
    for tie in range(ones.size):
        one, other = ones[tie], others[tie]
        if one != other:
            loose[filled[one]] = other
            loose[filled[other]] = one
            if weighted:
                loose_weights[filled[one]] = weights[tie]
                loose_weights[filled[other]] = weights[tie]
            filled[one] += 1
            filled[other] += 1

    friends = np.empty(total, np.int32)
    ties = np.empty(loose_weights.size, np.float32)
    sums = np.zeros(size if weighted else 0, np.float64)
    counts = np.zeros(sums.size, np.int64)
    filled[:] = starts[:size]
    for person in range(size):
        for at in range(starts[person], starts[person + 1]):
            friend = loose[at]
            free = filled[friend]
            is_new = free == starts[friend] or friends[free - 1] != person
            if is_new:
                friends[free] = person
                free += 1
                filled[friend] = free
            if weighted:
                sums[friend] = loose_weights[at] + (0.0 if is_new else sums[friend])
                counts[friend] = 1 + (0 if is_new else counts[friend])
                ties[free - 1] = sums[friend] / counts[friend]

    kept = 0
    for person in range(size):
        first = starts[person]
        starts[person] = kept
        for at in range(first, filled[person]):
            friends[kept] = friends[at]
            if weighted:
                ties[kept] = ties[at]
            kept += 1
    starts[size] = kept
    if kept < total:  # a copy, so that the longer array can be freed
        friends = friends[:kept].copy()
        ties = ties[: kept if weighted else 0].copy()
    return starts, friends, ties, loops, (total - kept) // 2
