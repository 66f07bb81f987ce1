"""Names of measures of one's own: what may head a further column of the tables."""

from __future__ import annotations

import keyword
from collections.abc import Collection
from typing import TYPE_CHECKING

from sim.measures import FIRM_MEASURES, MARKET_MEASURES

if TYPE_CHECKING:
    from sim.schema.scenario import Keys

_KEYS = ("scenario", "replication", "month", "firm", "discipline", "key")
TAKEN = frozenset((*_KEYS, *FIRM_MEASURES, *MARKET_MEASURES))
"""Columns of ``firms`` and ``market``, of a run and of a sweep."""


def fault_of_column(name: str, others: Collection[str]) -> tuple[str, str] | None:
    """Why a column cannot be called so, and what to do instead; None if it can.

    Args:
        name: The column, which is called like the function.
        others: Further columns of one's own.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        return f"{name!r} is no name of a function", "write letters, digits and underscores"
    if name in TAKEN:
        return f"the tables have a column {name} already", "call the function otherwise"
    if name in others:
        return f"there are two measures called {name}", "call one of the functions otherwise"
    return None


def columns_of(plan: Keys) -> tuple[str, ...]:
    """What a scenario's own measures are called in the tables."""
    return tuple(column_of(named) for named in plan.measures)


def column_of(named: str) -> str:
    """What a measure, ``module:function``, is called in the tables."""
    return named.partition(":")[2]
