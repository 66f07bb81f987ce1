"""Networks in formats that networkx, or scipy, reads."""

from __future__ import annotations

import ast
import io
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from xml.parsers import expat

import numpy as np

from tsunagari.experiments.words.numbers import counted
from tsunagari.sim.network.columns import (
    IGNORE,
    Ambiguous,
    Asked,
    fault_of_weight,
    is_missing,
    listed,
    place_of,
    shown,
    weight_of,
)
from tsunagari.sim.network.csr import LooseTies
from tsunagari.sim.network.files import (
    Format,
    NetworkFileProblem,
    not_well_formed,
    whole,
    whole_text,
)

if TYPE_CHECKING:
    import networkx

    type _Read = tuple[networkx.Graph, list[str]]

_NUMBER = rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NO_DATA = {"id", "key", "networkx_key"}
_STATED = {"GEXF": 1.0, "Pajek": 1.0}
"""Weight of a tie without one, where the format says so."""


def read_graph(path: Path, form: Format, asked: Asked) -> LooseTies:
    """People, also those without ties, and ties of a file; names are the nodes' ids or labels.

    Directions are dropped, with a note. The weight is the attribute that is asked for, else one
    with a usual name; all ties have it, or the file says what those have that lack it.

    Raises:
        NetworkFileProblem: The file is not what it begins as, has nobody in it, or has unusable
            weights.
    """
    if asked.source is not None or asked.target is not None:
        message = (
            f"{form} has no columns of people to name; leave network.columns.source and .target out"
        )
        raise NetworkFileProblem(path, None, message)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            graph, notes = _READERS[form](path)
        except (NetworkFileProblem, MemoryError):
            raise
        except Exception as problem:  # whatever a reader raises at what it does not understand
            reason = shown(" ".join(str(problem).split())) or type(problem).__name__
            if isinstance(problem, RecursionError):
                reason = "nested too deeply"
            raise NetworkFileProblem(path, None, f"not readable {form} ({reason})") from problem
    if not len(graph):
        raise NetworkFileProblem(path, None, "no people in the file")
    notes += dict.fromkeys(" ".join(str(one.message).split())[:200] for one in told)
    if graph.is_directed():
        notes.append("a directed graph: each of its ties goes both ways here")
    names = [str(node) for node in graph]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise NetworkFileProblem(path, None, f"two people are called '{shown(twice[0])}'")
    row = {node: number for number, node in enumerate(graph)}
    edges = list(graph.edges(data=True))
    ones = np.fromiter((row[one] for one, _, _ in edges), np.int32, len(edges))
    others = np.fromiter((row[other] for _, other, _ in edges), np.int32, len(edges))
    weights = _weights(path, graph, edges, form, asked, notes)
    return LooseTies(names, ones, others, weights, notes)


def _weights(
    path: Path,
    graph: networkx.Graph,
    edges: list[tuple[Any, Any, dict[str, Any]]],
    form: Format,
    asked: Asked,
    notes: list[str],
) -> np.ndarray | None:
    """Weights of all edges, float32; None if they have none, or it does not count."""
    defaults = graph.graph.get("edge_default", {}) if form in ("GraphML", "GEXF") else {}
    known = dict.fromkeys(name for _, _, data in edges for name in data)
    names = [name for name in {**known, **defaults} if str(name) not in _NO_DATA]
    words = [str(name) for name in names]
    try:
        place = weight_of(words) if asked.weight is None else place_of(asked.weight, words)
    except Ambiguous as problem:
        message = f"network.columns.weight: {problem}, the attributes of ties"
        raise NetworkFileProblem(path, None, message) from problem
    left = [word for at, word in enumerate(words) if at != place]
    if left:
        what = "attribute" if len(left) == 1 else "attributes"
        notes.append(f"{what} of ties left out: {listed(left)}")
    if place is None:
        return None
    if asked.weights == "ignored":
        notes.append(f"the weights of {shown(words[place])} are ignored")
        return None
    stated = defaults.get(names[place], _STATED.get(form))
    values = [data.get(names[place]) for _, _, data in edges]
    lacking = sum(value is None for value in values)
    if lacking and stated is not None and lacking < len(values):
        ties = counted(lacking, "tie")
        notes.append(f"{ties} without a weight taken to have {stated}, the default")
    filled = (stated if value is None else value for value in values)
    return np.array(
        [
            _weight(path, one, other, value)
            for (one, other, _), value in zip(edges, filled, strict=True)
        ],
        np.float32,
    )


