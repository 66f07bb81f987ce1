"""What a result folder holds: its kind, its record, its scenario and its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from experiments.store.folder import RECORD, SCENARIO, STAGING_PREFIX
from experiments.store.tables import FORMATS, read_table
from experiments.sweep.layout import RECORD as SWEEP_RECORD
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from sim.schema import Scenario

type Kind = Literal["run", "comparison", "sweep", "explanation"]

EXPLAINED = ("retention_parts", "word_of_mouth", "connection")
"""Tables of an explanation."""
_OF_A_RUN = ("firms", "market", "cohorts", "flows")


@dataclass(frozen=True, eq=False)
class Source:
    """A result folder, opened.

    Attributes:
        folder: Where it is.
        kind: What wrote it.
        record: ``run.json``, or ``sweep.json`` of a sweep.
        plan: The resolved scenario; of a comparison that of the base.
    """

    folder: Path
    kind: Kind
    record: Mapping[str, Any]
    plan: Scenario
    _read: dict[str, dict[str, np.ndarray]] = field(default_factory=dict, repr=False)

    @cached_property
    def files(self) -> dict[str, Path]:
        """Files of tables, by table."""
        found: dict[str, Path] = {}
        for suffix in FORMATS:
            for path in sorted(self.folder.glob(f"*.{suffix}")):
                found.setdefault(path.stem, path)
        return found

    def table(self, name: str) -> dict[str, np.ndarray]:
        """The columns of a table.

        Raises:
            Problems: There is no such table, or the file is none.
        """
        if name not in self._read:
            if name not in self.files:
                message = f"the table {name} is missing, and a {self.kind} has one"
                raise refused(self.folder, message, "run it again, with --force into this folder")
            try:
                self._read[name] = read_table(self.files[name])
            except Exception as error:  # whatever a library says of a file that is no table
                message = f"{self.files[name].name} cannot be read as a table ({_line(error)})"
                raise refused(self.folder, message, "run it again, with --force") from error
        return self._read[name]

    @property
    def seed(self) -> int:
        """The seed of the run or of the design."""
        return int(self.record.get("seed", self.plan.seed))


@dataclass(frozen=True, eq=False)
class RunTables:
    """The tables of one scenario's runs, as pictures and sentences read them.

    Attributes:
        firms, market, cohorts, flows: Data frames.
        title: What to call the scenario.
        story: The scenario's story.
    """

    firms: pd.DataFrame
    market: pd.DataFrame
    cohorts: pd.DataFrame
    flows: pd.DataFrame
    title: str
    story: str = ""


def opened(folder: Path) -> Source:
    """A result folder of any kind.

    Args:
        folder: What ``run``, ``compare``, ``sweep`` or ``explain`` wrote.

    Raises:
        Problems: It is no such folder, or its scenario cannot be read.
    """
    if not folder.is_dir():
        what = "this is a file, not a folder" if folder.exists() else "there is no such folder"
        raise refused(folder, what, "give the folder that a run wrote")
    if (folder / SWEEP_RECORD).is_file():
        record, kind = _record(folder / SWEEP_RECORD), "sweep"
    elif (folder / RECORD).is_file():
        record = _record(folder / RECORD)
        kind = "comparison" if "comparison" in record else "run"
        kind = "explanation" if "explanation" in record else kind
    else:
        raise _no_result(folder)
    plan = plan_in(folder, SCENARIO)
    source = Source(folder, kind, record, plan)  # type: ignore[arg-type]
    if kind == "run":
        for name in _OF_A_RUN:
            source.table(name)
    return source


def run_tables(source: Source, title: str, label: str | None = None) -> RunTables:
    """The tables of a run; of a comparison those of the scenario with this label."""
    import pandas as pd

    frames = {}
    for name in _OF_A_RUN:
        frame = pd.DataFrame(source.table(name))
        if label is not None:
            frame = frame[(frame["scenario"] == label).to_numpy(dtype=bool)].reset_index(drop=True)
        frames[name] = frame
    return RunTables(**frames, title=title)


def refused(folder: Path, message: str, suggestion: str | None = None) -> Problems:
    """The problem with a folder."""
    return Problems([Problem("", message, file=str(folder), suggestion=suggestion)])


def _no_result(folder: Path) -> Problems:
    names = [path.name for path in folder.iterdir()]
    if any(name.startswith(STAGING_PREFIX) for name in names):
        message = "the folder holds what an interrupted run left behind, and no result"
        return refused(folder, message, "run it again, with --force into this folder")
    message = f"the folder holds no result: neither {RECORD} nor {SWEEP_RECORD} is in it"
    return refused(folder, message, "give the folder that run, compare, sweep or explain wrote")


def _record(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refused(path, f"this cannot be read as a record ({_line(error)})") from error
    if not isinstance(found, dict):
        raise refused(path, "this is not the record of a result")
    return found


def plan_in(folder: Path, name: str) -> Scenario:
    """A resolved scenario of a folder, whether or not it could still be run here.

    Code that it names is not imported, and a network that it was run on need not be there.

    Raises:
        Problems: The file is missing, or is no scenario any more.
    """
    from sim.reading.extends import read_with_bases
    from sim.reading.validation import validated
    from sim.schema import Scenario

    path = folder / name
    if not path.is_file():
        message = f"{name} is missing, which says what was run"
        raise refused(folder, message, "run it again, with --force into this folder")
    reading = read_with_bases(path)
    if reading.problems:
        raise Problems(reading.problems)
    return validated(Scenario, reading.root, {"allow_code": True})


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
