"""Options, each with one name and one meaning, and records of options that travel together.

A command's parameter may be a record: :func:`flattened` makes typer see the options in it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import typer


def option(typed: str, help: str, *, shown: str | bool = True, **more: Any) -> Any:
    """An option.

    Args:
        typed: Its names and what its value is called, as ``--customers N``.
        help: What it does.
        shown: What its help shows as default; True for the default itself, False for nothing.
        more: Further settings of ``typer.Option``.
    """
    words = typed.split()
    names = [word for word in words if word.startswith("-")]
    metavar = words[-1] if len(words) > len(names) else None
    return typer.Option(*names, metavar=metavar, help=help, show_default=shown, **more)


def argument(metavar: str, help: str) -> Any:
    """What is typed without the name of an option; it has no default that is worth showing."""
    return typer.Argument(metavar=metavar, help=help, show_default=False)


_ITS_OWN = "the scenario's"

File = Annotated[
    str, argument("FILE", "A scenario file, or the name of a shipped one (see `tsunagari list`).")
]
Sets = Annotated[
    list[str] | None,
    option(
        "--set PATH=VALUE",
        "Another value for a key, in YAML: firms.Lean.price=0.9. May be repeated.",
        shown=False,
    ),
]
AllowCode = Annotated[
    bool,
    option("--allow-code", "Import the Python modules a scenario names; only for files you trust."),
]
Workers = Annotated[int, option("--workers W", "Processes side by side.", min=1)]
Threads = Annotated[
    int | None,
    option(
        "--threads T",
        "Threads per run; results do not depend on it.",
        min=1,
        shown="one per processor, 1 with several workers",
    ),
]
Prices = Annotated[
    Literal["held", "passed-on"],
    option("--prices", "held: costs that a change brings do not reach prices; passed-on: they do."),
]
Force = Annotated[
    bool, option("--force", "Write to a folder that holds something; only results are replaced.")
]
Quiet = Annotated[bool, option("--quiet -q", "No progress and no notes, only errors.")]
Json = Annotated[bool, option("--json", "Print only a summary, as JSON.")]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How big a market is, how long, and what its chance depends on."""

    customers: Annotated[
        int | None, option("--customers N", "Number of customers.", min=1, shown=_ITS_OWN)
    ] = None
    months: Annotated[
        int | None,
        option("--months N", "Number of months; later events are left out.", min=0, shown=_ITS_OWN),
    ] = None
    seed: Annotated[
        int | None,
        option("--seed N", "Whole number all chance depends on.", min=0, shown=_ITS_OWN),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Luck(Size):
    """That, and how often it is run."""

    replications: Annotated[
        int | None,
        option("--replications R", "How often, each time under other luck.", min=1, shown=_ITS_OWN),
    ] = None


@dataclass(frozen=True, kw_only=True)
class OneScenario:
    """A scenario and what is changed of it."""

    file: File
    sets: Sets = None
    size: Luck
    allow_code: AllowCode = False


@dataclass(frozen=True, kw_only=True)
class Work:
    """What may work at once."""

    workers: Workers = 1
    threads: Threads = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where results go."""

    out: Annotated[
        Path | None,
        option(
            "--out DIR",
            "Folder for the results; new or empty.",
            shown="results/<scenario>-<time>",
        ),
    ] = None
    force: Force = False


@dataclass(frozen=True, kw_only=True)
class Written:
    """In which form results are written."""

    format: Annotated[Literal["parquet", "csv"], option("--format", "Kind of table files.")] = (
        "parquet"
    )
    no_figures: Annotated[bool, option("--no-figures", "Draw no pictures.")] = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is told on the terminal."""

    quiet: Quiet = False
    json: Json = False


def flattened(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command as typer takes it: every record among its parameters is the options in it."""

    @functools.wraps(command)
    def typed(**given: Any) -> Any:
        return _called(command, given)

    parameters = _options_of(command)
    signature = inspect.Signature(parameters)
    typed.__signature__ = signature  # type: ignore[attr-defined]
    typed.__annotations__ = {each.name: each.annotation for each in parameters}
    return typed


def _options_of(made: Callable[..., Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(made, include_extras=True)
    found = []
    for name, parameter in inspect.signature(made).parameters.items():
        if is_dataclass(hints[name]):
            found += _options_of(hints[name])
        else:
            kind = inspect.Parameter.KEYWORD_ONLY
            found.append(parameter.replace(annotation=hints[name], kind=kind))
    return found


def _called(made: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """A command or a record, called with those of the given values that are its own."""
    hints = get_type_hints(made)
    return made(
        **{
            name: _called(hints[name], given) if is_dataclass(hints[name]) else given[name]
            for name in inspect.signature(made).parameters
        }
    )
