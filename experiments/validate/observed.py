"""What becomes of customers and firms, month by month: the raw material of the estimators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.agents.columns import Looks
from tsunagari.agents.population import MARK_ROW, REAL_ROW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.statistics import Floats
    from tsunagari.experiments.validate.study import Draw
    from tsunagari.sim.market import Market

# A market that nobody has tuned, for claims that must hold in more than the default market. Its
# values were chosen once, to be unlike the calibrated defaults in what matters to the claims:
# customers, network, contracts, firms, tastes and luck. They were not changed to suit any claim.

SEGMENTS: list[dict[str, Any]] = [
    {"name": "routine", "share": 0.55, "cost": 2.0, "product": 0.5, "wallet": 0.8},
    {
        "name": "demanding",
        "share": 0.45,
        "product": 1.5,
        "solution": 2.0,
        "wallet": 1.3,
        "need": 0.3,
        "need_spread": 0.8,
    },
]
FIRMS: list[dict[str, Any]] = [
    {"name": "Frugal", "discipline": "operational-excellence", "contract": 6},
    {"name": "Pioneer", "discipline": "product-leadership", "contract": 24},
    {"name": "Adviser", "discipline": "customer-intimacy", "contract": 6, "capacity": 0.3},
    {"name": "Middling", "discipline": "none", "contract": 12, "position": 0.3},
    {"name": "Usual", "discipline": "none", "contract": 6, "position": 0.6},
]
"""One of each discipline, and two in the middle."""

UNTUNED: Mapping[str, Any] = {
    "segments": SEGMENTS,
    "firms": FIRMS,
    "network.kind": "random",
    "network.neighbours": 16,
    "network.homophily": 0.4,
    "zmot.connectivity": 1.6,
    "value.taste": 0.7,
    "value.noise": 0.7,
    "looking.base": 0.06,
    "market.wallet_spread": 0.8,
    "market.exit": 0.004,
}
"""Values of the untuned market, by dotted path."""

LEFT = "left"
"""1 where a customer left the provider of the month before by choice, in a panel."""


class Panel:
    """Columns of all customers at the end of every month, 0 … T.

    Args:
        market: A market, run to the end of its plan by this.
        names: Columns to keep besides ``provider``.

    Attributes:
        market: The market at its end.
        months: T.
    """

    def __init__(self, market: Market, names: Sequence[str]) -> None:
        self.market = market
        self.months = market.plan.market.months
        population = market.population
        size = (self.months + 1, population.people)
        kept = [*dict.fromkeys(["provider", *names])]
        self._columns = {name: np.empty(size, population.column(name).dtype) for name in kept}
        self._columns[LEFT] = np.zeros(size, np.int8)
        self._columns["gone"] = np.zeros(size, np.int8)
        self._columns["left_provider"] = np.full(size, -1, np.int32)
        self._keep(0, kept)
        for month in range(1, self.months + 1):
            market.step()
            self._keep(month, kept)

    def _keep(self, month: int, names: Sequence[str]) -> None:
        column = self.market.population.column
        for name in names:
            self._columns[name][month] = column(name)
        if month:
            gone = column("looks") == Looks.FAREWELL
            self._columns["gone"][month] = gone
            self._columns["left_provider"][month] = column("left_provider")
            self._columns[LEFT][month] = (column("left_provider") >= 0) & ~gone

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column, [month, customer].

        Besides those asked for there are ``left``, ``gone`` (left the market and was replaced) and
        ``left_provider`` (the firm left that month, or -1).
        """
        return self._columns[name]


def follow(draw: Draw, *, firm: str, measures: Sequence[str]) -> dict[str, Floats]:
    """Run a market to its end and write down what becomes of a firm.

    Args:
        draw: The market.
        firm: Name of the firm.
        measures: Columns of the table of firms; a name that is none is a customers' column, whose
            mean over the firm's customers is taken.

    Returns:
        A value a month, 0 … T, by measure; NaN where it is undefined or the firm is not there.

    Raises:
        KeyError: A name is neither a measure nor a column.
    """
    market = draw.market()
    months = draw.plan.market.months
    table = market.results.tables["firms"]
    lived = [name for name in measures if name not in table]
    unknown = [name for name in lived if name not in REAL_ROW and name not in MARK_ROW]
    if unknown:
        raise KeyError(f"neither a measure nor a column: {unknown}")
    path = {name: np.full(months + 1, np.nan) for name in measures}
    for month in range(1, months + 1):
        market.step()
        for name in lived:
            path[name][month] = mean_of_customers(market, firm, name)
    table = market.results.tables["firms"]
    own = np.asarray(table["firm"]) == firm
    for name in measures:
        if name in table:
            path[name][np.asarray(table["month"])[own]] = np.asarray(table[name], float)[own]
    return path


def mean_of_customers(market: Market, firm: str, column: str) -> float:
    """Mean of a column over those who have lived at least a month with a firm; NaN of nobody."""
    population = market.population
    own = population.column("provider") == market.firm(firm).index
    own &= population.column("tenure") >= 1
    values = population.column(column)[own]
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")


def differences(base: Floats, changed: Floats, first: int, last: int | None = None) -> list[float]:
    """Paths under the same luck, changed less base: a mean over months for every replication.

    Months in which either is undefined are left out.

    Args:
        base: [replication, month].
        changed: Likewise.
        first: First month.
        last: Last month; the first without it.
    """
    months = slice(first, (first if last is None else last) + 1)
    found = []
    for apart in changed[:, months] - base[:, months]:
        known = apart[~np.isnan(apart)]
        found.append(float(known.mean()) if known.size else float("nan"))
    return found
