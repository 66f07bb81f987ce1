"""The class's server: teams on their phones, the teacher's console and the projector.

Plain pages that ask every second what is new. Whoever plays proves it by a token in a cookie that
no script reads; the teacher's is another one. A team's token says which firm is meant, no message
does: so nobody can see or set another firm. Every message is checked for its size, its sender, its
pace and its content before anything is done.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from tsunagari.experiments.game.levers import Refused
from tsunagari.experiments.game.sight import Sight
from tsunagari.experiments.game.views import (
    Desk,
    Seen,
    console_parts,
    projector_parts,
    team_parts,
    way_in,
)
from tsunagari.experiments.pictures.markup import Markup, escaped, tag, together
from tsunagari.experiments.pictures.web import style as chart_style
from tsunagari.experiments.words.letters import japanese_file
from tsunagari.sim.problems import Failure

if TYPE_CHECKING:
    from tsunagari.experiments.game.play import Game, Team
    from tsunagari.experiments.words import Words

MOST_BYTES = 4_096
"""Of a message; a plan has some two hundred."""
_SECONDS_TO_SEND = 10.0
_MOST_CONNECTIONS = 400
_MOST_KNOWN = 2_000
"""Senders whose pace is remembered."""
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of codes: none that is easily taken for another."""
_CODE, _KEY = 6, 8
_PACES: Mapping[str, tuple[float, float]] = {"token": (8.0, 40.0), "stranger": (20.0, 120.0),
                                             "guess": (2.0, 40.0)}  # fmt: skip
"""Messages a second, and at once after a silence: of somebody with a token, of an address without
one, and of an address that tries codes. A class may share one address."""


class Access(Protocol):
    """The teacher's token and its cookie."""

    @property
    def cookie(self) -> str: ...  # noqa: D102
    def holds_token(self, query: bytes) -> bool: ...  # noqa: D102
    def browser(self, cookies: dict[str, str]) -> str: ...  # noqa: D102
    def new_browser(self) -> str: ...  # noqa: D102
    def set_cookie(self, browser: str) -> str: ...  # noqa: D102


class Hosts(Protocol):
    """The names by which the server may be called."""

    def allows(self, named: str, server: str) -> bool: ...  # noqa: D102


class Place(Protocol):
    """Where a class is served: a socket, by which names, the teacher's token, what teams open."""

    @property
    def listener(self) -> socket.socket: ...  # noqa: D102
    @property
    def hosts(self) -> Hosts: ...  # noqa: D102
    @property
    def access(self) -> Access: ...  # noqa: D102
    @property
    def base(self) -> str: ...  # noqa: D102


