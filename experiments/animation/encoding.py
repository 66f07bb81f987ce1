"""From frames to a file: ffmpeg, which a package brings along, reads them from a pipe."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from experiments.runs.disk import FULL, WriteError
from sim.problems import Failure
from sim.version import need

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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
