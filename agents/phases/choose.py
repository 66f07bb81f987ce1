"""Phase 8: those who looked choose, and what decided it; and why customers stay.

What decides a move is the largest term by which the firm chosen was ahead of the one left. The
total is positive for whoever moves, so what is named always speaks for the move.
"""

from __future__ import annotations

import math

import numpy as np

from tsunagari.agents.chance import absorbed, gumbel, word_of
from tsunagari.agents.columns import NOBODY, By, Looks
from tsunagari.agents.compiled import part, row_kernel
from tsunagari.agents.firm.offer import HOLDS
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.look import looking_of
from tsunagari.agents.phases.search import Held, Worth, weigh_up, worth_of
from tsunagari.agents.phases.worth import luck
from tsunagari.agents.row import Row, fixed, over_rows
from tsunagari.agents.rules.relation import obligation
from tsunagari.agents.rules.search import buys_anew
from tsunagari.agents.rules.value import outside_value

CHOOSING = word_of("choice")
NOBODY_WORD = absorbed(word_of("nobody"), CHOOSING) | 1 << 63  # a key that no firm's name has

SOURCES_IN_ORDER = (By.STIMULUS, By.FRIEND, By.REVIEW, By.MEMORY)
"""What each source is called, in the order of :func:`moved_by`."""
TERMS_IN_ORDER = tuple(By)[By.PRICE : By.PEOPLE + 1]
"""What the terms of :class:`tsunagari.agents.phases.search.Worth` are called."""


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
        0.0 if c.looks == Looks.FOR_THE_COMPANY else offer.holds_obligation,
        offer.holds_success,
        offer.holds_knowledge,
        offer.holds_own_information,
    )


@part
def incumbency_of(c, held, p):
    """What speaks for a customer's provider alone: procedural switching cost and obligation."""
    weights, tied = worth.weights_of(p), obligation(c.liking, c.indebtedness)
    ties = held.obligation * weights.obligation * tied
    return held.switching * weights.switching * c.switching_cost + ties


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
    best, source = 0.0, By.FRIEND if prompted else By.STIMULUS
    if found.claim > best:
        best, source = found.claim, By.STIMULUS
    if found.friend > best:
        best, source = found.friend, By.FRIEND
    if found.review > best:
        best, source = found.review, By.REVIEW
    if found.memory > best:
        source = By.MEMORY
    if source == By.FRIEND and found.praised == 1:
        source = By.REFERRAL
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
def moved_by(g, findings):
    """How far each source moved the quality believed of a firm; 0 of nobody."""
    if g < 0:
        return 0.0, 0.0, 0.0, 0.0
    found = findings[g]
    return (
        found.claim / found.precision,
        found.friend / found.precision,
        found.review / found.precision,
        found.memory / found.precision,
    )


@part
def usual(g, findings):
    """Quality that the market gives on average, as it is part of what is believed of a firm."""
    if g < 0:
        return 0.0
    found = findings[g]
    evidence = found.claim + found.friend + found.review + found.memory
    return found.believed - evidence / found.precision


@part
def source_of(choice, other, findings):
    """The source by which the quality believed of the choice is most ahead of the other's."""
    most, code = usual(choice, findings) - usual(other, findings), By.QUALITY
    here, there = moved_by(choice, findings), moved_by(other, findings)
    for source in range(len(SOURCES_IN_ORDER)):
        ahead = here[source] - there[source]
        if ahead > most:
            most, code = ahead, SOURCES_IN_ORDER[source]
    if code == By.FRIEND and findings[choice].praised == 1:
        code = By.REFERRAL
    return code


@part
def runner_up(c, alone, month, findings):
    """The option next to the choice, luck included: a firm, or nobody."""
    word = luck(c, CHOOSING, month)
    best, other = alone + gumbel(absorbed(word, NOBODY_WORD)), NOBODY
    for g in range(len(month.offers)):
        if findings[g].considered == 1 and g != c.choice:
            utility = findings[g].utility + gumbel(absorbed(word, month.offers[g].word))
            if utility > best:
                best, other = utility, g
    return other


@part
def compared_with(c, alone, month, findings):
    """What a choice is held against: the provider, or the best other where that is no option."""
    if c.provider >= 0 and findings[c.provider].considered == 1:
        return c.provider
    return runner_up(c, alone, month, findings)


