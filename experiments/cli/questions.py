"""What ``tsunagari explain`` is asked, checked against the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.paths import nearest
from sim.problems import Problem, Problems

if TYPE_CHECKING:
    from experiments.runs.prices import Prices
    from sim.scenario import Scenario

Lever = Literal["service", "attention"]

PARTS = ("retention", "word-of-mouth", "connection")
"""The questions there are, in the order in which they are answered."""

_YEAR = 12


@dataclass(frozen=True)
class Questions:
    """What is asked of a market.

    Attributes:
        parts: Which questions.
        firms: About which firms, by name.
        month: At whose end cohorts are closed, and in which a firm begins to spend more.
        months_of_retention: Months for which a cohort is followed.
        lever: What a firm spends more on.
        raises: Steps above the firm's own level, rising; None for the usual ones.
        horizon: Months for which a connection is followed; None to the end of the run.
        prices: Whether prices are held, or costs passed on.
    """

    parts: tuple[str, ...]
    firms: tuple[str, ...]
    month: int
    months_of_retention: int
    lever: Lever
    raises: tuple[float, ...] | None
    horizon: int | None
    prices: Prices


def questions_of(
    plan: Scenario,
    only: Sequence[str] | None,
    firms: Sequence[str] | None,
    month: int | None,
    lever: Lever,
    raises: Sequence[float] | None,
    horizon: int | None,
    prices: Prices,
) -> Questions:
    """The questions that the options ask of a scenario.

    Raises:
        Problems: All that does not fit it.
    """
    problems = [_no_part(part) for part in only or () if part not in PARTS]
    last = plan.market.months
    if last < 2:
        problems.append(Problem("market.months", "a run to be explained has at least 2 months"))
    elif month is not None and month >= last:
        message = f"the run has {last} months, and some must follow"
        problems.append(Problem("", message, file=f"--from {month}"))
    if month is None:
        month = min(_YEAR, max(1, last // 2))
    known = _firms_before(plan, month)
    problems += [_no_firm(plan, name, known) for name in firms or () if name not in known]
    problems += [
        Problem("", "must be above 0", file=f"--raise {step:g}")
        for step in raises or ()
        if not step > 0
    ]
    if problems:
        raise Problems(problems)
    return Questions(
        parts=tuple(part for part in PARTS if part in (only or PARTS)),
        firms=tuple(dict.fromkeys(firms or (firm.name for firm in plan.firms))),
        month=month,
        months_of_retention=min(_YEAR, last - month),
        lever=lever,
        raises=tuple(sorted(set(raises))) if raises else None,
        horizon=horizon,
        prices=prices,
    )


def _no_part(part: str) -> Problem:
    near = nearest(part, PARTS)
    suggestion = f"did you mean {near}?" if near else f"there are {', '.join(PARTS)}"
    return Problem("", "there is no such question", file=f"--only {part}", suggestion=suggestion)


def _firms_before(plan: Scenario, month: int) -> list[str]:
    """Names of the firms that are in the market before a month."""
    entered = [e.enter.name for e in plan.events if e.enter is not None and e.month < month]
    return [*(firm.name for firm in plan.firms), *entered]


def _no_firm(plan: Scenario, name: str, known: Sequence[str]) -> Problem:
    option = f"--firm {name}"
    later = {event.enter.name: event.month for event in plan.events if event.enter is not None}
    if name in later:
        suggestion = f"--from {later[name] + 1} or later"
        message = f"{name} enters in month {later[name]}"
        return Problem("", message, file=option, suggestion=suggestion)
    near = nearest(name, known)
    suggestion = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    return Problem("", f"there is no firm {name!r}", file=option, suggestion=suggestion)
