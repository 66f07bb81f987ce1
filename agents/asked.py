"""What Python hands over: numbers, shares, names and attributes, taken or refused at once.

Nothing is rounded, cut or read out of a text: a seed of 7.5 is no seed. An attribute that nobody
declared is refused, not lost: it is declared where a class names it in its body (an annotation is
enough) or where ``__init__`` sets it, a user's subclasses too.
"""

from __future__ import annotations

import difflib
import inspect
import math
import numbers
import operator
from typing import Any, ClassVar

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


class Declared(type):
    """The class of such classes: when ``__init__`` has returned, the list of attributes is closed.

    ``__setattr__`` of the class asks :func:`refuse_unknown`; this only says when to begin.
    """

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make one of its objects."""
        made = super().__call__(*args, **kwargs)
        made.__dict__["_is_made"] = True
        return made

    @property
    def __signature__(cls) -> inspect.Signature:
        # Mesa's batch_run, Sphinx and help() ask a class for what its __init__ takes.
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
        parameters = list(signature.parameters.values())[1:]
        return signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)


def is_made(thing: Any) -> bool:
    """Whether an object's ``__init__`` has returned."""
    return "_is_made" in vars(thing)


def refuse_unknown(thing: Any, name: str, what: str) -> None:
    """Refuse an attribute that was not declared.

    Args:
        thing: The object, an instance of a :class:`Declared` class.
        name: The attribute that is about to be set.
        what: What the object is, for the message: ``a firm``.

    Raises:
        AttributeError: It was not declared; with what was most likely meant.
    """
    if not is_made(thing) or name in vars(thing):
        return
    kinds = type(thing).__mro__
    if any(name in vars(kind) or name in vars(kind).get("__annotations__", ()) for kind in kinds):
        return
    annotated = {key for kind in kinds for key in vars(kind).get("__annotations__", ())}
    known = [key for key in {*dir(type(thing)), *vars(thing), *annotated} if key[0] != "_"]
    raise AttributeError(no_such(what, name, known))


def no_such(what: str, name: str, known: Any) -> str:
    """The sentence about an attribute that is not there."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    suggestion = f"; did you mean {near[0]!r}?" if near else ""
    return f"{what} has no {name!r}{suggestion}"


class MadeByTheMarket:
    """An agent that nobody makes by hand; ``_how_they_come`` says how it comes about."""

    __slots__ = ()
    _how_they_come: ClassVar[str]

    @classmethod
    def create_agents(cls, *args: Any, **kwargs: Any) -> Any:
        """The market makes them.

        Raises:
            RuntimeError: Always.
        """
        raise RuntimeError(cls._how_they_come)

    from_dataframe = create_agents
