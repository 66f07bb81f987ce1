"""What a firm offers in a month, from what it has, can and decided."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from agents.capability import lent
from agents.customer_data import data_quality
from agents.discipline import CAPABILITIES
from agents.rules.relation import joint_progress
from agents.rules.search import claim_heard, claim_precision

if TYPE_CHECKING:
    from agents.conditions import Conditions
    from agents.firm import Firm


def offering(firm: Firm, conditions: Conditions) -> dict[str, Any]:
    """What customers see of a firm, by field of :data:`agents.offer.OFFER`.

    The market adds what only it knows: weight, effects of the public page, rivals' stimulus.
    """
    terms, technology, relation = firm.terms, conditions.technology, conditions.relation
    data = data_quality(firm, conditions)
    progress = joint_progress(terms.indulgence, relation.indulgence_drag)
    learning = relation.knowledge_rate * firm.attention * data * progress
    broken = max(0.0, firm.overpromise)  # who keeps more than was promised is believed as before
    digital = relation.knowledge_rate * terms.digital * data
    return {
        "word": firm.word,
        "active": float(firm.active),
        "log_price": math.log(firm.price),
        "log_time": -technology.time_slope * (firm.capabilities["operations"] - 1.0),
        "product": firm.product,
        "solution": terms.solution * firm.capabilities["intimacy"],
        "position": terms.position,
        "breadth": breadth_reached(
            terms.breadth, terms.expansion, terms.expansion_most, conditions.month - firm.entered
        ),
        "authority": terms.authority,
        "attention": firm.attention,
        "warmth": terms.warmth,
        "data_quality": data,
        "knowledge": knowledge_reached(learning, digital, relation),
        "renewal": renewed(terms.renewal, terms.partners, technology.handed_over),
        "service": terms.service,
        "comfort": terms.indulgence,
        "integration": terms.integration,
        "wallet_breadth": terms.wallet_breadth,
        "contract": terms.contract,
        "inconsistency": terms.inconsistency,
        "launched": float(firm.launched),
        "digital": terms.digital,
        "renews": terms.renews,
        "target": -1 if terms.target is None else conditions.segments.index(terms.target),
        "focus": terms.focus,
        "foresight": terms.foresight,
        "discovery": terms.discovery,
        "minimum_potential": terms.minimum_potential,
        "drops_below": terms.drops_below,
        "guarantee": terms.guarantee,
        "gain_share": terms.gain_share,
        "joiner": math.log(terms.joiner_price),
        "winback": math.log(terms.winback_price),
        "joiner_months": terms.joiner_months,
        "claim": terms.claim,
        "claim_heard": claim_heard(terms.claim, conditions.zmot.backlash, broken),
        "claim_precision": claim_precision(
            conditions.zmot.claim,
            conditions.zmot.doubt,
            broken,
            conditions.zmot.connectivity,
        ),
        "reach": terms.reach,
        "acceptance": firm.discipline.acceptance(firm, conditions),
        "minimum_fit": terms.minimum_fit,
        "reputation": reputation(firm, conditions),
    }


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


def reputation(firm: Firm, conditions: Conditions) -> float:
    """Par in the other disciplines (a soft threshold), brand liking and network effect.

    Prospects like a brand whose people its customers like, and one that is of use to society.
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
    return brand + conditions.value.purpose_liking * firm.terms.purpose
