"""One writer per folder."""

from __future__ import annotations

import os
from pathlib import Path

import filelock

from sim.problems import Problem, Problems

LOCK_NAME = ".lock"


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
            problem = Problem("", why, file=f"--out {folder}", suggestion=suggestion)
            raise Problems([problem]) from None

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
