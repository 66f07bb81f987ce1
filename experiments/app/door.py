"""The door between a browser and its tab: what a page of ours sends passes, and nothing else.

Solara's page speaks the protocol of Jupyter's kernels, in which a browser may set every property of
every widget, have widgets of any class of any module made, and call their methods. This page needs
none of that: its components call the events they were given, and that is all that is let in. Every
message is written anew from what was checked; what is not known is not handed on.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from solara.server.server import process_kernel_messages as _process

from tsunagari.sim.problems import Problem, Problems

MOST_BYTES = 1 << 20
"""Of a message at all; a longer one ends the connection before it is read."""
_MOST_CHARACTERS = 10_000
"""Of a message of this page; the longest has a path and a number in it."""
_A_SECOND = 100
"""Messages of one tab that are read in a second, after a burst of as many times four."""
_MOST_CONTROLS = 16
"""Channels of a tab; the page opens one or two whenever it connects anew."""
_ID = re.compile(r"[0-9a-zA-Z_-]{1,64}")
_RUN = {"path": "/", "dark": False, "themes": {"light": {}, "dark": {}}, "appName": None}
"""The one way to start the page."""
_CONTROLS = {
    "solara.control": ("run", "app-status"),
    "jupyter.widget.control": ("request_states",),
}
"""What may be asked on which channel that a browser opens."""

type Receive = Callable[[], Awaitable[Any]]


def paced(receive: Receive) -> Receive:
    """A way to receive on which messages come as JSON, and not faster than a page sends them.

    What is no JSON comes as ``null``: the door tells its tab, and the connection lives on.
    """
    left, then = float(4 * _A_SECOND), time.monotonic()

    async def received() -> Any:
        nonlocal left, then
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        now = time.monotonic()
        left, then = min(4.0 * _A_SECOND, left + (now - then) * _A_SECOND) - 1.0, now
        if left < 0.0:
            await asyncio.sleep(-left / _A_SECOND)
        return {"type": "websocket.receive", "text": _readable(message.get("text"))}

    return received


def _readable(text: str | None) -> str:
    """A message as it came; ``null`` for one that is too long, or no JSON."""
    if text is None or len(text) > _MOST_CHARACTERS:
        return "null"
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "null"
    return text


def guarding(tell: Callable[[Exception], None]) -> Callable[[Any, Any], bool]:
    """Solara's handling of messages, for those that pass the door.

    Args:
        tell: Called in the tab's context with what was wrong with a message.
    """

    def process(kernel: Any, message: Any) -> bool:
        try:
            return bool(_process(kernel, passing(kernel, message)))
        except Exception as problem:  # told in the tab, which lives on
            tell(problem)
            return True

    return process


def passing(kernel: Any, message: Any) -> dict[str, Any]:
    """What is handed on of a message from a browser.

    Args:
        kernel: The tab's.
        message: Whatever was sent.

    Raises:
        Problems: It is none that this page sends; what it was is not repeated.
    """
    header, content = _mapping(message, "header"), _mapping(message, "content")
    kind = header.get("msg_type")
    if kind == "kernel_info_request":
        wanted: dict[str, Any] = {}
    elif kind == "comm_info_request":
        wanted = {"target_name": "jupyter.widget"}
    elif kind == "comm_open":
        wanted = _opened(kernel, content)
    elif kind == "comm_msg":
        wanted = {"comm_id": content.get("comm_id"), "data": _said(kernel, content)}
    elif kind == "comm_close":
        if _channel(kernel, content).target_name not in _CONTROLS:
            raise _refused("parts of the page are not closed by the browser")
        wanted = {"comm_id": content["comm_id"], "data": {}}
    else:
        raise _refused("the browser asked for something that this page does not do")
    return {
        "header": {**{key: _text(header, key) for key in ("msg_id", "session")}, "msg_type": kind},
        "parent_header": {},
        "metadata": {"version": "1.0.0"},
        "content": wanted,
        "channel": "shell",
        "buffers": [],
    }


def _opened(kernel: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """A new channel; the oldest of too many is let go."""
    comms, comm_id = kernel.comm_manager.comms, content.get("comm_id")
    if not isinstance(comm_id, str) or not _ID.fullmatch(comm_id) or comm_id in comms:
        raise _refused("the browser opened a channel under a name that is taken or no name")
    if content.get("target_name") not in tuple(_CONTROLS):
        raise _refused("the browser opened a channel that this page does not have")
    controls = [key for key, comm in comms.items() if comm.target_name in _CONTROLS]
    for key in controls[: max(0, len(controls) + 1 - _MOST_CONTROLS)]:
        del comms[key]
    return {"comm_id": comm_id, "target_name": content["target_name"], "data": {}}


def _said(kernel: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is said on a channel: a part of the page's own event, or what a page needs to begin."""
    channel, data = _channel(kernel, content), _mapping(content, "data")
    method = data.get("method")
    if channel.target_name in _CONTROLS:
        if method not in _CONTROLS[channel.target_name]:
            raise _refused("the browser asked for something that this page does not do")
        if method != "run":
            return {"method": method}
        from solara.server.kernel_context import get_current_context

        if get_current_context().container is not None:
            raise _refused("this tab has begun already")
        return {"method": "run", "args": dict(_RUN)}
    if method == "request_state":
        return {"method": method}
    if method != "custom":
        raise _refused("what is on the page is not set by the browser")
    event = _mapping(data, "content")
    name = event.get("event")
    if not event.keys() <= {"event", "data"} or name not in _events_of(content["comm_id"]):
        raise _refused("the browser sent an event that this part of the page does not have")
    return {"method": "custom", "content": {"event": name, "data": event.get("data")}}


def _events_of(comm_id: str) -> tuple[str, ...]:
    """The events of a part of this tab's page."""
    from solara.server.kernel_context import get_current_context

    widget = get_current_context().widgets.get(comm_id)
    return tuple(getattr(widget, "_event_callbacks", ()))


def _channel(kernel: Any, content: Mapping[str, Any]) -> Any:
    comm_id = content.get("comm_id")
    known = kernel.comm_manager.comms
    if not isinstance(comm_id, str) or comm_id not in known:
        raise _refused("the browser spoke of a part of the page that is not there")
    return known[comm_id]


def _mapping(message: Any, key: str) -> Mapping[str, Any]:
    found = message.get(key) if isinstance(message, dict) else None
    if not isinstance(found, dict):
        raise _refused("the browser sent something that is no message of this page")
    return found


def _text(header: Mapping[str, Any], key: str) -> str:
    found = header.get(key)
    return found if isinstance(found, str) and _ID.fullmatch(found) else ""


def _refused(why: str) -> Problems:
    return Problems([Problem("", f"{why}; nothing was changed")])
