"""What one more unit of money brings, over what is spent: with rivals frozen and reacting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.pictures.markup import Markup, tag
from experiments.pictures.scales import inner_ticks
from experiments.report.charts.plot import Plot, path_of, plain, rounded
from experiments.words.numbers import written

_WIDTH, _HEIGHT = 300.0, 250.0


@dataclass(frozen=True)
class Step:
    """A step of the ladder.

    Attributes:
        reacting: Whether rivals react.
        spent: Money per customer.
        gain: Marginal gain per unit of money; NaN where the step costs nothing.
        low, high: Its interval.
    """

    reacting: bool
    spent: float
    gain: float
    low: float
    high: float


def ladder(
    steps: Sequence[Step],
    colour: str,
    limits: tuple[float, float],
    across: str,
    up: str,
    label: str,
) -> Markup:
    """A small frame; a level line at 1, where spending stops paying.

    Args:
        steps: Those of one firm.
        colour: The firm's.
        limits: Values at the lower and the upper edge.
        across: What is spent, for the scale below.
        up: What it brings, for the scale at the left.
        label: The text alternative.
    """
    most = max((step.spent for step in steps if math.isfinite(step.spent)), default=1.0) or 1.0
    plot = Plot(_WIDTH, _HEIGHT, (42.0, 12.0, 28.0, 44.0), (0.0, 1.06 * most), limits)
    plot.grid_up(inner_ticks(*limits, 4), plain, up)
    plot.grid_across(inner_ticks(*plot.across, 3), plain, across, lines=False)
    one = float(plot.y(1.0))
    plot.rule(plot.left, one, plot.right, one, "event")
    for reacting in (False, True):
        here = [step for step in steps if step.reacting == reacting and math.isfinite(step.gain)]
        x = plot.x([step.spent for step in here])
        y = plot.y(np.clip([step.gain for step in here], *limits))
        parts = [
            tag(
                "path", d=path_of(x, y), class_="line", stroke_dasharray=None if reacting else "4 4"
            )
        ]
        for step, at, place in zip(here, x.tolist(), y.tolist(), strict=True):
            if reacting and math.isfinite(step.low):
                ends = plot.y(np.clip([step.low, step.high], *limits)).tolist()
                where = {"x1": rounded(at), "x2": rounded(at)}
                parts.append(
                    tag("line", **where, y1=rounded(ends[0]), y2=rounded(ends[1]), class_="whisker")
                )
            tip = f"{plain(round(step.spent, 3))} → {written(step.gain, '.2f')}"
            parts.append(
                tag("circle", cx=rounded(at), cy=rounded(place), r=4, class_="dot", data_tip=tip)
            )
        plot.add(tag("g", *parts, style=f"--c:{colour}"))
    return plot.svg(label, "small")
