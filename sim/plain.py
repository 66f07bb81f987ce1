"""The plain twin: the same market with an ordinary Mesa agent for every customer.

What a customer does is the engine's own source (:mod:`tsunagari.agents.phases`), interpreted on
ordinary objects: agents with an attribute for every column, offers and parameters as objects with
Python numbers, lists. So the twin shows that compiling changes nothing, lets a debugger walk
through a customer's month, and is the baseline that speed is measured against. It shares the
engine's start, firms, events and measures, and no loop over customers. (That the source says what
the model says, ``tests/sim/telling.py`` checks: it tells a month a second time, from the equations
of the model.)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np

from tsunagari.agents.chance import decision_word
from tsunagari.agents.columns import MARK_ROW, MARKS, REAL_ROW, REALS
from tsunagari.agents.customer import Customer
from tsunagari.agents.firm.offer import CROWD, SHOWN_REVIEWS
from tsunagari.agents.phases.choose import choose
from tsunagari.agents.phases.live import judge, live, share
from tsunagari.agents.phases.look import (
    LAST_KEY,
    POSTING,
    count_face,
    look,
    nothing_told,
    post_review,
    show_face,
)
from tsunagari.agents.phases.research import ask, no_answers, told_by
from tsunagari.agents.phases.search import scratch
from tsunagari.agents.phases.settle import (
    POACHING,
    change_job,
    move_contact,
    release,
    settle,
    shake,
)
from tsunagari.agents.phases.survey import SUMS, TOTALS, nothing_yet, survey
from tsunagari.agents.phases.welfare import Sample, rows_of, tell_welfare
from tsunagari.agents.phases.worth import Month
from tsunagari.agents.population import Population, jobs_of
from tsunagari.agents.row import fixed, plain
from tsunagari.sim.market import Market
from tsunagari.sim.scenario import Scenario

_FOUR_BYTES = struct.Struct("f")


def single(value: float) -> float:
    """The float32 nearest to a number, as a Python float; infinite beyond its range."""
    return _FOUR_BYTES.unpack(_FOUR_BYTES.pack(value))[0]


class PlainCustomer(mesa.Agent):
    """A customer as Mesa models usually write one: an object with attributes and methods.

    Real numbers are rounded to single precision where they are kept, as in the engine.

    Args:
        model: The market.
        population: All customers, and the month they live in.
        row: Number of this customer; it keys all luck.
        values: Value of every column of :mod:`tsunagari.agents.columns`, by name.
    """

    def __init__(
        self,
        model: PlainMarket,
        population: PlainPopulation,
        row: int,
        values: dict[str, float | int],
    ) -> None:
        super().__init__(model)
        self.population = population
        self.row = row
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in REAL_ROW:
            value = single(value)
        elif name in MARK_ROW:
            value = int(value)
        super().__setattr__(name, value)

    def step(self) -> None:
        """Go through the month, from judging to settling."""
        here, month = self.population, self.population.this_month
        judge(self, month)
        share(self, month)
        look(self, month, here.circle)
        choose(self, month, here.circle, here.posts, plain(scratch(len(here.posts))))
        if here.answers is not None:
            findings = plain(scratch(len(here.posts)))
            ask(self, month, here.circle, here.posts, findings, here.answers[0])
        settle(self, month)


class PlainPopulation:
    """What the engine has a population for, as a list of objects.

    Attributes:
        customers: Everybody, in order of their rows.
        people: Number of customers.
        seed: Word from which all their luck follows.
        network: Who hears of whom.
        month: The month being lived.
        offers: What firms offer this month, as handed in
            (:data:`tsunagari.agents.firm.offer.OFFER`).
        this_month: What everybody meets this month, in Python numbers.
        circle: Whom everybody hears, and what there is to hear this month.
        posts: For every firm, stars by place on its public page; 0 where there is no review.
        is_asked: Whether win/loss research is done in the months that begin.
    """

    def __init__(self, market: PlainMarket, start: Population) -> None:
        self.people = start.people
        self.seed = int(start.seed)
        self.network = start.network
        self.month = start.month
        self.offers = start.offers
        self.this_month = fixed(start.this_month)
        self.posts: list[list[int]] = start.posts.tolist()
        # The twin looks at friends anew each month: so it shows that what the engine keeps is true.
        self.circle = fixed(start.circle._replace(told=nothing_told(start.faces[:0])))
        self.is_asked = False
        self.answers: Any = None
        columns = {column.name: start.column(column.name).tolist() for column in (*REALS, *MARKS)}
        self.customers = [
            PlainCustomer(market, self, row, {name: columns[name][row] for name in columns})
            for row in range(self.people)
        ]

    def column(self, name: str) -> np.ndarray:
        """The attribute of this name of everybody, as the engine's column would hold it."""
        kind = np.int32 if name in MARK_ROW else np.float32
        return np.array([getattr(customer, name) for customer in self.customers], kind)

    def begin_month(
        self,
        month: int,
        offers: np.ndarray,
        parameters: Any,
        advertising: float,
        closed: Sequence[int] = (),
    ) -> None:
        """Everybody shows their face, loses a provider that closed, and lives the month."""
        self.month, self.offers = month, offers
        self.answers = no_answers(1, len(offers)) if self.is_asked else None
        parameters = np.asarray(parameters)
        self.this_month = fixed(Month(month, self.seed, offers, parameters, advertising))
        while len(self.posts) < len(offers):
            self.posts.append([0] * SHOWN_REVIEWS)
        faces = [show_face(customer) for customer in self.customers]
        crowd = np.zeros((len(offers) if self.network.complete else 0, CROWD))
        if self.network.complete:
            for seen in faces:
                count_face(seen, crowd)
        self.circle = self.circle._replace(faces=faces, crowd=crowd.tolist())
        for customer in self.customers:
            for firm in closed:
                release(customer, firm, self.this_month)
            live(customer, self.this_month)

    def take_on_the_rest(self) -> None:
        """Everybody who has not gone through this month by themselves does so now."""
        for customer in self.customers:
            if customer.lived_month != self.month:
                customer.step()

    def scandal(self, firm: int, size: float) -> None:
        """Take satisfaction and trust, in utility, from a firm's customers."""
        for customer in self.customers:
            shake(customer, firm, size)

    def poach(self, victim: int, poacher: int, share: float) -> None:
        """Let the contact persons of a share of one firm's customers go to another firm."""
        month = self.month + 1
        word = decision_word(self.seed, POACHING, month)
        for customer in self.customers:
            move_contact(customer, victim, poacher, share, word, month)

    def change_jobs(self, rate: float) -> None:
        """Let the contact persons of so many customers go to others, in the month to come."""
        if rate <= 0.0 or self.people < 2:
            return
        jobs = fixed(jobs_of(self, rate, self.column("provider"), self.column("liking")))
        for customer in self.customers:
            change_job(customer, jobs)

    def publish(self) -> None:
        """Put this month's reviews on the firms' pages."""
        word = decision_word(self.seed, POSTING, self.month)
        keys = np.full((len(self.posts), SHOWN_REVIEWS), LAST_KEY)
        for customer in self.customers:
            post_review(customer, word, self.month, self.this_month.offers, self.posts, keys)

    def research(self) -> dict[str, np.ndarray] | None:
        """What those who looked around this month said, as the engine's."""
        return None if self.answers is None else told_by(self.answers)

    def welfare(self) -> Sample:
        """What the market is worth to a sample of customers, as the engine's."""
        rows = rows_of(self.people)
        who = [self.column(name)[rows] for name in ("segment", "provider", "tenure")]
        found = np.zeros((3, len(who[0])))
        for k, customer in enumerate(self.customers[rows]):
            tell_welfare(customer, self.this_month, found, k)
        return Sample(*who, *found)

    def survey(self, whole: bool = True) -> tuple[Any, Any]:
        """Sums per firm and over everybody, as the engine's survey."""
        sums, totals = nothing_yet(SUMS, len(self.offers)), nothing_yet(TOTALS, 1)[0]
        for customer in self.customers:
            survey(customer, self.this_month, sums, totals, whole)
        return sums, totals


class PlainMarket(Market):
    """A market with an ordinary :class:`mesa.Agent` per customer.

    It begins where :class:`~tsunagari.sim.market.Market` begins, with the same people in the same
    seats; from month 1 on, all that customers do is done by :class:`PlainCustomer`. Its results are
    those of the engine up to the order in which sums are taken.

    Args:
        plan: The scenario.
        seed: Seed of all chance; the plan's own by default.
        replication: Number of the run among runs of one seed.
    """

    def __init__(self, plan: Scenario, seed: int | None = None, *, replication: int = 0) -> None:
        super().__init__(plan, seed, replication=replication, threads=1)
        del self._agents_by_type[Customer]
        # Not a subclass: what it forgot to do must fail, and never fall back on the engine.
        self.population = PlainPopulation(self, self.population)  # type: ignore[assignment]
