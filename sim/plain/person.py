"""Who a plain customer is, and what an offer is worth to them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import mesa

from agents.chance import absorbed, decision_word
from agents.columns import NOBODY
from agents.phases import common
from agents.rules import value

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer
    from sim.plain.market import PlainMarket
    from sim.plain.population import PlainPopulation


class Face(NamedTuple):
    """What others see of a customer: as things stood at the end of last month."""

    provider: int
    rated: int
    stars: int
    left: int
    segment: int


class PlainPerson(mesa.Agent):
    """Somebody with an attribute for every column of :mod:`agents.columns`.

    Real numbers are rounded to single precision where they are kept, as in the engine.

    Args:
        model: The market.
        population: All customers, and the month they live in.
        row: Number of this customer; it keys all luck.
        values: Value of every attribute by name.

    Attributes:
        friends: Those whom this customer hears of.
        ties: Weights of these ties.
        face: What others see.
    """

    weight_cost: float
    weight_product: float
    weight_solution: float
    time_weight: float
    need_position: float
    location: float
    wallet: float
    review_propensity: float
    sources: float
    segment: int
    district: int

    wallet_share: float
    need: float
    expectation: float
    satisfaction: float
    trust: float
    success: float
    knowledge: float
    liking: float
    indebtedness: float
    switching_cost: float
    competence: float
    lived_quality: float
    memory_quality: float
    memory_precision: float
    defections: float
    friends_here: float
    norm: float
    found: float
    contact_liking: float
    settlement: float
    returned: int
    contact_at: int
    contact_moved: int
    provider: int
    tenure: int
    contract_left: int
    rating: int
    rated_provider: int
    joined_month: int
    adopted_month: int
    joined_through: int
    joined_for: int
    previous_provider: int

    outcome: float
    surprise: float
    belief: float
    stickiness_location: float
    stickiness_switching: float
    stickiness_obligation: float
    stickiness_success: float
    lived_month: int
    looks: int
    choice: int
    decided_by: int
    heard_through: int
    saw_better: int
    was_due: int
    succeeded: int
    left_provider: int
    left_cohort: int
    rated_month: int

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
        self.friends: list[PlainCustomer] = []
        self.ties: list[float] = []
        for name, start in values.items():
            setattr(self, name, start)
        self.show_face()

    def show_face(self) -> None:
        """Show what others will see this month, and forget whom one left."""
        self.face = Face(
            self.provider, self.rated_provider, self.rating, self.left_provider, self.segment
        )
        self.left_provider = NOBODY

    @property
    def sensitivity(self) -> float:
        """Price sensitivity."""
        p = self.population.parameters
        return value.price_sensitivity(self.weight_cost, p.value_price_base, p.value_price_slope)

    def held(self, name: str) -> float:
        """1, or 0 where the provider may not hold its customers by this."""
        if self.provider == NOBODY:
            return 1.0
        found: float = getattr(self.population.firms[self.provider], f"holds_{name}")
        return found

    def expected_knowledge(self, firm: int) -> float:
        """How well a firm knows this customer, or would come to know somebody new."""
        if firm == self.provider:
            return self.held("knowledge") * self.knowledge
        aversion = self.population.parameters.value_dependence_aversion
        return self.population.firms[firm].knowledge * (1.0 - aversion * self.competence)

    def noise(self, offer: SimpleNamespace) -> float:
        """Spread of the outcomes of an offer."""
        return value.channel_noise(self.population.parameters.value_noise, offer.inconsistency)

    def fit(self, offer: SimpleNamespace, knowledge: float) -> float:
        """Fit of an offer when the firm knows this much."""
        apart = value.ring_distance(self.need_position, offer.position)
        return value.fit(apart, knowledge, offer.authority, offer.breadth)

    def quality(self, offer: SimpleNamespace, knowledge: float, fit: float) -> float:
        """Experienced quality of an offer."""
        p = self.population.parameters
        return value.quality(
            self.weight_product,
            p.value_product,
            offer.product,
            self.weight_solution,
            p.value_solution,
            offer.solution,
            knowledge,
            fit,
            value.helped(self.competence, p.value_independence, offer.renewal),
        )

    def price_term(self, firm: int) -> float:
        """Log price of a firm for this customer against its price list."""
        offer = self.population.firms[firm]
        if firm == self.provider:
            is_new, is_back = self.tenure < offer.joiner_months, self.returned == 1
        else:
            is_new, is_back = offer.joiner_months > 0, self.previous_provider == firm
        if not is_new:
            return 0.0
        found: float = offer.winback if is_back else offer.joiner
        return found

    def value(self, offer: SimpleNamespace, quality: float, term: float) -> float:
        """Value of an offer of this quality, at this log price against the list."""
        return value.offer_value(
            self.sensitivity, offer.log_price + term, self.time_weight, offer.log_time, quality
        )

    @property
    def potential(self) -> float:
        """Wallet that could be spent besides, once somebody finds what it is for."""
        mean = self.population.parameters.wallet_potential
        if mean <= 0.0:
            return 0.0
        word = absorbed(absorbed(self.population.seed, common.POTENTIAL), self.row)
        return common.exponential(word, mean)

    def distance(self, offer: SimpleNamespace) -> float:
        """Distance to the firm's nearest outlet."""
        return common.distance(common.place_word(self.population.seed, self.district), offer.word)

    def taste(self, offer: SimpleNamespace) -> float:
        """Lasting taste for the firm."""
        person = common.taste_word(self.population.seed, self.row)
        return common.taste(person, offer.word, self.population.parameters.value_taste)

    def is_aware_of(self, offer: SimpleNamespace) -> bool:
        """Whether the firm is known by its own effort."""
        is_target = offer.target < 0 or self.segment == offer.target
        reach = common.reach_for(offer.reach, offer.focus, is_target)
        return common.aware(self.population.seed, self.row, offer.word, reach)

    @property
    def weight_of_unlike(self) -> float:
        """Weight of friends from other segments; a whole crowd has no faces, so all count alike."""
        if self.population.network.complete:
            return 1.0
        weight: float = self.population.parameters.zmot_unlike
        return weight

    def luck(self, decision: int) -> int:
        """Word of this month's luck in one kind of decision."""
        chance = decision_word(self.population.seed, decision, self.population.month)
        return absorbed(chance, self.row)
