"""Purity against the middle: where each pure discipline wins, ties and loses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.pictures.page import (
    LARGE,
    NORMAL,
    SMALL,
    TOP,
    Page,
    plain_settings,
    rectangle,
)
from tsunagari.experiments.words.numbers import written

if TYPE_CHECKING:
    from tsunagari.experiments.validate.purity import PurityMap

_LEFT, _RIGHT, _BOTTOM, _GAP = 245.0, 1240.0, 110.0, 22.0
_CELL_GAP = 2.0
# Blue and vermilion of Okabe & Ito 2008: told apart by the colour-blind, and by lightness in print.
_WINS, _LOSES, _TIES = (0, 114, 178), (213, 94, 0), (247, 247, 247)
_SIGNS = {1: "+", 0: "=", -1: "−"}


def draw_purity(found: PurityMap, folder: Path, *, customers: int, seed: int) -> list[Path]:
    """Draw the map as ``purity.png`` and ``purity.svg``.

    Args:
        found: The map.
        folder: Where the files go; it must exist.
        customers: Customers of each market, for the line at the foot.
        seed: Likewise.

    Raises:
        OSError: A file cannot be written.
    """
    with plain_settings():
        return purity_page(found, customers=customers, seed=seed).save(folder, "purity")


def purity_page(found: PurityMap, *, customers: int, seed: int) -> Page:
    """The picture: a panel for each pure discipline, value weights × connectivity."""
    from tsunagari.experiments.validate.purity import CONNECTIVITIES, ENVIRONMENTS, PURE

    outcomes, means = found.outcomes, found.intervals[..., 0]
    replications = found.profit.shape[-1]
    page = Page(
        "Purity against the middle",
        "Profit less that of the firm in the middle, years 4 and 5, a month per hundred people "
        "· + wins, = ties, − loses",
        _description(found),
        f"Tsunagari · default firms · {customers:,} customers · {replications} replications a cell "
        f"· seed {seed}",
    )
    width = (_RIGHT - _LEFT - 2 * _GAP) / 3
    top = TOP - 40.0
    across, up = width / len(CONNECTIVITIES), (top - _BOTTOM) / len(ENVIRONMENTS)
    for row, environment in enumerate(ENVIRONMENTS):
        y = top - (row + 0.5) * up
        page.text(_LEFT - 14, y - 5, environment, size=NORMAL, across="right")
    page.text(_LEFT - 14, top + 12, "customers weigh", size=NORMAL, across="right")
    most = float(np.abs(means).max())
    for panel, discipline in enumerate(PURE.values()):
        left = _LEFT + panel * (width + _GAP)
        words = discipline[:1].upper() + discipline[1:]
        page.text(left + width / 2, top + 12, words, size=NORMAL, across="center")
        for row, column in np.ndindex(len(ENVIRONMENTS), len(CONNECTIVITIES)):
            x, y = left + column * across, top - (row + 1) * up
            value, outcome = float(means[row, column, panel]), int(outcomes[row, column, panel])
            cell = rectangle(x, y, across - _CELL_GAP, up - _CELL_GAP)
            page.shapes([cell], _shade(value / most if most > 0 else 0.0))
            middle = x + (across - _CELL_GAP) / 2
            page.text(middle, y + up * 0.5, _SIGNS[outcome], size=LARGE, across="center")
            text = written(value, "+.1f")
            page.text(middle, y + up * 0.16, text, size=SMALL, across="center")
        for column, connectivity in enumerate(CONNECTIVITIES):
            x = left + (column + 0.5) * across
            page.text(x, _BOTTOM - 22, f"{connectivity:g}", across="center")
        page.text(left + width / 2, _BOTTOM - 46, "connectivity", size=NORMAL, across="center")
    return page


def _shade(part: float) -> str:
    """A colour between the tie's and the winner's; pale enough for ink on it to be read."""
    end = _WINS if part > 0 else _LOSES
    weight = 0.65 * min(1.0, abs(part)) ** 0.5
    mixed = (round(t + weight * (e - t)) for t, e in zip(_TIES, end, strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _description(found: PurityMap) -> str:
    from tsunagari.experiments.validate.purity import PURE

    parts = [
        f"{name} wins {found.count(1, firm)}, ties {found.count(0, firm)}, "
        f"loses {found.count(-1, firm)} cells"
        for firm, name in PURE.items()
    ]
    return f"Profit of pure firms against the middle: {'; '.join(parts)}."
