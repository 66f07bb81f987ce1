"""Phase 4: customers judge what they lived."""

from __future__ import annotations

from agents.compiled import part, row_kernel
from agents.phases.live import impression_of
from agents.row import Row, fixed
from agents.rules import judgement
from agents.rules.judgement import adapted


@part
def judge(c, month):
    """Move satisfaction, expectation, trust, the record of success and the need."""
    if c.provider < 0:
        c.succeeded = 0
        return
    p, lived = month.p, c.outcome
    felt = impression_of(c, lived, month)
    earned = judgement.satisfaction_earned(
        felt - c.norm,
        felt - c.expectation,
        p.judgement_loss_aversion,
        p.value_noise,  # the usual spread: a firm that disappoints at random is not excused
        p.judgement_level,
        p.judgement_surprise,
    )
    rate = judgement.impressed(p.judgement_rate, c.tenure, p.judgement_halo)
    c.satisfaction = adapted(c.satisfaction, earned, rate)
    c.expectation = adapted(c.expectation, felt, p.judgement_expectation_rate)
    c.trust = adapted(c.trust, c.satisfaction, p.judgement_trust_rate)
    succeeded = judgement.met(lived, c.need)
    c.succeeded = succeeded
    c.success = adapted(c.success, 1.0 if succeeded else 0.0, p.judgement_success_rate)
    c.need = judgement.need(
        c.need,
        lived,
        p.judgement_need_technology,
        p.judgement_need_up,
        p.judgement_need_down,
    )


@row_kernel
def judge_rows(first, last, people, month):
    """Phase 4 for these rows."""
    now = fixed(month)
    for i in range(first, last):
        judge(Row(people, i), now)
