"""``tsunagari app``: the market in a browser."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from experiments.cli import options
from experiments.cli.clock import tell
from sim.version import need

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
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="NAME",
        help="A name by which others may open the page, besides its address; may be repeated.",
        rich_help_panel=_SERVER,
    ),
]
NoToken = Annotated[
    bool,
    typer.Option(
        "--no-token",
        help="Ask for no token: whoever reaches the address can open the page, under any account "
        "of this machine and, with --host, from any other.",
        rich_help_panel=_SERVER,
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
    allow_host: AllowHost = None,
    no_token: NoToken = False,
    no_browser: NoBrowser = False,
    quiet: options.Quiet = False,
) -> None:
    """The market in a browser.

    Prints the address and serves the page until it is interrupted (Ctrl-C).
    """
    need("app", "tsunagari app")
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
    from experiments.app.server import bound, opened, serve

    address = bound(host, port, told=allow_host or (), open_to_all=no_token)
    tell(_reached_by(address.hosts.listening, no_token), quiet=quiet)
    with contextlib.ExitStack() as until_the_end:

        def ready() -> None:
            print(address.url, flush=True)
            if not quiet:
                print("Ctrl-C ends it.", file=sys.stderr, flush=True)
            if not no_browser:
                until_the_end.enter_context(opened(address.url))

        serve(catalogue, address, ready)


def _reached_by(host: str, no_token: bool) -> list[str]:
    """Who can open the page, where that is more than whoever started it."""
    from experiments.app.guard import is_loopback

    if no_token:
        where = "under any account of it" if is_loopback(host) else "and this address"
        return [f"no token is asked for: whoever reaches this machine {where} can open the page"]
    if is_loopback(host):
        return []
    return ["whoever has this address, with the token in it, can open the page"]
