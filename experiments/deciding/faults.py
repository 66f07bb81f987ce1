"""What is wrong with options in the market they are for, each at its place in their file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tsunagari.experiments.deciding.markets import Act, Markets
from tsunagari.experiments.deciding.question import Choice
from tsunagari.experiments.words.numbers import brief
from tsunagari.sim.paths import path_of
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scenario import Scenario

_LARGE = 2.0
"""A price multiplied with more, or divided by more, may be a slip of the pen."""
type _Fault = tuple[str, str | None]


def refuse(markets: Markets) -> None:
    """Refuse options and levers that are not possible, are a rival's, or do the contrary.

    Raises:
        Problems: All of them.
    """
    question = markets.question
    plan = markets.plan(markets.environments[0], None, None)
    problems: list[Problem] = []
    for at, choice in enumerate(question.options):
        for kind in ("set", "add", "times"):
            for path, value in getattr(choice, kind).items():
                one = choice.model_copy(
                    update={"set": {}, "add": {}, "times": {}} | {kind: {path: value}}
                )
                place = ("options", at, kind, path)
                faults = _faults(markets, plan, path, Act(one))
                problems += [question.problem(place, *fault) for fault in faults]
    for path, ends in question.levers.items():
        acts = [Act(Choice(name=path, set={path: end})) for end in ends]
        found = dict.fromkeys(fault for act in acts for fault in _faults(markets, plan, path, act))
        problems += [question.problem(("levers", path), *fault) for fault in found]
    if problems:
        raise Problems(problems)


def notes(markets: Markets) -> list[str]:
    """What may be a slip of the pen, in sentences."""
    return [
        f"{choice.name}: {path} is multiplied with {factor:g}; 5 % more is 1.05, 5 % less 0.95"
        for choice in markets.question.options
        for path, factor in choice.times.items()
        if path_of(path)[-1] in ("price", "asks") and not 1 / _LARGE <= factor <= _LARGE
    ]


def _faults(markets: Markets, plan: Scenario, path: str, act: Act) -> Iterator[_Fault]:
    """What is wrong with one change."""
    try:
        owner = path_of(path)[:2]
    except ValueError as problem:
        yield str(problem), None
        return
    names = [firm.name for firm in plan.firms]
    if owner[0] == "firms" and owner[-1] in names and owner[-1] != markets.firm:
        yield (
            f"is {owner[-1]}'s, and {markets.firm} decides",
            "write what rivals do under environments: [{name: …, set: {…}}]",
        )
        return
    try:
        markets.acted(plan, act)
    except Problems as raised:
        for one in raised.problems:
            unit = _in_money(plan, path, act.choice.set.get(path))
            yield one.message.removeprefix(f"{path}: "), unit or one.suggestion
        return
    if path in act.choice.times:
        yield from _contrary(markets, plan, path, act)


def _contrary(markets: Markets, plan: Scenario, path: str, act: Act) -> Iterator[_Fault]:
    """For a factor on what is not above 0, in some member: it does not do what it says."""
    (before, after), *_ = markets.changes(act).values()
    lowest = float(np.min([before, *markets.base.members.get(path, ())]))
    if lowest > 0 or before == after:
        return
    factor = act.choice.times[path]
    suggestion = "write under add by how much it is to change, or under set what it is to be"
    if before < 0:
        yield (
            f"is {brief(before)}, and {factor:g} times that is {brief(after)}: "
            f"{'less' if after < before else 'more'}",
            suggestion,
        )
    else:
        yield f"is {brief(lowest)} in some members, where {factor:g} times it is less", suggestion


def _in_money(plan: Scenario, path: str, value: Any) -> str | None:
    """How to write a price in money where a factor is asked for; None for all else."""
    owner, key = path_of(path)[1:2], path_of(path)[-1]
    asks = next((firm.asks for firm in plan.firms if (firm.name,) == owner), None)
    if key != "price" or not isinstance(value, int | float) or not asks or value < asks / 2:
        return None
    return f"price is a factor on what it asks, {brief(asks)}: write {value / asks:.4g}"
