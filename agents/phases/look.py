"""Phase 6: some look around, some adopt, a few leave the market."""

from __future__ import annotations

from agents.chance import absorbed, decision_word, uniform, word_of
from agents.columns import (
    BY_REFERRAL,
    CONTACT_MOVED,
    CONTRACT_LEFT,
    DEFECTIONS,
    FRIENDS_HERE,
    JOINED_THROUGH,
    LOOKS,
    LOOKS_AFTER_DISMISSAL,
    LOOKS_AFTER_FRIENDS,
    LOOKS_AFTER_STIMULUS,
    LOOKS_AROUND,
    LOOKS_FAREWELL,
    LOOKS_FOR_THE_COMPANY,
    LOOKS_NOT,
    PREVIOUS_PROVIDER,
    PROVIDER,
    SATISFACTION,
    SEGMENT,
    TENURE,
    WAS_DUE,
)
from agents.compiled import part, row_kernel, rule
from agents.phases.common import (
    fit_of,
    knowledge_used,
    left_seen,
    provider_seen,
    scaled,
    segment_seen,
)
from agents.rules.looking import (
    adoption_probability,
    attention_to_friend,
    buys_anew,
    contract_phase,
    defections_felt,
    hold_of_friends,
    likeness,
    looking_intensity,
    looking_probability,
    susceptibility,
)

LOOKING = word_of("look")
LEAVING = word_of("exit")
COMPANY_REVIEW = word_of("company review")
DROPPED_FROM = 3
"""Months of getting to know somebody before a firm may end the relation."""


@rule
def share_of(part_: float, whole: float) -> float:
    """A share; 0 of nothing."""
    if whole <= 0.0:
        return 0.0
    return part_ / whole


@rule
def attentive(looking: float, inattention: float) -> float:
    """Probability of looking around where inattention may be switched off (0): then 1."""
    return looking if inattention > 0.0 else 1.0


@rule
def heard(tie: float, attention: float) -> float:
    """Weight at which a friend is heard."""
    return tie * attention


@part
def friends_of(i, provider, kind, face, starts, friends, ties, crowd, attention, unlike):
    """Weights of friends: all, with the same provider (any, if none), and just left it.

    Those of another segment than ``kind`` count less when they leave. A whole crowd has no faces.
    """
    total = 0.0
    here = 0.0
    left = 0.0
    if crowd.shape[0] > 0:  # complete network: everybody but oneself, by counts
        total = face.shape[0] - 1.0
        own = provider_seen(face[i])
        if provider >= 0:
            here = crowd[provider, 0] - (1.0 if own == provider else 0.0)
            left = crowd[provider, 1] - (1.0 if left_seen(face[i]) == provider else 0.0)
        else:
            here = -1.0 if own >= 0 else 0.0  # who just lost a provider still shows one
            for firm in range(crowd.shape[0]):
                here += crowd[firm, 0]
        left = heard(left, attention_to_friend(face.shape[0] - 1, attention))
        return total, here, left
    begin, end = starts[i], starts[i + 1]
    if ties.shape[0] == 0:  # all weigh the same: count, which is faster than adding weights up
        same, gone = 0, 0.0
        for tie in range(begin, end):
            seen = face[friends[tie]]
            theirs = provider_seen(seen)
            same += 1 if (theirs == provider if provider >= 0 else theirs >= 0) else 0
            if provider >= 0 and left_seen(seen) == provider:
                gone += likeness(kind, segment_seen(seen), unlike)
        left = heard(gone, attention_to_friend(end - begin, attention))
        return float(end - begin), float(same), left
    for tie in range(begin, end):
        seen = face[friends[tie]]
        weight = ties[tie]
        total += weight
        theirs = provider_seen(seen)
        if theirs == provider if provider >= 0 else theirs >= 0:
            here += weight
        if provider >= 0 and left_seen(seen) == provider:
            left += scaled(likeness(kind, segment_seen(seen), unlike), weight)
    return total, here, heard(left, attention_to_friend(end - begin, attention))


