"""``tsunagari discover``: which of a firm's options suits which environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli import options

_QUESTION = "Question"

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR", help="A finished sweep whose design has levers.", show_default=False
    ),
]
Measure = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="The outcome that is wanted: a column of firms or market.",
        rich_help_panel=_QUESTION,
    ),
]
Less = Annotated[
    bool,
    typer.Option(
        "--less-is-better", help="The smallest outcome is the best.", rich_help_panel=_QUESTION
    ),
]
Firm = Annotated[
    str | None,
    typer.Option(
        "--firm",
        metavar="NAME",
        help="Who decides.",
        rich_help_panel=_QUESTION,
        show_default="the firm that the levers belong to",
    ),
]
At = Annotated[
    int | None,
    typer.Option(
        "--at",
        metavar="MONTH",
        min=0,
        help="The outcome in this month.",
        rich_help_panel=_QUESTION,
        show_default="the last",
    ),
]
Rivals = Annotated[
    list[str] | None,
    typer.Option(
        "--copied",
        metavar="FIRM",
        help="Run it all again with this rival, or with 'all' of them, having copied the best "
        "option. May be repeated.",
        rich_help_panel=_QUESTION,
        show_default=False,
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help="Replace what --copied found for another option or other rivals.",
        rich_help_panel="Output",
    ),
]


def discover(
    folder: Folder,
    measure: Measure = "cash",
    less_is_better: Less = False,
    firm: Firm = None,
    at: At = None,
    copied: Rivals = None,
    allow_code: options.AllowCode = False,
    workers: options.Workers = 1,
    force: Force = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Which of a firm's options suits which environment, and what it may cost.

    Writes regret.parquet, options.parquet, regret.png and .svg into the folder of the sweep; with
    --copied, a further sweep into its folder copied.
    """
    from experiments.cli.trial_progress import TrialsDone
    from experiments.studies.discovery import discover as discovered
    from experiments.studies.discovery import write_discovery
    from experiments.telling import discovery as answer

    with TrialsDone(quiet=quiet) as watcher:
        found = discovered(
            folder,
            measure,
            firm=firm,
            month=at,
            less_is_better=less_is_better,
            rivals=copied or (),
            workers=workers,
            force=force,
            allow_code=allow_code,
            watcher=watcher,
        )
    write_discovery(found, folder)
    if json:
        from json import dumps

        print(dumps(answer.as_json(found), ensure_ascii=False, allow_nan=False, indent=2))
        return
    print(answer.as_text(found), end="\n\n")
    print(f"Results: {folder}")
