"""Who won customers from whom: a matrix of switching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.subject import Subject
from experiments.figures.survival import compact
from experiments.pictures.chart import INK
from experiments.pictures.page import NORMAL, SMALL, Page, rectangle
from experiments.pictures.text import short_names, width_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NAMED = 11
_LEFT, _RIGHT, _FOOT = 300.0, 1200.0, 44.0
_HEAD_LEVEL, _HEAD_SLANTED = 590.0, 520.0
_SLANT = 32.0
# Light to dark of one hue, as lightness alone is seen by everybody and by a grey projector.
_LIGHT, _DARK = np.array([0.94, 0.96, 0.98]), np.array([0.03, 0.25, 0.48])


def flows(subject: Subject) -> Page:
    """Customers who moved, from firm (row) to firm (column), over the whole run."""
    cube = subject.cube
    moved = switching(subject) / cube.replications
    named = list(range(len(cube.names)))
    if len(named) > _NAMED + 1:
        named = cube.largest(_NAMED)
    labels, moved = _grouped(subject, moved, named)
    months = "month" if cube.months == 1 else "months"
    subtitle = (
        f"Customers who moved from row to column in {cube.months} {months}"
        f"{' (mean over replications)' if cube.replications > 1 else ''}"
    )
    if len(named) < len(cube.names):
        subtitle += f" · the {len(named)} largest of {len(cube.names)} firms by name"
    page = subject.page("Switching: who wins customers from whom", subtitle, _words(labels, moved))
    _matrix(page, labels, moved)
    return page


def switching(subject: Subject) -> NDArray[np.float64]:
    """Moves of all months and replications, [source, destination]; nobody comes last."""
    cube, table = subject.cube, subject.cube.tables.flows
    size = len(cube.names) + 1
    source = cube.codes(table["source"].to_numpy(dtype=object))
    destination = cube.codes(table["destination"].to_numpy(dtype=object))
    customers = table["customers"].to_numpy(dtype=np.float64)
    return np.bincount(source * size + destination, customers, size * size).reshape(size, size)


def _grouped(
    subject: Subject, moved: NDArray[np.float64], named: list[int]
) -> tuple[list[str], NDArray[np.float64]]:
    """Put the firms that are not named together, before nobody."""
    firms = len(subject.cube.names)
    rest = [firm for firm in range(firms) if firm not in named]
    order = [*named, *rest, firms]
    starts = list(range(len(named))) + ([len(named)] if rest else []) + [firms]
    moved = moved[np.ix_(order, order)]
    moved = np.add.reduceat(np.add.reduceat(moved, starts, axis=0), starts, axis=1)
    labels = [subject.cube.names[firm] for firm in named]
    return [*labels, *([f"{len(rest)} other firms"] if rest else []), "(no provider)"], moved


def _matrix(page: Page, labels: list[str], moved: NDArray[np.float64]) -> None:
    size = len(labels)
    across = (_RIGHT - _LEFT) / (size + 1)
    level = all(width_of(label, SMALL) < across - 8 for label in labels)
    head = _HEAD_LEVEL if level else _HEAD_SLANTED
    down = (head - _FOOT) / (size + 1)
    x = [_LEFT + (column + 0.5) * across for column in range(size + 1)]
    y = [head - (row + 0.5) * down for row in range(size + 1)]
    depth = _depth(labels, moved)
    boxes, colours = [], []
    for row in range(size):
        for column in range(size):
            if row == column and moved[row, column] == 0:
                continue
            left, bottom = x[column] - across / 2 + 1, y[row] - down / 2 + 1
            boxes.append(rectangle(left, bottom, across - 2, down - 2))
            colours.append(tuple(_LIGHT + (_DARK - _LIGHT) * depth[row, column]))
            ink = "white" if depth[row, column] > 0.68 else INK
            words = compact(moved[row, column])
            page.text(x[column], y[row] - 5, words, colour=ink, across="center")
    page.shapes(boxes, colours)
    between = moved * ~np.eye(size, dtype=bool)
    for place, (lost, won) in enumerate(zip(between.sum(axis=1), between.sum(axis=0), strict=True)):
        page.text(x[-1], y[place] - 5, compact(lost), across="center")
        page.text(x[place], y[-1] - 5, compact(won), across="center")
    rows = short_names(labels, _LEFT - 24 - 14, NORMAL)
    for place, name in enumerate([*rows, "all won"]):
        page.text(_LEFT - 12, y[place] - 5, name, size=NORMAL, across="right")
    columns = labels if level else short_names(labels, 165, SMALL)
    for place, name in enumerate([*columns, "all lost"]):
        if level:
            page.text(x[place], head + 10, name, across="center")
        else:
            page.text(x[place] - 4, head + 10, name, angle=_SLANT)
    page.text(_LEFT - 12, head + 10, "from ↓   to →", size=NORMAL, across="right")


def _depth(labels: list[str], moved: NDArray[np.float64]) -> NDArray[np.float64]:
    """How dark each cell is, 0 to 1: its part of the largest stream between firms.

    Nobody and the firms taken together are left out of the scale, or they would outshine the rest.
    """
    known = len(labels) - 2 if len(labels) > _NAMED else len(labels) - 1
    between = moved[:known, :known] * ~np.eye(known, dtype=bool)
    largest = between.max(initial=0.0) or moved.max(initial=0.0) or 1.0
    return np.minimum(moved / largest, 1.0)


def _words(labels: list[str], moved: NDArray[np.float64]) -> str:
    between = moved[:-1, :-1] * ~np.eye(len(labels) - 1, dtype=bool)
    if between.sum() <= 0:
        return "Switching: nobody moved from one firm to another."
    row, column = np.unravel_index(np.argmax(between), between.shape)
    moves = "move" if between.sum() == 1 else "moves"
    return (
        f"Switching: {compact(between.sum())} {moves} between firms; the largest stream, "
        f"{compact(between[row, column])}, went from {labels[row]} to {labels[column]}."
    )
