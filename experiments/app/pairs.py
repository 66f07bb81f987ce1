"""Paired histories: how much of a difference there is under other luck, or in other members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.app.series import Series, lines
from tsunagari.experiments.runs.ensemble import count
from tsunagari.sim.market import Market
from tsunagari.sim.measuring import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.app.acts import Act
    from tsunagari.experiments.app.session import View
    from tsunagari.sim.scenario import Scenario

    type Floats = NDArray[np.float64]

_BY_LUCK, _BY_MEMBERS = 3, 8


def histories_of(plan: Scenario) -> int:
    """How many replications: each under other luck, and as another member where there are any."""
    return min(_BY_MEMBERS, count(plan)) or _BY_LUCK


@dataclass(frozen=True)
class Pairs:
    """Histories of the played and the untouched market, each pair under the same luck.

    Attributes:
        run: Number of the run that they are of.
        acts: What was done in it by then.
        histories: The charts' measures of both, as plain values.
    """

    run: int
    acts: tuple[Act, ...]
    histories: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]

    def are_of(self, view: View) -> bool:
        """Whether they are of the run that is seen, with the same acts so far."""
        acts = tuple(act for act in view.acts if act.month <= self.month)
        return self.run == view.run and self.acts == acts and view.month >= self.month

    @property
    def month(self) -> int:
        """The month that they go to."""
        return int(self.histories[0][0]["months"][-1])

    def band(self, measure: Measure, firm: str, months: Floats) -> tuple[Floats, Floats]:
        """Smallest and largest difference in some months; NaN where one is undefined."""
        found = np.array([difference(*pair, measure, firm) for pair in self.histories])
        known = np.array(self.histories[0][0]["months"])
        place = np.searchsorted(known, months).clip(max=len(known) - 1)
        found = np.where(known[place] == months, found[:, place], np.nan)
        return found.min(axis=0), found.max(axis=0)


def difference(
    played: Mapping[str, Any], untouched: Mapping[str, Any], measure: Measure, firm: str
) -> Floats:
    """A measure of a firm less that in the untouched market, in the unit that is shown."""
    values = []
    for found in (played, untouched):
        names = [one["name"] for one in found["firms"]]
        if firm not in names:
            return np.full(len(found["months"]), np.nan)
        values.append(np.array(lines(found, measure)[names.index(firm)], np.float64))
    return values[0] - values[1]


def paired(plan: Scenario, played: Scenario, view: View, told: Callable[[int], None]) -> Pairs:
    """Live the pairs up to the month that is seen.

    Args:
        plan: The scenario without acts.
        played: With them.
        view: What is seen.
        told: Called with the months that are lived so far, of all pairs together.
    """
    histories, months = [], 0
    for replication in range(histories_of(plan)):
        pair = []
        for scenario in (played, plan):
            market, series = Market(scenario, replication=replication), Series(plan.title)
            series.take(market)
            for _ in range(view.month):
                market.step()
                series.take(market)
                months += 1
                told(months)
            pair.append(series.as_json())
        histories.append((pair[0], pair[1]))
    acts = tuple(act for act in view.acts if act.month <= view.month)
    return Pairs(view.run, acts, tuple(histories))
