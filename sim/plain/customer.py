"""A customer as Mesa models usually write one: an object with attributes and methods."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import mesa

from agents.chance import absorbed, decision_word, gumbel, normal, uniform
from agents.columns import (
    BY_CLOSURE,
    BY_DISSATISFACTION,
    BY_EXIT,
    BY_NOTHING,
    LOOKS_AFTER_FRIENDS,
    LOOKS_AFTER_STIMULUS,
    LOOKS_AROUND,
    LOOKS_FAREWELL,
    LOOKS_NOT,
    NOBODY,
)
from agents.phases import common
from agents.phases.choose import CHOOSING, NOBODY_WORD
from agents.phases.live import LIVING
from agents.phases.look import LEAVING, LOOKING
from agents.phases.share import REVIEWING
from agents.rules import judgement, looking, relation, value
from agents.rules.search import choice_utility, own_precision
from agents.rules.stickiness import obligation
from sim.plain.search import Finding, search
from sim.plain.single import single

if TYPE_CHECKING:
    from sim.plain.market import PlainMarket
    from sim.plain.population import PlainPopulation


class Face(NamedTuple):
    """What others see of a customer: as things stood at the end of last month."""

    provider: int
    rated: int
    stars: int
    left: int


class PlainCustomer(mesa.Agent):
    """One customer, with an attribute for every column of :mod:`agents.columns`.

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
    wallet: float
    review_propensity: float
    sources: float
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
    provider: int
    tenure: int
    contract_left: int
    rating: int
    rated_provider: int
    joined_month: int
    joined_through: int
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

    # -- what an offer is worth ------------------------------------------------------------------

    @property
    def sensitivity(self) -> float:
        """Price sensitivity."""
        p = self.population.parameters
        return value.price_sensitivity(self.weight_cost, p.value_price_base, p.value_price_slope)

    def expected_knowledge(self, firm: int) -> float:
        """How well a firm knows this customer, or would come to know somebody new."""
        if firm == self.provider:
            return self.knowledge
        aversion = self.population.parameters.value_dependence_aversion
        return self.population.firms[firm].knowledge * (1.0 - aversion * self.competence)

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

    def value(self, offer: SimpleNamespace, quality: float) -> float:
        """Value of an offer of this quality."""
        return value.offer_value(
            self.sensitivity, offer.log_price, self.time_weight, offer.log_time, quality
        )

    def distance(self, offer: SimpleNamespace) -> float:
        """Distance to the firm's nearest outlet."""
        return common.distance(common.place_word(self.population.seed, self.district), offer.word)

    def taste(self, offer: SimpleNamespace) -> float:
        """Lasting taste for the firm."""
        person = common.taste_word(self.population.seed, self.row)
        return common.taste(person, offer.word, self.population.parameters.value_taste)

    def is_aware_of(self, offer: SimpleNamespace) -> bool:
        """Whether the firm is known by its own effort."""
        return common.aware(self.population.seed, self.row, offer.word, offer.reach)

    def luck(self, decision: int) -> int:
        """Word of this month's luck in one kind of decision."""
        chance = decision_word(self.population.seed, decision, self.population.month)
        return absorbed(chance, self.row)

    # -- the month -------------------------------------------------------------------------------

    def show_face(self) -> None:
        """Show what others will see this month, and forget whom one left."""
        self.face = Face(self.provider, self.rated_provider, self.rating, self.left_provider)
        self.left_provider = NOBODY

    def live(self) -> None:
        """Phase 3: live what the provider delivers."""
        if self.provider == NOBODY:
            self.outcome = self.surprise = 0.0
            return
        p, offer = self.population.parameters, self.population.firms[self.provider]
        quality = self.quality(offer, self.knowledge, self.fit(offer, self.knowledge))
        worth = self.value(offer, quality)
        lived = value.outcome(worth, offer.service, p.value_noise, normal(self.luck(LIVING)))
        months = min(self.tenure + 1.0, max(1.0, p.zmot_own_months))
        self.outcome = single(lived)
        self.surprise = single(lived + offer.comfort - self.expectation)
        self.lived_quality = single(
            judgement.adapted(self.lived_quality, lived - (worth - quality), 1.0 / months)
        )

    def step(self) -> None:
        """Go through the month, from judging to settling."""
        self.judge()
        self.share()
        self.look()
        self.choose()
        self.settle()

    def judge(self) -> None:
        """Phase 4: judge what was lived."""
        self.succeeded = 0
        if self.provider == NOBODY:
            return
        p = self.population.parameters
        felt = self.outcome + self.population.firms[self.provider].comfort
        self.satisfaction = single(
            judgement.satisfaction(
                self.satisfaction,
                felt,
                self.norm,
                self.expectation,
                p.judgement_loss_aversion,
                p.value_noise,
                p.judgement_rate,
                p.judgement_level,
                p.judgement_surprise,
            )
        )
        adapted = judgement.adapted
        self.expectation = single(adapted(self.expectation, felt, p.judgement_expectation_rate))
        self.trust = single(adapted(self.trust, self.satisfaction, p.judgement_trust_rate))
        self.succeeded = int(judgement.met(self.outcome, self.need))
        self.success = single(adapted(self.success, self.succeeded, p.judgement_success_rate))
        self.need = single(
            judgement.need(
                self.need,
                self.outcome,
                p.judgement_need_technology,
                p.judgement_need_up,
                p.judgement_need_down,
            )
        )

    def share(self) -> None:
        """Phase 5: rate the provider, if the impression is strong enough to be written down."""
        if self.provider == NOBODY:
            return
        p = self.population.parameters
        impression = judgement.rating_impression(
            self.satisfaction,
            self.surprise,
            self.succeeded == 1,
            p.zmot_kindness,
            p.zmot_rating_surprise,
            p.zmot_rating_success,
        )
        probability = judgement.review_probability(
            self.review_propensity, impression, p.zmot_extremity, p.zmot_lukewarm
        )
        if uniform(self.luck(REVIEWING)) < probability:
            self.rating = judgement.stars(impression, p.zmot_star_step)
            self.rated_provider = self.provider
            self.rated_month = self.population.month

    def look(self) -> None:
        """Phase 6: look around, adopt, leave the market, or do nothing of the kind."""
        p = self.population.parameters
        left = self._hear_of_friends()
        luck = uniform(self.luck(LOOKING))
        self.looks = LOOKS_NOT
        self.was_due = 0
        if self.provider >= 0:
            self.defections = single(
                looking.defections_felt(self.defections, left, p.looking_friends_memory)
            )
            self.was_due = int(self.contract_left <= 1)
            if luck < looking.looking_probability(self._looking_intensity()):
                self.looks = LOOKS_AROUND
        elif self.previous_provider >= 0:
            if luck < p.adoption_back:
                self.looks = LOOKS_AROUND
        elif luck < self._adoption_probability(imitation=0.0):
            self.looks = LOOKS_AFTER_STIMULUS
        elif luck < self._adoption_probability(p.adoption_imitation):
            self.looks = LOOKS_AFTER_FRIENDS
        if uniform(self.luck(LEAVING)) < p.market_exit:
            self.looks = LOOKS_FAREWELL

    def _hear_of_friends(self) -> float:
        """Note how many friends are with the same provider (with any, if none).

        Returns:
            How many just left it, as far as they are heard.
        """
        everybody = here = left = 0.0
        for friend, tie in zip(self.friends, self.ties, strict=True):
            everybody += tie
            theirs = friend.face.provider
            if theirs == self.provider if self.provider >= 0 else theirs >= 0:
                here += tie
            if self.provider >= 0 and friend.face.left == self.provider:
                left += tie
        self.friends_here = single(here / everybody if everybody > 0.0 else 0.0)
        attention = self.population.parameters.zmot_attention
        return left * looking.attention_to_friend(len(self.friends), attention)

    def _looking_intensity(self) -> float:
        p, offer = self.population.parameters, self.population.firms[self.provider]
        return looking.looking_intensity(
            p.looking_base,
            p.zmot_connectivity,
            p.looking_connectivity_power,
            looking.contract_phase(
                self.contract_left, offer.contract, p.looking_in_contract, p.looking_when_due
            ),
            self.satisfaction,
            p.looking_satisfaction,
            self.defections,
            p.looking_friends_left,
            self.friends_here,
            p.looking_friends_here,
            offer.rating_effect,
            offer.stimulus,
        )

    def _adoption_probability(self, imitation: float) -> float:
        return looking.adoption_probability(
            self.population.parameters.adoption_innovation,
            self.population.advertising,
            imitation,
            self.friends_here,
        )

    def search(self) -> list[tuple[float, float, Finding]]:
        """Phase 7: find out about firms.

        Returns:
            For every firm in the choice its utility without what only a provider has, the quality
            believed of it, and what was found.
        """
        p = self.population.parameters
        luck = self.luck(CHOOSING)
        category, findings = search(self)
        options = []
        for found in findings:
            offer = found.offer
            believed = found.believed(category)
            utility = choice_utility(
                self.sensitivity,
                offer.log_price,
                self.time_weight,
                offer.log_time,
                believed,
                1.0 / found.precision,
                p.zmot_risk_aversion,
                p.stickiness_success * p.stickiness_success_strength,
                value.success_probability(self.value(offer, believed), self.need, p.value_noise),
                p.stickiness_location * p.stickiness_location_strength,
                self.distance(offer),
                self.taste(offer),
                offer.reputation,
            )
            options.append((utility + gumbel(absorbed(luck, offer.word)), believed, found))
        return options

    def choose(self) -> None:
        """Phases 7 and 8: search and choose, if one looks around at all."""
        self.choice = self.provider
        self.decided_by = BY_NOTHING
        self.saw_better = 0
        if self.looks in (LOOKS_NOT, LOOKS_FAREWELL):
            return
        p = self.population.parameters
        alone = p.value_outside + p.value_outside_competence * self.competence
        alone += gumbel(absorbed(self.luck(CHOOSING), NOBODY_WORD))
        best, chosen, best_rival, own = alone, None, alone, alone
        for utility, believed, found in self.search():
            if found.index == self.provider:
                own = utility
                utility += self._incumbency()
            else:
                best_rival = max(best_rival, utility)
            if utility > best:
                best, chosen, self.belief = utility, found, single(believed)
        self.saw_better = int(self.provider >= 0 and best_rival > own)
        self.choice = chosen.index if chosen is not None else NOBODY
        if self.choice == self.provider:
            return
        if chosen is None:
            self.decided_by = BY_DISSATISFACTION
        else:
            self.decided_by = chosen.decided_by(self.looks == LOOKS_AFTER_FRIENDS)

    def _incumbency(self) -> float:
        """What speaks for the provider alone."""
        p = self.population.parameters
        switching = p.stickiness_switching * p.stickiness_switching_strength * self.switching_cost
        tied = obligation(self.liking, self.indebtedness)
        return switching + p.stickiness_obligation * p.stickiness_obligation_strength * tied

    def settle(self) -> None:
        """Phase 9: leave the market, change the provider, or stay."""
        self.lived_month = self.population.month
        if self.previous_provider >= 0:
            kept = 1.0 - self.population.parameters.zmot_forgetting
            self.memory_precision = single(kept * self.memory_precision)
        if self.looks == LOOKS_FAREWELL:
            self.be_replaced()
        elif self.choice != self.provider:
            if self.provider >= 0:
                self.keep_memory()
                self.part_ways()
            if self.choice >= 0:
                self.join(self.choice)
        elif self.provider >= 0:
            self.stay()
        elif self.left_provider >= 0:
            self.decided_by = BY_CLOSURE

    # -- what may happen -------------------------------------------------------------------------

    def keep_memory(self) -> None:
        """Remember the provider that is being left."""
        p = self.population.parameters
        self.previous_provider = self.provider
        self.memory_quality = self.lived_quality
        self.memory_precision = single(own_precision(p.zmot_own, self.tenure, p.zmot_own_months))

    def part_ways(self) -> None:
        """Leave the provider; what only the two had is gone."""
        self.left_provider = self.provider
        self.left_cohort = self.joined_month
        self.provider = NOBODY
        self.tenure = self.contract_left = self.joined_through = 0
        self.joined_month = -1
        self.wallet_share = self.expectation = self.lived_quality = 0.0
        self.satisfaction = self.trust = self.success = self.defections = 0.0
        self.knowledge = self.liking = self.indebtedness = self.switching_cost = 0.0

    def be_replaced(self) -> None:
        """Somebody new takes this place in the market."""
        if self.provider >= 0:
            self.part_ways()
        self.previous_provider = self.rated_provider = NOBODY
        self.rating = 0
        self.rated_month = -1
        self.memory_quality = self.memory_precision = self.competence = 0.0
        self.need = single(self.norm - self.population.parameters.judgement_need_margin)
        self.decided_by = BY_EXIT

    def join(self, firm: int) -> None:
        """Begin with a firm: expectations are what search and claim promised."""
        p, offer = self.population.parameters, self.population.firms[firm]
        worth = self.value(offer, self.belief)
        self.provider = firm
        self.contract_left = offer.contract
        self.joined_month = self.population.month
        self.joined_through = self.decided_by
        self.expectation = single(worth + offer.service)
        self.success = single(value.success_probability(worth, self.need, p.value_noise))
        self.lived_quality = self.belief
        self.wallet_share = single(p.wallet_base)

    def stay(self) -> None:
        """Another month together."""
        p, offer = self.population.parameters, self.population.firms[self.provider]
        self.tenure += 1
        self.contract_left = self.contract_left - 1 if self.contract_left > 1 else offer.contract
        self.knowledge = single(
            relation.knowledge(
                self.knowledge,
                offer.attention,
                offer.data_quality,
                p.relation_knowledge_rate,
                p.relation_knowledge_decay,
            )
        )
        earned = offer.warmth * offer.attention
        self.liking = single(judgement.adapted(self.liking, earned, p.relation_liking_rate))
        self.indebtedness = single(
            judgement.adapted(self.indebtedness, offer.comfort, p.relation_indebtedness_rate)
        )
        self.competence = single(
            relation.competence(self.competence, self.knowledge, p.relation_competence_rate)
        )
        self.wallet_share = single(
            relation.wallet_share(
                self.wallet_share,
                self.trust,
                self.success,
                offer.wallet_breadth,
                p.wallet_rate,
                p.wallet_base,
                p.wallet_trust,
                p.wallet_success,
            )
        )
        self.switching_cost = single(
            relation.switching_cost(
                self.tenure,
                self.wallet_share,
                self.contract_left,
                offer.integration,
                p.relation_habit_months,
                p.relation_contacts,
                p.relation_exit_fee,
            )
        )

    def be_shocked(self, size: float) -> None:
        """A scandal of the provider: satisfaction and trust fall, in utility."""
        self.satisfaction = single(self.satisfaction - size)
        self.trust = single(self.trust - size)
