"""The words of a film that change: the month, what happens in it, and who has what share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.animation.lettering import colour_of, dot, lettered, put, put_centred, stroke
from experiments.animation.stage import LEGEND, LEGEND_AT, LEGEND_WORDS
from experiments.pictures.chart import INK
from experiments.pictures.page import SMALL, WIDTH
from experiments.pictures.scales import spread
from experiments.pictures.text import fitting, short_names, shortened, width_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.animation.recording import Recording
    from experiments.animation.stage import Stage

_COUNTER, _EVENT, _NAME = 34.0, 17.0, 15.5
"""Sizes in points."""
_LEADER = "#a6a6a6"
_LEFT = 644.0
_COUNTER_LINE, _EVENT_LINE, _EVENT_STEP = 588.0, 556.0, 26.0
_EVENT_LINES = 2
_EVENT_MONTHS = 15
"""How long the words of an event stand, months."""
_NAMED = 8
_GAP = 27.0
_ROOM = WIDTH - 8.0


class Captions:
    """Puts the words of a month on a frame.

    Args:
        recording: What is shown.
        stage: Where things stand.
    """

    def __init__(self, recording: Recording, stage: Stage) -> None:
        self._recording, self._stage = recording, stage
        self._ink, self._grey = colour_of(INK), colour_of(_LEADER)
        names = recording.subject.cube.names
        room = _ROOM - stage.frame.right - 33 - width_of(" 100 %", _NAME)
        self._names = short_names(names, room, _NAME)
        self._colours = [colour_of(style.colour) for style in recording.subject.styles]
        self._events = {
            event.month: in_lines(event.words, WIDTH - _LEFT - 24, _EVENT, _EVENT_LINES)
            for event in recording.subject.events
        }
        self._any_without = bool(recording.without_provider.any())

    def put(self, frame: NDArray[np.uint8], month: int, now: float) -> None:
        """Write month, event and shares.

        Args:
            frame: Changed.
            month: The month under way.
            now: The moment in months, from 0.
        """
        self._line(frame, _LEFT, _COUNTER_LINE, f"Month {month}", _COUNTER)
        recent = [m for m in self._events if month - _EVENT_MONTHS < m <= month]
        if recent:
            age = now - (max(recent) - 1)
            strength = min(1.0, max(0.0, (_EVENT_MONTHS - age) / 3.0))
            for number, words in enumerate(self._events[max(recent)]):
                at = _EVENT_LINE - number * _EVENT_STEP
                self._line(frame, _LEFT, at, words, _EVENT, opacity=strength)
        if self._any_without:
            part = 100 * float(_between(self._recording.without_provider, now))
            start = LEGEND_AT[0] + 18 + width_of(LEGEND_WORDS[0], SMALL)
            self._line(frame, start, LEGEND, f": {part:.0f} %", SMALL)
        self._shares(frame, now)

    def _shares(self, frame: NDArray[np.uint8], now: float) -> None:
        """Names and shares at the ends of the lines, of the largest firms."""
        shares = np.array([float(_between(s, now)) for s in self._stage.shares.T])
        there = [int(f) for f in np.argsort(-shares, kind="stable") if np.isfinite(shares[f])]
        shown = there[:_NAMED]
        chart, scale = self._stage.frame, self._stage.scale
        wanted = [float(chart.y(shares[firm])) for firm in shown]
        places = spread(wanted, _GAP, chart.bottom + 8, chart.top - 4)
        end = float(chart.x(now))
        for firm, y, real in zip(shown, places, wanted, strict=True):
            words = f"{self._names[firm]} {shares[firm]:.0f} %"
            self._cleared(frame, end + 10, y - 8, width_of(words, _NAME) + 24)
            colour, at = self._colours[firm], self._stage.pixel(end, real)
            # Not in the firm's colour: it would look like a line that goes on.
            way = stroke(20 * scale, (real - y) * scale, 1.6 * scale)
            put_centred(frame, way, self._grey, *at)
            put_centred(frame, dot(5.0 * scale), colour, *at)
            put_centred(frame, dot(6.0 * scale), colour, *self._stage.pixel(end + 22, y))
            self._line(frame, end + 33, y - 6.5, words, _NAME)

    def _cleared(self, frame: NDArray[np.uint8], x: float, y: float, width: float) -> None:
        """White under words that move over the grid."""
        left, bottom = self._stage.pixel(x, y)
        right, top = self._stage.pixel(x + width, y + 17)
        part = frame[int(top) : int(bottom), int(left) : int(right)]
        part[:] = np.maximum(part, np.uint8(245))

    def _line(
        self,
        frame: NDArray[np.uint8],
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        opacity: float = 1.0,
    ) -> None:
        mask, above = lettered(words, size, self._stage.scale)
        left, base = self._stage.pixel(x, y)
        put(frame, mask, self._ink, round(left), round(base) - above, opacity=opacity)


def in_lines(words: str, room: float, size: float, most: int) -> list[str]:
    """A sentence in lines that fit a room (page units), the last one shortened if it must be.

    Lines break at spaces, or anywhere in a script that has none.
    """
    lines: list[str] = []
    rest = words.strip()
    while len(lines) < most - 1 and (fits := fitting(rest, room, size)) < len(rest):
        at = rest.rfind(" ", 1, fits + 1)
        cut = at if at > 0 else fits
        lines.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*lines, shortened(rest, room, size)] if rest else lines


def _between(values: NDArray[np.float64], now: float) -> float:
    """A monthly measure at a moment; NaN where one of the two months has none."""
    before = int(now)
    part = now - before
    if part == 0.0:
        return float(values[before])
    return float((1 - part) * values[before] + part * values[before + 1])
