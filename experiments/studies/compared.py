"""The files of a comparison: tables written as runs come in, and the comparison read again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tsunagari.experiments.runs.disk import refused
from tsunagari.experiments.runs.folder import SCENARIO
from tsunagari.experiments.runs.given import PASSED_ON, checked
from tsunagari.experiments.runs.results import Source, plan_in
from tsunagari.experiments.runs.tables import TableStream, write_table
from tsunagari.experiments.runs.trial import digest
from tsunagari.experiments.studies.changes import Alternative
from tsunagari.experiments.studies.compare import comparison_of
from tsunagari.experiments.studies.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.tables import Format
    from tsunagari.experiments.runs.trial import TrialResult
    from tsunagari.experiments.studies.compare import Comparison

_KEPT = ("firms", "market")


class RunTables:
    """The tables of all runs in one file each, as a context manager; memory stays as it is.

    The column ``scenario`` tells which scenario a row is of.

    Args:
        folder: Where the files go.
        format: Of the files.

    Attributes:
        seconds: Wall-clock seconds per phase of every run, in order.
    """

    def __init__(self, folder: Path, format: Format) -> None:
        self.seconds: list[dict[str, float]] = []
        self._folder = folder
        self._format = format
        self._streams: dict[str, TableStream] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, traceback)

    def take(self, label: str, result: TrialResult) -> None:
        """Write one run of the scenario of this label.

        Raises:
            OSError: A file cannot be written.
        """
        self.seconds.append(result.seconds)
        for name, columns in result.tables.items():
            if name not in self._streams:
                stream = TableStream(self._folder / f"{name}.{self._format}", self._format)
                self._streams[name] = self._open.enter_context(stream)
            labels = [label] * len(columns["replication"])
            self._streams[name].add({**columns, "scenario": labels})


def write_comparison(found: Comparison, folder: Path, format: Format) -> list[dict[str, Any]]:
    """Write the table of differences and the resolved scenarios.

    The base is ``scenario.yaml``, the others ``scenario-2.yaml`` and so on.

    Returns:
        For ``run.json``: label, file and digest of every scenario.

    Raises:
        OSError: A file cannot be written.
    """
    from tsunagari.sim.reading import dump

    write_table(found.columns, folder / f"differences.{format}", format)
    listed = []
    for number, alternative in enumerate(found.alternatives, start=1):
        name = SCENARIO if number == 1 else f"-{number}.".join(SCENARIO.split("."))
        values = {"seed": found.seed, "replications": found.replications}
        plan = alternative.plan.with_values(values)
        dump(plan, folder / name)
        key = digest(plan, seed=found.seed)
        listed.append({"scenario": alternative.label, "file": name, "plan_hash": key})
    return listed


def comparison_in(source: Source) -> Comparison:
    """The comparison in a folder, its differences over the months counted again from its tables.

    Raises:
        tsunagari.sim.problems.Problems: A file of it is missing, or holds something else.
    """
    listed = source.record.get("scenarios")
    if not isinstance(listed, list) or len(listed) < 2:
        raise refused(source.folder, "its record names no scenarios that were compared")
    alternatives = tuple(
        Alternative(entry["scenario"], plan_in(source.folder, entry["file"])) for entry in listed
    )
    columns = {
        name: column if column.dtype.kind in "fiu" else column.tolist()
        for name, column in source.table("differences").items()
    }
    brief = source.record["comparison"]
    measure, at = str(brief["measure"]), tuple(int(month) for month in brief["months"])
    labels = [alternative.label for alternative in alternatives]
    tally = Tally([alternative.plan for alternative in alternatives], at, measure)
    for results in _replications(source, labels):
        tally.take(results)
    prices = checked(brief.get("prices", PASSED_ON))
    return comparison_of(alternatives, tally, seed=source.seed, prices=prices, columns=columns)


def _replications(source: Source, labels: list[str]) -> list[list[dict[str, Any]]]:
    """The tables of every replication under each scenario, in their order."""
    tables = {name: source.table(name) for name in _KEPT}
    where: dict[str, dict[tuple[str, int], NDArray[np.int64]]] = {}
    for name, columns in tables.items():
        scenario = columns["scenario"].astype(object)
        run = columns["replication"].astype(np.int64)
        place = {label: number for number, label in enumerate(labels)}
        code = np.array([place.get(label, -1) for label in scenario]) * (run.max() + 1) + run
        order = np.argsort(code, kind="stable")
        found, starts = np.unique(code[order], return_index=True)
        parts = np.split(order, starts[1:])
        where[name] = {
            (labels[int(c) // int(run.max() + 1)], int(c) % int(run.max() + 1)): rows
            for c, rows in zip(found, parts, strict=True)
            if c >= 0
        }
    runs = sorted({run for _, run in where["market"]})
    return [
        [
            {
                name: {
                    column: values[where[name][label, run]] for column, values in columns.items()
                }
                for name, columns in tables.items()
            }
            for label in labels
        ]
        for run in runs
    ]