def _weight(path: Path, one: object, other: object, weight: Any) -> float:
    """The weight of one tie, checked."""
    tie = f"the tie between {shown(str(one))} and {shown(str(other))}"
    text = "" if weight is None else str(weight).strip()
    if isinstance(weight, str | int | float) and not isinstance(weight, bool) and text:
        fault = fault_of_weight(text)
        if fault is None:
            return float(text)
        if not is_missing(text):
            raise NetworkFileProblem(path, None, f"{tie} has {fault.removeprefix('the ')}")
    if not text or is_missing(text):
        message = f"{tie} has no weight, while others have one; {IGNORE}"
        raise NetworkFileProblem(path, None, message)
    message = f"{tie} has the weight {shown(text)}; a weight is a number, not below 0"
    raise NetworkFileProblem(path, None, message)


def _content(path: Path) -> list[str]:
    """The lines of a networkx list that are neither comments nor empty."""
    lines = whole_text(path).split("\n")
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _checked_data(path: Path, lines: list[str]) -> list[str]:
    """The lines, if what stands in braces at their end can be read.

    Raises:
        NetworkFileProblem: It cannot: networkx would drop it.
    """
    for line in lines:
        if "{" in line:
            try:
                ast.literal_eval(line[line.index("{") :].strip())
            except (ValueError, SyntaxError) as problem:
                data = shown(line[line.index("{") :].strip())
                message = f"data of a tie that cannot be read: {data}"
                raise NetworkFileProblem(path, None, message) from problem
    return lines


def _edges_with_data(path: Path) -> _Read:
    import networkx as nx

    lines = _checked_data(path, _content(path))
    comma = re.match(r"[^\s,]+,", lines[0]) is not None
    graph = nx.parse_edgelist(
        lines, comments=None, delimiter="," if comma else None, create_using=nx.MultiGraph
    )
    if graph.number_of_edges() < len(lines):
        lost = len(lines) - graph.number_of_edges()
        raise NetworkFileProblem(path, None, f"{lost:,} of its lines name fewer than two people")
    return graph, []


def _adjacency_with_data(path: Path) -> _Read:
    import networkx as nx

    lines = _checked_data(path, _content(path))
    # No comments: a name may hold the sign for them.
    return nx.parse_multiline_adjlist(iter(lines), comments="\0", create_using=nx.MultiGraph), []


def _gml(path: Path) -> _Read:
    import networkx as nx

    text = whole_text(path)
    if not re.search(r"(?im)^\s*multigraph\b", text):
        # Else networkx refuses ties given twice.
        text = re.sub(r"(?im)^([ \t]*graph\s*\[)", r"\1 multigraph 1 ", text, count=1)
    graph = nx.parse_gml(text, label="id")
    labels = {node: str(data.get("label", "")) for node, data in graph.nodes(data=True)}
    if len(set(labels.values())) == len(labels) and "" not in labels.values():
        graph = nx.relabel_nodes(graph, labels)
    return graph, []


