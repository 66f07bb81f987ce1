"""The tables of a finished sweep."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.sweep.layout import TRIALS
from experiments.sweep.ledger import Counts
from sim.problems import Failure

if TYPE_CHECKING:
    import pandas as pd


class SweepResults:
    """A complete sweep, read from its folder when somebody asks.

    Attributes:
        path: The folder.
        counts: How many trials are done, and how many failed.
    """

    def __init__(self, path: Path, counts: Counts) -> None:
        self.path = path
        self.counts = counts

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row per trial, in the order of the design."""
        import pandas as pd

        return pd.read_parquet(self.path / TRIALS)

    def table(self, name: str) -> pd.DataFrame:
        """A kept table of all trials; ``key`` tells which row belongs to which trial.

        Raises:
            Failure: It was not kept, or no trial is done.
        """
        import pandas as pd

        if not (self.path / name).is_dir():
            raise Failure(f"{self.path} has no table {name}: it was not kept, or no trial is done")
        return pd.read_parquet(self.path / name)

    @cached_property
    def firms(self) -> pd.DataFrame:
        """One row per trial, month and firm."""
        return self.table("firms")

    @cached_property
    def market(self) -> pd.DataFrame:
        """One row per trial and month."""
        return self.table("market")

    def __repr__(self) -> str:
        counts = self.counts
        return f"<SweepResults: {counts.done} done, {counts.failed} failed, in {self.path}>"
