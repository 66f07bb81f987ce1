"""What a market is to Mesa and to those who act in it: who is there, and what it keeps itself.

:class:`State` is a market without its months; :class:`tsunagari.sim.market.Market` adds them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from tsunagari.agents.asked import Declared, is_made, refuse_unknown
from tsunagari.agents.chance import seed_word
from tsunagari.agents.customer import Customer
from tsunagari.agents.customer_set import CustomerSet
from tsunagari.agents.firm.books import Conditions, Research, UnitCosts
from tsunagari.agents.firm.firm import HOW_FIRMS_COME, Firm
from tsunagari.agents.population import PHASES, Population
from tsunagari.agents.sets import EveryAgent, FirmSet
from tsunagari.sim.live import LiveScenario, discipline_of
from tsunagari.sim.own_code import told_as
from tsunagari.sim.problems import of_kind, whole_number
from tsunagari.sim.recording import Columns, Record, Results
from tsunagari.sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

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
              "unit_costs", "research",
              "is_working")  # fmt: skip


_NOBODYS = nullcontext()


class State(mesa.Model, metaclass=Declared):
    """The firms and customers of a market, its clock, and the record of its months.

    Args:
        plan: The scenario.
        seed: Seed of all chance.
        replication: Number of the run among runs of one seed.
        firm: Class of the firms.
        costs: Costs of a unit on which firms set prices instead of their own, by name and month.

    Attributes:
        measures: The record of the months so far, and what firms are known for by it.
        begun: The month that has begun, customers perhaps not yet through it.
    """

    def __init__(
        self,
        plan: Scenario,
        seed: int,
        replication: int,
        firm: type[Firm],
        costs: Mapping[str, Mapping[int, UnitCosts]],
    ) -> None:
        super().__init__(rng=seed)
        self._working = 1
        self._is_advancing = False
        self._is_set_directly = False
        self._collector: Any = None
        self._firm_class = firm
        self._held_to = costs
        self._closing: list[Firm] = []
        self.plan = plan
        self.seed = seed
        self.replication = replication
        self.seed_word = seed_word(seed, replication)
        self.live = LiveScenario(plan)
        self.month = 0
        self.begun = 0
        self.firms: list[Firm] = []
        self.unit_costs: dict[str, dict[int, UnitCosts]] = {}
        self.spending = 0.0
        self.conditions: Conditions
        self.population: Population
        self.measures = Record()

    # -- who and what is there -------------------------------------------------------------------

    @property
    def results(self) -> Results:
        """The tables of all months so far."""
        return Results(self.measures.tables(self))

    @property
    def research(self) -> pd.DataFrame:
        """Win/loss research so far, a row a month and firm; none if nobody asked for it.

        Columns are ``month``, ``firm`` and those of
        :class:`~tsunagari.agents.firm.books.Research`.
        """
        import pandas as pd

        rows = [
            {"month": month, "firm": firm.name, **found._asdict()}
            for firm in self.firms
            for month, found in firm.research.items()
        ]
        table = pd.DataFrame(rows, columns=["month", "firm", *Research._fields])
        return table.sort_values("month", kind="stable", ignore_index=True)

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
        return self.live.parameters

    @property
    def agents(self) -> EveryAgent:
        """All agents, firms and customers alike."""
        return EveryAgent(self)

    @property
    def datacollector(self) -> Any:
        """The tables so far as Mesa's data collector; or the one that was set here instead."""
        return TablesCollector(self.results.tables) if self._collector is None else self._collector

    @datacollector.setter
    def datacollector(self, collector: Any) -> None:
        self._collector = collector

    # -- its clock -------------------------------------------------------------------------------

    def run_for(self, duration: int) -> None:
        """So many months, also beyond those of the plan.

        Raises:
            tsunagari.sim.problems.Problems: It is no whole number, or below 0.
        """
        months = whole_number(duration, "duration")
        if months > 0:
            super().run_for(months)

    def run_until(self, end_time: int) -> None:
        """As many months as it takes to have completed this one, as Mesa's own.

        Raises:
            tsunagari.sim.problems.Problems: It is no whole number, or below 0.
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

    def remember_direct_setting(self) -> None:
        """Firms and customers tell when something was set that no scenario can tell."""
        self._is_set_directly = True

    # -- firms come and go -----------------------------------------------------------------------

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

    def _told_of(self, firm: Firm, month: int) -> AbstractContextManager[None]:
        """Where a discipline of somebody's own decides: what it raises is told as its failure."""
        name = firm.terms.discipline
        return (
            told_as(f"discipline {name} of {firm.name}, month {month}") if ":" in name else _NOBODYS
        )

    # -- agents of Mesa --------------------------------------------------------------------------

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
        own = self.__dict__
        # In its month, and by Mesa's clock, it is set two dozen times: that needs no more looks.
        is_usual = name in own and own.get("_working", 0) > 0
        is_usual |= name in ("time", "steps") and own.get("_is_advancing", False)
        if not is_usual and is_made(self) and not name.startswith("_"):
            refuse_unknown(self, name, "a market")
            if name in (*_KEPT, *_ALSO_KEPT) and not self.is_working:
                hint = f"; {_KEPT[name]}" if name in _KEPT else ""
                raise AttributeError(f"a market keeps its {name} itself{hint}")
        super().__setattr__(name, value)


class _OwnPhase:
    """A phase that a subclass of Customer has overridden, for one row at a time."""

    def __init__(self, market: State, customer: type[Customer], name: str) -> None:
        self.market, self.customer, self.name = market, customer, name

    def __call__(self, row: int) -> None:
        getattr(self.customer(self.market, row), self.name)()


_WHICH = ("scenario", "replication", "month", "firm")


class TablesCollector(DataCollector):
    """What a market has measured so far, one value a month under every name.

    The columns of the table ``market`` have their own names, those of ``firms`` stand as
    ``<firm>.<column>``; None in months in which a firm is not in the table.

    Args:
        tables: Of a market, which is measured every month whether or not anybody collects.
    """

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        super().__init__()
        months = np.asarray(tables["market"]["month"]).tolist()
        place = {month: index for index, month in enumerate(months)}
        self._collection_steps = months
        for name, values in tables["market"].items():
            if name not in _WHICH:
                self.model_vars[name] = _plain(values)
        firms = tables["firms"]
        rows = list(zip(_plain(firms["firm"]), _plain(firms["month"]), strict=True))
        for name, values in firms.items():
            if name in _WHICH:
                continue
            for (firm, month), value in zip(rows, _plain(values), strict=True):
                series = self.model_vars.setdefault(f"{firm}.{name}", [None] * len(months))
                series[place[month]] = value
        self.model_reporters = dict.fromkeys(self.model_vars)

    def collect(self, model: Any) -> None:
        """Nothing is left to collect.

        Raises:
            RuntimeError: Always; a collector of one's own takes the place of this one.
        """
        raise RuntimeError(
            "the tables of a market are collected every month; for columns of your own set "
            "market.datacollector = mesa.DataCollector(...), or pass measures= to the market"
        )


def _plain(values: Any) -> list[Any]:
    return list(np.asarray(values).tolist()) if isinstance(values, np.ndarray) else list(values)
