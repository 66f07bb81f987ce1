"""Options as they are carried out: each with so much of it done that all cost the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
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
_NEARER = 2
"""Times that the amounts in members' markets are put right."""
_CLOSE = 0.01
type Run = Callable[[Iterable[Trial]], Iterator[TrialResult]]
type Note = Literal["", "free", "saves", "whole", "less", "limit"]


@dataclass(frozen=True)
class Option:
    """What became of an option.

    Attributes:
        act: What was done; None for nothing new.
        name: What it is called.
        spend: What it costs a month, as money is told; 0 for nothing new.
        note: Why it was not brought to the spend of the others: it costs nothing, saves money,
            cannot be done by halves, costs less however much is done, or reaches a limit in some
            member's market and costs less there; an empty text where it was.
        break_even: Month from the decision on by which it has paid; None where it does not.
        parts: By member, how much of it costs there as much as the others do; empty where it is
            the same in all.
    """

    act: Act | None
    name: str
    spend: float
    note: Note = ""
    break_even: int | None = None
    parts: tuple[float, ...] = ()

    def of_member(self, member: int) -> Act | None:
        """What is done in the market of one member."""
        if self.act is None or not self.parts:
            return self.act
        return replace(self.act, scale=self.act.scale * self.parts[member])


def brought_to_spend(markets: Markets, run: Run) -> tuple[Option, ...]:
    """Nothing new, and every option with so much of it done that all cost the same.

    The spend is that of the first environment, over the first year: at the ensemble's centre, and
    then in every member, where what an option takes differs with what is not known.

    Raises:
        Problems: An option cannot cost as much as the budget says.
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
            options.append(_scaled(act, meter, target, question.budget))
    return _in_every_member(markets, run, options)


def _in_every_member(markets: Markets, run: Run, options: Sequence[Option]) -> tuple[Option, ...]:
    """The options with so much of each done, member by member, that they cost the same there.

    What they are to cost is the budget, or what the first of them costs in the member's market. A
    spend is in proportion to what is done, but for what customers answer, which is none of it.
    """
    budget = markets.question.budget
    equal = [
        place for place, option in enumerate(options) if option.act is not None and not option.note
    ]
    told = markets.question.spend == "equal" or budget is not None
    if not (markets.has_members and told and len(equal) + (budget is not None) > 1):
        return tuple(options)
    meters = [Meter(markets, run, member) for member in range(markets.members)]
    acts = [act for place in equal if (act := options[place].act) is not None]
    base = [
        meter.books(result)
        for meter, result in zip(meters, run(meter.trial(None) for meter in meters), strict=True)
    ]
    parts, wanted = np.ones((len(acts), markets.members)), budget
    for _ in range(_NEARER):
        results = run(
            meter.trial(replace(act, scale=act.scale * part))
            for meter, own in zip(meters, parts.T, strict=True)
            for act, part in zip(acts, own.tolist(), strict=True)
        )
        costs = np.array([
            [spend(books, meter.books(next(results))) for _ in acts]
            for meter, books in zip(meters, base, strict=True)
        ]).T  # fmt: skip
        wanted = costs[0] if wanted is None else wanted
        # Where it costs nothing, or nothing is to be spent, there is no amount of it that does.
        possible = (costs > 0) & (wanted > 0)
        asked = parts * np.where(possible, wanted / np.where(possible, costs, 1.0), 1.0)
        parts = np.array([
            [meter.possible(act, part) for meter, part in zip(meters, own, strict=True)]
            for act, own in zip(acts, asked.tolist(), strict=True)
        ])  # fmt: skip
    found = list(options)
    for place, own, full in zip(equal, parts, asked, strict=True):
        note: Note = "limit" if (own < (1.0 - _CLOSE) * full).any() else ""
        found[place] = replace(options[place], parts=tuple(own.tolist()), note=note)
    return tuple(found)


def _scaled(act: Act, meter: Meter, target: float, budget: float | None) -> Option:
    name = act.choice.name

    def cost_of(part: float) -> float:
        return meter.spend(replace(act, scale=part))

    try:
        scale, cost = scaled(cost_of, target, meter.largest(act))
    except UnreachableError as known:
        if budget is None:
            return Option(act, name, cost_of(1.0), "less")
        message = f"costs {known.most:,.0f} a month at most, not {budget:,.0f} as is asked"
        suggestion = f"write budget: {floor(known.most):d}, or spend: as-told"
        raise Problems([Problem(f"options: {name}", message, suggestion=suggestion)]) from None
    return Option(replace(act, scale=scale), name, cost)


class Meter:
    """Finds what options cost, in the market of a member; in the scenario's own if there is none.

    Args:
        markets: Makes the scenarios.
        run: Runs trials.
        member: Whose market.
    """

    def __init__(self, markets: Markets, run: Run, member: int | None = None) -> None:
        self._markets, self._run, self._member = markets, run, member
        self._months = min(YEAR, max(markets.question.horizons))
        self._environment = markets.environments[0]

    @cached_property
    def _base(self) -> Books:
        return self._done(None)

    @property
    def revenue(self) -> float:
        """What the firm takes in a month if nothing new is done."""
        return float(self._base.items["revenue"].mean())

    def spend(self, act: Act) -> float:
        """What an option costs a month."""
        return spend(self._base, self._done(act))

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

    def possible(self, act: Act, part: float) -> float:
        """So much of an option as it is carried out; less where its keys do not allow it."""
        if self._is_possible(act, act.scale * part):
            return part
        return min(part, (1.0 - 1e-9) * self.largest(act) / act.scale)

    def _is_possible(self, act: Act, part: float) -> bool:
        try:
            self._markets.plan(self._environment, replace(act, scale=part), self._member)
        except Problems:
            return False
        return True

    def trial(self, act: Act | None) -> Trial:
        """The market in which an option's cost is read."""
        base = self._cut(None)
        plan = base if act is None else self._cut(act)
        held = base if act is not None and self._markets.question.prices == HELD else None
        return Trial(plan, plan.seed, 0, base=held)

    def books(self, result: TrialResult) -> Books:
        """The firm's books in it."""
        return Books.of(result.tables, self._markets.firm, self._markets.starts, self._months)

    def _done(self, act: Act | None) -> Books:
        (result,) = self._run([self.trial(act)])
        return self.books(result)

    def _cut(self, act: Act | None) -> Any:
        """The scenario of an option, no longer than the months that are looked at."""
        plan = self._markets.plan(self._environment, act, self._member)
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
