"""The market: a Mesa model in which firms and customers go through months together."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import mesa
import numpy as np

from agents.asked import LARGEST_SEED, Declared, is_made, refuse_unknown, shown
from agents.chance import seed_word
from agents.customer import Customer
from agents.firm.books import Conditions, UnitCosts
from agents.firm.firm import HOW_FIRMS_COME, Firm
from agents.firm.offer import HOLDS, OFFER
from agents.population import PHASES, Population
from agents.sets import CustomerSet, EveryAgent, FirmSet
from sim import start, voices
from sim.acts import Acts
from sim.collecting import TablesCollector
from sim.events import Timeline
from sim.live import LiveScenario, discipline_of
from sim.own_code import told_as
from sim.own_measures import Measure, OwnMeasures
from sim.parameters import parameters_of
from sim.policies import Policies, Replay
from sim.problems import Problem, Problems, of_kind, whole_number
from sim.recording import Record, Results
from sim.scenario import Scenario
from sim.schema.events import Event
from sim.settling import close_books, take_standings

_MISSING: Any = object()
_KEPT = {
    "plan": "market.act(path, value) changes a parameter from the coming month on",
    "live": "market.act(path, value) changes a parameter from the coming month on",
    "parameters": "market.act(path, value) changes a parameter from the coming month on",
    "firms": "market.act({'enter': {...}}) and market.act({'leave': name}) change who is there",
    "month": "market.run_for(months) goes on",
    "time": "market.run_for(months) goes on",
    "steps": "market.run_for(months) goes on",
    "begun": "market.run_for(months) goes on",
    "seed": "make another market with another seed",
    "seed_word": "make another market with another seed",
    "replication": "make another market with another replication",
    "scenario": "it is Mesa's own; the plan of a market is market.plan",
}
"""What a market keeps itself, and what to do instead of setting it."""
_ALSO_KEPT = ("population", "conditions", "spending", "measures", "first_customer_id", "results",
              "network", "agents", "agents_by_type", "agent_types", "agent_id_counter", "played",
              "unit_costs",
              "is_working")  # fmt: skip


class Market(mesa.Model, metaclass=Declared):
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
        firm: Class of the firms, :class:`~agents.firm.firm.Firm` or a subclass.
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
        running: Whether the plan has further months; :meth:`run_model` and ``mesa.batch_run`` end
            when it has not. ``step()`` and ``run_for()`` go on for as long as they are called.
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
        _check(plan, threads, customer, firm, measures)
        seed = plan.seed if seed is None else whole_number(seed, "seed", 0, LARGEST_SEED)
        super().__init__(rng=seed)
        self._working = 1
        self._is_advancing = False
        self._is_set_directly = False
        self._collector: Any = None
        self._acts = Acts(plan)
        self.plan = plan
        self.seed = seed
        self.replication = whole_number(replication, "replication")
        self.seed_word = seed_word(seed, self.replication)
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
        self.measures = Record()
        self._own_measures = OwnMeasures(plan, measures or {})
        self.population: Population = start.people(self, threads)
        self._register_customers(customer)
        start.firms(self)
        start.seats(self)
        self._measure(0)
        self.running = plan.market.months > 0
        self._working = 0

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
        of_kind(firm, Firm, "firm", "a firm, as market.firm(name) gives one")
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

    @property
    def datacollector(self) -> Any:
        """The tables so far as Mesa's data collector; or the one that was set here instead."""
        return TablesCollector(self) if self._collector is None else self._collector

    @datacollector.setter
    def datacollector(self, collector: Any) -> None:
        self._collector = collector

    # -- acts ------------------------------------------------------------------------------------

    def act(
        self,
        what: str | Mapping[str, Any],
        value: Any = _MISSING,
        *,
        over: int = 0,
        note: str | None = None,
    ) -> Event:
        """Change something from the coming month on, as an event of a scenario would.

        Args:
            what: The path of a parameter, as ``firms.Tailor.price``; or a whole event without its
                month, as ``{"enter": {"name": "Zero", "discipline": "disruptor"}}``.
            value: The parameter's new value.
            over: Months over which a number moves there evenly.
            note: Text beside the event in figures.

        Returns:
            The event, as :attr:`played` has it.

        Raises:
            sim.problems.Problems: As for an event in a file; or it is about a firm that has left.
        """
        given = {"to": value, "over": over, "note": note}
        usual = {"to": _MISSING, "over": 0, "note": None}
        asked = {key: value for key, value in given.items() if value is not usual[key]}
        event = self._acts.add(self, what, asked)
        self._timeline.add(event)
        return event

    @property
    def played(self) -> Scenario:
        """The scenario with all acts in it; under this market's seed it gives the same tables.

        What was set directly, without an act, no scenario can tell; a warning says so.
        """
        if self._is_set_directly:
            warnings.warn(
                "customers or firms of this market were set directly; market.played has acts only",
                stacklevel=2,
            )
        return self._acts.played

    def remember_direct_setting(self) -> None:
        """Firms and customers tell when something was set that no scenario can tell."""
        self._is_set_directly = True

    # -- a month ---------------------------------------------------------------------------------

    def step(self) -> None:
        """One month for everybody."""
        self.step_customers()
        with self.working():
            self.month += 1
            self._measure(self.month)
        if self.month >= self.plan.market.months:
            self.running = False

    def run_for(self, duration: int) -> None:
        """So many months, also beyond those of the plan.

        Raises:
            sim.problems.Problems: It is no whole number, or below 0.
        """
        months = whole_number(duration, "duration")
        if months > 0:
            super().run_for(months)

    def run_until(self, end_time: int) -> None:
        """As many months as it takes to have completed this one, as Mesa's own.

        Raises:
            sim.problems.Problems: It is no whole number, or below 0.
        """
        super().run_until(whole_number(end_time, "end_time"))

    def _advance_time(self, until: float) -> None:
        self._is_advancing = True
        try:
            super()._advance_time(until)
        finally:
            self._is_advancing = False

    @property
    def is_working(self) -> bool:
        """Whether a month is being made, and what firms and customers have may change by it."""
        return self._working > 0

    @contextmanager
    def working(self) -> Iterator[None]:
        """While the market makes its month, those in it may set what they decide."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1

    def step_customers(self) -> None:
        """Everybody who has not gone through this month by themselves does so now."""
        self.begin_month()
        with self.working():
            self.population.take_on_the_rest()

    def begin_month(self) -> None:
        """Events happen, firms plan and offer, customers live it; once a month."""
        month = self.month + 1
        if self.begun != month:
            with self.working():
                self._begin(month)

    def _begin(self, month: int) -> None:
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
        of_kind(policies, Policies, "policies", "a record of policies, as sim.policies.record")
        self._replay = Replay(policies, free)

    def hold_prices(self, costs: Mapping[str, Mapping[int, UnitCosts]]) -> None:
        """From the next month on, let firms set prices on the costs they have in another market.

        Args:
            costs: Its :attr:`unit_costs`.
        """
        self._held_to = costs
        with self.working():
            for firm in self.firms:
                firm.held_to = costs.get(firm.name)

    def switch_off(self, firm: str, holds: Iterable[str]) -> None:
        """From the next month on, keep a firm from holding its own customers by some things.

        Args:
            firm: Its name.
            holds: Of :data:`agents.firm.offer.HOLDS`; instead of what was switched off before.

        Raises:
            KeyError: There is no such firm.
            ValueError: There is no such hold.
        """
        off = frozenset([holds] if isinstance(holds, str) else holds)
        if not off <= set(HOLDS):
            raise ValueError(f"{sorted(off - set(HOLDS))} are not among {', '.join(HOLDS)}")
        self._switched_off[self.firm(firm).index] = off

    def enter(self, plan: Any, month: int) -> Firm:
        """A firm enters the market, without customers, as an event has it.

        Raises:
            RuntimeError: It is no event; ``market.act`` makes one.
        """
        if not self.is_working:
            raise RuntimeError("a firm enters by an event: market.act({'enter': {...}})")
        self.live.firms[plan.name] = plan
        return self._add_firm(plan, month)

    def close(self, firm: Firm, month: int) -> None:
        """A firm leaves the market, as an event has it; its customers lose it.

        Raises:
            RuntimeError: It is no event; ``market.act`` makes one.
        """
        if not self.is_working:
            raise RuntimeError("a firm closes by an event: market.act({'leave': name})")
        if firm.active:
            firm.closed = month
            self._closing.append(firm)

    # -- how it is done --------------------------------------------------------------------------

    def _register_customers(self, customer: type[Customer]) -> None:
        """Make the columns a type of agents; rules overridden in Python run row by row."""
        self.first_customer_id = self.agent_id_counter
        self.agent_id_counter += self.population.people
        everybody = CustomerSet(self, customer, is_markets_own=True)
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

    def register_agent(self, agent: Any) -> None:
        """Mesa's registration of an agent; firms come by the plan or by acts only."""
        if isinstance(agent, Firm):
            if not self.is_working:
                raise RuntimeError(HOW_FIRMS_COME)
            if type(agent) not in self._agents_by_type:
                self._agents_by_type[type(agent)] = FirmSet(self)
        with self.working():
            super().register_agent(agent)

    def deregister_agent(self, agent: Any) -> None:
        """Mesa's removal of an agent: for agents of a user's own.

        Raises:
            RuntimeError: It is a firm or a customer.
        """
        if isinstance(agent, Firm | Customer):
            agent.remove()
        super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """A market is not emptied.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(
            "the agents of a market are not removed: firms close (market.act({'leave': name})), "
            "customers are replaced in place (market.exit in the scenario says how many)"
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if is_made(self) and not name.startswith("_"):
            refuse_unknown(self, name, "a market")
            keeps_time = name in ("time", "steps") and self._is_advancing
            if name in (*_KEPT, *_ALSO_KEPT) and not (self.is_working or keeps_time):
                hint = f"; {_KEPT[name]}" if name in _KEPT else ""
                raise AttributeError(f"a market keeps its {name} itself{hint}")
        super().__setattr__(name, value)

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
        """What customers see of every firm: one record a firm, :data:`agents.firm.offer.OFFER`."""
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
        own = self._own_measures
        self.measures.take_own(own.of_firms(self), own.of_market(self))


def _check(plan: Any, threads: Any, customer: Any, firm: Any, measures: Any) -> None:
    """Refuse what a market cannot be made of.

    Raises:
        Problems: An argument is of another kind.
    """
    what = "a Scenario, as Scenario.load gives one"
    if isinstance(plan, tuple):  # mesa.batch_run goes through whatever can be gone through
        what += ' (in mesa.batch_run, put it in a list: {"plan": [plan]})'
    of_kind(plan, Scenario, "plan", what)
    if threads is not None:
        whole_number(threads, "threads", 1)
    for kind, base in ((customer, Customer), (firm, Firm)):
        if not (isinstance(kind, type) and issubclass(kind, base)):
            name = base.__name__
            message = f"must be {name} or a subclass of it, not {shown(kind)}"
            raise Problems([Problem(name.lower(), message)])
    if measures is not None:
        of_kind(measures, Mapping, "measures", "a mapping of names to functions")
        if not all(map(callable, measures.values())):
            raise Problems([Problem("measures", "must be functions of (market) or (market, firm)")])


class _OwnPhase:
    """A phase that a subclass of Customer has overridden, for one row at a time."""

    def __init__(self, market: Market, customer: type[Customer], name: str) -> None:
        self.market, self.customer, self.name = market, customer, name

    def __call__(self, row: int) -> None:
        getattr(self.customer(self.market, row), self.name)()
