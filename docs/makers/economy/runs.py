"""Markets that are run once and asked many times: one firm does something else from a month on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.validate.study import Draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.workers import Crew
    from tsunagari.sim.scenario import Scenario

type Series = Mapping[str, NDArray[np.float64]]
"""Column to its values by month and firm."""

SCENARIO = "three-disciplines"
FIRMS = ("Lean", "Spark", "Tailor", "Broad")
MONTH = 13
"""From which month on a firm does something else, unless another is said."""
YEARS = 5
"""Of profits counted after that."""
MONTHS = MONTH - 1 + 12 * YEARS
COLUMNS = (
    "customers joins leaves retention_12 price profit revenue cash market_share success_rate"
).split()


@dataclass(frozen=True)
class Case:
    """A market: what is set from the start, what from a month on, how long and how large it is."""

    changes: tuple[tuple[str, float], ...] = ()
    values: tuple[tuple[str, str | float], ...] = ()
    month: int = MONTH
    months: int = MONTHS
    people: int = 2000

    def plan(self) -> Scenario:
        """Its scenario."""
        from tsunagari.sim.scenario import Scenario

        events = [{"month": self.month, "set": key, "to": to} for key, to in self.changes]
        size = {"market.customers": self.people, "market.months": self.months}
        return Scenario.load(SCENARIO).with_values({**size, **dict(self.values), "events": events})


def changed(
    firm: str, key: str, to: float, *, month: int = MONTH, months: int = MONTHS, people: int = 2000
) -> Case:
    """A market in which one firm sets one of its numbers to something else."""
    return Case(((f"firms.{firm}.{key}", to),), month=month, months=months, people=people)


class Runs:
    """Runs every case once, however often it is asked for.

    Args:
        crew: Who runs the markets.
        seed: What all chance depends on.
    """

    def __init__(self, crew: Crew, seed: int = 1) -> None:
        self.seed = seed
        self._crew = crew
        self._known: dict[tuple[Case, int], Series] = {}

    def seeded(self, further: int) -> Runs:
        """The same crew, with a seed so much further."""
        return self if further == 0 else Runs(self._crew, self.seed + further)

    def of(self, cases: Sequence[Case], replications: int) -> list[list[Series]]:
        """The series of every case, one for each replication; the same luck in all of them."""
        asked = [(case, number) for case in cases for number in range(replications)]
        new = list(dict.fromkeys(key for key in asked if key not in self._known))
        draws = [Draw(case.plan(), self.seed, number) for case, number in new]
        found = self._crew.in_order(series, draws)
        self._known.update(zip(new, found, strict=True))
        return [[self._known[case, number] for number in range(replications)] for case in cases]


def series(draw: Draw) -> Series:
    """The columns of one market by month, from month 0, and firm; besides them ``markup``."""
    market = draw.market()
    markups = [[firm.own_markup for firm in market.firms]]
    for _ in range(draw.plan.market.months):
        market.step()
        markups.append([firm.own_markup for firm in market.firms])
    table = market.results.firms
    found = {"markup": np.array(markups)}
    for column in COLUMNS:
        wide = table.pivot(index="month", columns="firm", values=column)
        found[column] = wide[[firm.name for firm in market.firms]].to_numpy(float)
    return found


def value(one: Series, firm: int, *, years: int = YEARS, forever: bool = True) -> float:
    """Present value of a firm's profits after the month of change, at the market's discount.

    Args:
        one: A run.
        firm: Its number.
        years: Whose profits are counted month by month.
        forever: Whether the last of these years goes on for ever.
    """
    from tsunagari.sim.scenario import Scenario

    rate = Scenario.load(SCENARIO).finance.discount
    months = np.arange(1, 12 * years + 1)
    profits = np.nan_to_num(one["profit"][MONTH : MONTH + 12 * years, firm])
    weights = (1.0 + rate) ** -months[: len(profits)].astype(float)
    total = float(weights @ profits)
    if forever:
        total += float(profits[-12:].mean()) / rate * (1.0 + rate) ** -float(12 * years)
    return total


def mean(one: Series, column: str, firm: int, first: int, last: int) -> float:
    """Mean of a firm's column from month to month, both included."""
    return float(np.nanmean(one[column][first : last + 1, firm]))
