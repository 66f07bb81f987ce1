"""What kind of film is wanted, and how its file is written: whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import errno
import itertools
import math
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from tsunagari.experiments.runs.disk import FULL, WriteError, bring_to_disk
from tsunagari.experiments.runs.folder import STAGING_PREFIX, safe_name
from tsunagari.experiments.runs.interrupts import undisturbed
from tsunagari.sim.problems import Failure, Problem, Problems
from tsunagari.sim.version import need

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


WIDTHS = {".mp4": 1280, ".gif": 800}
"""Usual width of frames by a film's ending, pixels."""
RATES = {".mp4": 24, ".gif": 10}
"""Usual frames a second."""
MONTHS_PER_SECOND = 4.0
"""Usual pace; ten years are half a minute."""
PEOPLE = 800
"""People whose network is shown, usually."""
SECONDS_BEFORE, SECONDS_AFTER = 1.0, 2.5
"""How long the first and the last picture stand."""

_SECONDS_TO_FINISH = 600.0
# H.264 as browsers and PowerPoint play it; the index first, so that a page shows it while loading.
_MP4 = (
    "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
    "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
    "-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast", "-tune", "animation",
    "-crf", "21", "-movflags", "+faststart",
)  # fmt: skip
# Without dither equal areas stay equal, and only what moves is written.
_GIF = ("-lavfi", "paletteuse=dither=none:diff_mode=rectangle", "-loop", "0")


@dataclass(frozen=True)
class Pace:
    """How fast a film goes.

    Attributes:
        fps: Frames a second.
        per_month: Frames a month.
    """

    fps: int
    per_month: int

    @classmethod
    def of(cls, fps: int, months_per_second: float) -> Pace:
        """The pace nearest to so many months a second."""
        return cls(fps, max(1, round(fps / months_per_second)))

    def frames(self, months: int) -> int:
        """Frames of a film of so many months."""
        return self._before + months * self.per_month + self._after

    def moments(self, months: int) -> Iterator[tuple[int, float]]:
        """Of every frame the month that is under way, and how much of it has passed."""
        yield from [(0, 1.0)] * self._before
        for month in range(1, months + 1):
            yield from ((month, (k + 1) / self.per_month) for k in range(self.per_month))
        yield from [(months, 1.0)] * self._after

    @property
    def _before(self) -> int:
        return max(1, math.ceil(SECONDS_BEFORE * self.fps))

    @property
    def _after(self) -> int:
        return max(1, math.ceil(SECONDS_AFTER * self.fps))


@dataclass(frozen=True)
class Shot:
    """What kind of film is wanted.

    Attributes:
        people: Most people whose network is shown.
        width: Of frames in pixels, a multiple of 32; frames are 16:9.
        fps: Frames a second.
        months_per_second: Pace; there is at least a frame a month.
    """

    people: int
    width: int
    fps: int
    months_per_second: float = MONTHS_PER_SECOND

    @classmethod
    def usual(cls, ending: str) -> Shot:
        """The usual film of a kind, by its ending."""
        return cls(PEOPLE, WIDTHS[ending], RATES[ending])


@dataclass(frozen=True)
class Filmed:
    """What came of it: frames, and how long they are shown, in seconds."""

    frames: int
    seconds: float


def frames_of(months: int, shot: Shot) -> int:
    """Frames of a film of so many months."""
    return Pace.of(shot.fps, shot.months_per_second).frames(months)


def encode(
    frames: Iterable[NDArray[np.uint8]],
    file: Path,
    *,
    size: tuple[int, int],
    fps: int,
    title: str,
    palette: NDArray[np.uint8],
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write a film; the same frames make the same file, to the bit.

    Args:
        frames: uint8[height, width, 3] each.
        file: Where, an MP4 or a GIF by its ending; it is replaced if it exists.
        size: Width and height in pixels, both even.
        fps: Frames a second; a GIF holds whole hundredths of a second a frame.
        title: What players call it.
        palette: The colours of a GIF, uint8[256, 3]; films have all.
        progress: Called after every frame, with 1.

    Raises:
        WriteError: The disk is full, or the file cannot be written.
        Failure: ffmpeg is not there or cannot go on.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagari-") as folder:
        inputs: list[str] = []
        if file.suffix.lower() == ".gif":
            inputs = ["-f", "image2", "-i", str(_palette_file(palette, Path(folder)))]
        told = Path(folder) / "told.txt"
        command = _command(file, size, fps, title, inputs)
        with told.open("wb") as errors, _ffmpeg(command, errors) as (pipe, wait):
            broken = False
            for frame in frames:
                try:
                    pipe.write(frame.data)
                except (BrokenPipeError, OSError):  # it says why on its own
                    broken = True
                    break
                if progress is not None:
                    progress(1)
            status = wait()
        if status or broken:
            words = told.read_text(encoding="utf-8", errors="replace")
            raise _failure(file.parent, words, status)


def _command(
    file: Path, size: tuple[int, int], fps: int, title: str, inputs: Sequence[str]
) -> list[str]:
    """What ffmpeg is asked for; ``file:`` keeps it from taking a name for an address."""
    is_gif = file.suffix.lower() == ".gif"
    return [
        *(_program(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(fps)),
        *("-i", "pipe:0", *inputs, *(_GIF if is_gif else _MP4)),
        *("-map_metadata", "-1", "-metadata", f"title={title}", "-fflags", "+bitexact"),
        *("-flags:v", "+bitexact", "-threads", "2", "-f", file.suffix[1:].lower(), f"file:{file}"),
    ]


def _program() -> str:
    need("film", "a film")
    from imageio_ffmpeg import get_ffmpeg_exe

    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as problem:
        raise Failure(f"films are written by ffmpeg, which is not there: {problem}") from problem


@contextlib.contextmanager
def _ffmpeg(
    command: Sequence[str], errors: IO[bytes]
) -> Iterator[tuple[IO[bytes], Callable[[], int]]]:
    """The program at work: where frames go, and what ends it and tells its status.

    It is stopped if the block ends otherwise. A session of its own keeps Ctrl-C from reaching it,
    which would have it finish a film that is half done.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors,
        start_new_session=os.name != "nt",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )  # fmt: skip
    assert process.stdin is not None
    pipe = process.stdin

    def wait() -> int:
        with contextlib.suppress(OSError):  # it has gone already
            pipe.close()
        return process.wait(_SECONDS_TO_FINISH)

    try:
        yield pipe, wait
    finally:
        if process.poll() is None:
            process.kill()
        with contextlib.suppress(OSError):
            pipe.close()
        process.wait()


def _failure(folder: Path, told: str, status: int) -> Failure:
    """What went wrong, by the last that ffmpeg said or by the signal that ended it."""
    where = f"the film could not be written to {folder.absolute()}"
    limit = getattr(signal, "SIGXFSZ", None)
    for number, reason in FULL.items():
        if os.strerror(number) in told or (number == errno.EFBIG and -status == limit):
            return WriteError(f"{reason}: {where}; none of it was kept")
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    last = lines[-1] if lines else f"it ended with status {status} and without a word"
    return WriteError(f"{where}; ffmpeg says: {last}")


def _palette_file(palette: NDArray[np.uint8], folder: Path) -> Path:
    from PIL import Image

    file = folder / "palette.png"
    Image.fromarray(palette.reshape(16, 16, 3)).save(file)
    return file


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
