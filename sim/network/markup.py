"""Networks in XML: GraphML and GEXF, read by networkx, with a count of what it did not take."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from xml.parsers import expat

from sim.network.files import NetworkFileProblem, whole
from sim.network.formats import not_well_formed

if TYPE_CHECKING:
    import networkx

_GEXF = {"1.1": "http://www.gexf.net/1.1draft", "1.3": "http://gexf.net/1.3"}
_GEXF_OF_MOST = "http://www.gexf.net/1.2draft"
_SPACE = {"GraphML": "http://graphml.graphdrawing.org/xmlns", "GEXF": _GEXF_OF_MOST}


def read_markup(path: Path, form: Literal["GraphML", "GEXF"]) -> tuple[networkx.Graph, list[str]]:
    """The graph in a file, and notes on what it lacks.

    Raises:
        NetworkFileProblem: The XML is damaged, or holds ties that networkx would pass over.
    """
    import networkx as nx

    data = whole(path)
    found, space = _counted(path, data)
    if found["graph"] > 1 and form == "GraphML" and found["folder"] == 0:
        message = f"{found['graph']:,} graphs in one file; save the one that is meant by itself"
        raise NetworkFileProblem(path, None, message)
    known = _GEXF.get((re.search(r"1\.[13]", space) or [""])[0], _GEXF_OF_MOST)
    known = known if form == "GEXF" else _SPACE[form]
    if space and space != known:
        data = data.replace(space.encode(), known.encode())
    elif not space:
        data = re.sub(rb"<(graphml|gexf)\b", rb'<\1 xmlns="%s"' % known.encode(), data, count=1)
    read = nx.read_graphml if form == "GraphML" else nx.read_gexf
    graph = read(io.BytesIO(data))
    ties = graph.number_of_edges()
    if ties < found["edge"]:
        message = (
            f"{found['edge'] - ties:,} of its {found['edge']:,} ties are outside of the graph, or "
            "have the id of another tie between the same people"
        )
        raise NetworkFileProblem(path, None, message)
    if len(graph) < found["node"]:
        message = f"{found['node'] - len(graph):,} of its nodes have the id of another"
        raise NetworkFileProblem(path, None, message)
    added = len(graph) - found["node"]
    if added:
        people = "person" if added == 1 else "people"
        return graph, [f"{added:,} {people} that only ties name added to the nodes"]
    return graph, []


def _counted(path: Path, data: bytes) -> tuple[Counter[str], str]:
    """How many elements of each kind there are, and the name space of the first."""
    found: Counter[str] = Counter()
    spaces: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, short = name.rpartition(" ")
        spaces[:] = spaces or [space]
        found[short] += 1
        if attributes.get("yfiles.foldertype"):
            found["folder"] += 1

    def refuse(*_: object) -> None:
        raise NetworkFileProblem(path, None, "XML with a document type, which is not read")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise not_well_formed(path, problem.lineno, str(problem)) from problem
    return found, spaces[0]
