"""Whether the files of a sweep are what was written; nothing is locked, nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.design.experiment import DESIGN, SCENARIO
from experiments.store import seal
from experiments.sweep.folder import record_in
from experiments.sweep.layout import FINISHED, TRIALS, chunk_of, trial_of
from sim.problems import Problem, Problems

MEND = "run the same sweep again: it sets damaged files aside and runs the trials in them again"
OLD = (
    "an earlier version made this, which kept no digests: whether a file has changed since cannot "
    "be told"
)
"""A note on results that cannot be verified."""


def files_in(folder: Path, keep: Sequence[str]) -> list[dict[str, Any]]:
    """The files of a sweep as its record lists them: design, trials, and all parts of tables.

    Raises:
        OSError: One cannot be read.
    """
    there = [folder / name for name in (DESIGN, SCENARIO, TRIALS)]
    files = [path for path in there if path.exists() and (keep or path.name != TRIALS)]
    for name in keep:
        parts = sorted((folder / name).iterdir()) if (folder / name).is_dir() else []
        files += [part for part in parts if chunk_of(part.name) is not None]
    return seal.listed(folder, files)


def is_changed(folder: Path, file: Mapping[str, Any]) -> bool:
    """Whether a file that a record lists is missing or, where its digest is known, another one.

    Raises:
        OSError: It cannot be read.
    """
    path = folder / file["name"]
    if not path.is_file() or path.stat().st_size != file["bytes"]:
        return True
    return file.get(seal.KEY) is not None and seal.digest_of(path) != file[seal.KEY]


def checked_record(folder: Path) -> dict[str, Any]:
    """The record of a sweep all of whose files are what was written.

    Raises:
        Problems: The folder holds no sweep; or the files that are damaged.
    """
    record = record_in(folder)
    if record is None:
        raise seal.refused(folder, "there is no sweep in this folder")
    if record["format"] < seal.FORMAT:
        return record
    try:
        problems = [_problem(folder / name) for name in _damaged(folder, record)]
    except OSError as error:
        place = Path(error.filename or folder)
        raise seal.refused(place, f"this cannot be read ({error.strerror or error})") from error
    if problems:
        raise Problems(problems)
    return record


def _damaged(folder: Path, record: Mapping[str, Any]) -> Iterator[str]:
    listed = record.get("files") or ()
    yield from (file["name"] for file in listed if is_changed(folder, file))
    names = {file["name"] for file in listed}
    for path in own_files(folder, record["keep"]):
        name = path.relative_to(folder).as_posix()
        if name not in names and not seal.is_intact(path) and path.exists():
            yield name


def own_files(folder: Path, keep: Sequence[str]) -> Iterator[Path]:
    """The files of a sweep that carry their own digest."""
    if (folder / TRIALS).exists():
        yield folder / TRIALS
    for name in (FINISHED, *keep):
        for path in sorted((folder / name).iterdir()) if (folder / name).is_dir() else ():
            if chunk_of(path.name) is not None or trial_of(path.name) is not None:
                yield path


def _problem(path: Path) -> Problem:
    if path.exists():
        return seal.damaged(path, MEND)
    return Problem("", "the file is missing", file=str(path), suggestion=MEND)
