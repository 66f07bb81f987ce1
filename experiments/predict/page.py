"""The page on which classes predict before they see: one HTML file that needs no network.

Every setting of every topic is run before and put into it. Until a student has predicted, what came
out is in no text and in no picture of the page.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.pictures.chart import MARKET_COLOUR, firm_styles
from tsunagari.experiments.pictures.scales import month_ticks, round_ticks
from tsunagari.experiments.pictures.svg import Plot, plain
from tsunagari.experiments.predict.topics import Size, Topic, market_of, on_axis
from tsunagari.experiments.runs.cube import quantiles
from tsunagari.experiments.words import spoken
from tsunagari.experiments.words.messages import messages
from tsunagari.experiments.words.messages import told as in_words

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats

BAND = (0.1, 0.5, 0.9)
"""Quantiles over replications: low end, middle and high end."""


@dataclass(frozen=True, eq=False)
class Surface:
    """What a topic comes to.

    Attributes:
        topic: Which.
        band: Low end, median and high end, [3, value, axis]; NaN where undefined.
    """

    topic: Topic
    band: Floats

    @property
    def untrue(self) -> list[str]:
        """What the debrief says and is not so."""
        found = self.topic.statements(self.band[1])
        return [statement for statement, is_so in found.items() if not is_so]


def surfaces(
    topics: Sequence[Topic],
    size: Size,
    replications: int,
    *,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda done, all_: None,
) -> list[Surface]:
    """Run every setting of every topic; neither workers nor order make a difference.

    Args:
        topics: Which; workers get them pickled.
        size: Of each market.
        replications: How often each setting is run.
        workers: Processes; 1 runs here.
        told: Given the number of courses done, and of all.

    Raises:
        tsunagari.experiments.runs.workers.WorkerDiedError: The system ended a worker process.
    """
    jobs = [
        (topic, value, number)
        for topic in topics
        for value in topic.values
        for number in range(replications)
    ]
    done = iter(_done(jobs, size, workers, told))
    found = []
    for topic in topics:
        each = [np.stack([next(done) for _ in range(replications)]) for _ in topic.values]
        bands = [np.stack(quantiles(courses, *BAND)) for courses in each]
        found.append(Surface(topic, np.stack(bands, axis=1)))
    return found


def course(topic: Topic, value: float, size: Size, replication: int) -> Floats:
    """One course of a topic on its axis; what workers do."""
    return on_axis(topic.course(value, size, replication), topic.months)


type _Job = tuple[Topic, float, int]


def _done(
    jobs: Sequence[_Job], size: Size, workers: int, told: Callable[[int, int], None]
) -> list[Floats]:
    from tsunagari.experiments.runs.workers import crew_of

    numbers = itertools.count(1)
    plan = market_of("three-disciplines", size, 12, {})
    with crew_of(None, workers, plan=plan) as crew:
        done = crew.in_order(
            partial(_one, size), jobs, told=lambda _: told(next(numbers), len(jobs))
        )
        return list(done)


def _one(size: Size, job: _Job) -> Floats:
    topic, value, number = job
    return course(topic, value, size, number)


_UNDEFINED = 65535
_POINTS = 6
_WIDTHS, _HEIGHT = (780.0, 380.0), 360.0
"""Of the drawing on a wide page and on a narrow one, in pixels."""
_PARTS = ("<!-- style -->", "<!-- script -->", "<!-- data -->")


def page_of(found: Sequence[Surface], size: Size, replications: int) -> str:
    """The page as one text; the same surfaces give the same page."""
    from tsunagari.sim.version import version

    source = (
        f"Tsunagari {version()} · {size.customers:,} customers · seed {size.seed} · "
        f"{replications} markets for each setting"
    )
    data = {
        "source": in_words(source),
        "replications": replications,
        "topics": [_topic(one) for one in found],
    }
    # Nothing in the data may end the script that it stands in.
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    page, style, script = (_in_words(_asset(f"predict.{kind}")) for kind in ("html", "css", "js"))
    for part, text in zip(_PARTS, (style, script, written), strict=True):
        page = page.replace(part, text)
    return page


def _topic(found: Surface) -> dict[str, Any]:
    topic = found.topic
    ticks = _scale(found)
    low, high = ticks[0], ticks[-1]
    colours = [style.colour for style in firm_styles([str(place) for place in range(4)]).values()]
    steps = len(topic.months) - 1
    return {
        "name": topic.name,
        "title": in_words(topic.title),
        "question": in_words(topic.question),
        "setting": in_words(topic.setting),
        "values": [topic.told(value) for value in topic.values],
        "shipped": topic.values.index(topic.shipped),
        "measured": in_words(topic.measured),
        "unit": topic.unit,
        "decimals": topic.decimals,
        "since": in_words(topic.since),
        "months": list(topic.months),
        "points": [round(steps * (n + 1) / _POINTS) for n in range(_POINTS)],
        "frames": [_frame(topic, ticks, width) for width in _WIDTHS],
        "colour": MARKET_COLOUR if topic.firm is None else colours[topic.firm],
        "debrief": [in_words(text) for text in topic.debrief],
        "scale": [low, high],
        "band": _packed(found.band, low, high),
    }


def _frame(topic: Topic, ticks: list[float], width: float) -> dict[str, Any]:
    """The scales, to be drawn on: what came out is not in them."""
    months = topic.months
    across = float(months[0]), float(months[-1])
    margins = (62.0, 18.0, 26.0, 56.0)
    plot = Plot(width, _HEIGHT, margins, across, (ticks[0], ticks[-1]))
    plot.grid_up(ticks, plain, "")
    below = [month for month in month_ticks(across[1], 12) if month >= across[0]]
    step = 2 if width < _WIDTHS[0] else 1
    plot.grid_across(below[::step], plain, in_words(topic.since), lines=False, drop=27.0)
    return {"width": width, "height": _HEIGHT, "box": plot.frame, "svg": plot.parts}


def _scale(found: Surface) -> list[float]:
    """Round numbers around all settings, with some room: the scale must not tell the answer."""
    low, high = float(np.nanmin(found.band)), float(np.nanmax(found.band))
    room = 0.15 * (high - low)
    least = low - room if low < 0 else max(low - room, 0.0)
    return round_ticks(least, min(high + room, found.topic.most), 5)


def _packed(band: Floats, low: float, high: float) -> str:
    """[3, value, axis] as whole numbers of 16 bits, little-endian, in base 64: small, not read."""
    part = (band - low) / (high - low) * (_UNDEFINED - 1)
    whole = np.where(np.isnan(part), _UNDEFINED, np.round(np.nan_to_num(part)))
    return base64.b64encode(whole.astype("<u2").tobytes()).decode("ascii")


def _in_words(asset: str) -> str:
    """A part of the page in the language that is spoken: its pieces stand in the table."""
    if spoken() != "en":
        for english, words in messages("predict").items():
            asset = asset.replace(english, words)
    return asset


def _asset(name: str) -> str:
    return (resources.files("tsunagari.experiments.predict") / name).read_text(encoding="utf-8")
