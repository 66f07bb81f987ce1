"""The measures: what is reported of every firm and month, and how it is defined.

Each is null (NaN) where it is undefined: retention without customers, a rating without reviews.
Sums come from :mod:`agents.phases.survey`; ``own`` below stands for a firm's own customers.
"""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.columns import SOURCE_NAMES
from agents.phases import survey
from sim.results import Columns, texts

if TYPE_CHECKING:
    from sim.market import Market
    from sim.own_measures import OwnMeasures

STAR_MEMORY = 0.9
"""Part of a firm's public rating that is left a month later: a rating is of the last year."""
LONGEST_BEFORE = 600
"""Months before the start up to which cohorts of founders are told apart; older ones join these."""


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """A quotient, null where the denominator is 0."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)


class Measures:
    """Collects the tables of one market, month by month.

    Args:
        own: Measures that somebody adds to the model's.

    Attributes:
        customers: Customers of every firm at the end of every month so far, oldest first.
    """

    def __init__(self, own: OwnMeasures) -> None:
        self._own = own
        self.customers: list[np.ndarray] = []
        self._retention: list[np.ndarray] = []
        self._firms: list[dict[str, np.ndarray]] = []
        self._market: list[dict[str, float]] = []
        self._flows: list[np.ndarray] = []
        self._cohorts: list[np.ndarray] = []
        self._before = 0  # months before the start of the first cohort
        self._alive = np.zeros((0, 1), np.int64)  # [firm, cohort], the earliest first
        self.star_counts = np.zeros((0, 5))
        self.star_recent = np.zeros((0, 5))
        self._discounted = np.zeros(0)
        self._ever = np.zeros(0)

    def _grow(self, firms: int, month: int) -> None:
        """Make room for firms that entered, and for this month's cohort."""
        more = firms - len(self._ever)
        if more:
            self.star_counts = np.pad(self.star_counts, ((0, more), (0, 0)))
            self.star_recent = np.pad(self.star_recent, ((0, more), (0, 0)))
            self._discounted = np.pad(self._discounted, (0, more))
            self._ever = np.pad(self._ever, (0, more))
        rows, width = self._alive.shape
        wider = max(0, self._before + month + 1 - width)
        self._alive = np.pad(self._alive, ((0, firms - rows), (0, wider)))

    def rating(self) -> np.ndarray:
        """Public rating of every firm, 1–5: mean of recent stars; null without any."""
        counts = self.star_recent
        mean = ratio((counts * np.arange(1.0, 6.0)).sum(axis=1), counts.sum(axis=1))
        return np.clip(mean, 1.0, 5.0)  # rounding could go beyond

    def recent_reviews(self) -> np.ndarray:
        """Reviews of every firm in a month, an average in which old months fade."""
        return self.star_recent.sum(axis=1) * (1.0 - STAR_MEMORY)

    def take(self, market: Market, month: int, sums: np.ndarray, totals: np.ndarray) -> None:
        """Take one month down. Books must be closed before."""
        self._grow(len(sums), month)
        self._take_stars(sums)
        self._take_movers(market, month)
        self._take_firms(market, month, sums)
        self._take_market(market, month, sums, totals)

    def take_own(self, market: Market) -> None:
        """Take the measures of somebody's own for the month just taken down.

        Raises:
            sim.own_code.OwnCodeError: One of them failed.
        """
        self._firms[-1].update(self._own.of_firms(market))
        self._market[-1].update(self._own.of_market(market))

    def _take_stars(self, sums: np.ndarray) -> None:
        stars = sums[:, survey.STARS : survey.STARS + 5]
        self.star_counts += stars
        self.star_recent = self.star_recent * STAR_MEMORY + stars

    def _take_movers(self, market: Market, month: int) -> None:
        """Flows from firm to firm, and the cohorts that they leave and begin."""
        column = market.population.column
        provider, left = column("provider"), column("left_provider")
        if month == 0:
            self._take_founders(provider, column("joined_month"))
            return
        movers = np.flatnonzero((left >= 0) | ((column("joined_month") == month) & (provider >= 0)))
        source, destination = left[movers], provider[movers]
        reason = column("decided_by")[movers]
        leaving = source >= 0
        begun = np.maximum(column("left_cohort")[movers] + self._before, 0)
        np.subtract.at(self._alive, (source[leaving], begun[leaving]), 1)
        joining = destination >= 0
        np.add.at(self._alive[:, self._before + month], destination[joining], 1)
        self._cohorts.append(self._alive.copy())
        firms = len(self._alive) + 1
        codes = ((source + 1) * firms + destination + 1) * len(SOURCE_NAMES) + reason
        found, counts = np.unique(codes, return_counts=True)
        pairs, reasons = np.divmod(found, len(SOURCE_NAMES))
        sources, destinations = np.divmod(pairs, firms)
        months = np.full(len(found), month)
        self._flows.append(
            np.column_stack([months, sources - 1, destinations - 1, reasons, counts])
        )

    def _take_founders(self, provider: np.ndarray, joined: np.ndarray) -> None:
        """The cohorts of those who are customers at the start, by the months they have been."""
        settled = provider >= 0
        months = np.minimum(-joined[settled].astype(np.int64), LONGEST_BEFORE)
        self._before = int(months.max(initial=0))
        self._alive = np.zeros((len(self._alive), self._before + 1), np.int64)
        np.add.at(self._alive, (provider[settled], self._before - months), 1)
        self._cohorts.append(self._alive.copy())

    def _take_firms(self, market: Market, month: int, sums: np.ndarray) -> None:
        firms = market.firms
        own = sums[:, survey.CUSTOMERS]
        before = np.zeros(len(own))
        if self.customers:
            before[: len(self.customers[-1])] = self.customers[-1]
        leaves = sums[:, survey.LEAVES]
        # At the start nobody has lived a month of the run: nothing to judge by.
        lived = sums[:, survey.LIVED] if month > 0 else np.zeros(len(own))
        retention = ratio(before - leaves, before)
        self.customers.append(own)
        self._retention.append(retention)
        reservoirs = {
            "location": sums[:, survey.BY_LOCATION],
            "switching": sums[:, survey.BY_SWITCHING],
            "obligation": sums[:, survey.BY_OBLIGATION],
            "success": sums[:, survey.BY_SUCCESS],
        }
        worth = {
            "location": sums[:, survey.MONEY_LOCATION],
            "switching": sums[:, survey.MONEY_SWITCHING],
            "obligation": sums[:, survey.MONEY_OBLIGATION],
            "success": sums[:, survey.MONEY_SUCCESS],
        }
        money = _money(market)
        income = money["revenue"] + money["settlement"]
        contribution = income - money["delivery"] - money["attention"] - money["service"]
        lifetime = self._lifetime_value(market, ratio(contribution, own))
        discount = market.live.finance.discount
        self._discounted += contribution / (1.0 + discount) ** month
        self._ever += own if month == 0 else sums[:, survey.JOINS]
        joins = sums[:, survey.JOINS]
        self._firms.append(
            {
                "month": np.full(len(own), month),
                "firm": np.arange(len(own)),
                "discipline": np.array([firm.discipline.name for firm in firms], dtype=object),
                "customers": own.astype(np.int64),
                "market_share": ratio(own, np.full(len(own), own.sum())),
                "revenue_share": ratio(money["revenue"], np.full(len(own), fsum(money["revenue"]))),
                "share_of_customer": ratio(sums[:, survey.UNITS], sums[:, survey.WALLETS]),
                "retention": retention,
                "retention_due": ratio(sums[:, survey.DUE_STAYED], sums[:, survey.DUE]),
                "retention_12": self._retention_12(sums[:, survey.TENURE_12]),
                "joins": joins.astype(np.int64),
                "leaves": leaves.astype(np.int64),
                "stickiness": ratio(np.sum(list(reservoirs.values()), axis=0), own),
                **{f"stickiness_{name}": ratio(part, own) for name, part in reservoirs.items()},
                "stickiness_money": ratio(
                    np.sum(list(worth.values()), axis=0), sums[:, survey.UNITS]
                ),
                **{
                    f"stickiness_money_{name}": ratio(part, sums[:, survey.UNITS])
                    for name, part in worth.items()
                },
                "held_against_better": ratio(sums[:, survey.BETTER_STAYED], sums[:, survey.BETTER]),
                "satisfaction": ratio(sums[:, survey.SATISFACTION_SUM], lived),
                "expectation": ratio(sums[:, survey.EXPECTATION_SUM], lived),
                "success_rate": ratio(sums[:, survey.SUCCEEDED_SUM], lived),
                "trust": ratio(sums[:, survey.TRUST_SUM], lived),
                "nps": 100.0 * ratio(sums[:, survey.PROMOTERS] - sums[:, survey.DETRACTORS], lived),
                "next_purchase_intention": ratio(sums[:, survey.INTENTION], own),
                "rating": self.rating(),
                "reviews": self.star_counts.sum(axis=1).astype(np.int64),
                **{
                    f"stars_{star}": self.star_counts[:, star - 1].astype(np.int64)
                    for star in range(1, 6)
                },
                "fit": ratio(sums[:, survey.FIT], own),
                "knowledge": ratio(sums[:, survey.KNOWN], own),
                "liking": ratio(sums[:, survey.LIKED], own),
                "product": np.array([firm.product for firm in firms]),
                "attention_given": np.array([firm.attention for firm in firms]),
                "price": np.array([firm.price for firm in firms]),
                "unit_cost": np.array([firm.unit_cost for firm in firms]),
                "full_cost": np.array([firm.cost.full for firm in firms]),
                **money,
                "clv": lifetime,
                "clv_to_date": ratio(self._discounted, self._ever),
                "referral_value": ratio(sums[:, survey.FRIEND_JOINS] * lifetime, own),
                "acquisition_cost": ratio(money["advertising"] + money["acquisition"], joins),
                "listed": np.array([firm.closed is None or firm.closed == month for firm in firms]),
            }
        )

    def _retention_12(self, kept: np.ndarray) -> np.ndarray:
        """Of those with the firm twelve months ago, the part that never left since."""
        then = np.zeros(len(kept))
        if len(self.customers) > 12:
            past = self.customers[-13]
            then[: len(past)] = past
        return ratio(kept, then)

    def _lifetime_value(self, market: Market, margin: np.ndarray) -> np.ndarray:
        """Customer lifetime value ``m·r/(1+i−r)`` with the mean retention of the last year."""
        last = self._retention[-12:]
        recent = np.full((len(last), len(margin)), np.nan)
        for row, retention in zip(recent, last, strict=True):
            row[: len(retention)] = retention
        known = np.isfinite(recent)
        # Month by month: how numpy adds up a column depends on how many columns there are.
        total = sum(np.where(known, recent, 0.0), start=np.zeros(len(margin)))
        kept = ratio(total, known.sum(axis=0).astype(float))
        return ratio(margin * kept, 1.0 + market.live.finance.discount - kept)

    def _take_market(
        self, market: Market, month: int, sums: np.ndarray, totals: np.ndarray
    ) -> None:
        people = market.population.people
        own = sums[:, survey.CUSTOMERS]
        shares = own / own.sum() if own.sum() else np.zeros(len(own))
        adopters = totals[survey.ADOPTERS]
        self._market.append(
            {
                "month": month,
                "hhi": fsum(shares**2) if own.sum() else np.nan,
                "reach": adopters / people,
                "without_provider": people - int(adopters),
                "need": totals[survey.NEEDS] / people,
                "connectivity": market.live.zmot.connectivity,
                "adopters": int(adopters),
                "spending": market.spending,
            }
        )

    def forget_rows(self) -> None:
        """Drop the rows of the tables so far, for copies of a market whose tables nobody reads.

        What later measures need of the past stays.
        """
        for rows in (self._firms, self._market, self._flows, self._cohorts):
            rows.clear()

    def tables(self, market: Market) -> dict[str, Columns]:
        """The tables so far, as the interface documents them."""
        names = [firm.name for firm in market.firms]
        firms = {key: np.concatenate([row[key] for row in self._firms]) for key in self._firms[0]}
        listed = firms.pop("listed")
        firms = {key: values[listed] for key, values in firms.items()}
        index = firms.pop("firm")
        flows = (np.concatenate(self._flows) if self._flows else np.zeros((0, 5), np.int64)).astype(
            np.int64
        )
        return {
            "firms": market.identified(
                {
                    "month": firms.pop("month"),
                    "firm": texts(names, index),
                    "discipline": firms.pop("discipline"),
                    **firms,
                }
            ),
            "market": market.identified(
                {key: np.array([row[key] for row in self._market]) for key in self._market[0]}
            ),
            "cohorts": market.identified(self._cohort_table(names)),
            "flows": market.identified(
                {
                    "month": flows[:, 0],
                    "source": texts(names, flows[:, 1]),
                    "destination": texts(names, flows[:, 2]),
                    "decided_by": texts(list(SOURCE_NAMES), flows[:, 3]),
                    "customers": flows[:, 4],
                }
            ),
        }

    def _cohort_table(self, names: list[str]) -> Columns:
        """Survivors by tenure; founders joined before the start, in month 0 or a negative one."""
        firms, months = len(names), len(self._cohorts)
        began = np.zeros((firms, self._before + months), np.int64)
        for month, alive in enumerate(self._cohorts):
            new = slice(self._before + month if month else 0, None)
            began[: len(alive), new][:, : alive[:, new].shape[1]] = alive[:, new]
        firm, cohort = np.nonzero(began)
        joined = cohort - self._before
        pieces = []
        for month, alive in enumerate(self._cohorts):
            present = (joined <= month) & (firm < len(alive))
            f, c, j = firm[present], cohort[present], joined[present]
            pieces.append(np.column_stack([f, j, month - j, alive[f, c]]))
        rows = np.concatenate(pieces) if pieces else np.zeros((0, 4), np.int64)
        rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
        return {
            "firm": texts(names, rows[:, 0]),
            "joined": rows[:, 1],
            "tenure": rows[:, 2],
            "survivors": rows[:, 3],
        }


def _money(market: Market) -> dict[str, np.ndarray]:
    """The firms' accounts, a column for every line of the books."""
    lines = (
        "revenue", "settlement", "delivery", "attention", "service", "advertising", "acquisition",
        "investment", "fixed", "interest", "profit",
    )  # fmt: skip
    accounts = [firm.accounts for firm in market.firms]
    money: dict[str, Any] = {
        line: np.array([getattr(account, line) for account in accounts]) for line in lines
    }
    money["cash"] = np.array([firm.cash for firm in market.firms])
    return money
