"""Phase 8: those who looked choose."""

from __future__ import annotations

from agents.chance import absorbed, gumbel
from agents.columns import (
    BY_DISMISSAL,
    BY_DISSATISFACTION,
    BY_FRIEND,
    BY_MEMORY,
    BY_NOTHING,
    BY_REFERRAL,
    BY_REVIEW,
    BY_STIMULUS,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_AFTER_FRIENDS,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    NOBODY,
)
from agents.compiled import part, row_kernel, rule
from agents.phases.decide import CHOOSING, NOBODY_WORD, what_decided
from agents.phases.search import Held, weigh_up
from agents.phases.worth import luck, obligation_weight, switching_weight
from agents.row import Row, fixed
from agents.rules.stickiness import obligation
from agents.rules.value import outside_value


@rule
def incumbency(
    switching: float, switching_weight: float, tied: float, obligation_weight: float
) -> float:
    """What speaks for the provider alone: procedural switching cost and obligation."""
    return switching_weight * switching + obligation_weight * tied


@part
def held_by(c, month):
    """By what a customer's provider may hold them this month."""
    if c.provider < 0:
        return Held(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    offer = month.offers[c.provider]
    return Held(
        offer.holds_location,
        offer.holds_switching,
        # Who decides for the company does not know the provider's people.
        0.0 if c.looks == LOOKS_FOR_THE_COMPANY else offer.holds_obligation,
        offer.holds_success,
        offer.holds_knowledge,
        offer.holds_own_information,
    )


@part
def incumbency_of(c, held, p):
    """What speaks for a customer's provider alone."""
    return incumbency(
        c.switching_cost,
        switching_weight(held.switching, p),
        obligation(c.liking, c.indebtedness),
        obligation_weight(held.obligation, p),
    )


@part
def outside_utility(c, p):
    """Utility of having no provider, without luck."""
    return outside_value(
        p.value_outside,
        c.competence,
        p.value_outside_competence,
        p.zmot_connectivity,
        p.value_outside_connectivity,
    )


@part
def heard_through(found, prompted):
    """The source that speaks most for the firm chosen, or else what prompted the look."""
    best, source = 0.0, BY_FRIEND if prompted else BY_STIMULUS
    if found.claim > best:
        best, source = found.claim, BY_STIMULUS
    if found.friend > best:
        best, source = found.friend, BY_FRIEND
    if found.review > best:
        best, source = found.review, BY_REVIEW
    if found.memory > best:
        source = BY_MEMORY
    if source == BY_FRIEND and found.praised == 1:
        source = BY_REFERRAL
    return source


@part
def pick(c, held, month, findings):
    """Phase 8: choose among the findings, with the luck of the month.

    Returns:
        Whether a rival, or nobody, was better but for what speaks for the provider alone.
    """
    word = luck(c, CHOOSING, month)
    best = outside_utility(c, month.p) + gumbel(absorbed(word, NOBODY_WORD))
    own = rival = best
    choice = NOBODY
    for g in range(len(month.offers)):
        found = findings[g]
        if found.considered == 0:
            continue
        utility = found.utility + gumbel(absorbed(word, month.offers[g].word))
        if g == c.provider:
            own = utility
            utility += incumbency_of(c, held, month.p)
        else:
            rival = max(rival, utility)
        if utility > best:
            best = utility
            choice = g
    c.choice = choice
    return rival > own


@part
def choose(c, month, circle, posts, findings):
    """Search and choose.

    Set ``choice``, ``belief``, ``decided_by``, ``heard_through`` and ``saw_better``.
    """
    c.choice = c.provider
    c.decided_by = BY_NOTHING
    c.heard_through = BY_NOTHING
    c.saw_better = 0
    if c.looks == LOOKS_NOT or c.looks == LOOKS_FAREWELL:
        return
    held = held_by(c, month)
    weigh_up(c, held, month, circle, posts, findings)
    saw_better = pick(c, held, month, findings)
    dismissed = c.looks == LOOKS_AFTER_DISMISSAL
    c.saw_better = saw_better and c.provider >= 0 and not dismissed
    if c.choice >= 0:
        c.belief = findings[c.choice].believed
    if c.choice != c.provider:
        if c.choice >= 0:
            c.heard_through = heard_through(findings[c.choice], c.looks == LOOKS_AFTER_FRIENDS)
            c.decided_by = what_decided(c, outside_utility(c, month.p), held, month, findings)
        else:
            c.decided_by = BY_DISMISSAL if dismissed else BY_DISSATISFACTION


@row_kernel
def choose_rows(first, last, people, month, circle, posts, findings):
    """Phases 7 and 8 for these rows."""
    now, heard = fixed(month), fixed(circle)
    for i in range(first, last):
        choose(Row(people, i), now, heard, posts, findings)
