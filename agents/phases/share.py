"""Phase 5: customers share what they lived; what they say is seen next month."""

from __future__ import annotations

from agents.chance import absorbed, decision_word, uniform, word_of
from agents.columns import (
    PROVIDER,
    RATED_MONTH,
    RATED_PROVIDER,
    RATING,
    REVIEW_PROPENSITY,
    SATISFACTION,
    SUCCEEDED,
    SURPRISE,
)
from agents.compiled import row_kernel
from agents.rules.judgement import rating_impression, review_probability, stars

REVIEWING = word_of("review")


@row_kernel
def share(first, last, month, seed, state, marks, p):
    """Rate the provider, if the impression is strong enough to be written down."""
    chance = decision_word(seed, REVIEWING, month)
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        if provider < 0:
            continue
        impression = rating_impression(
            state[SATISFACTION, i],
            state[SURPRISE, i],
            marks[SUCCEEDED, i] != 0,
            p.zmot_kindness,
            p.zmot_rating_surprise,
            p.zmot_rating_success,
        )
        writes = review_probability(
            state[REVIEW_PROPENSITY, i], impression, p.zmot_extremity, p.zmot_lukewarm
        )
        if uniform(absorbed(chance, i)) < writes:
            marks[RATING, i] = stars(impression, p.zmot_star_step)
            marks[RATED_PROVIDER, i] = provider
            marks[RATED_MONTH, i] = month
