"""The commands: what each is called, what it does and where it is, without importing it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A command that is imported when somebody uses it.

    Attributes:
        place: Module and function, as ``experiments.cli.check:check``.
        summary: What it does, for the list of commands; begins like the function's docstring.
        examples: Lines to type, shown by its ``--help``; none where its own text has them.
    """

    place: str
    summary: str
    examples: tuple[str, ...] = ()

    def function(self) -> Callable[..., Any]:
        """The command itself."""
        module, _, name = self.place.partition(":")
        return getattr(importlib.import_module(module), name)


COMMANDS: dict[str, Entry] = {
    "list": Entry(
        "experiments.cli.list_:list_",
        "The shipped scenarios, a line each.",
        ("tsunagari list",),
    ),
    "new": Entry(
        "experiments.cli.new:new",
        "Write a commented scenario to start from.",
        ("tsunagari new mine.yaml",),
    ),
    "check": Entry(
        "experiments.cli.check:check",
        "Tell every problem of a scenario at once.",
        ("tsunagari check mine.yaml", "tsunagari check mine.yaml --set firms.Lean.price=0.9"),
    ),
    "schema": Entry(
        "experiments.cli.schema:schema",
        "The JSON Schema of scenario files, for editors.",
        ("tsunagari schema > tsunagari.schema.json",),
    ),
    "run": Entry(
        "experiments.cli.run:run",
        "Run a scenario and write its tables, pictures and a summary.",
        (
            "tsunagari run connected-age",
            "tsunagari run mine.yaml --customers 5000 --months 60 --out results/first",
        ),
    ),
}
"""In the order of the list that ``tsunagari --help`` shows. A further command is a line here."""
