"""Which Tsunagari this is, and which of its parts are installed."""

from __future__ import annotations

import importlib.util

from tsunagari.sim.problems import Failure

UNINSTALLED = "0+uninstalled"
"""The version of a source tree that Python runs without its having been installed."""


def version() -> str:
    """The installed version, or :data:`UNINSTALLED`."""
    import importlib.metadata

    try:
        return importlib.metadata.version("tsunagari")
    except importlib.metadata.PackageNotFoundError:
        return UNINSTALLED


EXTRAS = {"app": "solara", "film": "imageio_ffmpeg", "cluster": "distributed", "excel": "openpyxl"}
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
