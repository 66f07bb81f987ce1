"""The courses that classes predict: one run, or one pair of runs, each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.predict.topic import Size, courses_of, market_of

if TYPE_CHECKING:
    from agents.firm.books import UnitCosts
    from experiments.statistics import Floats
    from sim.scenario import Scenario

FIRST = 12
"""Month from which on Broad spends more on service."""

_BONDS = ("location", "switching", "obligation")


def adoption(imitation: float, size: Size, replication: int) -> Floats:
    """Share of people who have a provider, in per cent."""
    plan = market_of("empty-market", size, 120, {"adoption.imitation": imitation})
    return 100 * courses_of(plan, size, replication, ["reach"])[0]


def promise(connectivity: float, size: Size, replication: int) -> Floats:
    """Share that Loud wins by promising too much, in percentage points; a pair of markets."""
    honest, loud = (
        courses_of(
            market_of(
                "over-claiming",
                size,
                60,
                {"zmot.connectivity": connectivity, "firms.Loud.claim": claim},
            ),
            size,
            replication,
            ["market_share"],
            "Loud",
        )[0]
        for claim in (0.0, 1.0)
    )
    return 100 * (loud - honest)


def share_of_lean(thrifty: float, size: Size, replication: int) -> Floats:
    """Lean's market share in per cent, where so many people look at cost above all."""
    changes = {
        "segments.thrifty.share": thrifty,
        "segments.curious.share": (1 - thrifty) / 2,
        "segments.involved.share": (1 - thrifty) / 2,
    }
    plan = market_of("three-disciplines", size, 120, changes)
    return 100 * _after_closing(courses_of(plan, size, replication, ["market_share"], "Lean")[0])


def kept_by_broad(left: float, size: Size, replication: int) -> Floats:
    """Broad's retention over twelve months in per cent, where so much of each bond is left.

    NaN in the first eleven months.
    """
    plan = market_of("connected-age", size, 120, {})
    events = [event.model_dump(mode="json", exclude_none=True) for event in plan.events]
    for event in events:
        section, _, bond = str(event.get("set", "")).partition(".")
        if section == "stickiness" and bond in _BONDS:
            event["to"] = left * getattr(plan.stickiness, bond)
    plan = plan.with_values({"events": events})
    return 100 * courses_of(plan, size, replication, ["retention_12"], "Broad")[0]


def cash_for_each(minimum: float, size: Size, replication: int) -> Floats:
    """How much more cash for each customer Tailor has by choosing, in per cent; a pair of runs."""
    everybody, chosen = (_cash_for_each(fit, size, replication) for fit in (0.0, minimum))
    return 100 * (chosen / everybody - 1)


def _cash_for_each(minimum: float, size: Size, replication: int) -> Floats:
    """Tailor's cash for each of its customers; undefined without any."""
    changes = {
        "firms.Tailor.minimum_fit": minimum,
        "firms.Tailor.drops_below": max(minimum - 0.1, 0.0),
    }
    plan = market_of("right-customers", size, 96, changes)
    cash, customers = courses_of(plan, size, replication, ["cash", "customers"], "Tailor")
    return cash / np.where(customers > 0, customers, np.nan)


def returned_by_service(more: float, size: Size, replication: int) -> Floats:
    """What more service brought Broad so far, less what it cost, per customer; month 0 is before.

    As present values. Broad's prices are held to what they would have been anyhow, see
    :mod:`experiments.prices`.
    """
    plan = market_of("connected-age", size, 120, {})
    usual = _contributions(plan, size, replication, None)
    raised = {"month": FIRST, "set": "firms.Broad.service", "to": usual.service + more}
    events = [event.model_dump(mode="json", exclude_none=True) for event in plan.events]
    plan = plan.with_values({"events": [*events, raised]})
    other = _contributions(plan, size, replication, usual.costs)
    difference = (other.values - usual.values)[FIRST:]
    factor = (1 + plan.finance.discount) ** -np.arange(1.0, len(difference) + 1)
    per_customer = np.cumsum(factor * difference) / usual.customers[FIRST - 1]
    return np.concatenate(([0.0], per_customer))


@dataclass(frozen=True, eq=False)
class _Business:
    """One firm's months: contribution and customers, [month], unit costs; service in the last."""

    values: Floats
    costs: dict[int, UnitCosts]
    customers: Floats
    service: float


def _contributions(
    plan: Scenario, size: Size, replication: int, costs: dict[int, UnitCosts] | None
) -> _Business:
    """Broad's business in one run, its price set on given costs where there are any."""
    from experiments.comparison.tally import values_of
    from sim.market import Market

    held_to = {"Broad": costs} if costs else None
    market = Market(plan, seed=size.seed, replication=replication, threads=1, costs=held_to)
    firm = market.firm("Broad")
    market.run_for(plan.market.months)
    names = "revenue settlement delivery attention service acquisition customers".split()
    months = range(plan.market.months + 1)
    found = values_of(market.results.tables["firms"], names, months, ["Broad"])[:, 0]
    brought, spent = found[:2].sum(axis=0), found[2:6].sum(axis=0)
    return _Business(brought - spent, firm.costs, found[6], float(firm.terms.service))


def _after_closing(share: Floats) -> Floats:
    """A firm that has closed has no share."""
    return np.where(np.isnan(share), 0.0, share)
