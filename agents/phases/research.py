"""Win/loss research: what those who looked around would choose, and what a price changes in it.

The chances are those of a logit over what this month's search found, as the customers themselves
weigh it (:mod:`tsunagari.agents.phases.choose`); only the luck of the choice is averaged out. It
changes nobody's state, and is done only where somebody wants to know.

Sums are kept in whole millionths: so they are the same whatever the order, for any number of
threads and for customers who go through the month one by one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tsunagari.agents.columns import Looks
from tsunagari.agents.compiled import part, row_kernel, rule
from tsunagari.agents.phases import worth
from tsunagari.agents.phases.choose import held_by, incumbency_of, outside_utility
from tsunagari.agents.phases.look import intensity_of, urge_of
from tsunagari.agents.phases.search import weigh_up
from tsunagari.agents.phases.survey import BLOCK
from tsunagari.agents.row import Row, fixed
from tsunagari.agents.rules.search import buys_anew
from tsunagari.agents.rules.value import refund_value, success_density, success_probability

ANSWERS = np.dtype(
    [
        ("asked", np.int64),  # people who looked and had the firm in their choice
        ("won", np.int64),  # chance of choosing it, of those who are not with it
        ("won_slope", np.int64),  # by how much that falls with the log of its price
        ("lost", np.int64),  # chance of not choosing it again, of its customers
        ("lost_slope", np.int64),  # by how much that rises
        ("look_slope", np.int64),  # by how much more of that there is as more look
    ]
)
"""Sums over those who looked around this month, for every firm, in millionths."""
MILLION = 1_000_000.0


@rule
def millionths(value: float) -> int:
    """A number in whole millionths."""
    return math.floor(value * 1e6 + 0.5)


@rule
def odds(utility: float, highest: float) -> float:
    """Weight of an option in a logit, against the best so that no exponential is too large."""
    return math.exp(utility - highest)


@rule
def looking_response(intensity: float) -> float:
    """Elasticity of the probability of looking within a month with its intensity: ``Λ/(e^Λ − 1)``.

    It is 1 where few look, and falls to 0 where everybody does.
    """
    return intensity / math.expm1(intensity) if intensity > 0.0 else 1.0


@part
def price_slope(c, g, found, held, month):
    """By how much the utility of a firm falls with the log of its price.

    Price counts in the utility itself, in the probability of success, and in what is paid of a
    gain; a refund makes it count less.
    """
    p, offer = month.p, month.offers[g]
    tariff, noise = worth.tariff_of(c, g, offer), worth.noise_of(offer, p)
    value = worth.value_of(c, offer, worth.sensitivity_of(c, p), found.believed, tariff)
    slope = worth.slope_of(c, offer, tariff, p)
    curvature = worth.curvature_of(p)
    refund = refund_value(slope, offer.guarantee, curvature)  # grows with price as its slope does
    per_success = held.success * worth.weights_of(p).success - refund
    steep = slope * (1.0 + per_success * success_density(value, c.need, noise))
    steep -= curvature * refund * (1.0 - success_probability(value, c.need, noise))
    return steep - (slope * offer.gain_share if value > c.norm else 0.0)


@part
def look_slope(c, month, circle):
    """By how much more often a customer looks, in log points, if the provider's price rises so.

    A lasting rise is felt as a lower level, against a norm of which the provider is a part.
    """
    p, offer = month.p, month.offers[c.provider]
    if c.looks != Looks.AROUND or c.contact_moved == month.number:
        return 0.0
    if buys_anew(c.contract_left, offer.contract, offer.renews) or offer.holds_inattention == 0.0:
        return 0.0
    slope = worth.slope_of(c, offer, worth.tariff_of(c, c.provider, offer), p)
    felt = slope * (1.0 - offer.weight) * p.judgement_level
    return felt * p.looking_satisfaction * looking_response(intensity_of(urge_of(c, month, circle)))


@part
def ask(c, month, circle, posts, findings, answers):
    """Add what one of those who looked says to the answers of every firm in the choice."""
    if c.looks == Looks.NOT:
        return
    if c.looks == Looks.FAREWELL:
        if c.provider >= 0:
            answers[c.provider].lost += millionths(1.0)
        return
    held = held_by(c, month)
    weigh_up(c, held, month, circle, posts, findings)
    highest = outside = outside_utility(c, month.p)
    for g in range(len(month.offers)):
        found = findings[g]
        if found.considered == 1:
            if g == c.provider:
                found.utility += incumbency_of(c, held, month.p)
            highest = max(highest, found.utility)
    whole = odds(outside, highest)
    for g in range(len(month.offers)):
        if findings[g].considered == 1:
            whole += odds(findings[g].utility, highest)
    for g in range(len(month.offers)):
        found, told = findings[g], answers[g]
        if found.considered == 0:
            continue
        chance = odds(found.utility, highest) / whole
        steep = price_slope(c, g, found, held, month) * chance * (1.0 - chance)
        told.asked += millionths(1.0)
        if g == c.provider:
            told.lost += millionths(1.0 - chance)
            told.lost_slope += millionths(steep)
            told.look_slope += millionths((1.0 - chance) * look_slope(c, month, circle))
        else:
            told.won += millionths(chance)
            told.won_slope += millionths(steep)


@row_kernel
def ask_rows(first, last, people, month, circle, posts, findings, answers):
    """Ask these rows; ``answers`` has a record of :data:`ANSWERS` for every block and firm."""
    now, heard = fixed(month), fixed(circle)
    for i in range(first, last):
        ask(Row(people, i), now, heard, posts, findings, answers[i // BLOCK])


def no_answers(*shape: int) -> Any:
    """Sums of :data:`ANSWERS`, all 0, to be read by name."""
    return np.zeros(shape, ANSWERS).view(np.recarray)


def told_by(answers: Any) -> dict[str, np.ndarray]:
    """What was answered, by name: numbers a firm, added up over blocks."""
    return {name: answers[name].sum(axis=0) / MILLION for name in ANSWERS.names or ()}
