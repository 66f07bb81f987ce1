"""All patterns and limits, in the order in which they are told; imported when asked for."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.patterns.pattern import Pattern

MODULES: dict[str, str] = {
    "P1": "p01_bass",
    "P2": "p02_tenure",
    "P3": "p03_double_jeopardy",
    "P4": "p04_defection",
    "P5": "p05_asymmetry",
    "P6": "p06_reviews",
    "P7": "p07_referral",
    "P8": "p08_weak_ties",
    "P9": "p09_success",
    "P10": "p10_misfits",
    "P11": "p11_claims",
    "P12": "p12_surprise",
    "P13": "p13_indulgence",
    "P14": "p14_purity",
    "P15": "p15_poaching",
    "L1": "l1_bass_recursion",
    "L2": "l2_logit",
    "L3": "l3_stationary",
    "L4": "l4_identical",
    "L5": "l5_unknown",
    "L6": "l6_books",
    "L7": "l7_events",
}
"""Module by id, in :mod:`experiments.patterns`; each has a ``PATTERN`` with that id."""


def patterns(ids: Sequence[str] = ()) -> tuple[Pattern, ...]:
    """Patterns by id, in the order of the registry; all without ids.

    Raises:
        Problems: There is no such pattern.
    """
    wanted = {name.upper() for name in ids}
    unknown = [name for name in ids if name.upper() not in MODULES]
    if unknown:
        raise Problems(
            Problem("", "there is no such pattern", file=f"--only {name}", suggestion=_KNOWN)
            for name in unknown
        )
    chosen = [name for name in MODULES if not wanted or name in wanted]
    return tuple(
        importlib.import_module(f"experiments.patterns.{MODULES[name]}").PATTERN for name in chosen
    )


_KNOWN = f"there are {', '.join(MODULES)}"
