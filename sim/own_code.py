"""Python of a user's own: found by its name, and told apart from this program when it fails."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.problems import Failure


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
