"""People of a network to be drawn: which ones, and where they stand."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.columns import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.sim.market import Market
    from tsunagari.sim.network.csr import Network


MOST_PEOPLE = 2000
"""People drawn: more are a blur on any screen."""
_MOST_TIES = 12_000
_FIRST_FIRM = 48
"""A provider is one character in a text, from ``1`` on; nobody is ``0``."""


@dataclass(frozen=True)
class Neighbourhood:
    """Some people and the ties among them.

    Attributes:
        rows: Rows of the people in the market, int64; the first is the one it was begun from.
        ties: Positions of two people in ``rows`` per tie, uint16[ties, 2].
        places: Where they are drawn, float32[people, 2], within 0 and 1.
    """

    rows: NDArray[np.int64]
    ties: NDArray[np.uint16]
    places: NDArray[np.float32]

    def as_json(self, first_customer: int) -> dict[str, Any]:
        """Numbers of the people, their places and ties, packed for a browser."""
        return {
            "count": len(self.rows),
            "first": first_customer,
            "rows": _packed(self.rows.astype("<u4")),
            "places": _packed((self.places * 65535).astype("<u2")),
            "ties": _packed(self.ties.astype("<u2")),
        }

    def position(self, row: int) -> int:
        """Position of a customer among the people; -1 for somebody who is not drawn."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else -1

    def snapshot(self, market: Market) -> dict[str, Any]:
        """What is seen of the people this month.

        Returns:
            ``providers``: a character a person, ``0`` for nobody and ``1`` for the first firm;
            ``ratings``: position, firm and stars of everybody who rated this month; ``moved``:
            positions of those who changed their provider this month; ``rest``: how many of all
            others are with each firm, those without a provider last.
        """
        column = market.population.column
        provider = column("provider")[self.rows]
        firms = len(market.firms)
        rest = _with_each(column("provider"), firms) - _with_each(provider, firms)
        rated = np.flatnonzero(column("rated_month")[self.rows] == market.month)
        stars, about = column("rating")[self.rows], column("rated_provider")[self.rows]
        joined = (column("joined_month")[self.rows] == market.month) & (provider != NOBODY)
        left = column("left_provider")[self.rows] != NOBODY
        moved = np.flatnonzero(joined | left) if market.month > 0 else np.zeros(0, np.int64)
        return {
            "providers": (provider + _FIRST_FIRM + 1).astype(np.uint8).tobytes().decode("latin-1"),
            "ratings": [[int(i), int(about[i]), int(stars[i])] for i in rated if about[i] >= 0],
            "moved": moved.tolist(),
            "rest": rest.tolist(),
        }


def _with_each(provider: NDArray[np.integer[Any]], firms: int) -> NDArray[np.int64]:
    """How many are with each firm, and with none."""
    return np.bincount(np.where(provider == NOBODY, firms, provider), minlength=firms + 1)


def neighbourhood(
    network: Network,
    most: int = MOST_PEOPLE,
    like: Neighbourhood | None = None,
    *,
    by_community: bool = False,
) -> Neighbourhood:
    """The people nearest to the first one, by ties, and where to draw them.

    Args:
        network: The market's.
        most: People at most.
        like: A neighbourhood whose places are kept if the people and their ties are the same.
        by_community: Whether those who have more ties among each other stand together, apart from
            others.
    """
    rows = _nearest(network, min(most, network.size))
    ties = _ties_among(network, rows)
    if like is not None and np.array_equal(like.rows, rows) and np.array_equal(like.ties, ties):
        return like
    groups = communities(len(rows), ties) if by_community else None
    return Neighbourhood(rows, ties, places(len(rows), ties, groups))


def _nearest(network: Network, count: int) -> NDArray[np.int64]:
    """So many people, friends of friends of the first one; then of the next one not yet among."""
    if network.complete:
        return np.linspace(0, network.size - 1, count).astype(np.int64)
    seen = np.zeros(network.size, bool)
    rows: list[int] = []
    for start in range(network.size):
        if len(rows) == count:
            break
        if seen[start]:
            continue
        seen[start] = True
        rows.append(start)
        waiting = [start]
        while waiting and len(rows) < count:
            friends = _friends_of(network, waiting)
            new = friends[~seen[friends]][: count - len(rows)]
            seen[new] = True
            waiting = new.tolist()
            rows += waiting
    return np.array(rows, np.int64)


def _friends_of(network: Network, people: Sequence[int]) -> NDArray[np.int64]:
    """All friends of some people, each once, in the order in which they are met."""
    met = np.concatenate([network.neighbours(person) for person in people]).astype(np.int64)
    _, first = np.unique(met, return_index=True)
    return met[np.sort(first)]


