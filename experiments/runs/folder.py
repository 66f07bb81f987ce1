"""A result folder with one writer: complete, or plainly not a result.

Everything is written under a staging sub-folder, brought to the disk, and only then given its name;
``run.json``, which says that the folder is complete, comes last. Whatever kills a run, a reader
finds either a whole result or a folder without ``run.json``.
"""

from __future__ import annotations

import abc
import datetime
import itertools
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import filelock

from tsunagari.experiments.runs.disk import FULL, WriteError, bring_to_disk, listed, record_content
from tsunagari.experiments.runs.interrupts import undisturbed
from tsunagari.experiments.runs.tables import FORMATS
from tsunagari.sim.problems import Problem, Problems

LOCK_NAME = ".lock"
TABLES = ("firms", "market", "segments", "cohorts", "flows", "differences", "claims")
RECORD = "run.json"
SCENARIO = "scenario.yaml"
REPORT = "report.html"
FIT_PAGE = "fit.html"
"""What the report on a fit is called: the fit writes it itself."""
DECISION_PAGE = "decision.html"
"""The same of a decision."""
STAGING_PREFIX = ".writing-"

_PREVIOUS = "previous.json"  # the record of the result that is being replaced, in staging
_WRITTEN_BY_A_RUN = frozenset(
    [RECORD, SCENARIO, REPORT, *(f"{t}.{f}" for t in TABLES for f in FORMATS)]
)
_LONGEST_NAME = 60  # characters; four bytes each stay below the 255 bytes of most file systems


def unusable(folder: Path, why: str, suggestion: str | None = None) -> Problems:
    """The problem of a folder that cannot be written to."""
    return Problems([Problem("", why, file=f"--out {folder}", suggestion=suggestion)])


