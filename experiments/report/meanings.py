"""What a key of a scenario means and in what it is measured, in the reader's language."""

from __future__ import annotations

import functools

from experiments.words import Words, texts
from sim.paths import path_of

_LISTS = ("firms", "segments", "claims", "events")
_OF_THE_DISCIPLINE = " Nothing means the discipline's."


def meaning_of(path: str, words: Words) -> tuple[str, str]:
    """Unit and meaning of a key by its path; both empty for what is no key.

    Where there is no word for it in the reader's language it is that of the schema, in English.
    """
    key = key_of(path)
    unit, meaning = _schema().get(key, ("", ""))
    return words.unit(unit), texts(words.language, "schema").get(key, meaning)


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


def known_keys() -> dict[str, str]:
    """Every key of the schema with its English meaning."""
    return {key: meaning for key, (_, meaning) in _schema().items()}


@functools.cache
def _schema() -> dict[str, tuple[str, str]]:
    from sim.scenario import Scenario
    from sim.schema.keys import keys

    found: dict[str, tuple[str, str]] = {}
    for key in keys(Scenario):
        name = key_of(key.path.replace("[]", ".0"))
        found.setdefault(name, (key.unit, key.meaning.removesuffix(_OF_THE_DISCIPLINE)))
    return found
