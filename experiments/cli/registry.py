"""The commands: what each is called, what it does and where it is, without importing it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A command that is imported when somebody uses it.

    Attributes:
        place: Module here and function, as ``scenarios:check``.
        summary: What it does, for the list of commands; begins like the function's docstring.
        examples: Lines to type, shown by its ``--help``.
    """

    place: str
    summary: str
    examples: tuple[str, ...]

    def function(self) -> Callable[..., Any]:
        """The command itself."""
        module, _, name = self.place.partition(":")
        return getattr(importlib.import_module(f"tsunagari.experiments.cli.{module}"), name)


def _entry(place: str, summary: str, *examples: str) -> Entry:
    return Entry(place, summary, tuple(f"tsunagari {example}" for example in examples))


COMMANDS: dict[str, Entry] = {
    "list": _entry(
        "scenarios:list_", "The shipped scenarios and the idea of each, a line each.", "list"
    ),
    "new": _entry(
        "scenarios:new",
        "Write a commented scenario to start from.",
        "new mine.yaml",
        "new ours.yaml --firm 'Aoba, 45 %' --firm 'Kaede, 30 %, customer-intimacy'",
    ),
    "check": _entry(
        "scenarios:check",
        "Tell every problem of a scenario at once.",
        "check mine.yaml",
        "check mine.yaml --set firms.Lean.price=0.9",
    ),
    "schema": _entry(
        "scenarios:schema",
        "The JSON Schema of scenario files, for editors.",
        "schema > tsunagari.schema.json",
        "schema --sweep > tsunagari-sweep.schema.json",
    ),
    "run": _entry(
        "run:run",
        "Run a scenario and write its tables, pictures and a summary.",
        "run connected-age",
        "run mine.yaml --customers 5000 --months 60 --out results/first",
    ),
    "compare": _entry(
        "compare:compare",
        "Run scenarios with the same customers and the same luck; show what differs.",
        "compare connected-age --set firms.Lean.price=0.99",
        "compare mine.yaml other.yaml --precision 0.005 --measure market_share",
    ),
    "sweep": _entry(
        "sweep:sweep",
        "Run every trial of a design and keep its tables.",
        "sweep design.yaml --workers 4",
        "sweep design.yaml --status",
        "sweep design.yaml --shard 1/8",
    ),
    "merge": _entry(
        "sweep:merge",
        "Join the shards of a sweep to what it would have written in one piece.",
        "merge results/design-1a2b3c4d-shard-*",
    ),
    "sensitivity": _entry(
        "analyse:sensitivity",
        "Morris or Sobol indices of a sweep's factors.",
        "sensitivity results/screening",
        "sensitivity results/screening --measure retention --firm Lean --at 60",
    ),
    "discover": _entry(
        "analyse:discover",
        "Which of a firm's options suits which environment, and what it may cost.",
        "discover results/disciplines",
        "discover results/disciplines --measure market_share --copied all",
        "discover three-disciplines --replies price --iterate",
    ),
    "explain": _entry(
        "explain:explain",
        "Tell what holds customers, and what word of mouth and a connection are worth.",
        "explain connected-age",
        "explain mine.yaml --only connection --firm Lean --lever attention",
        "explain mine.yaml --customer 812",
    ),
    "ablate": _entry(
        "ablate:ablate",
        "Tell which mechanisms a scenario's answer needs: each off in turn, and the smallest set.",
        "ablate right-customers --customers 1000 --workers 2",
        "ablate mine.yaml --set stickiness.location=0 --json",
    ),
    "fit": _entry(
        "fit:fit",
        "Fit a market of one's own from a table of its months.",
        "fit market.csv --template",
        "fit market.csv --facts market-facts.yaml --workers 2",
    ),
    "decide": _entry(
        "decide:decide",
        "Compare options of a firm at equal spend: which is best, how sure, what turns it round.",
        "decide results/market/scenario.yaml --options options.yaml "
        "--ensemble results/market/ensemble.parquet",
    ),
    "panel": _entry(
        "panel:panel",
        "Write what a firm could know of its customers, and the true effects of what it can do.",
        "panel three-disciplines --firm Lean --sample 2000 --workers 2",
        "panel mine.yaml --lever price=0.95 --missing 0 --noise 0",
    ),
    "app": _entry(
        "show:app", "The market in a browser.", "app", "app connected-age --customers 5000 --seed 7"
    ),
    "class": _entry(
        "klass:klass",
        "Let a class play a market: teams own firms and decide round by round.",
        "class connected-age --host 0.0.0.0",
        "class over-claiming --rounds 6 --teams 8 --clock 240 --lang ja --host 0.0.0.0",
    ),
    "animate": _entry(
        "show:animate",
        "Make a film of a market: its network by provider, its shares month by month.",
        "animate disruptor",
        "animate mine.yaml --out film.gif --months 48 --people 400",
    ),
    "report": _entry(
        "show:report",
        "Write one self-contained HTML file about a result folder.",
        "report results/first",
        "report results/first --lang ja --out first-ja.html",
    ),
    "validate": _entry(
        "validate:validate",
        "Hold the model to regularities of real markets, and to limits with known answers.",
        "validate --workers 2",
        "validate --only P1 --only L1",
    ),
}
"""In the order of the list that ``tsunagari --help`` shows. A further command is a line here."""

FOR = {
    "model": ("list", "new", "check", "schema", "fit", "run"),
    "study": ("compare", "explain", "decide", "sweep", "merge", "sensitivity", "discover",
              "ablate", "panel", "validate"),
    "show": ("report", "animate"),
    "teach": ("app", "class"),
}  # fmt: skip
"""Commands by what one wants to do; a further one is named here, too."""
