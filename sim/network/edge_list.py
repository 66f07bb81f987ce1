"""Networks written as a list of ties, one a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tsunagari.experiments.words.numbers import counted
from tsunagari.sim.network.columns import (
    Asked,
    Layout,
    NoEdgeList,
    counting,
    fields_of,
    problem_in,
    shown,
)
from tsunagari.sim.network.csr import LooseTies
from tsunagari.sim.network.files import NetworkFileProblem, not_utf_8, pieces, whole_text
from tsunagari.sim.network.layout import adjacency_of, is_adjacency, is_metis, layout_of

_BLOCK = 1 << 24  # bytes read at a time: a list may be longer than the memory at hand
_LONGEST = 1 << 24  # bytes of a line


class _Block(NamedTuple):
    """Whole lines of a file, and the number of the first of them."""

    first: int
    text: bytes


def read_edge_list(path: Path, asked: Asked = Asked()) -> LooseTies:  # noqa: B008 - it is frozen
    """People and ties of a list, or of an adjacency list where the lines can be nothing else.

    A line names two people and may add a weight, a number from 0; all lines have a weight or none
    has. Columns are separated by tabs, else bars, semicolons or commas, else any white space,
    whichever the first line has first. Names are whole numbers or text, with quotation marks if
    they contain the separator, and compared in their NFC form, without white space around them.
    Empty lines and lines that begin with ``#`` or ``%`` do not count. The text is UTF-8.

    The first line is a header if it consists of usual words for one (``source,target``), if its
    third column is no number while that of the next line is, or if it names no whole number while
    the next line names two. With a header, columns are known by their names, in any order
    (:mod:`tsunagari.sim.network.columns`); a column that is not known is left out, with a note.

    Raises:
        NetworkFileProblem: The file cannot be read, has no ties, or has a line that is no tie.
    """
    try:
        return _read_ties(path, asked)
    except NoEdgeList as no_list:
        if any(name is not None for name in asked[:3]):
            raise no_list.problem from None
        found = _read_adjacency(path)
        if found is None:
            raise no_list.problem from None
        return found


def _read_ties(path: Path, asked: Asked) -> LooseTies:
    names: dict[str, int] = {}
    pieces: list[tuple[NDArray[np.int32], ...]] = []
    weights: list[NDArray[np.float32]] = []
    layout: Layout | None = None
    comments: list[bytes] = []
    for block in _blocks(path):
        comments += _like_names(block.text)
        text = _content(block.text)
        if not text:
            continue
        if layout is None:
            layout = layout_of(path, block.first, block.text, asked)
            if layout.skipped:
                # Blanked, not cut off: lines keep their numbers.
                block = block._replace(text=_blanked(block, layout.skipped))
                text = _content(block.text)
                if not text:
                    continue
        ones, others, given = _parsed(path, block, text, layout, names)
        pieces.append((ones, others))
        if given is not None:
            weights.append(given)
    if layout is None or not pieces:
        message = "no ties in the file; lines that begin with # or % do not count"
        raise NetworkFileProblem(path, None, message)
    ends = [np.concatenate(side) for side in zip(*pieces, strict=True)]
    notes = list(layout.notes)
    if comments:
        lines = counted(len(comments), "line that begins", "lines that begin")
        example = shown(comments[0].decode().strip())
        notes.append(
            f"{lines} with # or % passed over as comments ({example}); "
            "a name that begins so needs quotation marks"
        )
    if layout.header is None:
        notes += _notes_on_first_line(names, *ends)
    elif all(word in names for word in layout.header):
        notes.append(f"{' and '.join(layout.header)} of the header are people in the list, too")
    return LooseTies(list(names), ends[0], ends[1], _concatenated(weights), notes)


def _read_adjacency(path: Path) -> LooseTies | None:
    """The file as an adjacency list, its fields separated as those of a list; None if it is none.

    Raises:
        NetworkFileProblem: It is METIS, whose lines have no name of their own.
    """
    try:
        text = unicodedata.normalize("NFC", whole_text(path))
    except NetworkFileProblem:  # what was wrong before is what is to be told
        return None
    lines = [line for _, line in counting(1, text.encode())]
    joined = "\n".join(lines[:100])
    separator = next((sign for sign in "\t|;," if sign in joined), " ")
    rows = [fields_of(line, separator) for line in lines]
    if separator == " " and is_metis(rows):
        message = "METIS, which is not read; save it as a list of ties or as GraphML"
        raise NetworkFileProblem(path, None, message)
    # With commas, one name alone is more likely half a tie than somebody without friends.
    longest = max(map(len, rows))
    if longest < 2 or (longest == 2 and separator != " ") or not is_adjacency(rows):
        return None
    return adjacency_of(rows)


def _blocks(path: Path) -> Iterator[_Block]:
    """The file in pieces of whole lines: UTF-8 in NFC, line feeds only, no byte order mark."""
    first, rest = 1, b""
    for piece in pieces(path, _BLOCK):
        if b"\0" in piece:
            raise NetworkFileProblem(path, None, "binary, and not text in UTF-8")
        data = rest + piece
        # Cut behind line feeds only: a cut behind \r would make two line ends of \r\n.
        end = data.rfind(b"\n") + 1
        data, rest = data[:end], data[end:]
        if len(rest) > _LONGEST:
            raise NetworkFileProblem(path, None, "a line of more than 16 MiB; a tie is two names")
        if data:
            lines = _normalised(path, first, data)
            yield _Block(first, lines)
            first += lines.count(b"\n")
    if rest:
        yield _Block(first, _normalised(path, first, rest))


def _normalised(path: Path, first: int, data: bytes) -> bytes:
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if data.isascii():
        return data
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        raise not_utf_8(path, first + data.count(b"\n", 0, problem.start)) from problem
    return unicodedata.normalize("NFC", text).encode()


def _content(text: bytes) -> bytes:
    """The lines that count: neither comments nor empty."""
    if b"#" in text or b"%" in text:
        text = re.sub(rb"(?m)^[ \t]*[#%].*(?:\n|\Z)", b"", text)
    if b"\n\n" in text or b" " in text or b"\t" in text or text.startswith(b"\n"):
        text = re.sub(rb"(?m)^[ \t]*\n|^[ \t]+\Z", b"", text)
    return text


def _like_names(text: bytes) -> list[bytes]:
    """Comments that may be ties: a name follows the sign at once, as in #python."""
    if b"#" not in text and b"%" not in text:
        return []
    return re.findall(rb"(?m)^[ \t]*[#%][^\s#%!].*$", text)


