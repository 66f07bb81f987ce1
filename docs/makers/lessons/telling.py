"""Figures as the pages of lessons print them, in the manner of the program's own answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tsunagari.experiments.runs.statistics import t_interval
from tsunagari.experiments.runs.summary import Measured
from tsunagari.experiments.words import numbers

if TYPE_CHECKING:
    from tsunagari.experiments.runs.statistics import Floats, Interval


_JAPANESE = {" %": "%", " points": " ポイント", " (": "（", " to ": "〜", ")": "）"}


def percent(value: float, digits: int = 1) -> str:
    """A part of one as a percentage."""
    return f"{number(100 * value, digits)} %"


def number(value: float, digits: int = 0) -> str:
    """A number with thousands apart and a proper minus."""
    return numbers.written(value, f",.{digits}f")


def share(values: Floats) -> str:
    """Mean over replications of parts of one, with the band of the middle 80 %."""
    return f"{percent(float(np.mean(values)))} ({_band(100 * values, 1)})"


def amount(values: Floats, digits: int = 0) -> str:
    """Mean over replications with the band of the middle 80 %."""
    return f"{number(float(np.mean(values)), digits)} ({_band(values, digits)})"


def points(difference: Floats, digits: int = 1) -> str:
    """Mean paired difference of parts of one in percentage points, with its 95 % interval."""
    return _signed(t_interval(100 * difference), digits, " points")


def change(difference: Floats, digits: int = 0) -> str:
    """Mean paired difference in its own unit, with its 95 % interval."""
    return _signed(t_interval(difference), digits, "")


def mean(values: Floats, digits: int = 0) -> str:
    """Mean over replications in its own unit, with its 95 % interval."""
    found = t_interval(values)
    middle, low, high = (number(v, digits) for v in (found.mean, found.low, found.high))
    return f"{middle} ({low} to {high})"


def in_japanese(figure: str) -> str:
    """A figure of this room as Japanese pages have it: ``20.0%（12.0〜28.0）``."""
    for english, japanese in _JAPANESE.items():
        figure = figure.replace(english, japanese)
    return figure


def is_above(difference: Floats) -> bool:
    """Whether the whole 95 % interval of the mean lies above 0."""
    return t_interval(difference).low > 0


def is_below(difference: Floats) -> bool:
    """Whether the whole 95 % interval of the mean lies below 0."""
    return t_interval(difference).high < 0


def _band(values: Floats, digits: int) -> str:
    one = Measured(tuple(float(value) for value in values))
    return f"{number(one.quantile(0.1), digits)} to {number(one.quantile(0.9), digits)}"


def _signed(found: Interval, digits: int, unit: str) -> str:
    middle, low, high = (
        numbers.written(v, f"+,.{digits}f") for v in (found.mean, found.low, found.high)
    )
    return f"{middle}{unit} ({low} to {high})"
