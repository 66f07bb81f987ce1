"""Lesson: what a promise wins where few look things up, and where everybody does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from docs.makers.lessons import slide, telling
from docs.makers.lessons.lesson import Derived
from docs.makers.lessons.results import Found
from tsunagari.experiments.pictures.chart import INK, SOFT, FirmStyle, firm_styles
from tsunagari.experiments.pictures.page import WIDTH, Frame
from tsunagari.experiments.pictures.scales import inner_ticks, padded, spread
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats

_LOUD = "Loud"
_COLOUR = firm_styles((_LOUD,))[_LOUD].colour  # the first firm of its scenario
_FEW, _MANY = FirmStyle(_COLOUR, (4.5, 1.6), ""), FirmStyle(_COLOUR, (), "")
_FIRST = 6


def derive(results: Path) -> Derived:
    """What the page says of ``results/zmot-few``, ``zmot-many`` and ``zmot-forgiving``."""
    names = ("few", "many", "forgiving")
    found = {name: Found(results / f"zmot-{name}") for name in names}
    won = {name: _won(one) for name, one in found.items()}
    first = {name: values[:, _FIRST] for name, values in won.items()}
    end = {name: values[:, -1] for name, values in won.items()}
    return Derived(
        figures={
            **{f"{name}-first": telling.points(values) for name, values in first.items()},
            **{f"{name}-end": telling.points(values) for name, values in end.items()},
            "turns": telling.number(_turning(won["few"])),
            "part-left": telling.percent(first["many"].mean() / first["few"].mean(), 0),
        },
        statements={
            "where few look it up the promise wins at first": telling.is_above(first["few"]),
            "and loses in the end": telling.is_below(end["few"]),
            "where everybody does it wins less at first": telling.is_above(
                first["few"] - first["many"]
            ),
            "and loses less in the end": telling.is_above(end["many"] - end["few"]),
            "but it does lose": telling.is_below(end["many"]),
            "where nobody holds it against the firm it wins in the end": telling.is_above(
                end["forgiving"]
            ),
        },
        picture=_picture(found["few"], won["few"], won["many"]),
    )


def _turning(won: Floats) -> float:
    """The first month from which on the mean is below zero to the end; NaN where it is not."""
    below = np.flatnonzero(won.mean(axis=0) >= 0)
    month = int(below[-1]) + 1
    return float(month) if month < won.shape[1] else float("nan")


def _won(found: Found) -> Floats:
    """Market share with the claim less that without it, [replication, month]."""
    return found.of_firm("market_share", _LOUD, 1) - found.of_firm("market_share", _LOUD)


def _picture(found: Found, few: Floats, many: Floats) -> slide.Slide:
    ends = [100 * float(values[:, -1].mean()) for values in (few, many)]
    page = slide.slide(
        "What a bold promise wins today it loses tomorrow",
        "Percentage points of market share that a bold claim wins, or loses. Where few look things "
        f"up {ends[0]:.1f} after {found.months} months, where everybody does {ends[1]:.1f}.",
        "大きな約束で得た、または失った市場シェアのポイント。調べる人が少ない市場では "
        f"{found.months} か月後に {ends[0]:.1f}、誰もが調べる市場では {ends[1]:.1f}。",
        f"{found.source()} each · line: median, band: 10–90 %",
    )
    both = 100 * np.concatenate((few, many))
    up = padded(both, zero=True)
    frame = Frame(
        page, 130.0, 130.0, WIDTH - 480.0, slide.CEILING - 130.0, (0.0, float(found.months)), up
    )
    slide.scales(
        frame,
        up_ticks=inner_ticks(*up, 4),
        across_ticks=range(0, found.months + 1, 12),
        tick_text=lambda value: written(value, "+g"),
        across_label="Month",
    )
    slide.words(page, 40.0, 585.0, "Points of market share won by promising more", SOFT,
                slide.LEGIBLE)  # fmt: skip
    for values, style in ((few, _FEW), (many, _MANY)):
        slide.history(frame, 100 * values, style)
    labels = (("few look it up", ends[0], _FEW), ("everybody does", ends[1], _MANY))
    places = spread([float(frame.y(end)) for _, end, _ in labels], 80.0, 150.0, 520.0)
    for (label, end, style), place in zip(labels, places, strict=True):
        slide.words(page, frame.right + 24, place + 6, label, style.colour)
        told = f"{written(end, '+.1f')} points"
        slide.words(page, frame.right + 24, place - 32, told, INK)
    return page