class Pace:
    """How fast each sender may send: so many a second, and a few at once."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def allows(self, kind: str, who: str) -> bool:
        """Whether one more message is read; it counts."""
        rate, most = _PACES[kind]
        now = self._now()
        left, then = self._left.pop((kind, who), (most, now))
        left = min(most, left + (now - then) * rate)
        self._left[kind, who] = (max(0.0, left - 1.0), now)
        while len(self._left) > _MOST_KNOWN:
            self._left.popitem(last=False)
        return left >= 1.0


type Debrief = Callable[[Game, Callable[[float], None]], Mapping[str, tuple[str, str]]]
"""Makes the pages after a game, telling how far it is: for every page its title and its HTML, by
the firm that it is for, and by an empty name for the class."""


@dataclass(eq=False)
class Classroom:
    """A game with those who are in the room.

    Attributes:
        game: The game.
        words: The class's language.
        place: Where it is served.
        debrief: Makes the pages after the game.
        keep: Writes down how things stand; called whenever something was decided.
        code: What teams type to join.
    """

    game: Game
    words: Words
    place: Place
    debrief: Debrief
    keep: Callable[[Classroom], None]
    code: str = field(default_factory=lambda: _drawn(_CODE))
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self.lock = asyncio.Lock()
        self.tokens: dict[str, int] = {}
        self.keys: dict[int, str] = {}
        self.heard: dict[int, float] = {}
        self.pages: Mapping[str, tuple[str, str]] = {}
        self.progress: float | None = None
        self.failed = False
        self.closed = False
        self._at_work: asyncio.Task[None] | None = None
        self._seen: tuple[int, Seen] | None = None
        self._parts: dict[str, tuple[str, dict[str, Markup]]] = {}

    @property
    def cookie(self) -> str:
        """Name of the teams' cookie; the teacher's own browser may be in a team as well."""
        return f"{self.place.access.cookie}-team"

    def seen(self) -> Seen:
        """The game as pages show it; reckoned anew when a round was played or taken back."""
        rounds = len(self.game.rounds)
        stands = self.game.market.month * 1000 + rounds
        if self._seen is None or self._seen[0] != stands:
            self._seen = stands, Seen(self.game, Sight.of(self.game.market), self.words)
        return self._seen[1]

    def state(self, role: str, mark: str, make: Callable[[Seen], Mapping[str, Markup]]) -> Any:
        """What a page asks for: how long is left, and its parts unless it has them already."""
        now = f"{self.game.version}.{mark}"
        kept = self._parts.get(role)
        if kept is None or kept[0] != now:
            kept = self._parts[role] = now, dict(make(self.seen()))
        left = self.game.clock.left
        return {
            "mark": now,
            "left": None if left is None or self.game.ended else round(left),
            "still": self.game.paused,
            "parts": kept[1],
        }

    def join(self, asked: Any) -> tuple[Team, str]:
        """A team comes with the code and a name, or comes back with its key; and its token.

        Raises:
            Refused: The code or the key is wrong, or the game refuses.
        """
        if not isinstance(asked, dict) or not isinstance(asked.get("code"), str):
            raise Refused("message")
        if not _same(_plain(asked["code"]), self.code):
            raise Refused("code")
        if asked.get("key"):
            key = _plain(asked["key"]) if isinstance(asked["key"], str) else ""
            number = next((n for n, known in self.keys.items() if _same(key, known)), None)
            if number is None:
                raise Refused("key")
            team = self.game.teams[number]
        else:
            team = self.game.join(asked.get("name"))
            self.keys[team.number] = _drawn(_KEY)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = team.number
        self.keep(self)
        return team, token

    async def act(self, asked: Any) -> None:
        """What the teacher does.

        Raises:
            Refused: It is nothing that can be done, or not now.
        """
        if not isinstance(asked, dict):
            raise Refused("message")
        if self._at_work is not None and not self._at_work.done():
            raise Refused("busy")
        act = asked.get("act")
        if act in ("pause", "go"):
            self.game.pause(act == "pause")
        elif act == "next":
            await asyncio.to_thread(self.game.play)
        elif act == "back":
            self.game.take_back()
            self.pages, self.progress = {}, None
        elif act == "hand":
            self.game.hand_over(asked.get("firm"), asked.get("team"))
        elif act == "end":
            self.game.end()
        elif act == "debrief":
            if not self.game.ended or not self.game.rounds:
                raise Refused("not_over")
            self.progress, self.failed = 0.0, False
            self._at_work = asyncio.get_running_loop().create_task(self._make_pages())
        else:
            raise Refused("message")
        self.keep(self)

    async def _make_pages(self) -> None:
        def told(part: float) -> None:
            if self.closed:  # or the program would not end before the debrief is there
                raise InterruptedError
            self.progress = part

        try:
            self.pages = await asyncio.to_thread(self.debrief, self.game, told)
            self.progress = 1.0
        except InterruptedError:
            return
        except Exception:
            self.progress, self.failed = None, True
            raise

    def desk(self) -> Desk:
        """What only the teacher has."""
        now = time.monotonic()
        addresses = {
            f"/teacher/debrief/{number}": title
            for number, (title, _) in enumerate(self.pages.values())
        }
        here = {number: now - heard for number, heard in self.heard.items()}
        return Desk(self.keys, here, self.progress, self.failed, addresses)


def _drawn(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _plain(text: str) -> str:
    return text.strip().upper()[:40]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


# -- pages -----------------------------------------------------------------------------------------

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_OF_A_DOCUMENT = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_FONT = """
@font-face{font-family:"Tsunagari Gothic";unicode-range:U+2E80-FFEF;
src:local("Hiragino Sans"),local("Noto Sans CJK JP"),local("Noto Sans JP"),local("Yu Gothic"),
local("Meiryo"),url("/japanese.ttf")}
"""
_PARTS = {
    "team": ("head", "round", "form", "own", "public", "key"),
    "teacher": ("round", "buttons", "teams", "board"),
    "projector": ("round", "charts", "board"),
}


def shell(room: Classroom, role: str, inside: Markup | None = None) -> str:
    """A page of a role: places that its script fills.

    Args:
        room: The class.
        role: ``join``, ``team``, ``teacher`` or ``projector``.
        inside: What stands before them.
    """
    words = room.words
    places = [tag("section", id=name) for name in _PARTS.get(role, ())]
    clock = tag("p", tag("output", id="clock"), class_="clock", hidden=True) if places else None
    said = tag("p", id="said", role="status", aria_live="polite")
    state = {"team": "/state", "teacher": "/teacher/state", "projector": "/projector/state"}
    told = {
        key: words(f"game.{key}", time="{time}")
        for key in ("lost", "time_left", "time_up", "stands")
    }
    body = tag(
        "body",
        tag("main", clock, said, inside, *places),
        tag("script", src="/game.js", data_words=json.dumps(told, ensure_ascii=False)),
        data_role=role,
        data_state=state.get(role),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light"),
        tag("title", escaped(words(f"game.title_{role}"))),
        Markup('<link rel="icon" href="data:,">'),
        Markup('<link rel="stylesheet" href="/game.css">'),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang=words.language)}\n"


def _join_page(room: Classroom, code: str) -> str:
    def told(key: str) -> Markup:
        return escaped(room.words(f"game.{key}"))

    def typed(name: str, label: str, **more: Any) -> Markup:
        field_ = tag("input", name=name, id=name, autocomplete="off", **more)
        return tag("p", tag("label", told(label), for_=name), field_)

    code_field = {"maxlength": 12, "value": code, "autocapitalize": "characters", "required": True}
    new = tag(
        "form",
        typed("code", "code", **code_field),
        typed("name", "team_name", maxlength=30, required=True),
        tag("button", told("join"), type="submit"),
        data_post="/join",
    )
    back = tag(
        "details",
        tag("summary", told("come_back")),
        tag(
            "form",
            tag("input", type="hidden", name="code", value="", data_same="code"),
            typed("key", "key", maxlength=16, required=True),
            tag("button", told("come_back_now"), type="submit"),
            data_post="/join",
        ),
    )
    title = tag("h1", told("title_join"))
    return shell(room, "join", tag("div", title, new, back, class_="joining"))


def _console_page(room: Classroom) -> str:
    told = room.words
    links = tag(
        "p",
        tag("a", escaped(told("game.projector")), href="/projector", target="_blank"),
        escaped(" · "),
        tag("a", escaped(told("game.log")), href="/teacher/log", download="class.yaml"),
    )
    entry = way_in(room.seen(), room.place.base, room.code)
    title = tag("h1", escaped(told("game.title_teacher")))
    return shell(room, "teacher", tag("aside", title, entry, links))


# -- requests --------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Server:
    """The answers of a classroom."""

    room: Classroom

    def routes(self) -> list[Any]:
        from starlette.routing import Route

        return [
            Route("/", self.front),
            Route("/join", self.join, methods=["POST"]),
            Route("/state", self.state),
            Route("/decide", self.decide, methods=["POST"]),
            Route("/debrief", self.own_debrief),
            Route("/teacher", self.console),
            Route("/teacher/state", self.console_state),
            Route("/teacher/act", self.act, methods=["POST"]),
            Route("/teacher/log", self.log),
            Route("/teacher/debrief/{number:int}", self.debrief),
            Route("/projector", self.projector),
            Route("/projector/state", self.projector_state),
            Route("/game.js", self.script),
            Route("/game.css", self.style),
            Route("/japanese.ttf", self.font),
        ]

    # -- who it is --

    def team(self, request: Any) -> int | None:
        """The number of the team that sent a request; None for a stranger."""
        return self.room.tokens.get(request.cookies.get(self.room.cookie, ""))

    def is_teacher(self, request: Any) -> bool:
        return bool(self.room.place.access.browser(dict(request.cookies)))

    # -- teams --

    async def front(self, request: Any) -> Any:
        code = request.query_params.get("code", "")[:12]
        if self.team(request) is not None:
            return _html(shell(self.room, "team"))
        return _html(_join_page(self.room, code if code.isalnum() else ""))

    async def join(self, request: Any) -> Any:
        if not self.room.pace.allows("guess", request.client.host):
            raise Refused("pace")
        asked = await _message(request)
        async with self.room.lock:
            team, token = self.room.join(asked)
        self.room.heard[team.number] = time.monotonic()
        answer = _json({"go": "/"})
        answer.set_cookie(self.room.cookie, token, httponly=True, samesite="strict", path="/")
        return answer

    async def state(self, request: Any) -> Any:
        room, number = self.room, self.team(request)
        if number is None:
            return _json({"go": "/"}, 403)
        room.heard[number] = time.monotonic()
        async with room.lock:
            firm = room.game.teams[number].firm
            ready = firm in room.pages
            found = room.state(
                f"team {number}", f"{firm}{ready}", lambda seen: self._team_parts(seen, number)
            )
        return _news(request, found)

    def _team_parts(self, seen: Seen, number: int) -> dict[str, Markup]:
        team = self.room.game.teams[number]
        parts = team_parts(seen, team, self.room.keys[number])
        if team.firm in self.room.pages:
            label = escaped(self.room.words("game.your_debrief"))
            link = tag("p", tag("a", label, href="/debrief", class_="button"))
            parts["form"] = together(parts["form"], link)
        return parts

    async def decide(self, request: Any) -> Any:
        number = self.team(request)
        if number is None:
            return _json({"go": "/"}, 403)
        asked = await _message(request)
        async with self.room.lock:
            self.room.game.decide(number, asked)
            self.room.keep(self.room)
        return _json({"said": self.room.words("game.decided")})

    async def own_debrief(self, request: Any) -> Any:
        number = self.team(request)
        firm = "" if number is None else self.room.game.teams[number].firm
        if not firm or firm not in self.room.pages:
            return _nothing(self.room)
        return _html(self.room.pages[firm][1], _OF_A_DOCUMENT)

    # -- the teacher --

    async def console(self, request: Any) -> Any:
        access = self.room.place.access
        if self.is_teacher(request):
            return _html(_console_page(self.room))
        if not self.room.pace.allows("guess", request.client.host):
            raise Refused("pace")
        if not access.holds_token(request.scope.get("query_string", b"")):
            return _nothing(self.room, 403)
        answer = _html(_console_page(self.room))
        answer.headers["set-cookie"] = access.set_cookie(access.new_browser())
        return answer

    async def console_state(self, request: Any) -> Any:
        if not self.is_teacher(request):
            return _json({"go": "/teacher"}, 403)
        room = self.room
        async with room.lock:
            desk = room.desk()
            away = sorted(n for n, seconds in desk.here.items() if seconds > 15.0)
            mark = f"{len(desk.pages)}.{desk.debrief}.{desk.failed}.{away}"
            found = room.state("teacher", mark, lambda seen: console_parts(seen, desk))
        return _news(request, found)

    async def act(self, request: Any) -> Any:
        if not self.is_teacher(request):
            return _json({"go": "/teacher"}, 403)
        asked = await _message(request)
        async with self.room.lock:
            await self.room.act(asked)
        return _json({"said": ""})

    async def log(self, request: Any) -> Any:
        if not self.is_teacher(request):
            return _nothing(self.room, 403)
        from starlette.responses import PlainTextResponse

        from tsunagari.sim.reading.dumping import text_of_plan

        async with self.room.lock:
            text = text_of_plan(self.room.game.log)
        return PlainTextResponse(text, media_type="application/yaml")

    async def debrief(self, request: Any) -> Any:
        pages, number = list(self.room.pages.values()), request.path_params["number"]
        if not self.is_teacher(request) or number >= len(pages):
            return _nothing(self.room, 403)
        return _html(pages[number][1], _OF_A_DOCUMENT)

    async def projector(self, request: Any) -> Any:
        if not self.is_teacher(request):
            return _nothing(self.room, 403)
        return _html(shell(self.room, "projector"))

    async def projector_state(self, request: Any) -> Any:
        if not self.is_teacher(request):
            return _json({"go": "/projector"}, 403)
        room = self.room
        async with room.lock:
            found = room.state(
                "projector", "", lambda seen: projector_parts(seen, room.place.base, room.code)
            )
        return _news(request, found)

    # -- files --

    async def script(self, request: Any) -> Any:
        return _file("game.js", "text/javascript")

    async def style(self, request: Any) -> Any:
        from starlette.responses import Response

        text = _FONT + chart_style() + _asset("game.css")
        return Response(text, media_type="text/css")

    async def font(self, request: Any) -> Any:
        from starlette.responses import FileResponse

        return FileResponse(japanese_file(), media_type="font/ttf")


async def _message(request: Any) -> Any:
    """What somebody sent, as JSON, if it is not too long and comes in time.

    Raises:
        Refused: It is not.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise Refused("message")
    held = bytearray()
    try:
        async with asyncio.timeout(_SECONDS_TO_SEND):
            async for part in request.stream():
                held += part
                if len(held) > MOST_BYTES:
                    raise Refused("message")
        return json.loads(held)
    except (ValueError, RecursionError, TimeoutError) as problem:
        raise Refused("message") from problem