@part
def looking_of(i, offer, state, marks, p, connectivity, power, friends_left):
    """Probability that row ``i`` looks around; the last three as in ``p``, read once by loops."""
    return looking_probability(
        looking_intensity(
            p.looking_base,
            connectivity,
            power,
            contract_phase(
                marks[CONTRACT_LEFT, i],
                offer.contract,
                p.looking_in_contract,
                p.looking_when_due,
            ),
            state[SATISFACTION, i],
            p.looking_satisfaction,
            state[DEFECTIONS, i],
            friends_left,
            state[FRIENDS_HERE, i],
            hold_of_friends(
                p.looking_friends_here, p.looking_referred, marks[JOINED_THROUGH, i] == BY_REFERRAL
            ),
            offer.rating_effect,
            offer.stimulus,
        )
    )


@row_kernel
def look(
    first, last, month, seed, state, marks, face, starts, friends, ties, crowd, offers, market, p
):
    """Set ``looks`` and ``was_due``; update what is heard of friends.

    ``market`` holds the mean advertising that reaches people without a provider, and the mean
    number of friends.
    """
    chance = decision_word(seed, LOOKING, month)
    leaving = decision_word(seed, LEAVING, month)
    reviewing = decision_word(seed, COMPANY_REVIEW, month)
    # Read once: the compiler cannot know that writing a column leaves these alone, and would take
    # their logarithms anew for every row.
    connectivity, power = p.zmot_connectivity, p.looking_connectivity_power
    friends_left = p.looking_friends_left
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        total, here, left = friends_of(
            i, provider, marks[SEGMENT, i], face, starts, friends, ties, crowd, p.zmot_attention,
            p.zmot_unlike,
        )  # fmt: skip
        state[FRIENDS_HERE, i] = share_of(here, total)
        luck = uniform(absorbed(chance, i))
        looks = LOOKS_NOT
        marks[WAS_DUE, i] = 0
        if provider >= 0:
            offer = offers[provider]
            if left > 0.0:
                known = market[1] if crowd.shape[0] > 0 else starts[i + 1] - starts[i]
                left = scaled(
                    susceptibility(
                        known, market[1], p.looking_friends_power, marks[TENURE, i],
                        p.looking_settling,
                    ),
                    left,
                )  # fmt: skip
            state[DEFECTIONS, i] = defections_felt(
                state[DEFECTIONS, i], left, p.looking_friends_memory
            )
            looking = looking_of(i, offer, state, marks, p, connectivity, power, friends_left)
            if marks[CONTRACT_LEFT, i] <= 1:
                marks[WAS_DUE, i] = 1
            if buys_anew(marks[CONTRACT_LEFT, i], offer.contract, offer.renews):
                looking = 1.0
            if luck < attentive(looking, offer.holds_inattention):
                looks = LOOKS_AROUND
            if p.judgement_review > 0.0 and uniform(absorbed(reviewing, i)) < p.judgement_review:
                looks = LOOKS_FOR_THE_COMPANY
            if marks[CONTACT_MOVED, i] == month:
                looks = LOOKS_AROUND  # the person who left calls
            if offer.drops_below > 0.0 and marks[TENURE, i] >= DROPPED_FROM:
                fitted = fit_of(i, offer, knowledge_used(i, offer, state), state)
                if fitted < offer.drops_below:
                    looks = LOOKS_AFTER_DISMISSAL
        elif marks[PREVIOUS_PROVIDER, i] >= 0:
            if luck < p.adoption_back:
                looks = LOOKS_AROUND
        else:
            alone = adoption_probability(p.adoption_innovation, market[0], 0.0, 0.0)
            if luck < alone:
                looks = LOOKS_AFTER_STIMULUS
            elif luck < adoption_probability(
                p.adoption_innovation, market[0], p.adoption_imitation, state[FRIENDS_HERE, i]
            ):
                looks = LOOKS_AFTER_FRIENDS
        if uniform(absorbed(leaving, i)) < p.market_exit:
            looks = LOOKS_FAREWELL
        marks[LOOKS, i] = looks
