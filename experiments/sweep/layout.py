"""Names of the files in a sweep's folder."""

from __future__ import annotations

import re
from pathlib import Path

from experiments.sweep.job import Status

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
