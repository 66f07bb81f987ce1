"""What a film is made of: a market that has run, what of its picture stays, words that change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.agents.columns import NOBODY
from tsunagari.experiments.pictures.chart import INK
from tsunagari.experiments.pictures.figures import Subject
from tsunagari.experiments.pictures.marks import (
    colour_of,
    dot,
    lettered,
    put,
    put_centred,
    stroke,
)
from tsunagari.experiments.pictures.page import HEIGHT, SMALL, WIDTH, Frame, Page, plain_settings
from tsunagari.experiments.pictures.people import moved_apart
from tsunagari.experiments.pictures.scales import inner_ticks, month_ticks, padded, spread
from tsunagari.experiments.pictures.text import fitting, short_names, shortened, width_of
from tsunagari.experiments.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.pictures.people import Neighbourhood
    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.sim.market import Market
    from tsunagari.sim.scenario import Scenario


@dataclass(frozen=True)
class Telling:
    """A rating on its way to a friend.

    Attributes:
        teller, hearer: Positions of two people in the neighbourhood.
        stars: 1 to 5.
    """

    teller: int
    hearer: int
    stars: int


@dataclass(frozen=True)
class Recording:
    """A market that has run, as a film needs it.

    Attributes:
        title: The scenario's.
        customers: People in the whole market.
        subject: The firms' measures, styles and events.
        neighbourhood: The people who are shown, and where.
        provider: Place of each one's provider among the firms, int16[months + 1, people]; -1 for
            none.
        tellings: Ratings that somebody shown gave in a month and a friend shown can look up, one
            list a month; none in month 0.
        without_provider: Part of the whole market without a provider, float64[months + 1].
    """

    title: str
    customers: int
    subject: Subject
    neighbourhood: Neighbourhood
    provider: NDArray[np.int16]
    tellings: tuple[tuple[Telling, ...], ...]
    without_provider: NDArray[np.float64]

    @property
    def months(self) -> int:
        """The last month."""
        return len(self.provider) - 1


def recorded(
    plan: Scenario,
    people: int,
    events: Sequence[tuple[int, str]] = (),
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Recording:
    """Run a market and keep what is seen of some of its people.

    Args:
        plan: The resolved scenario; its own seed counts.
        people: How many people are shown, at most.
        events: Month and words of each dated event to be told.
        threads: Threads for the market's rules; nothing depends on it.
        progress: Called after every month, with 1.
    """
    from tsunagari.experiments.pictures.people import neighbourhood
    from tsunagari.experiments.runs.trial import Replications, Trial, TrialResult
    from tsunagari.sim.market import Market

    market = Market(plan, threads=threads)
    shown = neighbourhood(market.population.network, people)
    provider = [_providers(market, shown)]
    tellings: list[tuple[Telling, ...]] = [()]
    for _ in range(plan.market.months):
        market.run_for(1)
        provider.append(_providers(market, shown))
        tellings.append(_tellings(market, shown))
        if progress is not None:
            progress(1)
    tables = market.results.tables
    subject = Subject.of(
        Replications([TrialResult(Trial(plan, plan.seed), tables, {})]),
        customers=plan.market.customers,
        seed=plan.seed,
        events=events,
        words=Words.of(plan),
    )
    # The tables name firms in the order of their appearance, as the market numbers them.
    assert subject.cube.names == tuple(firm.name for firm in market.firms)
    return Recording(
        title=plan.title,
        customers=plan.market.customers,
        subject=subject,
        neighbourhood=shown,
        provider=np.array(provider, np.int16),
        tellings=tuple(tellings),
        without_provider=1.0 - np.asarray(tables["market"]["reach"], np.float64),
    )


def _providers(market: Market, shown: Neighbourhood) -> NDArray[np.int16]:
    return market.population.column("provider")[shown.rows].astype(np.int16)


def _tellings(market: Market, shown: Neighbourhood) -> tuple[Telling, ...]:
    """Everybody shown who rated this month tells one friend shown, in turn over the months.

    In the market all friends may look the rating up; marks to all of them would be a swarm.
    """
    column = market.population.column
    rated = column("rated_month")[shown.rows] == market.month
    rated &= column("rated_provider")[shown.rows] != NOBODY
    stars = column("rating")[shown.rows]
    both = np.concatenate([shown.ties, shown.ties[:, ::-1]]).astype(np.int64)
    both = both[np.lexsort((both[:, 1], both[:, 0]))]
    starts = np.searchsorted(both[:, 0], np.arange(len(shown.rows) + 1))
    told = []
    for teller in np.flatnonzero(rated):
        friends = both[starts[teller] : starts[teller + 1], 1]
        if len(friends):
            hearer = int(friends[market.month % len(friends)])
            told.append(Telling(int(teller), hearer, int(stars[teller])))
    return tuple(told)


NETWORK = (36.0, 84.0, 584.0, 540.0)
"""Left, bottom, width and height of the network, page units."""
CHART = (694.0, 96.0, 350.0, 372.0)
"""The same of the lines; names have the room to its right."""
_WITHOUT_EVENTS = 76.0
"""How much higher it is where no event needs words above it."""
LEGEND = 44.0
"""Base line of the network's legend."""
NOBODY_COLOUR = "#c4c4c4"
_LEGEND = ("no_provider", "changed", "praises", "complains")
_LEGEND_FROM, _LEGEND_GAP, _SIGN = 36.0, 30.0, 18.0
"""Where its first item begins, what is between two, and from the middle of a sign to its words."""


