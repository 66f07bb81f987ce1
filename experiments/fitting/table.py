"""A strategist's own table: shares, churn and what else is known of every firm and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tsunagari.experiments.fitting.cells import Kind, label_of, month_of
from tsunagari.experiments.fitting.columns import columns_of
from tsunagari.experiments.fitting.derived import derived
from tsunagari.experiments.fitting.grid import grid_of
from tsunagari.experiments.fitting.rows import read_rows
from tsunagari.experiments.fitting.sheet import sheet_of
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_TOLD = 100
"""Most mistakes told one by one."""


@dataclass(frozen=True, eq=False)
class MarketTable:
    """What is known of a market.

    Attributes:
        firms: Their names, the largest at the start first, equal ones by name.
        months: The last month; month 0, the table's first, is the start of a scenario.
        step: Months from one row to the next, 1 or 3; rows of quarters stand at the last month.
        kind: How the table writes months: by ``number``, ``date`` or ``quarter``.
        first: Its first month: the number, or twelve times the year and the month from 0.
        values: By measure float64[months + 1, firms], NaN for what is unknown. ``share``: part of
            the customers of all firms listed; ``churn``: part of a firm's customers of the month
            before who left in a month; ``joins``: joiners of a month per customer of all firms;
            ``nps``: −100 to 100; ``rating``: 1 to 5; ``reviews``: part of the reviews of a month
            that are the firm's; ``price``, ``advertising`` and ``customers`` as written. Measures
            of which nothing is written are not there.
        notes: What was done without being asked for, in sentences.
        has_leaves: Whether the table counts those who left, which churn is reckoned from.
    """

    firms: tuple[str, ...]
    months: int
    step: int
    kind: Kind
    first: int
    values: Mapping[str, np.ndarray]
    notes: tuple[str, ...]
    has_leaves: bool = False

    @property
    def dates(self) -> tuple[str, ...] | None:
        """Every month as ``2024-03``; None where the table counts months."""
        if self.kind == "number":
            return None
        return tuple(label_of(self.first + month) for month in range(self.months + 1))

    def label(self, month: int) -> str:
        """A month, perhaps beyond the last, as the table writes it."""
        at = self.first + month
        return str(at) if self.kind == "number" else label_of(at)

    def month_of(self, written: str | int) -> int | None:
        """The month, from 0, that is written as the table writes months; None if it is not so.

        It may be before the table's first (and is below 0 then) or after its last.
        """
        found = month_of(written)
        if found is None or (found.kind == "number") != (self.kind == "number"):
            return None
        return found.at - self.first

    def __repr__(self) -> str:
        measures = ", ".join(self.values)
        return (
            f"MarketTable({len(self.firms)} firms, {self.label(0)} to {self.label(self.months)}: "
            f"{measures})"
        )


def read_table(
    source: str | Path | pd.DataFrame, columns: Mapping[str, str] | None = None
) -> MarketTable:
    """Read a table with a row for every month and firm, and derive what a fit is held against.

    Args:
        source: A file (CSV, ``.xlsx``, ``.parquet``) or a DataFrame with the columns
            :data:`~tsunagari.experiments.fitting.columns.COLUMNS`: ``month``, ``firm``, at least
            one of ``customers`` and ``share``, and any others. Blanks are unknown.
        columns: What the table calls a column, by what it is; under ``ignore`` those to leave out.

    Raises:
        Problems: All that is wrong with it, each with its row and column.
        tsunagari.sim.problems.Failure: Excel's format without the extra that reads it.
    """
    sheet = sheet_of(source)
    named = columns_of(sheet, columns or {})
    rows = read_rows(sheet, named)
    problems = [*named.problems, *rows.problems]
    grid, wrong = grid_of(sheet, rows)
    problems += wrong
    if grid is None:
        raise _told(problems)
    values, notes, wrong = derived(sheet, grid)
    problems += wrong
    if problems:
        raise _told(problems)
    return MarketTable(
        firms=grid.firms,
        months=grid.months,
        step=grid.step,
        kind=grid.kind,
        first=grid.first,
        values=values,
        notes=(*sheet.notes, *rows.notes, *notes),
        has_leaves="leaves" in grid.measures,
    )


def _told(problems: list[Problem]) -> Problems:
    told = sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0)
    more = len(told) - MOST_TOLD
    rest = [Problem("", f"and {more:,} more mistakes")] if more > 0 else []
    return Problems([*told[:MOST_TOLD], *rest])
