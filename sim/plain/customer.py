"""A customer as Mesa models usually write one: an object with attributes and methods."""

from __future__ import annotations

from agents.chance import absorbed, gumbel, normal, uniform
from agents.columns import (
    BY_DISMISSAL,
    BY_DISSATISFACTION,
    BY_NOTHING,
    BY_REFERRAL,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_AFTER_FRIENDS,
    LOOKS_AFTER_STIMULUS,
    LOOKS_AROUND,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    NOBODY,
)
from agents.phases.choose import CHOOSING, NOBODY_WORD, terms_utility
from agents.phases.live import FORESEEING, LIVING
from agents.phases.look import COMPANY_REVIEW, DROPPED_FROM, LEAVING, LOOKING, attentive
from agents.phases.share import REVIEWING
from agents.rules import judgement, looking, value
from agents.rules.search import choice_utility
from agents.rules.stickiness import obligation
from sim.plain.person import PlainPerson
from sim.plain.search import Finding, search
from sim.plain.settle import settle
from sim.plain.single import single


class PlainCustomer(PlainPerson):
    """One customer and their month.

    Real numbers are rounded to single precision where they are kept, as in the engine; what is
    worked out on the way is not.
    """

    def live(self) -> None:
        """Phase 3: live what the provider delivers."""
        if self.provider == NOBODY:
            self.outcome = self.surprise = self.settlement = 0.0
            return
        p, offer = self.population.parameters, self.population.firms[self.provider]
        known = self.expected_knowledge(self.provider)
        quality = self.quality(offer, known, self.fit(offer, known))
        worth = self.value(offer, quality, self.price_term(self.provider))
        hit = 1.0 if offer.foresight > 0.0 and uniform(self.luck(FORESEEING)) < known else 0.0
        service = value.service_value(offer.service, offer.foresight, hit)
        lived = value.outcome(worth, service, self.noise(offer), normal(self.luck(LIVING)))
        lived -= value.unsettled(p.judgement_unsettling, offer.launched, self.weight_product)
        months = min(self.tenure + 1.0, max(1.0, p.zmot_own_months))
        self.outcome = single(lived)
        paid = value.gain_paid(offer.gain_share, lived, self.norm)
        refunded = 0.0 if judgement.met(lived, self.need) else offer.guarantee
        self.settlement = single(value.settlement(paid, self.sensitivity, refunded))
        self.surprise = single(self._impression(lived) - self.expectation)
        self.lived_quality = single(
            judgement.adapted(self.lived_quality, lived - (worth - quality), 1.0 / months)
        )

    def _impression(self, lived: float) -> float:
        """What is felt of an outcome: with comfort, after what is settled for it."""
        offer = self.population.firms[self.provider]
        felt = lived + offer.comfort - value.gain_paid(offer.gain_share, lived, self.norm)
        if judgement.met(lived, self.need):
            return felt
        return felt + value.refund_value(self.sensitivity, offer.guarantee)

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
        felt = self._impression(self.outcome)
        earned = judgement.satisfaction_earned(
            felt - self.norm,
            felt - self.expectation,
            p.judgement_loss_aversion,
            p.value_noise,
            p.judgement_level,
            p.judgement_surprise,
        )
        rate = judgement.impressed(p.judgement_rate, self.tenure, p.judgement_halo)
        adapted = judgement.adapted
        self.satisfaction = single(adapted(self.satisfaction, earned, rate))
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
            if left > 0.0:
                left *= looking.susceptibility(
                    len(self.friends),
                    self.population.network.mean_degree,
                    p.looking_friends_power,
                    self.tenure,
                    p.looking_settling,
                )
            self.defections = single(
                looking.defections_felt(self.defections, left, p.looking_friends_memory)
            )
            self.was_due = int(self.contract_left <= 1)
            chance = looking.looking_probability(self._looking_intensity())
            offer = self.population.firms[self.provider]
            if looking.buys_anew(self.contract_left, offer.contract, offer.renews):
                chance = 1.0
            if luck < attentive(chance, self.held("inattention")):
                self.looks = LOOKS_AROUND
            if uniform(self.luck(COMPANY_REVIEW)) < p.judgement_review:
                self.looks = LOOKS_FOR_THE_COMPANY
            if self.contact_moved == self.population.month:
                self.looks = LOOKS_AROUND
            known = self.expected_knowledge(self.provider)
            if self.tenure >= DROPPED_FROM and self.fit(offer, known) < offer.drops_below:
                self.looks = LOOKS_AFTER_DISMISSAL
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
        p = self.population.parameters
        everybody = here = left = 0.0
        for friend, tie in zip(self.friends, self.ties, strict=True):
            everybody += tie
            theirs = friend.face.provider
            if theirs == self.provider if self.provider >= 0 else theirs >= 0:
                here += tie
            if self.provider >= 0 and friend.face.left == self.provider:
                left += tie * looking.likeness(
                    self.segment, friend.face.segment, self.weight_of_unlike
                )
        self.friends_here = single(here / everybody if everybody > 0.0 else 0.0)
        return left * looking.attention_to_friend(len(self.friends), p.zmot_attention)

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
            looking.hold_of_friends(
                p.looking_friends_here, p.looking_referred, self.joined_through == BY_REFERRAL
            ),
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
            term = self.price_term(found.index)
            worth = self.value(offer, believed, term)
            succeeding = value.success_probability(worth, self.need, self.noise(offer))
            utility = choice_utility(
                self.sensitivity,
                offer.log_price + term,
                self.time_weight,
                offer.log_time,
                believed,
                1.0 / found.precision,
                p.zmot_risk_aversion,
                self.held("success") * (p.stickiness_success * p.stickiness_success_strength),
                succeeding,
                self.held("location") * (p.stickiness_location * p.stickiness_location_strength),
                self.distance(offer),
                self.taste(offer),
                offer.reputation + (0.0 if found.index == self.provider else offer.volume),
            )
            if offer.guarantee > 0.0 or offer.gain_share > 0.0:
                utility += terms_utility(
                    value.refund_value(self.sensitivity, offer.guarantee),
                    succeeding,
                    value.gain_paid(offer.gain_share, worth, self.norm),
                )
            if self.contact_at == found.index != self.provider:
                weight = p.stickiness_obligation * p.stickiness_obligation_strength
                utility += weight * self.contact_liking
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
        alone = value.outside_value(
            p.value_outside,
            self.competence,
            p.value_outside_competence,
            p.zmot_connectivity,
            p.value_outside_connectivity,
        )
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
        dismissed = self.looks == LOOKS_AFTER_DISMISSAL
        self.saw_better = int(self.provider >= 0 and best_rival > own and not dismissed)
        self.choice = chosen.index if chosen is not None else NOBODY
        if self.choice == self.provider:
            return
        if chosen is None:
            self.decided_by = BY_DISMISSAL if dismissed else BY_DISSATISFACTION
        else:
            self.decided_by = chosen.decided_by(self.looks == LOOKS_AFTER_FRIENDS)

    def _incumbency(self) -> float:
        """What speaks for the provider alone."""
        p = self.population.parameters
        switching = self.held("switching") * (
            p.stickiness_switching * p.stickiness_switching_strength
        )
        tied = self.held("obligation") * (
            p.stickiness_obligation * p.stickiness_obligation_strength
        )
        if self.looks == LOOKS_FOR_THE_COMPANY:
            tied = 0.0
        return switching * self.switching_cost + tied * obligation(self.liking, self.indebtedness)

    def settle(self) -> None:
        """Phase 9: leave the market, change the provider, or stay."""
        settle(self)

    def be_shocked(self, size: float) -> None:
        """A scandal of the provider: satisfaction and trust fall, in utility."""
        self.satisfaction = single(self.satisfaction - size)
        self.trust = single(self.trust - size)
