"""What can be seen: by a team of its own firm and of the market, by the teacher of everything."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tsunagari.experiments.panel.watch import Records, survey

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.agents.firm.firm import Firm
    from tsunagari.sim.market import Market

    type Floats = NDArray[np.float64]

_RECORDS = Records(missing=0.0, asked=0.3)
"""A survey at the end of each round: three of ten customers are asked."""
_WIDTH = 1.96
YARDSTICKS = ("profit", "retention", "success")
"""By which firms are ranked: money, who stays, and whether customers get what they came for."""


@dataclass(frozen=True)
class Answers:
    """What customers answered when a firm asked whether they would recommend it.

    Attributes:
        number: How many answered.
        nps: Promoters less detractors among them, in per cent; NaN without an answer.
        margin: To either side of it, 95 %, as a firm would reckon it; NaN below two answers.
    """

    number: int
    nps: float
    margin: float


def ask_customers(market: Market, firm: Firm, months: int) -> Answers:
    """A firm's survey of its settled customers: few answer, the pleased rather, and not exactly."""
    column = market.population.column
    rows = np.flatnonzero((column("provider") == firm.index) & (column("tenure") > 0))
    _, scores = survey(market, market.month, rows, rows, _RECORDS)
    told = scores[np.isfinite(scores)]
    each = 100.0 * ((told >= 9.0).astype(np.float64) - (told <= 6.0))
    if len(each) < 2:
        return Answers(len(each), float(each.mean()) if len(each) else math.nan, math.nan)
    return Answers(
        len(each), float(each.mean()), _WIDTH * float(each.std(ddof=1)) / math.sqrt(len(each))
    )


@dataclass(frozen=True, eq=False)
class Sight:
    """The numbers of a market so far, by firm and month.

    Attributes:
        names: Names of the firms, in order of appearance.
        months: The last month.
        values: Measure to its values, float64[month, firm]; NaN where a firm was not there.
        moved: Who went from which firm to which in each month, [month, from, to]; the last place
            is nobody.
    """

    names: tuple[str, ...]
    months: int
    values: Mapping[str, Floats]
    moved: Floats

    @classmethod
    def of(cls, market: Market) -> Sight:
        """The sight of a market as it stands."""
        tables = market.results.tables
        names = tuple(firm.name for firm in market.firms)
        place = {name: number for number, name in enumerate(names)} | {"": len(names)}
        firms, flows = tables["firms"], tables["flows"]
        at = np.asarray(firms["month"]), np.array([place[name] for name in firms["firm"]])
        values = {}
        for name in MEASURED:
            values[name] = np.full((market.month + 1, len(names)), np.nan)
            values[name][at] = np.asarray(firms[name], dtype=np.float64)
        moved = np.zeros((market.month + 1, len(names) + 1, len(names) + 1))
        ends = [[place[name] for name in flows[end]] for end in ("source", "destination")]
        where = np.asarray(flows["month"]), *(np.array(end, np.int64) for end in ends)
        np.add.at(moved, where, np.asarray(flows["customers"], dtype=np.float64))
        return cls(names, market.month, values, moved)

    def of_firm(self, name: str) -> dict[str, Floats]:
        """The values of one firm, month by month."""
        place = self.names.index(name)
        return {measure: table[:, place] for measure, table in self.values.items()}

    def by(self, yardstick: str, since: int = 1) -> Floats:
        """How firms stand by a yardstick, over the months from one on; NaN where it is undefined.

        ``profit`` is the sum; ``retention`` the part of customers who stayed, a month; ``success``
        the part whose outcome met their need, a month.
        """
        found = {name: table[since:] for name, table in self.values.items()}
        if yardstick == "profit":
            return np.nansum(found["profit"], axis=0)
        count = found["customers"]
        with np.errstate(invalid="ignore", divide="ignore"):
            if yardstick == "retention":
                before = self.values["customers"][since - 1 : -1]
                lost = np.nansum(found["leaves"], axis=0) / np.nansum(before, axis=0)
                return np.asarray(1.0 - lost)
            weighed = np.nansum(found["success_rate"] * count, axis=0)
            settled = np.where(np.isfinite(found["success_rate"]), count, 0.0)
            return np.asarray(weighed / np.nansum(settled, axis=0))

    def ranks(self, yardstick: str, since: int = 1) -> list[int]:
        """Numbers of the firms, the best first; those without a value last."""
        values = self.by(yardstick, since)
        return sorted(
            range(len(values)),
            key=lambda n: -values[n] if math.isfinite(values[n]) else math.inf,
        )


COSTS = ("delivery", "attention", "service", "intermediation", "advertising", "acquisition",
         "investment", "fixed", "interest")  # fmt: skip
"""Columns of a firm's books that are costs."""
JOINERS = ("joins_stimulus", "joins_review", "joins_friend", "joins_referral", "joins_memory")
RESERVOIRS = tuple(
    f"stickiness_money_{name}" for name in ("location", "switching", "obligation", "success")
)
MEASURED: Sequence[str] = (
    "customers", "market_share", "price", "rating", "reviews", "joins", "leaves", "retention",
    "success_rate", "nps", "stickiness_money", "revenue", "settlement", "profit", "cash",
    *COSTS, *JOINERS, *RESERVOIRS,
)  # fmt: skip


def public(sight: Sight) -> list[dict[str, Any]]:
    """What everybody can see of every firm that is in the market."""
    last = {name: table[-1] for name, table in sight.values.items()}
    return [
        {"firm": name} | {key: float(last[key][place]) for key in
                          ("price", "rating", "reviews", "market_share")}
        for place, name in enumerate(sight.names)
        if math.isfinite(last["customers"][place])
    ]  # fmt: skip
