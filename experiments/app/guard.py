"""What stands before the page: which requests reach it, by which names, from whom."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

_BYTES = 24


@dataclass(frozen=True)
class Access:
    """The token of one server, and the cookies that it is exchanged for.

    A cookie is a number of this browser's own and its seal: nothing has to be remembered, and one
    browser's cookie says nothing of another's.

    Attributes:
        port: Of the server; cookies do not tell ports apart, so their names have to.
        token: What the address holds; empty where none is asked for.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(_BYTES))
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def cookie(self) -> str:
        """Name of the cookie."""
        return f"tsunagari-{self.port}"

    def holds_token(self, query: bytes) -> bool:
        """Whether an address has the token in it, or none is asked for."""
        given = parse_qs(query.decode("latin-1"), max_num_fields=20).get("token", [""])[0]
        return not self.token or hmac.compare_digest(given.encode(), self.token.encode())

    def browser(self, cookies: dict[str, str]) -> str:
        """The number of a browser that has been given a cookie; empty for any other."""
        number, _, seal = cookies.get(self.cookie, "").partition(".")
        sealed = self._seal(number)
        return number if hmac.compare_digest(seal.encode(), sealed.encode()) else ""

    def new_browser(self) -> str:
        """A number for a browser."""
        return secrets.token_hex(16)

    def set_cookie(self, browser: str) -> str:
        """The header that gives a browser its cookie, which no script and no other site may use."""
        value = f"{browser}.{self._seal(browser)}"
        return f"{self.cookie}={value}; Path=/; HttpOnly; SameSite=Strict"

    def _seal(self, browser: str) -> str:
        return hmac.new(self._key, browser.encode(), hashlib.sha256).hexdigest()


# -- names ---------------------------------------------------------------------------------------

_NAMED = re.compile(r"(?P<name>[\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", re.ASCII)
"""A Host header: a name or an address, and a port."""


@dataclass(frozen=True)
class Hosts:
    """The names by which a server may be called.

    Attributes:
        listening: The address it listens at, as its user gave it.
        told: Names that its user allows besides.
    """

    listening: str
    told: Collection[str] = ()

    def allows(self, named: str, server: str) -> bool:
        """Whether a request may call the server so.

        Args:
            named: The request's Host header.
            server: The address of this machine at which the request came in.
        """
        name = name_in(named)
        known = {self.listening.lower(), *(told.lower() for told in self.told)}
        if not name or _is_any(name):
            return False
        if is_loopback(name):
            return is_loopback(server)
        return name in known or _address(name) == _address(server) is not None


def name_in(named: str) -> str:
    """The name in a Host header, without its port and in small letters; empty if there is none."""
    found = _NAMED.fullmatch(named)
    return found["name"].strip("[]").lower() if found else ""


def is_name(text: str) -> bool:
    """Whether it is a machine's name or address and nothing else."""
    return _address(text) is not None or name_in(text) == text.lower() != ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, out of reach for others."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def shown(host: str, told: Collection[str]) -> str:
    """The name for the address that is printed: one that opens the page.

    Args:
        host: The address that is listened at.
        told: Names that are allowed besides.
    """
    if not _is_any(host):
        return host
    return next(iter(told), "") or _outward(host)


def _outward(host: str) -> str:
    """The address of this machine under which others reach it; nothing is sent to find it."""
    import socket

    six = ":" in host
    family, elsewhere = (socket.AF_INET6, "2001:db8::1") if six else (socket.AF_INET, "192.0.2.1")
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((elsewhere, 9))
        except OSError:  # no network: nobody else is there to open it
            return "::1" if six else "127.0.0.1"
        return str(probe.getsockname()[0])


def _is_any(host: str) -> bool:
    """Whether it stands for all addresses of this machine."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, as IPv4 where it is one written as IPv6; None for a name."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


# -- requests ------------------------------------------------------------------------------------

type Application = Callable[[Any, Any, Any], Awaitable[None]]

_SESSION = "solara-session-id"
"""The cookie by which Solara tells browsers apart; it gets the number of our own cookie."""
_MOST_CHARACTERS = 300
"""Of a path."""
_PASSED_ON = frozenset(
    {"host", "origin", "user-agent", "accept", "accept-encoding", "accept-language", "connection"}
    | {"upgrade", "content-length", "if-none-match", "if-modified-since", "range"}
    | {f"sec-websocket-{name}" for name in ("key", "version", "extensions", "protocol")}
)
"""Headers that the page sees. What a proxy may say of names, paths and addresses is not among
them: all that is fixed when the server starts."""
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self' blob: 'unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: ws://{host}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Components are compiled in the browser: that takes ``unsafe-eval``, and modules are blobs."""
_CLEAN = b'<script>history.replaceState(null, "", "/" + location.hash);</script>'
"""The token has done its work: it need not stand where others read it over a shoulder. What was
set and done stays, behind the #."""
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_WAY_IN = (
    "This page asks for the token that is in its address.\n\n"
    "Open the whole address that `tsunagari app` printed when it was started; it ends with "
    "?token= and the token.\n"
)


