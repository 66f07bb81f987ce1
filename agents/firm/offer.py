"""What firms look like to customers in one month: one record a firm, and how it comes about."""

from __future__ import annotations

import math
from operator import attrgetter
from typing import Any

import numpy as np

from tsunagari.agents.columns import RESERVOIRS
from tsunagari.agents.firm.books import CAPABILITIES, Conditions
from tsunagari.agents.firm.growth import complemented, data_quality, lent
from tsunagari.agents.firm.state import State
from tsunagari.agents.rules.relation import joint_progress
from tsunagari.agents.rules.search import (
    advertising_effect,
    claim_heard,
    claim_precision,
    referral_lift,
)
from tsunagari.agents.rules.value import bought, felt_price

HOLDS = (*RESERVOIRS, "knowledge", "own_information", "inattention")
"""What can hold a customer. Each can be switched off for the customers of one firm, to see what is
left: the four reservoirs of stickiness, what the firm knows of them, what they know of the firm
by their own experience, and that most of them do not look around."""

OFFER = np.dtype(
    [
        ("word", np.uint64),  # digest of the firm's name, keys all luck that concerns it
        ("active", np.float64),  # 1 while the firm is in the market
        # By tariff (TARIFFS), price 1 is the usual unit cost: the price itself, its logarithm, what
        # it weighs, the utility of a log point of it per sensitivity, and units bought of a wallet
        ("price", np.float64, (4,)),
        ("log_price", np.float64, (4,)),
        ("felt", np.float64, (4,)),
        ("steepness", np.float64, (4,)),
        ("bought", np.float64, (4,)),
        ("log_time", np.float64),  # logarithm of handling time, 1 is par
        ("product", np.float64),  # level of the product against the frontier
        ("solution", np.float64),  # depth of the solution
        ("position", np.float64),  # need that the untailored offer is made for
        ("breadth", np.float64),  # distance of need at which fit has fallen by 40 %
        ("authority", np.float64),  # how far staff may tailor
        ("attention", np.float64),  # attention per customer, staff and technology together
        ("warmth", np.float64),  # liking that full attention earns
        ("data_quality", np.float64),  # how fast attention becomes knowledge
        ("knowledge", np.float64),  # knowledge that somebody new can expect it to reach
        ("renewal", np.float64),  # how far new areas are opened
        ("service", np.float64),  # outcome beyond what was asked
        ("recommended", np.float64),  # points of recommendation beyond satisfaction
        ("comfort", np.float64),  # indulgence: felt, but no outcome
        ("integration", np.float64),  # procedural integration of old customers
        ("wallet_breadth", np.float64),  # share of wallet due to breadth
        ("contract", np.int64),  # months of a contract, 0 without
        ("claim", np.float64),  # quality claimed beyond quality delivered
        ("claim_heard", np.float64),  # the same after what people take off for broken promises
        ("claim_precision", np.float64),  # weight of the claim after doubt
        ("reach", np.float64),  # part of people who know the firm by itself
        ("acceptance", np.float64),  # probability that a new customer is taken
        ("minimum_fit", np.float64),  # fit below which nobody is taken
        ("reputation", np.float64),  # ln of par in other disciplines + brand + network effect
        ("volume", np.float64),  # what the number of its reviews is worth to prospects
        ("in_mind", np.float64),  # what advertising that people have in mind is worth to prospects
        ("weight", np.float64),  # weight in what the market gives; sums to 1
        ("inconsistency", np.float64),  # how far channels disagree: spread added to outcomes
        ("launched", np.float64),  # 1 in the month of a launch
        ("digital", np.float64),  # knowledge gained without staff
        ("renews", np.float64),  # 1 if contracts renew by themselves, 0 if one buys anew
        ("target", np.int64),  # segment that advertising aims at; -1 for nobody in particular
        ("focus", np.float64),  # how far it leaves out all others
        ("foresight", np.float64),  # outcome from needs foreseen, when they are
        ("discovery", np.float64),  # how fast unnoticed potential is found
        ("minimum_potential", np.float64),  # unfound potential below which nobody is taken
        ("drops_below", np.float64),  # fit below which relations are ended
        ("guarantee", np.float64),  # part of the bill returned for a month without success
        ("gain_share", np.float64),  # part of the gain above what is usual that customers pay
        ("joiner_months", np.int64),  # months for which prices for joiners and returners hold
        ("loyalty", np.float64),  # part of the bill given back to the loyal
        ("loyalty_months", np.int64),  # months until then, and of points outstanding
        ("referral", np.float64),  # what a reward adds to the weight of customers' praise
        ("rating_effect", np.float64),  # factor on looking from the public rating
        ("stimulus", np.float64),  # factor on looking from rivals' advertising
        # 1, or 0 where it is switched off for the firm's own customers
        *((f"holds_{name}", np.float64) for name in HOLDS),
    ]
)
"""One row per firm that has ever been in the market, in order of appearance."""

