"""All patterns and limits, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tsunagari.experiments.validate.limits import L1, L2, L3, L4, L5, L6, L7
from tsunagari.experiments.validate.purity import P14
from tsunagari.experiments.validate.retention import P2, P3, P5, P9
from tsunagari.experiments.validate.strategy import P10, P11, P12, P13, P15
from tsunagari.experiments.validate.word_of_mouth import P1, P4, P6, P7, P8, P16
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.validate.pattern import Pattern

PATTERNS: dict[str, Pattern] = {
    pattern.id: pattern
    for pattern in (
        *(P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16),
        *(L1, L2, L3, L4, L5, L6, L7),
    )
}
"""By id."""


def patterns(ids: Sequence[str] = ()) -> tuple[Pattern, ...]:
    """Patterns by id, in the order of the registry; all without ids.

    Raises:
        Problems: There is no such pattern.
    """
    wanted = {name.upper() for name in ids}
    unknown = [name for name in ids if name.upper() not in PATTERNS]
    if unknown:
        known = f"there are {', '.join(PATTERNS)}"
        raise Problems(
            Problem("", "there is no such pattern", file=f"--only {name}", suggestion=known)
            for name in unknown
        )
    return tuple(each for name, each in PATTERNS.items() if not wanted or name in wanted)
