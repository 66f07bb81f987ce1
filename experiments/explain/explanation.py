"""A market explained: up to three questions, asked of one scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from tsunagari.sim.measures import MONEY, PEOPLE, PER_CUSTOMER
from tsunagari.sim.measuring import Unit
from tsunagari.sim.paths import nearest
from tsunagari.sim.problems import Problem, Problems
from tsunagari.sim.scale import Scale, in_unit_costs

if TYPE_CHECKING:
    from tsunagari.experiments.explain.asking import Runs
    from tsunagari.experiments.explain.connection import Connection
    from tsunagari.experiments.explain.retention import RetentionParts
    from tsunagari.experiments.explain.word_of_mouth import WordOfMouth
    from tsunagari.experiments.runs.given import Prices
    from tsunagari.experiments.runs.trial import Progress
    from tsunagari.sim.scenario import Scenario

    type Told = Callable[[str, int], AbstractContextManager[Progress]]
    """Given of what, and how many months there are to simulate: whom to tell of those done."""

Lever = Literal["service", "attention"]
RETENTION, WORD_OF_MOUTH, CONNECTION = "retention", "word-of-mouth", "connection"
PARTS = (RETENTION, WORD_OF_MOUTH, CONNECTION)
"""The questions there are, in the order in which they are answered."""
TABLES = ("retention_parts", "word_of_mouth", "connection")
"""Their tables; those of second horizons end in ``_longer``."""

_EACH = ("spent", "gained", "money_per_customer_kept", "stops_paying", "clv")
UNITS: Mapping[str, Mapping[str, Unit]] = {
    "word_of_mouth": {
        **dict.fromkeys(("value", "low", "high", "with_word_of_mouth", "without_word_of_mouth"),
                        MONEY),
        **dict.fromkeys(("per_customer", "last"), PER_CUSTOMER),
    },
    "connection": {
        **dict.fromkeys(_EACH, PER_CUSTOMER), **dict.fromkeys(("customers", "kept"), PEOPLE),
    },
}  # fmt: skip
"""Units of the columns of answers that are money or people, named without the interval's ends."""

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


@dataclass(frozen=True, eq=False)
class Explanation:
    """What came out; a question that was not asked is None.

    Attributes:
        plan: The resolved scenario.
        prices: Whether prices were held, or costs passed on.
        retention_parts: What holds customers.
        word_of_mouth: What word of mouth is worth.
        connection: What a connection is worth at the margin.
    """

    plan: Scenario
    prices: Prices
    retention_parts: RetentionParts | None = None
    word_of_mouth: WordOfMouth | None = None
    connection: Connection | None = None

    @property
    def tables(self) -> dict[str, Mapping[str, Any]]:
        """Every table, by name."""
        found = {name: getattr(self, name) for name in TABLES}
        found |= {f"{name}_longer": getattr(part, "longer", None) for name, part in found.items()}
        return {name: part.table for name, part in found.items() if part is not None}


def explained(
    plan: Scenario, questions: Questions, told: Told, **runs: Unpack[Runs]
) -> Explanation:
    """Answer the questions, one after another.

    Args:
        plan: The resolved scenario.
        questions: Which.
        told: Gives whom to tell of the months of each.
        runs: See :class:`~tsunagari.experiments.explain.asking.Runs`.
    """
    scale, unscaled = Scale.of(plan), in_unit_costs(plan)
    answers = {RETENTION: _retention, WORD_OF_MOUTH: _word_of_mouth, CONNECTION: _connection}
    found: dict[str, Any] = {}
    for name, part in zip(TABLES, PARTS, strict=True):
        if part in questions.parts:
            what = part.replace("-", " ")
            found[name] = _told(name, answers[part](unscaled, questions, what, told, runs), scale)
    return Explanation(plan, questions.prices, **found)


def _told(name: str, found: Any, scale: Scale) -> Any:
    """An answer, its second horizon included, in the money and the people of the scenario."""
    if scale.is_plain:
        return found
    table = {
        column: np.asarray(values) * scale.factor(unit) if (unit := _unit(name, column)) else values
        for column, values in found.table.items()
    }
    longer = getattr(found, "longer", None)
    more = {} if longer is None else {"longer": _told(name, longer, scale)}
    return replace(found, table=table, **more)


def _unit(table: str, column: str) -> Unit | None:
    """In what a column of an answer is counted, if in money or people."""
    return UNITS.get(table, {}).get(column.removesuffix("_low").removesuffix("_high"))


