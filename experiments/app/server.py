"""The server: Solara's page on this machine, with all it needs from installed packages."""

from __future__ import annotations

import contextlib
import functools
import gzip
import html
import re
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.experiments.app.guard import Access, Hosts, is_loopback, is_name, shown
from tsunagari.experiments.app.session import MOST_TABS
from tsunagari.experiments.words.letters import japanese_file
from tsunagari.sim.problems import Failure, Problem, Problems

if TYPE_CHECKING:
    from tsunagari.experiments.app.catalogue import Catalogue

_PAGE = """<!doctype html><meta charset="utf-8"><title>Tsunagari</title>
<meta http-equiv="refresh" content="0; url={url}"><a href="{url}">Tsunagari</a>
"""


@contextlib.contextmanager
def opened(url: str) -> Iterator[None]:
    """Open an address in a browser; for the length of the block its way there is kept.

    Every account of a machine may read what programs are started with. So the browser is given a
    file that only this account can read, and the address stands in that.

    Args:
        url: The address, with its token.
    """
    with tempfile.TemporaryDirectory(prefix="tsunagari-", ignore_cleanup_errors=True) as private:
        file = Path(private) / "open.html"
        file.write_text(_PAGE.format(url=html.escape(url)), encoding="utf-8")
        webbrowser.open(file.as_uri())
        yield


PORT = 8765
"""The port that is tried first."""

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
_NAME_HINT = "write it as laptop.local, without http:// and port"
_MOST_CONNECTIONS = 8 * MOST_TABS


@dataclass(frozen=True)
class Address:
    """Where the page is served.

    Attributes:
        listener: The socket, bound already.
        hosts: By which names it answers.
        access: To whom.
        base: Its first page, without the token.
    """

    listener: socket.socket
    hosts: Hosts
    access: Access
    base: str

    @property
    def url(self) -> str:
        """What to type into a browser."""
        return f"{self.base}?token={self.access.token}" if self.access.token else self.base


def bound(
    host: str, port: int | None, *, told: Collection[str] = (), open_to_all: bool = False
) -> Address:
    """Take a port: the one asked for, or the usual one, or whichever is free.

    Args:
        host: The address to listen at.
        port: The port; None for any.
        told: Names by which the server answers besides.
        open_to_all: Whether no token is asked for.

    Raises:
        Problems: The port is in use, the host is not this machine, or a name is none.
    """
    wrong = [
        Problem("", "is no name of a machine", f"--allow-host {name}", suggestion=_NAME_HINT)
        for name in told
        if not is_name(name)
    ]
    if wrong:
        raise Problems(wrong)
    listener = _listener(host, PORT if port is None else port)
    if listener is None and port is None:
        listener = _listener(host, 0)
    if listener is None:
        message = "the port is in use"
        raise Problems([Problem("", message, f"--port {port}", suggestion="leave the option out")])
    taken = listener.getsockname()[1]
    name = shown(host, told)
    name = f"[{name}]" if ":" in name else name
    access = Access(taken, token="") if open_to_all else Access(taken)
    return Address(listener, Hosts(host, tuple(told)), access, f"http://{name}:{taken}/")


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

    from tsunagari.experiments.app.door import MOST_BYTES
    from tsunagari.experiments.app.guard import guarded

    app = guarded(application(catalogue, address.base), address.hosts, address.access)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                ready()

    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        loop="asyncio",
        timeout_graceful_shutdown=1,
        proxy_headers=False,
        server_header=False,
        ws_max_size=MOST_BYTES,
        # Where nothing leaves the machine, packing takes longer than sending.
        ws_per_message_deflate=not is_loopback(address.hosts.listening),
        limit_concurrency=_MOST_CONNECTIONS,
    )
    server = Server(config)
    server.run(sockets=[address.listener])
    if not server.started:
        raise Failure("the page cannot be served")
    raise KeyboardInterrupt


