"""How long customers stay: survivors of cohorts by tenure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.cube import quantiles
from experiments.figures.fonts import short_names, width_of
from experiments.figures.frame import Frame, month_ticks, round_ticks
from experiments.figures.page import RIGHT, SMALL, TOP, Page
from experiments.figures.style import SOFT
from experiments.figures.subject import Subject

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GAP = 96.0
_NAMES = 61.0
_ROW = 22.0


def cohort_survival(subject: Subject) -> Page:
    """Share of a cohort still with the firm by tenure: those of the start, and later joiners."""
    cube = subject.cube
    firms = subject.shown
    start, later = survivors(subject)
    groups = (("Customers from the start", start), ("Those who joined later, pooled", later))
    page = subject.page(
        "Survival: how long customers stay with a firm",
        f"Share still there without a break, by tenure{subject.band_words}{subject.shown_words}",
        _description(subject, firms, start),
    )
    foot = 104.0 + _ROW * len(firms)
    names = short_names([cube.names[firm] for firm in firms], 220.0, SMALL)
    widest = max([width_of(name, SMALL) for name in names], default=0.0)
    start_of_plots = max(_NAMES + widest + 44, 200.0)
    width = (RIGHT - start_of_plots - _GAP) / 2
    shares = [_shares(counts)[:, firms] for _, counts in groups]
    least = min(float(part[np.isfinite(part)].min(initial=100.0)) for part in shares)
    ticks = round_ticks(0.0 if least < 50 else min(least, 99.0), 100.0, 5)
    last = float(max(cube.months, 1))
    for number, (label, counts) in enumerate(groups):
        left = start_of_plots + number * (width + _GAP)
        frame = Frame(page, left, foot, width, TOP - foot, (0.0, last), (ticks[0], ticks[-1]))
        frame.scales(
            label=f"{label} (%)",
            across_label="Months since joining",
            across_ticks=month_ticks(cube.months, 6),
            up_ticks=ticks,
            tick_text=lambda value: f"{value:g}",
            label_raise=16.0,
        )
        if np.isfinite(shares[number]).any():
            _curves(frame, subject, firms, shares[number])
        else:
            frame.note("nobody to follow")
        _at_risk(frame, counts[:, firms])
    page.text(24, foot - 52, "Customers followed:")
    for row, (firm, name) in enumerate(zip(firms, names, strict=True)):
        y = foot - 76 - _ROW * row
        page.line([24, 54], [y + 5, y + 5], subject.styles[firm])
        page.text(_NAMES, y, name)
    return page


def survivors(subject: Subject) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cohorts of the start and later ones, [replication, firm, tenure, 2]: at risk, still there.

    At risk at a tenure are those who were there the month before and whose cohort is old enough to
    be seen at that tenure; the product of the parts that stay is then a survivor curve even though
    cohorts are seen for different lengths of time (Kaplan & Meier 1958).
    """
    cube, table = subject.cube, subject.cube.tables.cohorts
    last, firms = cube.months, len(cube.names)
    shape = (cube.replications, firms, last + 2)
    run = table["replication"].to_numpy(dtype=np.int64)
    firm = cube.codes(table["firm"].to_numpy(dtype=object))
    joined = table["joined"].to_numpy(dtype=np.int64)
    tenure = table["tenure"].to_numpy(dtype=np.int64)
    there = table["survivors"].to_numpy(dtype=np.float64, na_value=0.0)
    place = (run * firms + firm) * shape[2] + tenure
    seen_next = joined + tenure < last
    found = []
    for rows in (joined <= 0, joined > 0):
        still = np.bincount(place[rows], there[rows], int(np.prod(shape)))
        followed = rows & seen_next
        risk = np.bincount(place[followed] + 1, there[followed], int(np.prod(shape)))
        counts = np.stack((risk, still), axis=-1).reshape(*shape, 2)[:, :, : last + 1]
        counts[:, :, 0, 0] = counts[:, :, 0, 1]
        found.append(counts)
    return found[0], found[1]


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Survivor curves in percent, [replication, firm, tenure]; NaN where nobody is at risk."""
    risk, still = counts[..., 0], counts[..., 1]
    stays = np.where(risk > 0, still / np.where(risk > 0, risk, 1.0), np.nan)
    return 100 * np.cumprod(stays, axis=-1)


def _curves(frame: Frame, subject: Subject, firms: list[int], shares: NDArray[np.float64]) -> None:
    low, middle, high = quantiles(shares, 0.1, 0.5, 0.9)
    tenures = frame.x(np.arange(middle.shape[-1]))
    if subject.cube.replications > 1:
        for place, firm in enumerate(firms):
            colour = subject.styles[firm].colour
            frame.page.band(tenures, frame.y(low[place]), frame.y(high[place]), colour)
    for place, firm in enumerate(firms):
        if np.isfinite(middle[place]).any():
            frame.page.line(tenures, frame.y(middle[place]), subject.styles[firm])


def _at_risk(frame: Frame, counts: NDArray[np.float64]) -> None:
    """How many the curve rests on, under its ticks, one row per firm; mean over replications."""
    risk = counts[..., 0].mean(axis=0)
    for tick in month_ticks(risk.shape[-1] - 1, 6):
        x = float(frame.x(tick))
        for row, number in enumerate(risk[:, int(tick)]):
            y = frame.bottom - 76 - _ROW * row
            frame.page.text(x, y, compact(number), colour=SOFT, across="center")


def _description(subject: Subject, firms: list[int], counts: NDArray[np.float64]) -> str:
    last = 100 * (counts[:, firms, -1, 1] / np.maximum(counts[:, firms, 0, 1], 1)).mean(axis=0)
    names = subject.cube.names
    had = counts[:, firms, 0, 1].mean(axis=0) > 0
    if not had.any():
        return "Survival of cohorts: no firm had customers at the start."
    texts = [
        f"{names[f]} {share:.0f} %" for f, share, some in zip(firms, last, had, strict=True) if some
    ]
    return f"Customers from the start still there after {subject.cube.months} months: " + (
        ", ".join(texts) + "."
    )


def compact(number: float) -> str:
    """A count in at most five characters: 0.4, 999, 1.2k, 35k, 1.3M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= 0.9995 * size:
            return f"{number / size:.{1 if number < 9.95 * size else 0}f}{letter}"
    return f"{number:.0f}" if number >= 9.95 or number == int(number) else f"{number:.1f}"
