"""Whose folder it is: a sweep, or a shard of one, goes on in its own and nowhere else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tsunagari.experiments.runs.disk import FULL, WriteError, record_content, written
from tsunagari.experiments.runs.folder import LOCK_NAME, LockedFolder, safe_name, unusable
from tsunagari.experiments.runs.sweep_files import (
    FINISHED,
    RECORD,
    TEMPORARY_PREFIX,
    TRIALS,
    chunk_of,
    record_in,
    temporary,
    trial_of,
)
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.sim.problems import Failure, Problem, Problems


@dataclass(frozen=True)
class Shard:
    """The trials whose position leaves a certain rest when divided by the number of shards.

    Attributes:
        index: Which, from 0 to ``of`` - 1.
        of: How many there are, at least 1.
        name: What the user calls it, which may be 4/4 for 0/4.
    """

    index: int
    of: int
    name: str = field(default="", compare=False)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The shard meant by ``I/N``; the shards may be counted from 0 to N - 1 or from 1 to N.

        Raises:
            Problems: It is none.
        """
        match = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
        if match is not None:
            index, of = int(match[1]), int(match[2])
            if of >= 1 and index <= of:
                return cls(index % of, of, f"{index}/{of}")
            what = f"there is no shard {index} of {of}"
        else:
            what = "a shard is written I/N"
        suggestion = "write I from 1 to N (or from 0 to N - 1): 1/4, 2/4, 3/4, 4/4"
        raise Problems([Problem("", what, file=f"--shard {text}", suggestion=suggestion)])

    def positions(self, total: int) -> range:
        """The positions of its trials among all ``total``."""
        return range(self.index, total, self.of)

    def __str__(self) -> str:
        return f"shard {self.name or f'{self.index}/{self.of}'}"


SHARD_SUFFIX = "-shard-"
_TABLES = ("firms", "market", "segments", "cohorts", "flows")


@dataclass(frozen=True)
class Identity:
    """Which sweep a folder belongs to.

    Attributes:
        design: Key of the experiment.
        shard: Which part of it; None is all of it.
    """

    design: str
    shard: Shard | None = None

    def __str__(self) -> str:
        return f"{self.shard} of this design" if self.shard else "this design as a whole"


def default_folder(experiment: Experiment, shard: Shard | None = None) -> Path:
    """Where a sweep goes unless told otherwise: the same folder for the same command."""
    name = f"{safe_name(experiment.name)}-{experiment.key[:8]}"
    if shard is not None:
        index, of = (shard.name or f"{shard.index}/{shard.of}").split("/")
        name += f"{SHARD_SUFFIX}{index}-of-{of}"
    return Path("results") / name


def identity_of(record: Mapping[str, Any]) -> Identity:
    """Whose folder it is, by its record."""
    shard = record.get("shard")
    return Identity(record["design"], Shard(shard["index"], shard["of"]) if shard else None)


def check_identity(folder: Path, identity: Identity) -> dict[str, Any] | None:
    """The record of a folder that belongs to this sweep; None if it is empty, or not there.

    Raises:
        Problems: It belongs to another, or holds something else.
    """
    if folder.is_file():
        raise unusable(folder, "this is a file, not a folder")
    record = record_in(folder)
    if record is None:
        found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        others = [n for n in found if n != LOCK_NAME and not n.startswith(TEMPORARY_PREFIX)]
        if others:
            what = f"the folder is not empty (it holds {others[0]}), and it holds no sweep"
            suggestion = "choose another; --force writes there and leaves other files alone"
            raise unusable(folder, what, suggestion)
        return None
    found_here = identity_of(record)
    if found_here.design != identity.design:
        title = record.get("name")
        what = f"the folder holds another design ({title}, key {found_here.design[:8]})"
        raise unusable(folder, what, "choose another folder; --force starts over in this one")
    if found_here != identity:
        raise unusable(folder, f"the folder holds {found_here}, not {identity}", "choose another")
    return record


class SweepFolder(LockedFolder):
    """The folder of a sweep while one process works in it, as a context manager.

    Args:
        path: The folder; it may be missing, empty, or hold the same sweep.
        identity: Whose it is to be.
        force: Start over, whatever sweep it holds.

    Raises:
        Problems: On entering: the folder holds something else, cannot be written to, or another
            process is writing to it.
        WriteError: On leaving: a full disk, or a file that cannot be written.

    Attributes:
        path: The folder.
        is_new: Whether nothing of this sweep was there.
        record: What its record said; None if it is new, or the record was damaged.
    """

    def __init__(self, path: Path, identity: Identity, *, force: bool = False) -> None:
        super().__init__(path)
        self.is_new = True
        self.record: dict[str, Any] | None = None
        self._identity = identity
        self._force = force

    def write_record(self, record: Mapping[str, Any]) -> None:
        """Write ``sweep.json``.

        Raises:
            OSError: It cannot be written.
        """
        with written(self.path / RECORD, temporary(self.path, RECORD)) as file:
            file.write(record_content(record))

    def write_design(self, experiment: Experiment) -> None:
        """Write ``design.yaml`` and ``scenario.yaml``.

        Raises:
            OSError: They cannot be written.
        """
        staging = temporary(self.path, "design")
        staging.mkdir(exist_ok=True)
        try:
            experiment.write(staging)
            for file in sorted(staging.iterdir()):
                file.replace(self.path / file.name)
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _open(self, *, numbered: bool = False) -> None:
        super()._open(numbered=numbered)
        if self._force:
            self._clear()
            return
        try:
            self.record = check_identity(self.path, self._identity)
            self.is_new = self.record is None
        except Problems:
            if not self._is_mine_without_record():
                raise
            self.is_new = False

    def _is_mine_without_record(self) -> bool:
        """Whether the record cannot be read, and all else says that the sweep is this one."""
        from tsunagari.experiments.studies.sweep_file import read_written

        try:
            record_in(self.path)
        except Problems:
            pass
        else:
            return False
        try:
            return read_written(self.path).key == self._identity.design
        except (Problems, Failure, OSError):
            return False

    def _clear(self) -> None:
        """Remove what a sweep wrote here, first what says that something is finished."""
        if not (self.path / RECORD).exists():
            return
        (self.path / TRIALS).unlink(missing_ok=True)
        for name in (FINISHED, *_TABLES):
            folder = self.path / name
            if not folder.is_dir():
                continue
            for file in folder.iterdir():
                if chunk_of(file.name) is not None or trial_of(file.name) is not None:
                    file.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()
        (self.path / RECORD).unlink(missing_ok=True)

    def _unusable(self, error: OSError) -> Exception:
        if error.errno in FULL:
            return WriteError(self._why_unwritable(error))
        return super()._unusable(error)

    def _why_unwritable(self, error: OSError) -> str | None:
        if isinstance(error, ConnectionError):
            return None
        kept = f"what is finished is kept in {self.path}"
        if error.errno in FULL:
            return f"{FULL[error.errno]}: {kept}; the same command goes on once there is room"
        name = f"{error.filename}: " if error.filename else ""
        return f"{name}{error.strerror or error}; {kept}, and the same command goes on from there"
