"""Options of ``tsunagari explain`` alone."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

_QUESTION = "Question"
_CUSTOMER = "One customer"

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="QUESTION",
        help="Only retention, word-of-mouth or connection. May be repeated.",
        rich_help_panel=_QUESTION,
        show_default="all three",
    ),
]
FirmName = Annotated[
    list[str] | None,
    typer.Option(
        "--firm",
        metavar="NAME",
        help="A firm to ask about. May be repeated.",
        rich_help_panel=_QUESTION,
        show_default="all firms at the start",
    ),
]
From = Annotated[
    int | None,
    typer.Option(
        "--from",
        metavar="MONTH",
        min=1,
        help="Month at which cohorts are closed and a firm begins to spend more.",
        rich_help_panel=_QUESTION,
        show_default="12; half-way in runs of less than 24 months",
    ),
]
LeverName = Annotated[
    Literal["service", "attention"],
    typer.Option("--lever", help="What a firm spends more on.", rich_help_panel=_QUESTION),
]
Raise = Annotated[
    list[float] | None,
    typer.Option(
        "--raise",
        metavar="X",
        help="A step of the ladder: so far above the firm's own level. May be repeated.",
        rich_help_panel=_QUESTION,
        show_default="0.1, 0.3, 0.8 of service; 0.05, 0.15, 0.4 of attention",
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        metavar="N",
        min=1,
        help="Months over which a connection is followed.",
        rich_help_panel=_QUESTION,
        show_default="to the end of the run",
    ),
]
HeldPrices = Annotated[
    Literal["held", "passed-on"] | None,
    typer.Option(
        "--prices",
        help="held: costs that a change brings do not reach prices; passed-on: they do.",
        rich_help_panel=_QUESTION,
        show_default="held",
    ),
]
CustomerNumber = Annotated[
    int | None,
    typer.Option(
        "--customer",
        metavar="ID",
        help="Tell why this customer left, and nothing else.",
        rich_help_panel=_CUSTOMER,
        show_default=False,
    ),
]
Month = Annotated[
    int | None,
    typer.Option(
        "--month",
        metavar="M",
        help="Month of that customer to explain.",
        rich_help_panel=_CUSTOMER,
        show_default="when they last left a provider",
    ),
]
