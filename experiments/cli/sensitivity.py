"""``tsunagari sensitivity``: which factors of a sweep an outcome depends on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli import options
from experiments.cli.clock import tell

_QUESTION = "Question"

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="A finished sweep with design: morris or design: sobol.",
        show_default=False,
    ),
]
Measure = Annotated[
    str,
    typer.Option(
        "--measure",
        metavar="NAME",
        help="The outcome: a column of firms or market.",
        rich_help_panel=_QUESTION,
    ),
]
Firm = Annotated[
    str | None,
    typer.Option(
        "--firm",
        metavar="NAME",
        help="Of this firm only.",
        rich_help_panel=_QUESTION,
        show_default="every firm",
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
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Folder for tables and figure; what they replace there are their like.",
        rich_help_panel="Output",
        show_default="the sweep's",
    ),
]


def sensitivity(
    folder: Folder,
    measure: Measure = "market_share",
    firm: Firm = None,
    at: At = None,
    out: Out = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Morris or Sobol indices of a sweep's factors.

    Says which factors an outcome depends on, with intervals, and how much of its variance is luck.
    Writes sensitivity.parquet, sensitivity.png and .svg and, if the sweep has replications,
    variance.parquet.
    """
    from experiments.studies.sensitivity import sensitivity as analysed
    from experiments.studies.sensitivity import write_sensitivity
    from experiments.telling import sensitivity as answer

    found = analysed(folder, measure, firm=firm, month=at)
    tell(found.notes, quiet=quiet)
    place = folder if out is None else out
    write_sensitivity(found, place)
    if json:
        from json import dumps

        print(dumps(answer.as_json(found), ensure_ascii=False, allow_nan=False, indent=2))
        return
    print(answer.as_text(found), end="\n\n")
    print(f"Results: {place}")
