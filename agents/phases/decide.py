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
    BY_NOTHING,
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
    CONTACT_AT,
    CONTACT_LIKING,
    DISTRICT,
    NEED,
    NOBODY,
    NORM,
    TIME_WEIGHT,
)
from agents.compiled import part, rule
from agents.phases.common import (
    distance,
    location_weight,
    noise_of,
    obligation_weight,
    place_word,
    price_term,
    scaled,
    sensitivity_of,
    success_weight,
    taste,
    taste_word,
    total,
    value_of,
)
from agents.rules.value import gain_paid, refund_value, success_probability

CHOOSING = word_of("choice")
NOBODY_WORD = absorbed(word_of("nobody"), CHOOSING) | 1 << 63  # a key that no firm's name has
PRIOR, CLAIM, FRIEND, REVIEW, MEMORY = range(5)
PROMISED, FITTED, PRECISION, BELIEVED, UTILITY = range(5)
KNOWN, PRAISED, CONSIDERED = range(3)

SOURCES_IN_ORDER = (BY_NOTHING, BY_STIMULUS, BY_FRIEND, BY_REVIEW, BY_MEMORY)
"""What each source is called, in the order of the pulls."""
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
"""What the terms of :func:`terms_of` are called."""
NO_TERMS = (0.0,) * len(TERMS_IN_ORDER)


@rule
def terms_utility(refund: float, succeeding: float, paid: float) -> float:
    """Utility expected of a guarantee and of sharing the gain."""
    return refund * (1.0 - succeeding) - paid


@part
def terms_of(i, g, provider, location, success, seed, state, marks, offers, p, beliefs):
    """What a firm is worth to row ``i`` by term, without luck and what only a provider has.

    The terms of :func:`agents.rules.search.choice_utility`, in the order of ``TERMS_IN_ORDER``.
    """
    offer = offers[g]
    sensitivity = sensitivity_of(i, state, p)
    believed = beliefs[BELIEVED, g]
    term = price_term(i, g, provider, offer, marks)
    value = value_of(i, offer, sensitivity, believed, state, term)
    succeeding = success_probability(value, state[NEED, i], noise_of(offer, p))
    contact = 0.0
    if marks[CONTACT_AT, i] == g and g != provider:
        contact = scaled(obligation_weight(1.0, p), state[CONTACT_LIKING, i])
    return (
        -scaled(sensitivity, total(offer.log_price, term)),
        -scaled(state[TIME_WEIGHT, i], offer.log_time),
        believed,
        -0.5 * p.zmot_risk_aversion / beliefs[PRECISION, g],
        scaled(success_weight(success, p), succeeding),
        -scaled(
            location_weight(location, p),
            distance(place_word(seed, marks[DISTRICT, i]), offer.word),
        ),
        taste(taste_word(seed, i), offer.word, p.value_taste),
        total(offer.reputation, 0.0),
        0.0 if g == provider else total(offer.volume, 0.0),
        terms_utility(
            refund_value(sensitivity, offer.guarantee),
            succeeding,
            gain_paid(offer.gain_share, value, state[NORM, i]),
        ),
        contact,
    )


@part
def moved_by(source, g, beliefs, pull):
    """How far a source moved the quality believed of a firm; 0 of nobody."""
    if g < 0:
        return 0.0
    return pull[source, g] / beliefs[PRECISION, g]


@part
def usual(g, beliefs, pull):
    """Quality that the market gives on average, as it is part of what is believed of a firm."""
    if g < 0:
        return 0.0
    evidence = pull[CLAIM, g] + pull[FRIEND, g] + pull[REVIEW, g] + pull[MEMORY, g]
    return beliefs[BELIEVED, g] - evidence / beliefs[PRECISION, g]


@part
def source_of(choice, other, praised, beliefs, pull):
    """The source by which the quality believed of the choice is most ahead of the other's."""
    most, code = usual(choice, beliefs, pull) - usual(other, beliefs, pull), BY_QUALITY
    for source in range(CLAIM, MEMORY + 1):
        ahead = moved_by(source, choice, beliefs, pull) - moved_by(source, other, beliefs, pull)
        if ahead > most:
            most, code = ahead, SOURCES_IN_ORDER[source]
    if code == BY_FRIEND and praised[choice]:
        code = BY_REFERRAL
    return code


@part
def runner_up(choice, alone, luck, offers, beliefs, considered):
    """The option next to the choice, luck included: a firm, or nobody."""
    best, other = alone + gumbel(absorbed(luck, NOBODY_WORD)), NOBODY
    for g in range(offers.shape[0]):
        if considered[g] and g != choice:
            utility = beliefs[UTILITY, g] + gumbel(absorbed(luck, offers[g].word))
            if utility > best:
                best, other = utility, g
    return other


@part
def what_decided(
    i, choice, provider, alone, luck, location, success, seed, state, marks, offers, p, beliefs,
    pull, flags,
):  # fmt: skip
    """What decided that row ``i`` chose a firm that is not its provider.

    The largest term by which it is ahead of the provider, or of the best other option where the
    provider is no option. Where that is the quality believed, the source that accounts for most.

    ``alone`` is the utility of having no provider, without luck; ``luck`` the row's word of this
    month's luck in choosing; ``location`` and ``success`` are 0 where that is switched off for
    customers of the provider, else 1; :func:`agents.phases.choose.weigh_up` fills the last three.
    """
    other = provider
    if provider < 0 or not flags[CONSIDERED, provider]:
        other = runner_up(choice, alone, luck, offers, beliefs, flags[CONSIDERED])
    here = terms_of(i, choice, provider, location, success, seed, state, marks, offers, p, beliefs)
    there = NO_TERMS
    most, code = gumbel(absorbed(luck, offers[choice].word)), BY_LUCK
    if other >= 0:
        there = terms_of(
            i, other, provider, location, success, seed, state, marks, offers, p, beliefs
        )
        most -= gumbel(absorbed(luck, offers[other].word))
    else:
        most -= gumbel(absorbed(luck, NOBODY_WORD))
        if -alone > most:
            most, code = -alone, BY_NECESSITY
    for term in range(len(TERMS_IN_ORDER)):
        ahead = here[term] - there[term]
        if ahead > most:
            most, code = ahead, TERMS_IN_ORDER[term]
    if code == BY_QUALITY:
        code = source_of(choice, other, flags[PRAISED], beliefs, pull)
    return code
