"""The kernels that draw ties: three ways in which people come to know each other.

Every draw is keyed by the person it is about, so a network depends on nothing but its settings, its
people and the seed. People stand in an ``order`` (a ring, or a queue); ``order[rank]`` is the
person at a rank.
"""

from __future__ import annotations

import math

import numpy as np

from agents.chance import absorbed, uniform
from agents.compiled import kernel

_CANDIDATES = 8  # acquaintances among whom a newcomer who seeks likes takes the most alike
_COIN = 1 << 40  # field of a draw that is not one of a person's ties


@kernel
def lucky_numbers(size, word):
    """A number in (0, 1) for each person, shape (size,)."""
    numbers = np.empty(size)
    for person in range(size):
        numbers[person] = uniform(absorbed(word, np.uint64(person)))
    return numbers


@kernel
def ring_ties(order, neighbours, rewire, word):
    """Ties along a ring, some of which lead anywhere (Watts & Strogatz 1998).

    Each is tied to the next ``neighbours``/2 on the ring; of an odd number, the last tie is made
    with probability 1/2. With probability ``rewire`` a tie leads to anybody else instead.
    """
    size = order.size
    steps = (neighbours + 1) // 2
    ones = np.empty(size * steps, np.int32)
    others = np.empty(size * steps, np.int32)
    made = 0
    for rank in range(size):
        person = order[rank]
        own = absorbed(word, np.uint64(person))
        for step in range(1, steps + 1):
            luck = absorbed(own, np.uint64(step))
            if 2 * step > neighbours and uniform(absorbed(luck, np.uint64(_COIN))) < 0.5:
                continue
            other = order[(rank + step) % size]
            if uniform(luck) < rewire:
                other = np.int32(uniform(absorbed(luck, np.uint64(0))) * (size - 1))
                if other >= person:
                    other += 1
            ones[made] = person
            others[made] = other
            made += 1
    return ones[:made], others[:made]


@kernel
def arrival_ties(order, affinity, neighbours, homophily, word):
    """Ties of people who arrive one by one and seek those who are known (Barabási & Albert 1999).

    The first ``neighbours``/2 + 1 know each other. Each newcomer is tied to ``neighbours``/2
    different people (of an odd number, one more with probability 1/2), drawn in proportion to
    their ties: an end of a tie already made, each as likely (Batagelj & Brandes 2005,
    doi:10.1103/PhysRevE.71.036113). With probability ``homophily`` several are drawn so and the
    one most alike is taken, which leaves the tail heavy.
    """
    size = order.size
    most = (neighbours + 1) // 2
    core = min(neighbours // 2 + 1, size)
    ends = np.empty(core * (core - 1) + 2 * (size - core) * most, np.int32)
    used = 0
    for newcomer in range(core):
        for earlier in range(newcomer):
            ends[used] = newcomer
            ends[used + 1] = earlier
            used += 2
    chosen_by = np.full(size, -1, np.int32)
    for newcomer in range(core, size):
        known = used  # ends of ties made before this arrival
        person = order[newcomer]
        own = absorbed(word, np.uint64(person))
        wanted = neighbours // 2
        if neighbours % 2 == 1 and uniform(absorbed(own, np.uint64(_COIN))) < 0.5:
            wanted += 1
        if known == 0 and wanted > 0:  # one tie each, and nobody has any: the two before all others
            ends[used] = newcomer
            ends[used + 1] = 0
            used += 2
            continue
        attempt = 0
        while wanted > 0:
            luck = absorbed(own, np.uint64(attempt))
            attempt += 1
            candidates = _CANDIDATES if uniform(luck) < homophily else 1
            choice = -1
            nearest = 2.0
            for _ in range(candidates):
                luck = absorbed(luck, np.uint64(1))
                candidate = ends[np.int64(uniform(luck) * known)]
                if chosen_by[candidate] == newcomer:
                    continue
                apart = abs(affinity[order[candidate]] - affinity[person])
                apart = min(apart, 1.0 - apart)
                if apart < nearest:
                    choice = candidate
                    nearest = apart
            if choice >= 0:
                chosen_by[choice] = newcomer
                ends[used] = newcomer
                ends[used + 1] = choice
                used += 2
                wanted -= 1
    return order[ends[0:used:2]], order[ends[1:used:2]]


@kernel
def sprinkled_ties(order, seams, splits, miss_near, miss_far, word, room):
    """Ties between any two people, independently: near ones with one probability, far with another.

    Of the ranks below ``rank``, those up to ``seams[rank]`` are near (across the ring's seam), then
    those up to ``splits[rank]`` are far, the rest are near. Instead of asking pair by pair, a
    person's draws say how many to pass over until the next tie (Batagelj & Brandes 2005).

    Args:
        order: Person at each rank.
        seams: First far rank, shape (size,).
        splits: First near rank after the far ones, shape (size,).
        miss_near: Logarithm of the probability that a near pair is not tied; 0 for never tied.
        miss_far: The same of a far pair.
        word: Word of the decision.
        room: Ties to allow for.

    Returns:
        Both ends of the ties and their number; if this is more than ``room``, only the first
        ``room`` are there, and the caller asks again.
    """
    ones = np.empty(room, np.int32)
    others = np.empty(room, np.int32)
    made = 0
    for rank in range(1, order.size):
        person = order[rank]
        own = absorbed(word, np.uint64(person))
        draw = 0
        for part in range(3):
            first = 0 if part == 0 else seams[rank] if part == 1 else splits[rank]
            end = seams[rank] if part == 0 else splits[rank] if part == 1 else rank
            miss = miss_far if part == 1 else miss_near
            if miss == 0.0 or first >= end:
                continue
            at = first - 1.0  # a float, because a long way past the end may be any number
            while True:
                luck = absorbed(own, np.uint64(draw))
                draw += 1
                at += 1.0 + math.floor(math.log(uniform(luck)) / miss)
                if at >= end:
                    break
                if made < room:
                    ones[made] = person
                    others[made] = order[np.int64(at)]
                made += 1
    return ones[: min(made, room)], others[: min(made, room)], made
