"""Regret by option: a point for each environment, and their mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import GRID, INK, SOFT, firm_styles
from experiments.pictures.page import NORMAL, SMALL, TOP, WIDTH, Frame, Page, plain_settings
from experiments.pictures.scales import inner_ticks
from experiments.pictures.text import short_names
from experiments.units import unit_of_measure
from experiments.words.numbers import counted

if TYPE_CHECKING:
    from experiments.discovery.discover import Discovery

_MOST = 12
_LEFT, _RIGHT, _BOTTOM = 330.0, 1126.0, 96.0
_NAME_ROOM = 290.0
_RADIUS = 5.0
_LANES = 7  # points of an option lie in so many lines, one after another, not upon each other


def draw_regret(found: Discovery, folder: Path) -> list[Path]:
    """Draw the regrets as ``regret.png`` and ``regret.svg``.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return regret_page(found).save(folder, "regret")


def regret_page(found: Discovery) -> Page:
    """The picture: a row for each option, the one with the least mean regret above."""
    regret, shown = found.regret, found.options[:_MOST]
    some = f" · {_MOST} of {len(found.options)} options" if len(found.options) > _MOST else ""
    title = f"{shown[0].name} is least regretted of {regret.firm}'s options"
    worst = max(shown, key=lambda option: option.largest_regret)
    description = (
        f"{title}: mean regret {shown[0].mean_regret:.3g}. The largest of all regrets, "
        f"{worst.largest_regret:.3g}, is that of {worst.name}."
    )
    runs = regret.values.shape[2]
    source = f"Tsunagari · {found.title} · {found.customers:,} customers · seed {found.seed}"
    counts = f"{regret.compared.size} environments, {counted(runs, 'run')} each"
    subtitle = f"Point: an environment · bar: mean · right: share of environments won{some}"
    page = Page(title, subtitle, description, f"{source} · {counts}")
    frame = _frame(found, page)
    row = frame.height / len(shown)
    names = short_names([option.name for option in shown], _NAME_ROOM, NORMAL)
    colour = firm_styles(found.firms)[regret.firm].colour
    for place, (option, name) in enumerate(zip(shown, names, strict=True)):
        middle = frame.top - (place + 0.5) * row
        values = regret.regret[option.number, regret.compared]
        lanes = (np.arange(values.size) % _LANES - (_LANES - 1) / 2) / _LANES * 0.6 * row
        dots = np.column_stack((frame.x(values), middle + lanes))
        page.shapes([_dot(x, y) for x, y in dots], colour, alpha=0.45)
        mean = float(frame.x(option.mean_regret))
        page.segments(
            [[(mean, middle - 0.36 * row), (mean, middle + 0.36 * row)]], colour=INK, width=2.4
        )
        page.text(_LEFT - 16, middle - 6, name, size=NORMAL, across="right")
        won = f"best in {100 * option.won:.0f} %"
        page.text(WIDTH - 24, middle - 5, won, size=SMALL, colour=SOFT, across="right")
        if place:
            edge = frame.top - place * row
            page.segments([[(frame.left, edge), (frame.right, edge)]], colour=GRID)
    return page


def _frame(found: Discovery, page: Page) -> Frame:
    largest = max(option.largest_regret for option in found.options[:_MOST])
    scale = (0.0, 1.04 * largest if largest > 0 else 1.0)
    height = TOP + 20 - _BOTTOM
    frame = Frame(page, _LEFT, _BOTTOM, _RIGHT - _LEFT, height, scale, (0.0, 1.0))
    unit = unit_of_measure(found.regret.measure)
    of = found.regret.measure + (f" ({unit})" if unit else "")
    for tick in inner_ticks(*scale, 6):
        x = float(frame.x(tick))
        page.segments([[(x, frame.bottom), (x, frame.top)]], colour=GRID)
        text = f"{tick:,.0f}" if abs(tick) >= 1000 else f"{tick:g}"
        page.text(x, frame.bottom - 24, text, across="center")
    page.segments([[(frame.left, frame.bottom), (frame.right, frame.bottom)]], colour=SOFT)
    middle = frame.left + frame.width / 2
    label = f"Regret in {of}: what the environment's best option would have brought more"
    page.text(middle, frame.bottom - 50, label, size=SMALL, across="center")
    return frame


def _dot(x: float, y: float) -> np.ndarray:
    """The outline of a small circle, [12, 2]."""
    angles = np.linspace(0.0, 2 * np.pi, 12, endpoint=False)
    return np.column_stack((x + _RADIUS * np.cos(angles), y + _RADIUS * np.sin(angles)))
