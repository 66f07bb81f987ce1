"""What a browser shows of a report and of the page, taken by headless Chromium."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsunagari.sim.problems import Failure

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE = (1280, 860)
"""Of the window in which the market is shown, pixels."""
TALL = (1100, 1980)
"""The same for a document, of which the beginning is shown."""
MONTH = 24
"""When the picture of the page in the browser is taken."""

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"]
_SECONDS_TO_START, _MILLISECONDS_TO_RUN = 120.0, 120_000.0


def picture_of_page(address: str) -> bytes:
    """The beginning of a page as a PNG, once all that it draws is drawn.

    Raises:
        Failure: There is no browser.
    """
    with _page(TALL) as page:
        page.goto(address, wait_until="load")
        page.wait_for_timeout(1500)
        return page.screenshot()


def picture_of_app(words: Sequence[str], folder: Path) -> bytes:
    """The page in the browser as a PNG: played to a month, a price cut, and played on.

    Args:
        words: The command, as ``app disruptor``.
        folder: Where it runs.

    Raises:
        Failure: There is no browser, or the server or the page does not start.
    """
    with _served(words, folder) as address, _page(SIZE) as page:
        page.goto(address, wait_until="load")
        for month in (MONTH, 2 * MONTH):
            page.locator("#ts-play:not([disabled])").click(timeout=_MILLISECONDS_TO_RUN)
            page.wait_for_function(
                f"Number(document.querySelector('#ts-month').textContent) >= {month}",
                timeout=_MILLISECONDS_TO_RUN,
            )
            page.locator("#ts-play").click()
            if month == MONTH:
                page.locator("#ts-cheaper").click()
        page.wait_for_timeout(1500)
        return page.screenshot()


@contextlib.contextmanager
def _served(words: Sequence[str], folder: Path) -> Iterator[str]:
    """The server at work, and the address that it prints."""
    from docs.makers.gallery.making import environment

    process = subprocess.Popen(
        [sys.executable, "-m", "tsunagari", *words, "--no-browser", "--quiet"],
        cwd=folder, env=environment(), stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    late = threading.Timer(_SECONDS_TO_START, process.kill)  # or reading would wait for ever
    late.start()
    try:
        address = process.stdout.readline().strip()
        if not address.startswith("http"):
            raise Failure(f"tsunagari {' '.join(words)} printed no address, but: {address!r}")
        yield address
    finally:
        late.cancel()
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def _page(window: tuple[int, int]) -> Iterator[Page]:
    """A page of a browser of its own, in light colours and without motion."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise Failure("pictures of pages are taken by Chromium, which is not on the path")
    size: Any = {"width": window[0], "height": window[1]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        try:
            context = browser.new_context(
                viewport=size, color_scheme="light", reduced_motion="reduce", locale="en-GB"
            )
            yield context.new_page()
        finally:
            browser.close()
