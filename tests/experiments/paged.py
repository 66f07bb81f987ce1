"""A server of the page in a process of its own, and what a browser sees of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chromium import ARGUMENTS, executable
from playwright.sync_api import BrowserContext, Page, sync_playwright

WAIT = 60_000
"""Milliseconds: a first run compiles the engine, and machines are busy."""

_WATCHED = """
import sys

def watch(event, arguments):
    if event == "socket.getaddrinfo" and arguments[0] not in (None, "127.0.0.1", "localhost"):
        print("looked up", arguments[0], file=sys.stderr)
    if event == "socket.connect" and str(arguments[1][0]) not in ("127.0.0.1", "::1"):
        print("connected to", arguments[1], file=sys.stderr)

sys.addaudithook(watch)
from tsunagari.__main__ import command
command()
"""
"""The program, which says on stderr when it reaches for another machine."""


class Server:
    """``tsunagari app`` in a process of its own.

    Attributes:
        url: Where it is.
        process: The process.
    """

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-c", _WATCHED, "app", *arguments, "--no-browser"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise AssertionError(self.process.communicate()[1])

    def interrupt(self, seconds: float = 20.0) -> tuple[int, str]:
        """What it ends with after Ctrl-C: the exit status, and what it said."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=seconds)
        return self.process.returncode, said

    def resident(self) -> int:
        """Bytes of memory that the process has now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def served(*arguments: str) -> Iterator[Server]:
    """A server for the length of a block."""
    server = Server(*arguments)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.communicate()


@contextlib.contextmanager
def browsing() -> Iterator[BrowserContext]:
    """A browser for the length of a block; its tabs share what has been loaded before."""
    program = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(ARGUMENTS))
        size = {"width": 1280, "height": 800}
        try:
            yield browser.new_context(viewport=size, accept_downloads=True)  # type: ignore[arg-type]
        finally:
            browser.close()


def boxes(page: Page) -> list[str]:
    """Japanese words whose letters are drawn as boxes: they are narrower than letters."""
    found: list[str] = page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
          for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const text = node.textContent.trim(), range = document.createRange();
            if (!/^[\u3041-\u30fa\u4e00-\u9fff]{2,12}$/.test(text)) continue;
            range.selectNodeContents(node);
            const { width, height } = range.getBoundingClientRect();
            const parent = node.parentElement, scale = parent.getScreenCTM?.().a ?? 1;
            const size = scale * parseFloat(getComputedStyle(parent).fontSize);
            if (height && height < 2.2 * size && width < 0.8 * size * text.length) found.push(text);
          }
          return found;
        }"""
    )
    return found


class Tab:
    """A tab with the page, and all that went wrong in it.

    Attributes:
        page: As Playwright drives it.
        wrong: Errors on the console, exceptions, failed requests, and requests to other hosts.
    """

    def __init__(self, browser: BrowserContext, url: str) -> None:
        self.wrong: list[str] = []
        self.url = url
        self.page: Page = browser.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"exception: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def opened(self) -> Page:
        """The page, once a market is there."""
        self.page.goto(self.url)
        self.wait_for_month(0)
        self.page.wait_for_selector("#ts-plot-share .line", state="attached")
        return self.page

    def close(self) -> None:
        """Close the tab as somebody does who clicks on its cross."""
        self.page.close(run_before_unload=False)

    def wait_for_month(self, month: int) -> None:
        """Wait until the page shows a month or a later one, and is ready for more."""
        self.page.wait_for_function(
            "month => { const shown = document.querySelector('#ts-month');"
            " return shown && Number(shown.textContent) >= month; }",
            arg=month,
            polling=20,  # by the clock: a tab behind another draws no frames to poll by
        )

    def month(self) -> int:
        """The month that the page shows."""
        return int(self.page.inner_text("#ts-month"))

    def step(self, months: int) -> None:
        """Click "Step" so many times, each time waiting for the picture."""
        for _ in range(months):
            before = self.month()
            self.page.click("#ts-step")
            self.wait_for_month(before + 1)

    def reset(self) -> None:
        """Click "Reset" and wait for the new market: the old one may be at month 0 already."""
        run = int(self.page.get_attribute("#ts-month", "data-run") or 0)
        self.page.click("#ts-reset")
        self.page.wait_for_function(
            "run => { const shown = document.querySelector('#ts-month');"
            " return shown && Number(shown.dataset.run) > run && shown.textContent === '0'; }",
            arg=run,
            polling=20,
        )
        self.page.wait_for_selector("#ts-step:not([disabled])")

    def put(self, path: str, value: str) -> None:
        """Type a value into the field of a key that is on the page."""
        field = f'[data-path="{path}"] input[type="number"]'
        self.page.fill(field, value)
        self.page.press(field, "Enter")

    def lines(self, which: str = ".line:not(.before)") -> list[str]:
        """The lines of market share as they are drawn: the run's, or those of the run before."""
        found = f"[...document.querySelectorAll('#ts-plot-share {which}')]"
        paths: list[str] = self.page.evaluate(f"{found}.map(line => line.getAttribute('d'))")
        return paths

    def told(self) -> list[str]:
        """The differences from the untouched market, a sentence a firm."""
        return [text.strip() for text in self.page.locator("#ts-told li").all_inner_texts()]

    def figures(self) -> dict[str, list[str]]:
        """The table of this month's figures, a row a firm."""
        rows: list[list[str]] = self.page.evaluate(
            "[...document.querySelectorAll('#ts-figures tbody tr')]"
            ".map(row => [...row.children].map(cell => cell.textContent.trim()))"
        )
        return {row[0]: row[1:] for row in rows}

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def _asked(self, request: Any) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.wrong.append(f"asked another host: {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.url}")
