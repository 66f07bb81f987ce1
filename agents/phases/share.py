"""Phase 5: customers share what they lived; what they say is seen next month."""

from __future__ import annotations

from agents.chance import uniform, word_of
from agents.compiled import part, row_kernel
from agents.phases.worth import luck
from agents.row import Row, fixed
from agents.rules.judgement import rating_impression, review_probability, stars

REVIEWING = word_of("review")


@part
def share(c, month):
    """Rate the provider, if the impression is strong enough to be written down."""
    if c.provider < 0:
        return
    p = month.p
    impression = rating_impression(
        c.satisfaction,
        c.surprise,
        c.succeeded != 0,
        p.zmot_kindness,
        p.zmot_rating_surprise,
        p.zmot_rating_success,
    )
    writes = review_probability(c.review_propensity, impression, p.zmot_extremity, p.zmot_lukewarm)
    if uniform(luck(c, REVIEWING, month)) < writes:
        c.rating = stars(impression, p.zmot_star_step)
        c.rated_provider = c.provider
        c.rated_month = month.number


@row_kernel
def share_rows(first, last, people, month):
    """Phase 5 for these rows."""
    now = fixed(month)
    for i in range(first, last):
        share(Row(people, i), now)
