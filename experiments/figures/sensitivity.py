"""What an outcome depends on: every factor's index with its interval, for each firm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import GRID, INK, SOFT, FirmStyle, firm_styles
from experiments.pictures.page import NORMAL, TOP, WIDTH, Frame, Page, plain_settings, rectangle
from experiments.pictures.scales import inner_ticks, padded
from experiments.pictures.text import short_names, shortened, width_of
from experiments.sensitivity.indices import Effect, MorrisEffect
from experiments.words.numbers import written

if TYPE_CHECKING:
    from experiments.sensitivity.analysis import Finding, Sensitivity

_MOST_FACTORS, _MOST_FIRMS = 12, 6
_LEFT, _RIGHT, _BOTTOM = 330.0, 1240.0, 96.0
_PANEL_GAP = 60.0
_NAME_ROOM = 270.0


def draw_sensitivity(found: Sensitivity, folder: Path) -> list[Path]:
    """Draw the indices as ``sensitivity.png`` and ``sensitivity.svg``.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return sensitivity_page(found).save(folder, "sensitivity")


def sensitivity_page(found: Sensitivity) -> Page:
    """The picture: a panel for mu* and sigma, or for ST and S1; a row for each factor."""
    shown = _shown(found)
    factors = _strongest(shown, found.factors)
    unit = f" ({found.unit})" if found.unit else ""
    when = "in the last month" if found.month is None else f"in month {found.month}"
    title = f"What {found.measure} depends on"
    page = Page(
        title, _subtitle(found, shown, when), _description(found, shown, when), _source(found)
    )
    top = TOP - 26.0 - (22.0 if len(shown) > 1 or shown[0].firm is not None else 0.0)
    _row_names(page, factors, top)
    morris = found.design == "morris"
    labels = (
        (f"mu*: mean size of the effect{unit}", f"sigma: how much it varies{unit}")
        if morris
        else ("ST: share of variance it has a part in", "S1: share it explains alone")
    )
    width = (_RIGHT - _LEFT - _PANEL_GAP) / 2
    styles = _styles(found, shown)
    values = np.array(
        [
            [[_values(_of(f, path), n) for path in factors] for f in shown]
            for n in range(len(labels))
        ]
    )
    scale = padded(values.ravel(), zero=True)  # of both: they are in the same unit
    for number, label in enumerate(labels):
        left = _LEFT + number * (width + _PANEL_GAP)
        frame = Frame(page, left, _BOTTOM, width, top - _BOTTOM, scale, (0.0, float(len(factors))))
        _panel(frame, values[number], styles, label)
    _legend(page, shown, styles)
    return page


def _shown(found: Sensitivity) -> list[Finding]:
    """Those that there is room for: of the first option, the firms that most happens to."""
    first = [f for f in found.findings if f.option == found.findings[0].option]
    by_size = sorted(first, key=lambda finding: -_size(finding))[:_MOST_FIRMS]
    return [finding for finding in first if finding in by_size]


def _size(finding: Finding) -> float:
    weights = [e.weight for e in finding.effects if np.isfinite(e.weight)]
    return max(weights, default=0.0)


def _strongest(shown: Sequence[Finding], factors: Sequence[str]) -> list[str]:
    """The factors by the largest index that any firm shown has for them."""
    weights = {
        path: max((np.nan_to_num(_of(f, path).weight, nan=-1.0) for f in shown), default=-1.0)
        for path in factors
    }
    return sorted(factors, key=lambda path: -weights[path])[:_MOST_FACTORS]


def _of(finding: Finding, path: str) -> Effect:
    return next(effect for effect in finding.effects if effect.factor == path)


def _values(effect: Effect, number: int) -> tuple[float, float, float]:
    """Middle and ends of one of a factor's two indices; sigma has no interval."""
    if isinstance(effect, MorrisEffect):
        if number == 1:
            return effect.sigma, np.nan, np.nan
        return effect.mu_star, effect.mu_star_low, effect.mu_star_high
    if number == 1:
        return effect.s1, effect.s1_low, effect.s1_high
    return effect.st, effect.st_low, effect.st_high


