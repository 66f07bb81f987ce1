"""What the page is asked is guarded: hostile clients against a real server, and random ones."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.experiments.paged import Server, served
from tests.experiments.spoken import Line, asked, cookie_of
from tsunagari.experiments.app.guard import Access, Hosts, guarded, is_loopback, shown
from tsunagari.experiments.app.server import bound
from tsunagari.experiments.app.session import Room
from tsunagari.experiments.cli.show import _reached_by
from tsunagari.sim.problems import Problems
from tsunagari.sim.scenario import Scenario

SIZE = ("--customers", "150", "--months", "12")
KERNEL = "/jupyter/api/kernels/9b0a6f9e-0c6a-4d3c-9f0b-6a1f2f0f7b11/channels"
SESSION = "?session_id=9b0a6f9e-0c6a-4d3c-9f0b-6a1f2f0f7b12"


POISON = {
    "X_Script_Name": "//evil.example",
    "Script_Name": "//evil.example",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Prefix": "/evil",
    "Forwarded": "host=evil.example",
}
"""What a proxy says, or somebody who would like to be taken for one."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server whose very first visitor lies about where it is."""
    with served("three-disciplines", *SIZE, "--quiet") as found:
        assert asked(found.url, **POISON).status == 200
        yield found
        assert found.process.poll() is None
        _, said = found.interrupt()
        assert said == "interrupted\n", "no traceback, and nothing looked up"


@pytest.fixture(scope="module")
def line(server: Server) -> Iterator[Line]:
    found = Line(server.url)
    yield found
    found.close()


def base(server: Server) -> str:
    there = urlsplit(server.url)
    return f"{there.scheme}://{there.netloc}"


def connected(url: str, origin: Any, cookie: str = "") -> Any:
    """A line to a server, from a page of some origin."""
    headers = {"Cookie": cookie}
    there = f"ws://{urlsplit(url).netloc}{KERNEL}{SESSION}"
    return connect(there, origin=origin, additional_headers=headers)


# -- who asks ------------------------------------------------------------------------------------


def test_without_the_token_there_is_nothing_to_see(server: Server) -> None:
    here = base(server)
    pages = ("/", "/?token=", "/?token=wrong", "/?token=wrong&token=x", "/readyz", "/nowhere")
    assets = ("/static/assets/style.css", "/jupyter/nbextensions/jupyter-vue/nodeps.js")
    for path in (*pages, *assets, "/_tsunagari/japanese.ttf"):
        answer = asked(here + path)
        assert answer.status == 403, path
        assert "tsunagari app" in answer.body.decode()
        assert "set-cookie" not in answer.headers
    forged = asked(here, Cookie=f"tsunagari-{urlsplit(here).port}=0123.{'0' * 64}")
    assert forged.status == 403
    with pytest.raises(InvalidStatus, match="403"), connected(here, here):
        pass


def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_site_reads(
    server: Server,
) -> None:
    answer = asked(server.url)
    assert answer.status == 200
    name, *attributes = answer.headers["set-cookie"].split("; ")
    assert name.startswith(f"tsunagari-{urlsplit(server.url).port}=")
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Strict"}
    token = server.url.partition("token=")[2]
    assert len(token) >= 32
    assert token not in name
    assert token.encode() not in answer.body
    assert asked(base(server), Cookie=name.partition(";")[0]).status == 200


def test_every_answer_has_its_headers(server: Server) -> None:
    cookie = cookie_of(server.url)
    for path, status in (("/", 200), ("/static/assets/style.css", 200), ("/nowhere", 404)):
        answer = asked(base(server) + path, Cookie=cookie)
        assert answer.status == status
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in answer.headers
    assert asked(base(server), Cookie=cookie).headers["cache-control"] == "no-store"
    assert asked(base(server)).headers["x-frame-options"] == "DENY"


