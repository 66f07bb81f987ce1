"""Bringing files to the disk, whole or not at all, and what may be in the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sim.problems import Failure

FULL = {errno.ENOSPC: "the disk is full", errno.EFBIG: "a file grew larger than allowed"}
if hasattr(errno, "EDQUOT"):  # Windows has no quotas of this kind
    FULL[errno.EDQUOT] = "the disk quota is used up"


class WriteError(Failure):
    """A result could not be written for a reason outside the program; the text says which."""


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
