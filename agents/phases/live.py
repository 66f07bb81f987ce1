"""Phase 3: customers live what is delivered (the second moment of truth)."""

from __future__ import annotations

from agents.chance import absorbed, decision_word, normal, word_of
from agents.columns import (
    EXPECTATION,
    LIVED_QUALITY,
    OUTCOME,
    PROVIDER,
    SURPRISE,
    TENURE,
)
from agents.compiled import row_kernel, rule
from agents.phases.common import (
    fit_of,
    knowledge_used,
    quality_of,
    sensitivity_of,
    value_of,
)
from agents.rules.judgement import adapted
from agents.rules.value import outcome

LIVING = word_of("outcome")


@rule
def felt(lived: float, comfort: float) -> float:
    """What the contact person feels: the outcome and, besides it, comfort."""
    return lived + comfort


@rule
def difference(one: float, other: float) -> float:
    """One less the other."""
    return one - other


@rule
def averaging_rate(months: int, most: float) -> float:
    """Rate at which a month after ``months`` others enters an average of at most ``most``."""
    return 1.0 / min(months + 1.0, max(1.0, most))


@row_kernel
def live(first, last, month, seed, state, marks, offers, p):
    """Draw this month's outcome; set ``outcome``, ``surprise`` and ``lived_quality``."""
    chance = decision_word(seed, LIVING, month)
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        if provider < 0:
            state[OUTCOME, i] = 0.0
            state[SURPRISE, i] = 0.0
            continue
        offer = offers[provider]
        known = knowledge_used(i, offer, state)
        fitted = fit_of(i, offer, known, state)
        experienced = quality_of(i, offer, known, fitted, state, p)
        value = value_of(i, offer, sensitivity_of(i, state, p), experienced, state)
        lived = outcome(value, offer.service, p.value_noise, normal(absorbed(chance, i)))
        state[OUTCOME, i] = lived
        state[SURPRISE, i] = difference(felt(lived, offer.comfort), state[EXPECTATION, i])
        state[LIVED_QUALITY, i] = adapted(
            state[LIVED_QUALITY, i],
            difference(lived, difference(value, experienced)),
            averaging_rate(marks[TENURE, i], p.zmot_own_months),
        )
