"""Paired differences over time: what a change did, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import GRID, INK, FirmStyle, firm_styles
from experiments.pictures.page import LEFT, NORMAL, TOP, WIDTH, Frame, Page, plain_settings
from experiments.pictures.scales import inner_ticks, month_ticks, padded, spread
from experiments.pictures.text import short_names, width_of
from experiments.words.numbers import brief
from sim.measures import unit_of

if TYPE_CHECKING:
    from experiments.studies.compare import Comparison
    from experiments.studies.tally import Course

_NAMED = 8
_BOTTOM, _HEIGHT = 92.0, TOP - 92.0 - 10.0
_LABEL_START, _SWATCH, _GAP = 34.0, 38.0, 22.0
_NARROWEST, _WIDEST = 190.0, 390.0


def draw_differences(found: Comparison, folder: Path) -> list[Path]:
    """Draw the measure followed, a picture for each scenario but the base, as PNG and SVG.

    One picture is ``differences``; of several, each has the number of its scenario.

    Returns:
        The files written.

    Raises:
        OSError: A file cannot be written.
    """
    paths = []
    with plain_settings():
        for number, page in enumerate(pages(found), start=2):
            name = "differences" if len(found.courses) == 1 else f"differences-{number}"
            paths += page.save(folder, name)
    return paths


def pages(found: Comparison) -> list[Page]:
    """The pictures, one for each scenario but the base."""
    base, *others = found.alternatives
    pairs = zip(others, found.courses, strict=True)
    return [_page(found, base.label, other.label, course) for other, course in pairs]


def _page(found: Comparison, base: str, label: str, course: Course) -> Page:
    plan = found.alternatives[0].plan
    count = f"{found.replications} replication{'s' if found.replications > 1 else ''}"
    source = f"Tsunagari · {plan.market.customers:,} customers · seed {found.seed} · {count}"
    source += f" · prices {found.prices}"
    title = f"Difference in {found.measure}: {label}"
    band = ", band: 95 % interval of it" if found.replications > 1 else ""
    subtitle = f"Less {base} · line: mean of {count} with the same customers and luck{band}"
    page = Page(title, subtitle, _description(found, course, title), source)
    named = _named(course)
    texts = [_last_text(course, line) for line in named]
    names = [course.lines[line] or "market" for line in named]
    frame = _frame(found, page, course, _widest(names) + _widest([f": {text}" for text in texts]))
    if not named:
        frame.note("nothing to show: the measure is never defined in both scenarios")
        return page
    styles = _styles(course)
    months = frame.x(np.arange(course.difference.shape[1]))
    for line in named:
        ends = frame.y(course.low[line]), frame.y(course.high[line])
        page.band(months, *ends, styles[line].colour)
    others = [line for line in range(len(course.lines)) if line not in named]
    for line in (*others, *named):
        if np.isfinite(course.difference[line]).any():
            strong = line in named
            width, alpha = (2.8, 1.0) if strong else (1.5, 0.7)
            values = frame.y(course.difference[line])
            page.line(months, values, styles[line], width=width, alpha=alpha)
    _name_lines(frame, course, named, names, texts)
    return page


def _widest(texts: Sequence[str]) -> float:
    return max((width_of(text, NORMAL) for text in texts), default=0.0)


def _frame(found: Comparison, page: Page, course: Course, needed: float) -> Frame:
    seen = np.concatenate([course.difference.ravel(), course.low.ravel(), course.high.ravel()])
    scale = padded(seen, zero=True)
    column = min(max(_LABEL_START + _SWATCH + needed + 14, _NARROWEST), _WIDEST)
    months = course.difference.shape[1] - 1
    across = (0.0, float(max(months, 1)))
    frame = Frame(page, LEFT, _BOTTOM, WIDTH - LEFT - column, _HEIGHT, across, scale)
    unit = unit_of(found.measure)
    frame.scales(
        label=f"Difference in {found.measure}{f' ({unit})' if unit else ''}",
        across_label="Month",
        across_ticks=month_ticks(months),
        up_ticks=inner_ticks(*scale, 8),
        tick_text=lambda value: brief(value, "+"),
    )
    zero = float(frame.y(0.0))
    page.segments([[(frame.left, zero), (frame.right, zero)]], colour=INK, width=1.6)
    return frame


def _name_lines(
    frame: Frame, course: Course, named: list[int], names: Sequence[str], texts: Sequence[str]
) -> None:
    """Names and last values at the right, as near to the ends of the lines as they fit."""
    page, start, styles = frame.page, frame.right + _LABEL_START, _styles(course)
    wanted = [float(frame.y(_last(course, line)[1])) for line in named]
    places = spread(wanted, _GAP, frame.bottom + 2, frame.top)
    room = WIDTH - start - _SWATCH - _widest([f": {text}" for text in texts]) - 10
    short = short_names(names, room, NORMAL)
    leaders = []
    for number, (line, place) in enumerate(zip(named, places, strict=True)):
        leaders.append([(frame.right + 3, wanted[number]), (start - 4, place)])
        page.line([start, start + 32], [place, place], styles[line])
        page.text(start + _SWATCH, place - 6, f"{short[number]}: {texts[number]}", size=NORMAL)
    page.segments(leaders, colour=GRID, width=1.2)


def _named(course: Course) -> list[int]:
    """The lines that are drawn strong and named: those that come to differ most, in order."""
    defined = np.flatnonzero(np.isfinite(course.difference).any(axis=1))
    by_size = sorted(defined.tolist(), key=lambda line: -abs(_last(course, line)[1]))
    return sorted(by_size[:_NAMED])


def _last(course: Course, line: int) -> tuple[int, float]:
    """The last month in which a line is defined, and its value there."""
    month = int(np.flatnonzero(np.isfinite(course.difference[line]))[-1])
    return month, float(course.difference[line, month])


def _last_text(course: Course, line: int) -> str:
    month, value = _last(course, line)
    return brief(value, "+") if month == course.difference.shape[1] - 1 else f"to month {month}"


def _styles(course: Course) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run."""
    if course.lines == ("",):
        return [FirmStyle(INK, (), "")]
    return list(firm_styles(course.lines).values())


def _description(found: Comparison, course: Course, title: str) -> str:
    """The picture in a sentence or two: whose difference is largest in the last month."""
    last, half = course.difference[:, -1], (course.high[:, -1] - course.low[:, -1]) / 2
    if not np.isfinite(last).any():
        return f"{title}: nothing is defined in both scenarios in the last month."
    line = int(np.nanargmax(np.abs(last)))
    whose = course.lines[line] or "the market"
    sure = f" ± {half[line]:.2g}" if math.isfinite(half[line]) else ""
    months = course.difference.shape[1] - 1
    return f"{title}. Month {months}: largest for {whose}, {brief(float(last[line]), '+')}{sure}."
