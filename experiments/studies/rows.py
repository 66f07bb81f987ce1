"""The rows of ``trials.parquet``: which trial, under which values, and how it went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.runs.sweep_files import Status
from experiments.studies.experiment import Experiment, PlannedTrial
from experiments.studies.parts import Packed
from experiments.studies.samples import Point

if TYPE_CHECKING:
    import pyarrow as pa

type Row = dict[str, Any]

OUTCOME = ("status", "error", "seconds", "peak_memory")
"""Columns that say how a trial went."""

OWN = "own"
"""Whether a row is the first with its key: a trial that a design has twice is run once."""


class Outline(NamedTuple):
    """A row in short.

    Attributes:
        key: The trial's.
        status: How it went; None in a row that is not the first with its key.
        own: Whether the row is the first with its key.
    """

    key: str
    status: Status | None
    own: bool


_WHOLE = range(-(2**63), 2**63)


class Rows:
    """Makes rows of an experiment's trials, with the same types in every part of the table.

    Args:
        experiment: All of it, whichever part is run: types must not depend on that.
    """

    def __init__(self, experiment: Experiment) -> None:
        import pyarrow as pa

        whole, text, number = pa.int64(), pa.string(), pa.float64()
        points = experiment.points
        self._kinds = {path: _kind(points, path) for path in experiment.factors}
        types = {"boolean": pa.bool_(), "whole": whole, "number": number}
        self.schema: pa.Schema = pa.schema(
            [
                pa.field("key", text), pa.field("replication", whole), pa.field("seed", whole),
                pa.field("status", text), pa.field("error", text), pa.field("seconds", number),
                pa.field("peak_memory", whole), pa.field("point", whole),
                pa.field("option", whole), pa.field("environment", whole),
                pa.field("block", whole), pa.field("network", whole),
                *(pa.field(path, types.get(kind, text)) for path, kind in self._kinds.items()),
            ]
        )  # fmt: skip

        self.with_own: pa.Schema = self.schema.append(pa.field(OWN, pa.bool_()))

    def row(self, planned: PlannedTrial, key: str) -> Row:
        """The row of a trial that is not run yet."""
        point, trial = planned.point, planned.trial
        return {
            "key": key,
            "replication": trial.replication,
            "seed": trial.seed,
            "point": point.number,
            "option": point.option,
            "environment": point.environment,
            "block": point.block,
            "network": planned.network,
            **{path: _held(point.values[path], kind) for path, kind in self._kinds.items()},
        }

    def table(self, rows: Sequence[Row], own: Iterable[bool]) -> pa.Table:
        """Rows with their outcomes as a table, the column ``own`` after the others."""
        import pyarrow as pa

        table = pa.Table.from_pylist(list(rows), schema=self.schema)
        return table.append_column(pa.field(OWN, pa.bool_()), pa.array(own, pa.bool_()))


def outcome_of(record: Packed | Mapping[str, Any]) -> Row:
    """How a trial went, as a part of its row."""
    values = asdict(record) if isinstance(record, Packed) else record
    return {name: values[name] for name in OUTCOME}


def completed(tables: Callable[[], Iterable[pa.Table]], schema: pa.Schema) -> Iterator[pa.Table]:
    """Tables without the column ``own``, all rows with the outcome of the first of their key.

    Args:
        tables: Tables of rows, in order; from the start at each call.
        schema: Columns and types.
    """
    import pyarrow as pa

    again = {row.key for table in tables() for row in outlines(table) if not row.own}
    first: dict[str, Row] = {}
    for table in tables():
        if again.intersection(table.column("key").to_pylist()):
            rows = table.to_pylist()
            first |= {r["key"]: outcome_of(r) for r in rows if r[OWN] and r["key"] in again}
            full = [row | first.get(row["key"], {}) for row in rows]
            yield pa.Table.from_pylist(full, schema=schema)
        else:
            yield table.select(schema.names)


def outlines(table: pa.Table) -> list[Outline]:
    """Rows in short."""
    columns = (table.column(name).to_pylist() for name in ("key", "status", OWN))
    return [Outline(*values) for values in zip(*columns, strict=True)]


def with_own(table: pa.Table) -> pa.Table:
    """Rows of a whole sweep with the column ``own``."""
    import pyarrow as pa

    seen: set[str] = set()
    own = []
    for key in table.column("key").to_pylist():
        own.append(key not in seen)
        seen.add(key)
    return table.append_column(pa.field(OWN, pa.bool_()), pa.array(own, pa.bool_()))


def _kind(points: Sequence[Point], path: str) -> str:
    """How the column of a factor holds its values: as what all of them are, or else as JSON."""
    values = [point.values[path] for point in points if point.values[path] is not None]
    if all(isinstance(value, bool) for value in values):
        return "boolean" if values else "JSON"
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "whole" if all(value in _WHOLE for value in values) else "JSON"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return "number"
    return "text" if all(isinstance(value, str) for value in values) else "JSON"


def _held(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "JSON":
        return json.dumps(value, ensure_ascii=False)
    return float(value) if kind == "number" else value
