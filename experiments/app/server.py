"""The server: Solara's page on this machine, with all it needs from installed packages."""

from __future__ import annotations

import functools
import gzip
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from experiments.app.catalogue import Catalogue

PORT = 8765
"""The port that is tried first."""
LOOPBACK = "127.0.0.1"

_ASSETS = "solara-assets"
"""The package with Solara's own scripts and styles, which it would fetch from a public server."""
_FRONT_END = re.compile(r"/@widgetti/solara-vuetify3-app@[\d.]+/dist/")
"""Where a page looks for them; the package may hold another small version of the front end."""
_FILES = {
    "solara-vuetify-app8.min.js": "text/javascript",
    "main8.css": "text/css",
    "require.js": "text/javascript",
}
_CULL_AFTER = "30s"
"""How long a tab that has vanished without a word may come back; one that is closed says so."""


@dataclass(frozen=True)
class Address:
    """Where the page is served.

    Attributes:
        listener: The socket, bound already.
        url: What to type into a browser.
    """

    listener: socket.socket
    url: str


def bound(host: str, port: int | None) -> Address:
    """Take a port: the one asked for, or the usual one, or whichever is free.

    Raises:
        Problems: The port is in use, or the host is not this machine.
    """
    listener = _listener(host, PORT if port is None else port)
    if listener is None and port is None:
        listener = _listener(host, 0)
    if listener is None:
        message = "the port is in use"
        raise Problems([Problem("", message, f"--port {port}", suggestion="leave the option out")])
    name = f"[{host}]" if ":" in host else host
    return Address(listener, f"http://{name}:{listener.getsockname()[1]}/")


def _listener(host: str, port: int) -> socket.socket | None:
    """A socket that listens there; None if somebody else does."""
    import errno

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            return None
        message = f"cannot listen there: {problem.strerror or problem}"
        raise Problems([Problem("", message, f"--host {host}")]) from problem
    return listener


def serve(catalogue: Catalogue, address: Address, ready: Callable[[], None]) -> None:
    """Serve the page until somebody interrupts it.

    Args:
        catalogue: The scenarios on offer.
        address: Where.
        ready: Called once when the page can be opened.

    Raises:
        KeyboardInterrupt: Somebody did.
        Failure: The page cannot be served.
    """
    import uvicorn

    from experiments.app.guard import guarded

    app = guarded(application(catalogue), address.listener.getsockname()[0])

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                ready()

    config = uvicorn.Config(
        app, log_level="error", access_log=False, loop="asyncio", timeout_graceful_shutdown=1
    )
    server = Server(config)
    server.run(sockets=[address.listener])
    if not server.started:
        raise Failure("the page cannot be served")
    raise KeyboardInterrupt


def application(catalogue: Catalogue) -> Any:
    """The ASGI application.

    Raises:
        Failure: The version of Solara asks for files that this package does not have.
    """
    import warnings

    import solara.server.settings as settings

    # Said at every visit to an address other than "localhost"; what it falls back to is meant.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none", category=UserWarning)

    settings.telemetry.mixpanel_enable = False
    settings.assets.fontawesome_enabled = False
    settings.theme.loader = "plain"
    settings.theme.title = "Tsunagari"
    settings.theme.show_banner = False
    settings.main.gc_freeze = False
    settings.kernel.cull_timeout = _CULL_AFTER

    import solara.server.app as solara_app
    import solara.server.starlette as solara_starlette
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route

    from experiments.app import page

    page.CATALOGUE = catalogue
    solara_app.apps["__default__"] = solara_app.AppScript("experiments.app.page")
    return Starlette(
        routes=[
            Mount("/_solara/cdn", app=_shell),
            Route("/_tsunagari/japanese.ttf", endpoint=_japanese),
            *solara_starlette.routes,
        ],
        lifespan=solara_starlette.lifespan,
    )


async def _shell(scope: Any, receive: Any, send: Any) -> None:
    """Solara's own scripts and styles, from an installed package instead of a public server."""
    from starlette.responses import Response

    path = scope["path"].removeprefix(scope.get("root_path", ""))
    name = path.rsplit("/", 1)[-1]
    headers = {"Content-Encoding": "gzip", "Cache-Control": "max-age=86400"}
    if name == "fonts.css" and _FRONT_END.match(path):  # a page does with the fonts there are
        response = Response(gzip.compress(b""), media_type="text/css", headers=headers)
    elif name in _FILES:
        response = Response(_compressed(name), media_type=_FILES[name], headers=headers)
    else:
        response = Response(status_code=404)
    await response(scope, receive, send)


@functools.cache
def _compressed(name: str) -> bytes:
    """A file of Solara's front end.

    Raises:
        Failure: The package that holds it is not installed as it should be.
    """
    from importlib.metadata import files

    for file in files(_ASSETS) or ():
        path = str(file).replace("\\", "/")
        if path.endswith(f"/{name}") and ("/solara-vuetify3-app@" in path or "/requirejs@" in path):
            return gzip.compress(Path(str(file.locate())).read_bytes(), 6)
    raise Failure(f"{name} is missing from the package {_ASSETS}; install it again")


async def _japanese(request: Any) -> Any:
    """The Japanese font of the figures, for machines that have none."""
    import importlib.util

    from starlette.responses import FileResponse, Response

    found = importlib.util.find_spec("matplotlib_fontja")
    if found is None or not found.submodule_search_locations:
        return Response(status_code=404)
    font = Path(found.submodule_search_locations[0]) / "fonts" / "ipaexg.ttf"
    return FileResponse(font, media_type="font/ttf")
