"""A sweep's trials with their outcomes in the last month, also of a sweep that is not finished."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tsunagari.experiments.runs.cube import mean_of_finite
from tsunagari.experiments.runs.disk import refused
from tsunagari.experiments.runs.results import Source
from tsunagari.experiments.runs.statistics import Interval, t_quantile
from tsunagari.experiments.runs.sweep_files import FINISHED, TRIALS, chunk_of, trial_of
from tsunagari.experiments.studies.changes import in_yaml
from tsunagari.experiments.studies.experiment import Experiment
from tsunagari.experiments.studies.parts import record_of, table_of
from tsunagari.experiments.studies.sweep_file import read_written

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

MEASURES = ("market_share", "retention_12", "stickiness_money")
"""Outcomes that a report follows, where they are defined."""
MOST_LEVELS = 6
"""Levels of a factor that are told one by one; more of them are grouped."""
_FIRMS, _GROUPS = "firms", 5


@dataclass(frozen=True, eq=False)
class Swept:
    """What there is of a sweep.

    Attributes:
        experiment: Its design, applied to its scenario.
        total: Trials of the design, or of its shard.
        done: Trials that are done.
        failed: Trials that failed.
        errors: What went wrong in them, each sentence once.
        firms: In the order of the tables.
        unplaced: Trials that are done, of which nobody can tell any more which point they are of:
            another version made them.
        points: Numbers of the points of which a trial is done, ascending.
        values: Every factor's value at these points, by its path.
        outcomes: Measure to means over the replications, [point, firm]; NaN where undefined.
        runs: How many trials of each of these points are done.
    """

    experiment: Experiment
    total: int
    done: int
    failed: int
    unplaced: int
    errors: tuple[str, ...]
    firms: tuple[str, ...]
    points: NDArray[np.int64]
    values: dict[str, list[Any]]
    outcomes: dict[str, NDArray[np.float64]]
    runs: NDArray[np.int64]

    @property
    def missing(self) -> int:
        """Trials that have not been run yet."""
        return self.total - self.done - self.failed

    def means(self, measure: str) -> NDArray[np.float64]:
        """Mean outcomes over all points, [firm]; NaN where undefined everywhere."""
        return mean_of_finite(self.outcomes[measure], axis=0)

    def places(self, factor: str) -> tuple[NDArray[np.float64], list[str]]:
        """A factor's values at the points: numbers, or places with their names."""
        values = self.values[factor]
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
            return np.array(values, np.float64), []
        texts = [in_yaml(value) for value in values]
        names = list(dict.fromkeys(in_yaml(p.values[factor]) for p in self.experiment.points))
        return np.array([names.index(text) for text in texts], np.float64), names


def swept_in(source: Source) -> Swept:
    """Read a sweep's folder; nothing in it is locked or changed.

    Raises:
        tsunagari.sim.problems.Problems: A file of it cannot be read.
    """
    experiment = read_written(source.folder)
    try:
        finished = _finished(source.folder, experiment.factors)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise refused(source.folder, f"a file of the sweep cannot be read ({error})") from error
    status = {row.key: row.status for row in finished.rows if row.status}
    point_of = {row.key: row.point for row in finished.rows if row.point is not None}
    unknown = {key for key, state in status.items() if state == "done" and key not in point_of}
    point_of |= _points(experiment, unknown)
    firms, outcomes, points, runs = _outcomes(finished.tables, point_of, len(experiment.points))
    listed = [status[row.key] for row in finished.rows if row.key in status]
    errors = [row.error for row in finished.rows if row.error]
    return Swept(
        experiment=experiment,
        total=int(source.record.get("total", len(experiment.trials()))),
        done=listed.count("done"),
        failed=listed.count("failed"),
        unplaced=len(unknown - set(point_of)),
        errors=tuple(dict.fromkeys(errors)),
        firms=firms,
        points=points,
        values=_values(experiment, finished.rows, points),
        outcomes=outcomes,
        runs=runs,
    )


class _Row(NamedTuple):
    """A finished trial; the point is None where the file does not say it."""

    key: str
    status: str | None
    error: str | None
    point: int | None
    values: dict[str, Any]


class _Finished(NamedTuple):
    """All finished trials, and the tables of the firms in them."""

    rows: list[_Row]
    tables: list[pa.Table]


def _finished(folder: Path, factors: Sequence[str]) -> _Finished:
    import pyarrow.parquet as pq

    small: dict[str, tuple[str, Path]] = {}
    if (folder / TRIALS).is_file():
        files = [folder / TRIALS]
    else:
        inside = sorted((folder / FINISHED).iterdir()) if (folder / FINISHED).is_dir() else []
        files = [path for path in inside if chunk_of(path.name) is not None]
        # "done" comes before "failed" in the order of names, and wins
        for path in reversed(inside):
            trial = trial_of(path.name)
            if trial is not None:
                small[trial[0]] = (trial[1], path)
    rows: list[_Row] = []
    for file in files:
        for row in pq.read_table(file, partitioning=None).to_pylist():
            values = {path: row[path] for path in factors if path in row}
            rows.append(_Row(row["key"], row["status"], row["error"], row["point"], values))
    joined = {row.key for row in rows}
    parts = [pq.ParquetFile(part) for part in sorted((folder / _FIRMS).glob("*.parquet"))]
    tables = [part.read(columns=_wanted(part.schema_arrow.names)) for part in parts]
    for key, (state, path) in small.items():
        if key not in joined:
            rows.append(_Row(key, state, record_of(path).error, None, {}))
            if state == "done" and _holds(path, _FIRMS):
                table = table_of(path, _FIRMS)
                tables.append(table.select(_wanted(table.column_names)))
    return _Finished(rows, tables)


