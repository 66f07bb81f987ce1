"""``regret.parquet`` and ``options.parquet``: what was discovered, as tables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.discovery.regret import Regret, in_yaml
from experiments.statistics import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from experiments.discovery.discover import Discovery
    from experiments.discovery.option import Option
    from experiments.store.tables import Columns

REGRET, OPTIONS = "regret.parquet", "options.parquet"


def write_discovery(found: Discovery, folder: Path) -> list[Path]:
    """Write tables and figure; what was there under their names is replaced.

    Returns:
        The files written.

    Raises:
        experiments.store.disk.WriteError: The disk is full.
        OSError: A file cannot be written.
    """
    from experiments.discovery.charts import draw_regret
    from experiments.discovery.copied import FOLDER
    from experiments.store.disk import FULL, WriteError

    try:
        files = _written(found.regret, found.options, folder)
        if found.copied is not None:
            files += _written(found.copied.regret, found.copied.options, folder / FOLDER)
        return files + draw_regret(found, folder)
    except OSError as error:
        if error.errno in FULL:
            message = f"{FULL[error.errno]}: what was found could not be written to {folder}"
            raise WriteError(message) from error
        raise


def _written(regret: Regret, options: Sequence[Option], folder: Path) -> list[Path]:
    from experiments.store.tables import write_table

    for name, columns in ((REGRET, regret_columns(regret)), (OPTIONS, option_columns(options))):
        _replaced(folder / name, lambda path, c=columns: write_table(c, path))  # type: ignore[misc]
    return [folder / REGRET, folder / OPTIONS]


def regret_columns(found: Regret) -> Columns:
    """A row for each option and environment."""
    half = found.moments.half_widths()
    rows: list[dict[str, Any]] = []
    for option, levers in enumerate(found.options):
        for environment, factors in enumerate(found.environments):
            place = (option, environment)
            fates = found.ruined[place][np.isfinite(found.ruined[place])]
            ruin = wilson_interval(int(fates.sum()), fates.size)
            outcome = float(found.outcome[place])
            rows.append(
                {
                    "option": option,
                    "environment": environment,
                    **levers,
                    **factors,
                    "outcome": outcome,
                    "low": outcome - float(half[place]),
                    "high": outcome + float(half[place]),
                    "regret": float(found.regret[place]),
                    "best": bool(found.is_best[place]),
                    "ruin": ruin.mean,
                    "ruin_low": ruin.low,
                    "ruin_high": ruin.high,
                    "replications": int(found.moments.count[place]),
                }
            )
    return _columns(rows)


def option_columns(options: Sequence[Option]) -> Columns:
    """A row for each option, the one with the least mean regret first."""
    return _columns(
        [
            {
                "option": option.number,
                "name": option.name,
                **option.levers,
                "outcome": option.outcome,
                "mean_regret": option.mean_regret,
                "largest_regret": option.largest_regret,
                "wins": option.wins,
                "won": option.won,
                "ruin": option.ruin.mean,
                "ruin_low": option.ruin.low,
                "ruin_high": option.ruin.high,
                "trials": option.trials,
            }
            for option in options
        ]
    )


def _columns(rows: Sequence[Mapping[str, Any]]) -> Columns:
    return {name: _column([row[name] for row in rows]) for name in rows[0]}


def _column(values: list[Any]) -> Any:
    """One type for a column: numbers, truths, or text in YAML for everything else."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, dtype=bool)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return np.array(values)
    return [value if isinstance(value, str) else in_yaml(value) for value in values]


def _replaced(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that appears whole or not at all."""
    part = path.with_name(f".writing-{os.getpid()}-{path.name}")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
