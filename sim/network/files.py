"""Opening a network's file, how large it may be, and what may be wrong with it."""

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

from sim.problems import Problem, Problems

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
