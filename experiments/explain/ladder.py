"""One firm spends more on its own customers, step by step, and what that brings it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tsunagari.experiments.explain.asking import YEAR, last_months
from tsunagari.experiments.runs.given import HELD
from tsunagari.sim.paths import text_of
from tsunagari.sim.policies import Policies
from tsunagari.sim.problems import Problem, Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tsunagari.agents.firm.books import Accounts
    from tsunagari.agents.firm.firm import Firm
    from tsunagari.experiments.runs.given import Prices
    from tsunagari.sim.market import Market

type Lever = Literal["service", "attention"]


@dataclass(frozen=True, eq=False)
class Climb:
    """What a firm spent and gained on each step of a ladder, in one replication.

    Present values are of the month before the first; totals, not per customer.

    Attributes:
        customers: Customers before the first month: the closed cohort.
        clv: Their average lifetime value by the life table of the market, in money.
        level: Level of the lever on each step, float64[steps]; so are all that follow.
        spent: Present value of what each step costs beyond the firm's own level.
        gained: Present value of what it brings before that cost.
        kept: Of the cohort, how many more are still there a year later.
        spent_in_year: Present value of what is spent in that year.
        spent_before, gained_before: ``spent`` and ``gained`` when the last months begin.
    """

    customers: int
    clv: float
    level: NDArray[np.float64]
    spent: NDArray[np.float64]
    gained: NDArray[np.float64]
    kept: NDArray[np.float64]
    spent_in_year: NDArray[np.float64]
    spent_before: NDArray[np.float64]
    gained_before: NDArray[np.float64]


class Ladder:
    """A market that has come to the month before one of its firms may spend more.

    Making it runs the market on as it is: what firms decide there is replayed when rivals are
    frozen, and the price of the firm that spends more is held to its costs in that run, unless told
    otherwise.

    Args:
        start: The market; it is copied, never changed.
        lever: What is raised.
        months: Months to follow.
        told: Called after every month simulated.
        prices: Whether what it spends more is kept out of its price.
    """

    def __init__(
        self,
        start: Market,
        lever: Lever,
        months: int,
        told: Callable[[], None] = lambda: None,
        prices: Prices = HELD,
    ) -> None:
        clv = start.measures.latest(["clv"])[0].tolist()
        self._clv = dict(zip((firm.name for firm in start.firms), clv, strict=True))
        self._start = copy.deepcopy(start)
        self._start.measures.close()  # of the copies nobody reads a table
        self._lever, self._months, self._told = lever, months, told
        self._prices = prices
        self._policies = Policies()
        market = copy.deepcopy(self._start)
        self._followed = {
            firm.name: Follower(market, firm, lever, months)
            for firm in market.firms
            if firm.active and firm.customers > 0
        }
        for _ in range(months):
            market.begin_month()
            self._policies.take(market.month + 1, market.firms, market.population.offers)
            market.run_for(1)
            told()
            for follower in self._followed.values():
                follower.take(market)
        self._costs = market.unit_costs

    def own_level(self, firm: str) -> float | None:
        """Level of the lever that the firm has by itself; None where it has no customers."""
        follower = self._followed.get(firm)
        return None if follower is None else follower.own

    def climb(self, firm: str, levels: Sequence[float], *, frozen: bool) -> Climb:
        """Follow a firm with customers on every level.

        Args:
            firm: Its name.
            levels: Levels of the lever, rising, above the firm's own.
            frozen: Whether rivals do what they did when the firm had its own level.

        Raises:
            Problems: The scenario itself moves the lever in these months.
        """
        base = self._followed[firm]
        self._refuse_moving_lever(base)
        found = [self._raised(firm, level, frozen=frozen) for level in levels]
        return Climb(
            customers=int(base.cohort.sum()),
            clv=self._clv[firm],
            level=np.array(levels, dtype=np.float64),
            spent=np.array([one.spent for one in found]),
            gained=np.array([one.contribution - base.contribution for one in found]),
            kept=np.array([float(one.kept - base.kept) for one in found]),
            spent_in_year=np.array([one.spent_in_year for one in found]),
            spent_before=np.array([one.before[0] for one in found]),
            gained_before=np.array([one.before[1] - base.before[1] for one in found]),
        )

    def _raised(self, name: str, level: float, *, frozen: bool) -> Follower:
        """The firm in a copy of the market, on a level of its own until the end."""
        market = copy.deepcopy(self._start)
        if frozen:
            market.replay(self._policies, free=(name,))
        firm = market.firm(name)
        follower = Follower(market, firm, self._lever, self._months)
        market.live.set(text_of(("firms", name, self._lever)), level)
        if self._prices == HELD:
            market.hold_prices({name: self._costs[name]})
        for _ in range(self._months):
            market.run_for(1)
            self._told()
            follower.take(market)
        return follower

    def _refuse_moving_lever(self, base: Follower) -> None:
        """The scenario must leave the lever alone while we move it."""
        if base.moved is None:
            return
        month, key, value = base.moved
        message = (
            f"the scenario itself makes it {value} in month {month}: what one firm spends more "
            "must be all that changes"
        )
        path = text_of(("firms", base.name, key))
        raise Problems([Problem(path, message, suggestion="choose other months or another firm")])


class Follower:
    """Follows the business of one firm, month by month.

    Attributes:
        own: Level of the lever when it began.
        cohort: Who was a customer then, bool[people].
        moved: Month, key and value when the scenario first moved the lever or the discipline.
        contribution: Present value of the contribution, before what was spent.
        spent, spent_in_year: Present value of what was spent beyond the own level.
        before: What was spent, and the contribution, when the last months began.
        kept: Of the cohort, how many never left within a year.
    """

    def __init__(self, market: Market, firm: Firm, lever: Lever, months: int) -> None:
        self.name, self.own = firm.name, float(getattr(firm.terms, lever))
        self.cohort = market.population.column("provider") == firm.index
        self.moved: tuple[int, str, Any] | None = None
        self.contribution = self.spent = self.spent_in_year = 0.0
        self.before = (0.0, 0.0)
        self._last_begin = months - last_months(months)
        self.kept = 0
        self._firm, self._lever, self._first = firm, lever, market.month
        self._discipline = firm.terms.discipline
        self._year = min(YEAR, months)
        self._customers_before = firm.customers
        # Staff there would be for the same customers at the firm's own level of attention.
        self._usual_staff = firm.staff

    def take(self, market: Market) -> None:
        """Take down the month that a market has just completed."""
        firm, finance = self._firm, market.conditions.finance
        room = firm.terms.capacity * market.conditions.people
        wanted = self.own * min(float(self._customers_before), room)
        self._usual_staff += (wanted - self._usual_staff) / finance.hiring_lag
        self._customers_before = firm.customers
        if not firm.active:
            return
        level = float(getattr(firm.terms, self._lever))
        if self.moved is None and level != self.own:
            self.moved = market.month, self._lever, level
        if self.moved is None and firm.terms.discipline != self._discipline:
            self.moved = market.month, "discipline", firm.terms.discipline
        months = market.month - self._first
        factor = (1.0 + finance.discount) ** -months
        spent = factor * self._cost_beyond(firm.accounts, level, finance.attention_cost)
        self.contribution += factor * _contribution(firm.accounts) + spent
        self.spent += spent
        if months <= self._last_begin:
            self.before = (self.spent, self.contribution)
        if months <= self._year:
            self.spent_in_year += spent
        if months == self._year:
            column = market.population.column
            here = (column("provider") == firm.index) & (column("joined_month") <= self._first)
            self.kept = int((self.cohort & here).sum())

    def _cost_beyond(self, accounts: Accounts, level: float, attention_cost: float) -> float:
        """What this month cost more than the same customers would at the own level."""
        if self._lever == "attention":
            return attention_cost * (self._firm.staff - self._usual_staff)
        return accounts.units * (self._firm.service_at(level) - self._firm.service_at(self.own))


def _contribution(accounts: Accounts) -> float:
    """What customers bring before what the firm invests and its fixed costs."""
    costs = accounts.delivery + accounts.attention + accounts.service + accounts.acquisition
    return accounts.revenue + accounts.settlement - costs
