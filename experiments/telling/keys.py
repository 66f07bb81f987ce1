"""What the keys of a scenario are, mean and are measured in, without what measures need."""

from __future__ import annotations

import functools

from tsunagari.experiments.words import spoken, texts
from tsunagari.experiments.words.messages import told
from tsunagari.sim.paths import path_of

_LISTS = ("firms", "segments", "claims", "events")
_OF_THE_DISCIPLINE = " Nothing means the discipline's."


def meanings(english: str) -> str:
    """What the schema says of a key, in the language that is spoken as far as that has it."""
    if spoken() == "en":
        return english
    known = {meaning: key for key, (_, meaning) in known_keys().items()}
    bare = english.removesuffix(_OF_THE_DISCIPLINE).removesuffix(".")
    key = known.get(f"{bare}.")
    found = texts(spoken(), "schema").get(key or "") or told(f"{bare}.")
    return english if found == f"{bare}." else found


def key_of(path: str) -> str:
    """A path without the names of what it leads through.

    ``firms.Lean.price``, ``disciplines.none.price`` and ``events.0.enter.price`` are all
    ``firms.price``; a whole firm is ``firms``.
    """
    parts = [str(part) for part in path_of(path)]
    if parts[0] in _LISTS:
        parts = [parts[0], *parts[2:]]
    if parts[0] == "disciplines" and len(parts) == 3:
        parts = ["firms", parts[2]]
    if parts[:2] == ["events", "enter"] and len(parts) == 3:
        parts = ["firms", parts[2]]
    return ".".join(parts)


@functools.cache
def known_keys() -> dict[str, tuple[str, str]]:
    """Unit and English meaning of every key of the schema."""
    from tsunagari.sim.scenario import Scenario
    from tsunagari.sim.schema.keys import keys

    found: dict[str, tuple[str, str]] = {}
    for key in keys(Scenario):
        name = key_of(key.path.replace("[]", ".0"))
        found.setdefault(name, (key.unit, key.meaning.removesuffix(_OF_THE_DISCIPLINE)))
    return found
