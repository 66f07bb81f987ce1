"""Files of networks as people bring them, and what each should be read as, or refused with."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import json
import lzma
import pickle
import sqlite3
import zipfile
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import scipy.io
import scipy.sparse


@dataclass(frozen=True)
class Case:
    """A file and what becomes of it.

    Attributes:
        source: Where such a file comes from.
        name: What the case is about.
        content: The file.
        people: Names, sorted; None if it is refused.
        weights: Of the ties, sorted; as many as there are ties.
        told: Parts of the notes, or of the refusal.
    """

    source: str
    name: str
    content: str | bytes
    people: str | None
    weights: tuple[float, ...]
    told: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return self.content if isinstance(self.content, bytes) else self.content.encode()


def _read(source, name, content, people, weights, *told) -> Case:
    ones = (1.0,) * weights if isinstance(weights, int) else tuple(weights)
    return Case(source, name, content, people, ones, told)


def _refused(source, name, content, *told) -> Case:
    return Case(source, name, content, None, (), told)


PATH = nx.Graph([("a", "b"), ("b", "c"), ("c", "d")])
WEIGHTED = nx.Graph()
WEIGHTED.add_weighted_edges_from([("a", "b", 0.5), ("b", "c", 1.5)])


def _bytes(write, *arguments, **named) -> bytes:
    stream = io.BytesIO()
    write(*arguments, stream, **named)
    return stream.getvalue()


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return stream.getvalue()


def _sqlite() -> bytes:
    with contextlib.closing(sqlite3.connect(":memory:")) as base:
        base.execute("create table ties (a, b)")
        return base.serialize()


def _parquet() -> bytes:
    table = pa.table({"source": ["a"], "target": ["b"]})
    stream = io.BytesIO()
    pyarrow.parquet.write_table(table, stream)
    return stream.getvalue()


def _npz() -> bytes:
    return _bytes(lambda stream: scipy.sparse.save_npz(stream, scipy.sparse.eye_array(3).tocsr()))


def _market(matrix, **named) -> bytes:
    stream = io.BytesIO()
    scipy.io.mmwrite(stream, matrix, **named)
    return stream.getvalue()


def _graphml(key: str, *edges: str, directed: str = "undirected", extra: str = "") -> str:
    ties = "".join(
        f'<edge source="{edge[0]}" target="{edge[1]}">{edge[2:]}</edge>' for edge in edges
    )
    nodes = "".join(f'<node id="{name}"/>' for name in "abcd")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{key}'
        f'<graph edgedefault="{directed}">{nodes}{ties}</graph>{extra}</graphml>'
    )


def _key(name: str, kind: str = "double", default: str = "") -> str:
    return f'<key id="k" for="edge" attr.name="{name}" attr.type="{kind}">{default}</key>'


def _data(value: str) -> str:
    return f'<data key="k">{value}</data>'


def _gexf(space: str, *edges: str, kind: str = "undirected") -> str:
    ties = "".join(
        f'<edge id="{i}" source="{edge[0]}" target="{edge[1]}"{edge[2:]}/>'
        for i, edge in enumerate(edges)
    )
    return (
        f'<gexf xmlns="{space}"><graph defaultedgetype="{kind}">'
        '<nodes><node id="a" label="A"/><node id="b"/><node id="c"/></nodes>'
        f"<edges>{ties}</edges></graph></gexf>"
    )


DTD = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
YED = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
<key for="node" id="d6" yfiles.type="nodegraphics"/>
<key for="edge" id="d10" yfiles.type="edgegraphics"/>
<graph edgedefault="directed" id="G"><node id="n0"><data key="d6"><y:ShapeNode>
<y:NodeLabel>Ann</y:NodeLabel></y:ShapeNode></data></node><node id="n1"/>
<edge id="e0" source="n0" target="n1"><data key="d10"><y:PolyLineEdge/></data></edge>
</graph></graphml>"""
PAJEK = '*Vertices 4\n1 "Ann A"\n2 "Ben"\n3 "Cleo"\n4 "Dan"\n'
_MEAN = "network.weights: mean-1"

