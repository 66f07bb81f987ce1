"""Options that several commands share, with one name and one meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

_INPUT = "Scenario"
_WORK = "Work"
_OUTPUT = "Output"

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A scenario file, or the name of a shipped one (see `tsunagari list`).",
        show_default=False,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Another value for a key, in YAML: firms.Lean.price=0.9. May be repeated.",
        rich_help_panel=_INPUT,
        show_default=False,
    ),
]
Customers = Annotated[
    int | None,
    typer.Option(
        "--customers",
        metavar="N",
        min=1,
        help="Number of customers.",
        rich_help_panel=_INPUT,
        show_default="the scenario's",
    ),
]
Months = Annotated[
    int | None,
    typer.Option(
        "--months",
        metavar="N",
        min=0,
        help="Number of months; later events are left out.",
        rich_help_panel=_INPUT,
        show_default="the scenario's",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        metavar="N",
        min=0,
        help="Whole number all chance depends on.",
        rich_help_panel=_INPUT,
        show_default="the scenario's",
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        metavar="R",
        min=1,
        help="How often, each time under other luck.",
        rich_help_panel=_INPUT,
        show_default="the scenario's",
    ),
]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code",
        help="Import the Python modules a scenario names; only for files you trust.",
        rich_help_panel=_INPUT,
    ),
]
HeldPrices = Annotated[
    Literal["held", "passed-on"],
    typer.Option(
        "--prices",
        help="held: costs that a change brings do not reach prices; passed-on: they do.",
        rich_help_panel="Question",
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        metavar="W",
        min=1,
        help="Processes side by side.",
        rich_help_panel=_WORK,
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        "--threads",
        metavar="T",
        min=1,
        help="Threads per run; results do not depend on it.",
        rich_help_panel=_WORK,
        show_default="one per processor, 1 with several workers",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Folder for the results; new or empty.",
        rich_help_panel=_OUTPUT,
        show_default="results/<scenario>-<time>",
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Write to a folder that holds something; only results are replaced.",
        rich_help_panel=_OUTPUT,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", help="No progress and no notes, only errors.", rich_help_panel=_OUTPUT
    ),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print only a summary, as JSON.", rich_help_panel=_OUTPUT),
]
TableFormat = Annotated[
    Literal["parquet", "csv"],
    typer.Option("--format", help="Kind of table files.", rich_help_panel=_OUTPUT),
]
NoFigures = Annotated[
    bool, typer.Option("--no-figures", help="Draw no pictures.", rich_help_panel=_OUTPUT)
]
NoClaims = Annotated[
    bool,
    typer.Option(
        "--no-claims",
        help="Leave out what sources claim, and the runs that it takes.",
        rich_help_panel=_WORK,
    ),
]
