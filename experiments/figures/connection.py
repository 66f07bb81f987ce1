"""What one more unit of money spent on keeping customers brings, against what is spent already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.explain.connection import RIVALS
from experiments.pictures.chart import INK, SOFT, FirmStyle, firm_styles
from experiments.pictures.page import LEFT, NORMAL, RIGHT, SMALL, TOP, Frame, Page
from experiments.pictures.scales import inner_ticks, padded
from experiments.pictures.text import shortened
from experiments.words.numbers import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.explain.connection import Connection

_SHOWN = 6
_GAP, _HEAD, _FOOT = 64.0, 40.0, 92.0
_DASHES = (2.0, 1.6)


def connection_page(found: Connection, names: Sequence[str], *, source: str) -> Page:
    """A panel for each firm; a line at 1 is where a unit of money just comes back.

    Args:
        found: The values.
        names: All firms of the scenario in its order, for their colours.
        source: The line at the foot.
    """
    firms = list(dict.fromkeys(found.table.get("firm", ())))
    some = f" · the first {_SHOWN} of {len(firms)} firms" if len(firms) > _SHOWN else ""
    shown = firms[:_SHOWN]
    page = Page(
        f"How much a connection deserves: what a unit of money for {found.lever} brings",
        f"From month {found.month}, within {found.months} months, prices {found.prices}, with 95 % "
        "intervals; solid: "
        f"rivals react, dashed: rivals frozen{some}",
        _description(found, shown),
        source,
    )
    if not shown:
        words = f"nothing to show: no firm had customers and could raise its {found.lever}"
        page.text((LEFT + RIGHT) / 2, 350, words, size=NORMAL, across="center")
        return page
    curves = {firm: [_curve(found, firm, rivals) for rivals in RIVALS] for firm in shown}
    every = np.concatenate([curve for both in curves.values() for curve in both])
    up = padded(np.append(every[:, 1:].ravel(), [0.0, 1.0]), zero=True)
    across = (0.0, 1.04 * float(np.nanmax(every[:, 0], initial=0.0)) or 1.0)
    columns = min(3, len(shown)) if len(shown) != 4 else 2
    rows = -(-len(shown) // columns)
    width = (RIGHT - LEFT - (columns - 1) * _GAP) / columns
    height = (TOP + 24 - _FOOT - rows * _HEAD) / rows
    styles = firm_styles(names)
    for place, firm in enumerate(shown):
        column, row = place % columns, place // columns
        frame = Frame(
            page,
            LEFT + column * (width + _GAP),
            _FOOT + (rows - 1 - row) * (height + _HEAD),
            width,
            height,
            across,
            up,
        )
        lowest = place + columns >= len(shown)
        frame.scales(
            label="",
            across_label="Spent per customer (present value, money)" if lowest else "",
            across_ticks=inner_ticks(*across, 6),
            up_ticks=inner_ticks(*up, max(3, int(height // 60))),
            tick_text=lambda value: written(value, "g"),
        )
        page.text(frame.left, frame.top + 10, shortened(firm, width, NORMAL), size=NORMAL)
        _panel(frame, curves[firm], styles[firm], last=place == 0)
    return page


def _curve(found: Connection, firm: str, rivals: str) -> NDArray[np.float64]:
    """Spending at the middle of each step, marginal gain and its ends; float64[steps, 4]."""
    table = found.table
    here = (table["firm"] == firm) & (table["rivals"] == rivals)
    spent = table["spent"][here]
    middle = spent - np.diff(spent, prepend=0.0) / 2
    gains = [table[f"marginal{end}"][here] for end in ("", "_low", "_high")]
    return np.column_stack([middle, *gains])


def _panel(
    frame: Frame, both: Sequence[NDArray[np.float64]], style: FirmStyle, *, last: bool
) -> None:
    page = frame.page
    one = float(frame.y(1.0))
    page.segments([[(frame.left, one), (frame.right, one)]], colour=INK, width=1.6)
    if last:
        page.text(frame.right, one + 6, "1: the money comes back", size=SMALL, across="right",
                  colour=SOFT)  # fmt: skip
    frozen, reacting = both
    page.band(frame.x(reacting[:, 0]), frame.y(reacting[:, 2]), frame.y(reacting[:, 3]),
              style.colour)  # fmt: skip
    plain = FirmStyle(style.colour, _DASHES, "")
    page.line(frame.x(frozen[:, 0]), frame.y(frozen[:, 1]), plain, width=2.2)
    page.line(frame.x(reacting[:, 0]), frame.y(reacting[:, 1]), FirmStyle(style.colour, (), ""))


def _description(found: Connection, firms: Sequence[str]) -> str:
    told = []
    for firm in firms:
        first = _curve(found, firm, RIVALS[-1])[0]
        told.append(f"{firm} {first[1]:.2f}")
    return (
        f"Gain of the first unit of money for more {found.lever}, rivals reacting: "
        f"{', '.join(told) or 'no firm'}."
    )