def _json(found: Any, status: int = 200) -> Any:
    from starlette.responses import JSONResponse

    return JSONResponse(found, status_code=status)


def _html(text: str, policy: str = _POLICY) -> Any:
    from starlette.responses import HTMLResponse

    return HTMLResponse(text, headers={"content-security-policy": policy})


def _nothing(room: Classroom, status: int = 404) -> Any:
    from starlette.responses import PlainTextResponse

    return PlainTextResponse(f"{room.words('game.nothing_here')}\n", status_code=status)


def _news(request: Any, found: dict[str, Any]) -> Any:
    """The state, without the parts that the page has already."""
    if request.query_params.get("mark") == found["mark"]:
        found = {key: value for key, value in found.items() if key != "parts"}
    return _json(found)


def _asset(name: str) -> str:
    folder = files("tsunagari.experiments.game").joinpath("assets")
    return folder.joinpath(name).read_text(encoding="utf-8")


def _file(name: str, kind: str) -> Any:
    from starlette.responses import Response

    return Response(_asset(name), media_type=kind)


def application(room: Classroom) -> Any:
    """The ASGI application of a classroom."""
    from starlette.applications import Starlette

    async def refused(request: Any, problem: Any) -> Any:
        values = dict(problem.values)
        if "lever" in values:
            values["lever"] = room.words(f"game.lever_{values['lever']}")
        status = 429 if problem.key == "pace" else 422
        return _json({"refused": room.words(f"game.refused_{problem.key}", **values)}, status)

    server = _Server(room)
    inner = Starlette(routes=server.routes(), exception_handlers={Refused: refused})
    return _guarded(inner, room)


