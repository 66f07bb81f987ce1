"""Verdicts as a table file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.patterns.verdict import Verdict

if TYPE_CHECKING:
    from experiments.runs.tables import Columns

_NULL = math.nan  # null on disk


def as_columns(verdicts: Sequence[Verdict]) -> Columns:
    """One row per pattern, in the order given."""
    import numpy as np

    def numbers(values: list[float | None]) -> np.ndarray:
        return np.array([_NULL if value is None else value for value in values], np.float64)

    return {
        "id": [verdict.id for verdict in verdicts],
        "pattern": [verdict.pattern for verdict in verdicts],
        "source": [verdict.source for verdict in verdicts],
        "statistic": [verdict.statistic for verdict in verdicts],
        "band_low": numbers([verdict.band[0] for verdict in verdicts]),
        "band_high": numbers([verdict.band[1] for verdict in verdicts]),
        "value": numbers([verdict.value for verdict in verdicts]),
        "low": numbers([verdict.low for verdict in verdicts]),
        "high": numbers([verdict.high for verdict in verdicts]),
        "holds": np.array([verdict.holds for verdict in verdicts], bool),
        "null": [verdict.null for verdict in verdicts],
        "null_value": numbers([verdict.null_value for verdict in verdicts]),
        "null_low": numbers([verdict.null_quantities[0].found.low for verdict in verdicts]),
        "null_high": numbers([verdict.null_quantities[0].found.high for verdict in verdicts]),
        "null_fails": np.array([verdict.null_fails for verdict in verdicts], bool),
        "seconds": numbers([verdict.seconds for verdict in verdicts]),
    }
