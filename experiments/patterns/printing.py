"""Verdicts as a terminal shows them: failures first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from experiments.patterns.verdict import Band, Quantity, Verdict
from experiments.words import numbers

if TYPE_CHECKING:
    from experiments.statistics import Interval

_INDENT, _HANGING = 15, 4
_RULES = {
    "mean": "",
    "interval": ", the whole interval",
    "overlap": ", reached by the interval",
}


def in_order(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that did not pass first, else as they were."""
    return sorted(verdicts, key=lambda verdict: verdict.passed)


def as_text(verdicts: Sequence[Verdict], width: int) -> str:
    """All verdicts, a line each, and under those that did not pass what they were judged by."""
    from experiments.words.terminal import cut_to, wrapped

    lines: list[str] = []
    for verdict in in_order(verdicts):
        values = f"{in_numbers(verdict)}  band {band_in_words(verdict.band)}"
        lines.append(cut_to(f"{verdict.id:<4}{word(verdict):<11}{verdict.pattern}", width))
        lines.append(cut_to(f"{'':<{_INDENT}}{values}  null {number(verdict.null_value)}", width))
        if not verdict.passed:
            for line in judged(verdict):
                first, *rest = wrapped(line, width - _INDENT - _HANGING)
                lines.append(f"{'':<{_INDENT}}{first}")
                lines += [f"{'':<{_INDENT + _HANGING}}{more}" for more in rest]
    passed = sum(verdict.passed for verdict in verdicts)
    return "\n".join([*lines, "", f"{passed} of {len(verdicts)} hold, and their nulls fail"])


def judged(verdict: Verdict) -> list[str]:
    """A line for everything that a verdict rests on."""
    lines = [_judged(quantity) for quantity in verdict.quantities]
    lines.append(f"null: {verdict.null}")
    return lines + [_judged(quantity) for quantity in verdict.null_quantities]


def _judged(quantity: Quantity) -> str:
    sign = "yes" if quantity.holds else "NO"
    return f"{sign} {quantity.name}: {with_interval(quantity.found)}, {wanted(quantity)}"


def wanted(quantity: Quantity) -> str:
    """The band of a quantity, and what of it must lie there."""
    return f"band {band_in_words(quantity.band)}{_RULES[quantity.rule]}"


def word(verdict: Verdict) -> str:
    """``holds``, ``FAILS``, or ``NULL HOLDS`` where the null model shows the pattern too."""
    if not verdict.holds:
        return "FAILS"
    return "holds" if verdict.null_fails else "NULL HOLDS"


def in_numbers(verdict: Verdict) -> str:
    """The value with its interval."""
    return with_interval(verdict.quantities[0].found)


def with_interval(found: Interval) -> str:
    """A mean with its interval."""
    return f"{number(found.mean)} [{number(found.low)}, {number(found.high)}]"


def band_in_words(band: Band) -> str:
    """A band as ``0.2 to 0.8``, ``from 0``, ``up to 0``, or one number."""
    low, high = band
    if low is None:
        return "open" if high is None else f"up to {_end(high)}"
    if high is None:
        return f"from {_end(low)}"
    return _end(low) if low == high else f"{_end(low)} to {_end(high)}"


def _end(value: float) -> str:
    return numbers.written(value, ".6g")


def number(value: float) -> str:
    """Three significant digits, or as many as a whole number has."""
    if not math.isfinite(value):
        return "undefined" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0.0:
        return "0"
    form = ".0f" if abs(value) >= 100 else "#.3g" if abs(value) >= 1e-3 else ".1e"
    return numbers.written(value, form).rstrip(".")
