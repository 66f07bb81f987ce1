"""What is not known of a market: members, each a set of values for keys of its scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Members, each as likely as any other.

    Attributes:
        source: File it was read from, or what messages call it.
        columns: By path of the scenario its values, one a member.
    """

    source: str
    columns: dict[str, np.ndarray]

    @property
    def size(self) -> int:
        """Number of members."""
        return len(next(iter(self.columns.values())))

    def values(self, member: int) -> dict[str, Any]:
        """Value by path of one member."""
        return {path: column[member].item() for path, column in self.columns.items()}

    def plan(self, plan: Scenario, member: int) -> Scenario:
        """A scenario as one member has it; other values of it stay."""
        return plan.with_values(self.values(member))

    def moving(self) -> dict[str, np.ndarray]:
        """The columns that differ between members."""
        return {path: values for path, values in self.columns.items() if np.ptp(values) > 0}


def read_ensemble(file: Path, plan: Scenario) -> Ensemble:
    """Read the members of a scenario.

    Args:
        file: A row a member, a column a path of the scenario (``ensemble.parquet`` of a fit).
        plan: The scenario, whose keys the columns must be.

    Raises:
        Problems: It is no such table; a column is no key of the scenario, or a value not allowed.
    """
    from tsunagari.experiments.runs.tables import read_table

    try:
        columns = read_table(file)
    except FileNotFoundError:
        raise Problems([_wrong(file, "there is no such file")]) from None
    except (OSError, ValueError) as error:
        why = (str(error).splitlines() or ["it is damaged"])[0]
        raise Problems([_wrong(file, f"this is no table of members ({why})")]) from error
    found = Ensemble(str(file), columns)
    if problems := list(_faults(found, file)):
        raise Problems(problems)
    for member in range(found.size):
        try:
            found.plan(plan, member)
        except Problems as raised:
            told = [_wrong(file, f"row {member + 1}: {one.path or one.file}: {one.message}")
                    for one in raised.problems]  # fmt: skip
            raise Problems(told) from None
    return found


def _faults(found: Ensemble, file: Path) -> Iterator[Problem]:
    if not found.columns or not found.size:
        yield _wrong(file, "there are no members in it")
    for path, values in found.columns.items():
        if values.dtype.kind not in "iuf":
            yield _wrong(file, f"column {path}: holds something else than numbers")
        elif not np.isfinite(values.astype(np.float64)).all():
            row = int(np.flatnonzero(~np.isfinite(values.astype(np.float64)))[0]) + 1
            yield _wrong(file, f"column {path}: row {row} has no number")


def _wrong(file: Path, message: str) -> Problem:
    suggestion = "`tsunagari fit` writes one: a row a member, a column a path of the scenario"
    return Problem("", message, str(file), suggestion=suggestion)
