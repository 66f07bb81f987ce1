"""The market's tables as Mesa's data collector, for ``mesa.batch_run`` and whatever reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.datacollection import DataCollector

if TYPE_CHECKING:
    from sim.market import Market

_WHICH = ("scenario", "replication", "month", "firm")


class TablesCollector(DataCollector):
    """What a market has measured so far, one value a month under every name.

    The columns of the table ``market`` have their own names, those of ``firms`` stand as
    ``<firm>.<column>``; None in months in which a firm is not in the table.

    Args:
        market: Measured at the end of every month, whether or not anybody collects.
    """

    def __init__(self, market: Market) -> None:
        super().__init__()
        tables = market.results.tables
        months = np.asarray(tables["market"]["month"]).tolist()
        place = {month: index for index, month in enumerate(months)}
        self._collection_steps = months
        for name, values in tables["market"].items():
            if name not in _WHICH:
                self.model_vars[name] = _plain(values)
        firms = tables["firms"]
        rows = list(zip(_plain(firms["firm"]), _plain(firms["month"]), strict=True))
        for name, values in firms.items():
            if name in _WHICH:
                continue
            for (firm, month), value in zip(rows, _plain(values), strict=True):
                series = self.model_vars.setdefault(f"{firm}.{name}", [None] * len(months))
                series[place[month]] = value
        self.model_reporters = dict.fromkeys(self.model_vars)

    def collect(self, model: Any) -> None:
        """Nothing is left to collect.

        Raises:
            RuntimeError: Always; a collector of one's own takes the place of this one.
        """
        raise RuntimeError(
            "the tables of a market are collected every month; for columns of your own set "
            "market.datacollector = mesa.DataCollector(...), or pass measures= to the market"
        )


def _plain(values: Any) -> list[Any]:
    return list(np.asarray(values).tolist()) if isinstance(values, np.ndarray) else list(values)
