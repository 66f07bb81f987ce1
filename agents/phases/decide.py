"""What decided a move: the largest term by which the firm chosen was ahead of the one left.

The total is positive for whoever moves, so what is named always speaks for the move.
"""

from __future__ import annotations

from agents.chance import absorbed, gumbel, word_of
from agents.columns import (
    BY_CERTAINTY,
    BY_FRIEND,
    BY_GUARANTEE,
    BY_LUCK,
    BY_MEMORY,
    BY_NEARNESS,
    BY_NECESSITY,
    BY_PEOPLE,
    BY_POPULARITY,
    BY_PRICE,
    BY_QUALITY,
    BY_REFERRAL,
    BY_REPUTATION,
    BY_REVIEW,
    BY_STIMULUS,
    BY_SUCCESS,
    BY_TASTE,
    BY_TIME,
    NOBODY,
)
from agents.compiled import part
from agents.phases.search import Worth, worth_of
from agents.phases.worth import luck

CHOOSING = word_of("choice")
NOBODY_WORD = absorbed(word_of("nobody"), CHOOSING) | 1 << 63  # a key that no firm's name has

SOURCES_IN_ORDER = (BY_STIMULUS, BY_FRIEND, BY_REVIEW, BY_MEMORY)
"""What each source is called, in the order of :func:`moved_by`."""
TERMS_IN_ORDER = (
    BY_PRICE,
    BY_TIME,
    BY_QUALITY,
    BY_CERTAINTY,
    BY_SUCCESS,
    BY_NEARNESS,
    BY_TASTE,
    BY_REPUTATION,
    BY_POPULARITY,
    BY_GUARANTEE,
    BY_PEOPLE,
)
"""What the terms of :class:`agents.phases.search.Worth` are called."""


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
    most, code = usual(choice, findings) - usual(other, findings), BY_QUALITY
    here, there = moved_by(choice, findings), moved_by(other, findings)
    for source in range(len(SOURCES_IN_ORDER)):
        ahead = here[source] - there[source]
        if ahead > most:
            most, code = ahead, SOURCES_IN_ORDER[source]
    if code == BY_FRIEND and findings[choice].praised == 1:
        code = BY_REFERRAL
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
    most, code = gumbel(absorbed(word, month.offers[choice].word)), BY_LUCK
    if other >= 0:
        there = worth_of(c, other, findings[other], held, month)
        most -= gumbel(absorbed(word, month.offers[other].word))
    else:
        most -= gumbel(absorbed(word, NOBODY_WORD))
        if -alone > most:
            most, code = -alone, BY_NECESSITY
    for term in range(len(TERMS_IN_ORDER)):
        ahead = here[term] - there[term]
        if ahead > most:
            most, code = ahead, TERMS_IN_ORDER[term]
    if code == BY_QUALITY:
        code = source_of(choice, other, findings)
    return code
