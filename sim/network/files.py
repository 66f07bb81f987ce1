"""Opening a network's file, and what kind it is, known by how it begins and never by its name."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from tsunagari.sim.problems import Problem, Problems

MOST_OF_A_LIST = 1 << 31
"""Bytes of a list of ties, unpacked; it is read in pieces."""
MOST_OF_A_GRAPH = 1 << 28
"""Bytes of any other file, unpacked: they are held in memory as a whole, many times over."""
_GZIP = b"\x1f\x8b"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class NetworkFileProblem(Problems):
    """A file from which no network can be read.

    Attributes:
        path: The file.
        line: Line of the file, from 1; None where the problem has no line.
        message: What is wrong, without place and full stop; makes sense by itself.
    """

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        self.path = path
        self.line = line
        self.message = message
        super().__init__([Problem("", message, file=str(path), line=line)])

    def __reduce__(self) -> tuple[type[NetworkFileProblem], tuple[Path, int | None, str]]:  # type: ignore[override]
        return type(self), (self.path, self.line, self.message)


@contextlib.contextmanager
def opened(path: Path, *, unpacked: bool = True) -> Iterator[BufferedIOBase]:
    """The bytes of a file, unpacked if it is compressed with gzip, whatever its name.

    Raises:
        NetworkFileProblem: There is no such file, it is a folder, a pipe or a device, it may not be
            read, or it is damaged; also for such errors while it is being read within the
            ``with`` block.
    """
    try:
        if path.is_dir():  # before opening: systems disagree about the error
            raise NetworkFileProblem(path, None, "a folder, not a file")
        if path.exists() and not path.is_file():  # opening a pipe would wait, a device never end
            raise NetworkFileProblem(path, None, "a pipe or a device, not a file; save it as one")
        with path.open("rb") as raw:
            packed = unpacked and raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield stream
            else:
                yield raw
    except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
        raise NetworkFileProblem(path, None, "a damaged or cut-off gzip file") from problem
    except FileNotFoundError as problem:
        raise NetworkFileProblem(path, None, "no such file") from problem
    except UnicodeDecodeError as problem:
        message = "not text in UTF-16, though it begins so; save the file as UTF-8"
        raise NetworkFileProblem(path, None, message) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise NetworkFileProblem(path, None, f"not readable ({reason})") from problem


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file, unpacked, UTF-8 if they are UTF-16, without byte order mark."""
    with opened(path) as stream:
        head = stream.read(size)
    if head.startswith(_UTF_16):
        return head.decode("utf-16", "ignore").lstrip("\ufeff").encode("utf-8", "ignore")
    return head.removeprefix(codecs.BOM_UTF8)


def pieces(path: Path, size: int) -> Iterator[bytes]:
    """A file in pieces of about so many bytes, unpacked, as :func:`beginning` begins.

    Raises:
        NetworkFileProblem: It is longer than :data:`MOST_OF_A_LIST`.
    """
    with opened(path) as stream:
        piece = stream.read(max(size, 4))  # a mark and more
        decoder = codecs.getincrementaldecoder("utf-16")() if piece.startswith(_UTF_16) else None
        piece = piece.removeprefix(codecs.BOM_UTF8)
        total = 0
        while piece:
            total += len(piece)
            if total > MOST_OF_A_LIST:
                raise _too_large(path, MOST_OF_A_LIST)
            yield piece if decoder is None else decoder.decode(piece).encode()
            piece = stream.read(size)
        if decoder is not None:
            decoder.decode(b"", final=True)


def whole(path: Path) -> bytes:
    """All bytes of a file that is read at once, unpacked, UTF-8 if they are UTF-16.

    Raises:
        NetworkFileProblem: It is longer than :data:`MOST_OF_A_GRAPH`.
    """
    with opened(path) as stream:
        data = stream.read(MOST_OF_A_GRAPH + 1)
        if len(data) > MOST_OF_A_GRAPH:
            raise _too_large(path, MOST_OF_A_GRAPH)
        if data.startswith(_UTF_16):
            data = data.decode("utf-16").encode()
            data = re.sub(
                rb"encoding=(['\"])UTF-16\1", b'encoding="UTF-8"', data, count=1, flags=re.I
            )
    return data.removeprefix(codecs.BOM_UTF8)


def whole_text(path: Path) -> str:
    """:func:`whole`, as text with line feeds.

    Raises:
        NetworkFileProblem: It is too long, or not UTF-8.
    """
    data = whole(path)
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise not_utf_8(path, line) from problem


def not_utf_8(path: Path, line: int) -> NetworkFileProblem:
    """For bytes that are no text, on this line."""
    return NetworkFileProblem(path, line, "not text in UTF-8; save the file with that encoding")


def _too_large(path: Path, most: int) -> NetworkFileProblem:
    text = f"{most >> 20:,} MiB"
    message = f"more than {text} when unpacked, the most that is read; leave out what is not needed"
    return NetworkFileProblem(path, None, message)


def file_digest(path: Path) -> str:
    """Digest of a file's bytes as they are on disk, 32 hex digits.

    Raises:
        NetworkFileProblem: The file cannot be read.
    """
    with opened(path, unpacked=False) as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


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