class FolderLock:
    """A lock on an existing folder, held until :meth:`release` or the end of the process.

    The system drops the lock of a killed process, so the file it leaves behind stops nobody.

    Raises:
        Problems: Another process holds it.
        OSError: The lock file cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / LOCK_NAME
        self._lock = filelock.FileLock(self._file, blocking=False)
        try:
            self._lock.acquire()
        except filelock.Timeout:
            why = "another process is writing to the folder"
            suggestion = "wait for it, or choose another"
            raise unusable(folder, why, suggestion) from None

    def release(self) -> None:
        """Give the folder up and remove the lock file."""
        if os.name == "nt":
            self._lock.release()
            try:
                self._file.unlink(missing_ok=True)
            except PermissionError:  # the next writer has it open already
                return
        else:
            # While it is still ours: a file removed after its release might be the next writer's.
            self._file.unlink(missing_ok=True)
            self._lock.release()


class LockedFolder(abc.ABC):
    """A folder with one writer, as a context manager.

    It is made where it is missing, and if nothing is in it in the end, it goes again.

    Args:
        path: The folder.

    Raises:
        Problems: On entering: it cannot be used.
        WriteError: On leaving, instead of an error of the system that has to do with it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made: list[Path] = []
        self._lock: FolderLock | None = None

    def __enter__(self) -> Self:
        try:
            with undisturbed():
                self._open()
        except BaseException as error:
            with undisturbed():
                self._close()
            if isinstance(error, OSError):
                raise self._unusable(error) from error
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with undisturbed():
            self._close()
        reason = self._why_unwritable(error) if isinstance(error, OSError) else None
        if reason is not None:
            raise WriteError(reason) from error

    def _open(self, *, numbered: bool = False) -> None:
        wanted = self.path
        for number in itertools.count(2):
            missing = [f for f in (self.path, *self.path.parents) if not f.exists()]
            try:
                self.path.mkdir(parents=True, exist_ok=not numbered)
            except FileExistsError:
                if not numbered:
                    raise unusable(self.path, "this is a file, not a folder") from None
                self.path = wanted.with_name(f"{wanted.name}-{number}")
            else:
                break
        self._made = missing
        self._lock = FolderLock(self.path)

    def _close(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:  # there is something in it, which is as it should be
                break
        self._made = []

    def _unusable(self, error: OSError) -> Exception:
        why = f"the folder cannot be written to ({error.strerror or error})"
        return unusable(self.path, why)

    @abc.abstractmethod
    def _why_unwritable(self, error: OSError) -> str | None:
        """The sentence about an error of the system, or None if it is not about writing here."""


class ResultFolder(LockedFolder):
    """A folder being filled by one process, as a context manager.

    Inside the ``with`` block files go to :attr:`staging`; :meth:`complete` turns them into the
    result. If the block ends without it, what was staged is removed and so is the folder, if it
    was made here.

    Args:
        path: The folder; it may be missing or empty.
        force: Take a folder that holds something. Only files that a run writes are replaced, and
            only when the new ones are complete.
        numbered: If the folder exists, take ``<path>-2``, ``-3``, … instead.

    Raises:
        Problems: On entering: the folder holds something, cannot be written to, or another
            process is writing to it.
        WriteError: On leaving: a full disk, or a file that cannot be replaced.
    """

    def __init__(self, path: Path, *, force: bool = False, numbered: bool = False) -> None:
        super().__init__(path)
        self._force = force
        self._numbered = numbered
        self._earlier: frozenset[str] = frozenset()

    @classmethod
    def named_after(cls, scenario: str, parent: Path = Path("results")) -> Self:
        """A new folder ``<parent>/<scenario>-<YYYYmmdd-HHMMSS>`` (local time)."""
        now = datetime.datetime.now()
        return cls(parent / f"{safe_name(scenario)}-{now:%Y%m%d-%H%M%S}", numbered=True)

    @property
    def staging(self) -> Path:
        """Where files are written until they are complete."""
        return self.path / f"{STAGING_PREFIX}{os.getpid()}"

    def complete(self, record: Mapping[str, object]) -> None:
        """Give the staged files their names, ``run.json`` last.

        Args:
            record: What ``run.json`` says, as JSON values; ``status`` and ``files``, with a digest
                of each, are added.
        """
        staged = sorted(self.staging.iterdir())
        whole = {"status": "complete", **record, "files": listed(self.staging, staged)}
        (self.staging / RECORD).write_bytes(record_content(whole))
        for file in [*staged, self.staging / RECORD]:
            bring_to_disk(file)
        with undisturbed():
            self._put_in_place([file.name for file in staged])

    def _open(self, *, numbered: bool = False) -> None:
        super()._open(numbered=self._numbered)
        found = sorted(entry.name for entry in self.path.iterdir() if entry.name != LOCK_NAME)
        if found and not self._force:
            raise _not_empty(self.path, found)
        for name in _WRITTEN_BY_A_RUN.intersection(found):
            if (self.path / name).is_dir():
                why = f"it holds a folder named {name}, where a run writes a file"
                raise unusable(self.path, why)
        # The lock is ours, so whoever wrote under such a name is dead.
        for name in found:
            if name.startswith(STAGING_PREFIX):
                for record in (RECORD, _PREVIOUS):
                    self._earlier |= _files_listed(self.path / name / record)
                shutil.rmtree(self.path / name)
        self.staging.mkdir()

    def _put_in_place(self, names: list[str]) -> None:
        earlier = self._earlier | _files_listed(self.path / RECORD)
        if (self.path / RECORD).exists():
            (self.path / RECORD).replace(self.staging / _PREVIOUS)
        bring_to_disk(self.path)
        for name in earlier.difference(names):
            if (self.path / name).is_file():
                (self.path / name).unlink()
        for name in names:
            (self.staging / name).replace(self.path / name)
        bring_to_disk(self.path)
        (self.staging / RECORD).replace(self.path / RECORD)
        bring_to_disk(self.path)

    def _close(self) -> None:
        if self._lock is not None:
            # Nothing to be done about a file that cannot be removed; the error that led here,
            # if there is one, says more. The next run with --force tries again.
            shutil.rmtree(self.staging, ignore_errors=True)
        super()._close()

    def _why_unwritable(self, error: OSError) -> str | None:
        if error.errno in FULL:
            why = FULL[error.errno]
            return f"{why}: the result could not be written to {self.path}; none was kept"
        if isinstance(error.filename, str | os.PathLike):
            file = Path(error.filename)
            if self.path.absolute() in file.absolute().parents:
                return f"{file} could not be written ({error.strerror})"
        return None


def _not_empty(folder: Path, found: list[str]) -> Problems:
    if RECORD in found:
        return unusable(folder, "the folder holds a result already", "--force replaces it")
    if any(name.startswith(STAGING_PREFIX) for name in found):
        why = "the folder holds what an interrupted run left behind"
        return unusable(folder, why, "--force replaces it")
    why = f"the folder is not empty (it holds {found[0]})"
    return unusable(folder, why, "--force writes there and leaves other files alone")


def _files_listed(record: Path) -> frozenset[str]:
    """Names of what a run wrote, or was about to, by its ``run.json``, and of the report on it.

    Whatever else there is in a folder may be somebody's own work, whatever its name.
    """
    try:
        files = json.loads(record.read_text(encoding="utf-8"))["files"]
        names = [REPORT, *(file["name"] for file in files)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # none, or not one of ours
        return frozenset()
    return frozenset(name for name in names if _is_plain(name))


def _is_plain(name: object) -> bool:
    """Whether this is the name of a file in the folder itself: never follow a path out of it."""
    return isinstance(name, str) and name not in ("", ".", "..") and not re.search(r"[/\\:]", name)


def safe_name(name: str) -> str:
    """A name every system accepts as part of a folder's: no separators, dots or control signs."""
    clean = re.sub(r'[\x00-\x20\x7f<>:"/\\|?*.]+', "-", name).strip("-")
    return clean[:_LONGEST_NAME].strip("-") or "run"