def application(catalogue: Catalogue, base: str) -> Any:
    """The ASGI application: the page, what it is made of, and the line to its tab; nothing else.

    Args:
        catalogue: The scenarios on offer.
        base: Where it is served; no request says otherwise.

    Raises:
        Failure: The version of Solara asks for files that this package does not have.
    """
    _settle(base)

    import solara.server.app as solara_app
    import solara.server.server as solara_server
    import solara.server.starlette as solara_starlette
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route, WebSocketRoute

    from tsunagari.experiments.app import door, page

    page.open_with(catalogue)
    solara_app.apps["__default__"] = solara_app.AppScript("tsunagari.experiments.app.page")
    solara_server.process_kernel_messages = door.guarding(page.tell)  # type: ignore[assignment]
    return Starlette(
        routes=[
            Route("/", endpoint=_page),
            Mount("/_solara/cdn", app=_shell),
            Route("/_tsunagari/japanese.ttf", endpoint=_japanese),
            Mount("/static/assets", app=solara_starlette.StaticAssets()),
            Mount("/jupyter/nbextensions", app=solara_starlette.StaticNbFiles()),
            Route("/_solara/api/close/{kernel_id}", endpoint=_closed, methods=["POST"]),
            WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", endpoint=_tab),
        ],
        lifespan=solara_starlette.lifespan,
    )


def _settle(base: str) -> None:
    """Settle what Solara would otherwise look up, or take from the first request it gets."""
    import warnings

    import solara.server.settings as settings

    # Said at every visit to an address other than "localhost"; what it falls back to is meant.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none", category=UserWarning)

    settings.main.root_path = ""
    settings.main.base_url = base
    settings.telemetry.mixpanel_enable = False
    settings.assets.fontawesome_enabled = False
    settings.theme.loader = "plain"
    settings.theme.title = "Tsunagari"
    settings.theme.show_banner = False
    settings.main.gc_freeze = False
    settings.kernel.cull_timeout = _CULL_AFTER


async def _page(request: Any) -> Any:
    """The page, as long as there is room for one more tab."""
    import solara.server.starlette as solara_starlette
    from starlette.responses import PlainTextResponse

    if _is_full(""):
        text = f"{MOST_TABS} tabs are open here, and there is no room for more. Close one first.\n"
        return PlainTextResponse(text, status_code=503)
    return await solara_starlette.root(request)


async def _tab(socket: Any) -> None:
    """The line between a browser and its tab."""
    import solara.server.starlette as solara_starlette
    from starlette.websockets import WebSocket

    from tsunagari.experiments.app.door import paced

    kernel_id, page_id = socket.path_params["kernel_id"], socket.query_params.get("session_id", "")
    if not _is_number(kernel_id) or not _is_number(page_id) or _is_full(kernel_id):
        await socket.close(1008)
        return
    line = WebSocket(socket.scope, paced(socket._receive), socket._send)
    await solara_starlette.kernel_connection(line)


async def _closed(request: Any) -> Any:
    """A browser says that its tab is closed."""
    import anyio.to_thread
    from solara.server import kernel_context
    from starlette.responses import Response

    context = kernel_context.contexts.get(request.path_params["kernel_id"])
    page_id = request.query_params.get("session_id", "")
    if context is not None and page_id in context.page_status:
        await anyio.to_thread.run_sync(context.page_close, page_id)
    return Response(status_code=204)


def _is_full(kernel_id: str) -> bool:
    """Whether there is no room for a tab that is not there yet."""
    from solara.server.kernel_context import contexts

    return kernel_id not in contexts and len(contexts) >= MOST_TABS


def _is_number(text: str) -> bool:
    """Whether it is like the numbers that pages make for themselves, which nobody guesses."""
    return re.fullmatch(r"[0-9a-zA-Z-]{16,64}", text) is not None


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
    from starlette.responses import FileResponse

    return FileResponse(
        japanese_file(), media_type="font/ttf", headers={"Cache-Control": "max-age=86400"}
    )
