"""Firms on two scales, and customers in the triangle of what they value."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, escaped, tag, together
from experiments.pictures.scales import inner_ticks, padded, spread
from experiments.report.charts.line_chart import series_group
from experiments.report.charts.plot import NARROW, TEXT, WIDE, Plot, plain, rounded, text_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spot:
    """A firm on a map.

    Attributes:
        name: Its name.
        place: Its number in the legend.
        colour: As ``#rrggbb``.
        x, y: Where it is; NaN is nowhere.
        from_x, from_y: Where it came from; NaN draws no way.
        size: Share of customers, which is the area.
        tip: What is said of it; a line each.
    """

    name: str
    place: int
    colour: str
    x: float
    y: float
    from_x: float
    from_y: float
    size: float
    tip: str


def offers(spots: Sequence[Spot], across: str, up: str, label: str) -> Markup:
    """Firms by two measures, from where they began to where they are."""
    seen = [s for s in spots if math.isfinite(s.x) and math.isfinite(s.y)]
    scale_x = padded(np.array([v for s in seen for v in (s.x, s.from_x)]), zero=False)
    scale_y = padded(np.array([v for s in seen for v in (s.y, s.from_y)]), zero=False)
    wider = [
        (low - 0.12 * (high - low), high + 0.12 * (high - low)) for low, high in (scale_x, scale_y)
    ]

    def drawing(width: float, class_: str) -> Markup:
        plot = Plot(width, 420.0, (56.0, 30.0, 34.0, 46.0), wider[0], wider[1])
        plot.grid_up(inner_ticks(*wider[1], 5), plain, up)
        ticks = inner_ticks(*wider[0], 7 if width == WIDE else 4)
        plot.grid_across(ticks, plain, across, lines=True)
        for spot in sorted(seen, key=lambda s: -s.size):
            _spot(plot, spot, _by_share)
        _names(plot, seen, _by_share)
        return plot.svg(label, class_)

    return together(drawing(WIDE, "wide"), drawing(NARROW, "narrow"))


def triangle(
    weights: Floats,
    provider: NDArray[np.int64],
    spots: Sequence[Spot],
    corners: Sequence[str],
    label: str,
) -> Markup:
    """Customers by what they value, in the colour of their provider; firms where theirs are.

    Args:
        weights: On cost, product and solution, [customer, 3]; each row adds up to 1.
        provider: Number of each customer's firm, -1 for none.
        spots: The firms; x is the weight on product, y that on cost of their customers.
        corners: What the corners are called: cost (top), product (left), solution (right).
        label: The text alternative.
    """
    height = math.sqrt(3) / 2
    x = weights[:, 2] + 0.5 * weights[:, 0]
    y = height * weights[:, 0]

    def drawing(width: float, class_: str) -> Markup:
        side = min(width - 90.0, 520.0)
        margin = (width - side) / 2
        plot = Plot(
            width, side * height + 74, (margin, margin, 34.0, 40.0), (0.0, 1.0), (0.0, height)
        )
        edge = plot.x([0, 0.5, 1, 0]), plot.y([0, height, 0, 0])
        commands = "M" + "L".join(f"{rounded(a)} {rounded(b)}" for a, b in zip(*edge, strict=True))
        plot.add(tag("path", d=commands, class_="axis", fill="none"))
        plot.words(width / 2, plot.top - 12, corners[0], anchor="middle", class_="label strong")
        anchors = ("middle", "middle")
        plot.words(
            plot.left, plot.bottom + 22, corners[1], anchor=anchors[0], class_="label strong"
        )
        plot.words(
            plot.right, plot.bottom + 22, corners[2], anchor=anchors[1], class_="label strong"
        )
        for firm in (-1, *range(len(spots))):
            some = provider == firm
            if some.any():
                places = zip(plot.x(x[some]).tolist(), plot.y(y[some]).tolist(), strict=True)
                dots = "".join(f"M{rounded(a)} {rounded(b)}h0" for a, b in places)
                colour = spots[firm].colour if firm >= 0 else "var(--soft)"
                plot.add(series_group(firm, colour, tag("path", d=dots, class_="crowd")))
        moved = [_in_triangle(spot, height) for spot in spots if math.isfinite(spot.x)]
        for spot in moved:
            _spot(plot, spot, _alike)
        _names(plot, moved, _alike)
        return plot.svg(label, class_)

    return together(drawing(WIDE, "wide"), drawing(NARROW, "narrow"))


def _by_share(share: float) -> float:
    """Radius of a circle whose area is the share, and a little more so that it can be seen."""
    return 5 + 36 * math.sqrt(max(share, 0.0))


def _alike(share: float) -> float:
    return 9.0


def _in_triangle(spot: Spot, height: float) -> Spot:
    """A firm with its mean weights (x: product, y: cost) where the triangle has it."""
    solution = 1.0 - spot.x - spot.y
    return Spot(
        spot.name, spot.place, spot.colour, solution + 0.5 * spot.y, height * spot.y,
        math.nan, math.nan, spot.size, spot.tip,
    )  # fmt: skip


def _spot(plot: Plot, spot: Spot, radius: Callable[[float], float]) -> None:
    x, y = float(plot.x(spot.x)), float(plot.y(spot.y))
    parts = []
    if math.isfinite(spot.from_x) and math.isfinite(spot.from_y):
        at = float(plot.x(spot.from_x)), float(plot.y(spot.from_y))
        way = f"M{rounded(at[0])} {rounded(at[1])}L{rounded(x)} {rounded(y)}"
        parts.append(tag("path", d=way, class_="line thin"))
        parts.append(tag("circle", cx=rounded(at[0]), cy=rounded(at[1]), r=4, class_="dot"))
    place = {"cx": rounded(x), "cy": rounded(y), "r": rounded(radius(spot.size))}
    parts.append(tag("circle", **place, class_="dot", stroke_width=2, data_tip=spot.tip))
    plot.add(series_group(spot.place, spot.colour, *parts))


def _names(plot: Plot, spots: Sequence[Spot], radius: Callable[[float], float]) -> None:
    """Names beside the spots, moved apart where they would lie on each other."""
    wanted = [float(plot.y(spot.y)) for spot in spots]
    places = spread(wanted, 17.0, plot.top + 8, plot.bottom - 4)
    for spot, y in zip(spots, places, strict=True):
        x, room = float(plot.x(spot.x)), text_width(spot.name) + 20
        away = radius(spot.size) + 7
        is_left = x + room + away > plot.width
        at = x - away if is_left else x + away
        name = tag(
            "text",
            escaped(spot.name),
            x=rounded(at),
            y=rounded(y + TEXT * 0.35),
            text_anchor="end" if is_left else "start",
            class_="halo strong",
        )
        plot.add(series_group(spot.place, spot.colour, name))
