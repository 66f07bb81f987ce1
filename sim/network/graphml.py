"""Networks written as GraphML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.network.edge_list import LooseTies
from sim.network.files import NetworkFileProblem, opened


def read_graphml(path: Path) -> LooseTies:
    """People, also those without ties, and ties of a GraphML file; names are the nodes' ids.

    Directions are dropped; the weight is the attribute ``weight``, which all ties have or none.

    Raises:
        NetworkFileProblem: The file is no GraphML, has nobody in it, or has unusable weights.
    """
    from xml.etree.ElementTree import ParseError

    import networkx as nx

    try:
        with opened(path) as stream:
            graph = nx.read_graphml(stream)
    except ParseError as problem:
        message = f"not well-formed XML ({problem.msg.partition(':')[0]})"
        raise NetworkFileProblem(path, problem.position[0], message) from problem
    except NetworkFileProblem:
        raise
    except (nx.NetworkXException, ValueError, KeyError, TypeError) as problem:
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise NetworkFileProblem(path, None, f"not readable GraphML ({reason})") from problem
    if not len(graph):
        raise NetworkFileProblem(path, None, "no people in the file")

    row = {node: number for number, node in enumerate(graph)}
    edges = list(graph.edges(data="weight"))
    ones = np.fromiter((row[one] for one, _, _ in edges), np.int32, len(edges))
    others = np.fromiter((row[other] for _, other, _ in edges), np.int32, len(edges))
    weights = None
    if any(weight is not None for _, _, weight in edges):
        weights = np.array([_weight(path, *edge) for edge in edges], np.float32)
    return LooseTies([str(node) for node in graph], ones, others, weights, [])


def _weight(path: Path, one: object, other: object, weight: Any) -> float:
    """The weight of one tie, checked."""
    tie = f"the tie between {one} and {other}"
    if weight is None:
        raise NetworkFileProblem(path, None, f"{tie} has no weight, while others have one")
    is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    if is_number and 0 <= weight <= float(np.finfo(np.float32).max):
        return float(weight)
    message = f"{tie} has the weight {weight!r}; a weight is a finite number, not below 0"
    raise NetworkFileProblem(path, None, message)