def legend(words: Words) -> list[tuple[float, str]]:
    """Where the signs of the legend stand, from left to right, and what they say."""
    x, found = _LEGEND_FROM, []
    for key in _LEGEND:
        text = words(f"pictures.{key}")
        found.append((x, text))
        part = width_of(" 100 %", SMALL) if key == "no_provider" else 0.0
        x += _SIGN + width_of(text, SMALL) + part + _LEGEND_GAP
    return found


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
        frame: The scales of the lines; its page is the one of ``before``.
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
        after, drawn = _page(recording, shares, places)
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
    """A page with words, ties, legend and the scales of lines, and the frame for the lines."""
    people = len(recording.neighbourhood.rows)
    told = recording.subject.words
    key = "film_all" if people == recording.customers else "film_some"
    subtitle = told(f"pictures.{key}", some=people, count=recording.customers)
    title = recording.title or told("pictures.a_market")
    described = told("pictures.film_description", title=title)
    page = Page(title, subtitle, described, recording.subject.source)
    ends = places[recording.neighbourhood.ties.astype(np.int64)]
    page.segments(list(ends), colour=_TIE, width=0.7)
    for x, words in legend(told):
        page.text(x + _SIGN, LEGEND, words, size=SMALL)
    across = (0.0, float(max(recording.months, 1)))
    left, bottom, width, height = CHART
    height += 0.0 if recording.subject.events else _WITHOUT_EVENTS
    frame = Frame(page, left, bottom, width, height, across, padded(shares, zero=True))
    frame.scales(
        label=told("evidence.share_axis"),
        across_label=told("evidence.month"),
        across_ticks=month_ticks(recording.months, 7),
        up_ticks=inner_ticks(*frame.up, 5),
        tick_text=lambda value: f"{value:g}",
        label_raise=12.0 + 21.0 * recording.subject.lanes,
    )
    return page, frame


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
        told = self._recording.subject.words
        counter = told("pictures.month", month=month)
        self._line(frame, _LEFT, _COUNTER_LINE, counter, _COUNTER)
        recent = [m for m in self._events if month - _EVENT_MONTHS < m <= month]
        if recent:
            age = now - (max(recent) - 1)
            strength = min(1.0, max(0.0, (_EVENT_MONTHS - age) / 3.0))
            for number, words in enumerate(self._events[max(recent)]):
                at = _EVENT_LINE - number * _EVENT_STEP
                self._line(frame, _LEFT, at, words, _EVENT, opacity=strength)
        if self._any_without:
            part = 100 * float(_between(self._recording.without_provider, now))
            x, words = legend(told)[0]
            start = x + _SIGN + width_of(f"{words} ", SMALL)
            self._line(frame, start, LEGEND, f"{part:.0f} %", SMALL)
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
