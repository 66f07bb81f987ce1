"""What code says in English, in the reader's language: errors, notes and help.

Such a sentence stands where it is said, with what it names in it. Its Japanese is in
``messages.toml``, under the English with ``{}`` for what is named; ``{1}``, ``{0}`` in the Japanese
put it in another order. A named part that is a sentence of the table itself is told likewise.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Sequence
from importlib import resources

from tsunagari.experiments.words import Language, spoken

_PLACE = re.compile(r"\{(\d*)\}")
_ENGLISH = re.compile(r"\b[a-z]{2,}\b")
_PHRASE = re.compile(r"\b[a-z]+ [a-z]{2,}\b")
_LISTS = ((", ", "、"), (" and ", "と"), (" or ", "か"), ("; ", "。"))


def told(text: str, language: Language | None = None) -> str:
    """A sentence of the code in a language; as it stands where the table does not have it.

    Args:
        text: In English.
        language: The reader's; None: the one that is spoken.
    """
    return text if (language or spoken()) == "en" else _found(text) or text


def is_told(text: str) -> bool:
    """Whether the table has a sentence, or its parts."""
    return _found(text) is not None


@functools.cache
def messages(room: str = "") -> dict[str, str]:
    """The table: English, with ``{}`` for what is named, and Japanese; or a room of it."""
    file = resources.files("tsunagari.experiments.words") / "messages.toml"
    rooms = tomllib.loads(file.read_text(encoding="utf-8"))
    if room:
        return rooms[room]
    del rooms["predict"]  # pieces of a page, not sentences
    return {english: told for each in rooms.values() for english, told in each.items()}


def _found(text: str) -> str | None:
    """The sentence in Japanese; None where the table does not have it.

    Of several that it could be, the one that leaves the least English in what it names.
    """
    if text in messages() and "{}" not in text:
        return messages()[text]
    best: tuple[int, str] | None = None
    for longest, pattern, japanese, is_vague in _patterns():
        if longest not in text or not (match := pattern.fullmatch(text)):
            continue
        parts = [_part(part) for part in match.groups()]
        # A key, or a name of one word, is no English.
        both = zip(match.groups(), parts, strict=True)
        left = sum(len(_ENGLISH.findall(now)) for own, now in both if " " in own)
        if is_vague and any(_PHRASE.search(part) for part in parts):
            continue  # "{} to {}" is said of numbers; in a sentence that nobody knows, it is a word
        if best is None or left < best[0]:
            best = left, _filled(japanese, parts)
        if not left:
            break
    if best is None and ": " in text:  # something that is named, and what is said of it
        named, _, said = text.partition(": ")
        if not _PHRASE.search(named) and (found := _found(said)) is not None:
            return f"{named}：{found}"
    return best and best[1]


def _filled(text: str, parts: Sequence[str]) -> str:
    """A sentence with what it names in its places."""
    places = iter(range(len(parts)))
    return _PLACE.sub(lambda at: parts[int(at[1]) if at[1] else next(places)], text)


def _part(text: str) -> str:
    """What a sentence names: a sentence itself, or several of them, or somebody's own word."""
    whole = _found(text)
    if whole is not None:
        return whole
    for between, japanese in _LISTS:
        parts = text.split(between)
        found = [_found(part) or ("" if " " in part else part) for part in parts]
        is_sentence = any(
            part != own and " " in own for part, own in zip(found, parts, strict=True)
        )
        if is_sentence and all(found):
            return japanese.join(found)
    return text


@functools.cache
def _patterns() -> list[tuple[str, re.Pattern[str], str, bool]]:
    """Those that name something, the most said first: longest piece, English, Japanese, vague.

    A vague one says next to nothing by itself.
    """
    found = []
    for english, japanese in messages().items():
        pieces = english.split("{}")
        if len(pieces) < 2:
            continue
        bare = english.replace("{}", "")
        for pattern in _readings(re.escape(english).replace(r"\{\}", "(.*?)")):
            kept = re.compile(pattern, re.DOTALL), japanese, len(re.findall("[a-z]+", bare)) < 3
            found.append(((-len(bare), len(pieces)), (max(pieces, key=len), *kept)))
    found.sort(key=lambda one: one[0])
    return [one for _, one in found]


def _readings(pattern: str) -> Sequence[str]:
    """Where one named thing may end and the next begin, if nothing but a space stands between."""
    spaced = pattern.replace(r"(.*?)\ (.*?)", r"(.*)\ (.*?)")
    splits = ("(.*)(.*?)", r"(.*?)([ :;,(].*)")
    ways = [way.replace("(.*?)(.*?)", split) for way in (spaced, pattern) for split in splits]
    return list(dict.fromkeys(ways))
