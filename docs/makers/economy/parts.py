"""The parts of the page, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from docs.makers.economy.figures import Part, adaptive, demand, prices, success
from docs.makers.economy.levers import advertising, guarantee, programmes
from docs.makers.economy.runs import Runs
from docs.makers.economy.sizes import sizes

PARTS: Mapping[str, tuple[Callable[[Runs, int], Part], int]] = {
    "prices": (prices, 4),
    "demand": (demand, 4),
    "advertising": (advertising, 4),
    "guarantee": (guarantee, 4),
    "programmes": (programmes, 4),
    "adaptive": (adaptive, 2),
    "success": (success, 6),
    "sizes": (sizes, 4),
}
"""Name to what is measured, and in how many replications at most."""
