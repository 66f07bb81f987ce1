"""Objects that take no attribute which nobody declared: a misspelt one is refused, not lost.

An attribute is declared where a class names it in its body (an annotation is enough) or where
``__init__`` sets it. That holds for a user's subclasses too.
"""

from __future__ import annotations

import difflib
import inspect
from typing import Any


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
