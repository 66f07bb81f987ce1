"""Phase 9: customers settle: they move or stay, and what binds them grows."""

from __future__ import annotations

from agents.columns import (
    BELIEF,
    BY_CLOSURE,
    BY_EXIT,
    CHOICE,
    COMPETENCE,
    CONTACT_AT,
    CONTACT_LIKING,
    CONTACT_MOVED,
    CONTRACT_LEFT,
    DECIDED_BY,
    DEFECTIONS,
    EXPECTATION,
    FOUND,
    INDEBTEDNESS,
    JOINED_MONTH,
    JOINED_THROUGH,
    KNOWLEDGE,
    LEFT_COHORT,
    LEFT_PROVIDER,
    LIKING,
    LIVED_MONTH,
    LIVED_QUALITY,
    LOOKS,
    LOOKS_FAREWELL,
    MEMORY_PRECISION,
    MEMORY_QUALITY,
    NEED,
    NEVER,
    NOBODY,
    NORM,
    PREVIOUS_PROVIDER,
    PROVIDER,
    RATED_MONTH,
    RATED_PROVIDER,
    RATING,
    RETURNED,
    SATISFACTION,
    SETTLEMENT,
    SUCCESS,
    SWITCHING_COST,
    TENURE,
    TRUST,
    WALLET_SHARE,
)
from agents.compiled import part, row_kernel
from agents.phases.common import (
    difference,
    noise_of,
    potential_of,
    price_term,
    scaled,
    sensitivity_of,
    value_of,
)
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
def part_ways(i, state, marks):
    """Leave the provider, if there is one; what only the two had is gone."""
    marks[LEFT_PROVIDER, i] = marks[PROVIDER, i]
    marks[LEFT_COHORT, i] = marks[JOINED_MONTH, i]
    marks[PROVIDER, i] = NOBODY
    marks[TENURE, i] = 0
    marks[RETURNED, i] = 0
    marks[CONTRACT_LEFT, i] = 0
    marks[JOINED_MONTH, i] = NEVER
    marks[JOINED_THROUGH, i] = 0
    for column in (
        WALLET_SHARE, EXPECTATION, SATISFACTION, TRUST, SUCCESS, KNOWLEDGE, LIKING, INDEBTEDNESS,
        SWITCHING_COST, DEFECTIONS, LIVED_QUALITY, SETTLEMENT,
    ):  # fmt: skip
        state[column, i] = 0.0


@part
def keep_memory(i, state, marks, p):
    """Remember the provider that is being left."""
    marks[PREVIOUS_PROVIDER, i] = marks[PROVIDER, i]
    state[MEMORY_QUALITY, i] = state[LIVED_QUALITY, i]
    state[MEMORY_PRECISION, i] = own_precision(p.zmot_own, marks[TENURE, i], p.zmot_own_months)


@part
def be_replaced(i, state, marks, p):
    """Somebody new takes this place in the market: no provider, no memory, no rating."""
    if marks[PROVIDER, i] >= 0:
        part_ways(i, state, marks)
    marks[PREVIOUS_PROVIDER, i] = NOBODY
    marks[CONTACT_AT, i] = NOBODY
    marks[CONTACT_MOVED, i] = NEVER
    state[CONTACT_LIKING, i] = 0.0
    state[FOUND, i] = 0.0
    marks[RATING, i] = 0
    marks[RATED_PROVIDER, i] = NOBODY
    marks[RATED_MONTH, i] = NEVER
    state[MEMORY_QUALITY, i] = 0.0
    state[MEMORY_PRECISION, i] = 0.0
    state[COMPETENCE, i] = 0.0
    state[NEED, i] = difference(state[NORM, i], p.judgement_need_margin)


