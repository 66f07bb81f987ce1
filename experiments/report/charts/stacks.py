"""Areas piled up over months, a small frame for each firm, all with the same scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.pictures.markup import Markup, escaped, tag
from experiments.pictures.scales import inner_ticks, month_ticks, padded
from experiments.report.charts.plot import Plot, band_of, path_of, plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

_WIDTH, _HEIGHT = 300.0, 190.0
_MOST_POINTS = 130
"""Of one area; so many months, or every so manieth, are drawn."""


def stacks(
    names: Sequence[str],
    parts: Floats,
    colours: Sequence[str],
    labels: Sequence[str],
    *,
    up: str,
    across: str,
) -> Markup:
    """A frame for each firm; parts above zero pile up, those below hang down, a line is the sum.

    Args:
        names: The firms.
        parts: What is piled up, [part, month, firm], in the unit of the scale.
        colours: One for each part.
        labels: The text alternative of each frame.
        up: What is measured, with its unit.
        across: What the scale below is called.
    """
    above = np.cumsum(np.maximum(parts, 0.0), axis=0)
    below = np.cumsum(np.minimum(parts, 0.0), axis=0)
    scale = padded(np.stack((above, below)), zero=True)
    months = parts.shape[1] - 1
    frames = []
    for firm, name in enumerate(names):
        plot = Plot(_WIDTH, _HEIGHT, (40.0, 10.0, 26.0, 42.0), (0.0, float(max(months, 1))), scale)
        _pile(plot, above[:, :, firm], below[:, :, firm], colours)
        plot.grid_up(inner_ticks(*scale, 4), plain, up)
        plot.grid_across(month_ticks(months, 6), plain, across, lines=False)
        if np.nanmin(below, initial=0.0) < 0:
            points = _drawn(parts.shape[1])
            total = plot.y((above + below)[-1, points, firm])
            plot.add(tag("path", d=path_of(plot.x(points), total), class_="sum"))
        frames.append(
            tag("div", tag("h4", escaped(name), translate="no"), plot.svg(labels[firm], "small"))
        )
    return tag("div", *frames, class_="multiples")


def _drawn(count: int) -> NDArray[np.int64]:
    return np.unique(np.append(np.arange(0, count, -(-count // _MOST_POINTS)), count - 1))


def _pile(plot: Plot, above: Floats, below: Floats, colours: Sequence[str]) -> None:
    points = _drawn(above.shape[1])
    x = plot.x(points)
    for stack in (above[:, points], below[:, points]):
        near = np.where(np.isfinite(stack[0]), 0.0, np.nan)
        for part, colour in zip(stack, colours, strict=True):
            if np.nanmax(np.abs(part - near), initial=0.0) > 0:
                area = band_of(x, plot.y(near), plot.y(part))
                plot.add(tag("path", d=area, style=f"fill:{colour}"))
            near = part
