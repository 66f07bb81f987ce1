"""The market: a Mesa model in which firms and customers go through months together."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np

from tsunagari.agents.asked import LARGEST_SEED, shown
from tsunagari.agents.customer import Customer
from tsunagari.agents.firm.books import UnitCosts
from tsunagari.agents.firm.firm import Firm
from tsunagari.agents.firm.offer import HOLDS, OFFER
from tsunagari.sim import start
from tsunagari.sim.books import (
    advertise,
    advertising,
    close_books,
    conditions,
    public_standing,
    take_standings,
)
from tsunagari.sim.events import Acts, Timeline
from tsunagari.sim.live import discipline_of
from tsunagari.sim.own_code import Measure, OwnMeasures
from tsunagari.sim.policies import Policies, Replay
from tsunagari.sim.problems import Problem, Problems, of_kind, whole_number
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.scenario import Event
from tsunagari.sim.state import State

_MISSING: Any = object()
_fields_of = itemgetter(*(OFFER.names or ()))
_ALL_HOLD = {f"holds_{name}": True for name in HOLDS}


class Market(State):
    """A market of firms and linked customers.

    A month is a step: events, firms plan, customers live what is delivered; then every customer
    judges, shares, looks, searches, chooses and settles against last month's state; then it is
    measured. ``(plan, seed, replication)`` determine every number, on any number of threads.

    Args:
        plan: The scenario.
        seed: Seed of all chance; the plan's own by default.
        replication: Number of the run among runs of one seed.
        threads: Threads for the customers; all usable processors by default.
        customer: Class of the customers, :class:`~tsunagari.agents.customer.Customer` or a
            subclass.
        firm: Class of the firms, :class:`~tsunagari.agents.firm.firm.Firm` or a subclass.
        costs: What a unit costs firms, by name and month, as :attr:`unit_costs` of another market
            has it: they set their prices on that, not on their own costs. What a firm's costs come
            to here then does not reach its price. A firm that is not named uses its own.
        measures: Further columns of the tables by their names, after those that the scenario
            names: functions of ``(market, firm)`` for ``firms``, of ``(market)`` for ``market``.
            Each is called at the end of every month, gives a number, or None where it is
            undefined, and must change nothing.

    Raises:
        tsunagari.sim.problems.Problems: A measure cannot be called so, or takes other arguments.
        tsunagari.sim.own_code.OwnCodeError: A discipline or a measure of somebody's own failed.

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
        replication = whole_number(replication, "replication")
        plan = plan.member(replication)
        super().__init__(plan, seed, replication, firm, costs or {})
        self._acts = Acts(plan)
        self._terms_of = self.live.version
        self._timeline = Timeline(plan.events)
        self._replay: Replay | None = None
        self._switched_off: dict[int, frozenset[str]] = {}
        self._researches = False
        self._own_measures = OwnMeasures(plan, measures or {})
        self.population = start.people(self, threads)
        self._register_customers(customer)
        start.firms(self)
        start.seats(self, self.offers())
        self._measure(0)
        self.running = plan.market.months > 0
        self._working = 0

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
            tsunagari.sim.problems.Problems: As for an event in a file; or it is about a firm that
                has left.
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

    # -- a month ---------------------------------------------------------------------------------

    def step(self) -> None:
        """One month for everybody."""
        self.step_customers()
        with self.working():
            self.month += 1
            self._measure(self.month)
        if self.month >= self.plan.market.months:
            self.running = False

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
        self.conditions = conditions(self, month)
        advertise(self)
        for firm in self.firms:
            if firm.active:
                self._let_decide(firm, month)
        self.population.change_jobs(self.live.relation.job_change)
        closed = [firm.index for firm in self._closing]
        self._closing = []
        self.population.is_asked = self._researches or any(
            firm.active and firm.terms.pricing == "adaptive" for firm in self.firms
        )
        self.population.begin_month(
            month, self.offers(), self.parameters, advertising(self), closed
        )

    def record_policies(self, months: int) -> Policies:
        """Go so many months on; what the firms decide in them, for another market to replay."""
        decided = Policies()
        for _ in range(months):
            self.begin_month()
            decided.take(self.month + 1, self.firms, self.population.offers)
            self.run_for(1)
        return decided

    def replay(self, policies: Policies, free: Collection[str] = ()) -> None:
        """From now on let firms decide what they decided in another market with the same luck.

        Args:
            policies: What they decided there, of every month to come (:meth:`record_policies`).
            free: Names of firms that decide for themselves nevertheless.
        """
        of_kind(
            policies,
            Policies,
            "policies",
            "a record of policies, as market.record_policies gives one",
        )
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

    def do_research(self) -> None:
        """From the next month on, do win/loss research for all firms, whether they use it or not.

        It changes nothing in the market; :attr:`research` has what it finds. Where a firm's pricing
        is adaptive, it is done anyway.
        """
        self._researches = True

    def switch_off(self, firm: str, holds: Iterable[str]) -> None:
        """From the next month on, keep a firm from holding its own customers by some things.

        Args:
            firm: Its name.
            holds: Of :data:`tsunagari.agents.firm.offer.HOLDS`; instead of what was switched off
                before.

        Raises:
            KeyError: There is no such firm.
            ValueError: There is no such hold.
        """
        off = frozenset([holds] if isinstance(holds, str) else holds)
        if not off <= set(HOLDS):
            raise ValueError(f"{sorted(off - set(HOLDS))} are not among {', '.join(HOLDS)}")
        self._switched_off[self.firm(firm).index] = off

    # -- how it is done --------------------------------------------------------------------------

    def _renew_terms(self, firm: Firm) -> None:
        """Give a firm its numbers as they stand; what is new of discipline and price holds."""
        before = firm.terms
        firm.terms = self.live.terms(firm.name)
        if firm.terms.markup != before.markup:
            firm.own_markup = firm.terms.markup
        if firm.terms.asks != before.asks:
            firm.repriced = 0.0
        if firm.terms.discipline != before.discipline:
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

    def offers(self) -> np.ndarray:
        """What customers see of every firm: one record of ``OFFER`` a firm."""
        rows = []
        public = public_standing(self)
        for firm, told in zip(self.firms, zip(*public.values(), strict=True), strict=True):
            with self._told_of(firm, self.begun):
                values = firm.offer_values(self.conditions)
            if self._replay is not None and firm.active and not self._replay.is_free(firm):
                values = self._replay.offer_values(firm, self.begun, values)
            values.update(zip(public, told, strict=True))
            off = self._switched_off.get(firm.index)
            values.update({f"holds_{n}": n not in off for n in HOLDS} if off else _ALL_HOLD)
            rows.append(_fields_of(values))
        return np.array(rows, OFFER)

    def _measure(self, month: int) -> None:
        """Survey everybody, close the books, publish reviews, take it down."""
        records, totals = self.population.survey(whole=not self.measures.is_closed)
        sums = records.view(np.ndarray)  # a recarray takes far longer to look a field up
        self.spending = close_books(self, month, sums)
        self.population.publish()
        self.measures.take(self, month, sums, totals)
        take_standings(self, sums)
        if not self.measures.is_closed:
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
