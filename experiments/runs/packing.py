"""A finished trial as bytes: an uncompressed zip of a small record and the kept tables.

``trial.json`` says how it went; ``<table>.arrow`` are Arrow streams. The comment of the zip is the
digest of all else in it, so a file that was cut off or changed is told from a whole one.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from experiments.runs.disk import BLANK, is_intact, sealed
from experiments.runs.tables import Columns, arrow_table

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "key"
"""Name of the column that stands before a table's own."""

type Status = Literal["done", "failed"]

_RECORD = "trial.json"
_SUFFIX = ".arrow"


@dataclass(frozen=True)
class Packed:
    """How a trial went.

    Attributes:
        key: The trial's.
        status: Whether it has tables.
        error: What went wrong, a line; None where nothing did.
        seconds: How long it took, wall-clock.
        peak_memory: Peak resident set, in bytes, of the process that ran it; None if unknown.
    """

    key: str
    status: Status
    error: str | None
    seconds: float
    peak_memory: int | None


def packed(record: Packed, tables: Mapping[str, Columns]) -> bytes:
    """The bytes of a trial.

    Raises:
        ValueError: Columns of different length, or one with a name that is taken.
    """
    import pyarrow as pa

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:  # stored, not compressed; all of one date
        archive.writestr(zipfile.ZipInfo(_RECORD), json.dumps(asdict(record)))
        for name, columns in tables.items():
            if KEY in columns:
                raise ValueError(f"a column of the table {name} has the name {KEY}, which is taken")
            table = arrow_table(columns)
            stream = io.BytesIO()
            with pa.ipc.new_stream(stream, table.schema) as writer:
                writer.write_table(table)
            archive.writestr(zipfile.ZipInfo(f"{name}{_SUFFIX}"), stream.getbuffer())
        archive.comment = BLANK.encode()
    return sealed(target.getvalue())


def is_whole(
    path: Path, trial: tuple[str, str], keep: tuple[str, ...], *, sealed: bool = True
) -> bool:
    """Whether a file is, as it was written, this finished trial with all that it should hold.

    Args:
        path: The file.
        trial: Key and status, by its name.
        keep: Names of the tables that are kept.
        sealed: Whether it carries its digest; an earlier version left it to the zip's checksums.

    Raises:
        OSError: It cannot be read.
    """
    if sealed and not is_intact(path):
        return False
    try:
        found = record_of(path)
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                return False
            tables = {f"{name}{_SUFFIX}" for name in keep} if found.status == "done" else set()
            return (found.key, found.status) == trial and tables <= set(archive.namelist())
    except (zipfile.BadZipFile, EOFError, ValueError, KeyError, TypeError):  # nobody's trial
        return False


def record_of(path: Path) -> Packed:
    """How the trial in a file went.

    Raises:
        OSError: The file cannot be read.
    """
    with zipfile.ZipFile(path) as archive:
        return Packed(**json.loads(archive.read(_RECORD)))


def table_of(path: Path, name: str) -> pa.Table:
    """A table of the trial in a file, with the trial's key before its own columns.

    Raises:
        OSError: The file cannot be read.
    """
    import pyarrow as pa

    with zipfile.ZipFile(path) as archive:
        key = json.loads(archive.read(_RECORD))[KEY]
        table = pa.ipc.open_stream(archive.read(f"{name}{_SUFFIX}")).read_all()
    return table.add_column(
        0, pa.field(KEY, pa.string()), pa.array([key] * len(table), pa.string())
    )
