"""The frames of a film, one after another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.animation.captions import Captions
from experiments.animation.crowd import Crowd, colours_of_providers
from experiments.animation.lettering import Mask, colour_of, cross, dot, put_centred, ring
from experiments.animation.stage import (
    LEGEND,
    LEGEND_AT,
    NOBODY_COLOUR,
    radius_of,
    stage,
)
from experiments.pictures.chart import INK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.animation.recording import Recording

SECONDS_BEFORE, SECONDS_AFTER = 1.0, 2.5
"""How long the first and the last picture stand."""

_MOST_TELLINGS = 30
"""Ratings on their way at once: more cannot be followed."""


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
        for x, (mask, colour) in zip(LEGEND_AT, signs, strict=True):
            put_centred(page, mask, colour, *self.stage.pixel(x, LEGEND + 5.5))
