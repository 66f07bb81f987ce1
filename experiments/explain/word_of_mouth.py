"""What word of mouth is worth to each firm, and by which way it gets there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from tsunagari.agents.columns import Looks
from tsunagari.experiments.explain.asking import Effort, Runs, columns, ends, last_months, rows_of
from tsunagari.experiments.runs.given import HELD, checked
from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.sim.paths import path_of
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tsunagari.experiments.runs.given import Prices
    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.sim.market import Market

EVERYBODY = ""
"""Stands in the table for the market as a whole."""
PARTS = ("acceleration", "expansion", "retention", "loss to rivals")
"""Ways, in the order of :attr:`Ledger.parts`."""
TOTAL = "total"
FEWEST = 5
"""Replications at least, unless told otherwise."""

_ACCELERATION, _EXPANSION, _RETENTION, _LOSS = range(4)
_SILENCE: dict[str, Any] = {
    "zmot.review": 0.0,
    "zmot.friend": 0.0,
    "adoption.imitation": 0.0,
    "looking.bad_rating": 0.0,
}
_NO_TIES: dict[str, Any] = {
    "network.kind": "random",
    "network.neighbours": 0,
    "network.file": None,
    "network.digest": None,
    "network.columns": {},
    "network.weights": "as-given",
}
_NUMBERS = (
    *("value", "low", "high", "per_customer", "per_customer_low", "per_customer_high"),
    *("last", "last_low", "last_high", "with_word_of_mouth", "without_word_of_mouth"),
)
_KINDS: dict[str, type] = {
    "firm": str, "part": str, **dict.fromkeys(_NUMBERS, float), "replications": int,
    "months": int, "last_months": int, "prices": str,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class WordOfMouth:
    """The value of word of mouth, firm by firm.

    Attributes:
        table: Column names to columns: ``firm, part, value, low, high, per_customer,
            per_customer_low, per_customer_high, last, last_low, last_high, with_word_of_mouth,
            without_word_of_mouth, replications, months, last_months, prices``. The parts of a firm
            add up to its row ``total``; ``last`` is what the last months add to the total, per
            customer.
        firms: Names of the firms, in order of appearance.
        customers: People in the market.
        months: Months that were followed.
        replications: Pairs of markets.
        prices: Whether prices without word of mouth are held to the costs with it.
        longer: The same over a second, longer horizon, where the sign of a total may not last.
    """

    table: dict[str, NDArray[Any]]
    firms: tuple[str, ...]
    customers: int
    months: int
    replications: int
    prices: Prices = HELD
    longer: WordOfMouth | None = None

    @property
    def turns(self) -> bool:
        """Whether the sign of a total may not last beyond the horizon."""
        return any(turns(row) for row in rows_of(self.table) if row["part"] == TOTAL)


def turns(total: Mapping[str, Any]) -> bool:
    """Whether a total that can be told from 0 has its last months against it, for sure."""
    if total["value"] > 0:
        return bool(total["low"] > 0 > total["last_high"])
    return bool(total["high"] < 0 < total["last_low"])


def without_word_of_mouth(plan: Scenario) -> Scenario:
    """The same people, firms and luck; nobody hears of anybody.

    No ties, reviews that nobody believes, no imitation, no public rating that unsettles customers.
    Events that would bring any of this back are left out.
    """
    silenced = {path_of(path) for path in _SILENCE}
    kept = [e for e in plan.events if e.set is None or path_of(e.set) not in silenced]
    quiet = plan.model_copy(update={"events": kept, "translations": {}})
    return quiet.with_values({**_SILENCE, **_NO_TIES})


def word_of_mouth(plan: Scenario, *, prices: Prices = HELD, **runs: Unpack[Runs]) -> WordOfMouth:
    """Compare the market as it is with the same market without word of mouth.

    Both run in lockstep from month 0 under the same luck. Value is :func:`customer_value`,
    discounted to month 0; the split follows Libai, Muller & Peres (2013,
    doi:10.1509/jmr.11.0305), see :class:`Ledger`. The market as a whole is treated as one provider.

    Args:
        plan: The resolved scenario.
        prices: Whether firms without word of mouth set their prices on the costs that they have
            with it, or pass on what theirs come to.
        runs: See :class:`~tsunagari.experiments.explain.asking.Runs`; a replication is a pair of
            markets, two markets make two months of progress.
    """
    effort = Effort.of(plan, FEWEST, **runs)
    work = _Work(plan, effort.seed, checked(prices))
    accounts = effort.over(work, effort.replications, 2 * plan.market.months)
    firms = (*(firm.name for firm in plan.firms), *_entrants(plan))
    table = _table(plan, firms, prices, np.stack(accounts))
    months, people = plan.market.months, plan.market.customers
    return WordOfMouth(table, firms, people, months, effort.replications, prices)


def _entrants(plan: Scenario) -> list[str]:
    """Names of the firms that enter, in the order in which they do."""
    entering = [(event.month, event.enter) for event in plan.events if event.enter is not None]
    return [firm.name for _, firm in sorted(entering, key=lambda pair: pair[0])]


@dataclass(frozen=True)
class _Work:
    """One pair of markets."""

    plan: Scenario
    seed: int
    prices: Prices

    def __call__(
        self, replication: int, threads: int | None, progress: Progress | None
    ) -> NDArray[np.float64]:
        """Parts, then value with and without, and what of it is of the last months.

        Returns:
            float64[7, firms and the whole market].
        """
        from tsunagari.sim.market import Market

        plan, months = self.plan, self.plan.market.months
        one = Market(plan, self.seed, replication=replication, threads=threads)
        costs = one.unit_costs if self.prices == HELD else None  # grows while both go on
        quiet = without_word_of_mouth(plan)
        pair = [one, Market(quiet, self.seed, replication=replication, threads=threads,
                            costs=costs)]  # fmt: skip
        for market in pair:
            market.measures.close()
        people, firms = one.population.people, len(plan.firms) + len(_entrants(plan))
        ledgers = Ledger(people, firms), Ledger(people, 1)
        before = [np.zeros(0), np.zeros(0)]
        for month in range(months + 1):
            if month > 0:
                for market in pair:
                    market.run_for(1)
                if progress is not None:
                    progress(len(pair))
            factor = (1.0 + one.live.finance.discount) ** -month
            values = [customer_value(market) for market in pair]
            replaced = _replaced(pair)
            ledgers[0].book(values[0], values[1], factor, replaced)
            whole = [CustomerValue(np.minimum(v.provider, 0), v.value) for v in values]
            ledgers[1].book(whole[0], whole[1], factor, replaced)
            if month <= months - last_months(months):
                before = [ledger.with_ - ledger.without for ledger in ledgers]
        return np.hstack([ledger.close(then) for ledger, then in zip(ledgers, before, strict=True)])


def _replaced(pair: Sequence[Market]) -> NDArray[np.int64]:
    """Rows whose people left the market this month; their luck is the same in both."""
    here, there = (market.population.column("looks") == Looks.FAREWELL for market in pair)
    if not np.array_equal(here, there):
        raise RuntimeError("two markets with the same luck replaced different people")
    return np.flatnonzero(here)


def _table(
    plan: Scenario, firms: Sequence[str], prices: Prices, found: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """The columns, from what :class:`_Work` returns: [replication, 7, firm]."""
    customers, months = plan.market.customers, plan.market.months
    with_, without, last = (found[:, len(PARTS) + place] for place in range(3))
    parts = [*(found[:, place] for place in range(len(PARTS))), with_ - without]
    rows = []
    for place, firm in enumerate((*firms, EVERYBODY)):
        same = {
            **ends("last", last[:, place] / customers),
            "with_word_of_mouth": with_[:, place].mean(),
            "without_word_of_mouth": without[:, place].mean(),
            "replications": len(found),
            "months": months,
            "last_months": last_months(months),
            "prices": prices,
        }
        for part, values in zip((*PARTS, TOTAL), parts, strict=True):
            value = t_interval(values[:, place])
            numbers = {"value": value.mean, "low": value.low, "high": value.high}
            each = {
                f"per_customer{end}": number / customers
                for end, number in zip(("", "_low", "_high"), numbers.values(), strict=True)
            }
            rows.append({"firm": firm, "part": part, **numbers, **each, **same})
    return columns(rows, _KINDS)


@dataclass(frozen=True)
class CustomerValue:
    """A month of customers' business, in money of that month.

    Attributes:
        provider: Firm that each customer is with at the end of the month, -1 for none; int64[n].
        value: What the customer brought that firm; 0 without one; float64[n].
    """

    provider: NDArray[np.int64]
    value: NDArray[np.float64]


def customer_value(market: Market) -> CustomerValue:
    """What was paid and settled, less units × (unit cost + that of service) and part of attention.

    All customers of a firm share the cost of its staff alike. The sum over a firm's customers is
    its revenue and settlement less delivery, service and attention in the books, but for what it
    sold to customers of its rivals. In month 0 nothing has been sold yet.

    Args:
        market: A market whose month is complete.
    """
    provider = market.population.column("provider").astype(np.int64)
    if market.month == 0:
        return CustomerValue(provider, np.zeros(len(provider)))
    units, paid, settled = market.population.bills()
    price = np.array([firm.price for firm in market.firms])
    cost = np.array([firm.unit_cost + firm.unit_cost_of_service for firm in market.firms])
    attention = np.array([firm.accounts.attention for firm in market.firms])
    here = provider >= 0
    firm = provider[here]
    each = attention / np.maximum(np.bincount(firm, minlength=len(price)), 1)
    value = np.zeros(len(provider))
    value[here] = price[firm] * (paid + settled)[here] - cost[firm] * units[here] - each[firm]
    return CustomerValue(provider, value)


class Ledger:
    """Splits the difference of customer value between two markets with the same people and luck.

    Each month, what the market *with* less the market *without* got from a customer is booked for
    the firm concerned. Once the customer has been with that firm in both markets, the difference is
    retention: how long they stay, come back, and what they bring meanwhile. Before that it is kept
    apart, and when the account is closed it is acceleration if they came to the firm in both
    markets after all, expansion if only in the market with, and loss to rivals if only in the
    market without. An account is closed at the end, or when somebody else takes the customer's
    place in the market.

    Args:
        people: Number of customers, n.
        firms: Number of firms that may appear, F; memory grows with n·F.

    Attributes:
        parts: Sums by way and firm, float64[4, F]; complete after :meth:`close`.
        with_, without: All value of either market by firm, float64[F].
    """

    def __init__(self, people: int, firms: int) -> None:
        self.parts: NDArray[np.float64] = np.zeros((len(PARTS), firms))
        self.with_: NDArray[np.float64] = np.zeros(firms)
        self.without: NDArray[np.float64] = np.zeros(firms)
        self._ever_with = np.zeros((people, firms), np.bool_)
        self._ever_without = np.zeros((people, firms), np.bool_)
        self._pending = np.zeros((people, firms))

    def book(
        self,
        with_: CustomerValue,
        without: CustomerValue,
        factor: float,
        replaced: NDArray[np.int64],
    ) -> None:
        """Book one month.

        Args:
            with_: The month of the market with.
            without: The month of the market without.
            factor: What money of this month counts, for discounting.
            replaced: Rows whose people left the market this month, in both markets alike.
        """
        self._settle(replaced)
        for month, ever in ((with_, self._ever_with), (without, self._ever_without)):
            rows = np.flatnonzero(month.provider >= 0)
            ever[rows, month.provider[rows]] = True
        firms = self.parts.shape[1]
        both_sides = ((1.0, with_, self.with_), (-1.0, without, self.without))
        for sign, month, total in both_sides:
            rows = np.flatnonzero(month.provider >= 0)
            firm, value = month.provider[rows], factor * month.value[rows]
            total += np.bincount(firm, value, firms)
            both = self._ever_with[rows, firm] & self._ever_without[rows, firm]
            self.parts[_RETENTION] += sign * np.bincount(firm[both], value[both], firms)
            self._pending[rows[~both], firm[~both]] += sign * value[~both]

    def close(self, before: NDArray[np.float64] | float = 0.0) -> NDArray[np.float64]:
        """Close everybody's account; nothing can be booked any more.

        Args:
            before: What the market with had brought more when the last months began.

        Returns:
            Parts, then all value with and without, and what the last months brought; [7, F].
        """
        self._settle(np.arange(len(self._pending)))
        last = self.with_ - self.without - before
        return np.vstack([self.parts, self.with_, self.without, last])

    def _settle(self, rows: NDArray[np.int64]) -> None:
        """Close these people's accounts, and open new ones."""
        one, other = self._ever_with[rows], self._ever_without[rows]
        pending = self._pending[rows]
        for part, ways in (
            (_ACCELERATION, one & other),
            (_EXPANSION, one & ~other),
            (_LOSS, other & ~one),
        ):
            self.parts[part] += np.where(ways, pending, 0.0).sum(axis=0)
        self._ever_with[rows] = self._ever_without[rows] = False
        self._pending[rows] = 0.0
