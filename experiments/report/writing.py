"""The report as a file: there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from experiments.runs.disk import FULL, WriteError, written
from sim.problems import Problem, Problems


def checked(file: Path, *, force: bool) -> None:
    """Make sure, before anything is read, that a report may be written there.

    Raises:
        Problems: There is something already, or no folder to write to.
    """
    if file.is_dir():
        raise _refused(file, "this is a folder, not a file", "name a file, such as report.html")
    if file.exists() and not force:
        raise _refused(file, "the file exists already", "--force replaces it")
    if not file.parent.is_dir():
        raise _refused(file, "there is no such folder to write to", "make it first")
    if not os.access(file.parent, os.W_OK):
        raise _refused(file, "the folder cannot be written to", "choose another with --out")


def write_report(text: str, file: Path) -> None:
    """Write a report; what had its name is replaced.

    Raises:
        Problems: The folder cannot be written to.
        WriteError: The disk is full.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with written(file, temporary) as target:
            target.write(text.encode("utf-8"))
    except OSError as error:
        if error.errno in FULL:
            message = f"{FULL[error.errno]}: the report could not be written to {file}"
            raise WriteError(message) from error
        raise _refused(file, f"it cannot be written ({error.strerror or error})") from error


def _refused(file: Path, message: str, suggestion: str | None = None) -> Problems:
    return Problems([Problem("", message, file=str(file), suggestion=suggestion)])
