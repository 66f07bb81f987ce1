"""Networks from settings: their structure, their luck, and how they are held."""

import copy
import pickle
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsunagari.agents.chance import seed_word
from tsunagari.sim.network.csr import Network, join
from tsunagari.sim.network.generate import build

DRAWN = ["small-world", "scale-free", "random", "communities"]


@dataclass(frozen=True)
class Settings:
    kind: str = "small-world"
    neighbours: int = 10
    rewire: float = 0.1
    homophily: float = 0.0
    community_size: int = 100
    between: float = 0.1


def network_of(size: int = 2000, seed: int = 1, **changes) -> Network:
    return build(Settings(**changes), affinities(size), seed_word(seed))


def affinities(size: int) -> np.ndarray:
    return np.random.default_rng(5).random(size)


def ends(network: Network) -> tuple[np.ndarray, np.ndarray]:
    return np.repeat(np.arange(network.size), network.degree()), network.friends


def ties(network: Network) -> set[tuple[int, int]]:
    ones, others = ends(network)
    return set(zip(ones.tolist(), others.tolist(), strict=True))


def likeness(network: Network) -> float:
    """Mean cosine between the places of friends on the ring of affinity: 1 alike, 0 anybody."""
    ones, others = ends(network)
    place = affinities(network.size) * 2 * np.pi
    return float(np.cos(place[ones] - place[others]).mean())


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(DRAWN),
    size=st.integers(1, 60),
    neighbours=st.integers(0, 14),
    rewire=st.sampled_from([0.0, 0.3, 1.0]),
    homophily=st.sampled_from([0.0, 0.5, 1.0]),
    community_size=st.integers(2, 30),
    between=st.sampled_from([0.0, 0.2, 1.0]),
    seed=st.integers(0, 2**64 - 1),
)
def test_every_network_is_symmetric_sorted_and_without_loops(size, seed, **changes):
    network = network_of(size, seed, **changes)
    ones, others = ends(network)
    assert network.size == size
    assert network.starts[0] == 0
    assert network.starts[-1] == len(network.friends)
    assert (ones != others).all()
    assert ((others >= 0) & (others < size)).all()
    same_row = ones[1:] == ones[:-1]
    assert (others[1:][same_row] > others[:-1][same_row]).all()
    assert ties(network) == {(other, one) for one, other in ties(network)}
    assert network.ties.size == 0


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize("homophily", [0.0, 1.0])
@pytest.mark.parametrize("neighbours", [4, 7, 10])
def test_people_have_as_many_friends_as_asked_for_on_average(kind, homophily, neighbours):
    network = network_of(4000, kind=kind, neighbours=neighbours, homophily=homophily)
    expected = 2000 * neighbours
    # A small world's and a scale-free network's ties are all but fixed, the others' independent.
    luck = 4 * expected**0.5 if kind in ("random", "communities") else 0.01 * expected
    assert network.number_of_ties == pytest.approx(expected, abs=luck)


@pytest.mark.parametrize("kind", ["small-world", "random"])
@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_few_people_all_know_each_other(kind, size):
    assert network_of(size, kind=kind).number_of_ties == size * (size - 1) // 2


@pytest.mark.parametrize("kind", DRAWN)
def test_nobody_has_friends_where_none_are_asked_for(kind):
    assert network_of(50, kind=kind, neighbours=0).number_of_ties == 0


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_seed_gives_the_same_network_and_another_an_unrelated_one(kind):
    first, again, neighbour = (network_of(seed=seed, kind=kind) for seed in (1, 1, 2))
    assert first.digest() == again.digest()
    assert first.digest() != neighbour.digest()
    common = len(ties(first) & ties(neighbour)) / len(ties(first))
    # By chance 10 / 2000; hubs of a scale-free network are other people, too.
    assert common < 0.02
    place = np.corrcoef(first.degree(), neighbour.degree())[0, 1]
    assert abs(place) < 0.1


