"""What an outcome depends on: every factor's index with its interval, for each firm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import GRID, INK, Bar, BarChart, FirmStyle, firm_styles
from experiments.pictures.page import NORMAL, TOP, WIDTH, Page, plain_settings, rectangle
from experiments.pictures.paper import bar_frame
from experiments.pictures.scales import padded
from experiments.pictures.text import short_names, width_of
from experiments.sensitivity.indices import Effect, MorrisEffect
from experiments.words.numbers import counted

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
    page = Page(
        f"What {found.measure} depends on",
        _subtitle(found, shown, when),
        _description(found, shown, when),
        _source(found),
    )
    top = TOP - 26.0 - (22.0 if len(shown) > 1 or shown[0].firm is not None else 0.0)
    _row_names(page, factors, top)
    labels = (
        (f"mu*: mean size of the effect{unit}", f"sigma: how much it varies{unit}")
        if found.design == "morris"
        else ("ST: share of variance it has a part in", "S1: share it explains alone")
    )
    width = (_RIGHT - _LEFT - _PANEL_GAP) / 2
    styles = _styles(found, shown)
    panels = [
        [
            Bar(path, 0, style.colour, *_values(_of(finding, path), number))
            for path in factors
            for finding, style in zip(shown, styles, strict=True)
        ]
        for number in range(len(labels))
    ]
    seen = [value for bars in panels for b in bars for value in (b.value, b.low, b.high)]
    limits = padded(np.array(seen), zero=True)  # of both: they are in the same unit
    for number, (label, bars) in enumerate(zip(labels, panels, strict=True)):
        box = (_LEFT + number * (width + _PANEL_GAP), _BOTTOM, width, top - _BOTTOM)
        bar_frame(page, BarChart(bars, label, dots=True, limits=limits), box)
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
    runs = counted(found.replications, "replication")
    draws = f" · {found.networks} networks" if found.networks > 1 else ""
    size = f"{found.blocks} {found.block_words} ({found.design})"
    source = f"Tsunagari · {found.title} · {found.customers:,} customers · {size} · {runs}{draws}"
    return f"{source} · seed {found.seed}"
