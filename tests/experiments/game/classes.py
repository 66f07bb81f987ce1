"""A class in a process of its own, and those who are in it: clients of its server."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Client:
    """A browser's part of the talk: cookies kept, nothing else.

    Attributes:
        base: Where the server is.
        cookies: What it was given.
    """

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """One request: status, body and headers of the answer."""
        place = urlsplit(self.base)
        line = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        sent = {"Host": place.netloc, "Cookie": "; ".join(
            f"{key}={value}" for key, value in self.cookies.items())}  # fmt: skip
        if body is not None:
            sent |= {"Origin": f"http://{place.netloc}", "Content-Type": "application/json"}
        sent |= {key.replace("_", "-"): value for key, value in headers.items()}
        with contextlib.closing(line):
            line.request(method, path, body, {key: value for key, value in sent.items() if value})
            answer = line.getresponse()
            for key, value in answer.getheaders():
                if key.lower() == "set-cookie":
                    name, _, held = value.partition(";")[0].partition("=")
                    self.cookies[name] = held
            return answer.status, answer.read(), dict(answer.getheaders())

    def get(self, path: str) -> Any:
        """What a page of JSON says."""
        status, body, _ = self.send("GET", path)
        assert status == 200, (path, status, body[:300])
        return json.loads(body)

    def post(self, path: str, message: Any) -> tuple[int, Any]:
        """What is answered to a message."""
        status, body, _ = self.send("POST", path, json.dumps(message).encode())
        return status, json.loads(body)

    def parts(self, path: str = "/state") -> dict[str, str]:
        """The parts of a page."""
        found: dict[str, str] = self.get(path)["parts"]
        return found


@dataclass
class Team(Client):
    """A team on its phone.

    Attributes:
        name: Of the team.
        key: Its way back.
    """

    name: str = ""
    key: str = ""

    def join(self, code: str) -> None:
        """Come, with the code."""
        assert self.post("/join", {"code": code, "name": self.name}) == (200, {"go": "/"})
        found = re.search(r"<strong[^>]*>([A-Z0-9]{8})<", self.parts()["key"])
        assert found is not None
        self.key = found[1]

    def come_back(self, code: str) -> int:
        """Come back on another phone: the status."""
        self.cookies.clear()
        return self.post("/join", {"code": code, "key": self.key.lower()})[0]

    def plan(self) -> dict[str, Any]:
        """The plan that its page shows."""
        form = self.parts()["form"]
        plan: dict[str, Any] = {}
        for found in re.findall(r"<input ([^>]*)", form):
            values = dict(re.findall(r'(\w+)="([^"]*)"', found))
            if values["type"] == "range":
                plan[values["name"]] = float(values["value"])
            elif " checked" in found:
                plan["course"] = values["value"]
        return plan

    @property
    def firm(self) -> str:
        """The firm that its page is headed with."""
        found = re.search(r"<h1><span[^>]*>([^<]*)<", self.parts()["head"])
        assert found is not None
        return found[1]


@dataclass
class Class:
    """A class that is served.

    Attributes:
        process: The program.
        console: The teacher's address.
        base: The teams'.
        code: To join.
        teacher: Who has the console.
    """

    process: subprocess.Popen[str]
    console: str
    base: str
    code: str
    teacher: Client

    def act(self, act: str, **more: Any) -> float:
        """What the teacher does; in how many seconds it was answered."""
        begun = time.perf_counter()
        status, said = self.teacher.post("/teacher/act", {"act": act, **more})
        assert status == 200, said
        return time.perf_counter() - begun

    def team(self, name: str) -> Team:
        """A team that has joined."""
        team = Team(self.base, name=name)
        team.join(self.code)
        return team

    def debriefed(self) -> None:
        """Wait until the debrief is there."""
        self.act("debrief")
        end = time.monotonic() + 900
        while "/teacher/debrief/" not in self.teacher.parts("/teacher/state")["buttons"]:
            assert time.monotonic() < end
            time.sleep(0.5)


@contextlib.contextmanager
def classroom(*arguments: str) -> Iterator[Class]:
    """``tsunagari class`` for the length of a block; it must end well by Ctrl-C."""
    command = [sys.executable, "-m", "tsunagari", "class", *arguments, "--no-browser", "--quiet"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        assert process.stdout is not None
        console = process.stdout.readline().strip()
        if not console:
            raise AssertionError(process.communicate()[1])
        base, code = process.stdout.readline().split()
        teacher = Client(base)
        status, _, _ = teacher.send("GET", console.removeprefix(base.rstrip("/")))
        assert status == 200
        yield Class(process, console, base, code, teacher)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130, said
        assert "Traceback" not in said, said
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
