"""Options, each with one name and one meaning, and records of options that travel together.

A command's parameter may be a record: :func:`flattened` makes typer see the options in it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, dataclass_transform, get_type_hints

import typer
from typer.models import ParameterInfo

from tsunagari.experiments.words import LANGUAGES, Language
from tsunagari.sim.problems import Problem, Problems


def option(
    typed: str, help: str, default: Any = None, *, shown: str | bool = True, **more: Any
) -> Any:
    """An option, as the default of a command's or a record's parameter.

    Args:
        typed: Its names and what its value is called, as ``--customers N``.
        help: What it does.
        default: Its value where it is not typed.
        shown: What its help shows as default; True for the default itself, False for nothing.
        more: Further settings of ``typer.Option``.
    """
    words = typed.split()
    names = [word for word in words if word.startswith("-")]
    metavar = words[-1] if len(words) > len(names) else None
    return typer.Option(default, *names, metavar=metavar, help=help, show_default=shown, **more)


def argument(metavar: str, help: str, default: Any = ..., *, shown: bool = False) -> Any:
    """What is typed without the name of an option."""
    return typer.Argument(default, metavar=metavar, help=help, show_default=shown)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def record[C](cls: type[C]) -> type[C]:
    """A class of options that travel together, as a frozen dataclass."""
    for name in cls.__annotations__:
        typed = cls.__dict__.get(name)
        if isinstance(typed, ParameterInfo):
            default = MISSING if typed.default is ... else typed.default
            setattr(cls, name, field(default=default, metadata={_TYPED: typed}))
    return dataclass(frozen=True, kw_only=True)(cls)


_TYPED = "typed"
_ITS_OWN = "the scenario's"

FILE = argument("FILE", "A scenario file, or the name of a shipped one (see `tsunagari list`).")
SETS = option(
    "--set PATH=VALUE",
    "Another value for a key, in YAML: firms.Lean.price=0.9. May be repeated.",
    shown=False,
)
ENSEMBLE = option(
    "--ensemble FILE",
    "What is not known of the market: ensemble.parquet of a fit. Replications are its members.",
    shown=False,
)
ALLOW_CODE = option(
    "--allow-code", "Import the Python modules a scenario names; only for files you trust.", False
)
WORKERS = option(
    "--workers W",
    "Processes side by side.",
    min=1,
    shown="one per processor, as far as there is work for each",
)
THREADS = option(
    "--threads T",
    "Threads per run; results do not depend on it.",
    min=1,
    shown="one per processor, 1 with several workers",
)
PRICES = option(
    "--prices",
    "held: costs that a change brings do not reach prices; passed-on: they do.",
    "held",
)
FORCE = option(
    "--force", "Write to a folder that holds something; only results are replaced.", False
)
QUIET = option("--quiet -q", "No progress and no notes, only errors.", False)
JSON = option("--json", "Print only a summary, as JSON.", False)
LANG = option(
    "--lang",
    "Language of what is told, drawn and written; columns, keys and names stay as they are.",
    shown="TSUNAGARI_LANG, else the system's",
)

GROUPS = {
    "scenario": ("FILE", "--set", "--customers", "--months", "--seed", "--replications",
                 "--ensemble", "--allow-code"),
    "work": ("--workers", "--threads", "--dask"),
    "results": ("--out", "--force", "--format", "--no-figures", "--report", "--page"),
    "terminal": ("--quiet", "--json", "--lang", "--version", "--help"),
}  # fmt: skip
"""Options by what they are about, as every help has them; others are about the command itself."""


def language_of(arguments: Sequence[str], environ: Mapping[str, str]) -> Language:
    """In which language a command tells things: as typed, as ``TSUNAGARI_LANG`` or the system says.

    Args:
        arguments: What was typed; whether the value of ``--lang`` will do is looked at elsewhere.
        environ: Where the wishes of user and system are.

    Raises:
        Problems: ``TSUNAGARI_LANG`` is no language there is.
    """
    for before, argument in pairwise(["", *arguments]):
        typed = argument if before == "--lang" else argument.removeprefix("--lang=")
        if typed != argument or before == "--lang":
            for language in LANGUAGES:
                if typed == language:
                    return language
    wished = environ.get("TSUNAGARI_LANG")
    if wished:
        for language in LANGUAGES:
            if wished == language:
                return language
        what = f"must be {' or '.join(LANGUAGES)}"
        raise Problems([Problem("", what, f"TSUNAGARI_LANG={wished}")])
    system = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "ja" if system.startswith("ja") else "en"


@record
class Crowd:
    """How big a market is, and what its chance depends on."""

    customers: int | None = option("--customers N", "Number of customers.", min=1, shown=_ITS_OWN)
    seed: int | None = option(
        "--seed N", "Whole number all chance depends on.", min=0, shown=_ITS_OWN
    )


@record
class Size(Crowd):
    """That, and how long."""

    months: int | None = option(
        "--months N", "Number of months; later events are left out.", min=0, shown=_ITS_OWN
    )


@record
class Luck(Size):
    """That, and how often it is run."""

    replications: int | None = option(
        "--replications R", "How often, each time under other luck.", min=1, shown=_ITS_OWN
    )


@record
class OneScenario:
    """A scenario and what is changed of it."""

    file: str = FILE
    sets: list[str] | None = SETS
    size: Luck
    ensemble: Path | None = ENSEMBLE
    allow_code: bool = ALLOW_CODE


@record
class Work:
    """What may work at once."""

    workers: int | None = WORKERS
    threads: int | None = THREADS


@record
class Place:
    """Where results go."""

    out: Path | None = option(
        "--out DIR", "Folder for the results; new or empty.", shown="results/<scenario>-<time>"
    )
    force: bool = FORCE


@record
class Served:
    """Where a page is served."""

    host: str = option(
        "--host ADDRESS",
        "Address to listen at; 0.0.0.0 lets in others on its network, from phones, too.",
        "127.0.0.1",
    )
    port: int | None = option(
        "--port N", "Port to listen at.", min=1, max=65535, shown="8765, or a free one"
    )
    allow_host: list[str] | None = option(
        "--allow-host NAME",
        "A name by which others may open the page, besides its address; may be repeated.",
    )
    no_browser: bool = option("--no-browser", "Open no browser.", False)


@record
class Written:
    """In which form results are written."""

    format: Literal["parquet", "csv"] = option("--format", "Kind of table files.", "parquet")
    no_figures: bool = option("--no-figures", "Draw no pictures.", False)


@record
class Said:
    """What is told on the terminal."""

    quiet: bool = QUIET
    json: bool = JSON


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


def with_language(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flattened command with the option ``--lang``, read by :func:`language_of` before.

    A command that has such an option of its own is left as it is.
    """
    if "lang" in inspect.signature(command).parameters:
        return command

    @functools.wraps(command)
    def typed(*, lang: str | None, **given: Any) -> Any:
        return command(**given)

    signature = inspect.signature(command)
    language = inspect.Parameter(
        "lang", inspect.Parameter.KEYWORD_ONLY, default=LANG, annotation=Literal["en", "ja"] | None
    )
    parameters = [*signature.parameters.values(), language]
    typed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    typed.__annotations__ = {each.name: each.annotation for each in parameters}
    return typed


def _options_of(made: Callable[..., Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(made)
    typed = {
        each.name: each.metadata.get(_TYPED)
        for each in (fields(made) if is_dataclass(made) else ())
    }
    found = []
    for name, parameter in inspect.signature(made).parameters.items():
        if is_dataclass(hints[name]):
            found += _options_of(hints[name])
        else:
            kind, default = inspect.Parameter.KEYWORD_ONLY, typed.get(name, parameter.default)
            found.append(parameter.replace(annotation=hints[name], kind=kind, default=default))
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
