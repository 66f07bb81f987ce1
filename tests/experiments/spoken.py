"""A tab without a browser: what somebody can send who speaks to a server of the page directly."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

_WAIT = 60.0


@dataclass(frozen=True)
class Answer:
    """What a server answers.

    Attributes:
        status: The number.
        headers: By name, in small letters.
        body: Its bytes.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def asked(url: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to one request; ``X_Y`` stands for the header ``X-Y``."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=given, method=method)
    try:
        with urllib.request.urlopen(request, timeout=_WAIT) as found:
            return _answer(found.status, found.headers, found.read())
    except urllib.error.HTTPError as found:
        return _answer(found.code, found.headers, found.read())


def _answer(status: int, headers: Any, body: bytes) -> Answer:
    return Answer(status, {name.lower(): value for name, value in headers.items()}, body)


def cookie_of(url: str) -> str:
    """The cookie that an address with its token is exchanged for."""
    return asked(url).headers["set-cookie"].partition(";")[0]


class Line:
    """The line to a tab of one's own.

    Attributes:
        states: What is shown by every part of the page: value by property, by the part's number.
    """

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        base = f"{there.scheme}://{there.netloc}"
        kernel, self._session = str(uuid4()), str(uuid4())
        self._open = contextlib.ExitStack()
        socket = connect(
            f"ws://{there.netloc}/jupyter/api/kernels/{kernel}/channels?session_id={self._session}",
            origin=base,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie_of(url)},
            max_size=None,
        )
        self._socket = self._open.enter_context(socket)
        self.states: dict[str, dict[str, Any]] = {}
        self._answered: set[str] = set()
        self._heard = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.control = str(uuid4())
        self.message("comm_open", {"comm_id": self.control, "target_name": "solara.control"})
        run = {"path": "/", "dark": False, "themes": {}, "appName": None}
        self.message("comm_msg", self.said(self.control, {"method": "run", "args": run}))
        self.wait(lambda: self.shown["run"] == 1)

    def close(self) -> None:
        """Hang up."""
        self._open.close()

    @property
    def shown(self) -> dict[str, Any]:
        """What the bar at the top shows; before there is one, that nothing runs."""
        found = [state for state in self.states.values() if "file" in state]
        return json.loads(found[-1]["state"]) if found else {"run": 0}  # type: ignore[no-any-return]

    @property
    def changed(self) -> dict[str, Any]:
        """The values that wait for a reset."""
        found = next(state for state in self.states.values() if "spec" in state)
        return json.loads(found["state"])["changed"]  # type: ignore[no-any-return]

    @property
    def spec(self) -> list[dict[str, Any]]:
        """The sliders on offer."""
        found = next(state for state in self.states.values() if "spec" in state)
        return json.loads(found["spec"])  # type: ignore[no-any-return]

    def part(self, event: str) -> str:
        """The number of the first part of the page that has an event."""
        return next(
            number for number, state in self.states.items() if event in state.get("events", ())
        )

    def event(self, name: str, data: Any = None, part: str | None = None) -> None:
        """Send an event of the page, and wait until it is dealt with."""
        self.message("comm_msg", self.event_of(name, data, part))
        self.settle()

    def event_of(self, name: str, data: Any, part: str | None = None) -> dict[str, Any]:
        """What is sent for an event."""
        content = {"event": name, "data": data}
        return self.said(part or self.part(name), {"method": "custom", "content": content})

    @staticmethod
    def said(channel: str, data: Any) -> dict[str, Any]:
        """What is sent on a channel."""
        return {"comm_id": channel, "data": data}

    def message(self, kind: Any, content: Any) -> str:
        """Send a message of the protocol."""
        number = str(uuid4())
        header = {"msg_id": number, "msg_type": kind, "session": self._session, "username": ""}
        whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self.raw(json.dumps({**whole, "channel": "shell"}))
        return number

    def raw(self, text: str | bytes) -> None:
        """Send anything."""
        self._socket.send(text)

    def settle(self) -> None:
        """Wait until all that was sent is dealt with: messages are taken one after the other."""
        number = self.message("kernel_info_request", {})
        self.wait(lambda: number in self._answered)

    def wait(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + _WAIT
        with self._heard:
            while not holds():
                assert time.monotonic() < end, f"it never came true: {self.shown}"
                self._heard.wait(1.0)

    def refused(self) -> str:
        """What the page says of the last message, once it says that it was refused."""
        # A month that has just been lived may be on its way to the page, and goes first.
        self.wait(lambda: bool(self.shown["refused"]))
        return str(self.shown["refused"])

    def read(self) -> None:
        """Do something that is allowed, upon which the page no longer says what was refused."""
        self.event("pause")
        self.wait(lambda: not self.shown["refused"])

    def step(self) -> None:
        """Live a month; begin anew first if the run is at its end."""
        if self.shown["month"] >= self.shown["months"]:
            run = self.shown["run"]
            self.event("forget")
            self.event("reset")
            self.wait(lambda: self.shown["run"] == run + 1)
        self.event("pause")
        self.wait(lambda: not self.shown["playing"])
        self.settle()
        before = self.shown["month"]
        self.event("step")
        self.wait(lambda: self.shown["month"] > before)

    def _listen(self) -> None:
        try:
            for text in self._socket:
                self._take(json.loads(text))
        except ConnectionClosed:
            return

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        with self._heard:
            if kind == "comm_open":
                self.states[content["comm_id"]] = dict(content["data"].get("state", {}))
            elif kind == "comm_msg" and content["data"].get("method") == "update":
                self.states[content["comm_id"]].update(content["data"]["state"])
            elif kind == "kernel_info_reply":
                self._answered.add(message["parent_header"]["msg_id"])
            self._heard.notify_all()
