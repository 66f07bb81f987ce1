"""Parts of the program that are installed when asked for, and the sentence where one is missing."""

from __future__ import annotations

import importlib.util

from sim.problems import Failure

EXTRAS = {"app": "solara", "film": "imageio_ffmpeg", "cluster": "distributed"}
"""Extras of the package, each with a module that it brings."""


def need(extra: str, what: str) -> None:
    """Make sure that an extra is installed.

    Args:
        extra: One of :data:`EXTRAS`.
        what: What needs it, for the sentence.

    Raises:
        Failure: It is not; with the command that installs it.
    """
    if importlib.util.find_spec(EXTRAS[extra]) is None:
        raise Failure(f"{what} needs an extra; install it: pip install 'tsunagari[{extra}]'")