def _guarded(inner: Any, room: Classroom) -> Any:
    """The application behind what is asked of every request: its name, its origin, its pace."""
    from starlette.requests import HTTPConnection

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await inner(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        connection = HTTPConnection(scope)
        status = _refusal(connection, room)
        sender = _with_headers(send)
        if status:
            await _nothing(room, status)(scope, receive, sender)
            return
        await inner(scope, receive, sender)

    return answer


def _refusal(connection: Any, room: Classroom) -> int:
    """The status with which a request is refused; 0 where it is not."""
    scope, named = connection.scope, connection.headers.getlist("host")
    server = (scope.get("server") or ("", None))[0]
    if len(named) != 1 or not room.place.hosts.allows(named[0], server):
        return 421
    if len(scope["path"]) > 200 or len(scope.get("query_string", b"")) > 500:
        return 404
    reads = scope["method"] in ("GET", "HEAD")
    if not reads and urlsplit(connection.headers.get("origin", "")).netloc != named[0]:
        return 403
    token = connection.cookies.get(room.cookie, "")
    known = token in room.tokens or bool(room.place.access.browser(dict(connection.cookies)))
    who = connection.client.host if connection.client else ""
    kind = ("token", token or "teacher") if known else ("stranger", who)
    return 0 if room.pace.allows(*kind) else 429


def _with_headers(send: Any) -> Any:
    """A way to send on which every answer gets its headers."""

    async def sent(message: Any) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            ours = {**_HEADERS, "content-security-policy": _POLICY}
            more = [(n.encode(), v.encode()) for n, v in ours.items() if n.encode() not in there]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


def serve(room: Classroom, ready: Callable[[], None]) -> None:
    """Serve a class until somebody interrupts it.

    Args:
        room: The class.
        ready: Called once when teams can join.

    Raises:
        KeyboardInterrupt: Somebody did.
        Failure: It cannot be served.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            room.closed = True
            await super().shutdown(sockets=sockets)

    config = uvicorn.Config(
        application(room),
        log_level="error",
        access_log=False,
        loop="asyncio",
        ws="none",
        timeout_graceful_shutdown=1,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
    )
    server = Server(config)
    server.run(sockets=[room.place.listener])
    if not server.started:
        raise Failure("the class cannot be served")
    raise KeyboardInterrupt
