"""The browser that tests of pages and reports open: Debian's Chromium, or one already here."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_LISTS = ("apt-get", "update")
_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars")
"""For ``launch(args=…)``: a sandbox and shared memory are not to be had in every container."""


def executable() -> Path:
    """Chromium on PATH, else installed from Debian's packages; skips the test with the reason.

    Returns:
        The program's path, for Playwright's ``chromium.launch(executable_path=…)``.
    """
    found, reason = _executable()
    if found is None:
        pytest.skip(reason)
    return found


@cache
def _executable() -> tuple[Path | None, str]:
    """The program, or why there is none; looked for and installed once per process."""
    found = _on_path()
    if found is not None:
        return found, ""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None, "no Chromium on PATH, and only root on Debian can install one"
    for command in (_LISTS, _INSTALL):  # a new machine's lists may be empty, or old
        done = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
    found = _on_path()
    if found is None:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        return None, f"Chromium could not be installed: {lines[-1]}"
    return found, ""


def _on_path() -> Path | None:
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None:
            return Path(path)
    return None
