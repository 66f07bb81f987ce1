"""What the limits share: markets in which most is switched off, and very wide intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.chance import word_of
from agents.phases.worth import taste, taste_word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.runs.statistics import Interval
    from sim.market import Market

LEVEL = 0.9999
"""Level of the limits' intervals: what is exactly true should hardly ever seem false."""

NO_STICKINESS: dict[str, object] = {
    "stickiness.location": 0.0,
    "stickiness.switching": 0.0,
    "stickiness.obligation": 0.0,
    "stickiness.success": 0.0,
}
NO_WORD_OF_MOUTH: dict[str, object] = {"zmot.friend": 0.0, "zmot.review": 0.0, "zmot.own": 0.0}
BLIND: dict[str, object] = {  # who looks around has nothing to do with the provider
    "looking.connectivity_power": 0.0,
    "looking.satisfaction": 0.0,
    "looking.in_contract": 1.0,
    "looking.when_due": 1.0,
    "looking.friends_left": 1.0,
    "looking.friends_here": 0.0,
    "looking.bad_rating": 0.0,
    "looking.stimulus": 0.0,
}
STRANGERS: dict[str, object] = {
    **NO_STICKINESS,
    **NO_WORD_OF_MOUTH,
    **BLIND,
    "relation.knowledge_rate": 0.0,  # what a provider learns would hold customers
    "value.outside": -1000.0,
    "market.exit": 0.0,
}
"""Nothing ties anybody to a provider, nobody tells anybody, and all have one."""


def interval(values: list[float]) -> Interval:
    """Mean and interval of a limit's statistic over replications."""
    from experiments.runs.statistics import t_interval

    return t_interval(values, LEVEL)


def logit(market: Market) -> NDArray[np.float64]:
    """Probability with which each customer would choose each firm, float64[people, firms].

    Multinomial logit (McFadden 1974) by hand from traits and this month's offers, where nothing but
    prior and claim inform, nothing ties, and nobody is new to having no provider: the posterior of
    two signals, price, time, risk, taste and reputation.
    """
    plan, population, offers = market.plan, market.population, market.population.offers

    def trait(name: str) -> NDArray[np.float64]:
        return np.asarray(population.column(name), np.float64)[:, None]

    around = np.abs(trait("need_position") - offers["position"])
    apart = np.minimum(around, 1.0 - around)
    misfit = apart * (1.0 - offers["authority"] * offers["knowledge"]) / offers["breadth"]
    solved = offers["knowledge"] * offers["solution"] * np.exp(-0.5 * misfit**2)
    promised = (
        plan.value.product * trait("weight_product") * offers["product"]
        + plan.value.solution * trait("weight_solution") * solved
        + offers["service"]
    )
    category = promised @ offers["weight"][:, None]
    prior, claim = plan.zmot.prior, offers["claim_precision"]
    believed = (prior * category + claim * (promised + offers["claim_heard"])) / (prior + claim)
    sensitivity = plan.value.price_base + plan.value.price_slope * trait("weight_cost")
    utility = believed - 0.5 * plan.zmot.risk_aversion / (prior + claim) + offers["reputation"]
    utility -= sensitivity * offers["log_price"] + trait("time_weight") * offers["log_time"]
    firms = [word_of(firm.name) for firm in market.firms]
    people = [taste_word(int(population.seed), row) for row in range(population.people)]
    utility += np.array([[taste(one, firm, plan.value.taste) for firm in firms] for one in people])
    odds = np.exp(utility - utility.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