def test_a_ring_without_rewiring_is_the_textbook_lattice():
    network = network_of(500, neighbours=6, rewire=0.0)
    assert (network.degree() == 6).all()
    expected = nx.watts_strogatz_graph(500, 6, 0.0)
    assert nx.average_clustering(network.graph()) == pytest.approx(nx.average_clustering(expected))
    assert nx.is_isomorphic(network.graph(), expected)


@pytest.mark.parametrize("rewire", [0.05, 0.3, 1.0])
def test_a_small_world_is_like_that_of_networkx(rewire):
    ours = network_of(1000, rewire=rewire).graph()
    theirs = nx.connected_watts_strogatz_graph(1000, 10, rewire, seed=3)
    assert nx.average_clustering(ours) == pytest.approx(nx.average_clustering(theirs), abs=0.03)
    assert ours.number_of_edges() == pytest.approx(5000, rel=0.01)
    assert _distance(ours) == pytest.approx(_distance(theirs), rel=0.08)


def test_a_random_network_is_like_that_of_networkx():
    network = network_of(2000, kind="random")
    theirs = nx.gnp_random_graph(2000, 10 / 1999, seed=3)
    assert nx.average_clustering(network.graph()) < 0.01
    assert _distance(network.graph()) == pytest.approx(_distance(theirs), rel=0.05)
    assert network.degree().var() == pytest.approx(10, rel=0.15)  # Poisson


def test_a_small_world_is_far_more_clustered_than_a_random_network():
    small_world = nx.average_clustering(network_of(1000).graph())
    random = nx.average_clustering(network_of(1000, kind="random").graph())
    assert small_world > 10 * random


@pytest.mark.parametrize("homophily", [0.0, 0.8])
def test_a_scale_free_network_has_a_heavy_tail(homophily):
    degree = network_of(20_000, kind="scale-free", homophily=homophily).degree()
    assert degree.min() == 5
    assert degree.max() > 20 * degree.mean()
    # P(degree ≥ k) ~ k⁻² for preferential attachment; Hill's estimate of the exponent.
    tail = np.sort(degree)[-500:]
    assert 1 / np.log(tail[1:] / tail[0]).mean() == pytest.approx(2.0, abs=0.5)


def test_communities_keep_their_share_of_ties_inside():
    for between in (0.0, 0.1, 0.5):
        network = network_of(4000, kind="communities", homophily=1.0, between=between)
        community = np.empty(4000, np.int64)
        community[np.argsort(affinities(4000))] = np.arange(4000) // 100
        ones, others = ends(network)
        leaving = (community[ones] != community[others]).mean()
        # Luck has a millionth part in the order even at full homophily.
        assert leaving == pytest.approx(between, abs=0.02)


def test_ties_stay_inside_if_there_is_one_community_only():
    network = network_of(80, kind="communities", between=0.5)
    assert network.degree().mean() == pytest.approx(10, rel=0.15)


@pytest.mark.parametrize("kind", DRAWN)
def test_homophily_makes_friends_alike(kind):
    none, some, full = (likeness(network_of(kind=kind, homophily=h)) for h in (0.0, 0.5, 1.0))
    assert abs(none) < 0.05
    assert none + 0.15 < some < full - 0.2
    assert full > 0.8


@pytest.mark.parametrize("kind", DRAWN)
def test_friends_do_not_follow_row_numbers_where_all_are_alike(kind):
    network = build(Settings(kind, homophily=1.0), np.zeros(2000), seed_word(1))
    ones, others = ends(network)
    assert np.abs(ones - others).mean() == pytest.approx(2000 / 3, rel=0.1)


def test_a_complete_network_is_held_without_arrays():
    network = network_of(1_000_000, kind="complete")
    assert network.complete
    assert network.memory < 100
    assert network.number_of_ties == 1_000_000 * 999_999 // 2
    assert (network.degree() == 999_999).all()
    assert Network.complete_of(4).neighbours(1).tolist() == [0, 2, 3]
    assert nx.is_isomorphic(Network.complete_of(4).graph(), nx.complete_graph(4))


