"""Which Tsunagari this is."""

from __future__ import annotations

UNINSTALLED = "0+uninstalled"
"""The version of a source tree that Python runs without its having been installed."""


def version() -> str:
    """The installed version, or :data:`UNINSTALLED`."""
    import importlib.metadata

    try:
        return importlib.metadata.version("tsunagari")
    except importlib.metadata.PackageNotFoundError:
        return UNINSTALLED
