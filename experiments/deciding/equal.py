"""Options as they are carried out: each with so much of it done that all cost the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import floor
from typing import Any, Literal

import numpy as np

from tsunagari.experiments.deciding.markets import Act, Markets
from tsunagari.experiments.deciding.question import AS_IT_IS, Environment
from tsunagari.experiments.deciding.spending import (
    YEAR,
    Books,
    UnreachableError,
    is_free,
    scaled,
    spend,
)
from tsunagari.experiments.runs.given import HELD
from tsunagari.experiments.runs.trial import Trial, TrialResult
from tsunagari.sim.problems import Problem, Problems

MOST_PARTS = 64.0
"""Most by which an option is multiplied to cost as much as the others."""
type Run = Callable[[Iterable[Trial]], Iterator[TrialResult]]
type Note = Literal["", "free", "saves", "whole"]


@dataclass(frozen=True)
class Option:
    """What became of an option.

    Attributes:
        act: What was done; None for nothing new.
        name: What it is called.
        spend: What it costs a month, as money is told; 0 for nothing new.
        note: Why it was not brought to the spend of the others: it costs nothing, saves money, or
            cannot be done by halves; an empty text where it was.
        break_even: Month from the decision on by which it has paid; None where it does not.
    """

    act: Act | None
    name: str
    spend: float
    note: Note = ""
    break_even: int | None = None


def brought_to_spend(markets: Markets, run: Run) -> tuple[Option, ...]:
    """Nothing new, and every option with so much of it done that all cost the same.

    The spend is that of the ensemble's centre in the first environment, over the first year.

    Raises:
        Problems: An option would have to go beyond what its keys may be.
    """
    question = markets.question
    meter = Meter(markets, run)
    options = [Option(None, AS_IT_IS, 0.0)]
    target = question.budget
    for choice in question.options:
        act = Act(choice)
        known = meter.spend(act)
        told = Option(act, choice.name, known)
        if question.spend == "as-told" and question.budget is None:
            options.append(told)
            continue
        if is_free(known, meter.revenue):
            options.append(replace(told, note="free"))
        elif not act.is_scalable:
            options.append(replace(told, note="whole"))
        elif known < 0:
            options.append(replace(told, note="saves"))
        else:
            target = known if target is None else target
            options.append(_scaled(act, meter, target))
    return tuple(options)


def _scaled(act: Act, meter: Meter, target: float) -> Option:
    name = act.choice.name

    def cost_of(part: float) -> float:
        return meter.spend(replace(act, scale=part))

    try:
        scale, cost = scaled(cost_of, target, meter.largest(act))
    except UnreachableError as known:
        message = f"costs {known.most:,.0f} a month at most, not {target:,.0f} as the others"
        suggestion = f"write budget: {floor(known.most):d}, or spend: as-told"
        raise Problems([Problem(f"options: {name}", message, suggestion=suggestion)]) from None
    return Option(replace(act, scale=scale), name, cost)


class Meter:
    """Finds what options cost, in one market."""

    def __init__(self, markets: Markets, run: Run) -> None:
        self._markets, self._run = markets, run
        self._months = min(YEAR, max(markets.question.horizons))
        self._environment = markets.environments[0]
        self._base = self._books(None)
        self.revenue = float(self._base.items["revenue"].mean())

    def spend(self, act: Act) -> float:
        """What an option costs a month."""
        return spend(self._base, self._books(act))

    def largest(self, act: Act) -> float:
        """Largest part of an option that its keys allow, from 1 on, to a hundredth of it."""
        low, high = 1.0, 2.0
        while self._is_possible(act, high):
            low, high = high, 2.0 * high
            if low > MOST_PARTS:
                return np.inf
        while high - low > 0.01 * low:
            middle = (low + high) / 2
            if self._is_possible(act, middle):
                low = middle
            else:
                high = middle
        return low

    def _is_possible(self, act: Act, part: float) -> bool:
        try:
            self._markets.plan(self._environment, replace(act, scale=part), None)
        except Problems:
            return False
        return True

    def _books(self, act: Act | None) -> Books:
        markets = self._markets
        base = self._cut(None)
        plan = base if act is None else self._cut(act)
        held = base if act is not None and markets.question.prices == HELD else None
        (result,) = self._run([Trial(plan, plan.seed, 0, base=held)])
        return Books.of(result.tables, markets.firm, markets.starts, self._months)

    def _cut(self, act: Act | None) -> Any:
        """The scenario of an option, no longer than the months that are looked at."""
        plan = self._markets.plan(self._environment, act, None)
        end = self._markets.starts - 1 + self._months
        events = [event for event in plan.events if event.month <= end]
        return plan.with_values({"market.months": plan.market.months, "events": [
            event.model_dump(mode="json", by_alias=True, exclude_unset=True) for event in events
        ]}).with_values({"market.months": end})  # fmt: skip


def mean_price(markets: Markets, run: Run) -> float:
    """Mean price when the decision is made, weighted by customers; as it is told."""
    if all(environment.entrant is None for environment in markets.environments):
        return 1.0
    plan = markets.base.with_values({"market.months": max(1, markets.starts - 1), "events": [
        event for event in markets.plan(Environment(name="now"), None, None).events
        if event.month < markets.starts
    ]})  # fmt: skip
    (result,) = run([Trial(plan, plan.seed)])
    table = result.tables["firms"]
    now = np.asarray(table["month"]) == np.asarray(table["month"]).max()
    customers = np.asarray(table["customers"], np.float64)[now]
    return float(customers @ np.asarray(table["price"], np.float64)[now] / customers.sum())