def _json(path: Path) -> _Read:
    """Node-link data or adjacency data, as networkx and D3 have them."""
    import networkx as nx

    try:
        data = json.loads(whole_text(path))
    except json.JSONDecodeError as problem:
        message = f"not readable JSON ({problem.msg.lower()})"
        raise NetworkFileProblem(path, problem.lineno, message) from problem
    instead = "save it with networkx.node_link_data, or as GraphML"
    if isinstance(data, dict) and "elements" in data:
        message = f"JSON of Cytoscape, which is not read; {instead}"
        raise NetworkFileProblem(path, None, message)
    if isinstance(data, dict) and "adjacency" in data:
        return nx.adjacency_graph(data), []
    links = next((key for key in ("links", "edges") if isinstance(data, dict) and key in data), "")
    if not links or not isinstance(data.get("nodes"), list):
        message = f"JSON without nodes and links, which is not read; {instead}"
        raise NetworkFileProblem(path, None, message)
    # A multigraph, so that ties given twice are not merged unseen.
    graph = nx.node_link_graph({**data, "multigraph": True, "graph": {}}, edges=links)
    added = len(graph) - len(data["nodes"])
    if added > 0:
        message = f"{added:,} names of people in its {links} are the id of no node"
        raise NetworkFileProblem(path, None, message)
    if added < 0:
        raise NetworkFileProblem(path, None, f"{-added:,} of its nodes have the id of another")
    return graph, []


def _matrix_market(path: Path) -> _Read:
    import networkx as nx
    from scipy import io as scipy_io
    from scipy import sparse

    text = whole_text(path).encode()
    rows, columns, entries, layout, field, symmetry = scipy_io.mminfo(io.BytesIO(text))
    if rows != columns:
        message = f"a matrix of {rows:,} × {columns:,}; one of who is tied to whom is square"
        raise NetworkFileProblem(path, None, message)
    if max(rows, entries) > max(len(text), 1_000_000):
        raise NetworkFileProblem(path, None, "its first line promises more than the file holds")
    _check_entries(path, text, layout, field)
    matrix = sparse.coo_array(scipy_io.mmread(io.BytesIO(text), spmatrix=False))
    keep = (matrix.row <= matrix.col) | (symmetry == "general")
    graph = nx.MultiDiGraph() if symmetry == "general" else nx.MultiGraph()
    graph.add_nodes_from(range(1, rows + 1))
    ends = [(side[keep] + 1).tolist() for side in (matrix.row, matrix.col)]
    if field == "pattern":
        graph.add_edges_from(zip(*ends, strict=True))
    else:
        graph.add_weighted_edges_from(zip(*ends, matrix.data[keep].tolist(), strict=True))
    return graph, []


def _check_entries(path: Path, text: bytes, layout: str, field: str) -> None:
    """Every line of a Matrix Market file is an entry: scipy's reader may crash on another.

    Raises:
        NetworkFileProblem: One is not.
    """
    numbers = {"pattern": 0, "complex": 2}.get(field, 1)
    places = rb"\s*[0-9]+\s+[0-9]+" if layout == "coordinate" else rb""
    value = rb"\s+" + _NUMBER if layout == "coordinate" else rb"\s*" + _NUMBER
    entry = re.compile(places + value * numbers + rb"\s*")
    is_size = True
    for number, line in enumerate(text.split(b"\n"), start=1):
        if not line.strip() or line.lstrip().startswith(b"%"):
            continue
        if not is_size and entry.fullmatch(line) is None:
            what = "two names" if numbers == 0 else "two names and a number"
            what = what if layout == "coordinate" else "a number"
            raise NetworkFileProblem(path, number, f"not {what}, as Matrix Market has them")
        is_size = False


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
        people = counted(added, "person", "people")
        return graph, [f"{people} that only ties name added to the nodes"]
    return graph, []


def _counted(path: Path, data: bytes) -> tuple[Counter[str], str]:
    """How many elements of each kind there are, and the name space of the first.

    A document type would stand before the first element, and has been refused by then.
    """
    found: Counter[str] = Counter()
    spaces: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(name: str, attributes: dict[str, str]) -> None:
        space, _, short = name.rpartition(" ")
        spaces[:] = spaces or [space]
        found[short] += 1
        if attributes.get("yfiles.foldertype"):
            found["folder"] += 1

    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise not_well_formed(path, problem.lineno, str(problem)) from problem
    return found, spaces[0]