def test_joining_drops_loops_and_averages_what_was_given_repeatedly():
    ones = np.array([0, 1, 2, 2, 0], np.int32)
    others = np.array([1, 0, 2, 3, 1], np.int32)
    weights = np.array([1.0, 2.0, 9.0, 5.0, 6.0], np.float32)
    network, loops, repeats = join(5, ones, others, weights, tuple("abcde"))
    assert (loops, repeats) == (1, 2)
    assert network.starts.tolist() == [0, 1, 2, 3, 4, 4]
    assert network.friends.tolist() == [1, 0, 3, 2]
    assert network.ties.tolist() == [3.0, 3.0, 5.0, 5.0]
    assert network.weights(0).tolist() == [3.0]
    assert network.weights(4).tolist() == []


def test_weights_that_are_all_one_are_not_kept():
    one, other = np.array([0], np.int32), np.array([1], np.int32)
    network = join(2, one, other, np.ones(1, np.float32)).network
    assert not network.weighted
    assert network.weights(0).tolist() == [1.0]


def test_the_graph_has_weights_and_names():
    ones, others = np.array([0, 1], np.int32), np.array([1, 2], np.int32)
    network = join(4, ones, others, np.array([0.5, 2.0], np.float32), ("a", "b", "c", "田中"))
    graph = network.network.graph()
    assert dict(graph.nodes(data="name")) == {0: "a", 1: "b", 2: "c", 3: "田中"}
    assert set(graph.edges(data="weight")) == {(0, 1, 0.5), (1, 2, 2.0)}


def test_a_network_is_shared_and_never_changes():
    network = network_of(30)
    assert copy.deepcopy({"network": network})["network"] is network
    assert copy.copy(network) is network
    unpickled = pickle.loads(pickle.dumps(network))
    assert unpickled.digest() == network.digest()
    for held in (network, unpickled):
        for array in (held.starts, held.friends, held.ties, held.neighbours(3)):
            assert not array.flags.writeable
    with pytest.raises(AttributeError):
        network.size = 3


def test_digests_tell_networks_apart():
    one, other = np.array([0], np.int32), np.array([1], np.int32)
    networks = [
        join(2, one, other).network,
        join(3, one, other).network,
        join(2, one, other, np.array([2.0], np.float32)).network,
        join(2, one, other, names=("a", "b")).network,
        join(2, one, other, names=("ab", "")).network,
        Network.complete_of(2),
    ]
    assert len({network.digest() for network in networks}) == len(networks)


def test_a_person_who_is_not_there_has_no_friends_to_ask_for():
    for network in (network_of(5), Network.complete_of(5)):
        for person in (-1, 5):
            with pytest.raises(IndexError, match="not one of 0 … 4"):
                network.neighbours(person)


def test_arrays_that_do_not_fit_make_no_network():
    starts, friends = np.array([0, 1, 2]), np.array([1, 0], np.int32)
    nothing = np.empty(0, np.float32)
    Network(2, starts, friends, nothing)
    with pytest.raises(ValueError, match="do not fit"):
        Network(3, starts, friends, nothing)
    with pytest.raises(ValueError, match="as many as friends"):
        Network(2, starts, friends, np.ones(1, np.float32))
    with pytest.raises(ValueError, match="int32"):
        Network(2, starts, friends.astype(np.int64), nothing)
    with pytest.raises(ValueError, match="names"):
        Network(2, starts, friends, nothing, names=("a",))


def test_what_cannot_be_generated_is_refused():
    with pytest.raises(ValueError, match="kind 'file'"):
        network_of(5, kind="file")
    with pytest.raises(ValueError, match="at least one"):
        network_of(0)
    for affinity in (1.0, -0.1, np.nan):
        with pytest.raises(ValueError, match=r"\[0, 1\)"):
            build(Settings(), np.array([0.5, affinity]), seed_word(1))


def _distance(graph: nx.Graph) -> float:
    """Mean distance from fifty people, from all around a ring, to everybody they can reach."""
    some = range(0, len(graph), len(graph) // 50)
    lengths = [nx.single_source_shortest_path_length(graph, node) for node in some]
    return float(np.mean([length for found in lengths for length in found.values()]))
