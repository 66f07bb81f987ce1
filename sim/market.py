"""The market: a Mesa model in which firms and customers go through months together."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import mesa
import numpy as np

from agents.books import UnitCosts
from agents.chance import seed_word
from agents.conditions import Conditions
from agents.customer import Customer
from agents.customer_set import CustomerSet, EveryAgent
from agents.firm import Firm
from agents.offer import HOLDS, OFFER
from agents.population import PHASES, Population
from sim import start, voices
from sim.events import Timeline
from sim.live import LiveScenario, discipline_of
from sim.measures import Measures
from sim.own_code import told_as
from sim.own_measures import Measure, OwnMeasures
from sim.parameters import parameters_of
from sim.policies import Policies, Replay
from sim.results import Columns, Results
from sim.schema import Scenario
from sim.settling import close_books, take_standings


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
        costs: What a unit costs firms, by name and month, as :attr:`unit_costs` of another market
            has it: they set their prices on that, not on their own costs. What a firm's costs come
            to here then does not reach its price. A firm that is not named uses its own.
        measures: Further columns of the tables by their names, after those that the scenario
            names: functions of ``(market, firm)`` for ``firms``, of ``(market)`` for ``market``.
            Each is called at the end of every month, gives a number, or None where it is
            undefined, and must change nothing.

    Raises:
        sim.problems.Problems: A measure cannot be called so, or takes other arguments.
        sim.own_code.OwnCodeError: A discipline or a measure of somebody's own failed.

    Attributes:
        plan: The scenario, unchanged.
        live: The scenario as it stands this month, after events.
        firms: All firms that ever were in the market, in order of appearance.
        unit_costs: What a unit cost each firm in each month so far, by name.
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
        costs: Mapping[str, Mapping[int, UnitCosts]] | None = None,
        measures: Mapping[str, Measure] | None = None,
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
        self.unit_costs: dict[str, dict[int, UnitCosts]] = {}
        self._held_to = costs or {}
        self.spending = 0.0
        self._closing: list[Firm] = []
        self._terms_of = self.live.version
        self.conditions: Conditions
        self._parameters: tuple[int, Any] | None = None
        self._timeline = Timeline(plan.events)
        self._replay: Replay | None = None
        self._switched_off: dict[int, frozenset[str]] = {}
        self.measures = Measures(OwnMeasures(plan, measures or {}))
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

    def customers_of(self, firm: Firm) -> CustomerSet:
        """A firm's customers as they are now; ``.get(column)`` gives an array, one number each."""
        provider = self.population.column("provider")
        everybody: CustomerSet = self._agents_by_type[Customer]  # type: ignore[assignment]
        return everybody.select(provider == firm.index)

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
        self.conditions = voices.conditions(self, month)
        for firm in self.firms:
            if firm.active:
                self._let_decide(firm, month)
        closed = [firm.index for firm in self._closing]
        self._closing = []
        self.population.begin_month(
            month, self.offers(), self.parameters, voices.advertising(self), closed
        )

    def replay(self, policies: Policies, free: Collection[str] = ()) -> None:
        """From now on let firms decide what they decided in another market with the same luck.

        Args:
            policies: What they decided there, of every month to come (:func:`sim.policies.record`).
            free: Names of firms that decide for themselves nevertheless.
        """
        self._replay = Replay(policies, free)

    def hold_prices(self, costs: Mapping[str, Mapping[int, UnitCosts]]) -> None:
        """From the next month on, let firms set prices on the costs they have in another market.

        Args:
            costs: Its :attr:`unit_costs`.
        """
        self._held_to = costs
        for firm in self.firms:
            firm.held_to = costs.get(firm.name)

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
        self.unit_costs[firm.name] = firm.costs
        firm.held_to = self._held_to.get(firm.name)
        with self._told_of(firm, month):
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
            with self._told_of(firm, month):
                firm.step()
        else:
            self._replay.decide(firm, month)

    def _told_of(self, firm: Firm, month: int) -> AbstractContextManager[None]:
        """Where a discipline of somebody's own decides: what it raises is told as its failure."""
        name = firm.terms.discipline
        return (
            told_as(f"discipline {name} of {firm.name}, month {month}")
            if ":" in name
            else nullcontext()
        )

    def offers(self) -> np.ndarray:
        """What customers see of every firm: one record a firm, :data:`agents.offer.OFFER`."""
        table = np.zeros(len(self.firms), OFFER)
        for firm in self.firms:
            with self._told_of(firm, self.begun):
                values = firm.offer_values(self.conditions)
            if self._replay is not None and firm.active and not self._replay.is_free(firm):
                values = self._replay.offer_values(firm, self.begun, values)
            for name, value in values.items():
                table[name][firm.index] = value
            for name in HOLDS:
                off = self._switched_off.get(firm.index, frozenset())
                table[f"holds_{name}"][firm.index] = 0.0 if name in off else 1.0
        table["weight"] = voices.weights(self)
        table["rating_effect"] = voices.rating_effects(self)
        table["volume"] = voices.volume_effects(self)
        table["stimulus"] = voices.rivals_stimulus(self)
        return table

    def _measure(self, month: int) -> None:
        """Survey everybody, close the books, publish reviews, take it down."""
        sums, totals = self.population.survey()
        self.spending = close_books(self, month, sums)
        self.population.publish()
        self.measures.take(self, month, sums, totals)
        take_standings(self, sums)
        self.measures.take_own(self)

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