def test_no_path_leads_out_of_what_the_page_needs(server: Server) -> None:
    there, cookie = urlsplit(server.url), cookie_of(server.url)
    up = "/".join(["%2e%2e"] * 12)
    for path in (
        *(f"/{room}/{up}/etc/passwd" for room in ("static/assets", "jupyter/nbextensions")),
        *("/static/assets//etc/passwd", "/static/assets/a%00b", "/static/assets/" + "a" * 280),
        *("/static/public/x", "/static/main.js", "/readyz", "/resourcez", "//evil.example/"),
    ):
        line = http.client.HTTPConnection(there.hostname or "", there.port)
        line.request("GET", path, headers={"Cookie": cookie})
        assert line.getresponse().status == 404, path
        line.close()


def test_what_requests_say_of_paths_and_hosts_is_not_believed(server: Server) -> None:
    nonces = re.compile(rb'nonce="[^"]+"')
    lying, plain = asked(server.url, **POISON), asked(server.url)
    assert lying.status == plain.status == 200
    assert b"evil" not in lying.body + plain.body
    assert nonces.sub(b"", lying.body) == nonces.sub(b"", plain.body)
    assert "evil" not in str(lying.headers) + str(plain.headers)
    assert asked(server.url, Host="evil.example").status == 421
    cookie = cookie_of(server.url)
    with connected(server.url, base(server), cookie):
        pass
    for origin in ("http://evil.example", "null", None):
        with pytest.raises(InvalidStatus, match="403"), connected(server.url, origin, cookie):
            pass
    close = f"{base(server)}/_solara/api/close/x{SESSION}"
    assert asked(close, "POST", Cookie=cookie, Origin="http://evil.example").status == 403
    assert asked(close, "POST", Cookie=cookie, Origin=base(server)).status == 204


def test_without_a_token_only_names_and_origins_count() -> None:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        said.append("served")

    async def send(message: Any) -> None:
        said.append(message.get("status", message.get("code")))

    guard = guarded(application, Hosts("127.0.0.1"), Access(8765, token=""))
    here, elsewhere = "http://127.0.0.1:8765", "http://evil.example"
    for kind, host, origin, answer in (
        ("http", "127.0.0.1:8765", None, "served"),
        ("http", "evil.example", None, 421),
        ("websocket", "127.0.0.1:8765", here, "served"),
        ("websocket", "127.0.0.1:8765", elsewhere, 1008),
        ("websocket", "127.0.0.1:8765", None, 1008),
    ):
        said: list[Any] = []
        headers = [(b"host", host.encode()), *([(b"origin", origin.encode())] if origin else [])]
        scope = {"type": kind, "method": "GET", "path": "/", "headers": headers}
        asyncio.run(guard({**scope, "server": ("127.0.0.1", 8765)}, None, send))
        assert said[0] == answer
    assert "under any account of it" in " ".join(_reached_by("127.0.0.1", no_token=True))


@pytest.mark.parametrize(
    ("listening", "told", "named", "server", "allowed"),
    [
        ("127.0.0.1", (), "127.0.0.1:8765", "127.0.0.1", True),
        ("127.0.0.1", (), "localhost:9000", "127.0.0.1", True),
        ("127.0.0.1", (), "evil.example:8765", "127.0.0.1", False),
        ("127.0.0.1", (), "192.168.1.7", "127.0.0.1", False),
        ("127.0.0.1", (), "127.0.0.1.evil.example", "127.0.0.1", False),
        ("127.0.0.1", (), "user@127.0.0.1", "127.0.0.1", False),
        ("127.0.0.1", (), "", "127.0.0.1", False),
        ("127.0.0.1", (), "[", "127.0.0.1", False),
        ("::1", (), "[::1]:8765", "::1", True),
        ("192.168.1.7", (), "192.168.1.7:8765", "192.168.1.7", True),
        ("192.168.1.7", (), "evil.example", "192.168.1.7", False),
        ("192.168.1.7", (), "localhost", "192.168.1.7", False),
        ("lecture.example", (), "Lecture.example:8765", "192.168.1.7", True),
        ("0.0.0.0", (), "192.168.1.7:8765", "192.168.1.7", True),
        ("0.0.0.0", (), "127.0.0.1:8765", "127.0.0.1", True),
        ("0.0.0.0", (), "10.0.0.9:8765", "192.168.1.7", False),
        ("0.0.0.0", (), "0.0.0.0:8765", "127.0.0.1", False),
        ("0.0.0.0", (), "evil.example:8765", "192.168.1.7", False),
        ("0.0.0.0", ("Laptop.local",), "laptop.local:8765", "192.168.1.7", True),
        ("0.0.0.0", ("laptop.local",), "evil.example", "192.168.1.7", False),
        ("::", (), "192.168.1.7", "::ffff:192.168.1.7", True),
    ],
)
def test_a_server_answers_to_its_own_names(
    listening: str, told: tuple[str, ...], named: str, server: str, allowed: bool
) -> None:
    assert Hosts(listening, told).allows(named, server) is allowed


