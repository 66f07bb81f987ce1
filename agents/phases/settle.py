"""Phase 9: customers settle. They move or stay, what binds them grows, and blows befall them."""

from __future__ import annotations

from typing import Any, NamedTuple

from tsunagari.agents.chance import absorbed, uniform, word_of
from tsunagari.agents.columns import NEVER, NOBODY, By, Looks
from tsunagari.agents.compiled import Word, part
from tsunagari.agents.phases import worth
from tsunagari.agents.row import over_rows
from tsunagari.agents.rules.judgement import adapted
from tsunagari.agents.rules.relation import (
    competence,
    joint_progress,
    knowledge,
    points,
    potential_found,
    switching_cost,
    wallet_share,
)
from tsunagari.agents.rules.search import own_precision
from tsunagari.agents.rules.value import success_probability

POACHING = word_of("poaching")
CHANGING_JOBS = word_of("changing jobs")


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
    """Somebody new takes this place in the market: no provider, no memory, no rating.

    Traits stay with the place, readiness to look among them: the market keeps its kinds of people.
    """
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
    value = worth.value_of(
        c, offer, worth.sensitivity_of(c, p), c.belief, worth.tariff_of(c, firm, offer)
    )
    c.expectation = value
    c.success = success_probability(value, c.need, worth.noise_of(offer, p))
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
        c.found = potential_found(
            c.found, worth.potential_of(c, month), c.knowledge, offer.discovery
        )
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
        c.contract_left + points(c.tenure, offer.loyalty, offer.loyalty_months),
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
    if c.looks == Looks.FAREWELL:
        be_replaced(c, p)
        c.decided_by = By.EXIT
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
        c.decided_by = By.CLOSURE


settle_rows = over_rows(settle)


@part
def release(c, firm, month):
    """A customer of a firm that closes loses it, and remembers it."""
    if c.provider == firm:
        keep_memory(c, month.p)
        part_ways(c)


release_rows = over_rows(release)


@part
def shake(c, firm, size):
    """A scandal: a customer of the firm loses satisfaction and trust."""
    if c.provider == firm:
        c.satisfaction -= size
        c.trust -= size


shake_rows = over_rows(shake)


@part
def move_contact(c, victim, poacher, share, word, month):
    """Some of a firm's people go to a rival: their customers' liking goes with them."""
    if c.provider == victim and uniform(absorbed(word, c.row)) < share:
        c.contact_at = poacher
        c.contact_moved = month
        c.contact_liking = c.liking
        c.liking = 0.0


move_rows = over_rows(move_contact)


class Jobs(NamedTuple):
    """Who changes jobs in a month.

    Attributes:
        month: The month.
        word: Word of the month's luck in it.
        rate: Probability that a customer's contact person goes to another customer.
        further: That is so many rows further, round the end; so nobody's place gets two.
        provider: Everybody's provider at the end of last month.
        liking: How far everybody's contact person liked its people.
    """

    month: int
    word: Word
    rate: float
    further: int
    provider: Any
    liking: Any


@part
def change_job(c, jobs):
    """A customer's contact person goes to another customer, and one comes from a third.

    Liking goes with the person, who speaks for the old provider at the new place; whoever is there
    next knows the provider's people not yet, and owes them nothing (Broschak 2004).
    """
    if uniform(absorbed(jobs.word, c.row)) < jobs.rate:
        c.liking = 0.0
        c.indebtedness = 0.0
    before = c.row - jobs.further
    if before < 0:
        before += len(jobs.provider)
    if uniform(absorbed(jobs.word, before)) >= jobs.rate or jobs.provider[before] < 0:
        return
    if jobs.provider[before] == c.provider:
        c.liking = jobs.liking[before]
    else:
        c.contact_at = jobs.provider[before]
        c.contact_moved = jobs.month
        c.contact_liking = jobs.liking[before]


job_rows = over_rows(change_job)
