"""What lies in the folder of a sweep, and whether it is what was written.

Nothing is locked here, and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tsunagari.experiments.runs.disk import (
    DIGEST,
    FORMAT,
    damaged,
    digest_of,
    is_intact,
    listed,
    refused,
)
from tsunagari.experiments.runs.record import SweepRecord, read_record
from tsunagari.experiments.runs.tables import read_part
from tsunagari.sim.problems import Problem, Problems

type Status = Literal["done", "failed"]

CHUNK = 128
"""Trials, one after another in the design, that become one part of each table."""

TRIALS = "trials.parquet"
"""One row per trial; there exactly if the sweep is complete."""

RECORD = "sweep.json"
"""Which sweep the folder belongs to, with what it was run and how long it took."""

FINISHED = "finished"
"""Folder of what is finished, as long as something is not."""

DAMAGED = "damaged"
"""Folder of what turned out to be damaged; nothing reads it."""

TEMPORARY_PREFIX = ".writing-"

_SMALL = re.compile(r"([0-9a-f]{32})\.(done|failed)\.zip")
_PART = re.compile(r"part-(\d{5,})\.parquet")


def part_name(chunk: int) -> str:
    """Name of the file of a chunk, in any folder of parts."""
    return f"part-{chunk:05d}.parquet"


def chunk_of(name: str) -> int | None:
    """The chunk whose file has this name; None if it is not the name of a part."""
    match = _PART.fullmatch(name)
    return int(match[1]) if match else None


def parts_in(folder: Path) -> list[Path]:
    """The parts in a folder, in order; none where there is no such folder."""
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in there if chunk_of(path.name) is not None]


def small_name(key: str, status: Status) -> str:
    """Name of the file of one finished trial."""
    return f"{key}.{status}.zip"


def trial_of(name: str) -> tuple[str, Status] | None:
    """Key and status of the trial whose file has this name; None if it is not the name of one."""
    match = _SMALL.fullmatch(name)
    if match is None:
        return None
    return match[1], "done" if match[2] == "done" else "failed"


def chunks_of(trials: int) -> range:
    """The numbers of all chunks of so many trials."""
    return range(-(-trials // CHUNK))


def indices_of(chunk: int, trials: int) -> range:
    """The trials of a chunk, counted from 0 among all of them."""
    return range(chunk * CHUNK, min((chunk + 1) * CHUNK, trials))


def temporary(folder: Path, name: str) -> Path:
    """What a file of the folder, or of one in it, is called while it is being written."""
    return folder / f"{TEMPORARY_PREFIX}{name}"


DESIGN, SCENARIO = "design.yaml", "scenario.yaml"
"""Files from which the design and the scenario it varies are read."""

MEND_RECORD = "run the same sweep again: it looks at every trial and writes the record anew"
MEND = "run the same sweep again: it sets damaged files aside and runs the trials in them again"
OLD = (
    "an earlier version made this, which kept no digests: whether a file has changed since cannot "
    "be told"
)
"""A note on results that cannot be verified."""


def record_in(folder: Path) -> dict[str, Any] | None:
    """What ``sweep.json`` of a folder says; None if there is none.

    Raises:
        Problems: It is damaged, or none of ours.
    """
    path = folder / RECORD
    if not path.exists() and not path.is_symlink():
        return None
    return read_record(path, SweepRecord, MEND_RECORD)


def files_in(folder: Path, keep: Sequence[str]) -> list[dict[str, Any]]:
    """The files of a sweep as its record lists them: design, trials, and all parts of tables.

    Raises:
        OSError: One cannot be read.
    """
    there = [folder / name for name in (DESIGN, SCENARIO, TRIALS)]
    files = [path for path in there if path.exists() and (keep or path.name != TRIALS)]
    for name in keep:
        files += parts_in(folder / name)
    return listed(folder, files)


def is_changed(folder: Path, file: Mapping[str, Any]) -> bool:
    """Whether a file that a record lists is missing or, where its digest is known, another one.

    Raises:
        OSError: It cannot be read.
    """
    path = folder / file["name"]
    if not path.is_file() or path.stat().st_size != file["bytes"]:
        return True
    return file.get(DIGEST) is not None and digest_of(path) != file[DIGEST]


def checked_record(folder: Path) -> dict[str, Any]:
    """The record of a sweep all of whose files are what was written.

    Raises:
        Problems: The folder holds no sweep; or the files that are damaged.
    """
    record = record_in(folder)
    if record is None:
        raise refused(folder, "there is no sweep in this folder")
    if record["format"] < FORMAT:
        return record
    try:
        problems = [_problem(folder / name) for name in _damaged(folder, record)]
    except OSError as error:
        place = Path(error.filename or folder)
        raise refused(place, f"this cannot be read ({error.strerror or error})") from error
    if problems:
        raise Problems(problems)
    return record


def _damaged(folder: Path, record: Mapping[str, Any]) -> Iterator[str]:
    listed = record.get("files") or ()
    yield from (file["name"] for file in listed if is_changed(folder, file))
    names = {file["name"] for file in listed}
    for path in own_files(folder, record["keep"]):
        name = path.relative_to(folder).as_posix()
        if name not in names and not is_intact(path) and path.exists():
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
        return damaged(path, MEND)
    return Problem("", "the file is missing", file=str(path), suggestion=MEND)


def trial_keys(folder: Path) -> list[str]:
    """The keys of a finished sweep's trials, as ``trials.parquet`` lists them.

    Raises:
        Problems: The folder holds no sweep, or one that is not finished.
    """
    path = folder / TRIALS
    if not path.is_file():
        if (folder / DESIGN).is_file():
            suggestion = "run `tsunagari sweep` on it again, which goes on where it stopped"
            raise refused(folder, "the sweep in this folder is not finished", suggestion)
        raise refused(folder, "there is no sweep in this folder")
    return list(read_part(path, ["key"]).column("key").to_pylist())
