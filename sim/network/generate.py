"""Networks from settings: small world, scale-free, random, communities, complete.

*Homophily* is the same idea in every form. People have an affinity, a place on a ring of
circumference 1; those near each other are alike. Where people stand in line for a network, they
are ordered by ``homophily · affinity + (1 - homophily) · luck``: at 1 the neighbours in line are
the most alike, at 0 anybody.

A network is a function of (settings, affinity, seed): every draw is keyed by the person it is
about, and neither threads nor chunks play a part.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tsunagari.agents.chance import absorbed, uniform, word_of
from tsunagari.agents.compiled import Word, kernel
from tsunagari.sim.network.csr import Network, join
from tsunagari.sim.schema.market import NetworkPlan

_LINE = word_of("network: place in line")
_TIES = word_of("network: ties")
_SURROUNDINGS = 0.01  # of all people, to either side: who is "near" in a random network
_LUCK_AT_LEAST = 2.0**-20  # so that people of one affinity do not stand in order of their numbers

type _Ends = tuple[NDArray[np.int32], NDArray[np.int32]]

_last: tuple[tuple[str, str, int], Network] | None = None


def build(settings: NetworkPlan, affinity: NDArray[np.float64], seed: Word) -> Network:
    """The network of as many people as ``affinity`` has entries.

    - ``small-world``: Watts & Strogatz 1998. Ties that happen to be made twice count once, so the
      mean degree falls short by a share of about rewire · neighbours / n.
    - ``scale-free``: Barabási & Albert 1999, people arriving in random order; the lightest have
      neighbours / 2 friends, the heaviest about √n times that.
    - ``random``: every pair with the same probability (Gilbert 1959). With homophily h, a
      share h of ties is made among the 1 % of people (at least five times the friends) who are
      nearest to either side.
    - ``communities``: people in line are cut into communities of nearly equal size; pairs inside
      are tied with one probability, pairs across with another (planted partition). Where a
      community is too small for its share of ties, everybody in it knows everybody, and people
      have fewer friends than ``neighbours``; a single community keeps all ties.
    - ``complete``: everybody knows everybody.

    Args:
        settings: Section ``network`` of a scenario.
        affinity: Place of each person on a ring of circumference 1, in [0, 1), shape (n,).
        seed: Word of the run (:func:`tsunagari.agents.chance.seed_word`).

    Raises:
        ValueError: Nobody is there, an affinity lies outside [0, 1), or the kind is unknown or
            ``file`` (see :mod:`tsunagari.sim.network.read`).
    """
    size = len(affinity)
    if size == 0:
        raise ValueError("a network needs at least one person")
    if not (affinity.min() >= 0 and affinity.max() < 1):
        raise ValueError("affinities must lie in [0, 1)")
    word = np.uint64(absorbed(Word(int(seed)), _TIES))
    neighbours = min(settings.neighbours, size - 1)
    ends: _Ends
    match settings.kind:
        case "complete":
            return Network.complete_of(size)
        case "small-world":
            order = _line(affinity, settings.homophily, seed)
            everybody = neighbours == size - 1
            # Two people who face each other across the ring are tied from either side.
            reach = 2 * (size // 2) if everybody else neighbours
            ends = ring_ties(order, reach, 0.0 if everybody else float(settings.rewire), word)
        case "scale-free":
            order = _line(affinity, 0.0, seed)
            ends = arrival_ties(order, affinity, neighbours, float(settings.homophily), word)
        case "random":
            ends = _random(affinity, neighbours, settings.homophily, seed, word)
        case "communities":
            ends = _communities(settings, affinity, neighbours, seed, word)
        case other:
            raise ValueError(f"there is no way to generate a network of kind {other!r}")
    return join(size, *ends).network


def _line(affinity: NDArray[np.float64], homophily: float, seed: Word) -> NDArray[np.int32]:
    """The person at each rank of the line, shape (n,)."""
    word = np.uint64(absorbed(Word(int(seed)), _LINE))
    places = lucky_numbers(len(affinity), word)
    if homophily > 0:
        luck = max(1.0 - homophily, _LUCK_AT_LEAST)
        places = (1.0 - luck) * affinity + luck * places
    return np.argsort(places, kind="stable").astype(np.int32)


def _random(
    affinity: NDArray[np.float64], neighbours: int, homophily: float, seed: Word, word: np.uint64
) -> _Ends:
    size = len(affinity)
    ties = size * neighbours / 2
    near = min(max(math.ceil(size * _SURROUNDINGS), 5 * neighbours), (size - 1) // 2)
    alike = homophily if near > 0 else 0.0
    # Here homophily is the share of near ties: the line itself is by affinity alone.
    order = _line(affinity, 1.0 if alike > 0 else 0.0, seed)
    far_chance = (1 - alike) * ties / max(size * (size - 1) / 2, 1)
    near_chance = far_chance + (alike * ties / (size * near) if near else 0.0)
    ranks = np.arange(size)
    reach = near if alike > 0 else size
    seams = np.maximum(ranks + reach - size + 1, 0) if alike > 0 else np.zeros(size, np.int64)
    splits = np.maximum(ranks - reach, 0) if alike > 0 else ranks
    return _sprinkled(order, seams, splits, near_chance, far_chance, word)


def _communities(
    settings: NetworkPlan,
    affinity: NDArray[np.float64],
    neighbours: int,
    seed: Word,
    word: np.uint64,
) -> _Ends:
    size = len(affinity)
    order = _line(affinity, settings.homophily, seed)
    number = max(1, round(size / settings.community_size))
    firsts = np.arange(number + 1) * size // number
    members = np.diff(firsts)
    inside = int((members * (members - 1) // 2).sum())
    outside = size * (size - 1) // 2 - inside
    ties = size * neighbours / 2
    leaving = settings.between * ties if outside else 0.0
    return _sprinkled(
        order,
        np.zeros(size, np.int64),
        np.repeat(firsts[:-1], members),
        (ties - leaving) / max(inside, 1),
        leaving / max(outside, 1),
        word,
    )


def _sprinkled(
    order: NDArray[np.int32],
    seams: NDArray[np.int64],
    splits: NDArray[np.int64],
    near_chance: float,
    far_chance: float,
    word: np.uint64,
) -> _Ends:
    """Independent ties; probabilities above 1 count as 1."""
    near_chance, far_chance = min(near_chance, 1.0), min(far_chance, 1.0)
    far_pairs = float((splits - seams).sum())
    near_pairs = len(order) * (len(order) - 1) / 2 - far_pairs
    mean = near_pairs * near_chance + far_pairs * far_chance
    room = int(mean + 6 * math.sqrt(mean)) + 16
    while True:
        ones, others, made = sprinkled_ties(
            order, seams, splits, _miss(near_chance), _miss(far_chance), word, room
        )
        if made <= room:
            return ones, others
        room = made  # more than six standard deviations above the mean: draw the same ties again


def _miss(chance: float) -> float:
    """Logarithm of the probability of no tie."""
    return -math.inf if chance >= 1 else math.log1p(-chance)


def network_of(settings: NetworkPlan, affinity: NDArray[np.float64], seed: Word) -> Network:
    """What :func:`build` returns; the last one again if it is the same.

    Trials of a sweep often differ in what firms do, not in the people. It is the same if everything
    it is made of is: all settings, every affinity, the word. One network is remembered; trials of a
    sweep come in an order that makes that enough.
    """
    global _last
    content = settings.model_dump_json(), _digest(affinity), int(seed)
    last = _last  # another thread may put another one there
    if last is not None and last[0] == content:
        return last[1]
    network = build(settings, affinity, seed)
    _last = content, network
    return network


def _digest(array: NDArray[Any]) -> str:
    content = np.ascontiguousarray(array)
    digest = hashlib.blake2b(f"{content.dtype.str} {content.shape} ".encode(), digest_size=16)
    digest.update(content)
    return digest.hexdigest()


# -- the kernels: three ways in which people come to know each other -------------------------------
#
# People stand in an ``order`` (a ring, or a queue); ``order[rank]`` is the person at a rank.

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
