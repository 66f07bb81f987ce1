"""The customers of a plain market, the month they live in and the firms' pages of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.chance import absorbed, decision_word, uniform
from agents.columns import MARKS, REALS
from agents.offer import SHOWN_REVIEWS
from agents.phases.survey import SUMS, whole_wallet
from agents.population import MARK_ROW, POACHING, POSTING, Population
from sim.plain import survey
from sim.plain.customer import PlainCustomer
from sim.plain.settle import keep_memory, part_ways

if TYPE_CHECKING:
    from sim.plain.market import PlainMarket


class PlainPopulation:
    """What :class:`~agents.population.Population` is to the engine, with a list of objects.

    Attributes:
        customers: Everybody, in order of their rows.
        people: Number of customers.
        seed: Word from which all their luck follows.
        network: Who hears of whom.
        month: The month being lived.
        offers: What firms offer this month, as handed in (:data:`agents.offer.OFFER`).
        firms: The same as plain objects, one a firm.
        parameters: The customers' parameters as a plain object.
        advertising: Mean advertising that reaches people without a provider.
        pages: For every firm, stars by place on its public page; 0 where there is no review.
    """

    def __init__(self, market: PlainMarket, start: Population) -> None:
        self.people = start.people
        self.seed = int(start.seed)
        self.network = start.network
        self.month = start.month
        self.offers = start.offers
        self.firms = _records(start.offers)
        self.parameters = _record(start.parameters)
        self.advertising = 1.0
        self.pages: list[list[int]] = start.posts.tolist()
        columns = {column.name: start.column(column.name).tolist() for column in (*REALS, *MARKS)}
        self.customers = [
            PlainCustomer(market, self, row, {name: columns[name][row] for name in columns})
            for row in range(self.people)
        ]
        for row, customer in enumerate(self.customers):
            customer.friends = [self.customers[friend] for friend in self.network.neighbours(row)]
            customer.ties = self.network.weights(row).tolist()

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
        self.month = month
        self.offers = offers
        self.firms = _records(offers)
        self.parameters = _record(parameters)
        self.advertising = advertising
        while len(self.pages) < len(self.firms):
            self.pages.append([0] * SHOWN_REVIEWS)
        for customer in self.customers:
            customer.show_face()
        for customer in self.customers:
            if customer.provider in closed:
                keep_memory(customer)
                part_ways(customer)
        for customer in self.customers:
            customer.live()

    def take_on_the_rest(self) -> None:
        """Everybody who has not gone through this month by themselves does so now."""
        for customer in self.customers:
            if customer.lived_month != self.month:
                customer.step()

    def scandal(self, firm: int, size: float) -> None:
        """Take satisfaction and trust, in utility, from a firm's customers."""
        for customer in self.customers:
            if customer.provider == firm:
                customer.be_shocked(size)

    def poach(self, victim: int, poacher: int, share: float) -> None:
        """Let the contact persons of a share of one firm's customers go to another firm."""
        month = self.month + 1
        chance = decision_word(self.seed, POACHING, month)
        for customer in self.customers:
            if customer.provider == victim and uniform(absorbed(chance, customer.row)) < share:
                customer.contact_at, customer.contact_moved = poacher, month
                customer.contact_liking, customer.liking = customer.liking, 0.0

    def publish(self) -> None:
        """Put this month's reviews on the firms' pages; for a place, the lowest word gets it."""
        chance = decision_word(self.seed, POSTING, self.month)
        lowest: dict[tuple[int, int], int] = {}
        for customer in self.customers:
            if customer.rated_month != self.month:
                continue
            firm = customer.rated_provider
            word = absorbed(absorbed(chance, customer.row), self.firms[firm].word)
            place = word % SHOWN_REVIEWS
            if word < lowest.get((firm, place), 1 << 64):
                lowest[firm, place] = word
                self.pages[firm][place] = customer.rating

    def survey(self) -> tuple[np.ndarray, np.ndarray]:
        """Sums per firm (float64[firms, sums]) and over everybody, as the engine's survey."""
        tallies = [dict.fromkeys(SUMS, 0.0) for _ in self.firms]
        needs = adopters = wallets = 0.0
        for customer in self.customers:
            survey.count(customer, tallies)
            needs += customer.need
            if customer.provider >= 0:
                adopters += 1.0
                wallets += whole_wallet(customer.wallet, customer.found)
        sums = np.array([[tally[name] for name in SUMS] for tally in tallies])
        return sums.reshape(len(self.firms), len(SUMS)), np.array([needs, adopters, wallets])


def _record(values: Any) -> SimpleNamespace:
    """One numpy record as an object with Python numbers."""
    return SimpleNamespace(**dict(zip(values.dtype.names, values.item(), strict=True)))


def _records(table: np.ndarray) -> list[SimpleNamespace]:
    return [_record(table[row]) for row in range(len(table))]
