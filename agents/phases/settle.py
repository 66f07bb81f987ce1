"""Phase 9: customers settle: they move or stay, and what binds them grows."""

from __future__ import annotations

from agents.columns import BY_CLOSURE, BY_EXIT, LOOKS_FAREWELL, NEVER, NOBODY
from agents.compiled import part, row_kernel
from agents.phases.worth import noise_of, potential_of, price_term, sensitivity_of, value_of
from agents.row import Row, fixed
from agents.rules.judgement import adapted
from agents.rules.relation import (
    competence,
    joint_progress,
    knowledge,
    potential_found,
    switching_cost,
    wallet_share,
)
from agents.rules.search import own_precision
from agents.rules.value import success_probability


@part
def part_ways(c):
    """Leave the provider, if there is one; what only the two had is gone."""
    c.left_provider = c.provider
    c.left_cohort = c.joined_month
    c.provider = NOBODY
    c.tenure = 0
    c.returned = 0
    c.contract_left = 0
    c.joined_month = NEVER
    c.joined_through = 0
    c.joined_for = 0
    c.wallet_share = 0.0
    c.expectation = 0.0
    c.satisfaction = 0.0
    c.trust = 0.0
    c.success = 0.0
    c.knowledge = 0.0
    c.liking = 0.0
    c.indebtedness = 0.0
    c.switching_cost = 0.0
    c.defections = 0.0
    c.lived_quality = 0.0
    c.settlement = 0.0


@part
def keep_memory(c, p):
    """Remember the provider that is being left."""
    c.previous_provider = c.provider
    c.memory_quality = c.lived_quality
    c.memory_precision = own_precision(p.zmot_own, c.tenure, p.zmot_own_months)


@part
def be_replaced(c, p):
    """Somebody new takes this place in the market: no provider, no memory, no rating."""
    if c.provider >= 0:
        part_ways(c)
    c.previous_provider = NOBODY
    c.contact_at = NOBODY
    c.contact_moved = NEVER
    c.contact_liking = 0.0
    c.found = 0.0
    c.rating = 0
    c.rated_provider = NOBODY
    c.rated_month = NEVER
    c.adopted_month = NEVER
    c.memory_quality = 0.0
    c.memory_precision = 0.0
    c.competence = 0.0
    c.need = c.norm - p.judgement_need_margin


@part
def join(c, firm, month):
    """Begin with a firm: expectations are what search and claim promised."""
    p, offer = month.p, month.offers[firm]
    c.provider = firm
    c.contract_left = offer.contract
    c.joined_month = month.number
    if c.adopted_month == NEVER:
        c.adopted_month = month.number
    c.joined_through = c.heard_through
    c.joined_for = c.decided_by
    if c.contact_at == firm:  # somebody they like works there now
        c.liking = c.contact_liking
        c.contact_at = NOBODY
        c.contact_moved = NEVER
        c.contact_liking = 0.0
    value = value_of(c, offer, sensitivity_of(c, p), c.belief, price_term(c, firm, offer))
    c.expectation = value
    c.success = success_probability(value, c.need, noise_of(offer, p))
    c.lived_quality = c.belief
    c.wallet_share = p.wallet_base


@part
def stay(c, month):
    """Another month together."""
    p, offer = month.p, month.offers[c.provider]
    c.tenure += 1
    c.contract_left = c.contract_left - 1 if c.contract_left > 1 else offer.contract
    c.knowledge = knowledge(
        c.knowledge,
        offer.attention,
        offer.data_quality,
        p.relation_knowledge_rate,
        p.relation_knowledge_decay,
        joint_progress(offer.comfort, p.relation_indulgence_drag),
        offer.digital,
        p.relation_digital_ceiling,
    )
    c.liking = adapted(c.liking, offer.warmth * offer.attention, p.relation_liking_rate)
    c.indebtedness = adapted(c.indebtedness, offer.comfort, p.relation_indebtedness_rate)
    if p.wallet_potential > 0.0:
        c.found = potential_found(c.found, potential_of(c, month), c.knowledge, offer.discovery)
    c.competence = competence(c.competence, c.knowledge, p.relation_competence_rate)
    c.wallet_share = wallet_share(
        c.wallet_share,
        c.trust,
        c.success,
        offer.wallet_breadth,
        p.wallet_rate,
        p.wallet_base,
        p.wallet_trust,
        p.wallet_success,
    )
    c.switching_cost = switching_cost_of(c, offer, p)


@part
def switching_cost_of(c, offer, p):
    """Procedural cost of leaving, as the relation stands."""
    return switching_cost(
        c.tenure,
        c.wallet_share,
        c.contract_left,
        offer.integration,
        p.relation_habit_months,
        p.relation_contacts,
        p.relation_exit_fee,
    )


@part
def settle(c, month):
    """Carry out what was decided: leave the market, change the provider, or stay."""
    p, before = month.p, c.previous_provider
    c.lived_month = month.number
    if before >= 0:
        c.memory_precision = (1.0 - p.zmot_forgetting) * c.memory_precision
    if c.looks == LOOKS_FAREWELL:
        be_replaced(c, p)
        c.decided_by = BY_EXIT
    elif c.choice != c.provider:
        if c.provider >= 0:
            keep_memory(c, p)
            part_ways(c)
        if c.choice >= 0:
            c.returned = before == c.choice
            join(c, c.choice, month)
    elif c.provider >= 0:
        stay(c, month)
    elif c.left_provider >= 0:
        c.decided_by = BY_CLOSURE


@row_kernel
def settle_rows(first, last, people, month):
    """Phase 9 for these rows."""
    now = fixed(month)
    for i in range(first, last):
        settle(Row(people, i), now)
