"""Outcomes over one factor: faint dots for points of a design, a line through group means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, tag
from experiments.pictures.scales import inner_ticks, padded
from experiments.report.charts.line_chart import series_group
from experiments.report.charts.plot import Plot, path_of, plain, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 300.0, 230.0
_MOST_DOTS = 400


@dataclass(frozen=True, eq=False)
class Cloud:
    """One firm's outcomes over a factor.

    Attributes:
        name: The firm.
        place: Its number in the legend.
        colour: As ``#rrggbb``.
        x, y: Of the points.
        group_x, group_y: Means of groups of points, in the order of x.
    """

    name: str
    place: int
    colour: str
    x: Floats
    y: Floats
    group_x: Floats
    group_y: Floats


def panel(
    clouds: Sequence[Cloud], limits: tuple[float, float], names: Sequence[str], up: str, label: str
) -> Markup:
    """A small frame.

    Args:
        clouds: What is in it.
        limits: Values at the lower and the upper edge.
        names: What the places 0, 1, … below are called; none for a scale of numbers.
        up: What is measured, with its unit.
        label: The text alternative.
    """
    seen = np.concatenate([np.empty(0), *(cloud.x for cloud in clouds)])
    across = (-0.5, len(names) - 0.5) if names else padded(seen, zero=False)
    plot = Plot(_WIDTH, _HEIGHT, (44.0, 10.0, 26.0, 28.0), across, limits)
    plot.grid_up(inner_ticks(*limits, 4), plain, up)
    ticks = list(range(len(names))) if names else inner_ticks(*across, 4)

    def tick(value: float) -> str:
        return names[int(value)][:12] if names else plain(value)

    plot.grid_across([float(t) for t in ticks], tick, "", lines=False)
    for cloud in clouds:
        step = max(1, cloud.x.size // _MOST_DOTS)
        places = zip(
            plot.x(cloud.x[::step]).tolist(), plot.y(cloud.y[::step]).tolist(), strict=True
        )
        dots = "".join(f"M{rounded(a)} {rounded(b)}h0" for a, b in places if np.isfinite(b))
        parts = [tag("path", d=dots, class_="crowd")]
        if cloud.group_x.size > 1:
            line = path_of(plot.x(cloud.group_x), plot.y(cloud.group_y))
            parts.append(tag("path", d=line, class_="line"))
        plot.add(series_group(cloud.place, cloud.colour, *parts))
    return plot.svg(label, "small")
