"""How firms and reservoirs look: the same colour and line in every picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

INK = "#1a1a1a"
SOFT = "#595959"  # contrast 7:1 on white: still readable when projected
GRID = "#d9d9d9"

# Okabe & Ito 2008, "Color Universal Design". Their yellow is left out: 1.3:1 on white is no line.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (4.5, 1.6),
    (1.1, 1.1),
    (5.0, 1.4, 1.1, 1.4),
    (9.0, 1.6, 1.1, 1.4, 1.1, 1.6),
)

# Tol 2021, "Colour schemes" (light and muted); the reservoirs that can be taken away are pale.
RESERVOIR_COLOURS = {
    "location": "#BBBBBB",
    "switching": "#99DDFF",
    "obligation": "#EEDD88",
    "success": "#332288",
}
MARKET_COLOUR = RESERVOIR_COLOURS["success"]
"""Of what is no firm's: the market as a whole."""
RESERVOIR_WORDS = {
    "location": "location",
    "switching": "switching cost",
    "obligation": "obligation",
    "success": "success",
}


@dataclass(frozen=True)
class FirmStyle:
    """How one firm's line is drawn.

    Attributes:
        colour: As ``#rrggbb``.
        dashes: Lengths of line and gap in line widths; empty is a solid line.
        marker: A symbol on the line, or the empty string.
    """

    colour: str
    dashes: tuple[float, ...]
    marker: str


def firm_styles(names: Sequence[str]) -> dict[str, FirmStyle]:
    """A style for each firm by its place in the scenario.

    Seven colours that the colour-blind tell apart, then the same with other dashes, then (from the
    36th firm on) with a symbol; a firm thus looks the same in every picture of a scenario.
    """
    markers = ("", "o", "s", "^")
    styles = {}
    for place, name in enumerate(names):
        rest, colour = divmod(place, len(_COLOURS))
        marker, dashes = divmod(rest, len(_DASHES))
        styles[name] = FirmStyle(_COLOURS[colour], _DASHES[dashes], markers[marker % len(markers)])
    return styles