def _values(
    experiment: Experiment, rows: Sequence[_Row], points: NDArray[np.int64]
) -> dict[str, list[Any]]:
    """Every factor's value at the points: as it was run where that is a number, else as designed.

    Another version of a sampling library could make other points of the design now.
    """
    ran = {row.point: row.values for row in rows if row.point is not None}
    found: dict[str, list[Any]] = {}
    for path in experiment.factors:
        found[path] = []
        for number in points.tolist():
            designed = experiment.points[number].values[path]
            value = ran.get(number, {}).get(path)
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            found[path].append(value if is_number else designed)
    return found


def _holds(path: Path, name: str) -> bool:
    with zipfile.ZipFile(path) as archive:
        return f"{name}.arrow" in archive.namelist()


def _wanted(there: Sequence[str]) -> list[str]:
    return [name for name in ("key", "month", "firm", *MEASURES) if name in there]


def _points(experiment: Experiment, done: set[str]) -> dict[str, int]:
    """The point of each of these trials, by key; trials that a design has twice have the first."""
    if not done:
        return {}
    found: dict[str, int] = {}
    for planned in experiment.trials():
        if len(found) == len(done):
            break
        key = planned.trial.key
        if key in done:
            found.setdefault(key, planned.point.number)
    return found


def _outcomes(
    tables: Sequence[pa.Table], point_of: dict[str, int], points: int
) -> tuple[tuple[str, ...], dict[str, NDArray[np.float64]], NDArray[np.int64], NDArray[np.int64]]:
    """Firms, outcomes by measure, the points that have any, and the trials of each."""
    import pandas as pd

    if not tables:
        return (), {}, np.empty(0, np.int64), np.empty(0, np.int64)
    frame = pd.concat([table.to_pandas() for table in tables], ignore_index=True)
    frame = frame[frame["key"].isin(point_of)]
    last = frame.groupby("key", sort=False)["month"].transform("max")
    frame = frame[(frame["month"] == last).to_numpy(dtype=bool)]
    firms = tuple(dict.fromkeys(str(name) for name in frame["firm"]))
    point = np.array([point_of[key] for key in frame["key"]], dtype=np.int64)
    firm = np.array([firms.index(name) for name in frame["firm"]], dtype=np.int64)
    there = np.unique(point)
    keys = pd.unique(frame["key"])
    runs = np.bincount([point_of[key] for key in keys], minlength=points)[there]
    outcomes = {}
    for measure in MEASURES:
        if measure not in frame:
            continue
        values = frame[measure].to_numpy(dtype=np.float64, na_value=np.nan)
        seen = np.isfinite(values)
        place = point[seen] * len(firms) + firm[seen]
        size = points * len(firms)
        total, count = np.bincount(place, values[seen], size), np.bincount(place, minlength=size)
        means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        outcomes[measure] = means.reshape(points, len(firms))[there]
    return firms, {k: v for k, v in outcomes.items() if np.isfinite(v).any()}, there, runs


# -- effects of factors ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """How an outcome of a firm differs between the two ends of a factor.

    Attributes:
        factor: Its path.
        ends: What its values are at the low and the high end, or at the worst and the best level.
        means: Mean outcomes there.
        difference: Second less first with its 95 % interval (Welch 1947), points being
            independent.
    """

    factor: str
    ends: tuple[str, str]
    means: tuple[float, float]
    difference: Interval


def effects_of(found: Swept, measure: str, firm: int) -> list[Effect]:
    """Effects of all factors on an outcome of a firm, the largest first."""
    effects = []
    for factor in found.experiment.factors:
        x, names = found.places(factor)
        y = found.outcomes[measure][:, firm]
        groups = groups_of(x, y, is_named=bool(names))
        if len(groups) < 2:
            continue
        if names:
            groups.sort(key=lambda group: group[1].mean())
        (x0, low), (x1, high) = groups[0], groups[-1]
        ends = (names[round(x0)], names[round(x1)]) if names else (f"{x0:.3g}", f"{x1:.3g}")
        means = float(low.mean()), float(high.mean())
        effects.append(Effect(factor, ends, means, _welch(low, high)))
    return sorted(effects, key=lambda effect: -abs(effect.difference.mean))


def _welch(low: NDArray[np.float64], high: NDArray[np.float64]) -> Interval:
    """Difference of the means of two independent groups with its interval (Welch 1947)."""
    mean = float(high.mean() - low.mean())
    if min(low.size, high.size) < 2:
        return Interval(mean, math.nan, math.nan)
    parts = [float(group.var(ddof=1)) / group.size for group in (low, high)]
    error = sum(parts)
    if error <= 0:
        return Interval(mean, mean, mean)
    freedom = error**2 / sum(
        part**2 / (group.size - 1) for part, group in zip(parts, (low, high), strict=True)
    )
    half = float(t_quantile(0.975, freedom)) * math.sqrt(error)
    return Interval(mean, mean - half, mean + half)


def groups_of(
    x: NDArray[np.float64], y: NDArray[np.float64], *, is_named: bool
) -> list[tuple[float, NDArray[np.float64]]]:
    """Outcomes by level of a factor, or by fifths of its range where there are many levels."""
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    levels = np.unique(x)
    if is_named or levels.size <= MOST_LEVELS:
        return [(float(level), y[x == level]) for level in levels]
    order = np.argsort(x, kind="stable")
    parts = np.array_split(order, _GROUPS)
    return [(float(x[part].mean()), y[part]) for part in parts if part.size]
