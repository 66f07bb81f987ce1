"""A film of a market's network and shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.runs.trial import Progress
    from sim.scenario import Scenario

WIDTHS = {".mp4": 1280, ".gif": 800}
"""Usual width of frames by a film's ending, pixels."""
RATES = {".mp4": 24, ".gif": 10}
"""Usual frames a second."""
MONTHS_PER_SECOND = 4.0
"""Usual pace; ten years are half a minute."""
PEOPLE = 800
"""People whose network is shown, usually."""


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


def animate(
    plan: Scenario,
    file: Path,
    shot: Shot,
    *,
    threads: int | None = None,
    simulated: Progress | None = None,
    drawn: Progress | None = None,
) -> Filmed:
    """Run a market and write a film of it.

    Args:
        plan: The resolved scenario.
        file: MP4 or GIF by its ending; replaced if it exists.
        shot: What kind of film.
        threads: Threads for the market's rules; nothing depends on it.
        simulated: Called after every month, with 1.
        drawn: Called after every frame, with 1.

    Raises:
        experiments.runs.disk.WriteError: The film cannot be written.
    """
    from experiments.animation.encoding import encode
    from experiments.animation.film import Film, Pace
    from experiments.animation.palette import palette_of
    from experiments.animation.recording import recorded
    from experiments.animation.stage import NOBODY_COLOUR

    recording = recorded(plan, shot.people, threads=threads, progress=simulated)
    film = Film(recording, Pace.of(shot.fps, shot.months_per_second), shot.width)
    height, width = film.shape
    encode(
        film,
        file,
        size=(width, height),
        fps=shot.fps,
        title=recording.title,
        palette=palette_of([*(s.colour for s in recording.subject.styles), NOBODY_COLOUR]),
        progress=drawn,
    )
    return Filmed(len(film), len(film) / shot.fps)


def frames_of(months: int, shot: Shot) -> int:
    """Frames of a film of so many months."""
    from experiments.animation.film import Pace

    return Pace.of(shot.fps, shot.months_per_second).frames(months)
