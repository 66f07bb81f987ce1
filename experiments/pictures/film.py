"""A film of a market: its network and its shares, month by month."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.chart import INK
from tsunagari.experiments.pictures.film_file import Filmed, Pace, Shot, encode
from tsunagari.experiments.pictures.marks import (
    Mask,
    colour_of,
    cross,
    dot,
    palette_of,
    put_centred,
    ring,
)
from tsunagari.experiments.pictures.stage import (
    LEGEND,
    NOBODY_COLOUR,
    Captions,
    Recording,
    legend,
    radius_of,
    recorded,
    stage,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tsunagari.experiments.pictures.marks import Colour
    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.sim.scenario import Scenario


class Crowd:
    """Discs that never move, so that a frame is a look-up of colours.

    A pixel belongs to the person nearest to it; discs that would overlap meet in a straight line.

    Args:
        places: Middles of the discs in pixels, x and y, [people, 2].
        radius: Of the discs, pixels.
        shape: Height and width of frames.
    """

    def __init__(self, places: NDArray[np.float64], radius: float, shape: tuple[int, int]) -> None:
        self.places = places
        self.radius = radius
        height, width = shape
        nearest = np.full(shape, np.inf, np.float32)
        owner = np.zeros(shape, np.int32)
        reach = math.ceil(radius + 1)
        for person, (x, y) in enumerate(places):
            left, right = max(0, int(x) - reach), min(width, int(x) + reach + 2)
            top, bottom = max(0, int(y) - reach), min(height, int(y) + reach + 2)
            down, across = np.mgrid[top:bottom, left:right].astype(np.float32)
            apart = np.hypot(down - np.float32(y), across - np.float32(x))
            part = nearest[top:bottom, left:right]
            closer = apart < part
            part[closer] = apart[closer]
            owner[top:bottom, left:right][closer] = person
        cover = np.clip(radius + 0.5 - nearest, 0.0, 1.0).reshape(-1)
        self._pixels = np.flatnonzero(cover)
        self._cover = cover[self._pixels][:, None]
        self._owner = owner.reshape(-1)[self._pixels]

    def put(self, frame: NDArray[np.uint8], colours: NDArray[np.float32]) -> None:
        """Draw everybody.

        Args:
            frame: uint8[height, width, 3], contiguous; changed.
            colours: A colour per person, [people, 3].
        """
        flat = frame.reshape(-1, 3)
        under = flat[self._pixels].astype(np.float32)
        over = colours[self._owner]
        flat[self._pixels] = (under + (over - under) * self._cover + 0.5).astype(np.uint8)


def colours_of_providers(
    provider: NDArray[np.int16], firms: NDArray[np.float32], without: Colour
) -> NDArray[np.float32]:
    """The colour of each person: its provider's, or another for those without one.

    Args:
        provider: Places of firms, -1 for none.
        firms: A colour per firm, [firms, 3].
        without: The colour of people without a provider.
    """
    return np.vstack([firms, without[None, :]])[provider]  # -1 is the last one


_MOST_TELLINGS = 30
"""Ratings on their way at once: more cannot be followed."""


class Film:
    """A recording as pictures.

    Args:
        recording: What is shown.
        pace: How fast.
        width: Of frames in pixels, a multiple of 32; frames are 16:9.
    """

    def __init__(self, recording: Recording, pace: Pace, width: int) -> None:
        self.recording = recording
        self.pace = pace
        self.stage = stage(recording, width)
        self.shape = self.stage.before.shape[:2]
        scale = self.stage.scale
        radius = scale * radius_of(len(self.stage.places))
        self.crowd = Crowd(self.stage.places, radius, self.shape)
        self._firms = np.array([colour_of(s.colour) for s in recording.subject.styles], np.float32)
        self._ink, self._without = colour_of(INK), colour_of(NOBODY_COLOUR)
        self._captions = Captions(recording, self.stage)
        self._marks: dict[bool, Mask] = {
            True: dot(4.0 * scale),
            False: cross(5.4 * scale, 2.8 * scale),
        }
        for page in (self.stage.before, self.stage.after):
            self._draw_legend(page)

    def __len__(self) -> int:
        return self.pace.frames(self.recording.months)

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Frames, uint8[height, width, 3]; each a new array."""
        for month, passed in self.pace.moments(self.recording.months):
            yield self.frame(month, passed)

    def frame(self, month: int, passed: float) -> NDArray[np.uint8]:
        """One picture.

        Args:
            month: The month under way; 0 for the start.
            passed: How much of it has passed, above 0 up to 1.
        """
        now = max(0.0, month - 1 + passed)
        frame = self.stage.before.copy()
        self._reveal(frame, month, now)
        self._draw_people(frame, month, passed)
        self._captions.put(frame, month, now)
        return frame

    def colours(self, month: int, passed: float) -> NDArray[np.float32]:
        """Colours of the people shown: their provider's; of switchers on the way to the new one."""
        provider = self.recording.provider
        new = colours_of_providers(provider[month], self._firms, self._without)
        if month == 0 or passed >= 0.5:
            return new
        old = colours_of_providers(provider[month - 1], self._firms, self._without)
        return old + (new - old) * np.float32(2 * passed)

    def _reveal(self, frame: NDArray[np.uint8], month: int, now: float) -> None:
        """Show the lines up to a moment, and the words of the events up to its month."""
        chart, after = self.stage.frame, self.stage.after
        start, end = (int(self.stage.pixel(float(chart.x(at)), 0)[0]) for at in (0.0, now))
        rows = self.stage.rows(chart.bottom - 1, chart.top)
        # Two more pixels, or a line's round end would be cut through its middle.
        columns = slice(start - 1, end + 2 if now < self.recording.months else None)
        frame[rows, columns] = after[rows, columns]
        later = [e.month for e in self.recording.subject.events if e.month > month]
        until = int(self.stage.pixel(float(chart.x(later[0])) - 2, 0)[0]) if later else None
        rows = self.stage.rows(chart.top, chart.top + 21.0 * self.recording.subject.lanes + 2)
        frame[rows, start - 1 : until] = after[rows, start - 1 : until]

    def _draw_people(self, frame: NDArray[np.uint8], month: int, passed: float) -> None:
        self.crowd.put(frame, self.colours(month, passed))
        places = self.crowd.places
        is_standing = passed >= 1.0 and self.pace.per_month > 1
        if month == 0 or is_standing:
            return
        provider = self.recording.provider
        grown = ring(self.crowd.radius * (1.25 + 1.1 * passed), 2.4 * self.stage.scale)
        for person in np.flatnonzero(provider[month] != provider[month - 1]):
            put_centred(frame, grown, self._ink, *places[person], opacity=1.0 - 0.8 * passed)
        told = [t for t in self.recording.tellings[month] if t.stars != 3]
        step = -(-len(told) // _MOST_TELLINGS) or 1
        way = passed * passed * (3.0 - 2.0 * passed)
        for telling in told[::step]:
            x, y = places[telling.teller] + way * (places[telling.hearer] - places[telling.teller])
            put_centred(frame, self._marks[telling.stars > 3], self._ink, x, y)

    def _draw_legend(self, page: NDArray[np.uint8]) -> None:
        scale = self.stage.scale
        signs = (
            (dot(7.0 * scale), self._without),
            (ring(7.0 * scale, 2.4 * scale), self._ink),
            (self._marks[True], self._ink),
            (self._marks[False], self._ink),
        )
        for (x, _), (mask, colour) in zip(legend(self.recording.subject.words), signs, strict=True):
            put_centred(page, mask, colour, *self.stage.pixel(x, LEGEND + 5.5))


def animate(
    plan: Scenario,
    file: Path,
    shot: Shot,
    events: Sequence[tuple[int, str]] = (),
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
        events: Month and words of each dated event to be told.
        threads: Threads for the market's rules; nothing depends on it.
        simulated: Called after every month, with 1.
        drawn: Called after every frame, with 1.

    Raises:
        tsunagari.experiments.runs.disk.WriteError: The film cannot be written.
    """
    recording = recorded(plan, shot.people, events, threads=threads, progress=simulated)
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