def test_the_address_that_is_printed_is_one_that_opens() -> None:
    assert shown("192.168.1.7", ("laptop.local",)) == "192.168.1.7"
    assert shown("0.0.0.0", ("laptop.local",)) == "laptop.local"
    address = shown("0.0.0.0", ())
    assert Hosts("0.0.0.0").allows(f"{address}:8765", address)


@pytest.mark.parametrize("name", ["http://laptop", "laptop:8765", "*", "", "a b", "laptop/x"])
def test_a_name_that_is_none_is_told(name: str) -> None:
    with pytest.raises(Problems, match="without http:// and port"):
        bound("127.0.0.1", None, told=("laptop.local", "fe80::1", name))


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("a.b", False)],
)
def test_loopback_names(host: str, own: bool) -> None:
    assert is_loopback(host) is own


# -- what is asked -------------------------------------------------------------------------------

SECRET = "the first line of a file that nobody should see"


def hostile_values(file: Path) -> list[tuple[Any, Any]]:
    """Path and value of what no slider sends."""
    return [
        ("network.file", str(file)), ("network.kind", "file"), ("extends", str(file)),
        ("network", {"kind": "file", "file": str(file)}), ("firms.Lean.discipline", "os:System"),
        ("firms.Lean.name", str(file)), ("measures", {"x": "y"}), ("title", "x" * 5000),
        ("firms.0.price", 1.0), ("firms.Lean", {}), ("events", [{"month": 3}]), ("events.0", None),
        ("events.0.enter.discipline", "os:System"), ("events.99.month", 3), ("events.-1", False),
        ("firms.Lean.price", "1"), ("firms.Lean.price", True), ("firms.Lean.price", [1]),
        ("firms.Lean.price", 10**300), ("market.customers", 10**18), ("", 1), (None, 1), ([], 1),
        ({"path": 1}, 1), ("seed", {}), ("firms.Lean.price\x1b[2J", 1), ("__class__", 1),
    ]  # fmt: skip


