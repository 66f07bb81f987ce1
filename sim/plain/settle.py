"""Plain customers settle: they move or stay, and what binds them grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.columns import BY_CLOSURE, BY_EXIT, LOOKS_FAREWELL, NEVER, NOBODY
from agents.rules import judgement, relation, value
from agents.rules.search import own_precision
from sim.plain.single import single

if TYPE_CHECKING:
    from sim.plain.customer import PlainCustomer


def settle(customer: PlainCustomer) -> None:
    """Leave the market, change the provider, or stay."""
    customer.lived_month = customer.population.month
    before = customer.previous_provider
    if customer.previous_provider >= 0:
        kept = 1.0 - customer.population.parameters.zmot_forgetting
        customer.memory_precision = single(kept * customer.memory_precision)
    if customer.looks == LOOKS_FAREWELL:
        _be_replaced(customer)
    elif customer.choice != customer.provider:
        if customer.provider >= 0:
            keep_memory(customer)
            part_ways(customer)
        if customer.choice >= 0:
            customer.returned = int(before == customer.choice)
            _join(customer, customer.choice)
    elif customer.provider >= 0:
        _stay(customer)
    elif customer.left_provider >= 0:
        customer.decided_by = BY_CLOSURE


def keep_memory(customer: PlainCustomer) -> None:
    """Remember the provider that is being left."""
    p = customer.population.parameters
    customer.previous_provider = customer.provider
    customer.memory_quality = customer.lived_quality
    customer.memory_precision = single(
        own_precision(p.zmot_own, customer.tenure, p.zmot_own_months)
    )


def part_ways(customer: PlainCustomer) -> None:
    """Leave the provider; what only the two had is gone."""
    customer.left_provider = customer.provider
    customer.left_cohort = customer.joined_month
    customer.provider = NOBODY
    customer.tenure = customer.contract_left = customer.joined_through = customer.joined_for = 0
    customer.joined_month = NEVER
    customer.wallet_share = customer.expectation = customer.lived_quality = 0.0
    customer.settlement = 0.0
    customer.returned = 0
    customer.satisfaction = customer.trust = customer.success = customer.defections = 0.0
    customer.knowledge = customer.liking = customer.indebtedness = customer.switching_cost = 0.0


def _be_replaced(customer: PlainCustomer) -> None:
    """Somebody new takes this place in the market."""
    if customer.provider >= 0:
        part_ways(customer)
    customer.previous_provider = customer.rated_provider = customer.contact_at = NOBODY
    customer.contact_moved = NEVER
    customer.contact_liking = customer.found = 0.0
    customer.rating = 0
    customer.rated_month = customer.adopted_month = NEVER
    customer.memory_quality = customer.memory_precision = customer.competence = 0.0
    customer.need = single(customer.norm - customer.population.parameters.judgement_need_margin)
    customer.decided_by = BY_EXIT


def _join(customer: PlainCustomer, firm: int) -> None:
    """Begin with a firm: expectations are what search and claim promised."""
    p, offer = customer.population.parameters, customer.population.firms[firm]
    customer.provider = firm
    if customer.contact_at == firm:
        customer.liking, customer.contact_liking = customer.contact_liking, 0.0
        customer.contact_at, customer.contact_moved = NOBODY, NEVER
    worth = customer.value(offer, customer.belief, customer.price_term(firm))
    customer.contract_left = offer.contract
    customer.joined_month = customer.population.month
    if customer.adopted_month == NEVER:
        customer.adopted_month = customer.population.month
    customer.joined_through = customer.heard_through
    customer.joined_for = customer.decided_by
    customer.expectation = single(worth)
    customer.success = single(
        value.success_probability(worth, customer.need, customer.noise(offer))
    )
    customer.lived_quality = customer.belief
    customer.wallet_share = single(p.wallet_base)


def _stay(customer: PlainCustomer) -> None:
    """Another month together."""
    p, offer = customer.population.parameters, customer.population.firms[customer.provider]
    customer.tenure += 1
    customer.contract_left = (
        customer.contract_left - 1 if customer.contract_left > 1 else offer.contract
    )
    customer.knowledge = single(
        relation.knowledge(
            customer.knowledge,
            offer.attention,
            offer.data_quality,
            p.relation_knowledge_rate,
            p.relation_knowledge_decay,
            relation.joint_progress(offer.comfort, p.relation_indulgence_drag),
            offer.digital,
            p.relation_digital_ceiling,
        )
    )
    earned = offer.warmth * offer.attention
    customer.liking = single(judgement.adapted(customer.liking, earned, p.relation_liking_rate))
    customer.indebtedness = single(
        judgement.adapted(customer.indebtedness, offer.comfort, p.relation_indebtedness_rate)
    )
    if p.wallet_potential > 0.0:
        customer.found = single(
            relation.potential_found(
                customer.found, customer.potential, customer.knowledge, offer.discovery
            )
        )
    customer.competence = single(
        relation.competence(customer.competence, customer.knowledge, p.relation_competence_rate)
    )
    customer.wallet_share = single(
        relation.wallet_share(
            customer.wallet_share,
            customer.trust,
            customer.success,
            offer.wallet_breadth,
            p.wallet_rate,
            p.wallet_base,
            p.wallet_trust,
            p.wallet_success,
        )
    )
    customer.switching_cost = single(
        relation.switching_cost(
            customer.tenure,
            customer.wallet_share,
            customer.contract_left,
            offer.integration,
            p.relation_habit_months,
            p.relation_contacts,
            p.relation_exit_fee,
        )
    )
