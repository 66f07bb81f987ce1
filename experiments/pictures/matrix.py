"""Who moved to whom, as cells that are the darker the more they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.chart import INK
from experiments.pictures.page import NORMAL, SMALL, Page, rectangle
from experiments.pictures.paper import compact
from experiments.pictures.text import short_names, width_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

_LEFT, _RIGHT, _FOOT = 300.0, 1200.0, 44.0
_HEAD_LEVEL, _HEAD_SLANTED = 590.0, 520.0
_SLANT = 32.0
# Light to dark of one hue, as lightness alone is seen by everybody and by a grey projector.
_LIGHT, _DARK = np.array([0.94, 0.96, 0.98]), np.array([0.03, 0.25, 0.48])


def matrix(page: Page, labels: Sequence[str], moved: Floats, *, known: int) -> None:
    """A cell for every pair, and sums of those who really changed at its right and lower edge.

    Args:
        page: The sheet.
        labels: Of rows and columns alike.
        moved: How many, [from row, to column].
        known: How many of the labels, the first, are single firms; they make the scale.
    """
    size = len(labels)
    across = (_RIGHT - _LEFT) / (size + 1)
    level = all(width_of(label, SMALL) < across - 8 for label in labels)
    head = _HEAD_LEVEL if level else _HEAD_SLANTED
    down = (head - _FOOT) / (size + 1)
    x = [_LEFT + (column + 0.5) * across for column in range(size + 1)]
    y = [head - (row + 0.5) * down for row in range(size + 1)]
    depth = _depth(moved, known)
    boxes, colours = [], []
    for row, column in np.ndindex(size, size):
        if row == column and moved[row, column] == 0:
            continue
        corner = x[column] - across / 2 + 1, y[row] - down / 2 + 1
        boxes.append(rectangle(*corner, across - 2, down - 2))
        colours.append(tuple(_LIGHT + (_DARK - _LIGHT) * depth[row, column]))
        ink = "white" if depth[row, column] > 0.68 else INK
        words = compact(float(moved[row, column]))
        page.text(x[column], y[row] - 5, words, colour=ink, across="center")
    page.shapes(boxes, colours)
    between = moved * ~np.eye(size, dtype=bool)
    for place, (lost, won) in enumerate(zip(between.sum(axis=1), between.sum(axis=0), strict=True)):
        page.text(x[-1], y[place] - 5, compact(lost), across="center")
        page.text(x[place], y[-1] - 5, compact(won), across="center")
    for place, name in enumerate([*short_names(labels, _LEFT - 24 - 14, NORMAL), "all won"]):
        page.text(_LEFT - 12, y[place] - 5, name, size=NORMAL, across="right")
    columns = labels if level else short_names(labels, 165, SMALL)
    for place, name in enumerate([*columns, "all lost"]):
        if level:
            page.text(x[place], head + 10, name, across="center")
        else:
            page.text(x[place] - 4, head + 10, name, angle=_SLANT)
    page.text(_LEFT - 12, head + 10, "from ↓   to →", size=NORMAL, across="right")


def _depth(moved: Floats, known: int) -> Floats:
    """How dark each cell is, 0 to 1: its part of the largest stream between firms.

    Nobody and the firms taken together are left out of the scale, or they would outshine the rest.
    """
    between = moved[:known, :known] * ~np.eye(known, dtype=bool)
    largest = between.max(initial=0.0) or moved.max(initial=0.0) or 1.0
    return np.minimum(moved / largest, 1.0)