@part
def join(i, firm, month, state, marks, offers, p):
    """Begin with a firm: expectations are what search and claim promised."""
    offer = offers[firm]
    marks[PROVIDER, i] = firm
    marks[CONTRACT_LEFT, i] = offer.contract
    marks[JOINED_MONTH, i] = month
    marks[JOINED_THROUGH, i] = marks[DECIDED_BY, i]
    if marks[CONTACT_AT, i] == firm:  # somebody they like works there now
        state[LIKING, i] = state[CONTACT_LIKING, i]
        marks[CONTACT_AT, i] = NOBODY
        marks[CONTACT_MOVED, i] = NEVER
        state[CONTACT_LIKING, i] = 0.0
    believed = scaled(1.0, state[BELIEF, i])
    term = price_term(i, firm, firm, offer, marks)
    value = value_of(i, offer, sensitivity_of(i, state, p), believed, state, term)
    state[EXPECTATION, i] = value
    state[SUCCESS, i] = success_probability(value, state[NEED, i], noise_of(offer, p))
    state[LIVED_QUALITY, i] = state[BELIEF, i]
    state[WALLET_SHARE, i] = p.wallet_base


@part
def stay(i, firm, seed, state, marks, offers, p):
    """Another month together."""
    offer = offers[firm]
    marks[TENURE, i] += 1
    left = marks[CONTRACT_LEFT, i]
    marks[CONTRACT_LEFT, i] = left - 1 if left > 1 else offer.contract
    state[KNOWLEDGE, i] = knowledge(
        state[KNOWLEDGE, i],
        offer.attention,
        offer.data_quality,
        p.relation_knowledge_rate,
        p.relation_knowledge_decay,
        joint_progress(offer.comfort, p.relation_indulgence_drag),
        offer.digital,
        p.relation_digital_ceiling,
    )
    state[LIKING, i] = adapted(
        state[LIKING, i], offer.warmth * offer.attention, p.relation_liking_rate
    )
    state[INDEBTEDNESS, i] = adapted(
        state[INDEBTEDNESS, i], offer.comfort, p.relation_indebtedness_rate
    )
    if p.wallet_potential > 0.0:
        state[FOUND, i] = potential_found(
            state[FOUND, i], potential_of(i, seed, p), state[KNOWLEDGE, i], offer.discovery
        )
    state[COMPETENCE, i] = competence(
        state[COMPETENCE, i], state[KNOWLEDGE, i], p.relation_competence_rate
    )
    state[WALLET_SHARE, i] = wallet_share(
        state[WALLET_SHARE, i],
        state[TRUST, i],
        state[SUCCESS, i],
        offer.wallet_breadth,
        p.wallet_rate,
        p.wallet_base,
        p.wallet_trust,
        p.wallet_success,
    )
    state[SWITCHING_COST, i] = switching_cost(
        marks[TENURE, i],
        state[WALLET_SHARE, i],
        marks[CONTRACT_LEFT, i],
        offer.integration,
        p.relation_habit_months,
        p.relation_contacts,
        p.relation_exit_fee,
    )


@row_kernel
def settle(first, last, month, seed, state, marks, offers, p):
    """Carry out what was decided: leave the market, change the provider, or stay."""
    for i in range(first, last):
        marks[LIVED_MONTH, i] = month
        provider, choice = marks[PROVIDER, i], marks[CHOICE, i]
        before = marks[PREVIOUS_PROVIDER, i]
        if marks[PREVIOUS_PROVIDER, i] >= 0:
            state[MEMORY_PRECISION, i] = scaled(1.0 - p.zmot_forgetting, state[MEMORY_PRECISION, i])
        if marks[LOOKS, i] == LOOKS_FAREWELL:
            be_replaced(i, state, marks, p)
            marks[DECIDED_BY, i] = BY_EXIT
        elif choice == provider:
            if provider >= 0:
                stay(i, provider, seed, state, marks, offers, p)
            elif marks[LEFT_PROVIDER, i] >= 0:
                marks[DECIDED_BY, i] = BY_CLOSURE
        else:
            if provider >= 0:
                keep_memory(i, state, marks, p)
                part_ways(i, state, marks)
            if choice >= 0:
                marks[RETURNED, i] = 1 if before == choice else 0
                join(i, choice, month, state, marks, offers, p)
