"""What the market says: its standards to firms, ratings and advertising to customers."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from agents.firm.books import CAPABILITIES, Conditions, Rival
from agents.rules.search import volume_effect

if TYPE_CHECKING:
    from agents.firm.firm import Firm
    from sim.market import Market


def is_seen(firm: Firm) -> bool:
    """Whether anybody can know of a firm; one that nobody sees must change nothing."""
    return firm.active and (firm.terms.reach > 0.0 or firm.customers > 0)


def conditions(market: Market, month: int) -> Conditions:
    """What firms know of the market: last month's standards, this month's technology."""
    live = market.live
    people = market.population.people
    shares = [firm.standing.market_share if firm.active else 0.0 for firm in market.firms]
    total = sum(shares)
    means = {
        name: sum(w * f.capabilities[name] for w, f in zip(shares, market.firms, strict=True))
        / total
        if total > 0.0
        else 1.0
        for name in CAPABILITIES
    }
    seen = [firm for firm in market.firms if is_seen(firm)]
    return Conditions(
        month=month,
        people=people,
        reference_revenue=live.finance.reference_share * people,
        means=means,
        par={name: live.technology.par * mean for name, mean in means.items()},
        products={firm.name: firm.product for firm in seen},
        seen={
            firm.name: Rival(firm.price, firm.standing.market_share, firm.capabilities.copy())
            for firm in seen
        },
        technology=live.technology,
        finance=live.finance,
        relation=live.relation,
        zmot=live.zmot,
        value=live.value,
        segments=tuple(segment.name for segment in market.plan.segments),
    )


def weights(market: Market) -> np.ndarray:
    """Weight of each firm in what "the market" gives: its share; its reach if all are new."""
    # Exact sums here and below: a firm that nobody sees must not even move the last digit.
    shares = np.array([f.standing.market_share if f.active else 0.0 for f in market.firms])
    if shares.any():
        return shares / fsum(shares)
    reach = np.array([f.terms.reach if f.active else 0.0 for f in market.firms])
    return reach / fsum(reach) if reach.any() else reach


def rating_effects(market: Market) -> np.ndarray:
    """Factor on looking around of customers whose provider is rated below the market."""
    firms = len(market.firms)
    rating = market.measures.rating()
    rating = np.pad(rating, (0, firms - len(rating)), constant_values=np.nan)
    known = np.isfinite(rating)
    weight = weights(market)
    if not (weight * known).any():
        return np.ones(firms)
    mean = fsum(rating[known] * weight[known]) / fsum(weight[known])
    below = np.where(known, np.maximum(0.0, mean - rating), 0.0)
    return np.exp(market.live.looking.bad_rating * below)


def volume_effects(market: Market) -> np.ndarray:
    """Utility to prospects of how much a firm is reviewed; none where nobody reads reviews."""
    zmot, thousands = market.live.zmot, market.population.people / 1000.0
    weight = zmot.volume if zmot.review > 0.0 else 0.0
    reviews = market.measures.recent_reviews() / thousands
    worth = np.array([volume_effect(weight, number) for number in reviews.tolist()])
    return np.pad(worth, (0, len(market.firms) - len(worth)))


def rivals_stimulus(market: Market) -> np.ndarray:
    """Factor on looking around from the mean advertising of each firm's rivals."""
    level, reach = _voices(market)
    others = fsum(reach) - reach
    mean = np.divide(
        fsum(level * reach) - level * reach, others, out=np.ones(len(level)), where=others > 0
    )
    return np.maximum(mean, 0.0) ** market.live.looking.stimulus


def advertising(market: Market) -> float:
    """Mean advertising that reaches people without a provider."""
    level, reach = _voices(market)
    return fsum(level * reach) / fsum(reach) if reach.any() else 0.0


def _voices(market: Market) -> np.ndarray:
    """Firms' advertising (first row) and its weight, their reach (second row)."""
    return np.array(
        [(f.terms.advertising, f.terms.reach) if f.active else (0.0, 0.0) for f in market.firms]
    ).T.reshape(2, -1)
