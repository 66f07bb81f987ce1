"""The numbers customers live by, as one record that kernels and interpreted rules both read."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.scenario import Scenario

SECTIONS = ("value", "judgement", "relation", "wallet", "looking", "adoption", "zmot", "stickiness")
"""Sections whose every number reaches the customers' rules, under ``<section>_<key>``."""


def _names() -> list[tuple[str, str]]:
    return [
        (section, key)
        for section in SECTIONS
        for key in Scenario.model_fields[section].annotation.model_fields  # type: ignore[union-attr]
    ]


NAMES = _names()
PARAMETERS = np.dtype(
    [*((f"{section}_{key}", np.float64) for section, key in NAMES), ("market_exit", np.float64)]
)


def parameters_of(sections: Any) -> np.record:
    """The record of parameters.

    Args:
        sections: A scenario, or anything with its sections as attributes.
    """
    values = [float(getattr(getattr(sections, section), key)) for section, key in NAMES]
    record = np.zeros(1, PARAMETERS)
    record[0] = (*values, float(sections.market.exit))
    return record[0]
