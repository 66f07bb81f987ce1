"""The lines of a list of ties taken apart, and which of their columns is what by its name."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from tsunagari.experiments.words.numbers import counted
from tsunagari.sim.network.files import NetworkFileProblem

type Name = str | int | None
"""A column by the word in the header or by its number, from 1; None: by the usual words."""


class Asked(NamedTuple):
    """What a scenario says of how to read its file; the keys of ``network.columns``, and weights.

    Attributes:
        source: Column of one end of a tie.
        target: Column of the other end.
        weight: Column, or attribute, of the weight.
        weights: How weights count.
    """

    source: Name = None
    target: Name = None
    weight: Name = None
    weights: Literal["as-given", "mean-1", "ignored"] = "as-given"


_SOURCES = set(
    "source src from start tail ego sender caller left one who follower origin u i citing "
    "quelle von de desde origen fonte origem 始点 発 起点 発信元 送信元 源 源节点 源节点".split()
)
_TARGETS = set(
    "target tgt to end dst dest destination head alter receiver recipient callee right other whom "
    "followee followed v j cited ziel nach vers cible hasta destino alvo 終点 着 宛先 受信者 "
    "送信先 目标 目標".split()
)
_STRONG = {"source", "src", "from", "target", "tgt", "to", "dst"}
_PEOPLE = set(
    "node nodes person people user customer friend neighbour neighbor vertex actor member "
    "account contact 人 友人 相手 顧客 ノード".split()
)
_NAMES = {"id", "ids", "name", "names", "label", "code", "key", "no", "nr", "index", "idx"}
_WEIGHTS = (
    "weight", "weights", "edgeweight", "tieweight", "wt", "w", "strength", "tiestrength", "value",
    "val", "intensity", "count", "counts", "freq", "frequency", "gewicht", "stärke", "poids",
    "peso", "重み", "重さ", "強さ", "強度", "ウェイト", "权重", "權重", "вес",
)  # fmt: skip
_LETTERS = {"a": 1, "b": 2, "i": 1, "j": 2, "u": 1, "v": 2}
_NUMBER = re.compile(
    r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)", re.IGNORECASE
)
_MISSING = {"", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "-", "?", "."}


class Ambiguous(ValueError):  # noqa: N818 - a question to the user
    """A word names none of the columns, or several; the text says which there are."""


def ends_of(header: Sequence[str]) -> tuple[int, int] | None:
    """Places of the columns of a tie's two ends, by usual words in any order; None if none are."""
    parts = [_parts(word) for word in header]
    found = [_nearest([_distance(own, words) for own in parts]) for words in (_SOURCES, _TARGETS)]
    if found[0] is not None and found[1] is not None and found[0] != found[1]:
        return found[0], found[1]
    numbered: dict[str, list[int]] = {}
    for place, own in enumerate(parts):
        stem, number = "".join(own[:-1]), own[-1] if own else ""
        if stem and (number.isdecimal() or number in _LETTERS) and _is_word(own[:-1]):
            numbered.setdefault(stem, []).append(place)
    pairs = [places for places in numbered.values() if len(places) == 2]
    if pairs:
        return pairs[0][0], pairs[0][1]
    if len(header) > 1 and all(map(is_word_for_an_end, header[:2])):
        # "id,name" is a list of people.
        return None if all(set(own) <= _NAMES for own in parts[:2]) else (0, 1)
    return None


def is_word_for_an_end(word: str) -> bool:
    """Whether a word is usual for a column of people: ``user1``, ``From``, ``node_id``."""
    own = _parts(word)
    if len(own) > 1 and (own[-1].isdecimal() or own[-1] in _LETTERS):
        own = own[:-1]
    # One letter is as likely somebody's name.
    return _is_word(own) and word.strip().lower() not in _LETTERS


def is_word_for_a_person(word: str) -> bool:
    """Whether a word may be that of people: not one for a row or a table of names, as ``id``."""
    own = _parts(word)
    return bool(own) and not set(own) <= _NAMES


def weight_of(names: Sequence[str]) -> int | None:
    """Place of the column, or attribute, that is a weight by its name; None if none is."""
    words = ["".join(_parts(name)) for name in names]
    places = [words.index(word) for word in _WEIGHTS if word in words]
    return places[0] if places else None


def place_of(name: str | int, names: Sequence[str]) -> int:
    """Place of a column that is asked for.

    Raises:
        Ambiguous: It names none, or more than one.
    """
    if isinstance(name, int):
        if 1 <= name <= len(names):
            return name - 1
        raise Ambiguous(f"there is no column {name}, only {len(names)}")
    same = [place for place, other in enumerate(names) if other == name]
    same = same or [at for at, other in enumerate(names) if other.casefold() == name.casefold()]
    if len(same) == 1:
        return same[0]
    what = "there is no" if not same else "there is more than one"
    raise Ambiguous(f"{what} '{shown(name)}' among {listed(names) or 'none'}")


def is_number(text: str) -> bool:
    """Whether a text is a number as files have them, also one that is not finite."""
    return _NUMBER.fullmatch(text) is not None


def is_missing(text: str) -> bool:
    """Whether a text stands for no value."""
    return text.strip().lower() in _MISSING


def fault_of_weight(text: str) -> str | None:
    """What is wrong with a weight; None if nothing is."""
    if is_missing(text):
        written = f" ({text})" if text else ""
        return f"a weight is missing{written}, while other lines have one; {IGNORE}"
    if not is_number(text):
        if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
            better = shown(text.replace(",", "."))
            return f"the weight {shown(text)} has a decimal comma; write {better}"
        return f"the weight '{shown(text)}' is not a number"
    weight = float(text)
    if weight < 0:
        return f"the weight {shown(text)} is below 0"
    if not weight <= float(np.finfo(np.float32).max):
        return f"the weight {shown(text)} is not a finite number"
    return None


