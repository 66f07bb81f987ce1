"""``tsunagari app``: the market in a browser."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from experiments.cli import options
from experiments.cli.clock import tell

_SERVER = "Server"

OpeningFile = Annotated[
    str,
    typer.Argument(
        metavar="[FILE]",
        help="The scenario that is open at first: a file, or the name of a shipped one.",
    ),
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="Address to listen at. Other than this machine's own, others can open the page.",
        rich_help_panel=_SERVER,
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        metavar="N",
        min=1,
        max=65535,
        help="Port to listen at.",
        rich_help_panel=_SERVER,
        show_default="8765, or a free one",
    ),
]
NoBrowser = Annotated[
    bool,
    typer.Option("--no-browser", help="Open no browser.", rich_help_panel=_SERVER),
]


def app(
    file: OpeningFile = "three-disciplines",
    sets: options.Set = None,
    customers: options.Customers = None,
    months: options.Months = None,
    seed: options.Seed = None,
    allow_code: options.AllowCode = False,
    host: Host = "127.0.0.1",
    port: Port = None,
    no_browser: NoBrowser = False,
    quiet: options.Quiet = False,
) -> None:
    """The market in a browser.

    Prints the address and serves the page until it is interrupted (Ctrl-C).
    """
    from experiments.app.catalogue import Catalogue

    sizes = {"market.customers": customers, "market.months": months, "seed": seed}
    catalogue = Catalogue(
        opening=file,
        sets=tuple(sets or ()),
        sizes=tuple((path, value) for path, value in sizes.items() if value is not None),
        allow_code=allow_code,
    )
    _, notes = catalogue.plan(file)
    tell(notes, quiet=quiet)
    from experiments.app.guard import is_loopback
    from experiments.app.server import bound, serve

    address = bound(host, port)
    if not is_loopback(host):
        tell(["whoever reaches this machine can open the page"], quiet=quiet)

    def ready() -> None:
        print(address.url, flush=True)
        if not quiet:
            print("Ctrl-C ends it.", file=sys.stderr, flush=True)
        if not no_browser:
            import webbrowser

            webbrowser.open(address.url)

    serve(catalogue, address, ready)
