"""One number for each trial of a sweep: a measure of its market or of one firm, at a month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.runs.disk import refused
from tsunagari.experiments.runs.sweep_files import trial_keys
from tsunagari.sim.measures import COLUMNS
from tsunagari.sim.paths import nearest

if TYPE_CHECKING:
    import numpy as np
    import pyarrow.dataset as ds
    from numpy.typing import NDArray

_BY_FIRM, _OF_MARKET = "firms", "market"
_NO_MEASURES = frozenset({"key", *COLUMNS["firms"]})


def outcomes(
    folder: Path, measure: str, *, firm: str | None = None, month: int | None = None
) -> NDArray[np.float64]:
    """A measure of every trial, in the order of ``trials.parquet``.

    The tables are read a batch at a time, and of their columns only those that are needed.

    Args:
        folder: A finished sweep.
        measure: A numeric column of its ``firms`` or ``market`` tables.
        firm: Of which firm; None for a measure of the market.
        month: In which month; None is the last one of each trial.

    Returns:
        In the measure's own unit, shape [trials]. NaN where the trial failed, did not reach the
        month or did not have the firm, or where the measure is undefined.

    Raises:
        Problems: The folder is no finished sweep, or nothing in it is of that measure, firm or
            month.
    """
    import numpy as np

    keys = trial_keys(folder)
    table = _table_of(folder, measure)
    if table == _BY_FIRM and firm is None:
        there = firms(folder)
        raise refused(
            f"--measure {measure}",
            "is measured for each firm",
            f"name one: {', '.join(there) or 'none'}",
        )
    if table == _OF_MARKET and firm is not None:
        raise refused(f"--firm {firm}", f"{measure} is of the whole market", "leave the firm out")
    place = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    values = np.full(len(place), np.nan)
    latest = np.full(len(place), -1, dtype=np.int64)
    for codes, months, measured in _rows(folder / table, place, measure, firm, month):
        order = np.argsort(months, kind="stable")  # of several rows of a trial the last one stays
        codes, months, measured = codes[order], months[order], measured[order]
        later = months >= latest[codes]
        values[codes[later]] = measured[later]
        latest[codes[later]] = months[later]
    if (latest < 0).all():
        _say_why_nothing(folder / table, firm, month)
    return values[[place[key] for key in keys]]


def firms(folder: Path) -> list[str]:
    """The firms of a sweep in the order in which its tables name them, newcomers last.

    Raises:
        Problems: The sweep kept no table of firms.
    """
    found: dict[str, None] = {}
    for batch in _dataset(folder, _BY_FIRM).to_batches(columns=["firm"]):
        found |= dict.fromkeys(_encoded(batch.column(0)).dictionary.to_pylist())
    return list(found)


def is_of_firms(folder: Path, measure: str) -> bool:
    """Whether a measure is taken of each firm, not of the market.

    Raises:
        Problems: No table that the sweep kept has such a measure.
    """
    return _table_of(folder, measure) == _BY_FIRM


def _table_of(folder: Path, measure: str) -> str:
    """The table in which a measure stands."""
    import pyarrow as pa

    known: list[str] = []
    for table in (_BY_FIRM, _OF_MARKET):
        if not (folder / table).is_dir():
            continue
        for field in _dataset(folder, table).schema:
            is_number = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
            if is_number and field.name not in _NO_MEASURES:
                if field.name == measure:
                    return table
                known.append(field.name)
    if not known:
        message = "the sweep kept neither firms nor market, where measures are"
        raise refused(folder, message, "name them under keep:")
    close = nearest(measure, known)
    some = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
    suggestion = f"did you mean {close}?" if close else f"there are {some}"
    raise refused(f"--measure {measure}", "there is no such measure", suggestion)


def _rows(
    folder: Path, place: dict[str, int], measure: str, firm: str | None, month: int | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Trial, month and value of all rows wanted, a batch at a time."""
    import numpy as np
    import pyarrow.dataset as ds

    wanted: Any = None
    for column, value in (("firm", firm), ("month", month)):
        if value is not None:
            equal = ds.field(column) == value
            wanted = equal if wanted is None else wanted & equal
    dataset = _dataset(folder.parent, folder.name)
    for batch in dataset.to_batches(columns=["key", "month", measure], filter=wanted):
        if not len(batch):
            continue
        keys = _encoded(batch.column(0))
        codes = np.array([place.get(key, -1) for key in keys.dictionary.to_pylist()])
        trials = codes[keys.indices.to_numpy(zero_copy_only=False)]
        months = batch.column(1).to_numpy(zero_copy_only=False).astype(np.int64)
        values = batch.column(2).cast("float64", safe=False).to_numpy(zero_copy_only=False)
        ours = trials >= 0
        yield trials[ours], months[ours], values[ours]


def _say_why_nothing(table: Path, firm: str | None, month: int | None) -> None:
    """Refuse a firm or a month that no trial has; do nothing where there just is no trial."""
    import pyarrow.dataset as ds

    dataset = _dataset(table.parent, table.name)
    if firm is not None and not dataset.head(1, filter=ds.field("firm") == firm).num_rows:
        there = firms(table.parent)
        close = nearest(firm, there)
        suggestion = (
            f"did you mean {close}?" if close else f"there are {', '.join(there) or 'none'}"
        )
        if there:
            raise refused(f"--firm {firm}", "there is no such firm", suggestion)
    if month is not None and not dataset.head(1, filter=ds.field("month") == month).num_rows:
        first, last = _months(table)
        if last >= 0:
            message = f"no trial has this month; months go from {first} to {last}"
            raise refused(f"--at {month}", message)


def _months(table: Path) -> tuple[int, int]:
    """The first and the last month in a table; (0, -1) for one without rows."""
    import pyarrow.compute as pc

    first, last = 0, -1
    for batch in _dataset(table.parent, table.name).to_batches(columns=["month"]):
        if len(batch):
            ends = pc.min_max(batch.column(0)).as_py()
            first = ends["min"] if last < 0 else min(first, ends["min"])
            last = max(last, ends["max"])
    return first, last


def _dataset(folder: Path, table: str) -> ds.Dataset:
    import pyarrow.dataset as ds

    if not (folder / table).is_dir():
        message = f"the sweep kept no table {table}"
        raise refused(folder, message, f"name {table} under keep:")
    options = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    return ds.dataset(
        folder / table, format=ds.ParquetFileFormat(default_fragment_scan_options=options)
    )


def _encoded(column: Any) -> Any:
    """Text as numbers and the different texts they stand for."""
    import pyarrow as pa

    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
