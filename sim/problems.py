"""What is wrong with an input: what, where, and what to write instead."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tsunagari.agents.asked import fault_of_whole, shown
from tsunagari.experiments.words.text import escaped, shortened

_LONGEST = 200  # characters of an option or a path that a message repeats


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what a user wrote.

    Attributes:
        path: The key it is about, as ``firms.Lean.price``; empty where it is about a whole file.
        message: What is wrong, without a full stop.
        file: The file, or the option (``--set market.customers=0``), in which it was written.
        line: Line in that file, from 1; None where there are no lines.
        column: Column in that line, in characters from 1; None where there are no lines.
        suggestion: What to write instead: ``did you mean market.customers?``.
    """

    path: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None

    def __str__(self) -> str:
        # A file's name stays whole, for those who want to open it.
        file = self.file and (shortened(self.file, _LONGEST) if " " in self.file else self.file)
        place = ":".join(str(p) for p in (file, self.line, self.column) if p is not None)
        # An option names its path already: "--set market.customers=0: must be at least 1".
        path_is_named = self.line is None and f" {self.path}=" in (self.file or "")
        path = "" if path_is_named else shortened(self.path, _LONGEST)
        if place and path:
            where = f"{place} {path}: " if self.line is not None else f"{place}: {path}: "
        else:
            where = f"{place or path}: " if place or path else ""
        told = where + self.message + (f"; {self.suggestion}" if self.suggestion else "")
        return escaped(told)  # one line, whatever the input had in it


class Problems(ValueError):  # noqa: N818 - it is what it is called
    """All that is wrong with an input, in the order of the file; its text has a line for each.

    Attributes:
        problems: At least one.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        if not self.problems:
            raise ValueError("Problems are raised when there is at least one")
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[Problems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class At(ValueError):  # noqa: N818 - read as: raise At(path, what)
    """A validator's complaint about a key deeper inside the section it checks.

    Raised in a validator of a section, it is reported at ``path`` below that section.
    """

    def __init__(
        self, path: Sequence[str | int], message: str, suggestion: str | None = None
    ) -> None:
        super().__init__(message)
        self.path = tuple(path)
        self.suggestion = suggestion

    def __reduce__(self) -> tuple[type[At], tuple[tuple[str | int, ...], str, str | None]]:
        return type(self), (self.path, str(self), self.suggestion)


class Failure(Exception):  # noqa: N818 - read as: raise Failure(why)
    """Something failed that is no mistake in the input, and the text says what: a full disk.

    A command that meets it ends with exit status 1 and this text, without a traceback.
    """


def whole_number(value: Any, name: str, low: int = 0, high: int | None = None) -> int:
    """The whole number handed over for an argument, as :mod:`tsunagari.agents.asked` words it.

    Raises:
        Problems: It is none, or out of range.
    """
    fault = fault_of_whole(value, low, high)
    if fault is not None:
        raise Problems([Problem(name, fault)])
    return operator.index(value)


def of_kind[T](value: Any, kind: type[T] | tuple[type, ...], name: str, what: str) -> T:
    """What was handed over for an argument, if it is of the kind asked for.

    Args:
        value: What was handed over.
        kind: As for ``isinstance``.
        name: The argument.
        what: What it must be, for the message: ``a Scenario``.

    Raises:
        Problems: It is something else.
    """
    if not isinstance(value, kind):
        raise Problems([Problem(name, f"must be {what}, not {shown(value)}")])
    return value  # type: ignore[return-value]