CASES = [
    # -- lists, by hand and from spreadsheets ------------------------------------------------------
    _read("by hand", "two columns", "a,b\nb,c\n", "a b c", 2),
    _read("by hand", "bars", "from|to\na|b\n", "a b", 1),
    _read("by hand", "quoted", 'source,target\n"Ann, A",b\n', "Ann, A|b", 1),
    _read("by hand", "columns at other places", "weight;to;x;from\n2;b;9;a\n1;c;9;b\n", "a b c",
          [1, 2], "column left out: x"),
    _read("by hand", "words in capitals", "TARGET\tSOURCE\tWEIGHT\nb\ta\t.5\n", "a b", [0.5]),
    _read("by hand", "Japanese words", "始点,終点,重み\na,b,2\nb,c,1\n", "a b c", [1, 2]),
    _read("by hand", "German words", "Quelle;Ziel;Gewicht\na;b;2\nb;c;1\n", "a b c", [1, 2]),
    _read("by hand", "numbered columns", "name_1,id_1,id_2,name_2\nx,a,b,y\n", "x y", 1,
          "columns left out: id_1, id_2"),
    _read("by hand", "a time", "source,target,timestamp\na,b,1082040961\nb,c,1082040999\n",
          "a b c", 2, "column left out: timestamp"),
    _read("by hand", "no header, weights", "a b 0.5\nb c 2\n", "a b c", [0.5, 2],
          "the third column is taken for weights"),
    _read("by hand", "counts", "source,target,count\na,b,10\nb,c,40\n", "a b c", [10, 40],
          "a mean of 25", _MEAN),
    _read("by hand", "leading zeros", "01,02\n1,2\n02,3\n", "01 02 1 2 3", 3,
          "2 numbers are written in two ways (01 and 1)"),
    _read("by hand", "loops, repeats, zeros",
          "source,target,weight\na,a,1\na,b,1\nb,a,2\nc,a,0\n", "a b c", [1.5],
          "1 tie of weight 0 left out", "1 tie of a person with themselves left out",
          "1 tie given before merged, weights averaged", "1 person without ties kept"),
    _read("by hand", "hashtags", "#a,#b\nc,d\n", "c d", 1,
          "1 line that begins with # or % passed over as comments (#a,#b)"),
    _read("by hand", "hashtags, quoted", '"#a","#b"\n', "#a #b", 1),
    _read("by hand", "brackets", "[deleted],b\n", "[deleted] b", 1),
    _read("by hand", "a header twice", "source,target\na,b\nsource,target\n",
          "a b source target", 2, "source and target of the header are people"),
    _read("by hand", "numbers of people and ties", "3 3\n1 2\n2 3\n3 1\n", "1 2 3", 3,
          "if it counts people and ties, begin it with #"),
    _refused("by hand", "no header, times", "1 2 1082040961\n2 3 1082040999\n", "looks like times",
             "network.columns"),
    _refused("by hand", "no header, years", "1,2,1999\n2,3,2004\n", "looks like years"),
    _refused("by hand", "no header, row numbers",
             "".join(f"{i % 3},{i % 5 + 3},{i + 7}\n" for i in range(9)), "numbers of lines"),
    _refused("by hand", "a kind of tie", "ann,ben,friend\nann,cleo,colleague\n",
             "'friend' is not a number", "network.columns: {source: 1, target: 2}"),
    _refused("by hand", "a missing weight in the first line", "a,b,NA\nb,c,1\n", ":1:",
             "a weight is missing (NA)", "network.weights: ignored"),
    _refused("by hand", "a weight below 0", "source,target,weight\na,b,-1\n", ":2:", "below 0"),
    _refused("by hand", "an infinite weight", "source,target,weight\na,b,inf\n", "finite"),
    _refused("by hand", "a line with one name", "source,target\na,b\nc,\n", ":3:", "a name is mis"),
    _read("by hand", "words of one's own", "listener,friend,weight\na,b,2\nb,c,1\n", "a b c",
          [1, 2], "was taken for a header"),
    _refused("by hand", "people, not ties", "id,name\n1,Ann\n2,Ben\n", "not known as the two ends"),
    _refused("by hand", "unknown words", "row,kunde,freund\n0,1,2\n", "network.columns: {source: "),
    _refused("by hand", "arrows", "a -> b\nb -> c\n", "without it"),
    _refused("by hand", "nothing but a header", "source,target\n", "no ties"),
    _read("Excel", "sep line", "sep=;\nsource;target\na;b\nb;c\n", "a b c", 2,
          "line 1 (sep=;) passed over"),
    _read("Excel", "Unicode text", "source\ttarget\na\tb\n".encode("utf-16"), "a b", 1),
    _read("Excel", "CSV UTF-8", "\ufeffsource,target\r\na,b\r\n", "a b", 1),
    _refused("Excel", "decimal comma", "source;target;weight\na;b;0,5\n", ":2:", "write 0.5"),
    _refused("Excel", "decimal comma and spaces", "a b 0,5\nb c 1,5\n", "write 0.5"),
    _refused("Excel", "decimal comma and commas", "source,target,weight\na,b,0,5\n", "write 0.5"),
    _refused("Excel", "workbook", _zip(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
             "Excel workbook (xlsx)", "as CSV"),
    _refused("Excel", "old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook (xls)"),
    _refused("LibreOffice", "sheet",
             _zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "OpenDocument"),
    _read("pandas", "row numbers", ",source,target\n0,a,b\n1,b,c\n", "a b c", 2,
          "column left out: (no name)"),
    _read("pandas", "1.0", "source,target\n1.0,2.0\n1,2.0\n", "1 1.0 2.0", 2, "(1.0 and 1)"),
    # -- tools -------------------------------------------------------------------------------------
    _read("Gephi", "table of edges", "Source,Target,Type,Id,Label,timeset,Weight\n"
          "1,2,Undirected,0,,,1.0\n2,3,Undirected,1,,,2.0\n", "1 2 3", [1, 2],
          "columns left out: Type, Id, Label, timeset"),
    _refused("Gephi", "table of nodes", "Id,Label,timeset\n1,Ann,\n2,Ben,\n", "two ends of a tie"),
    _refused("Gephi", "matrix", ";a;b;c\na;0;1;0\nb;1;0;1\nc;0;1;0\n", "a matrix of who is tied"),
    _read("Gephi", "GEXF 1.3", _gexf("http://gexf.net/1.3", 'ab weight="2"', "bc"), "a b c",
          [1, 2], "1 tie without a weight taken to have 1.0"),
    _read("Gephi", "GEXF 1.2", _gexf("http://gexf.net/1.2draft", "ab"), "a b c", 1,
          "1 person without ties kept"),
    _read("networkx", "GEXF, directed", _bytes(nx.write_gexf, nx.DiGraph([("a", "b"), ("b", "a")])),
          "a b", 1, "a directed graph", "1 tie given before merged"),
    _read("networkx", "edge list", "1 2 {}\n2 3 {}\n", "1 2 3", 2),
    _read("networkx", "edge list with data",
          "a b {'weight': 2, 'since': 1999}\nb c {'weight': 1}\n", "a b c", [1, 2],
          "attribute of ties left out: since"),
    _read("networkx", "edge list with commas", "a,b,{'weight': 2}\n", "a b", [2]),
    _refused("networkx", "broken data", "a b {'weight': }\n", "cannot be read"),
    _read("networkx", "weighted edge list", _bytes(nx.write_weighted_edgelist, WEIGHTED), "a b c",
          [0.5, 1.5]),
    _read("networkx", "adjacency list", _bytes(nx.write_adjlist, nx.star_graph(3)), "0 1 2 3", 3,
          "read as an adjacency list"),
    _read("networkx", "adjacency list of a path", _bytes(nx.write_adjlist, PATH), "a b c d", 3),
    _read("networkx", "adjacency list with data",
          _bytes(nx.write_multiline_adjlist, WEIGHTED), "a b c", [0.5, 1.5]),
    _read("networkx", "node-link", json.dumps(nx.node_link_data(WEIGHTED)), "a b c", [0.5, 1.5]),
    _read("networkx", "adjacency data", json.dumps(nx.adjacency_data(WEIGHTED)), "a b c",
          [0.5, 1.5]),
    _read("networkx", "GraphML", _bytes(nx.write_graphml, WEIGHTED), "a b c", [0.5, 1.5]),
    _read("networkx", "GML", _bytes(nx.write_gml, WEIGHTED), "a b c", [0.5, 1.5]),
    _read("networkx", "Pajek", _bytes(nx.write_pajek, WEIGHTED), "a b c", [0.5, 1.5]),
    _read("networkx", "GraphML, packed", gzip.compress(_bytes(nx.write_graphml, PATH)), "a b c d",
          3),
    _refused("networkx", "graph6", b">>graph6<<DQc\n", "graph6"),
    _refused("networkx", "pickle", pickle.dumps(PATH), "pickle"),
    _read("D3", "links by number",
          '{"nodes": [{"name": "x"}, {"name": "y"}], "links": [{"source": 0, "target": 1, '
          '"value": 2}]}', "0 1", [2]),
    _refused("D3", "links by name", '{"nodes": [{"name": "x"}], "links": [{"source": "x", '
             '"target": "y"}]}', "the id of no node"),
    _refused("Cytoscape", "JSON", '{"elements": {"nodes": [], "edges": []}}', "Cytoscape"),
    _refused("JSON", "pairs", '[["a", "b"]]', "without nodes and links"),
    _refused("JSON", "cut off", '{"nodes": [', "not readable JSON"),
    # -- GraphML and other XML ---------------------------------------------------------------------
    _read("igraph", "GraphML", _graphml(_key("Weight"), "ab" + _data("0.5"), "bc" + _data("9")),
          "a b c d", [0.5, 9], _MEAN, "1 person without ties kept"),
    _read("igraph", "GraphML, text", _graphml(_key("weight", "string"), "ab" + _data("0.5")),
          "a b c d", [0.5], "2 people without ties kept"),
    _read("igraph", "GraphML, default",
          _graphml(_key("weight", default="<default>1.0</default>"), "ab" + _data("0.5"), "bc"),
          "a b c d", [0.5, 1], "1 tie without a weight taken to have 1.0, the default"),
    _read("igraph", "GraphML, other number", _graphml(_key("since"), "ab" + _data("1999")),
          "a b c d", 1, "attribute of ties left out: since"),
    _refused("igraph", "GraphML, one without", _graphml(_key("weight"), "ab" + _data("2"), "bc"),
             "the tie between b and c has no weight", "network.weights: ignored"),
    _refused("igraph", "GraphML, comma", _graphml(_key("weight", "string"), "ab" + _data("0,5")),
             "write 0.5"),
    _refused("igraph", "GraphML, two graphs", _graphml("", "ab", extra="<graph/>"), "2 graphs"),
    _refused("igraph", "GraphML, cut off", _graphml("", "ab")[:-30], "not well-formed XML"),
    _read("yEd", "GraphML", YED, "n0 n1", 1, "a directed graph"),
    _refused("XML", "document type", DTD + _graphml("", "ab"), "DOCTYPE"),
    _refused("XML", "document type of GraphML",
             _graphml("", "ab").replace("\n", f"\n{DTD}", 1), "take that line"),
    _refused("XML", "another", "<xgmml><node/></xgmml>", "<xgmml>", "neither GraphML nor GEXF"),
    _refused("web", "page", "<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    # -- archives of networks ----------------------------------------------------------------------
    _read("SNAP", "comments", "# Directed graph\n# Nodes: 3 Edges: 2\n# FromNodeId\tToNodeId\n"
          "0\t1\n1\t2\n", "0 1 2", 2),
    _read("SNAP", "words in a comment", "# FromNodeId\tToNodeId\tDay\n0\t1\t7\n1\t2\t9\n",
          "0 1 2", 2, "column left out: Day"),
    _read("SNAP", "packed", gzip.compress(b"# x\n0\t1\n"), "0 1", 1),
    _read("KONECT", "unweighted", "% sym unweighted\n% 2 3 3\n1 2\n2 3\n", "1 2 3", 2),
    _read("KONECT", "weights and times",
          "% asym positive\n1 2 1 1082040961\n2 3 3 1082040999\n", "1 2 3", [1, 3],
          "column left out: timestamp", "a directed network"),
    _refused("KONECT", "two modes", "% bip unweighted\n1 1\n1 2\n", "bipartite"),
    _read("Pajek", "edges", PAJEK + "*Edges\n1 2 1\n2 3 1\n3 4 2\n", "Ann A|Ben|Cleo|Dan",
          [1, 1, 2]),
    _read("Pajek", "arcs and edges", "% c\n*Vertices 3\n*Arcs\n1 2\n*Edges\n2 3 2.5\n", "1 2 3",
          [1, 2.5], "1 tie without a weight"),
    _refused("Pajek", "arcs list", PAJEK + "*Arcslist\n1 2 3\n", "*arcslist"),
    _refused("Pajek", "two modes", "*Vertices 4 2\n*Edges\n1 3\n", "two modes"),
    _refused("Pajek", "a name twice", '*Vertices 2\n1 "A"\n2 "A"\n*Edges\n1 2\n', "the label of"),
    _refused("Pajek", "no such person", "*Vertices 2\n*Edges\n1 5\n", "is no tie of Pajek"),
    _read("Newman", "GML", 'Creator "M"\ngraph\n[\n  node [ id 0 label "x" ]\n  node [ id 1 label '
          '"y" ]\n  edge [ source 0 target 1 value 2 ]\n  edge [ source 1 target 0 value 2 ]\n]\n',
          "x y", [2], "1 tie given before merged"),
    _refused("Newman", "GML, cut off", "graph [ node [ id 0 ", "not readable GML"),
    _read("SuiteSparse", "Matrix Market, symmetric",
          _market(scipy.sparse.coo_array(nx.to_scipy_sparse_array(WEIGHTED))), "1 2 3", [0.5, 1.5]),
    _read("SuiteSparse", "Matrix Market, pattern", "%%MatrixMarket matrix coordinate pattern "
          "general\n3 3 2\n1 2\n2 3\n", "1 2 3", 2, "a directed graph"),
    _refused("SuiteSparse", "Matrix Market, not square", _market(np.ones((2, 3))), "2 × 3"),
    _refused("SuiteSparse", "Matrix Market, cut off", "%%MatrixMarket matrix coordinate pattern "
             "general\n3 3 2000000000\n1 2\n", "promises more"),
    # -- lists of friends, and matrices ------------------------------------------------------------
    _read("by hand", "one line of friends", "a b c d\n", "a b c d", 3, "adjacency list"),
    _read("by hand", "a line for everybody", "a b c d\nb a\nc\nd a\n", "a b c d", 3),
    _refused("by hand", "weights or friends", "1 2 3\n2 3 1\n3 1 2\n", "one more friend"),
    _refused("by hand", "one weight missing", "a b 1\nb c\nc d 2\n", ":2:", "2 columns"),
    _refused("numpy", "matrix as text", "0 1 0\n1 0 1\n0 1 0\n", "a matrix of who is tied"),
    _refused("numpy", "npz", _npz(), "numpy (npz)"),
    _refused("numpy", "npy", _bytes(lambda stream: np.save(stream, np.eye(3))), "numpy (npy)"),
    # -- formats refused by name -------------------------------------------------------------------
    _refused("Graphviz", "DOT", "graph G {\n a -- b;\n}\n", "DOT", "gv2gml"),
    _refused("Graphviz", "DOT, directed", "// x\nstrict digraph {\n a -> b;\n}\n", "DOT"),
    _refused("UCINET", "DL", "dl n=4 format=edgelist1\ndata:\n1 2\n", "DL", "Pajek"),
    _refused("METIS", "graph", "3 2\n2\n1 3\n2\n", "METIS"),
    _refused("DIMACS", "graph", "c x\np edge 3 2\ne 1 2\ne 2 3\n", "DIMACS"),
    _refused("yEd", "TGF", "1 Ann\n2 Ben\n#\n1 2\n", "Trivial Graph Format"),
    _refused("LGL", "ties", "# a\nb 0.5\nc 1\n# b\nc 2\n", "LGL"),
    _refused("GUESS", "GDF", "nodedef>name VARCHAR\na\nedgedef>node1,node2\na,a\n", "GDF"),
    _refused("NetDraw", "VNA", "*node data\nid\na\n*tie data\nfrom to\na a\n", "VNA"),
    _refused("Tulip", "TLP", '(tlp "2.0"\n(nodes 0 1)\n)\n', "TLP"),
    _refused("LEDA", "graph", "LEDA.GRAPH\nstring\nint\n", "LEDA"),
    _refused("SQLite", "database", _sqlite(), "SQLite"),
    _refused("Arrow", "Parquet", _parquet(), "Parquet"),
    _refused("archive", "zip", _zip(**{"ties.csv": b"a,b\n"}), "a zip archive"),
    _refused("archive", "bzip2", bz2.compress(b"a,b\n"), "bzip2", "gzip"),
    _refused("archive", "xz", lzma.compress(b"a,b\n"), "xz"),
    _refused("archive", "gzip twice", gzip.compress(gzip.compress(b"a,b\n")), "gzip twice"),
    _refused("archive", "cut off", gzip.compress(b"a,b\n" * 999)[:-9], "gzip"),
    _refused("binary", "anything", b"a,b\x00\n", "binary"),
    _refused("Windows", "Shift JIS", "a,b\n田中,b\n".encode("cp932"), ":2:", "not text in UTF-8"),
]  # fmt: skip
