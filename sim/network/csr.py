"""A network held as compressed sparse rows, and how loose ties are joined into one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tsunagari.agents.compiled import kernel

if TYPE_CHECKING:
    import networkx


@dataclass(frozen=True, eq=False)
class Network:
    """Who is tied to whom; never changes, and is shared by all copies of a market.

    Friends of person ``i`` are ``friends[starts[i]:starts[i + 1]]``, ascending, without ``i`` and
    without repeats. Ties have no direction: ``j`` is a friend of ``i`` exactly if ``i`` is one of
    ``j``, with the same weight. The arrays are made read-only.

    A *complete* network, in which everybody knows everybody, has no arrays to speak of: n·(n - 1)
    entries would say nothing. Who sums over friends takes the sum over all and subtracts oneself.

    Attributes:
        size: Number of people, n.
        starts: int64, shape (n + 1,); shape (1,) if complete.
        friends: int32, one entry for each direction of each tie; empty if complete.
        ties: float32, weights parallel to ``friends``; empty where every tie weighs 1.
        complete: Whether everybody knows everybody.
        names: Names of the people in the file they come from, in order; None where there are none.
    """

    size: int
    starts: NDArray[np.int64]
    friends: NDArray[np.int32]
    ties: NDArray[np.float32]
    complete: bool = False
    names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        rows = 1 if self.complete else self.size + 1
        for name, kind in (("starts", np.int64), ("friends", np.int32), ("ties", np.float32)):
            array = getattr(self, name)
            if array.dtype != kind or array.ndim != 1:
                raise ValueError(f"{name} of a network must be a row of {np.dtype(kind)}")
            array.setflags(write=False)
        if len(self.starts) != rows or self.starts[0] != 0 or self.starts[-1] != len(self.friends):
            raise ValueError("starts of a network do not fit its size and its friends")
        if len(self.ties) not in (0, len(self.friends)):
            raise ValueError("ties of a network must be as many as friends, or none")
        if self.names is not None and len(self.names) != self.size:
            raise ValueError("names of a network must be as many as its people")

    @classmethod
    def complete_of(cls, size: int) -> Self:
        """The network in which each of ``size`` people knows all others."""
        return cls(
            size=size,
            starts=np.zeros(1, np.int64),
            friends=np.empty(0, np.int32),
            ties=np.empty(0, np.float32),
            complete=True,
        )

    @property
    def weighted(self) -> bool:
        """Whether some tie weighs other than 1."""
        return len(self.ties) > 0

    @property
    def number_of_ties(self) -> int:
        """Ties, each counted once."""
        return self.size * (self.size - 1) // 2 if self.complete else len(self.friends) // 2

    @property
    def memory(self) -> int:
        """Bytes that the arrays take."""
        return self.starts.nbytes + self.friends.nbytes + self.ties.nbytes

    def degree(self) -> NDArray[np.int64]:
        """Number of friends of each person, shape (n,)."""
        if self.complete:
            return np.full(self.size, self.size - 1, np.int64)
        return np.diff(self.starts)

    @property
    def mean_degree(self) -> float:
        """Mean number of friends."""
        if self.complete:
            return self.size - 1.0
        return len(self.friends) / self.size if self.size else 0.0

    def neighbours(self, person: int) -> NDArray[np.int32]:
        """The friends of one person, ascending; a read-only view unless the network is complete.

        Raises:
            IndexError: There is no such person.
        """
        self._check(person)
        if self.complete:
            others = np.arange(self.size - 1, dtype=np.int32)
            others[person:] += 1
            return others
        return self.friends[self.starts[person] : self.starts[person + 1]]

    def weights(self, person: int) -> NDArray[np.float32]:
        """The weights of one person's ties, in the order of :meth:`neighbours`.

        Raises:
            IndexError: There is no such person.
        """
        self._check(person)
        if self.weighted:
            return self.ties[self.starts[person] : self.starts[person + 1]]
        return np.ones(len(self.neighbours(person)), np.float32)

    def graph(self) -> networkx.Graph:
        """The network as a networkx graph, made anew at every call.

        Nodes are row numbers, with attribute ``name`` where the network has names; ties have
        attribute ``weight`` where the network is weighted. A complete network is written out in
        full, n·(n - 1)/2 ties.
        """
        import networkx as nx

        if self.complete:
            return nx.complete_graph(self.size)
        graph = nx.Graph()
        graph.add_nodes_from(range(self.size))
        if self.names is not None:
            nx.set_node_attributes(graph, dict(enumerate(self.names)), "name")
        ones = np.repeat(np.arange(self.size, dtype=np.int32), self.degree())
        once = ones < self.friends
        ends = ones[once].tolist(), self.friends[once].tolist()
        if self.weighted:
            graph.add_weighted_edges_from(zip(*ends, self.ties[once].tolist(), strict=True))
        else:
            graph.add_edges_from(zip(*ends, strict=True))
        return graph

    def digest(self) -> str:
        """Digest of people, ties, weights and names: equal for equal networks, 32 hex digits."""
        content = hashlib.blake2b(f"{self.size} {self.complete}".encode(), digest_size=16)
        for array in (self.starts, self.friends, self.ties):
            content.update(f" {len(array)} ".encode())
            content.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")))
        for name in self.names or ():
            content.update(f"{len(name)} {name}".encode())
        return content.hexdigest()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor, so that arrays are read-only again after unpickling.
        fields = (self.size, self.starts, self.friends, self.ties, self.complete, self.names)
        return type(self), fields

    def __repr__(self) -> str:
        kind = "complete, " if self.complete else "weighted, " if self.weighted else ""
        return f"<Network: {kind}{self.size} people, {self.number_of_ties} ties>"

    def _check(self, person: int) -> None:
        if not 0 <= person < self.size:
            raise IndexError(f"person {person} is not one of 0 … {self.size - 1}")


class LooseTies(NamedTuple):
    """People and ties of a file, before loops and repeats are put right.

    Attributes:
        names: Names of the people, in the order in which they appear.
        ones: One end of each tie, a position in ``names``, int32.
        others: The other end, int32.
        weights: float32, from 0; None if the file gives none.
        notes: What a user should know about the reading.
    """

    names: list[str]
    ones: NDArray[np.int32]
    others: NDArray[np.int32]
    weights: NDArray[np.float32] | None
    notes: list[str]


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
    starts, loose, loose_weights, loops = _filled(size, ones, others, weights)
    weighted = weights.size > 0
    total = starts[size]
    friends = np.empty(total, np.int32)
    ties = np.empty(loose_weights.size, np.float32)
    sums = np.zeros(size if weighted else 0, np.float64)
    counts = np.zeros(sums.size, np.int64)
    filled = starts[:size].copy()
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


@kernel
def _filled(size, ones, others, weights):
    """Rows in the order in which the ties are given, their weights, and how many are loops."""
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
    return starts, loose, loose_weights, loops
