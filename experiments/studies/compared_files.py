"""The files of a comparison: the runs' tables as they come, then what they come to."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from experiments.runs.folder import SCENARIO
from experiments.runs.tables import TableStream, write_table
from experiments.runs.trial import digest

if TYPE_CHECKING:
    from experiments.runs.tables import Format
    from experiments.runs.trial import TrialResult
    from experiments.studies.compare import Comparison


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
    from sim.reading import dump

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
