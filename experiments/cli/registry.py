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
        "experiments.cli.scenarios:list_",
        "The shipped scenarios, a line each.",
        ("tsunagari list",),
    ),
    "new": Entry(
        "experiments.cli.scenarios:new",
        "Write a commented scenario to start from.",
        ("tsunagari new mine.yaml",),
    ),
    "check": Entry(
        "experiments.cli.scenarios:check",
        "Tell every problem of a scenario at once.",
        ("tsunagari check mine.yaml", "tsunagari check mine.yaml --set firms.Lean.price=0.9"),
    ),
    "schema": Entry(
        "experiments.cli.scenarios:schema",
        "The JSON Schema of scenario files, for editors.",
        (
            "tsunagari schema > tsunagari.schema.json",
            "tsunagari schema --sweep > tsunagari-sweep.schema.json",
        ),
    ),
    "run": Entry(
        "experiments.cli.run:run",
        "Run a scenario and write its tables, pictures and a summary.",
        (
            "tsunagari run connected-age",
            "tsunagari run mine.yaml --customers 5000 --months 60 --out results/first",
        ),
    ),
    "compare": Entry(
        "experiments.cli.compare:compare",
        "Run scenarios with the same customers and the same luck; show what differs.",
        (
            "tsunagari compare connected-age --set firms.Lean.price=0.99",
            "tsunagari compare mine.yaml other.yaml --precision 0.005 --measure market_share",
        ),
    ),
    "sweep": Entry(
        "experiments.cli.sweep:sweep",
        "Run every trial of a design and keep its tables.",
        (
            "tsunagari sweep design.yaml --workers 4",
            "tsunagari sweep design.yaml --status",
            "tsunagari sweep design.yaml --shard 1/8",
        ),
    ),
    "merge": Entry(
        "experiments.cli.sweep:merge",
        "Join the shards of a sweep to what it would have written in one piece.",
        ("tsunagari merge results/design-1a2b3c4d-shard-*",),
    ),
    "sensitivity": Entry(
        "experiments.cli.analyse:sensitivity",
        "Morris or Sobol indices of a sweep's factors.",
        (
            "tsunagari sensitivity results/screening",
            "tsunagari sensitivity results/screening --measure retention --firm Lean --at 60",
        ),
    ),
    "discover": Entry(
        "experiments.cli.analyse:discover",
        "Which of a firm's options suits which environment, and what it may cost.",
        (
            "tsunagari discover results/disciplines",
            "tsunagari discover results/disciplines --measure market_share --copied all",
        ),
    ),
    "explain": Entry(
        "experiments.cli.explain:explain",
        "Tell what holds customers, and what word of mouth and a connection are worth.",
        (
            "tsunagari explain connected-age",
            "tsunagari explain mine.yaml --only connection --firm Lean --lever attention",
            "tsunagari explain mine.yaml --customer 812",
        ),
    ),
    "app": Entry(
        "experiments.cli.show:app",
        "The market in a browser.",
        (
            "tsunagari app",
            "tsunagari app connected-age --customers 5000 --seed 7",
        ),
    ),
    "animate": Entry(
        "experiments.cli.show:animate",
        "Make a film of a market: its network by provider, its shares month by month.",
        (
            "tsunagari animate disruptor",
            "tsunagari animate mine.yaml --out film.gif --months 48 --people 400",
        ),
    ),
    "report": Entry(
        "experiments.cli.show:report",
        "Write one self-contained HTML file about a result folder.",
        (
            "tsunagari report results/first",
            "tsunagari report results/first --lang ja --out first-ja.html",
        ),
    ),
    "validate": Entry(
        "experiments.cli.validate:validate",
        "Hold the model to regularities of real markets, and to limits with known answers.",
        (
            "tsunagari validate --workers 2",
            "tsunagari validate --only P1 --only L1",
        ),
    ),
}
"""In the order of the list that ``tsunagari --help`` shows. A further command is a line here."""