@part
def what_decided(c, alone, held, month, findings):
    """What decided that a customer chose a firm that is not the provider.

    The largest term by which it is ahead of the provider, or of the best other option where the
    provider is no option. Where that is the quality believed, the source that accounts for most.
    ``alone`` is the utility of having no provider, without luck.
    """
    word, choice = luck(c, CHOOSING, month), c.choice
    other = compared_with(c, alone, month, findings)
    here = worth_of(c, choice, findings[choice], held, month)
    there = Worth(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    most, code = gumbel(absorbed(word, month.offers[choice].word)), By.LUCK
    if other >= 0:
        there = worth_of(c, other, findings[other], held, month)
        most -= gumbel(absorbed(word, month.offers[other].word))
    else:
        most -= gumbel(absorbed(word, NOBODY_WORD))
        if -alone > most:
            most, code = -alone, By.NECESSITY
    for term in range(len(TERMS_IN_ORDER)):
        ahead = here[term] - there[term]
        if ahead > most:
            most, code = ahead, TERMS_IN_ORDER[term]
    if code == By.QUALITY:
        code = source_of(choice, other, findings)
    return code


@part
def choose(c, month, circle, posts, findings):
    """Search and choose.

    Set ``choice``, ``belief``, ``decided_by``, ``heard_through`` and ``saw_better``.
    """
    c.choice = c.provider
    c.decided_by = By.NOTHING
    c.heard_through = By.NOTHING
    c.saw_better = 0
    if c.looks == Looks.NOT or c.looks == Looks.FAREWELL:
        return
    held = held_by(c, month)
    weigh_up(c, held, month, circle, posts, findings)
    saw_better = pick(c, held, month, findings)
    dismissed = c.looks == Looks.AFTER_DISMISSAL
    c.saw_better = saw_better and c.provider >= 0 and not dismissed
    if c.choice >= 0:
        c.belief = findings[c.choice].believed
    if c.choice != c.provider:
        if c.choice >= 0:
            c.heard_through = heard_through(findings[c.choice], c.looks == Looks.AFTER_FRIENDS)
            c.decided_by = what_decided(c, outside_utility(c, month.p), held, month, findings)
        else:
            c.decided_by = By.DISMISSAL if dismissed else By.DISSATISFACTION


choose_rows = over_rows(choose)


# -- why customers stay ----------------------------------------------------------------------------
#
# In closed form: the chance of choosing the provider with each hold on or off. Only the luck of
# the choice is averaged out (a logit over what this month's search would find); all else is as it
# stands: states, offers, reviews read, who is admitted.

CHOICE_HOLDS = HOLDS[:-1]
"""The holds that act on the choice; inattention acts before it."""
COALITIONS = 2 ** len(CHOICE_HOLDS)
"""Ways of switching them on and off; in the number of one, bit k is 1 if the k-th hold is on."""


@part
def held_in(coalition):
    """The holds of a coalition."""
    return Held(
        float(coalition & 1),
        float((coalition >> 1) & 1),
        float((coalition >> 2) & 1),
        float((coalition >> 3) & 1),
        float((coalition >> 4) & 1),
        float((coalition >> 5) & 1),
    )


@part
def staying_of(c, held, month, findings):
    """Probability of choosing the provider among the findings."""
    outside = outside_utility(c, month.p)
    own = findings[c.provider].utility + incumbency_of(c, held, month.p)
    highest = max(own, outside)  # against the best, so that no exponential is too large
    for g in range(len(month.offers)):
        if findings[g].considered == 1 and g != c.provider:
            highest = max(highest, findings[g].utility)
    others = math.exp(outside - highest)
    for g in range(len(month.offers)):
        if findings[g].considered == 1 and g != c.provider:
            others += math.exp(findings[g].utility - highest)
    mine = math.exp(own - highest)
    return mine / (mine + others)


@row_kernel
def stay_rows(rows, people, month, circle, posts, findings, staying, looking):
    """Fill ``staying`` (float64[rows, COALITIONS]) and ``looking`` (float64[rows]).

    ``staying`` is the probability that the row would choose its provider if it looked around this
    month, ``looking`` the probability that it does. Rows must have a provider, and must have gone
    through the month as far as looking around.
    """
    now, heard = fixed(month), fixed(circle)
    for k in range(len(rows)):
        c = Row(people, rows[k])
        offer = now.offers[c.provider]
        looking[k] = looking_of(c, now, heard)
        if buys_anew(c.contract_left, offer.contract, offer.renews):
            looking[k] = 1.0
        for coalition in range(COALITIONS):
            # Bits 1 and 2 add to the provider's utility only: one search serves all four.
            if coalition & 6 != 0:
                continue
            weigh_up(c, held_in(coalition), now, heard, posts, findings)
            for further in range(0, 8, 2):
                held = held_in(coalition | further)
                staying[k, coalition | further] = staying_of(c, held, now, findings)


def answers(rows):
    """Empty arrays for so many rows: ``staying`` and ``looking``."""
    return np.empty((rows, COALITIONS)), np.empty(rows)
