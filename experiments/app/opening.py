"""Opening the page in a browser, without telling the token to the rest of the machine."""

from __future__ import annotations

import contextlib
import html
import tempfile
import webbrowser
from collections.abc import Iterator
from pathlib import Path

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
