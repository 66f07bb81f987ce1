"""``sensitivity.parquet`` and ``variance.parquet``: what was found, as tables."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.sensitivity.analysis import Sensitivity
    from experiments.store.tables import Columns

INDICES, VARIANCE = "sensitivity.parquet", "variance.parquet"


def write_sensitivity(found: Sensitivity, folder: Path) -> list[Path]:
    """Write both tables and the figure; what was there under their names is replaced.

    Args:
        found: What to write.
        folder: Where; it is made if it is missing.

    Returns:
        The files written. Without replications there is no table of variance.

    Raises:
        Problems: The folder cannot be made.
        experiments.store.disk.WriteError: The disk is full.
        OSError: A file cannot be written.
    """
    from experiments.sensitivity.charts import draw_sensitivity
    from experiments.store.disk import FULL, WriteError
    from experiments.store.tables import write_table

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = f"the folder cannot be made ({error.strerror or error})"
        raise Problems([Problem("", why, file=f"--out {folder}")]) from error
    files = []
    try:
        for name, columns in ((INDICES, index_columns(found)), (VARIANCE, variance_columns(found))):
            if columns:
                _replaced(folder / name, lambda path, c=columns: write_table(c, path))  # type: ignore[misc]
                files.append(folder / name)
            else:  # of an earlier analysis of something else
                (folder / name).unlink(missing_ok=True)
        files += draw_sensitivity(found, folder)
    except OSError as error:
        if error.errno in FULL:
            message = f"{FULL[error.errno]}: the indices could not be written to {folder}"
            raise WriteError(message) from error
        raise
    return files


def index_columns(found: Sensitivity) -> Columns:
    """A row for each firm, option and factor."""
    rows = [
        {
            **_whose(found, number),
            **asdict(effect),
            "blocks": finding.blocks,
        }
        for number, finding in enumerate(found.findings)
        for effect in finding.effects
    ]
    return _columns(rows)


def variance_columns(found: Sensitivity) -> Columns:
    """A row for each firm, option and part of the variance; empty without replications."""
    rows = [
        {**_whose(found, number), **asdict(component)}
        for number, finding in enumerate(found.findings)
        for component in finding.components
    ]
    return _columns(rows)


def _whose(found: Sensitivity, number: int) -> dict[str, Any]:
    finding = found.findings[number]
    return {
        "measure": found.measure,
        "month": found.month,
        "firm": finding.firm,
        "option": finding.option,
    }


def _columns(rows: list[dict[str, Any]]) -> Columns:
    import numpy as np

    if not rows:
        return {}
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in rows[0]}
    if columns["month"][0] is None:  # every trial has its own last month
        columns["month"] = np.full(len(rows), np.nan)
    return columns


def _replaced(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that appears whole or not at all."""
    part = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