TARIFFS = ("list", "joiner", "winback", "loyal")
"""Prices that a firm asks: by its list, of those who join, of those who come back, of the loyal."""

CROWD = 8
"""Columns of the crowd on a complete network: customers, left last month, raters by star 1–5,
customers who gave it five."""

SHOWN_REVIEWS = 64
"""Places on a firm's public page of reviews; a power of two."""


AS_DECLARED = tuple(
    "position authority service integration wallet_breadth contract inconsistency "
    "renews focus foresight discovery minimum_potential drops_below guarantee gain_share "
    "joiner_months loyalty loyalty_months claim minimum_fit recommended".split()
)
"""Fields that are the firm's own numbers of the same names."""
_declared = attrgetter(*AS_DECLARED)


def offering(firm: State, conditions: Conditions) -> dict[str, Any]:
    """What customers see of a firm, by field of :data:`OFFER`.

    The market adds what only it knows: weight, effects of the public page, rivals' stimulus.
    """
    terms, technology, zmot = firm.terms, conditions.technology, conditions.zmot
    broken = max(0.0, firm.overpromise)  # who keeps more than was promised is believed as before
    months, data = conditions.month - firm.entered, data_quality(firm, conditions)
    return (
        dict(zip(AS_DECLARED, _declared(terms), strict=True))
        | tariffs(firm, conditions)
        | {
            "word": firm.word,
            "active": float(firm.active),
            "log_time": -technology.time_slope * (firm.capabilities["operations"] - 1.0)
            + fragmented(terms.fragmentation, terms.integration),
            "product": complemented(firm.product, terms.complements, firm.complementors),
            "reach": widened(terms.reach, terms.intermediaries, terms.intermediary_reach),
            "warmth": terms.warmth * firm.direct,
            "digital": terms.digital * firm.direct,
            "solution": terms.solution * firm.capabilities["intimacy"],
            "breadth": breadth_reached(
                terms.breadth, terms.expansion, terms.expansion_most, months
            ),
            "attention": firm.attention,
            "data_quality": data,
            "knowledge": knowledge_expected(firm, conditions, data),
            "renewal": renewed(terms.renewal, terms.partners, technology.handed_over),
            "comfort": terms.indulgence,
            "launched": float(firm.launched),
            "target": -1 if terms.target is None else conditions.segments.index(terms.target),
            "claim_heard": claim_heard(terms.claim, zmot.backlash, broken),
            "referral": referral_lift(terms.referral_reward, zmot.rewarded, zmot.reward_scale),
            "claim_precision": claim_precision(
                zmot.claim,
                zmot.doubt,
                broken,
                zmot.connectivity,
                zmot.guarantee_signal,
                terms.guarantee,
            ),
            "in_mind": advertising_effect(zmot.advertising, firm.adstock),
            "acceptance": firm.discipline.acceptance(firm, conditions),
            "reputation": reputation(firm, conditions),
        }
    )