def _ties_among(network: Network, rows: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Ties between these people, each once; evenly thinned if there are too many to draw."""
    if network.complete:
        return np.zeros((0, 2), np.uint16)
    position = np.full(network.size, -1, np.int64)
    position[rows] = np.arange(len(rows))
    ends = [position[network.neighbours(int(row))] for row in rows]
    ones = np.repeat(np.arange(len(rows)), [len(end) for end in ends])
    others = np.concatenate(ends) if ends else np.zeros(0, np.int64)
    once = ones < others
    ties = np.column_stack([ones[once], others[once]]).astype(np.uint16)
    if len(ties) > _MOST_TIES:
        ties = ties[np.linspace(0, len(ties) - 1, _MOST_TIES).astype(np.int64)]
    return ties


def _packed(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values).tobytes()).decode("ascii")


_ROUNDS, _OTHERS = 110, 40
"""Rounds of pushing and pulling, and the others that push each person in a round."""


_ACROSS = 0.12
"""How strongly a tie between communities pulls, against one within."""


def communities(people: int, ties: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Number of each person's community: those with more ties among each other.

    Source: Blondel et al. 2008.
    """
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from(ties.tolist())
    groups = np.zeros(people, np.int64)
    found = networkx.community.louvain_communities(graph, resolution=0.8, seed=7)
    for number, members in enumerate(found):
        groups[list(members)] = number
    return groups


def places(
    people: int, ties: NDArray[np.uint16], groups: NDArray[np.int64] | None = None
) -> NDArray[np.float32]:
    """Places in a square, float32[people, 2] within 0 and 1; the same for the same ties.

    Ties pull like springs and people push each other away, as in Fruchterman & Reingold (1991).
    Each is pushed by a few others drawn anew in every round, which comes to the same on average
    and costs people × 40 a round, not people².

    Args:
        people: Number of people.
        ties: Two positions per tie.
        groups: Each one's community, where communities stand apart.
    """
    chance = np.random.default_rng(7)
    if not len(ties):
        return _in_square(_sunflower(people))
    ones, others = ties[:, 0].astype(np.int64), ties[:, 1].astype(np.int64)
    degree = np.bincount(np.concatenate([ones, others]), minlength=people)
    at = _begun(people, ones, others, degree, chance)
    ideal = 1.0 / np.sqrt(people)
    near = (
        np.ones(len(ones))
        if groups is None
        else np.where(groups[ones] == groups[others], 1.0, _ACROSS)
    )
    for round_ in range(_ROUNDS):
        apart = at[ones] - at[others]
        pull = apart * (near * np.linalg.norm(apart, axis=1) / ideal)[:, None]
        push = np.zeros_like(at)
        for axis in (0, 1):
            push[:, axis] -= np.bincount(ones, pull[:, axis], minlength=people)
            push[:, axis] += np.bincount(others, pull[:, axis], minlength=people)
        met = chance.integers(0, people, (people, _OTHERS))
        away = at[:, None, :] - at[met]
        far_off = np.maximum((away**2).sum(axis=2), (0.2 * ideal) ** 2)
        push += (away / far_off[:, :, None]).sum(axis=1) * (ideal**2 * people / _OTHERS)
        far = np.maximum(np.linalg.norm(push, axis=1, keepdims=True), 1e-9)
        at += push / far * np.minimum(far, 0.08 * (1.0 - round_ / _ROUNDS) + 0.002)
    # A little apart where people would cover each other.
    square = _in_square(at).astype(np.float64)
    return _in_square(moved_apart(square, 0.62 / np.sqrt(people), rounds=12))


def _begun(
    people: int,
    ones: NDArray[np.int64],
    others: NDArray[np.int64],
    degree: NDArray[np.int64],
    chance: np.random.Generator,
) -> NDArray[np.float64]:
    """Places to begin with: smoothed over friends, so that those who are close begin close."""
    at = chance.normal(size=(people, 2))
    weight = np.maximum(degree, 1)[:, None]
    for _ in range(60):
        sums = np.zeros_like(at)
        for axis in (0, 1):
            sums[:, axis] += np.bincount(ones, at[others, axis], minlength=people)
            sums[:, axis] += np.bincount(others, at[ones, axis], minlength=people)
        at = 0.5 * at + 0.5 * sums / weight
        at -= at.mean(axis=0)
        # Across each other, or both would tend to the same smooth direction.
        at[:, 1] -= at[:, 0] * (at[:, 0] @ at[:, 1]) / max(float(at[:, 0] @ at[:, 0]), 1e-12)
        at /= np.maximum(at.std(axis=0), 1e-9)
    return 0.3 * at


def _sunflower(people: int) -> NDArray[np.float64]:
    """People without ties in an even disc."""
    number = np.arange(people) + 0.5
    radius, angle = np.sqrt(number), number * np.pi * (3.0 - np.sqrt(5.0))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _in_square(at: NDArray[np.float64]) -> NDArray[np.float32]:
    """Turned to fill the square: few far outliers go to its edge."""
    middle = np.median(at, axis=0)
    high = np.percentile(np.abs(at - middle), 99.5, axis=0)
    scaled = 0.5 + 0.47 * (at - middle) / np.maximum(high, 1e-9)
    return np.clip(scaled, 0.01, 0.99).astype(np.float32)


def moved_apart(
    places: NDArray[np.float64],
    apart: float,
    size: tuple[float, float] | None = None,
    rounds: int = 300,
) -> NDArray[np.float64]:
    """Places as near to the given ones as distance allows.

    Whoever is too near to somebody is pushed away from them by half of what is missing, in rounds,
    as overlaps of labels and nodes are usually removed; friends who were near stay near.

    Args:
        places: Where everybody would be, [people, 2], from 0 to ``size``.
        apart: The distance wanted between any two. Where all of it does not fit, what does.
        size: Width and height of the rectangle that nobody leaves, if there is one.
        rounds: At most.
    """
    from scipy.spatial import cKDTree

    # Two at one place have no direction in which to part: a golden angle for everybody.
    number = np.arange(len(places))
    angle = number * np.pi * (3.0 - np.sqrt(5.0))
    at = places + 0.01 * apart * np.column_stack([np.cos(angle), np.sin(angle)])
    for _ in range(rounds):
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
        if size is not None:
            np.clip(at, 0.0, size, out=at)
    return at
