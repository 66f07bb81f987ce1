"""A comparison as it was before it became files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runs.disk import refused
from experiments.runs.given import PASSED_ON, checked
from experiments.runs.results import Source, plan_in
from experiments.studies.changes import Alternative
from experiments.studies.compare import Comparison
from experiments.studies.tally import Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

_KEPT = ("firms", "market")


def comparison_in(source: Source) -> Comparison:
    """The comparison in a folder, its differences over the months counted again from its tables.

    Raises:
        sim.problems.Problems: A file of it is missing, or holds something else.
    """
    listed = source.record.get("scenarios")
    if not isinstance(listed, list) or len(listed) < 2:
        raise refused(source.folder, "its record names no scenarios that were compared")
    alternatives = tuple(
        Alternative(entry["scenario"], plan_in(source.folder, entry["file"])) for entry in listed
    )
    columns = {name: column.tolist() for name, column in source.table("differences").items()}
    columns |= {
        name: column
        for name, column in source.table("differences").items()
        if column.dtype.kind in "fiu"
    }
    brief = source.record["comparison"]
    measure, at = str(brief["measure"]), tuple(int(month) for month in brief["months"])
    labels = [alternative.label for alternative in alternatives]
    tally = Tally([alternative.plan for alternative in alternatives], at, measure)
    for results in _replications(source, labels):
        tally.take(results)
    present = tally.present()
    return Comparison(
        alternatives=alternatives,
        seed=source.seed,
        replications=tally.replications,
        at=at,
        measure=measure,
        prices=checked(brief.get("prices", PASSED_ON)),
        columns=columns,
        courses=tally.courses(),
        present={
            firm: tuple(int(n) for n in present[:, number])
            for number, firm in enumerate(tally.firms)
        },
        decision=None,
        notes=(),
    )


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
