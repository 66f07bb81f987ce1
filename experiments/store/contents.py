"""What the tables of runs must hold, by the declared columns: else they are refused, not used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures import COLUMNS, FIRM_MEASURES, MARKET_MEASURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEVER_EMPTY = ("firms", "market")  # cohorts are where nobody ever joins
_NUMBERS = "iufb"
MEASURES = {"firms": FIRM_MEASURES, "market": MARKET_MEASURES}
"""Columns of the model's numbers, by table; those of one's own may be there, too."""


@dataclass(frozen=True)
class Extent:
    """Which runs the tables are of.

    Attributes:
        months: The last month, by scenario as the tables call it.
        replications: How many.
    """

    months: Mapping[str, int]
    replications: int


def wrong_columns(name: str, columns: Mapping[str, NDArray[np.generic]]) -> str | None:
    """What is wrong with the columns of a table, or None; those of one's own may be there, too.

    Args:
        name: The table's.
        columns: Its columns.
    """
    declared = COLUMNS.get(name, {})
    wanted = [*declared, *MEASURES.get(name, ())]
    missing = [column for column in wanted if column not in columns]
    if missing:
        return f"it has no column {missing[0]}"
    return next(_wrong_kinds(name, columns), None)


def wrong_rows(name: str, columns: Mapping[str, NDArray[np.generic]], extent: Extent) -> str | None:
    """What is wrong with the rows of a table whose columns are right, or None."""
    if name not in COLUMNS:
        return None
    scenario, run = columns["scenario"], columns["replication"]
    if not len(run):
        return "it has no rows" if name in _NEVER_EMPTY else None
    labels = set(scenario.tolist())
    for label in labels:
        if label not in extent.months:
            return f"it has rows of a scenario that was not run ({label})"
        here = scenario == label
        if name in _NEVER_EMPTY and np.unique(run[here]).size != extent.replications:
            return f"it has not all of the {extent.replications} replications"
        times = _times(columns, here)
        if any(int(time.max()) > extent.months[label] for time in times):
            return f"it has months beyond {extent.months[label]}, the last"
        if name == "market":
            expected = extent.replications * (extent.months[label] + 1)
            places = np.unique(np.column_stack([run[here], times[0]]).astype(np.int64), axis=0)
            if not len(places) == here.sum() == expected:
                return "it has not one row for each replication and month"
    if int(run.max()) >= extent.replications:
        return f"it has replications beyond {extent.replications - 1}, the last"
    if name in _NEVER_EMPTY and len(labels) != len(extent.months):
        return "it has not all of the scenarios"
    if name == "firms" and _has_twins([scenario, run, columns["month"], columns["firm"]]):
        return "it has several rows for a replication, month and firm"
    return None


def _times(
    columns: Mapping[str, NDArray[np.generic]], here: NDArray[np.bool_]
) -> list[NDArray[np.generic]]:
    """The months that rows speak of; a cohort's is when it has the tenure of its row."""
    if "month" in columns:
        return [columns["month"][here]]
    if "joined" in columns:
        return [np.add(columns["joined"][here], columns["tenure"][here], dtype=np.int64)]
    return []


def _wrong_kinds(name: str, columns: Mapping[str, NDArray[np.generic]]) -> Iterator[str]:
    for column, (kind, *_) in COLUMNS.get(name, {}).items():
        values = columns[column]
        if not len(values):
            continue
        if kind == "text" and not all(isinstance(value, str) for value in values):
            yield f"its column {column} does not hold texts"
        if kind != "text" and values.dtype.kind not in "iu":
            yield f"its column {column} does not hold whole numbers"
        elif kind == "whole" and int(values.min()) < 0:
            yield f"its column {column} does not hold whole numbers from 0"
    for column in MEASURES.get(name, ()):
        if columns[column].dtype.kind not in _NUMBERS:
            yield f"its column {column} does not hold numbers"


def _has_twins(columns: list[NDArray[np.generic]]) -> bool:
    codes = [np.unique(column, return_inverse=True)[1] for column in columns]
    return len(np.unique(np.column_stack(codes), axis=0)) < len(codes[0])
