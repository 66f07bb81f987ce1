"""Lesson: an empty market fills, because people imitate those they know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import Found
from tsunagari.experiments.pictures.chart import INK, MARKET_COLOUR, SOFT, FirmStyle
from tsunagari.experiments.pictures.page import WIDTH, Frame

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats

_ALONE = FirmStyle(SOFT, (4.5, 1.6), "")
_TALK = FirmStyle(MARKET_COLOUR, (), "")
_EARLY = 24


def derive(results: Path) -> Derived:
    """What the page says of ``results/diffusion`` and ``results/diffusion-faster``."""
    found, faster = Found(results / "diffusion"), Found(results / "diffusion-faster")
    talk, alone = found.of_market("reach"), found.of_market("reach", 1)
    base, told, shown = (half(faster.of_market("reach", number)) for number in range(3))
    halves = half(talk)
    busiest = 1.0 + np.diff(talk, axis=1).argmax(axis=1).astype(np.float64)
    return Derived(
        figures={
            "half": telling.amount(halves),
            "busiest": telling.amount(busiest),
            "early": telling.share(talk[:, _EARLY]),
            "early-alone": telling.share(alone[:, _EARLY]),
            "end": telling.share(talk[:, -1]),
            "end-alone": telling.share(alone[:, -1]),
            "worth": telling.points(talk[:, -1] - alone[:, -1]),
            "half-base": telling.amount(base),
            "half-innovation": telling.amount(told),
            "half-imitation": telling.amount(shown),
            "sooner": telling.mean(told - shown),
        },
        statements={
            "nearly everybody has adopted in the end": bool(np.all(talk[:, -1] > 0.9)),
            "without imitation most people are still without": bool(np.all(alone[:, -1] < 0.5)),
            "after two years the two are already apart": telling.is_above(
                talk[:, _EARLY] - alone[:, _EARLY]
            ),
            "after two years most people are still without": bool(np.all(talk[:, _EARLY] < 0.35)),
            "the steepest part is in the middle, not at the start": bool(
                np.all((busiest > 24) & (busiest < 72))
            ),
            "twice the imitation is faster than twice the innovation": telling.is_above(
                told - shown
            ),
            "both are faster than the market as shipped": telling.is_above(base - told),
        },
        picture=_picture(found, talk, alone, halves),
    )


def half(reach: Floats) -> Floats:
    """The first month in which half have a provider, [replication]; NaN where none is."""
    there = reach >= 0.5
    return np.where(there.any(axis=1), there.argmax(axis=1), np.nan)


def _picture(found: Found, talk: Floats, alone: Floats, halves: Floats) -> slide.Slide:
    message = "People follow people: that bends the curve into an S"
    page = slide.slide(
        message,
        f"Share of people who have a provider over {found.months} months. With imitation an S: "
        f"half in month {np.mean(halves):.0f}, {100 * talk[:, -1].mean():.0f} % in the end. "
        f"Without imitation a slow rise to {100 * alone[:, -1].mean():.0f} %.",
        f"{found.months} か月にわたる、契約先をもつ人の割合。模倣があれば S 字を描き、"
        f"{np.mean(halves):.0f} か月目に半数、最後は {100 * talk[:, -1].mean():.0f}% に達する。"
        f"模倣がなければ、ゆるやかに {100 * alone[:, -1].mean():.0f}% まで増える。",
        f"{found.source()} · line: median, band: 10–90 %",
    )
    frame = Frame(
        page,
        130.0,
        130.0,
        WIDTH - 170.0,
        slide.CEILING - 130.0,
        (0.0, float(found.months)),
        (0.0, 1.0),
    )
    slide.scales(
        frame,
        up_ticks=[0.0, 0.5, 1.0],
        across_ticks=range(0, found.months + 1, 24),
        tick_text=lambda value: f"{100 * value:.0f} %",
        across_label="Month",
    )
    slide.words(page, 40.0, 585.0, "Have a provider", SOFT, slide.LEGIBLE)
    slide.history(frame, alone, _ALONE)
    slide.history(frame, talk, _TALK)
    month = float(np.mean(halves))
    x, y = float(frame.x(month)), float(frame.y(0.5))
    page.segments([[(frame.left, y), (x, y)], [(x, y), (x, frame.bottom)]], colour=INK, width=2)
    slide.disc(page, x, y, 12.0, _TALK.colour)
    slide.words(page, x + 26, y - 14, f"half in month {month:.0f}")
    slide.words(page, float(frame.x(0.66 * found.months)), float(frame.y(0.87)),
                "as it is", _TALK.colour)  # fmt: skip
    slide.words(page, float(frame.x(0.58 * found.months)), float(frame.y(0.26)),
                "nobody imitates", _ALONE.colour)  # fmt: skip
    return page
