"""Files on disk, whole or not at all, and known by their digests: read only as they were written.

A file that a record lists has its digest there. A file that stands for itself (a record, a trial, a
part of a table) carries its own: somewhere near its end ``sha256:`` and 64 digits, the digest of
all its other bytes. Parquet has room for that in its footer, a zip in its comment, JSON in a key.
"""

from __future__ import annotations

import errno
import hashlib
import json
import mmap
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tsunagari.sim.problems import Failure, Problem, Problems

FULL = {errno.ENOSPC: "the disk is full", errno.EFBIG: "a file grew larger than allowed"}
if hasattr(errno, "EDQUOT"):  # Windows has no quotas of this kind
    FULL[errno.EDQUOT] = "the disk quota is used up"


class WriteError(Failure):
    """A result could not be written for a reason outside the program; the text says which."""


@contextmanager
def told_when_full(what: str) -> Iterator[None]:
    """Say of a full disk what could not be written to it, as ``the report could not be …``.

    Raises:
        WriteError: The disk, or what of it one may use, is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise WriteError(f"{FULL[error.errno]}: {what}") from error
        raise


@contextmanager
def written(path: Path, temporary: Path, *, durably: bool = True) -> Iterator[IO[bytes]]:
    """A file to be filled that takes its name when it is complete, replacing what had it.

    Whatever ends the block, there is the old file, or none, or the whole new one.

    Args:
        path: What it will be called.
        temporary: Its name until then, in the same file system; removed after an exception.
        durably: Have it on the disk before it gets its name, so that it survives a loss of power,
            too. Without, a reader must be able to tell that something is missing.
    """
    try:
        with temporary.open("wb") as file:
            yield file
            if durably:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durably:
        bring_to_disk(path.parent)


def bring_to_disk(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk now."""
    if path.is_dir() and os.name == "nt":
        return  # Windows offers this for files only
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_MARK = b"sha256:"
_DIGITS = 64

DIGEST = "digest"
"""What the place of a digest is called, where places have names."""

FORMAT = 2
"""Of records; those of format 1 listed files without digests."""

BLANK = f"{_MARK.decode()}{'0' * _DIGITS}"
"""Written where the digest of the file itself will stand."""


def digest_of(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sealed(content: bytes) -> bytes:
    """A content with its own digest in its last blank."""
    before, _, after = content.rpartition(BLANK.encode())
    return before + _MARK + _digest(before + _MARK, after) + after


def seal(file: IO[bytes]) -> None:
    """Put a file's own digest into its last blank, all else having been written.

    Raises:
        OSError: It cannot be written.
    """
    file.flush()
    with Path(file.name).open("r+b") as again, mmap.mmap(again.fileno(), 0) as content:
        start = content.rfind(BLANK.encode()) + len(_MARK)
        end = start + _DIGITS
        with memoryview(content) as view:
            digest = _digest(view[:start], view[end:])
        content[start:end] = digest
        content.flush()


def is_sealed(content: bytes) -> bool:
    """Whether a content is, to the byte, what it was when it was sealed."""
    place = content.rfind(_MARK)
    start, end = place + len(_MARK), place + len(BLANK)
    view = memoryview(content)
    return place >= 0 and view[start:end] == _digest(view[:start], view[end:])


def is_intact(path: Path) -> bool:
    """Whether a file that carries its own digest is there, and as it was written.

    Raises:
        OSError: It is there and cannot be read.
    """
    try:
        return path.is_file() and is_sealed(path.read_bytes())
    except FileNotFoundError:  # gone in the meantime
        return False


def listed(folder: Path, files: Iterable[Path]) -> list[dict[str, Any]]:
    """Files of a folder as a record lists them, with the digest of each.

    Raises:
        OSError: One cannot be read.
    """
    return [
        {
            "name": file.relative_to(folder).as_posix(),
            "bytes": file.stat().st_size,
            DIGEST: digest_of(file),
        }
        for file in files
    ]


def record_content(record: Mapping[str, Any]) -> bytes:
    """A record as it stands in its file, with the digest of all else in it."""
    whole = {**record, DIGEST: BLANK}
    text = json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2)
    # What is no Unicode in an argument of the command line becomes an escape, as JSON has them.
    return sealed((text + "\n").encode("utf-8", "backslashreplace"))


def damaged(path: Path, suggestion: str) -> Problem:
    """The problem of a file that is not what was written."""
    what = "the file is damaged: it is not what was written (its digest differs)"
    return Problem("", what, file=str(path), suggestion=suggestion)


def refused(path: Path | str, message: str, suggestion: str | None = None) -> Problems:
    """The problem with a folder or a file that is to be read, or what is asked of one."""
    return Problems([Problem("", message, file=str(path), suggestion=suggestion)])


def _digest(before: bytes | memoryview, after: bytes | memoryview) -> bytes:
    digest = hashlib.sha256(before)
    digest.update(after)
    return digest.hexdigest().encode()
