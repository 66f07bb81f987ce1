"""Python of a user's own: found by its name, and told apart from this program when it fails.

It decides for firms (:mod:`tsunagari.agents.firm.discipline`), and it measures:
:class:`OwnMeasures` adds columns to the tables.
"""

from __future__ import annotations

import importlib
import inspect
import math
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tsunagari.agents.firm.firm import Firm
from tsunagari.sim.problems import Failure, Problem, Problems
from tsunagari.sim.scenario import Scenario
from tsunagari.sim.schema.scenario import columns_of, fault_of_column


class OwnCodeError(Failure):
    """A user's own Python failed while a market ran; the text says whose, what and where."""


def imported(what: str, name: str) -> Any:
    """What a scenario names as ``module:name``.

    Args:
        what: What it is meant to be, for messages: ``discipline``.
        name: ``module:name``.

    Raises:
        ValueError: There is no such module, or nothing of that name in it.
    """
    module, _, attribute = name.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as problem:
        raise ValueError(f"{what} {name!r} cannot be imported: {problem}") from problem


@contextmanager
def told_as(what: str) -> Iterator[None]:
    """Turn whatever a user's own Python raises in the block into one sentence; it is the cause.

    Args:
        what: Whose code it is: ``discipline mine:Dear of Lean, month 3``.

    Raises:
        OwnCodeError: Something was raised.
    """
    try:
        yield
    except Failure:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}, line {last.lineno}"
        raise OwnCodeError(f"{what}: {type(error).__name__}: {error} ({where})") from error


# -- measures ------------------------------------------------------------------------------------

type Measure = Callable[..., float | None]
"""``(market, firm)`` for a column of ``firms``, ``(market)`` for one of ``market``; None: null."""


class Measured(Protocol):
    """A market that measures of somebody's own look at."""

    firms: list[Firm]
    month: int


class OwnMeasures:
    """Functions by the columns that they fill.

    They look at the market as it is at the end of a month, after all else has been measured, and
    must leave it as it is.

    Args:
        plan: The scenario, which may name some.
        given: Others, by column.

    Raises:
        Problems: A column cannot be called so, or there is no such function.
    """

    def __init__(self, plan: Scenario, given: Mapping[str, Measure]) -> None:
        self._of_firms: dict[str, Measure] = {}
        self._of_market: dict[str, Measure] = {}
        for column, named in zip(columns_of(plan), plan.measures, strict=True):
            try:
                self._add(column, measure_of(named))
            except ValueError as problem:
                raise Problems([Problem("measures", str(problem))]) from problem
        for column, function in given.items():
            fault = fault_of_column(column, [*self._of_firms, *self._of_market])
            try:
                if fault is None:
                    self._add(column, function)
            except ValueError as problem:
                fault = str(problem), "write def measure(market, firm) or def measure(market)"
            if fault is not None:
                raise Problems([Problem(f"measures.{column}", fault[0], suggestion=fault[1])])

    def _add(self, column: str, function: Measure) -> None:
        of = self._of_firms if is_of_firms(function) else self._of_market
        of[column] = function

    def of_firms(self, market: Measured) -> dict[str, np.ndarray]:
        """A column for every measure of firms, float64[firms]; NaN for those that have closed.

        Raises:
            OwnCodeError: A function failed, or gave what is no number.
        """
        columns = {name: np.full(len(market.firms), np.nan) for name in self._of_firms}
        for firm in market.firms:
            if firm.closed is None or firm.closed == market.month:
                for name, function in self._of_firms.items():
                    columns[name][firm.index] = _taken(name, function, market, firm)
        return columns

    def of_market(self, market: Measured) -> dict[str, float]:
        """A number for every measure of the market.

        Raises:
            OwnCodeError: A function failed, or gave what is no number.
        """
        return {name: _taken(name, own, market) for name, own in self._of_market.items()}


def measure_of(name: str) -> Measure:
    """A measure by its name, ``module:function``.

    Raises:
        ValueError: There is no such function, or it takes other arguments.
    """
    found = imported("measure", name)
    if not callable(found):
        raise ValueError(f"measure {name!r} is no function")
    is_of_firms(found)
    return found


def is_of_firms(function: Measure) -> bool:
    """Whether a measure is of each firm; otherwise it is of the market.

    Raises:
        ValueError: It takes neither a market and a firm, nor a market.
    """
    signature = inspect.signature(function)
    for arguments in ((object(), object()), (object(),)):
        try:
            signature.bind(*arguments)
        except TypeError:
            continue
        return len(arguments) == 2
    shown = getattr(function, "__name__", repr(function))
    raise ValueError(f"{shown}{signature} takes neither a market and a firm, nor a market alone")


def _taken(name: str, function: Measure, market: Measured, firm: Firm | None = None) -> float:
    """One number; NaN where the function says None."""
    of = "" if firm is None else f" of {firm.name}"
    what = f"measure {name}{of}, month {market.month}"
    with told_as(what):
        value: Any = function(market) if firm is None else function(market, firm)
    if value is None:
        return math.nan
    if not isinstance(value, Real | np.bool_) or math.isinf(value):
        shown = f"{value!r}"
        shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
        raise OwnCodeError(f"{what}: must be a finite number, or None for undefined, not {shown}")
    return float(value)
