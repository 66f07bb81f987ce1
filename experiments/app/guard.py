"""Who may talk to the server: pages that it has sent itself, under a name it knows."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

type Application = Callable[[Any, Any, Any], Awaitable[None]]


def guarded(application: Application, host: str) -> Application:
    """An application that refuses what other pages in the same browser try.

    A page from anywhere may open a web socket to this machine, and a name of its own may be made
    to point here. So a web socket must come from a page of this server, and a server on the
    loopback address answers to names of the loopback address only.

    Args:
        application: What is served.
        host: The address it listens at.
    """
    local = is_loopback(host)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await application(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
        named = headers.get("host", b"").decode("latin-1")
        allowed = not local or is_loopback(urlsplit(f"//{named}").hostname or "")
        if scope["type"] == "websocket":
            origin = headers.get("origin", b"").decode("latin-1")
            allowed = allowed and urlsplit(origin).netloc == named
        if allowed:
            await application(scope, receive, send)
        else:
            await _refuse(scope, send)

    return answer


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, out of reach for others."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _refuse(scope: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    from starlette.responses import PlainTextResponse

    refusal = PlainTextResponse("This page is for the machine it runs on.", status_code=421)
    await refusal(scope, None, send)  # type: ignore[arg-type]
