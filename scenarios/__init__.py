"""The scenarios that come with Tsunagari, one YAML file and one story each."""

from __future__ import annotations

import re
from pathlib import Path

_TITLE = re.compile(
    r"^title:[ \t]*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'|([^#\r\n]*?))[ \t]*(?:#|$)", re.M
)


def names() -> list[str]:
    """Names of the shipped scenarios, in the order of the alphabet."""
    return sorted(file.stem for file in _folder().glob("*.yaml"))


def path(name: str) -> Path:
    """The file of a shipped scenario.

    Raises:
        KeyError: None has that name.
    """
    if name not in names():
        raise KeyError(f"no shipped scenario is called {name!r}; there are {', '.join(names())}")
    return _folder() / f"{name}.yaml"


def title(name: str) -> str:
    """A shipped scenario's title; its name where it has none.

    Raises:
        KeyError: None has that name.
    """
    found = _TITLE.search(path(name).read_text(encoding="utf-8-sig"))
    if found is None:
        return name
    double, single, bare = found.groups()
    if double is not None:
        return re.sub(r"\\(.)", r"\1", double)
    return single.replace("''", "'") if single is not None else bare


def _folder() -> Path:
    # Installed as plain files in a clone, an editable install and a wheel alike.
    return Path(__file__).resolve().parent
