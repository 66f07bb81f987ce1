"""Result folders of lessons, read as arrays: one value for each replication and month."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from tsunagari.experiments.runs.statistics import Floats

_YEAR = 12


class Found:
    """What a command left in its folder: the tables of a run, or of all scenarios of a comparison.

    Args:
        folder: A finished result folder with Parquet tables.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Titles as the tables have them; of a comparison, the base first."""
        return tuple(str(title) for title in self._market["scenario"].unique())

    @cached_property
    def firms(self) -> tuple[str, ...]:
        """Names in the order in which they first appear, that of the scenario."""
        return tuple(str(name) for name in self._firms["firm"].unique())

    @cached_property
    def months(self) -> int:
        """The last month."""
        return int(self._market["month"].max())

    @cached_property
    def replications(self) -> int:
        """How often each scenario was run."""
        return 1 + int(self._market["replication"].max())

    def of_market(self, measure: str, scenario: int = 0) -> Floats:
        """A column of the table ``market``, [replication, month]."""
        return self._array(self._market, measure, scenario)

    def of_firm(self, measure: str, firm: str, scenario: int = 0) -> Floats:
        """A column of the table ``firms``, [replication, month]; NaN where it is undefined.

        Raises:
            ValueError: There is no such firm.
        """
        if firm not in self.firms:
            raise ValueError(f"{self.folder.name} has no firm {firm}")
        return self._array(self._firms[self._firms["firm"] == firm], measure, scenario)

    def at_end(self, measure: str, firm: str, scenario: int = 0) -> Floats:
        """A firm's measure in the last month, [replication]."""
        return self.of_firm(measure, firm, scenario)[:, -1]

    def last_year(self, measure: str, firm: str, scenario: int = 0) -> Floats:
        """Mean of a firm's measure over the last twelve months, [replication], as answers have it.

        NaN in a replication that ended without the firm.
        """
        return self.of_firm(measure, firm, scenario)[:, -_YEAR:].mean(axis=1)

    def source(self) -> str:
        """The line at the foot of a picture: which runs it shows."""
        return source_of(self.folder)

    @cached_property
    def _firms(self) -> pd.DataFrame:
        return _table(self.folder / "firms.parquet")

    @cached_property
    def _market(self) -> pd.DataFrame:
        return _table(self.folder / "market.parquet")

    def _array(self, frame: pd.DataFrame, measure: str, scenario: int) -> Floats:
        rows = frame[frame["scenario"] == self.scenarios[scenario]]
        found = np.full((self.replications, self.months + 1), np.nan)
        values = rows[measure].to_numpy(dtype=np.float64, na_value=np.nan)
        found[rows["replication"].to_numpy(), rows["month"].to_numpy()] = values
        return found


def source_of(folder: Path) -> str:
    """Scenario, size, seed and replications of a finished result folder, for a picture's foot."""
    import json

    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    numbers = {one["replication"] for one in record["replications"]}
    return (
        f"Tsunagari · {record['scenario']} · {record['customers']:,} customers · "
        f"seed {record['seed']} · {len(numbers)} replications"
    )


def _table(file: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(file)