def _blanked(block: _Block, numbers: tuple[int, ...]) -> bytes:
    lines = block.text.split(b"\n", max(numbers) - block.first + 1)
    for number in numbers:
        lines[number - block.first] = b""
    return b"\n".join(lines)


def _parsed(
    path: Path, block: _Block, text: bytes, layout: Layout, names: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32] | None]:
    """Ends and weights of the ties in a block; adds to ``names`` who was not there yet."""
    import pyarrow as pa
    from pyarrow import csv

    if layout.separator == " ":
        text = re.sub(rb"(?m)^ | $", b"", re.sub(rb"[ \t]+", b" ", text))
    word = pa.dictionary(pa.int32(), pa.string())
    kinds = {str(layout.source): word, str(layout.target): word}
    if layout.weight is not None:
        kinds[str(layout.weight)] = pa.float64()
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            read_options=csv.ReadOptions(
                column_names=[str(place) for place in range(layout.columns)],
                block_size=len(text) + 1,
            ),
            parse_options=csv.ParseOptions(delimiter=layout.separator),
            convert_options=csv.ConvertOptions(
                include_columns=list(kinds),
                column_types=kinds,
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as problem:
        raise problem_in(path, block.first, block.text, layout, str(problem)) from problem
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    sides = [table[name].unify_dictionaries().combine_chunks() for name in list(kinds)[:2]]
    codes = [side.indices.to_numpy() for side in sides]
    words = [[name.strip() for name in side.dictionary.to_pylist()] for side in sides]
    given = None
    usable = table.num_rows == lines and not any("" in side for side in words)
    if layout.weight is not None:
        with np.errstate(over="ignore"):
            given = table[str(layout.weight)].to_numpy().astype(np.float32)
        usable = usable and bool(np.isfinite(given).all() and (given >= 0).all())
    if not usable:
        raise problem_in(path, block.first, block.text, layout, "unreadable lines")
    ones, others = _numbered(words, codes, names)
    return ones, others, given


def _numbered(
    words: list[list[str]], codes: list[NDArray[np.int32]], names: dict[str, int]
) -> list[NDArray[np.int32]]:
    """Each tie's ends as positions in ``names``, which grows in order of appearance.

    Codes stand in order of appearance themselves, within their column; a code's first row is
    where the greatest code so far is exceeded.
    """
    firsts = []
    for side, column in enumerate(codes):
        greatest = np.maximum.accumulate(column)
        is_new = np.concatenate(([True], greatest[1:] > greatest[:-1]))
        firsts.append(2 * np.flatnonzero(is_new) + side)
    appearing = words[0] + words[1]
    numbers = np.empty(len(appearing), np.int32)
    for at in np.argsort(np.concatenate(firsts)).tolist():
        numbers[at] = names.setdefault(appearing[at], len(names))
    split = len(words[0])
    return [numbers[:split][codes[0]], numbers[split:][codes[1]]]


def _notes_on_first_line(
    names: dict[str, int], ones: NDArray[np.int32], others: NDArray[np.int32]
) -> list[str]:
    """Whether the first tie looks like an unusual header, or like numbers of people and ties."""
    if len(ones) < 3:
        return []
    listed = list(names)
    first = [listed[ones[0]], listed[others[0]]]
    read = f"the first line ({', '.join(map(shown, first))}) was read as a tie"
    if all(name.isdecimal() for name in first):
        counts = [int(name) for name in first]
        if counts[1] == len(ones) - 1 and len(listed) - 2 <= counts[0] <= len(listed):
            return [f"{read}; if it counts people and ties, begin it with #"]
        return []
    if first[0] == first[1] or any(name.lstrip("+-").isdecimal() for name in first):
        return []
    if all(int((ones == end).sum() + (others == end).sum()) == 1 for end in (0, 1)):
        return [f"{read} though neither name appears again; if it is a header, begin it with #"]
    return []


def _concatenated(weights: list[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    return np.concatenate(weights) if weights else None
