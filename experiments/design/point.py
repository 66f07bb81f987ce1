"""One row of a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Point:
    """The values that all factors take together.

    Attributes:
        number: 0, 1, … in running order.
        values: A value for every factor by its path, in the design's order of factors.
        option: Which combination of the levers' values; 0 without levers.
        environment: Which row of the uncertain factors.
        block: The Morris trajectory or the Sobol base sample that the row belongs to; the
            environment itself under other designs.
        unit: Coordinates of the uncertain factors in the unit cube, as sampled and in the
            design's order of factors; empty where nothing is sampled (grid, list).
    """

    number: int
    values: Mapping[str, Any]
    option: int
    environment: int
    block: int
    unit: tuple[float, ...] = ()
