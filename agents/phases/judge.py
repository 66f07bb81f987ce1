"""Phase 4: customers judge what they lived."""

from __future__ import annotations

from agents.columns import (
    EXPECTATION,
    NEED,
    NORM,
    OUTCOME,
    PROVIDER,
    SATISFACTION,
    SUCCEEDED,
    SUCCESS,
    TENURE,
    TRUST,
)
from agents.compiled import row_kernel
from agents.phases.live import impression_of
from agents.rules import judgement


@row_kernel
def judge(first, last, state, marks, offers, p):
    """Move satisfaction, expectation, trust, the record of success and the need."""
    for i in range(first, last):
        provider = marks[PROVIDER, i]
        if provider < 0:
            marks[SUCCEEDED, i] = 0
            continue
        lived = state[OUTCOME, i]
        impression = impression_of(i, lived, offers[provider], state, p)
        state[SATISFACTION, i] = judgement.satisfaction(
            state[SATISFACTION, i],
            impression,
            state[NORM, i],
            state[EXPECTATION, i],
            p.judgement_loss_aversion,
            p.value_noise,  # the usual spread: a firm that disappoints at random is not excused
            judgement.impressed(p.judgement_rate, marks[TENURE, i], p.judgement_halo),
            p.judgement_level,
            p.judgement_surprise,
        )
        state[EXPECTATION, i] = judgement.adapted(
            state[EXPECTATION, i], impression, p.judgement_expectation_rate
        )
        state[TRUST, i] = judgement.adapted(
            state[TRUST, i], state[SATISFACTION, i], p.judgement_trust_rate
        )
        succeeded = judgement.met(lived, state[NEED, i])
        marks[SUCCEEDED, i] = succeeded
        state[SUCCESS, i] = judgement.adapted(
            state[SUCCESS, i], 1.0 if succeeded else 0.0, p.judgement_success_rate
        )
        state[NEED, i] = judgement.need(
            state[NEED, i],
            lived,
            p.judgement_need_technology,
            p.judgement_need_up,
            p.judgement_need_down,
        )
