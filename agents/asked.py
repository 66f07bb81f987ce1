"""What Python hands over where a number, a share or a name is asked for: taken, or refused at once.

Nothing is rounded, cut or read out of a text: a seed of 7.5 is no seed.
"""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any

LARGEST_SEED = 2**63 - 1


def fault_of_whole(value: object, low: int, high: int | None = None) -> str | None:
    """What is wrong with a value where a whole number is asked for; None if nothing."""
    span = f"of at least {low}" if high is None else f"from {low} to {high}"
    wanted = f"must be a whole number {span}"
    if not isinstance(value, numbers.Integral) or isinstance(value, bool):
        return f"{wanted}, not {shown(value)}"
    number = operator.index(value)
    if number < low:
        return f"must be at least {low}, not {number}"
    if high is not None and number > high:
        return f"must be at most {high}, not {number}"
    return None


def whole(value: Any, name: str, low: int = 0, high: int | None = None) -> int:
    """The whole number that a value is; numpy's count, truth values do not.

    Args:
        value: What was handed over.
        name: What it was handed over as, for the message.
        low: Smallest number allowed.
        high: Largest number allowed; None for no limit.

    Raises:
        TypeError: It is no whole number.
        ValueError: It is out of range.
    """
    fault = fault_of_whole(value, low, high)
    if fault is not None:
        kind = TypeError if "whole number" in fault else ValueError
        raise kind(f"{name}: {fault}")
    return operator.index(value)


def finite(value: Any, name: str) -> float:
    """The finite number that a value is; numpy's count, truth values and texts do not.

    Raises:
        TypeError: It is no number.
        ValueError: It is infinite, or not a number.
    """
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name}: must be a number, not {shown(value)}")
    if not math.isfinite(value):
        raise ValueError(f"{name}: must be a finite number, not {value}")
    return float(value)


def most_of(at_most: Any, count: int) -> int | None:
    """How many ``at_most`` leaves of so many agents, as Mesa counts; None where it sets no limit.

    Args:
        at_most: A whole number, a share from 0 to 1 as a float, or infinity.
        count: How many there are.

    Raises:
        TypeError: It is no number.
        ValueError: It is below 0, or neither a share nor whole.
    """
    if isinstance(at_most, float) and not math.isnan(at_most):
        if at_most == math.inf:
            return None
        if 0.0 <= at_most <= 1.0:
            return int(count * at_most)
        raise ValueError(f"at_most: must be a whole number, or a share from 0 to 1, not {at_most}")
    return whole(at_most, "at_most")


def function_or_name(value: Any, name: str) -> Any:
    """A function to be called with each agent, or the name of what each has.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(value, str) or callable(value):
        return value
    raise TypeError(f"{name}: must be a function of one agent or a name, not {shown(value)}")


def shown(value: object) -> str:
    """A value in a sentence: itself where it is short, its kind where it is not."""
    text = repr(value)
    kind = type(value).__name__
    article = "an" if kind[:1].lower() in "aeiou" else "a"
    if isinstance(value, str):
        return f"the text {text}" if len(text) <= 40 else f"the text {text[:39]}…"
    if value is None or isinstance(value, bool | numbers.Number):
        return text if len(text) <= 40 else f"{text[:39]}…"
    return f"{article} {kind}"