def read_pajek(path: Path) -> networkx.Graph:
    """The graph in a file.

    Raises:
        NetworkFileProblem: The file has parts that are not read, two labels are the same, or a
            line is no tie.
    """
    import networkx as nx

    lines = [
        (number, line.strip())
        for number, line in enumerate(whole_text(path).split("\n"), 1)
        if line.strip() and not line.lstrip().startswith(("%", "/*"))
    ]
    text: list[str] = []
    size = rows = 0
    part = ""
    for number, line in lines:
        if line.startswith("*"):
            if part == "vertices":
                text += _rest(text, size)
            part = (re.match(r"\*\s*(\w*)", line) or ["", ""])[1].lower()
            if part == "vertices":
                size = _size(path, number, line, again=bool(size))
                line = f"*vertices {size}"
            elif part not in ("network", "edges", "arcs", "matrix"):
                message = (
                    f"*{shown(part)}, a part of Pajek that is not read; "
                    "write *Edges or *Arcs, a line for each tie"
                )
                raise NetworkFileProblem(path, number, message)
            text.append(line.replace("* ", "*"))
            continue
        fields = line.split()
        if part == "vertices":
            text.append(line if len(fields) > 1 else f"{line} {line}")
        elif part == "matrix":
            rows += 1
            text.append(line)
        elif part in ("edges", "arcs") and len(fields) > 1 and _is_tie(fields, size):
            text.append(line)
        else:
            raise NetworkFileProblem(path, number, f"'{shown(line)}' is no tie of Pajek")
    if part == "vertices":
        text += _rest(text, size)
    if rows not in (0, size):
        raise NetworkFileProblem(path, None, f"{rows:,} lines in *Matrix, for {size:,} people")
    graph = nx.parse_pajek("\n".join(text))
    if len(graph) < size:
        message = f"{size - len(graph):,} of its {size:,} people have the label of another"
        raise NetworkFileProblem(path, None, message)
    return graph


def _size(path: Path, number: int, line: str, *, again: bool) -> int:
    """Number of people in ``*Vertices n``."""
    counts = re.findall(r"\S+", line.partition(" ")[2])
    if (
        len(counts) == 1
        and counts[0].isdecimal()
        and 0 < int(counts[0]) <= 10_000_000
        and not again
    ):
        return int(counts[0])
    two_modes = len(counts) == 2 and all(map(str.isdecimal, counts))
    what = "a network of two modes" if two_modes else f"'{shown(line)}' does not count its people"
    raise NetworkFileProblem(path, number, f"{what}; one network of one mode is read")


def _rest(text: list[str], size: int) -> list[str]:
    """Lines for the people that ``*Vertices`` counts and does not list."""
    begin = max(at for at, line in enumerate(text) if line.startswith("*vertices"))
    given = {line.split()[0] for line in text[begin + 1 :]}
    return [f"{number} {number}" for number in range(1, size + 1) if str(number) not in given]


def _is_tie(fields: list[str], size: int) -> bool:
    """Whether a line names two of the people, and then a number if anything."""
    if not all(end.isdecimal() and 0 < int(end) <= size for end in fields[:2]):
        return False
    try:
        return len(fields) < 3 or float(fields[2]) is not None
    except ValueError:
        return False


_READERS: dict[Format, Callable[[Path], _Read]] = {
    "edges with data": _edges_with_data,
    "adjacency with data": _adjacency_with_data,
    "GraphML": lambda path: read_markup(path, "GraphML"),
    "GEXF": lambda path: read_markup(path, "GEXF"),
    "GML": _gml,
    "Pajek": lambda path: (read_pajek(path), []),
    "JSON": _json,
    "Matrix Market": _matrix_market,
}
