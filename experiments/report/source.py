"""The tables of a result folder as the report reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.runs.disk import refused
from experiments.runs.results import EXPLAINED, Source, opened, plan_in
from sim.measures import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["EXPLAINED", "RunTables", "Source", "opened", "plan_in", "refused", "run_tables"]


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


def run_tables(source: Source, title: str, label: str | None = None) -> RunTables:
    """The tables of a run; of a comparison those of the scenario with this label."""
    import pandas as pd

    frames = {}
    for name in COLUMNS:
        frame = pd.DataFrame(source.table(name))
        if label is not None:
            frame = frame[(frame["scenario"] == label).to_numpy(dtype=bool)].reset_index(drop=True)
        frames[name] = frame
    return RunTables(**frames, title=title)
