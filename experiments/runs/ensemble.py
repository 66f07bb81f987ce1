"""What is not known of a market, from a file: members, each a set of values for keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from tsunagari.sim.reading.overrides import Override
    from tsunagari.sim.scenario import Scenario


def override_of(file: Path) -> Override:
    """A file of members as a change of a scenario, which ``--set`` may change further.

    Args:
        file: A row a member, a column a path of the scenario (``ensemble.parquet`` of a fit).

    Raises:
        Problems: It is no such table.
    """
    return f"--ensemble {file}", f"members={json.dumps(read_members(file))}"


def read_members(file: Path) -> dict[str, list[float]]:
    """By path, a value for each member.

    Raises:
        Problems: The file is no table of numbers.
    """
    import numpy as np

    from tsunagari.experiments.runs.tables import read_table

    try:
        columns = read_table(file)
    except FileNotFoundError:
        raise _wrong(file, "there is no such file") from None
    except (OSError, ValueError) as error:
        why = (str(error).splitlines() or ["it is damaged"])[0]
        raise _wrong(file, f"this is no table of members ({why})") from error
    for path, values in columns.items():
        if values.dtype.kind not in "iuf":
            raise _wrong(file, f"column {path} holds something else than numbers")
        unknown = np.flatnonzero(~np.isfinite(values.astype(np.float64)))
        if len(unknown):
            raise _wrong(file, f"column {path}: row {unknown[0] + 1} has no number")
    if not columns or not len(next(iter(columns.values()))):
        raise _wrong(file, "there are no members in it")
    return {path: values.astype(np.float64).tolist() for path, values in columns.items()}


def count(plan: Scenario) -> int:
    """How many members a scenario has; 0 where nothing is said of what is not known."""
    return len(next(iter(plan.members.values()), ()))


def _wrong(file: Path, message: str) -> Problems:
    suggestion = "`tsunagari fit` writes one: a row a member, a column a path of the scenario"
    return Problems([Problem("", message, f"--ensemble {file}", suggestion=suggestion)])
