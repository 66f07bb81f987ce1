"""Paired differences over time: what a change did, and how sure that is."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import INK, FirmStyle, LineChart, Series, firm_styles
from experiments.pictures.page import Page, plain_settings
from experiments.pictures.paper import over_time
from experiments.units import unit_of_measure
from experiments.words.numbers import counted

if TYPE_CHECKING:
    from experiments.comparison.comparison import Comparison
    from experiments.comparison.tally import Course


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


def course_chart(
    course: Course, *, across: str, up: str, market: str, times: float = 1.0, single: bool = False
) -> LineChart:
    """The differences of every line over the months, with their intervals unless one run is all.

    Args:
        course: The differences.
        across: What the scale below is called.
        up: What is measured, with its unit.
        market: What the market as a whole is called.
        times: Factor from the measure's unit to the one shown.
        single: Whether there is no interval.
    """
    styles = styles_of(course.lines)
    return LineChart(
        [
            Series(
                name=name or market,
                place=place,
                style=styles[place],
                middle=times * course.difference[place],
                low=None if single else times * course.low[place],
                high=None if single else times * course.high[place],
            )
            for place, name in enumerate(course.lines)
            if np.isfinite(course.difference[place]).any()
        ],
        across=across,
        up=up,
        signed=True,
        months=course.difference.shape[1] - 1,
        level=0.0,
        band="95 %",
    )


def styles_of(lines: tuple[str, ...]) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run; the market is ink."""
    return [FirmStyle(INK, (), "")] if lines == ("",) else list(firm_styles(lines).values())


def _page(found: Comparison, base: str, label: str, course: Course) -> Page:
    customers = found.alternatives[0].plan.market.customers
    count = counted(found.replications, "replication")
    unit, several = unit_of_measure(found.measure), found.replications > 1
    title = f"Difference in {found.measure}: {label}"
    band = ", band: 95 % interval of it" if several else ""
    chart = course_chart(
        course, across="Month", market="market", single=not several,
        up=f"Difference in {found.measure}{f' ({unit})' if unit else ''}",
    )  # fmt: skip
    page = Page(
        title,
        f"Less {base} · line: mean of {count} with the same customers and luck{band}",
        _description(course, chart, title),
        f"Tsunagari · {customers:,} customers · seed {found.seed} · {count} · prices "
        f"{found.prices}",
    )
    over_time(page, [chart], "nothing to show: the measure is never defined in both scenarios")
    return page


def _description(course: Course, chart: LineChart, title: str) -> str:
    """The picture in a sentence or two: whose difference is largest in the last month."""
    last, half = course.difference[:, -1], (course.high[:, -1] - course.low[:, -1]) / 2
    if not np.isfinite(last).any():
        return f"{title}: nothing is defined in both scenarios in the last month."
    line = int(np.nanargmax(np.abs(last)))
    whose = course.lines[line] or "the market"
    sure = f" ± {half[line]:.2g}" if math.isfinite(half[line]) else ""
    value = chart.told(float(last[line]))
    return f"{title}. Month {chart.months}: largest for {whose}, {value}{sure}."