def _panel(frame: Frame, values: np.ndarray, styles: Sequence[FirmStyle], label: str) -> None:
    """One index: values has the shape [firms, factors, (middle, low, high)]."""
    page = frame.page
    firms, factors, _ = values.shape
    ticks = inner_ticks(*frame.across, 5)
    page.segments([[(x, frame.bottom), (x, frame.top)] for x in frame.x(ticks)], colour=GRID)
    zero = float(frame.x(0.0))
    page.segments([[(zero, frame.bottom), (zero, frame.top)]], colour=SOFT, width=1.4)
    for tick, x in zip(ticks, frame.x(ticks), strict=True):
        page.text(x, frame.bottom - 22, written(tick, "g"), across="center")
    middle = frame.left + frame.width / 2
    page.text(
        middle,
        frame.bottom - 46,
        shortened(label, frame.width + 40, NORMAL),
        size=NORMAL,
        across="center",
    )
    if not np.isfinite(values[:, :, 0]).any():
        frame.note("nothing varies")
    step = min(0.8 / firms, 0.3)
    for firm in range(firms):
        dots = []
        for factor in range(factors):
            value, low, high = values[firm, factor]
            row = factors - factor - 0.5 + (0.5 * (firms - 1) - firm) * step
            y = float(frame.y(row))
            if np.isfinite(low):
                ends = frame.x([low, high])
                page.segments([[(ends[0], y), (ends[1], y)]], colour=styles[firm].colour, width=2.2)
            if np.isfinite(value):
                x = float(frame.x(value))
                dots.append(rectangle(x - 4.5, y - 4.5, 9, 9))
        page.shapes(dots, styles[firm].colour)


def _row_names(page: Page, factors: Sequence[str], top: float) -> None:
    height = (top - _BOTTOM) / max(len(factors), 1)
    for number, name in enumerate(short_names(factors, _NAME_ROOM, NORMAL)):
        y = top - (number + 0.5) * height
        page.text(_LEFT - 20, y - 5, name, size=NORMAL, across="right")
        if number:
            edge = top - number * height
            page.segments([[(30, edge), (_RIGHT, edge)]], colour=GRID)


def _legend(page: Page, shown: Sequence[Finding], styles: Sequence[FirmStyle]) -> None:
    """The firms' names above the panels."""
    if shown[0].firm is None:
        return
    room = (WIDTH - 60) / len(shown) - 40
    names = short_names([finding.firm or "" for finding in shown], room, NORMAL)
    x = 30.0
    for name, style in zip(names, styles, strict=True):
        page.shapes([rectangle(x, TOP - 10, 12, 12)], style.colour)
        page.text(x + 20, TOP - 9, name, size=NORMAL)
        x += 20 + width_of(name, NORMAL) + 30


def _styles(found: Sensitivity, shown: Sequence[Finding]) -> list[FirmStyle]:
    """A firm's colour is the one it has in the pictures of a run."""
    names = list(dict.fromkeys(f.firm for f in found.findings if f.firm is not None))
    styles = firm_styles(names)
    return [FirmStyle(INK, (), "") if f.firm is None else styles[f.firm] for f in shown]


def _subtitle(found: Sensitivity, shown: Sequence[Finding], when: str) -> str:
    words = "95 % intervals" if found.design == "sobol" else "bar: 95 % interval of mu*"
    parts = [f"{when[:1].upper()}{when[1:]} · factors from the strongest down · {words}"]
    if len(found.factors) > _MOST_FACTORS:
        parts.append(f"the {_MOST_FACTORS} strongest of {len(found.factors)}")
    options = len({finding.option for finding in found.findings})
    if options > 1:
        levers = ", ".join(f"{path} = {value}" for path, value in shown[0].levers.items())
        parts.append(f"the first of {options} options: {levers}")
    firms = len(found.findings) // options
    if firms > len(shown):
        parts.append(f"{len(shown)} of {firms} firms")
    return " · ".join(parts)


def _description(found: Sensitivity, shown: Sequence[Finding], when: str) -> str:
    parts = []
    for finding in shown:
        strongest = finding.ranked[0]
        whose = f" for {finding.firm}" if finding.firm is not None else ""
        if np.isfinite(strongest.weight) and strongest.weight > 0:
            index = "mu*" if isinstance(strongest, MorrisEffect) else "ST"
            parts.append(f"{strongest.factor}{whose} ({index} {strongest.weight:.2g})")
    if not parts:
        return f"What {found.measure} depends on {when}: nothing varies."
    return f"What {found.measure} depends on most {when}: {', '.join(parts)}."


def _source(found: Sensitivity) -> str:
    runs = "1 replication" if found.replications == 1 else f"{found.replications} replications"
    draws = f" · {found.networks} networks" if found.networks > 1 else ""
    size = f"{found.blocks} {found.block_words} ({found.design})"
    source = f"Tsunagari · {found.title} · {found.customers:,} customers · {size} · {runs}{draws}"
    return f"{source} · seed {found.seed}"
