"""The market: a Mesa model in which firms and customers go through months together."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from math import fsum
from typing import Any

import mesa
import numpy as np

from agents.books import Sales, Standing
from agents.chance import seed_word
from agents.conditions import Conditions, Rival
from agents.customer import Customer
from agents.customer_set import CustomerSet, EveryAgent
from agents.discipline import CAPABILITIES
from agents.firm import Firm
from agents.offer import HOLDS, OFFER
from agents.phases import survey
from agents.population import PHASES, Population
from sim import start
from sim.events import Timeline
from sim.live import LiveScenario, discipline_of
from sim.measures import Measures
from sim.parameters import parameters_of
from sim.policies import Policies, Replay
from sim.results import Columns, Results
from sim.schema import Scenario


class Market(mesa.Model):
    """A market of firms and linked customers.

    A month is a step: events, firms plan, customers live what is delivered; then every customer
    judges, shares, looks, searches, chooses and settles against last month's state; then it is
    measured. ``(plan, seed, replication)`` determine every number, on any number of threads.

    Args:
        plan: The scenario.
        seed: Seed of all chance; the plan's own by default.
        replication: Number of the run among runs of one seed.
        threads: Threads for the customers; all usable processors by default.
        customer: Class of the customers, :class:`~agents.customer.Customer` or a subclass.
        firm: Class of the firms, :class:`~agents.firm.Firm` or a subclass.

    Attributes:
        plan: The scenario, unchanged.
        live: The scenario as it stands this month, after events.
        firms: All firms that ever were in the market, in order of appearance.
        population: The customers' columns.
        month: Months that are complete; month 0 is the start.
        conditions: What firms know of the market this month.
        spending: What customers paid this month, counted on their side.
    """

    def __init__(
        self,
        plan: Scenario,
        seed: int | None = None,
        *,
        replication: int = 0,
        threads: int | None = None,
        customer: type[Customer] = Customer,
        firm: type[Firm] = Firm,
    ) -> None:
        seed = plan.seed if seed is None else int(seed)
        super().__init__(rng=seed)
        self.plan = plan
        self.seed = seed
        self.replication = replication
        self.seed_word = seed_word(seed, replication)
        self.live = LiveScenario(plan)
        self.month = 0
        self.begun = 0
        self.firms: list[Firm] = []
        self._firm_class = firm
        self.spending = 0.0
        self._closing: list[Firm] = []
        self._terms_of = self.live.version
        self.conditions: Conditions
        self._parameters: tuple[int, Any] | None = None
        self._timeline = Timeline(plan.events)
        self._replay: Replay | None = None
        self._switched_off: dict[int, frozenset[str]] = {}
        self._sums = np.zeros((0, len(survey.SUMS)))
        self.measures = Measures()
        self.population: Population = start.people(self, threads)
        self._register_customers(customer)
        start.firms(self)
        start.seats(self)
        self._measure(0)

    # -- what is asked of a market ---------------------------------------------------------------

    @property
    def results(self) -> Results:
        """The tables of all months so far."""
        return Results(self.measures.tables(self))

    @property
    def network(self) -> Any:
        """The customers' network as a networkx graph, made on request."""
        return self.population.network.graph()

    def firm(self, name: str) -> Firm:
        """The firm of this name.

        Raises:
            KeyError: There is none (yet).
        """
        for firm in self.firms:
            if firm.name == name:
                return firm
        raise KeyError(f"there is no firm {name!r}; there are {[f.name for f in self.firms]}")

    @property
    def parameters(self) -> Any:
        """The record of the customers' parameters as they stand this month."""
        if self._parameters is None or self._parameters[0] != self.live.version:
            self._parameters = (self.live.version, parameters_of(self.live))
        return self._parameters[1]

    @property
    def agents(self) -> EveryAgent:
        """All agents, firms and customers alike."""
        return EveryAgent(self)

    # -- a month ---------------------------------------------------------------------------------

    def step(self) -> None:
        """One month for everybody."""
        self.step_customers()
        self.month += 1
        self._measure(self.month)

    def step_customers(self) -> None:
        """Everybody who has not gone through this month by themselves does so now."""
        self.begin_month()
        self.population.take_on_the_rest()

    def begin_month(self) -> None:
        """Events happen, firms plan and offer, customers live it; once a month."""
        month = self.month + 1
        if self.begun == month:
            return
        self.begun = month
        self._timeline.apply(self, month)
        for firm in self.firms:
            if firm.active and self._must_close(firm, month):
                self.close(firm, month)
        if self._terms_of != self.live.version:
            self._terms_of = self.live.version
            for firm in self.firms:
                self._renew_terms(firm)
        self.conditions = self._conditions(month)
        for firm in self.firms:
            if firm.active:
                self._let_decide(firm, month)
        closed = [firm.index for firm in self._closing]
        self._closing = []
        self.population.begin_month(
            month, self.offers(), self.parameters, self._advertising(), closed
        )

    def replay(self, policies: Policies, free: Collection[str] = ()) -> None:
        """From now on let firms decide what they decided in another market with the same luck.

        Args:
            policies: What they decided there, of every month to come (:func:`sim.policies.record`).
            free: Names of firms that decide for themselves nevertheless.
        """
        self._replay = Replay(policies, free)

    def switch_off(self, firm: str, holds: Iterable[str]) -> None:
        """From the next month on, keep a firm from holding its own customers by some things.

        Args:
            firm: Its name.
            holds: Of :data:`agents.offer.HOLDS`; instead of what was switched off before.

        Raises:
            KeyError: There is no such firm.
            ValueError: There is no such hold.
        """
        off = frozenset(holds)
        if not off <= set(HOLDS):
            raise ValueError(f"{sorted(off - set(HOLDS))} are not among {', '.join(HOLDS)}")
        self._switched_off[self.firm(firm).index] = off

    def enter(self, plan: Any, month: int) -> Firm:
        """A firm enters the market, without customers."""
        self.live.firms[plan.name] = plan
        return self._add_firm(plan, month)

    def close(self, firm: Firm, month: int) -> None:
        """A firm leaves the market; its customers lose it."""
        if firm.active:
            firm.closed = month
            self._closing.append(firm)

    # -- how it is done --------------------------------------------------------------------------

    def _register_customers(self, customer: type[Customer]) -> None:
        """Make the columns a type of agents; rules overridden in Python run row by row."""
        self.first_customer_id = self.agent_id_counter
        self.agent_id_counter += self.population.people
        everybody = CustomerSet(self, customer)
        self._agents_by_type[Customer] = everybody
        if customer is not Customer:
            self._agents_by_type[customer] = everybody
        own = [name for name in PHASES if getattr(customer, name) is not getattr(Customer, name)]
        if own:
            warnings.warn(
                f"{customer.__name__} has its own {', '.join(own)}: run in Python, row by row",
                stacklevel=3,
            )
        for name in own:
            self.population.own_phases[name] = _OwnPhase(self, customer, name)

    def _add_firm(self, plan: Any, month: int, share: float = 0.0) -> Firm:
        terms = self.live.terms(plan.name)
        discipline = discipline_of(terms.discipline)
        firm = self._firm_class(self, len(self.firms), terms, discipline, month)
        self._agents_by_type[Firm] = self._agents_by_type[type(firm)]
        self.firms.append(firm)
        self._sums = np.pad(self._sums, ((0, 1), (0, 0)))
        firm.found(self.conditions, share)
        return firm

    def _renew_terms(self, firm: Firm) -> None:
        """Give a firm its numbers as they stand; a new discipline decides from now on."""
        before = firm.terms.discipline
        firm.terms = self.live.terms(firm.name)
        if firm.terms.discipline != before:
            firm.discipline = discipline_of(firm.terms.discipline)

    def _must_close(self, firm: Firm, month: int) -> bool:
        if self._replay is None or self._replay.is_free(firm):
            return firm.is_insolvent(self.conditions)
        return self._replay.closes(firm, month)

    def _let_decide(self, firm: Firm, month: int) -> None:
        """Let a firm plan the month, or do what it did in the market that is replayed."""
        if self._replay is None or self._replay.is_free(firm):
            firm.step()
        else:
            self._replay.decide(firm, month)

    def _conditions(self, month: int) -> Conditions:
        """What firms know of the market: last month's standards, this month's technology."""
        live = self.live
        people = self.population.people
        weights = [firm.standing.market_share if firm.active else 0.0 for firm in self.firms]
        total = sum(weights)
        means = {
            name: sum(w * f.capabilities[name] for w, f in zip(weights, self.firms, strict=True))
            / total
            if total > 0.0
            else 1.0
            for name in CAPABILITIES
        }
        seen = [firm for firm in self.firms if self._is_seen(firm)]
        return Conditions(
            month=month,
            people=people,
            reference_revenue=live.finance.reference_share * people,
            means=means,
            par={name: live.technology.par * mean for name, mean in means.items()},
            products={firm.name: firm.product for firm in seen},
            seen={
                firm.name: Rival(firm.price, firm.standing.market_share, firm.capabilities.copy())
                for firm in seen
            },
            technology=live.technology,
            finance=live.finance,
            relation=live.relation,
            zmot=live.zmot,
            value=live.value,
            segments=tuple(segment.name for segment in self.plan.segments),
        )

    def _is_seen(self, firm: Firm) -> bool:
        """Whether anybody can know of a firm; one that nobody sees must change nothing."""
        return firm.active and (firm.terms.reach > 0.0 or firm.customers > 0)

    def offers(self) -> np.ndarray:
        """What customers see of every firm: one record a firm, :data:`agents.offer.OFFER`."""
        table = np.zeros(len(self.firms), OFFER)
        for firm in self.firms:
            values = firm.offer_values(self.conditions)
            if self._replay is not None and firm.active and not self._replay.is_free(firm):
                values = self._replay.offer_values(firm, self.begun, values)
            for name, value in values.items():
                table[name][firm.index] = value
            for name in HOLDS:
                off = self._switched_off.get(firm.index, frozenset())
                table[f"holds_{name}"][firm.index] = 0.0 if name in off else 1.0
        table["weight"] = self._weights()
        table["rating_effect"] = self._rating_effects()
        table["stimulus"] = self._rivals_stimulus()
        return table

    def _weights(self) -> np.ndarray:
        """Weight of each firm in what "the market" gives: its share; its reach if all are new."""
        # Exact sums here and below: a firm that nobody sees must not even move the last digit.
        shares = np.array([f.standing.market_share if f.active else 0.0 for f in self.firms])
        if shares.any():
            return shares / fsum(shares)
        reach = np.array([f.terms.reach if f.active else 0.0 for f in self.firms])
        return reach / fsum(reach) if reach.any() else reach

    def _rating_effects(self) -> np.ndarray:
        """Factor on looking around of customers whose provider is rated below the market."""
        rating = self.measures.rating()
        rating = np.pad(rating, (0, len(self.firms) - len(rating)), constant_values=np.nan)
        known = np.isfinite(rating)
        weights = self._weights()
        if not (weights * known).any():
            return np.ones(len(self.firms))
        mean = fsum(rating[known] * weights[known]) / fsum(weights[known])
        below = np.where(known, np.maximum(0.0, mean - rating), 0.0)
        return np.exp(self.live.looking.bad_rating * below)

    def _voices(self) -> np.ndarray:
        """Firms' advertising (first row) and its weight, their reach (second row)."""
        return np.array(
            [(f.terms.advertising, f.terms.reach) if f.active else (0.0, 0.0) for f in self.firms]
        ).T.reshape(2, -1)

    def _rivals_stimulus(self) -> np.ndarray:
        """Factor on looking around from the mean advertising of each firm's rivals."""
        level, reach = self._voices()
        others = fsum(reach) - reach
        mean = np.divide(
            fsum(level * reach) - level * reach, others, out=np.ones(len(level)), where=others > 0
        )
        return np.maximum(mean, 0.0) ** self.live.looking.stimulus

    def _advertising(self) -> float:
        """Mean advertising that reaches people without a provider."""
        level, reach = self._voices()
        return fsum(level * reach) / fsum(reach) if reach.any() else 0.0

    def _measure(self, month: int) -> None:
        """Survey everybody, close the books, publish reviews, take it down."""
        sums, totals = self.population.survey()
        self._sums = sums
        side_units, spending = self._side_sales(sums)
        self.spending = spending if month > 0 else 0.0  # before month 1 nothing has happened
        for firm in self.firms:
            if firm.active and month > 0:
                own = sums[firm.index]
                sales = Sales(
                    units=float(own[survey.UNITS]),
                    paid=float(own[survey.PAID]),
                    side_units=float(side_units[firm.index]),
                    settled=float(own[survey.SETTLED]),
                    joins=int(own[survey.JOINS]),
                )
                firm.account(self.conditions, sales)
            elif firm.closed == month or month == 0:
                firm.accounts = type(firm.accounts)()
        self.population.publish()
        self.measures.take(self, month, sums, totals)
        self._take_standings(sums)

    def _side_sales(self, sums: np.ndarray) -> tuple[np.ndarray, float]:
        """What customers spend besides their provider, spread over its rivals by attractiveness.

        Returns:
            Units sold to rivals' customers, per firm, and all money that customers paid.
        """
        offers, value = self.population.offers, self.live.value
        fit = ratio_or(sums[:, survey.FIT], sums[:, survey.CUSTOMERS], 0.7)
        quality = value.product * offers["product"]
        quality = quality + value.solution * offers["knowledge"] * offers["solution"] * fit
        sensitivity = value.price_base + value.price_slope / 3.0
        seen = np.array([self._is_seen(firm) for firm in self.firms])
        known = np.where(seen, np.maximum(offers["reach"], self._weights()), 0.0)
        appeal = quality / 3.0 - sensitivity * offers["log_price"] + offers["reputation"]
        prices = np.exp(offers["log_price"])
        spare = sums[:, survey.SIDE_UNITS]
        side = np.zeros(len(self.firms))
        for firm in range(len(self.firms)):
            rivals = known.copy()
            rivals[firm] = 0.0
            if spare[firm] > 0.0 and rivals.any():
                # Against the best of them, so that no exponential is too large or all vanish.
                rivals *= np.exp(np.minimum(0.0, appeal - appeal[rivals > 0.0].max()))
                side += spare[firm] * rivals / fsum(rivals)
        return side, fsum((sums[:, survey.PAID] + side) * prices)

    def _take_standings(self, sums: np.ndarray) -> None:
        """Tell every firm where it stands; firms plan the next month with it."""
        customers = sums[:, survey.CUSTOMERS]
        everybody = customers.sum()
        rate = self.live.zmot.doubt_rate
        for firm in self.firms:
            own = sums[firm.index]
            count = own[survey.CUSTOMERS]
            share = float(count / everybody) if everybody else 0.0
            firm.standing = Standing(
                customers=int(count),
                market_share=share,
                # At the start nothing has been lost yet: shares are only being seated.
                lost=firm.standing.market_share - share if self.month > 0 else 0.0,
                revenue=firm.accounts.revenue,
                liking=float(own[survey.LIKED] / count) if count else 0.0,
                valued={name: float(own[column] / count) for name, column in survey.VALUED.items()}
                if count
                else {},
            )
            if own[survey.NEWCOMERS] > 0:
                broken = max(0.0, -own[survey.BROKEN] / own[survey.NEWCOMERS])
                firm.overpromise += rate * (broken - firm.overpromise)

    def identified(self, columns: Columns) -> Columns:
        """A table's columns behind those that say of which run they are."""
        rows = len(next(iter(columns.values())))
        return {
            "scenario": np.full(rows, self.plan.title, dtype=object),
            "replication": np.full(rows, self.replication, np.int64),
            **columns,
        }


class _OwnPhase:
    """A phase that a subclass of Customer has overridden, for one row at a time."""

    def __init__(self, market: Market, customer: type[Customer], name: str) -> None:
        self.market, self.customer, self.name = market, customer, name

    def __call__(self, row: int) -> None:
        getattr(self.customer(self.market, row), self.name)()


def ratio_or(above: np.ndarray, below: np.ndarray, otherwise: float) -> np.ndarray:
    """A quotient, and a given number where the denominator is 0."""
    return np.divide(above, below, out=np.full(len(above), otherwise), where=below != 0)
