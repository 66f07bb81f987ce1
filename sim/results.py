"""The tables of a run: collected month by month, read as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

type Columns = Mapping[str, Any]
"""Column name to values: a numpy array, or for texts a list."""

type Kind = Literal["text", "whole"]

COLUMNS: Mapping[str, Mapping[str, Kind]] = {
    "firms": {
        "scenario": "text", "replication": "whole", "month": "whole", "firm": "text",
        "discipline": "text",
    },
    "market": {"scenario": "text", "replication": "whole", "month": "whole"},
    "cohorts": {
        "scenario": "text", "replication": "whole", "firm": "text", "joined": "whole",
        "tenure": "whole", "survivors": "whole",
    },
    "flows": {
        "scenario": "text", "replication": "whole", "month": "whole", "source": "text",
        "destination": "text", "decided_by": "text", "customers": "whole",
    },
}  # fmt: skip
"""What every row of a table says besides measures, which are numbers; whole ones are from 0."""


class Results:
    """What a market has left behind so far.

    Attributes:
        tables: Table name to columns: ``firms``, ``market``, ``cohorts``, ``flows``. Undefined
            numbers are NaN here and null in files.
    """

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        self.tables = tables

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per replication, month and firm."""
        return self._frame("firms")

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per replication and month."""
        return self._frame("market")

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """One row per replication, firm, month of joining and tenure."""
        return self._frame("cohorts")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """One row per replication, month, source, destination and what decided."""
        return self._frame("flows")

    def _frame(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(dict(self.tables[name]))


def texts(names: list[str], codes: np.ndarray) -> np.ndarray:
    """Names by their codes, as an object array; code -1 is the empty text."""
    known = np.array([*names, ""], dtype=object)
    return known[codes]