def guarded(application: Application, hosts: Hosts, access: Access) -> Application:
    """An application that is reached by its own page only, by those who have the token.

    Args:
        application: What is served.
        hosts: By which names.
        access: To whom.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await application(scope, receive, send)
            return
        from starlette.requests import cookie_parser

        headers = {name.decode("latin-1").lower(): value for name, value in scope["headers"]}
        told = {name: value.decode("latin-1") for name, value in headers.items()}
        browser = access.browser(cookie_parser(told.get("cookie", "")))
        new = not browser and access.holds_token(scope.get("query_string", b""))
        browser = access.new_browser() if new else browser
        refusal = _refusal(scope, told, hosts, browser)
        named = told.get("host", "") if name_in(told.get("host", "")) else "localhost"
        if refusal is not None:
            await _refuse(scope, receive, _with_headers(send, named), *refusal)
            return
        seen = [(name.encode(), headers[name]) for name in headers if name in _PASSED_ON]
        seen.append((b"cookie", f"{_SESSION}={browser}".encode()))
        cookie = access.set_cookie(browser) if new else ""
        scope = {**scope, "headers": seen, "root_path": ""}
        await application(scope, receive, _with_headers(send, named, cookie))

    return answer


def _refusal(
    scope: Any, headers: dict[str, str], hosts: Hosts, browser: str
) -> tuple[int, str] | None:
    """Why a request is not answered: a status and a text; None where it is."""
    named, own = headers.get("host", ""), scope.get("server") or ("", None)
    if sum(name.lower() == b"host" for name, _ in scope["headers"]) != 1 or not hosts.allows(
        named, own[0]
    ):
        return 421, (
            "This server does not answer under this name. Open the address that it printed, or "
            "start it with --allow-host NAME.\n"
        )
    path = scope["path"]
    if len(path) > _MOST_CHARACTERS or not path.isprintable():
        return 404, "There is nothing here.\n"
    reads = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
    if not reads and urlsplit(headers.get("origin", "")).netloc != named:
        return 403, "Only a page of this server may do that.\n"
    return None if browser else (403, _WAY_IN)


async def _refuse(scope: Any, receive: Any, send: Any, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    from starlette.responses import PlainTextResponse

    await PlainTextResponse(text, status_code=status)(scope, receive, send)


def _with_headers(send: Any, host: str, cookie: str = "") -> Any:
    """A way to send on which every answer gets its headers, and only our cookie is set.

    The page itself is held back until all of it is there: the scripts that stand in it, and no
    others, get the number that its policy lets run.
    """
    start: dict[str, Any] = {}
    body = bytearray()

    async def sent(message: Any) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            start.update(message)
        elif kind != "http.response.body" or not start:
            await send(message)
        elif _is_page(start) and message.get("more_body"):
            body.extend(message.get("body", b""))
        else:
            whole, nonce = bytes(body) + message.get("body", b""), secrets.token_urlsafe(16)
            if _is_page(start):
                whole = whole.replace(b"<head>", b"<head>" + _CLEAN, 1)
                whole = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), whole)
            policy = _POLICY.format(nonce=nonce, host=host)
            await send({**start, "headers": _headers(start, whole, cookie, policy)})
            start.clear()
            await send({**message, "body": whole})

    return sent


def _is_page(start: dict[str, Any]) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html")
        for name, value in start["headers"]
    )


def _headers(
    start: dict[str, Any], body: bytes, cookie: str, policy: str
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, ours instead of the same ones of the application."""
    page = _is_page(start)
    ours = {**_HEADERS, "content-security-policy": policy}
    if page or start["status"] >= 400:
        ours["cache-control"] = "no-store"
    if page:
        ours["content-length"] = str(len(body))
    if cookie:
        ours["set-cookie"] = cookie
    replaced = {*ours, "set-cookie", "server"}
    kept = [
        (name, value)
        for name, value in start["headers"]
        if name.decode("latin-1").lower() not in replaced
    ]
    return [*kept, *((name.encode(), value.encode("latin-1")) for name, value in ours.items())]
