"""What a team decides: a handful of levers, set by dated events, with what each costs a month."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tsunagari.sim.paths import text_of

if TYPE_CHECKING:
    from tsunagari.agents.firm.firm import Firm
    from tsunagari.sim.market import Market

COURSES: Mapping[str, tuple[float, float, float]] = {
    "even": (1.0, 1.0, 1.0),
    "operations": (3.0, 1.0, 1.0),
    "innovation": (1.0, 3.0, 1.0),
    "intimacy": (1.0, 1.0, 3.0),
}
"""Where investment goes: parts for operations, innovation and intimacy. The value disciplines."""
_CAPABILITIES = ("operations", "innovation", "intimacy")

BUDGET = 0.25
"""What a plan may cost a month: this part of revenue, or as much as the plan in force costs."""


class Refused(Exception):  # noqa: N818 - nothing is broken: a player asked for what is not allowed
    """What a player asked for is not done.

    Attributes:
        key: Which sentence of the theme ``game`` says why, without ``refused_``.
        values: What stands in its places.
    """

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass(frozen=True)
class Plan:
    """What a firm does until it decides otherwise.

    Attributes:
        price: What it asks for a unit, in the scenario's money.
        attention: Staff attention per customer, 1 is a team of one's own.
        service: Outcome delivered beyond what was asked, in utility.
        advertising: Relative to what is usual.
        claim: How far its promise goes beyond what it delivers, in utility.
        investment: Part of revenue that is invested in capabilities.
        course: Where that goes, one of :data:`COURSES`.
    """

    price: float
    attention: float
    service: float
    advertising: float
    claim: float
    investment: float
    course: str


@dataclass(frozen=True)
class Lever:
    """A number that a team decides.

    Attributes:
        name: A field of :class:`Plan`.
        low, high: Ends of its range.
        step: Between values that can be chosen.
        cost: What one of it costs a month, in the scenario's money; 0 where it costs nothing.
    """

    name: str
    low: float
    high: float
    step: float
    cost: float = 0.0

    def checked(self, value: Any) -> float:
        """The value on the lever's scale.

        Raises:
            Refused: It is no number, or out of range.
        """
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # Python compares any two numbers; a browser may send one of a thousand digits.
        if not is_number or not self.low <= value <= self.high:
            raise Refused("value", lever=self.name, low=f"{self.low:g}", high=f"{self.high:g}")
        return self.nearest(float(value))

    def nearest(self, value: float) -> float:
        """The nearest value that can be chosen."""
        kept = min(self.high, max(self.low, value))
        return round(round(kept / self.step) * self.step, 10)


_RANGES: Mapping[str, tuple[float, float, float]] = {
    "attention": (0.0, 1.0, 0.05),
    "service": (0.0, 1.0, 0.05),
    "advertising": (0.0, 4.0, 0.1),
    "claim": (-0.5, 1.5, 0.1),
    "investment": (0.0, 0.4, 0.01),
}
_DEAREST = 2.0
"""Ends of the range of prices: half and twice the price at which the firm began."""
LEVERS = tuple(field.name for field in fields(Plan) if field.name != "course")


def levers_of(market: Market, firm: Firm, began_at: float) -> dict[str, Lever]:
    """The levers of a firm, with what they cost it as it stands.

    Args:
        market: The market.
        firm: The firm.
        began_at: Its price at the start, in the scenario's money.
    """
    step = 10.0 ** (math.floor(math.log10(began_at)) - 2)
    costs, found = unit_costs(market, firm), {}
    for name in LEVERS:
        if name == "price":
            ends = (began_at / _DEAREST, began_at * _DEAREST)
            low, high = (round(round(end / step) * step, 10) for end in ends)
            found[name] = Lever(name, low, high, step)
        else:
            found[name] = Lever(name, *_RANGES[name], costs.get(name, 0.0))
    return found


def in_money(market: Market) -> float:
    """What an amount of the model's money is in the scenario's: a unit's worth, times people."""
    people = market.plan.market.people
    each = 1.0 if people is None else people / market.population.people
    return market.plan.money.unit_cost * each


def unit_costs(market: Market, firm: Firm) -> dict[str, float]:
    """What one of each lever costs a firm a month, in the scenario's money.

    As the firm stands: with its customers, the units that they buy and its revenue of last month.
    """
    conditions, finance = market.conditions, market.conditions.finance
    revenue = firm.expected_revenue(conditions)
    served = min(float(firm.customers), firm.terms.capacity * conditions.people)
    found = {
        "attention": finance.attention_cost * served * firm.direct,
        "service": firm.terms.service_cost * firm.unit_cost * revenue / firm.price,
        "advertising": finance.advertising_cost * firm.terms.reach * conditions.reference_people,
        "investment": revenue,
    }
    return {name: value * in_money(market) for name, value in found.items()}


def monthly_cost(plan: Plan, levers: Mapping[str, Lever]) -> float:
    """What a plan costs a month."""
    return math.fsum(lever.cost * getattr(plan, name) for name, lever in levers.items())


def budget_of(market: Market, firm: Firm, levers: Mapping[str, Lever], now: Plan) -> float:
    """What a firm's plan may cost a month."""
    revenue = firm.expected_revenue(market.conditions) * in_money(market)
    return max(BUDGET * revenue, monthly_cost(now, levers))


def plan_as_it_stands(market: Market, firm: Firm, levers: Mapping[str, Lever]) -> Plan:
    """What a firm does now, to the nearest value that can be chosen."""
    terms = market.live.terms(firm.name)
    values = {"price": firm.price * market.plan.money.unit_cost}
    values |= {name: float(getattr(terms, name)) for name in _RANGES}
    parts = {name: float(getattr(terms, name)) for name in _CAPABILITIES}
    most = max(parts, key=lambda name: parts[name])
    course = most if parts[most] > min(parts.values()) else "even"
    return Plan(**{n: levers[n].nearest(value) for n, value in values.items()}, course=course)


def plan_from(asked: Any, levers: Mapping[str, Lever], budget: float) -> Plan:
    """A plan from what somebody sent.

    Raises:
        Refused: It is no plan, a value is not allowed, or it costs more than the budget.
    """
    if not isinstance(asked, dict) or asked.keys() != {*LEVERS, "course"}:
        raise Refused("plan")
    if not isinstance(asked["course"], str) or asked["course"] not in COURSES:
        raise Refused("course")
    plan = Plan(**{n: levers[n].checked(asked[n]) for n in LEVERS}, course=asked["course"])
    cost = monthly_cost(plan, levers)
    if cost > budget * (1.0 + 1e-9):
        raise Refused("budget", cost=f"{cost:,.0f}", budget=f"{budget:,.0f}")
    return plan


def enact(market: Market, firm: Firm, plan: Plan) -> list[dict[str, Any]]:
    """Let a firm follow a plan from the coming month on: the events that this takes.

    Only what stands otherwise is set. A firm with a plan asks its price, whatever rivals do.
    """
    terms = market.live.terms(firm.name)
    wanted: dict[str, Any] = {
        "asks": plan.price / terms.price,
        "reaction": 0.0,
        **{name: getattr(plan, name) for name in _RANGES},
        **dict(zip(_CAPABILITIES, COURSES[plan.course], strict=True)),
    }
    events = []
    for key, value in wanted.items():
        path = text_of(("firms", firm.name, key))
        if market.live.standing(path) != value:
            event = market.act(path, value)
            events.append({"month": event.month, "set": path, "to": value})
    return events
