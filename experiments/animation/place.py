"""Where a film goes, whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import itertools
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from experiments.runs.disk import FULL, WriteError, bring_to_disk
from experiments.runs.folder import STAGING_PREFIX, safe_name
from experiments.runs.interrupts import undisturbed
from sim.problems import Problem, Problems

ENDINGS = (".mp4", ".gif")
"""Of the names of films; the ending says which kind of film it is."""


class FilmFile:
    """A film being written, as a context manager.

    Inside the ``with`` block it has the name :attr:`staging`; :meth:`complete` gives it its own.
    If the block ends without it, nothing of it is left, nor folders that were made for it.

    Args:
        path: The file, new unless ``force``.
        force: Replace the file.

    Raises:
        Problems: On entering: there is such a file, or nothing can be written there.
        WriteError: On leaving: the file cannot get its name.
    """

    def __init__(self, path: Path, *, force: bool = False) -> None:
        self.path = path
        self._force = force
        self._made: list[Path] = []

    @classmethod
    def asked_for(cls, out: Path | None, name: str, *, force: bool = False) -> Self:
        """The file that ``--out`` means.

        Args:
            out: A file that ends as films do, or a folder that gets ``<name>.mp4``; None is
                ``results/<name>-<YYYYmmdd-HHMMSS>``, numbered if it is there.
            name: Of the scenario.
            force: Replace the file.

        Raises:
            Problems: The file ends otherwise.
        """
        if out is None:
            out = _free(
                Path("results") / f"{safe_name(name)}-{datetime.datetime.now():%Y%m%d-%H%M%S}"
            )
        elif out.suffix.lower() in ENDINGS and not out.is_dir():
            return cls(out, force=force)
        elif out.suffix and not out.is_dir():
            message = f"a film ends in .mp4 or .gif, not in {out.suffix}"
            raise _refused(out, message, f"write {out.with_suffix('.mp4').name}")
        return cls(out / f"{safe_name(name)}.mp4", force=force)

    @property
    def staging(self) -> Path:
        """Where the film is written until it is complete."""
        return self.path.with_name(f"{STAGING_PREFIX}{os.getpid()}{self.path.suffix.lower()}")

    def complete(self) -> None:
        """Give the film its name."""
        bring_to_disk(self.staging)
        with undisturbed():
            self.staging.replace(self.path)
            self._made.clear()
        bring_to_disk(self.path.parent)

    def __enter__(self) -> Self:
        if self.path.is_dir():
            raise _refused(self.path, "this is a folder, not a film")
        if self.path.exists() and not self._force:
            raise _refused(self.path, "there is such a file already", "--force replaces it")
        parents = self.path.parent, *self.path.parent.parents
        self._made = [folder for folder in parents if not folder.exists()]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.staging.touch()
        except (FileExistsError, NotADirectoryError):
            raise _refused(
                self.path, "the film cannot be written there (a file is no folder)"
            ) from None
        except OSError as error:
            self._clear()
            message = f"the film cannot be written there ({error.strerror or error})"
            raise _refused(self.path, message) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with undisturbed():
            self._clear()
        if isinstance(error, OSError) and not isinstance(error, WriteError):
            reason = FULL.get(error.errno or 0, error.strerror)
            raise WriteError(f"{self.path} could not be written: {reason}") from error

    def _clear(self) -> None:
        with contextlib.suppress(OSError):  # not there, or nothing to be done about it
            self.staging.unlink()
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:  # not made, or somebody put something in it
                break


def _free(folder: Path) -> Path:
    """The folder, numbered if it is there."""
    names = itertools.chain([folder.name], (f"{folder.name}-{n}" for n in itertools.count(2)))
    return next(f for name in names if not (f := folder.with_name(name)).exists())


def _refused(file: Path, why: str, suggestion: str | None = None) -> Problems:
    return Problems([Problem("", why, file=f"--out {file}", suggestion=suggestion)])
