"""What of a film stays: two pages, one before anything has happened and one with all lines drawn.

A frame shows the second page up to the present month and the first page after it, so that lines
grow without being drawn again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from experiments.animation.spacing import moved_apart
from experiments.pictures.page import HEIGHT, SMALL, WIDTH, Frame, Page, plain_settings
from experiments.pictures.scales import inner_ticks, month_ticks, padded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.animation.recording import Recording

NETWORK = (36.0, 84.0, 584.0, 540.0)
"""Left, bottom, width and height of the network, page units."""
CHART = (694.0, 96.0, 350.0, 372.0)
"""The same of the lines; names have the room to its right."""
_WITHOUT_EVENTS = 76.0
"""How much higher it is where no event needs words above it."""
LEGEND = 44.0
"""Base line of the network's legend."""
NOBODY_COLOUR = "#c4c4c4"
LEGEND_AT = (36.0, 232.0, 422.0, 598.0)
"""Where the legend's items begin, from left to right."""
LEGEND_WORDS = ("no provider", "changed provider", "tells 4–5 stars", "tells 1–2 stars")

_COVERED = 0.3
"""Part of the network's area that discs cover, unless they would be too large or small."""
_LARGEST, _SMALLEST = 13.0, 3.0
"""Radius of a person, page units."""

_TIE = "#e6e6e6"


@dataclass(frozen=True)
class Stage:
    """The pages of a film and where things stand on them.

    Attributes:
        before, after: uint8[height, width, 3].
        scale: Pixels per page unit.
        frame: The scales of the lines; its page is the one of ``after``.
        shares: Market share in percent, [month, firm]; NaN for a firm without a share.
        places: Where the people are, pixels, [people, 2].
    """

    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    scale: float
    frame: Frame
    shares: NDArray[np.float64]
    places: NDArray[np.float64]

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Column and row, in pixels, of a place in page units."""
        return x * self.scale, (HEIGHT - y) * self.scale

    def rows(self, low: float, high: float) -> slice:
        """The rows between two heights in page units."""
        return slice(int(self.pixel(0, high)[1]), int(self.pixel(0, low)[1]))


def stage(recording: Recording, width: int) -> Stage:
    """Draw what stays.

    Args:
        recording: What is shown.
        width: Of frames in pixels, a multiple of 32; frames are 16:9.
    """
    shares = 100 * recording.subject.cube.share()[0]
    with plain_settings():
        places = places_of(recording)
        before, frame = _page(recording, shares, places)
        after, _ = _page(recording, shares, places)
        frame.scales(
            label="Share of customers who have a provider (%)",
            across_label="Month",
            across_ticks=month_ticks(recording.months, 7),
            up_ticks=inner_ticks(*frame.up, 5),
            tick_text=lambda value: f"{value:g}",
            label_raise=12.0 + 21.0 * recording.subject.lanes,
        )
        drawn = replace(frame, page=after)
        drawn.scales(
            label="",
            across_label="Month",
            across_ticks=month_ticks(recording.months, 7),
            up_ticks=inner_ticks(*frame.up, 5),
            tick_text=lambda value: f"{value:g}",
        )
        drawn.events(recording.subject.events, recording.subject.lanes)
        months = drawn.x(np.arange(recording.months + 1))
        for firm, style in enumerate(recording.subject.styles):
            if np.isfinite(shares[:, firm]).any():
                after.line(months, drawn.y(shares[:, firm]), style, width=3.2)
        scale = width / WIDTH
        pixels = np.column_stack([places[:, 0], HEIGHT - places[:, 1]]) * scale
        return Stage(before.pixels(width), after.pixels(width), scale, frame, shares, pixels)


def radius_of(people: int) -> float:
    """Radius of the disc that stands for a person, page units."""
    _, _, width, height = NETWORK
    wanted = math.sqrt(_COVERED * width * height / (math.pi * max(people, 1)))
    return min(max(wanted, _SMALLEST), _LARGEST)


def places_of(recording: Recording) -> NDArray[np.float64]:
    """Where the people of the network are, page units, [people, 2]."""
    left, bottom, width, height = NETWORK
    wanted = recording.neighbourhood.places.astype(np.float64) * (width, height)
    apart = 2.1 * radius_of(len(wanted))
    return np.array([left, bottom]) + moved_apart(wanted, apart, (width, height))


def _page(
    recording: Recording, shares: NDArray[np.float64], places: NDArray[np.float64]
) -> tuple[Page, Frame]:
    """A page with the words, the ties and the legend, and the scales that lines will have."""
    people = len(recording.neighbourhood.rows)
    of_all = "all" if people == recording.customers else f"{people:,} of"
    subtitle = (
        f"Network: {of_all} {recording.customers:,} customers, coloured by provider; "
        "lines join those who hear of each other. Shares: the whole market"
    )
    title = recording.title or "A market"
    page = Page(title, subtitle, f"{title}: network and market shares", recording.subject.source)
    ends = places[recording.neighbourhood.ties.astype(np.int64)]
    page.segments(list(ends), colour=_TIE, width=0.7)
    for x, words in zip(LEGEND_AT, LEGEND_WORDS, strict=True):
        page.text(x + 18, LEGEND, words, size=SMALL)
    across = (0.0, float(max(recording.months, 1)))
    left, bottom, width, height = CHART
    height += 0.0 if recording.subject.events else _WITHOUT_EVENTS
    scale = padded(shares, zero=True)
    return page, Frame(page, left, bottom, width, height, across, scale)
