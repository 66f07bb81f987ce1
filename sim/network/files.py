"""Opening a network's file, and what may be wrong with it."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

_GZIP = b"\x1f\x8b"


class NetworkFileProblem(ValueError):  # noqa: N818 - it is the user's problem, no error of ours
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
        place = f"{path}:" if line is None else f"{path}:{line}:"
        super().__init__(f"{place} {message}")

    def __reduce__(self) -> tuple[type[NetworkFileProblem], tuple[Path, int | None, str]]:
        return type(self), (self.path, self.line, self.message)


@contextlib.contextmanager
def opened(path: Path, *, unpacked: bool = True) -> Iterator[io.BufferedIOBase]:
    """The bytes of a file, unpacked if it is compressed with gzip, whatever its name.

    Raises:
        NetworkFileProblem: There is no such file, it may not be read, or it is damaged; also for
            such errors while it is being read within the ``with`` block.
    """
    if path.is_dir():  # before opening: systems disagree about the error
        raise NetworkFileProblem(path, None, "a folder, not a file")
    try:
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
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise NetworkFileProblem(path, None, f"not readable ({reason})") from problem


def file_digest(path: Path) -> str:
    """Digest of a file's bytes as they are on disk, 32 hex digits.

    Raises:
        NetworkFileProblem: The file cannot be read.
    """
    with opened(path, unpacked=False) as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
