"""A neighbourhood of the market's network that a page can draw: who is in it, and where."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.columns import NOBODY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market import Market
    from sim.network.csr import Network

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
            positions of those who changed their provider this month.
        """
        column = market.population.column
        provider = column("provider")[self.rows]
        rated = np.flatnonzero(column("rated_month")[self.rows] == market.month)
        stars, about = column("rating")[self.rows], column("rated_provider")[self.rows]
        joined = (column("joined_month")[self.rows] == market.month) & (provider != NOBODY)
        left = column("left_provider")[self.rows] != NOBODY
        moved = np.flatnonzero(joined | left) if market.month > 0 else np.zeros(0, np.int64)
        return {
            "providers": (provider + _FIRST_FIRM + 1).astype(np.uint8).tobytes().decode("latin-1"),
            "ratings": [[int(i), int(about[i]), int(stars[i])] for i in rated if about[i] >= 0],
            "moved": moved.tolist(),
        }


def neighbourhood(
    network: Network, most: int = MOST_PEOPLE, like: Neighbourhood | None = None
) -> Neighbourhood:
    """The people nearest to the first one, by ties, and where to draw them.

    Args:
        network: The market's.
        most: People at most.
        like: A neighbourhood whose places are kept if the people and their ties are the same.
    """
    from experiments.app.places import places

    rows = _nearest(network, min(most, network.size))
    ties = _ties_among(network, rows)
    if like is not None and np.array_equal(like.rows, rows) and np.array_equal(like.ties, ties):
        return like
    return Neighbourhood(rows, ties, places(len(rows), ties))


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
