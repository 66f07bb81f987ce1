"""How long customers stay: survival by tenure, and of the customers from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.subject import Subject
from experiments.pictures.chart import SOFT
from experiments.pictures.page import RIGHT, SMALL, TOP, Frame, Page
from experiments.pictures.scales import month_ticks, round_ticks
from experiments.pictures.text import short_names, width_of
from experiments.runs.condensed import YEAR
from experiments.runs.survival import LifeTable, by_tenure, of_founders
from experiments.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP = 96.0
_NAMES = 61.0
_ROW = 22.0


def cohort_survival(subject: Subject) -> Page:
    """Survival by true tenure, and of those who were customers at the start by month of the run."""
    cube = subject.cube
    firms = subject.shown
    tables = by_tenure(cube), of_founders(cube)
    groups = (
        ("All customers, by time with the firm", "Months since joining", tables[0]),
        ("Customers from the start", "Months since the start", tables[1]),
    )
    runs = cube.replications
    together = f" · line: {runs} replications together, band: 10–90 %" if runs > 1 else ""
    page = subject.page(
        "Survival: how long customers stay with a firm",
        f"Still there without a break{together}{subject.shown_words}",
        _description(subject, firms, *tables),
    )
    foot = 104.0 + _ROW * len(firms)
    names = short_names([cube.names[firm] for firm in firms], 220.0, SMALL)
    widest = max([width_of(name, SMALL) for name in names], default=0.0)
    start_of_plots = max(_NAMES + widest + 44, 200.0)
    width = (RIGHT - start_of_plots - _GAP) / 2
    shares = [100 * table.pooled[firms] for table in tables]
    least = min(float(part[np.isfinite(part)].min(initial=100.0)) for part in shares)
    ticks = round_ticks(0.0 if least < 50 else min(least, 99.0), 100.0, 5)
    last = float(max(cube.months, 1))
    for number, (label, clock, table) in enumerate(groups):
        left = start_of_plots + number * (width + _GAP)
        frame = Frame(page, left, foot, width, TOP - foot, (0.0, last), (ticks[0], ticks[-1]))
        frame.scales(
            label=f"{label} (%)",
            across_label=clock,
            across_ticks=month_ticks(cube.months, 6),
            up_ticks=ticks,
            tick_text=lambda value: f"{value:g}",
            label_raise=16.0,
        )
        if np.isfinite(shares[number]).any():
            _curves(frame, subject, firms, table)
        else:
            frame.note("nobody to follow")
        _at_risk(frame, table.followed[firms])
    page.text(24, foot - 52, "Customers followed:")
    for row, (firm, name) in enumerate(zip(firms, names, strict=True)):
        y = foot - 76 - _ROW * row
        page.line([24, 54], [y + 5, y + 5], subject.styles[firm])
        page.text(_NAMES, y, name)
    return page


def _curves(frame: Frame, subject: Subject, firms: list[int], table: LifeTable) -> None:
    low, high = (100 * end for end in table.band(0.1, 0.9))
    middle = 100 * table.pooled
    months = frame.x(np.arange(middle.shape[-1]))
    if subject.cube.replications > 1:
        for firm in firms:
            colour = subject.styles[firm].colour
            frame.page.band(months, frame.y(low[firm]), frame.y(high[firm]), colour)
    for firm in firms:
        if np.isfinite(middle[firm]).any():
            frame.page.line(months, frame.y(middle[firm]), subject.styles[firm])


def _at_risk(frame: Frame, at_risk: NDArray[np.float64]) -> None:
    """How many the curve rests on, under its ticks, one row per firm."""
    for tick in month_ticks(at_risk.shape[-1] - 1, 6):
        x = float(frame.x(tick))
        for row, number in enumerate(at_risk[:, int(tick)]):
            y = frame.bottom - 76 - _ROW * row
            frame.page.text(x, y, compact(number), colour=SOFT, across="center")


def _description(
    subject: Subject, firms: list[int], tenures: LifeTable, founders: LifeTable
) -> str:
    last = subject.cube.months
    told = []
    for table, months, key in (
        (tenures, min(YEAR, last), "Customers who stay {} or longer"),
        (founders, last, "Customers from the start still there after {}"),
    ):
        kept = {subject.cube.names[firm]: 100 * table.pooled[firm, months] for firm in firms}
        texts = [f"{name} {share:.0f} %" for name, share in kept.items() if np.isfinite(share)]
        if texts:
            length = Words("en").counted(months, "month")
            told.append(f"{key.format(length)}: {', '.join(texts)}.")
    return " ".join(told) or "Survival: no firm had customers who could be followed."


def compact(number: float) -> str:
    """A count in at most five characters: 0.4, 999, 1.2k, 35k, 1.3M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.{1 if number < 9.95 * size else 0}f}{letter}"
    return f"{number:.0f}" if number >= 9.95 or number == int(number) else f"{number:.1f}"
