"""What kind of file a network's is, known by how it begins and never by its name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from sim.network.files import NetworkFileProblem, beginning

type Format = Literal[
    "list", "edges with data", "adjacency with data", "GraphML", "GEXF", "GML", "Pajek", "JSON",
    "Matrix Market",
]  # fmt: skip

HEAD = 1 << 16
"""Bytes by which a format is known."""
_AS_LIST = "save it as a list of ties (CSV, a line source,target for each) or as GraphML"
_UNPACK = "unpack it, or pack the file itself with gzip"
_AS_CSV = "save the sheet of ties as CSV"
_IN_PYTHON = "write its ties as CSV, a line source,target for each"

# Bytes at the start, what the file then is, and what to do.
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (rb"BZh[0-9]", "packed with bzip2", _UNPACK),
    (rb"\xfd7zXZ\x00", "packed with xz", _UNPACK),
    (rb"\x28\xb5\x2f\xfd", "packed with zstandard", _UNPACK),
    (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    (rb"Rar!", "a RAR archive", _UNPACK),
    (rb"\x1f\x8b", "packed with gzip twice", "unpack it once"),
    (rb"(?s)PK..*mimetypeapplication/vnd\.oasis", "an OpenDocument spreadsheet", _AS_CSV),
    (rb"(?s)PK..*(?:\[Content_Types\]\.xml|xl/)", "an Excel workbook (xlsx)", _AS_CSV),
    (rb"(?s)PK..*\.npy", "arrays of numpy (npz)", _IN_PYTHON),
    (rb"PK\x03\x04|PK\x05\x06", "a zip archive", _UNPACK),
    (rb"\xd0\xcf\x11\xe0", "an Excel workbook (xls)", _AS_CSV),
    (rb"SQLite format 3\x00", "an SQLite database", "export the table of ties as CSV"),
    (rb"PAR1", "a Parquet table", _IN_PYTHON),
    (rb"ARROW1|FEA1", "an Arrow or Feather table", _IN_PYTHON),
    (rb"\x93NUMPY", "an array of numpy (npy)", _IN_PYTHON),
    (rb"\x89HDF", "an HDF5 file", _IN_PYTHON),
    (rb"\x80[\x02-\x05]", "a pickle of Python, which could run any code", _IN_PYTHON),
    (rb"RD[XA][23]|[XA]\n\x00", "a file of R", "write the ties with write.csv"),
    (rb"MATLAB 5", "a MATLAB file", "write the matrix with scipy.io.mmwrite (Matrix Market)"),
    (rb"%PDF-", "a PDF document", _AS_LIST),
    (rb"(?s).{257}ustar", "a tar archive", _UNPACK),
)
_BY_NETWORKX = "read it with networkx and save it with networkx.write_graphml"
# What the first lines that are no comments look like, what the file then is, and what to do.
_TEXT: tuple[tuple[str, str, str], ...] = (
    (r"\{\\rtf", "a text document (RTF)", "save it as plain text"),
    (
        r"(?:strict\s+)?(?:di)?graph(?:\s+[\w\"][^\s{]*)?\s*\{",
        "DOT, the format of Graphviz",
        "turn it into GML with Graphviz's gv2gml",
    ),
    (r"dl[\s,]+(?:n|nr|nc|nm|format)\s*=", "DL, the format of UCINET", "export it as Pajek"),
    (r"(?:c\b.*\n)*p\s+(?:edge|edges|col|sp|max|min)\b", "DIMACS", _AS_LIST),
    (r"LEDA\.GRAPH", "LEDA", _BY_NETWORKX),
    (r">>(?:graph6|sparse6|digraph6)<<", "graph6 or sparse6", _BY_NETWORKX),
    (r"nodedef\s*>", "GDF, the format of GUESS", "open it in Gephi and export GEXF or GraphML"),
    (r"\(tlp\b", "TLP, the format of Tulip", "export it as GML"),
    (r"\*\s*(?:node|tie) (?:data|properties)", "VNA, the format of NetDraw", "save it as Pajek"),
    (r"\*(?!network|vertices|edges|arcs|matrix)", "a list that begins with *", _AS_LIST),
)
_TGF = r"(?:[^\s#].*\n)+#[ \t]*\n\S"
_LGL = r"#[ \t]+\S+\n(?:[^\s#]\S*(?:[ \t]+[0-9.eE+-]+)?\n)+#[ \t]+\S+(?:\n|\Z)"


def format_of(path: Path) -> Format:
    """The format of a file.

    Raises:
        NetworkFileProblem: The file cannot be read, or is of a format that is known but not read;
            it is named, with what to do.
    """
    head = beginning(path, HEAD)
    for start, name, instead in _BINARY:
        if re.match(start, head):
            raise _unread(path, name, instead)
    if head[:14].lower() == b"%%matrixmarket":
        return "Matrix Market"
    if b"\0" in head:
        raise NetworkFileProblem(path, None, f"binary, and not text in UTF-8; {_AS_LIST}")
    text = head.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if text.lstrip().startswith("<"):
        return _kind_of_xml(path, head.lstrip())
    for begin, name in ((_TGF, "Trivial Graph Format (TGF)"), (_LGL, "LGL")):
        if re.match(begin, text.lstrip("\n")):
            raise _unread(path, name, _AS_LIST)
    lines = [line for line in text.split("\n") if not re.match(r"\s*(?:[#%]|//|\Z)", line)]
    return _kind_of_text(path, "\n".join(lines).strip())


def _kind_of_text(path: Path, text: str) -> Format:
    for start, name, instead in _TEXT:
        if re.match(start, text, re.IGNORECASE):
            raise _unread(path, name, instead)
    if text.startswith("*"):
        return "Pajek"
    if re.match(r"[{\[]\s*[\"{\[\]}]", text):  # "[deleted],b" is a tie
        return "JSON"
    if re.search(r"(?im)^[ \t]*graph\s*\[", text):
        return "GML"
    if re.search(r"(?m)^\S+[ \t]+\{.*\}[ \t]*$", text) and re.match(r"\S+[ \t]+\d+\s", text):
        return "adjacency with data"
    if re.match(r".*[\s,]\{.*\}[ \t]*(?:\n|\Z)", text):
        return "edges with data"
    return "list"


_ENCODING = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*([\"'])(.*?)\1", re.DOTALL)
_ENCODINGS = (b"utf-8", b"us-ascii", b"iso-8859-1", b"latin-1", b"utf-16")
"""Those that the parser knows itself: with others it asks Python, and not all of that ends well."""


class _Seen(Exception):  # noqa: N818 - the first element has been seen
    pass


def _kind_of_xml(path: Path, head: bytes) -> Format:
    """GraphML or GEXF, by the first element.

    Raises:
        NetworkFileProblem: It is another one, or there is a document type: entities can blow up.
    """
    encoding = _ENCODING.match(head)
    if encoding is not None and encoding[2].lower() not in _ENCODINGS:
        named = encoding[2].decode("latin-1")
        message = f"XML in the encoding {named!r}, which is not read; save the file as UTF-8"
        raise NetworkFileProblem(path, 1, message)
    parser = expat.ParserCreate()
    names: list[str] = []

    def seen(name: str, *_: object) -> None:
        names.append(name)
        raise _Seen

    parser.StartElementHandler = seen
    parser.StartDoctypeDeclHandler = lambda name, *_: seen(f"!DOCTYPE {name}")
    try:
        parser.Parse(head, False)
    except _Seen:
        pass
    except expat.ExpatError as problem:
        raise not_well_formed(path, problem.lineno, str(problem)) from problem
    name = names[0] if names else ""
    short = name.rpartition(":")[2].lower()
    if short in ("html", "!doctype html"):
        instead = "the download may have gone wrong; save the file itself"
        raise _unread(path, "a web page (HTML)", instead)
    if name.startswith("!DOCTYPE"):
        instead = "take that line (to its >) out of the file"
        raise NetworkFileProblem(path, None, f"XML with a <{name}>, which is not read; {instead}")
    if short == "graphml":
        return "GraphML"
    if short == "gexf":
        return "GEXF"
    what = f"XML that begins with <{name}>" if name else "XML without any element"
    raise _unread(path, f"{what}, neither GraphML nor GEXF", _AS_LIST)


def not_well_formed(path: Path, line: int, why: str) -> NetworkFileProblem:
    """For XML that is none, in the words of the parser."""
    return NetworkFileProblem(path, line, f"not well-formed XML ({why.partition(':')[0]})")


def _unread(path: Path, name: str, instead: str) -> NetworkFileProblem:
    return NetworkFileProblem(path, None, f"{name}, which is not read; {instead}")
