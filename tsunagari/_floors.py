"""Are the folders that Tsunagari is made of really Tsunagari's?

They are packages of plain names, and somebody else's ``agents`` may come first on the path.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

FLOORS = ("agents", "sim", "experiments", "scenarios")


def stranger() -> str | None:
    """A sentence about a floor that is missing or somebody else's; None if all is well."""
    home = Path(__file__).resolve().parent.parent
    for name in FLOORS:
        spec = importlib.util.find_spec(name)
        places = list(spec.submodule_search_locations or ()) if spec is not None else []
        if spec is not None and not places and spec.origin:
            places = [spec.origin]
        if not places:
            return f"the package '{name}', a part of tsunagari, is missing; install tsunagari again"
        if not any(Path(place).resolve() == home / name for place in places):
            return (
                f"tsunagari needs its own package '{name}', but Python finds another one at "
                f"{places[0]}; run it where that one is not on the path, "
                "for instance in an environment of its own"
            )
    return None