def replications_of(plan: Scenario, questions: Questions, given: int | None) -> int:
    """Replications of the question that has most."""
    from tsunagari.experiments.explain import asking, connection, retention

    only = questions.parts == (RETENTION,)
    return asking.replications_of(plan, given, retention.FEWEST if only else connection.FEWEST)


def _retention(
    plan: Scenario, questions: Questions, what: str, told: Told, runs: Runs
) -> RetentionParts:
    from tsunagari.experiments.explain.retention import retention_parts

    runs = {**runs, "announced": partial(told, what)}
    return retention_parts(
        plan, firms=questions.firms, month=questions.month, prices=questions.prices,
        horizon=questions.months_of_retention, **runs,
    )  # fmt: skip


def _word_of_mouth(
    plan: Scenario, questions: Questions, what: str, told: Told, runs: Runs
) -> WordOfMouth:
    from tsunagari.experiments.explain.asking import followed_further
    from tsunagari.experiments.explain.word_of_mouth import word_of_mouth

    def heard(plan: Scenario, what: str) -> WordOfMouth:
        again: Runs = {**runs, "announced": partial(told, what)}
        return word_of_mouth(plan, prices=questions.prices, **again)

    first = heard(plan, what)
    if not first.turns:
        return first
    longer = followed_further(plan, plan.market.months)
    return replace(
        first, longer=heard(longer, f"{what}, a second horizon where its sign may not last")
    )


def _connection(
    plan: Scenario, questions: Questions, what: str, told: Told, runs: Runs
) -> Connection:
    from tsunagari.experiments.explain.connection import connection, further

    def followed(
        plan: Scenario, firms: Sequence[str], horizon: int | None, what: str
    ) -> Connection:
        again: Runs = {**runs, "announced": partial(told, what)}
        return connection(
            plan, firms, month=questions.month, lever=questions.lever, raises=questions.raises,
            horizon=horizon, prices=questions.prices, **again,
        )  # fmt: skip

    first = followed(plan, questions.firms, questions.horizon, what)
    more = further(plan, first)
    if more is None:
        return first
    what = f"{what}, a second horizon where the gain still rises"
    return replace(first, longer=followed(*more, what))


def questions_of(
    plan: Scenario,
    *,
    only: Sequence[str] | None = None,
    firm: Sequence[str] | None = None,
    from_: int | None = None,
    lever: Lever = "service",
    raises: Sequence[float] | None = None,
    horizon: int | None = None,
    prices: Prices | None = None,
) -> Questions:
    """The questions that the options of the command, by their names, ask of a scenario.

    Raises:
        Problems: All that does not fit it.
    """
    problems = [_no_part(part) for part in only or () if part not in PARTS]
    last = plan.market.months
    if last < 2:
        problems.append(Problem("market.months", "a run to be explained has at least 2 months"))
    elif from_ is not None and from_ >= last:
        message = f"the run has {last} months, and some must follow"
        problems.append(Problem("", message, file=f"--from {from_}"))
    month = min(_YEAR, max(1, last // 2)) if from_ is None else from_
    known = _firms_before(plan, month)
    problems += [_no_firm(plan, name, known) for name in firm or () if name not in known]
    problems += [
        Problem("", "must be above 0", file=f"--raise {step:g}")
        for step in raises or ()
        if not step > 0
    ]
    if problems:
        raise Problems(problems)
    return Questions(
        parts=tuple(part for part in PARTS if part in (only or PARTS)),
        firms=tuple(dict.fromkeys(firm or (one.name for one in plan.firms))),
        month=month,
        months_of_retention=min(_YEAR, last - month),
        lever=lever,
        raises=tuple(sorted(set(raises))) if raises else None,
        horizon=horizon,
        prices=prices or "held",
    )


def _no_part(part: str) -> Problem:
    near = nearest(part, PARTS)
    suggestion = f"did you mean {near}?" if near else f"there are {', '.join(PARTS)}"
    return Problem("", "there is no such question", file=f"--only {part}", suggestion=suggestion)


def _firms_before(plan: Scenario, month: int) -> list[str]:
    """Names of the firms that are in the market before a month."""
    return [name for name, entry in plan.entries.items() if entry < max(month, 1)]


def _no_firm(plan: Scenario, name: str, known: Sequence[str]) -> Problem:
    option = f"--firm {name}"
    if entry := plan.entries.get(name):
        suggestion = f"--from {entry + 1} or later"
        message = f"{name} enters in month {entry}"
        return Problem("", message, file=option, suggestion=suggestion)
    near = nearest(name, known)
    suggestion = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
    return Problem("", f"there is no firm {name!r}", file=option, suggestion=suggestion)