IGNORE = "give every tie one, or write network.weights: ignored"
"""What to do about weights that only some ties have."""


def shown(text: str) -> str:
    """A text from a file as a message may hold it: short, and without control characters."""
    line = "".join(sign if sign.isprintable() else "?" for sign in text[:41])
    return line if len(line) <= 40 else f"{line[:39]}…"


def listed(names: Sequence[str]) -> str:
    """Names of columns as a message may hold them."""
    some = [shown(name) or "(no name)" for name in names[:12]]
    return ", ".join([*some, "…"] if len(names) > 12 else some)


def _parts(word: str) -> list[str]:
    """``FromNodeId`` → from, node, id; ``user_1`` → user, 1."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", word))
    return re.findall(r"[0-9]+|[^\W\d_]+", apart.casefold())


def _is_word(parts: Sequence[str]) -> bool:
    known = _SOURCES | _TARGETS | _PEOPLE | _NAMES
    return bool(parts) and all(part in known for part in parts)


def _distance(parts: Sequence[str], words: set[str]) -> int | None:
    """How many words there are beside one for this end; None if there is no such, or others."""
    own = [part for part in parts if part in words]
    rest = [part for part in parts if part not in words]
    if len(own) != 1 or not set(rest) <= _PEOPLE | _NAMES:
        return None
    return len(rest) + (0 if own[0] in _STRONG else 10)  # "start,end" may be times beside "from,to"


def _nearest(distances: Sequence[int | None]) -> int | None:
    """Place of the least; None if there is none, or more than one."""
    known = [distance for distance in distances if distance is not None]
    if not known or known.count(min(known)) > 1:
        return None
    return distances.index(min(known))


WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
LOOKED_AT = 1000
"""Lines by which a list is judged."""


class Layout(NamedTuple):
    """Columns of a list.

    Attributes:
        separator: Tab, bar, semicolon, comma, or a space for any white space.
        columns: How many there are.
        source: Place of one end of a tie, from 0.
        target: Place of the other end.
        weight: Place of the weight; None if there is none, or it does not count.
        header: What a line that is a header calls both ends; None if there is none.
        skipped: Numbers of lines at the start that are no ties: the header, ``sep=;``.
        notes: What a user should know about how this was found.
    """

    separator: str
    columns: int
    source: int
    target: int
    weight: int | None
    header: tuple[str, str] | None
    skipped: tuple[int, ...]
    notes: tuple[str, ...]


class NoEdgeList(Exception):  # noqa: N818 - read as: raise NoEdgeList(problem)
    """Lines that are no list of ties, but perhaps one of people with all their friends.

    Attributes:
        problem: What is to be told if they are not.
    """

    def __init__(self, problem: NetworkFileProblem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def problem_in(
    path: Path, first: int, text: bytes, layout: Layout, otherwise: str
) -> NetworkFileProblem:
    """The first problem in lines that could not be parsed in one go, found line by line.

    Args:
        path: The file.
        first: Number of the first line of ``text``.
        text: Whole lines.
        layout: How they should be laid out.
        otherwise: What the fast parser said, for the case that every line by itself looks good.

    Raises:
        NoEdgeList: A line has another number of columns, and there is no header.
    """
    for number, line in counting(first, text):
        fields = fields_of(line, layout.separator)
        if len(fields) != layout.columns:
            problem = NetworkFileProblem(
                path, number, fault_of_width(fields, layout.columns, layout.separator)
            )
            if layout.header is not None:
                return problem
            raise NoEdgeList(problem)
        message = _message(line, fields, layout)
        if message is not None:
            return NetworkFileProblem(path, number, message)
    return NetworkFileProblem(path, None, f"not a readable list of ties ({otherwise})")


def fault_of_width(fields: list[str], columns: int, separator: str) -> str:
    """What to say of a line with more or fewer columns than the first."""
    message = f"{counted(len(fields), 'column')}, while the first line has {columns}"
    last = fields[-2:]
    if separator == "," and len(fields) == columns + 1 and all(map(str.isdecimal, last)):
        return f"{message}; if it ends with a decimal comma, write {'.'.join(last)}"
    return message


def _message(line: str, fields: list[str], layout: Layout) -> str | None:
    """What is wrong with a line; None if nothing is."""
    if not (fields[layout.source] and fields[layout.target]):
        return "a name is missing; a tie is two names"
    if line.count('"') % 2:
        return "a quotation mark without its counterpart"
    if layout.weight is None:
        return None
    return fault_of_weight(fields[layout.weight])


def counting(first: int, text: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of the lines that are neither comments nor empty."""
    start, number = 0, first
    while start < len(text):
        end = text.find(b"\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].decode().strip(" \t")
        if line and line[0] not in "#%":
            # Trailing tabs are columns, too, if tabs separate.
            yield number, text[start:end].decode().strip(" ")
        start, number = end + 1, number + 1


def fields_of(line: str, separator: str) -> list[str]:
    """The columns of a line, without white space around them."""
    if separator == " ":
        line = re.sub(r"[ \t]+", " ", line.strip(" \t"))
    try:
        fields = next(csv.reader([line], delimiter=separator))
    except csv.Error:  # a column longer than any name
        fields = [line]
    return [field.strip() for field in fields]
