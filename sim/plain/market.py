"""A market whose customers are ordinary objects."""

from __future__ import annotations

from agents.customer import Customer
from sim.market import Market
from sim.plain.population import PlainPopulation
from sim.schema import Scenario


class PlainMarket(Market):
    """A market with an ordinary :class:`mesa.Agent` per customer.

    It begins where :class:`~sim.market.Market` begins, with the same people in the same seats; from
    month 1 on, all that customers do is done by :class:`~sim.plain.customer.PlainCustomer`. Its
    results are those of the engine up to the order in which sums are taken.

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