def tariffs(firm: State, conditions: Conditions) -> dict[str, tuple[float, ...]]:
    """The firm's prices by tariff (:data:`TARIFFS`): what they weigh and what is bought at them."""
    curvature = 1.0 - conditions.value.elasticity
    terms = firm.terms
    factors = (1.0, terms.joiner_price, terms.winback_price, 1.0 - terms.loyalty)
    logs = [math.log(firm.price) + math.log(factor) for factor in factors]
    return {
        "price": tuple(firm.price * factor for factor in factors),
        "log_price": tuple(logs),
        "felt": tuple(felt_price(log, curvature) for log in logs),
        "steepness": tuple(math.exp(curvature * log) for log in logs),
        "bought": tuple(bought(log, conditions.elasticity) for log in logs),
    }


def knowledge_expected(firm: State, conditions: Conditions, data: float) -> float:
    """What a firm with data of this quality can be expected to come to know of somebody new."""
    terms, relation = firm.terms, conditions.relation
    progress = joint_progress(terms.indulgence, relation.indulgence_drag)
    learning = relation.knowledge_rate * firm.attention * data * progress
    digital = relation.knowledge_rate * terms.digital * firm.direct * data
    return knowledge_reached(learning, digital, relation)


def widened(own: float, intermediaries: float, reached: float) -> float:
    """Reach of a firm with intermediaries: ``own + (1 − own)·i·r``."""
    return own + (1.0 - own) * intermediaries * reached


def fragmented(fragmentation: float, integration: float) -> float:
    """Handling time that tools which do not fit together add: ``F·(1 − integration)⁺``."""
    return fragmentation * max(0.0, 1.0 - integration)


def knowledge_reached(learning: float, digital: float, relation: Any) -> float:
    """Knowledge at which growth by staff and by digital contact equals decay."""
    decay, ceiling = relation.knowledge_decay, relation.digital_ceiling
    both = (learning + digital * ceiling) / max(learning + digital + decay, 1e-12)
    return both if both < ceiling else learning / max(learning + decay, 1e-12)


def breadth_reached(own: float, expansion: float, most: float, months: int) -> float:
    """Breadth of an offer: ``own + expansion·months since entry``, up to ``most``, at least own.

    A disruptor begins in one field and goes on to others (Christensen 1997), as from what is
    digital to what is physical.
    """
    return max(own, min(most, own + expansion * max(0, months)))


def renewed(own: float, partners: float, handed_over: float) -> float:
    """How far new areas are opened: ``own + (1 − own)·partners·handed over``, in [0, 1].

    Where customers have become independent, partners serve them on.
    """
    return own + (1.0 - own) * partners * handed_over


def own_brand(terms: Any) -> float:
    """Utility that a firm has in every choice by its own number; none where it is ``steady``."""
    return 0.0 if terms.brand == "steady" else float(terms.brand)


def reputation(firm: State, conditions: Conditions) -> float:
    """Par in the other disciplines (a soft threshold), brand and network effect.

    Prospects like a brand whose people its customers like, and one that is of use to society. What
    else they see in a firm, and the model does not, is its ``brand`` and the ``constant`` with
    which the share that it began with stands still.
    """
    softness = conditions.technology.par_softness
    at_par = 0.0
    for name in CAPABILITIES:
        if name not in firm.discipline.leads:
            above = (lent(firm, conditions, name) - conditions.par[name]) / softness
            # ln of the logistic function, without overflow on either side
            at_par += min(above, 0.0) - math.log1p(math.exp(-abs(above)))
    network = firm.terms.network_effect * firm.customers / conditions.people
    brand = at_par + conditions.value.brand * firm.standing.liking + network
    brand += firm.constant + own_brand(firm.terms)
    return brand + conditions.value.purpose_liking * firm.terms.purpose