def test_no_slider_reaches_a_file_or_code(line: Line, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    for path, value in hostile_values(file):
        line.read()
        line.event("set_value", {"path": path, "value": value})
        assert line.refused(), (path, value)
        assert line.changed == {}
    assert SECRET not in json.dumps(line.states)
    line.event("set_value", {"path": "firms.Lean.price", "value": 0.9})
    assert line.changed == {"firms.Lean.price": 0.9}
    line.wait(lambda: line.shown["refused"] == "")
    line.event("forget")
    line.step()


@pytest.mark.parametrize(
    ("event", "said"),
    [
        *(("set_value", said) for said in ({"path": "events.0"}, {"value": 3}, {}, None, [], "x")),
        ("set_value", {"path": "seed", "value": 1, "more": 1}),
        *(("pace", said) for said in (10**300, 1e300, -1, "1", None, True, [], 0.2)),
        *(("choose", said) for said in ("/etc/passwd", None, {}, [], 3)),
        *(("fetch", said) for said in ("/etc/passwd", None, {}, [])),
        *(("person", said) for said in ("1", {}, 10**300, 1.5, True)),
        *(("drawn", said) for said in (10**300, "1", None, -1, {}, 1.5)),
        *(("act", said) for said in (None, [], "x", {"do": "quit"}, {"do": "leave", "firm": []})),
        ("act", {"do": "enter", "like": "os:System", "name": "x"}),
        ("act", {"do": "set", "path": "network.file", "value": "/etc/passwd"}),
        *(("show", said) for said in ("market_share", "/etc/passwd", None, {}, [])),
        *(("restore", said) for said in (None, [], {}, "x", {"source": "/etc/passwd"})),
        ("restore", {"source": "/etc/passwd", "set": {}, "acts": [], "month": 0}),
    ],
)
def test_a_bad_event_is_a_message_in_a_tab_that_works(line: Line, event: str, said: Any) -> None:
    line.event(event, said)
    assert line.refused()
    line.step()
    line.wait(lambda: not line.shown["refused"])
    assert line.changed == {}


def test_a_chart_shows_only_what_it_offers(line: Line) -> None:
    states = line.states.items()
    charts = [number for number, state in states if "drawing" in state]
    for said in ("market_share", "/etc/passwd", None, {}, []):
        line.read()
        line.event("choose", said, part=charts[-1])
        assert "this chart" in line.refused()
    line.step()


def test_the_protocol_behind_the_page_runs_no_code_and_sets_nothing(
    line: Line, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    bar, before = line.part("pace"), len(line.states)
    popen = ["subprocess", "Popen"]
    started = {"create_widget": popen, "id": "x", "props": {"args": ["touch", str(mark)]}}
    called = {"update_ref": {"functionRef": "close"}, "id": bar, "prop": "state"}
    update = {"method": "update", "state": {"template": "x", "state": "{}"}, "buffer_paths": []}
    code = {"code": f"open({str(mark)!r}, 'w')", "silent": False}
    requests = (
        "execute_request eval inspect_request complete_request shutdown_request interrupt_request "
        "is_complete_request input_reply debug_request history_request"
    ).split()
    contents = (
        *(started, called, {"event": "reset", "data": None, "create_widget": popen}, {}, [], None),
        *({"destroy_widget": bar}, {"event": "close", "data": 1}, {"event": ["reset"], "data": 1}),
        {"event": "__init__", "data": {}},
    )
    run = {"path": "/x", "appName": "os"}
    opened = {"comm_id": "a" * 32, "data": {"state": {"_model_module": "os"}}}
    hostile: list[tuple[Any, Any]] = [
        *((kind, code) for kind in (*requests, None, 3, [])),
        *(
            ("comm_msg", line.said(bar, {"method": "custom", "content": content}))
            for content in contents
        ),
        *(
            ("comm_msg", line.said(bar, data))
            for data in (update, {"method": "x"}, {}, [], None, "x")
        ),
        *(
            ("comm_msg", line.said(line.control, {"method": method, "args": run}))
            for method in ("run", "reload", "evict", "x", None, [])
        ),
        *(("comm_msg", content) for content in ({}, None, line.said("x", {}))),
        ("comm_msg", {"comm_id": [], "data": {}}),
        *(
            ("comm_open", {**opened, "target_name": name})
            for name in ("jupyter.widget", "os", None, [])
        ),
        *(
            ("comm_open", {"comm_id": number, "target_name": "solara.control"})
            for number in (bar, line.control, None, [], "x" * 1000, "../x")
        ),
        *(("comm_close", {"comm_id": number}) for number in (bar, "x", None)),
    ]
    for kind, content in hostile:
        line.read()
        line.message(kind, content)
        line.settle()
        assert line.refused(), (kind, content)
    deep = "[" * 4000 + "]" * 4000
    words = ("", "null", "[]", "{", "1e999", deep, '{"header": {}}', "x" * 50_000)
    for raw in (b"\x00\x00\x00\x01", *words):
        line.read()
        line.raw(raw)
        line.settle()
        assert line.refused(), raw[:20]
    assert not mark.exists()
    assert len(line.states) == before
    line.step()


def test_channels_of_a_tab_do_not_pile_up(line: Line) -> None:
    for number in range(60):
        line.message("comm_open", {"comm_id": f"c{number}", "target_name": "solara.control"})
    line.message("comm_msg", line.said("c59", {"method": "app-status"}))
    line.settle()
    line.wait(lambda: not line.shown["refused"])
    line.message("comm_msg", line.said("c0", {"method": "app-status"}))
    line.settle()
    assert "not there" in line.refused()
    line.step()


def test_markets_share_the_room_there_is() -> None:
    plan = Scenario.load("three-disciplines").with_values({"market.customers": 1000})
    room, first, second = Room(most=15_000), Room(), Room()
    room.take(first, plan)
    room.take(first, plan)  # a new one instead of the one before
    with pytest.raises(Problems, match="500 would fit; take fewer"):
        room.take(second, plan)
    room.give_back(first)
    room.take(second, plan)


# -- anything ------------------------------------------------------------------------------------


PLAIN = [
    *(None, True, False, 0, 1, -1, 0.5, 3, 10**300, -(10**20), 1e-320, float("nan"), float("inf")),
    *(
        "",
        "0.9",
        "x",
        "x" * 300,
        "x" * 3000,
        "network.file",
        "/etc/passwd",
        "ア\x1b\u202e",
        "\ud800",
    ),
    *("scenario", "report", "churn", "disruptor", 7, 20, 150, 400, -0.1, 1.9),
]


def random_value(chance: random.Random, depth: int = 0) -> Any:
    """A value as JSON has them, small or monstrous."""
    if depth > 3 or chance.random() < 0.7:
        return chance.choice(PLAIN)
    items = [random_value(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    keys = ("path", "value", "event", "data", "objectRef", "functionRef", "x")
    return items if chance.random() < 0.5 else {chance.choice(keys): item for item in items}


def random_message(
    chance: random.Random, line: Line, controls: list[dict[str, Any]]
) -> tuple[Any, Any]:
    """A message of a page that has lost its mind: from nearly right to nothing known."""
    states = line.states.items()
    parts = [(number, state["events"]) for number, state in states if state.get("events")]
    number, events = chance.choice(parts)
    data, kind = random_value(chance), chance.random()
    if kind < 0.45:
        control = chance.choice(controls)
        own = control["path"]
        value = chance.choice((data, control["value"], control.get("low"), control.get("high")))
        if own == "market.customers" and type(value) in (int, float) and value > 2000:
            value = 200  # all that is asked here is allowed; many large markets take their time
        path = chance.choice((own, own, own, "network.file", f"{own}.x", data))
        return "comm_msg", line.event_of("set_value", {"path": path, "value": value}, None)
    if kind < 0.9:
        return "comm_msg", line.event_of(chance.choice(events), data, number)
    update = line.said(number, {"method": "update", "state": data})
    kinds = ("comm_msg", "comm_open", "comm_close", "execute_request", data)
    return chance.choice(kinds), chance.choice((data, line.said(number, data), update))


def bewildered(server: Server, seed: int, count: int) -> None:
    """One tab that gets so many random messages, and plays afterwards."""
    chance, line = random.Random(seed), Line(server.url)
    controls = line.spec
    for number in range(count):
        line.message(*random_message(chance, line, controls))
        if number % 50 == 49:
            line.settle()
    line.settle()
    line.event("choose", "three-disciplines", part=line.part("pace"))
    line.event("forget")
    line.event("pace", 0)
    run = line.shown["run"]
    line.event("reset")
    line.wait(lambda: line.shown["run"] > run and not line.shown["busy"])
    line.step()
    line.event("play")
    line.wait(lambda: line.shown["month"] >= 2)
    assert not line.shown["problems"]
    line.close()


@pytest.mark.slow
def test_a_tab_survives_random_events(server: Server) -> None:
    bewildered(server, 1, 300)


@pytest.mark.exhaustive
@pytest.mark.slow
def test_tabs_survive_thousands_of_random_events(server: Server) -> None:
    for seed in range(2, 12):
        bewildered(server, seed, 500)


# -- how it is started ---------------------------------------------------------------------------


def test_the_browser_is_not_started_with_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsunagari.experiments.app import server

    given: list[str] = []
    monkeypatch.setattr(server.webbrowser, "open", given.append)
    url = "http://127.0.0.1:8765/?token=abc"
    with server.opened(url):
        file = Path(given[0].removeprefix("file://"))
        assert "abc" not in given[0]
        assert url in file.read_text(encoding="utf-8")
        assert file.parent.stat().st_mode & 0o077 == 0
    assert not file.exists()
